"""Plans what is left of a month again: what was announced changes as little as pays."""

import dataclasses
from collections.abc import Callable

from planning.deliveries import count_totals, list_deliveries
from planning.joint.month import find_fixes
from planning.joint.proposal import INTERRUPTED
from planning.late_sites import list_late
from planning.leftovers import keep_promised, list_leftovers, plan_keeps
from planning.plan import Plan, Replanned, Totals, VisitChange
from planning.plan_facts import digest_folder, digest_planned
from planning.replan.bookcases import bring_bookcases
from planning.replan.changes import list_changes
from planning.replan.moment import Moment
from planning.replan.pose_rest import Allowed, announce
from planning.replan.regive import regive_batches
from planning.replan.rest import Rest, find_rest
from planning.reservations import list_reservations, month_span
from planning.slot_search import find_slots, nearest_days
from planning.trip_names import list_former, name_trips
from planning.verify_lockdown import verify_lockdown
from planning.verify_places import verify_places
from planning.verify_waits import verify_waits
from province.facts import Province
from province.progress import Progress, ignore_progress, tell_part
from routing.checks.verify import verify_trips
from routing.problem import TripProblem
from routing.solver.solve import place_in_trips, plan_trips
from routing.trips import Trip, TripPlan

SEARCHED = 0.8
"""Share of the progress before what would serve the visits left out is looked for."""

MOST_VERSIONS = 3
"""Earlier plans of the month that a search may go on from."""

NEAREST = 2
"""Days that are named for a visit that is lost."""


def replan_month(
    province: Province,
    plans: tuple[Plan, ...],
    plan: Plan,
    moment: Moment,
    *,
    allow: Allowed = "move",
    seed: int = 0,
    work: float = 1.0,
    versions: tuple[Plan, ...] = (),
    has_fixes: bool = True,
    tell_first: Callable[[TripPlan], None] = lambda trips: None,
    progress: Progress = ignore_progress,
) -> Plan | None:
    """Return the plan of a month from a moment on; None where nothing changed since it was made.

    Parameters
    ----------
    plans
        The plans in force up to the month, its own one among them.
    versions
        Plans of the month that were in force before, the latest last. With `all` a trip under way
        goes on by them again if it can; but for `fill` the search goes on from the trips of the one
        that is best by what is known now.
    has_fixes
        Whether the change that would serve each visit left out is looked for.
    tell_first
        Told the first complete answer, before the search goes on.
    """
    former = versions if allow == "all" else ()
    rest = bring_bookcases(plan, find_rest(province, plans, plan, moment, versions=former), moment)
    if allow != "all" and _is_as_planned(province, plan, rest):
        return None
    problem = announce(rest, province, moment, allow)
    filled = problem if allow == "fill" else announce(rest, province, moment, "fill")
    first = place_in_trips(filled, rest.open_trips, is_draft=True)
    tell_first(first)
    if allow == "fill" and _count_placed(rest, first) <= 1:
        trips = place_in_trips(problem, rest.open_trips, work=work)
    else:
        part = tell_part(progress, 0.0, SEARCHED)
        start = _choose_start(problem, rest, first, versions if allow != "fill" else ())
        trips = plan_trips(problem, seed=seed, work=work, start=start, progress=part)
    rest, problem, trips = _give_elsewhere(
        plan, rest, problem, trips, lambda one: announce(one, province, moment, allow), seed, work
    )
    new = _finish(province, plan, rest, problem, trips, moment, allow)
    if not has_fixes or new.is_cut_short:
        return new
    return find_fixes(new, rest.survey, progress=tell_part(progress, SEARCHED, 1.0))


def _choose_start(
    problem: TripProblem, rest: Rest, first: TripPlan, versions: tuple[Plan, ...]
) -> tuple[Trip, ...]:
    """Return the trips that the search goes on from: the first answer, or those of a version.

    The version in force before is often the best again once a cause is gone.
    """
    cars = {car.vehicle_id for car in problem.vehicles}
    crews = {crew.crew_id for crew in problem.crews}
    begun = {trip.trip_id for trip in rest.begun}
    starts = [first.trips]
    for version in versions[-MOST_VERSIONS:]:
        trips = (trip for trip in version.all_trips if trip.trip_id not in begun)
        if known := tuple(t for t in trips if t.vehicle_id in cars and t.crew_id in crews):
            starts.append(known)
    if len(starts) == 1:
        return first.trips
    placed = [place_in_trips(problem, trips, is_draft=True) for trips in starts]
    best = min(placed, key=lambda one: one.objective)
    return first.trips if best is placed[0] else best.trips


def _count_placed(rest: Rest, trips: TripPlan) -> int:
    """Return how many visits of open trips are not where they were: every place was tried."""
    now = {stop.visit_id: (stop.day, trip.vehicle_id) for trip, stop in trips.stops()}
    asked = {visit.visit_id for visit in rest.visits}
    return sum(
        now.get(stop.visit_id) != (stop.day, trip.vehicle_id)
        for trip in rest.open_trips
        for stop in trip.stops
        if stop.visit_id in asked
    )


