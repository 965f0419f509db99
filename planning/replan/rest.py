"""What is left of a month at a moment: trips that stand, visits and movements still to be made."""

import dataclasses
from dataclasses import dataclass

from planning.expected_results import list_expected_results
from planning.late_sites import list_late
from planning.past.read import PastTrip, count_as_done, list_past_trips, settle_month
from planning.past.whole_month import list_moves
from planning.plan import Plan
from planning.replan.moment import Moment, list_begun
from planning.replan.open_work import OpenWork, list_open_work
from planning.replan.reroute import reroute
from planning.replan.under_way import can_go_on, find_place, is_home
from planning.survey import Survey, survey_province
from province.facts import Province
from province.ids import SiteId, TripId
from province.past import NO_PAST
from province.violations import Violation
from province.visits import Movement, Visit
from routing.checks.verify import verify_trips
from routing.trips import Trip, TripPlan, pair_trips

NOT_HELD = {
    "vehicle_is_available",  # who is out is brought home
    "crew_is_not_off",
    "cost_is_right",  # wishes count no more
    "loads_are_accounted_for",  # what falls away stays on board
    "riders_have_no_trip_of_their_own",  # what they rode along with may be called off
    "batch_is_collected_before_it_is_left",  # on trips of which this check knows nothing
}
"""Rules that a trip under way is not held to; `planning.verify_places` proves its batches."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a month at a moment.

    Parameters
    ----------
    survey
        The province as it is then, with what is past and the names of visits.
    begun
        Trips of the month's plan that have set out, or were reported, rerouted where they must be.
    open_trips
        Its other trips, as they were planned.
    planned
        Visits that the plan has and none of the trips begun makes.
    work
        Movements still to be made.
    visits
        What is to be served.
    rerouted
        The trips whose rest is another one.
    broken
        The rules that these cannot keep any more.
    """

    survey: Survey
    begun: tuple[Trip, ...]
    open_trips: tuple[Trip, ...]
    planned: tuple[Visit, ...]
    work: OpenWork
    visits: tuple[Visit, ...]
    rerouted: tuple[TripId, ...] = ()
    broken: tuple[Violation, ...] = ()


def find_rest(
    province: Province,
    plans: tuple[Plan, ...],
    plan: Plan,
    moment: Moment,
    *,
    roads_of: Survey | None = None,
) -> Rest:
    """Return what is left of a month at a moment.

    A trip under way goes on as planned where it can, and is rerouted where it cannot.

    Parameters
    ----------
    plans
        The plans in force up to the month, its own one among them.
    roads_of
        A survey of the month on the same roads; they are measured anew where none is given.

    Raises
    ------
    InfeasibleError
        If a trip under way cannot even come home.
    """
    trips = list_past_trips(province, plans)
    begun = list_begun(trips, plan.month, moment)
    under_way = [
        past
        for past in begun
        if past.plan.month == plan.month
        and not past.is_cancelled
        and not is_home(past.trip, moment)
    ]
    carried = tuple(list_moves((past.trip for past in under_way), plan.month))
    rest = _describe(province, plan, trips, begun, moment, carried, roads_of=roads_of)
    if not under_way:
        return rest
    cut = _describe(
        province, plan, trips, _exchange(begun, [_cut(past, moment) for past in under_way]), moment,
        carried, roads_of=rest.survey,
    )  # fmt: skip
    changed = _reroute(province, plan, cut, under_way, moment)
    if not changed:
        return rest
    begun, changed = _let_wait(begun, changed, moment)
    begun = _exchange(begun, [_give(past, changed[past.trip.trip_id]) for past in under_way
                              if past.trip.trip_id in changed])  # fmt: skip
    found = _describe(province, plan, trips, begun, moment, carried, roads_of=rest.survey)
    broken = _verify(plan, cut, tuple(changed.values()))
    return dataclasses.replace(found, rerouted=tuple(sorted(changed)), broken=broken)


