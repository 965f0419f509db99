"""Takes recorded trips up again in another trip problem of the same month."""

from dataclasses import dataclass

from routing.month.instance import MonthInstance
from routing.month.roster import Roster
from routing.month.schedule import date_trip
from routing.month.timetable import DatedTrip
from routing.problem import TripProblem
from routing.trips import Trip


@dataclass(frozen=True, slots=True)
class Recalled:
    """Recorded trips in the numbers of another problem.

    Parameters
    ----------
    month
        Those that keep every rule together.
    orders
        The orders of stops of all of them, sorted.
    """

    month: tuple[DatedTrip, ...]
    orders: tuple[tuple[int, ...], ...]


def recall_trips(
    problem: TripProblem, instance: MonthInstance, trips: tuple[Trip, ...]
) -> Recalled:
    """Return recorded trips with the visits that the problem still knows, by their ids.

    A trip keeps its vehicle, crew and first day; times are made anew. The month leaves out what no
    rule allows any more, a stop where that is enough.
    """
    jobs = {visit.visit_id: k for k, visit in enumerate(problem.visits)}
    cars = {vehicle.vehicle_id: k for k, vehicle in enumerate(problem.vehicles)}
    crews = {crew.crew_id: k for k, crew in enumerate(problem.crews)}
    days = {day: k for k, day in enumerate(problem.days)}
    roster = Roster(instance)
    orders: set[tuple[int, ...]] = set()
    for trip in sorted(trips, key=lambda trip: (trip.first_day, trip.trip_id)):
        order = tuple(jobs[stop.visit_id] for stop in trip.stops if stop.visit_id in jobs)
        if not order:
            continue
        orders.add(order)
        car, crew = cars[trip.vehicle_id], crews[trip.crew_id]
        new = _date_most(instance, order, car, days[trip.first_day], crew)
        if new is not None and roster.fits(new):
            roster.add(new)
    return Recalled(tuple(roster.trips.values()), tuple(sorted(orders)))


def _date_most(
    instance: MonthInstance, order: tuple[int, ...], car: int, first: int, crew: int
) -> DatedTrip | None:
    """Return the trip with times, where needed without a stop, or without the last ones."""
    while order:
        shorter = [order[:k] + order[k + 1 :] for k in range(len(order))]
        for one in (order, *shorter):
            new = date_trip(instance, one, car, first, crew) if one else None
            if new is not None:
                return new
        order = order[:-1]
    return None
