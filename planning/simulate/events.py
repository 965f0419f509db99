"""What happens in a month: roads that shut, vehicles that break down, crews that fall ill."""

import dataclasses
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from planning.plan import Plan
from planning.replan.moment import Moment
from planning.simulate.chance import draw, draw_length
from province.dates import DAY_MIN, DateSpan
from province.facts import Province
from province.fleet import Crew
from province.ids import ClosureId, SegmentId
from province.roads import Closure, ClosureEffect, RoadClass, Segment
from province.simulate_settings import SimulateSettings
from roads.closures import find_affected
from routing.trips import Trip

MINOR = {RoadClass.DISTRICT, RoadClass.COMMUNE, RoadClass.TRACK}
DAYS_A_MONTH = 30.0


class Kind(StrEnum):
    """What an event is about."""

    ROAD = "road"
    VEHICLE = "vehicle"
    CREW = "crew"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens.

    Parameters
    ----------
    who
        Id of the segment, the vehicle or the crew.
    begins, last_day
        From when it is known, and the last day it lasts.
    until_min
        For a road that is shut for some hours alone: the minute of its day when it opens again;
        None: it lasts whole days.
    place
        For a road: where on it, as a share of its length.
    """

    kind: Kind
    who: str
    begins: Moment
    last_day: date
    until_min: int | None = None
    place: float = 0.0


class Hazards:
    """How likely each road shuts on a day, as far as the facts tell."""

    def __init__(self, province: Province) -> None:
        rules = province.settings.simulate
        met = find_affected(province).stretches
        shut = {
            stretch.segment_id
            for closure in province.closures
            if not closure.is_from_map
            for stretch in met[closure.closure_id]
        }
        self._wet = set(province.settings.season.wet_months), rules.wet_times
        self._dry = {
            segment: _rate(segment, rules) * (rules.shut_before_times if name in shut else 1.0)
            for segment in province.segments
            if (name := segment.segment_id)
        }

    def list_rates(self, day: date) -> Iterator[tuple[Segment, float]]:
        """Yield the roads that may shut on a day, each with the chance that it does."""
        months, times = self._wet
        factor = times if day.month in months else 1.0
        for segment, rate in self._dry.items():
            if rate:
                yield segment, 1.0 - math.exp(-rate * factor)


def _rate(segment: Segment, rules: SimulateSettings) -> float:
    """Return how often a road shuts in a day of the dry season."""
    if segment.road_class is RoadClass.FERRY:
        return 0.0
    rate = rules.closures_per_100_km / 100 * segment.length_m / 1000 / DAYS_A_MONTH
    if segment.hazard or segment.steepest_pct >= rules.steep_from_pct:
        rate *= rules.steep_times
    return rate * rules.minor_times if segment.road_class in MINOR else rate


def list_events(
    province: Province, hazards: Hazards, days: Iterable[date], seed: int, run: int
) -> tuple[Event, ...]:
    """Return what happens on some days of a run, in the order in which it becomes known."""
    found: list[Event] = []
    for day in days:
        found += _list_closures(province.settings.simulate, hazards, day, seed, run)
        found += _list_breakdowns(province, day, seed, run)
        found += _list_illness(province, day, seed, run)
    return tuple(sorted(found, key=lambda event: (event.begins, event.kind, event.who)))


def _list_closures(
    rules: SimulateSettings, hazards: Hazards, day: date, seed: int, run: int
) -> Iterator[Event]:
    for segment, chance in hazards.list_rates(day):
        name = str(segment.segment_id)
        what = seed, run, Kind.ROAD, name, day
        if draw(*what) >= chance:
            continue
        place = draw(*what, "place")
        if draw(*what, "long") < rules.long_share:
            days = max(1, round(draw_length(rules.long_days, *what, "days")))
            yield Event(Kind.ROAD, name, Moment(day), _last(day, days), place=place)
        else:
            begin = int(DAY_MIN * draw(*what, "hour"))
            end = begin + max(1, round(60 * draw_length(rules.short_hours, *what, "hours")))
            yield Event(Kind.ROAD, name, Moment(day, begin), day, min(end, DAY_MIN), place)


def _list_breakdowns(province: Province, day: date, seed: int, run: int) -> Iterator[Event]:
    rules, hours = province.settings.simulate, province.settings.trips
    for vehicle in province.fleet:
        what = seed, run, Kind.VEHICLE, vehicle.vehicle_id, day
        if draw(*what) < rules.breakdowns_per_100_days / 100:
            length = hours.latest_end_min - hours.earliest_start_min
            minute = hours.earliest_start_min + int(length * draw(*what, "minute"))
            days = max(1, round(draw_length(rules.breakdown_days, *what, "days")))
            last = _last(day, days)
            yield Event(Kind.VEHICLE, vehicle.vehicle_id, Moment(day, minute), last)


def _list_illness(province: Province, day: date, seed: int, run: int) -> Iterator[Event]:
    rules = province.settings.simulate
    well = 1.0 - min(1.0, rules.illness_per_100_days / 100)
    for crew in province.crews:
        what = seed, run, Kind.CREW, crew.crew_id, day
        if draw(*what) < _some(crew, well):
            days = max(1, round(draw_length(rules.illness_days, *what, "days")))
            yield Event(Kind.CREW, crew.crew_id, Moment(day), _last(day, days))


def _some(crew: Crew, well: float) -> float:
    """Return the chance that somebody of a crew falls ill."""
    all_well = 1.0
    for _ in range(crew.members):
        all_well *= well
    return 1.0 - all_well


def _last(day: date, days: int) -> date:
    return day + timedelta(days=days - 1)


def concerns(event: Event, plan: Plan) -> bool:
    """Whether anything that is still to be done needs what an event takes away."""
    return any(touches(event, trip) for trip in plan.all_trips)


def touches(event: Event, trip: Trip) -> bool:
    """Whether a trip needs what an event takes away, from when it is known."""
    if trip.last_day < event.begins.day or trip.first_day > event.last_day:
        return False
    if event.kind is Kind.ROAD:
        return any(
            event.begins.day <= day <= event.last_day
            and any(name == event.who for name, _ in leg.segments)
            for day, leg in trip.legs()
        )
    own = trip.vehicle_id if event.kind is Kind.VEHICLE else trip.crew_id
    return own == event.who and Moment(trip.last_day, trip.home.arrive_min) > event.begins


def drives(event: Event, plan: Plan) -> bool:
    """Whether a vehicle that breaks down is on the road at that moment: else it does not."""
    return any(
        trip.vehicle_id == event.who
        and event.begins.is_after_departure(trip)
        and Moment(trip.last_day, trip.home.arrive_min) > event.begins
        for trip in plan.all_trips
    )


def take_in(province: Province, event: Event) -> Province:
    """Return the facts with an event that lasts whole days."""
    span = DateSpan(event.begins.day, event.last_day)
    if event.kind is Kind.VEHICLE:
        vehicles = tuple(
            dataclasses.replace(one, unavailable=(*one.unavailable, span))
            if one.vehicle_id == event.who else one
            for one in province.vehicles
        )  # fmt: skip
        return dataclasses.replace(province, vehicles=vehicles)
    if event.kind is Kind.CREW:
        crews = tuple(
            dataclasses.replace(one, days_off=(*one.days_off, span))
            if one.crew_id == event.who else one
            for one in province.crews
        )  # fmt: skip
        return dataclasses.replace(province, crews=crews)
    closure = _close(province, event)
    return dataclasses.replace(province, closures=(*province.closures, closure))


def _close(province: Province, event: Event) -> Closure:
    """Return the closure: a point of a road with kilometre posts, else all of the segment."""
    segment = province.segment_by_id[SegmentId(event.who)]
    has_posts = bool(segment.ref) and segment.km_from is not None
    post = (segment.km_from or 0.0) + event.place * segment.length_m / 1000
    return Closure(
        closure_id=ClosureId(f"simulated-{event.who}-{event.begins.day}"),
        segment_id=None if has_posts else segment.segment_id,
        ref=segment.ref if has_posts else "",
        km_from=round(post, 3) if has_posts else None,
        km_to=None, commune_code=None, first_day=event.begins.day, last_day=event.last_day,
        from_minute=0, to_minute=DAY_MIN, effect=ClosureEffect.SHUT, reason="", source="",
    )  # fmt: skip
