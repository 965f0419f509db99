"""Reading roads.gpkg, closure areas and kilometre posts."""

import json
from pathlib import Path

import numpy as np
import pyogrio
import pyogrio.raw
import pytest
import shapely

from province.cells import parse_post
from province.errors import InputError
from province.findings import CellError
from province.fleet import VehicleKind
from province.read import read_province
from roads.network import build_network
from roads.travel import Roads

LINES = [
    [(103.9, 21.3), (104.0, 21.3)],
    [(104.0, 21.3), (104.0, 21.4)],
    [(103.95, 21.2), (103.95, 21.4)],
]
BASE = {
    "segment_id": ["R1", "R2", "R3"],
    "ref": ["QL6", "", ""],
    "road_class": ["national", "commune", "commune"],
    "surface": ["asphalt", "concrete", "earth"],
    "length_m": [10_500.0, 11_500.0, 22_500.0],
    "max_t": [np.nan, 8.0, np.nan],
    "max_height_m": [np.nan, 3.1, np.nan],
    "vehicles": ["", "car|motorbike", ""],
    "oneway": [False, True, False],
    "start_node": [11, 12, 13],
    "end_node": [12, 14, 15],
    "way_ids": ["1|2", "3", "4"],
}


def write_gpkg(path: Path, *, crs="EPSG:4326", about=True, layer="roads", **changes) -> None:
    columns = {**BASE, **changes}
    values = [
        np.array(v, dtype=object if isinstance(v[0], str) else None) for v in columns.values()
    ]
    pyogrio.raw.write(
        path, geometry=shapely.to_wkb([shapely.LineString(line) for line in LINES]),
        field_data=values, fields=list(columns), layer=layer, driver="GPKG",
        geometry_type="LineString", crs=crs, encoding="UTF-8",
    )  # fmt: skip
    if about:
        pyogrio.raw.write(
            path, geometry=None, field_data=[np.array(["attribution"], dtype=object),
            np.array(["© OpenStreetMap contributors"], dtype=object)], fields=["key", "value"],
            layer="about", driver="GPKG", geometry_type=None, append=True, encoding="UTF-8",
        )  # fmt: skip


def test_imported_roads_are_read_instead_of_the_drawn_ones(small_folder: Path) -> None:
    (small_folder / "closures.csv").unlink()
    write_gpkg(small_folder / "roads.gpkg")
    province = read_province(small_folder)
    first, second, third = province.segments
    assert [s.segment_id for s in province.segments] == ["R1", "R2", "R3"]
    assert (first.max_t, first.max_height_m, first.vehicles) == (None, None, ())
    assert second.vehicles == (VehicleKind.CAR, VehicleKind.MOTORBIKE)
    assert (second.max_t, second.max_height_m, second.is_oneway) == (8.0, 3.1, True)
    assert (third.start_node, third.end_node, third.line[0]) == (13, 15, (103.95, 21.2))
    assert province.attribution == "© OpenStreetMap contributors"


def test_named_nodes_decide_what_is_joined(small_folder: Path) -> None:
    # R3 crosses R1 on a bridge; R2 begins where R1 ends, but only shared nodes join them
    (small_folder / "closures.csv").unlink()
    write_gpkg(small_folder / "roads.gpkg")
    joined = build_network(read_province(small_folder).segments)
    assert joined.ends[0] == joined.starts[1]
    assert len(joined.places) == 5
    write_gpkg(small_folder / "roads.gpkg", start_node=[11, 99, 13])
    apart = build_network(read_province(small_folder).segments)
    assert apart.ends[0] != apart.starts[1]
    assert len(apart.places) == 6


def test_a_road_drawn_in_qgis_meets_the_named_node_at_its_end(small_folder: Path) -> None:
    (small_folder / "closures.csv").unlink()
    nodes = {"start_node": [11.0, np.nan, 13.0], "end_node": [12.0, np.nan, 15.0]}
    write_gpkg(small_folder / "roads.gpkg", **nodes)
    network = build_network(read_province(small_folder).segments)
    assert network.ends[0] == network.starts[1]


