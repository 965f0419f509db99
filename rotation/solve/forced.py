"""What hard rules force beyond what it is worth, and where the floor under a library is waived."""

from collections.abc import Iterator

import numpy as np

from province.amounts import write_smallest
from province.language import Message, message
from rotation.instance.floors import (
    list_floors,
    list_months_brought,
    measure_most_uses,
    price_points,
)
from rotation.instance.instance import RotationInstance
from rotation.instance.score import Guests, guests_by_library, meets, missed_floors, uses_by_guest
from rotation.problem import Forced, IndexStay, Schedule, find_return, stay_limits

FLOOR = "no_library_stands_empty_too_long"
LONGEST = "stays_are_within_limits"
BORROWED = "borrowed_batches_are_back_in_time"
PINNED = "pins_are_kept"


def list_forced(instance: RotationInstance, schedule: Schedule) -> tuple[Forced, ...]:
    """Return what rules force in the first month, by library, and the libraries left empty."""
    guests = guests_by_library(schedule)
    forced = [
        *_list_forced_arrivals(instance, guests),
        *_list_forced_fetches(instance, schedule, guests),
    ]
    forced.sort(key=lambda one: (one.site_id, one.batch_id))
    return (*forced, *_list_waived(instance, guests))


def _list_forced_arrivals(instance: RotationInstance, guests: Guests) -> Iterator[Forced]:
    """Yield the batches brought to a library by a rule, where all that come are not worth it."""
    pinned, batches = {pin[:2] for pin in instance.pins}, instance.problem.batches
    for p, group in guests.items():
        come = [stay for stay in group if stay.first == 0]
        depots = {batches[stay.batch].depot_id for stay in come}
        uses = dict(zip(group, uses_by_guest(instance, tuple(group)), strict=True))
        dearest = max((price_points(instance.problem, p, 0, one) for one in depots), default=0.0)
        if dearest <= sum(uses[stay] for stay in come):
            continue
        rest = {p: [stay for stay in group if stay not in come]}
        is_floor = any(floor.library == p for floor in missed_floors(instance, rest))
        for stay in come:
            rule = PINNED if stay[:2] in pinned else FLOOR if is_floor else ""
            if rule:
                yield _force(instance, rule, stay, uses[stay])


def _list_forced_fetches(
    instance: RotationInstance, schedule: Schedule, guests: Guests
) -> Iterator[Forced]:
    """Yield the batches fetched because their stay must end, on a visit that brings nothing.

    Only where what they bring at their next library is not worth the visit.
    """
    for b, stays in enumerate(schedule):
        if not stays or stays[0].first >= 0 or stays[0].end != 0:
            continue
        stay = stays[0]
        is_long = -stay.first >= stay_limits(instance.problem, b)[1]
        is_due = is_long or find_return(instance.problem, b) <= 0
        if not is_due or any(guest.first == 0 for guest in guests[stay.library]):
            continue
        uses = 0.0
        if len(stays) > 1:
            group = tuple(guests[stays[1].library])
            uses = uses_by_guest(instance, group)[group.index(stays[1])]
        depot = instance.problem.batches[b].depot_id
        if price_points(instance.problem, stay.library, 0, depot) > uses:
            yield _force(instance, LONGEST if is_long else BORROWED, stay, uses)


def _list_waived(instance: RotationInstance, guests: Guests) -> Iterator[Forced]:
    """Yield the libraries that stand empty too long because no exchange is worth its price."""
    problem = instance.problem
    allowed = np.isfinite(instance.value)
    kept = set(instance.floors)
    most = measure_most_uses(problem, allowed, instance.fresh)
    told: set[int] = set()
    for floor in list_floors(problem, list_months_brought(allowed)):
        p, first, end = floor
        if floor in kept or meets(floor, guests) or p in told:
            continue
        told.add(p)
        site, month = problem.libraries[p].site_id, problem.months[end - 1]
        uses = round(float(most[p, first:end].max()), 2)
        price = min(problem.reach.price(site, problem.months[t]) for t in range(first, end))
        yield Forced(FLOOR, site, month, "", price, uses, is_waived=True)


def _force(instance: RotationInstance, rule: str, stay: IndexStay, uses: float) -> Forced:
    problem = instance.problem
    site, month = problem.libraries[stay.library].site_id, problem.months[0]
    batch, reach = problem.batches[stay.batch], problem.reach
    price = reach.price(site, month) + reach.extra(site, month, batch.depot_id)
    return Forced(rule, site, month, batch.batch_id, price, round(uses, 2), is_waived=False)


def tell_forced(forced: Forced, currency: str) -> Message:
    """Return by which rule something is forced or waived, and what it costs in a currency."""
    words: dict[str, Message | str | float] = {
        "site": forced.site_id,
        "cost": write_smallest(forced.price_vnd, currency),
        "uses": round(forced.uses, 1),
    }
    if forced.is_waived:
        return message(
            "{site} stands empty too long by {month}: an exchange costs about {cost} for "
            "{uses} uses, more than the rule may cost (empty_cost_times)",
            month=str(forced.month), **words,
        )  # fmt: skip
    if forced.rule == FLOOR:
        return message(
            "forced: {site} would stand empty too long; an exchange there costs about {cost} for "
            "{uses} uses", **words,
        )  # fmt: skip
    if forced.rule == PINNED:
        return message(
            "forced: it is pinned to {site}; an exchange there costs about {cost} for {uses} uses",
            **words,
        )
    return message(
        "forced: its longest stay at {site} is over; fetching it costs about {cost} for {uses} "
        "uses elsewhere", **words,
    )  # fmt: skip
