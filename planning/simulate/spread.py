"""How far driving and service are from what is planned, from the records where there are any.

What was recorded is compared with what would be planned today: a factor that was learnt and written
since (`planning.learning`) explains the records already, and does not count twice.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from planning.learning.measured import SERVED, expect_service_min
from planning.past.read import PastTrip, list_past_trips
from planning.plan import Plan
from planning.simulate.chance import DIGITS
from province.facts import Province
from province.fleet import Vehicle
from province.results import identify_result
from routing.checks.road_facts import CheckedRoads, list_driven
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
    ground = CheckedRoads(province)
    drives = [found for one in past for found in _compare_drives(one, ground)]
    services = [found for one in past for found in _compare_services(one, province)]
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


def _compare_drives(past: PastTrip, ground: CheckedRoads) -> Iterator[float]:
    times, vehicles = _read_times(past), ground.province.vehicle_by_id
    vehicle = vehicles.get(past.trip.vehicle_id)
    for before, stop in _pair(past.trip.stops):
        if before.sequence not in times or stop.sequence not in times:
            continue
        (left_day, _, left), (day, arrived, _) = times[before.sequence], times[stop.sequence]
        if left_day != day or left is None or arrived is None:
            continue
        minutes = arrived - left - count_other_min(stop.leg)
        planned = _expect_drive_min(stop, vehicle, ground)
        if minutes > 0 and planned >= SHORTEST_MIN:
            yield math.log(minutes / planned)


def _expect_drive_min(stop: Stop, vehicle: Vehicle | None, ground: CheckedRoads) -> float:
    """Return the minutes at the wheel that a leg would be planned with today.

    As they were planned where its roads or its vehicle are gone.
    """
    if vehicle is None or any(key not in ground.segments for key, _ in stop.leg.segments):
        return stop.leg.drive_min
    parts = list_driven(ground.segments, stop.leg)
    return sum(ground.measure_min(part, vehicle, stop.day) for part in parts)


def _compare_services(past: PastTrip, province: Province) -> Iterator[float]:
    times = _read_times(past)
    visits = {visit.visit_id: visit for visit in past.plan.visits}
    for stop in past.trip.stops:
        _, arrived, departed = times.get(stop.sequence, (None, None, None))
        planned: float = stop.depart_min - stop.start_min
        site, visit = province.site_by_id.get(stop.site_id), visits.get(stop.visit_id)
        if site and visit and stop.village_id is None and set(stop.tasks) <= SERVED:
            now = expect_service_min(province, stop) * site.service_factor
            planned += now - visit.service_min
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
