"""What can carry batches between the depots of two provinces: a run of its own, a trip near by."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations

from pyproj import Geod

from province.fleet import Vehicle, VehicleKind
from region.sharing.lending_problem import UNIT, DepotWay
from region.sharing.province_stock import ProvinceStock
from region.sharing_settings import SharingSettings

MOST_RUNS = 3
"""Runs between two depots in a month at most; ours."""

EARTH = Geod(ellps="WGS84")


def measure_km(from_lon: float, from_lat: float, to_lon: float, to_lat: float) -> float:
    """Return the kilometres between two places as the crow flies."""
    return float(EARTH.inv(from_lon, from_lat, to_lon, to_lat)[2]) / 1000


def list_ways(
    stocks: Sequence[ProvinceStock],
    rules: SharingSettings,
    months: int,
    owed: tuple[tuple[int, int, int], ...],
) -> Iterator[DepotWay]:
    """Yield, for each month, a run of the cheaper of two provinces, and trips that pass near.

    A vehicle holds so many batches as it holds of the largest that may be lent.

    Parameters
    ----------
    owed
        Batches that go home in any case: from where, to where, in which month.
    """
    for a, b in permutations(range(len(stocks)), 2):
        if a < b:
            drives = (_drive(stocks, a, b, rules), _drive(stocks, b, a, rules))
            runs = [run for run in drives if run is not None]
            best = min(runs, key=lambda run: (run.uses / run.there, run.driver), default=None)
            if best is not None:
                for month in range(months):
                    home = owed.count((a, b, month)) + owed.count((b, a, month))
                    most = MOST_RUNS + math.ceil(home / best.there)
                    yield replace(best, month=month, most=most)
        yield from _list_trips(stocks, a, b, rules)


def price_run(
    stock: ProvinceStock, vehicle: Vehicle, length_km: float, rules: SharingSettings
) -> int:
    """Return what a run there and back costs: kilometres, days, allowances and nights."""
    days = max(1, math.ceil(length_km / rules.run_km_per_day))
    crew = stock.exchange_crew * (days * stock.allowance_vnd + (days - 1) * stock.night_vnd)
    return round(length_km * vehicle.cost_vnd_per_km + days * vehicle.cost_vnd_per_day + crew)


def count_uses(one: ProvinceStock, other: ProvinceStock, price_vnd: int) -> int:
    """Return what money counts, in hundredths of a use, at the higher rate of two provinces."""
    rate = max(one.uses_per_million, other.uses_per_million)
    return math.ceil(price_vnd * rate / 1e6 * UNIT)


def _drive(
    stocks: Sequence[ProvinceStock], a: int, b: int, rules: SharingSettings
) -> DepotWay | None:
    """Return the run of a province's vehicle that costs least per batch; None if it has none."""
    one, other = stocks[a], stocks[b]
    boxes, mass_kg = find_largest(one, other)
    far = measure_km(one.lon, one.lat, other.lon, other.lat) * rules.detour
    length = round(2 * far, 1)
    found = []
    for vehicle in one.vehicles:
        room = min(rules.batches_per_run, hold(vehicle.capacity_boxes, vehicle.capacity_kg,
                                               boxes, mass_kg))  # fmt: skip
        if room and vehicle.kind is not VehicleKind.MOTORBIKE:
            price = price_run(one, vehicle, length, rules)
            uses = count_uses(one, other, price)
            found.append(DepotWay(0, a, b, "trunk", "", room, room, MOST_RUNS, length, price, uses))
    return min(found, key=lambda way: (way.uses / way.there, way.uses), default=None)


def find_largest(one: ProvinceStock, other: ProvinceStock) -> tuple[int, float]:
    """Return the boxes and the kilograms of the largest batches that two provinces may lend."""
    free = [batch for stock in (one, other) for batch in stock.batches if any(batch.free)]
    boxes = max((batch.boxes for batch in free), default=1)
    return max(1, boxes), max((batch.mass_kg for batch in free), default=1.0)


def hold(room_boxes: float, room_kg: float, boxes: int, mass_kg: float) -> int:
    """Return how many batches fit into a room."""
    by_mass = math.floor(room_kg / mass_kg) if mass_kg > 0 else math.inf
    return int(max(0, min(room_boxes // boxes, by_mass)))


def _list_trips(
    stocks: Sequence[ProvinceStock], a: int, b: int, rules: SharingSettings
) -> Iterator[DepotWay]:
    """Yield trips of one province that can go out of their way to the depot of another."""
    one, other = stocks[a], stocks[b]
    boxes, mass_kg = find_largest(one, other)
    for trip in one.trips:
        ways = []
        for point in trip.points:
            far = measure_km(point.lon, point.lat, other.lon, other.lat) * rules.detour
            length = round(2 * far, 1)
            minutes = length / rules.run_km_per_day * one.driving_max_day_min + one.paperwork_min
            there = hold(point.there_boxes, point.there_kg, boxes, mass_kg)
            back = hold(point.back_boxes, point.back_kg, boxes, mass_kg)
            there, back = min(there, rules.batches_per_run), min(back, rules.batches_per_run)
            if length <= rules.trip_detour_km and minutes <= point.spare_min and there + back:
                price = round(length * trip.cost_vnd_per_km)
                uses = count_uses(one, other, price)
                ways.append(
                    DepotWay(
                        trip.month, a, b, "trip", trip.trip_id, there, back, 1, length, price, uses
                    )
                )
        yield from sorted(ways, key=lambda way: way.uses / (way.there + way.back))[:1]
