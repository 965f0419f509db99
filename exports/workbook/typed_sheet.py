"""Writes one sheet of a workbook: heading, rows of typed cells, filters, frozen heads, print setup.

Text from data stays text: nothing that stands in a cell can become a formula or a link.
"""

import functools
import math
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from exports.text.plain import clean_line
from province.language import Language

Cell = str | int | float | Decimal | date | None

MAX_SHEET_NAME = 31
MAX_TEXT = 32_000
"""Excel keeps at most 32,767 characters in a cell."""
LETTER_WIDTH = 1.1
"""Width of a letter in Excel columns at most, in figures."""
LETTERS_A_FIGURE = 1.1
"""Letters of a line of text for the width of a figure, at least (Carlito, Noto Sans: 1.15)."""
LINE_HEIGHT, MAX_HEIGHT = 15.0, 409.0
HEAD_HEIGHT = 32.0
A3, A4 = 8, 9
WIDEST_A4 = 190.0
"""Width of a sheet, in figures, that can still be read on A4; what is wider is printed on A3."""
HEAD_COLOUR = "#1a4f8b"
_FORMATS: dict[str, str] = {
    "text": "@", "wide": "General", "whole": "#,##0", "real": "#,##0.0", "share": "0 %",
    "money": "#,##0", "cents": "#,##0.00", "clock": "[hh]:mm", "time": "hh:mm",
    "degrees": "0.00000",
}  # fmt: skip
_DAY_FORMATS: dict[Language, str] = {"vi": "dd/mm/yyyy", "en": "dd/mm/yyyy", "lv": "dd.mm.yyyy"}
_WIDEST: dict[str, float] = {"text": 42.0, "wide": 70.0}
_FORMULA_SIGN = re.compile(r"^[\s']*[=+\-@＝＋－＠]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    Parameters
    ----------
    title
        What its head says.
    kind
        ``text``, ``wide`` (long text, wrapped), ``whole``, ``real``, ``share``, ``money``,
        ``cents`` (money with decimals), ``day``, ``clock`` (minutes after midnight) or ``degrees``.
    is_asked
        Whether people fill it in: its cells then stand out.
    """

    title: str
    kind: str = "text"
    is_asked: bool = False


Styles = Callable[..., Any]
"""Returns the format of a kind of cell; `is_asked` and `is_quoted` may be said of it."""


def make_styles(book: Any, language: Language) -> Styles:
    """Return what gives the formats of a workbook, each made once."""

    @functools.cache
    def make(kind: str, is_asked: bool, is_quoted: bool) -> Any:
        if kind == "head":
            return book.add_format(
                {"bold": True, "font_color": "white", "bg_color": HEAD_COLOUR, "border": 1,
                 "border_color": "#808080", "text_wrap": True, "valign": "vcenter"}
            )  # fmt: skip
        if kind == "name":
            return book.add_format(
                {"font_color": "#606060", "font_size": 8, "bg_color": "#e8eef5", "border": 1,
                 "border_color": "#808080"}
            )  # fmt: skip
        if kind == "title":
            return book.add_format({"bold": True, "font_size": 14, "quote_prefix": True})
        pattern = _DAY_FORMATS[language] if kind == "day" else _FORMATS[kind]
        look: dict[str, Any] = {
            "num_format": pattern,
            "valign": "top",
            "border": 1,
            "border_color": "#d0d0d0",
        }
        if kind in ("text", "wide"):
            look |= {"text_wrap": True, "align": "left", "indent": 1}
        if is_asked:
            look["bg_color"] = "#fff8d6"
        if is_quoted:
            look["quote_prefix"] = True
        return book.add_format(look)

    return lambda kind, *, is_asked=False, is_quoted=False: make(kind, is_asked, is_quoted)


def fill_sheet(
    sheet: Any,
    styles: Styles,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    frozen_columns: int = 1,
) -> int:
    """Write a table from the first cell on, and return its number of rows without the head."""
    lengths = [len(column.title) * 3 // 4 for column in columns]
    for number, column in enumerate(columns):
        sheet.write_string(0, number, clean_line(column.title), styles("head"))
    written: list[list[int]] = []
    for count, row in enumerate(rows, 1):
        parts = enumerate(zip(columns, row, strict=True))
        written.append([write_cell(sheet, count, n, cell, c, styles) for n, (c, cell) in parts])
        lengths = [max(pair) for pair in zip(lengths, written[-1], strict=True)]
    count = len(written)
    widths = [
        min(_WIDEST.get(column.kind, 16.0), max(9.0, length * LETTER_WIDTH + 3))
        for column, length in zip(columns, lengths, strict=True)
    ]
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width)
    set_heights(sheet, written, widths)
    sheet.set_row(0, measure_head([column.title for column in columns], widths))
    sheet.freeze_panes(1, frozen_columns)
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
    set_print(sheet, head_rows=1, width=sum(widths))
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    return count


def clip_text(text: str, most: int) -> str:
    """Return text with at most so many characters; three dots tell that more is missing."""
    return text if len(text) <= most else text[: most - 1] + "…"


def set_heights(
    sheet: Any, written: Iterable[Sequence[int]], widths: Sequence[float], *, first_row: int = 1
) -> None:
    """Make rows high enough for the text that is wrapped in them.

    Parameters
    ----------
    written
        Numbers of characters in each row's cells.
    widths
        Of the columns, in characters.
    """
    for number, lengths in enumerate(written, first_row):
        lines = max(
            math.ceil(length / (width - 1)) if length > LETTERS_A_FIGURE * (width - 1) else 1
            for length, width in zip(lengths, widths, strict=True)
        )
        if lines > 1:
            sheet.set_row(number, min(MAX_HEIGHT, LINE_HEIGHT * lines))


def measure_head(titles: Iterable[str], widths: Iterable[float]) -> float:
    """Return how high a row of bold heads is, words whole."""
    lines = max(
        len(textwrap.wrap(title, max(1, int(width / LETTER_WIDTH) - 1)))
        for title, width in zip(titles, widths, strict=True)
    )
    return max(HEAD_HEIGHT, min(MAX_HEIGHT, LINE_HEIGHT * lines + 2))


def write_cell(
    sheet: Any, row: int, number: int, cell: Cell, column: Column, styles: Styles
) -> int:
    """Write one cell as what it is, and return how many characters wide it is."""
    style = styles(column.kind, is_asked=column.is_asked)
    if cell is None or cell == "":
        sheet.write_blank(row, number, None, style)
        return 0
    if isinstance(cell, str):
        text = clip_text(clean_line(cell), MAX_TEXT)
        is_quoted = bool(_FORMULA_SIGN.match(text))
        style = styles(column.kind, is_asked=column.is_asked, is_quoted=is_quoted)
        sheet.write_string(row, number, text, style)
        return len(text)
    if isinstance(cell, date):
        sheet.write_datetime(row, number, datetime.combine(cell, time()), style)
        return 10
    sheet.write_number(row, number, float(cell) / 1440 if column.kind == "clock" else cell, style)
    return len(f"{cell:,.1f}") if column.kind != "clock" else 5


def set_print(sheet: Any, *, head_rows: int, width: float = 0.0, pages_high: int = 0) -> None:
    """Let a sheet be printed across, one page wide (0: as high as it gets), heads on each page.

    Parameters
    ----------
    width
        Of all its columns, in figures.
    """
    sheet.set_landscape()
    sheet.set_paper(A3 if width > WIDEST_A4 else A4)
    sheet.fit_to_pages(1, pages_high)
    if head_rows:
        sheet.repeat_rows(0, head_rows - 1)
    sheet.set_footer("&L&A&R&P / &N")


def name_sheet(text: str) -> str:
    """Return a text as Excel allows it for a sheet: short, without the signs it refuses."""
    return text.translate(str.maketrans("", "", "[]:*?/\\'"))[:MAX_SHEET_NAME]
