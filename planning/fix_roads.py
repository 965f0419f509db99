"""Closures and limits of roads that keep every vehicle from a site."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from planning.fix_levers import Lever, fixed
from province.changes import Change
from province.dates import Month
from province.facts import Province
from province.fleet import Vehicle
from province.roads import ClosureEffect, Segment
from province.visits import Visit
from routing.roads.travel import Roads, build_roads

NOT_LIMITED: dict[str, Any] = {
    "width_m": None,
    "max_t": None,
    "max_height_m": None,
    "vehicles": (),
    "is_dry_only": False,
}


def pull_roads(province: Province, month: Month, visit: Visit) -> Iterator[Lever]:
    """Yield closures that leave one lane open, and segments that let a vehicle through.

    The segments are those on the quickest way that there would be without any limit, each with the
    one limit that keeps the vehicle out.
    """
    for number, closure in enumerate(province.closures):
        if closure.is_from_map or not any(closure.holds_on(day) for day in month.days()):
            continue
        if closure.effect is not ClosureEffect.ONE_LANE:
            closures = list(province.closures)
            closures[number] = dataclasses.replace(closure, effect=ClosureEffect.ONE_LANE)
            settled = (
                Change("closures.csv", closure.closure_id, "effect", ClosureEffect.ONE_LANE.value),
                dataclasses.replace(province, closures=tuple(closures)),
            )
            yield fixed(*settled, has_roads=True)
    roads = build_roads(_free(province))
    seen: set[tuple[str, str, str]] = set()
    for car in province.vehicles:
        for segment, column, field, value in _list_blocks(province, roads, month, visit, car):
            key = (segment.segment_id, column, str(value))
            if key in seen:
                continue
            seen.add(key)
            new = dataclasses.replace(segment, **{field: value})
            segments = tuple(
                new if old.segment_id == segment.segment_id else old for old in province.segments
            )
            settled = (
                Change(_file(segment), segment.segment_id, column, _write(value)),
                dataclasses.replace(province, segments=segments),
            )
            yield fixed(*settled, has_roads=True)


def _free(province: Province) -> Province:
    """Return the facts as if no road were shut to anybody."""
    return dataclasses.replace(
        province,
        closures=(),
        segments=tuple(dataclasses.replace(s, **NOT_LIMITED) for s in province.segments),
    )


def _list_blocks(
    province: Province, roads: Roads, month: Month, visit: Visit, car: Vehicle
) -> Iterator[tuple[Segment, str, str, Any]]:
    """Yield what keeps a vehicle from the quickest way on free roads, and what would let it."""
    segments, day = {s.segment_id: s for s in province.segments}, month.first_day
    try:
        there = roads.trace(car, day, car.depot_id, visit.site_id)
        back = roads.trace(car, day, visit.site_id, car.depot_id)
    except LookupError:
        return
    is_wet = month.number in province.settings.season.wet_months
    for segment_id in dict.fromkeys(name for name, _ in (*there, *back)):
        segment = segments[segment_id]
        if segment.width_m is not None and segment.width_m < car.width_m:
            yield segment, "width_m", "width_m", car.width_m
        if segment.max_t is not None and segment.max_t < car.gross_t:
            yield segment, "max_t", "max_t", car.gross_t
        if segment.max_height_m is not None and segment.max_height_m < (car.height_m or 0.0):
            yield segment, "max_height_m", "max_height_m", car.height_m
        if segment.vehicles and car.kind not in segment.vehicles:
            yield segment, "vehicles", "vehicles", (*segment.vehicles, car.kind)
        if segment.is_dry_only and is_wet:
            yield segment, "dry_only", "is_dry_only", False


def _file(segment: Segment) -> str:
    """Return the file a segment stands in: only `roads.gpkg` names its junctions."""
    return "roads.geojson" if segment.start_node is None else "roads.gpkg"


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "|".join(value) if isinstance(value, tuple) else str(value)
