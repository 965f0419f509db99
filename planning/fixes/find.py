"""The cheapest change of one cell of the province folder that serves a visit, found by solving."""

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from planning.fixes.blocks import tell_blocks
from planning.fixes.fleet import pull_crews, pull_days, pull_depots, pull_vehicles
from planning.fixes.levers import ROAD_HOURS, Lever, Pull, Question
from planning.fixes.limits import pull_limits
from planning.fixes.sites import (
    pull_checks,
    pull_delays,
    pull_gaps,
    pull_hours,
    pull_kits,
    pull_pins,
    pull_rest,
    pull_sessions,
    pull_zones,
)
from planning.fixes.trial import Finished, Meter, Served, serve
from planning.what_if import apply_change
from province.amounts import tell_amount
from province.changes import Change
from province.facts import Province
from province.ids import VisitId
from province.language import Message, message
from province.progress import Progress, ignore_progress
from province.roads import NOT_LIMITED
from province.visits import Visit, list_kits
from roads.travel import Roads
from routing.trips import TripPlan, Unserved

LEVERS: dict[str, tuple[Pull, ...]] = {
    "no_road": (),
    "last_mile": (),
    "pinned": (pull_pins,),
    "locked_down": (pull_zones,),
    "put_off": (pull_delays,),
    "site_never_open": (pull_kits, pull_hours),
    "hours": (pull_kits, pull_sessions, pull_hours, pull_limits),
    "no_vehicle_fits": (pull_vehicles,),
    "crew_too_small": (pull_crews, pull_vehicles),
    "depot_mismatch": (pull_depots,),
    "driving_law": (pull_sessions, pull_limits),
    "days_off": (pull_days,),
    "several_rules": (
        pull_crews, pull_vehicles, pull_days, pull_kits, pull_sessions, pull_hours, pull_limits,
        pull_pins,
    ),
    "giver_unserved": (),
    "gap_days": (pull_gaps, pull_days, pull_crews, pull_kits, pull_hours),
    "batch_late": (pull_checks, pull_rest, pull_kits, pull_days, pull_crews, pull_hours),
    "week_full": (pull_days, pull_crews, pull_vehicles),
    "dates_taken": (pull_days, pull_crews, pull_kits, pull_sessions, pull_hours, pull_vehicles),
    "own_trip": (),
    "priced_out": (),
}  # fmt: skip
"""What a planner may change, by reason. Nothing opens a road, ends an epidemic or lifts an exam;
those who guard a gate may be asked to take boxes."""

NONE_STATED: dict[str, str] = {
    "no_road": "no planner opens a road; what shuts it is told",
    "last_mile": "a motorbike more or a smaller batch is no cell of a row that is there",
    "giver_unserved": "what serves the visit that brings its batch serves it too",
    "own_trip": "its one lever, that it may have a trip of its own, needs no search",
    "priced_out": "its one lever, what a visit left out counts, needs no search",
}
"""Why a reason has no levers of its own."""

EFFORT_EACH = 50_000
"""Effort for one visit, in days of trips timed (`planning.fixes.trial`)."""

EFFORT_ALL = 600_000
"""Effort for all visits of a month together; each gets its share of what is left."""

Found = tuple[Change, int] | Message
"""A change and what the trip costs that then serves the visit; or why there is none."""

NOTHING_SERVES = message("no single change serves it")

ROADS_MATTER = ("no_road", "no_vehicle_fits", "several_rules")


@dataclass(slots=True)
class FixSearch:
    """What is known while changes are looked for.

    Attributes
    ----------
    found
        The visits looked at, with their change where there is one.
    alike
        The answers by what makes two visits the same question.
    """

    finished: Finished
    meter: Meter = field(default_factory=Meter)
    found: dict[VisitId, Unserved] = field(default_factory=dict)
    alike: dict[object, Found] = field(default_factory=dict)
    free: Roads | None = None

    @property
    def province(self) -> Province:
        """The facts as they are."""
        return self.finished.survey.province

    def free_roads(self) -> Roads:
        """Return the roads as if nothing were shut or limited."""
        if self.free is None:
            segments = self.province.segments
            free = tuple(dataclasses.replace(segment, **NOT_LIMITED) for segment in segments)
            self.free = Roads(dataclasses.replace(self.province, closures=(), segments=free))
        return self.free


