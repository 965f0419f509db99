"""What is shut or slow on a date, and which vehicle a segment lets through."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from shapely import LineString, MultiPolygon, Polygon, prepare

from province.days import open_hours
from province.facts import Province
from province.fleet import Vehicle
from province.ids import ClosureId, SegmentId
from province.places import Commune
from province.roads import Closure, ClosureEffect, RoadClass, Segment

DAY_MIN = 1440
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RoadState:
    """The roads of one date.

    Parameters
    ----------
    is_wet
        True in the wet season: slower, and dry-only segments are shut.
    shut
        Segments shut all day.
    shut_hours
        Segments shut during hours of the day (minutes after midnight), ferries at rest included.
    one_lane, dry_only
        Segments that are slow, and segments that a closure makes dry-only.
    """

    is_wet: bool
    shut: frozenset[SegmentId]
    shut_hours: tuple[tuple[SegmentId, Spans], ...]
    one_lane: frozenset[SegmentId]
    dry_only: frozenset[SegmentId]


def find_affected(province: Province) -> dict[ClosureId, tuple[SegmentId, ...]]:
    """Return the segments that each closure names; none where it matches no road."""
    return {
        closure.closure_id: tuple(
            segment.segment_id
            for segment in list_closed_segments(closure, province.segments, province.communes)
        )
        for closure in province.closures
    }


def read_road_state(
    province: Province,
    day: date,
    *,
    affected: Mapping[ClosureId, tuple[SegmentId, ...]] | None = None,
) -> RoadState:
    """Return what is shut or slow on a date.

    A one-lane stretch is slow, and a dry-only one shut in a wet month, for the whole day, even
    when the closure names hours: times are measured for a date.

    Parameters
    ----------
    affected
        From `find_affected`, for those who ask for many dates.
    """
    if affected is None:
        affected = find_affected(province)
    shut, one_lane, dry_only = set(), set(), set()
    hours: dict[SegmentId, list[tuple[int, int]]] = defaultdict(list)
    for closure in province.closures:
        if day < closure.first_day or (closure.last_day is not None and day > closure.last_day):
            continue
        for segment_id in affected[closure.closure_id]:
            if closure.effect is ClosureEffect.ONE_LANE:
                one_lane.add(segment_id)
            elif closure.effect is ClosureEffect.DRY_ONLY:
                dry_only.add(segment_id)
            elif (closure.from_minute, closure.to_minute) == (0, DAY_MIN):
                shut.add(segment_id)
            else:
                hours[segment_id].append((closure.from_minute, closure.to_minute))
    for segment in province.segments:
        if segment.ferry_hours:
            hours[segment.segment_id] += _list_rests(segment.ferry_hours, day)
    shut |= {key for key, spans in hours.items() if merge_spans(spans) == ((0, DAY_MIN),)}
    return RoadState(
        is_wet=day.month in province.settings.season.wet_months,
        shut=frozenset(shut),
        shut_hours=tuple(
            (key, merge_spans(spans)) for key, spans in sorted(hours.items()) if key not in shut
        ),
        one_lane=frozenset(one_lane),
        dry_only=frozenset(dry_only),
    )


def list_closed_segments(
    closure: Closure, segments: Iterable[Segment], communes: Iterable[Commune]
) -> Iterator[Segment]:
    """Yield the segments that a closure names, by id, road and kilometre posts, or commune."""
    outline = None
    if closure.commune_code is not None:
        rings = [c.outline for c in communes if c.code == closure.commune_code]
        outline = MultiPolygon([Polygon(ring) for rings_of in rings for ring in rings_of])
        prepare(outline)
    for segment in segments:
        if closure.segment_id is not None:
            if segment.segment_id == closure.segment_id:
                yield segment
        elif outline is not None:
            if outline.intersects(LineString(segment.line)):
                yield segment
        elif segment.ref == closure.ref and _meets_posts(closure, segment):
            yield segment


def _meets_posts(closure: Closure, segment: Segment) -> bool:
    """Whether a stretch overlaps a segment; sharing only an end post is no overlap.

    One post alone is a point, which shuts every segment that has it.
    """
    if closure.km_from is None and closure.km_to is None:
        return True
    if segment.km_from is None:
        return False
    first = closure.km_from if closure.km_from is not None else 0.0
    last = closure.km_to if closure.km_to is not None else first
    start, end = segment.km_from, segment.km_from + segment.length_m / 1000.0
    if last <= first:
        return start <= first <= end
    return start < last and first < end


def _list_rests(ferry_hours: str, day: date) -> list[tuple[int, int]]:
    rests, at = [], 0
    for window in open_hours(ferry_hours, day):
        if window.opens_min > at:
            rests.append((at, window.opens_min))
        at = max(at, window.closes_min)
    if at < DAY_MIN:
        rests.append((at, DAY_MIN))
    return rests


def merge_spans(spans: Iterable[tuple[int, int]]) -> Spans:
    """Return spans of minutes joined where they touch, ascending."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def why_impassable(segment: Segment, vehicle: Vehicle, state: RoadState) -> str | None:
    """Return why a vehicle cannot use a segment on a date, or None if it can.

    One of ``shut``, ``wet``, ``width``, ``weight``, ``grade``.
    """
    if segment.segment_id in state.shut:
        return "shut"
    if state.is_wet and (segment.is_dry_only or segment.segment_id in state.dry_only):
        return "wet"
    if segment.width_m is not None and vehicle.width_m > segment.width_m:
        return "width"
    if segment.max_t is not None and vehicle.gross_t > segment.max_t:
        return "weight"
    if segment.road_class is not RoadClass.FERRY and segment.steepest_pct > vehicle.max_grade_pct:
        return "grade"
    return None
