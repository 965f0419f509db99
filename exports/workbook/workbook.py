"""Writes the month as an Excel workbook: `plan.xlsx`."""

import io
from collections.abc import Iterator
from datetime import datetime, time

import xlsxwriter

from exports.text.words import tell_overruled
from exports.workbook.figures_sheet import fill_figures
from exports.workbook.goal_sheets import list_goal_sheets
from exports.workbook.plan_sheets import list_places, list_schedule, list_stops, list_unserved
from exports.workbook.results_sheet import fill_results
from exports.workbook.typed_sheet import fill_sheet, make_styles, name_sheet
from planning.plan import Plan
from province.facts import Province
from province.language import Language, message, translate

OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "strings_to_numbers": False,
}  # fmt: skip
TABLES = (list_schedule, list_stops, list_unserved, list_places)


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield one workbook: figures with charts, the tables, the goals, and the sheet for results."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, OPTIONS)
    us = province.settings.province
    book.set_properties(
        {
            "title": str(plan.month),
            "company": us.organisation or us.name,
            "author": "Luân Chuyển",
            # The only clock in the file: the plan's month, so that equal plans give equal bytes.
            "created": datetime.combine(plan.month.first_day, time()),
        }
    )
    styles = make_styles(book, language)
    figures = book.add_worksheet(name_sheet(translate(message("Figures"), language)))
    fill_figures(book, figures, styles, plan, province, language)
    tables = [list_table(plan, province, language) for list_table in TABLES]
    for table in (*tables, *list_goal_sheets(plan, province, language)):
        sheet = book.add_worksheet(name_sheet(table.name))
        fill_sheet(sheet, styles, table.columns, table.rows, frozen_columns=table.frozen_columns)
    results = book.add_worksheet(name_sheet(translate(message("Results to fill in"), language)))
    results.set_tab_color("#f9a825")
    fill_results(results, styles, plan, province, language)
    if plan.overruled:
        for sheet in book.worksheets():
            sheet.set_header(f"&C{tell_overruled(plan, language)}")
    book.close()
    yield "plan.xlsx", content.getvalue()