def _describe(
    province: Province,
    plan: Plan,
    trips: list[PastTrip],
    begun: list[PastTrip],
    moment: Moment,
    carried: tuple[Movement, ...],
    *,
    roads_of: Survey | None = None,
) -> Rest:
    past = settle_month(province, trips, begun, plan.month, moment.day)
    former = tuple(sorted({*past.used_trips, *plan.former_trips}))
    past = dataclasses.replace(past, first_min=moment.minute, used_trips=former)
    own = tuple(one.trip for one in begun if one.plan.month == plan.month)
    ids = {trip.trip_id for trip in own}
    made = {(t.visit_id, t.site_id) for t in past.tasks if t.is_done and t.trip_id in ids}
    planned = tuple(v for v in plan.visits if (v.visit_id, v.receiver_id) not in made)
    known = count_as_done(province, past)
    if roads_of is None:
        survey = survey_province(known, plan.month, past=past, named_after=planned)
    else:
        survey = roads_of.go_on(known, past, named_after=planned)
    work = list_open_work(plan, known, carried)
    visits = survey.list_visits(work.asked, late=list_late(plan, known))
    open_trips = tuple(trip for trip in plan.all_trips if trip.trip_id not in ids)
    return Rest(survey, own, open_trips, planned, work, visits)


def _exchange(begun: list[PastTrip], new: list[PastTrip]) -> list[PastTrip]:
    """Return trips with some in place of those of the same month and id."""
    by_id = {(past.plan.month, past.trip.trip_id): past for past in new}
    return [by_id.get((past.plan.month, past.trip.trip_id), past) for past in begun]


def _give(past: PastTrip, trip: Trip) -> PastTrip:
    return dataclasses.replace(past, trip=trip, rows=list_expected_results(past.plan, trip))


def _cut(past: PastTrip, moment: Moment) -> PastTrip:
    """Return a trip under way with the stops alone that have begun."""
    stops = tuple(stop for stop in past.trip.stops if moment.is_after_start(stop))
    return _give(past, dataclasses.replace(past.trip, stops=stops))


def _reroute(
    province: Province, plan: Plan, cut: Rest, under_way: list[PastTrip], moment: Moment
) -> dict[TripId, Trip]:
    """Return the trips that cannot go on as planned, as they go on."""
    visits = {visit.visit_id: visit for visit in cut.visits}
    known = {visit.visit_id: visit for visit in plan.visits}
    sites = {leg.to_site for past in under_way for _, leg in past.trip.legs()}
    sites |= {leg.from_site for past in under_way for _, leg in past.trip.legs()}
    problem = cut.survey.pose_trips(cut.visits, places=tuple(sorted(sites)))
    changed: dict[TripId, Trip] = {}
    for past in under_way:
        if not can_go_on(province, past.trip, problem, visits, moment):
            now = find_place(past.trip, problem, visits, moment)
            done = tuple(known[s.visit_id] for s in now.done if s.visit_id in known)
            changed[past.trip.trip_id] = reroute(cut.survey, now, cut.visits, done, moment)
    return changed


def _let_wait(
    begun: list[PastTrip], changed: dict[TripId, Trip], moment: Moment
) -> tuple[list[PastTrip], dict[TripId, Trip]]:
    """Return what has begun without second trips of a day that are still at the depot and are lost.

    Whose first trip goes on otherwise, or who cannot go on as planned, does not set out: its visits
    are planned again.
    """
    lost = {
        pair[1].trip_id
        for pair in pair_trips(past.trip for past in begun)
        if len(pair) > 1 and {one.trip_id for one in pair} & set(changed)
        if not moment.is_after_departure(pair[1])
    }
    kept = [past for past in begun if past.trip.trip_id not in lost]
    return kept, {trip_id: trip for trip_id, trip in changed.items() if trip_id not in lost}


def _verify(plan: Plan, cut: Rest, trips: tuple[Trip, ...]) -> tuple[Violation, ...]:
    """Return the rules that trips break which go on otherwise, by roads and hours as known now."""
    now = {visit.visit_id: visit for visit in cut.visits}
    known = {visit.visit_id: visit for visit in plan.visits}
    stops = [stop for trip in trips for stop in trip.stops]
    asked = [now.get(stop.visit_id) or known.get(stop.visit_id) for stop in stops]
    visits = tuple(
        dataclasses.replace(visit, leaves=stop.leaves, takes=stop.takes)
        for visit, stop in zip(asked, stops, strict=True)
        if visit is not None
    )
    free = cut.survey.go_on(cut.survey.province, NO_PAST)
    sites: tuple[SiteId, ...] = tuple(sorted({stop.site_id for stop in stops}))
    problem = free.pose_trips(visits, places=sites)
    cost = sum(trip.cost_vnd for trip in trips)
    checked = TripPlan(trips, (), "feasible", cost, float(cost), 0.0, 0.0, 0, 0.0)
    found = verify_trips(cut.survey.province, problem, checked)
    return tuple(one for one in found if one.rule not in NOT_HELD)
