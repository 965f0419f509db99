"""Reads rivers and lakes to lie under a map, where a province folder has them."""

import json
from pathlib import Path
from typing import Any

from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry

from exports.maps.basemap import Bounds, encode_line
from province.errors import InputError
from province.files.foreign import ForeignError, read_foreign
from province.findings import Finding
from province.language import message

FILE = "water.geojson"
"""Rivers as lines, lakes and reservoirs as polygons, EPSG:4326; optional."""


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
    path = folder / FILE
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
            FILE, None, "", error.text[:80],
            expected=message("GeoJSON with rivers as lines and lakes as polygons"),
            advice=message("export it again from QGIS as GeoJSON, EPSG:4326"),
        )  # fmt: skip
        raise InputError([finding]) from error
    return [geometry for geometry in shapes if geometry.is_valid and not geometry.is_empty]
