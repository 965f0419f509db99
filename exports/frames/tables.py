"""Hands out trips, batch movements and roads as frames."""

import geopandas as gpd
import pandas as pd
import shapely

from exports.tables.schedule_csv import HEADINGS, list_rows
from planning.plan import Plan
from province.amounts import tell_amount
from province.facts import Province
from province.language import Language


def trips_frame(plan: Plan, province: Province) -> pd.DataFrame:
    """Return a row for each trip, by its first day.

    Columns: ``trip_id``, ``vehicle_id``, ``vehicle``, ``crew_id``, ``first_day``, ``last_day``,
    ``num_stops``, ``num_nights``, ``length_km``, ``drive_min``, ``cost_vnd``.
    """
    currency = province.settings.province.currency
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
            "cost_vnd": [tell_amount(trip.cost_vnd, currency) for trip in trips],
        }
    )


def movements_frame(plan: Plan, province: Province, language: Language) -> pd.DataFrame:
    """Return a row for each batch that is moved, as `rotation-schedule.csv` has them.

    Columns: those of the deliveries of the plan, and ``batch_title``, ``from_name``, ``to_name``.
    """
    rows = list_rows(plan, province, language)
    frame = pd.DataFrame(rows, columns=list(HEADINGS)).drop(columns="month")
    frame["date"] = pd.Series(list(frame["date"]), dtype="datetime64[s]")
    return frame


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
