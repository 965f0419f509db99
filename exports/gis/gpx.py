"""Writes a GPX 1.1 file per trip for navigation apps: `gpx/<trip_id>.gpx`.

Each file has the places as waypoints, and for each day a route through its named stops and a track
along the roads.

References
----------
https://www.topografix.com/GPX/1/1/
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from gpxpy import gpx

from exports.geo.ways import trace_leg
from exports.text.formats import format_day
from exports.text.plain import clean_line, name_files
from exports.text.stops import describe_contact, describe_loads, list_tasks
from exports.text.words import tell_marks
from planning.appointments import list_days
from planning.plan import Plan
from planning.replan.paper_trips import list_paper_trips
from province.dates import clock
from province.facts import Province
from province.ids import SegmentId
from province.language import Language, message, translate
from province.places import Site
from province.roads import Segment
from routing.trips import Leg, Stop, Trip


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield one file for each trip, by trip."""
    trips = list_paper_trips(plan)
    names = name_files(trip.trip_id for trip in trips)
    segments = province.segment_by_id
    us = province.settings.province
    for trip in sorted(trips, key=lambda trip: trip.trip_id):
        file = gpx.GPX()
        file.creator = "Luân Chuyển"
        file.name = clean_line(translate(message("Trip {trip}", trip=trip.trip_id), language))
        if marks := tell_marks(plan, province, language):
            file.description = "\n".join(marks)
        file.author_name = clean_line(us.organisation or us.name)
        file.waypoints.extend(_list_waypoints(trip, province, language))
        for number, (day, legs) in enumerate(list_days(trip), 1):
            name = _name_day(trip, number, day, language)
            route = gpx.GPXRoute(name=name, number=number)
            route.points.extend(_list_route(trip, legs, province, language))
            file.routes.append(route)
            track = gpx.GPXTrack(name=name, number=number)
            track.segments.extend(_trace(legs, segments))
            if track.segments:
                file.tracks.append(track)
        yield f"gpx/{names[trip.trip_id]}.gpx", file.to_xml("1.1").encode("utf-8")


def _name_day(trip: Trip, number: int, day: date, language: Language) -> str:
    parts = (
        translate(message("Trip {trip}", trip=trip.trip_id), language),
        translate(message("Day {number}", number=number), language),
        format_day(day, language),
    )
    return clean_line(" · ".join(parts))


def _list_waypoints(
    trip: Trip, province: Province, language: Language
) -> Iterator[gpx.GPXWaypoint]:
    sites = province.site_by_id
    leave = trip.stops[0].leg.leave_min if trip.stops else trip.home.leave_min
    left = f"{format_day(trip.first_day, language)} {clock(leave)}"
    back = f"{format_day(trip.last_day, language)} {clock(trip.home.arrive_min)}"
    yield gpx.GPXWaypoint(**_describe(sites[trip.depot_id], f"{left} – {back}", "depot"))
    for stop in trip.stops:
        yield gpx.GPXWaypoint(**_describe_stop(stop, province, language))
    for night in trip.nights:
        text = f"{translate(message('Night here'), language)}, {format_day(night.day, language)}"
        yield gpx.GPXWaypoint(**_describe(sites[night.site_id], text, "night"))


def _list_route(
    trip: Trip, legs: list[Leg], province: Province, language: Language
) -> Iterator[gpx.GPXRoutePoint]:
    sites, stops = province.site_by_id, {stop.leg: stop for stop in trip.stops}
    start = sites[legs[0].from_site]
    yield gpx.GPXRoutePoint(**_describe(start, clock(legs[0].leave_min), "start"))
    for leg in legs:
        if leg in stops:
            yield gpx.GPXRoutePoint(**_describe_stop(stops[leg], province, language))
        else:
            yield gpx.GPXRoutePoint(**_describe(sites[leg.to_site], clock(leg.arrive_min), "end"))


def _describe_stop(stop: Stop, province: Province, language: Language) -> dict[str, Any]:
    site = province.site_by_id[stop.site_id]
    times = f"{format_day(stop.day, language)} {clock(stop.start_min)}–{clock(stop.depart_min)}"
    lines = [times, list_tasks(stop.tasks, language), *describe_loads(stop, province, language)]
    text = "\n".join(clean_line(line) for line in [*lines, describe_contact(site)] if line)
    return _describe(site, text, "stop", name=f"{stop.sequence} · {site.name}")


def _describe(site: Site, text: str, kind: str, *, name: str = "") -> dict[str, Any]:
    """Return what a point of a place is made from, to a tenth of a metre."""
    return {
        "latitude": round(site.lat, 6), "longitude": round(site.lon, 6),
        "name": clean_line(name or site.name), "description": text, "type": kind,
    }  # fmt: skip


def _trace(legs: list[Leg], segments: Mapping[SegmentId, Segment]) -> Iterator[gpx.GPXTrackSegment]:
    for leg in legs:
        if points := trace_leg(leg, segments):
            yield gpx.GPXTrackSegment([gpx.GPXTrackPoint(round(lat, 6), round(lon, 6))
                                   for lon, lat in points])  # fmt: skip
