"""Reads heights from elevation tiles: SRTM ``.hgt``, zipped too, and GeoTIFF."""

import math
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath

import numpy as np
import numpy.typing as npt

from province.errors import InputError, PlannerError
from province.files.foreign import ForeignError, read_foreign
from province.findings import Finding, Findings
from province.language import Message, message
from roads.array_types import Floats, Ints, Truths

LEAST_SHARE = 0.999  # of the weight of the four cells around that must be known
VOID = -32_768
TILE_NAME = re.compile(r"([NS])(\d{2})([EW])(\d{3})", re.IGNORECASE)
SIDES = (1201, 3601, 601, 121)  # samples a side: 3, 1, 6 and 30 arc seconds
HIGHEST_M, LOWEST_M = 9_000, -500


class MissingExtraError(PlannerError):
    """A library is needed that is not installed."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Raster:
    """A GeoTIFF of heights in metres, read in windows when it is asked for."""

    path: Path

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def measure_m(self, lon: Floats, lat: Floats) -> tuple[Floats, Truths]:
        """Return bilinear heights (NaN where void) and which places lie inside the raster."""
        import rasterio
        from pyproj import Transformer
        from rasterio.windows import Window

        values = np.full(len(lon), np.nan)
        with rasterio.open(self.path) as source:
            project = Transformer.from_crs("EPSG:4326", source.crs.to_wkt(), always_xy=True)
            x, y = project.transform(lon, lat)
            back = ~source.transform
            column = back.a * np.asarray(x) + back.b * np.asarray(y) + back.c - 0.5
            row = back.d * np.asarray(x) + back.e * np.asarray(y) + back.f - 0.5
            inside = (column > -0.5) & (column < source.width - 0.5)
            inside &= (row > -0.5) & (row < source.height - 0.5)
            if not inside.any():
                return values, inside
            left, top = (max(0, int(np.floor(v[inside].min())) - 1) for v in (column, row))
            right = min(source.width, int(column[inside].max()) + 3)
            bottom = min(source.height, int(row[inside].max()) + 3)
            window = Window(left, top, right - left, bottom - top)
            cells = source.read(1, window=window, masked=True).astype(np.float64).filled(np.nan)
        values[inside] = interpolate_cells(cells, column[inside] - left, row[inside] - top, np.nan)
        return values, inside


def name_tile(lon: int, lat: int) -> str:
    """Return the name of the tile with a south-west corner, like ``N42E001``."""
    return f"{'NS'[lat < 0]}{abs(lat):02d}{'EW'[lon < 0]}{abs(lon):03d}"


@dataclass(slots=True)
class Terrain:
    """Heights of a folder of tiles, read when they are asked for.

    Parameters
    ----------
    folder
        Where the tiles are.
    tiles
        For each SRTM tile, by its name, its file.
    rasters
        GeoTIFFs, by name.
    used
        Names of the tiles that heights were taken from, sorted.
    """

    folder: Path
    tiles: dict[str, Path]
    rasters: tuple[Raster, ...]
    used: tuple[str, ...] = ()

    def measure_m(self, lon: Floats, lat: Floats) -> Floats:
        """Return metres above the sea at each place, NaN where the terrain is void.

        Raises
        ------
        InputError
            If no tile covers some places; every missing tile is named.
        """
        heights = np.full(len(lon), np.nan)
        is_covered = np.zeros(len(lon), dtype=np.bool_)
        used: set[str] = set(self.used)
        for raster in self.rasters:
            values, inside = raster.measure_m(lon, lat)
            chosen = inside & ~is_covered
            heights[chosen] = values[chosen]
            is_covered |= inside
            used |= {raster.name} if chosen.any() else set()
        missing = []
        west, south = np.floor(lon).astype(np.int64), np.floor(lat).astype(np.int64)
        left = np.flatnonzero(~is_covered)
        corners = np.unique(np.column_stack((west[left], south[left])), axis=0).tolist()
        for x, y in corners:
            name = name_tile(x, y)
            if name not in self.tiles:
                missing.append(name)
                continue
            used.add(name)
            here = left[(west[left] == x) & (south[left] == y)]
            heights[here] = _interpolate(read_tile(self.tiles[name]), lon[here] - x, lat[here] - y)
        if missing:
            raise _faults(self.folder, missing)
        self.used = tuple(sorted(used))
        return heights


def _faults(folder: Path, names: Sequence[str]) -> InputError:
    findings = Findings()
    for name in names:
        findings.at(str(folder.name)).add(
            name,
            expected=message("a tile {name}.hgt, {name}.hgt.zip or a GeoTIFF", name=name),
            advice=message("download it, narrow --bbox, or leave --elevation out"),
        )
    return InputError(findings.faults)


def open_terrain(folder: Path) -> Terrain:
    """Return the terrain of a folder of tiles (or of one file).

    Raises
    ------
    InputError
        If there is no tile, or a zip names files outside its folder.
    """
    paths = sorted(folder.iterdir()) if folder.is_dir() else [folder] if folder.is_file() else []
    tiles: dict[str, Path] = {}
    for path in paths:
        name = path.name.lower()
        found = TILE_NAME.match(path.name)
        if found and name.endswith((".hgt", ".hgt.zip", ".srtmgl1.hgt.zip", ".zip")):
            tiles.setdefault(found[0].upper(), path)
    rasters = open_rasters([p for p in paths if p.suffix.lower() in (".tif", ".tiff")])
    if not tiles and not rasters:
        expected = message("a folder with elevation tiles (.hgt, .hgt.zip, .tif)")
        advice = message("download SRTM tiles of the province into it")
        raise InputError([Finding(folder.name, None, "", str(folder), expected, advice)])
    return Terrain(folder, tiles, rasters)


def read_tile(path: Path) -> npt.NDArray[np.int16]:
    """Return the heights of an SRTM tile in metres, north row first; `VOID` where unknown.

    Raises
    ------
    InputError
        If the file is no tile, or a zip holds none or names files outside its folder.
    """
    data = _unzip(path) if path.suffix.lower() == ".zip" else path.read_bytes()
    side = math.isqrt(len(data) // 2)
    if side not in SIDES or len(data) != 2 * side * side:
        raise _unreadable(
            path, f"{len(data)} bytes", message("1201 × 1201 or 3601 × 3601 heights of 2 bytes")
        )
    heights = np.frombuffer(data, dtype=">i2").reshape(side, side).astype(np.int16)
    heights[(heights > HIGHEST_M) | (heights < LOWEST_M)] = VOID
    return heights


def _unreadable(path: Path, value: str, expected: Message) -> InputError:
    advice = message("download the tile again")
    return InputError([Finding(path.name, None, "", value, expected, advice)])


def _unzip(path: Path) -> bytes:
    """Return the tile inside a zip, read in memory; nothing is ever unpacked to disk."""
    try:
        return read_foreign(lambda: _read_zipped(path))
    except ForeignError as error:
        raise _unreadable(path, error.text, message("a whole zip file")) from error


def _read_zipped(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        for item in archive.infolist():
            if _escapes(item.filename):
                expected = message("a zip whose files stay in its folder")
                raise _unreadable(path, item.filename, expected)
        inside = [i for i in archive.infolist() if i.filename.lower().endswith(".hgt")]
        if len(inside) != 1 or inside[0].file_size > 2 * max(SIDES) ** 2:
            raise _unreadable(path, "", message("a zip with one .hgt tile"))
        return archive.read(inside[0])


def _escapes(name: str) -> bool:
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    is_absolute = posix.is_absolute() or windows.is_absolute() or bool(windows.drive)
    return is_absolute or ".." in posix.parts or ".." in windows.parts


def _interpolate(heights: npt.NDArray[np.int16], east: Floats, north: Floats) -> Floats:
    """Return bilinear heights at shares of a tile's width and height from its south-west corner."""
    last = heights.shape[0] - 1
    return interpolate_cells(heights, east * last, (1.0 - north) * last, VOID)


