"""Reads the two maps of a province: communes and roads, both GeoJSON."""

import itertools
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from province.cells import clean_text
from province.findings import Findings
from province.ids import CommuneCode, SegmentId
from province.language import message
from province.places import Commune
from province.roads import Segment
from province.row_faults import add_faults
from province.rows import CommuneRow, SegmentRow
from province.tables import read_text

ROADS_NAME = "roads.geojson"


@dataclass(frozen=True, slots=True)
class Roads:
    """The roads as far as they could be read.

    Parameters
    ----------
    segments
        The segments without a fault, sorted by id.
    ids, refs
        Ids and road numbers of all segments, faulty ones included; None when the file is damaged.
    faulty_refs
        Road numbers of segments that have a fault.
    """

    segments: tuple[Segment, ...]
    ids: frozenset[str] | None
    refs: frozenset[str] | None
    faulty_refs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Communes:
    """The communes as far as they could be read.

    Parameters
    ----------
    communes
        The communes without a fault, sorted by code.
    codes
        Codes of all communes, faulty ones included; None when the file is damaged.
    """

    communes: tuple[Commune, ...]
    codes: frozenset[str] | None


def read_features(path: Path, name: str, findings: Findings) -> list[Any] | None:
    """Return the features of a GeoJSON file, or None with a finding."""
    text = read_text(path, name, findings, is_required=True)
    if text is None:
        return None
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
            (text.splitlines() or [""])[min(error.lineno, len(text.splitlines())) - 1].strip(),
            expected=message("a file in the GeoJSON format"),
            advice=message("export it again from QGIS as GeoJSON, EPSG:4326"),
        )
        return None
    except (TypeError, KeyError, AttributeError) as error:
        findings.add(
            name,
            None,
            "type",
            str(error),
            expected=message("a GeoJSON FeatureCollection"),
            advice=message("export it again from QGIS as GeoJSON, EPSG:4326"),
        )
        return None
    return features


def read_segments(folder: Path, findings: Findings) -> Roads:
    """Return the road segments; faults go into the findings."""
    features = read_features(folder / ROADS_NAME, ROADS_NAME, findings)
    segments: dict[str, Segment] = {}
    numbers: dict[str, int] = {}
    refs: set[str] = set()
    faulty: set[str] = set()
    for number, feature in enumerate(features or (), 1):
        cells = _properties(feature)
        key, ref = str(cells.get("segment_id", "")), str(cells.get("ref", ""))
        if key in numbers:
            _add_duplicate(ROADS_NAME, number, "segment_id", key, numbers[key], findings)
        numbers.setdefault(key, number)
        segment = _read_segment(feature, cells, number, findings)
        if segment is not None:
            segments.setdefault(segment.segment_id, segment)
        elif ref:
            faulty.add(ref)
        refs |= {ref} if ref else set()
    known = features is not None
    return Roads(
        tuple(segments[key] for key in sorted(segments)),
        frozenset(numbers) if known else None,
        frozenset(refs) if known else None,
        frozenset(faulty),
    )


def _add_duplicate(
    name: str, number: int, column: str, key: str, first: int, findings: Findings
) -> None:
    if key:
        findings.add(
            name,
            number,
            column,
            key,
            expected=message("an id that no other row has (line {line} has it)", line=first),
            advice=message("give each row an id of its own"),
        )


def _read_segment(
    feature: Any, cells: dict[str, Any], number: int, findings: Findings
) -> Segment | None:
    line = _read_line(feature, number, findings)
    try:
        row = SegmentRow.model_validate(
            {key: cell for key, cell in cells.items() if key in SegmentRow.model_fields}
        )
    except ValidationError as error:
        add_faults(error, ROADS_NAME, number, cells, findings)
        return None
    if line is None or not _is_long_enough(row, line, number, findings):
        return None
    return Segment(
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


def _properties(feature: Any) -> dict[str, Any]:
    """Return the properties that are filled in; text is normalised."""
    found = feature.get("properties") if isinstance(feature, dict) else None
    cells = {
        key: clean_text(value) if isinstance(value, str) else value
        for key, value in (found.items() if isinstance(found, dict) else ())
    }
    return {key: cell for key, cell in cells.items() if cell is not None and cell != ""}


def _read_line(
    feature: Any, number: int, findings: Findings
) -> tuple[tuple[float, float], ...] | None:
    from geojson_pydantic import LineString

    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    try:
        line = LineString.model_validate(geometry)
    except ValidationError:
        findings.add(
            ROADS_NAME,
            number,
            "geometry",
            json.dumps(geometry),
            expected=message("a LineString of at least two points"),
            advice=message("draw the road again in QGIS"),
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


def read_communes(path: Path, province_code: str, findings: Findings) -> Communes:
    """Return the communes of one province ("": of every province); faults go into the findings."""
    features = read_features(path, path.name, findings)
    communes: dict[str, Commune] = {}
    numbers: dict[str, int] = {}
    for number, feature in enumerate(features or (), 1):
        cells = _properties(feature)
        if province_code and cells.get("province_code") not in (province_code, None):
            continue
        code = str(cells.get("code", ""))
        if code in numbers:
            _add_duplicate(path.name, number, "code", code, numbers[code], findings)
        numbers.setdefault(code, number)
        commune = _read_commune(feature, cells, path.name, number, findings)
        if commune is not None:
            communes.setdefault(commune.code, commune)
    if features is not None and province_code and not numbers:
        findings.add(
            path.name,
            None,
            "province_code",
            province_code,
            expected=message("communes of this province"),
            advice=message("put a communes.geojson of the province into its folder"),
        )
    return Communes(
        tuple(communes[key] for key in sorted(communes)), frozenset(numbers) if numbers else None
    )


def _read_commune(
    feature: Any, cells: dict[str, Any], name: str, number: int, findings: Findings
) -> Commune | None:
    outline = _read_outline(feature, name, number, findings)
    try:
        row = CommuneRow.model_validate(cells)
    except ValidationError as error:
        add_faults(error, name, number, cells, findings)
        return None
    if outline is None:
        return None
    return Commune(
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


def _read_outline(
    feature: Any, name: str, number: int, findings: Findings
) -> tuple[tuple[tuple[float, float], ...], ...] | None:
    from shapely import is_valid_reason
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    geometry = feature.get("geometry") if isinstance(feature, dict) else None
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
    west, south, east, north = area.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        findings.add(
            name,
            number,
            "geometry",
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
