"""Shortest ways on random graphs, against networkx and against addition along the way."""

import dataclasses
import itertools
from datetime import date
from math import ceil
from typing import NamedTuple

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roads_measured import measure_from

from province.facts import Province
from province.fleet import VehicleKind
from province.ids import ClosureId, SegmentId, SiteId
from province.roads import Closure, ClosureEffect
from roads.paths import (
    ROUNDING_MIN,
    ArcTable,
    WayFinder,
    find_ways,
    measure_ways,
    measure_ways_to,
    tabulate_arcs,
    trace_way,
)
from roads.travel import Roads

NODES = 6
DRY = date(2026, 12, 1)
KHO, TV1, TV2, TV3, TV4 = (SiteId(s) for s in ("KHO", "TV1", "TV2", "TV3", "TV4"))

arcs_of_a_small_graph = st.lists(
    st.tuples(
        st.integers(0, NODES - 1),
        st.integers(0, NODES - 1),
        st.integers(1, 400).map(lambda n: n / 8),  # exact in floating point
        st.sampled_from([0, 0, 0, 25]),
        st.integers(1, 9000),
        st.booleans(),
    ),
    max_size=24,
)


class Arc(NamedTuple):
    tail: int
    head: int
    drive_min: float
    wait_min: int
    length_m: int
    number: int
    is_forward: bool


def as_arcs(rows) -> list[Arc]:
    return [
        Arc(tail, head, drive, wait, length, number, True)
        for number, (tail, head, drive, wait, length, _) in enumerate(rows)
    ]


def tabulate(arcs: list[Arc], num_nodes: int, spans=None) -> ArcTable:
    columns = list(zip(*arcs, strict=True)) if arcs else [()] * 7
    types = (np.int64, np.int64, np.float64, np.int64, np.int64, np.int64, np.bool_)
    arrays = [np.array(column, dtype=kind) for column, kind in zip(columns, types, strict=True)]
    return tabulate_arcs(ArcTable(num_nodes, *arrays, spans or {}))


def finder_of(arcs: list[Arc], num_nodes: int, spans=None, kept=None) -> WayFinder:
    kept = range(num_nodes) if kept is None else kept
    return find_ways(tabulate(arcs, num_nodes, spans), np.array(sorted(kept), dtype=np.int64))


def check_ways(arcs: list[Arc], num_nodes: int, spans, kept: list[int]) -> None:
    """Compare every way between kept nodes with networkx, and its sums with its own arcs."""
    finder = finder_of(arcs, num_nodes, spans, kept)
    nodes = np.array(kept)
    ways, back = measure_ways(finder, nodes, nodes), measure_ways_to(finder, nodes, nodes)
    total = ways.drive_min + ways.wait_min
    assert np.all(abs(back.drive_min + back.wait_min - total) <= 1)  # rounded apart on ties
    assert np.array_equal(back.drive_min < 0, ways.drive_min < 0)
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(num_nodes))
    for arc in arcs:
        graph.add_edge(arc.tail, arc.head, weight=arc.drive_min + arc.wait_min)
    for (i, a), (j, b) in itertools.product(enumerate(kept), repeat=2):
        way = trace_way(finder, a, b)
        if not nx.has_path(graph, a, b):
            assert way is None
            assert ways.drive_min[i, j] == -1
            continue
        assert way is not None
        used = [arcs[int(finder.table.number[k])] for k in way]
        assert [arc.tail for arc in used] + [b] == [a] + [arc.head for arc in used]
        best = nx.shortest_path_length(graph, a, b, weight="weight")
        assert sum(arc.drive_min + arc.wait_min for arc in used) == best
        assert ways.drive_min[i, j] == ceil(sum(arc.drive_min for arc in used) - ROUNDING_MIN)
        assert ways.wait_min[i, j] == sum(arc.wait_min for arc in used)
        assert ways.length_m[i, j] == sum(arc.length_m for arc in used)
        minutes = {m for arc in used for s, e in spans.get(arc.number, ()) for m in range(s, e)}
        shut = ways.shut_min.get((i, j), ())
        assert {m for first, last in shut for m in range(first, last)} == minutes


