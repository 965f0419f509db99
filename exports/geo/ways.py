"""Traces the ways of trips along the roads, as points."""

import itertools
import math
from collections.abc import Mapping, Sequence

from province.ids import SegmentId
from province.roads import Segment
from routing.trips import Leg

Point = tuple[float, float]
"""(lon, lat), EPSG:4326 degrees."""


def trace_leg(leg: Leg, segments: Mapping[SegmentId, Segment]) -> list[Point]:
    """Return the points of a leg along its roads, without repetition where segments meet.

    The first and last segment are cut where the leg begins and ends; a leg within one place has no
    points.
    """
    points: list[Point] = []
    last = len(leg.segments) - 1
    for number, (segment_id, is_forward) in enumerate(leg.segments):
        line = segments[segment_id].line
        driven = cut_line(
            line if is_forward else line[::-1],
            leg.from_share if number == 0 else 0.0,
            leg.to_share if number == last else 1.0,
        )
        for point in driven:
            if not points or points[-1] != point:
                points.append(point)
    return points


def cut_line(line: Sequence[Point], from_share: float, to_share: float) -> list[Point]:
    """Return a line between two shares of its length, 0 at its start and 1 at its end."""
    if (from_share, to_share) == (0.0, 1.0):
        return list(line)
    lengths = [_measure(a, b) for a, b in itertools.pairwise(line)]
    total = sum(lengths)
    begin, end = from_share * total, to_share * total
    kept: list[Point] = []
    passed = 0.0
    for (a, b), length in zip(itertools.pairwise(line), lengths, strict=True):
        if passed + length >= begin and passed <= end and length:
            for share in (max(0.0, begin - passed) / length, min(length, end - passed) / length):
                point = a if share == 0 else b if share == 1 else _between(a, b, share)
                if not kept or kept[-1] != point:
                    kept.append(point)
        passed += length
    return kept


def _measure(a: Point, b: Point) -> float:
    """Return the length between two near points, in degrees of latitude."""
    return math.hypot((b[0] - a[0]) * math.cos(math.radians((a[1] + b[1]) / 2)), b[1] - a[1])


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
