"""What is shut or slow on a date, and which vehicle a segment lets through."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
import shapely

from province.facts import Province
from province.fleet import Vehicle
from province.hours import WHOLE_DAY, Spans, list_other_spans, list_spans, merge_spans
from province.ids import ClosureId
from province.places import Commune
from province.roads import Closure, ClosureArea, ClosureEffect, RoadClass, Segment
from roads.stretches import Stretch, round_share

POINT_M = 20.0  # assumption: road that is lost where one kilometre post is named
Hours = dict[Stretch, list[tuple[int, int]]]
Rings = tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True)
class RoadState:
    """The roads of one date.

    Parameters
    ----------
    is_wet
        True in the wet season: slower, and dry-only segments are shut.
    shut
        Stretches shut all day.
    shut_hours
        Stretches shut during hours of the day (minutes after midnight), ferries at rest included.
    one_lane, dry_only
        Stretches that are slow, and stretches that a closure makes dry-only.
    for_some
        Closures that stop some vehicles only, and their hours; see `narrow_state`.
    """

    is_wet: bool
    shut: frozenset[Stretch]
    shut_hours: tuple[tuple[Stretch, Spans], ...]
    one_lane: frozenset[Stretch]
    dry_only: frozenset[Stretch]
    for_some: tuple[tuple[Closure, Spans], ...] = ()


@dataclass(frozen=True, slots=True)
class Affected:
    """What closures and timetables are about, found once for all dates.

    Parameters
    ----------
    stretches
        The stretches that each closure names; none where it meets no road.
    ferries
        The segments that have hours.
    """

    stretches: Mapping[ClosureId, tuple[Stretch, ...]]
    ferries: tuple[Segment, ...]


def find_affected(province: Province) -> Affected:
    """Return what closures and timetables are about."""
    return Affected(
        {
            closure.closure_id: list_closed_stretches(
                closure, province.segments, province.communes, province.areas
            )
            for closure in province.closures
        },
        tuple(segment for segment in province.segments if segment.ferry_hours),
    )


def read_road_state(
    province: Province, day: date, *, affected: Affected | None = None
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
    one_lane, dry_only = set(), set()
    hours: Hours = defaultdict(list)
    for_some: list[tuple[Closure, Spans]] = []
    for closure in province.closures:
        spans = closure.list_hours(day)
        if not spans:
            continue
        if not closure.is_for_all:
            for_some.append((closure, merge_spans(spans)))
            continue
        for stretch in affected.stretches[closure.closure_id]:
            if closure.effect is ClosureEffect.ONE_LANE:
                one_lane.add(stretch)
            elif closure.effect is ClosureEffect.DRY_ONLY:
                dry_only.add(stretch)
            else:
                hours[stretch] += spans
    for ferry in affected.ferries:
        rests = list_other_spans(list_spans(ferry.ferry_hours, day))
        hours[Stretch(ferry.segment_id)] += rests
    shut, shut_hours = _part_hours(hours)
    return RoadState(
        is_wet=day.month in province.settings.season.wet_months,
        shut=shut,
        shut_hours=shut_hours,
        one_lane=frozenset(one_lane),
        dry_only=frozenset(dry_only),
        for_some=tuple(for_some),
    )


def narrow_state(state: RoadState, vehicle: Vehicle, affected: Affected) -> RoadState:
    """Return the roads of a date as one vehicle finds them: what stops it is shut."""
    mine = [(closure, spans) for closure, spans in state.for_some if closure.stops(vehicle)]
    if not mine:
        return replace(state, for_some=()) if state.for_some else state
    hours = defaultdict(list, {stretch: list(spans) for stretch, spans in state.shut_hours})
    for closure, spans in mine:
        for stretch in affected.stretches[closure.closure_id]:
            hours[stretch] += spans
    shut, shut_hours = _part_hours({k: spans for k, spans in hours.items() if k not in state.shut})
    return replace(state, shut=state.shut | shut, shut_hours=shut_hours, for_some=())


def _part_hours(hours: Hours) -> tuple[frozenset[Stretch], tuple[tuple[Stretch, Spans], ...]]:
    """Return the stretches that are shut all day, and the hours of the others."""
    merged = {stretch: merge_spans(spans) for stretch, spans in sorted(hours.items())}
    shut = frozenset(stretch for stretch, spans in merged.items() if spans == WHOLE_DAY)
    return shut, tuple(pair for pair in merged.items() if pair[0] not in shut)


def list_closed_stretches(
    closure: Closure,
    segments: Sequence[Segment],
    communes: Iterable[Commune],
    areas: Iterable[ClosureArea] = (),
) -> tuple[Stretch, ...]:
    """Return the stretches that a closure names, by id, road and posts, commune or drawn area.

    A ferry that is named in part is named whole.
    """
    if closure.commune_code is not None:
        rings = [c.outline for c in communes if c.code == closure.commune_code]
        found = _list_inside(segments, rings)
    elif closure.area_id:
        found = _list_inside(segments, [a.outline for a in areas if a.area_id == closure.area_id])
    elif closure.segment_ids:
        found = (Stretch(segment_id) for segment_id in closure.segment_ids)
    elif closure.segment_id is not None:
        found = (Stretch(s.segment_id) for s in segments if s.segment_id == closure.segment_id)
    else:
        own = (segment for segment in segments if segment.ref == closure.ref)
        found = (stretch for s in own if (stretch := _find_between_posts(closure, s)) is not None)
    return tuple(sorted(found))


def _find_between_posts(closure: Closure, segment: Segment) -> Stretch | None:
    """Return the part of a segment between the posts; sharing only an end post is none.

    One post alone is a point, which shuts `POINT_M` of road around it.
    """
    if closure.km_from is None and closure.km_to is None:
        return Stretch(segment.segment_id)
    if segment.km_from is None or segment.length_m <= 0:
        return None
    first = closure.km_from if closure.km_from is not None else 0.0
    last = closure.km_to if closure.km_to is not None else first
    if last <= first:
        first, last = first - POINT_M / 2000.0, first + POINT_M / 2000.0
    length_km = segment.length_m / 1000.0
    return _make_stretch(
        segment, (first - segment.km_from) / length_km, (last - segment.km_from) / length_km
    )


def _make_stretch(segment: Segment, first: float, last: float) -> Stretch | None:
    first, last = round_share(first), round_share(last)
    if last <= first:
        return None
    if segment.road_class is RoadClass.FERRY:
        return Stretch(segment.segment_id)
    return Stretch(segment.segment_id, first, last)


def _list_inside(segments: Sequence[Segment], outlines: list[Rings]) -> Iterator[Stretch]:
    """Yield the parts of segments that lie within outlines, or along their edge."""
    if not outlines or not segments:
        return
    rings = [np.array(ring) for outline in outlines for ring in outline]
    scale = np.array([np.cos(np.radians(rings[0][0, 1])), 1.0])  # lengths count as on the ground
    area = shapely.union_all([shapely.Polygon(ring * scale) for ring in rings])
    shapely.prepare(area)
    west, south, east, north = area.bounds
    for segment in segments:
        points = np.array(segment.line) * scale
        low, high = points.min(axis=0), points.max(axis=0)
        if high[0] < west or low[0] > east or high[1] < south or low[1] > north:
            continue
        line = shapely.LineString(points)
        if area.covers(line):
            yield Stretch(segment.segment_id)
        elif area.intersects(line):
            for first, last in _find_inside(line, area):
                stretch = _make_stretch(segment, first, last)
                if stretch is not None:
                    yield stretch


def _find_inside(line: shapely.LineString, area: shapely.Geometry) -> list[tuple[float, float]]:
    """Return the shares of a line between which it lies within an area."""
    crossings = shapely.get_coordinates(line.intersection(area.boundary))
    places = shapely.line_locate_point(line, shapely.points(crossings), normalized=True)
    marks = sorted({0.0, 1.0, *(round_share(float(place)) for place in places)})
    inside: list[tuple[float, float]] = []
    for first, last in pairwise(marks):
        if not area.covers(line.interpolate((first + last) / 2, normalized=True)):
            continue
        if inside and inside[-1][1] == first:
            inside[-1] = (inside[-1][0], last)
        else:
            inside.append((first, last))
    return inside


def why_never_passable(segment: Segment, vehicle: Vehicle) -> str | None:
    """Return why a segment suits a vehicle on no date, or None.

    One of ``kind``, ``width``, ``height``, ``weight``, ``grade``.
    """
    if segment.vehicles and vehicle.kind not in segment.vehicles:
        return "kind"
    if segment.max_height_m is not None and (vehicle.height_m or 0.0) > segment.max_height_m:
        return "height"
    if segment.width_m is not None and vehicle.width_m > segment.width_m:
        return "width"
    if segment.max_t is not None and vehicle.gross_t > segment.max_t:
        return "weight"
    if segment.road_class is not RoadClass.FERRY and segment.steepest_pct > vehicle.max_grade_pct:
        return "grade"
    return None


def why_impassable(
    segment: Segment,
    vehicle: Vehicle,
    state: RoadState,
    first: float = 0.0,
    last: float = 1.0,
) -> str | None:
    """Return why a vehicle cannot use a segment on a date, or None if it can.

    One of ``shut``, ``wet``, ``kind``, ``width``, ``height``, ``weight``, ``grade``.

    Parameters
    ----------
    first, last
        The part of it that is driven, as shares of its length from its drawn start.
    """

    def is_met(stretches: Iterable[Stretch]) -> bool:
        return any(
            s.segment_id == segment.segment_id and s.overlaps(first, last) for s in stretches
        )

    if is_met(state.shut):
        return "shut"
    if state.is_wet and (segment.is_dry_only or is_met(state.dry_only)):
        return "wet"
    return why_never_passable(segment, vehicle)
