"""Traces the ways of trips along the roads, as points."""

from collections.abc import Mapping

from province.ids import SegmentId
from province.roads import Segment
from roads.stretches import cut_line
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