@settings(max_examples=80, deadline=None)
@given(arcs_of_a_small_graph, st.sets(st.integers(0, NODES - 1), min_size=1))
def test_ways_are_the_shortest_and_add_up(rows, kept) -> None:
    spans = {k: ((60 * (k % 20), 60 * (k % 20) + 30),) for k, row in enumerate(rows) if row[5]}
    check_ways(as_arcs(rows), NODES, spans, sorted(kept))


@pytest.mark.parametrize("seed", range(4))
def test_nodes_taken_out_of_a_large_graph_change_no_way(seed: int) -> None:
    # A grid of 30 × 30 with a quarter missing, oneways, chords and hours; 9 of 900 nodes are kept
    rng = np.random.default_rng(seed)
    side, rows = 30, []
    for node in range(side * side):
        for other in (node + 1, node + side, int(rng.integers(side * side))):
            is_chord = other not in (node + 1, node + side)
            if other >= side * side or rng.random() < (0.95 if is_chord else 0.25):
                continue
            for ends in ((node, other), (other, node))[: 1 + (rng.random() < 0.9)]:
                drive = int(rng.integers(1, 300)) / 8 + 300 * is_chord
                wait = 25 * int(rng.random() < 0.02)
                rows.append((*ends, drive, wait, int(rng.integers(9000)), rng.random() < 0.01))
    spans = {k: ((k % 1300, k % 1300 + 60),) for k, row in enumerate(rows) if row[5]}
    kept = sorted(rng.choice(side * side, 9, replace=False).tolist())
    check_ways(as_arcs(rows), side * side, spans, kept)
    finder = finder_of(as_arcs(rows), side * side, spans, kept)
    assert len(finder.outward.firsts) - 1 < side * side / 3


def test_minutes_are_rounded_up_once_for_the_whole_way() -> None:
    # 1.4 + 1.4 = 2.8 → 3 minutes, not 2 + 2; 7 × 1/7 is 1 although the sum is a hair above
    arcs = [Arc(0, 1, 1.4, 0, 5, 0, True), Arc(1, 2, 1.4, 0, 5, 1, True)]
    assert measure_ways(finder_of(arcs, 3), np.array([0]), np.array([2])).drive_min[0, 0] == 3
    sevenths = [Arc(k, k + 1, 1 / 7, 0, 5, k, True) for k in range(7)]
    assert measure_ways(finder_of(sevenths, 8), np.array([0]), np.array([7])).drive_min[0, 0] == 1
    arc = [Arc(0, 1, 1.01, 0, 5, 0, True)]
    assert measure_ways(finder_of(arc, 2), np.array([0]), np.array([1])).drive_min[0, 0] == 2


def test_of_two_equal_roads_the_first_is_driven() -> None:
    twins = [Arc(0, 1, 5.0, 0, 800, 3, False), Arc(0, 1, 5.0, 0, 900, 7, True)]
    table = tabulate(twins, 2)
    assert table.number.tolist() == [3]
    assert table.length_m.tolist() == [800]


def test_a_quicker_road_beside_a_ferry_is_driven() -> None:
    ferry, road = Arc(0, 1, 4.0, 30, 500, 0, True), Arc(0, 1, 20.0, 0, 9000, 1, True)
    ways = measure_ways(finder_of([ferry, road], 2), np.array([0]), np.array([1]))
    assert (ways.drive_min[0, 0], ways.wait_min[0, 0]) == (20, 0)


def test_a_long_ring_is_added_up_all_round() -> None:
    # A oneway ring of 70 nodes, one minute and k metres from node k to the next
    size, kept = 70, np.array([0, 3, 40])
    ring = [Arc(k, (k + 1) % size, 1.0, 0, k, k, True) for k in range(size)]
    ways = measure_ways(finder_of(ring, size, kept=kept), kept, kept)
    for (i, a), (j, b) in itertools.product(enumerate(kept.tolist()), repeat=2):
        assert ways.drive_min[i, j] == (b - a) % size
        assert ways.length_m[i, j] == sum(k % size for k in range(a, a + (b - a) % size))


