"""Hand edits: what each does, that it survives a new import, and what is said when it misfits."""

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from province.errors import InputError
from roads.osm import ImportReport, import_roads
from tests.osm_files import Tags, write_extract

WEST = {"highway": "tertiary", "ref": "DT1"}
HEADINGS = (
    "edit_id,action,wkt,way_id,ref,new_ref,road_class,surface,width_m,oneway,km_from,"
    "length_m,vehicles"
)


def spot(x: float, y: float = 0) -> str:
    return f"{103 + x / 1000:.7f} {21 + y / 1000:.7f}"


def write_roads_of_four(path: Path, *, way: int = 10, shift: float = 0.0) -> Path:
    """A road 1-2-3-4-5 (DT1) of about 400 m steps, a side road 3-6, and a lane 5-7."""
    nodes = {k: (103 + (k - 1) * 0.004, 21 + shift / 1000) for k in range(1, 6)}
    nodes |= {6: (103.008, 21.004), 7: (103.016, 21.004)}
    ways: list[tuple[int, list[int], Tags]] = [
        (way, [1, 2, 3, 4, 5], WEST),
        (11, [3, 6], {"highway": "track"}),
        (12, [5, 7], {"highway": "residential"}),
    ]
    return write_extract(path, nodes, ways)


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return write_roads_of_four(tmp_path / "a.osm.pbf")


def run(extract: Path, *rows: str) -> tuple[ImportReport, dict[str, dict]]:
    edits = extract.parent / "road-edits.csv"
    edits.write_text("\n".join([HEADINGS, *rows]) + "\n", encoding="utf-8")
    report = import_roads(extract, extract.parent / "roads.gpkg", edits=edits)
    frame = pyogrio.read_dataframe(report.target, layer="roads")
    return report, {row["segment_id"]: row for row in frame.to_dict("records")}


def row(edit_id: str, action: str, wkt: str, **cells: object) -> str:
    given = {"edit_id": edit_id, "action": action, "wkt": f'"{wkt}"'} | cells
    return ",".join(str(given.get(key, "")) for key in HEADINGS.split(","))


def test_change_sets_values_of_the_segment_at_a_point(extract: Path) -> None:
    report, roads = run(
        extract,
        row(
            "c",
            "change",
            f"POINT ({spot(2)})",
            ref="DT1",
            width_m=2.8,
            surface="gravel",
            vehicles="car|motorbike",
        ),
    )
    assert (report.edits_applied, report.findings) == (1, ())
    changed = roads["w10n1"]
    assert (changed["width_m"], changed["surface"], changed["edits"]) == (2.8, "gravel", "c")
    assert (changed["vehicles"], changed["surface_assumed"]) == ("car|motorbike", False)
    assert np.isnan(roads["w10n3"]["width_m"])


def test_change_of_a_stretch_cuts_at_both_ends_and_counts_kilometres(extract: Path) -> None:
    # from the middle of 1-2 to the middle of 4-5, against the drawing: km 20 at the east end
    line = f"LINESTRING ({spot(14)}, {spot(8)}, {spot(2)})"
    _, roads = run(extract, row("k", "change", line, ref="DT1", km_from=20, width_m=5))
    stretch = sorted((r for r in roads.values() if r["edits"] == "k"), key=lambda r: r["km_from"])
    assert [r["km_from"] for r in stretch] == [20, pytest.approx(20.624, abs=0.002)]
    assert sum(r["length_m"] for r in stretch) == pytest.approx(1248, abs=3)
    assert stretch[0]["geometry"].coords[0] == pytest.approx((103.014, 21), abs=1e-6)
    whole = sum(r["length_m"] for r in roads.values() if r["ref"] == "DT1")
    assert whole == pytest.approx(1664, abs=3)


def test_remove_takes_the_segment_out(extract: Path) -> None:
    _, roads = run(extract, row("r", "remove", f"POINT ({spot(8, 2)})", way_id=11))
    assert {r["highway"] for r in roads.values()} == {"tertiary", "residential"}


