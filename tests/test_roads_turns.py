"""Forbidden turns: what the map tells, and that no way makes one though it stays the shortest."""

import dataclasses
import heapq
import random
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from province.facts import Province
from province.findings import Findings
from province.ids import SiteId
from province.read import read_province
from province.read.roads import read_segments
from roads.osm import import_roads
from roads.osm.import_report import UnreadTag
from roads.paths import (
    ArcTable,
    find_ways,
    measure_ways,
    measure_ways_to,
    tabulate_arcs,
    trace_way,
)
from roads.travel import Roads, Way
from roads.turns import forbid_chains
from routing.checks.roads import check_turns, list_turns
from routing.trips import Leg
from tests.osm_files import write_extract

SMALL = Path(__file__).resolve().parent / "small"
DAY, SUNDAY = date(2026, 12, 2), date(2026, 12, 6)
ROAD = {"highway": "tertiary"}


def make_arcs(rng: random.Random, num_nodes: int, num_arcs: int) -> ArcTable:
    pairs = [rng.sample(range(num_nodes), 2) for _ in range(num_arcs)]
    minutes = np.array([rng.randint(1, 20) + rng.random() for _ in pairs])
    whole = np.arange(num_arcs)
    return ArcTable(
        num_nodes, np.array([a for a, _ in pairs]), np.array([b for _, b in pairs]), minutes,
        np.zeros(num_arcs, np.int64), whole + 1, whole, np.ones(num_arcs, np.bool_), {},
    )  # fmt: skip


def draw_chains(rng: random.Random, arcs: ArcTable, count: int) -> list[tuple[int, ...]]:
    chains = []
    for _ in range(count):
        chain = [rng.randrange(len(arcs.tail))]
        for _ in range(rng.randint(1, 3)):
            onward = np.flatnonzero(arcs.tail == arcs.head[chain[-1]]).tolist()
            if onward:
                chain.append(rng.choice(onward))
        if len(chain) > 1:
            chains.append(tuple(chain))
    return chains


def search_slowly(arcs: ArcTable, chains: list[tuple[int, ...]], start: int) -> dict[int, float]:
    """Return the least minutes to each node: Dijkstra over the last three arcs driven."""
    least = {start: 0.0}
    seen: set[tuple[int, tuple[int, ...]]] = set()
    waiting: list[tuple[float, int, tuple[int, ...]]] = [(0.0, start, ())]
    while waiting:
        minutes, node, last = heapq.heappop(waiting)
        if (node, last) in seen:
            continue
        seen.add((node, last))
        least.setdefault(node, minutes)
        for arc in np.flatnonzero(arcs.tail == node).tolist():
            driven = (*last, arc)
            if not any(driven[-len(chain) :] == chain for chain in chains):
                after = minutes + float(arcs.drive_min[arc])
                heapq.heappush(waiting, (after, int(arcs.head[arc]), driven[-3:]))
    return least


@pytest.mark.parametrize("seed", range(60))
def test_ways_without_forbidden_turns_are_the_shortest(seed: int) -> None:
    rng = random.Random(seed)
    arcs = make_arcs(rng, rng.randint(4, 9), rng.randint(8, 30))
    chains = draw_chains(rng, arcs, rng.randint(0, 8))
    table = tabulate_arcs(forbid_chains(arcs, [tuple((a, True) for a in c) for c in chains]))
    nodes = np.array(sorted(rng.sample(range(arcs.num_nodes), rng.randint(2, arcs.num_nodes))))
    finder = find_ways(table, nodes)
    ways, back = measure_ways(finder, nodes, nodes), measure_ways_to(finder, nodes, nodes)
    for i, start in enumerate(nodes.tolist()):
        known = search_slowly(arcs, chains, start)
        at_node = table.search_all(start)
        for j, end in enumerate(nodes.tolist()):
            right = int(np.ceil(known[end] - 1e-6)) if end in known else -1
            assert ways.drive_min[i, j] == back.drive_min[i, j] == right
            assert (np.inf if right < 0 else pytest.approx(at_node[end])) == known.get(end, np.inf)
            driven = trace_way(finder, start, end)
            assert (driven is None) == (right < 0)
            if driven is not None:
                numbers = [int(table.number[arc]) for arc in driven]
                assert sum(arcs.drive_min[numbers]) == pytest.approx(known[end])
                runs = {tuple(numbers[k : k + n]) for n in (2, 3, 4) for k in range(len(numbers))}
                assert not runs & set(chains)


