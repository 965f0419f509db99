"""Roads: speeds, closures, limits of vehicles, ways and times, against arithmetic by hand."""

import dataclasses
import itertools
import math
from datetime import date

import pytest
from roads_measured import make_closure, measure_drive_min, measure_speed_kmh

from province.dates import Month
from province.facts import Province
from province.fleet import Vehicle, VehicleKind
from province.ids import SegmentId, SiteId
from province.roads import RoadClass, Surface
from roads.closures import merge_spans, read_road_state, why_impassable
from roads.daylight import measure_daylight
from roads.findings import find_road_faults
from roads.network import build_network, list_pieces
from roads.travel import Roads
from routing.reach import estimate_reach, measure_access_min

DRY, CLOSED, WET = date(2026, 12, 1), date(2026, 12, 8), date(2026, 7, 1)
ALL_SITES = tuple(SiteId(s) for s in ("KHO", "TV1", "TV2", "TV3", "TV4", "TH1", "NT1"))


def vehicle(province: Province, kind: VehicleKind) -> Vehicle:
    return next(v for v in province.vehicles if v.kind is kind)


def segment(province: Province, segment_id: str):
    return next(s for s in province.segments if s.segment_id == segment_id)


def with_closure(province: Province, **fields) -> Province:
    return dataclasses.replace(province, closures=(make_closure(DRY, **fields),))


def drive(roads: Roads, car: Vehicle, day: date):
    return roads.travel(car, day, ALL_SITES).drive_min


def test_speed_on_a_flat_national_road_is_the_published_one_for_a_car(small: Province) -> None:
    flat = dataclasses.replace(segment(small, "S01"), rise_m=0.0, fall_m=0.0)
    assert measure_speed_kmh(flat, True, VehicleKind.CAR) == pytest.approx(43.0)
    assert measure_speed_kmh(flat, True, VehicleKind.TRUCK) == pytest.approx(43.0 * 0.85)
    assert measure_drive_min(flat, True, VehicleKind.CAR) == pytest.approx(12 / 43 * 60)


def test_climbing_is_slower_than_going_down(small: Province) -> None:
    steep = dataclasses.replace(segment(small, "S02"), length_m=10_000, rise_m=700, fall_m=0)
    up = measure_speed_kmh(steep, True, VehicleKind.BUS)
    down = measure_speed_kmh(steep, False, VehicleKind.BUS)
    # 7 %: 4 above what climbs free, at 4 % each; 1 above what descends free, at 2 %; both 1.5 %
    # for the one per cent by which the steepest 100 m (11 %) exceed 10 %
    assert up / down == pytest.approx((1 - 0.16 - 0.015) / (1 - 0.02 - 0.015))


def test_wet_season_and_one_lane_slow_down(small: Province) -> None:
    road = segment(small, "S01")
    dry = measure_drive_min(road, True, VehicleKind.BUS)
    wet = measure_drive_min(road, True, VehicleKind.BUS, is_wet=True)
    narrow = measure_drive_min(road, True, VehicleKind.BUS, one_lane_share=1.0)
    half = measure_drive_min(road, True, VehicleKind.BUS, one_lane_share=0.5)
    assert half == pytest.approx(1.5 * dry)
    assert wet == pytest.approx(dry / 0.8)
    assert narrow == pytest.approx(dry / 0.5)


def test_earth_is_slower_than_concrete(small: Province) -> None:
    road = dataclasses.replace(
        segment(small, "S05"), road_class=RoadClass.COMMUNE, rise_m=0, fall_m=0
    )
    earth = dataclasses.replace(road, surface=Surface.EARTH)
    assert measure_speed_kmh(earth, True, VehicleKind.CAR) == pytest.approx(15.0)


