"""Why a batch goes where it goes."""

from province.ids import BatchId, SiteId
from province.language import Message, message
from rotation.instance.instance import RotationInstance, list_last_stays
from rotation.instance.score import (
    as_read,
    guest_share,
    guests_by_library,
    meets,
    uses_by_guest,
    uses_in_month,
)
from rotation.problem import IndexStay, Schedule

Reason = tuple[BatchId, SiteId, Message]

CATEGORIES_NAMED = 3
"""How many categories a reason names."""


def explain_movements(instance: RotationInstance, schedule: Schedule) -> tuple[Reason, ...]:
    """Return why each batch moves in the first month, by (batch, site it goes to)."""
    problem = instance.problem
    reasons: list[Reason] = []
    for batch, stays in zip(problem.batches, schedule, strict=True):
        arrives = next((stay for stay in stays if stay.first == 0), None)
        leaves = next((stay for stay in stays if stay.first < 0 and stay.end == 0), None)
        if arrives:
            site = problem.libraries[arrives.library].site_id
            reasons.append((batch.batch_id, site, explain_stay(instance, schedule, arrives)))
        elif leaves and instance.num_months:
            reason = message(
                "goes home after {months} months at {site}",
                months=-leaves.first,
                site=str(problem.libraries[leaves.library].site_id),
            )
            reasons.append((batch.batch_id, batch.depot_id, reason))
    return tuple(sorted(reasons, key=lambda reason: (reason[0], reason[1])))


def explain_stay(instance: RotationInstance, schedule: Schedule, stay: IndexStay) -> Message:
    """Return what a batch brings at a library: uses, and titles that are new there."""
    uses = round(measure_uses(instance, schedule, stay))
    if stay.first < 0:
        return message("about {uses} more uses expected", uses=uses)
    return message(
        "about {uses} uses expected, {fresh} % of the titles new there",
        uses=uses,
        fresh=round(100 * float(instance.fresh[stay[:3]])),
    )


def measure_uses(instance: RotationInstance, schedule: Schedule, stay: IndexStay) -> float:
    """Return the uses expected of one stay, beside the other batches there."""
    group = tuple(guests_by_library(schedule)[stay.library])
    return uses_by_guest(as_read(instance), group)[group.index(stay)]


def measure_uses_by_category(
    instance: RotationInstance, schedule: Schedule, stay: IndexStay
) -> tuple[tuple[str, float], ...]:
    """Return the uses expected of one stay by the name of the category, most first.

    They add up to `measure_uses`: in months in which batches share a library, each category is
    lowered by the same share as all uses are.
    """
    instance = as_read(instance)
    problem = instance.problem
    uses = [0.0] * problem.demand.shape[2]
    group = guests_by_library(schedule)[stay.library]
    for t in range(max(stay.first, 0), min(stay.end, instance.num_months)):
        alone = problem.demand[stay.library, t] * guest_share(instance, stay, t)
        total, brought = float(alone.sum()), measure_month(instance, group, stay, t)
        for c, part in enumerate(alone.tolist()):
            uses[c] += part * brought / total if total > 0 else 0.0
    names = [category.name for category in problem.categories] or [
        str(c + 1) for c in range(len(uses))
    ]
    named = sorted(zip(names, uses, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return tuple((name, used) for name, used in named if used > 0)


def measure_month(
    instance: RotationInstance, group: list[IndexStay], stay: IndexStay, month: int
) -> float:
    """Return the uses that one stay of a library brings in a month."""
    present = [other for other in group if other.first <= month < other.end]
    return uses_in_month(instance, present, month)[present.index(stay)]


def list_notes(
    instance: RotationInstance, schedule: Schedule, stay: IndexStay
) -> tuple[Message, ...]:
    """Return what else speaks for a stay: categories, pins, empty shelves, chains, stability."""
    problem = instance.problem
    site = str(problem.libraries[stay.library].site_id)
    notes: list[Message] = []
    served = measure_uses_by_category(instance, schedule, stay)[:CATEGORIES_NAMED]
    if served:
        parts = ", ".join(f"{name} {round(used)}" for name, used in served)
        notes.append(message("most uses: {categories}", categories=parts))
    if any(pin[:2] == stay[:2] and stay.first <= pin[2] < stay.end for pin in instance.pins):
        notes.append(message("it is pinned there"))
    guests = guests_by_library(schedule)
    without = {stay.library: [other for other in guests[stay.library] if other != stay]}
    if any(
        floor.library == stay.library and meets(floor, guests) and not meets(floor, without)
        for floor in instance.floors
    ):
        notes.append(message("without it {site} would stand empty too long", site=site))
    before = next((other for other in schedule[stay.batch] if other.end == stay.first), None)
    if before is not None:
        origin = str(problem.libraries[before.library].site_id)
        notes.append(message("it comes from {site}", site=origin))
    if stay[:3] in list_last_stays(problem):
        notes.append(message("last month's plan had it there too"))
    return tuple(notes)
