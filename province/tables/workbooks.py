"""Opens XLSX workbooks within bounds, as rows of values and of what was written."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from province.files.foreign import ForeignError, read_foreign
from province.findings import Findings
from province.language import Message, message

WORKBOOKS = (".xlsx", ".xlsm")
MOST_UNPACKED_BYTES = 200_000_000
MOST_COLUMNS = 500
MOST_CELLS = 2_000_000

_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_COLUMN = re.compile(rb"""\sr=["']([A-Z]{1,3})\d""")
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br=["'](\d{1,9})""")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


@dataclass(frozen=True, slots=True)
class MergedArea:
    """Cells that were made one, by first and last row and column counted from 1."""

    first_row: int
    first_column: int
    last_row: int
    name: str


@dataclass(frozen=True, slots=True)
class Page:
    """A worksheet: what is seen in each row, and what was written there where formulas stand.

    Parameters
    ----------
    seen, written
        Rows from the first on; each ends with its last filled cell.
    part
        Name of the file within the workbook, as it stands there.
    """

    title: str
    seen: tuple[tuple[Any, ...], ...]
    written: tuple[tuple[Any, ...], ...]
    merged: tuple[MergedArea, ...]
    part: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """What can be told of a worksheet before it is read."""

    rows: int
    columns: int
    cells: int
    has_formulas: bool
    merged: tuple[MergedArea, ...]


def open_workbook(
    path: Path, findings: Findings, *, most_rows: int, most_cells: int = MOST_CELLS
) -> tuple[Page, ...]:
    """Return the worksheets of a workbook; none, with findings, when it is damaged or too large.

    Five kilobytes can unpack to gigabytes, or hold one blank in the last column there is: what a
    workbook claims is held against the bounds before anything is made of it.
    """
    try:
        parts = read_foreign(lambda: _look(path))
        if isinstance(parts, tuple):
            value, expected, advice = parts
            findings.at(path.name).add(value, expected=expected, advice=advice)
            return ()
        fault = _find_excess(parts, most_rows, most_cells)
        if fault is not None:
            findings.at(path.name).add(fault[0], expected=fault[1], advice=fault[2])
            return ()
        return read_foreign(lambda: _read(path, parts, most_rows))
    except ForeignError as error:
        findings.at(path.name).add(
            error.text,
            expected=message("an XLSX workbook"),
            advice=message("open it and save it again as an Excel workbook (.xlsx)"),
        )
        return ()


Fault = tuple[str, Message, Message]


def _look(path: Path) -> dict[str, _Part] | Fault:
    """Return what each worksheet's part claims, or why the workbook is too large to look at."""
    with zipfile.ZipFile(path) as archive:
        size = sum(info.file_size for info in archive.infolist())
        if size > MOST_UNPACKED_BYTES:
            return (
                f"{size}",
                message("a workbook of at most {count} bytes unpacked", count=MOST_UNPACKED_BYTES),
                message("delete what is not part of the table, or save it as CSV"),
            )
        names = [name for name in archive.namelist() if _SHEETS.fullmatch(name)]
        return {name.casefold(): _measure(archive.read(name)) for name in names}


def _measure(data: bytes) -> _Part:
    from openpyxl.utils import column_index_from_string

    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise ValueError("a worksheet that is no XML in UTF-8")
    columns = {column_index_from_string(letters.decode()) for letters in set(_COLUMN.findall(data))}
    rows = [int(number) for number in _ROW.findall(data)]
    corners = [tuple(corner.decode() for corner in found) for found in _MERGED.findall(data)]
    merged = tuple(
        MergedArea(
            int(top), column_index_from_string(left), int(bottom), f"{left}{top}:{right}{bottom}"
        )
        for left, top, right, bottom in corners
    )
    return _Part(
        max(rows, default=0),
        max(columns, default=0),
        len(_CELL.findall(data)),
        _FORMULA.search(data) is not None,
        merged,
    )


def _find_excess(parts: dict[str, _Part], most_rows: int, most_cells: int) -> Fault | None:
    for part in parts.values():
        if part.columns > MOST_COLUMNS:
            return (
                str(part.columns),
                message("at most {count} columns", count=MOST_COLUMNS),
                message("delete the empty columns right of the last one"),
            )
        if part.rows > most_rows:
            return (
                str(part.rows),
                message("at most {count} rows", count=most_rows),
                message("delete the empty rows below the last one"),
            )
        if part.cells > most_cells:
            return (
                str(part.cells),
                message("at most {count} cells", count=most_cells),
                message("delete the empty columns right of the last one"),
            )
    return None


def _read(path: Path, parts: dict[str, _Part], most_rows: int) -> tuple[Page, ...]:
    import openpyxl

    has_formulas = any(part.has_formulas for part in parts.values())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = openpyxl.load_workbook(path, read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(path, read_only=True) if has_formulas else values
        try:
            pages = []
            for sheet in values.worksheets:
                # The one thing that a sheet does not say of itself: from which part it comes.
                name = str(sheet._worksheet_path).lstrip("/")
                part = parts.get(name.casefold())
                seen = tuple(_list_rows(sheet, most_rows))
                written = (
                    tuple(_list_rows(formulas[sheet.title], most_rows)) if has_formulas else seen
                )
                merged = part.merged if part else ()
                pages.append(Page(sheet.title, seen, written, merged, name))
            return tuple(pages)
        finally:
            values.close()
            formulas.close()


def _list_rows(sheet: Any, most_rows: int) -> Iterator[tuple[Any, ...]]:
    """Yield the values of each row up to its last filled cell, whatever size the sheet claims."""
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
        if number > most_rows:
            return
        last = max((place for place, value in enumerate(row, 1) if value is not None), default=0)
        yield row[:last]