@pytest.mark.parametrize(
    ("kind", "segment_id", "day", "reason"),
    [
        (VehicleKind.BUS, "S01", DRY, None),
        (VehicleKind.BUS, "S04", DRY, None),
        (VehicleKind.BUS, "S04", WET, "wet"),
        (VehicleKind.BUS, "S10", DRY, "weight"),
        (VehicleKind.TRUCK, "S10", DRY, None),
        (VehicleKind.MOTORBIKE, "S10", DRY, None),
    ],
)
def test_a_vehicle_uses_only_roads_that_let_it_through(
    small: Province, kind: VehicleKind, segment_id: str, day: date, reason: str | None
) -> None:
    state = read_road_state(small, day)
    found = why_impassable(segment(small, segment_id), vehicle(small, kind), state)
    assert found == reason


def test_width_and_grade_shut_out_what_does_not_fit(small: Province) -> None:
    bus = vehicle(small, VehicleKind.BUS)
    state = read_road_state(small, DRY)
    narrow = dataclasses.replace(segment(small, "S01"), width_m=2.0)
    steep = dataclasses.replace(segment(small, "S01"), steepest_pct=15.0)
    assert why_impassable(narrow, bus, state) == "width"
    assert why_impassable(steep, bus, state) == "grade"


def test_the_traced_way_is_the_one_whose_minutes_stand_in_the_matrix(small: Province) -> None:
    bus = vehicle(small, VehicleKind.BUS)
    roads = Roads(small)
    travel = roads.travel(bus, DRY, ALL_SITES)
    ends = {s.segment_id: (s.line[0], s.line[-1]) for s in small.segments}
    lengths = {s.segment_id: round(s.length_m) for s in small.segments}
    for i, a in enumerate(ALL_SITES):
        for j, b in enumerate(ALL_SITES):
            if a == b or travel.drive_min[i, j] < 0:
                continue
            way = roads.way(bus, DRY, a, b).segments
            points = [ends[key] if forward else ends[key][::-1] for key, forward in way]
            assert all(p[1] == q[0] for p, q in itertools.pairwise(points))
            total = sum(
                measure_drive_min(segment(small, key), forward, bus.kind) for key, forward in way
            )
            assert travel.drive_min[i, j] == math.ceil(total - 1e-6)
            assert travel.length_m[i, j] == sum(lengths[key] for key, _ in way)


def test_a_oneway_is_not_driven_backwards(small: Province) -> None:
    only = dataclasses.replace(segment(small, "S01"), is_oneway=True)
    province = dataclasses.replace(small, segments=(only,), closures=())
    table = drive(Roads(province), vehicle(small, VehicleKind.TRUCK), DRY)
    assert table[0, 1] > 0
    assert table[1, 0] == -1


def test_posts_beyond_a_closure_stay_open(small: Province) -> None:
    province = with_closure(small, ref="ĐT.101", km_from=900.0, km_to=901.0)
    assert not Roads(province).state(DRY).shut


def test_hours_of_a_closure_stand_beside_the_times(small: Province) -> None:
    province = with_closure(small, segment_id=SegmentId("S01"), from_minute=420, to_minute=540)
    truck = vehicle(small, VehicleKind.TRUCK)
    travel = Roads(province).travel(truck, DRY, ALL_SITES)
    assert travel.shut_min[0, 1] == ((420, 540),)
    assert travel.drive_min[0, 1] > 0


def test_a_ferry_rests_at_night_and_makes_wait(small: Province) -> None:
    truck = vehicle(small, VehicleKind.TRUCK)
    roads = Roads(small)
    travel = roads.travel(truck, DRY, ALL_SITES)
    i, j = ALL_SITES.index(SiteId("TV1")), ALL_SITES.index(SiteId("TV4"))
    assert "S06" in {key for key, _ in roads.way(truck, DRY, SiteId("TV1"), SiteId("TV4")).segments}
    assert travel.shut_min[i, j] == ((0, 360), (1080, 1440))
    assert travel.wait_min[i, j] == segment(small, "S06").ferry_wait_min


