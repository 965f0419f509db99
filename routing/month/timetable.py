"""The exact timetable of an order of stops: days, nights, waits, breaks, cost."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from routing.month.clock_arrays import Clock, clock_of, number_loading
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
    night or home and takes no time when the crew sleeps where it stopped last. After `split` stops
    (0: after none) the vehicle comes home and is loaded for a second trip from the minute `loads`
    on; the leg home and the one out again then stand among the legs.
    """

    jobs: tuple[int, ...]
    drives: tuple[Drive, ...]
    starts: tuple[int, ...]
    end_site: int
    finish: int
    drive_min: int
    metres: int
    split: int = 0
    loads: int = 0

    @property
    def tours(self) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
        """Its visits with the minutes at which they begin, by when they are loaded for."""
        parts = zip(
            cut_order(self.jobs, self.split), cut_order(self.starts, self.split), strict=True
        )
        return tuple(parts)


@dataclass(frozen=True, slots=True)
class DatedTrip:
    """A trip with its times: an order, a vehicle, a first day and a crew.

    Two trips of one day, with loading at the depot between them, are one trip here: they share the
    day's vehicle and crew, its hours, and what it costs.
    """

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
        """What names the trip among others: vehicle, first day, crew, order, loading if any."""
        loading = (-self.split,) if self.split else ()
        return (self.car, self.first, self.crew, *self.order, *loading)

    @property
    def split(self) -> int:
        """Stops before the vehicle is loaded again at the depot; 0: it is not."""
        return self.days[0].split

    @property
    def course(self) -> "Course":
        """Its order and split."""
        return self.order, self.split

    @property
    def tours(self) -> tuple[tuple[int, ...], ...]:
        """Its visits, by when they are loaded for."""
        return cut_order(self.order, self.split)


Course = tuple[tuple[int, ...], int]
"""An order of stops, and how many come before the vehicle is loaded again (0: it is not)."""


def join_tours(tours: Iterable[tuple[int, ...]]) -> Course:
    """Return one or two trips of a day as a course; one without stops is none."""
    parts = [tour for tour in tours if tour]
    order = tuple(job for tour in parts for job in tour)
    return order, len(parts[0]) if len(parts) > 1 else 0


def leave_stop(course: Course, job: int) -> Course:
    """Return a course without one of its visits."""
    return join_tours(tuple(j for j in tour if j != job) for tour in cut_order(*course))


def add_stop(course: Course, job: int) -> Iterator[Course]:
    """Yield the courses with one more visit: at each place, and before or after all the others.

    The last two only where it is one trip; the visit then has one of its own on the same day.
    """
    order, split = course
    tours = cut_order(order, split)
    for number, tour in enumerate(tours):
        for place in range(len(tour) + 1):
            longer = (*tour[:place], job, *tour[place:])
            yield join_tours([*tours[:number], longer, *tours[number + 1 :]])
    if order and not split:
        yield (*order, job), len(order)
        yield (job, *order), 1


def cut_order(order: tuple[int, ...], split: int) -> tuple[tuple[int, ...], ...]:
    """Return an order as that of two trips, where it is split."""
    return (order[:split], order[split:]) if split else (order,)


def time_day(
    instance: MonthInstance,
    car: int,
    number: int,
    where: int,
    jobs: tuple[int, ...],
    home: int,
    split: int = 0,
) -> Day | None:
    """Return the best timetable of one day: earliest end, then the latest start; None if none.

    Without a way home (`NOWHERE`) it is any that keeps the rules of a day.

    Parameters
    ----------
    split
        Stops after which the vehicle is loaded again at its depot; 0: it is not.
    """
    kinds = tuple(instance.jobs[job].window_ids[number] for job in jobs)
    table = instance.cars[car].tables[number]
    key = ("day", table, where, jobs, home, instance.light_ids[number], kinds, split)

    def make() -> Day | None:
        clock, depot = clock_of(instance), instance.cars[car].depot
        order = (*jobs[:split], number_loading(instance, depot), *jobs[split:]) if split else jobs
        ends = Ends(where, home)
        is_found = find_days(clock, np.array(order, np.int32), car, number, 0, ends)
        if not is_found:
            return None
        day = read_days(instance, clock, where, order, 1)[0]
        return _take_loading(day, split) if split else day

    return remember(instance, key, make)


def _take_loading(day: Day, split: int) -> Day:
    """Return a day whose loading at the depot, timed as a visit, is told apart from the visits."""
    jobs, starts = (row[:split] + row[split + 1 :] for row in (day.jobs, day.starts))
    return replace(day, jobs=jobs, starts=starts, split=split, loads=day.starts[split])


@remembered
def time_trip(
    instance: MonthInstance, order: tuple[int, ...], car: int, first: int, crew: int, split: int = 0
) -> DatedTrip | None:
    """Return the timetable of a trip with the fewest days, then metres; None if there is none.

    One that is split at a loading takes one day.
    """
    members = instance.teams[crew].members
    if split:
        depot = instance.cars[car].depot
        one = None
        if instance.cars[car].is_free[first] and not lacks_time(instance, order, car, first, split):
            one = time_day(instance, car, first, depot, order, depot, split)
        return price_trip(instance, order, car, first, crew, (one,)) if one else None
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
        sites = (place, *(int(clock.site[job]) for job in jobs), goal)
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


def lacks_time(
    instance: MonthInstance, order: tuple[int, ...], car: int, number: int, split: int
) -> bool:
    """Whether services, loading and the shortest driving exceed a day with two trips."""
    limits, auto = instance.limits, instance.cars[car]
    if not limits.reload:
        return True
    table, depot = instance.tables[auto.tables[number]], auto.depot
    minutes = limits.reload + sum(instance.jobs[job].service_min for job in order)
    for tour in cut_order(order, split):
        stops = (depot, *(instance.jobs[job].site for job in tour), depot)
        for a, b in itertools.pairwise(stops):
            if a != b:
                if table.drive[a][b] < 0:
                    return True
                minutes += table.drive[a][b] + limits.buffer
    return minutes > limits.duty


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
    wish += sum(price_times_told(instance, *tour) for day in days for tour in day.tours)
    return DatedTrip(order, car, first, crew, days, metres, cost, wish)