def test_settings_and_source_are_both_credited_once(small_folder: Path) -> None:
    (small_folder / "closures.csv").unlink()
    write_gpkg(small_folder / "roads.gpkg")
    settings = small_folder / "province.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + '\n[roads]\nattribution = "Sở Xây dựng"\n', encoding="utf-8")
    assert read_province(small_folder).attribution == "Sở Xây dựng · © OpenStreetMap contributors"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda path: path.write_bytes(b"not a database"), "a GeoPackage"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "a GeoPackage"),
        (lambda path: (path.unlink(), write_gpkg(path, layer="ways")), "a layer roads"),
        (lambda path: (path.unlink(), write_gpkg(path, crs="EPSG:32648")), "EPSG:4326"),
        (lambda path: (path.unlink(), write_gpkg(path, surface=["mud"] * 3)), "asphalt"),
        (lambda path: (path.unlink(), write_gpkg(path, vehicles=["tram"] * 3)), "bus, truck"),
        (lambda path: (path.unlink(), write_gpkg(path, length_m=[1.0] * 3)), "drawn length"),
    ],
)
def test_a_bad_geopackage_is_one_clear_answer(small_folder: Path, spoil, told: str) -> None:
    path = small_folder / "roads.gpkg"
    write_gpkg(path)
    spoil(path)
    with pytest.raises(InputError) as error:
        read_province(small_folder)
    assert "roads.gpkg" in str(error.value)
    assert told in str(error.value)


def ring(west: float, south: float, east: float, north: float):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def write_areas(folder: Path, *rings, area_id: str = "slide") -> None:
    features = [
        {"type": "Feature", "properties": {"area_id": area_id, "name": "Sạt lở", "drawn_by": "A"},
         "geometry": {"type": "Polygon", "coordinates": [points]}}
        for points in rings
    ]  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / "closure_areas.geojson").write_text(text, encoding="utf-8")


def close(folder: Path, row: str) -> None:
    head = "closure_id,segment_id,ref,km_from,km_to,area_id,from_date,to_date,effect"
    (folder / "closures.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")


def test_a_closure_names_a_drawn_area(small_folder: Path) -> None:
    # From 21.32 to 21.36 of S09, which runs from 21.30 to 21.38: its second and third quarter
    write_areas(small_folder, ring(103.8, 21.32, 103.95, 21.36))
    close(small_folder, "A1,,,,,slide,2026-12-01,2026-12-09,shut")
    found = Roads(read_province(small_folder)).affected.stretches
    assert [(s.segment_id, s.first, s.last) for s in found["A1"]] == [("S09", 0.25, 0.75)]


@pytest.mark.parametrize(
    ("rings", "row", "told"),
    [
        ([ring(103.8, 21.3, 103.9, 21.4)], "A1,,,,,slip,2026-12-01,,shut", '"slip"'),
        ([ring(103.8, 21.3, 103.9, 21.4)], "A1,S09,,,,slide,2026-12-01,,shut", "area_id"),
        ([ring(103.8, 21.3, 103.9, 21.4)] * 2, "A1,,,,,slide,2026-12-01,,shut", "no other row"),
        ([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]], "A1,,,,,slide,2026-12-01,,shut", "cross"),
    ],
)
def test_faults_of_areas_are_told(small_folder: Path, rings, row: str, told: str) -> None:
    write_areas(small_folder, *rings)
    close(small_folder, row)
    with pytest.raises(InputError) as error:
        read_province(small_folder)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("text", "km"),
    [("44+125", 44.125), ("Km 44+125", 44.125), ("km10+50", 10.05), ("12,5", 12.5), ("7", 7.0)],
)
def test_kilometre_posts_are_read_as_they_are_spoken(text: str, km: float) -> None:
    assert parse_post(text) == pytest.approx(km)


@pytest.mark.parametrize("text", ["44+1250", "44+", "km", "1.250"])
def test_posts_that_can_be_read_in_two_ways_are_refused(text: str) -> None:
    with pytest.raises(CellError):
        parse_post(text)


def test_posts_of_a_closure_reach_the_road(small_folder: Path) -> None:
    close(small_folder, "A1,,ĐT.101,1+900,km 3+800,,2026-12-01,2026-12-09,shut")
    found = Roads(read_province(small_folder)).affected.stretches
    assert [(s.segment_id, s.first, s.last) for s in found["A1"]] == [("S02", 0.2, 0.4)]
