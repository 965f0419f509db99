"""What `find_road_faults` and `list_openings` say about roads that were spoilt on purpose."""

import dataclasses
from datetime import date

import pytest
from roads_measured import make_closure

from province.facts import Province
from province.fleet import VehicleKind
from province.ids import SegmentId, SiteId
from province.roads import Closure
from roads.findings import find_road_faults
from roads.openings import BlockedSegment, list_openings
from roads.travel import Roads

DRY, WET = date(2026, 12, 1), date(2026, 7, 1)
KHO, TV1, TV2, TV3, TV4, TH1 = (SiteId(s) for s in ("KHO", "TV1", "TV2", "TV3", "TV4", "TH1"))


def change(province: Province, segment_id: str, **fields) -> Province:
    changed = tuple(
        dataclasses.replace(s, **fields) if s.segment_id == segment_id else s
        for s in province.segments
    )
    return dataclasses.replace(province, segments=changed)


def without(province: Province, *segment_ids: str) -> Province:
    kept = tuple(s for s in province.segments if s.segment_id not in segment_ids)
    return dataclasses.replace(province, segments=kept)


def closure(**fields) -> Closure:
    return make_closure(DRY, **fields)


def truck(province: Province):
    return next(v for v in province.vehicles if v.kind is VehicleKind.TRUCK)


def test_a_library_that_no_road_suits_is_a_fault_that_names_the_change(small: Province) -> None:
    # TH1 hangs on S09 and S10; without S10, a weak S09 (0.2 t) keeps even the motorbike (0.3) off
    province = change(without(small, "S10"), "S09", max_t=0.2)
    (fault,) = find_road_faults(province).faults
    assert (fault.file, fault.value) == ("roads.geojson", "TH1 (Đường Nà Ớt, 0 m)")
    assert "S09: max_t" in str(fault.advice)
    assert "1 segments" in str(fault.advice)


def test_a_lodging_place_that_nobody_reaches_is_a_warning(small: Province) -> None:
    # NT1 is the joint of S02, S03, S10: a lodging place of its own beyond a weak road
    inn = next(s for s in small.sites if s.site_id == "NT1")
    moved = dataclasses.replace(inn, lon=103.8, lat=21.3)
    road = dataclasses.replace(
        small.segments[0],
        segment_id=SegmentId("S11"),
        line=((103.9, 21.3), (103.8, 21.3)),
        max_t=0.2,
    )
    sites = tuple(moved if s.site_id == "NT1" else s for s in small.sites)
    province = dataclasses.replace(small, sites=sites, segments=(*small.segments, road))
    findings = find_road_faults(province)
    assert not findings.faults
    assert [w.value for w in findings.warnings] == ["NT1 (QL6, 0 m)"]


def test_a_library_that_only_a_motorbike_reaches_is_a_warning(small: Province) -> None:
    findings = find_road_faults(change(without(small, "S10"), "S09", width_m=1.0))
    assert not findings.faults
    (warning,) = findings.warnings
    assert warning.value == "TH1 (Đường Nà Ớt, 0 m)"
    assert "S09: width_m" in str(warning.advice)


@pytest.mark.parametrize(("last_day", "is_fault"), [(date(2029, 1, 1), False), (None, True)])
def test_only_a_closure_without_an_end_makes_a_place_unreached(
    small: Province, last_day: date | None, is_fault: bool
) -> None:
    shut = closure(segment_id=SegmentId("S09"), last_day=last_day)
    province = dataclasses.replace(without(small, "S10"), closures=(shut,))
    faults = find_road_faults(province).faults
    assert [f.value.split()[0] for f in faults] == (["TH1"] if is_fault else [])
    assert all("closures.csv" in str(f.advice) for f in faults)


def test_a_place_without_any_drawn_road_names_the_nearest_that_is_reached(small: Province) -> None:
    loose = dataclasses.replace(
        small.segments[0], segment_id=SegmentId("S11"), line=((103.9, 21.38), (103.9, 21.4))
    )
    province = without(small, "S09", "S10")
    province = dataclasses.replace(province, segments=(*province.segments, loose))
    (fault,) = find_road_faults(province).faults
    assert fault.value == "TH1 (QL6, 0 m)"
    # KHO lies 0.08 degrees south of it: 0.08 × 111,195 m = 8,896 m
    assert "KHO, 8896 m" in str(fault.advice)


def test_a_closure_that_meets_no_road_is_told(small: Province) -> None:
    idle = closure(ref="ĐT.101", km_from=900.0, km_to=901.0)
    (warning,) = find_road_faults(dataclasses.replace(small, closures=(idle,))).warnings
    assert (warning.file, warning.column, warning.value) == ("closures.csv", "km_from", "X")


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"steepest_pct": 48.0}, "steepest_pct"),
        ({"rise_m": 3000.0, "steepest_pct": 30.0}, "rise_m"),  # 3,000 m in 12 km: 25 %
        ({"rise_m": 960.0, "steepest_pct": 6.0}, "rise_m"),  # mean 8 %, steepest said to be 6 %
    ],
)
def test_absurd_grades_are_told(small: Province, fields: dict[str, float], column: str) -> None:
    warnings = find_road_faults(change(small, "S01", **fields)).warnings
    assert [w.column for w in warnings if w.value.startswith("S01:")] == [column]


