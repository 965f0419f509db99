"""Writes roads as a GeoPackage that QGIS opens."""

import io
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from province.read.roads_gpkg import ABOUT, CLOSURES, LAYER, TURNS
from province.tables.read import list_kinds
from province.tables.rows import MapClosureRow, Row, TurnRow
from roads.osm.conditions import TaggedCondition
from roads.osm.extract import BRIDGE, TUNNEL
from roads.osm.grades import Grade
from roads.osm.lines import Line
from roads.osm.quantities import clean_words
from roads.osm.turns import ForbiddenTurn

WRITTEN = "2000-01-01T00:00:00.000Z"  # the date inside, so that the bytes are the same
Cells = tuple[str | float | None, ...]
Column = tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None]


def name_segments(lines: Sequence[Line]) -> list[str]:
    """Return an id for each line, the same in every import while way and node stay."""
    seen: dict[str, int] = {}
    names = []
    for line in lines:
        first = -1 if line.is_turned else 0
        way = int(line.ways[first])
        stem = f"w{way}n{int(line.nodes[first])}" if way else f"e{line.edits[0]}"
        seen[stem] = seen.get(stem, 0) + 1
        names.append(stem if seen[stem] == 1 else f"{stem}-{seen[stem]}")
    return names


def dump_roads(
    lines: Sequence[Line],
    names: Sequence[str],
    grades: Sequence[Grade],
    about: Mapping[str, str],
    turns: Sequence[ForbiddenTurn] = (),
) -> bytes:
    """Return a GeoPackage: the layer `roads`, the tables `about`, `closures`, `turns`."""
    layer = _dump_layer(LAYER, _list_columns(lines, names, grades), draw_geometries(lines))
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(layer)
        _add_table(base, ABOUT, {"key": "TEXT", "value": "TEXT"}, list(about.items()))
        _add_table(base, CLOSURES, _name_kinds(MapClosureRow), list_closures(lines, names))
        _add_table(base, TURNS, _name_kinds(TurnRow), _list_turns(turns, names))
        base.commit()
        return base.serialize()


def list_closures(lines: Sequence[Line], names: Sequence[str]) -> list[Cells]:
    """Return the rows of the table `closures`; what one condition shuts of one road is one."""
    ids: dict[tuple[str, TaggedCondition], str] = {}
    count: dict[str, int] = {}
    rows: list[Cells] = []
    for line, name in zip(lines, names, strict=True):
        for condition in line.traits.conditions:
            key = line.traits.ref or line.traits.name or f"w{line.way_ids[0]}", condition
            if key not in ids:
                count[name] = count.get(name, 0) + 1
                ids[key] = f"map-{name}-{count[name]}"
            rows.append(
                (
                    ids[key],
                    name,
                    condition.hours,
                    "yes" if condition.is_outside_hours else "no",
                    "|".join(condition.vehicles),
                    condition.max_t,
                    condition.max_height_m,
                    condition.max_width_m,
                    condition.tag,
                )
            )
    return rows


def _list_turns(turns: Sequence[ForbiddenTurn], names: Sequence[str]) -> list[Cells]:
    return [
        (
            turn.turn_id,
            step,
            names[number],
            "yes" if is_forward else "no",
            "|".join(turn.vehicles),
            turn.hours,
        )
        for turn in turns
        for step, (number, is_forward) in enumerate(turn.steps, 1)
    ]


def _name_kinds(row: type[Row]) -> dict[str, str]:
    """Return the columns of a table that is read as such rows, each with its kind for SQLite."""
    own = ((float, "REAL"), (int, "INTEGER"))
    return {
        column: next((name for kind, name in own if kind in kinds), "TEXT")
        for column, kinds in list_kinds(row).items()
    }


def _add_table(
    base: sqlite3.Connection, name: str, columns: Mapping[str, str], rows: Sequence[Cells]
) -> None:
    """Add a table without places to a GeoPackage."""
    kinds = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    base.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY NOT NULL, {kinds})')
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)"
        " VALUES (?, 'attributes', ?, ?)",
        (name, name, WRITTEN),
    )
    base.execute("INSERT INTO gpkg_ogr_contents VALUES (?, ?)", (name, len(rows)))
    marks = ", ".join("?" * len(columns))
    titles = ", ".join(f'"{column}"' for column in columns)
    base.executemany(f'INSERT INTO "{name}" ({titles}) VALUES ({marks})', rows)