def test_a_place_without_road_is_unreachable_and_named(small: Province) -> None:
    kept = tuple(s for s in small.segments if s.segment_id not in ("S09", "S10"))
    province = dataclasses.replace(small, segments=kept)
    truck = vehicle(small, VehicleKind.TRUCK)
    roads = Roads(province)
    assert drive(roads, truck, DRY)[0, ALL_SITES.index(SiteId("TH1"))] == -1
    with pytest.raises(LookupError):
        roads.way(truck, DRY, SiteId("KHO"), SiteId("TH1"))
    faults = find_road_faults(province).faults
    assert [f for f in faults if "TH1" in f.value and f.file == "libraries.csv"]


def test_the_small_province_has_no_road_fault(small: Province) -> None:
    assert not find_road_faults(small).faults


def test_loose_roads_and_near_misses_are_told(small: Province) -> None:
    road = segment(small, "S09")
    loose = dataclasses.replace(
        road, segment_id=SegmentId("LOOSE"), line=((105.0, 22.0), (105.1, 22.0))
    )
    near = dataclasses.replace(
        road, segment_id=SegmentId("NEAR"), line=((103.9001, 21.3), (103.95, 21.35))
    )
    province = dataclasses.replace(small, segments=(*small.segments, loose, near))
    columns = [(f.column, f.value) for f in find_road_faults(province).warnings]
    assert any(column == "segment_id" and "LOOSE" in value for column, value in columns)
    assert any(column == "geometry" and "103.9001" in value for column, value in columns)


def test_pieces_of_a_network_are_found(small: Province) -> None:
    assert len(list_pieces(build_network(small.segments))) == 1


def test_reach_says_how_many_boxes_get_there(small: Province) -> None:
    months = (Month(2026, 12), Month(2027, 7))
    reach = estimate_reach(small, months, Roads(small))
    assert reach.max_boxes[SiteId("TV1"), months[0]] == 20
    assert reach.carries(SiteId("TV1"), months[0], 20)
    assert not reach.carries(SiteId("TV1"), months[0], 21)
    assert reach.price(SiteId("TV3"), months[0]) > reach.price(SiteId("TV1"), months[0]) > 0


def test_a_month_without_a_road_carries_nothing(small: Province) -> None:
    province = with_closure(
        small, segment_id=SegmentId("S01"), first_day=date(2026, 12, 1), last_day=date(2026, 12, 31)
    )
    kept = tuple(s for s in province.segments if s.segment_id not in ("S09",))
    province = dataclasses.replace(province, segments=kept)
    reach = estimate_reach(province, (Month(2026, 12),), Roads(province))
    assert reach.max_boxes[SiteId("TV1"), Month(2026, 12)] == 0


def test_access_grows_with_the_way(small: Province) -> None:
    access = measure_access_min(small, Roads(small), DRY)
    assert access[SiteId("KHO")] == 0
    assert 0 < access[SiteId("TV1")] < access[SiteId("NT1")] < access[SiteId("TV2")]


def test_daylight_in_december_and_june() -> None:
    rise, sunset = measure_daylight(date(2026, 12, 21), 21.3, 103.9, "Asia/Ho_Chi_Minh")
    assert 6 * 60 + 15 <= rise <= 6 * 60 + 50
    assert 17 * 60 <= sunset <= 17 * 60 + 35
    june = measure_daylight(date(2026, 6, 21), 21.3, 103.9, "Asia/Ho_Chi_Minh")
    assert june[1] - june[0] > 13 * 60


def test_daylight_where_the_sun_does_not_set() -> None:
    assert measure_daylight(date(2026, 6, 21), 78.2, 15.6, "Arctic/Longyearbyen") == (0, 1440)


def test_spans_are_joined_where_they_touch() -> None:
    assert merge_spans([(60, 120), (0, 60), (300, 400)]) == ((0, 120), (300, 400))
