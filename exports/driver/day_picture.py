"""Draws a day of a trip as a still picture, for paper and for readers that run no scripts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup
from shapely.geometry import LineString, MultiLineString, Polygon, box

from exports.driver.trip_book import TripBook
from exports.driver.way import list_dangers
from exports.geo.mercator import Frame, Rectangle, frame_points, overlap
from exports.geo.ways import Point, trace_leg
from exports.maps.basemap import DRAW_ORDER, count_points, list_near
from exports.pages.page import read_asset
from exports.pages.template import fill_in
from planning.expected_results import list_collected
from province.places import Site
from province.roads import RoadClass, Segment

WIDTH = 1880
"""Width of the picture in tenths of a millimetre on A4."""

PAGE_MM, TALLEST_MM, LOWEST_MM = 276, 66, 34
"""Lower edge of what is printed on a page, and the limits of the picture's height in print."""

HEAD_MM = (48, 24)
"""What stands above the picture on the first page, and on a later one."""

MARGIN = 60
AIR = 0.5
"""So much lies between names, in the units of the picture, which are whole numbers."""

MAX_POINTS = 2_500
_MAIN_ROADS = (RoadClass.NATIONAL, RoadClass.PROVINCIAL, RoadClass.FERRY)


@dataclass(frozen=True, slots=True)
class _Sign:
    site: Site
    text: str
    kind: str


def draw_picture(number: int, book: TripBook) -> Markup:
    """Return the picture of one day as SVG: its way, stops, roads, communes and closures."""
    day = book.trip.days[number]
    way = [trace_leg(leg, book.segments) for leg in day.legs]
    signs = _list_signs(number, book)
    points = [point for line in way for point in line]
    points += [(sign.site.lon, sign.site.lat) for sign in signs]
    if not points:
        return Markup()
    height = 10 * measure_room_mm(number, book)
    frame = frame_points(points, WIDTH, height, MARGIN)
    communes = (ring for commune in book.province.communes for ring in commune.outline)
    return fill_in(
        "driver/picture.html.j2", book.language, style=Markup(read_asset("picture.css")),
        number=number, width=WIDTH, height=height,
        communes=frame.trace(_cut(communes, frame)),
        roads=_list_roads(book, frame),
        way=frame.trace(_cut(way, frame)),
        shut=frame.trace(_cut(_list_shut(number, book), frame)),
        names=_place_names(book, signs, frame, height),
        signs=[(sign, *frame.place(sign.site.lon, sign.site.lat)) for sign in signs],
    )  # fmt: skip


def measure_room_mm(number: int, book: TripBook) -> int:
    """Return about how tall the picture may be so that its day fits one page of A4."""
    trip = book.trip
    day = trip.days[number]
    used = HEAD_MM[number > 0]
    if number == 0:
        used += 12 + 10 * ceil(len(trip.loads) / 2)
        used += 6 * (len(book.news.changes) + len(book.news.gone)) + 12 * bool(book.is_rest)
    for stop in day.stops:
        used += 31 + 9 * max(len(stop.leaves), len(stop.takes))
        used += 7 * (stop.visit_id in book.news.changes)
        used += 12 * len(list_collected(book.plan, stop))
        used += 9 * sum(keep.site_id == stop.receiver_id for keep in book.plan.keeps)
    used += 15 * (book.find_bed(day) is not None)
    used += 6 * (day.day in book.meals)
    if day.day == trip.last_day:
        used += 14 + 8 + 9 * len(book.closures)
    used += sum(7 + 5 * len(list_dangers(leg, book)) for leg in day.legs)
    return max(LOWEST_MM, min(TALLEST_MM, PAGE_MM - used))


def _list_signs(number: int, book: TripBook) -> list[_Sign]:
    days = book.trip.days
    signs = [
        _Sign(book.sites[stop.site_id], str(stop.sequence), "stop") for stop in days[number].stops
    ]
    beds = [book.find_bed(days[number]), book.find_bed(days[number - 1]) if number else None]
    signs += [_Sign(bed, "☾", "bed") for bed in beds if bed is not None]
    if number == len(days) - 1 or (number == 0 and not book.is_rest):
        signs.append(_Sign(book.depot, "⌂", "depot"))
    if number == 0 and book.is_rest:
        signs.append(_Sign(book.start, "➤", "depot"))
    return signs[::-1]


def _list_roads(book: TripBook, frame: Frame) -> list[tuple[str, str]]:
    """Return class and path of the roads, the smallest class first."""
    near = _choose_roads(book.province.segments, frame)
    by_class = {
        road_class: [segment.line for segment in near if segment.road_class is road_class]
        for road_class in DRAW_ORDER
    }
    return [
        (road_class.value, frame.trace(_cut(lines, frame)))
        for road_class, lines in by_class.items() if lines
    ]  # fmt: skip


def _choose_roads(segments: Sequence[Segment], frame: Frame) -> list[Segment]:
    """Return the roads in the frame; only the main ones where there are too many to print."""
    near = list_near(segments, frame.bounds)
    if count_points(near) <= MAX_POINTS:
        return near
    return [segment for segment in near if segment.road_class in _MAIN_ROADS]


def _list_shut(number: int, book: TripBook) -> list[tuple[Point, ...]]:
    return [
        book.segments[segment_id].line
        for closure, ids in book.closures
        if closure.holds_on(book.trip.dates[number])
        for segment_id in sorted(ids)
    ]


def _place_names(
    book: TripBook, signs: Sequence[_Sign], frame: Frame, height: int
) -> list[tuple[str, int, int]]:
    """Return the names of communes, leaving out those that would cover a sign or a name."""
    taken = [_box(*frame.place(sign.site.lon, sign.site.lat), 60, 60) for sign in signs]
    shown = []
    for commune in book.province.communes:
        x, y = frame.place(commune.seat_lon, commune.seat_lat)
        name = commune.name if len(commune.name) <= 24 else f"{commune.name[:23]}…"
        own = _box(x, y + 34, 14 * len(name) + AIR, 34 + AIR)
        if own[0] < -AIR or own[1] < -AIR or own[2] > WIDTH + AIR or own[3] > height + AIR:
            continue
        if not any(overlap(own, other) for other in taken):
            taken.append(own)
            shown.append((name, x, y + 42))
    return shown


def _box(x: int, y: int, width: float, height: float) -> Rectangle:
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _cut(
    lines: Iterable[Sequence[tuple[float, float]]], frame: Frame
) -> list[list[tuple[float, float]]]:
    """Return the parts of lines inside the frame, without points nobody would see."""
    window = box(*frame.bounds)
    parts: list[list[tuple[float, float]]] = []
    for line in lines:
        if len(line) >= 2 and Polygon(window.exterior).intersects(LineString(line)):
            simple = LineString(line).simplify(frame.degrees_per_unit * 2)
            inside = simple.intersection(window)
            pieces = inside.geoms if isinstance(inside, MultiLineString) else [inside]
            parts += [
                [(lon, lat) for lon, lat in piece.coords]
                for piece in pieces
                if isinstance(piece, LineString) and not piece.is_empty
            ]
    return parts
