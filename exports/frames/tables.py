"""Hands out trips, batch movements and roads as frames."""

import geopandas as gpd
import pandas as pd
import shapely

from exports.tables.schedule_csv import list_movements
from planning.plan import Plan
from province.facts import Province
from province.language import Language, translate


def trips_frame(plan: Plan, province: Province) -> pd.DataFrame:
    """Return a row for each trip, by its first day.

    Columns: ``trip_id``, ``vehicle_id``, ``vehicle``, ``crew_id``, ``first_day``, ``last_day``,
    ``num_stops``, ``num_nights``, ``length_km``, ``drive_min``, ``cost_vnd``.
    """
    trips = sorted(plan.trips.trips, key=lambda trip: (trip.first_day, trip.trip_id))
    return pd.DataFrame(
        {
            "trip_id": [trip.trip_id for trip in trips],
            "vehicle_id": [trip.vehicle_id for trip in trips],
            "vehicle": [province.vehicle_by_id[trip.vehicle_id].name for trip in trips],
            "crew_id": [trip.crew_id for trip in trips],
            "first_day": pd.to_datetime([trip.first_day for trip in trips]),
            "last_day": pd.to_datetime([trip.last_day for trip in trips]),
            "num_stops": [len(trip.stops) for trip in trips],
            "num_nights": [len(trip.nights) for trip in trips],
            "length_km": [trip.length_m / 1000 for trip in trips],
            "drive_min": [trip.drive_min for trip in trips],
            "cost_vnd": [trip.cost_vnd for trip in trips],
        }
    )


def movements_frame(plan: Plan, province: Province, language: Language) -> pd.DataFrame:
    """Return a row for each batch that is moved, as `rotation-schedule.csv` has them.

    Columns: those of the deliveries of the plan, and ``batch_title``, ``from_name``, ``to_name``.
    """
    sites, batches = province.site_by_id, province.batch_by_id
    deliveries = list_movements(plan)
    return pd.DataFrame(
        {
            "date": pd.Series([d.day for d in deliveries], dtype="datetime64[s]"),
            "batch_id": [d.batch_id for d in deliveries],
            "batch_title": [batches[d.batch_id].name for d in deliveries],
            "books": [d.books for d in deliveries],
            "boxes": [d.boxes for d in deliveries],
            "from_site": [d.from_site for d in deliveries],
            "from_name": [sites[d.from_site].name for d in deliveries],
            "to_site": [d.to_site for d in deliveries],
            "to_name": [sites[d.to_site].name for d in deliveries],
            "trip_id": [d.trip_id for d in deliveries],
            "vehicle_id": [d.vehicle_id for d in deliveries],
            "stay_months": [d.stay_months for d in deliveries],
            "expected_uses": [d.expected_uses for d in deliveries],
            "reason": [translate(d.reason, language) for d in deliveries],
        }
    )


def segments_geoframe(province: Province) -> gpd.GeoDataFrame:
    """Return the segments of the roads as lines, EPSG:4326, in the order of the folder.

    Columns: ``segment_id``, ``ref``, ``name``, ``road_class``, ``length_m``, ``steepest_pct``,
    ``width_m``, ``is_dry_only``, ``is_schematic``, ``hazard``.
    """
    columns = (
        "segment_id", "ref", "name", "road_class", "length_m", "steepest_pct", "width_m",
        "is_dry_only", "is_schematic", "hazard",
    )  # fmt: skip
    return gpd.GeoDataFrame(
        {name: [getattr(segment, name) for segment in province.segments] for name in columns},
        geometry=[shapely.LineString(segment.line) for segment in province.segments],
        crs="EPSG:4326",
    )
