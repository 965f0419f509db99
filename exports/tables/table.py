"""Turns rows into CSV bytes that a spreadsheet program opens as they are meant."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

Cell = str | int | float | Decimal | date | None

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_FORMULA = re.compile(r"^'*\s*[=+\-@＝＋－＠]")
_HIDDEN_FORMULA = re.compile(r";('*\s*[=+\-@＝＋－＠])")


def make_table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV table: UTF-8 with BOM, ``,`` between cells, CRLF after each row.

    Numbers stay numbers, days become ISO dates, None an empty cell. Text that a spreadsheet
    program would take for a formula gets an apostrophe in front, see `guard_text`.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_write_cell(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def guard_text(text: str) -> str:
    """Return text as a cell that can never become a formula, on one line.

    An apostrophe goes in front of ``= + - @`` (also full-width) at the start, and behind any ``;``,
    where a spreadsheet program set to semicolons would begin a new cell. Apostrophes that stand
    there already get one more, so that reading the sheet back undoes exactly this.
    """
    plain = _CONTROL.sub(" ", text).strip()
    if _FORMULA.match(plain):
        plain = "'" + plain
    return _HIDDEN_FORMULA.sub(r";'\1", plain)


def _write_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{cell:.1f}"
    return guard_text(cell) if isinstance(cell, str) else str(cell)
