"""Climbs on made-up terrain: valleys, slopes, ridges with tunnels, voids, cliffs, broken tiles."""

import itertools
import random
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from province.errors import InputError
from province.roads import RoadClass, Surface
from roads.osm.grades import Grade, gather_profiles, measure_grades
from roads.osm.lines import Line, measure_steps_m
from roads.osm.smooth import sample_lines
from roads.osm.tags import RoadTraits
from roads.osm.terrain import name_tile, open_terrain, read_tile
from tests.osm_files import find_shared, write_tile

METRE = 1 / 111_000  # degrees, about


def make_line(
    lon: list[float],
    lat: list[float],
    structures: list[int] | None = None,
    *,
    first_node: int = 1,
    surface: Surface = Surface.ASPHALT,
) -> Line:
    x, y = np.array(lon), np.array(lat)
    steps = measure_steps_m(x, y)
    return Line(
        traits=RoadTraits("tertiary", RoadClass.DISTRICT, surface),
        nodes=np.arange(first_node, first_node + len(x)),
        lon=x,
        lat=y,
        step_m=steps,
        ways=np.full(len(steps), 1),
        structures=np.array(structures or [0] * len(steps), dtype=np.uint8),
    )


def straight(metres: float, parts: int = 40, **more: object) -> Line:
    lon = np.linspace(100.2, 100.2 + metres * METRE, parts + 1)
    return make_line(lon.tolist(), [10.5] * (parts + 1), **more)


def climb(folder: Path, line: Line) -> Grade:
    return measure_grades([line], open_terrain(folder))[0][0]


def test_heights_between_cells_are_bilinear(tmp_path: Path) -> None:
    write_tile(tmp_path / "N10E100.hgt", lambda x, y: 1200 * x + 2400 * y)  # whole metres in cells
    lon, lat = np.array([100.0, 100.25037, 100.99999]), np.array([10.0, 10.7501, 10.0004])
    seen = open_terrain(tmp_path).measure_m(lon, lat)
    assert seen == pytest.approx(1200 * (lon - 100) + 2400 * (lat - 10), abs=1e-6)


def test_names_of_tiles() -> None:
    assert [name_tile(*c) for c in ((1, 42), (-72, -17))] == ["N42E001", "S17W072"]


def test_a_flat_valley_road_has_no_climb(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 3, (1201, 1201))  # what SRTM does on level ground
    write_tile(tmp_path / "N10E100.hgt", lambda x, y: 500 + noise)
    line = straight(10_000)
    seen = open_terrain(tmp_path).measure_m(line.lon, line.lat)
    assert np.abs(np.diff(seen)).sum() > 60  # read as it is, the road would climb
    grade = climb(tmp_path, line)
    assert max(grade.rise_m, grade.fall_m) < 12  # over ten kilometres
    assert max(grade.steepest_up_pct, grade.steepest_down_pct) < 3


def test_a_steady_climb_is_measured_in_both_directions(tmp_path: Path) -> None:
    write_tile(tmp_path / "N10E100.hgt", lambda x, y: 300 + 0.08 * x * 109_400)
    line = straight(3_000)
    length_m = float(line.step_m.sum())
    grade = climb(tmp_path, line)
    assert grade.rise_m == pytest.approx(0.08 * length_m, rel=0.05)
    assert grade.fall_m == 0
    assert grade.steepest_up_pct == pytest.approx(8, abs=0.5)
    assert grade.steepest_down_pct == 0


def test_a_pass_keeps_its_height(tmp_path: Path) -> None:
    # 7 % up for 3 km, then down as far: 210 m each way, the summit cut by a few metres
    middle = 0.2 + 3_000 * METRE
    write_tile(tmp_path / "N10E100.hgt", lambda x, y: 1000 - 0.07 * np.abs(x - middle) * 109_400)
    grade = climb(tmp_path, straight(6_000))
    assert grade.rise_m == pytest.approx(207, abs=12)
    assert grade.fall_m == pytest.approx(207, abs=12)


@pytest.mark.parametrize("structure", [1, 2])
def test_a_tunnel_or_bridge_is_not_read_off_the_hillside(tmp_path: Path, structure: int) -> None:
    ridge = 0.2 + 1_000 * METRE
    write_tile(tmp_path / "N10E100.hgt", lambda x, y: 500 + 300 * (np.abs(x - ridge) < 300 * METRE))
    over = [structure if 10 <= k < 30 else 0 for k in range(40)]
    grade = climb(tmp_path, straight(2_000, structures=over))
    assert max(grade.rise_m, grade.fall_m) < 1
    assert climb(tmp_path, straight(2_000)).rise_m > 100


