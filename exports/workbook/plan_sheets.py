"""Gathers the tables of the workbook: schedule, trips, unserved visits, where every batch is."""

from dataclasses import dataclass
from datetime import date, timedelta

from exports.tables.schedule_csv import list_movements
from exports.text.formats import format_month
from exports.text.stops import list_missed, list_tasks, name_place
from exports.text.words import CONDITIONS, TRIP_STATES
from exports.workbook.typed_sheet import Cell, Column
from planning.plan import Plan
from planning.rides import list_arrivals
from planning.trip_state import TripState, list_states
from province.amounts import count_decimals, tell_price
from province.facts import Province
from province.ids import TripId
from province.journal import locate_batches
from province.language import Language, message, translate
from province.lendings import LendingStep, list_away


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A sheet that is a table: its name, columns, rows and how many columns stay in sight."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    frozen_columns: int = 1


def list_schedule(plan: Plan, province: Province, language: Language) -> SheetTable:
    """Return a row for each batch movement, by date; those without one come last."""
    sites, batches = province.site_by_id, province.batch_by_id
    vehicles: dict[str, str] = {vehicle.vehicle_id: vehicle.name for vehicle in province.vehicles}
    states = list_states(plan)
    columns = (
        Column(translate(message("Date"), language), "day"),
        Column(translate(message("Batch"), language)),
        Column(translate(message("Title of the batch"), language)),
        Column(translate(message("Books"), language), "whole"),
        Column(translate(message("Boxes"), language), "whole"),
        Column(translate(message("From"), language)),
        Column(translate(message("To"), language)),
        Column(translate(message("Commune"), language)),
        Column(translate(message("Trip"), language)),
        Column(translate(message("Vehicle"), language)),
        *([Column(translate(message("State"), language))] if states else ()),
        Column(translate(message("Stay, months"), language), "whole"),
        Column(translate(message("Uses expected"), language), "real"),
        Column(translate(message("Reason"), language), "wide"),
    )
    rows = tuple(
        (
            d.day, d.batch_id, batches[d.batch_id].name, d.books, d.boxes,
            sites[d.from_site].name, sites[d.to_site].name,
            name_place(sites[d.to_site], province), d.trip_id,
            vehicles.get(d.vehicle_id, ""),
            *([_say_state(states.get(TripId(d.trip_id)), language)] if states else ()),
            d.stay_months, d.expected_uses,
            translate(d.reason, language),
        )
        for d in list_movements(plan)
    )  # fmt: skip
    return SheetTable(translate(message("Rotation schedule"), language), columns, rows, 3)


def list_stops(plan: Plan, province: Province, language: Language) -> SheetTable:
    """Return a row for each stop, by trip and sequence; `planning.edit` reads them back."""
    sites, rules = province.site_by_id, province.settings.trips
    with_meals, states = rules.meal_min > 0, list_states(plan)
    with_loading = any(trip.load_min is not None for trip in plan.trips.trips)
    loading = Column(translate(message("Loading for a second trip"), language), "clock")
    columns = (
        Column(translate(message("Trip"), language)),
        Column(translate(message("No."), language), "whole"),
        Column(translate(message("Vehicle"), language)),
        Column(translate(message("Crew"), language)),
        Column(translate(message("Date"), language), "day"),
        Column(translate(message("Place"), language)),
        Column(translate(message("Commune"), language)),
        Column(translate(message("Arrive"), language), "clock"),
        Column(translate(message("Begin"), language), "clock"),
        Column(translate(message("Leave"), language), "clock"),
        *([Column(translate(message("Meal of the day"), language), "clock")] if with_meals else ()),
        *([loading] if with_loading else ()),
        *([Column(translate(message("State"), language))] if states else ()),
        Column(translate(message("Tasks"), language)),
        Column(translate(message("Boxes left"), language), "whole"),
        Column(translate(message("Boxes taken"), language), "whole"),
        Column(translate(message("Driving, min"), language), "whole"),
        Column(translate(message("Driving, km"), language), "real"),
        Column(translate(message("Telephone"), language)),
        Column(translate(message("Longitude"), language), "degrees"),
        Column(translate(message("Latitude"), language), "degrees"),
        Column(translate(message("Visit"), language)),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.trip_id, one.sequence, province.vehicle_by_id[one.vehicle_id].name,
            province.crew_by_id[one.crew_id].name if one.crew_id else "", one.stop.day,
            sites[one.site_id].name, name_place(sites[one.site_id], province), one.leg.arrive_min,
            one.start_min, one.depart_min, *([one.meal_min] if with_meals else ()),
            *([one.load_min] if with_loading else ()),
            *([_say_state(one.state, language)] if states else ()),
            list_tasks(one.stop.tasks, language), one.boxes_off, one.boxes_on, one.leg.drive_min,
            one.leg.length_m / 1000, sites[one.site_id].phone,
            sites[one.site_id].lon, sites[one.site_id].lat,
            one.stop.visit_id if one.crew_id else "",
        )
        for one in list_arrivals(plan, rules)
    )  # fmt: skip
    return SheetTable(translate(message("Trips"), language), columns, rows, 2)


