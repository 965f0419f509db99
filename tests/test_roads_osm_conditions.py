"""Tags with conditions become closures by themselves, for the planned date."""

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from exports.maps.basemap import describe_closure, list_closures
from province.facts import Province
from province.findings import Findings
from province.ids import SiteId
from province.read import read_province
from province.read.roads import read_segments
from roads.closures import why_impassable
from roads.findings import find_quiet_day
from roads.osm import import_roads
from roads.osm.conditions import read_conditions
from roads.osm.tags import Reading, read_tags
from roads.osm.vehicle_limits import ALL_KINDS
from roads.travel import Roads
from tests.osm_files import Tags, write_extract

SMALL = Path(__file__).resolve().parent / "small"
ROAD = {"highway": "tertiary"}
WINTER, SUMMER = date(2026, 12, 2), date(2026, 7, 1)  # Wednesdays


def read(**tags: str) -> list[tuple]:
    found = read_conditions({k.replace("__", ":"): v for k, v in tags.items()}, ALL_KINDS)
    assert found.unread == ()
    return [(c.hours, c.vehicles, c.max_t or c.max_height_m or c.max_width_m) for c in found.shut]


def test_what_is_shut_to_whom_and_when() -> None:
    assert read(motor_vehicle__conditional="no @ (Nov-Mar)") == [("Nov-Mar", (), None)]
    assert read(access__conditional="no @ 22:00-06:00") == [("22:00-06:00", (), None)]
    assert read(hgv__conditional="no @ (Mo-Fr 07:00-09:00,16:00-18:00)") == [
        ("Mo-Fr 07:00-09:00,16:00-18:00", ("truck",), None)
    ]
    assert read(maxweight__conditional="7.5 @ (Nov-Mar); none @ (Apr-Oct)") == [
        ("Nov-Mar", (), 7.5)
    ]
    assert read(maxheight__conditional="3.5 m @ (2026 Dec 01-2026 Dec 20)") == [
        ("2026 Dec 01-2026 Dec 20", (), 3.5)
    ]
    assert read(motor_vehicle__conditional="no @ (weight > 3.5 AND 22:00-05:00)") == [
        ("22:00-05:00", (), 3.5)
    ]
    assert read(hgv__conditional="no @ (weight>7.5)") == [("", ("truck",), 7.5)]
    # who has a narrower tag is not asked
    assert read(vehicle__conditional="no @ (Sa,Su)", motorcycle="yes") == [
        ("Sa,Su", ("bus", "car", "truck"), None)
    ]
    assert read(maxspeed__conditional="30 @ (22:00-06:00)") == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("motor_vehicle:conditional", "no @ snow"),
        ("motor_vehicle:conditional", "no @ (PH)"),
        ("access:conditional", "no @"),
        ("hgv:conditional", "delivery @ (Mo-Fr 05:00-11:00); no"),
        ("maxweight:conditional", "heavy @ (Nov-Mar)"),
        ("oneway:conditional", "yes @ (Mo-Fr 07:00-09:00)"),
        ("motor_vehicle:conditional", "no @ (Nov-Mar); yes @ (Sa)"),
    ],
)
def test_what_is_not_understood_is_counted(key: str, value: str) -> None:
    reading = read_tags(ROAD | {key: value})
    assert isinstance(reading, Reading)
    assert reading.unread == ((key, value),)


def test_a_road_that_only_a_condition_opens_is_shut_otherwise() -> None:
    tags = {"motor_vehicle": "no", "motor_vehicle:conditional": "yes @ (Apr-Oct)"}
    reading = read_tags(ROAD | tags)
    assert isinstance(reading, Reading)
    (condition,) = reading.traits.conditions
    assert (condition.hours, condition.is_outside_hours) == ("Apr-Oct", True)
    assert reading.traits.vehicles == ()


# 1 ——— 2 ——— 3: the depot at 1, a library at 3; 10 km round by 4
NODES = {1: (103.90, 21.30), 2: (103.91, 21.30), 3: (103.92, 21.30), 4: (103.91, 21.34)}


