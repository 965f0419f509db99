"""Checks that legs follow open roads and take the time that their segments take."""

import math
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from province.crow import measure_crow_m
from province.facts import Province
from province.fleet import Vehicle
from province.ids import SegmentId, SiteId
from province.language import message
from province.roads import RoadClass, Turn
from roads.stretches import find_point
from routing.checks.case import Found, TripCase
from routing.checks.road_facts import CheckedRoads, Driven, list_driven
from routing.problem import TripProblem
from routing.trips import Leg, Trip

SAME_PLACE_M = 2.0  # two points nearer than this are one
PROJECTION_M = 25.0  # what measuring in degrees instead of metres may be wrong by
DETOUR_M = 200.0  # how much farther than the nearest road the one may be that leads somewhere
SAME_END_DEGREES = 1.5e-5  # ends of segments that are nearer than this meet
UNSURE_MIN = 0.001  # what a sum of minutes may be wrong by before it is rounded up
Point = tuple[float, float]


def check_legs(case: TripCase) -> Found:
    """Yield what is wrong with the ways of trips; nothing the search computed is believed."""
    if case.province is None:
        return
    province, ways = case.province, _CheckedWays(case.province, case.problem)
    for trip in case.plan.trips:
        vehicle = province.vehicle_by_id[trip.vehicle_id]
        yield from ways.check(trip, vehicle, trip.legs())
        ridden = list(trip.rides())
        for vehicle_id, day in sorted({(ride.vehicle_id, stop.day) for stop, ride in ridden}):
            legs = [
                (day, ride.leg)
                for stop, ride in ridden
                if (ride.vehicle_id, stop.day) == (vehicle_id, day)
            ]
            yield from ways.check(trip, province.vehicle_by_id[vehicle_id], legs)


class _CheckedWays:
    """Checks ways of a province on its own reading of the roads."""

    def __init__(self, province: Province, problem: TripProblem) -> None:
        self.province, self.problem = province, problem
        self.ground = CheckedRoads(province)
        self.drawn = list_drawn(province)
        self.turns = list_turns(province)

    def check(self, trip: Trip, vehicle: Vehicle, legs: Iterable[tuple[date, Leg]]) -> Found:
        """Yield what is wrong with the legs of a vehicle, in the order driven."""
        places: dict[SiteId, Point] = {}
        for day, leg in legs:
            where = f"{trip.trip_id} {day} {leg.from_site}-{leg.to_site}"
            if any(key not in self.ground.segments for key, _ in leg.segments):
                yield "legs_follow_the_roads", where, message("a segment does not exist")
                continue
            driven = list_driven(self.ground.segments, leg)
            yield from _check_joined(where, leg, driven)
            yield from self._check_ends(where, leg, driven, places)
            if leg.from_site != leg.to_site:
                yield from check_turns(self.turns, vehicle, day, where, leg)
                yield from self._check_open(vehicle, day, where, leg, driven)
                yield from self._check_measures(vehicle, day, where, leg, driven)

    def _check_ends(
        self, where: str, leg: Leg, driven: list[Driven], places: dict[SiteId, Point]
    ) -> Found:
        """Yield where a leg begins or ends off its site, or elsewhere than the leg before."""
        if not driven:
            return
        rule = "legs_follow_the_roads"
        for site_id, point in (
            (leg.from_site, _list_ends(driven[0])[0]),
            (leg.to_site, _list_ends(driven[-1])[1]),
        ):
            if site_id in places:
                if measure_crow_m(point, places[site_id]) > SAME_PLACE_M:
                    text = message("it stops elsewhere at {site} than the leg before", site=site_id)
                    yield rule, where, text
                continue
            places[site_id] = point
            site = self.province.site_by_id[site_id]
            away_m = measure_crow_m(point, (site.lon, site.lat))
            near_m = _measure_nearest_m(self.drawn, site.lon, site.lat) + DETOUR_M
            if away_m > min(near_m, self.province.settings.roads.max_snap_m) + PROJECTION_M:
                yield rule, where, message("it does not end at the site")

    def _check_open(
        self, vehicle: Vehicle, day: date, where: str, leg: Leg, driven: list[Driven]
    ) -> Found:
        rule, times = "roads_are_open_for_the_vehicle", range(leg.leave_min, leg.arrive_min)
        for part in driven:
            segment = part.segment
            for why in self.ground.tell_shut(part, vehicle, day, times):
                yield rule, where, message("{segment}: {why}", segment=segment.segment_id, why=why)
            if segment.is_oneway and not part.is_forward:
                yield rule, where, message("{segment} is one-way", segment=segment.segment_id)

    def _check_measures(
        self, vehicle: Vehicle, day: date, where: str, leg: Leg, driven: list[Driven]
    ) -> Found:
        minutes = sum(self.ground.measure_min(part, vehicle, day) for part in driven)
        length_m = 0
        for part in driven:
            whole = round(part.segment.length_m)
            length_m += round(whole * part.last) - round(whole * part.first)
        is_rounded = abs(leg.drive_min - minutes - 0.5) <= 0.5 + UNSURE_MIN
        right_min = leg.drive_min if is_rounded else math.ceil(minutes)
        for name, given, right in (
            ("drive_min", leg.drive_min, right_min),
            ("wait_min", leg.wait_min, sum(part.segment.ferry_wait_min for part in driven)),
            ("length_m", leg.length_m, length_m),
            ("buffer_min", leg.buffer_min, self.problem.rules.leg_buffer_min),
        ):
            if given != right:
                text = message(
                    "{name} is {given}, not {right}", name=name, given=given, right=right
                )
                yield "times_are_measured", where, text