def _say_state(state: TripState | None, language: Language) -> str:
    return translate(TRIP_STATES[state], language) if state else ""


def list_unserved(plan: Plan, province: Province, language: Language) -> SheetTable:
    """Return a row for each visit that no trip serves, by id."""
    currency = province.settings.province.currency
    columns = (
        Column(translate(message("Visit"), language)),
        Column(translate(message("Place"), language)),
        Column(translate(message("Commune"), language)),
        Column(translate(message("Tasks"), language)),
        Column(translate(message("Reason"), language), "wide"),
        Column(translate(message("Cheapest remedy"), language), "wide"),
        Column(
            translate(message("Cost of the remedy, {currency}", currency=currency), language),
            "cents" if count_decimals(currency) else "money",
        ),
    )
    rows = tuple(
        (
            visit.visit_id, site.name, name_place(site, province),
            list_tasks(visit.tasks, language), translate(unserved.reason, language),
            translate(unserved.fix, language), tell_price(unserved.fix_cost_vnd, currency),
        )
        for unserved, visit, site in list_missed(plan, province)
    )  # fmt: skip
    return SheetTable(translate(message("Not served"), language), columns, rows)


def list_places(plan: Plan, province: Province, language: Language) -> SheetTable:
    """Return a row for each batch: where it is when the plan begins, and where that leaves it."""
    sites = province.site_by_id
    one_day = timedelta(days=1)
    places = locate_batches(province.journal, plan.month.first_day - one_day)
    begins = plan.first_day or plan.month.first_day
    now = locate_batches(province.journal, begins - one_day)
    depots = {site.site_id for site in province.depots}
    # A batch that goes home and out again on one day ends out.
    moves = sorted(plan.deliveries, key=lambda d: (d.day or date.min, d.to_site not in depots))
    planned = {move.batch_id: move for move in moves if move.day is not None}
    month = format_month(plan.month, language)
    columns = (
        Column(translate(message("Batch"), language)),
        Column(translate(message("Title of the batch"), language)),
        Column(translate(message("Books"), language), "whole"),
        Column(translate(message("Boxes"), language), "whole"),
        Column(translate(message("Mass, kg"), language), "real"),
        Column(translate(message("Condition"), language)),
        Column(translate(message("Owner"), language)),
        Column(translate(message("Where it is before {month}", month=month), language)),
        Column(translate(message("Since"), language), "day"),
        Column(translate(message("Where it is after {month}", month=month), language)),
        Column(translate(message("Commune"), language)),
        Column(translate(message("Moves on"), language), "day"),
    )
    rows = []
    away = list_away(province.lendings)
    for batch in province.batches:
        line = away.get(batch.batch_id)
        if line is not None and line.step is LendingStep.GIVEN_BACK:
            continue
        site_id, since = places.get(batch.batch_id, (batch.depot_id, None))
        move = planned.get(batch.batch_id)
        after = sites[move.to_site if move else now.get(batch.batch_id, (site_id, None))[0]]
        rows.append(
            (
                batch.batch_id, batch.name, batch.books, batch.boxes, batch.mass_kg,
                translate(CONDITIONS[batch.condition], language), batch.owner,
                *(
                    (line.partner.name, line.day, line.partner.name, "", None)
                    if line is not None
                    else (sites[site_id].name, since, after.name, name_place(after, province),
                          move.day if move else None)
                ),
            )
        )  # fmt: skip
    return SheetTable(translate(message("Where every batch is"), language), columns, tuple(rows), 2)
