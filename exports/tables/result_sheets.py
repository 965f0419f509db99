"""Writes `results/<trip>.csv`: the sheet on which a trip's crew reports what it did."""

from collections.abc import Iterator, Mapping

from exports.tables.table import Cell, make_table
from exports.text.plain import name_files
from planning.expected_results import list_expected_results
from planning.plan import Plan
from province.facts import Province
from province.language import Language
from province.results import RESULT_COLUMNS, ResultRow
from routing.trips import Trip


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a sheet for each trip; it is the same in every language."""
    names = name_files(trip.trip_id for trip in plan.all_trips)
    for trip in sorted(plan.all_trips, key=lambda trip: trip.trip_id):
        rows = list_blank_results(plan, province, trip)
        yield f"results/{names[trip.trip_id]}.csv", make_table(RESULT_COLUMNS, rows)


def list_blank_results(plan: Plan, province: Province, trip: Trip) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows of a trip's sheet in the order of `RESULT_COLUMNS`, ready to be filled in.

    What the plan knows stands in them; outcome, counts, times and remarks are empty.
    """
    names: dict[str, str] = {str(site.site_id): site.name for site in province.sites}
    names |= province.content_names
    rows = []
    for row in list_expected_results(plan, trip):
        known = list_known(row, names)
        rows.append(tuple(known.get(column, "") for column in RESULT_COLUMNS))
    return tuple(rows)


def list_known(row: ResultRow, names: Mapping[str, str]) -> dict[str, Cell]:
    """Return the cells that the plan fills in of a row; `names` are those of sites and contents."""
    return {
        "month": str(row.month),
        "trip_id": row.trip_id,
        "sequence": row.sequence or None,
        "date": row.day,
        "site_id": row.site_id,
        "site_name": names[row.site_id],
        "task": row.task.value,
        "content_id": row.content_id or "",
        "content_name": names.get(row.content_id or "", ""),
        "boxes": row.boxes,
        "books": row.books,
        "kept": row.kept or None,
    }
