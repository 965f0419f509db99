"""Tells from the whole table whether ``12/7/2026`` is the 12th of July or the 7th of December."""

import functools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from province.findings import Findings
from province.language import message
from province.tables.files import RawRow

Order = Literal["day first", "month first"]

_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A cell whose day can be read in two ways, and both of them."""

    line: int
    column: str
    value: str
    day_first: str
    month_first: str

    def tell(self, file: str, findings: Findings) -> None:
        """Add a finding about the cell."""
        findings.at(file, self.line, self.column).add(
            self.value,
            expected=message("a day that can be read in one way only"),
            advice=message(
                "no other date of the table tells: write {first} or {second}",
                first=self.day_first,
                second=self.month_first,
            ),
        )


def settle_days(
    rows: Sequence[RawRow], columns: Collection[str]
) -> tuple[tuple[RawRow, ...], tuple[OpenDay, ...]]:
    """Return the rows with days that are in no doubt written ``2026-12-07``, and the open ones.

    A spreadsheet program writes a whole column in one order. A number above 12 in any row of a
    column tells its order; a column that tells nothing follows the others of the table. Where
    rows of one column contradict each other nothing is decided.

    Parameters
    ----------
    columns
        The columns that hold days or spans of days.
    """
    if not any(_SLASHED.search(row.cells.get(c, "")) for row in rows for c in columns):
        return tuple(rows), ()
    told = {column: _list_orders(rows, column) for column in columns}
    everywhere = {order for orders in told.values() for order in orders}
    orders: dict[str, Order | None] = {}
    for column in columns:
        known = told[column] or everywhere
        orders[column] = next(iter(known)) if len(known) == 1 else None
    settled: list[RawRow] = []
    doubts: list[OpenDay] = []
    for row in rows:
        cells = dict(row.cells)
        for column in [column for column in columns if column in cells]:
            order = orders[column]
            if order is None:
                doubts += _list_doubts(row, column)
            else:
                read = functools.partial(_read, order=order)
                cells[column] = _SLASHED.sub(read, cells[column])
        settled.append(replace(row, cells=cells))
    return tuple(settled), tuple(doubts)


def _list_orders(rows: Sequence[RawRow], column: str) -> frozenset[Order]:
    """Return the orders that a column shows where a number is too large for a month."""
    found: set[Order] = set()
    for row in rows:
        for first, second, _ in _SLASHED.findall(row.cells.get(column, "")):
            if int(first) > 12 >= int(second):
                found.add("day first")
            elif int(second) > 12 >= int(first):
                found.add("month first")
    return frozenset(found)


def _read(found: re.Match[str], *, order: Order) -> str:
    """Return a day in the order of year, month and day; as it stands if there is no such day."""
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    day, month = (second, first) if order == "month first" else (first, second)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return found[0]


def _list_doubts(row: RawRow, column: str) -> list[OpenDay]:
    return [
        OpenDay(
            row.line,
            column,
            row.cells[column],
            _read(found, order="day first"),
            _read(found, order="month first"),
        )
        for found in _SLASHED.finditer(row.cells[column])
        if found[1].lstrip("0") != found[2].lstrip("0") and max(int(found[1]), int(found[2])) <= 12
    ]
