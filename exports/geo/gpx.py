"""Writes a GPX 1.1 file per trip for navigation apps: `gpx/<trip_id>.gpx`.

Each file has the places as waypoints, and for each day a route through its named stops and a track
along the roads.

References
----------
https://www.topografix.com/GPX/1/1/
"""

from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree

from exports.geo.ways import list_legs, trace_leg
from exports.geo.xml_file import add_element, dump_xml, write_degrees
from exports.text.file_names import name_files
from exports.text.formats import format_day
from exports.text.plain import clean_line
from exports.text.stops import describe_contact, describe_loads, list_tasks
from exports.text.words import name_schematic
from planning.plan import Plan
from province.dates import clock
from province.facts import Province
from province.ids import SegmentId
from province.language import Language, message, translate
from province.places import Site
from province.roads import Segment
from routing.trips import Leg, Stop, Trip

NAMESPACE = "http://www.topografix.com/GPX/1/1"
SCHEMA = "http://www.topografix.com/GPX/1/1/gpx.xsd"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield one file for each trip, by trip."""
    names = name_files(trip.trip_id for trip in plan.trips.trips)
    segments = {segment.segment_id: segment for segment in province.segments}
    for trip in sorted(plan.trips.trips, key=lambda trip: trip.trip_id):
        root = ElementTree.Element(
            "gpx",
            {
                "xmlns": NAMESPACE,
                "xmlns:xsi": INSTANCE,
                "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}",
                "version": "1.1",
                "creator": "Luân Chuyển",
            },
        )
        _add_metadata(root, trip, plan, province, language)
        _add_waypoints(root, trip, province, language)
        days = _list_days(trip)
        for number, (day, legs) in enumerate(days, 1):
            _add_route(root, trip, number, day, legs, province, language)
        for number, (day, legs) in enumerate(days, 1):
            _add_track(root, trip, number, day, legs, segments, language)
        yield f"gpx/{names[trip.trip_id]}.gpx", dump_xml(root)


def _list_days(trip: Trip) -> list[tuple[date, list[Leg]]]:
    days: dict[date, list[Leg]] = {}
    for day, leg in list_legs(trip):
        days.setdefault(day, []).append(leg)
    return sorted(days.items())


def _name_day(trip: Trip, number: int, day: date, language: Language) -> str:
    parts = (
        translate(message("Trip {trip}", trip=trip.trip_id), language),
        translate(message("Day {number}", number=number), language),
        format_day(day, language),
    )
    return " · ".join(parts)


def _add_metadata(
    root: ElementTree.Element, trip: Trip, plan: Plan, province: Province, language: Language
) -> None:
    us = province.settings.province
    data = add_element(root, "metadata")
    name = translate(message("Trip {trip}", trip=trip.trip_id), language)
    add_element(data, "name", clean_line(name))
    if plan.has_schematic_roads:
        add_element(data, "desc", translate(name_schematic(province), language))
    author = add_element(data, "author")
    add_element(author, "name", clean_line(us.organisation or us.name))


def _add_waypoints(
    root: ElementTree.Element, trip: Trip, province: Province, language: Language
) -> None:
    sites = province.site_by_id
    leave = trip.stops[0].leg.leave_min if trip.stops else trip.home.leave_min
    left = f"{format_day(trip.first_day, language)} {clock(leave)}"
    back = f"{format_day(trip.last_day, language)} {clock(trip.home.arrive_min)}"
    _add_place(root, "wpt", sites[trip.depot_id], f"{left} – {back}", "depot")
    for stop in trip.stops:
        site = sites[stop.site_id]
        name = f"{stop.sequence} · {site.name}"
        text = _describe_stop(stop, province, language)
        _add_place(root, "wpt", site, text, "stop", name=name)
    for night in trip.nights:
        text = translate(message("Night here"), language)
        _add_place(
            root, "wpt", sites[night.site_id], f"{text}, {format_day(night.day, language)}", "night"
        )


def _describe_stop(stop: Stop, province: Province, language: Language) -> str:
    times = f"{format_day(stop.day, language)} {clock(stop.start_min)}–{clock(stop.depart_min)}"
    lines = [times, list_tasks(stop.tasks, language), *describe_loads(stop, province, language)]
    contact = describe_contact(province.site_by_id[stop.site_id])
    return "\n".join(clean_line(line) for line in [*lines, contact] if line)


def _add_place(
    parent: ElementTree.Element, tag: str, site: Site, text: str, kind: str, *, name: str = ""
) -> None:
    at = {"lat": write_degrees(site.lat), "lon": write_degrees(site.lon)}
    place = add_element(parent, tag, **at)
    add_element(place, "name", clean_line(name or site.name))
    add_element(place, "desc", text)
    add_element(place, "type", kind)


def _add_route(
    root: ElementTree.Element, trip: Trip, number: int, day: date, legs: list[Leg],
    province: Province, language: Language,
) -> None:  # fmt: skip
    sites = province.site_by_id
    stops = {stop.leg: stop for stop in trip.stops}
    route = add_element(root, "rte")
    add_element(route, "name", _name_day(trip, number, day, language))
    add_element(route, "number", str(number))
    start = sites[legs[0].from_site]
    _add_place(route, "rtept", start, clock(legs[0].leave_min), "start")
    for leg in legs:
        stop = stops.get(leg)
        if stop is not None:
            text = _describe_stop(stop, province, language)
            name = f"{stop.sequence} · {sites[stop.site_id].name}"
            _add_place(route, "rtept", sites[stop.site_id], text, "stop", name=name)
        else:
            _add_place(route, "rtept", sites[leg.to_site], clock(leg.arrive_min), "end")


def _add_track(
    root: ElementTree.Element, trip: Trip, number: int, day: date, legs: list[Leg],
    segments: dict[SegmentId, Segment], language: Language,
) -> None:  # fmt: skip
    traced = [points for leg in legs if (points := trace_leg(leg, segments))]
    if not traced:
        return
    track = add_element(root, "trk")
    add_element(track, "name", _name_day(trip, number, day, language))
    add_element(track, "number", str(number))
    for points in traced:
        part = add_element(track, "trkseg")
        for lon, lat in points:
            add_element(part, "trkpt", lat=write_degrees(lat), lon=write_degrees(lon))
