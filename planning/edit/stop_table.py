"""Reads a table of stops: `trips.csv`, the sheet of trips in `plan.xlsx`, or the board's file."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from province.cells import Yes, clean_text
from province.dates import Month
from province.findings import CellError, Findings
from province.language import LANGUAGES, Message, message, translate
from province.result_sheets import cells
from province.tables.files import (
    LAST_HEADING_ROW,
    RawRow,
    RawTable,
    read_text,
    show_cell,
    split_csv,
    split_page,
)
from province.tables.row_faults import check_row
from province.tables.rows import Row
from province.tables.slashed_days import settle_days
from province.tables.spreadsheet import refuse_leftovers
from province.tables.workbooks import WORKBOOKS, Page, open_workbook

MOST_ROWS = 20_000

TITLES: dict[str, Message] = {
    "trip_id": message("Trip"),
    "vehicle_id": message("Vehicle"),
    "crew_id": message("Crew"),
    "date": message("Date"),
    "sequence": message("No."),
    "visit_id": message("Visit"),
}
"""The columns that are read, and what the sheet of the workbook calls them."""

LOCKED = "locked"
"""A column that the board's file has besides: what stays where it is."""

OWN = {LOCKED: LOCKED} | {
    name: column
    for column, title in TITLES.items()
    for name in (column, *(clean_text(translate(title, language)) for language in LANGUAGES))
}
"""The columns by every heading that means them."""


@dataclass(frozen=True, slots=True)
class StopRow:
    """A row of the table: a visit, and the place in a trip that it is given.

    Parameters
    ----------
    line
        Its line in the file.
    vehicle, crew
        Ids, or names as the workbook shows them.
    day
        None, like a `trip_id` of "": the visit is not served.
    is_locked
        Whether it must stay there.
    """

    line: int
    trip_id: str
    vehicle: str
    crew: str
    day: date | None
    sequence: int | None
    visit_id: str
    is_locked: bool = False

    @property
    def is_served(self) -> bool:
        """Whether the row puts its visit into a trip."""
        return bool(self.trip_id) and self.day is not None


class StopLine(Row):
    """A line of the table."""

    trip_id: cells.SheetId = ""
    vehicle_id: cells.SheetId = ""
    crew_id: cells.SheetId = ""
    date: cells.SheetDay | None = None
    sequence: cells.StopNumber | None = None
    visit_id: cells.SheetId = ""
    locked: Yes


def read_stops(path: Path, month: Month, findings: Findings) -> tuple[StopRow, ...]:
    """Return the rows of a table that could be read; other columns of it are ignored.

    Parameters
    ----------
    month
        That of the plan: of two readings of a day, ``03/12/2026``, the one in it counts.
    """
    table = _split(path, findings)
    if table is None:
        return ()
    table = _rename(table)
    absent = [column for column in TITLES if column not in table.headings]
    for column in absent:
        findings.at(table.name, table.heading_line, column).add(
            "",
            expected=message("a column with this heading"),
            advice=message("begin with the trips.csv of the plan: it has every column"),
        )
    if not absent and not any("visit_id" in row.cells for row in table.rows):
        findings.at(table.name).add(
            "",
            expected=message("a row with a visit"),
            advice=message("a visit without a row is not served: was this the table meant?"),
        )
    return () if absent else tuple(_read_rows(table, month, findings))


def _split(path: Path, findings: Findings) -> RawTable | None:
    """Return the table as it stands in its file; the ending tells a workbook from CSV."""
    if path.suffix.casefold() in WORKBOOKS and path.is_file():
        return _split_workbook(path, findings)
    if not path.is_file():
        findings.at(path.name).add(
            path, expected=message("a table of stops"), advice=message("correct its name")
        )
        return None
    text = read_text(path, path.name, findings, is_required=True)
    return None if text is None else split_csv(text, path.name, findings)


def _split_workbook(path: Path, findings: Findings) -> RawTable | None:
    before = len(findings.items)
    pages = open_workbook(path, findings, most_rows=MOST_ROWS)
    if len(findings.items) > before:
        return None
    found = [(page, top) for page in pages if (top := _find_headings(page)) is not None]
    if len(found) != 1:
        findings.at(path.name).add(
            ", ".join(page.title for page, _ in found or [(page, 0) for page in pages]),
            expected=message("one worksheet with the headings of the trips of a plan"),
            advice=message("keep the headings of the sheet of trips in plan.xlsx, on one sheet"),
        )
        return None
    page, top = found[0]
    return split_page(page, path.name, top, findings)


def _find_headings(page: Page) -> int | None:
    for number, row in enumerate(page.seen[:LAST_HEADING_ROW], 1):
        if {OWN.get(clean_text(show_cell(cell))) for cell in row} >= set(TITLES):
            return number
    return None


def _rename(table: RawTable) -> RawTable:
    """Return a table with our headings; where several mean one column, ours or the first counts."""
    names: dict[str, str] = {}
    for heading in sorted(table.headings, key=lambda heading: heading not in TITLES):
        column = OWN.get(heading)
        if column is not None and column not in names.values():
            names[heading] = column
    rows = (
        dataclasses.replace(
            row, cells={names[h]: cell for h, cell in row.cells.items() if h in names}
        )
        for row in table.rows
    )
    return dataclasses.replace(table, headings=tuple(names.values()), rows=tuple(rows))


def _read_rows(table: RawTable, month: Month, findings: Findings) -> Iterator[StopRow]:
    for raw in _settle_days(table, month):
        spot = findings.at(table.name, raw.line)
        if raw.is_torn or not raw.cells:
            continue
        before = len(findings.items)
        for column, cell in raw.cells.items():
            try:
                refuse_leftovers(cell, is_number=column == "sequence")
            except CellError as error:
                spot.at(column).refuse(cell, error)
        if len(findings.items) > before:
            continue
        line = check_row(StopLine, raw.cells, spot)
        if line is not None:
            yield StopRow(
                raw.line, line.trip_id, line.vehicle_id, line.crew_id, line.date, line.sequence,
                line.visit_id, line.locked,
            )  # fmt: skip


def _settle_days(table: RawTable, month: Month) -> list[RawRow]:
    """Return the rows with days in no doubt: of two readings the one in the plan's month counts."""
    rows, doubts = settle_days(table.rows, ("date",))
    meant = {
        doubt.line: next(
            (text for text in (doubt.day_first, doubt.month_first) if text.startswith(str(month))),
            doubt.day_first,
        )
        for doubt in doubts
    }
    return [
        dataclasses.replace(row, cells=row.cells | {"date": meant[row.line]})
        if row.line in meant
        else row
        for row in rows
    ]
