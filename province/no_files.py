"""Tells of tables and maps of a province folder whose place something else than a file takes."""

import os
from collections.abc import Collection
from pathlib import Path

from province.findings import Findings
from province.language import message
from province.read_maps import AREAS_NAME
from province.read_roads import GEOJSON_NAME
from province.read_roads_gpkg import GPKG_NAME
from province.read_stock import STOCK_NAME

OTHERS = (
    "communes.geojson", "water.geojson", "road-edits.csv", "road-edits.gpkg",
    GEOJSON_NAME, GPKG_NAME, AREAS_NAME, STOCK_NAME,
)  # fmt: skip
"""Files that may be missing, beside the tables."""


def tell_no_files(folder: Path, tables: Collection[str], findings: Findings) -> None:
    """Add a finding for each name of ours that is a folder, a pipe, or a link to nowhere.

    Such a table would read as one that is not there, although somebody had put it there.
    """
    workbooks = [Path(name).with_suffix(".xlsx").name for name in tables]
    for name in (*tables, *workbooks, *OTHERS):
        path = folder / name
        if os.path.lexists(path) and not path.is_file():
            findings.add(
                name,
                None,
                "",
                path.readlink() if path.is_symlink() else "",
                expected=message("a file"),
                advice=message(
                    "connect the drive that the link leads to, or put the file back in its place"
                ),
            )