def add_fixes(
    finished: Finished,
    visits: tuple[Visit, ...],
    *,
    progress: Progress = ignore_progress,
) -> TripPlan:
    """Return the trips with the cheapest change for each visit that is not served.

    Every change is tried: the month's other trips stay as they are, and a trip of its own must
    serve the visit at less than leaving it out counts. A visit that no single change serves gets
    none, and says so; so does one for which the effort ran out. The most urgent visits come first.
    Ctrl-C leaves the rest of the visits without.
    """
    by_id = {visit.visit_id: visit for visit in visits}
    search = FixSearch(finished)
    unserved, status = finished.trips.unserved, finished.trips.status
    ordered = _order(unserved, by_id)
    try:
        for number, one in enumerate(ordered):
            progress(
                message("looking for what would serve the visits left out"), number / len(ordered)
            )
            share = (EFFORT_ALL - search.meter.spent) // (len(ordered) - number)
            left = min(EFFORT_EACH, share)
            search.found[one.visit_id] = _answer(search, one, by_id, left)
    except KeyboardInterrupt:
        status = "interrupted"
    return dataclasses.replace(
        finished.trips,
        unserved=tuple(search.found.get(one.visit_id, one) for one in unserved),
        status=status,
    )


def _order(unserved: tuple[Unserved, ...], by_id: dict[VisitId, Visit]) -> list[Unserved]:
    """Return the most urgent first, but a visit that waits for another's batch after that one."""
    lost = {one.visit_id: one for one in unserved}
    ordered: dict[VisitId, Unserved] = {}

    def put(one: Unserved, waiting: frozenset[VisitId]) -> None:
        if one.reason_code == "giver_unserved":
            for giver in _list_givers(by_id[one.visit_id], by_id):
                if giver in lost and giver not in waiting:
                    put(lost[giver], waiting | {giver})
        ordered.setdefault(one.visit_id, one)

    for one in sorted(unserved, key=lambda u: (-by_id[u.visit_id].priority, u.visit_id)):
        put(one, frozenset({one.visit_id}))
    return list(ordered.values())


def _list_givers(visit: Visit, by_id: dict[VisitId, Visit]) -> list[VisitId]:
    """Return the visits that take what a visit leaves."""
    return [other.visit_id for other in by_id.values() if set(other.takes) & set(visit.leaves)]


def _answer(search: FixSearch, one: Unserved, by_id: dict[VisitId, Visit], left: int) -> Unserved:
    """Return a visit with the change that serves it, or with a word on why there is none."""
    visit = by_id[one.visit_id]
    if one.reason_code in ROADS_MATTER:
        one = _tell_roads(search, one, visit)
    if one.reason_code == "last_mile":
        return one  # it says itself what would help
    if one.reason_code == "priced_out":
        found = _raise_price(search.province, one, visit)
    elif one.reason_code == "own_trip":
        found = _grant_trip(one, visit)
    elif one.reason_code == "giver_unserved":
        found = _serve_giver(search, visit, by_id)
    else:
        key = (
            visit.receiver_id, visit.tasks, visit.service_min, visit.windows, visit.leaves,
            visit.takes, visit.pin, one.reason_code,
        )  # fmt: skip
        if key not in search.alike:
            search.alike[key] = find_fix(search, one.reason_code, visit, left)
        found = search.alike[key]
    if isinstance(found, Message):
        reason = message("{reason}; {note}", reason=one.reason, note=found)
        return dataclasses.replace(one, reason=reason, fix_cost_vnd=None)
    change, cost_vnd = found
    return dataclasses.replace(one, fix=change.sentence, change=change, fix_cost_vnd=cost_vnd)


