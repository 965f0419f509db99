"""Extracts as mappers of these years leave them: imported, checked, in little memory."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from province.findings import Findings
from province.read.roads import read_segments
from tests.newer_extract import write_newer
from tests.osm_files import find_shared, write_extract

ROOT = Path(__file__).resolve().parent.parent
MEASURE = """
import json, resource, sys
from pathlib import Path
from roads.osm import import_roads
report = import_roads(Path(sys.argv[1]), Path(sys.argv[2]))
status = Path("/proc/self/status")  # ru_maxrss would count what the parent had, too
lines = status.read_text().splitlines() if status.exists() else []
own = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
peak = (own or [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss])[0] // 1024
print(json.dumps([peak, report.closures, report.turns, report.gates, len(report.unread)]))
"""


def write_made_up(path: Path) -> Path:
    """A net of 12 × 12 crossings with bends, a town and villages."""
    rng, side, bends = random.Random(7), 12, 3
    nodes = {
        1000 + x + side * y: (103.9 + x / 200, 21.3 + y / 200)
        for x in range(side)
        for y in range(side)
    }
    ways, number = [], 1
    for x in range(side):
        for y in range(side):
            here = 1000 + x + side * y
            for there in [here + 1] * (x < side - 1) + [here + side] * (y < side - 1):
                inner = []
                for k in range(1, bends + 1):
                    share = k / (bends + 1)
                    lon, lat = (
                        a + share * (b - a) + rng.uniform(-1, 1) * 1e-4
                        for a, b in zip(nodes[here], nodes[there], strict=True)
                    )
                    inner.append(100_000 + 10 * number + k)
                    nodes[inner[-1]] = (round(lon, 7), round(lat, 7))
                kind = rng.choice(["tertiary", "residential", "track", "secondary"])
                ways.append((number, [here, *inner, there], {"highway": kind}))
                number += 1
    places = {
        1000: {"place": "town", "name": "A", "population": "5000"},
        1050: {"place": "village", "name": "B", "population": "800"},
        1143: {"place": "village", "name": "C", "population": "700"},
    }
    return write_extract(path, nodes, ways, places)


@pytest.mark.parametrize("name", ["", "andorra.osm.pbf", "liechtenstein-2013-08-03.osm.pbf"])
def test_a_newer_extract_is_imported_and_passes_the_check(tmp_path: Path, name: str) -> None:
    older = find_shared(name) if name else write_made_up(tmp_path / "older.osm.pbf")
    newer = tmp_path / "newer.osm.pbf"
    made = write_newer(older, newer)
    assert min(made.values()) > 0
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(newer), str(tmp_path / "roads.gpkg")],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    peak_mb, closures, turns, gates, unread = [
        int(part) for part in run.stdout.strip("[]\n").split(",")
    ]
    print(f"\n  {name or 'made up'}: {made}, peak {peak_mb} MB")
    assert peak_mb < 600  # the program itself takes some 180 MB of it
    assert min(closures, turns, gates, unread) > 0
    findings = Findings()
    roads = read_segments(tmp_path, findings)
    assert findings.faults == ()
    assert min(segment.length_m for segment in roads.segments) < 0.2
    assert len(roads.turns) == turns
    assert len(roads.closures) == closures


def test_a_folder_made_from_a_newer_extract_is_clean(tmp_path: Path) -> None:
    newer, folder = tmp_path / "newer.osm.pbf", tmp_path / "d"
    write_newer(write_made_up(tmp_path / "older.osm.pbf"), newer)
    make = ["new", str(folder), "--osm", str(newer), "--places", "3", "--country", "VN"]
    again = ["roads", "import", str(folder), str(newer), "--force"]
    for args in ([*make, "--month", "2026-12"], again, ["check", str(folder)]):
        answer = CliRunner().invoke(cli.command, ["--lang", "en", *args])
        assert answer.exit_code == 0, answer.output
