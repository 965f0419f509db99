"""Gathers a plan as layers of points, lines and areas, for programs that draw maps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from exports.geo.ways import Point, list_legs, trace_leg
from exports.text.stops import list_tasks, name_place
from planning.figures import find_services
from planning.plan import Plan
from province.dates import clock
from province.facts import Province
from province.language import Language, Message, message, translate
from routing.trips import Trip

Value = str | int | float | date | None
Lines = tuple[tuple[Point, ...], ...]


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing on a map.

    Parameters
    ----------
    name
        What it is called on the map.
    values
        In the order of the layer's columns.
    lines
        A point's only point; a line's points; the closed rings of areas. (lon, lat), EPSG:4326.
    group
        What gives it its colour, e.g. the vehicle.
    begins, ends
        When it is there, with a time zone; None: always.
    """

    name: str
    values: tuple[Value, ...]
    lines: Lines
    group: str = ""
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """Features of one kind.

    Parameters
    ----------
    name, title
        Name for programs, and what people read.
    geometry
        ``Point``, ``LineString`` or ``MultiPolygon``.
    columns
        Pairs of name and kind: ``text``, ``whole``, ``real`` or ``day``.
    has_times
        Whether each feature begins and ends.
    """

    name: str
    title: Message
    geometry: str
    columns: tuple[tuple[str, str], ...]
    features: tuple[Feature, ...]
    has_times: bool = False


def list_layers(plan: Plan, province: Province, language: Language) -> tuple[Layer, ...]:
    """Return the layers of a plan: communes, legs, stops, unserved visits (drawn in this order)."""
    return (
        _gather_communes(plan, province),
        _gather_legs(plan, province),
        _gather_stops(plan, province, language),
        _gather_unserved(plan, province, language),
    )


def tell_moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the moment of so many minutes after a day's midnight, by the clock of a place."""
    return datetime.combine(day, time(), zone) + timedelta(minutes=minute)


def _gather_communes(plan: Plan, province: Province) -> Layer:
    services = find_services(plan, province)
    columns = (
        ("code", "text"), ("name", "text"), ("kind", "text"), ("service", "text"),
        ("population", "whole"), ("area_km2", "real"), ("is_schematic", "whole"),
    )  # fmt: skip
    features = tuple(
        Feature(
            f"{commune.kind} {commune.name}".strip(),
            (
                commune.code, commune.name, commune.kind, services[commune.code].value,
                commune.population, commune.area_km2, int(commune.is_schematic),
            ),
            commune.outline,
            services[commune.code].value,
        )
        for commune in province.communes
    )  # fmt: skip
    return Layer("communes", message("Communes"), "MultiPolygon", columns, features)


def _gather_legs(plan: Plan, province: Province) -> Layer:
    columns = (
        ("trip_id", "text"), ("vehicle_id", "text"), ("date", "day"), ("sequence", "whole"),
        ("from_site", "text"), ("from_name", "text"), ("to_site", "text"), ("to_name", "text"),
        ("leave", "text"), ("arrive", "text"), ("drive_min", "whole"), ("drive_km", "real"),
        ("is_schematic", "whole"),
    )  # fmt: skip
    features = tuple(
        feature
        for trip in sorted(plan.trips.trips, key=lambda trip: trip.trip_id)
        for feature in _list_trip_legs(trip, plan, province)
    )
    return Layer("legs", message("Ways driven"), "LineString", columns, features, True)


def _list_trip_legs(trip: Trip, plan: Plan, province: Province) -> Iterator[Feature]:
    segments = {segment.segment_id: segment for segment in province.segments}
    sites, zone = province.site_by_id, ZoneInfo(province.settings.province.timezone)
    ways = [(trip.vehicle_id, day, leg) for day, leg in list_legs(trip)]
    ways += [(ride.vehicle_id, stop.day, ride.leg) for stop in trip.stops for ride in stop.rides]
    for number, (vehicle_id, day, leg) in enumerate(ways, 1):
        points = trace_leg(leg, segments)
        if len(points) < 2:
            continue
        begins, ends = (tell_moment(day, m, zone) for m in (leg.leave_min, leg.arrive_min))
        names = sites[leg.from_site].name, sites[leg.to_site].name
        yield Feature(
            " → ".join(names),
            (
                trip.trip_id, vehicle_id, day, number, leg.from_site, names[0], leg.to_site,
                names[1], clock(leg.leave_min), clock(leg.arrive_min), leg.drive_min,
                leg.length_m / 1000, int(plan.has_schematic_roads),
            ),
            (tuple(points),), vehicle_id, begins, ends,
        )  # fmt: skip


def _gather_stops(plan: Plan, province: Province, language: Language) -> Layer:
    sites, zone = province.site_by_id, ZoneInfo(province.settings.province.timezone)
    columns = (
        ("trip_id", "text"), ("vehicle_id", "text"), ("date", "day"), ("sequence", "whole"),
        ("site_id", "text"), ("site_name", "text"), ("commune", "text"), ("tasks", "text"),
        ("tasks_text", "text"), ("arrive", "text"), ("depart", "text"), ("boxes_on", "whole"),
        ("boxes_off", "whole"),
    )  # fmt: skip
    features = []
    for trip in sorted(plan.trips.trips, key=lambda trip: trip.trip_id):
        for stop in trip.stops:
            site = sites[stop.site_id]
            begins = tell_moment(stop.day, stop.leg.arrive_min, zone)
            ends = tell_moment(stop.day, stop.depart_min, zone)
            values = (
                trip.trip_id, trip.vehicle_id, stop.day, stop.sequence, stop.site_id, site.name,
                name_place(site, province), "|".join(stop.tasks), list_tasks(stop.tasks, language),
                clock(stop.leg.arrive_min), clock(stop.depart_min),
                sum(parcel.boxes for parcel in stop.takes),
                sum(parcel.boxes for parcel in stop.leaves),
            )  # fmt: skip
            at = (((site.lon, site.lat),),)
            name = f"{stop.sequence} · {site.name}"
            features.append(Feature(name, values, at, trip.vehicle_id, begins, ends))
    return Layer("stops", message("Stops"), "Point", columns, tuple(features), True)


def _gather_unserved(plan: Plan, province: Province, language: Language) -> Layer:
    sites = province.site_by_id
    visits = {visit.visit_id: visit for visit in plan.visits}
    columns = (
        ("visit_id", "text"), ("site_id", "text"), ("site_name", "text"), ("tasks", "text"),
        ("reason_code", "text"), ("reason", "text"), ("cheapest_fix", "text"),
        ("fix_cost_vnd", "whole"),
    )  # fmt: skip
    features = []
    for unserved in sorted(plan.trips.unserved, key=lambda unserved: unserved.visit_id):
        visit = visits[unserved.visit_id]
        site = sites[visit.receiver_id]
        values = (
            visit.visit_id, site.site_id, site.name, "|".join(visit.tasks), unserved.reason_code,
            translate(unserved.reason, language), translate(unserved.fix, language),
            unserved.fix_cost_vnd,
        )  # fmt: skip
        features.append(Feature(site.name, values, (((site.lon, site.lat),),), "unserved"))
    return Layer("unserved", message("Not served"), "Point", columns, tuple(features))
