"""Checks that legs follow open roads and take the time that their segments take."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from province.crow import measure_crow_m
from province.facts import Province
from province.fleet import Vehicle
from province.ids import SegmentId, SiteId
from province.language import Message, message
from province.roads import Segment, Turn
from roads.closures import RoadState, why_impassable
from roads.columns import Floats
from roads.network import name_cell
from roads.paths import round_up_min
from roads.snapping import LOOSE_DETOUR_M
from roads.speeds import measure_drive_min
from roads.stretches import Stretch, find_point, list_driven
from roads.travel import Roads
from routing.problem import TripProblem
from routing.trips import Leg, Trip

Found = Iterator[tuple[str, str, Message]]
SAME_PLACE_M = 2.0  # two points nearer than this are one
PROJECTION_M = 25.0  # what measuring in degrees instead of metres may be wrong by


def list_legs(trip: Trip) -> Iterator[tuple[date, Leg]]:
    """Yield the legs of a trip with their days, in the order they are driven."""
    parts = [(stop.day, 0, stop.sequence, stop.leg) for stop in trip.stops]
    parts += [(night.day, 1, 0, night.leg) for night in trip.nights if night.leg is not None]
    parts.append((trip.last_day, 2, 0, trip.home))
    for day, _, _, leg in sorted(parts, key=lambda part: part[:3]):
        yield day, leg


@dataclass(frozen=True, slots=True)
class _Driven:
    """A stretch as it is driven: the segment, the direction, the shares from its drawn start."""

    segment: Segment
    is_forward: bool
    first: float
    last: float

    @property
    def ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where it begins and ends, in the direction driven."""
        low, high = (find_point(self.segment.line, share) for share in (self.first, self.last))
        return (low, high) if self.is_forward else (high, low)

    @property
    def begin_share(self) -> float:
        """Where it begins, as a share in the direction driven."""
        return self.first if self.is_forward else 1.0 - self.last

    @property
    def end_share(self) -> float:
        """Where it ends, as a share in the direction driven."""
        return self.last if self.is_forward else 1.0 - self.first

    @property
    def begin_node(self) -> int | None:
        """The node that the segment, driven in this direction, begins at, if it names one."""
        return self.segment.start_node if self.is_forward else self.segment.end_node

    @property
    def end_node(self) -> int | None:
        """The node that it ends at, if it names one."""
        return self.segment.end_node if self.is_forward else self.segment.start_node


def check_legs(province: Province, roads: Roads, problem: TripProblem, trip: Trip) -> Found:
    """Yield what is wrong with the ways of a trip; nothing the search computed is believed."""
    vehicle = province.vehicle_by_id[trip.vehicle_id]
    yield from _check_ways(province, roads, problem, trip, vehicle, list_legs(trip))
    riders = {(ride.vehicle_id, stop.day) for stop in trip.stops for ride in stop.rides}
    for vehicle_id, day in sorted(riders):
        ways = [
            (day, ride.leg)
            for stop in trip.stops
            for ride in stop.rides
            if (ride.vehicle_id, stop.day) == (vehicle_id, day)
        ]
        rider = province.vehicle_by_id[vehicle_id]
        yield from _check_ways(province, roads, problem, trip, rider, ways)


def _check_ways(
    province: Province,
    roads: Roads,
    problem: TripProblem,
    trip: Trip,
    vehicle: Vehicle,
    legs: Iterable[tuple[date, Leg]],
) -> Found:
    segments = {segment.segment_id: segment for segment in province.segments}
    turns = _list_turns(province)
    places: dict[SiteId, tuple[float, float]] = {}
    for day, leg in legs:
        where = f"{trip.trip_id} {day} {leg.from_site}-{leg.to_site}"
        if any(key not in segments for key, _ in leg.segments):
            yield "legs_follow_the_roads", where, message("a segment does not exist")
            continue
        driven = [
            _Driven(segments[key], is_forward, first, last)
            for key, is_forward, first, last in list_driven(
                leg.segments, leg.from_share, leg.to_share
            )
        ]
        yield from _check_joined(where, leg, driven)
        yield from _check_ends(province, roads.drawn, where, leg, driven, places)
        if leg.from_site != leg.to_site:
            state = roads.state(day, vehicle)
            yield from _check_turns(turns, vehicle, day, where, leg)
            yield from _check_open(vehicle, state, where, leg, driven)
            yield from _check_measures(province, state, problem, vehicle, where, leg, driven)


def _check_joined(where: str, leg: Leg, driven: list[_Driven]) -> Found:
    """Yield where segments do not meet end to end; the first and the last may be driven in part."""
    rule = "legs_follow_the_roads"
    if any(part.last <= part.first for part in driven):
        yield rule, where, message("a stretch has no length")
    for before, after in pairwise(driven):
        if not _meet(before, after):
            yield rule, where, message("segments are not joined")
            return


def _meet(before: _Driven, after: _Driven) -> bool:
    """Whether one segment, driven to its end, leads to the beginning of the next."""
    if before.end_share != 1.0 or after.begin_share != 0.0:
        return False
    nodes = before.end_node, after.begin_node
    if None not in nodes:
        return nodes[0] == nodes[1]
    return name_cell(before.ends[1]) == name_cell(after.ends[0])


