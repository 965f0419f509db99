"""Takes the result sheets of a workbook apart into rows of text."""

import datetime
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from province.cells import clean_text
from province.findings import Findings
from province.language import message
from province.tables import RawRow

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WORKBOOKS = (".xlsx", ".xlsm")
LAST_HEADING_ROW = 20
MOST_ROWS = 20_000
MARKS = frozenset({"task", "outcome"})
"""A row that holds these headings begins a result sheet."""

DAMAGE = (
    OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, EOFError, SyntaxError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What reading a damaged workbook raises; damaged XML is a `SyntaxError`."""

Parts = tuple[str, int, tuple[str, ...], tuple[RawRow, ...]]


def split_workbook(path: Path, findings: Findings) -> Iterator[Parts]:
    """Yield name, heading row, headings and rows of each worksheet that holds results."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            formulas = openpyxl.load_workbook(path)
            values = openpyxl.load_workbook(path, data_only=True)
    except (*DAMAGE, InvalidFileException) as error:
        findings.add(
            path.name, None, "", f"{type(error).__name__}: {error}",
            expected=message("an XLSX workbook"),
            advice=message("open it and save it again as an Excel workbook (.xlsx)"),
        )  # fmt: skip
        return
    found = False
    for sheet in formulas.worksheets:
        top = _find_headings(sheet)
        if top is None:
            continue
        found = True
        name = f"{path.name} [{sheet.title}]" if len(formulas.worksheets) > 1 else path.name
        yield _split_sheet(name, sheet, values[sheet.title], top, findings)
    if not found:
        findings.add(
            path.name, None, "", ", ".join(sheet.title for sheet in formulas.worksheets),
            expected=message("a worksheet with the headings of a result sheet"),
            advice=message("copy the headings from a sheet in the results folder of the plan"),
        )  # fmt: skip


def _find_headings(sheet: "Worksheet") -> int | None:
    for row in sheet.iter_rows(max_row=LAST_HEADING_ROW):
        if {clean_text(show_cell(cell.value)) for cell in row} >= MARKS:
            return int(row[0].row)
    return None


def _split_sheet(
    name: str, sheet: "Worksheet", values: "Worksheet", top: int, findings: Findings
) -> Parts:
    headings = tuple(clean_text(show_cell(cell.value)) for cell in sheet[top])
    _refuse_merged(name, sheet, top, headings, findings)
    if sheet.max_row > MOST_ROWS:
        findings.add(
            name, sheet.max_row, "", "",
            expected=message("at most {count} rows", count=MOST_ROWS),
            advice=message("delete the empty rows below the last one"),
        )  # fmt: skip
        return name, top, headings, ()
    rows = []
    for number in range(top + 1, sheet.max_row + 1):
        cells: dict[str, str] = {}
        is_torn = False
        for place, cell in enumerate(sheet[number]):
            heading = headings[place] if place < len(headings) else ""
            seen = values.cell(number, place + 1).value
            if not _is_readable(name, number, heading, cell.value, seen, findings):
                is_torn = True
            text = clean_text(show_cell(seen))
            if text and heading:
                cells[heading] = text
            elif text:
                is_torn = True
                findings.add(
                    name, number, "", text,
                    expected=message("a heading above this cell"),
                    advice=message("write the remark in the column note"),
                )  # fmt: skip
        if cells or is_torn:
            rows.append(RawRow(number, cells, is_torn=is_torn))
    return name, top, headings, tuple(rows)


def _refuse_merged(
    name: str, sheet: "Worksheet", top: int, headings: Sequence[str], findings: Findings
) -> None:
    for area in sorted(sheet.merged_cells.ranges, key=lambda a: (a.min_row, a.min_col)):
        if area.max_row >= top:
            heading = headings[area.min_col - 1] if area.min_col <= len(headings) else ""
            findings.add(
                name, area.min_row, heading, area.coord,
                expected=message("cells that are not merged"),
                advice=message("split the merged cells and fill in each one"),
            )  # fmt: skip


def _is_readable(
    name: str, row: int, heading: str, written: Any, seen: Any, findings: Findings
) -> bool:
    is_formula = isinstance(written, str) and written.startswith("=")
    if not isinstance(written, str | int | float | None | datetime.date | datetime.time):
        is_formula = True  # array formulas and data tables come as objects
    if is_formula and seen is None:
        findings.add(
            name, row, heading, written,
            expected=message("a formula with its result"),
            advice=message("open and save the workbook, or write the value itself"),
        )  # fmt: skip
        return False
    if isinstance(seen, str) and re.fullmatch(r"#[A-Z0-9/]+[!?]?", seen) and len(seen) > 3:
        findings.add(
            name, row, heading, seen,
            expected=message("a value"),
            advice=message("the formula fails: write the value itself"),
        )  # fmt: skip
        return False
    return True


def show_cell(value: Any) -> str:
    """Return a cell of a workbook, or a value of JSON, as it would stand in a CSV table."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        text = repr(value)
        # A real number is in no doubt: 1.250 must not look like thousands.
        return text + "0" if re.fullmatch(r"-?\d+\.\d{3}", text) else text
    if isinstance(value, datetime.datetime):
        is_day = value.time() == datetime.time()
        return value.date().isoformat() if is_day else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    if isinstance(value, datetime.timedelta):
        return f"{int(value.total_seconds()) // 3600}:{int(value.total_seconds()) // 60 % 60:02d}"
    return str(value)
