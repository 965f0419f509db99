"""Holds what a trip reports against its plan: days filled in, and where the two differ."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from planning.expected_results import list_expected_results
from planning.plan import Plan
from province.crow import measure_crow_m
from province.dates import Month
from province.findings import Findings, advise_nearest_id
from province.ids import SiteId, TripId
from province.language import Message, message
from province.places import Site
from province.result_sheets.read import PlacedRow, ResultSheet
from province.results import Outcome, Proof, ResultRow, ResultTask, Settlement, identify_result
from routing.trips import Trip

REPORTED, PLANNED, RECORDED = Settlement


@dataclass(frozen=True, slots=True)
class Reported:
    """A row of the sheet as it stands there (`placed`), and with its day filled in (`row`)."""

    placed: PlacedRow
    row: ResultRow


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row that contradicts the plan or the ledger.

    Parameters
    ----------
    choices
        Who can be held right.
    """

    placed: PlacedRow
    column: str
    text: Message
    choices: tuple[Settlement, ...]

    def as_message(self) -> Message:
        """Return the conflict as one line: place, what it is, how it can be settled."""
        return message(
            "{file}:{row} {column}: {conflict}; settle: {choices}",
            file=self.placed.file,
            row=self.placed.line,
            column=self.column,
            conflict=self.text,
            choices=", ".join(self.choices),
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """The trips of the plans by month and id, and what each is expected to report."""

    trips: Mapping[tuple[Month, TripId], Trip]
    rows: Mapping[tuple[Month, TripId], tuple[ResultRow, ...]]

    def find(self, row: ResultRow) -> ResultRow | None:
        """Return the planned row about the same task, or None."""
        task = identify_result(row)
        planned = self.rows.get((row.month, row.trip_id), ())
        return next((one for one in planned if identify_result(one) == task), None)


def expect_results(plans: Mapping[Month, Plan]) -> Expected:
    """Return what the trips of some plans are expected to report."""
    trips = {(month, trip.trip_id): trip for month, plan in plans.items()
             for trip in plan.all_trips}  # fmt: skip
    rows = {key: list_expected_results(plans[key[0]], trip) for key, trip in trips.items()}
    return Expected(trips, rows)


def complete_rows(
    sheet: ResultSheet,
    expected: Expected,
    sites: Mapping[SiteId, Site],
    on_day: date | None,
    findings: Findings,
) -> tuple[Reported, ...]:
    """Return the rows with their days, and how far from the stop they were signed.

    A trip or stop that no plan has is a finding.

    Parameters
    ----------
    on_day
        Day of the rows that have none; None: as planned.
    """
    rows = []
    for placed in sheet.rows:
        row = placed.row
        trip = expected.trips.get((row.month, row.trip_id))
        day = row.day or on_day or _find_day(row, trip)
        numbers = sorted(stop.sequence for stop in trip.stops) if trip else []
        if row.trip_id and trip is None:
            known = [trip_id for month, trip_id in expected.trips if month == row.month]
            findings.at(placed.file, placed.line, "trip_id").add(
                row.trip_id,
                expected=message("a trip of the plan of {month}", month=str(row.month)),
                advice=advise_nearest_id(row.trip_id, known),
            )
        elif trip is not None and row.sequence and row.sequence not in numbers:
            findings.at(placed.file, placed.line, "sequence").add(
                row.sequence,
                expected=message("the number of the stop in its trip"),
                advice=message("choose one of {choices}", choices=", ".join(map(str, numbers))),
            )
        elif day is None:
            findings.at(placed.file, placed.line, "date").add(
                "", expected=message("a value"), advice=message("fill it in")
            )
        else:
            proof = _measure(row, trip, sites)
            rows.append(Reported(placed, dataclasses.replace(row, day=day, proof=proof)))
    return tuple(rows)


def _find_day(row: ResultRow, trip: Trip | None) -> date | None:
    if trip is None:
        return None
    if row.task is ResultTask.TRIP:
        return trip.last_day
    return next((stop.day for stop in trip.stops if stop.sequence == row.sequence), None)


def _measure(row: ResultRow, trip: Trip | None, sites: Mapping[SiteId, Site]) -> Proof | None:
    """Return the proof of a row with its distance from where the vehicle was to stop."""
    proof = row.proof
    if proof is None or proof.lon is None or proof.lat is None:
        return proof
    stops = {stop.sequence: stop.site_id for stop in trip.stops} if trip else {}
    site = sites[stops.get(row.sequence, row.site_id)]
    crow_m = measure_crow_m((site.lon, site.lat), (proof.lon, proof.lat))
    return dataclasses.replace(proof, distance_m=round(crow_m))


def find_plan_conflict(
    reported: Reported, expected: Expected
) -> tuple[Conflict, ResultRow | None] | None:
    """Return where a row differs from its plan, with the row as planned; None if it does not."""
    row, placed = reported.row, reported.placed
    if (row.month, row.trip_id) not in expected.trips or row.task is ResultTask.TRIP:
        return None
    planned = expected.find(row)
    if planned is None:
        if row.outcome is Outcome.NOT_DONE or row.task is ResultTask.COLLECT:
            return None  # what stayed behind may be collected whenever somebody comes
        text = message(
            "trip {trip} was not to do this ({task} {content})",
            trip=row.trip_id,
            task=row.task.value,
            content=row.content_id or row.site_id,
        )
        return Conflict(placed, "task", text, (REPORTED, RECORDED)), None
    if planned.site_id == row.site_id:
        return None
    as_planned = dataclasses.replace(row, site_id=planned.site_id, sequence=planned.sequence)
    text = _say_place(row, planned.site_id)
    return Conflict(placed, "site_id", text, tuple(Settlement)), as_planned


def _say_place(row: ResultRow, where: SiteId) -> Message:
    values = {"content": row.content_id or row.task.value, "site": row.site_id, "planned": where}
    if row.task is ResultTask.LEAVE:
        return message("{content} was left at {site}, but the plan sends it to {planned}", **values)
    if row.task is ResultTask.TAKE:
        return message(
            "{content} was taken from {site}, but the plan takes it from {planned}", **values
        )
    return message("{content} was at {site}, but the plan has it at {planned}", **values)


def list_open_tasks(
    expected: Expected, trips: Iterable[tuple[Month, TripId]], results: Iterable[ResultRow]
) -> tuple[ResultRow, ...]:
    """Return the tasks of some trips that nothing was reported of; none of a cancelled trip."""
    known = tuple(results)
    told = {identify_result(row) for row in known}
    cancelled = {
        (row.month, row.trip_id)
        for row in known
        if row.task is ResultTask.TRIP and row.outcome is Outcome.NOT_DONE
    }
    return tuple(
        row
        for key in sorted(set(trips) - cancelled)
        for row in expected.rows.get(key, ())
        if identify_result(row) not in told
    )
