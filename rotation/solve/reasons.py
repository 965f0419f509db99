"""Why a batch goes where it goes."""

import numpy as np

from province.ids import BatchId, SiteId
from province.language import Message, message
from rotation.instance.instance import Grid, Schedule, Slot
from rotation.instance.score import (
    Guest,
    guest_share,
    guests_by_library,
    missed_floors,
    uses_by_guest,
)

Reason = tuple[BatchId, SiteId, Message]

CATEGORIES_NAMED = 3
"""How many categories a reason names."""


def explain_movements(grid: Grid, schedule: Schedule) -> tuple[Reason, ...]:
    """Return why each batch moves in the first month, by (batch, site it goes to)."""
    problem = grid.problem
    reasons: list[Reason] = []
    for b, slots in enumerate(schedule):
        batch = problem.batches[b]
        arrives = next(((p, s, e) for p, s, e in slots if s == 0), None)
        leaves = next(((p, s, e) for p, s, e in slots if s < 0 and e == 0), None)
        if arrives:
            site = problem.libraries[arrives[0]].site_id
            reasons.append((batch.batch_id, site, explain_stay(grid, schedule, b, arrives)))
        elif leaves and grid.num_months:
            reason = message(
                "goes home after {months} months at {site}",
                months=-leaves[1],
                site=str(problem.libraries[leaves[0]].site_id),
            )
            reasons.append((batch.batch_id, batch.depot_id, reason))
    return tuple(sorted(reasons, key=lambda reason: (reason[0], reason[1])))


def explain_stay(grid: Grid, schedule: Schedule, batch: int, slot: Slot) -> Message:
    """Return what a batch brings at a library: uses, and titles that are new there."""
    p, s, _ = slot
    uses = round(measure_uses(grid, schedule, batch, slot))
    if s < 0:
        return message("about {uses} more uses expected", uses=uses)
    return message(
        "about {uses} uses expected, {fresh} % of the titles new there",
        uses=uses,
        fresh=round(100 * float(grid.fresh[batch, p, s])),
    )


def measure_uses(grid: Grid, schedule: Schedule, batch: int, slot: Slot) -> float:
    """Return the uses expected of one stay, beside the other batches there."""
    p, s, e = slot
    group = tuple(guests_by_library(schedule)[p])
    return uses_by_guest(grid, p, group)[group.index((batch, s, e))]


def measure_uses_by_category(
    grid: Grid, schedule: Schedule, batch: int, slot: Slot
) -> tuple[tuple[str, float], ...]:
    """Return the uses expected of one stay by the name of the category, most first.

    They add up to `measure_uses`: in months in which batches share a library, each category is
    lowered by the same share as all uses are.
    """
    p, s, e = slot
    problem = grid.problem
    uses = [0.0] * problem.demand.shape[2]
    for t in range(max(s, 0), min(e, grid.num_months)):
        present = tuple(x for x in guests_by_library(schedule)[p] if x[1] <= t < x[2])
        alone = problem.demand[p, t] * guest_share(grid, p, (batch, s, e), t)
        total = float(alone.sum())
        brought = uses_in_month(grid, p, present, (batch, s, e), t)
        for c, part in enumerate(alone.tolist()):
            uses[c] += part * brought / total if total > 0 else 0.0
    names = [category.name for category in problem.categories] or [
        str(c + 1) for c in range(len(uses))
    ]
    named = sorted(zip(names, uses, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return tuple((name, used) for name, used in named if used > 0)


def uses_in_month(
    grid: Grid, library: int, present: tuple[Guest, ...], guest: Guest, month: int
) -> float:
    """Return the uses that one of the batches present at a library brings in a month."""
    demand = grid.problem.demand[library, month]
    alone = [float(demand @ guest_share(grid, library, one, month)) for one in present]
    missed = np.ones(len(demand))
    for one in present:
        missed = missed * (1.0 - guest_share(grid, library, one, month))
    joint = float((demand * (1.0 - missed)).sum())
    own = alone[present.index(guest)]
    return own * joint / sum(alone) if sum(alone) > 0 else 0.0


def list_notes(grid: Grid, schedule: Schedule, batch: int, slot: Slot) -> tuple[Message, ...]:
    """Return what else speaks for a stay: categories, pins, empty shelves, chains, stability."""
    p, s, e = slot
    problem = grid.problem
    site = str(problem.libraries[p].site_id)
    notes: list[Message] = []
    served = measure_uses_by_category(grid, schedule, batch, slot)[:CATEGORIES_NAMED]
    if served:
        parts = ", ".join(f"{name} {round(used)}" for name, used in served)
        notes.append(message("most uses: {categories}", categories=parts))
    if any(b == batch and at == p and s <= t < e for b, at, t in grid.pins):
        notes.append(message("it is pinned there"))
    others = {p: [x for x in guests_by_library(schedule)[p] if x != (batch, s, e)]}
    if _lists_floor(grid, others, p) - _lists_floor(grid, guests_by_library(schedule), p):
        notes.append(message("without it {site} would stand empty too long", site=site))
    before = next((x for x in schedule[batch] if x[2] == s), None)
    if before is not None:
        origin = str(problem.libraries[before[0]].site_id)
        notes.append(message("it comes from {site}", site=origin))
    kept = {(stay.batch_id, stay.site_id, stay.first_month) for stay in problem.last_stays}
    if s >= 0 and (problem.batches[batch].batch_id, site, problem.months[s]) in kept:
        notes.append(message("last month's plan had it there too"))
    return tuple(notes)


def _lists_floor(
    grid: Grid, guests: dict[int, list[Guest]], library: int
) -> set[tuple[int, int, int]]:
    return {floor for floor in missed_floors(grid, guests) if floor[0] == library}
