"""Who gets the day that several wished for, why not the others, and which days they are offered."""

import csv
import dataclasses
import io
from datetime import date, timedelta
from itertools import pairwise

import pytest
from event_province import DAY, EVENT, add_event, wish
from icalendar import Calendar

from exports.ics import calendar_files
from exports.papers import commune_notice, events_page
from exports.tables import wishes_csv
from planning.appointments import follow_plan
from planning.joint.month import plan_month
from planning.placed import WishAnswer, WishReason
from planning.plan import Plan
from planning.plan_file import dump_plan, read_plan
from planning.replan.moment import Moment
from planning.replan.replan import replan_month
from planning.survey import survey_province
from planning.wish_answers import answer_wishes
from province.dates import Month
from province.facts import Province
from province.ids import SiteId
from province.visit_pins import VisitPin
from province.visits import Task

pytestmark = pytest.mark.usefixtures("few_iterations")

DECEMBER = Month(2026, 12)
FAIR = dataclasses.replace(
    EVENT, entry_id="HOI", name="Hội sách", start=DAY + timedelta(days=7), rule="", days_before=0,
    days_after=0, vehicles=("XE1",), crews=("D1",),
)  # fmt: skip


@pytest.fixture(scope="module")
def province(small: Province) -> Province:
    """TH1 and TV1 wish for the same day, one bus can hold one session a day; TV2 is shut for it."""
    asked = add_event(small, wish("W1", "TH1"), wish("W2", "TV1"), wish("W3", "TV2"))
    free = tuple(one for one in asked.pins if one.pin_id != "GHIM1")
    return dataclasses.replace(asked, calendar=(*asked.calendar, FAIR), pins=free)


@pytest.fixture(scope="module")
def plan(province: Province) -> Plan:
    return plan_month(province, DECEMBER, seed=1, work=0.05)


def by_site(plan: Plan) -> dict[str, WishAnswer]:
    return {answer.site_id: answer for answer in plan.wishes}


def test_one_gets_the_day_and_the_plan_breaks_no_rule(plan: Plan) -> None:
    assert plan.violations == ()
    met = [one for one in plan.wishes if one.reason is WishReason.MET]
    assert len(met) == 1
    assert met[0].placed is not None
    assert met[0].placed.day == DAY
    stops = [(stop.receiver_id, stop.day) for _, stop in plan.trips.stops()
             if Task.SESSION in stop.tasks]  # fmt: skip
    for answer in plan.wishes:
        if answer.placed:
            assert (answer.site_id, answer.placed.day) in stops


def test_the_other_is_told_who_has_it_and_what_a_change_would_count(
    plan: Plan, province: Province
) -> None:
    """The two alone change places: the other order of the same days, counted by a plan of its own."""
    lost = next(one for one in plan.wishes if one.reason is WishReason.TAKEN)
    (met,) = (one for one in plan.wishes if one.reason is WishReason.MET)
    assert lost.rivals[0] == met.visit_id
    assert lost.more_vnd is not None
    assert lost.more_vnd >= 0
    pins = (VisitPin("P1", lost.visit_id, None, None, DAY, None, None, None, None, ""),)
    other = plan_month(dataclasses.replace(province, pins=pins), DECEMBER, seed=1, work=0.05,
                       has_fixes=False)  # fmt: skip
    assert by_site(other) == {}
    placed = {stop.receiver_id: stop.day for _, stop in other.trips.stops()
              if stop.visit_id == lost.visit_id}  # fmt: skip
    assert placed == {lost.site_id: DAY}
    assert other.trips.objective <= plan.trips.objective + lost.more_vnd


def test_two_other_days_around_the_event_are_offered(plan: Plan, province: Province) -> None:
    lost = next(one for one in plan.wishes if one.reason is WishReason.TAKEN)
    days = [slot.placed.day for slot in lost.slots]
    assert len(set(days)) == 2
    assert lost.placed is None or lost.placed.day not in days
    assert all(day in lost.wish.instead and day not in lost.wish.days for day in days)
    for slot in lost.slots:
        pin = VisitPin("P1", lost.visit_id, None, None, slot.placed.day, slot.placed.vehicle_id,
                       None, None, None, "")  # fmt: skip
        pinned = dataclasses.replace(province, pins=(*province.pins, pin))
        new = replan_month(pinned, (plan,), plan, Moment(DECEMBER.first_day), allow="fill",
                           work=0.0, has_fixes=False)  # fmt: skip
        assert new is not None
        assert new.violations == ()
        places = {stop.visit_id: stop.day for _, stop in new.trips.stops()}
        assert places[lost.visit_id] == slot.placed.day


