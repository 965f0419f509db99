"""Which segments would have to be opened so that a vehicle gets somewhere."""

import dataclasses
from dataclasses import dataclass
from datetime import date

import numpy as np

from province.fleet import Vehicle
from province.ids import SegmentId, SiteId
from province.language import Message, message
from roads.paths import ArcTable, find_ways, trace_way
from roads.travel import Roads
from roads.usable import tabulate_usable

OBSTACLE_MIN = 100_000  # minutes that count for one obstacle: more than any way through a province


@dataclass(frozen=True, slots=True)
class BlockedSegment:
    """A segment on the way, and why the vehicle cannot use it (as `why_impassable` says)."""

    segment_id: SegmentId
    reason: str


def list_openings(
    roads: Roads, vehicle: Vehicle, day: date, start: SiteId, ends: tuple[SiteId, ...]
) -> dict[SiteId, tuple[BlockedSegment, ...]]:
    """Return the obstacles on the way with the fewest of them, in order, to each end.

    Of ways with as many obstacles the shortest is taken. An end that is reached has none; an end
    to which no roads lead at all is not named.
    """
    first = roads.node(vehicle, start)
    if first is None:
        return {}
    nodes = {end: node for end in ends if (node := roads.node(vehicle, end)) is not None}
    table = _tabulate_all(roads, vehicle, day)
    finder = find_ways(table, np.array(sorted({first, *nodes.values()}), dtype=np.int64))
    found: dict[SiteId, tuple[BlockedSegment, ...]] = {}
    for end, node in nodes.items():
        arcs = trace_way(finder, first, node)
        if arcs is not None:
            pieces = [int(table.number[arc]) for arc in arcs]
            found[end] = _list_obstacles(roads, vehicle, day, pieces)
    return found


def _list_obstacles(
    roads: Roads, vehicle: Vehicle, day: date, driven: list[int]
) -> tuple[BlockedSegment, ...]:
    obstacles: list[BlockedSegment] = []
    for piece in driven:
        segment = roads.network.segments[int(roads.pieces.segment[piece])]
        reason = roads.why_shut(vehicle, day, piece)
        if reason and (not obstacles or obstacles[-1].segment_id != segment.segment_id):
            obstacles.append(BlockedSegment(segment.segment_id, reason))
    return tuple(obstacles)


def _tabulate_all(roads: Roads, vehicle: Vehicle, day: date) -> ArcTable:
    """Return all roads as if open; what stands in the way counts as a very long wait.

    A segment that is unfit as a whole counts in proportion to the part that is driven, so that it
    counts once however many sites stand on it; a stretch that is shut counts as one.
    """
    usable, pieces = roads.usable(vehicle, day), roads.pieces
    everything = dataclasses.replace(
        usable, is_open=np.ones(len(pieces.segment), dtype=np.bool_), hours={}
    )
    num_shut = np.bincount(pieces.segment, ~usable.is_open, minlength=len(roads.network.segments))
    is_whole = (num_shut == np.bincount(pieces.segment))[pieces.segment]
    count = np.where(is_whole, pieces.last - pieces.first, 1.0)
    return tabulate_usable(
        roads.network,
        pieces,
        everything,
        vehicle,
        roads.province.settings.roads,
        extra_min=np.where(usable.is_open, 0.0, OBSTACLE_MIN * count),
    )


def describe_opening(obstacle: BlockedSegment) -> Message:
    """Return what has to change in which file so that an obstacle is none."""
    texts = {
        "shut": message(
            "end the closure of {segment} in closures.csv", segment=obstacle.segment_id
        ),
        "wet": message("segment {segment}: dry_only", segment=obstacle.segment_id),
        "kind": message("segment {segment}: vehicles", segment=obstacle.segment_id),
        "height": message("segment {segment}: max_height_m", segment=obstacle.segment_id),
        "width": message("segment {segment}: width_m", segment=obstacle.segment_id),
        "weight": message("segment {segment}: max_t", segment=obstacle.segment_id),
        "grade": message("segment {segment}: steepest_pct", segment=obstacle.segment_id),
    }
    return texts[obstacle.reason]
