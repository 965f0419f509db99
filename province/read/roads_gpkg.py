"""Reads the GeoPackage of roads that `luanchuyen roads import` writes and QGIS edits."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from province.files.foreign import ForeignError, read_foreign
from province.findings import Findings
from province.language import Message, message

GPKG_NAME = "roads.gpkg"
LAYER, ABOUT, CLOSURES, TURNS = "roads", "about", "closures", "turns"
MOST_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class RoadFile:
    """What a GeoPackage of roads holds.

    Parameters
    ----------
    features
        As in GeoJSON.
    attribution
        What the source asks to be said on every map, or "".
    closures, turns
        The rows of the tables of these names.
    """

    features: list[dict[str, Any]]
    attribution: str
    closures: list[dict[str, Any]]
    turns: list[dict[str, Any]]


def read_gpkg(source: Path | bytes, file: str, findings: Findings) -> RoadFile | None:
    """Return the features of the layer `roads` and its attribution, or None with a finding.

    Parameters
    ----------
    source
        Where the GeoPackage stands, or what it holds.
    file
        Its name, for the findings.
    """
    again = message("import the roads again with: luanchuyen roads import")
    size = _measure(source)
    if size is None or size > MOST_BYTES:
        value, expected = "", message("a file of at most {count} bytes", count=MOST_BYTES)
        _refuse(file, value, expected, again, findings)
        return None
    try:
        found = read_foreign(lambda: _read(source))
    except ForeignError as error:
        _refuse(file, error.text, message("a GeoPackage"), again, findings)
        return None
    if isinstance(found, RoadFile):
        return found
    if isinstance(found, frozenset):
        value, expected = ", ".join(sorted(found)), message("a layer {name}", name=LAYER)
    else:
        value, expected = found, message("longitude and latitude in degrees (EPSG:4326)")
        again = message("export it again from QGIS as GeoPackage, EPSG:4326")
    _refuse(file, value, expected, again, findings)
    return None


def _measure(source: Path | bytes) -> int | None:
    """Return the bytes of a source, or None if it is no file."""
    if isinstance(source, bytes):
        return len(source)
    return source.stat().st_size if source.is_file() else None


def _read(source: Path | bytes) -> RoadFile | frozenset[str] | str:
    """Return the roads; the layers there are if `roads` is none, or its coordinate system."""
    import pyogrio

    with warnings.catch_warnings():
        # GDAL misses the ending .gpkg of what lies in memory
        warnings.simplefilter("ignore", RuntimeWarning)
        layers = frozenset(str(name) for name, _ in pyogrio.list_layers(source))
        if LAYER not in layers:
            return layers
        about, closures, turns = (
            _read_table(source, name) if name in layers else [] for name in (ABOUT, CLOSURES, TURNS)
        )
        features = _read_layer(source)
    if isinstance(features, str):
        return features
    named = {str(row.get("key", "")): str(row.get("value", "")) for row in about}
    return RoadFile(features, named.get("attribution", ""), closures, turns)


def _refuse(file: str, value: str, expected: Message, advice: Message, findings: Findings) -> None:
    findings.at(file).add(value, expected=expected, advice=advice)


def _read_layer(source: Path | bytes) -> list[dict[str, Any]] | str:
    """Return the features, or the coordinate reference system if it is not degrees."""
    import pyogrio.raw
    import shapely

    meta, _, wkb, columns = pyogrio.raw.read(source, layer=LAYER, force_2d=True)
    if str(meta["crs"]) != "EPSG:4326":
        return str(meta["crs"])
    lines = shapely.from_wkb(wkb, on_invalid="ignore")
    return [
        {"properties": row, "geometry": None if line is None else _describe(line)}
        for line, row in zip(lines, _list_rows(meta, columns), strict=True)
    ]


def _describe(line: Any) -> dict[str, Any]:
    """Return a geometry as GeoJSON; a line that QGIS keeps as one of many is a line."""
    import shapely

    if line.geom_type == "MultiLineString" and len(line.geoms) == 1:
        line = line.geoms[0]
    return {"type": line.geom_type, "coordinates": shapely.get_coordinates(line).tolist()}


def _read_table(source: Path | bytes, name: str) -> list[dict[str, Any]]:
    """Return the rows of a table without places."""
    import pyogrio.raw

    meta, _, _, columns = pyogrio.raw.read(source, layer=name)
    return _list_rows(meta, columns)


def _list_rows(meta: dict[str, Any], columns: list[Any]) -> list[dict[str, Any]]:
    """Return rows by heading; empty cells are left out."""
    names = [str(field) for field in meta["fields"]]
    cells = [column.tolist() for column in columns]
    return [
        {
            field: value
            for field, value in zip(names, row, strict=True)
            if value not in (None, "") and value == value  # an empty number is NaN
        }
        for row in zip(*cells, strict=True)
    ]
