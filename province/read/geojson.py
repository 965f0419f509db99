"""Reads GeoJSON: features, their properties, and polygons."""

import json
from pathlib import Path
from typing import Any

from province.cells import clean_text
from province.files.foreign import ForeignError, read_foreign
from province.findings import Findings, Spot
from province.language import message
from province.tables.files import read_text

Outline = tuple[tuple[tuple[float, float], ...], ...]


def read_features(path: Path, name: str, findings: Findings) -> list[Any] | None:
    """Return the features of a GeoJSON file, or None with a finding."""
    text = read_text(path, name, findings, is_required=True)
    if text is None:
        return None
    advice = message("export it again from QGIS as GeoJSON, EPSG:4326")
    try:
        data = read_foreign(lambda: json.loads(text))
    except ForeignError as error:
        lines = text.splitlines() or [""]
        line = error.line
        findings.at(name, line).add(
            error.text if line is None else lines[min(line, len(lines)) - 1].strip(),
            expected=message("a file in the GeoJSON format"),
            advice=advice,
        )
        return None
    features = data.get("features") if isinstance(data, dict) else None
    seen = data.get("type") if isinstance(data, dict) else type(data).__name__
    if seen != "FeatureCollection" or not isinstance(features, list):
        findings.at(name, None, "type").add(
            seen, expected=message("a GeoJSON FeatureCollection"), advice=advice
        )
        return None
    return features


def read_properties(feature: Any) -> dict[str, Any]:
    """Return the properties that are filled in; text is normalised."""
    found = feature.get("properties") if isinstance(feature, dict) else None
    cells = {
        key: clean_text(value) if isinstance(value, str) else value
        for key, value in (found.items() if isinstance(found, dict) else ())
    }
    return {key: cell for key, cell in cells.items() if cell is not None and cell != ""}


def read_outline(feature: Any, place: Spot) -> Outline | None:
    """Return the outer rings of a feature's polygons, or None with a finding."""
    from shapely import is_valid_reason
    from shapely.geometry import shape

    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    try:
        area = read_foreign(lambda: shape(geometry))
        fault = "" if area.is_valid and not area.is_empty else is_valid_reason(area)
        kind = area.geom_type
    except ForeignError as error:
        fault, kind = error.text, ""
    if fault or kind not in ("Polygon", "MultiPolygon"):
        place.at("geometry").add(
            fault or kind,
            expected=message("a polygon that does not cross itself"),
            advice=message("mend it in QGIS with: fix geometries"),
        )
        return None
    west, south, east, north = area.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        place.at("geometry").add(
            f"{west:g}, {south:g}",
            expected=message("longitude and latitude in degrees (EPSG:4326)"),
            advice=message("export it again from QGIS as GeoJSON, EPSG:4326"),
        )
        return None
    polygons = [area] if kind == "Polygon" else list(area.geoms)
    return tuple(
        tuple((round(x, 6), round(y, 6)) for x, y, *_ in polygon.exterior.coords)
        for polygon in polygons
    )
