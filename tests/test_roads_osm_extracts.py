"""Real extracts against an independent count and networkx on the uncontracted graph.

Run with ``-s`` to see the figures.
"""

import itertools
import random
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import networkx as nx
import osmium
import pyogrio
import pytest
from pyproj import Geod

from roads.osm import ImportReport, import_roads
from tests.osm_files import find_shared

GEOD = Geod(ellps="WGS84")
EXTRACTS = ("andorra.osm.pbf", "liechtenstein-2013-08-03.osm.pbf")
NUM_STARTS, NUM_ENDS = 30, 10  # 300 pairs

# the rules, written down a second time and differently
ROADS = {
    *("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential"),
    *("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link"),
    *("living_street", "service", "track", "road"),
}
PATHS = {"path", "footway", "cycleway", "bridleway", "pedestrian"}
FORBIDDEN = {"no", "private", "agricultural", "forestry", "agricultural;forestry"}
STOPPING = {"bollard", "block", "cycle_barrier", "kissing_gate", "fence", "garage door"}


def may_drive(tags: dict[str, str]) -> bool:
    highway = tags["highway"]
    if highway not in ROADS | PATHS or tags.get("area") == "yes":
        return False
    if highway == "service" and tags.get("service") == "parking_aisle":
        return False
    car = tags.get("motorcar") or tags.get("motor_vehicle")
    motorbike = tags.get("motorcycle") or tags.get("motor_vehicle")
    if highway in PATHS:
        return any(told is not None and told not in FORBIDDEN for told in (car, motorbike))
    rest = tags.get("vehicle") or tags.get("access") or "yes"
    return any((told or rest) not in FORBIDDEN for told in (car, motorbike))


def stops_cars(tags: dict[str, str]) -> bool:
    if "barrier" not in tags:
        return False
    told = tags.get("motorcar") or tags.get("motor_vehicle") or tags.get("access")
    return told in FORBIDDEN if told else tags["barrier"] in STOPPING


@dataclass
class Count(osmium.SimpleHandler):
    """Kilometres by highway value, and the graph of every step that may be driven."""

    km_all: defaultdict = field(default_factory=lambda: defaultdict(float))
    km_kept: defaultdict = field(default_factory=lambda: defaultdict(float))
    ways: defaultdict = field(default_factory=lambda: defaultdict(int))
    graph: nx.DiGraph = field(default_factory=nx.DiGraph)
    stopped: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def node(self, node: osmium.osm.Node) -> None:
        if stops_cars(dict(node.tags)):
            self.stopped.add(node.id)

    def way(self, way: osmium.osm.Way) -> None:
        tags = dict(way.tags)
        if "highway" not in tags:
            return
        self.ways[tags["highway"]] += 1
        is_kept = may_drive(tags)
        oneway = tags.get("oneway", "yes" if tags.get("junction") == "roundabout" else "no")
        for a, b in itertools.pairwise(way.nodes):
            metres = GEOD.inv(a.lon, a.lat, b.lon, b.lat)[2]
            self.km_all[tags["highway"]] += metres / 1000
            if not is_kept or a.ref == b.ref:
                continue
            self.km_kept[tags["highway"]] += metres / 1000
            for tail, head, is_open in ((a.ref, b.ref, oneway != "-1"),
                                        (b.ref, a.ref, oneway in ("no", "-1"))):  # fmt: skip
                if is_open and metres < self.graph.get_edge_data(tail, head, {"m": 1e9})["m"]:
                    self.graph.add_edge(tail, head, m=metres)


@pytest.fixture(scope="module", params=EXTRACTS)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple:
    path = find_shared(request.param)
    count = Count()
    count.apply_file(str(path), locations=True)
    count.graph.remove_nodes_from(count.stopped)
    target = tmp_path_factory.mktemp("osm") / "roads.gpkg"
    return count, import_roads(path, target)


def test_kilometres_of_each_class_equal_an_independent_count(
    both: tuple[Count, ImportReport],
) -> None:
    count, report = both
    kept = defaultdict(float) | {row.highway: row.km for row in report.kept}
    print("\n", report.source)
    for highway, km in sorted(count.km_kept.items()):
        print(f"  {highway:16} {kept[highway]:9.3f} km, counted {km:9.3f}")
        assert kept[highway] == pytest.approx(km, rel=0.005)
    assert set(kept) == set(count.km_kept)
    assert report.road_km == pytest.approx(sum(count.km_kept.values()), rel=0.001)


def test_every_highway_value_is_accounted_for(both: tuple[Count, ImportReport]) -> None:
    count, report = both
    ways: defaultdict[str, int] = defaultdict(int)
    km: defaultdict[str, float] = defaultdict(float)
    for row in (*report.kept, *report.dropped):
        ways[row.highway] += row.ways
        km[row.highway] += row.km
    assert ways == count.ways
    assert km == pytest.approx(count.km_all)


