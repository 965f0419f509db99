"""The edges of a month: what is past counts for its weeks, its rows of days and its gaps."""

import dataclasses
from datetime import date, timedelta

import pytest

from commands.answers import tell_missed
from planning.busy_days import take_past_days
from planning.joint.month import plan_month
from planning.plan import Plan
from planning.visits import list_visits
from province.dates import Month
from province.facts import Province
from province.ids import CrewId, SiteId, TripId, VehicleId, VisitId
from province.past import NO_PAST, Past, PastDay, PastTask
from province.results import ResultTask
from province.visits import Task
from roads.travel import Roads
from routing.build import build_trip_problem

pytestmark = pytest.mark.usefixtures("few_iterations")

DECEMBER = Month(2026, 12)


def with_gap(province: Province, gap: int) -> Province:
    """Return the small province in which TV1 has one session a month, at any hour."""
    sites = tuple(
        dataclasses.replace(s, hours="Mo-Su 07:00-17:00", session_gap_days=gap)
        if s.site_id == "TV1"
        else s
        for s in province.sites
    )
    return dataclasses.replace(province, sites=sites)


def session_on(day: date, *, is_done: bool = True) -> PastTask:
    return PastTask(
        TripId("T0"), VisitId("TV1-S1"), SiteId("TV1"), ResultTask.SESSION, None, day, is_done,
    )  # fmt: skip


def worked_on(day: date, drive_min: int = 60) -> PastDay:
    return PastDay(CrewId("D1"), VehicleId("XE1"), day, drive_min)


def plan_quickly(province: Province, past: Past) -> Plan:
    return plan_month(province, DECEMBER, past=past, work=0.05, rounds=1, has_fixes=False)


def find_session(plan: Plan) -> date | None:
    days = [
        stop.day
        for trip in plan.trips.trips
        for stop in trip.stops
        if stop.site_id == "TV1" and Task.SESSION in stop.tasks
    ]
    return days[0] if days else None


def test_a_session_keeps_its_gap_to_the_last_one_held(small: Province) -> None:
    # 28 November and a gap of 20: not before 18 December; with 34, not in December at all, and
    # batches come and go without it.
    held = Past(tasks=(session_on(date(2026, 11, 28)),))
    day = find_session(plan_quickly(with_gap(small, 20), held))
    assert day is not None
    assert day >= date(2026, 12, 18)
    never = plan_quickly(with_gap(small, 34), held)
    assert find_session(never) is None
    (lost,) = [u for u in never.trips.unserved if u.visit_id in ("TV1-S1", "TV1-X")]
    assert (lost.visit_id, lost.reason_code) == ("TV1-S1", "gap_days")


def test_a_session_that_was_not_held_keeps_nobody_waiting(small: Province) -> None:
    missed = Past(tasks=(session_on(date(2026, 11, 28), is_done=False),))
    plan = plan_quickly(with_gap(small, 34), missed)
    assert find_session(plan) is not None
    assert plan.violations == ()


def test_crews_go_on_from_the_days_they_worked(small: Province) -> None:
    # D1 worked from 25 to 30 November: it is off on 1 December, or a day later on the second.
    days = tuple(worked_on(date(2026, 11, day)) for day in range(25, 31))
    plan = plan_quickly(small, Past(days=days))
    assert plan.violations == ()
    worked = {
        trip.first_day + timedelta(days=k)
        for trip in plan.trips.trips
        if trip.crew_id == "D1"
        for k in range((trip.last_day - trip.first_day).days + 1)
    }
    assert worked
    assert date(2026, 12, 1) not in worked


def test_the_past_reaches_the_trips_as_days_and_gaps(small: Province) -> None:
    past = Past(
        days=(worked_on(date(2026, 11, 30), 300),),
        tasks=(session_on(date(2026, 11, 28)), session_on(date(2026, 11, 20), is_done=False)),
    )
    visits = list_visits(small, DECEMBER, (), access_min={})
    problem = build_trip_problem(small, DECEMBER, visits, Roads(small))
    told = take_past_days(problem, DECEMBER, past)
    assert told.past_days == past.days
    assert told.past_visits == {"TV1-S": (date(2026, 11, 28),)}
    nothing = take_past_days(problem, DECEMBER, NO_PAST)
    assert (nothing.past_days, nothing.past_visits) == ((), {})


def test_sessions_recorded_as_not_held_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    past = Past(
        tasks=(
            session_on(date(2026, 10, 3), is_done=False),
            session_on(date(2026, 11, 20), is_done=False),
            session_on(date(2026, 11, 28)),
        )
    )
    tell_missed("en", past, date(2026, 11, 1))
    told = capsys.readouterr().err
    assert told == "promised sessions that were recorded as not held: TV1 2026-11-20\n"
    tell_missed("en", past, date(2026, 12, 1))
    assert capsys.readouterr().err == ""
