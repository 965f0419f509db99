"""Gathers a plan as layers of points, lines and areas: frames for programs that draw maps.

The geometry of each frame is in EPSG:4326; ``begins`` and ``ends`` are by the province's clock.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import shapely

from exports.geo.ways import trace_leg
from exports.text.formats import tell_moment
from exports.text.stops import list_missed, list_tasks, name_place
from planning.figures import find_services
from planning.plan import Plan
from planning.trip_state import tell_state
from province.amounts import tell_price
from province.dates import clock
from province.facts import Province
from province.language import Language, Message, message, translate

TIMES = ("begins", "ends")
_TYPES = {"text": object, "day": object, "whole": "int64", "maybe": "Int64", "real": "float64"}


@dataclass(frozen=True, slots=True)
class Layer:
    """A frame that is drawn.

    Parameters
    ----------
    name, title
        Name for programs, and what people read.
    geometry
        ``Point``, ``LineString`` or ``MultiPolygon``, even where the frame is empty.
    """

    name: str
    title: Message
    geometry: str
    frame: gpd.GeoDataFrame


def list_layers(plan: Plan, province: Province, language: Language) -> tuple[Layer, ...]:
    """Return the layers of a plan: communes, legs, stops, unserved visits (drawn in this order)."""
    communes, legs = communes_geoframe(plan, province), legs_geoframe(plan, province)
    stops = stops_geoframe(plan, province, language)
    unserved = unserved_geoframe(plan, province, language)
    return (
        Layer("communes", message("Communes"), "MultiPolygon", communes),
        Layer("legs", message("Ways driven"), "LineString", legs),
        Layer("stops", message("Stops"), "Point", stops),
        Layer("unserved", message("Not served"), "Point", unserved),
    )


def communes_geoframe(plan: Plan, province: Province) -> gpd.GeoDataFrame:
    """Return the communes with the service each has in the month."""
    services = find_services(plan, province)
    columns = "code:text name:text kind:text service:text population:whole area_km2:real"
    rows = (
        (
            commune.code, commune.name, commune.kind, services[commune.code].value,
            commune.population, commune.area_km2, int(commune.is_schematic),
            shapely.MultiPolygon([shapely.Polygon(ring) for ring in commune.outline]),
        )
        for commune in province.communes
    )  # fmt: skip
    return _make_frame(f"{columns} is_schematic:whole", rows)


def legs_geoframe(plan: Plan, province: Province) -> gpd.GeoDataFrame:
    """Return the ways driven, by trip in the order driven, then the rides that meet it."""
    columns = (
        "trip_id:text vehicle_id:text date:day sequence:whole from_site:text from_name:text "
        "to_site:text to_name:text leave:text arrive:text drive_min:whole drive_km:real "
        "is_schematic:whole state:text is_overruled:whole"
    )
    return _make_frame(columns, _list_legs(plan, province), province)


def _list_legs(plan: Plan, province: Province) -> Iterator[tuple[Any, ...]]:
    segments = province.segment_by_id
    sites, zone = province.site_by_id, ZoneInfo(province.settings.province.timezone)
    for trip in sorted(plan.trips.trips, key=lambda trip: trip.trip_id):
        ways = [(trip.vehicle_id, day, leg) for day, leg in trip.legs()]
        ways += [(ride.vehicle_id, stop.day, ride.leg) for stop, ride in trip.rides()]
        for number, (vehicle_id, day, leg) in enumerate(ways, 1):
            points = trace_leg(leg, segments)
            if len(points) < 2:
                continue
            yield (
                trip.trip_id, vehicle_id, day, number, leg.from_site, sites[leg.from_site].name,
                leg.to_site, sites[leg.to_site].name, clock(leg.leave_min), clock(leg.arrive_min),
                leg.drive_min, leg.length_m / 1000, int(plan.has_schematic_roads),
                tell_state(plan, trip).value, int(bool(plan.overruled)),
                tell_moment(day, leg.leave_min, zone), tell_moment(day, leg.arrive_min, zone),
                shapely.LineString(points),
            )  # fmt: skip


def stops_geoframe(plan: Plan, province: Province, language: Language) -> gpd.GeoDataFrame:
    """Return the stops, by trip and sequence."""
    sites, zone = province.site_by_id, ZoneInfo(province.settings.province.timezone)
    columns = (
        "trip_id:text vehicle_id:text date:day sequence:whole site_id:text site_name:text "
        "commune:text tasks:text tasks_text:text arrive:text depart:text boxes_on:whole "
        "boxes_off:whole state:text is_overruled:whole"
    )
    rows = (
        (
            trip.trip_id, trip.vehicle_id, stop.day, stop.sequence, stop.site_id,
            sites[stop.site_id].name, name_place(sites[stop.site_id], province),
            "|".join(stop.tasks), list_tasks(stop.tasks, language),
            clock(stop.leg.arrive_min), clock(stop.depart_min),
            sum(parcel.boxes for parcel in stop.takes),
            sum(parcel.boxes for parcel in stop.leaves),
            tell_state(plan, trip).value, int(bool(plan.overruled)),
            tell_moment(stop.day, stop.leg.arrive_min, zone),
            tell_moment(stop.day, stop.depart_min, zone),
            shapely.Point(sites[stop.site_id].lon, sites[stop.site_id].lat),
        )
        for trip in sorted(plan.trips.trips, key=lambda trip: trip.trip_id)
        for stop in trip.stops
    )  # fmt: skip
    return _make_frame(columns, rows, province)


def unserved_geoframe(plan: Plan, province: Province, language: Language) -> gpd.GeoDataFrame:
    """Return the visits that no trip serves, with reason and cheapest change, by id."""
    columns = (
        "visit_id:text site_id:text site_name:text tasks:text reason_code:text reason:text "
        "cheapest_fix:text fix_cost_vnd:maybe"
    )
    rows = (
        (
            visit.visit_id, site.site_id, site.name, "|".join(visit.tasks), unserved.reason_code,
            translate(unserved.reason, language), translate(unserved.fix, language),
            tell_price(unserved.fix_cost_vnd, province.settings.province.currency),
            shapely.Point(site.lon, site.lat),
        )
        for unserved, visit, site in list_missed(plan, province)
    )  # fmt: skip
    return _make_frame(columns, rows)


def _make_frame(
    columns: str, rows: Iterable[Sequence[Any]], timed: Province | None = None
) -> gpd.GeoDataFrame:
    """Return a frame whose columns have their types even without rows.

    Parameters
    ----------
    columns
        Pairs like ``name:kind``, see `_TYPES`; the cells of a row are in their order.
    rows
        Behind these cells: begin and end, if it is timed, then the shape.
    timed
        The province whose clock tells the times; None for what is always there.
    """
    types: dict[str, Any] = {}
    for column in columns.split():
        name, kind = column.split(":")
        types[name] = _TYPES[kind]
    if timed is not None:
        zone = pd.DatetimeTZDtype("us", timed.settings.province.timezone)
        types |= dict.fromkeys(TIMES, zone)
    cells = [list(row) for row in rows]
    frame = pd.DataFrame([row[:-1] for row in cells], columns=list(types)).astype(types)
    return gpd.GeoDataFrame(frame, geometry=[row[-1] for row in cells], crs="EPSG:4326")
