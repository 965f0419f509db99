"""Writes a row for each plan that was compared."""

from exports.tables.table import Cell, make_table
from planning.compare.comparison import Comparison
from planning.compare.measures import FIGURES
from province.language import Language, translate


def draw_plans(found: Comparison, language: Language) -> bytes:
    """Return the table: the figures of each plan, or why there is none."""
    rows: list[list[Cell]] = []
    for column in found.columns:
        name = translate(column.name, language)
        for one in column.outcomes:
            reason = translate(one.failed[0], language) if one.failed else ""
            figures: list[Cell] = [round(value, 3) for value in one.figures]
            figures = figures or [None] * len(FIGURES)
            rows.append([column.key, name, one.seed, *figures, reason])
    return make_table(("key", "plan", "seed", *(one.key for one in FIGURES), "no_plan"), rows)
