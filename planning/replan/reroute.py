"""The rest of a trip under way that cannot go on as planned: its stops in every order."""

import dataclasses
import itertools
from collections.abc import Iterator
from datetime import timedelta

from planning.announced import announce_trips
from planning.replan.moment import Moment
from planning.replan.tails import (
    MOST_BEDS,
    Case,
    Tail,
    fits_on_board,
    is_free,
    list_jobs,
    price_night,
    price_on,
    time_on,
)
from planning.replan.under_way import UnderWay
from planning.replan.wait import lengthen, wait_for_road
from planning.survey import Survey
from planning.waits import is_held_up
from province.errors import InfeasibleError
from province.language import Message, message
from province.visits import Visit
from routing.checks.case import TripCase
from routing.checks.times import check_times
from routing.last_mile import measure_rides_vnd, share_rides
from routing.month.costs import price_days, price_metres
from routing.month.instance import build_instance
from routing.month.timetable import Day
from routing.solver.to_trips import record_days
from routing.trips import Leg, Trip, TripPlan

MOST_SHUFFLED = 5
"""Of so many stops every order is tried; of more, only leaving some out in the order planned."""

MOST_CHECKED = 200
"""Ways on, the cheapest ones, that are held to the rules of hours."""


def reroute(
    survey: Survey,
    now: UnderWay,
    visits: tuple[Visit, ...],
    done: tuple[Visit, ...],
    moment: Moment,
) -> Trip:
    """Return a trip that goes on otherwise: as cheap as can be, with what it leaves out counted.

    Where it cannot come home within the nights that a trip may have, it waits for its road
    (`planning.replan.wait`). A vehicle or a crew that is out is brought home at once with what is
    on board, which counts as a drive home on the moment's day. Where no way on keeps every rule of
    hours, as where the day was long already, the cheapest is taken.

    Parameters
    ----------
    visits
        What is to be served from the moment on; the trip's own stops are looked for among them.
    done
        The visits that it has made.

    Raises
    ------
    InfeasibleError
        If it cannot come home by the end of the month after.
    """
    cases = [_pose(survey, now, visits, moment)]
    if not cases[0].problem.vehicles or not cases[0].problem.crews:
        raise InfeasibleError(_tell_stuck(now))
    if (eaten := _eat_first(cases[0])) > now.ready_min:
        later = dataclasses.replace(now, ready_min=eaten)
        cases.append(_pose(survey, later, visits, moment))
    ways = _list_ways(cases)
    if not ways:
        ways = _list_ways([lengthen(case, survey.province) for case in cases])
    if not ways:
        raise InfeasibleError(_tell_stuck(now))
    trips = (_join(case, tail) for case, tail in ways[:MOST_CHECKED])
    kept = (trip for trip in trips if _keeps_hours(cases[0], trip, done))
    return next(kept, None) or _join(*ways[0])


def _tell_stuck(now: UnderWay) -> Message:
    return message(
        "trip {trip} cannot come home from {place}: no road is open to its vehicle until the end of"
        " the month after; end a closure, or record what it does",
        trip=now.trip.trip_id,
        place=str(now.place),
    )


def _list_ways(cases: list[Case]) -> list[tuple[Case, Tail]]:
    """Return the ways for a trip to end, the best first: none that waits where another is there."""
    ways = [(case, tail) for case in cases for tail in _list_tails(case)]
    if not ways:
        ways = [(case, tail) for case in cases for tail in wait_for_road(case)]
        home = min((tail.days[-1][0] for _, tail in ways), default=0)
        ways = [(case, tail) for case, tail in ways if tail.days[-1][0] == home]
    return sorted(ways, key=lambda way: (way[1].lacking, way[1].value_vnd))


def _eat_first(case: Case) -> int:
    """Return when the crew could drive on if it ate where it is; 0: no meal is due there."""
    limits = case.instance.limits
    ready = max(case.now.ready_min, limits.meal_from) + limits.meal
    return ready if limits.meal and case.has_begun and ready <= limits.meal_to else 0


def _keeps_hours(case: Case, trip: Trip, done: tuple[Visit, ...]) -> bool:
    """Whether a trip as a whole, what is driven included, keeps the rules of hours."""
    visits = (*done, *case.problem.visits)
    problem = dataclasses.replace(case.problem, visits=visits, first_starts={})
    plan = TripPlan((trip,), (), "feasible", trip.cost_vnd, 0.0, 0.0, 0.0, 0, 0.0)
    return not any(check_times(TripCase(problem, plan)))


def _pose(survey: Survey, now: UnderWay, visits: tuple[Visit, ...], moment: Moment) -> Case:
    trip = now.trip
    past = survey.past
    others = tuple(d for d in past.days if d.vehicle_id != trip.vehicle_id or d.day < moment.day)
    own = dataclasses.replace(past, days=others, first_min=now.ready_min)
    wanted = {stop.visit_id for stop in now.rest}
    rest = tuple(visit for visit in visits if visit.visit_id in wanted)
    problem = survey.go_on(survey.province, own).pose_trips(rest, places=(now.place,))
    problem = dataclasses.replace(
        problem,
        vehicles=tuple(c for c in problem.vehicles if c.vehicle_id == trip.vehicle_id),
        crews=tuple(c for c in problem.crews if c.crew_id == trip.crew_id),
    )
    problem = announce_trips(problem, (trip,), survey.province, moment.day)
    allowed = trip.first_day + timedelta(days=problem.rules.max_nights)
    last = min(max(allowed, trip.last_day), problem.days[-1])
    return Case(
        problem,
        build_instance(problem),
        now,
        problem.days.index(moment.day),
        problem.days.index(last),
        any(day == moment.day and leg.leave_min < moment.minute for day, leg in trip.legs()),
    )


