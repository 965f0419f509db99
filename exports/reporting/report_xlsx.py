"""Writes a report as an Excel workbook: its numbers, and a sheet of the rows that each leads to."""

import io
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from exports.reporting.report_text import ToldCell, ToldReport, ToldSection
from exports.text.plain import clean_line
from exports.workbook.typed_sheet import Column, Styles, fill_sheet, make_styles, set_print
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
NAME_WIDTH, NUMBER_WIDTH, NAMES_WIDTH = 52, 15, 60
MOST_COLUMNS = 6
"""Columns of numbers that a section has at most."""


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
    names = [translate(one, language) for one in SHEETS]
    report, rows = (book.add_worksheet(name) for name in names)
    lines = _fill_report(book, report, told, names[1], list_first_rows(told), language)
    _fill_rows(rows, styles, told, province, language)
    for number, row in list_first_rows(told).items():
        rows.write_url(row, 0, f"internal:'{names[0]}'!{lines[number]}", None, f"[{number}]")
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


def _fill_report(
    book: Any, sheet: Any, told: ToldReport, rows_name: str, first_rows: dict[int, int],
    language: Language,
) -> dict[int, str]:  # fmt: skip
    """Write the sections below each other; return the cell that each number stands in."""
    title = book.add_format({"bold": True, "font_size": 14})
    small = book.add_format({"italic": True, "font_color": "#555555", "text_wrap": True})
    sheet.set_column(0, 0, NAME_WIDTH)
    sheet.set_column(1, MOST_COLUMNS, NUMBER_WIDTH)
    sheet.set_column(MOST_COLUMNS + 1, MOST_COLUMNS + 1, NAMES_WIDTH)
    sheet.write_string(0, 0, clean_line(told.letterhead.organisation), small)
    sheet.write_string(1, 0, clean_line(f"{told.title} {told.subject}"), title)
    sheet.write_string(2, 0, clean_line(told.legend), book.add_format({"italic": True}))
    writer = _SectionWriter(book, sheet, rows_name, first_rows)
    row = 4
    for section in told.sections:
        row = writer.write(section, row)
        for note in section.notes:
            sheet.merge_range(row, 0, row, MOST_COLUMNS, clean_line(note), small)
            sheet.set_row(row, 30)
            row += 1
        row += 1
    set_print(sheet, head_rows=0)
    return writer.places


class _SectionWriter:
    """Writes sections, each number as a link to its rows, and keeps where they stand."""

    def __init__(self, book: Any, sheet: Any, rows_name: str, first_rows: dict[int, int]) -> None:
        self.book, self.sheet = book, sheet
        self.rows_name, self.first_rows = rows_name, first_rows
        self.places: dict[int, str] = {}
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

    def write(self, section: ToldSection, row: int) -> int:
        """Write a section from a row on; return the row after it."""
        heads = (f"{section.numeral}. {section.title}", *section.columns)
        for number, text in enumerate(heads):
            self.sheet.write_string(row, number, clean_line(text), self.head)
        self.sheet.set_row(row, 30)
        for line in section.lines:
            row += 1
            self.sheet.write_string(row, 0, clean_line(line.name), self.text)
            for number, cell in enumerate(line.cells, 1):
                if cell is None:
                    self.sheet.write_blank(row, number, None, self.text)
                else:
                    self._write_number(row, number, cell)
            if line.names:
                self.sheet.write_string(row, MOST_COLUMNS + 1, ", ".join(line.names)[:32_000])
        return row + 1

    def _write_number(self, row: int, column: int, cell: ToldCell) -> None:
        is_whole = float(cell.cell.number).is_integer()
        form = WHOLE if is_whole else BROKEN[cell.cell.kind]
        style = self.numbers[form, cell.cell.is_estimated]
        target = f"internal:'{self.rows_name}'!A{self.first_rows[cell.number] + 1}"
        self.sheet.write_url(row, column, target, style)
        self.sheet.write_number(row, column, cell.cell.number, style)  # the link stays
        self.places[cell.number] = f"{chr(ord('A') + column)}{row + 1}"


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
