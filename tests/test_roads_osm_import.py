"""The import as a whole: the file it writes, its report, broken input, the command."""

import json
import sqlite3
import zipfile
from pathlib import Path

import pyogrio
import pytest
from click.testing import CliRunner

import cli
from province.errors import InputError
from province.findings import Findings
from province.places import Commune
from province.read.maps import read_communes
from roads.osm import import_roads, read_places
from roads.osm.tags import DropReason
from tests.osm_files import write_extract, write_tile

ROAD = {"highway": "secondary", "ref": "DT1", "name": "Đường Tô Hiệu"}
NODES = {1: (103.90, 21.30), 2: (103.91, 21.30), 3: (103.92, 21.30), 4: (103.91, 21.31)}


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    ways = [
        (10, [1, 2, 3], ROAD | {"bridge": "yes", "maxweight": "13"}),
        (11, [2, 4], {"highway": "track", "surface": "dirt"}),
        (12, [4, 3], {"highway": "footway"}),
        (13, [1, 4], {"highway": "residential", "access": "private"}),
        (14, [3, 99], {"highway": "tertiary"}),
    ]
    tags = {
        2: {"place": "town", "name": "Sơn La", "population": "51 293"},
        4: {"amenity": "library", "name": "Thư viện"},
    }
    return write_extract(tmp_path / "a.osm.pbf", NODES, ways, tags)


def test_every_way_is_accounted_for(extract: Path) -> None:
    report = import_roads(extract, extract.parent / "roads.gpkg")
    assert [(k.highway, k.ways) for k in report.kept] == [("secondary", 1), ("track", 1)]
    assert [(d.highway, d.reason, d.ways) for d in report.dropped] == [
        ("footway", DropReason.FOR_FEET, 1),
        ("residential", DropReason.NO_ENTRY, 1),
        ("tertiary", DropReason.WITHOUT_NODES, 1),
    ]
    # one hundredth of a degree is 1,037.5 m from west to east here, 1,107.4 m from south to north
    assert report.kept[0].km == pytest.approx(2.075, abs=0.002)
    assert report.kept[1].km == pytest.approx(1.1074, abs=0.001)
    assert (report.segments, report.junctions, len(report.pieces_km)) == (3, 4, 1)
    assert report.steps_missing == 1


def test_the_geopackage_holds_what_is_promised(extract: Path) -> None:
    target = import_roads(extract, extract.parent / "roads.gpkg").target
    assert sorted(name for name, _ in pyogrio.list_layers(target)) == [
        "about", "closures", "roads", "turns",
    ]  # fmt: skip
    roads = pyogrio.read_dataframe(target, layer="roads").set_index("segment_id")
    first = roads.loc["w10n1"]
    assert (first["road_class"], first["ref"], first["name"]) == ("provincial", "DT1", ROAD["name"])
    assert (first["start_node"], first["end_node"], first["way_ids"]) == (1, 2, "10")
    assert first["bridge_m"] == first["length_m"] == pytest.approx(1037.5, abs=1)
    assert first["max_t"] == 13
    assert roads.crs.to_epsg() == 4326
    about = pyogrio.read_dataframe(target, layer="about").set_index("key")["value"]
    assert about["attribution"] == "© OpenStreetMap contributors"
    assert about["licence_url"] == "https://www.openstreetmap.org/copyright"
    assert about["source"] == "a.osm.pbf"


def test_the_columns_are_those_of_the_documentation(extract: Path) -> None:
    page = Path(__file__).resolve().parent.parent / "docs" / "data-format.md"
    text = page.read_text(encoding="utf-8")
    part = text[text.index("## `roads.geojson`") : text.index("## `road-edits.csv`")]
    target = import_roads(extract, extract.parent / "roads.gpkg").target
    with sqlite3.connect(target) as base:
        columns = [row[1] for row in base.execute("PRAGMA table_info(roads)")]
    undocumented = [c for c in columns if f"`{c}`" not in part and c not in ("fid", "geom")]
    assert undocumented == []


def test_the_same_input_gives_the_same_bytes(extract: Path) -> None:
    first = import_roads(extract, extract.parent / "one.gpkg").target.read_bytes()
    assert import_roads(extract, extract.parent / "two.gpkg").target.read_bytes() == first


def test_climbs_are_written_for_each_direction(extract: Path) -> None:
    tiles = extract.parent / "tiles"
    tiles.mkdir()
    write_tile(tiles / "N21E103.hgt", lambda x, y: 600 + 0.06 * (y - 0.3) * 110_740)
    ways = [(10, [1, 2, 3], ROAD), (11, [2, 4], {"highway": "track"})]
    path = write_extract(extract, NODES, ways)
    report = import_roads(path, path.parent / "roads.gpkg", elevation=tiles)
    roads = pyogrio.read_dataframe(report.target, layer="roads").set_index("segment_id")
    track = roads.loc["w11n2"]  # north, 1,107 m at 6 %
    assert track["rise_m"] == pytest.approx(66, abs=4)
    assert (track["fall_m"], track["steepest_down_pct"]) == (0, 0)
    assert track["steepest_up_pct"] == track["steepest_pct"] == pytest.approx(6, abs=0.5)
    assert roads.loc["w10n1"]["rise_m"] < 1
    assert report.elevation is not None
    assert report.elevation.tiles == ("N21E103",)


