"""Reads the roads of a province: `roads.gpkg` where it exists, else `roads.geojson`.

A GeoPackage also tells what the map forbids: closures by conditions, and turns.
"""

import itertools
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from province.crow import measure_crow_m
from province.dates import DAY_MIN
from province.errors import InputError
from province.findings import Findings, Spot
from province.ids import SegmentId
from province.language import message
from province.read.geojson import read_features, read_properties
from province.read.roads_gpkg import GPKG_NAME, read_gpkg
from province.roads import Closure, ClosureEffect, FoundRoads, Segment, Turn
from province.tables.row_faults import check_row, note_id
from province.tables.rows import MapClosureRow, Row, SegmentRow, TurnRow, make_fact

GEOJSON_NAME = "roads.geojson"
LEAST_DRAWN_SHARE = 0.97  # the length driven may be this much shorter than the line drawn
ROUNDED_M = 0.1  # and as much shorter as rounding may make it, however short the line
Line = tuple[tuple[float, float], ...]


def read_segments(folder: Path, findings: Findings) -> FoundRoads:
    """Return the road segments; faults go into the findings."""
    attribution, name = "", GEOJSON_NAME
    features: Iterable[Any] | None
    conditions: list[dict[str, Any]] = []
    turns: list[dict[str, Any]] = []
    if (folder / GPKG_NAME).is_file():
        name = GPKG_NAME
        found = read_gpkg(folder / GPKG_NAME, name, findings)
        features = None if found is None else found.features
        if found is not None:
            attribution, conditions, turns = found.attribution, found.closures, found.turns
    else:
        features = read_features(folder / GEOJSON_NAME, GEOJSON_NAME, findings)
    segments: dict[str, Segment] = {}
    numbers: dict[str, int] = {}
    refs: set[str] = set()
    faulty: set[str] = set()
    for _, ref, segment in _read_all(features or (), name, numbers, findings):
        if segment is not None:
            segments.setdefault(segment.segment_id, segment)
        elif ref:
            faulty.add(ref)
        refs |= {ref} if ref else set()
    known = features is not None
    return FoundRoads(
        tuple(segments[key] for key in sorted(segments)),
        frozenset(numbers) if known else None,
        frozenset(refs) if known else None,
        frozenset(faulty),
        name,
        attribution,
        read_map_closures(conditions, name, segments, findings),
        read_turns(turns, name, segments, findings),
    )


def refuse_faulty_roads(name: str, data: bytes) -> None:
    """Do nothing when a GeoPackage of roads passes the checks that are made when it is read.

    Parameters
    ----------
    name
        What the file will be called.

    Raises
    ------
    InputError
        With every fault.
    """
    findings = Findings()
    found = read_gpkg(data, name, findings)
    numbers: dict[str, int] = {}
    for _ in _read_all(() if found is None else found.features, name, numbers, findings):
        pass
    if found is not None:
        read_map_closures(found.closures, name, numbers, findings)
        read_turns(found.turns, name, numbers, findings)
    if findings.faults:
        raise InputError(findings.faults)


def _read_all(
    features: Iterable[Any], name: str, numbers: dict[str, int], findings: Findings
) -> Iterator[tuple[str, str, Segment | None]]:
    """Yield id, road number and segment of each feature, None where it is faulty.

    Parameters
    ----------
    numbers
        The first row of each id is put there.
    """
    for number, feature in enumerate(features, 1):
        cells = read_properties(feature)
        key, ref = str(cells.get("segment_id", "")), str(cells.get("ref", ""))
        place = findings.at(name, number)
        note_id(key, numbers, place.at("segment_id"))
        yield key, ref, _read_segment(feature, cells, place)


def _read_segment(feature: Any, cells: dict[str, Any], place: Spot) -> Segment | None:
    line = _read_line(feature, place.at("geometry"))
    row = check_row(SegmentRow, cells, place)
    if row is None or line is None or not _is_long_enough(row, line, place):
        return None
    return make_fact(Segment, row, line=line)


