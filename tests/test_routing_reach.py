"""Who can be reached when, with how much, at what price: by hand on the small province."""

import dataclasses
import math
from datetime import date

import pytest

from province.dates import DateSpan, Month
from province.facts import Province
from province.fleet import VehicleKind
from province.ids import SegmentId, SiteId
from roads.travel import Roads
from routing.reach import STOPS_PER_TRIP, estimate_reach, measure_access_min

KHO, TV1, TV2, TV3, TV4 = (SiteId(s) for s in ("KHO", "TV1", "TV2", "TV3", "TV4"))
DECEMBER, JULY = Month(2026, 12), Month(2027, 7)


def only(province: Province, *kinds: VehicleKind) -> Province:
    kept = tuple(v for v in province.vehicles if v.kind in kinds)
    return dataclasses.replace(province, vehicles=kept, closures=())


def without(province: Province, *segment_ids: str) -> Province:
    kept = tuple(s for s in province.segments if s.segment_id not in segment_ids)
    return dataclasses.replace(province, segments=kept)


def test_the_price_is_a_share_of_the_way_there_and_back(small: Province) -> None:
    # Truck to TV1 and back: 2 × 12 km × 6,000; one day: 400,000 + 2 people × 200,000; 3 stops
    province = only(small, VehicleKind.TRUCK)
    reach = estimate_reach(province, (DECEMBER,), Roads(province))
    assert reach.price(TV1, DECEMBER) == round((24 * 6000 + 400_000 + 400_000) / STOPS_PER_TRIP)


def test_hours_are_a_share_of_driving_and_all_of_the_handling(small: Province) -> None:
    province = only(small, VehicleKind.TRUCK)
    roads = Roads(province)
    table = roads.travel(province.vehicles[0], date(2026, 12, 1), (KHO, TV1)).drive_min
    handling = 15 + 1.5 * 2 * 2  # paperwork, and two boxes off and two on
    driven = (int(table[0, 1]) + int(table[1, 0])) / STOPS_PER_TRIP
    reach = estimate_reach(province, (DECEMBER,), roads)
    assert reach.hours[TV1] == pytest.approx((driven + handling) / 60)


def test_a_motorbike_too_small_for_a_batch_sets_no_price(small: Province) -> None:
    boxes = tuple(dataclasses.replace(b, boxes=10, mass_kg=150.0) for b in small.batches)
    province = dataclasses.replace(only(small, *VehicleKind), batches=boxes)
    truck_only = dataclasses.replace(only(small, VehicleKind.TRUCK), batches=boxes)
    mixed = estimate_reach(province, (DECEMBER,), Roads(province))
    truck = estimate_reach(truck_only, (DECEMBER,), Roads(truck_only))
    assert mixed.price(TV1, DECEMBER) == truck.price(TV1, DECEMBER)
    assert mixed.hours[TV1] == truck.hours[TV1]


def test_where_only_a_small_vehicle_gets_it_sets_the_price_and_the_limit(small: Province) -> None:
    boxes = tuple(dataclasses.replace(b, boxes=10, mass_kg=150.0) for b in small.batches)
    narrow = tuple(
        dataclasses.replace(s, width_m=1.0) if s.segment_id == "S01" else s for s in small.segments
    )
    province = dataclasses.replace(only(small, *VehicleKind), batches=boxes, segments=narrow)
    province = without(province, "S09")  # no other way round to TV1
    reach = estimate_reach(province, (DECEMBER,), Roads(province))
    assert reach.max_boxes[TV1, DECEMBER] == 2
    # Motorbike: 2 × 12 km × 1,500; a day: 100,000 + 2 × 200,000
    assert reach.price(TV1, DECEMBER) == round((36_000 + 500_000) / STOPS_PER_TRIP)


def test_a_way_out_without_a_way_back_is_no_reach(small: Province) -> None:
    oneway = tuple(
        dataclasses.replace(s, is_oneway=True) if s.segment_id == "S01" else s
        for s in small.segments
    )
    province = without(dataclasses.replace(small, segments=oneway, closures=()), "S09")
    reach = estimate_reach(province, (DECEMBER,), Roads(province))
    assert reach.max_boxes[TV1, DECEMBER] == 0


def test_a_vehicle_off_all_month_carries_nothing(small: Province) -> None:
    province = only(small, VehicleKind.TRUCK)
    off = (DateSpan(DECEMBER.first_day, DECEMBER.last_day),)
    truck = dataclasses.replace(province.vehicles[0], unavailable=off)
    province = dataclasses.replace(province, vehicles=(truck,))
    reach = estimate_reach(province, (DECEMBER, JULY), Roads(province))
    assert reach.max_boxes[TV1, DECEMBER] == 0
    assert reach.max_boxes[TV1, JULY] == 20


def test_access_is_that_of_the_dry_season(small: Province) -> None:
    roads = Roads(only(small, VehicleKind.TRUCK))
    dry = measure_access_min(roads.province, roads, date(2027, 4, 30))
    assert measure_access_min(roads.province, roads, date(2027, 7, 1)) == dry
    assert measure_access_min(roads.province, roads, date(2027, 9, 30)) == dry


def test_a_place_nobody_reaches_is_as_remote_as_the_remotest(small: Province) -> None:
    province = without(only(small, VehicleKind.TRUCK), "S04", "S08")
    access = measure_access_min(province, Roads(province), date(2026, 12, 1))
    assert all(math.isfinite(minutes) for minutes in access.values())
    assert access[TV3] == max(access.values()) == max(access[s] for s in (TV1, TV2, TV4))


def test_a_motorbike_counts_only_where_no_car_gets(small: Province) -> None:
    kinds = (VehicleKind.TRUCK, VehicleKind.MOTORBIKE)
    narrow = tuple(
        dataclasses.replace(s, width_m=1.0) if s.segment_id == SegmentId("S03") else s
        for s in small.segments
    )
    province = without(dataclasses.replace(only(small, *kinds), segments=narrow), "S04")
    roads, day = Roads(province), date(2026, 12, 1)
    truck, bike = (next(v for v in province.vehicles if v.kind is kind) for kind in kinds)
    access = measure_access_min(province, roads, day)
    assert access[TV1] == roads.travel(truck, day, (KHO, TV1)).drive_min[0, 1]
    assert roads.travel(truck, day, (KHO, TV2)).drive_min[0, 1] == -1
    assert access[TV2] == roads.travel(bike, day, (KHO, TV2)).drive_min[0, 1]
