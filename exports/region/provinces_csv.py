"""Writes a row for each province of a region."""

from dataclasses import astuple, fields

from exports.region.province_rows import ProvinceRow
from exports.tables.table import Cell, make_table
from planning.plan import Totals
from province.amounts import write_exactly
from province.language import Language, translate

TOTALS = tuple(one.name for one in fields(Totals))


def draw_provinces(rows: tuple[ProvinceRow, ...], language: Language) -> bytes:
    """Return the table: the figures of each province's month, or why there are none."""
    table: list[list[Cell]] = []
    for row in rows:
        figures: list[Cell] = [None] * (len(TOTALS) + 3)
        if row.totals is not None:
            figures = [*astuple(row.totals), row.unserved]
            cost = write_exactly(row.totals.cost_vnd, row.currency)
            figures[TOTALS.index("cost_vnd")] = cost
            figures += [round(row.rotation_gap, 4), round(row.trips_gap, 4)]
        models = row.models
        counted: list[Cell] = [models.count, models.needed, models.year] if models else [None] * 3
        reasons = "; ".join(translate(reason, language) for reason in row.reasons)
        table.append([row.folder, row.name, row.currency, *figures, *counted, reasons])
    heads = (
        "folder", "province", "currency", *TOTALS, "unserved", "rotation_gap", "trips_gap",
        "models", "models_needed", "models_needed_by", "no_plan",
    )  # fmt: skip
    return make_table(heads, table)
