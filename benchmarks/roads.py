"""Measures a travel-time matrix on a large synthetic network, beside networkx.

Run: ``python -m benchmarks.roads [--nodes 200000] [--sites 100] [--searches 3] [--seed 1]``.

The network is a grid with a quarter of its edges missing and a tenth oneway, of all road classes.
networkx' Dijkstra runs from `--searches` sites; its time for all sites is scaled up from them. Ours
includes weighing every segment, which networkx is given for nothing. Seconds are processor seconds.
"""

import argparse
import json
import sys
import time

import networkx as nx
import numpy as np

from province.fleet import VehicleKind
from province.ids import SegmentId
from province.roads import RoadClass, Segment, Surface
from routing.closures import RoadState
from routing.network import build_network
from routing.paths import ArcTable, measure_ways
from routing.travel import tabulate_network

STEP_DEGREES = 0.002
KEPT_SHARE, ONEWAY_SHARE = 0.75, 0.1
OPEN = RoadState(False, frozenset(), (), frozenset(), frozenset())


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


def time_networkx(table: ArcTable, starts: list[int]) -> tuple[float, list[dict[int, float]]]:
    """Return the processor seconds of networkx' Dijkstra per start, and the minutes it finds."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    minutes = table.drive_min + table.wait_min
    graph.add_weighted_edges_from(
        zip(table.tail.tolist(), table.head.tolist(), minutes.tolist(), strict=True)
    )
    begin = time.process_time()
    found = [nx.single_source_dijkstra_path_length(graph, start) for start in starts]
    return (time.process_time() - begin) / len(starts), found


def measure(num_nodes: int, num_sites: int, num_searches: int, seed: int) -> dict[str, object]:
    """Return the figures of one run."""
    rng = np.random.default_rng(seed)
    network = build_network(make_segments(num_nodes, rng))
    nodes = rng.choice(len(network.places), num_sites, replace=False).astype(np.int64)
    begin = time.process_time()
    table = tabulate_network(
        network, VehicleKind.BUS, OPEN, range(len(network.segments)), speed_factor=1.0
    )
    weighed = time.process_time()
    ways = measure_ways(table, nodes, nodes)
    end = time.process_time()
    each, found = time_networkx(table, nodes[:num_searches].tolist())
    theirs = np.array([[row.get(node, -1.0) for node in nodes.tolist()] for row in found])
    ours = ways.drive_min[: len(found)] + ways.wait_min[: len(found)]
    agrees = np.where(theirs < 0, ours == -1, (ours >= theirs - 1e-6) & (ours < theirs + 1))
    return {
        "nodes": len(network.places),
        "segments": len(network.segments),
        "sites": num_sites,
        "weighing_s": round(weighed - begin, 2),
        "matrix_s": round(end - weighed, 2),
        "networkx_s": round(each * num_sites, 1),
        "ratio": round(each * num_sites / (end - begin), 1),
        "agrees": bool(agrees.all()),
    }


def main(arguments: list[str]) -> int:
    """Print the figures; return 1 when networkx finds other minutes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--nodes", type=int, default=200_000)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--searches", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    figures = measure(options.nodes, options.sites, options.searches, options.seed)
    print(json.dumps(figures, indent=1))
    return 0 if figures["agrees"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
