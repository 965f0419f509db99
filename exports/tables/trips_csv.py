"""Writes `trips.csv`: one row per stop."""

from collections.abc import Iterator
from decimal import Decimal

from exports.tables.table import Cell, make_table
from planning.plan import Plan
from planning.rides import list_ridden
from province.dates import clock
from province.facts import Province
from province.language import Language

HEADINGS = (
    "trip_id", "vehicle_id", "date", "sequence", "site_id", "site_name", "commune_code", "arrive",
    "depart", "tasks", "boxes_on", "boxes_off", "drive_min", "drive_km", "lon", "lat",
)  # fmt: skip


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the stops, by trip and sequence; it is the same in every language.

    The rides of a village's motorbike are a trip of its own, named after the trip that they meet.
    """
    sites = province.site_by_id
    rows: list[tuple[Cell, ...]] = [
        (
            trip.trip_id, trip.vehicle_id, stop.day, stop.sequence, stop.site_id,
            sites[stop.site_id].name, sites[stop.site_id].commune_code,
            clock(stop.leg.arrive_min), clock(stop.depart_min), "|".join(stop.tasks),
            sum(parcel.boxes for parcel in stop.takes),
            sum(parcel.boxes for parcel in stop.leaves),
            stop.leg.drive_min, stop.leg.length_m / 1000,
            _degrees(sites[stop.site_id].lon), _degrees(sites[stop.site_id].lat),
        )
        for trip in sorted(plan.trips.trips, key=lambda trip: trip.trip_id)
        for stop in sorted(trip.stops, key=lambda stop: stop.sequence)
    ]  # fmt: skip
    for ridden in list_ridden(plan):
        site = sites[ridden.site_id]
        rows.append(
            (
                ridden.trip_id, ridden.ride.vehicle_id, ridden.stop.day, ridden.sequence,
                site.site_id, site.name, site.commune_code, clock(ridden.ride.leg.arrive_min),
                clock(ridden.depart_min), "|".join(ridden.stop.tasks), ridden.boxes_on,
                ridden.ride.boxes, ridden.ride.leg.drive_min, ridden.ride.leg.length_m / 1000,
                _degrees(site.lon), _degrees(site.lat),
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (str(row[0]), int(str(row[3]))))
    yield "trips.csv", make_table(HEADINGS, rows)


def _degrees(value: float) -> Decimal:
    return Decimal(f"{value:.5f}")
