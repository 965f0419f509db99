"""Reads what earlier plans decided, so that the next one begins where they end."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from planning.expected_results import list_expected_results
from planning.find_plan import list_plans
from planning.past.assumed import Assumed, assume_moves
from planning.plan import Plan
from planning.plan_facts import refuse_strange_trips
from planning.plan_file import read_plan
from planning.trip_names import tell_work
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.findings import Findings
from province.ids import BatchId, TripId, VisitId
from province.language import message
from province.past import MissingResults, Past, PastDay, PastTask
from province.results import (
    Outcome,
    ResultRow,
    ResultTask,
    identify_result,
    list_standing_results,
)
from routing.trips import Trip

EVENTS = (ResultTask.SESSION, ResultTask.TRAINING, ResultTask.KIT)


@dataclass(frozen=True, slots=True)
class Told:
    """What was recorded: the rows that count, by task, and all tasks that have a row."""

    standing: Mapping[str, ResultRow]
    tasks: frozenset[str]

    def is_cancelled(self, trip: ResultRow) -> bool:
        """Whether the row of a whole trip was recorded as not done."""
        row = self.standing.get(identify_result(trip))
        return row is not None and row.outcome is Outcome.NOT_DONE


@dataclass(frozen=True, slots=True)
class PastTrip:
    """A trip of an earlier plan with its expected results."""

    plan: Plan
    trip: Trip
    rows: tuple[ResultRow, ...]
    told: Told

    @property
    def key(self) -> tuple[Month, TripId]:
        """What tells it from all other trips."""
        return self.plan.month, self.trip.trip_id

    @property
    def is_cancelled(self) -> bool:
        """Whether it was recorded that the trip did not take place."""
        return self.told.is_cancelled(self.rows[-1])

    @property
    def is_reported(self) -> bool:
        """Whether any result of it was recorded."""
        return any(identify_result(row) in self.told.tasks for row in self.rows)

    def list_open(self) -> tuple[ResultRow, ...]:
        """Return the rows of which nothing was recorded; none of a cancelled trip."""
        if self.is_cancelled:
            return ()
        return tuple(row for row in self.rows if identify_result(row) not in self.told.tasks)


def read_past(folder: Path, province: Province, month: Month | None = None) -> Past:
    """Return what is settled before a month begins, from the plans in a province folder.

    Parameters
    ----------
    month
        The month that is planned: plans of later months count as nothing, and of a plan that it
        has already only what was begun before the last day that was recorded. None: every plan of
        the folder is past.

    Raises
    ------
    InputError
        If a plan is damaged, of another province, or of another month than its folder says.
    """
    last = None if month is None else find_last_recorded(province, month)
    plans = read_plans(folder, province, until=month)
    trips = list_past_trips(province, plans)
    kept = [
        past
        for past in trips
        if past.plan.month != month
        or (last is not None and (past.trip.first_day <= last or past.is_reported))
    ]
    begun = None if last is None else last + timedelta(days=1)
    former = {one for plan in plans if plan.month == month for one in plan.former_trips}
    past = settle_month(province, trips, kept, month, begun)
    return dataclasses.replace(past, used_trips=tuple(sorted({*past.used_trips, *former})))


def settle_month(
    province: Province,
    trips: Iterable[PastTrip],
    kept: list[PastTrip],
    month: Month | None,
    begun: date | None,
) -> Past:
    """Return what is settled before what is left of a month is planned.

    Parameters
    ----------
    trips, kept
        All trips of earlier plans and of the month's own, and those of them that count.
    begun
        The first day that is still to be planned; None: the whole month.
    """
    own = [past for past in trips if past.plan.month == month]
    used = {
        (one.trip.trip_id, "" if one.is_reported else tell_work(one.trip)) for one in own
    }  # "": a trip with a result
    past = _gather(province, kept, own, month, begun)
    return dataclasses.replace(past, used_trips=tuple(sorted(used)))


def read_past_of(folder: Path, province: Province, plan: Plan) -> Past:
    """Return what was settled before a plan, that was made already, begins.

    What happened since in its own month does not count, but for trips that stand from before it.

    Raises
    ------
    InputError
        As `read_past` does.
    """
    earlier = read_plans(folder, province, until=plan.month.plus(-1))
    trips = list_past_trips(province, (*earlier, plan))
    own = [past for past in trips if past.plan is plan]
    standing = {trip.trip_id for trip in plan.standing_trips}
    kept = [past for past in trips if past.plan is not plan or past.trip.trip_id in standing]
    return _gather(province, kept, own, plan.month, plan.first_day)


def list_past_trips(province: Province, plans: Iterable[Plan]) -> list[PastTrip]:
    """Return the trips of some plans, each with what is known of it by now."""
    told = Told(
        {identify_result(one.row): one.row for one in list_standing_results(province.results)},
        frozenset(identify_result(result.row) for result in province.results),
    )
    return [
        PastTrip(plan, trip, list_expected_results(plan, trip), told)
        for plan in plans
        for trip in plan.all_trips
    ]


def _gather(
    province: Province,
    kept: list[PastTrip],
    own: list[PastTrip],
    month: Month | None,
    begun: date | None,
) -> Past:
    """Return what the trips that count have settled.

    Parameters
    ----------
    own
        All trips of the month's own plan; what is recorded of those that do not count is left out.
    """
    moves = assume_moves(
        province, tuple((past.trip, rows) for past in kept if (rows := past.list_open()))
    )
    running = [past for past in kept if not past.is_cancelled]
    tasks = [*_list_trip_tasks(kept), *_list_other_tasks(province, kept, own, month)]
    return Past(
        entries=moves.entries,
        impossible=moves.impossible,
        days=tuple(sorted(_list_days(running), key=lambda d: (d.crew_id, d.day, d.vehicle_id))),
        rides=tuple(
            sorted({(ride.vehicle_id, stop.day) for p in running for stop, ride in p.trip.rides()})
        ),
        tasks=tuple(sorted(tasks, key=_when)),
        homecomings=_find_homecomings(running, moves),
        missing=tuple(_count_missing(kept)),
        standing=frozenset(past.trip.trip_id for past in kept if past.plan.month == month),
        first_day=begun,
    )


def read_standing_trips(
    folder: Path, province: Province, month: Month, past: Past
) -> tuple[Trip, ...]:
    """Return the trips of a month's plan that stand when the month is planned again.

    Raises
    ------
    InputError
        As `read_past` does, and where such a trip names what the facts do not know any more.
    """
    trips = tuple(
        trip
        for plan in read_plans(folder, province, until=month)
        if plan.month == month
        for trip in plan.all_trips
        if trip.trip_id in past.standing
    )
    refuse_strange_trips(trips, province)
    return trips


def read_plans(folder: Path, province: Province, *, until: Month | None = None) -> tuple[Plan, ...]:
    """Return the plans in force in a province folder up to a month, by month.

    Raises
    ------
    InputError
        As `read_past` does.
    """
    findings = Findings()
    plans = []
    for month, path in list_plans(folder):
        if until is not None and month > until:
            continue
        name = path.relative_to(folder).as_posix()
        try:
            plan = read_plan(path)
        except InputError as error:
            findings.items += [dataclasses.replace(f, file=name) for f in error.findings]
            continue
        us = province.settings.province
        if plan.province_code != us.code:
            findings.at(name, None, "province_code").add(
                plan.province_code,
                expected=message("the plan of {province}", province=us.name),
                advice=message("move this plan to the folder of its own province"),
            )
        elif plan.month != month:
            findings.at(name, None, "month").add(
                plan.month,
                expected=message("the plan of {month}", month=str(month)),
                advice=message("move this plan to the folder of its own month"),
            )
        else:
            plans.append(plan)
    if findings.faults:
        raise InputError(findings.faults)
    return tuple(plans)


def count_as_done(province: Province, past: Past) -> Province:
    """Return the facts with the movements that were planned and not recorded in their journal."""
    if not past.entries:
        return province
    return dataclasses.replace(province, journal=(*province.journal, *past.entries))


def find_last_recorded(province: Province, month: Month) -> date | None:
    """Return the last day of a month of which something was recorded, or None."""
    days = [entry.day for entry in province.journal]
    days += [
        result.row.day
        for result in province.results
        if result.row.day is not None and result.row.month == month
    ]
    within = [min(day, month.last_day) for day in days if day >= month.first_day]
    of_month = [day for day in within if Month.of(day) == month]
    return max(of_month, default=None)


def _list_days(trips: Iterable[PastTrip]) -> Iterator[PastDay]:
    for past in trips:
        trip = past.trip
        for day in trip.days:
            drive_min = sum(leg.drive_min for leg in day.legs)
            yield PastDay(trip.crew_id, trip.vehicle_id, day.day, drive_min)


def _list_trip_tasks(trips: Iterable[PastTrip]) -> Iterator[PastTask]:
    for past in trips:
        visits = {stop.sequence: stop.visit_id for stop in past.trip.stops}
        for row in past.rows[:-1]:
            key = identify_result(row)
            standing = past.told.standing.get(key)
            is_open = key not in past.told.tasks and not past.is_cancelled
            is_done = is_open or (
                standing is not None
                and standing.outcome is not Outcome.NOT_DONE
                and not past.is_cancelled
            )
            day = (standing.day if standing else None) or row.day or past.trip.last_day
            yield PastTask(
                row.trip_id, visits[row.sequence], row.site_id, row.task, row.content_id, day,
                is_done,
            )  # fmt: skip


def _list_other_tasks(
    province: Province, kept: Iterable[PastTrip], own: Iterable[PastTrip], month: Month | None
) -> Iterator[PastTask]:
    """Yield what was recorded until the month's end outside plans, or of trips no plan has."""
    known = {identify_result(row) for past in (*kept, *own) for row in past.rows}
    for result in list_standing_results(province.results):
        row = result.row
        if row.task not in EVENTS or row.day is None or identify_result(row) in known:
            continue
        if month is None or row.day <= month.last_day:
            yield PastTask(
                row.trip_id, VisitId(""), row.site_id, row.task, row.content_id, row.day,
                row.outcome is not Outcome.NOT_DONE,
            )  # fmt: skip


