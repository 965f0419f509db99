"""What is left of a month at a moment: trips that stand, visits and movements still to be made."""

import dataclasses
from dataclasses import dataclass

from planning.expected_results import list_expected_results
from planning.late_sites import list_late
from planning.past.read import PastTrip, count_as_done, list_past_trips, settle_month
from planning.past.whole_month import is_known, list_moves, make_visit
from planning.plan import Plan
from planning.replan.moment import Moment, list_begun
from planning.replan.open_work import OpenWork, list_open_work
from planning.replan.reroute import reroute
from planning.replan.under_way import can_go_on, find_place, is_at_same_place, is_home
from planning.replan.wait import know_next_month
from planning.survey import Survey, survey_province
from planning.waits import is_held_up
from province.facts import Province
from province.ids import BatchId, SiteId, TripId
from province.past import NO_PAST
from province.violations import Violation
from province.visits import Movement, Visit, Window
from routing.checks.verify import verify_trips
from routing.trips import Stop, Trip, TripPlan, pair_trips

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
    versions: tuple[Plan, ...] = (),
) -> Rest:
    """Return what is left of a month at a moment.

    A trip under way goes on as planned where it can, and is rerouted where it cannot. Where it was
    rerouted before, and can go on as it was planned first, it does so again.

    Parameters
    ----------
    plans
        The plans in force up to the month, its own one among them.
    roads_of
        A survey of the month on the same roads; they are measured anew where none is given.
    versions
        Plans of the month that were in force before, the latest last.

    Raises
    ------
    InfeasibleError
        If a trip under way cannot come home by the end of the month after.
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
    stopped = [_cut(past, moment) for past in under_way]
    cut = _describe(
        province, plan, trips, _exchange(begun, stopped), moment, carried, roads_of=rest.survey,
        aboard=frozenset(parcel.batch_id for one in stopped for parcel in one.trip.returns),
    )  # fmt: skip
    former = {
        past.trip.trip_id: old
        for past in under_way
        if (old := _find_former(province, plan, versions, past.trip, moment)) is not None
    }
    changed = _reroute(province, plan, cut, under_way, moment, former)
    if not changed:
        return rest
    begun, changed = _drop_second_trips(begun, changed, moment)
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
    aboard: frozenset[BatchId | None] = frozenset(),
) -> Rest:
    """Return what is left of a month after some trips; batches aboard are not yet home."""
    past = settle_month(province, trips, begun, plan.month, moment.day)
    former = tuple(sorted({*past.used_trips, *plan.former_trips}))
    home = {batch: day for batch, day in past.homecomings.items() if batch not in aboard}
    past = dataclasses.replace(past, first_min=moment.minute, used_trips=former, homecomings=home)
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
    province: Province,
    plan: Plan,
    cut: Rest,
    under_way: list[PastTrip],
    moment: Moment,
    former: dict[TripId, Trip],
) -> dict[TripId, Trip]:
    """Return the trips that cannot go on as planned, or need not wait so long, as they go on."""
    visits = {visit.visit_id: visit for visit in cut.visits}
    known = {visit.visit_id: visit for visit in plan.visits}
    legs = [
        leg for one in (*(p.trip for p in under_way), *former.values()) for _, leg in one.legs()
    ]
    sites = {site for leg in legs for site in (leg.from_site, leg.to_site)}
    problem = cut.survey.pose_trips(cut.visits, places=tuple(sorted(sites)))
    changed: dict[TripId, Trip] = {}
    for past in under_way:
        first = former.get(past.trip.trip_id)
        if first is not None and can_go_on(province, first, problem, visits, moment):
            changed[first.trip_id] = first
            continue
        is_possible = can_go_on(province, past.trip, problem, visits, moment)
        if is_possible and not is_held_up(past.trip):
            continue
        now = find_place(past.trip, problem, visits, moment)
        done = tuple(known[s.visit_id] for s in now.done if s.visit_id in known)
        new = reroute(cut.survey, now, cut.visits, done, moment)
        if not is_possible or new.last_day < past.trip.last_day:
            changed[past.trip.trip_id] = new
    return changed


def _drop_second_trips(
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


def _find_former(
    province: Province, plan: Plan, versions: tuple[Plan, ...], trip: Trip, moment: Moment
) -> Trip | None:
    """Return a trip under way as an earlier plan had it, if it made more stops and still can.

    It must be where it would be by that plan: it did and drove the same so far, or it was led
    otherwise from this very moment on.
    """
    told = plan.replanned
    is_now = told is not None and Moment(told.day, told.minute) == moment
    for number, version in enumerate(reversed(versions)):
        own = (old for old in version.all_trips if old.trip_id == trip.trip_id)
        old = next((old for old in own if is_known(old, province)), None)
        if old is None or len(old.stops) <= len(trip.stops):
            continue
        if (is_now and number == 0) or is_at_same_place(old, trip, moment):
            return old
    return None


def _verify(plan: Plan, cut: Rest, trips: tuple[Trip, ...]) -> tuple[Violation, ...]:
    """Return the rules that trips break which go on otherwise, by roads and hours as known now."""
    now = {visit.visit_id: visit for visit in cut.visits}
    known = {visit.visit_id: visit for visit in plan.visits}
    stops = [stop for trip in trips for stop in trip.stops]
    asked = [now.get(s.visit_id) or known.get(s.visit_id) or _take_as_made(s) for s in stops]
    visits = tuple(
        dataclasses.replace(visit, leaves=stop.leaves, takes=stop.takes)
        for visit, stop in zip(asked, stops, strict=True)
    )
    free = cut.survey.go_on(cut.survey.province, NO_PAST)
    sites: tuple[SiteId, ...] = tuple(sorted({stop.site_id for stop in stops}))
    problem = free.pose_trips(visits, places=sites)
    if any(trip.last_day > problem.days[-1] for trip in trips):
        problem = know_next_month(problem, cut.survey.province)
    cost = sum(trip.cost_vnd for trip in trips)
    checked = TripPlan(trips, (), "feasible", cost, float(cost), 0.0, 0.0, 0, 0.0)
    found = verify_trips(cut.survey.province, problem, checked)
    return tuple(one for one in found if one.rule not in NOT_HELD)


def _take_as_made(stop: Stop) -> Visit:
    """Return the visit of a stop that was made before the plan: it was open when it was made."""
    made = Window(stop.day, stop.start_min, stop.depart_min)
    return dataclasses.replace(make_visit(stop), windows=(made,))
