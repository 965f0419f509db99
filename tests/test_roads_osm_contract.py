"""Contraction keeps every shortest way, on networks that fit in the head and on random ones."""

import itertools
import random
import tracemalloc
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from pyproj import Geod

from province.roads import RoadClass, Surface
from roads.osm.contract import draw_lines, list_steps
from roads.osm.extract import read_extract
from roads.osm.lines import Line, cut_long_lines
from roads.osm.tags import RoadTraits
from tests.osm_files import Tags, write_extract

GEOD = Geod(ellps="WGS84")
ROAD = {"highway": "tertiary"}


def place(x: float, y: float) -> tuple[float, float]:
    return round(103.0 + x / 1000, 7), round(21.0 + y / 1000, 7)  # a step is about 100 m


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(GEOD.inv(*a, *b)[2])


def draw(path: Path, *, most_m: float = 1e9) -> list[Line]:
    extract = read_extract(path)
    return cut_long_lines(draw_lines(extract, list_steps(extract)), most_m)


def ends(lines: list[Line]) -> list[tuple[int, int]]:
    return sorted((int(line.nodes[0]), int(line.nodes[-1])) for line in lines)


def as_graph(lines: list[Line]) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    for line in lines:
        a, b = int(line.nodes[0]), int(line.nodes[-1])
        graph.add_edge(a, b, m=line.length_m)
        if not line.traits.is_oneway:
            graph.add_edge(b, a, m=line.length_m)
    return graph


def test_a_road_is_one_line_from_junction_to_junction(tmp_path: Path) -> None:
    # 1-2-3-4-5 along, 6 joins at 3: three lines, the bends at 2 and 4 are no junctions
    nodes = {k: place(k, 0.3 * (k % 2)) for k in range(1, 6)} | {6: place(3, 4)}
    path = write_extract(
        tmp_path / "a.osm.pbf", nodes, [(10, [1, 2, 3, 4, 5], ROAD), (11, [6, 3], ROAD)]
    )
    lines = draw(path)
    assert ends(lines) == [(1, 3), (3, 5), (6, 3)]
    first = next(line for line in lines if line.nodes[0] == 1)
    assert first.length_m == pytest.approx(metres(nodes[1], nodes[2]) + metres(nodes[2], nodes[3]))


def test_ways_that_go_on_are_joined_unless_the_road_changes(tmp_path: Path) -> None:
    nodes = {k: place(k, 0) for k in range(1, 5)}
    paved = ROAD | {"surface": "asphalt"}
    path = write_extract(
        tmp_path / "a.osm.pbf",
        nodes,
        [(10, [1, 2], paved), (11, [3, 2], paved), (12, [3, 4], ROAD)],
    )
    lines = draw(path)
    assert ends(lines) == [(1, 3), (3, 4)]
    assert lines[0].way_ids == (10, 11)


def test_oneways_point_the_way_they_are_driven(tmp_path: Path) -> None:
    nodes = {k: place(k, 0) for k in range(1, 6)}
    path = write_extract(
        tmp_path / "a.osm.pbf",
        nodes,
        [
            (10, [1, 2], ROAD | {"oneway": "-1"}),
            (11, [3, 2], ROAD | {"oneway": "yes"}),
            (12, [4, 3], ROAD | {"oneway": "yes"}),
            (13, [4, 5], ROAD | {"oneway": "yes"}),
        ],
    )
    # driven 2→1, 4→3→2 and 4→5: one line 4→1, and one that leaves from 4 the other way
    assert ends(draw(path)) == [(4, 1), (4, 5)]


def test_oneways_that_meet_head_on_are_not_joined(tmp_path: Path) -> None:
    nodes = {k: place(k, 0) for k in range(1, 4)}
    oneway = ROAD | {"oneway": "yes"}
    path = write_extract(
        tmp_path / "a.osm.pbf", nodes, [(10, [1, 2], oneway), (11, [3, 2], oneway)]
    )
    assert ends(draw(path)) == [(1, 2), (3, 2)]