def test_openings_are_the_fewest_obstacles_on_a_way(small: Province) -> None:
    # To TV3 in the wet season: S04 is dry-only; by the ferry S06 and S08 nothing is in the way
    roads = Roads(dataclasses.replace(small, closures=()))
    assert list_openings(roads, truck(small), WET, KHO, (TV3,)) == {TV3: ()}
    narrow = change(small, "S08", width_m=1.0, max_t=1.0)
    roads = Roads(dataclasses.replace(narrow, closures=()))
    found = list_openings(roads, truck(small), WET, KHO, (TV1, TV3))
    assert found[TV1] == ()
    assert len(found[TV3]) == 1
    (obstacle,) = found[TV3]
    either = (BlockedSegment(SegmentId("S04"), "wet"), BlockedSegment(SegmentId("S08"), "width"))
    assert obstacle in either


def test_one_obstacle_on_a_long_way_beats_two_on_a_short_one(small: Province) -> None:
    # By the pass 28 km with two obstacles (S03, S04); by the ferry 84 km with one (S08)
    province = change(change(small, "S03", width_m=1.0), "S04", width_m=1.0)
    province = change(province, "S08", width_m=1.0, length_m=60_000.0)
    found = list_openings(Roads(province), truck(small), DRY, KHO, (TV3,))
    assert found == {TV3: (BlockedSegment(SegmentId("S08"), "width"),)}


def test_correcting_the_named_obstacles_opens_the_way(small: Province) -> None:
    province = change(change(without(small, "S08"), "S03", width_m=1.0), "S04", max_t=1.0)
    roads = Roads(province)
    found = list_openings(roads, truck(small), DRY, KHO, (TV3,))[TV3]
    assert [(o.segment_id, o.reason) for o in found] == [("S03", "width"), ("S04", "weight")]
    assert roads.travel(truck(small), DRY, (KHO, TV3)).drive_min[0, 1] == -1
    mended = Roads(change(change(province, "S03", width_m=5.0), "S04", max_t=9.0))
    assert mended.travel(truck(small), DRY, (KHO, TV3)).drive_min[0, 1] > 0


def test_where_no_road_leads_there_is_no_opening(small: Province) -> None:
    roads = Roads(without(small, "S09", "S10"))
    assert TH1 not in list_openings(roads, truck(small), DRY, KHO, (TH1,))


@pytest.mark.parametrize(("lat", "is_loose"), [(21.3805, False), (21.385, True)])
def test_a_scrap_of_loose_road_does_not_cut_a_site_off(
    small: Province, lat: float, is_loose: bool
) -> None:
    # A loose scrap begins 56 m (0.0005°) or 556 m (0.005°) from the end of S09, at TH1 itself
    scrap = dataclasses.replace(
        small.segments[0], segment_id=SegmentId("S11"), line=((103.9, lat), (103.9, 21.4))
    )
    sites = tuple(dataclasses.replace(s, lat=lat) if s.site_id == "TH1" else s for s in small.sites)
    province = dataclasses.replace(small, segments=(*small.segments, scrap), sites=sites)
    roads = Roads(province)
    snap = roads.snap(truck(small), TH1)
    assert roads.network.segments[snap.number].segment_id == ("S11" if is_loose else "S09")
    assert snap.place == (103.9, lat if is_loose else 21.38)
    assert snap.distance_m == pytest.approx(0 if is_loose else 55.4, abs=0.5)


def test_a_way_in_without_a_way_out_reaches_nobody(small: Province) -> None:
    oneway = change(without(small, "S10"), "S09", is_oneway=True)
    (fault,) = find_road_faults(oneway).faults
    assert fault.value.startswith("TH1 ")
    assert "oneway" in str(fault.advice)


def test_a_vehicle_too_tall_is_told_which_segment_is_too_low(small: Province) -> None:
    tall = tuple(dataclasses.replace(v, height_m=3.2) for v in small.vehicles)
    province = dataclasses.replace(small, vehicles=tall)
    low = change(without(province, "S10"), "S09", max_height_m=2.8)
    (fault,) = find_road_faults(low).faults
    assert "S09: max_height_m" in str(fault.advice)
    assert not find_road_faults(change(low, "S09", max_height_m=3.2)).faults


def test_a_path_for_motorbikes_is_told_as_one(small: Province) -> None:
    path = change(without(small, "S10"), "S09", vehicles=(VehicleKind.MOTORBIKE,))
    findings = find_road_faults(path)
    assert not findings.faults
    (warning,) = findings.warnings
    assert "S09: vehicles" in str(warning.advice)
