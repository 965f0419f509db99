"""Writes `trip-expenses.csv`: what each trip costs and which fund pays it, rows of `expenses.csv`.

A trip that no fund may pay has no `fund_id`: it is the library's own.
"""

from collections.abc import Iterator

from exports.tables.table import make_table
from planning.past.trip_charges import charge_month
from planning.plan import Plan
from province.amounts import write_exactly
from province.facts import Province
from province.language import Language
from province.programme_facts import Purpose

HEADINGS = ("expense_id", "date", "amount", "fund_id", "purpose", "note")


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a row for each trip, by day; nothing where no fund may pay trips of the month."""
    charges = charge_month(plan, province)
    if not charges.funds:
        return
    currency = province.settings.province.currency
    vehicles = {trip.trip_id: trip.vehicle_id for trip in plan.trips.trips}
    rows = [
        (
            one.trip_id, one.first_day, write_exactly(one.cost_vnd, currency), one.fund_id or "",
            Purpose.TRIP.value, province.vehicle_by_id[vehicles[one.trip_id]].name,
        )
        for one in charges.trips
    ]  # fmt: skip
    yield "trip-expenses.csv", make_table(HEADINGS, rows)