def _give_elsewhere(
    plan: Plan,
    rest: Rest,
    problem: TripProblem,
    trips: TripPlan,
    pose: Callable[[Rest], TripProblem],
    seed: int,
    work: float,
) -> tuple[Rest, TripProblem, TripPlan]:
    """Return the rest with lost batches given to other libraries, where that serves more."""
    given = None if trips.status == INTERRUPTED else regive_batches(rest, trips)
    if given is None:
        return rest, problem, trips
    late = list_late(plan, rest.survey.province)
    visits = rest.survey.list_visits(given.asked, late=late)
    other = dataclasses.replace(rest, work=given, visits=visits)
    posed = pose(other)
    found = plan_trips(posed, seed=seed, work=work, start=trips.trips)
    if len(found.unserved) < len(trips.unserved):
        return other, posed, found
    return rest, problem, trips


def _is_as_planned(province: Province, plan: Plan, rest: Rest) -> bool:
    """Whether the facts and what is left to do are those that the plan was made for."""
    asked = {visit.visit_id for visit in rest.visits}
    return (
        plan.facts_but_ledger == digest_folder(province)
        and asked == {visit.visit_id for visit in rest.planned}
        and not rest.work.impossible
    )


def take_up(plan: Plan, rest: Rest, trips: TripPlan, moment: Moment) -> Plan:
    """Return a plan whose open trips are others: what was decided, unchecked and uncounted."""
    named = name_trips(trips.trips, rest.survey.past.used_trips)
    made = {stop.visit_id for trip in rest.begun for stop in trip.stops}
    return dataclasses.replace(
        plan,
        rotation=rest.work.rotation,
        asked=rest.work.asked,
        visits=rest.visits,
        trips=dataclasses.replace(trips, trips=named),
        first_day=moment.day,
        first_min=moment.minute,
        standing_trips=rest.begun,
        wishes=tuple(one for one in plan.wishes if one.visit_id in made),
        former_trips=list_former((*rest.begun, *named), rest.survey.past.used_trips),
    )


def _finish(
    province: Province,
    plan: Plan,
    rest: Rest,
    problem: TripProblem,
    trips: TripPlan,
    moment: Moment,
    allow: Allowed,
) -> Plan:
    survey = rest.survey
    new = take_up(plan, rest, trips, moment)
    trips = new.trips
    new = dataclasses.replace(
        new,
        facts_digest=digest_planned(province),
        facts_but_ledger=digest_folder(province),
        deliveries=list_deliveries(survey.province, rest.work.rotation, rest.work.asked, trips),
        totals=count_totals(rest.visits, trips),
        violations=verify_trips(survey.province, problem, trips),
        has_schematic_roads=province.has_schematic_roads,
        overruled=(),
        leftovers=list_leftovers(survey.province),
        reserved=list_reservations(survey.province, month_span(survey.month)),
        keeps=keep_promised(plan, rest.begun, plan_keeps(survey.province, trips.trips)),
    )
    shift_min = province.settings.replan.shift_min
    turned = tuple(trip for trip in plan.all_trips if trip.trip_id in rest.rerouted)
    go_on = tuple(trip for trip in rest.begun if trip.trip_id in rest.rerouted)
    replanned = Replanned(
        day=moment.day,
        minute=moment.minute,
        allow=allow,
        before=count_part(len(rest.planned) + _count_stops(turned), (*rest.open_trips, *turned)),
        after=count_part(len(rest.visits) + _count_stops(go_on), (*trips.trips, *go_on)),
        changes=tuple(
            _add_slots(change, problem, trips, shift_min)
            for change in list_changes(plan, new, shift_min=shift_min)
        ),
        rerouted=rest.rerouted,
        broken=rest.broken,
        notes=rest.work.notes,
        stranded=rest.work.impossible,
    )
    new = dataclasses.replace(new, replanned=replanned)
    found = (
        *verify_places(province, new, survey.past),
        *verify_lockdown(province, new, survey.past),
        *verify_waits(province, new),
    )
    return dataclasses.replace(new, violations=(*new.violations, *found))


def _add_slots(
    change: VisitChange, problem: TripProblem, trips: TripPlan, shift_min: int
) -> VisitChange:
    """Return a change with the days that would do, where a visit is lost that could be made."""
    asked = {visit.visit_id for visit in problem.visits}
    if change.after is not None or change.before is None or change.visit_id not in asked:
        return change
    slots = find_slots(problem, trips.trips, change.visit_id, shift_min=shift_min)
    return dataclasses.replace(change, slots=nearest_days(slots, change.before, NEAREST))


def _count_stops(trips: tuple[Trip, ...]) -> int:
    return sum(len(trip.stops) for trip in trips)


def count_part(visits: int, trips: tuple[Trip, ...]) -> Totals:
    """Return the figures of a part of a month."""
    cost_vnd = sum(trip.cost_vnd for trip in trips)
    part = TripPlan(trips, (), "", cost_vnd, 0.0, 0.0, 0.0, 0, 0.0)
    return dataclasses.replace(count_totals((), part), visits=visits)
