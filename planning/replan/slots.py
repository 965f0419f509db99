"""The days on which a visit could be made, what each would cost, and whom it would shift."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from planning.plan import Placed, Slot
from planning.replan.moment import Moment
from planning.replan.pose_rest import announce
from planning.replan.rest import Rest
from province.facts import Province
from province.ids import TripId, VisitId
from province.visits import Pin, Visit
from routing.month.instance import build_instance
from routing.month.schedule import month_value
from routing.month.timetable import DatedTrip
from routing.problem import TripProblem
from routing.solver.day_options import count_now, list_day_options
from routing.solver.place_lost import place_lost
from routing.solver.warm_start import recall_trips
from routing.trips import Trip


def offer_slots(
    rest: Rest, province: Province, moment: Moment, visit_id: VisitId, *, most: int
) -> tuple[Slot, ...]:
    """Return the cheapest other days and vehicles for a visit, the cheapest first.

    Each is what planning again with `fill` makes of the month once the visit is pinned to that day
    and vehicle, by the same steps: the cost is what the objective rises by.

    Parameters
    ----------
    most
        How many at most.
    """
    problem = announce(rest, province, moment, "fill")
    instance, trips = build_instance(problem), rest.open_trips
    before = list(recall_trips(problem, instance, trips).month)
    now = count_now(instance, before, _number(problem, visit_id))
    shift_min = province.settings.replan.shift_min
    slots: list[Slot] = []
    for found in find_slots(problem, trips, visit_id, shift_min=shift_min):
        placed = found.placed
        if len(slots) == most:
            break
        if _is_planned(trips, visit_id, placed):
            continue
        posed = announce(
            pin_visit(rest, visit_id, Pin(placed.day, placed.vehicle_id)), province, moment, "fill"
        )
        numbers = build_instance(posed)
        month = place_lost(numbers, recall_trips(posed, numbers, trips, may_wait=True).month)
        told = _PlannedMonth(posed, before, trips, shift_min)
        if any(_number(posed, visit_id) in trip.order for trip in month):
            slots.append(told.describe(visit_id, month, month_value(numbers, month) - now))
    return tuple(sorted(slots, key=lambda slot: (slot.cost_vnd, slot.placed.day)))


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
    asked = _exchange_pin(problem.visits, visit_id, None)
    told = {name: one for name, one in problem.announced.items() if name != visit_id}
    problem = dataclasses.replace(problem, visits=asked, announced=told)
    instance = build_instance(problem)
    month = list(recall_trips(problem, instance, trips).month)
    planned = _PlannedMonth(problem, month, trips, shift_min)
    return tuple(
        planned.describe(visit_id, [option.trip], option.cost_vnd)
        for option in list_day_options(instance, month, _number(problem, visit_id))
    )


def pin_visit(rest: Rest, visit_id: VisitId, pin: Pin) -> Rest:
    """Return what is left of a month with nothing but this fixed about a visit."""
    return dataclasses.replace(rest, visits=_exchange_pin(rest.visits, visit_id, pin))


def nearest_days(slots: tuple[Slot, ...], to: Placed, count: int) -> tuple[Slot, ...]:
    """Return the cheapest slot of each of the days that lie nearest to where a visit was."""
    best: dict[object, Slot] = {}
    for slot in slots:
        best.setdefault(slot.placed.day, slot)
    return tuple(
        sorted(best.values(), key=lambda slot: (abs(slot.placed.day - to.day), slot.placed.day))
    )[:count]


@dataclass(frozen=True, slots=True)
class _PlannedMonth:
    """A month as it was planned, in numbers and as trips; within `shift_min` a time is the same."""

    problem: TripProblem
    month: list[DatedTrip]
    trips: tuple[Trip, ...]
    shift_min: int

    def describe(self, visit_id: VisitId, trips: Iterable[DatedTrip], cost_vnd: int) -> Slot:
        """Return where some trips make a visit, and which others of theirs are at another time."""
        new, job = list(trips), _number(self.problem, visit_id)
        trip = next(one for one in new if job in one.order)
        vehicle_id = self.problem.vehicles[trip.car].vehicle_id
        crew_id = self.problem.crews[trip.crew].crew_id
        ids = {(old.vehicle_id, old.first_day): old.trip_id for old in self.trips}
        known = (
            ids.get((vehicle_id, self.problem.days[trip.first])) if len(trip.order) > 1 else None
        )
        times, before = _list_times(new), _list_times(self.month)
        shifted = sorted(
            self.problem.visits[other].visit_id
            for other, when in times.items()
            if other != job and _is_other(before.get(other), when, self.shift_min)
        )
        day, start = times[job]
        placed = Placed(
            known if known and len(trip.order) > 1 else TripId(""),
            vehicle_id,
            crew_id,
            self.problem.days[day],
            start,
        )
        return Slot(placed, cost_vnd, tuple(shifted))


def _number(problem: TripProblem, visit_id: VisitId) -> int:
    return next(k for k, visit in enumerate(problem.visits) if visit.visit_id == visit_id)


def _exchange_pin(
    visits: tuple[Visit, ...], visit_id: VisitId, pin: Pin | None
) -> tuple[Visit, ...]:
    return tuple(
        dataclasses.replace(visit, pin=pin) if visit.visit_id == visit_id else visit
        for visit in visits
    )


def _is_planned(trips: tuple[Trip, ...], visit_id: VisitId, placed: Placed) -> bool:
    """Whether a visit is on that day with that vehicle as it is."""
    return any(
        (stop.visit_id, stop.day, trip.vehicle_id) == (visit_id, placed.day, placed.vehicle_id)
        for trip in trips
        for stop in trip.stops
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
