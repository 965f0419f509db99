"""Which segments would have to be opened so that a vehicle gets somewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from province.fleet import Vehicle
from province.ids import SegmentId, SiteId
from province.language import Message, message
from routing.closures import why_impassable
from routing.paths import Arc, search_tree, tabulate_arcs, trace_arcs
from routing.speeds import measure_drive_min
from routing.travel import Roads

OBSTACLE_MIN = 100_000  # minutes that count for one obstacle: more than any way through a province


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A segment on the way, and why the vehicle cannot use it (as `why_impassable` says)."""

    segment_id: SegmentId
    reason: str


def list_openings(
    roads: Roads, vehicle: Vehicle, day: date, start: SiteId, ends: tuple[SiteId, ...]
) -> dict[SiteId, tuple[Obstacle, ...]]:
    """Return the obstacles on the way with the fewest of them, in order, to each end.

    Of ways with as many obstacles the shortest is taken. An end that is reached has none; an end
    to which no roads lead at all is not named.
    """
    if start not in roads.nodes:
        return {}
    state, segments = roads.state(day), roads.network.segments
    table = tabulate_arcs(_list_arcs(roads, vehicle, day), len(roads.network.places), {})
    tree = search_tree(table, roads.nodes[start])
    found: dict[SiteId, tuple[Obstacle, ...]] = {}
    for end in ends:
        if end not in roads.nodes:
            continue
        arcs = trace_arcs(table, tree, roads.nodes[start], roads.nodes[end])
        if arcs is not None:
            driven = (segments[int(table.number[arc])] for arc in arcs)
            reasons = ((s.segment_id, why_impassable(s, vehicle, state)) for s in driven)
            found[end] = tuple(Obstacle(key, reason) for key, reason in reasons if reason)
    return found


def _list_arcs(roads: Roads, vehicle: Vehicle, day: date) -> Iterator[Arc]:
    state, network = roads.state(day), roads.network
    for number, segment in enumerate(network.segments):
        is_blocked = why_impassable(segment, vehicle, state) is not None
        for is_forward in (True,) if segment.is_oneway else (True, False):
            minutes = measure_drive_min(
                segment,
                is_forward,
                vehicle.kind,
                is_wet=state.is_wet,
                speed_factor=roads.province.settings.roads.speed_factor,
            )
            ends = int(network.starts[number]), int(network.ends[number])
            tail, head = ends if is_forward else ends[::-1]
            wait = segment.ferry_wait_min + is_blocked * OBSTACLE_MIN
            yield Arc(tail, head, minutes, wait, round(segment.length_m), number, is_forward)


def describe_opening(obstacle: Obstacle) -> Message:
    """Return what has to change in which file so that an obstacle is none."""
    texts = {
        "shut": message(
            "end the closure of {segment} in closures.csv", segment=obstacle.segment_id
        ),
        "wet": message("segment {segment}: dry_only", segment=obstacle.segment_id),
        "width": message("segment {segment}: width_m", segment=obstacle.segment_id),
        "weight": message("segment {segment}: max_t", segment=obstacle.segment_id),
        "grade": message("segment {segment}: steepest_pct", segment=obstacle.segment_id),
    }
    return texts[obstacle.reason]
