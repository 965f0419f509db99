"""How far driving and service are from what is planned, from the records where there are any."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from planning.past.read import PastTrip, list_past_trips
from planning.plan import Plan
from planning.simulate.chance import DIGITS
from province.facts import Province
from province.results import identify_result
from routing.trips import Leg, Stop

SHORTEST_MIN = 10
"""Legs and stops that were planned shorter tell nothing: a minute more or less is too much."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """A lognormal factor on what was planned.

    Parameters
    ----------
    count
        Legs or stops of which it was learnt; 0: the setting alone.
    """

    median: float
    spread: float
    count: int = 0


@dataclass(frozen=True, slots=True)
class Deviations:
    """How driving and service deviate."""

    drive: Deviation
    service: Deviation


def learn_deviations(province: Province, plans: tuple[Plan, ...]) -> Deviations:
    """Return how driving and service deviate from what plans say, by what was recorded.

    The settings count as much as `records_worth` legs or stops; the more is recorded, the less.
    """
    rules = province.settings.simulate
    past = list_past_trips(province, plans)
    drives = [found for one in past for found in _compare_drives(one)]
    services = [found for one in past for found in _compare_services(one)]
    return Deviations(
        _shrink(drives, rules.drive_spread, rules.records_worth),
        _shrink(services, rules.service_spread, rules.records_worth),
    )


def _shrink(logs: list[float], spread: float, worth: float) -> Deviation:
    """Return the deviation that logarithms of factors and a setting say together."""
    count = len(logs)
    if not count:
        return Deviation(1.0, spread)
    mean = sum(logs) / (worth + count)
    square = worth * spread**2 + sum((one - mean) ** 2 for one in logs)
    together = math.sqrt(square / (worth + count))
    return Deviation(round(math.exp(mean), DIGITS), round(together, DIGITS), count)


Times = dict[int, tuple[date, int | None, int | None]]
"""By number of the stop: the day, arrival and departure that were recorded."""


def _read_times(past: PastTrip) -> Times:
    found: Times = {}
    for row in past.rows[:-1]:
        told = past.told.standing.get(identify_result(row))
        if told is not None and (told.arrived_min is not None or told.departed_min is not None):
            day = told.day or row.day or past.trip.first_day
            found[row.sequence] = day, told.arrived_min, told.departed_min
    return found


def _compare_drives(past: PastTrip) -> Iterator[float]:
    times = _read_times(past)
    for before, stop in _pair(past.trip.stops):
        if before.sequence not in times or stop.sequence not in times:
            continue
        (left_day, _, left), (day, arrived, _) = times[before.sequence], times[stop.sequence]
        if left_day != day or left is None or arrived is None:
            continue
        minutes = arrived - left - count_other_min(stop.leg)
        if minutes > 0 and stop.leg.drive_min >= SHORTEST_MIN:
            yield math.log(minutes / stop.leg.drive_min)


def _compare_services(past: PastTrip) -> Iterator[float]:
    times = _read_times(past)
    for stop in past.trip.stops:
        _, arrived, departed = times.get(stop.sequence, (None, None, None))
        planned = stop.depart_min - stop.start_min
        if arrived is None or departed is None or planned < SHORTEST_MIN:
            continue
        minutes = departed - max(arrived, stop.start_min)
        if minutes > 0:
            yield math.log(minutes / planned)


def _pair(stops: Iterable[Stop]) -> Iterator[tuple[Stop, Stop]]:
    """Yield stops that follow each other on one day."""
    before: Stop | None = None
    for stop in stops:
        if before is not None and before.day == stop.day:
            yield before, stop
        before = stop


def count_other_min(leg: Leg) -> int:
    """Return the minutes of a leg without driving and buffer: breaks, ferries, shut hours."""
    return leg.arrive_min - leg.leave_min - leg.drive_min - leg.buffer_min
