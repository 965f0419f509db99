"""Draws what is owed soon as a table."""

from datetime import date

from exports.tables.table import make_table
from planning.answers.due_list import tabulate_due
from programme.due import DueItem
from province.facts import Province
from province.language import Language

COLUMNS = ("date", "state", "kind", "key", "where", "what", "file", "row", "id")


def draw_due_table(
    items: tuple[DueItem, ...], province: Province, on: date, language: Language
) -> bytes:
    """Return a row for each row of each thing that is owed, with the place it stands in."""
    rows = []
    for item, told in zip(items, tabulate_due(items, province, on, language), strict=True):
        for row in item.rows:
            rows.append(
                (
                    item.day, told["state"], item.kind.value, item.key, told["where"],
                    told["what"], row.file, row.line, row.key,
                )
            )  # fmt: skip
    return make_table(COLUMNS, rows)