def _check_ends(
    province: Province,
    drawn: Floats,
    where: str,
    leg: Leg,
    driven: list[_Driven],
    places: dict[SiteId, tuple[float, float]],
) -> Found:
    """Yield where a leg begins or ends off its site, or elsewhere than the leg before."""
    if not driven:
        return
    rule = "legs_follow_the_roads"
    for site_id, point in (
        (leg.from_site, driven[0].ends[0]),
        (leg.to_site, driven[-1].ends[1]),
    ):
        if site_id in places:
            if measure_crow_m(point, places[site_id]) > SAME_PLACE_M:
                text = message("it stops elsewhere at {site} than the leg before", site=site_id)
                yield rule, where, text
            continue
        places[site_id] = point
        site = province.site_by_id[site_id]
        away_m = measure_crow_m(point, (site.lon, site.lat))
        near_m = _measure_nearest_m(drawn, site.lon, site.lat) + LOOSE_DETOUR_M
        if away_m > min(near_m, province.settings.roads.max_snap_m) + PROJECTION_M:
            yield rule, where, message("it does not end at the site")


def _measure_nearest_m(drawn: Floats, lon: float, lat: float) -> float:
    """Return the metres from a point to the nearest drawn road, in a plane that touches it."""
    if not len(drawn):
        return np.inf
    scale = np.array([111_195 * np.cos(np.radians(lat)), 111_195])
    begin, end = (drawn[:, :2] - (lon, lat)) * scale, (drawn[:, 2:] - (lon, lat)) * scale
    along = end - begin
    square = np.maximum((along**2).sum(axis=1), 1e-9)
    part = np.clip(-(begin * along).sum(axis=1) / square, 0, 1)
    return float(np.hypot(*(begin + along * part[:, None]).T).min())


def _check_open(
    vehicle: Vehicle, state: RoadState, where: str, leg: Leg, driven: list[_Driven]
) -> Found:
    rule = "roads_are_open_for_the_vehicle"
    for part in driven:
        segment = part.segment
        why = why_impassable(segment, vehicle, state, part.first, part.last)
        if why is not None:
            yield rule, where, message("{segment}: {why}", segment=segment.segment_id, why=why)
        if segment.is_oneway and not part.is_forward:
            yield rule, where, message("{segment} is one-way", segment=segment.segment_id)
        for stretch, spans in state.shut_hours:
            if not _is_met(stretch, part):
                continue
            if any(leg.leave_min < end and leg.arrive_min > begin for begin, end in spans):
                yield rule, where, message("{segment} is shut then", segment=segment.segment_id)


def _list_turns(province: Province) -> dict[tuple[SegmentId, bool], list[Turn]]:
    """Return the forbidden turns by their first segment and its direction."""
    turns: dict[tuple[SegmentId, bool], list[Turn]] = {}
    for turn in province.turns:
        turns.setdefault(turn.steps[0], []).append(turn)
    return turns


def _check_turns(
    turns: dict[tuple[SegmentId, bool], list[Turn]],
    vehicle: Vehicle,
    day: date,
    where: str,
    leg: Leg,
) -> Found:
    """Yield the forbidden turns that a leg makes; a stop begins a new way."""
    for place, step in enumerate(leg.segments):
        for turn in turns.get(step, ()):
            is_made = tuple(leg.segments[place : place + len(turn.steps)]) == turn.steps
            if is_made and turn.forbids(vehicle, day):
                yield (
                    "roads_are_open_for_the_vehicle",
                    where,
                    message(
                        "the turn from {first} into {last} is forbidden",
                        first=turn.steps[0][0],
                        last=turn.steps[-1][0],
                    ),
                )


def _is_met(stretch: Stretch, part: _Driven) -> bool:
    mine = stretch.segment_id == part.segment.segment_id
    return mine and stretch.overlaps(part.first, part.last)


def _check_measures(
    province: Province,
    state: RoadState,
    problem: TripProblem,
    vehicle: Vehicle,
    where: str,
    leg: Leg,
    driven: list[_Driven],
) -> Found:
    factor = province.settings.roads.speed_factor
    minutes = sum(_measure_part_min(part, vehicle, state, factor) for part in driven)
    length_m = 0
    for part in driven:
        whole = round(part.segment.length_m)
        length_m += round(whole * part.last) - round(whole * part.first)
    for name, given, right in (
        ("drive_min", leg.drive_min, round_up_min(minutes)),
        ("wait_min", leg.wait_min, sum(part.segment.ferry_wait_min for part in driven)),
        ("length_m", leg.length_m, length_m),
        ("buffer_min", leg.buffer_min, problem.rules.leg_buffer_min),
    ):
        if given != right:
            yield (
                "times_are_measured",
                where,
                message("{name} is {given}, not {right}", name=name, given=given, right=right),
            )


def _measure_part_min(
    part: _Driven, vehicle: Vehicle, state: RoadState, speed_factor: float
) -> float:
    """Return the minutes on a stretch, more where one lane is open."""
    slow = one_lane_share(state.one_lane, part.segment.segment_id, part.first, part.last)
    whole_min = measure_drive_min(
        part.segment,
        part.is_forward,
        vehicle.kind,
        is_wet=state.is_wet,
        one_lane_share=slow,
        speed_factor=speed_factor,
    )
    return whole_min * (part.last - part.first)


def one_lane_share(
    one_lane: Iterable[Stretch], segment_id: SegmentId, first: float, last: float
) -> float:
    """Return the share of a part of a segment on which one lane is open."""
    if last <= first:
        return 0.0
    covered, at = 0.0, first
    for stretch in sorted(s for s in one_lane if s.segment_id == segment_id):
        begin, end = max(at, stretch.first), min(last, stretch.last)
        if end > begin:
            covered, at = covered + end - begin, end
    return covered / (last - first)
