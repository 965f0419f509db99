"""Writes the plan as layers for QGIS: `plan.gpkg`."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from exports.geo.layers import Feature, Layer, list_layers
from planning.plan import Plan
from province.dates import Month
from province.facts import Province
from province.language import Language, translate

GDAL_UTC = 100
TIMES = ("begins_utc", "ends_utc")
_KINDS = {"text": "object", "whole": "int64", "real": "float64", "day": "datetime64[D]"}
_EMPTY: dict[str, Any] = {"text": "", "whole": 0, "real": 0.0, "day": "NaT"}


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    values: Any
    is_empty: Any


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield one file with a layer each for communes, legs, stops and unserved visits."""
    layers = list_layers(plan, province, language)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        for number, layer in enumerate(layers):
            _write_layer(layer, path, plan.month, language, is_first=number == 0)
        yield "plan.gpkg", path.read_bytes()


def _write_layer(
    layer: Layer, path: Path, month: Month, language: Language, *, is_first: bool
) -> None:
    import pyogrio
    from pyogrio.raw import write

    # The only clock in the file; GDAL would write the time of day there.
    columns = tuple(_list_columns(layer))
    stamp = f"{month.first_day.isoformat()}T00:00:00.000Z"
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        write(
            str(path),
            np.array([_write_shape(layer, feature) for feature in layer.features], dtype=object),
            [column.values for column in columns],
            np.array([column.name for column in columns], dtype=object),
            field_mask=[column.is_empty for column in columns],
            layer=layer.name,
            driver="GPKG",
            geometry_type=layer.geometry,
            crs="EPSG:4326",
            append=not is_first,
            encoding="UTF-8",
            layer_options={"DESCRIPTION": translate(layer.title, language)},
            gdal_tz_offsets={
                name: np.full(len(layer.features), GDAL_UTC) for name in TIMES if layer.has_times
            },
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _write_shape(layer: Layer, feature: Feature) -> bytes:
    if layer.geometry == "Point":
        shape: Any = shapely.Point(feature.lines[0][0])
    elif layer.geometry == "LineString":
        shape = shapely.LineString(feature.lines[0])
    else:
        shape = shapely.MultiPolygon([shapely.Polygon(ring) for ring in feature.lines])
    written: bytes = shapely.to_wkb(shape)
    return written


def _list_columns(layer: Layer) -> Iterator[_Column]:
    for number, (name, kind) in enumerate(layer.columns):
        values = [feature.values[number] for feature in layer.features]
        filled = [_EMPTY[kind] if value is None else value for value in values]
        yield _Column(
            name,
            np.array(filled, dtype=_KINDS[kind]),
            np.array([value is None for value in values], dtype=bool),
        )
    if layer.has_times:
        for name, moments in zip(
            TIMES,
            (
                [feature.begins for feature in layer.features],
                [feature.ends for feature in layer.features],
            ),
            strict=True,
        ):
            plain = [moment.astimezone(UTC).replace(tzinfo=None) for moment in moments if moment]
            yield _Column(name, np.array(plain, "datetime64[ms]"), np.zeros(len(plain), dtype=bool))
