"""What an import writes passes the checks of a province folder, or replaces nothing."""

import dataclasses
import errno
import os
import random
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pyogrio
import pytest
from click.testing import CliRunner

import cli
from province.errors import InputError
from province.findings import Findings
from province.read.roads import read_segments
from province.roads import Segment
from roads.osm import import_roads, importer, read_places
from tests.osm_files import find_shared, write_extract

ROAD = {"highway": "tertiary"}
ROOT = Path(__file__).resolve().parent.parent


def read_own(folder: Path) -> tuple[Segment, ...]:
    findings = Findings()
    roads = read_segments(folder, findings)
    assert findings.faults == ()
    return roads.segments


def write_short(path: Path, step: float) -> Path:
    """Two junctions, 2 and 3, that lie `step` degrees of latitude apart."""
    nodes = {
        1: (103.9, 21.3),
        2: (103.91, 21.3),
        3: (103.91, 21.3 + step),
        4: (103.92, 21.3 + step),
        5: (103.9, 21.31),
        6: (103.92, 21.29),
    }
    ways = [(10, [1, 2]), (11, [2, 3]), (12, [3, 4]), (13, [3, 5]), (14, [2, 6])]
    return write_extract(path, nodes, [(key, refs, ROAD) for key, refs in ways])


@pytest.mark.parametrize("units", [1, 2, 3, 5, 9, 40, 67, 112, 200])
def test_short_segments_pass_the_check(tmp_path: Path, units: int) -> None:
    # a unit is 1e-7 degrees, 11.07 mm from south to north; 67 are 0.74 m
    extract = write_short(tmp_path / "a.osm.pbf", units * 1e-7)
    import_roads(extract, tmp_path / "roads.gpkg")
    segments = {segment.segment_id: segment for segment in read_own(tmp_path)}
    assert sorted(segments) == ["w10n1", "w11n2", "w12n3", "w13n3", "w14n2"]
    assert segments["w11n2"].length_m == pytest.approx(units * 0.01107, abs=0.001)


def test_junctions_at_one_place_are_one(tmp_path: Path) -> None:
    extract = write_short(tmp_path / "a.osm.pbf", 0.0)
    import_roads(extract, tmp_path / "roads.gpkg")
    ends = {s.segment_id: {s.start_node, s.end_node} for s in read_own(tmp_path)}
    assert ends == {"w10n1": {1, 2}, "w12n2": {2, 4}, "w13n2": {2, 5}, "w14n2": {2, 6}}


def test_lengths_written_by_hand_may_be_rounded(tmp_path: Path) -> None:
    extract = write_short(tmp_path / "a.osm.pbf", 67e-7)
    target = import_roads(extract, tmp_path / "roads.gpkg").target
    roads = pyogrio.read_dataframe(target, layer="roads")
    roads["length_m"] = roads["length_m"].round(1)  # as earlier versions wrote them
    pyogrio.write_dataframe(roads, target, layer="roads")
    assert len(read_own(tmp_path)) == 5
    roads["length_m"] *= 0.96
    pyogrio.write_dataframe(roads, target, layer="roads")
    findings = Findings()
    read_segments(tmp_path, findings)
    assert len(findings.faults) == 4  # all but the one of 0.7 m


def test_names_are_written_as_a_table_may_hold_them(tmp_path: Path) -> None:
    name = "Đu\u031bờng\u202e cũ\u0007\u2028 mới\u00ad "
    extract = write_extract(
        tmp_path / "a.osm.pbf",
        {1: (103.9, 21.3), 2: (103.91, 21.3)},
        [(10, [1, 2], ROAD | {"name": name, "ref": "\tQL 6"})],
    )
    import_roads(extract, tmp_path / "roads.gpkg")
    (segment,) = read_own(tmp_path)
    assert (segment.name, segment.ref) == ("Đường cũ mới", "QL 6")


def test_roads_that_fail_the_check_replace_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract = write_short(tmp_path / "a.osm.pbf", 1e-4)
    target = import_roads(extract, tmp_path / "roads.gpkg").target
    old = target.read_bytes()
    honest = importer.dump_roads

    def shorten(lines, *rest):
        return honest([dataclasses.replace(x, length_factor=0.5) for x in lines], *rest)

    monkeypatch.setattr(importer, "dump_roads", shorten)
    with pytest.raises(InputError, match="at least the drawn length") as fault:
        import_roads(extract, target)
    assert len(fault.value.findings) == 5
    assert target.read_bytes() == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.osm.pbf", "roads.gpkg"]


