"""Cells of communes from facts alone: four that touch in a ring about a fifth, and what ships."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from benchmarks.outlines import find_touching, measure_likeness
from tools.commune_cells import compute_cells, draw_outlines, frame_communes
from tools.region_facts import RegionCommune, find_inner, read_borders, read_region

DATA = Path(__file__).resolve().parent.parent / "data"
REAL = DATA.parent.parent / "shared" / "facts" / "geo" / "sonla_2025_from_2009_census.geojson"
SON_LA = "14"


def commune(code: str, east_km: float, north_km: float, area_km2: float) -> RegionCommune:
    """A commune so far from 104 degrees east, 21.8 north."""
    label = (104 + east_km / 103.4, 21.8 + north_km / 111.2)
    return RegionCommune(code, code, "xã", "00", area_km2, 1000, (), label, label, "label point")


# A square of 10 km in the middle; about it north, east, south and west, 10 x 10 km each plus half
# of two corners: they touch each other.
RING = (
    commune("00001", 0, 0, 100), commune("00002", 0, 10, 200), commune("00003", 10, 0, 200),
    commune("00004", 0, -10, 200), commune("00005", -10, 0, 200),
)  # fmt: skip
BORDERS = {
    **{("00001", f"0000{other}"): 10.0 for other in (2, 3, 4, 5)},
    ("00002", "00003"): 14.1, ("00003", "00004"): 14.1, ("00004", "00005"): 14.1,
    ("00002", "00005"): 14.1,
}  # fmt: skip


def test_only_the_one_in_the_middle_has_no_part_in_the_edge() -> None:
    assert find_inner(BORDERS) == {"00001"}
    assert find_inner({**BORDERS, ("00003", "00005"): 1.0}) >= {"00001"}
    lacking = {pair: km for pair, km in BORDERS.items() if pair != ("00002", "00003")}
    assert find_inner(lacking) == frozenset()


def test_cells_have_the_areas_and_neighbours_that_are_known() -> None:
    labels, frame = compute_cells(RING, BORDERS, side=1.0, samples=3)
    outlines = draw_outlines(labels, frame, [one.area_km2 for one in RING], 0.25)
    cells = {one.code: cell for one, cell in zip(RING, outlines, strict=True)}
    assert find_touching(cells) == set(BORDERS)
    for one, cell in zip(RING, outlines, strict=True):
        assert cell.is_valid
        assert cell.covers(shapely.Point(one.label))
    found = measure_likeness(cells, {one.code: one.area_km2 for one in RING}, BORDERS, cells)
    assert (found.right, found.wanted, found.false) == (8, 8, 0)
    assert found.land_share == pytest.approx(1)
    assert found.area_error < 0.05
    again, _ = compute_cells(RING, BORDERS, side=1.0, samples=3)
    assert np.array_equal(again, labels)


def test_the_plane_has_true_areas_and_goes_there_and_back() -> None:
    frame = frame_communes(RING, 1.0)
    assert frame.in_degrees(*frame.place(104.1234, 22.4321)) == (104.1234, 22.4321)
    (west, south), (east, north) = frame.place(104, 22.5), frame.place(104.1, 22.6)
    # a tenth of a degree each way at 22.55 degrees north, on a sphere of 6371.007 km
    assert (east - west) * (north - south) == pytest.approx(114.19, abs=0.05)


@cache
def read_cells() -> dict[str, dict]:
    text = (DATA / "communes.geojson").read_text(encoding="utf-8")
    return {one["properties"]["code"]: one for one in json.loads(text)["features"]}


@cache
def find_all_touching() -> frozenset[tuple[str, str]]:
    return frozenset(
        find_touching({code: shape(f["geometry"]) for code, f in read_cells().items()})
    )


def test_what_ships_says_what_the_facts_say() -> None:
    for known in read_region():
        cells = read_cells()[known.code]["properties"]
        assert (cells["name"], cells["kind"], cells["province_code"], cells["area_km2"],
                cells["population"], tuple(cells["old_units"]), cells["schematic"]) == (
            known.name, known.kind, known.province_code, known.area_km2, known.population,
            known.old_units, True)  # fmt: skip
    assert len(read_cells()) == 841
    assert (DATA / "communes.geojson").stat().st_size < 3_000_000


def test_shipped_cells_overlap_nowhere_and_have_their_seats() -> None:
    shapes = {code: shape(one["geometry"]) for code, one in read_cells().items()}
    whole = shapely.union_all(list(shapes.values()))
    assert sum(one.area for one in shapes.values()) == pytest.approx(whole.area, rel=1e-6)
    for code, one in read_cells().items():
        seat = shapely.Point(one["properties"]["seat_lon"], one["properties"]["seat_lat"])
        assert shapes[code].is_valid
        assert shapes[code].covers(seat), one["properties"]["name"]


def test_shipped_cells_touch_as_the_communes_do() -> None:
    borders = read_borders(read_region())
    found = find_all_touching()
    assert len(set(borders) - found) <= 25  # of 2,350
    assert len(found - set(borders)) <= 40
    own = {
        code for code, one in read_cells().items() if one["properties"]["province_code"] == SON_LA
    }
    wanted = {pair for pair in borders if set(pair) <= own}
    assert len(wanted) == 187
    assert len(wanted & found) >= 178
    assert len({pair for pair in found if set(pair) <= own} - wanted) <= 10


def test_shipped_areas_are_the_published_ones_within_a_twentieth() -> None:
    shapes = {code: shape(one["geometry"]) for code, one in read_cells().items()}
    km2 = {code: one["properties"]["area_km2"] for code, one in read_cells().items()}
    assert measure_likeness(shapes, km2, {}, {}).area_error < 0.05


@pytest.mark.skipif(not REAL.is_file(), reason="../shared/facts/geo is missing")
def test_four_fifths_of_son_las_land_lie_in_the_right_commune() -> None:
    features = json.loads(REAL.read_text(encoding="utf-8"))["features"]
    real = {f["properties"]["code"]: shapely.make_valid(shape(f["geometry"])) for f in features}
    own = {code: shape(read_cells()[code]["geometry"]) for code in real}
    km2 = {code: read_cells()[code]["properties"]["area_km2"] for code in real}
    found = measure_likeness(own, km2, read_borders(read_region()), real)
    assert found.land_share is not None
    assert found.land_share >= 0.82
