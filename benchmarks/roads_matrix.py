"""Measures a travel-time matrix on a large synthetic network, beside networkx.

Run: ``python -m benchmarks.roads_matrix [--nodes 200000] [--sites 100] [--searches 3] [--runs 3]``.

The network is a grid with a quarter of its edges missing and a tenth oneway, of all road classes.
networkx' Dijkstra runs from `--searches` sites; its time for all sites is scaled up from them. Ours
is everything between a network in memory and the matrix: weighing every segment, contracting,
searching; networkx is given its weighted graph for nothing. The two take turns; seconds are
processor seconds, ratios medians of the runs. Compiling, once for each machine, is not counted.
"""

import argparse
import json
import statistics
import sys
import time
from dataclasses import dataclass

import networkx as nx
import numpy as np

from province.fleet import Vehicle, VehicleKind
from province.ids import SegmentId, SiteId, VehicleId
from province.roads import RoadClass, Segment, Surface
from province.settings import TripSettings
from roads.array_types import Ints
from roads.closures import RoadState
from roads.matrix import Travel
from roads.network import RoadNetwork, build_network
from roads.paths import ArcTable, find_ways, measure_ways
from roads.pieces import Pieces, cut_network
from roads.speeds import AS_TABLED
from roads.usable import find_passable, find_usable, tabulate_usable

STEP_DEGREES = 0.002
KEPT_SHARE, ONEWAY_SHARE = 0.75, 0.1
OPEN = RoadState(False, frozenset(), (), frozenset(), frozenset())
BUS = Vehicle(
    VehicleId("B"), "", VehicleKind.BUS, SiteId("D"), 20, 500.0, 0, True, 4, 2.2, 7.0, 18.0,
    10_000, 500_000, (), "",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took, in processor seconds, and whether both found the same."""

    weighing_s: float
    contracting_s: float
    searching_s: float
    networkx_s: float
    agrees: bool

    @property
    def ratio(self) -> float:
        """How many times faster ours is."""
        return self.networkx_s / (self.weighing_s + self.contracting_s + self.searching_s)


def make_segments(num_nodes: int, rng: np.random.Generator) -> tuple[Segment, ...]:
    """Return the segments of a random grid with about so many nodes."""
    side = round(num_nodes**0.5)
    classes = [kind for kind in RoadClass if kind is not RoadClass.FERRY]
    segments: list[Segment] = []
    for x in range(side):
        for y in range(side):
            for right, up in ((1, 0), (0, 1)):
                if x + right == side or y + up == side or rng.random() > KEPT_SHARE:
                    continue
                ends = ((x, y), (x + right, y + up))
                line = tuple((104 + STEP_DEGREES * a, 21 + STEP_DEGREES * b) for a, b in ends)
                kind = classes[int(rng.integers(len(classes)))]
                segments.append(_make_segment(len(segments), kind, line, rng))
    return tuple(segments)


def _make_segment(
    number: int,
    kind: RoadClass,
    line: tuple[tuple[float, float], ...],
    rng: np.random.Generator,
) -> Segment:
    surface = Surface.ASPHALT if rng.random() < 0.5 else Surface.EARTH
    length, rise, fall = rng.uniform(225, 600), rng.uniform(0, 20), rng.uniform(0, 20)
    is_oneway = bool(rng.random() < ONEWAY_SHARE)
    return Segment(
        SegmentId(f"G{number:07d}"), "", "", kind, surface, line, float(length), float(rise),
        float(fall), 8.0, None, None, is_oneway, False, "", 0, "", None, True,
    )  # fmt: skip


def measure_matrix(
    network: RoadNetwork, pieces: Pieces, nodes: Ints
) -> tuple[Travel, ArcTable, tuple[float, float, float, float]]:
    """Return the matrix, the arcs, and when each step began and the last one ended."""
    begin = time.process_time()
    passable = find_passable(network, BUS)
    usable = find_usable(network, pieces, passable, OPEN, TripSettings())
    table = tabulate_usable(network, pieces, usable, BUS, AS_TABLED)
    weighed = time.process_time()
    finder = find_ways(table, np.unique(nodes))
    contracted = time.process_time()
    ways = measure_ways(finder, nodes, nodes)
    return ways, table, (begin, weighed, contracted, time.process_time())


def weigh_for_networkx(table: ArcTable) -> "nx.DiGraph[int]":
    """Return the same arcs as a graph of networkx."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_weighted_edges_from(
        zip(table.tail.tolist(), table.head.tolist(), table.total_min.tolist(), strict=True)
    )
    return graph


def run_once(
    network: RoadNetwork, pieces: Pieces, nodes: Ints, graph: "nx.DiGraph[int]", searches: int
) -> Run:
    """Return one run of ours, and of networkx from some of the sites."""
    ways, _, (begin, weighed, contracted, end) = measure_matrix(network, pieces, nodes)
    start = time.process_time()
    found = [
        nx.single_source_dijkstra_path_length(graph, node) for node in nodes[:searches].tolist()
    ]
    each = (time.process_time() - start) / searches
    theirs = np.array([[row.get(node, -1.0) for node in nodes.tolist()] for row in found])
    ours = ways.drive_min[:searches] + ways.wait_min[:searches]
    agrees = np.where(theirs < 0, ours == -1, (ours >= theirs - 1e-6) & (ours < theirs + 1))
    return Run(
        weighed - begin,
        contracted - weighed,
        end - contracted,
        each * len(nodes),
        bool(agrees.all()),
    )


def measure(
    num_nodes: int, num_sites: int, searches: int, runs: int, seed: int
) -> dict[str, object]:
    """Return the figures of some runs on one network."""
    rng = np.random.default_rng(seed)
    network = build_network(make_segments(num_nodes, rng))
    pieces = cut_network(network, {})
    nodes = rng.choice(len(network.places), num_sites, replace=False).astype(np.int64)
    graph = weigh_for_networkx(measure_matrix(network, pieces, nodes)[1])
    done = [run_once(network, pieces, nodes, graph, searches) for _ in range(runs)]

    def middle(name: str) -> float:
        return round(float(statistics.median(getattr(run, name) for run in done)), 2)

    return {
        "nodes": len(network.places),
        "segments": len(network.segments),
        "sites": num_sites,
        "weighing_s": middle("weighing_s"),
        "contracting_s": middle("contracting_s"),
        "searching_s": middle("searching_s"),
        "networkx_s": middle("networkx_s"),
        "ratios": [round(run.ratio, 1) for run in done],
        "ratio": middle("ratio"),
        "agrees": all(run.agrees for run in done),
    }


def main(arguments: list[str]) -> int:
    """Print the figures; return 1 when networkx finds other minutes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--nodes", type=int, default=200_000)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--searches", type=int, default=3)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    figures = measure(options.nodes, options.sites, options.searches, options.runs, options.seed)
    print(json.dumps(figures, indent=1))
    return 0 if figures["agrees"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