def test_a_tunnel_cut_into_two_lines_runs_evenly(tmp_path: Path) -> None:
    ridge = 0.2 + 1_000 * METRE
    write_tile(tmp_path / "N10E100.hgt", lambda x, y: 500 + 300 * (np.abs(x - ridge) < 300 * METRE))
    lon = np.linspace(100.2, 100.2 + 2_000 * METRE, 41)
    over = [2 if 10 <= k < 30 else 0 for k in range(40)]
    halves = [
        make_line(lon[:21].tolist(), [10.5] * 21, over[:20]),
        make_line(lon[20:].tolist(), [10.5] * 21, over[20:], first_node=21),
    ]
    grades, report = measure_grades(halves, open_terrain(tmp_path))
    assert all(max(grade.rise_m, grade.fall_m) < 1 for grade in grades)
    assert report.bridged > 30


def test_a_void_without_end_gives_a_level_road(tmp_path: Path) -> None:
    write_tile(tmp_path / "N10E100.hgt", lambda x, y: -32_768 + 0 * x)
    grades, report = measure_grades([straight(1_000)], open_terrain(tmp_path))
    assert report.voids == report.places
    assert grades == [Grade()]


def test_void_cells_make_no_cliffs(tmp_path: Path) -> None:
    def slope(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        heights = 300 + 0.06 * x * 109_400
        heights[np.abs(x - 0.2 - 1_500 * METRE) < 400 * METRE] = -32_768
        return heights

    write_tile(tmp_path / "N10E100.hgt", slope)
    line = straight(3_000)
    grades, report = measure_grades([line], open_terrain(tmp_path))
    assert report.voids > 20
    assert grades[0].rise_m == pytest.approx(0.06 * float(line.step_m.sum()), rel=0.05)
    assert grades[0].steepest_up_pct < 8
    assert report.capped == 0


def test_a_cliff_in_the_terrain_is_no_road_and_is_counted(tmp_path: Path) -> None:
    write_tile(
        tmp_path / "N10E100.hgt",
        lambda x, y: 500 + 0.9 * (x - 0.2) * 109_400 * (x > 0.2) * (x < 0.22),
    )
    grades, report = measure_grades([straight(1_000)], open_terrain(tmp_path))
    assert report.capped == 1
    assert grades[0].steepest_up_pct == report.steepest_paved_pct == 25
    assert grades[0].rise_m <= 0.25 * 1_000


def test_roads_that_meet_share_the_height_of_their_junction(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    noise = rng.normal(0, 3, (1201, 1201))
    write_tile(tmp_path / "N10E100.hgt", lambda x, y: 500 + 0.05 * y * 109_400 + noise)
    lat = np.linspace(10.2, 10.2 + 2_000 * METRE, 21)
    halves = [
        make_line([100.5] * 11, lat[:11].tolist()),
        make_line([100.5] * 11, lat[10:].tolist(), first_node=11),
    ]
    grades = measure_grades(halves, open_terrain(tmp_path))[0]
    net = sum(grade.rise_m - grade.fall_m for grade in grades)
    assert net == pytest.approx(0.05 * 2_000, abs=8)


def test_a_short_piece_counts_with_the_road_that_goes_on(tmp_path: Path) -> None:
    # 200 m at 5 %, 20 m that climb 4 m, 15 m level to a dead end; a lane leaves across
    bounds = [0.0, 200.0, 220.0, 235.0]
    road = [
        make_line([100.2 + a * METRE, 100.2 + b * METRE], [0.5, 0.5], first_node=k)
        for k, (a, b) in enumerate(itertools.pairwise(bounds), 1)
    ]
    lane = make_line([100.2 + 220 * METRE] * 2, [0.5, 0.5 + 300 * METRE], first_node=3)
    lane = replace(lane, nodes=np.array([3, 9]))
    lines = [*road, lane]
    samples = sample_lines(lines)
    metres = (samples.lon - 100.2) / METRE
    lane_m = (samples.lat - 0.5) / METRE
    heights = np.interp(metres, [0, 200, 220], [-10, 0, 4]) + 0.5 * lane_m
    profiles = gather_profiles(lines, samples, heights)
    assert profiles.find_steepest_pct(1) == pytest.approx((7.25, 0), abs=0.1)  # 3.25 + 4 m
    assert profiles.find_steepest_pct(0) == pytest.approx((5, 0), abs=0.1)
    assert profiles.find_steepest_pct(3) == pytest.approx((50, 0), abs=1)
    alone = gather_profiles(lines[1:2], sample_lines(lines[1:2]), np.array([0.0, 4.0]))
    assert alone.find_steepest_pct(0) == pytest.approx((20, 0), abs=0.3)  # nothing goes on


def test_a_geotiff_gives_the_same_as_a_tile(tmp_path: Path) -> None:
    rasterio = pytest.importorskip("rasterio")
    tile, tiff = tmp_path / "tile", tmp_path / "tiff"
    tile.mkdir()
    tiff.mkdir()
    write_tile(tile / "N10E100.hgt", lambda x, y: 300 + 2400 * x + 1200 * y)
    heights = np.frombuffer((tile / "N10E100.hgt").read_bytes(), dtype=">i2").reshape(1201, 1201)
    step = 1 / 1200
    with rasterio.open(
        tiff / "dem.tif",
        "w",
        driver="GTiff",
        width=1201,
        height=1201,
        count=1,
        dtype="int16",
        crs="EPSG:4326",
        nodata=-32768,
        transform=rasterio.Affine(step, 0, 100 - step / 2, 0, -step, 11 + step / 2),
    ) as target:
        target.write(heights.astype("int16"), 1)
    lon, lat = np.linspace(100.1, 100.9, 50), np.linspace(10.9, 10.1, 50)
    seen = open_terrain(tiff).measure_m(lon, lat)
    assert seen == pytest.approx(open_terrain(tile).measure_m(lon, lat), abs=1e-6)


def test_every_missing_tile_is_named(tmp_path: Path) -> None:
    write_tile(tmp_path / "N10E100.hgt", lambda x, y: 0 * x)
    with pytest.raises(InputError) as fault:
        open_terrain(tmp_path).measure_m(np.array([100.5, 101.5, 102.5]), np.array([10.5] * 3))
    assert [finding.value for finding in fault.value.findings] == ["N10E101", "N10E102"]


def test_a_folder_without_tiles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="elevation tiles"):
        open_terrain(tmp_path)


@pytest.mark.parametrize(
    "name",
    ["../N10E100.hgt", "/N10E100.hgt", "a/../../N10E100.hgt", "..\\N10E100.hgt", "C:\\N10E100.hgt"],
)
def test_a_zip_that_escapes_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "N10E100.hgt.zip", "w") as archive:
        archive.writestr(name, b"\0" * (1201 * 1201 * 2))
    with pytest.raises(InputError, match="stay in its folder"):
        open_terrain(tmp_path).measure_m(np.array([100.5]), np.array([10.5]))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["N10E100.hgt.zip"]


