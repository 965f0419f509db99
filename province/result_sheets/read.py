"""Reads a result sheet whole, or says everything that is wrong with it."""

import difflib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from province.cells import parse_whole
from province.errors import InputError
from province.facts import Province
from province.findings import CellError, Finding, Findings, advise_nearest_id
from province.ids import CategoryId
from province.language import message
from province.result_sheets import cells
from province.result_sheets.checks import EARLY, LATE, list_row_faults
from province.result_sheets.files import split_file
from province.result_sheets.proofs import Picture, read_proof
from province.results import (
    PRINTED_COLUMNS,
    PROOF_COLUMNS,
    RESULT_COLUMNS,
    USES_PREFIX,
    Outcome,
    ResultRow,
    identify_result,
)
from province.tables.files import RawRow, RawTable
from province.tables.read import check_columns
from province.tables.row_faults import check_row
from province.tables.rows import Row, make_fact
from province.tables.slashed_days import OpenDay, settle_days
from province.tables.spreadsheet import refuse_leftovers

BY_HAND = (
    "boxes_missing", "books_missing", "books_damaged", "uses", "readers", "on_loan",
    "on_loan_items", "kept_titles", "arrived", "departed", "kept_until", "km", "reason", "note",
    *PROOF_COLUMNS, "settle",
)  # fmt: skip
"""Columns that the sheet of a plan leaves empty; a row without any of them is not reported yet."""

DAYS = ("date", "kept_until")
NUMBERS = frozenset({"sequence", "boxes", "books", "boxes_missing", "books_missing",
                     "books_damaged", "uses", "readers", "on_loan", "kept", "km"})  # fmt: skip

