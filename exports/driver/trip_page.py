"""Draws one file per trip for the driver's phone: `drivers/<trip_id>.html`."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup
from shapely.geometry import LineString, box

from exports.driver.day_picture import draw_picture
from exports.driver.load_lists import list_loads
from exports.driver.next_items import list_next_items
from exports.driver.report import gather_record
from exports.driver.trip_book import TripBook, open_book
from exports.driver.way import list_dangers, list_ways
from exports.geo.ways import trace_leg
from exports.maps import basemap
from exports.maps.ground import draw_ground
from exports.pages.page import make_page
from exports.text.formats import name_weekdays
from exports.text.plain import name_files
from planning.expected_results import list_expected_results
from planning.plan import Plan
from planning.replan.paper_trips import list_paper_trips
from province.facts import Province
from province.language import Language, message, translate
from province.places import Site
from province.roads import RoadClass, Segment

SCRIPTS = (
    "labels.js",
    "ground.js",
    "driver_map.js",
    "notes.js",
    "sheets.js",
    "driver_send.js",
    "driver_proof.js",
    "driver.js",
)
STYLES = ("driver.css", "picture.css", "driver_print.css")
DAY_COLOURS = ("#174ea6", "#a3197c", "#005b50", "#8a4500", "#5a2ca0", "#4f5d00", "#37474f")
MARGIN_DEGREES = 0.06
FULL_DETAIL_POINTS = 6_000
SMALL_ROADS = (RoadClass.TRACK, RoadClass.COMMUNE, RoadClass.URBAN)
MAP_WORDS = {
    "zoom_in": message("Nearer"),
    "zoom_out": message("Further away"),
    "whole": message("Show the whole way"),
    "full": message("Map on the whole screen"),
    "position": message("Show where I am"),
    "searching": message("Looking for your position …"),
    "accuracy": message("You are here, give or take {metres} m"),
    "to_next": message("{km} km from the next stop in a straight line"),
    "refused": message("This phone does not tell the page where it is: it is not allowed."),
    "unknown": message("This phone cannot tell where it is just now."),
    "absent": message("This phone does not tell pages where it is."),
}


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield one page for each trip that papers are handed out for, by trip."""
    trips = list_paper_trips(plan)
    names = name_files(trip.trip_id for trip in trips)
    all_trips = sorted(plan.all_trips, key=lambda trip: (trip.first_day, trip.trip_id))
    in_order = [trip.trip_id for trip in all_trips]
    for trip in sorted(trips, key=lambda trip: trip.trip_id):
        book = open_book(trip, plan, province, language)
        name = names[trip.trip_id]
        page = make_page(
            "driver/sheet.html.j2",
            title=translate(message("Trip {trip}", trip=trip.trip_id), language),
            language=language,
            style=(*STYLES, "driver_overruled.css") if plan.overruled else STYLES,
            script=SCRIPTS,
            data={"map": _gather(book), "record": gather_record(book, file_name=name)},
            plan=plan,
            book=book,
            place_in_month=(in_order.index(trip.trip_id) + 1, len(in_order)),
            items=list_next_items(book),
            ways=list_ways(book),
            loads=list_loads(book),
            rows=tuple(enumerate(list_expected_results(plan, trip))),
            pictures=[draw_picture(number, book) for number in range(len(book.trip.dates))],
            weekdays=name_weekdays(language),
        )
        yield f"drivers/{name}.html", page


def _gather(book: TripBook) -> dict[str, Any]:
    trip, province = book.trip, book.province
    table = basemap.LineTable(book.segments)
    legs = tuple(trip.legs())
    places = [book.sites[stop.site_id] for stop in trip.stops]
    beds = [book.sites[night.site_id] for night in trip.nights]
    driven = [trace_leg(leg, book.segments) for _, leg in legs]
    points = tuple((site.lon, site.lat) for site in [*places, *beds, book.depot])
    wide = basemap.bound_lines([*driven, points], margin=MARGIN_DEGREES)
    roads, tolerance = _choose_roads(province.segments, wide)
    ways = [
        {"day": book.trip.dates.index(day), "l": basemap.encode_line(trace_leg(leg, book.segments))}
        for day, leg in legs
        if leg.segments
    ]
    return {
        "bounds": basemap.bound_lines([*driven, points]),
        "colours": DAY_COLOURS,
        "roads": basemap.draw_roads(roads, book.language, tolerance=tolerance),
        "communes": basemap.draw_communes(
            province.communes, lambda commune: {}, within=wide, tolerance=0.0005
        ),
        "closures": _draw_closures(book, table, wide),
        "dangers": _draw_dangers(book),
        "ways": ways,
        "stops": [
            {"n": stop.sequence, "day": book.trip.dates.index(stop.day), **_place(site)}
            for stop, site in zip(trip.stops, places, strict=True)
        ],
        "depot": _place(book.depot),
        "beds": [
            {"day": book.trip.dates.index(night.day), **_place(bed)}
            for night, bed in zip(trip.nights, beds, strict=True)
        ],
        "lines": table.lines,
        **draw_ground(province.folder, wide, tolerance=0.0002),
        "words": {key: translate(text, book.language) for key, text in MAP_WORDS.items()},
    }


def _place(site: Site) -> dict[str, Any]:
    return {"at": basemap.place_site(site), "t": site.name}


def _draw_dangers(book: TripBook) -> list[dict[str, Any]]:
    """Return a sign for each danger, once for each place and day."""
    drawn = {}
    for day, leg in book.trip.legs():
        for danger in list_dangers(leg, book):
            about = Markup("<b><bdi>{}</bdi></b><br><bdi>{}</bdi>").format(danger.road, danger.text)
            key = (book.trip.dates.index(day), danger.kind, danger.segment.segment_id)
            drawn[key] = {
                "day": key[0],
                "sign": danger.sign,
                "at": basemap.middle_of(danger.segment.line),
                "p": about,
            }
    return [drawn[key] for key in sorted(drawn)]


def _choose_roads(
    segments: tuple[Segment, ...], within: basemap.Bounds | None
) -> tuple[list[Segment], float]:
    """Return the roads to draw and how far their lines may stray, so that the page stays small."""
    if within is None:
        return [], 0.0
    near = basemap.list_near(segments, within)
    if basemap.count_points(near) <= FULL_DETAIL_POINTS:
        return near, 0.0001
    large = [segment for segment in near if segment.road_class not in SMALL_ROADS]
    return large, 0.0003


def _draw_closures(
    book: TripBook, table: basemap.LineTable, within: basemap.Bounds | None
) -> list[dict[str, Any]]:
    if within is None:
        return []
    frame = box(*within)
    drawn = []
    for closure, _ in book.closures:
        lines = [
            table.number_part(part) + 1
            for part in basemap.list_closed_parts(closure, book.province)
            if frame.intersects(LineString(table.segments[part.segment_id].line))
        ]
        if lines:
            drawn.append({"l": lines, "p": basemap.describe_closure(closure, book.language)})
    return drawn
