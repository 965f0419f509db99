"""Reads the circulation report of a library system: which book was lent when, at which library.

Who borrowed it is never read: columns that are not asked for are dropped before anything is kept.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator

from province.cells import Text, Uses, parse_day
from province.errors import InputError
from province.findings import CellError, Findings
from province.language import message
from province.tables.read import read_table
from province.tables.rows import Row

SYNONYMS = {
    "date": (
        "datetime", "statistics.datetime", "issuedate", "checkout_date", "checkout date",
        "transaction date", "ngày", "ngày mượn", "datums",
    ),
    "branch": (
        "branchcode", "statistics.branch", "library", "library_id", "thư viện", "mã thư viện",
        "filiāle",
    ),
    "barcode": (
        "items.barcode", "item barcode", "mã vạch", "đkcb", "số đkcb", "mã xếp giá", "svītrkods",
    ),
    "kind": ("type", "statistics.type", "transaction type", "loại giao dịch", "veids"),
    "uses": ("count", "count(*)", "total", "số lượt", "skaits"),
}  # fmt: skip
"""Headings of exports of Koha and of others, in small letters, by ours."""

USED = ("issue", "localuse", "onsite_checkout")
"""Kinds of lines that are uses; a renewal is the same use still.

Source: Koha, `statistics.type`.
"""


def parse_stamp(value: Any) -> Any:
    """Return the moment of ``2026-12-31 09:15:00``, or the day of a date; raise CellError."""
    if not isinstance(value, str):
        return value
    day_text, _, time_text = value.replace("T", " ").partition(" ")
    day = parse_day(day_text)
    try:
        clock = datetime.strptime(time_text.strip()[:5].rstrip(":"), "%H:%M") if time_text else None  # noqa: DTZ007
    except ValueError as error:
        raise CellError(
            message("a moment like 2026-12-31 09:15:00"),
            message("export the report again; do not save it in a spreadsheet program"),
        ) from error
    return day if clock is None else datetime.combine(day, clock.time())


class CirculationRow(Row):
    """A line of a circulation report."""

    date: Annotated[date | datetime, BeforeValidator(parse_stamp)]
    branch: Text
    barcode: str = ""
    kind: str = USED[0]
    uses: Uses = 1


@dataclass(frozen=True, slots=True)
class Lending:
    """A line of a circulation report: so many uses of a book at a library on a day.

    Parameters
    ----------
    row
        Its line in the file.
    is_use
        Whether it is one; renewals, returns and payments are not.
    """

    row: int
    day: date
    branch: str
    barcode: str
    uses: int
    is_use: bool


def read_circulation(path: Path) -> tuple[Lending, ...]:
    """Return the lines of a report, a table (CSV or XLSX), in their order.

    A line that stands twice, to the minute, counts once: reports are joined by hand.

    Raises
    ------
    InputError
        With every fault of the table.
    """
    findings = Findings()
    if not path.is_file():
        raise InputError.of(
            path.name, "", "",
            expected=message("a file that exists"),
            advice=message("correct its name"),
        )  # fmt: skip
    table = read_table(path.parent, path.name, CirculationRow, findings, synonyms=SYNONYMS)
    if not table.rows and not findings.faults:
        findings.at(path.name).add(
            "",
            expected=message("a circulation report with a line for each loan"),
            advice=message("docs/library-systems.md has the report to run"),
        )
    if findings.faults:
        raise InputError(findings.faults)
    seen: set[tuple[object, ...]] = set()
    found = []
    for line, row, _ in table.rows:
        kind = row.kind.casefold()
        key = (row.date, row.branch.casefold(), row.barcode, kind, row.uses)
        if isinstance(row.date, datetime) and key in seen:
            continue
        seen.add(key)
        day = row.date.date() if isinstance(row.date, datetime) else row.date
        found.append(Lending(line, day, row.branch, row.barcode, row.uses, kind in USED))
    return tuple(found)