LIKE = 0.75
"""From this likeness on a heading counts as a misspelt one, and is refused."""


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A row with its place: name of the table in findings, line, and the cells as written.

    `pictures` are those that its proof names.
    """

    file: str
    line: int
    cells: dict[str, str]
    row: ResultRow
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultSheet:
    """The results of one file, all of them read.

    Parameters
    ----------
    digest
        SHA-256 of the file.
    warnings
        Findings that recording can live with: columns that are not read.
    """

    name: str
    digest: str
    rows: tuple[PlacedRow, ...]
    warnings: tuple[Finding, ...]


class ResultLine(Row):
    """A line of a result sheet; what the columns mean is told at `ResultRow`."""

    month: cells.SheetMonth
    trip_id: cells.SheetId = ""
    sequence: cells.StopNumber = 0
    date: cells.SheetDay | None = None
    site_id: Annotated[cells.SheetId, Field(min_length=1)]
    task: cells.SheetTask
    content_id: cells.SheetId = ""
    outcome: cells.SheetOutcome
    boxes: cells.Count | None = None
    books: cells.Count | None = None
    boxes_missing: cells.Count = 0
    books_missing: cells.Count = 0
    books_damaged: cells.Count = 0
    uses: cells.Count | None = None
    readers: cells.Count | None = None
    on_loan: cells.Count = 0
    on_loan_items: cells.Items = ()
    kept: cells.Count = 0
    kept_titles: cells.Items = ()
    arrived: cells.SheetClock | None = None
    departed: cells.SheetClock | None = None
    kept_until: cells.SheetDay | None = None
    km: cells.Kilometres | None = None
    reason: cells.Remark = ""
    note: cells.Remark = ""
    signed_by: cells.Signer = ""
    signed_at: cells.SheetClock | None = None
    signature: cells.Signature = ""
    position: cells.Position = ""
    photo: cells.Photo = ""
    settle: cells.SheetSettlement | None = None


def read_results(path: Path, province: Province) -> ResultSheet:
    """Return the results in a CSV, XLSX or JSON file.

    Raises
    ------
    InputError
        With every fault of the file: row, column, what stands there, what was expected.
    """
    findings = Findings()
    sheets = split_file(path, findings)
    rows = [row for sheet in sheets for row in _read_sheet(sheet, province, findings)]
    _refuse_twins(rows, findings)
    if not rows and not findings.faults:
        findings.at(path.name).add(
            "", expected=message("a row with an outcome"), advice=message("fill in the sheet")
        )
    if findings.faults:
        raise InputError(findings.faults)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return ResultSheet(path.name, digest, tuple(rows), findings.warnings)


def _read_sheet(sheet: RawTable, province: Province, findings: Findings) -> Iterator[PlacedRow]:
    absent = _check_headings(sheet, province, findings)
    rows, doubtful = _settle_days(sheet, findings)
    for raw in rows:
        is_blank = "outcome" in sheet.headings and _is_blank(raw)
        if raw.is_torn or is_blank or raw.line in doubtful:
            continue
        if not _holds_values(sheet.name, raw, findings):
            continue
        line = check_row(ResultLine, raw.cells, findings.at(sheet.name, raw.line), absent=absent)
        if line is None:
            continue
        proof, pictures = read_proof({name: getattr(line, name) for name in PROOF_COLUMNS})
        is_done = line.outcome is not Outcome.NOT_DONE
        row = make_fact(
            ResultRow, line, day=line.date, content_id=line.content_id or None,
            arrived_min=line.arrived, departed_min=line.departed,
            uses_by_category=_read_uses(sheet.name, raw, findings), proof=proof,
            on_loan=line.on_loan or len(line.on_loan_items),
            kept=(line.kept or len(line.kept_titles)) if is_done else len(line.kept_titles),
        )  # fmt: skip
        faults = list(list_row_faults(row, province))
        for column, expected, advice in faults:
            value = raw.cells.get(column, "")
            findings.at(sheet.name, raw.line, column).add(value, expected=expected, advice=advice)
        if not faults:
            yield PlacedRow(sheet.name, raw.line, raw.cells, row, pictures)


def _settle_days(sheet: RawTable, findings: Findings) -> tuple[tuple[RawRow, ...], frozenset[int]]:
    """Return the rows with days in no doubt, and the lines whose day both readings would fit.

    Where only one reading lies near the row's month, the checks of the row tell the other one.
    """
    rows, doubts = settle_days(sheet.rows, DAYS)
    months = {row.line: row.cells.get("month", "") for row in rows}
    doubtful = set()
    for doubt in doubts:
        if doubt.column == "date" and not _fits_twice(doubt, months[doubt.line]):
            continue
        doubtful.add(doubt.line)
        doubt.tell(sheet.name, findings)
    return rows, frozenset(doubtful)


def _fits_twice(doubt: OpenDay, text: str) -> bool:
    """Whether both readings of a day lie near the month of their row."""
    try:
        month = cells.parse_sheet_month(text)
    except CellError:
        return False
    days = (date.fromisoformat(doubt.day_first), date.fromisoformat(doubt.month_first))
    return all(month.first_day - EARLY <= day <= month.last_day + LATE for day in days)


def _holds_values(name: str, raw: RawRow, findings: Findings) -> bool:
    """Return whether each cell that is read holds a value; a finding for each that does not."""
    is_whole = True
    for column, cell in raw.cells.items():
        is_number = column in NUMBERS or column.startswith(USES_PREFIX)
        if column not in ResultLine.model_fields and not is_number:
            continue
        try:
            refuse_leftovers(cell, is_number=is_number)
        except CellError as error:
            is_whole = False
            findings.at(name, raw.line, column).refuse(cell, error)
    return is_whole


def _is_blank(raw: RawRow) -> bool:
    return "outcome" not in raw.cells and not any(
        column in BY_HAND or column.startswith(USES_PREFIX) for column in raw.cells
    )


def _check_headings(sheet: RawTable, province: Province, findings: Findings) -> tuple[str, ...]:
    known = [*ResultLine.model_fields, *PRINTED_COLUMNS]
    categories = [f"{USES_PREFIX}{c.category_id}" for c in province.categories]
    for heading in dict.fromkeys(h for h in sheet.headings if h):
        if heading in known or heading in categories:
            continue
        is_category = heading.startswith(USES_PREFIX)
        near = difflib.get_close_matches(heading, RESULT_COLUMNS, n=1, cutoff=LIKE)
        findings.at(sheet.name, sheet.heading_line, heading).add(
            heading,
            expected=message("a heading that is read"),
            advice=advise_nearest_id(heading, categories)
            if is_category
            else message("nearest heading: {near}", near=near[0] if near else "-"),
            is_warning=not near and not is_category,
        )
    advice = message("add the column; docs/recording.md says what it holds")
    return check_columns(sheet, ResultLine, findings, advice=advice)


def _read_uses(name: str, raw: RawRow, findings: Findings) -> tuple[tuple[CategoryId, int], ...]:
    uses = []
    for heading in sorted(h for h in raw.cells if h.startswith(USES_PREFIX)):
        try:
            count = parse_whole(raw.cells[heading])
            if count < 0:
                raise CellError(message("a number from 0"), message("correct the number"))
        except CellError as error:
            findings.at(name, raw.line, heading).refuse(raw.cells[heading], error)
            continue
        uses.append((CategoryId(heading[len(USES_PREFIX) :]), count))
    return tuple(uses)


def _refuse_twins(rows: list[PlacedRow], findings: Findings) -> None:
    seen: dict[str, PlacedRow] = {}
    for placed in rows:
        row = placed.row
        key = identify_result(row)
        first = seen.setdefault(key, placed)
        if first is not placed:
            findings.at(placed.file, placed.line, "content_id" if row.content_id else "task").add(
                row.content_id or row.task,
                expected=message(
                    "a task that no other row has (line {line} has it)", line=first.line
                ),
                advice=message("delete one of the two rows"),
            )