# a crossing at 5, one block (1.04 km or 1.11 km) from each of 2, 4, 6 and 8, and blocks around it:
#   7 — 8 — 9
#   |   |   |
#   4 — 5 — 6
#   |   |   |
#   1 — 2 — 3
NODES = {1 + x + 3 * y: (103.90 + x / 100, 21.30 + y / 100) for y in range(3) for x in range(3)}
PAIRS = [(1, 2), (2, 3), (4, 5), (5, 6), (7, 8), (8, 9), (1, 4), (4, 7), (2, 5), (5, 8), (3, 6),
         (6, 9)]  # fmt: skip
WAYS = [(10 * a + b, [a, b], ROAD | {"name": f"{a}{b}"}) for a, b in PAIRS]
EAST, NORTH = 1037.6, 1107.4
LEFT = [("w", 25, "from"), ("n", 5, "via"), ("w", 45, "to")]


def make_province(
    tmp_path: Path, relations: list, *, places: tuple[int, int] = (2, 4), between: float = 0.0
) -> tuple[Province, tuple[UnreadTag, ...]]:
    """Return facts with a depot and a library at two nodes, or a share behind them towards 5."""
    extract = write_extract(tmp_path / "a.osm.pbf", NODES, WAYS, None, relations)
    report = import_roads(extract, tmp_path / "roads.gpkg")
    findings = Findings()
    roads = read_segments(tmp_path, findings)
    assert findings.faults == ()
    small = read_province(SMALL)
    sites = []
    for site_id, node in zip(("KHO", "TV1"), places, strict=True):
        lon, lat = (NODES[node][k] + between * (NODES[5][k] - NODES[node][k]) for k in range(2))
        site = small.site_by_id[SiteId(site_id)]
        sites.append(dataclasses.replace(site, lon=lon, lat=lat))
    facts = dataclasses.replace(
        small, sites=tuple(sites), segments=roads.segments, closures=roads.closures,
        turns=roads.turns, areas=(),
    )  # fmt: skip
    return facts, report.unread


def drive(province: Province, kind: str, day: date = DAY) -> tuple[int, list[str]]:
    """Return metres and segments from the depot to the library."""
    roads = Roads(province)
    car = next(v for v in province.vehicles if v.kind.value == kind)
    start, end = (site.site_id for site in province.sites)
    way = roads.way(car, day, start, end)
    made = list(check_turns(list_turns(province), car, day, "", make_leg(start, end, way)))
    assert made == []
    return int(roads.travel(car, day, (start, end)).length_m[0, 1]), [s for s, _ in way.segments]


def make_leg(start: SiteId, end: SiteId, way: Way) -> Leg:
    return Leg(start, end, way.segments, 480, 490, 10, 0, 0, 1, ())


def rule(value: str, members: list | None = None, **tags: str) -> list:
    named = {key.replace("__", ":"): text for key, text in tags.items()}
    tags = {"type": "restriction"} | ({"restriction": value} if value else {}) | named
    return [(1, members or LEFT, tags)]


def test_without_restrictions_one_turns(tmp_path: Path) -> None:
    province, _ = make_province(tmp_path, [])
    assert drive(province, "bus") == (2145, ["w25n2", "w45n4"])
    assert province.turns == ()


@pytest.mark.parametrize(
    ("tags", "forbidden"),
    [
        ({"value": "no_left_turn"}, "bus truck motorbike"),
        ({"value": "only_straight_on", "members": [("w", 25, "from"), ("n", 5, "via"),
                                                   ("w", 58, "to")]}, "bus truck motorbike"),
        ({"value": "no_left_turn", "except": "psv;motorcycle"}, "bus truck"),
        ({"value": "no_left_turn", "except": "hgv"}, "bus motorbike"),
        ({"value": "", "restriction__hgv": "no_left_turn"}, "truck"),
        ({"value": "", "restriction__bus": "no_left_turn"}, "bus"),
        ({"value": "no_right_turn", "members": [("w", 25, "from"), ("n", 5, "via"),
                                                ("w", 56, "to")]}, ""),
    ],
)  # fmt: skip
def test_who_may_not_turn_drives_round(tmp_path: Path, tags: dict, forbidden: str) -> None:
    province, unread = make_province(tmp_path, rule(**tags))
    assert unread == ()
    for kind in ("bus", "truck", "motorbike"):
        metres, segments = drive(province, kind)
        if kind in forbidden.split():
            # round the block by 1, as far as over the crossing
            assert (metres, segments) == (2145, ["w12n1", "w14n1"])
        else:
            assert metres == 2145


