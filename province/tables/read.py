"""Reads a table of the province folder, CSV or XLSX, into checked rows, with every fault found."""

import dataclasses
import difflib
import functools
import itertools
import typing
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from province.dates import DateSpan
from province.findings import CellError, Findings
from province.language import Message, message
from province.tables.files import RawRow, RawTable, find_table, read_text, split_csv, split_workbook
from province.tables.row_faults import check_row
from province.tables.slashed_days import settle_days
from province.tables.spreadsheet import is_in_old_encoding, refuse_leftovers
from province.tables.workbooks import WORKBOOKS

RowModel = TypeVar("RowModel", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class CheckedTable(Generic[RowModel]):
    """A table as far as it could be read.

    Parameters
    ----------
    rows
        The rows without a fault: line, checked row, and cells under the prefix by heading.
    raw
        Every row, faulty ones included, so that an id in a faulty row is still known.
    absent
        Columns whose heading is missing although it is required.
    is_whole
        False when the file could not be taken apart, so that there may be rows that `raw` lacks.
    is_here
        Whether there is such a file.
    """

    rows: tuple[tuple[int, RowModel, dict[str, str]], ...]
    raw: tuple[RawRow, ...]
    absent: tuple[str, ...] = ()
    is_whole: bool = True
    is_here: bool = True

    @property
    def faulty(self) -> tuple[RawRow, ...]:
        """The rows that have a fault."""
        good = {line for line, _, _ in self.rows}
        return tuple(row for row in self.raw if row.line not in good)

    def leave_out(self, lines: Container[int]) -> "CheckedTable[RowModel]":
        """Return the table with rows that turned out to be faulty, by line."""
        return dataclasses.replace(
            self, rows=tuple(row for row in self.rows if row[0] not in lines)
        )

    def replace_cells(self, column: str, cells: Mapping[int, str]) -> "CheckedTable[RowModel]":
        """Return the table with other text in cells of a column, by line; it is not checked."""
        if not cells:
            return self
        return dataclasses.replace(
            self,
            rows=tuple(
                (line, row.model_copy(update={column: cells[line]}) if line in cells else row, more)
                for line, row, more in self.rows
            ),
            raw=tuple(
                dataclasses.replace(row, cells=row.cells | {column: cells[row.line]})
                if row.line in cells
                else row
                for row in self.raw
            ),
        )


def read_table(
    folder: Path,
    name: str,
    model: type[RowModel],
    findings: Findings,
    *,
    is_required: bool = True,
    prefix: str = "",
    synonyms: Mapping[str, Sequence[str]] | None = None,
) -> CheckedTable[RowModel]:
    """Return the rows of a table that could be read, and the raw ones.

    Parameters
    ----------
    model
        Pydantic model of a row; its fields are the columns.
    prefix
        Columns that start with it are handed back as they are (by heading).
    synonyms
        Other headings (in small letters) by ours, for tables that other systems export; columns
        that nothing reads are no warning then.
    """
    path = find_table(folder, name, findings)
    is_here = path.exists() or path.is_symlink()
    others = itertools.chain.from_iterable((synonyms or {}).values())
    known = {heading.casefold() for heading in (*model.model_fields, *others)}
    before = len(findings.items)
    raw_table: RawTable | None = None
    if path.suffix.casefold() in WORKBOOKS and path.is_file():
        raw_table = split_workbook(path, name, known, findings)
    elif (text := read_text(path, name, findings, is_required=is_required)) is not None:
        raw_table = split_csv(text, name, findings)
    if raw_table is None:
        is_whole = len(findings.items) == before and not is_required
        return CheckedTable((), (), is_whole=is_whole, is_here=is_here)
    if synonyms is not None:
        raw_table = _rename(raw_table, synonyms, model)
    absent = _check_headings(raw_table, model, findings, prefix)
    raw, doubtful = _settle_days(raw_table.rows, name, model, findings)
    rows = []
    for line in raw:
        faulty = _refuse_leftovers(line, name, model, findings, prefix) | doubtful.get(
            line.line, frozenset()
        )
        if line.is_torn:
            continue
        row = check_row(model, line.cells, findings.at(name, line.line), absent=absent, told=faulty)
        if row is not None and not faulty:
            extra = {k: v for k, v in line.cells.items() if prefix and k.startswith(prefix)}
            rows.append((line.line, row, extra))
    return CheckedTable(tuple(rows), raw, absent, is_here=is_here)


@functools.cache
def list_kinds(model: type[BaseModel]) -> dict[str, frozenset[Any]]:
    """Return the plain types that may stand in each column."""
    kinds = {}
    for column, field in model.model_fields.items():
        parts = [field.annotation, *typing.get_args(field.annotation)]
        parts += [inner for part in parts for inner in typing.get_args(part)]
        kinds[column] = frozenset(part for part in parts if isinstance(part, type))
    return kinds


def _settle_days(
    rows: tuple[RawRow, ...], name: str, model: type[BaseModel], findings: Findings
) -> tuple[tuple[RawRow, ...], dict[int, frozenset[str]]]:
    """Return the rows with days in no doubt, and by line the columns whose day is open."""
    kinds = list_kinds(model)
    columns = [column for column, kind in kinds.items() if kind & {date, DateSpan}]
    settled, doubts = settle_days(rows, columns)
    doubtful: dict[int, frozenset[str]] = {}
    for doubt in doubts:
        doubtful[doubt.line] = doubtful.get(doubt.line, frozenset()) | {doubt.column}
        doubt.tell(name, findings)
    return settled, doubtful


def _refuse_leftovers(
    line: RawRow, name: str, model: type[BaseModel], findings: Findings, prefix: str
) -> frozenset[str]:
    """Return the columns of a row that hold what is no value, with a finding for each."""
    kinds = list_kinds(model)
    faulty = set()
    for column, cell in line.cells.items():
        if column not in kinds and not (prefix and column.startswith(prefix)):
            continue
        is_number = bool(kinds.get(column, frozenset({int})) & {int, float})
        try:
            refuse_leftovers(cell, is_number=is_number)
        except CellError as error:
            faulty.add(column)
            findings.at(name, line.line, column).refuse(cell, error)
            continue
        if str in kinds.get(column, frozenset()) and is_in_old_encoding(cell):
            findings.at(name, line.line, column).warn(
                cell,
                expected=message(
                    "Vietnamese text in Unicode: this is of an old font (TCVN3, VNI), or was "
                    "opened in a wrong encoding"
                ),
                advice=message("convert the table to Unicode, or type the cell again"),
            )
    return frozenset(faulty)


def _rename(
    table: RawTable, synonyms: Mapping[str, Sequence[str]], model: type[BaseModel]
) -> RawTable:
    """Return a table with our headings; where several mean one column, ours or the first counts."""
    ours = {heading.casefold(): heading for heading in model.model_fields}
    names = {other: own for own, others in synonyms.items() for other in others} | ours
    new: dict[str, str] = {}
    for heading in sorted(table.headings, key=lambda h: h.casefold() not in ours):
        own = names.get(heading.casefold())
        if own is not None and own not in new.values():
            new[heading] = own
    rows = (
        dataclasses.replace(row, cells={new[h]: c for h, c in row.cells.items() if h in new})
        for row in table.rows
    )
    return dataclasses.replace(table, headings=tuple(new.values()), rows=tuple(rows))


def _check_headings(
    table: RawTable, model: type[BaseModel], findings: Findings, prefix: str
) -> tuple[str, ...]:
    known = list(model.model_fields)
    for heading in table.headings:
        if heading and heading not in known and not (prefix and heading.startswith(prefix)):
            near = difflib.get_close_matches(heading, known, n=1)
            findings.at(table.name, table.heading_line, heading).warn(
                heading,
                expected=message("a heading that is read"),
                advice=message("nearest heading: {near}", near=near[0] if near else "-"),
            )
    advice = message("add the column; docs/data-format.md says what it holds")
    return check_columns(table, model, findings, advice=advice)


def check_columns(
    table: RawTable, model: type[BaseModel], findings: Findings, *, advice: Message
) -> tuple[str, ...]:
    """Add a finding for each heading that stands twice or lacks; return those that lack.

    Parameters
    ----------
    advice
        What to do about a column that lacks.
    """
    for heading in {h for h in table.headings if h and table.headings.count(h) > 1}:
        findings.at(table.name, table.heading_line, heading).add(
            heading,
            expected=message("each heading once"),
            advice=message("rename or delete one of the two columns"),
        )
    if table.heading_line is None:
        return ()
    fields = model.model_fields.items()
    missing = [key for key, field in fields if field.is_required() and key not in table.headings]
    for key in missing:
        expected = message("a column with this heading")
        findings.at(table.name, table.heading_line, key).add("", expected=expected, advice=advice)
    return tuple(missing)
