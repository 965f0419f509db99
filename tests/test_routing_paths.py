"""Shortest ways on random graphs, against networkx and against addition along the way."""

import dataclasses
import itertools
from datetime import date

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from province.facts import Province
from province.fleet import VehicleKind
from province.ids import ClosureId, SegmentId, SiteId
from province.roads import Closure, ClosureEffect
from routing.paths import (
    CHUNK,
    Arc,
    measure_ways,
    measure_ways_to,
    round_up_min,
    search_tree,
    tabulate_arcs,
    trace_arcs,
)
from routing.travel import build_roads, measure_from

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


def as_arcs(rows) -> list[Arc]:
    return [
        Arc(tail, head, drive, wait, length, number, True)
        for number, (tail, head, drive, wait, length, _) in enumerate(rows)
    ]


@settings(max_examples=150, deadline=None)
@given(arcs_of_a_small_graph)
def test_ways_are_the_shortest_and_add_up(rows) -> None:
    arcs = as_arcs(rows)
    spans = {k: ((60 * (k % 20), 60 * (k % 20) + 30),) for k, row in enumerate(rows) if row[5]}
    table = tabulate_arcs(arcs, NODES, spans)
    everywhere = np.arange(NODES)
    ways = measure_ways(table, everywhere, everywhere)
    back = measure_ways_to(table, everywhere, everywhere)
    total = ways.drive_min + ways.wait_min
    assert np.all(abs(back.drive_min + back.wait_min - total) <= 1)  # rounded apart on ties
    assert np.array_equal(back.drive_min < 0, ways.drive_min < 0)
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(NODES))
    for arc in arcs:
        graph.add_edge(arc.tail, arc.head, weight=arc.drive_min + arc.wait_min)
    for a, b in itertools.product(range(NODES), repeat=2):
        way = trace_arcs(table, search_tree(table, a), a, b)
        if not nx.has_path(graph, a, b):
            assert way is None
            assert ways.drive_min[a, b] == -1
            continue
        assert way is not None
        used = [arcs[int(table.number[k])] for k in way]
        assert [arc.tail for arc in used] + [b] == [a] + [arc.head for arc in used]
        best = nx.shortest_path_length(graph, a, b, weight="weight")
        assert sum(arc.drive_min + arc.wait_min for arc in used) == best
        assert ways.drive_min[a, b] == round_up_min(sum(arc.drive_min for arc in used))
        assert ways.wait_min[a, b] == sum(arc.wait_min for arc in used)
        assert ways.length_m[a, b] == sum(arc.length_m for arc in used)
        minutes = {m for arc in used for s, e in spans.get(arc.number, ()) for m in range(s, e)}
        shut = ways.shut_min.get((a, b), ())
        assert {m for first, last in shut for m in range(first, last)} == minutes


def test_minutes_are_rounded_up_once_for_the_whole_way() -> None:
    # 1.4 + 1.4 = 2.8 → 3 minutes, not 2 + 2; 7 × 1/7 is 1 although the sum is a hair above
    table = tabulate_arcs([Arc(0, 1, 1.4, 0, 5, 0, True), Arc(1, 2, 1.4, 0, 5, 1, True)], 3, {})
    assert measure_ways(table, np.array([0]), np.array([2])).drive_min[0, 0] == 3
    assert round_up_min(sum([1 / 7] * 7)) == 1
    assert round_up_min(1.01) == 2


def test_of_two_equal_roads_the_first_is_driven() -> None:
    twins = [Arc(0, 1, 5.0, 0, 900, 7, True), Arc(0, 1, 5.0, 0, 800, 3, False)]
    table = tabulate_arcs(twins, 2, {})
    assert table.number.tolist() == [3]
    assert table.length_m.tolist() == [800]


def test_a_quicker_road_beside_a_ferry_is_driven() -> None:
    ferry, road = Arc(0, 1, 4.0, 30, 500, 0, True), Arc(0, 1, 20.0, 0, 9000, 1, True)
    ways = measure_ways(tabulate_arcs([ferry, road], 2, {}), np.array([0]), np.array([1]))
    assert (ways.drive_min[0, 0], ways.wait_min[0, 0]) == (20, 0)


def test_more_starts_than_one_chunk_are_measured_alike() -> None:
    # A oneway ring of 70 nodes, one minute and k metres from node k to the next
    size = 2 * CHUNK + 6
    ring = [Arc(k, (k + 1) % size, 1.0, 0, k, k, True) for k in range(size)]
    ways = measure_ways(tabulate_arcs(ring, size, {}), np.arange(size), np.arange(size))
    for a, b in itertools.product(range(size), repeat=2):
        assert ways.drive_min[a, b] == (b - a) % size
        assert ways.length_m[a, b] == sum(k % size for k in range(a, a + (b - a) % size))


def test_a_network_without_usable_roads_has_no_ways() -> None:
    ways = measure_ways(tabulate_arcs([], 3, {}), np.arange(3), np.arange(3))
    assert ways.drive_min.tolist() == [[0, -1, -1], [-1, 0, -1], [-1, -1, 0]]


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
    day_shut = build_roads(shut_s02(small, 300, 1200))
    whole_day = build_roads(shut_s02(small, 0, 1440))
    gap = build_roads(shut_s02(small, 300, 1100))
    pair = truck, DRY, TV1, TV2
    assert "S02" not in {key for key, _ in day_shut.trace(*pair)}
    assert day_shut.trace(*pair) == whole_day.trace(*pair)
    assert "S02" in {key for key, _ in gap.trace(*pair)}
    assert gap.travel(truck, DRY, (TV1, TV2)).shut_min[0, 1] == ((300, 1100),)


def test_vehicles_that_use_the_same_roads_share_their_times(small: Province) -> None:
    roads = build_roads(dataclasses.replace(small, closures=()))
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
    roads = build_roads(dataclasses.replace(small, sites=tuple(far)))
    truck = next(v for v in small.vehicles if v.kind is VehicleKind.TRUCK)
    table = roads.travel(truck, DRY, (KHO, TV4, TV1)).drive_min
    assert table[0].tolist()[1] == table[1].tolist()[0] == table[1, 1] == -1
    assert table[0, 2] > 0
    assert TV4 not in measure_from(roads, truck, DRY, KHO, (TV1, TV4))
    with pytest.raises(LookupError):
        roads.trace(truck, DRY, KHO, TV4)


def test_rows_and_columns_of_the_matrix_follow_the_sites_asked_for(small: Province) -> None:
    roads = build_roads(small)
    bus = next(v for v in small.vehicles if v.kind is VehicleKind.BUS)
    one = roads.travel(bus, DRY, (KHO, TV1, TV3))
    other = roads.travel(bus, DRY, (TV3, KHO, TV1))
    assert np.array_equal(one.drive_min, other.drive_min[np.ix_([1, 2, 0], [1, 2, 0])])
    assert one.drive_min[0, 2] == other.drive_min[1, 0] > 0
