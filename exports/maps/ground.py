"""Gathers what lies at the very bottom of a map: shaded hills, rivers and lakes."""

import base64
import io
import json
from math import cos, radians, sin
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry

from exports.geo.mercator import from_mercator, to_mercator
from exports.maps.basemap import Bounds, encode_line
from province.errors import InputError
from province.files.foreign import ForeignError, read_foreign
from province.findings import Finding
from province.language import message
from roads.osm.terrain import Terrain, name_tile, open_terrain

TILES_FOLDER = "elevation"
"""Folder of tiles inside a province folder."""

SIDE_PX = 560
"""The longer side of the picture."""

SUN_AZIMUTH, SUN_HEIGHT = 315.0, 45.0
"""Degrees from north and above the horizon; light from the upper left is read as relief."""

STEEPEN = 1.6
"""Heights are raised by this for the eye."""

METRES_PER_DEGREE = 111_319.5
GREYS = 16
DARKEST, BRIGHTEST = 110, 255

Grid = npt.NDArray[np.float64]

WATER_FILE = "water.geojson"
"""Rivers as lines, lakes and reservoirs as polygons, EPSG:4326; optional."""


def draw_ground(
    folder: Path, within: Bounds | None, *, tolerance: float, side_px: int = SIDE_PX
) -> dict[str, Any]:
    """Return hills and water of a box for `ground.js`; empty where the folder has neither.

    Parameters
    ----------
    tolerance
        Degrees by which shores may stray from the real ones.
    side_px
        Pixels of the longer side of the hills' picture.
    """
    ground: dict[str, Any] = {}
    hills = shade_hills(folder, within, side_px=side_px)
    if hills is not None:
        picture = "data:image/png;base64," + base64.b64encode(hills).decode("ascii")
        ground["hills"] = {"picture": picture, "bounds": within}
    water = draw_water(folder, within, tolerance=tolerance)
    if water:
        ground["water"] = water
    return ground


def shade_hills(folder: Path, bounds: Bounds | None, *, side_px: int = SIDE_PX) -> bytes | None:
    """Return the hills in a box as a PNG in Web Mercator; None where there are no tiles for it.

    Parameters
    ----------
    folder
        The province's.
    bounds
        West, south, east, north, EPSG:4326 degrees.
    side_px
        Pixels of the longer side.
    """
    tiles = folder / TILES_FOLDER
    if bounds is None or not tiles.is_dir() or not any(tiles.iterdir()):
        return None
    lon, lat, step = _lay_grid(bounds, side_px)
    terrain = open_terrain(tiles)
    is_known = _find_known(terrain, lon, lat)
    if not is_known.any():
        return None
    heights = np.full(is_known.shape, np.nan)
    x, y = np.meshgrid(lon, lat)
    heights[is_known] = terrain.measure_m(x[is_known], y[is_known])
    metres = step * METRES_PER_DEGREE * np.array([cos(radians(value)) for value in lat])
    return _write_png(np.where(is_known, _shade(heights, metres), 0))


def _lay_grid(bounds: Bounds, side_px: int) -> tuple[Grid, Grid, float]:
    """Return longitudes and latitudes of the middles of pixels, and a pixel's width in degrees."""
    west, south, east, north = bounds
    top, bottom = to_mercator(north), to_mercator(south)
    step = max(east - west, top - bottom) / side_px
    columns, rows = max(2, round((east - west) / step)), max(2, round((top - bottom) / step))
    lon = west + (np.arange(columns) + 0.5) * (east - west) / columns
    down = top - (np.arange(rows) + 0.5) * (top - bottom) / rows
    return lon, np.array([from_mercator(value) for value in down]), step


def _find_known(terrain: Terrain, lon: Grid, lat: Grid) -> npt.NDArray[np.bool_]:
    """Return which pixels lie on a tile, row by row from the north."""
    x, y = np.meshgrid(lon, lat)
    is_known = np.zeros(x.shape, dtype=np.bool_)
    for west in np.unique(np.floor(x)):
        for south in np.unique(np.floor(y)):
            if name_tile(int(west), int(south)) in terrain.tiles:
                is_known |= (np.floor(x) == west) & (np.floor(y) == south)
    for raster in terrain.rasters:
        is_known |= raster.measure_m(x.ravel(), y.ravel())[1].reshape(x.shape)
    return is_known


def _shade(heights: Grid, metres: Grid) -> npt.NDArray[np.uint8]:
    """Return how bright each pixel is, 1 to 15; voids are as bright as level ground.

    The usual Lambertian shade, as in B. K. P. Horn, "Hill shading and the reflectance map",
    Proceedings of the IEEE 69 (1981).
    """
    down, right = np.gradient(heights)
    east = np.nan_to_num(STEEPEN * right / metres[:, None])
    north = np.nan_to_num(-STEEPEN * down / metres[:, None])
    azimuth, height = radians(SUN_AZIMUTH), radians(SUN_HEIGHT)
    sun = sin(azimuth) * cos(height), cos(azimuth) * cos(height), sin(height)
    light = (sun[2] - east * sun[0] - north * sun[1]) / np.sqrt(1 + east**2 + north**2)
    levels: npt.NDArray[np.uint8] = 1 + np.rint(np.clip(light, 0, 1) * (GREYS - 2)).astype(np.uint8)
    return levels


def _write_png(levels: npt.NDArray[np.uint8]) -> bytes:
    """Return a PNG of 16 greys, two pixels a byte; level 0 is transparent."""
    rows, columns = levels.shape
    greys = [DARKEST + (BRIGHTEST - DARKEST) * n // (GREYS - 2) for n in range(-1, GREYS - 1)]
    picture = Image.frombytes("P", (columns, rows), levels.tobytes())
    picture.putpalette([max(0, min(255, grey)) for grey in greys for _ in range(3)])
    content = io.BytesIO()
    picture.save(content, "PNG", bits=4, transparency=0, optimize=True)
    return content.getvalue()


def draw_water(folder: Path, within: Bounds | None, *, tolerance: float) -> list[dict[str, Any]]:
    """Return the rivers and lakes that touch a box, cut to it; nothing without a file.

    Parameters
    ----------
    tolerance
        Degrees by which a line may stray from the real one.

    Raises
    ------
    InputError
        If the file is there and is no GeoJSON of lines and polygons.
    """
    path = folder / WATER_FILE
    if within is None or not path.is_file():
        return []
    frame = box(*within)
    drawn = []
    for geometry in _read_shapes(path):
        cut = geometry.simplify(tolerance).intersection(frame)
        for part in getattr(cut, "geoms", [cut]):
            if part.geom_type == "LineString" and not part.is_empty:
                drawn.append({"area": 0, "l": [encode_line(list(part.coords))]})
            elif part.geom_type == "Polygon" and not part.is_empty:
                drawn.append({"area": 1, "l": [encode_line(list(part.exterior.coords))]})
    return drawn


def _read_shapes(path: Path) -> list[BaseGeometry]:
    def parse() -> list[BaseGeometry]:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        return [shape(feature["geometry"]) for feature in features]

    try:
        shapes = read_foreign(parse)
    except ForeignError as error:
        finding = Finding(
            WATER_FILE, None, "", error.text[:80],
            expected=message("GeoJSON with rivers as lines and lakes as polygons"),
            advice=message("export it again from QGIS as GeoJSON, EPSG:4326"),
        )  # fmt: skip
        raise InputError([finding]) from error
    return [geometry for geometry in shapes if geometry.is_valid and not geometry.is_empty]
