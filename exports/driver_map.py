"""Draws one file per trip for the driver's phone: `drivers/<trip_id>.html`."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from shapely.geometry import LineString, box

from exports.basemap import (
    Bounds,
    LineTable,
    bound_lines,
    draw_communes,
    draw_roads,
)
from exports.closed_roads import describe_closure, list_closed, list_closures
from exports.driver_sheet import draw_sheet
from exports.marks import name_files
from exports.page import make_page
from planning.plan import Plan
from province.facts import Province
from province.language import Language, message, translate
from province.roads import RoadClass, Segment
from routing.trips import Leg, Trip

DAY_COLOURS = ("#1a56b8", "#a3197c", "#00695c", "#8a4500", "#5a2ca0", "#4f5d00", "#37474f")
MARGIN_DEGREES = 0.06
FULL_DETAIL_POINTS = 6_000
SMALL_ROADS = (RoadClass.TRACK, RoadClass.COMMUNE, RoadClass.URBAN)


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield one page for each trip, by trip."""
    names = name_files(trip.trip_id for trip in plan.trips.trips)
    for trip in sorted(plan.trips.trips, key=lambda trip: trip.trip_id):
        title = translate(message("Trip {trip}", trip=trip.trip_id), language)
        page = make_page(
            title=title,
            language=language,
            body=draw_sheet(trip, plan, province, language),
            style="driver.css",
            script="driver.js",
            data=_gather(trip, province, language),
        )
        yield f"drivers/{names[trip.trip_id]}.html", page


def list_legs(trip: Trip) -> list[tuple[date, Leg]]:
    """Return every leg of a trip with its day, in the order driven."""
    legs: list[tuple[date, Leg]] = []
    nights = {night.day: night for night in trip.nights}
    for number, stop in enumerate(trip.stops):
        legs.append((stop.day, stop.leg))
        following = trip.stops[number + 1].day if number + 1 < len(trip.stops) else trip.last_day
        night = nights.get(stop.day) if following != stop.day else None
        if night is not None and night.leg is not None:
            legs.append((night.day, night.leg))
    return [*legs, (trip.last_day, trip.home)]


def _gather(trip: Trip, province: Province, language: Language) -> dict[str, Any]:
    table = LineTable({segment.segment_id: segment for segment in province.segments})
    sites = province.site_by_id
    legs = list_legs(trip)
    days = sorted({day for day, _ in legs})
    ways = [{"day": days.index(day), "w": table.trace(leg.segments)} for day, leg in legs]
    places = [sites[stop.site_id] for stop in trip.stops]
    depot = sites[trip.depot_id]
    beds = [sites[night.site_id] for night in trip.nights]
    driven = [table.segments[key].line for _, leg in legs for key, _ in leg.segments]
    points = tuple((site.lon, site.lat) for site in [*places, *beds, depot])
    tight = bound_lines([*driven, points])
    wide = bound_lines([*driven, points], margin=MARGIN_DEGREES)
    roads, tolerance = _choose_roads(province.segments, wide)
    return {
        "bounds": tight,
        "colours": DAY_COLOURS,
        "roads": draw_roads(roads, language, within=wide, tolerance=tolerance),
        "communes": draw_communes(
            province.communes, lambda commune: {}, within=wide, tolerance=0.0005
        ),
        "closures": _draw_closures(trip, province, table, wide, language),
        "ways": ways,
        "stops": [
            {
                "n": stop.sequence,
                "day": days.index(stop.day),
                "at": [round(site.lon, 5), round(site.lat, 5)],
                "t": site.name,
            }
            for stop, site in zip(trip.stops, places, strict=True)
        ],
        "depot": {"at": [round(depot.lon, 5), round(depot.lat, 5)], "t": depot.name},
        "beds": [{"at": [round(bed.lon, 5), round(bed.lat, 5)], "t": bed.name} for bed in beds],
        "lines": table.lines,
    }


def _choose_roads(
    segments: tuple[Segment, ...], within: Bounds | None
) -> tuple[list[Segment], float]:
    """Return the roads to draw and how far their lines may stray, so that the page stays small."""
    if within is None:
        return [], 0.0
    frame = box(*within)
    near = [segment for segment in segments if frame.intersects(LineString(segment.line))]
    if sum(len(segment.line) for segment in near) <= FULL_DETAIL_POINTS:
        return near, 0.0001
    large = [segment for segment in near if segment.road_class not in SMALL_ROADS]
    return large, 0.0003


def _draw_closures(
    trip: Trip, province: Province, table: LineTable, within: Bounds | None, language: Language
) -> list[dict[str, Any]]:
    if within is None:
        return []
    frame = box(*within)
    drawn = []
    for closure in list_closures(province, trip.first_day, trip.last_day):
        lines = [
            table.number(segment_id) + 1
            for segment_id in list_closed(closure, province)
            if frame.intersects(LineString(table.segments[segment_id].line))
        ]
        if lines:
            drawn.append({"l": lines, "p": describe_closure(closure, language)})
    return drawn