def test_parallel_roads_are_both_kept_and_rings_are_cut(tmp_path: Path) -> None:
    nodes = {
        1: place(0, 0),
        2: place(4, 0),
        3: place(2, 2),
        4: place(5, 1),
        5: place(6, 0),
        6: place(5, -1),
        7: place(-1, 0),
    }
    path = write_extract(
        tmp_path / "a.osm.pbf",
        nodes,
        [
            (10, [1, 2], ROAD),
            (11, [1, 3, 2], ROAD),
            (12, [2, 4, 5, 6, 2], ROAD),
            (13, [7, 1], ROAD),
        ],
    )
    lines = draw(path)
    assert ends(lines) == [(1, 2), (1, 2), (2, 5), (5, 2), (7, 1)]


def test_a_ring_that_joins_nothing_is_kept(tmp_path: Path) -> None:
    nodes = {1: place(0, 0), 2: place(1, 0), 3: place(1, 1), 4: place(0, 1)}
    path = write_extract(
        tmp_path / "a.osm.pbf", nodes, [(10, [1, 2, 3], ROAD), (11, [3, 4, 1], ROAD)]
    )
    lines = draw(path)
    assert len(lines) == 2
    around = sum(metres(nodes[a], nodes[b]) for a, b in [(1, 2), (2, 3), (3, 4), (4, 1)])
    assert sum(line.length_m for line in lines) == pytest.approx(around)


def test_nobody_passes_a_bollard(tmp_path: Path) -> None:
    nodes = {k: place(k, 0) for k in range(1, 6)}
    path = write_extract(
        tmp_path / "a.osm.pbf", nodes, [(10, [1, 2, 3, 4, 5], ROAD)], {3: {"barrier": "bollard"}}
    )
    lines = draw(path)
    graph = as_graph(lines)
    assert not nx.has_path(graph, 1, 5)
    assert sum(line.length_m for line in lines) == pytest.approx(metres(nodes[1], nodes[5]), 1e-4)


def test_a_ford_on_the_way_shuts_an_earth_road_in_the_wet_season(tmp_path: Path) -> None:
    nodes = {k: place(k, 0) for k in range(1, 8)}
    track = {"highway": "track", "surface": "dirt"}
    path = write_extract(
        tmp_path / "a.osm.pbf",
        nodes,
        [(10, [1, 2, 3], track), (11, [3, 4, 5], ROAD), (12, [5, 6, 7], track)],
        {2: {"ford": "yes"}, 4: {"ford": "yes"}, 6: {"ford": "no"}},
    )
    seen = {int(x.nodes[0]): (x.traits.hazard, x.traits.is_dry_only) for x in draw(path)}
    assert seen == {1: ("ford=yes", True), 3: ("ford=yes", False), 5: ("", False)}


def test_a_way_with_missing_nodes_is_cut_there(tmp_path: Path) -> None:
    nodes = {k: place(k, 0) for k in (1, 2, 4, 5)}  # 3 is not in the extract
    path = write_extract(tmp_path / "a.osm.pbf", nodes, [(10, [1, 2, 3, 4, 5], ROAD)])
    assert ends(draw(path)) == [(1, 2), (4, 5)]


def test_bounds_cut_a_way_after_the_step_that_leaves(tmp_path: Path) -> None:
    nodes = {k: place(k, 0) for k in range(1, 6)}
    path = write_extract(tmp_path / "a.osm.pbf", nodes, [(10, [1, 2, 3, 4, 5], ROAD)])
    extract = read_extract(path)
    steps = list_steps(extract, (102.9, 20.9, place(2.5, 0)[0], 21.1))
    assert ends(draw_lines(extract, steps)) == [(1, 3)]
    assert steps.num_outside == 2


def test_reading_within_bounds_gives_what_reading_all_gives_there(tmp_path: Path) -> None:
    path, nodes, ways = random_extract(tmp_path / "a.osm.pbf", 1)
    west, south = place(5, 5)
    bounds = (west, south, *place(17, 17))
    whole, part = read_extract(path), read_extract(path, bounds)
    east, north = bounds[2:]
    inside = {k for k, (x, y) in nodes.items() if west <= x <= east and south <= y <= north}
    assert part.way_ids.tolist() == [key for key, refs, _ in ways if inside & set(refs)]
    assert len(part.way_ids) < len(whole.way_ids) == len(ways)
    assert sum(part.outside.values()) == len(whole.way_ids) - len(part.way_ids)
    assert part.frame == pytest.approx(whole.frame)
    lines = [draw_lines(extract, list_steps(extract, bounds)) for extract in (whole, part)]
    assert ends(lines[0]) == ends(lines[1])
    assert sum(line.length_m for line in lines[0]) == sum(line.length_m for line in lines[1]) > 0


