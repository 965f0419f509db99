"""What recorded times are compared with: minutes as they would be if every factor were 1.

The factors in force when a trip was planned are in its plan already. Compared with minutes without
any, old plans and new ones say the same, and a factor that is written proposes itself again.
"""

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from planning.learning.recorded import LegTimes, StopTimes, list_leg_times, list_stop_times
from planning.past.read import PastTrip
from planning.visits import measure_exchange_min, measure_kit_min
from province.facts import Province
from province.fleet import Vehicle
from province.ids import SiteId
from province.roads import RoadClass
from province.visits import Task, Visit
from routing.checks.road_facts import CheckedRoads, list_driven

MOST_TIMES, MOST_MORE_MIN = 4, 60
"""What takes so many times as long as expected, and so many minutes more, was something else."""

SERVED = {Task.EXCHANGE, Task.KIT}
"""Tasks whose minutes the program computes; those of a session are given."""


@dataclass(frozen=True, slots=True)
class SeenLeg:
    """A leg as it was driven.

    Parameters
    ----------
    expected_min
        Minutes at the wheel by road class, every class factor being 1; ferries left out.
    drive_min
        What it took, less the planned breaks, ferries and buffer.
    """

    expected_min: tuple[tuple[RoadClass, float], ...]
    drive_min: float

    @property
    def all_min(self) -> float:
        """The minutes expected on roads of all classes."""
        return sum(minutes for _, minutes in self.expected_min)


@dataclass(frozen=True, slots=True)
class SeenVisit:
    """An exchange or a kit as it was handed over.

    Parameters
    ----------
    expected_min
        Minutes, the factor of the site being 1.
    service_min
        What it took.
    """

    site_id: SiteId
    expected_min: int
    service_min: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What recorded times say.

    Parameters
    ----------
    num_unlikely
        Legs and visits that took so long, or so short, that something else must have happened.
    num_unknown
        Legs on roads, or with vehicles, that the folder has no more.
    """

    legs: tuple[SeenLeg, ...]
    visits: tuple[SeenVisit, ...]
    num_unlikely: int
    num_unknown: int


def gather_seen(province: Province, trips: Iterable[PastTrip]) -> Seen:
    """Return what the recorded times of some trips say."""
    plain = province.settings.roads.model_copy(update={"class_factors": {}})
    settings = province.settings.model_copy(update={"roads": plain})
    ground = CheckedRoads(dataclasses.replace(province, settings=settings))
    cars, past_trips = province.vehicle_by_id, tuple(trips)
    driven = [
        _measure_leg(ground, cars.get(past.trip.vehicle_id), times)
        for past in past_trips
        for times in list_leg_times(past)
    ]
    legs = [leg for leg in driven if leg is not None]
    visits = [visit for past in past_trips for visit in _list_visits(province, past)]
    likely_legs = tuple(leg for leg in legs if _is_likely(leg.all_min, leg.drive_min))
    likely = tuple(one for one in visits if _is_likely(one.expected_min, one.service_min))
    num_unlikely = len(legs) - len(likely_legs) + len(visits) - len(likely)
    return Seen(likely_legs, likely, num_unlikely, len(driven) - len(legs))


def _is_likely(expected_min: float, took_min: float) -> bool:
    most = MOST_TIMES * expected_min + MOST_MORE_MIN
    return expected_min / MOST_TIMES - MOST_MORE_MIN <= took_min <= most


def _measure_leg(ground: CheckedRoads, vehicle: Vehicle | None, times: LegTimes) -> SeenLeg | None:
    """Return a leg as it was driven; None where its roads or its vehicle are gone."""
    leg = times.leg
    if vehicle is None or any(key not in ground.segments for key, _ in leg.segments):
        return None
    by_class: dict[RoadClass, float] = {}
    for part in list_driven(ground.segments, leg):
        minutes = ground.measure_min(part, vehicle, times.day)
        own = part.segment.road_class
        by_class[own] = by_class.get(own, 0.0) + minutes
    crossing_min = by_class.pop(RoadClass.FERRY, 0.0)
    beside_min = leg.arrive_min - leg.leave_min - leg.drive_min + crossing_min
    took_min = times.arrived_min - times.departed_min - beside_min
    return SeenLeg(tuple(sorted(by_class.items())), took_min)


def _list_visits(province: Province, past: PastTrip) -> Iterator[SeenVisit]:
    """Yield the exchanges and kits that were handed over as planned at the site itself.

    Where the plan leaves later than it is done, the hour of leaving says nothing.
    """
    planned = {visit.visit_id: visit for visit in past.plan.visits}
    for times in list_stop_times(past):
        stop, visit = times.stop, planned.get(times.stop.visit_id)
        is_plain = set(stop.tasks) <= SERVED and stop.village_id is None and times.is_as_planned
        if visit is None or not is_plain or stop.site_id not in province.site_by_id:
            continue
        began = _find_begin(times, visit)
        is_held = stop.depart_min > stop.start_min + visit.service_min
        if began is None or times.departed_min is None or is_held or times.departed_min <= began:
            continue
        expected = _expect_min(province, times)
        if expected > 0:
            yield SeenVisit(stop.site_id, expected, times.departed_min - began)


def _find_begin(times: StopTimes, visit: Visit) -> int | None:
    """Return when the hand-over began: on arrival, or when the site opened or the wait was over."""
    stop, arrived = times.stop, times.arrived_min
    if arrived is None:
        return None
    opens = [
        window.opens_min
        for window in visit.windows
        if window.day == stop.day and window.opens_min <= stop.start_min <= window.closes_min
    ]
    waited = stop.start_min if stop.start_min > stop.leg.arrive_min else 0
    return max(arrived, waited, *opens)


def _expect_min(province: Province, times: StopTimes) -> int:
    service, stop = province.settings.service, times.stop
    parcels = (*stop.leaves, *stop.takes)
    kits = [parcel.boxes for parcel in parcels if parcel.kit_id]
    boxes = [parcel.boxes for parcel in parcels if not parcel.kit_id]
    minutes = sum(measure_kit_min(service, count) for count in kits)
    if Task.EXCHANGE in stop.tasks:
        minutes += measure_exchange_min(service, sum(boxes))
    return minutes
