"""Limits of ways and of nodes, with units, and who passes a barrier."""

from pathlib import Path

import pytest

from province.findings import Findings
from province.read.roads import read_segments
from province.roads import Segment
from roads.osm import import_roads, read_places
from roads.osm.import_report import UnreadTag
from roads.osm.quantities import parse_metres, parse_tonnes
from roads.osm.vehicle_limits import list_passing, read_limits
from tests.osm_files import Tags, write_extract

ROAD = {"highway": "tertiary"}
# 1 ——— 2 ——— 3, and 4 off the middle: one hundredth of a degree is 1,038 m
NODES = {1: (103.90, 21.30), 2: (103.91, 21.30), 3: (103.92, 21.30), 4: (103.91, 21.31)}


@pytest.mark.parametrize(
    ("text", "tonnes"),
    [
        ("3.5", 3.5), ("3.5 t", 3.5), ("3,5t", 3.5), ("7500 kg", 7.5), ("12 st", 10.886),
        ("16000 lbs", 7.257), ("10 tonnes", 10), ("7500", None), ("0", None), ("seven", None),
    ],
)  # fmt: skip
def test_tonnes_with_units(text: str, tonnes: float | None) -> None:
    assert parse_tonnes(text) == (tonnes if tonnes is None else pytest.approx(tonnes, abs=0.001))


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("2.3 m", 2.3), ("7'6\"", 2.286), ("7′6″", 2.286), ("7 ft 6 in", 2.286), ("7'", 2.134),
        ("8ft", 2.438), ("90\"", 2.286), ("230 cm", 2.3), ("2300 mm", 2.3), ("narrow", None),
        ("1000", None), ("0.1", None),
    ],
)  # fmt: skip
def test_metres_with_units(text: str, metres: float | None) -> None:
    assert parse_metres(text) == (metres if metres is None else pytest.approx(metres, abs=0.001))


@pytest.mark.parametrize(
    ("tags", "limits"),
    [
        ({"maxweight": "10;7.5"}, (7.5, None, None)),
        ({"maxweight": "10", "maxweightrating": "7.5"}, (7.5, None, None)),
        ({"maxweightrating:hgv": "3.5 t"}, (3.5, None, None)),
        ({"maxheight": "default", "maxheight:physical": "3.2"}, (None, 3.2, None)),
        ({"maxwidth:physical": "2.3 m", "width": "4"}, (None, None, 2.3)),
        ({"maxweight:forward": "5"}, (5, None, None)),
        ({"maxweight": "none"}, (None, None, None)),
    ],
)
def test_the_smallest_limit_counts(tags: Tags, limits: tuple[float | None, ...]) -> None:
    read = read_limits(tags)
    assert (read.max_t, read.max_height_m, read.max_width_m) == limits
    assert read.unread == ()


def import_all(tmp_path: Path, ways: list, node_tags: dict[int, Tags]) -> tuple:
    path = write_extract(tmp_path / "a.osm.pbf", NODES, ways, node_tags)
    report = import_roads(path, tmp_path / "roads.gpkg")
    findings = Findings()
    segments = read_segments(tmp_path, findings).segments
    assert findings.faults == ()
    return report, {s.segment_id: s for s in segments}


def test_what_is_not_read_is_counted_and_limits_nothing(tmp_path: Path) -> None:
    odd = {"maxweight": "seven", "width": "narrow"}
    ways = [(10, [1, 2], ROAD | odd), (11, [2, 3], ROAD | odd), (12, [2, 4], ROAD)]
    dropped = (13, [1, 4], {"highway": "footway", "width": "2 feet or so"})
    report, segments = import_all(tmp_path, [*ways, dropped], {4: {"maxheight": "low"}})
    assert report.unread == (
        UnreadTag("maxheight", "low", 1),
        UnreadTag("maxweight", "seven", 2),
        UnreadTag("width", "narrow", 2),
    )
    assert {s.max_t for s in segments.values()} == {None}


def passes(segments: dict[str, Segment], kind: str, t: float, high_m: float, wide_m: float) -> set:
    """Return the nodes that a vehicle gets to from node 1, over segments that let it through."""
    reached, before = {1}, 0
    while len(reached) > before:
        before = len(reached)
        for s in segments.values():
            fits = (
                (not s.vehicles or kind in s.vehicles)
                and (s.max_t is None or t <= s.max_t)
                and (s.max_height_m is None or high_m <= s.max_height_m)
                and (s.width_m is None or wide_m <= s.width_m)
            )
            if fits and reached & {s.start_node, s.end_node}:
                reached |= {s.start_node, s.end_node}
    return reached & set(NODES)


