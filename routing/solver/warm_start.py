"""Takes recorded trips up again in another trip problem of the same month."""

from dataclasses import dataclass
from datetime import date

from province.visits import Visit
from routing.month.instance import MonthInstance
from routing.month.roster import Roster
from routing.month.schedule import date_trip
from routing.month.timetable import Course, DatedTrip, join_tours, leave_stop
from routing.problem import TripProblem
from routing.trips import Trip, pair_trips


@dataclass(frozen=True, slots=True)
class Recalled:
    """Recorded trips in the numbers of another problem.

    Parameters
    ----------
    month
        Those that keep every rule together.
    orders
        The orders of stops of all of them, each with its stops before a loading; sorted.
    """

    month: tuple[DatedTrip, ...]
    orders: tuple[Course, ...]


def recall_trips(
    problem: TripProblem,
    instance: MonthInstance,
    trips: tuple[Trip, ...],
    *,
    may_wait: bool = False,
) -> Recalled:
    """Return recorded trips with the visits that the problem still knows, by their ids.

    A trip keeps its vehicle, crew and first day; times are made anew. The month leaves out what is
    pinned elsewhere, and what no rule allows any more, a stop where that is enough.

    Parameters
    ----------
    may_wait
        Whether the month keeps visits whose batch no trip brings in time; and those too near
        to others of their group.
    """
    jobs = {visit.visit_id: k for k, visit in enumerate(problem.visits)}
    cars = {vehicle.vehicle_id: k for k, vehicle in enumerate(problem.vehicles)}
    crews = {crew.crew_id: k for k, crew in enumerate(problem.crews)}
    days = {day: k for k, day in enumerate(problem.days)}
    roster = Roster(instance)
    orders: set[Course] = set()
    for pair in pair_trips(sorted(trips, key=lambda trip: (trip.first_day, trip.trip_id))):
        tours = [
            tuple(
                jobs[stop.visit_id]
                for stop in trip.stops
                if stop.visit_id in jobs
                and _may_stay(problem.visits[jobs[stop.visit_id]], trip, stop.day)
            )
            for trip in pair
        ]
        course = join_tours(tours)
        if not course[0]:
            continue
        orders.add(course)
        car, crew = cars[pair[0].vehicle_id], crews[pair[0].crew_id]
        new = _date_most(instance, course, car, days[pair[0].first_day], crew)
        if new is None:
            continue
        if roster.fits(new) or (may_wait and roster.has_crew_for(new)):
            roster.add(new)
    return Recalled(tuple(roster.trips.values()), tuple(sorted(orders)))


def _may_stay(visit: Visit, trip: Trip, day: date) -> bool:
    pin = visit.pin
    return pin is None or pin.holds_for(day, trip.vehicle_id, trip.crew_id)


def _date_most(
    instance: MonthInstance, course: Course, car: int, first: int, crew: int
) -> DatedTrip | None:
    """Return the trip with times, where needed without a stop, or without the last ones."""
    while course[0]:
        for order, split in (course, *(leave_stop(course, job) for job in course[0])):
            new = date_trip(instance, order, car, first, crew, split) if order else None
            if new is not None:
                return new
        course = leave_stop(course, course[0][-1])
    return None