def test_a_full_disk_is_an_ordinary_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extract = write_short(tmp_path / "a.osm.pbf", 1e-4)
    target = import_roads(extract, tmp_path / "roads.gpkg").target
    old = target.read_bytes()

    def fill(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fill)
    with pytest.raises(OSError, match="No space left"):
        import_roads(extract, target)
    assert target.read_bytes() == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.osm.pbf", "roads.gpkg"]


@pytest.mark.parametrize("room", ["40k", "64k", "100k"])
def test_a_disk_that_is_really_full_is_told(tmp_path: Path, room: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted by root")
    try:
        (disk / "roads.gpkg").write_bytes(b"old")
        with pytest.raises(OSError, match="No space left") as fault:
            import_roads(write_short(tmp_path / "a.osm.pbf", 1e-4), disk / "roads.gpkg")
        assert fault.value.errno == errno.ENOSPC
        assert [path.name for path in disk.iterdir()] == ["roads.gpkg"]
        assert (disk / "roads.gpkg").read_bytes() == b"old"
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def test_what_killed_imports_left_is_cleared(tmp_path: Path) -> None:
    extract = write_short(tmp_path / "a.osm.pbf", 1e-4)
    for name in (".roads-ab12cd_3.gpkg", ".roads-ab12cd_3.gpkg-journal"):
        (tmp_path / name).write_bytes(b"half")
    import_roads(extract, tmp_path / "roads.gpkg")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.osm.pbf", "roads.gpkg"]


SCATTERED = """
import resource, sys
from pathlib import Path
from roads.osm import import_roads
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
import_roads(Path(sys.argv[1]), Path(sys.argv[2]), bbox=(103.0, 20.0, 105.0, 22.0))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_memory_follows_the_file_not_its_highest_id(tmp_path: Path) -> None:
    rng = random.Random(24)
    ids = sorted(rng.sample(range(10**12, 10**13), 2000))  # 13 digits, far from each other
    nodes = {key: (103.9 + k * 1e-4, 21.3) for k, key in enumerate(ids)}
    ways = [(10**12 + k, ids[k : k + 2], ROAD) for k in range(len(ids) - 1)]
    extract = write_extract(tmp_path / "a.osm.pbf", nodes, ways)
    run = subprocess.run(
        [sys.executable, "-c", SCATTERED, str(extract), str(tmp_path / "roads.gpkg")],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30)),
    )
    assert int(run.stdout) < 300  # MB; sets of ids by osmium take 8,000
    assert sum(segment.length_m for segment in read_own(tmp_path)) == pytest.approx(20_740, abs=20)


def test_the_order_of_the_file_does_not_matter(tmp_path: Path) -> None:
    nodes = {k: (103.9 + k * 1e-3, 21.3 + k % 3 * 1e-3) for k in range(1, 40)}
    ways = [(k, [k, k + 1, k + 2], ROAD | {"ref": f"DT{k % 4}"}) for k in range(1, 37)]
    sorted_file = write_extract(tmp_path / "sorted.osm.pbf", nodes, ways)
    shuffled = write_shuffled(tmp_path / "shuffled.osm.pbf", nodes, ways)
    tables = []
    for number, path in enumerate((sorted_file, shuffled)):
        target = import_roads(path, tmp_path / f"{number}.gpkg").target
        tables.append(pyogrio.read_dataframe(target, layer="roads"))
    assert tables[0].equals(tables[1])
    assert read_places(shuffled) == read_places(sorted_file)


def write_shuffled(path: Path, nodes: dict, ways: list) -> Path:
    """Write everything upside down: ways before nodes, mixed, each way twice."""
    import osmium
    from osmium.osm.mutable import Node, Way

    mixed = [*ways, *ways]
    random.Random(5).shuffle(mixed)
    with osmium.SimpleWriter(path, overwrite=True) as writer:
        for key, refs, tags in mixed:
            writer.add_way(Way(id=key, version=1, nodes=list(refs), tags=tags))
        for key in sorted(nodes, reverse=True):
            writer.add_node(Node(id=key, version=1, location=nodes[key]))
    return path


@pytest.mark.parametrize("name", ["osm-short-segment/short.osm", "osm-ferry-tags/ferry.osm"])
def test_folders_made_from_small_maps_are_clean(tmp_path: Path, name: str) -> None:
    extract = find_shared(f"../cases/{name}")
    folder = tmp_path / "d"
    made = ["new", str(folder), "--osm", str(extract), "--places", "3", "--country", "VN"]
    for args in ([*made, "--month", "2026-12"], ["check", str(folder)]):
        answer = CliRunner().invoke(cli.command, ["--lang", "en", *args])
        assert answer.exit_code == 0, answer.output
