"""Where sites meet the road, the ways that begin there, and what the checker thinks of them."""

import dataclasses
import math
from datetime import date

import pytest
from roads_measured import measure_drive_min

from province.facts import Province
from province.fleet import VehicleKind
from province.ids import ClosureId, SegmentId, SiteId
from province.roads import Closure, ClosureEffect, RoadClass
from province.settings import TripSettings
from roads.stretches import cut_line, find_point
from roads.travel import Roads
from routing.checks.case import TripCase
from routing.checks.roads import check_legs
from routing.trips import Leg, Stop, Trip, TripPlan

DRY = date(2026, 12, 1)
KHO, TV1, MID, FAR = (SiteId(name) for name in ("KHO", "TV1", "MID", "FAR"))


def place(province: Province, **places: tuple[float, float]) -> Province:
    """Add sites at places."""
    model = next(site for site in province.sites if site.site_id == "TV1")
    sites = [
        dataclasses.replace(model, site_id=SiteId(name), lon=lon, lat=lat)
        for name, (lon, lat) in places.items()
    ]
    return dataclasses.replace(province, sites=(*province.sites, *sites), closures=())


def change(province: Province, segment_id: str, **fields) -> Province:
    changed = tuple(
        dataclasses.replace(s, **fields) if s.segment_id == segment_id else s
        for s in province.segments
    )
    return dataclasses.replace(province, segments=changed)


def vehicle(province: Province, kind: VehicleKind = VehicleKind.TRUCK):
    return next(v for v in province.vehicles if v.kind is kind)


def segment(province: Province, segment_id: str):
    return next(s for s in province.segments if s.segment_id == segment_id)


def test_a_site_stands_at_the_foot_of_its_perpendicular(small: Province) -> None:
    # S09 runs north from 21.30 to 21.38; the site is 0.001° (104 m) east of its middle
    province = place(small, MID=(103.901, 21.34))
    snap = Roads(province).snap(vehicle(small), MID)
    assert snap is not None
    assert province.segments[snap.number].segment_id == "S09"
    assert snap.share == pytest.approx(0.5, abs=1e-4)
    assert snap.place == pytest.approx((103.9, 21.34), abs=1e-5)
    assert snap.distance_m == pytest.approx(0.001 * 111_320 * math.cos(math.radians(21.34)), abs=1)


def test_times_and_metres_are_those_of_the_part_that_is_driven(small: Province) -> None:
    # 9,800 m: to the middle 4,900 m; between the middle and three quarters 2,450 m
    province = place(small, MID=(103.901, 21.34), FAR=(103.899, 21.36))
    truck = vehicle(small)
    roads = Roads(province)
    travel = roads.travel(truck, DRY, (KHO, MID, FAR))
    road = segment(small, "S09")
    out, back = (measure_drive_min(road, way, truck.kind) for way in (True, False))
    assert travel.length_m[0].tolist() == pytest.approx([0, 4900, 7350], abs=1)
    assert travel.length_m[1, 2] == travel.length_m[2, 1] == pytest.approx(2450, abs=1)
    assert travel.drive_min[0, 1] == math.ceil(out / 2)
    assert travel.drive_min[1, 0] == math.ceil(back / 2)
    assert travel.drive_min[2, 1] == math.ceil(back / 4)
    between = roads.way(truck, DRY, FAR, MID)
    assert between.segments == ((SegmentId("S09"), False),)
    assert (between.from_share, between.to_share) == pytest.approx((0.25, 0.5), abs=1e-5)


def test_a_oneway_is_obeyed_from_its_middle(small: Province) -> None:
    # S09 oneway to the north; from its middle to the depot the way leads on over S10
    province = place(change(small, "S09", is_oneway=True), MID=(103.901, 21.34))
    roads, truck = Roads(province), vehicle(small)
    assert roads.way(truck, DRY, KHO, MID).segments == (("S09", True),)
    home = roads.way(truck, DRY, MID, KHO)
    assert home.segments[:2] == (("S09", True), ("S10", True))
    assert home.from_share == pytest.approx(0.5, abs=1e-4)