def _when(task: PastTask) -> tuple[date, str, str, str, str]:
    return task.day, task.trip_id, task.visit_id, task.task, str(task.content_id or task.site_id)


def _find_homecomings(trips: Iterable[PastTrip], moves: Assumed) -> dict[BatchId, date]:
    """Return when trips brought batches home that really were taken, or count as taken."""
    lost = {(entry.trip_id, entry.batch_id) for entry in moves.impossible}
    found: dict[BatchId, date] = {}
    for past in trips:
        for row in past.rows:
            if row.task is not ResultTask.TAKE:
                continue
            standing = past.told.standing.get(identify_result(row))
            batch_id = BatchId(str(row.content_id))
            is_not_done = standing is not None and standing.outcome is Outcome.NOT_DONE
            if not is_not_done and (past.trip.trip_id, batch_id) not in lost:
                found[batch_id] = max(found.get(batch_id, date.min), past.trip.last_day)
    return dict(sorted(found.items()))


def _count_missing(trips: Iterable[PastTrip]) -> Iterator[MissingResults]:
    expected: dict[Month, int] = defaultdict(int)
    missing: dict[Month, int] = defaultdict(int)
    for past in trips:
        expected[past.plan.month] += len(past.rows)
        missing[past.plan.month] += len(past.list_open())
    for month, count in sorted(missing.items()):
        if count:
            yield MissingResults(month, count, expected[month])
