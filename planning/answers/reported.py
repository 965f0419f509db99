"""The report on a period: gathered from the facts and the plans, as rows and as data."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from planning.answers.goals import describe_figure
from planning.past.read import PastTrip, list_past_trips, read_plans
from planning.plan import Plan
from programme.evidence import refer_result
from programme.reporting.parts import (
    ProgrammeReport,
    ReportCell,
    ReportLevel,
    ReportUnit,
    Traced,
    WorkedOut,
)
from programme.reporting.period import ReportPeriod
from programme.reporting.question import (
    LeftOutVisit,
    PlannedTask,
    PlannedTrip,
    PlannedWork,
    ReportQuestion,
)
from programme.reporting.sections import make_report
from province.dates import Month
from province.facts import Province
from province.find_name import Known, find_one
from province.language import Language, Message, mark, message, translate
from province.letters import lower_letters
from province.results import (
    Outcome,
    RecordedResult,
    identify_result,
    list_standing_results,
)
from province.row_refs import RowRef

CAUSES: dict[str, Message] = {
    "no_road": message("no road open"),
    "last_mile": message("no way on from where the boxes are handed over"),
    "pinned": message("fixed by the planner otherwise"),
    "locked_down": message("lockdown"),
    "put_off": message("put off by a lockdown"),
    "site_never_open": message("the site is never open"),
    "hours": message("opening hours too short"),
    "no_vehicle_fits": message("no vehicle fits"),
    "crew_too_small": message("no crew large enough"),
    "depot_mismatch": message("vehicle and crew at other depots"),
    "driving_law": message("limits of driving and duty"),
    "days_off": message("days off of crews or vehicles"),
    "several_rules": message("several rules together"),
    "giver_unserved": message("the batch could not be fetched before"),
    "gap_days": message("too soon after another session"),
    "batch_late": message("the batch comes too late"),
    "week_full": message("weeks of the crews are full"),
    "dates_taken": message("crews and vehicles are on other trips"),
    "priced_out": message("dearer than leaving it out"),
}
"""What people read for each code of `routing.solver.unserved_reasons`."""


def report_on(
    province: Province, level: ReportLevel, unit: ReportUnit | None, period: ReportPeriod, on: date
) -> ProgrammeReport:
    """Return the report of a province folder on a period, written on a day.

    Raises
    ------
    InputError
        If a plan in the folder is damaged.
    """
    plans = read_plans(province.folder, province, until=Month.of(period.span.last))
    work = gather_work(province, plans)
    return make_report(ReportQuestion(province, level, unit, period, on, work))


def find_unit(province: Province, text: str) -> ReportUnit:
    """Return the commune or site that is meant by a code or a name.

    Raises
    ------
    InputError
        If nothing is meant by it, or several things are.
    """
    communes = [one for one in province.communes if not one.is_service_area]
    sites = [site for site in province.sites if site.is_served]
    wanted = lower_letters(text)
    named = [one for one in communes if lower_letters(one.full_name) == wanted]
    if len(named) == 1:
        return ReportUnit(named[0])
    known = (
        *(Known(one.code, one.name) for one in communes),
        *(Known(site.site_id, site.name) for site in sites),
    )
    code = find_one(
        known, text, file="libraries.csv", expected=message("a commune or a site"),
        advice=message("give the code of a commune or the id of a site"),
    )  # fmt: skip
    for site in sites:
        if site.site_id == code:
            commune = province.commune_by_code[site.commune_code]
            return ReportUnit(commune, site)
    return ReportUnit(next(one for one in communes if one.code == code))


def gather_work(province: Province, plans: tuple[Plan, ...]) -> PlannedWork:
    """Return what plans planned, and what of it was recorded."""
    standing = {
        identify_result(one.row): one for one in list_standing_results(province.results)
    }  # fmt: skip
    trips = list_past_trips(province, plans)
    return PlannedWork(
        tasks=tuple(task for trip in trips for task in _list_tasks(trip, standing, province)),
        trips=tuple(_tell_trip(trip, standing, province) for trip in trips),
        left_out=tuple(visit for plan in plans for visit in _list_left_out(plan)),
    )


def _plan_row(month: Month, key: str) -> RowRef:
    return RowRef(f"plans/{month}/plan.json", key)


def _list_tasks(
    past: PastTrip, standing: dict[str, RecordedResult], province: Province
) -> Iterator[PlannedTask]:
    """Yield a task for each row that a trip was expected to report, but that of the trip itself."""
    visits = {stop.sequence: stop.visit_id for stop in past.trip.stops}
    whole = standing.get(identify_result(past.rows[-1])) if past.is_cancelled else None
    for row in past.rows[:-1]:
        told = standing.get(identify_result(row)) or whole
        yield PlannedTask(
            day=row.day or past.trip.last_day,
            visit_id=visits[row.sequence],
            site_id=row.site_id,
            task=row.task,
            content_id=str(row.content_id or ""),
            outcome=told.row.outcome if told else None,
            reason=told.row.reason if told else "",
            rows=(_plan_row(past.plan.month, visits[row.sequence]),),
            results=(refer_result(province, told),) if told else (),
        )


def _tell_trip(
    past: PastTrip, standing: dict[str, RecordedResult], province: Province
) -> PlannedTrip:
    told = [standing[key] for row in past.rows if (key := identify_result(row)) in standing]
    done = [one for one in told if one.row.outcome is not Outcome.NOT_DONE]
    whole = [one for one in done if one.row.task is past.rows[-1].task]
    km = next((one.row.km for one in whole), None)
    return PlannedTrip(
        trip_id=past.trip.trip_id,
        day=past.trip.first_day,
        length_m=past.trip.length_m,
        cost_vnd=past.trip.cost_vnd,
        km=km,
        rows=(_plan_row(past.plan.month, past.trip.trip_id),),
        driven=tuple(refer_result(province, one) for one in done),
        measured=tuple(refer_result(province, one) for one in whole),
    )


def _list_left_out(plan: Plan) -> Iterator[LeftOutVisit]:
    sites = {visit.visit_id: visit.receiver_id for visit in plan.visits}
    for one in plan.trips.unserved:
        yield LeftOutVisit(
            day=plan.month.first_day,
            code=one.reason_code,
            visit_id=one.visit_id,
            site_id=sites[one.visit_id],
            cause=CAUSES.get(one.reason_code, message("{text}", text=one.reason_code)),
            rows=(_plan_row(plan.month, one.visit_id),),
        )


def name_things(province: Province) -> dict[str, str]:
    """Return what people call the things that a report counts, by id; an id of two has none."""
    facts = province.programme
    named: list[tuple[str, str]] = [
        *((str(site.site_id), site.name) for site in province.sites),
        *((one.code, one.full_name) for one in province.communes),
        *((str(one.batch_id), one.name) for one in province.batches),
        *((str(one.kit_id), one.name) for one in province.kits),
        *((one.model_id, one.name) for one in facts.models),
        *((one.partner_id, one.name) for one in facts.partners),
        *((one.course_id, one.name) for one in facts.courses),
        *((one.fund_id, one.name) for one in facts.funds),
        *((str(one.entry_id), one.name) for one in province.calendar),
    ]
    names: dict[str, set[str]] = {}
    for key, name in named:
        names.setdefault(key, set()).add(name)
    return {key: next(iter(own)) for key, own in names.items() if len(own) == 1}


def tabulate_report(report: ProgrammeReport, language: Language) -> list[dict[str, Any]]:
    """Return a row for each number of a report."""
    return [
        {
            mark("section"): translate(section.title, language),
            mark("what"): translate(line.name, language),
            mark("column"): translate(column, language),
            mark("number"): cell.number,
            mark("estimated"): translate(message("yes"), language) if cell.is_estimated else "",
            mark("rows"): len(cell.figure.rows) if isinstance(cell, Traced) else None,
            mark("key"): cell.key,
        }
        for section in report.sections
        for line in section.lines
        for column, cell in zip(section.columns, line.cells, strict=True)
        if cell is not None
    ]


def tabulate_trace(
    report: ProgrammeReport, names: dict[str, str], language: Language
) -> list[dict[str, Any]]:
    """Return every row behind the numbers of a report, and what others were worked out of."""
    rows: list[dict[str, Any]] = []
    for cell in report.cells:
        if isinstance(cell, WorkedOut):
            of = ", ".join(cell.of)
            rows.append(_make_trace(cell, translate(message("worked out of"), language), None, of))
            continue
        for part in cell.figure.parts:
            about = names.get(part.about, part.about)
            rows += [_make_trace(cell, about, part.amount, row) for row in part.rows]
    return rows


def _make_trace(
    cell: ReportCell, about: str, amount: float | None, row: RowRef | str
) -> dict[str, Any]:
    file, line, key = (row.file, row.line, row.key) if isinstance(row, RowRef) else ("", None, row)
    return {
        mark("key"): cell.key,
        mark("of what"): about,
        mark("amount"): amount,
        mark("file"): file,
        mark("row"): line,
        mark("id"): key,
    }


def describe_report(report: ProgrammeReport, language: Language) -> dict[str, Any]:
    """Return a report as data, every number with its rows or what it was worked out of."""
    return {
        "level": report.level.value,
        "unit": report.unit.key if report.unit else None,
        "period": report.period.code,
        "on": report.on.isoformat(),
        "sections": [
            {
                "id": section.id,
                "title": translate(section.title, language),
                "columns": [translate(column, language) for column in section.columns],
                "lines": [
                    {
                        "name": translate(line.name, language),
                        "cells": [
                            None if cell is None else _describe_cell(cell) for cell in line.cells
                        ],
                    }
                    for line in section.lines
                ],
                "notes": [translate(note, language) for note in section.notes],
            }
            for section in report.sections
        ],
    }


def _describe_cell(cell: ReportCell) -> dict[str, Any]:
    told: dict[str, Any] = {
        "key": cell.key,
        "number": cell.number,
        "kind": cell.kind.value,
        "is_estimated": cell.is_estimated,
    }
    if isinstance(cell, Traced):
        return told | {"parts": describe_figure(cell.figure)["parts"]}
    return told | {"of": list(cell.of), "about": list(cell.about)}