def test_each_vehicle_stands_on_a_road_that_it_may_use(small: Province) -> None:
    # A lane for motorbikes passes the door; the road S09 is 104 m away
    lane = dataclasses.replace(
        segment(small, "S09"), segment_id=SegmentId("LANE"), width_m=1.0, length_m=3000.0,
        line=((103.9, 21.33), (103.901, 21.34), (103.9, 21.35)),
    )  # fmt: skip
    cut = [
        dataclasses.replace(segment(small, "S09"), segment_id=SegmentId(f"S09{k}"), line=line,
                            length_m=metres)
        for k, (line, metres) in enumerate(
            [(((103.9, 21.3), (103.9, 21.33)), 4000.0), (((103.9, 21.33), (103.9, 21.35)), 2400.0),
             (((103.9, 21.35), (103.9, 21.38)), 4000.0)]
        )
    ]  # fmt: skip
    kept = tuple(s for s in small.segments if s.segment_id != "S09")
    province = dataclasses.replace(small, segments=(*kept, lane, *cut))
    roads = Roads(place(province, MID=(103.901, 21.34)))
    names = {}
    for kind in (VehicleKind.MOTORBIKE, VehicleKind.TRUCK):
        snap = roads.snap(vehicle(small, kind), MID)
        names[kind] = roads.network.segments[snap.number].segment_id
    assert names == {VehicleKind.MOTORBIKE: "LANE", VehicleKind.TRUCK: "S091"}


def test_nobody_carries_boxes_far_because_the_near_road_is_too_narrow(small: Province) -> None:
    # The lane's end is 1.1 km from S09: a truck does not stop there for it
    lane = dataclasses.replace(
        segment(small, "S09"), segment_id=SegmentId("LANE"), width_m=1.0, length_m=1150.0,
        line=((103.9, 21.38), (103.9, 21.39)),
    )  # fmt: skip
    province = dataclasses.replace(small, segments=(*small.segments, lane))
    roads = Roads(place(province, MID=(103.9, 21.39)))
    truck, motorbike = vehicle(small), vehicle(small, VehicleKind.MOTORBIKE)
    assert roads.travel(truck, DRY, (KHO, MID)).drive_min[0, 1] == -1
    assert roads.travel(motorbike, DRY, (KHO, MID)).drive_min[0, 1] > 0


def test_a_ferry_is_no_place_to_stop(small: Province) -> None:
    roads = Roads(place(small, MID=(104.05, 21.3)))
    snap = roads.snap(vehicle(small), MID)
    assert roads.network.segments[snap.number].road_class is not RoadClass.FERRY
    assert snap.distance_m == pytest.approx(0.01 * 111_320 * math.cos(math.radians(21.3)), rel=0.01)


def test_beyond_the_limit_of_the_settings_nobody_stops(small: Province) -> None:
    roads = Roads(place(small, MID=(103.93, 21.34)))  # 3.1 km from S09
    assert roads.snap(vehicle(small), MID) is None
    assert roads.snaps[MID].distance_m > 2000


def test_parts_of_a_line_are_cut_by_length() -> None:
    bent = ((0.0, 0.0), (0.0, 2.0), (0.0, 3.0))
    assert cut_line(bent, 0.5, 1.0) == [(0.0, 1.5), (0.0, 2.0), (0.0, 3.0)]
    assert find_point(bent, 1 / 3) == pytest.approx((0.0, 1.0))
    assert find_point(bent, 1.0) == (0.0, 3.0)


class Rules:
    """As much of a problem as the checker of ways asks for."""

    rules = TripSettings(leg_buffer_min=12)


def drive(roads: Roads, truck, a: SiteId, b: SiteId, leave_min: int = 480) -> Leg:
    travel = roads.travel(truck, DRY, (a, b))
    way, minutes = roads.way(truck, DRY, a, b), int(travel.drive_min[0, 1])
    return Leg(
        a, b, way.segments, leave_min, leave_min + minutes + 12, minutes, 12,
        int(travel.wait_min[0, 1]), int(travel.length_m[0, 1]), (), way.from_share, way.to_share,
    )  # fmt: skip


