"""Writes `rotation-schedule.csv`: one row per batch movement."""

from collections.abc import Iterator
from datetime import date

from exports.tables.overruled import mark_cells, mark_headings
from exports.tables.table import Cell, make_table
from planning.plan import Delivery, Plan
from planning.trip_state import list_states
from province.facts import Province
from province.ids import TripId
from province.language import Language, translate

HEADINGS = (
    "month", "date", "batch_id", "batch_title", "books", "boxes", "from_site", "from_name",
    "to_site", "to_name", "trip_id", "vehicle_id", "stay_months", "expected_uses", "reason",
)  # fmt: skip


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the schedule, by date (movements without one last), trip and batch.

    Where trips had begun when the plan was made, one more column says which are done or under way;
    where rules were overruled, a last one says so.
    """
    states, trip = list_states(plan), HEADINGS.index("trip_id")
    more = (*(("state",) if states else ()), *mark_headings(plan))
    rows = [
        (
            *row,
            *((states.get(TripId(str(row[trip])), ""),) if states else ()),
            *mark_cells(plan),
        )
        for row in list_rows(plan, province, language)
    ]
    yield "rotation-schedule.csv", make_table((*HEADINGS, *more), rows)


def list_rows(plan: Plan, province: Province, language: Language) -> list[tuple[Cell, ...]]:
    """Return the rows of the schedule in the order of `HEADINGS`."""
    sites, batches = province.site_by_id, province.batch_by_id
    return [
        (
            str(plan.month), d.day, d.batch_id, batches[d.batch_id].name, d.books, d.boxes,
            d.from_site, sites[d.from_site].name, d.to_site, sites[d.to_site].name,
            d.trip_id, d.vehicle_id, d.stay_months, d.expected_uses,
            translate(d.reason, language),
        )
        for d in list_movements(plan)
    ]  # fmt: skip


def list_movements(plan: Plan) -> list[Delivery]:
    """Return the deliveries of a plan by date (those without one last), trip and batch."""
    return sorted(
        plan.deliveries,
        key=lambda d: (d.day or date.max, d.trip_id, d.batch_id, d.from_site, d.to_site),
    )
