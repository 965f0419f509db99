"""Writes what became of a region's month into a folder: page, table and layers, or none of them."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from exports.document_folder import refuse_files, replace_files
from exports.frames.layers import list_layers
from exports.region.drawn import DrawnRegion
from exports.region.layer_files import LayerFiles, refuse_without_arrow
from exports.region.province_rows import ProvinceRow, describe
from exports.region.provinces_csv import draw_provinces
from exports.region.region_page import draw_region
from province.dates import Month
from province.language import Language, message
from province.progress import Progress
from region.months import read_months
from region.read_region import Region

PAGE, TABLE, LAYERS = "region.html", "region.csv", "region.gpkg"


def write_region(
    region: Region,
    month: Month,
    progress: Progress,
    *,
    language: Language,
    has_parquet: bool,
    overwrite: bool,
) -> tuple[tuple[Path, ...], tuple[ProvinceRow, ...]]:
    """Write the documents of a month; return their paths, and a row for each province.

    Of all provinces at once no more is in memory than is drawn of them.

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
        refuse_without_arrow()
    rows: list[ProvinceRow] = []
    drawn = DrawnRegion()
    parquet = [path.name for path in folder.glob("region-*.parquet")] if has_parquet else []
    with ExitStack() as stack:
        fresh = stack.enter_context(replace_files(folder, (PAGE, TABLE, LAYERS, *parquet)))
        room = stack.enter_context(tempfile.TemporaryDirectory()) if has_parquet else None
        files = LayerFiles(fresh / LAYERS, month, language, Path(room) if room else None)
        for one in read_months(region, month):
            rows.append(describe(one, month))
            drawn.add(one)
            if one.plan is not None and one.province is not None:
                files.add(list_layers(one.plan, one.province, language), one.name)
            told = message("{text}", text=one.name)
            progress(told, len(rows) / (len(region.provinces) + 1))
            del one  # the next one is read while nothing of this one is held
        (fresh / PAGE).write_bytes(draw_region(region, month, tuple(rows), drawn, language))
        (fresh / TABLE).write_bytes(draw_provinces(tuple(rows), language))
        names = [PAGE, TABLE, *([LAYERS] if files.geopackage.exists() else [])]
        names += files.join(fresh)
    return tuple(folder / name for name in names), tuple(rows)
