"""Tells of what in a province folder cannot be read as it is: named otherwise, or no file."""

import difflib
import os
from collections.abc import Collection
from pathlib import Path

from province.findings import Findings
from province.language import message
from province.tables.workbooks import WORKBOOKS

ENDINGS = frozenset(
    {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".numbers", ".geojson",
     ".json", ".gpkg", ".toml"}
)  # fmt: skip
"""Endings of tables, maps and settings."""

FOREIGN_ENDINGS = frozenset({".txt", ".json", ".toml"})
"""Endings of much else: only what is named like a table of ours is told."""

LIKE = 0.85


def tell_ignored_files(folder: Path, tables: Collection[str], findings: Findings) -> None:
    """Add a finding for each file that looks like one of ours and is not read.

    It is a fault where the table it seems to be is missing: the planner believes that it is read.
    Any other table or map is a warning.

    Parameters
    ----------
    tables
        Names of the files that are read; a table may be a workbook as well.
    """
    names = {Path(name).stem.casefold(): name for name in tables}
    read = set(tables) | {
        Path(name).stem + ending for name in tables if name.endswith(".csv") for ending in WORKBOOKS
    }
    there = {path.name for path in folder.iterdir()}
    for path in sorted(folder.iterdir()):
        is_hidden = path.name.startswith((".", "~$"))
        is_table = path.suffix.casefold() in ENDINGS and not path.is_dir()
        if is_hidden or path.name in read or not is_table:
            continue
        near = _find_nearest(path, names)
        if near is None and path.suffix.casefold() in FOREIGN_ENDINGS:
            continue
        is_missing = near is not None and not any(
            name in there for name in read if Path(name).stem == Path(near).stem
        )
        if near is None:
            findings.at(path.name).warn(
                "",
                expected=message("a file that is read"),
                advice=message("nothing reads it; docs/data-format.md names the files"),
            )
        else:
            findings.at(path.name).add(
                "",
                expected=message("{file}, or {file} saved as .xlsx", file=near)
                if near.endswith(".csv")
                else message("the name {file}", file=near),
                advice=message("rename it, or save it again in this format"),
                is_warning=not is_missing,
            )


def tell_no_files(folder: Path, names: Collection[str], findings: Findings) -> None:
    """Add a finding for each name of ours that is a folder, a pipe, or a link to nowhere.

    Such a file would read as one that is not there, although somebody had put it there.

    Parameters
    ----------
    names
        Of files that may be missing; `province.tables.files` sees to the tables itself.
    """
    for name in names:
        path = folder / name
        if os.path.lexists(path) and not path.is_file():
            findings.at(name).add(
                path.readlink() if path.is_symlink() else "",
                expected=message("a file"),
                advice=message(
                    "connect the drive that the link leads to, or put the file back in its place"
                ),
            )


def _find_nearest(path: Path, names: dict[str, str]) -> str | None:
    """Return the file that another one may be meant for: misspelt, or of another format."""
    stem = path.stem.casefold()
    for known, name in names.items():
        if stem.startswith(known) and not stem[len(known) :].strip(" ()0123456789-_.copyCOPY"):
            return name
    near = difflib.get_close_matches(stem, names, n=1, cutoff=LIKE)
    return names[near[0]] if near else None
