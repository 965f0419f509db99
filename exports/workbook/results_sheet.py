"""Writes the sheet on which the crews report; the file is then an input of `record`.

Its second row has the names that `record` reads; the first says them in the reader's language.
"""

from datetime import date
from typing import Any

from exports.tables.result_sheets import list_blank_results
from exports.text.plain import clean_line
from exports.workbook.typed_sheet import (
    LETTER_WIDTH,
    Column,
    Styles,
    measure_head,
    set_heights,
    set_print,
    write_cell,
)
from planning.plan import Plan
from province.facts import Province
from province.language import Language, Message, message, translate
from province.results import RESULT_COLUMNS, Outcome, ResultTask, Settlement

TITLES: dict[str, Message] = {
    "month": message("Month"),
    "trip_id": message("Trip"),
    "sequence": message("No."),
    "date": message("Date"),
    "site_id": message("Place, id"),
    "site_name": message("Place"),
    "task": message("Task"),
    "content_id": message("Batch or kit"),
    "content_name": message("Title of the batch"),
    "outcome": message("How it went"),
    "boxes": message("Boxes counted"),
    "books": message("Books counted"),
    "boxes_missing": message("Boxes missing"),
    "books_missing": message("Books missing"),
    "books_damaged": message("Books damaged"),
    "uses": message("Uses since the last count"),
    "readers": message("Readers, or people trained"),
    "on_loan": message("Books with readers"),
    "on_loan_items": message("Their barcodes"),
    "kept": message("Books that stay here"),
    "kept_titles": message("Titles that stay here"),
    "arrived": message("Arrived"),
    "departed": message("Departed"),
    "kept_until": message("Kept until"),
    "km": message("Kilometres of the trip"),
    "reason": message("Reason"),
    "note": message("Note"),
    "settle": message("Who is right"),
}
HINTS: dict[str, Message] = {
    "outcome": message("done; partly: something was missing or cut short; not-done: say why"),
    "boxes": message("As counted at the handover."),
    "books": message("As counted at the handover."),
    "reason": message("Why it was not done, or only partly."),
    "settle": message("Only where the sheet contradicts the plan or the ledger."),
    "kept_until": message("A batch that was not taken because the library keeps it."),
    "on_loan": message("Of a batch that is taken: so many stay with readers."),
    "kept": message("Of a batch that is taken: so many stay on the shelf."),
    "on_loan_items": message("Barcodes, apart by ;"),
    "kept_titles": message("Ids of the titles, apart by ;"),
}
KINDS = {
    "sequence": "whole", "date": "day", "boxes": "whole", "books": "whole",
    "boxes_missing": "whole", "books_missing": "whole", "books_damaged": "whole", "uses": "whole",
    "readers": "whole", "on_loan": "whole", "kept": "whole",
    "arrived": "time", "departed": "time", "kept_until": "day", "km": "real",
    "reason": "text", "note": "text",
}  # fmt: skip
CHOICES: dict[str, tuple[str, ...]] = {
    "task": tuple(task.value for task in ResultTask),
    "outcome": tuple(outcome.value for outcome in Outcome),
    "settle": tuple(settlement.value for settlement in Settlement),
}
GIVEN = (
    "month", "trip_id", "sequence", "site_id", "site_name", "task", "content_id", "content_name",
)  # fmt: skip
"""Columns that the plan fills in; the others are for people."""
WIDTHS = {"site_name": 40.0, "content_name": 30.0, "reason": 34.0, "note": 34.0, "task": 19.0}
HEAD_ROWS = 2
FIRST_DAY = date(2000, 1, 1)
SPARE_ROWS = 40
"""Empty rows below the plan's, for what was done outside it."""


def fill_results(
    sheet: Any, styles: Styles, plan: Plan, province: Province, language: Language
) -> None:
    """Write a row for each task of the month, ready to be filled in."""
    columns = tuple(
        Column(translate(TITLES[name], language), KINDS.get(name, "text"), name not in GIVEN)
        for name in RESULT_COLUMNS
    )
    widths: list[float] = []
    for number, (name, column) in enumerate(zip(RESULT_COLUMNS, columns, strict=True)):
        sheet.write_string(0, number, clean_line(column.title), styles("head"))
        sheet.write_string(1, number, name, styles("name"))
        widths.append(max(WIDTHS.get(name, 12.0), len(name) * LETTER_WIDTH + 2))
    trips = sorted(plan.all_trips, key=lambda trip: trip.trip_id)
    rows = [row for trip in trips for row in list_blank_results(plan, province, trip)]
    written = []
    for place, row in enumerate(rows, HEAD_ROWS):
        parts = enumerate(zip(columns, row, strict=True))
        written.append([write_cell(sheet, place, n, cell, c, styles) for n, (c, cell) in parts])
    for number, name in enumerate(RESULT_COLUMNS):
        if name in ("trip_id", "site_id", "content_id"):
            longest = max((lengths[number] for lengths in written), default=0)
            widths[number] = min(38.0, max(widths[number], longest * LETTER_WIDTH + 3))
        style = styles(columns[number].kind)
        sheet.set_column(number, number, widths[number], style)
    set_heights(sheet, written, widths, first_row=HEAD_ROWS)
    last = HEAD_ROWS + len(rows) + SPARE_ROWS - 1
    for number, name in enumerate(RESULT_COLUMNS):
        _set_rule(sheet, number, name, last, language)
    sheet.set_row(0, measure_head([column.title for column in columns], widths))
    sheet.freeze_panes(HEAD_ROWS, RESULT_COLUMNS.index("task") + 1)
    sheet.autofilter(1, 0, HEAD_ROWS + len(rows) - 1, len(columns) - 1)
    set_print(sheet, head_rows=HEAD_ROWS, width=sum(widths))


def _set_rule(sheet: Any, number: int, name: str, last: int, language: Language) -> None:
    rule: dict[str, Any] = {"ignore_blank": True}
    kind = KINDS.get(name)
    if name in CHOICES:
        rule |= {"validate": "list", "source": list(CHOICES[name])}
    elif kind == "whole":
        rule |= {"validate": "integer", "criteria": ">=", "value": 0}
    elif kind == "real":
        rule |= {"validate": "decimal", "criteria": ">=", "value": 0}
    elif kind == "time":
        rule |= {"validate": "time", "criteria": "between", "minimum": 0.0, "maximum": 0.99999}
    elif kind == "day":
        rule |= {"validate": "date", "criteria": ">=", "value": FIRST_DAY}
    elif name not in HINTS:
        return
    else:
        rule |= {"validate": "any"}
    if name in HINTS:
        rule |= {
            "input_title": translate(TITLES[name], language)[:32],
            "input_message": translate(HINTS[name], language)[:255],
        }
    sheet.data_validation(HEAD_ROWS, number, last, number, rule)
