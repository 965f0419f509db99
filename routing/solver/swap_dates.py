"""Gives trips other days, and stops other trips, so that batches at hand in time are worth most."""

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from province.ids import VisitId
from province.language import message
from province.progress import Progress, ignore_progress
from routing.month.instance import MonthInstance, build_instance
from routing.month.roster import Roster
from routing.month.schedule import (
    count_rest,
    date_everywhere,
    date_trip,
    month_value,
    served_days,
    uneven_value,
)
from routing.month.timetable import Course, DatedTrip, add_stop, leave_stop
from routing.problem import TripProblem
from routing.solver.to_trips import record_trips
from routing.solver.warm_start import recall_trips
from routing.trips import Trip

STEPS = 100_000
"""Changes that are drawn at work 1: about half a minute for sixty visits."""

REDATE, EXCHANGE = 0.45, 0.7
"""Shares of the changes that give a trip another day, and up to which two trips change days; the
rest moves a stop."""

TURN = 0.2
"""Share of the new days on which a trip drives its stops the other way round."""

HEAT, COLD = 1 / 30, 1 / 600
"""Temperature at first and at last, in mean trips of the month; between, it falls evenly."""

MAX_PAIRS = 16
"""Vehicles with a crew that are tried for an order of stops."""

FAR = 1 << 20
"""A day beyond every month."""


@dataclass(frozen=True, slots=True)
class SwapValues:
    """What batches are worth at visits that any of them may be left at.

    Parameters
    ----------
    taken_by
        The visit that takes each batch on; None: it is in its store room.
    ready
        The first day on which a trip may set out with it from its store room; where a visit takes
        it, that follows from its trip.
    left_by
        The visit of each place for a batch; a visit that may leave two has two.
    worth_vnd
        Whole money that each batch is worth at each place, shape (batches, places); 0: it may not
        be left there.
    """

    taken_by: tuple[VisitId | None, ...]
    ready: tuple[date, ...]
    left_by: tuple[VisitId, ...]
    worth_vnd: npt.NDArray[np.float64]


def move_dates(
    problem: TripProblem,
    trips: tuple[Trip, ...],
    values: SwapValues,
    *,
    seed: int = 0,
    work: float = 1.0,
    progress: Progress = ignore_progress,
) -> tuple[Trip, ...]:
    """Return the trips with days, vehicles, crews and stops at which batches are worth most.

    A batch can be left where a trip takes it on before, where an earlier trip has brought it home
    and it was checked before the trip sets out, or where it was in the store room. Which batch goes
    where is the best matching for each month looked at; among the months, changes of a trip's day,
    of two trips' days and of a stop's trip are accepted as in simulated annealing.

    Parameters
    ----------
    problem
        Visits of which none waits for another (`planning.joint.swaps.free_visits`).
    trips
        The trips of that month; the same visits are served afterwards.
    """
    instance = build_instance(problem)
    month = recall_trips(problem, instance, trips).month
    if not month or not values.worth_vnd.any():
        return trips
    progress(message("finding days of trips that let batches come in time"), 0.0)
    search = _DateSearch(instance, Roster(instance, month), _number(problem, values), seed)
    search.run(round(STEPS * work))
    return record_trips(problem, search.best)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """`SwapValues` in the numbers of an instance; in `taken_by`, −1 is the store room."""

    taken_by: npt.NDArray[np.int64]
    ready: npt.NDArray[np.int64]
    left_by: npt.NDArray[np.int64]
    worth: npt.NDArray[np.float64]


def _number(problem: TripProblem, values: SwapValues) -> _Numbers:
    jobs = {visit.visit_id: k for k, visit in enumerate(problem.visits)}
    return _Numbers(
        np.array([-1 if name is None else jobs[name] for name in values.taken_by], np.int64),
        np.array([sum(d < day for d in problem.days) for day in values.ready], np.int64),
        np.array([jobs[name] for name in values.left_by], np.int64),
        values.worth_vnd,
    )


def match_batches(instance: MonthInstance, trips: Iterable[DatedTrip], numbers: _Numbers) -> float:
    """Return what the batches are worth at most where dated trips can leave them."""
    size = len(instance.jobs)
    tour, place = np.full(size, -1), np.zeros(size, np.int64)
    first, ready, rests = np.full(size, -1), np.full(size, FAR), np.zeros(size, np.bool_)
    count = 0
    for trip in trips:
        days = served_days(trip)
        for jobs in trip.tours:
            count += 1
            for number, job in enumerate(jobs):
                rest = count_rest(instance, job, days[job])
                tour[job], place[job], first[job] = count, number, trip.first
                ready[job] = trip.last + rest + instance.check_days + 1
                rests[job] = rest > 0
    taken, left = numbers.taken_by, numbers.left_by
    at_hand = np.where(taken < 0, numbers.ready, ready[taken])[:, None] <= first[left][None, :]
    chained = (tour[taken][:, None] == tour[left][None, :]) & (taken >= 0)[:, None]
    chained &= (place[taken][:, None] < place[left][None, :]) & ~rests[taken][:, None]
    worth = np.where(at_hand | chained, numbers.worth, 0.0)
    return float(worth[linear_sum_assignment(worth, maximize=True)].sum())