def test_split_makes_a_junction(extract: Path) -> None:
    _, roads = run(extract, row("s", "split", f"POINT ({spot(8, 2)})", way_id=11))
    halves = [r for r in roads.values() if r["highway"] == "track"]
    assert len(halves) == 2
    assert halves[0]["length_m"] == pytest.approx(halves[1]["length_m"], abs=0.5)
    shared = {halves[0]["start_node"], halves[0]["end_node"]} & {
        halves[1]["start_node"],
        halves[1]["end_node"],
    }
    assert [node < 0 for node in shared] == [True]


def test_add_joins_its_ends_to_the_roads(extract: Path) -> None:
    # from 9 m beside node 7 to a place 5 m off the middle of the track: that is cut there
    line = f"LINESTRING ({spot(16, 4.08)}, {spot(12, 4)}, {spot(8.05, 2)})"
    report, roads = run(
        extract, row("a", "add", line, ref="DT2", road_class="commune", surface="concrete")
    )
    added = roads["ea"]
    assert report.edits_applied == 1
    assert (added["ref"], added["road_class"], added["highway"]) == ("DT2", "commune", "edit")
    assert added["start_node"] == 7
    assert added["geometry"].coords[-1] == pytest.approx((103.008, 21.002), abs=1e-6)
    track = [r for r in roads.values() if r["highway"] == "track"]
    assert len(track) == 2
    assert all(added["end_node"] in (r["start_node"], r["end_node"]) for r in track)
    assert len(report.pieces_km) == 1


def test_a_measured_length_counts_instead_of_the_drawn_one(extract: Path) -> None:
    _, roads = run(extract, row("m", "change", f"POINT ({spot(8, 2)})", way_id=11, length_m=900))
    assert roads["w11n3"]["length_m"] == 900


def test_oneway_points_along_the_drawn_stretch(extract: Path) -> None:
    line = f"LINESTRING ({spot(8, 4)}, {spot(8, 0)})"
    _, roads = run(extract, row("o", "change", line, way_id=11, oneway="yes"))
    track = next(r for r in roads.values() if r["highway"] == "track")
    assert (track["oneway"], track["start_node"], track["end_node"]) == (True, 6, 3)


def test_edits_survive_an_import_of_newer_data(extract: Path) -> None:
    rows = (
        row("c", "change", f"POINT ({spot(2)})", way_id=10, ref="DT1", width_m=2.8),
        row("a", "add", f"LINESTRING ({spot(16, 4)}, {spot(12, 3)}, {spot(8, 2)})"),
        row("r", "remove", f"POINT ({spot(16, 2)})", way_id=12),
    )
    before = run(extract, *rows)
    # the road was traced again 8 m to the north, and became another way
    write_roads_of_four(extract, way=99, shift=0.08)
    report, roads = run(extract, *rows)
    assert (report.edits_applied, report.findings) == (3, ())
    assert roads["w99n1"]["width_m"] == 2.8
    assert roads["ea"]["length_m"] == pytest.approx(before[1]["ea"]["length_m"], abs=0.1)
    assert roads["ea"]["end_node"] == before[1]["ea"]["end_node"]  # the same id in every import
    assert not any(r["highway"] == "residential" for r in roads.values())


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (row("x", "change", f"POINT ({spot(2, 3)})", ref="DT1", width_m=3), "within 30 m"),
        (row("x", "change", f"POINT ({spot(2)})", ref="DT7", width_m=3), "the road there is DT1"),
        (row("x", "remove", f"POINT ({spot(2)})", way_id=77), "way 10"),
        (row("x", "change", f"POINT ({spot(2)})", new_ref="DT1"), "has it now"),
        (row("x", "split", f"POINT ({spot(8)})"), "a junction at this place"),
        (row("x", "add", f"LINESTRING ({spot(0, 9)}, {spot(5, 9)})"), "within 15 m of a road"),
        (row("x", "add", f"LINESTRING ({spot(0, 0.05)}, {spot(16, 0.05)})"), "has it now"),
        (row("x", "remove", f"LINESTRING ({spot(2)}, {spot(8, 3)})", ref="DT1"), "within 30 m"),
        (row("x", "remove", f"LINESTRING ({spot(8, 3)}, {spot(16, 3)})"), "first to the last"),
    ],
)
def test_an_edit_that_does_not_fit_changes_nothing_and_is_reported(
    extract: Path, edit: str, said: str
) -> None:
    report, roads = run(extract, edit)
    assert report.edits_applied == 0
    assert [(f.row, f.is_warning) for f in report.findings] == [(2, True)]
    assert said in str(report.findings[0].as_message())
    assert set(roads) == {"w10n1", "w10n3", "w11n3", "w12n5"}
    assert all(r["edits"] == "" for r in roads.values())