TRUCK, CAR, BIKE = ("truck", 8.0, 3.1, 2.3), ("car", 2.0, 1.6, 1.8), ("motorbike", 0.3, 1.2, 0.8)
ALL = {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("tags", "truck", "car", "bike"),
    [
        ({"maxheight:physical": "3.0"}, {1, 2}, ALL, ALL),
        ({"bridge": "yes", "maxweight": "3.5 t"}, {1, 2}, ALL, ALL),
        ({"barrier": "height_restrictor", "maxheight": "7'"}, {1, 2}, ALL, ALL),
        ({"barrier": "bollard", "maxwidth:physical": "1.2", "access": "yes"}, {1, 2}, {1, 2}, ALL),
        ({"barrier": "bollard", "motorcycle": "yes"}, {1, 2}, {1, 2}, ALL),
        ({"barrier": "cycle_barrier", "motorcycle": "designated"}, {1, 2}, {1, 2}, ALL),
        ({"barrier": "gate", "motor_vehicle": "no", "motorcycle": "yes"}, {1, 2}, {1, 2}, ALL),
        ({"barrier": "gate", "hgv": "no"}, {1, 2}, ALL, ALL),
        ({"barrier": "gate"}, ALL, ALL, ALL),
        ({"barrier": "bollard"}, {1, 2}, {1, 2}, {1, 2}),
    ],
)
@pytest.mark.parametrize("at", ["inside", "junction"])
def test_a_node_stops_only_those_it_does_not_let_through(
    tmp_path: Path, tags: Tags, truck: set, car: set, bike: set, at: str
) -> None:
    # the node 9 lies in the middle of 2–3, or is the junction from which 3 and 4 are reached
    nodes = NODES | {9: (103.915, 21.30)}
    ways = [(10, [1, 2], ROAD), (11, [2, 9, 3], ROAD), (12, [2, 4], ROAD)]
    if at == "junction":
        first = ROAD | {"name": "x"}  # so that a segment ends at 2
        ways = [(10, [1, 2], first), (11, [2, 9, 3], ROAD), (12, [9, 4], ROAD)]
    path = write_extract(tmp_path / "a.osm.pbf", nodes, ways, {9: tags})
    report = import_roads(path, tmp_path / "roads.gpkg")
    findings = Findings()
    segments = {s.segment_id: s for s in read_segments(tmp_path, findings).segments}
    assert findings.faults == ()
    side = set() if at == "junction" else {4}
    for vehicle, reached in ((TRUCK, truck), (CAR, car), (BIKE, bike)):
        assert passes(segments, *vehicle) == reached | side
    is_open = list_passing(tags) == list_passing({}) and "max" not in str(tags)
    assert report.barriers + report.gates == (not is_open)
    assert sum(s.length_m for s in segments.values()) == pytest.approx(report.road_km * 1000, abs=1)
    # but for the metres at the node the road is free from both sides
    stubs = [s for s in segments.values() if s.vehicles or s.max_t or s.max_height_m or s.width_m]
    assert sum(s.length_m for s in stubs) < 10


def test_a_short_road_at_a_gate_is_limited_whole(tmp_path: Path) -> None:
    nodes = {1: (103.9, 21.3), 2: (103.90003, 21.3), 3: (103.91, 21.3)}  # 1–2: 3 m
    ways = [(10, [1, 2], ROAD), (11, [2, 3], ROAD | {"name": "x"})]
    path = write_extract(tmp_path / "a.osm.pbf", nodes, ways, {1: {"maxweight": "5"}})
    import_roads(path, tmp_path / "roads.gpkg")
    limits = {s.segment_id: s.max_t for s in read_segments(tmp_path, Findings()).segments}
    assert limits == {"w10n1": 5, "w11n2": None}


def test_a_town_mapped_as_point_and_outline_is_one_place(tmp_path: Path) -> None:
    nodes = {
        1: (103.005, 21.005), 2: (103.3, 21.3), 5: (103.0, 21.0), 6: (103.01, 21.0),
        7: (103.01, 21.01), 8: (103.0, 21.01),
    }  # fmt: skip
    town = {"place": "town", "name": "Mộc Châu"}
    ways = [(10, [5, 6, 7, 8, 5], town | {"population": "28500"})]
    path = write_extract(tmp_path / "a.osm.pbf", nodes, ways, {1: town, 2: town})
    places = [(p.osm_id, p.population, p.lon) for p in read_places(path)]
    assert places == [("n1", 28500, 103.005), ("n2", None, 103.3)]