def _tell_roads(search: FixSearch, one: Unserved, visit: Visit) -> Unserved:
    blocks = tell_blocks(
        search.finished.survey.roads,
        search.finished.survey.month,
        visit.site_id,
        search.free_roads(),
    )
    if blocks is None:
        return one
    reason = message("{reason}; in the way: {blocks}", reason=one.reason, blocks=blocks)
    return dataclasses.replace(one, reason=reason)


def find_fix(search: FixSearch, code: str, visit: Visit, effort: int) -> Found:
    """Return the change whose trip costs least and that cost, or why there is none.

    The levers of the visit's reason are tried first; where none of them serves, those of all
    rules.
    """
    end = search.meter.spent + effort
    for one in (code, "several_rules") if LEVERS[code] else ():
        levers = (lever for pull in LEVERS[one] for lever in pull(Question(search.finished, visit)))
        best = _find_cheapest(search, levers, visit, end)
        if best is not None:
            return best
    if search.meter.spent >= end:
        return message("not every change could be tried: the effort for it ran out")
    return NOTHING_SERVES


def _find_cheapest(
    search: FixSearch, levers: Iterator[Lever], visit: Visit, end: int
) -> tuple[Change, int] | None:
    """Return the change whose trip costs least, and that cost; the first of equal ones."""
    best: tuple[Change, int] | None = None
    for lever in levers:
        if search.meter.spent >= end:
            break
        found = _try_lever(search, lever, visit)
        if found is not None and (best is None or found[1].trip.cost_vnd < best[1]):
            best = found[0], found[1].trip.cost_vnd
    return best


def _try_lever(search: FixSearch, lever: Lever, visit: Visit) -> tuple[Change, Served] | None:
    """Return the change that a lever settles on and the trip that serves then, if one does."""
    try:
        loosest = apply_change(search.province, lever.loosest)
    except ValueError:
        return None  # the cell cannot hold so much
    served = _serve(search, lever, loosest, visit)
    if served is None:
        return None
    settled = lever.settle(served) if lever.settle else lever.loosest
    for change in lever.steps or (settled,):
        province = apply_change(search.province, change)
        if province == search.province:
            continue
        then: Served | None = served
        if change is not lever.loosest:
            then = _serve(search, lever, province, visit)
        if then is not None and then.is_worth_it:
            return change, then
    return None


def _serve(search: FixSearch, lever: Lever, province: Province, visit: Visit) -> Served | None:
    roads = search.finished.survey.roads
    if lever.loosest.column in ROAD_HOURS:
        roads = Roads(province)
        search.meter.spent += len(province.segments)
    return serve(province, roads, search.finished, visit.visit_id, visit.receiver_id, search.meter)


def _raise_price(province: Province, unserved: Unserved, visit: Visit) -> Found:
    """Raise what a step of priority counts to just more than the cheapest place costs."""
    more = unserved.fix_cost_vnd
    if more is None:
        return NOTHING_SERVES
    costs = province.settings.costs
    steps = visit.priority - costs.count_against(misses=bool(visit.preferred_days))
    price = max(math.floor(more / steps) + 1, costs.unserved_vnd_per_priority)
    told = str(tell_amount(price, province.settings.province.currency))
    return Change("province.toml", "costs", "unserved_vnd_per_priority", told), more


def _grant_trip(unserved: Unserved, visit: Visit) -> Found:
    """Let a kit or a course have a trip of its own; the first of several, which others may join."""
    if unserved.fix_cost_vnd is None:
        return NOTHING_SERVES
    kits = list_kits(*visit.leaves, *visit.takes)
    file, row = ("kits.csv", str(kits[0])) if kits else ("courses.csv", str(visit.course_id))
    return Change(file, row, "ride_along", "no"), unserved.fix_cost_vnd


def _serve_giver(search: FixSearch, visit: Visit, by_id: dict[VisitId, Visit]) -> Found:
    """Return the change that serves the visit where the batch stands; it then comes from there."""
    givers = [search.found[giver] for giver in _list_givers(visit, by_id) if giver in search.found]
    if len(givers) != 1 or givers[0].change is None or givers[0].fix_cost_vnd is None:
        return NOTHING_SERVES
    return givers[0].change, givers[0].fix_cost_vnd
