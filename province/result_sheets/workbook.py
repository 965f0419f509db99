"""Takes the result sheets of a workbook apart into rows of text."""

from collections.abc import Iterator
from pathlib import Path

from province.cells import clean_text
from province.findings import Findings
from province.language import message
from province.tables.files import LAST_HEADING_ROW, RawTable, show_cell, split_page
from province.tables.workbooks import Page, open_workbook

MOST_ROWS = 20_000
MOST_CELLS = 500_000
MARKS = frozenset({"task", "outcome"})
"""A row that holds these headings begins a result sheet."""


def split_results(path: Path, findings: Findings) -> Iterator[RawTable]:
    """Yield each worksheet that holds results."""
    before = len(findings.items)
    pages = open_workbook(path, findings, most_rows=MOST_ROWS, most_cells=MOST_CELLS)
    if len(findings.items) > before:
        return
    found = False
    for page in pages:
        top = _find_headings(page)
        if top is None:
            continue
        found = True
        name = f"{path.name} [{page.title}]" if len(pages) > 1 else path.name
        yield split_page(page, name, top, findings)
    if not found:
        findings.at(path.name).add(
            ", ".join(page.title for page in pages),
            expected=message("a worksheet with the headings of a result sheet"),
            advice=message("copy the headings from a sheet in the results folder of the plan"),
        )


def _find_headings(page: Page) -> int | None:
    for number, row in enumerate(page.seen[:LAST_HEADING_ROW], 1):
        if {clean_text(show_cell(cell)) for cell in row} >= MARKS:
            return number
    return None
