"""Reads the two maps of a province: communes and roads, both GeoJSON."""

import itertools
import json
import math
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from province.findings import Findings
from province.ids import CommuneCode, SegmentId
from province.language import message
from province.places import Commune
from province.roads import Segment
from province.rows import CommuneRow, SegmentRow
from province.tables import add_faults, read_text

ROADS_NAME = "roads.geojson"


def read_features(path: Path, name: str, findings: Findings) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON file that can be read at all, with their number from 1."""
    text = read_text(path, name, findings, is_required=True)
    if text is None:
        return []
    try:
        data = json.loads(text)
        features = data["features"]
        if data.get("type") != "FeatureCollection" or not isinstance(features, list):
            raise TypeError(data.get("type"))
    except json.JSONDecodeError as error:
        findings.add(
            name,
            error.lineno,
            "",
            error.msg,
            expected=message("a file in the GeoJSON format"),
            advice=message("export it again from QGIS as GeoJSON, EPSG:4326"),
        )
        return []
    except (TypeError, KeyError, AttributeError) as error:
        findings.add(
            name,
            None,
            "type",
            str(error),
            expected=message("a GeoJSON FeatureCollection"),
            advice=message("export it again from QGIS as GeoJSON, EPSG:4326"),
        )
        return []
    return features


def read_segments(folder: Path, findings: Findings) -> tuple[Segment, ...]:
    """Return the road segments, sorted by id; faults go into the findings."""
    segments: dict[str, Segment] = {}
    for number, feature in enumerate(read_features(folder / ROADS_NAME, ROADS_NAME, findings), 1):
        line = _read_line(feature, number, findings)
        cells = {k: v for k, v in _properties(feature).items() if v is not None and v != ""}
        known = {k: v for k, v in cells.items() if k in SegmentRow.model_fields}
        try:
            row = SegmentRow.model_validate(known)
        except ValidationError as error:
            add_faults(error, ROADS_NAME, number, cells, findings)
            continue
        if row.segment_id in segments:
            findings.add(
                ROADS_NAME,
                number,
                "segment_id",
                row.segment_id,
                expected=message("an id that no other row has"),
                advice=message("give each row an id of its own"),
            )
        if line is None:
            continue
        if not _is_long_enough(row, line, number, findings):
            continue
        segments[row.segment_id] = Segment(
            segment_id=SegmentId(row.segment_id),
            ref=row.ref,
            name=row.name,
            road_class=row.road_class,
            surface=row.surface,
            line=line,
            length_m=row.length_m,
            rise_m=row.rise_m,
            fall_m=row.fall_m,
            steepest_pct=row.steepest_pct,
            width_m=row.width_m,
            max_t=row.max_t,
            is_oneway=row.oneway,
            is_dry_only=row.dry_only,
            ferry_hours=row.ferry_hours,
            ferry_wait_min=row.ferry_wait_min,
            hazard=row.hazard,
            km_from=row.km_from,
            is_schematic=row.schematic,
        )
    return tuple(segments[key] for key in sorted(segments))


def _properties(feature: Any) -> dict[str, Any]:
    found = feature.get("properties") if isinstance(feature, dict) else None
    return found if isinstance(found, dict) else {}


def _read_line(
    feature: Any, number: int, findings: Findings
) -> tuple[tuple[float, float], ...] | None:
    from geojson_pydantic import LineString

    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    try:
        line = LineString.model_validate(geometry)
    except ValidationError as error:
        findings.add(
            ROADS_NAME,
            number,
            "geometry",
            json.dumps(geometry),
            expected=message("a LineString of at least two points"),
            advice=message("draw the road again in QGIS ({fault})", fault=error.errors()[0]["msg"]),
        )
        return None
    points = tuple((float(p[0]), float(p[1])) for p in line.coordinates)
    if any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in points):
        findings.add(
            ROADS_NAME,
            number,
            "geometry",
            points[0],
            expected=message("longitude and latitude in degrees (EPSG:4326)"),
            advice=message("export it again from QGIS as GeoJSON, EPSG:4326"),
        )
        return None
    return points


def _is_long_enough(
    row: SegmentRow, line: tuple[tuple[float, float], ...], number: int, findings: Findings
) -> bool:
    drawn = sum(measure_crow_m(a, b) for a, b in itertools.pairwise(line))
    if drawn > 0 and row.length_m >= 0.97 * drawn:
        return True
    findings.add(
        ROADS_NAME,
        number,
        "length_m",
        row.length_m,
        expected=message("at least the drawn length, {metres} m", metres=round(drawn)),
        advice=message("measure the length again in QGIS"),
    )
    return False


def measure_crow_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return metres between two (lon, lat) points on a sphere of 6,371 km."""
    (lon_a, lat_a), (lon_b, lat_b) = a, b
    rad = math.pi / 180
    h = (
        math.sin((lat_b - lat_a) * rad / 2) ** 2
        + math.cos(lat_a * rad) * math.cos(lat_b * rad) * math.sin((lon_b - lon_a) * rad / 2) ** 2
    )
    return 2 * 6_371_000 * math.asin(math.sqrt(min(1.0, h)))


def read_communes(path: Path, province_code: str, findings: Findings) -> tuple[Commune, ...]:
    """Return the communes of one province, sorted by code; faults go into the findings."""
    communes: dict[str, Commune] = {}
    for number, feature in enumerate(read_features(path, path.name, findings), 1):
        cells = _properties(feature)
        if cells.get("province_code") not in (province_code, None, ""):
            continue
        try:
            row = CommuneRow.model_validate({k: v for k, v in cells.items() if v is not None})
        except ValidationError as error:
            add_faults(error, path.name, number, cells, findings)
            continue
        outline = _read_outline(feature, path.name, number, findings)
        if outline is None:
            continue
        communes[row.code] = Commune(
            code=CommuneCode(row.code),
            name=row.name,
            kind=row.kind,
            area_km2=row.area_km2,
            population=row.population,
            seat_lon=row.seat_lon,
            seat_lat=row.seat_lat,
            is_border=row.is_border,
            is_schematic=row.schematic,
            outline=outline,
        )
    if not communes and not any(f.file == path.name for f in findings.items):
        findings.add(
            path.name,
            None,
            "province_code",
            province_code,
            expected=message("communes of this province"),
            advice=message("put a communes.geojson of the province into its folder"),
        )
    return tuple(communes[key] for key in sorted(communes))


def _read_outline(
    feature: Any, name: str, number: int, findings: Findings
) -> tuple[tuple[tuple[float, float], ...], ...] | None:
    from shapely import is_valid_reason
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    geometry = feature.get("geometry")
    try:
        area = shape(geometry)
        fault = "" if area.is_valid and not area.is_empty else is_valid_reason(area)
        kind = area.geom_type
    except (ShapelyError, TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
        fault, kind = str(error) or type(error).__name__, ""
    if fault or kind not in ("Polygon", "MultiPolygon"):
        findings.add(
            name,
            number,
            "geometry",
            fault or kind,
            expected=message("a polygon that does not cross itself"),
            advice=message("mend it in QGIS with: fix geometries"),
        )
        return None
    polygons = [area] if kind == "Polygon" else list(area.geoms)
    return tuple(
        tuple((round(x, 6), round(y, 6)) for x, y, *_ in polygon.exterior.coords)
        for polygon in polygons
    )