def test_every_fault_of_the_file_comes_in_one_answer(extract: Path) -> None:
    rows = (
        row("a", "ad", f"POINT ({spot(2)})"),
        row("b", "add", f"POINT ({spot(2)})"),
        row("c", "change", "POINT 1 2", width_m=3),
        row("d", "change", f"POINT ({spot(2)})"),
        row("b", "remove", f"POINT ({spot(2)})"),
        row("e", "change", f"POINT ({spot(2)})", vehicles="tank"),
        row("f", "change", "POINT (500 21)", width_m=3),
    )
    with pytest.raises(InputError) as fault:
        run(extract, *rows)
    seen = {(finding.row, finding.column) for finding in fault.value.findings}
    assert seen == {
        (2, "action"),
        (3, "wkt"),
        (4, "wkt"),
        (5, "action"),
        (6, "edit_id"),
        (7, "vehicles"),
        (8, "wkt"),
    }
    assert not (extract.parent / "roads.gpkg").exists()


def test_a_qgis_layer_does_as_well_as_a_table(extract: Path) -> None:
    layer = extract.parent / "edits.gpkg"
    pyogrio.raw.write(
        layer,
        geometry=shapely.to_wkb(
            np.array([shapely.from_wkt(f"LINESTRING ({spot(8, 4)}, {spot(8, 0)})")])
        ),
        field_data=[np.array([value], dtype=object) for value in ("q", "change")]
        + [np.array([11]), np.array([2.5])],
        fields=["edit_id", "action", "way_id", "width_m"],
        driver="GPKG",
        geometry_type="LineString",
        crs="EPSG:4326",
    )
    report = import_roads(extract, extract.parent / "roads.gpkg", edits=layer)
    frame = pyogrio.read_dataframe(report.target, layer="roads")
    assert report.findings == ()
    assert frame[frame.edits == "q"].width_m.tolist() == [2.5]


def test_a_table_saved_by_qgis_is_read_as_it_is(extract: Path) -> None:
    edits = extract.parent / "road-edits.csv"
    edits.write_text(
        "WKT,fid,edit_id,action,way_id,width_m\n"
        f'"MULTILINESTRING (({spot(8, 4)}, {spot(8, 0)}))",1,q,change,11,2.5\n',
        encoding="utf-8",
    )
    report = import_roads(extract, extract.parent / "roads.gpkg", edits=edits)
    assert (report.edits_applied, report.findings) == (1, ())


def test_a_heading_that_nothing_reads_is_a_warning(extract: Path) -> None:
    edits = extract.parent / "road-edits.csv"
    text = f'edit_id,action,wkt,width\ns,split,"POINT ({spot(8, 2)})",3\n'
    edits.write_text(text, encoding="utf-8")
    report = import_roads(extract, extract.parent / "roads.gpkg", edits=edits)
    assert [(f.column, f.is_warning) for f in report.findings] == [("width", True)]
    assert report.edits_applied == 1


def test_the_same_edits_give_the_same_bytes(extract: Path) -> None:
    rows = (
        row("c", "change", f"LINESTRING ({spot(2)}, {spot(14)})", ref="DT1", km_from=3),
        row("a", "add", f"LINESTRING ({spot(16, 4)}, {spot(12, 3)}, {spot(8, 2)})"),
        row("s", "split", f"POINT ({spot(8, 1)})"),
    )
    first = run(extract, *rows)[0].target.read_bytes()
    assert run(extract, *rows)[0].target.read_bytes() == first
