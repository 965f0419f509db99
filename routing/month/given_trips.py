"""Times trips whose stops, days, vehicle and crew are given: by the clock, or else plainly.

Where the clock finds a timetable it is that one. Where rules forbid every one, the stops are driven
all the same, in their order and on their days, with as few rules broken as it takes.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from routing.month.clock_arrays import clock_of
from routing.month.instance import MonthInstance
from routing.month.nights import NUM_BEDS, Ends
from routing.month.plain_clock import find_plain_day
from routing.month.schedule import served_days
from routing.month.timetable import (
    DatedTrip,
    Day,
    read_days,
    sum_up_trip,
    time_day,
    time_trip,
)


@dataclass(frozen=True, slots=True)
class GivenTrip:
    """What of a trip is given, in the numbers of an instance.

    Parameters
    ----------
    order, days
        The visits in their order, and the day of each.
    free
        Days besides on which its vehicle and its crew could be on the road, too.
    """

    order: tuple[int, ...]
    days: tuple[int, ...]
    car: int
    crew: int
    free: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class NoTimetable:
    """Why a given trip cannot be driven at all.

    Parameters
    ----------
    number
        The place in its order of the visit that cannot be got to, or of the first one of a day that
        does not end before midnight; one past the last for the way home.
    start, end
        The sites between which there is no way; None: the day is too long.
    """

    number: int
    start: int | None = None
    end: int | None = None


class Rank(NamedTuple):
    """What ways to spend the nights of a trip are compared by, the least first."""

    plain_days: int
    people_without_bed: int
    metres: int


Way = tuple[Rank, tuple[Day, ...]]
Bed = tuple[int, int]
"""A place for the night, and how many of the crew have no bed there."""


def time_given(instance: MonthInstance, given: GivenTrip) -> DatedTrip | NoTimetable:
    """Return a given trip with its times.

    A legal one may leave a day before its first stop or come home a day after its last one, where
    these days are free. A plain one (`routing.month.plain_clock`) keeps to the days of its stops.
    """
    for first, last in _list_spans(instance, given):
        trip = time_trip(instance, given.order, given.car, first, given.crew)
        served = dict(zip(given.order, given.days, strict=True))
        if trip is not None and trip.last == last and served_days(trip) == served:
            return trip
        way = _find_way(instance, given, (first, last), is_legal=True)
        if way is not None:
            return _sum_up(instance, given, first, way)
    first, last = given.days[0], given.days[-1]
    way = _find_way(instance, given, (first, last), is_legal=False)
    return _sum_up(instance, given, first, way) if way else _tell_why(instance, given)


def _sum_up(instance: MonthInstance, given: GivenTrip, first: int, way: Way) -> DatedTrip:
    return sum_up_trip(instance, given.order, given.car, first, given.crew, way[1])


def _list_spans(instance: MonthInstance, given: GivenTrip) -> Iterator[tuple[int, int]]:
    """Yield the first and last days that a legal trip may have, the fewest days first."""
    first, last = given.days[0], given.days[-1]
    spare = max(0, instance.limits.nights - (last - first))
    for more in range(spare + 1):
        for later in range(more, -1, -1):
            span = range(first - more + later, last + later + 1)
            if {*span} - {*range(first, last + 1)} <= given.free:
                yield span[0], span[-1]


def _find_way(
    instance: MonthInstance, given: GivenTrip, span: tuple[int, int], *, is_legal: bool
) -> Way | None:
    """Return the days of a trip by the best places for its nights; None where there is none."""
    depot, members = instance.cars[given.car].depot, instance.teams[given.crew].members
    ways: dict[int, Way] = {depot: (Rank(0, 0, 0), ())}
    here, served = depot, 0
    for number in range(span[0], span[1] + 1):
        upto = served + given.days.count(number)
        jobs = given.order[served:upto]
        here = instance.jobs[jobs[-1]].site if jobs else here
        ahead = instance.jobs[given.order[upto]].site if upto < len(given.order) else depot
        table = instance.cars[given.car].tables[number]
        beds: list[Bed] = [(depot, 0)]
        if number < span[1]:
            beds = _list_beds(instance, table, depot, members, (here, ahead))
            beds = [bed for bed in beds if bed[1] == 0] if is_legal else beds
        ways = _go_on(instance, given.car, number, ways, jobs, beds, is_legal=is_legal)
        served = upto
    return ways.get(depot)


def _go_on(
    instance: MonthInstance, car: int, number: int, ways: dict[int, Way], jobs: tuple[int, ...],
    beds: list[Bed], *, is_legal: bool,
) -> dict[int, Way]:  # fmt: skip
    """Return the best way to each place for the night after a day."""
    found: dict[int, Way] = {}
    for place, (rank, days) in ways.items():
        for bed, lacking in beds:
            day, is_plain = time_day(instance, car, number, place, jobs, bed), False
            if day is None and not is_legal:
                day, is_plain = time_plain_day(instance, car, number, place, jobs, bed), True
            if day is None:
                continue
            new = Rank(
                rank.plain_days + is_plain,
                rank.people_without_bed + lacking,
                rank.metres + day.metres,
            )
            if bed not in found or new < found[bed][0]:
                found[bed] = new, (*days, day)
    return found


def _list_beds(
    instance: MonthInstance, table: int, depot: int, members: int, ends: tuple[int, int]
) -> list[Bed]:
    """Return where a crew may sleep on its way: the nearest lodgings, the nearest small ones, here.

    The last two are for a night that no lodging allows.
    """
    here, ahead = ends
    ways = instance.tables[table]

    def detour(site: int) -> int:
        there = ways.metres[here][site] if site != here else 0
        return there + (ways.metres[site][ahead] if site != ahead else 0)

    def lies_on_roads(site: int) -> bool:
        return (site == here or ways.drive[here][site] >= 0) and (
            site == ahead or ways.drive[site][ahead] >= 0
        )

    known = [bed for bed in instance.lodging if bed[0] != depot and lies_on_roads(bed[0])]
    known.sort(key=lambda bed: (detour(bed[0]), bed[0]))
    large = [(site, 0) for site, beds in known if beds >= members]
    small = [(site, members - beds) for site, beds in known if beds < members]
    besides = [] if here == depot or (here, 0) in large else [(here, members)]
    return [*large[:NUM_BEDS], *small[:1], *besides]


def time_plain_day(
    instance: MonthInstance, car: int, number: int, where: int, jobs: tuple[int, ...], home: int
) -> Day | None:
    """Return a plain timetable of one day; None without a way, or where it goes beyond midnight."""
    clock = clock_of(instance)
    is_found = find_plain_day(clock, np.array(jobs, np.int32), car, number, Ends(where, home))
    return read_days(instance, clock, where, jobs, 1)[0] if is_found else None


def _tell_why(instance: MonthInstance, given: GivenTrip) -> NoTimetable:
    """Return the first way that is missing, or the day that is too long."""
    car = instance.cars[given.car]
    sites = [car.depot, *(instance.jobs[job].site for job in given.order), car.depot]
    for k, (a, b) in enumerate(itertools.pairwise(sites)):
        table = car.tables[given.days[min(k, len(given.days) - 1)]]
        if a != b and instance.tables[table].drive[a][b] < 0:
            return NoTimetable(k, a, b)
    minutes: dict[int, int] = {}
    for job, day in zip(given.order, given.days, strict=True):
        minutes[day] = minutes.get(day, 0) + instance.jobs[job].service_min
    for (a, b), day in zip(itertools.pairwise(sites[:-1]), given.days, strict=True):
        minutes[day] += instance.tables[car.tables[day]].drive[a][b] if a != b else 0
    longest = max(minutes, key=lambda day: (minutes[day], -day))
    return NoTimetable(given.days.index(longest))