def _list_tails(case: Case) -> Iterator[Tail]:
    """Yield every way for the trip to end that keeps the rules; none of one that waits already."""
    if is_held_up(case.now.trip):
        return
    jobs = list_jobs(case)
    for order in _list_orders(jobs):
        if fits_on_board(case, order):
            left_out = sum(case.instance.jobs[job].penalty_vnd for job in jobs if job not in order)
            found = _drive(case, order, case.now.place, case.first)
            yield from (Tail(order, days, value + left_out) for days, value in found)


def _list_orders(jobs: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for size in range(len(jobs), -1, -1):
        for kept in itertools.combinations(jobs, size):
            yield from itertools.permutations(kept) if len(jobs) <= MOST_SHUFFLED else (kept,)


def _drive(
    case: Case, order: tuple[int, ...], place: str, number: int
) -> Iterator[tuple[tuple[tuple[int, Day], ...], int]]:
    """Yield the days in which an order of visits can be served from a place on, and their value."""
    if number > case.last:
        return
    sites = case.problem.sites
    where, home = sites.index(place), sites.index(case.now.trip.depot_id)
    for served in range(len(order), -1, -1):
        today = order[:served]
        if served == len(order):
            day = time_on(case, number, where, today, home)
            if day is not None:
                yield ((number, day),), price_on(case, number, day)
        if order and not is_free(case, number):
            continue
        ahead = case.instance.jobs[order[served]].site if served < len(order) else home
        for bed in _list_beds(case, today, where, number, ahead):
            day = time_on(case, number, where, today, bed)
            if day is None:
                continue
            for rest, value in _drive(case, order[served:], sites[bed], number + 1):
                spent = price_on(case, number, day) + price_night(case)
                yield ((number, day), *rest), value + spent


def _list_beds(case: Case, jobs: tuple[int, ...], where: int, number: int, ahead: int) -> list[int]:
    """Return the lodging places of the least way from a day's last stop to what comes next."""
    instance = case.instance
    here = instance.jobs[jobs[-1]].site if jobs else where
    metres = instance.tables[instance.cars[0].tables[number]].metres
    beds = [s for s, count in instance.lodging if count >= instance.teams[0].members]

    def measure(a: int, b: int) -> int:
        return metres[a][b] if a != b else 0

    return sorted(beds, key=lambda bed: (measure(here, bed) + measure(bed, ahead), bed))[:MOST_BEDS]


def _join(case: Case, tail: Tail) -> Trip:
    """Return the trip as it was up to the moment and as the tail ends it.

    The parcels of its stops are those that it was to carry, wherever they came from.
    """
    now, problem = case.now, case.problem
    found = record_days(problem, 0, tail.days, now.on_board, len(now.done))
    planned = {stop.visit_id: stop for stop in now.rest}
    stops = (
        dataclasses.replace(
            stop, leaves=planned[stop.visit_id].leaves, takes=planned[stop.visit_id].takes
        )
        for stop in found.stops
    )
    driven = [leg for _, leg in _list_driven(case)]
    slept = (night for night in now.trip.nights if night.day < problem.days[case.first])
    new = dataclasses.replace(
        now.trip,
        stops=(*now.done, *stops),
        nights=(*slept, *found.nights),
        home=found.home,
        last_day=problem.days[tail.days[-1][0]],
        length_m=sum(leg.length_m for leg in driven) + sum(day.metres for _, day in tail.days),
        drive_min=sum(leg.drive_min for leg in driven) + sum(d.drive_min for _, d in tail.days),
    )
    return dataclasses.replace(new, cost_vnd=_count_cost(case, new))


def _list_driven(case: Case) -> Iterator[tuple[object, Leg]]:
    """Yield the legs that are driven already."""
    today = case.problem.days[case.first]
    yield from ((day, leg) for day, leg in case.now.trip.legs() if day < today)
    yield from ((today, leg) for leg in case.now.legs)


def _count_cost(case: Case, trip: Trip) -> int:
    """Return what a whole trip costs: kilometres, days, nights, allowances, rides."""
    problem, members = case.problem, case.problem.crews[0].members
    cost = price_metres(case.instance, 0, trip.length_m)
    cost += price_days(case.instance, 0, members, len(trip.dates))
    for stop in trip.stops:
        if stop.village_id is not None and stop.village_id in problem.last_miles:
            shares = share_rides(
                problem.last_miles[stop.village_id], stop.takes, stop.leaves, stop.day
            )
            cost += measure_rides_vnd(shares, problem.costs)
    return cost