def test_places_are_read_from_nodes_and_outlines(tmp_path: Path) -> None:
    corners = {5: (103.0, 21.0), 6: (103.002, 21.0), 7: (103.002, 21.002), 8: (103.0, 21.002)}
    path = write_extract(
        tmp_path / "a.osm.pbf",
        {1: (103.5, 21.5), 2: (103.6, 21.6)} | corners,
        [(10, [5, 6, 7, 8, 5], {"building": "yes", "amenity": "school", "name": "Trường A"})],
        {
            1: {"place": "town", "name": "Mộc Châu", "population": "28.500"},
            2: {"tourism": "guest_house", "name": "Nhà nghỉ"},
        },
    )
    seen = {(p.kind, p.name, p.osm_id, p.population) for p in read_places(path)}
    assert seen == {
        ("town", "Mộc Châu", "n1", 28500),
        ("lodging", "Nhà nghỉ", "n2", None),
        ("school", "Trường A", "w10", None),
    }
    school = next(p for p in read_places(path) if p.kind == "school")
    assert (school.lon, school.lat) == (103.001, 21.001)


def listing(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def damage(path: Path, kind: str) -> Path:
    data = path.read_bytes()
    if kind == "truncated":
        path.write_bytes(data[: len(data) - 40])
    elif kind == "text":
        path.write_text("<html>404</html>", encoding="utf-8")
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "unknown":
        return path.rename(path.with_name("a.txt"))
    elif kind == "missing":
        path.unlink()
    else:
        path.write_bytes(data[:60] + bytes(b ^ 0x55 for b in data[60:]))
    return path


@pytest.mark.parametrize("kind", ["truncated", "text", "empty", "unknown", "missing", "garbled"])
def test_a_broken_extract_gives_one_message_and_no_file(extract: Path, kind: str) -> None:
    path = damage(extract, kind)
    before = listing(path.parent)
    with pytest.raises(InputError) as fault:
        import_roads(path, path.parent / "roads.gpkg")
    assert len(fault.value.findings) == 1
    assert fault.value.exit_code == 3
    assert listing(path.parent) == before


def test_an_extract_without_roads_is_refused(tmp_path: Path) -> None:
    path = write_extract(tmp_path / "a.osm.pbf", NODES, [(10, [1, 2], {"highway": "footway"})])
    with pytest.raises(InputError, match="roads for vehicles"):
        import_roads(path, tmp_path / "roads.gpkg")


def read_son_la() -> tuple[Commune, ...]:
    path = Path(__file__).resolve().parent.parent / "data" / "communes.geojson"
    return read_communes(path, "14", Findings()).facts


def test_an_extract_of_another_country_is_refused(tmp_path: Path, extract: Path) -> None:
    far = write_extract(
        tmp_path / "b.osm.pbf", {1: (1.5, 42.5), 2: (1.6, 42.5)}, [(1, [1, 2], ROAD)]
    )
    communes = read_son_la()
    assert import_roads(extract, tmp_path / "roads.gpkg", communes=communes).segments == 3
    old = (tmp_path / "roads.gpkg").read_bytes()
    with pytest.raises(InputError, match=r"1\.50, 42\.50, 1\.60, 42\.50"):
        import_roads(far, tmp_path / "roads.gpkg", communes=communes)
    assert (tmp_path / "roads.gpkg").read_bytes() == old


def test_missing_tiles_leave_the_old_file(extract: Path) -> None:
    tiles = extract.parent / "tiles"
    tiles.mkdir()
    write_tile(tiles / "N20E103.hgt", lambda x, y: 0 * x)
    target = extract.parent / "roads.gpkg"
    target.write_text("old", encoding="utf-8")
    before = listing(extract.parent)
    with pytest.raises(InputError, match="N21E103"):
        import_roads(extract, target, elevation=tiles)
    assert target.read_text(encoding="utf-8") == "old"
    assert listing(extract.parent) == before


def test_bounds_leave_out_the_rest(extract: Path) -> None:
    report = import_roads(extract, extract.parent / "roads.gpkg", bbox=(103.8, 21.2, 103.905, 21.4))
    assert report.road_km == pytest.approx(1.0375, abs=0.002)
    assert ("track", DropReason.OUTSIDE) in {(d.highway, d.reason) for d in report.dropped}
    assert sum(row.ways for row in (*report.kept, *report.dropped)) == 5


def make_province(folder: Path) -> Path:
    folder.mkdir()
    (folder / "province.toml").write_text(
        'format = 1\n[province]\ncode = "14"\nname = "Sơn La"\n'
        '[[categories]]\nid = "a"\nsubject = "s"\naudience = "adult"\nlanguage = "vi"\n'
        'name = "A"\n',
        encoding="utf-8",
    )
    (folder / "libraries.csv").write_text(
        "site_id,name,kind,commune_code,lon,lat,takes\n"
        "D1,Kho,depot,03646,103.9002,21.3000,none\n"
        "L1,Thư viện,commune_library,03646,103.91,21.32,both\n",
        encoding="utf-8",
    )
    return folder


def test_the_command_writes_the_province_and_reports(extract: Path) -> None:
    folder = make_province(extract.parent / "p")
    args = ["--lang", "en", "roads", "import", str(folder), str(extract)]
    answer = CliRunner().invoke(cli.command, args)
    assert answer.exit_code == 0, answer.output
    assert "secondary" in answer.output
    assert "for walking, cycling or riding" in answer.output
    assert "© OpenStreetMap contributors" in answer.output
    assert (folder / "roads.gpkg").is_file()
    again = CliRunner().invoke(cli.command, args)
    assert isinstance(again.exception, InputError)
    told = CliRunner().invoke(cli.command, [*args, "--force", "--json"])
    report = json.loads(told.output)
    assert report["segments"] == 3
    # L1 lies 0.01 degrees north of node 4, where the track ends; D1 on the road near node 1
    distances = {site["site_id"]: site["distance_m"] for site in report["sites"]}
    assert distances == {"L1": pytest.approx(1109, abs=4), "D1": pytest.approx(0, abs=0.1)}


def test_a_loose_scrap_of_road_is_nobodys_road(extract: Path) -> None:
    folder = make_province(extract.parent / "p")
    loose = {8: (103.9098, 21.3201), 9: (103.9102, 21.3201)}  # 10 m from L1, joined to nothing
    ways = [(10, [1, 2, 3], ROAD), (15, [8, 9], {"highway": "track"})]
    path = write_extract(extract, NODES | loose, ways)
    args = ["--lang", "en", "roads", "import", str(folder), str(path), "--json"]
    report = json.loads(CliRunner().invoke(cli.command, args).output)
    assert report["pieces_km"] == pytest.approx([2.075, 0.0415], abs=0.001)
    site = next(site for site in report["sites"] if site["site_id"] == "L1")
    assert site["distance_m"] == pytest.approx(2215, abs=10)


def test_the_command_refuses_bounds_that_are_none(extract: Path) -> None:
    folder = make_province(extract.parent / "p")
    args = ["roads", "import", str(folder), str(extract), "--bbox", "4,3,2,1"]
    assert CliRunner().invoke(cli.command, args).exit_code == 2


def test_a_zip_that_escapes_writes_nothing(extract: Path) -> None:
    tiles = extract.parent / "tiles"
    tiles.mkdir()
    with zipfile.ZipFile(tiles / "N21E103.hgt.zip", "w") as archive:
        archive.writestr("../N21E103.hgt", b"\0" * (1201 * 1201 * 2))
    with pytest.raises(InputError, match="stay in its folder"):
        import_roads(extract, extract.parent / "roads.gpkg", elevation=tiles)
    assert listing(extract.parent) == {"a.osm.pbf", "tiles"}
    assert listing(tiles) == {"N21E103.hgt.zip"}


def test_ferries_that_meet_on_the_water_share_a_crossing(tmp_path: Path) -> None:
    # 1 ~ 2 ~ 3 takes 40 minutes and 20 of wait, 4 ~ 2 is another ferry from the same middle
    ferry = {"route": "ferry", "vehicle": "yes", "interval": "40"}
    ways = [
        (10, [1, 2, 3], ferry | {"duration": "00:40"}),
        (11, [4, 2], ferry | {"duration": "00:10"}),
        (12, [3, 5], ferry | {"duration": "00:20", "name": "x"}),
        (13, [5, 6], ferry | {"duration": "00:20", "name": "x"}),
        (14, [6, 7], ROAD),
    ]
    nodes = NODES | {5: (103.93, 21.3), 6: (103.94, 21.3), 7: (103.95, 21.3)}
    report = import_roads(write_extract(tmp_path / "a.osm.pbf", nodes, ways), tmp_path / "r.gpkg")
    roads = pyogrio.read_dataframe(report.target, layer="roads").set_index("segment_id")
    times = {
        key: (float(row["duration_min"]), int(row["ferry_wait_min"]))
        for key, row in roads.iterrows()
        if row["road_class"] == "ferry"
    }
    # 12 and 13 are one line, with both crossings and one wait
    assert times == {"w10n1": (20, 10), "w10n2": (20, 10), "w11n4": (10, 20), "w12n3": (40, 20)}