class _DateSearch:
    """A month that is being changed, and the best one seen."""

    def __init__(
        self, instance: MonthInstance, roster: Roster, numbers: _Numbers, seed: int
    ) -> None:
        self.instance, self.roster, self.numbers = instance, roster, numbers
        self.chance = random.Random(seed)
        self.options: dict[Course, list[DatedTrip]] = {}
        self.uneven = self._measure_uneven()
        self.worth = match_batches(instance, roster.trips.values(), numbers)
        self.value = month_value(instance, roster.trips.values()) - self.worth
        self.best, self.best_value = list(roster.trips.values()), self.value

    def run(self, steps: int) -> None:
        """Try so many changes."""
        trips = self.roster.trips.values()
        usual_vnd = sum(trip.value_vnd for trip in trips) / len(trips)
        for step in range(steps):
            heat = COLD + (HEAT - COLD) * (steps - step) / steps
            slack = -heat * usual_vnd * math.log(1.0 - self.chance.random())
            old, new = self._draw()
            if new and self._change(old, new, slack) and self.value < self.best_value:
                self.best, self.best_value = list(self.roster.trips.values()), self.value

    def _measure_uneven(self) -> int:
        return sum(uneven_value(self.instance, self.roster.trips.values()))

    def _draw(self) -> tuple[list[DatedTrip], list[DatedTrip]]:
        """Return trips and others in their stead, drawn by chance; none where that finds none."""
        trips = list(self.roster.trips.values())
        kind, trip, other = self.chance.random(), self._pick(trips), self._pick(trips)
        if kind < REDATE:
            course = trip.course
            if self.chance.random() < TURN and not trip.split:
                course = (trip.order[::-1], 0)
            found = self._list_options(course)
            return [trip], [self._pick(found)] if found else []
        if kind < EXCHANGE:
            here = [one for one in self._list_options(trip.course) if one.first == other.first]
            there = [one for one in self._list_options(other.course) if one.first == trip.first]
            if trip is other or not here or not there:
                return [], []
            return [trip, other], [self._pick(here), self._pick(there)]
        return self._move_stop(trip, other)

    def _pick(self, trips: list[DatedTrip]) -> DatedTrip:
        return trips[self.chance.randrange(len(trips))]

    def _list_options(self, course: Course) -> list[DatedTrip]:
        """Return an order of stops on every day, with every vehicle and crew."""
        if course not in self.options:
            days = range(len(self.instance.weeks))
            found = date_everywhere(self.instance, course[0], days, course[1], MAX_PAIRS)
            self.options[course] = found
        return self.options[course]

    def _move_stop(
        self, trip: DatedTrip, other: DatedTrip
    ) -> tuple[list[DatedTrip], list[DatedTrip]]:
        """Return two trips with a stop of one moved to the other's cheapest place, or within."""
        job = trip.order[self.chance.randrange(len(trip.order))]
        rest = leave_stop(trip.course, job)
        if trip is other:
            courses = list(add_stop(rest, job)) if rest[0] else []
            if not courses:
                return [], []
            new = self._date(courses[self.chance.randrange(len(courses))], trip)
            return [trip], [] if new is None else [new]
        longer = [self._date(course, other) for course in add_stop(other.course, job)]
        fitting = [one for one in longer if one is not None]
        if not fitting:
            return [], []
        best = min(fitting, key=lambda one: (one.value_vnd, one.key))
        if not rest[0]:
            return [trip, other], [best]
        shorter = self._date(rest, trip)
        return ([trip, other], [best, shorter]) if shorter else ([], [])

    def _date(self, course: Course, trip: DatedTrip) -> DatedTrip | None:
        return date_trip(self.instance, course[0], trip.car, trip.first, trip.crew, course[1])

    def _change(self, old: list[DatedTrip], new: list[DatedTrip], slack: float) -> bool:
        """Put trips in the place of others; whether they stay, as what they add is within slack."""
        roster, added = self.roster, list[DatedTrip]()
        more = sum(trip.value_vnd for trip in new) - sum(trip.value_vnd for trip in old)
        for trip in old:
            roster.remove(trip)
        for trip in new:
            if not roster.fits(trip):
                break
            roster.add(trip)
            added.append(trip)
        if len(added) == len(new):
            uneven = self._measure_uneven()
            worth = match_batches(self.instance, roster.trips.values(), self.numbers)
            value = self.value + more + uneven - self.uneven - (worth - self.worth)
            if value < self.value + slack:
                self.value, self.worth, self.uneven = value, worth, uneven
                return True
        for trip in added:
            roster.remove(trip)
        for trip in old:
            roster.add(trip)
        return False
