"""The days and vehicles that could make a visit while every other visit stays on its trip."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from planning.placed import Placed, Slot
from province.ids import TripId, VisitId
from province.visits import Pin, Visit
from routing.month.instance import build_instance
from routing.month.timetable import DatedTrip
from routing.problem import TripProblem
from routing.solver.day_options import list_day_options
from routing.solver.warm_start import recall_trips
from routing.trips import Trip


def find_slots(
    problem: TripProblem, trips: tuple[Trip, ...], visit_id: VisitId, *, shift_min: int
) -> tuple[Slot, ...]:
    """Return the days and vehicles that could make a visit, the cheapest first.

    Every other visit stays on its trip; the visit itself counts nothing for being on another day
    than announced, since that is what is asked.

    Parameters
    ----------
    problem
        What is left of the month; pins of the visit itself do not count.
    trips
        Its trips as they are planned.
    """
    asked = exchange_pin(problem.visits, visit_id, None)
    told = {name: one for name, one in problem.announced.items() if name != visit_id}
    problem = dataclasses.replace(problem, visits=asked, announced=told)
    instance = build_instance(problem)
    month = list(recall_trips(problem, instance, trips).month)
    planned = PlannedMonth(problem, month, trips, shift_min)
    return tuple(
        planned.describe(visit_id, [option.trip], option.cost_vnd)
        for option in list_day_options(instance, month, number_visit(problem, visit_id))
    )


def nearest_days(slots: tuple[Slot, ...], to: Placed, count: int) -> tuple[Slot, ...]:
    """Return the cheapest slot of each of the days that lie nearest to where a visit was."""
    best: dict[object, Slot] = {}
    for slot in slots:
        best.setdefault(slot.placed.day, slot)
    return tuple(
        sorted(best.values(), key=lambda slot: (abs(slot.placed.day - to.day), slot.placed.day))
    )[:count]


@dataclass(frozen=True, slots=True)
class PlannedMonth:
    """A month as it was planned, in numbers and as trips; within `shift_min` a time is the same."""

    problem: TripProblem
    month: list[DatedTrip]
    trips: tuple[Trip, ...]
    shift_min: int

    def describe(self, visit_id: VisitId, trips: Iterable[DatedTrip], cost_vnd: int) -> Slot:
        """Return where some trips make a visit, and which others of theirs are at another time."""
        new, job = list(trips), number_visit(self.problem, visit_id)
        trip = next(one for one in new if job in one.order)
        vehicle_id = self.problem.vehicles[trip.car].vehicle_id
        crew_id = self.problem.crews[trip.crew].crew_id
        tour = {self.problem.visits[k].visit_id for k in next(t for t in trip.tours if job in t)}
        place = vehicle_id, self.problem.days[trip.first]
        there = [old for old in self.trips if (old.vehicle_id, old.first_day) == place]
        alike = [old for old in there if tour & {stop.visit_id for stop in old.stops}]
        known = (alike or there)[0].trip_id if there and len(tour) > 1 else None
        times, before = _list_times(new), _list_times(self.month)
        shifted = sorted(
            self.problem.visits[other].visit_id
            for other, when in times.items()
            if other != job and _is_other(before.get(other), when, self.shift_min)
        )
        day, start = times[job]
        placed = Placed(
            known or TripId(""),
            vehicle_id,
            crew_id,
            self.problem.days[day],
            start,
        )
        return Slot(placed, cost_vnd, tuple(shifted))


def number_visit(problem: TripProblem, visit_id: VisitId) -> int:
    """Return the number of a visit in its problem."""
    return next(k for k, visit in enumerate(problem.visits) if visit.visit_id == visit_id)


def exchange_pin(
    visits: tuple[Visit, ...], visit_id: VisitId, pin: Pin | None
) -> tuple[Visit, ...]:
    """Return visits with nothing but a pin fixed about one of them."""
    return tuple(
        dataclasses.replace(visit, pin=pin) if visit.visit_id == visit_id else visit
        for visit in visits
    )


def _list_times(trips: Iterable[DatedTrip]) -> dict[int, tuple[int, int]]:
    """Return the day and the minute at which each visit begins."""
    return {
        job: (number, start)
        for trip in trips
        for number, day in enumerate(trip.days, trip.first)
        for job, start in zip(day.jobs, day.starts, strict=True)
    }


def _is_other(before: tuple[int, int] | None, now: tuple[int, int], shift_min: int) -> bool:
    return before is None or before[0] != now[0] or abs(before[1] - now[1]) > shift_min
