"""What hard rules force beyond what it is worth, and where the floor under a library is waived."""

from collections.abc import Iterator

import numpy as np

from province.language import Message, message
from rotation.instance.floors import (
    list_floors,
    list_months_brought,
    measure_most_uses,
    price_points,
)
from rotation.instance.instance import Grid, Schedule
from rotation.instance.score import guests_by_library, missed_floors, uses_by_guest
from rotation.problem import Forced, stay_limits

FLOOR = "no_library_stands_empty_too_long"
LONGEST = "stays_are_within_limits"
PINNED = "pins_are_kept"


def list_forced(grid: Grid, schedule: Schedule) -> tuple[Forced, ...]:
    """Return what rules force in the first month, by library, and the libraries left empty."""
    forced = [*_list_forced_arrivals(grid, schedule), *_list_forced_fetches(grid, schedule)]
    forced.sort(key=lambda one: (one.site_id, one.batch_id))
    return (*forced, *_list_waived(grid, schedule))


def _list_forced_arrivals(grid: Grid, schedule: Schedule) -> Iterator[Forced]:
    """Yield the batches brought to a library by a rule, where all that come are not worth it."""
    guests = guests_by_library(schedule)
    pinned = {(b, p) for b, p, _ in grid.pins}
    for p, group in guests.items():
        come = [guest for guest in group if guest[1] == 0]
        uses = dict(zip(group, uses_by_guest(grid, p, tuple(group)), strict=True))
        if price_points(grid.problem, p, 0) <= sum(uses[guest] for guest in come):
            continue
        rest = {p: [guest for guest in group if guest not in come]}
        is_floor = any(floor[0] == p for floor in missed_floors(grid, rest))
        for guest in come:
            rule = PINNED if (guest[0], p) in pinned else FLOOR if is_floor else ""
            if rule:
                yield _force(grid, rule, p, guest[0], uses[guest])


def _list_forced_fetches(grid: Grid, schedule: Schedule) -> Iterator[Forced]:
    """Yield the batches fetched because their longest stay ends, on a visit that brings nothing.

    Only where what they bring at their next library is not worth the visit.
    """
    guests = guests_by_library(schedule)
    for b, slots in enumerate(schedule):
        if not slots or slots[0][1] >= 0 or slots[0][2] != 0:
            continue
        p, first, _ = slots[0]
        is_due = -first >= stay_limits(grid.problem, b)[1]
        if not is_due or any(guest[1] == 0 for guest in guests[p]):
            continue
        uses = 0.0
        if len(slots) > 1:
            library, start, end = slots[1]
            group = tuple(guests[library])
            uses = uses_by_guest(grid, library, group)[group.index((b, start, end))]
        if price_points(grid.problem, p, 0) > uses:
            yield _force(grid, LONGEST, p, b, uses)


def _list_waived(grid: Grid, schedule: Schedule) -> Iterator[Forced]:
    """Yield the libraries that stand empty too long because no exchange is worth its price."""
    problem, guests = grid.problem, guests_by_library(schedule)
    allowed = np.isfinite(grid.value)
    kept = set(grid.floors)
    most = measure_most_uses(problem, allowed, grid.fresh)
    told: set[int] = set()
    for p, first, end in list_floors(problem, list_months_brought(allowed)):
        is_met = any(s < end and e > first for _, s, e in guests.get(p, ()))
        if (p, first, end) in kept or is_met or p in told:
            continue
        told.add(p)
        site, month = problem.libraries[p].site_id, problem.months[end - 1]
        uses = round(float(most[p, first:end].max()), 2)
        price = min(problem.reach.price(site, problem.months[t]) for t in range(first, end))
        yield Forced(FLOOR, site, month, "", price, uses, is_waived=True)


def _force(grid: Grid, rule: str, library: int, batch: int, uses: float) -> Forced:
    problem = grid.problem
    site, month = problem.libraries[library].site_id, problem.months[0]
    name, price = problem.batches[batch].batch_id, problem.reach.price(site, month)
    return Forced(rule, site, month, name, price, round(uses, 2), is_waived=False)


def tell_forced(forced: Forced) -> Message:
    """Return by which rule something is forced or waived, and what it costs."""
    words: dict[str, str | float] = {
        "site": forced.site_id,
        "cost": forced.price_vnd,
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