def make_province(tmp_path: Path, tags: Tags) -> Province:
    ways = [(10, [1, 2], ROAD), (11, [2, 3], ROAD | tags), (12, [2, 4, 3], ROAD)]
    import_roads(write_extract(tmp_path / "a.osm.pbf", NODES, ways), tmp_path / "roads.gpkg")
    findings = Findings()
    roads = read_segments(tmp_path, findings)
    assert findings.faults == ()
    small = read_province(SMALL)
    sites = tuple(
        dataclasses.replace(site, lon=NODES[node][0], lat=NODES[node][1], handover_site=None)
        for site, node in ((small.site_by_id[DEPOT], 1), (small.site_by_id[LIBRARY], 3))
    )
    return dataclasses.replace(
        small, sites=sites, segments=roads.segments, closures=roads.closures, areas=()
    )


DEPOT, LIBRARY = SiteId("KHO"), SiteId("TV1")
DIRECT_M, ROUND_M = 2075, 10_016


@pytest.mark.parametrize(
    ("tags", "winter", "summer"),
    [
        ({"motor_vehicle:conditional": "no @ (Nov-Mar)"}, "", "bus truck motorbike"),
        ({"hgv:conditional": "no @ (Nov-Mar)"}, "bus motorbike", "bus truck motorbike"),
        ({"maxweight:conditional": "7.5 @ (Nov-Mar)"}, "truck motorbike", "bus truck motorbike"),
        ({"motorcar:conditional": "no @ (Jun-Aug)"}, "bus truck motorbike", "motorbike"),
        ({"access": "no", "access:conditional": "yes @ (Nov-Mar)"}, "bus truck motorbike", ""),
    ],
)
def test_a_condition_holds_on_the_planned_date(
    tmp_path: Path, tags: Tags, winter: str, summer: str
) -> None:
    province = make_province(tmp_path, tags)
    roads = Roads(province)
    for day, straight in ((WINTER, winter), (SUMMER, summer)):
        for car in province.vehicles:
            length_m = int(roads.travel(car, day, (DEPOT, LIBRARY)).length_m[0, 1])
            is_straight = car.kind.value in straight.split()
            assert length_m == pytest.approx(DIRECT_M if is_straight else ROUND_M, abs=20)
            # the checker asks the facts alone, and finds the same
            state = roads.state(day, car)
            direct = next(s for s in province.segments if s.segment_id == "w11n2")
            assert why_impassable(direct, car, state) == (None if is_straight else "shut")


def test_hours_of_a_condition_shut_the_way_during_them(tmp_path: Path) -> None:
    province = make_province(tmp_path, {"motor_vehicle:conditional": "no @ (Mo-Fr 07:00-09:00)"})
    roads, car = Roads(province), province.vehicles[0]
    travel = roads.travel(car, WINTER, (DEPOT, LIBRARY))
    assert travel.shut_min == {(0, 1): ((420, 540),), (1, 0): ((420, 540),)}
    sunday = roads.travel(car, date(2026, 12, 6), (DEPOT, LIBRARY))
    assert sunday.shut_min == {}


def test_documents_tell_a_condition_on_its_days(tmp_path: Path) -> None:
    tag = "motor_vehicle:conditional=no @ (Nov-Mar)"
    province = make_province(tmp_path, dict([tag.split("=")]))
    (closure,) = province.closures
    assert (closure.closure_id, closure.segment_ids) == ("map-w11n2-1", ("w11n2",))
    assert list_closures(province, WINTER, WINTER) == (closure,)
    assert list_closures(province, SUMMER, SUMMER) == ()
    assert tag in describe_closure(closure, "en")


def test_a_road_that_is_shut_in_winter_is_no_fault_of_the_folder(tmp_path: Path) -> None:
    province = make_province(tmp_path, {"motor_vehicle:conditional": "no @ (Nov-Mar)"})
    assert not province.closures[0].holds_on(find_quiet_day(province))


def test_a_limit_of_the_map_is_told_to_those_it_stops(tmp_path: Path) -> None:
    province = make_province(tmp_path, {"maxweight:conditional": "7.5 @ (Nov-Mar)"})
    (closure,) = province.closures
    stopped = {car.vehicle_id for car in province.vehicles if closure.stops(car)}
    assert stopped == {"XE1"}  # 8 t; the others weigh 3.5 and 0.3 t
