"""Writes the plan as layers for QGIS: `plan.gpkg`."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
from pyogrio.raw import write

from exports.frames.layers import TIMES, Layer, list_layers
from exports.text.words import tell_overruled
from planning.plan import Plan
from province.dates import Month
from province.facts import Province
from province.language import Language, translate

GDAL_UTC = 100


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield one file with a layer each for communes, legs, stops and unserved visits."""
    told = f" – {tell_overruled(plan, language)}" if plan.overruled else ""
    layers = list_layers(plan, province, language)
    titled = [(layer, translate(layer.title, language) + told) for layer in layers]
    yield "plan.gpkg", draw_layers(titled, plan.month)


def draw_layers(layers: Sequence[tuple[Layer, str]], month: Month) -> bytes:
    """Return a GeoPackage of some layers, each with the title that people read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        add_layers(path, layers, month)
        return path.read_bytes()


def add_layers(path: Path, layers: Sequence[tuple[Layer, str]], month: Month) -> None:
    """Write layers into a GeoPackage; what is in it already gets their rows behind its own."""
    # The only clock in the file; GDAL would write the time of day there.
    stamp = f"{month.first_day.isoformat()}T00:00:00.000Z"
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        for layer, title in layers:
            _write_layer(layer, path, title)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _write_layer(layer: Layer, path: Path, title: str) -> None:
    """Add a layer to the file; geopandas itself would write days as texts."""
    frame = layer.frame.rename(columns={name: f"{name}_utc" for name in TIMES})
    columns = pd.DataFrame(frame.drop(columns="geometry"))
    write(
        str(path),
        np.array(frame.geometry.to_wkb(), dtype=object),
        [_convert(columns[name]) for name in columns],
        np.array(columns.columns, dtype=object),
        field_mask=[columns[name].isna().to_numpy() for name in columns],
        layer=layer.name,
        driver="GPKG",
        geometry_type=layer.geometry,
        crs="EPSG:4326",
        append=path.exists(),
        encoding="UTF-8",
        layer_options={"DESCRIPTION": title},
        gdal_tz_offsets={
            f"{name}_utc": np.full(len(frame), GDAL_UTC) for name in TIMES if name in layer.frame
        },
    )


def _convert(column: "pd.Series[Any]") -> Any:
    """Return a column as the writer takes it: days and moments as such, nothing empty."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[ms]")
    if column.dtype == "Int64":
        return column.fillna(0).to_numpy("int64")
    return column.to_numpy("datetime64[D]" if column.name == "date" else None)
