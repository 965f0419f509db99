"""Rivers and lakes of an extract, for the maps."""

from pathlib import Path

import pytest
from osm_files import write_extract

from exports.maps.ground import draw_water
from province.errors import InputError
from roads.osm.areas import dump_water, read_water

NODES = {
    1: (10.0, 50.0), 2: (10.1, 50.0), 3: (10.2, 50.05),
    11: (10.3, 50.3), 12: (10.31, 50.3), 13: (10.31, 50.31), 14: (10.3, 50.31),
    21: (10.4, 50.4), 22: (10.4005, 50.4), 23: (10.4005, 50.4005),
}  # fmt: skip
WAYS = (
    (1, (1, 2, 3), {"waterway": "river", "name": "Suối Ngọc"}),
    (2, (3, 11), {"waterway": "stream"}),
    (3, (11, 12, 13, 14, 11), {"natural": "water"}),
    (4, (21, 22, 23, 21), {"natural": "water"}),
    (5, (2, 14), {"highway": "primary"}),
)


def test_rivers_and_large_lakes_are_kept(tmp_path: Path) -> None:
    extract = write_extract(tmp_path / "map.osm.pbf", NODES, WAYS)
    river, lake = read_water(extract)
    assert river["type"] == "LineString"
    assert [tuple(point) for point in river["coordinates"]] == [NODES[n] for n in (1, 2, 3)]
    assert lake["type"] == "Polygon"
    assert {tuple(point) for point in lake["coordinates"][0]} == {
        NODES[n] for n in (11, 12, 13, 14)
    }


def test_the_file_is_what_the_maps_read(tmp_path: Path) -> None:
    extract = write_extract(tmp_path / "map.osm.pbf", NODES, WAYS)
    (tmp_path / "water.geojson").write_text(dump_water(read_water(extract)), encoding="utf-8")
    drawn = draw_water(tmp_path, (9.0, 49.0, 11.0, 51.0), tolerance=0)
    assert [water["area"] for water in drawn] == [0, 1]


def test_a_damaged_extract_is_refused(tmp_path: Path) -> None:
    (tmp_path / "map.osm.pbf").write_bytes(b"no map")
    with pytest.raises(InputError):
        read_water(tmp_path / "map.osm.pbf")


@pytest.mark.parametrize("text", ["no map", '{"type": "Feature"}', "[" * 100_000, "[[]]"])
def test_a_damaged_water_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "water.geojson").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="rivers as lines"):
        draw_water(tmp_path, (9.0, 49.0, 11.0, 51.0), tolerance=0)
