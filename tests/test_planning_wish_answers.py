"""Who gets the day that several wished for, why not the others, and which days they are offered."""

import csv
import dataclasses
import io
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from event_province import DAY, EVENT, add_event, wish
from icalendar import Calendar
from plan_fixture import make_plan

from exports.ics import calendar_files
from exports.papers import commune_notice, events_page, summary
from exports.tables import wishes_csv
from planning.appointments import follow_plan
from planning.event_month import list_month_events
from planning.placed import WishAnswer, WishReason
from planning.plan import Plan
from planning.plan_file import dump_plan, read_plan
from planning.reservations import Reservation, list_reservations, month_span
from planning.slot_search import exchange_pin
from planning.survey import survey_province
from planning.wish_answers import answer_wishes, pose_wishes
from province.dates import Month
from province.facts import Province
from province.ids import SiteId
from province.visits import Pin, Task
from routing.checks.verify import verify_trips
from routing.problem import TripProblem
from routing.solver.solve import place_in_trips, plan_trips
from routing.trips import TripPlan

DECEMBER = Month(2026, 12)
FAIR = dataclasses.replace(
    EVENT, entry_id="HOI", name="Hội sách", start=DAY + timedelta(days=7), rule="", days_before=0,
    days_after=0, vehicles=("XE1",), crews=("D1",),
)  # fmt: skip
WISHED = ("TH1", "TV1", "TV3")
Planned = tuple[Province, TripProblem, TripPlan, tuple[WishAnswer, ...]]


@pytest.fixture(scope="module")
def planned(small: Province) -> Planned:
    """Three sites wish for one morning of one bus; a fair has it a week later."""
    day = dataclasses.replace(EVENT, days_before=6)
    wishes = (wish(f"W{k}", site) for k, site in enumerate(WISHED))
    asked = add_event(small, *wishes, event=day)
    sites = tuple(
        dataclasses.replace(site, takes_sessions=True, hours="Mo-Fr 07:00-12:00")
        if site.site_id in WISHED else dataclasses.replace(site, sessions_per_month=0)
        for site in asked.sites
    )  # fmt: skip
    calendar = (*asked.calendar, FAIR)
    trips = asked.settings.trips.model_copy(update={"daylight_only": False})
    settings = asked.settings.model_copy(update={"trips": trips})
    province = dataclasses.replace(
        asked, sites=sites, calendar=calendar, pins=(), kits=(), settings=settings,
        vehicles=tuple(dataclasses.replace(car, unavailable=()) for car in asked.vehicles),
    )  # fmt: skip
    problem, trips_found = plan_wishes(province)
    found = answer_wishes(province, problem, trips_found.trips)
    return province, problem, trips_found, found


def plan_wishes(province: Province) -> tuple[TripProblem, TripPlan]:
    survey = survey_province(province, DECEMBER)
    problem = survey.pose_trips(survey.list_visits(()))
    return problem, plan_trips(problem, work=0.05)


@pytest.fixture(scope="module")
def plan(planned: Planned, small: Province) -> Plan:
    province, problem, trips, answers = planned
    return dataclasses.replace(
        make_plan(province), visits=problem.visits, trips=trips, deliveries=(), asked=(),
        wishes=answers, reserved=list_reservations(province, month_span(DECEMBER)),
    )  # fmt: skip


def pick_lost(answers: tuple[WishAnswer, ...]) -> WishAnswer:
    return next(one for one in answers if one.reason is WishReason.TAKEN)


def test_one_gets_the_day_and_no_rule_is_broken(planned: Planned) -> None:
    province, problem, trips, answers = planned
    assert verify_trips(province, problem, trips) == ()
    assert [one.reason for one in answers].count(WishReason.MET) == 1
    stops = {(stop.visit_id, stop.day) for _, stop in trips.stops() if Task.SESSION in stop.tasks}
    for answer in answers:
        assert answer.placed is not None
        assert (answer.visit_id, answer.placed.day) in stops
        assert (answer.placed.day == DAY) == (answer.reason is WishReason.MET)


def test_the_others_are_told_who_has_the_day_and_what_a_change_would_count(
    planned: Planned,
) -> None:
    """Pinned to the day, a new plan of the month counts no more than was told."""
    _, problem, trips, answers = planned
    (met,) = (one for one in answers if one.reason is WishReason.MET)
    lost = pick_lost(answers)
    assert lost.rivals == (met.visit_id,)
    assert lost.more_vnd is not None
    pinned = dataclasses.replace(
        problem, visits=exchange_pin(problem.visits, lost.visit_id, Pin(DAY))
    )
    other = plan_trips(pinned, work=0.05)
    days = {stop.visit_id: stop.day for _, stop in other.stops()}
    assert days[lost.visit_id] == DAY
    assert days[met.visit_id] != DAY
    assert other.objective <= trips.objective + lost.more_vnd


def test_two_other_days_around_the_event_are_offered_and_can_be_had(planned: Planned) -> None:
    """Pinned there, everybody else stays and the month counts as much more as was told."""
    _, problem, trips, answers = planned
    for answer in answers:
        assert len(answer.slots) == (0 if answer.reason is WishReason.MET else 2)
        taken = {answer.placed.day if answer.placed else None, DAY}
        days = [slot.placed.day for slot in answer.slots]
        assert len(set(days) - taken) == len(days)
        assert all(day in answer.wish.instead for day in days)
        for slot in answer.slots:
            pin = Pin(slot.placed.day, slot.placed.vehicle_id)
            visits = exchange_pin(problem.visits, answer.visit_id, pin)
            pinned = dataclasses.replace(problem, visits=visits)
            again = place_in_trips(pinned, trips.trips, work=0.0)
            assert again.unserved == ()
            assert again.objective == pytest.approx(trips.objective + slot.cost_vnd)