def test_a_site_that_is_shut_for_a_session_is_told_so(plan: Plan) -> None:
    """TV2 is open for three hours; a session takes four."""
    assert by_site(plan)["TV2"].reason in (WishReason.SHUT, WishReason.NOBODY)
    assert by_site(plan)["TV2"].placed is None


def test_a_pin_of_the_planner_is_the_reason(plan: Plan, province: Province) -> None:
    survey = survey_province(province, DECEMBER)
    lost = next(one for one in plan.wishes if one.reason is WishReason.TAKEN)
    pin = VisitPin("P1", lost.visit_id, None, None, date(2026, 12, 3), None, None, None, None, "")
    pinned = dataclasses.replace(survey, province=dataclasses.replace(province, pins=(pin,)))
    visits = pinned.list_visits(plan.asked)
    found = answer_wishes(pinned.pose_trips(visits), plan.trips.trips, shift_min=15)
    assert {one.site_id: one.reason for one in found}[lost.site_id] is WishReason.PINNED


def test_a_bus_is_not_offered_to_two_on_one_day_where_others_are_free(small: Province) -> None:
    """Three sites of one kind wish; those without the day get four different days."""
    asked = add_event(small, wish("W1", "TH1"), wish("W2", "TV1"), wish("W3", "TV3"))
    sites = tuple(
        dataclasses.replace(site, hours="Mo-Fr 07:00-11:30", takes_sessions=True)
        if site.site_id in ("TH1", "TV1", "TV3") else site
        for site in asked.sites
    )  # fmt: skip
    planned = plan_month(dataclasses.replace(asked, sites=sites, pins=()), DECEMBER, work=0.0)
    days = [slot.placed.day for answer in planned.wishes for slot in answer.slots]
    assert sum(one.reason is WishReason.MET for one in planned.wishes) == 1
    assert len(days) == 4
    assert len(set(days)) >= 3  # five days, one of them taken by the wish that is met


def test_a_plan_with_wishes_is_read_back_and_is_the_same_revision(
    plan: Plan, tmp_path: pytest.TempPathFactory
) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(dump_plan(plan))
    again = read_plan(path)
    assert again.wishes == plan.wishes
    assert again.reserved == plan.reserved
    unanswered = dataclasses.replace(plan, wishes=())
    assert follow_plan(unanswered, again).revision == plan.revision


def test_the_bus_of_a_fair_makes_no_trip_then_and_its_calendar_says_so(
    plan: Plan, province: Province
) -> None:
    days = [day for trip in plan.trips.trips if trip.vehicle_id == "XE1" for day in trip.dates]
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


def test_table_page_and_notices_tell_each_wish(plan: Plan, province: Province) -> None:
    ((_, table),) = wishes_csv.draw(plan, province, "en")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert {row["site_id"] for row in rows} == {"TH1", "TV1", "TV2"}
    points = [int(row["points"]) for row in rows]
    assert all(a >= b for a, b in pairwise(points))
    lost = next(row for row in rows if row["reason_code"] == "taken")
    assert all(lost[f"other{k}_date"].startswith("2026-12-") for k in (1, 2))
    ((_, page),) = events_page.draw(plan, province, "vi")
    text = page.decode("utf-8")
    assert all(word in text for word in ("Ngày Sách", "Hội sách", "Trường tiểu học Nà Ớt"))
    notices = dict(commune_notice.draw(plan, province, "en"))
    site = province.site_by_id[SiteId(lost["site_id"])]
    told = notices[f"notices/{site.commune_code}.html"].decode("utf-8")
    assert "wished for the book bus on 16/12/2026" in told or "wished for the book bus on" in told
    assert "Other days that are still free" in told