def test_long_roads_are_cut_into_even_parts_but_ferries_are_not(tmp_path: Path) -> None:
    nodes = {k: place(k, 0) for k in range(1, 52)} | {k: place(k, 9) for k in range(101, 152)}
    path = write_extract(
        tmp_path / "a.osm.pbf",
        nodes,
        [
            (10, list(range(1, 52)), ROAD),
            (11, list(range(101, 152)), {"route": "ferry", "motor_vehicle": "yes"}),
        ],
    )
    lines = draw(path, most_m=2000)  # 5.2 km: three parts
    parts = [line.length_m for line in lines if line.traits.highway == "tertiary"]
    assert len(parts) == 3
    assert max(parts) < 2000
    assert len(lines) == 4


def random_extract(path: Path, seed: int) -> tuple[Path, dict[int, tuple[float, float]], list]:
    """Ways that wander over a grid of 9 × 9 crossings, with two bends between any two."""
    rng = random.Random(seed)
    side = 9
    nodes = {100 + side * y + x: place(3 * x, 3 * y) for x in range(side) for y in range(side)}
    crossings = sorted(nodes)
    tags: list[Tags] = [
        ROAD,
        ROAD | {"oneway": "yes"},
        ROAD | {"oneway": "-1"},
        ROAD | {"name": "b"},
    ]
    ways = []
    for number in range(24):
        node = rng.choice(crossings)
        refs = [node]
        for _ in range(rng.randint(1, 6)):
            old, node = (
                node,
                rng.choice(
                    [n for n in (node - 1, node + 1, node - side, node + side) if n in crossings]
                ),
            )
            for bend in (1, 2) if old < node else (2, 1):
                key = 1000 * min(old, node) + 10 * abs(old - node) + bend
                x, y = nodes[min(old, node)]
                nodes.setdefault(key, (round(x + rng.random() / 500, 7), round(y - 0.0003, 7)))
                refs.append(key)
            refs.append(node)
        ways.append((500 + number, refs, rng.choice(tags)))
    return write_extract(path, nodes, ways), nodes, ways


@pytest.mark.parametrize("seed", range(20))
def test_random_networks_keep_every_shortest_way(tmp_path: Path, seed: int) -> None:
    path, nodes, ways = random_extract(tmp_path / "a.osm.pbf", seed)
    whole = nx.MultiDiGraph()
    for _, refs, tags in ways:
        for a, b in itertools.pairwise(refs):
            length = metres(nodes[a], nodes[b])
            if tags.get("oneway") != "-1":
                whole.add_edge(a, b, m=length)
            if tags.get("oneway") != "yes":
                whole.add_edge(b, a, m=length)
    lines = draw(path, most_m=700)
    ours = as_graph(lines)
    total_m = sum(metres(nodes[a], nodes[b]) for _, r, _ in ways for a, b in itertools.pairwise(r))
    assert sum(line.length_m for line in lines) == pytest.approx(total_m)
    assert len(lines) < sum(len(refs) - 1 for _, refs, _ in ways)
    assert set(ours) <= set(whole)
    for a in ours:
        known = nx.single_source_dijkstra_path_length(whole, a, weight="m")
        found = nx.single_source_dijkstra_path_length(ours, a, weight="m")
        assert set(found) == set(known) & set(ours)
        for b, length in found.items():
            assert length == pytest.approx(known[b], abs=0.001)


def test_a_very_long_road_is_cut_in_little_memory() -> None:
    # 20,000 points, 2,000 parts: a table of each with each would take 320 MB
    count = 20_000
    lon = 103.0 + np.arange(count) * 1e-3
    line = Line(
        traits=RoadTraits("tertiary", RoadClass.DISTRICT, Surface.ASPHALT),
        nodes=np.arange(count),
        lon=lon,
        lat=np.full(count, 21.0),
        step_m=np.full(count - 1, 100.0),
        ways=np.ones(count - 1, dtype=np.int64),
        structures=np.zeros(count - 1, dtype=np.uint8),
    )
    tracemalloc.start()
    cut = cut_long_lines([line], 1000.0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(cut) == 2000
    assert max(part.length_m for part in cut) <= 1100
    assert peak < 30_000_000