def open_rasters(paths: Sequence[Path]) -> tuple[Raster, ...]:
    """Return the rasters of some GeoTIFF files.

    Raises
    ------
    MissingExtraError
        If there are some and `rasterio` is not installed.
    InputError
        With every file that cannot be read or has no coordinate system.
    """
    if not paths:
        return ()
    try:
        import rasterio
    except ImportError as error:
        raise MissingExtraError(
            message("GeoTIFF needs one more library: pip install 'luanchuyen[elevation]'")
        ) from error
    findings = []
    for path in paths:
        try:
            with read_foreign(partial(rasterio.open, path)) as source:
                fault = "" if source.crs is not None else "CRS"
        except ForeignError as error:
            fault = error.text[:80]
        if fault:
            expected = message("a GeoTIFF of heights with a coordinate system")
            advice = message("download the tile again")
            findings.append(Finding(path.name, None, "", fault, expected, advice))
    if findings:
        raise InputError(findings)
    return tuple(Raster(path) for path in paths)


def interpolate_cells(
    heights: npt.NDArray[np.int16] | Floats, column: Floats, row: Floats, void: float
) -> Floats:
    """Return bilinear values between cells.

    A place is NaN when the cells around that are known weigh less than `LEAST_SHARE`: half a cell
    read level at the edge of a void would be a step in the road.
    """
    num_rows, num_columns = heights.shape
    c: Ints = np.clip(np.floor(column), 0, num_columns - 2).astype(np.int64)
    r: Ints = np.clip(np.floor(row), 0, num_rows - 2).astype(np.int64)
    dc, dr = np.clip(column - c, 0.0, 1.0), np.clip(row - r, 0.0, 1.0)
    total, known = np.zeros(len(column)), np.zeros(len(column))
    for down in (0, 1):
        for right in (0, 1):
            value = heights[r + down, c + right].astype(np.float64)
            weight = (dr if down else 1 - dr) * (dc if right else 1 - dc)
            is_known = (value != void) & ~np.isnan(value)
            total += np.where(is_known, weight * value, 0.0)
            known += np.where(is_known, weight, 0.0)
    return np.where(known >= LEAST_SHARE, total / np.maximum(known, 1e-12), np.nan)