def _list_ends(part: Driven) -> tuple[Point, Point]:
    """Return where a stretch begins and ends, in the direction driven."""
    low, high = (find_point(part.segment.line, share) for share in (part.first, part.last))
    return (low, high) if part.is_forward else (high, low)


def _check_joined(where: str, leg: Leg, driven: list[Driven]) -> Found:
    """Yield where segments do not meet end to end; the first and the last may be driven in part."""
    rule = "legs_follow_the_roads"
    if any(part.last <= part.first for part in driven):
        yield rule, where, message("a stretch has no length")
    for before, after in pairwise(driven):
        if not _meet(before, after):
            yield rule, where, message("segments are not joined")
            return


def _meet(before: Driven, after: Driven) -> bool:
    """Whether one segment, driven to its end, leads to the beginning of the next."""
    if (before.last if before.is_forward else 1.0 - before.first) != 1.0:
        return False
    if (after.first if after.is_forward else 1.0 - after.last) != 0.0:
        return False
    one, two = before.segment, after.segment
    nodes = (
        one.end_node if before.is_forward else one.start_node,
        two.start_node if after.is_forward else two.end_node,
    )
    if None not in nodes:
        return nodes[0] == nodes[1]
    ends = zip(_list_ends(before)[1], _list_ends(after)[0], strict=True)
    return all(abs(a - b) < SAME_END_DEGREES for a, b in ends)


def list_drawn(province: Province) -> NDArray[np.float64]:
    """Return the straight pieces of all drawn roads but ferries: lon, lat, lon, lat."""
    pieces = [
        (*a, *b)
        for segment in province.segments
        if segment.road_class is not RoadClass.FERRY
        for a, b in pairwise(segment.line)
    ]
    return np.array(pieces, np.float64).reshape(-1, 4)


def _measure_nearest_m(drawn: NDArray[np.float64], lon: float, lat: float) -> float:
    """Return the metres from a point to the nearest drawn road, in a plane that touches it."""
    if not len(drawn):
        return np.inf
    scale = np.array([111_195 * np.cos(np.radians(lat)), 111_195])
    begin, end = (drawn[:, :2] - (lon, lat)) * scale, (drawn[:, 2:] - (lon, lat)) * scale
    along = end - begin
    square = np.maximum((along**2).sum(axis=1), 1e-9)
    part = np.clip(-(begin * along).sum(axis=1) / square, 0, 1)
    return float(np.hypot(*(begin + along * part[:, None]).T).min())


def list_turns(province: Province) -> dict[tuple[SegmentId, bool], list[Turn]]:
    """Return the forbidden turns by their first segment and its direction."""
    turns: dict[tuple[SegmentId, bool], list[Turn]] = {}
    for turn in province.turns:
        turns.setdefault(turn.steps[0], []).append(turn)
    return turns


def check_turns(
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
