"""Writes `trips.csv`: one row per stop."""

from collections.abc import Iterator
from decimal import Decimal

from exports.tables.overruled import mark_cells, mark_headings
from exports.tables.table import Cell, make_table
from planning.plan import Plan
from planning.rides import list_arrivals
from planning.trip_state import list_states
from province.dates import clock
from province.facts import Province
from province.language import Language

HEADINGS = (
    "trip_id", "vehicle_id", "date", "sequence", "site_id", "site_name", "commune_code", "arrive",
    "depart", "tasks", "boxes_on", "boxes_off", "drive_min", "drive_km", "lon", "lat",
    "visit_id", "crew_id",
)  # fmt: skip


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the stops, by trip and sequence; it is the same in every language.

    The rides of a village's motorbike are a trip of its own, named after the trip that they meet;
    they have no visit and no crew. `planning.edit` reads the table back.
    Where the settings ask for meals, a last column says when that of the day begins. Where a
    vehicle and its crew have two trips on a day, one more says when loading for the second begins.
    Where trips had begun when the plan was made, one more says which are done or under way; where
    rules were overruled, one more says how many.
    """
    sites, rules = province.site_by_id, province.settings.trips
    with_meals, with_states = rules.meal_min > 0, bool(list_states(plan))
    with_loading = any(trip.load_min is not None for trip in plan.trips.trips)
    rows: list[tuple[Cell, ...]] = [
        (
            one.trip_id, one.vehicle_id, one.stop.day, one.sequence, one.site_id,
            sites[one.site_id].name, sites[one.site_id].commune_code, clock(one.leg.arrive_min),
            clock(one.depart_min), "|".join(one.stop.tasks), one.boxes_on, one.boxes_off,
            one.leg.drive_min, one.leg.length_m / 1000,
            _degrees(sites[one.site_id].lon), _degrees(sites[one.site_id].lat),
            one.stop.visit_id if one.crew_id else "", one.crew_id,
            *([_tell_minute(one.meal_min)] if with_meals else ()),
            *([_tell_minute(one.load_min)] if with_loading else ()),
            *([one.state.value] if with_states else ()),
            *mark_cells(plan),
        )
        for one in list_arrivals(plan, rules)
    ]  # fmt: skip
    more = [
        name
        for name, is_told in (
            ("meal", with_meals), ("loading", with_loading), ("state", with_states)
        )
        if is_told
    ]  # fmt: skip
    yield "trips.csv", make_table((*HEADINGS, *more, *mark_headings(plan)), rows)


def _tell_minute(minute: int | None) -> str:
    return "" if minute is None else clock(minute)


def _degrees(value: float) -> Decimal:
    return Decimal(f"{value:.5f}")
