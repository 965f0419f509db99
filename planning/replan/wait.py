"""The rest of a trip whose way home is shut: it waits for its road, and is home once it can be."""

import dataclasses
import itertools
from collections.abc import Iterator
from typing import NamedTuple

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
from province.dates import Month
from province.days import list_rest_days
from province.facts import Province
from roads.daylight import measure_daylight
from routing.month.instance import FAR_M, build_instance
from routing.month.timetable import Day, Drive
from routing.problem import TripProblem


class WaitRank(NamedTuple):
    """What ways to wait are compared by, the least first."""

    lacking: int
    value_vnd: int


Days = tuple[tuple[int, Day], ...]
State = tuple[int, int]
"""Where a day begins, and how many visits are made by then."""


def wait_for_road(case: Case) -> Iterator[Tail]:
    """Yield the ways for a trip to end that come home on the first day on which any can.

    It waits at the nearest places with beds for its crew; where it can get to none, where it is.
    On the way it serves what does not keep it longer, in the order planned. The limit on nights
    does not hold for it; each night and each day costs what they cost on any trip.
    """
    days = range(case.first, len(case.problem.days))
    last = next((number for number in days if _go_home(case, (), number) is not None), None)
    if last is None:
        return
    jobs = list_jobs(case)
    for size in range(len(jobs), -1, -1):
        for order in itertools.combinations(jobs, size):
            found = _go_home(case, order, last) if fits_on_board(case, order) else None
            if found is not None:
                left_out = sum(case.instance.jobs[job].penalty_vnd for job in {*jobs} - {*order})
                rank, way = found
                yield Tail(order, way, rank.value_vnd + left_out, rank.lacking)


def lengthen(case: Case, province: Province) -> Case:
    """Return a case whose days go on through the next month: a road may be shut beyond the edge."""
    problem = know_next_month(case.problem, province)
    more = Month.of(problem.days[-1]).plus(1).days()
    problem = dataclasses.replace(problem, days=(*problem.days, *more))
    return dataclasses.replace(case, problem=problem, instance=build_instance(problem))


def know_next_month(problem: TripProblem, province: Province) -> TripProblem:
    """Return a problem that knows the daylight and the holidays of the month after its own."""
    month = Month.of(problem.days[-1]).plus(1)
    trips, zone = province.settings.trips, province.settings.province.timezone
    light = {
        day: measure_daylight(day, trips.latitude, trips.longitude, zone) for day in month.days()
    }
    return dataclasses.replace(
        problem,
        daylight={**problem.daylight, **light},
        rest_days=problem.rest_days | list_rest_days(province, month),
    )


def _go_home(case: Case, order: tuple[int, ...], last: int) -> tuple[WaitRank, Days] | None:
    """Return the best way to serve visits in their order and be home on a day; None: there is none.

    Day by day, the best way to each place with so many visits made is gone on from.
    """
    sites = case.problem.sites
    home = sites.index(case.now.trip.depot_id)
    ways: dict[State, tuple[WaitRank, Days]] = {
        (sites.index(case.now.place), 0): (WaitRank(0, 0), ())
    }  # fmt: skip
    for number in range(case.first, last):
        ways = _pass_day(case, order, number, ways)
    found = []
    for (where, served), (rank, days) in ways.items():
        day = time_on(case, last, where, order[served:], home)
        if day is not None:
            value = rank.value_vnd + price_on(case, last, day)
            found.append((WaitRank(rank.lacking, value), (*days, (last, day))))
    return min(found, key=lambda way: way[0], default=None)


def _pass_day(
    case: Case, order: tuple[int, ...], number: int, ways: dict[State, tuple[WaitRank, Days]]
) -> dict[State, tuple[WaitRank, Days]]:
    """Return the best way to each place for the night after a day, by the visits made."""
    found: dict[State, tuple[WaitRank, Days]] = {}
    for (where, served), (rank, days) in ways.items():
        for upto in range(served, len(order) + 1):
            if upto > served and not is_free(case, number):
                break
            for bed, lacking, day in _list_days(case, number, where, order[served:upto]):
                value = rank.value_vnd + price_on(case, number, day) + price_night(case)
                new = WaitRank(rank.lacking + lacking, value)
                if (bed, upto) not in found or new < found[bed, upto][0]:
                    found[bed, upto] = new, (*days, (number, day))
    return found


def _list_days(
    case: Case, number: int, where: int, jobs: tuple[int, ...]
) -> Iterator[tuple[int, int, Day]]:
    """Yield where a day can end, how many lack a bed there, and the day."""
    here = case.instance.jobs[jobs[-1]].site if jobs else where
    members, beds = case.instance.teams[0].members, dict(case.instance.lodging)
    metres = case.instance.tables[case.instance.cars[0].tables[number]].metres
    near = [
        (metres[here][bed], bed)
        for bed, count in beds.items()
        if bed != here and count >= members and metres[here][bed] < FAR_M
    ]
    for bed in (here, *(bed for _, bed in sorted(near)[:MOST_BEDS])):
        is_idle = not jobs and bed == where
        day = _stay(case, number, where) if is_idle else time_on(case, number, where, jobs, bed)
        if day is not None:
            yield bed, max(0, members - beds.get(bed, 0)), day


def _stay(case: Case, number: int, where: int) -> Day:
    """Return a day on which nobody drives or serves."""
    minute = case.now.ready_min if number == case.first else case.instance.limits.start
    return Day((), (Drive(where, where, minute, minute, ()),), (), where, minute, 0, 0)