@pytest.fixture
def driven(small: Province):
    """A trip to the middle of S09, and the leg there and home."""
    province = place(small, MID=(103.901, 21.34))
    roads, truck = Roads(province), vehicle(small)
    return province, roads, truck, drive(roads, truck, KHO, MID), drive(roads, truck, MID, KHO, 600)


def check(province: Province, roads: Roads, truck, out: Leg, home: Leg) -> list[str]:
    stop = Stop(1, DRY, "V", out.to_site, (), out, 540, 600, (), (), 0, 0.0)
    trip = Trip("T", truck.vehicle_id, "C", KHO, DRY, DRY, (stop,), (), home, (), 0, 0, 0)
    months = TripPlan((trip,), (), "feasible", 0, 0.0, 0.0, 0.0, 0, 0.0)
    return [rule for rule, _, _ in check_legs(TripCase(Rules(), months, province))]


def test_a_leg_to_the_middle_of_a_road_is_right(driven) -> None:
    assert check(*driven) == []


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"to_share": 1.0}, {"legs_follow_the_roads", "times_are_measured"}),  # passes the site
        ({"to_share": 0.6}, {"legs_follow_the_roads", "times_are_measured"}),
        ({"from_share": 0.1}, {"legs_follow_the_roads", "times_are_measured"}),  # not the depot
        ({"to_share": 0.0}, {"legs_follow_the_roads", "times_are_measured"}),  # has no length
        ({"segments": (("S01", True),)}, {"legs_follow_the_roads", "times_are_measured"}),
        ({"drive_min": 1}, {"times_are_measured"}),
        ({"length_m": 4899}, {"times_are_measured"}),
    ],
)
def test_a_leg_that_ends_elsewhere_or_takes_other_minutes_is_found(
    driven, changes, rules: set[str]
) -> None:
    province, roads, truck, out, home = driven
    assert set(check(province, roads, truck, dataclasses.replace(out, **changes), home)) == rules


def test_a_trip_that_stops_a_kilometre_from_its_site_is_found(driven) -> None:
    # Both legs agree on 0.6 instead of 0.5 of S09, with the minutes and metres of that way
    province, roads, truck, _, _ = driven
    astray = place(province, FAR=(103.9, 21.348))
    there = Roads(astray)
    out, home = drive(there, truck, KHO, FAR), drive(there, truck, FAR, KHO, 600)
    assert out.length_m == pytest.approx(5880, abs=1)
    out, home = dataclasses.replace(out, to_site=MID), dataclasses.replace(home, from_site=MID)
    assert check(province, roads, truck, out, home) == ["legs_follow_the_roads"]


def test_a_leg_must_begin_where_the_one_before_ended(driven) -> None:
    # 0.501 instead of 0.5 of S09: 9 m off, near enough to the site but not the same place
    province, roads, truck, out, home = driven
    moved = dataclasses.replace(home, from_share=home.from_share + 0.001)
    assert "legs_follow_the_roads" in check(province, roads, truck, out, moved)


def test_a_part_that_is_shut_is_no_way_but_the_rest_is(driven) -> None:
    province, roads, truck, out, home = driven
    province = change(province, "S09", ref="X9", km_from=0.0)
    whole_km = segment(province, "S09").length_m / 1000
    for first, last, is_open in ((0.6, 1.0, True), (0.0, 0.1, False), (0.45, 0.55, False)):
        closure = Closure(
            ClosureId("X"), None, "X9", first * whole_km, last * whole_km, None, DRY, DRY, 0, 1440,
            ClosureEffect.SHUT, "landslide", "test",
        )  # fmt: skip
        closed = dataclasses.replace(province, closures=(closure,))
        found = check(closed, roads, truck, out, home)
        assert (found == []) is is_open
        assert is_open or set(found) == {"roads_are_open_for_the_vehicle"}
