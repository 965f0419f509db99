"""Writes what became of a region's month into a folder: page, table and layers, or none of them."""

import dataclasses
import tempfile
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import pandas as pd

from exports.document_folder import put_files, refuse_files
from exports.frames.layers import Layer, list_layers
from exports.gis.geopackage import draw_layers
from exports.region.drawn import DrawnRegion
from exports.region.province_rows import ProvinceRow, describe
from exports.region.provinces_csv import draw_provinces
from exports.region.region_page import draw_region
from province.dates import Month
from province.errors import InputError
from province.language import Language, message, translate
from region.months import read_months
from region.read_region import Region

PAGE, TABLE, LAYERS = "region.html", "region.csv", "region.gpkg"


def write_region(
    region: Region, month: Month, *, language: Language, has_parquet: bool, overwrite: bool
) -> tuple[tuple[Path, ...], tuple[ProvinceRow, ...]]:
    """Write the documents of a month; return their paths, and a row for each province.

    Raises
    ------
    InputError
        If they are there already and `overwrite` is False, or the extra ``parquet`` is missing.
    """
    folder = region.folder / "plans" / str(month)
    refuse_files(
        folder, (PAGE, TABLE, LAYERS), overwrite=overwrite,
        expected=message("a folder without a region's documents"),
    )  # fmt: skip
    if has_parquet:
        _refuse_without_arrow()
    rows: list[ProvinceRow] = []
    drawn = DrawnRegion()
    parts: dict[str, list[Layer]] = {}
    for one in read_months(region, month):
        rows.append(describe(one, month))
        drawn.add(one)
        if one.plan is not None and one.province is not None:
            for layer in list_layers(one.plan, one.province, language):
                frame = layer.frame.assign(province=one.name)
                parts.setdefault(layer.name, []).append(dataclasses.replace(layer, frame=frame))
    layers = [_join(each) for each in parts.values()]
    files = {
        PAGE: draw_region(region, month, tuple(rows), drawn, language),
        TABLE: draw_provinces(tuple(rows), language),
    }
    if layers:
        files[LAYERS] = draw_layers(
            [(layer, translate(layer.title, language)) for layer in layers], month
        )
    if has_parquet:
        files |= {f"region-{layer.name}.parquet": _draw_parquet(layer) for layer in layers}
    return put_files(folder, files), tuple(rows)


def _join(parts: list[Layer]) -> Layer:
    """Return one layer of the same layer of several provinces."""
    filled = [part.frame for part in parts if len(part.frame)] or [parts[0].frame]
    frame = gpd.GeoDataFrame(pd.concat(filled, ignore_index=True), crs=parts[0].frame.crs)
    return dataclasses.replace(parts[0], frame=frame)


def _draw_parquet(layer: Layer) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.parquet"
        layer.frame.to_parquet(path, index=False)
        return path.read_bytes()


def _refuse_without_arrow() -> None:
    if find_spec("pyarrow") is None:
        raise InputError.of(
            "--parquet", "", "pyarrow",
            expected=message("the extra parquet"),
            advice=message("install it with: pip install 'luanchuyen[parquet]'"),
        )  # fmt: skip
