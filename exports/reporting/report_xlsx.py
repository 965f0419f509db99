"""Writes a report as an Excel workbook: its numbers, and a sheet of the rows that each leads to."""

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from exports.reporting.report_text import ToldCell, ToldReport, ToldSection
from exports.text.plain import clean_line
from exports.workbook.typed_sheet import (
    LINE_HEIGHT,
    MAX_HEIGHT,
    MAX_TEXT,
    Column,
    Styles,
    clip_text,
    fill_sheet,
    make_styles,
    measure_head,
    name_sheet,
    set_print,
)
from planning.answers.reported import name_things
from programme.reporting.parts import CellKind, Traced
from province.facts import Province
from province.language import Language, message, translate

OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "strings_to_numbers": False,
}  # fmt: skip
SHEETS = message("Activity report"), message("Rows")
WHOLE = "#,##0"
BROKEN = {
    CellKind.COUNT: "#,##0.0", CellKind.MONEY: "#,##0.00", CellKind.PERCENT: "0.0",
    CellKind.KM: "#,##0.0",
}  # fmt: skip
"""How numbers look that are whole, and those that are not."""
MOST_COLUMNS = 6
"""Columns of numbers that a section has at most; one with more has a sheet of its own."""
SMALL_HEIGHT = 13.0
"""Of a line of small print."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """The columns of a sheet: one for names, so many for numbers, and their widths in figures."""

    columns: int
    name_width: float
    number_width: float

    @property
    def widths(self) -> list[float]:
        """The width of each column."""
        return [self.name_width, *[self.number_width] * self.columns]

    def set_up(self, sheet: Any) -> None:
        """Make the columns of a sheet so wide."""
        for number, width in enumerate(self.widths):
            sheet.set_column(number, number, width)


def draw_xlsx(told: ToldReport, province: Province, on: date, language: Language) -> bytes:
    """Return the workbook; the same report gives the same bytes."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, OPTIONS)
    book.set_properties(
        {
            "title": clean_line(f"{told.title} {told.subject}"),
            "company": clean_line(told.letterhead.organisation),
            "author": "Luân Chuyển",
            "created": datetime.combine(on, time()),
        }
    )
    styles = make_styles(book, language)
    title, rows_name = (translate(one, language) for one in SHEETS)
    first_rows = list_first_rows(told)
    writer = _SectionWriter(book, rows_name, first_rows)
    report = book.add_worksheet(title)
    wide = [section for section in told.sections if _is_wide(section)]
    sheets = {section.id: book.add_worksheet(name_sheet(section.title)) for section in wide}
    _fill_report(writer, report, told, sheets)
    for section in wide:
        _fill_wide(writer, sheets[section.id], section)
    rows = book.add_worksheet(rows_name)
    _fill_rows(rows, styles, told, province, language)
    for number, row in first_rows.items():
        rows.write_url(row, 0, f"internal:{writer.places[number]}", None, f"[{number}]")
    book.close()
    return content.getvalue()


def list_first_rows(told: ToldReport) -> dict[int, int]:
    """Return the first row of each number in the sheet of rows, counted from 0."""
    first, found = 1, {}
    for cell in told.cells:
        found[cell.number] = first
        first += _count_rows(cell)
    return found


def _count_rows(cell: ToldCell) -> int:
    if isinstance(cell.cell, Traced):
        return max(1, sum(len(part.rows) for part in cell.cell.figure.parts))
    return 1


def _is_wide(section: ToldSection) -> bool:
    return len(section.columns) > MOST_COLUMNS


def _fill_report(
    writer: "_SectionWriter", sheet: Any, told: ToldReport, sheets: Mapping[str, Any]
) -> None:
    """Write the sections below each other; those that have a sheet of their own are named."""
    grid = _Grid(MOST_COLUMNS, 56, 14)
    grid.set_up(sheet)
    sheet.write_string(0, 0, clean_line(told.letterhead.organisation), writer.bold)
    sheet.merge_range(1, 0, 1, MOST_COLUMNS, clean_line(told.title), writer.title)
    sheet.write_string(2, 0, clean_line(told.subject))
    writer.write_small(sheet, 3, told.legend, grid)
    row = 5
    for section in told.sections:
        if section.id in sheets:
            target = f"internal:'{sheets[section.id].name}'!A1"
            sheet.write_url(row, 0, target, None, f"{section.numeral}. {section.title}")
            row += 2
            continue
        row = writer.write(sheet, section, row, grid) + 1
    sheet.print_area(0, 0, row, MOST_COLUMNS)
    set_print(sheet, head_rows=0)


def _fill_wide(writer: "_SectionWriter", sheet: Any, section: ToldSection) -> None:
    """Write a section with many columns on a sheet of its own."""
    grid = _Grid(len(section.columns), 30, 11)
    grid.set_up(sheet)
    last = writer.write(sheet, section, 0, grid)
    sheet.freeze_panes(1, 1)
    sheet.print_area(0, 0, last, grid.columns)
    set_print(sheet, head_rows=1, width=sum(grid.widths))


