"""Takes a table's file apart, CSV or XLSX, into rows of text with their place in the file."""

import csv
import datetime
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from province.cells import clean_text
from province.findings import Findings, Spot
from province.language import message
from province.tables.spreadsheet import is_error_value
from province.tables.workbooks import WORKBOOKS, Page, open_workbook

MOST_BYTES = 64_000_000
MOST_ROWS = 300_000
LAST_HEADING_ROW = 20
SEPARATORS = (",", ";", "\t")
TOO_LARGE = message("delete what is not part of it, or restore it from a copy")


@dataclass(frozen=True, slots=True)
class RawRow:
    """A line of a table: its number in the file and its cells by heading, empty ones left out.

    A torn line has more cells than there are headings, or fewer, so that only its first cell can
    be trusted.
    """

    line: int
    cells: dict[str, str]
    is_torn: bool = False


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as it stands in a file.

    Parameters
    ----------
    name
        What it is called in findings.
    heading_line
        Row of the headings, counted from 1; None where every row names its own cells (JSON).
    """

    name: str
    heading_line: int | None
    headings: tuple[str, ...]
    rows: tuple[RawRow, ...]


def find_table(folder: Path, name: str, findings: Findings) -> Path:
    """Return the file of a table, which may be saved as a workbook and may not be there at all.

    Findings name the file that is there from then on. Two files for one table are a fault: nobody
    can know which of them was kept up to date.
    """
    usual = folder / name
    names = dict.fromkeys((usual, *(usual.with_suffix(ending) for ending in WORKBOOKS)))
    there = [path for path in names if path.is_file()]
    if len(there) > 1:
        findings.at(there[1].name).add(
            "",
            expected=message("one file for this table: {file} is there too", file=there[0].name),
            advice=message("delete the older of the two, or move it elsewhere"),
        )
    elif there and there[0] != usual:
        findings.rename(name, there[0].name)
    return there[0] if there else usual


def read_text(path: Path, name: str, findings: Findings, *, is_required: bool) -> str | None:
    """Return the text of a UTF-8 file, or None with a finding.

    Parameters
    ----------
    path, name
        The file, and its name in findings.
    is_required
        Whether a missing file is a fault.
    """
    place = findings.at(name)
    if not path.is_file():
        _tell_missing(path, place, is_required=is_required)
        return None
    if (size := path.stat().st_size) > MOST_BYTES:
        place.add(size, expected=message("a file of at most {count} bytes", count=MOST_BYTES),
                  advice=TOO_LARGE)  # fmt: skip
        return None
    data = path.read_bytes()
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise UnicodeDecodeError("utf-16", data, 0, 2, "UTF-16")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.at(name, data[: error.start].count(b"\n") + 1).add(
            repr(data[error.start : error.start + 8]),
            expected=message("text in UTF-8"),
            advice=message("save it again as CSV UTF-8 in the spreadsheet program"),
        )
        return None
    if "\0" in text:
        findings.at(name, text[: text.index("\0")].count("\n") + 1).add(
            "NUL",
            expected=message("text without NUL bytes"),
            advice=message("the file is damaged: restore it from a copy"),
        )
        return None
    if not text.strip():
        place.add(
            "",
            expected=message("a heading line and rows"),
            advice=message("the file is empty: restore it, or copy an example's"),
        )
        return None
    return text


def _tell_missing(path: Path, place: Spot, *, is_required: bool) -> None:
    if path.exists() or path.is_symlink():
        place.add(
            "",
            expected=message("a file that can be read"),
            advice=message(
                "it is a folder, a pipe or a link that leads nowhere: put the file there"
            ),
        )
    elif is_required:
        place.add(
            "",
            expected=message("this file in the province folder"),
            advice=message("copy it from an example made with: luanchuyen new"),
        )


def split_csv(text: str, name: str, findings: Findings) -> RawTable | None:
    """Return headings and rows of a CSV text, or None with a finding when it is no table.

    A first line such as ``sep=;`` (as Excel writes it) names the separator; else the heading line
    tells it: a comma, a semicolon or a TAB.
    """
    separator, skipped, body = find_separator(text)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    rows: list[RawRow] = []
    line = skipped + 1
    try:
        headings = tuple(clean_text(cell) for cell in next(reader, []))
        width = len(headings)
        while width and not headings[width - 1]:
            width -= 1
        line = skipped + reader.line_num + 1
        for cells in reader:
            here, line = line, skipped + reader.line_num + 1
            row = _make_row(here, cells, headings, width, findings.at(name, here))
            if row is not None:
                rows.append(row)
                if len(rows) > MOST_ROWS:
                    findings.at(name, here).add(
                        "",
                        expected=message("at most {count} rows", count=MOST_ROWS),
                        advice=message("delete the empty rows below the last one"),
                    )
                    return None
    except csv.Error as error:
        is_large = "field larger" in str(error)
        findings.at(name, line).add(
            error,
            expected=message("cells of at most {count} characters", count=csv.field_size_limit())
            if is_large
            else message("quotes that are closed in the same cell"),
            advice=message("open and save it in a spreadsheet program"),
        )
        return None
    return RawTable(name, skipped + 1, headings, tuple(rows))


def find_separator(text: str) -> tuple[str, int, str]:
    """Return the separator, how many lines stand above the headings, and the text from there on."""
    first, _, rest = text.partition("\n")
    if found := re.fullmatch(r'"?sep=([,;\t])"?\s*', first, re.IGNORECASE):
        return found[1], 1, rest
    line = re.sub(r'"[^"]*"', "", first)
    return max(SEPARATORS, key=line.count), 0, text


def _make_row(
    line: int, cells: list[str], headings: tuple[str, ...], width: int, place: Spot
) -> RawRow | None:
    """Return a row; None for an empty one. One of another width than the headings is torn."""
    kept = {h: clean_text(c) for h, c in zip(headings, cells, strict=False) if h}
    kept = {h: c for h, c in kept.items() if c}
    spare = [c for c in cells[len(headings) :] if c.strip()]
    stray = [c for h, c in zip(headings, cells, strict=False) if not h and c.strip()]
    is_short = bool(kept) and len(cells) < width
    if spare or is_short:
        place.add(
            spare[0] if spare else cells[-1],
            expected=message("{count} cells in this line", count=len(headings)),
            advice=message("put text that holds a separator in quotes")
            if spare
            else message("fill in the missing cells, if only by separators"),
        )
    elif stray:
        _tell_stray(place, stray[0])
    is_torn = bool(spare or stray or is_short)
    return RawRow(line, kept, is_torn=is_torn) if kept or stray else None


def _tell_stray(place: Spot, value: str) -> None:
    place.add(
        value,
        expected=message("a heading above this cell"),
        advice=message("write the remark in the column note"),
    )


def split_workbook(
    path: Path, name: str, known: Collection[str], findings: Findings
) -> RawTable | None:
    """Return headings and rows of the one worksheet that holds a table, or None with a finding.

    Parameters
    ----------
    known
        Headings of the table in small letters: the row that holds most of them begins it.
    """
    found = find_page(path, name, known, findings)
    return None if found is None else split_page(found[0], name, found[1], findings)


def find_page(
    path: Path, name: str, known: Collection[str], findings: Findings
) -> tuple[Page, int] | None:
    """Return the worksheet that holds a table and the row of its headings; None with a finding."""
    if path.stat().st_size > MOST_BYTES:
        findings.at(name).add(
            "",
            expected=message("a file of at most {count} bytes", count=MOST_BYTES),
            advice=TOO_LARGE,
        )
        return None
    before = len(findings.items)
    pages = open_workbook(path, findings, most_rows=MOST_ROWS)
    if len(findings.items) > before:
        return None
    found = [(page, top) for page in pages if (top := _find_top(page, known)) is not None]
    if len(found) != 1:
        findings.at(name).add(
            ", ".join(page.title for page, _ in found),
            expected=message("one worksheet with the headings of this table"),
            advice=message("keep the table on one worksheet, its headings above its rows"),
        )
        return None
    for other in pages:
        if other is not found[0][0] and any(other.seen):
            findings.at(name).warn(
                other.title,
                expected=message("one worksheet with the headings of this table"),
                advice=message("nothing reads this worksheet"),
            )
    return found[0]


def _find_top(page: Page, known: Collection[str]) -> int | None:
    """Return the row, from 1, that holds most known headings, at least two of them or all."""
    counts = [
        sum(clean_text(show_cell(cell)).casefold() in known for cell in row)
        for row in page.seen[:LAST_HEADING_ROW]
    ]
    most = max(counts, default=0)
    return counts.index(most) + 1 if most >= min(2, len(known)) else None


def split_page(page: Page, name: str, top: int, findings: Findings) -> RawTable:
    """Return the rows below the headings of a worksheet, which stand in row `top`."""
    headings = tuple(clean_text(show_cell(cell)) for cell in page.seen[top - 1])
    for area in sorted(page.merged, key=lambda a: (a.first_row, a.first_column)):
        if area.last_row >= top:
            column = headings[area.first_column - 1] if area.first_column <= len(headings) else ""
            findings.at(name, area.first_row, column).add(
                area.name,
                expected=message("cells that are not merged"),
                advice=message("split the merged cells and fill in each one"),
            )
    rows = []
    for number in range(top + 1, max(len(page.seen), len(page.written)) + 1):
        seen = page.seen[number - 1] if number <= len(page.seen) else ()
        written = page.written[number - 1] if number <= len(page.written) else ()
        row = _make_sheet_row(number, seen, written, headings, findings.at(name, number))
        if row is not None:
            rows.append(row)
    return RawTable(name, top, headings, tuple(rows))


def _make_sheet_row(
    number: int,
    seen: tuple[Any, ...],
    written: tuple[Any, ...],
    headings: tuple[str, ...],
    line: Spot,
) -> RawRow | None:
    cells: dict[str, str] = {}
    is_torn = False
    for place in range(max(len(seen), len(written))):
        heading = headings[place] if place < len(headings) else ""
        value = seen[place] if place < len(seen) else None
        formula = written[place] if place < len(written) else None
        if not _is_readable(formula, value, line.at(heading)):
            is_torn = True
        text = clean_text(show_cell(value))
        if text and heading:
            cells[heading] = text
        elif text:
            is_torn = True
            _tell_stray(line, text)
    return RawRow(number, cells, is_torn=is_torn) if cells or is_torn else None


def _is_readable(written: Any, seen: Any, place: Spot) -> bool:
    is_formula = isinstance(written, str) and written.startswith("=") and written != seen
    if not isinstance(
        written, str | int | float | None | datetime.date | datetime.time | datetime.timedelta
    ):
        is_formula = True  # array formulas and data tables come as objects
    if is_formula and seen is None:
        place.add(
            written,
            expected=message("a formula with its result"),
            advice=message("open and save the workbook, or write the value itself"),
        )
        return False
    if is_formula and isinstance(seen, str) and is_error_value(seen):
        place.add(
            seen,
            expected=message("a value"),
            advice=message("the formula fails: write the value itself"),
        )
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