def _read_line(feature: Any, place: Spot) -> Line | None:
    from geojson_pydantic import LineString

    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    try:
        line = LineString.model_validate(geometry)
    except ValidationError:
        place.add(
            json.dumps(geometry),
            expected=message("a LineString of at least two points"),
            advice=message("draw the road again in QGIS"),
        )
        return None
    points = tuple((float(p[0]), float(p[1])) for p in line.coordinates)
    if any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in points):
        place.add(
            points[0],
            expected=message("longitude and latitude in degrees (EPSG:4326)"),
            advice=message("export it again from QGIS as GeoJSON, EPSG:4326"),
        )
        return None
    return points


def _write_m(metres: float) -> str:
    return f"{metres:.0f}" if metres >= 10 else f"{metres:.2g}"


def _is_long_enough(row: Any, line: Line, place: Spot) -> bool:
    drawn = sum(measure_crow_m(a, b) for a, b in itertools.pairwise(line))
    if drawn > 0 and row.length_m > 0 and row.length_m >= LEAST_DRAWN_SHARE * drawn - ROUNDED_M:
        return True
    place.at("length_m").add(
        row.length_m,
        expected=message("at least the drawn length, {metres} m", metres=_write_m(drawn)),
        advice=message("measure the length again in QGIS"),
    )
    return False


def read_map_closures(
    rows: Sequence[dict[str, Any]], file: str, known: Collection[str], findings: Findings
) -> tuple[Closure, ...]:
    """Return the closures of the table `closures` of a GeoPackage of roads, sorted by id.

    Rows with the same `closure_id` are one closure; segments that are no longer there are left out.

    Parameters
    ----------
    rows
        The rows of the table.
    file
        Its file, for the findings.
    known
        Ids of the segments.
    """
    groups = _group(MapClosureRow, "closure_id", rows, f"{file} closures", findings)
    kept = ([row for row in own if row.segment_id in known] for own in groups)
    return tuple(_build_closure(own) for own in kept if own)


def _group(
    model: type[Row], key: str, rows: Iterable[dict[str, Any]], table: str, findings: Findings
) -> list[list[Any]]:
    """Return the rows without a fault, those of each id together, by id."""
    groups: dict[str, list[Any]] = {}
    for number, cells in enumerate(rows, 1):
        row: Any = check_row(model, cells, findings.at(table, number))
        if row is not None:
            groups.setdefault(getattr(row, key), []).append(row)
    return [groups[name] for name in sorted(groups)]


def _build_closure(rows: list[MapClosureRow]) -> Closure:
    row = rows[0]
    return make_fact(
        Closure,
        row,
        segment_id=None,
        ref="",
        km_from=None,
        km_to=None,
        commune_code=None,
        first_day=date.min,
        last_day=None,
        from_minute=0,
        to_minute=DAY_MIN,
        effect=ClosureEffect.SHUT,
        source="OpenStreetMap",
        segment_ids=tuple(sorted({SegmentId(own.segment_id) for own in rows})),
        is_outside_hours=row.outside_hours,
    )


def read_turns(
    rows: Sequence[dict[str, Any]], file: str, known: Collection[str], findings: Findings
) -> tuple[Turn, ...]:
    """Return the turns of the table `turns` of a GeoPackage of roads, sorted by id.

    Rows with the same `turn_id` are one turn, in the order of their steps. A turn over a segment
    that is no longer there is left out: nobody can make it.
    """
    turns = []
    for group in _group(TurnRow, "turn_id", rows, f"{file} turns", findings):
        own = sorted(group, key=lambda row: row.step)
        if len(own) > 1 and all(row.segment_id in known for row in own):
            steps = tuple((SegmentId(row.segment_id), row.forward) for row in own)
            turns.append(Turn(own[0].turn_id, steps, own[0].vehicles, own[0].hours))
    return tuple(turns)
