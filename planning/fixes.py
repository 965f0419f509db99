"""The cheapest change of one cell of the province folder that serves a visit, found by solving."""

import dataclasses
import math
from collections.abc import Callable, Iterator

from planning.fix_fleet import pull_crews, pull_days, pull_depots, pull_vehicles
from planning.fix_levers import Lever
from planning.fix_limits import pull_limits
from planning.fix_roads import pull_roads
from planning.fix_sites import pull_gap, pull_hours
from planning.fix_trial import Finished, serve
from province.changes import Change
from province.facts import Province
from province.language import message
from province.progress import Progress, ignore_progress
from province.visits import Visit
from routing.roads.travel import Roads, build_roads
from routing.trips import TripPlan, Unserved

Pull = Callable[[Province, Visit], Iterator[Lever]]
PULLS: dict[str, tuple[Pull, ...]] = {
    "no_road": (),
    "site_never_open": (pull_hours,),
    "hours": (pull_hours, pull_limits),
    "gap_days": (pull_gap,),
    "no_vehicle_fits": (pull_vehicles,),
    "crew_too_small": (pull_crews, pull_vehicles),
    "depot_mismatch": (pull_depots,),
    "driving_law": (pull_limits,),
    "days_off": (pull_days,),
    "several_rules": (pull_crews, pull_vehicles, pull_days, pull_hours, pull_limits),
    "dates_taken": (pull_days, pull_crews, pull_hours, pull_vehicles),
}
RoadsTried = dict[Change, Roads]
"""The roads as they are after changes that were tried."""

ROADS_MATTER = ("no_road", "no_vehicle_fits", "several_rules")


def add_fixes(
    province: Province,
    roads: Roads,
    finished: Finished,
    visits: tuple[Visit, ...],
    *,
    progress: Progress = ignore_progress,
) -> TripPlan:
    """Return the trips with the cheapest change for each visit that is not served.

    Every change is tried: the month's other trips stay as they are, and a trip of its own must
    serve the visit at less than leaving it out counts. A visit that no single change serves gets
    none, and says so. Ctrl-C leaves the rest of the visits without.
    """
    by_id = {visit.visit_id: visit for visit in visits}
    fixes: dict[str, Unserved] = {}
    tried: RoadsTried = {}
    unserved, status = finished.trips.unserved, finished.trips.status
    ordered = sorted(unserved, key=lambda one: one.reason_code == "giver_unserved")
    try:
        for number, one in enumerate(ordered):
            share = number / len(ordered)
            progress(message("looking for what would serve the visits left out"), share)
            visit = by_id[one.visit_id]
            if one.reason_code == "priced_out":
                found = _raise_price(province, one, visit)
            elif one.reason_code == "giver_unserved":
                found = _serve_giver(one, visit, visits, fixes)
            else:
                found = find_fix(province, roads, finished, one, visit, tried)
            fixes[one.visit_id] = found or dataclasses.replace(
                one,
                reason_code="several_rules",
                reason=message("{reason}; no single change serves it", reason=one.reason),
                fix_cost_vnd=None,
            )
    except KeyboardInterrupt:
        status = "interrupted"
    return dataclasses.replace(
        finished.trips,
        unserved=tuple(fixes.get(one.visit_id, one) for one in unserved),
        status=status,
    )


def find_fix(
    province: Province,
    roads: Roads,
    finished: Finished,
    unserved: Unserved,
    visit: Visit,
    tried: RoadsTried,
) -> Unserved | None:
    """Return the visit with the change whose trip costs least; None where none serves it."""
    for code in (unserved.reason_code, "several_rules"):
        levers = _list_levers(province, finished, code, visit)
        if found := _find_cheapest(province, levers, roads, finished, visit, tried):
            return _with_fix(unserved, *found)
    return None


def _find_cheapest(
    province: Province,
    levers: Iterator[Lever],
    roads: Roads,
    finished: Finished,
    visit: Visit,
    tried: RoadsTried,
) -> tuple[Change, int] | None:
    """Return the change whose trip costs least, and that cost; the first of equal ones."""
    best: tuple[Change, int] | None = None
    for lever in levers:
        changed = change_roads(lever, lever.loosest, roads, tried)
        trip = serve(lever.loosest, changed, finished, visit.visit_id)
        if trip is None:
            continue
        change, settled = lever.settle(trip)
        if settled == province:
            continue
        if settled is not lever.loosest:
            changed = change_roads(lever, settled, roads, tried)
            trip = serve(settled, changed, finished, visit.visit_id)
        if trip is None or not trip.is_worth_it:
            continue
        if best is None or trip.trip.cost_vnd < best[1]:
            best = change, trip.trip.cost_vnd
    return best


def _list_levers(
    province: Province, finished: Finished, code: str, visit: Visit
) -> Iterator[Lever]:
    for pull in PULLS[code]:
        yield from pull(province, visit)
    if code in ROADS_MATTER:
        yield from pull_roads(province, finished.month, visit)


def change_roads(lever: Lever, province: Province, roads: Roads, tried: RoadsTried) -> Roads:
    """Return the roads of changed facts; those of a change with one value only are kept."""
    if not lever.has_roads:
        return roads
    if lever.change is None:
        return build_roads(province)
    if lever.change not in tried:
        tried[lever.change] = build_roads(province)
    return tried[lever.change]


def _with_fix(unserved: Unserved, change: Change, cost_vnd: int | None) -> Unserved:
    return dataclasses.replace(unserved, fix=change.sentence, change=change, fix_cost_vnd=cost_vnd)


def _raise_price(province: Province, unserved: Unserved, visit: Visit) -> Unserved | None:
    """Raise what a step of priority counts to just more than the cheapest place costs."""
    more = unserved.fix_cost_vnd
    if more is None:
        return None
    costs = province.settings.costs
    steps = visit.priority - costs.count_against(misses=bool(visit.preferred_days))
    price = max(math.floor(more / steps) + 1, costs.unserved_vnd_per_priority)
    change = Change("province.toml", "costs", "unserved_vnd_per_priority", str(price))
    return _with_fix(unserved, change, more)


def _serve_giver(
    unserved: Unserved, visit: Visit, visits: tuple[Visit, ...], fixes: dict[str, Unserved]
) -> Unserved | None:
    """Return the change that serves the visit where the batch stands; it then comes from there."""
    givers = [
        fixes[other.visit_id]
        for other in visits
        if set(other.takes) & set(visit.leaves) and other.visit_id in fixes
    ]
    if len(givers) != 1 or givers[0].change is None:
        return None
    return _with_fix(unserved, givers[0].change, givers[0].fix_cost_vnd)
