"""Tells the checker what is shut or slow on a stretch that is driven, and how long it takes.

The search asks `roads.closures` and `roads.speeds`; only the numbers of the speed table and the
rows of the facts are the same here, so that an error of the one is seen by the other.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import shapely

from province.facts import Province
from province.fleet import Vehicle
from province.hours import list_other_spans, list_spans
from province.ids import ClosureId, SegmentId
from province.roads import Closure, ClosureEffect, RoadClass, Segment, Surface
from roads.speeds import (
    BASE_KMH,
    CLIMB_FREE_PCT,
    DESCENT_FREE_PCT,
    GRADE_FLOOR,
    HANDLING,
    ONE_LANE_FACTOR,
    STEEP_FREE_PCT,
)
from routing.trips import Leg

POST_KM = 0.01  # road on both sides of the only kilometre post that is named
SHARE_DIGITS = 6  # to which shares are told
SAME_SHARE = 2e-6  # stretches that share less of a segment only touch
Shares = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Driven:
    """A stretch as it is driven: the segment, the direction, the shares from its drawn start."""

    segment: Segment
    is_forward: bool
    first: float
    last: float


def list_driven(segments: Mapping[SegmentId, Segment], leg: Leg) -> list[Driven]:
    """Return the stretches of a leg in the order driven."""
    driven = []
    for k, (key, is_forward) in enumerate(leg.segments):
        first = leg.from_share if k == 0 else 0.0
        last = leg.to_share if k == len(leg.segments) - 1 else 1.0
        if not is_forward:
            first, last = round(1.0 - last, SHARE_DIGITS), round(1.0 - first, SHARE_DIGITS)
        driven.append(Driven(segments[key], is_forward, first, last))
    return driven


class CheckedRoads:
    """The segments of a province, and what its closures cover."""

    def __init__(self, province: Province) -> None:
        self.province = province
        self.segments = province.segment_by_id
        self._covered: dict[tuple[ClosureId, SegmentId], Shares] = {}

    def tell_shut(self, part: Driven, vehicle: Vehicle, day: date, times: range) -> Iterator[str]:
        """Yield what keeps a vehicle from a stretch at some minutes of a day."""
        segment = part.segment
        is_wet = day.month in self.province.settings.season.wet_months
        holding = [(c, spans) for c, spans in self._list_holding(day) if self._meet(c, part)]
        shut = [
            span
            for closure, spans in holding
            if closure.effect is ClosureEffect.SHUT and closure.stops(vehicle)
            for span in spans
        ]
        if segment.ferry_hours:
            shut += list_other_spans(list_spans(segment.ferry_hours, day))
        if any(times.start < end and begin < times.stop for begin, end in shut):
            yield "shut"
        dry_only = any(closure.effect is ClosureEffect.DRY_ONLY for closure, _ in holding)
        if is_wet and (segment.is_dry_only or dry_only):
            yield "wet"
        if segment.vehicles and vehicle.kind not in segment.vehicles:
            yield "kind"
        for name, most, size in (
            ("height", segment.max_height_m, vehicle.height_m or 0.0),
            ("width", segment.width_m, vehicle.width_m),
            ("weight", segment.max_t, vehicle.gross_t),
        ):
            if most is not None and size > most:
                yield name
        is_ferry = segment.road_class is RoadClass.FERRY
        if not is_ferry and segment.steepest_pct > vehicle.max_grade_pct:
            yield "grade"

    def measure_min(self, part: Driven, vehicle: Vehicle, day: date) -> float:
        """Return the minutes of a stretch, more where one lane is open."""
        segment = part.segment
        is_ferry = segment.road_class is RoadClass.FERRY
        minutes = segment.length_m * 0.06 / self._measure_kmh(part, vehicle, day)
        if is_ferry and segment.duration_min:
            minutes = segment.duration_min
        slow = [
            share
            for closure, _ in self._list_holding(day)
            if closure.effect is ClosureEffect.ONE_LANE
            for share in self._cover(closure, segment)
        ]
        driven = part.last - part.first
        if is_ferry or not slow or driven <= 0:
            return minutes * driven
        return minutes * (driven + _overlap(slow, part) * (1 / ONE_LANE_FACTOR - 1))

    def _measure_kmh(self, part: Driven, vehicle: Vehicle, day: date) -> float:
        segment, handling = part.segment, HANDLING[vehicle.kind]
        settings, own = self.province.settings.roads, segment.road_class
        base = BASE_KMH[own] * settings.speed_factor * settings.class_factors.get(own, 1.0)
        base *= settings.road_factors.get(segment.road, 1.0)
        if segment.road_class is RoadClass.FERRY:
            return base
        factor, wet = {
            Surface.GRAVEL: (handling.gravel, handling.wet_gravel),
            Surface.EARTH: (handling.earth, handling.wet_earth),
        }.get(segment.surface, (handling.paved, handling.wet_paved))
        if day.month in self.province.settings.season.wet_months:
            factor *= wet
        up, down = segment.rise_m, segment.fall_m
        if not part.is_forward:
            up, down = down, up
        percent = 100 / max(segment.length_m, 1.0)
        loss = handling.climb_loss * max(0.0, up * percent - CLIMB_FREE_PCT)
        loss += handling.descent_loss * max(0.0, down * percent - DESCENT_FREE_PCT)
        loss += handling.steep_loss * max(0.0, segment.steepest_pct - STEEP_FREE_PCT)
        return base * factor * max(GRADE_FLOOR, 1 - loss)

    def _list_holding(self, day: date) -> Iterator[tuple[Closure, tuple[tuple[int, int], ...]]]:
        for closure in self.province.closures:
            if spans := closure.list_hours(day):
                yield closure, spans

    def _meet(self, closure: Closure, part: Driven) -> bool:
        return _overlap(self._cover(closure, part.segment), part) > SAME_SHARE

    def _cover(self, closure: Closure, segment: Segment) -> Shares:
        """Return the shares of a segment that a closure is about."""
        key = closure.closure_id, segment.segment_id
        if key not in self._covered:
            shares = self._find_cover(closure, segment)
            is_whole = bool(shares) and segment.road_class is RoadClass.FERRY
            self._covered[key] = [(0.0, 1.0)] if is_whole else shares
        return self._covered[key]

    def _find_cover(self, closure: Closure, segment: Segment) -> Shares:
        if closure.commune_code is not None:
            communes = self.province.communes
            return _find_inside(
                segment, [c.outline for c in communes if c.code == closure.commune_code]
            )
        if closure.area_id:
            areas = self.province.areas
            return _find_inside(segment, [a.outline for a in areas if a.area_id == closure.area_id])
        if closure.segment_ids or closure.segment_id is not None:
            is_named = segment.segment_id in (*closure.segment_ids, closure.segment_id)
            return [(0.0, 1.0)] if is_named else []
        if segment.ref != closure.ref:
            return []
        if closure.km_from is None and closure.km_to is None:
            return [(0.0, 1.0)]
        if segment.km_from is None or segment.length_m <= 0:
            return []
        begin = closure.km_from or 0.0
        end = begin if closure.km_to is None else closure.km_to
        if end <= begin:
            begin, end = begin - POST_KM, begin + POST_KM
        first, last = (
            min(1.0, max(0.0, (km - segment.km_from) * 1000 / segment.length_m))
            for km in (begin, end)
        )
        return [(first, last)] if last - first > SAME_SHARE else []


def _overlap(shares: Shares, part: Driven) -> float:
    """Return the share of a segment that lies both in some shares and in a stretch."""
    found, at = 0.0, part.first
    for first, last in sorted(shares):
        begin, end = max(at, first), min(last, part.last)
        if end > begin:
            found, at = found + end - begin, end
    return found


Outline = tuple[tuple[tuple[float, float], ...], ...]


def _find_inside(segment: Segment, outlines: list[Outline]) -> Shares:
    """Return the shares of a segment that lie in outlines, straight piece by straight piece."""
    rings = [ring for outline in outlines for ring in outline]
    if not rings:
        return []
    flat = math.cos(math.radians(rings[0][0][1]))
    line = [(lon * flat, lat) for lon, lat in segment.line]
    area = shapely.union_all([shapely.Polygon([(x * flat, y) for x, y in ring]) for ring in rings])
    if not area.intersects(shapely.LineString(line)):
        return []
    whole = sum(math.dist(a, b) for a, b in pairwise(line)) or 1.0
    found, done = [], 0.0
    for a, b in pairwise(line):
        cut = area.intersection(shapely.LineString((a, b)))
        for piece in getattr(cut, "geoms", (cut,)):
            if piece.length > 0:
                ends = sorted(math.dist(a, point) for point in (piece.coords[0], piece.coords[-1]))
                found.append(((done + ends[0]) / whole, (done + ends[1]) / whole))
        done += math.dist(a, b)
    return found
