"""Writes `due-dates.csv`: books that readers still have of fetched batches, and when they are due.

A library system takes barcode, date and branch from it. A row without a barcode stands for books
whose codes nobody told.
"""

from collections.abc import Iterator

from exports.tables.table import make_table
from planning.leftovers import list_due_books
from planning.plan import Plan
from province.facts import Province
from province.language import Language

HEADINGS = ("barcode", "due_date", "branch", "branch_name", "batch_id", "books", "fetched")


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a row for each book that is with a reader by what is recorded, by day and place."""
    sites = province.site_by_id
    rows = [
        (
            item.barcode, item.due,
            sites[item.leftover.site_id].branch or item.leftover.site_id,
            sites[item.leftover.site_id].name,
            item.leftover.batch_id, item.books, item.leftover.since,
        )
        for item in list_due_books(plan, province)
    ]  # fmt: skip
    yield "due-dates.csv", make_table(HEADINGS, rows)