def draw_geometries(lines: Sequence[Line]) -> npt.NDArray[Any]:
    """Return the lines as shapely geometries, to 1e-7 degrees."""
    sizes = [len(line.lon) for line in lines]
    lon = np.concatenate([line.lon for line in lines])
    lat = np.concatenate([line.lat for line in lines])
    points = np.round(np.column_stack((lon, lat)), 7)
    drawn: npt.NDArray[Any] = shapely.linestrings(
        points, indices=np.repeat(np.arange(len(lines)), sizes)
    )
    return drawn


def _dump_layer(layer: str, columns: Mapping[str, Column], geometry: npt.NDArray[Any]) -> bytes:
    import pyogrio
    import pyogrio.raw

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": WRITTEN})
    file = io.BytesIO()
    try:
        pyogrio.raw.write(
            file,
            geometry=shapely.to_wkb(geometry),
            field_data=[values for values, _ in columns.values()],
            fields=list(columns),
            field_mask=[mask for _, mask in columns.values()],
            layer=layer,
            driver="GPKG",
            geometry_type="LineString",
            crs="EPSG:4326",
            encoding="UTF-8",
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
    return file.getvalue()


def _list_columns(
    lines: Sequence[Line], names: Sequence[str], grades: Sequence[Grade]
) -> dict[str, Column]:
    traits = [line.traits for line in lines]
    return {
        "segment_id": _texts(names),
        "ref": _texts([t.ref for t in traits]),
        "name": _texts([t.name for t in traits]),
        "road_class": _texts([t.road_class.value for t in traits]),
        "surface": _texts([t.surface.value for t in traits]),
        "length_m": _numbers([line.length_m for line in lines], 3),
        "rise_m": _numbers([grade.rise_m for grade in grades], 1),
        "fall_m": _numbers([grade.fall_m for grade in grades], 1),
        "steepest_pct": _numbers([max(g.steepest_up_pct, g.steepest_down_pct) for g in grades], 1),
        "width_m": _numbers([t.width_m for t in traits], 2),
        "max_t": _numbers([t.max_t for t in traits], 3),
        "oneway": _truths([t.is_oneway for t in traits]),
        "dry_only": _truths([t.is_dry_only for t in traits]),
        "ferry_hours": _texts([t.ferry_hours for t in traits]),
        "ferry_wait_min": _wholes([t.ferry_wait_min for t in traits]),
        "hazard": _texts([t.hazard for t in traits]),
        "km_from": _numbers([line.least_km for line in lines], 3),
        "schematic": _truths([False] * len(lines)),
        "start_node": _wholes([int(line.nodes[0]) for line in lines]),
        "end_node": _wholes([int(line.nodes[-1]) for line in lines]),
        "highway": _texts([t.highway for t in traits]),
        "way_ids": _texts(["|".join(str(way) for way in line.way_ids if way) for line in lines]),
        "steepest_up_pct": _numbers([grade.steepest_up_pct for grade in grades], 1),
        "steepest_down_pct": _numbers([grade.steepest_down_pct for grade in grades], 1),
        "surface_assumed": _truths([t.is_surface_assumed for t in traits]),
        "lanes": _wholes([t.lanes for t in traits]),
        "max_height_m": _numbers([t.max_height_m for t in traits], 2),
        "vehicles": _texts(["|".join(t.vehicles) for t in traits]),
        "access": _texts([t.access for t in traits]),
        "bridge_m": _numbers([line.measure_m(BRIDGE) for line in lines], 3),
        "tunnel_m": _numbers([line.measure_m(TUNNEL) for line in lines], 3),
        "duration_min": _numbers([t.duration_min for t in traits], 1),
        "edits": _texts(["|".join(line.edits) for line in lines]),
    }


def _texts(values: Sequence[str]) -> Column:
    return np.array([clean_words(value) for value in values], dtype=object), None


def _numbers(values: Sequence[float | None], digits: int) -> Column:
    mask = np.array([value is None for value in values], dtype=np.bool_)
    filled = np.array([0.0 if value is None else value for value in values], dtype=np.float64)
    return np.round(filled, digits), mask if mask.any() else None


def _wholes(values: Sequence[int | None]) -> Column:
    mask = np.array([value is None for value in values], dtype=np.bool_)
    filled = np.array([0 if value is None else value for value in values], dtype=np.int64)
    return filled, mask if mask.any() else None


def _truths(values: Sequence[bool]) -> Column:
    return np.array(values, dtype=np.bool_), None