def test_a_network_without_usable_roads_has_no_ways() -> None:
    ways = measure_ways(finder_of([], 3), np.arange(3), np.arange(3))
    assert ways.drive_min.tolist() == [[0, -1, -1], [-1, 0, -1], [-1, -1, 0]]


def test_minutes_to_every_node_are_those_of_the_ways() -> None:
    arcs = [Arc(0, 1, 4.0, 30, 5, 0, True), Arc(1, 2, 2.5, 0, 5, 1, True)]
    assert tabulate(arcs, 4).search_all(0).tolist() == [0, 34, 36.5, np.inf]


def shut_s02(small: Province, from_minute: int, to_minute: int) -> Province:
    """The small province with the pass (S02) shut for some hours on the first of December."""
    closure = Closure(
        closure_id=ClosureId("X"), segment_id=SegmentId("S02"), ref="", km_from=None, km_to=None,
        commune_code=None, first_day=DRY, last_day=DRY, from_minute=from_minute,
        to_minute=to_minute, effect=ClosureEffect.SHUT, reason="", source="",
    )  # fmt: skip
    return dataclasses.replace(small, closures=(closure,))


def test_a_road_open_only_at_night_is_no_way(small: Province) -> None:
    # Working hours are 06:00-19:00. S02 leads from TV1 to TV2; the other way round goes by S09-S10
    truck = next(v for v in small.vehicles if v.kind is VehicleKind.TRUCK)
    day_shut = Roads(shut_s02(small, 300, 1200))
    whole_day = Roads(shut_s02(small, 0, 1440))
    gap = Roads(shut_s02(small, 300, 1100))
    pair = truck, DRY, TV1, TV2
    assert "S02" not in {key for key, _ in day_shut.way(*pair).segments}
    assert day_shut.way(*pair).segments == whole_day.way(*pair).segments
    assert "S02" in {key for key, _ in gap.way(*pair).segments}
    assert gap.travel(truck, DRY, (TV1, TV2)).shut_min[0, 1] == ((300, 1100),)


def test_vehicles_that_use_the_same_roads_share_their_times(small: Province) -> None:
    roads = Roads(dataclasses.replace(small, closures=()))
    truck = next(v for v in small.vehicles if v.kind is VehicleKind.TRUCK)
    lighter = dataclasses.replace(truck, gross_t=truck.gross_t - 0.5)
    heavier = dataclasses.replace(truck, gross_t=7.0)  # S10 carries 5 t
    places = (KHO, TV1, TV2)
    assert roads.travel(truck, DRY, places) is roads.travel(lighter, DRY, places)
    assert roads.signature(truck, DRY) != roads.signature(heavier, DRY)
    assert roads.signature(truck, DRY) == roads.signature(truck, date(2027, 1, 5))
    assert roads.signature(truck, DRY) != roads.signature(truck, date(2027, 7, 5))


def test_a_site_off_the_network_has_no_times(small: Province) -> None:
    far = [dataclasses.replace(s, lat=22.0) if s.site_id == TV4 else s for s in small.sites]
    roads = Roads(dataclasses.replace(small, sites=tuple(far)))
    truck = next(v for v in small.vehicles if v.kind is VehicleKind.TRUCK)
    table = roads.travel(truck, DRY, (KHO, TV4, TV1)).drive_min
    assert table[0].tolist()[1] == table[1].tolist()[0] == table[1, 1] == -1
    assert table[0, 2] > 0
    assert TV4 not in measure_from(roads, truck, DRY, KHO, (TV1, TV4))
    with pytest.raises(LookupError):
        roads.way(truck, DRY, KHO, TV4)


def test_rows_and_columns_of_the_matrix_follow_the_sites_asked_for(small: Province) -> None:
    roads = Roads(small)
    bus = next(v for v in small.vehicles if v.kind is VehicleKind.BUS)
    one = roads.travel(bus, DRY, (KHO, TV1, TV3))
    other = roads.travel(bus, DRY, (TV3, KHO, TV1))
    assert np.array_equal(one.drive_min, other.drive_min[np.ix_([1, 2, 0], [1, 2, 0])])
    assert one.drive_min[0, 2] == other.drive_min[1, 0] > 0
