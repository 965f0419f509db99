"""The exact timetable of an order of stops: days, nights, waits, breaks, cost."""

import itertools
from dataclasses import dataclass

import numpy as np

from routing.month.clock_arrays import Clock, clock_of
from routing.month.costs import (
    price_crew_told,
    price_days,
    price_days_told,
    price_metres,
    price_rides,
    price_times_told,
    price_wishes,
)
from routing.month.instance import MonthInstance
from routing.month.memory import remember, remembered
from routing.month.nights import WHOLE_TRIP, Ends, find_days


@dataclass(frozen=True, slots=True)
class Drive:
    """One leg: places, minutes of the day, and its pauses (start, minutes, is a break)."""

    start: int
    end: int
    leave: int
    arrive: int
    pauses: tuple[tuple[int, int, bool], ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a trip.

    `starts` are the minutes at which services begin, `drives` the legs; the last leg leads to the
    night or home and takes no time when the crew sleeps where it stopped last.
    """

    jobs: tuple[int, ...]
    drives: tuple[Drive, ...]
    starts: tuple[int, ...]
    end_site: int
    finish: int
    drive_min: int
    metres: int


@dataclass(frozen=True, slots=True)
class DatedTrip:
    """A trip with its times: an order, a vehicle, a first day and a crew."""

    order: tuple[int, ...]
    car: int
    first: int
    crew: int
    days: tuple[Day, ...]
    metres: int
    cost_vnd: int
    wish_vnd: int

    @property
    def last(self) -> int:
        """Index of the last day."""
        return self.first + len(self.days) - 1

    @property
    def value_vnd(self) -> int:
        """What the trip counts in the objective."""
        return self.cost_vnd + self.wish_vnd

    @property
    def key(self) -> tuple[int, ...]:
        """What names the trip among others: vehicle, first day, crew, order."""
        return (self.car, self.first, self.crew, *self.order)


def time_day(
    instance: MonthInstance, car: int, number: int, where: int, jobs: tuple[int, ...], home: int
) -> Day | None:
    """Return the best timetable of one day: earliest end, then the latest start; None if none.

    Without a way home (`NOWHERE`) it is any that keeps the rules of a day.
    """
    kinds = tuple(instance.jobs[job].window_ids[number] for job in jobs)
    table = instance.cars[car].tables[number]
    key = ("day", table, where, jobs, home, instance.light_ids[number], kinds)

    def make() -> Day | None:
        clock = clock_of(instance)
        ends = Ends(where, home)
        is_found = find_days(clock, np.array(jobs, np.int32), car, number, 0, ends)
        return read_days(instance, clock, where, jobs, 1)[0] if is_found else None

    return remember(instance, key, make)


@remembered
def time_trip(
    instance: MonthInstance, order: tuple[int, ...], car: int, first: int, crew: int
) -> DatedTrip | None:
    """Return the timetable of a trip with the fewest days, then metres; None if there is none."""
    members = instance.teams[crew].members
    key = ("days", order, _trip_shape(instance, order, car, first), members)

    def make() -> tuple[Day, ...]:
        num_days, clock = 0, clock_of(instance)
        if not is_too_long(instance, order, car, first):
            num_days = find_days(clock, np.array(order, np.int32), car, first, members, WHOLE_TRIP)
        return read_days(instance, clock, instance.cars[car].depot, order, num_days)

    days = remember(instance, key, make)  # first days that are alike share them
    return price_trip(instance, order, car, first, crew, days) if days else None


def read_days(
    instance: MonthInstance, clock: Clock, place: int, order: tuple[int, ...], num_days: int
) -> tuple[Day, ...]:
    """Return the days that stand in the clock."""
    days: list[Day] = []
    served = noted = 0
    legs, starts = clock.legs[: len(order)].tolist(), clock.starts[: len(order)].tolist()
    for upto, goal, finish, drive_min, metres, leave, arrive, end in clock.days[:num_days].tolist():
        pauses: dict[int, list[tuple[int, int, bool]]] = {}
        for leg, start, minutes, is_break in clock.pauses[noted:end].tolist():
            pauses.setdefault(leg, []).append((start, minutes, bool(is_break)))
        jobs = order[served:upto]
        sites = (place, *(instance.jobs[job].site for job in jobs), goal)
        times = (*legs[served:upto], (leave, arrive))
        drives = tuple(
            Drive(a, b, left, came, tuple(pauses.get(served + k, ())))
            for k, ((a, b), (left, came)) in enumerate(
                zip(itertools.pairwise(sites), times, strict=True)
            )
        )
        days.append(Day(jobs, drives, tuple(starts[served:upto]), goal, finish, drive_min, metres))
        served, noted, place = upto, end, goal
    return tuple(days)


def _trip_shape(instance: MonthInstance, order: tuple[int, ...], car: int, first: int) -> object:
    """Return what decides a timetable besides the order: equal for days that are alike."""
    auto, jobs = instance.cars[car], instance.jobs
    last = min(first + instance.limits.nights + 1, len(auto.is_free))
    return auto.depot, tuple(
        (auto.tables[n], instance.light_ids[n], tuple(jobs[job].window_ids[n] for job in order))
        if auto.is_free[n]
        else None
        for n in range(first, last)
    )


def is_too_long(instance: MonthInstance, order: tuple[int, ...], car: int, number: int) -> bool:
    """Whether services and the shortest driving exceed all the days a trip may last."""
    auto, jobs = instance.cars[car], instance.jobs
    table = instance.tables[auto.tables[number]]
    stops = (auto.depot, *(jobs[job].site for job in order), auto.depot)
    minutes = sum(jobs[job].service_min for job in order)
    for a, b in itertools.pairwise(stops):
        if a != b:
            if table.drive[a][b] < 0:
                return True
            minutes += table.drive[a][b]
    return minutes > (instance.limits.nights + 1) * instance.limits.duty


def price_trip(
    instance: MonthInstance,
    order: tuple[int, ...],
    car: int,
    first: int,
    crew: int,
    days: tuple[Day, ...],
) -> DatedTrip | None:
    """Return a trip of some days with its cost; None where it drives too long in a week."""
    weeks: dict[int, int] = {}
    for number, day in enumerate(days, first):
        weeks[instance.weeks[number]] = weeks.get(instance.weeks[number], 0) + day.drive_min
    if max(weeks.values()) > instance.limits.drive_week:
        return None
    return sum_up_trip(instance, order, car, first, crew, days)


def sum_up_trip(
    instance: MonthInstance,
    order: tuple[int, ...],
    car: int,
    first: int,
    crew: int,
    days: tuple[Day, ...],
) -> DatedTrip:
    """Return a trip of some days with its metres and its cost, whatever rules it breaks."""
    metres, members = sum(day.metres for day in days), instance.teams[crew].members
    served = [(job, number) for number, day in enumerate(days, first) for job in day.jobs]
    cost = price_metres(instance, car, metres) + price_days(instance, car, members, len(days))
    cost += price_rides(instance, served)
    wish = price_wishes(instance, served) + price_days_told(instance, served)
    wish += price_crew_told(instance, order, car, crew)
    wish += sum(price_times_told(instance, day.jobs, day.starts) for day in days)
    return DatedTrip(order, car, first, crew, days, metres, cost, wish)
