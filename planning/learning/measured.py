"""What recorded times are compared with: minutes as they would be if every factor were 1.

The factors in force when a trip was planned are in its plan already. Compared with minutes without
any, old plans and new ones say the same, and a factor that is written proposes itself again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from planning.learning.recorded import LegTimes, StopTimes, list_leg_times, list_stop_times
from planning.past.read import PastTrip
from planning.service_minutes import measure_exchange_min, measure_kit_min
from planning.tracks.driven_day import DrivenDay, DrivenStretch
from planning.tracks.lay_tracks import without_factors
from province.dates import Month
from province.facts import Province
from province.fleet import Vehicle
from province.ids import SiteId, TripId
from province.results import identify_result
from province.roads import RoadClass
from province.visits import Task, Visit
from routing.checks.road_facts import CheckedRoads, list_driven
from routing.trips import Stop

MOST_TIMES, MOST_MORE_MIN = 4, 60
"""What takes so many times as long as expected, and so many minutes more, was something else."""

LEAST_STRETCH_MIN = 3.0
"""What was driven of a road for less tells more of how places scatter than of the road."""

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
    road_min
        The same expected minutes by road, those of roads without number and name left out.
    """

    expected_min: tuple[tuple[RoadClass, float], ...]
    drive_min: float
    road_min: tuple[tuple[str, float], ...] = ()

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
    stretches
        What tracks tell of roads, day by day.
    """

    legs: tuple[SeenLeg, ...]
    visits: tuple[SeenVisit, ...]
    num_unlikely: int
    num_unknown: int
    stretches: tuple[DrivenStretch, ...] = ()


def gather_seen(
    province: Province, trips: Iterable[PastTrip], tracked: Iterable[DrivenDay] = ()
) -> Seen:
    """Return what the recorded times of some trips say, and the tracks of some of their days.

    What a track tells counts instead of what was written down of the same day.
    """
    ground = CheckedRoads(without_factors(province))
    cars, past_trips, days = province.vehicle_by_id, tuple(trips), tuple(tracked)
    tracks = {(one.planned.past.key, one.planned.day): one for one in days}
    driven = [
        _measure_leg(ground, cars.get(past.trip.vehicle_id), times)
        for past in past_trips
        for times in list_leg_times(past)
        if (past.key, times.day) not in tracks
    ]
    legs = [leg for leg in driven if leg is not None]
    visits = [
        visit
        for past in past_trips
        for times in _list_best_times(past, tracks)
        for visit in _list_visits(province, past, times)
    ]
    likely_legs = tuple(leg for leg in legs if _is_likely(leg.all_min, leg.drive_min))
    likely = tuple(one for one in visits if _is_likely(one.expected_min, one.service_min))
    num_unlikely = len(legs) - len(likely_legs) + len(visits) - len(likely)
    stretches = [one for day in days for one in day.stretches]
    told = tuple(one for one in stretches if one.expected_min >= LEAST_STRETCH_MIN)
    likely_stretches = tuple(one for one in told if _is_likely(one.expected_min, one.took_min))
    return Seen(
        likely_legs, likely, num_unlikely + len(told) - len(likely_stretches),
        len(driven) - len(legs), likely_stretches,
    )  # fmt: skip


def _list_best_times(
    past: PastTrip, tracks: Mapping[tuple[tuple[Month, TripId], date], DrivenDay]
) -> Iterator[StopTimes]:
    """Yield when each stop was made: as its track tells, else as was written down."""
    written = {times.stop.sequence: times for times in list_stop_times(past)}
    told = past.told.standing
    reported = {row.sequence for row in past.rows[:-1] if identify_result(row) in told}
    for stop in past.trip.stops:
        track = tracks.get((past.key, stop.day))
        times = written.get(stop.sequence)
        if track is not None and stop.sequence in track.stops:
            arrived, departed = track.stops[stop.sequence]
            is_done = times.is_as_planned if times else stop.sequence not in reported
            yield StopTimes(stop, _round(arrived), _round(departed), is_done)
        elif times is not None:
            yield times


def _round(minute: float | None) -> int | None:
    return None if minute is None else round(minute)


def _is_likely(expected_min: float, took_min: float) -> bool:
    most = MOST_TIMES * expected_min + MOST_MORE_MIN
    return expected_min / MOST_TIMES - MOST_MORE_MIN <= took_min <= most


def _measure_leg(ground: CheckedRoads, vehicle: Vehicle | None, times: LegTimes) -> SeenLeg | None:
    """Return a leg as it was driven; None where its roads or its vehicle are gone."""
    leg = times.leg
    if vehicle is None or any(key not in ground.segments for key, _ in leg.segments):
        return None
    by_class: dict[RoadClass, float] = {}
    by_road: dict[str, float] = {}
    for part in list_driven(ground.segments, leg):
        minutes = ground.measure_min(part, vehicle, times.day)
        own = part.segment.road_class
        by_class[own] = by_class.get(own, 0.0) + minutes
        if part.segment.road and own is not RoadClass.FERRY:
            by_road[part.segment.road] = by_road.get(part.segment.road, 0.0) + minutes
    crossing_min = by_class.pop(RoadClass.FERRY, 0.0)
    beside_min = leg.arrive_min - leg.leave_min - leg.drive_min + crossing_min
    took_min = times.arrived_min - times.departed_min - beside_min
    return SeenLeg(tuple(sorted(by_class.items())), took_min, tuple(sorted(by_road.items())))


def _list_visits(province: Province, past: PastTrip, times: StopTimes) -> Iterator[SeenVisit]:
    """Yield the exchange or kit of a stop that was handed over as planned at the site itself.

    Where the plan leaves later than it is done, the hour of leaving says nothing.
    """
    stop = times.stop
    visit = next((one for one in past.plan.visits if one.visit_id == stop.visit_id), None)
    is_plain = set(stop.tasks) <= SERVED and stop.village_id is None and times.is_as_planned
    if visit is None or not is_plain or stop.site_id not in province.site_by_id:
        return
    began = _find_begin(times, visit)
    is_held = stop.depart_min > stop.start_min + visit.service_min
    if began is None or times.departed_min is None or is_held or times.departed_min <= began:
        return
    expected = expect_service_min(province, stop)
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


def expect_service_min(province: Province, stop: Stop) -> int:
    """Return the minutes of the exchange and the kits of a stop, the factor of its site being 1."""
    service = province.settings.service
    parcels = (*stop.leaves, *stop.takes)
    kits = [parcel.boxes for parcel in parcels if parcel.kit_id]
    boxes = [parcel.boxes for parcel in parcels if not parcel.kit_id]
    minutes = sum(measure_kit_min(service, count) for count in kits)
    if Task.EXCHANGE in stop.tasks:
        minutes += measure_exchange_min(service, sum(boxes))
    return minutes
