"""Writes `unserved.csv`: one row per visit that no trip serves, why, and what would help."""

from collections.abc import Iterator

from exports.tables.table import make_table
from planning.plan import Plan
from province.facts import Province
from province.language import Language, translate

HEADINGS = (
    "visit_id", "site_id", "site_name", "tasks", "reason_code", "reason", "cheapest_fix",
    "fix_cost_vnd",
)  # fmt: skip


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the unserved visits, by id."""
    sites = province.site_by_id
    visits = {visit.visit_id: visit for visit in plan.visits}
    rows = []
    for unserved in sorted(plan.trips.unserved, key=lambda unserved: unserved.visit_id):
        visit = visits[unserved.visit_id]
        rows.append(
            (
                visit.visit_id, visit.receiver_id, sites[visit.receiver_id].name,
                "|".join(visit.tasks), unserved.reason_code, translate(unserved.reason, language),
                translate(unserved.fix, language), unserved.fix_cost_vnd,
            )
        )  # fmt: skip
    yield "unserved.csv", make_table(HEADINGS, rows)