def test_where_no_single_change_makes_room_the_month_is_searched(planned: Planned) -> None:
    """Two days nearest to the day wished for; planned again there, it counts no more than told."""
    province, problem, trips, answers = planned
    lost = pick_lost(answers)
    assert lost.placed is not None
    month = pose_wishes(province, problem, trips.trips)
    job = next(k for k, v in enumerate(problem.visits) if v.visit_id == lost.visit_id)
    days = {k for k, day in enumerate(problem.days) if day not in (DAY, lost.placed.day)}
    slots = list(month.search(lost, job, days))
    assert [abs((slot.placed.day - DAY).days) for slot in slots] == [1, 2]
    for slot in slots:
        visits = exchange_pin(problem.visits, lost.visit_id, Pin(slot.placed.day))
        again = plan_trips(dataclasses.replace(problem, visits=visits), work=0.05)
        assert again.unserved == ()
        assert again.objective <= trips.objective + slot.cost_vnd
    assert list(month.search(lost, job, set())) == []


def test_a_bus_is_offered_on_one_day_to_one_site_while_days_are_left(planned: Planned) -> None:
    """Of seven days one is wished for and two have the others: four are left, for two sites."""
    slots = [slot.placed for answer in planned[3] for slot in answer.slots]
    assert len({(slot.day, slot.vehicle_id) for slot in slots}) == 4


def test_a_pin_of_the_planner_and_a_shut_site_are_reasons(planned: Planned) -> None:
    province, problem, trips, answers = planned
    lost = pick_lost(answers)
    pinned = exchange_pin(problem.visits, lost.visit_id, Pin(date(2026, 12, 3)))
    shut = tuple(
        dataclasses.replace(v, windows=tuple(w for w in v.windows if w.day != DAY))
        if v.visit_id == lost.visit_id else v
        for v in problem.visits
    )  # fmt: skip
    for visits, reason in ((pinned, WishReason.PINNED), (shut, WishReason.SHUT)):
        other = dataclasses.replace(problem, visits=visits)
        found = {one.visit_id: one for one in answer_wishes(province, other, trips.trips)}
        assert found[lost.visit_id].reason is reason
        assert len(found[lost.visit_id].slots) == 2


def test_where_nobody_can_be_the_answer_says_so(planned: Planned) -> None:
    """With the bus in repair no session can be held at all."""
    province, problem, _, _ = planned
    cars = tuple(car for car in problem.vehicles if not car.can_hold_sessions)
    other = dataclasses.replace(problem, vehicles=cars)
    for answer in answer_wishes(province, other, ()):
        assert (answer.reason, answer.placed, answer.slots) == (WishReason.NOBODY, None, ())


def test_a_plan_with_wishes_is_read_back_and_is_the_same_revision(
    plan: Plan, tmp_path: Path
) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(dump_plan(plan))
    again = read_plan(path)
    assert (again.wishes, again.reserved) == (plan.wishes, plan.reserved)
    unanswered = dataclasses.replace(plan, wishes=())
    assert follow_plan(unanswered, again).revision == plan.revision


def test_the_bus_of_a_fair_makes_no_trip_then_and_its_calendar_says_so(
    plan: Plan, planned: Planned
) -> None:
    province = planned[0]
    assert plan.reserved == (Reservation(FAIR.start, "HOI", "XE1", "D1"),)
    days = [day for trip in plan.trips.trips if trip.vehicle_id == "XE1" for day in trip.dates]
    assert days
    assert FAIR.start not in days
    files = dict(calendar_files.draw(plan, province, "en"))
    events = Calendar.from_ical(files["calendars/vehicle-XE1.ics"]).walk("VEVENT")
    (kept,) = (one for one in events if one["SUMMARY"] == "Hội sách")
    assert kept.decoded("dtstart").date() == FAIR.start
    assert "Đội lưu động" in kept["DESCRIPTION"]
    gone = follow_plan(dataclasses.replace(plan, reserved=()), plan)
    again = dict(calendar_files.draw(gone, province, "en"))
    events = Calendar.from_ical(again["calendars/vehicle-XE1.ics"]).walk("VEVENT")
    (withdrawn,) = (one for one in events if one["UID"] == kept["UID"])
    assert withdrawn["STATUS"] == "CANCELLED"
    (library,) = (one for name, one in files.items() if name.startswith("calendars/library-TH1"))
    assert "Ngày Sách" in library.decode("utf-8")


def test_table_page_and_notices_tell_each_wish(plan: Plan, planned: Planned) -> None:
    province = planned[0]
    ((_, table),) = wishes_csv.draw(plan, province, "en")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert sorted(row["site_id"] for row in rows) == sorted(WISHED)
    assert all(int(a["points"]) >= int(b["points"]) for a, b in pairwise(rows))
    lost = next(row for row in rows if row["reason_code"] == "taken")
    ((_, page),) = events_page.draw(plan, province, "vi")
    text = page.decode("utf-8")
    assert all(word in text for word in ("Ngày Sách", "Hội sách", "Trường tiểu học Nà Ớt"))
    notices = dict(commune_notice.draw(plan, province, "en"))
    site = province.site_by_id[SiteId(lost["site_id"])]
    told = notices[f"notices/{site.commune_code}.html"].decode("utf-8")
    assert f"{site.name} wished for the book bus on" in told
    assert "Other days that are still free" in told
    events = {one.entry.entry_id: one for one in list_month_events(plan, province)}
    assert (events["NGAY-SACH"].met, events["NGAY-SACH"].near, events["NGAY-SACH"].lost) == (
        1,
        2,
        0,
    )
    assert events["HOI"].answers == ()
    ((_, sheet),) = summary.draw(plan, province, "en")
    assert "Ngày Sách" in sheet.decode("utf-8")
