"""How fast roads are imported, side by side with osmnx, and how much memory a large extract takes.

Run with ``python -m benchmarks.osm_import ../shared/osm/andorra.osm.pbf --runs 3``; for memory
``python -m benchmarks.osm_import --nodes 400000``.
"""

import json
import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
SIDE_M = 250.0  # between crossings of the made-up network
BENDS = 9  # between two crossings


def measure_s(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall and processor seconds of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def write_xml(pbf: Path, xml: Path) -> None:
    """Write an extract as the XML that osmnx reads."""
    import osmium

    with osmium.SimpleWriter(xml, overwrite=True) as writer:
        for item in osmium.FileProcessor(pbf):
            writer.add(item)


def compare(pbf: Path, elevation: Path | None, runs: int) -> dict[str, object]:
    """Return medians of importing an extract and of `osmnx.graph_from_xml` on the same data."""
    import osmnx

    from roads.osm import import_roads

    with tempfile.TemporaryDirectory() as folder:
        xml, target = Path(folder) / "a.osm", Path(folder) / "roads.gpkg"
        write_xml(pbf, xml)
        import_roads(pbf, target)  # so that libraries are loaded for both
        rows = []
        for _ in range(runs):
            ours = measure_s(lambda: import_roads(pbf, target))
            with_climbs = measure_s(lambda: import_roads(pbf, target, elevation=elevation))
            theirs = measure_s(lambda: osmnx.graph_from_xml(xml))
            rows.append((ours, with_climbs, theirs))
    middle = [
        [round(statistics.median(row[k][clock] for row in rows), 3) for clock in (0, 1)]
        for k in range(3)
    ]
    return {
        "import_s": middle[0],
        "import_with_climbs_s": middle[1] if elevation else None,
        "osmnx_s": middle[2],
        "times_faster": round(statistics.median(row[2][1] / row[0][1] for row in rows), 1),
        "times_faster_with_climbs": round(
            statistics.median(row[2][1] / row[1][1] for row in rows), 1
        )
        if elevation
        else None,
    }


def compare_pairs(pbf: Path, num_starts: int, num_ends: int = 10) -> dict[str, int]:
    """Return how many random pairs are as far apart as in osmnx' own, uncontracted graph.

    Ways that our rules drop, and nodes at which nobody passes, are taken out of osmnx' graph.
    """
    import networkx as nx
    import osmnx
    import pyogrio

    from roads.osm import import_roads
    from roads.osm.extract import read_extract
    from roads.osm.tags import Reading, read_tags

    told = ("motor_vehicle", "motorcar", "motorcycle", "vehicle", "access", "area", "service")
    osmnx.settings.useful_tags_way = [*osmnx.settings.useful_tags_way, *told]
    with tempfile.TemporaryDirectory() as folder:
        xml, target = Path(folder) / "a.osm", Path(folder) / "roads.gpkg"
        write_xml(pbf, xml)
        theirs = osmnx.graph_from_xml(xml, simplify=False, retain_all=True)
        import_roads(pbf, target)
        roads = pyogrio.read_dataframe(target, layer="roads", read_geometry=False)
    dropped = [
        edge[:3]
        for edge in theirs.edges(keys=True, data=True)
        if "highway" not in edge[3] or not isinstance(read_tags(edge[3]), Reading)
    ]
    theirs.remove_edges_from(dropped)
    extract = read_extract(pbf)
    theirs.remove_nodes_from(extract.node_ids[extract.is_blocked].tolist())
    ours: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    for road in roads.itertuples():
        ours.add_edge(road.start_node, road.end_node, length=road.length_m)
        if not road.oneway:
            ours.add_edge(road.end_node, road.start_node, length=road.length_m)
    nodes = sorted(node for node in ours if node in theirs)
    rng, same, joined = random.Random(300), 0, 0
    for start in rng.sample(nodes, num_starts):
        known = nx.single_source_dijkstra_path_length(theirs, start, weight="length")
        found = nx.single_source_dijkstra_path_length(ours, start, weight="length")
        for end in rng.sample(nodes, num_ends):
            a, b = known.get(end), found.get(end)
            joined += a is not None
            same += a is b if None in (a, b) else math.isclose(a or 0.0, b or 0.0, rel_tol=0.005)
    return {"pairs": num_starts * num_ends, "joined": joined, "same_within_half_pct": same}


def write_large_extract(path: Path, num_nodes: int) -> int:
    """Write a made-up network of winding roads with about so many nodes; return how many."""
    import osmium
    from osmium.osm.mutable import Node, Way

    side = max(2, round(math.sqrt(num_nodes / (1 + 2 * BENDS))))
    step = SIDE_M / 111_000
    writer = osmium.SimpleWriter(path, overwrite=True)
    ways, count = [], side * side
    for y in range(side):
        for x in range(side):
            writer.add_node(Node(id=1 + y * side + x, location=(1.1 + x * step, 42.1 + y * step)))
    for y in range(side):
        for x in range(side):
            for dx, dy in ((1, 0), (0, 1)):
                if x + dx >= side or y + dy >= side:
                    continue
                refs = [1 + y * side + x]
                for bend in range(1, BENDS + 1):
                    count += 1
                    share, aside = bend / (BENDS + 1), 0.05 * math.sin(bend) * step
                    place = (
                        1.1 + (x + dx * share) * step + dy * aside,
                        42.1 + (y + dy * share) * step + dx * aside,
                    )
                    writer.add_node(Node(id=count, location=place))
                    refs.append(count)
                ways.append([*refs, 1 + (y + dy) * side + x + dx])
    for number, refs in enumerate(ways, 1):
        kind = ("tertiary", "residential", "track", "unclassified")[number % 4]
        tags = {"highway": kind, "name": f"Đường {number // 8}"}
        writer.add_way(Way(id=number, nodes=refs, tags=tags))
    writer.close()
    return count


MEASURED = """
import resource, sys, time
from pathlib import Path
from roads.osm import import_roads
pbf, target, tiles = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
start = time.process_time()
report = import_roads(pbf, target, elevation=Path(tiles) if tiles else None)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(report.segments, round(report.road_km), round(time.process_time() - start, 2), round(peak))
"""


def measure_memory(num_nodes: int) -> dict[str, object]:
    """Return the peak memory of a fresh process that imports a large extract with climbs (Unix)."""
    import numpy as np

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = write_large_extract(folder / "a.osm.pbf", num_nodes)
        heights = 1000 + np.random.default_rng(0).normal(0, 3, (1201, 1201))
        (folder / "N42E001.hgt").write_bytes(heights.astype(">i2").tobytes())
        command = [sys.executable, "-c", MEASURED, str(folder / "a.osm.pbf")]
        result = subprocess.run(
            [*command, str(folder / "roads.gpkg"), name],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
    segments, km, cpu_s, peak_mib = result.stdout.split()
    return {
        "nodes": count,
        "segments": int(segments),
        "km": int(km),
        "cpu_s": float(cpu_s),
        "peak_mib": int(peak_mib),
    }


@click.command()
@click.argument("extract", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--elevation", type=click.Path(path_type=Path, exists=True), help="Folder of tiles.")
@click.option("--runs", default=3, show_default=True, help="Runs of each, side by side.")
@click.option("--pairs", type=int, default=0, help="Compare distances from so many places to ten.")
@click.option("--nodes", type=int, help="Measure memory on a made-up extract of so many nodes.")
def main(
    extract: Path | None, elevation: Path | None, runs: int, pairs: int, nodes: int | None
) -> None:
    """Print medians (wall, processor seconds), ratios, and peak memory."""
    answer: dict[str, object] = {}
    if extract is not None and runs:
        answer |= compare(extract, elevation, runs)
    if extract is not None and pairs:
        answer |= compare_pairs(extract, pairs)
    if nodes:
        answer["memory"] = measure_memory(nodes)
    click.echo(json.dumps(answer))


if __name__ == "__main__":
    main()
