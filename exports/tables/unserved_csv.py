"""Writes `unserved.csv`: one row per visit that no trip serves, why, and what would help."""

from collections.abc import Iterator

from exports.tables.overruled import mark_cells, mark_headings
from exports.tables.table import make_table
from exports.text.stops import list_missed
from planning.plan import Plan
from province.amounts import write_exactly
from province.facts import Province
from province.language import Language, translate

HEADINGS = (
    "visit_id", "site_id", "site_name", "tasks", "reason_code", "reason", "cheapest_fix",
    "fix_cost_vnd",
)  # fmt: skip


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the unserved visits, by id."""
    currency = province.settings.province.currency
    rows = [
        (
            visit.visit_id, site.site_id, site.name, "|".join(visit.tasks), unserved.reason_code,
            translate(unserved.reason, language), translate(unserved.fix, language),
            write_exactly(unserved.fix_cost_vnd, currency), *mark_cells(plan),
        )
        for unserved, visit, site in list_missed(plan, province)
    ]  # fmt: skip
    yield "unserved.csv", make_table((*HEADINGS, *mark_headings(plan)), rows)