def test_random_pairs_have_the_distance_of_the_uncontracted_graph(
    both: tuple[Count, ImportReport],
) -> None:
    count, report = both
    roads = pyogrio.read_dataframe(report.target, layer="roads", read_geometry=False)
    ours: nx.MultiDiGraph = nx.MultiDiGraph()
    for road in roads.itertuples():
        ours.add_edge(road.start_node, road.end_node, m=road.length_m)
        if not road.oneway:
            ours.add_edge(road.end_node, road.start_node, m=road.length_m)
    rng = random.Random(300)
    nodes = sorted(node for node in ours if node > 0)
    same = joined = 0
    for start in rng.sample(nodes, NUM_STARTS):
        known = nx.single_source_dijkstra_path_length(count.graph, start, weight="m")
        found = nx.single_source_dijkstra_path_length(ours, start, weight="m")
        for end in rng.sample(nodes, NUM_ENDS):
            joined += end in known
            same += (end in found) == (end in known) and (
                end not in known or abs(found[end] - known[end]) <= 0.005 * known[end]
            )
    pairs = NUM_STARTS * NUM_ENDS
    print(f"\n  {report.source}: {same} of {pairs} pairs equal, {joined} of them joined")
    assert joined > 0.6 * pairs
    assert same >= 0.99 * pairs


@pytest.fixture(scope="module")
def andorra(tmp_path_factory: pytest.TempPathFactory) -> ImportReport:
    tiles = find_shared("N42E001.hgt.zip").parent
    target = tmp_path_factory.mktemp("andorra") / "roads.gpkg"
    return import_roads(find_shared(EXTRACTS[0]), target, elevation=tiles)


def test_no_paved_road_is_steeper_than_roads_are(andorra: ImportReport) -> None:
    assert andorra.elevation is not None
    print(f"\n  {andorra.elevation}")
    roads = pyogrio.read_dataframe(andorra.target, layer="roads", read_geometry=False)
    paved = roads[roads.surface.isin(["asphalt", "concrete"])]
    assert paved.steepest_pct.max() <= 25
    assert andorra.elevation.capped <= 0.005 * andorra.segments
    assert (paved.rise_m <= 0.25 * paved.length_m + 0.1).all()


def drive(roads: object, start: tuple[float, float], end: tuple[float, float]) -> tuple:
    """Return metres, rise and fall of the shortest drive between the nodes nearest to places."""
    graph: nx.DiGraph = nx.DiGraph()
    places: dict[int, tuple[float, float]] = {}
    for road in roads.itertuples():
        a, b = road.start_node, road.end_node
        places[a], places[b] = road.geometry.coords[0], road.geometry.coords[-1]
        ways = [(a, b, road.rise_m, road.fall_m)]
        if not road.oneway:
            ways.append((b, a, road.fall_m, road.rise_m))
        for tail, head, rise, fall in ways:
            if road.length_m < graph.get_edge_data(tail, head, {"m": 1e9})["m"]:
                graph.add_edge(tail, head, m=road.length_m, rise=rise, fall=fall)
    main = max(nx.strongly_connected_components(graph), key=len)

    def nearest(place: tuple[float, float]) -> int:
        return min(main, key=lambda n: GEOD.inv(*place, *places[n])[2])

    way = nx.shortest_path(graph, nearest(start), nearest(end), weight="m")
    steps = [graph[a][b] for a, b in itertools.pairwise(way)]
    return tuple(sum(step[key] for step in steps) for key in ("m", "rise", "fall"))


def test_the_climb_to_the_pass_is_the_net_rise_and_the_known_dips(andorra: ImportReport) -> None:
    # Andorra la Vella 1,024 m, Port d'Envalira 2,408 m, Pas de la Casa about 2,080–2,100 m
    roads = pyogrio.read_dataframe(andorra.target, layer="roads")
    metres, rise, fall = drive(roads, (1.5212, 42.5069), (1.7336, 42.5426))
    print(f"\n  Andorra la Vella to Pas de la Casa: {metres:.0f} m, up {rise:.0f}, down {fall:.0f}")
    assert rise == pytest.approx(2408 - 1024, rel=0.10)
    assert fall == pytest.approx(2408 - 2090, rel=0.10)


def test_the_valley_road_climbs_little_more_than_its_net_rise(andorra: ImportReport) -> None:
    roads = pyogrio.read_dataframe(andorra.target, layer="roads")
    metres, rise, fall = drive(roads, (1.4921, 42.4667), (1.5212, 42.5069))
    print(f"\n  Sant Julià to Andorra la Vella: {metres:.0f} m, up {rise:.0f}, down {fall:.0f}")
    assert rise - fall == pytest.approx(100, abs=15)  # 916 to 1,016 m on the tile
    assert fall < 0.0025 * metres


def test_a_second_import_is_the_same_to_the_byte(andorra: ImportReport, tmp_path: Path) -> None:
    tiles = find_shared("N42E001.hgt.zip").parent
    again = import_roads(find_shared(EXTRACTS[0]), tmp_path / "roads.gpkg", elevation=tiles)
    assert again.target.read_bytes() == andorra.target.read_bytes()
