"""The days on which a visit could be made, what each would cost, and whom it would shift."""

import dataclasses
from collections.abc import Iterable
from datetime import date

from planning.plan import Placed, Slot
from province.ids import TripId, VehicleId, VisitId
from routing.month.instance import build_instance
from routing.month.timetable import DatedTrip
from routing.problem import TripProblem
from routing.solver.day_options import DayOption, list_day_options
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
    asked = tuple(
        dataclasses.replace(visit, pin=None) if visit.visit_id == visit_id else visit
        for visit in problem.visits
    )
    told = {name: one for name, one in problem.announced.items() if name != visit_id}
    problem = dataclasses.replace(problem, visits=asked, announced=told)
    instance = build_instance(problem)
    month = list(recall_trips(problem, instance, trips).month)
    job = next(k for k, visit in enumerate(problem.visits) if visit.visit_id == visit_id)
    ids = {(trip.vehicle_id, trip.first_day): trip.trip_id for trip in trips}
    return tuple(
        _describe(problem, option, month, job, ids, shift_min)
        for option in list_day_options(instance, month, job)
    )


def _describe(
    problem: TripProblem,
    option: DayOption,
    month: list[DatedTrip],
    job: int,
    ids: dict[tuple[VehicleId, date], TripId],
    shift_min: int,
) -> Slot:
    trip = option.trip
    vehicle, crew = problem.vehicles[trip.car], problem.crews[trip.crew]
    old_id = ids.get((vehicle.vehicle_id, problem.days[trip.first]))
    times = _list_times([trip])
    before = _list_times(month)
    shifted = sorted(
        problem.visits[other].visit_id
        for other, when in times.items()
        if other != job and _is_other(before.get(other), when, shift_min)
    )
    day, start = times[job]
    placed = Placed(
        old_id if option.old is not None and old_id else TripId(""),
        vehicle.vehicle_id, crew.crew_id, problem.days[day], start,
    )  # fmt: skip
    return Slot(placed, option.cost_vnd, tuple(shifted))


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


def nearest_days(slots: tuple[Slot, ...], to: Placed, count: int) -> tuple[Slot, ...]:
    """Return the cheapest slot of each of the days that lie nearest to where a visit was."""
    best: dict[object, Slot] = {}
    for slot in slots:
        best.setdefault(slot.placed.day, slot)
    return tuple(
        sorted(best.values(), key=lambda slot: (abs(slot.placed.day - to.day), slot.placed.day))
    )[:count]
