"""Communes of a file: what it says of them is kept, and what cannot be right is told."""

import json
from pathlib import Path
from typing import Any

import pytest
from osm_files import write_extract

from planning.first_folder.from_map import MapSource, create_from_map
from planning.first_folder.tables import describe_country
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.read import read_province

WEST, SOUTH = 1.49, 42.49


def square(west: float, south: float) -> dict[str, Any]:
    east, north = west + 0.03, south + 0.03
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def make(folder: Path, *communes: dict[str, Any], at: tuple[float, float] = (WEST, SOUTH)) -> Path:
    """Return a file of communes side by side, with these properties."""
    features = [
        {"type": "Feature", "properties": own, "geometry": square(at[0] + 0.03 * number, at[1])}
        for number, own in enumerate(communes)
    ]
    file = folder / "xã.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return file


def build(folder: Path, file: Path) -> Province:
    nodes = {1: (1.50, 42.50), 2: (1.53, 42.51), 3: (1.54, 42.50)}
    extract = write_extract(
        folder / "map.osm.pbf",
        nodes,
        [(1, (1, 2, 3), {"highway": "primary"})],
        {1: {"place": "town", "name": "Alton", "population": "9000"}},
    )
    create_from_map(
        MapSource(extract, communes=file),
        folder / "x",
        country=describe_country("AD"),
        month=Month(2026, 12),
    )
    return read_province(folder / "x")


def test_people_kind_code_and_seat_of_the_file_are_kept(tmp_path) -> None:
    file = make(
        tmp_path,
        {
            "name": "Tô Hiệu", "code": "03646", "kind": "phường", "population": 51293,
            "seat_lon": 1.511, "seat_lat": 42.505,
        },
        {
            "name": "Mường La", "code": "03808", "kind": "xã", "population": 0,
            "seat_lon": None, "seat_lat": None,
        },
    )  # fmt: skip
    first, second = build(tmp_path, file).communes
    assert (first.code, first.kind, first.population) == ("03646", "phường", 51293)
    assert (first.seat_lon, first.seat_lat) == (1.511, 42.505)  # not the town of the map
    assert (second.code, second.kind, second.population) == ("03808", "xã", 0)


def test_what_the_file_does_not_say_comes_from_the_map(tmp_path) -> None:
    (commune,) = build(tmp_path, make(tmp_path, {"TEN_XA": "Alton"})).communes
    assert (commune.code, commune.name, commune.kind) == ("00001", "Alton", "commune")
    assert (commune.population, commune.seat_lon) == (9000, 1.50)


@pytest.mark.parametrize(
    ("own", "column"),
    [
        ({"name": None}, "name"), ({"population": "many"}, "population"),
        ({"population": -5}, "population"), ({"population": 1e12}, "population"),
        ({"seat_lon": 104.0, "seat_lat": 21.0}, "seat_lon"),
        ({"seat_lon": 42.505, "seat_lat": 1.511}, "seat_lon"), ({"seat_lon": 1.5}, "seat_lon"),
        ({"code": None}, "code"), ({"code": "B2"}, "code"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_told_with_its_number(own, column, tmp_path) -> None:
    good = {
        "name": "A", "code": "A1", "population": 10, "seat_lon": None, "seat_lat": None,
        "kind": "xã",
    }  # fmt: skip
    file = make(tmp_path, good | {"name": "B", "code": "B2"}, good | own)
    with pytest.raises(InputError) as caught:
        build(tmp_path, file)
    assert (2, column) in {(f.row, f.column) for f in caught.value.findings}
    assert not (tmp_path / "x").exists()


def test_communes_far_from_every_road_are_refused(tmp_path) -> None:
    file = make(tmp_path, {"name": "Mường Chanh", "code": "04117"}, at=(103.88, 21.2))
    with pytest.raises(InputError) as caught:
        build(tmp_path, file)
    (finding,) = caught.value.findings
    values = dict(finding.expected.values)
    assert (finding.column, finding.value, values["near"]) == ("04117", "Mường Chanh", 20)
    assert 9000 < values["far"] < 10500
    assert not (tmp_path / "x").exists()


def test_a_merged_province_keeps_its_depots(tmp_path) -> None:
    """Two communes of one depot and one of another: ⌈1.25 × 2⌉ and ⌈1.25 × 1⌉ batches."""
    file = make(
        tmp_path,
        {"name": "A", "depot": "Thư viện Đông", "population": 10},
        {"name": "B", "depot": "Thư viện Bắc", "population": 500},
        {"name": "C", "depot": "Thư viện Đông", "population": 20},
    )
    province = build(tmp_path, file)
    of = {commune.code: commune.name for commune in province.communes}
    depots = {site.site_id: (site.name, of[site.commune_code]) for site in province.depots}
    assert depots == {"DEPOT1": ("Thư viện Bắc", "B"), "DEPOT2": ("Thư viện Đông", "C")}
    homes = [batch.depot_id for batch in province.batches]
    assert (homes.count("DEPOT1"), homes.count("DEPOT2")) == (2, 3)
    for kind in (province.vehicles, province.crews):
        assert [one.depot_id for one in kind].count("DEPOT1") == 2
        assert len({one.name for one in kind}) == 4