def test_a_detour_is_as_long_as_it_is(tmp_path: Path) -> None:
    # from just before the crossing to just behind it, 30 % of the way back
    province, _ = make_province(tmp_path, rule("no_left_turn"), between=0.7)
    metres, segments = drive(province, "bus")
    # right to 6, round there, and over the crossing to 4's side
    right = 0.3 * NORTH + 2 * EAST + 0.3 * EAST
    assert (metres, segments) == (
        pytest.approx(right, abs=5), ["w25n2", "w56n5", "w56n5", "w45n4"],
    )  # fmt: skip


def test_nobody_turns_round_where_a_site_stands(tmp_path: Path) -> None:
    # a third site in the middle of 5–6 is no place to turn round at
    province, _ = make_province(tmp_path, rule("no_left_turn"), between=0.7)
    lon, lat = (NODES[5][k] + 0.2 * (NODES[6][k] - NODES[5][k]) for k in range(2))
    third = dataclasses.replace(province.sites[1], site_id=SiteId("TV2"), lon=lon, lat=lat)
    wider = dataclasses.replace(province, sites=(*province.sites, third))
    roads, car = Roads(wider), wider.vehicles[0]
    sites = tuple(site.site_id for site in wider.sites)
    travel = roads.travel(car, DAY, sites)
    right = 0.3 * NORTH + 2 * EAST + 0.3 * EAST
    assert int(travel.length_m[0, 1]) == pytest.approx(right, abs=5)
    # but from that site, where a way begins, one may go either way
    assert int(travel.length_m[2, 1]) == pytest.approx(0.5 * EAST, abs=5)
    assert np.diagonal(travel.length_m).tolist() == [0, 0, 0]


def test_a_restriction_over_a_way_between(tmp_path: Path) -> None:
    # from 1–2 over 2–5 into 5–4: from 2 itself, or from 3, one may
    members = [("w", 12, "from"), ("w", 25, "via"), ("w", 45, "to")]
    province, unread = make_province(tmp_path, rule("no_u_turn", members), places=(1, 4))
    assert unread == ()
    assert [turn.steps for turn in province.turns] == [
        (("w12n1", True), ("w25n2", True), ("w45n4", False))
    ]
    from_three, _ = make_province(tmp_path, rule("no_u_turn", members), places=(3, 4))
    assert drive(from_three, "bus")[0] == 3183


def test_turning_round_on_the_spot_is_forbidden(tmp_path: Path) -> None:
    members = [("w", 25, "from"), ("n", 5, "via"), ("w", 25, "to")]
    province, _ = make_province(tmp_path, rule("no_u_turn", members))
    assert [turn.steps for turn in province.turns] == [(("w25n2", True), ("w25n2", False))]


def test_a_restriction_with_hours_holds_on_its_days(tmp_path: Path) -> None:
    dated = rule("", restriction__conditional="no_left_turn @ (Mo-Sa 07:00-18:00)")
    province, unread = make_province(tmp_path, dated, between=0.7)
    assert unread == ()
    assert drive(province, "bus", DAY)[0] > 2500
    assert drive(province, "bus", SUNDAY)[0] == pytest.approx(0.3 * (NORTH + EAST), abs=5)


@pytest.mark.parametrize(
    ("tags", "unread"),
    [
        ({"value": "no_left"}, ()),
        ({"value": "give_way"}, (UnreadTag("restriction", "give_way", 1),)),
        ({"value": "", "restriction__conditional": "no_left_turn @ wet"},
         (UnreadTag("restriction:conditional", "no_left_turn @ wet", 1),)),
        ({"value": "no_left_turn", "members": [("w", 25, "from"), ("n", 8, "via"),
                                               ("w", 45, "to")]},
         (UnreadTag("restriction", "relation 1", 1),)),
        ({"value": "no_left_turn", "members": [("w", 25, "from"), ("w", 45, "to")]},
         (UnreadTag("restriction", "no_left_turn of relation 1", 1),)),
        ({"value": "no_left_turn", "members": [("w", 99, "from"), ("n", 5, "via"),
                                               ("w", 45, "to")]}, ()),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_counted(tmp_path: Path, tags: dict, unread: tuple) -> None:
    assert make_province(tmp_path, rule(**tags))[1] == unread


def test_the_checker_finds_a_forbidden_turn(tmp_path: Path) -> None:
    province, _ = make_province(tmp_path, rule("no_left_turn"))
    car = province.vehicles[0]
    start, end = (site.site_id for site in province.sites)
    way = Way((("w25n2", True), ("w45n4", False)), 0.0, 1.0)
    found = list(check_turns(list_turns(province), car, DAY, "T1", make_leg(start, end, way)))
    assert [(rule_name, where) for rule_name, where, _ in found] == [
        ("roads_are_open_for_the_vehicle", "T1")
    ]