class _SectionWriter:
    """Writes sections, each number as a link to its rows, and keeps where they stand."""

    def __init__(self, book: Any, rows_name: str, first_rows: dict[int, int]) -> None:
        self.book = book
        self.rows_name, self.first_rows = rows_name, first_rows
        self.places: dict[int, str] = {}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.bold = book.add_format({"bold": True})
        self.small = book.add_format(
            {"italic": True, "font_size": 9, "font_color": "#555555", "text_wrap": True,
             "valign": "top"}
        )  # fmt: skip
        self.head = book.add_format(
            {"bold": True, "font_color": "white", "bg_color": "#1a4f8b", "border": 1,
             "border_color": "#808080", "text_wrap": True, "valign": "vcenter"}
        )  # fmt: skip
        self.text = book.add_format(
            {"border": 1, "border_color": "#d0d0d0", "text_wrap": True, "valign": "top"}
        )
        self.numbers = {
            (form, is_estimated): book.add_format(
                {"num_format": f'"≈ "{form}' if is_estimated else form, "border": 1,
                 "border_color": "#d0d0d0", "font_color": "#1a4f8b", "valign": "top"}
            )
            for form in dict.fromkeys((WHOLE, *BROKEN.values()))
            for is_estimated in (False, True)
        }  # fmt: skip

    def write(self, sheet: Any, section: ToldSection, row: int, grid: _Grid) -> int:
        """Write a section from a row on; return the row after it."""
        heads = (f"{section.numeral}. {section.title}", *section.columns)
        for number, text in enumerate(heads):
            sheet.write_string(row, number, clean_line(text), self.head)
        sheet.set_row(row, measure_head(heads, grid.widths[: len(heads)]))
        for line in section.lines:
            row += 1
            sheet.write_string(row, 0, clean_line(line.name), self.text)
            for number, cell in enumerate(line.cells, 1):
                if cell is None:
                    sheet.write_blank(row, number, None, self.text)
                else:
                    self._write_number(sheet, row, number, cell)
            lines = math.ceil(len(line.name) / (grid.name_width - 1))
            if lines > 1:
                sheet.set_row(row, LINE_HEIGHT * lines)
            if line.names:
                row += 1
                self.write_small(sheet, row, ", ".join(line.names), grid)
        for note in section.notes:
            row += 1
            self.write_small(sheet, row, note, grid)
        return row + 1

    def write_small(self, sheet: Any, row: int, text: str, grid: _Grid) -> None:
        """Write small print across the columns, as high as it needs."""
        told = clip_text(clean_line(text), MAX_TEXT)
        sheet.merge_range(row, 0, row, grid.columns, "", self.small)
        sheet.write_string(row, 0, told, self.small)
        lines = math.ceil(len(told) / sum(grid.widths))
        sheet.set_row(row, min(MAX_HEIGHT, SMALL_HEIGHT * lines))

    def _write_number(self, sheet: Any, row: int, column: int, cell: ToldCell) -> None:
        is_whole = float(cell.cell.number).is_integer()
        form = WHOLE if is_whole else BROKEN[cell.cell.kind]
        style = self.numbers[form, cell.cell.is_estimated]
        target = f"internal:'{self.rows_name}'!A{self.first_rows[cell.number] + 1}"
        sheet.write_url(row, column, target, style)
        sheet.write_number(row, column, cell.cell.number, style)  # the link stays
        self.places[cell.number] = f"'{sheet.name}'!{chr(ord('A') + column)}{row + 1}"


def _fill_rows(
    sheet: Any, styles: Styles, told: ToldReport, province: Province, language: Language
) -> None:
    names = name_things(province)
    columns = (
        Column(translate(message("Number"), language)),
        Column(translate(message("Figure"), language), "wide"),
        Column(translate(message("Of what"), language)),
        Column(translate(message("Counts"), language), "real"),
        Column(translate(message("File"), language)),
        Column(translate(message("Row"), language), "whole"),
        Column(translate(message("Id"), language)),
    )
    rows: list[tuple[str | float | int | None, ...]] = []
    for cell in told.cells:
        head = (f"[{cell.number}]", cell.label)
        if not isinstance(cell.cell, Traced):
            of = ", ".join(f"[{number}]" for number in cell.of)
            text = translate(message("Worked out of {numbers}.", numbers=of), language)
            rows.append((*head, text, cell.cell.number, "", None, cell.cell.key))
            continue
        found = [
            (*head, names.get(part.about, part.about), part.amount, row.file, row.line, row.key)
            for part in cell.cell.figure.parts
            for row in part.rows
        ]
        rows += found or [(*head, "", 0, "", None, "")]
    fill_sheet(sheet, styles, columns, rows)