def test_broken_tiles_are_refused(tmp_path: Path) -> None:
    spot = np.array([100.5]), np.array([10.5])
    whole = write_tile(tmp_path / "N10E100.hgt", lambda x, y: 0 * x)
    whole.write_bytes(whole.read_bytes()[:-100])
    with pytest.raises(InputError, match="1201"):
        open_terrain(tmp_path).measure_m(*spot)
    whole.unlink()
    (tmp_path / "N10E100.hgt.zip").write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(InputError, match="whole zip"):
        open_terrain(tmp_path).measure_m(*spot)


def test_a_zip_with_a_flipped_bit_is_refused(tmp_path: Path) -> None:
    path, chance = tmp_path / "N10E100.hgt.zip", random.Random(1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        heights = np.array(chance.choices(range(900), k=1201 * 1201), dtype=">i2")
        archive.writestr("N10E100.hgt", heights.tobytes())
    whole = path.read_bytes()
    for _ in range(40):
        data = bytearray(whole)
        data[chance.randrange(40, 4000)] ^= 1 << chance.randrange(8)  # in what zlib unpacks
        path.write_bytes(data)
        with pytest.raises(InputError, match="whole zip"):
            read_tile(path)


def test_andorra_la_vella_lies_at_1024_m() -> None:
    terrain = open_terrain(find_shared("N42E001.hgt.zip").parent)
    seen = terrain.measure_m(np.array([1.5212]), np.array([42.5069]))
    assert seen[0] == pytest.approx(1024, abs=10)
