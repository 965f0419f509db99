"""Writes `changes.csv`: one row per visit that is otherwise since the month was planned again."""

from collections.abc import Iterator

from exports.tables.table import Cell, make_table
from exports.text.changed_visits import list_days, list_kinds, name_known
from planning.placed import Placed
from planning.plan import Plan, VisitChange
from planning.replan.told import concerns_site, find_unserved, list_changed, list_crews
from province.amounts import write_exactly
from province.dates import clock
from province.facts import Province
from province.language import Language, translate
from routing.trips import Unserved

PLACED = ("date", "time", "vehicle", "crew", "trip")
HEADINGS = (
    "visit_id", "site_id", "site_name", "commune_code", "tasks", "changes", "changes_text",
    *(f"before_{name}" for name in PLACED), *(f"after_{name}" for name in PLACED),
    "tell_site", "tell_crews", "days_that_would_do", "reason_code", "reason", "cheapest_fix",
    "fix_cost_vnd",
)  # fmt: skip


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the changes, by the day they were or are on, time and visit."""
    missed = find_unserved(plan)
    rows = [
        _write_row(change, missed.get(change.visit_id), province, language)
        for change in list_changed(plan)
    ]
    yield "changes.csv", make_table(HEADINGS, rows)


def _write_row(
    change: VisitChange, missed: Unserved | None, province: Province, language: Language
) -> tuple[Cell, ...]:
    site = province.site_by_id.get(change.site_id)
    why: tuple[Cell, ...] = ("", "", "", None)
    if missed is not None:
        reason, fix = translate(missed.reason, language), translate(missed.fix, language)
        why = (
            missed.reason_code,
            reason,
            fix,
            write_exactly(missed.fix_cost_vnd, province.settings.province.currency),
        )
    return (
        change.visit_id, change.site_id, name_known(change.site_id, province),
        site.commune_code if site else "", "|".join(change.tasks), "|".join(change.kinds),
        list_kinds(change, language), *_place(change.before), *_place(change.after),
        "yes" if concerns_site(change) else "no", "|".join(list_crews(change)),
        list_days(change.slots, language), *why,
    )  # fmt: skip


def _place(placed: Placed | None) -> tuple[Cell, ...]:
    if placed is None:
        return (None,) * len(PLACED)
    return (
        placed.day, clock(placed.start_min), placed.vehicle_id, placed.crew_id, placed.trip_id
    )  # fmt: skip
