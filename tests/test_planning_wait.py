"""A trip under way whose way home is shut waits for its road, and is home on the first day it can.

The small province's depot has two roads, S01 and S09. The trip of three days that sets out on 6
December is at TV1 on the 6th, at TV1 and TV4 on the 7th and at TH1 on the 8th, where the bus gets
to by S09 alone; its crew of three has beds everywhere.
"""

import dataclasses
import html
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from edited_small import make_base
from icalendar import Calendar
from loose_month import (
    PROVINCES,
    SHORT_DAY,
    close_road,
    close_site,
    on,
    plan_loosely,
    span,
    take_out,
)

from exports.write import write_documents
from planning.appointments import follow_plan
from planning.busy_days import take_past_days
from planning.past.read import list_past_trips, settle_month
from planning.plan import Plan
from planning.replan.replan import replan_month
from planning.replan.rest import find_rest
from planning.survey import survey_province
from planning.verify_waits import verify_waits
from planning.waits import Wait, list_causes, list_waits
from province.dates import DateSpan, Month
from province.errors import InfeasibleError
from province.facts import Province
from province.ids import SiteId
from province.visits import Task
from routing.trips import Trip

pytestmark = pytest.mark.usefixtures("few_iterations")

TRIP = "20261206-XE1"
LAST = "20261225-XE1"
Planned = Callable[[], tuple[Province, Plan]]


@pytest.fixture(name="planned")
def give_planned(small: Province) -> Planned:
    PROVINCES[id(small)] = small
    return lambda: plan_loosely(id(small), SHORT_DAY)


def cut_off(province: Province, days: DateSpan) -> Province:
    """Return the province with both roads of the depot shut."""
    return close_road(close_road(province, "S01", days), "S09", days)


def replan(province: Province, plan: Plan, day: int, minute: int = 0) -> Plan:
    new = replan_month(
        province, (plan,), plan, on(day, minute), work=0.0, has_fixes=False
    )  # fmt: skip
    assert new is not None
    assert new.violations == ()
    return new


def find_trip(plan: Plan, trip_id: str) -> Trip:
    return next(trip for trip in plan.all_trips if trip.trip_id == trip_id)


def list_broken(plan: Plan) -> set[tuple[str, str]]:
    assert plan.replanned is not None
    return {(one.rule, one.where) for one in plan.replanned.broken}


def on_day(day: int) -> date:
    return date(2026, 12, day)


def test_it_waits_where_it_is_and_comes_home_at_the_real_cost(planned: Planned) -> None:
    province, plan = planned()
    before = find_trip(plan, TRIP)
    # Three days: 66.8 km at 9,000; 3 × 600,000; crew of three: 2 nights of 900,000, 3 × 600,000.
    assert before.cost_vnd == 601_200 + 1_800_000 + 1_800_000 + 1_800_000
    new = replan(cut_off(province, span(7, 11)), plan, 7)
    trip = find_trip(new, TRIP)
    assert [(stop.site_id, stop.tasks) for stop in trip.stops] == [
        (SiteId("TV1"), (Task.SESSION,)), (SiteId("TV1"), (Task.EXCHANGE,)),
        (SiteId("TV4"), (Task.EXCHANGE, Task.KIT)),
    ]  # fmt: skip
    # TV4 is the last place that it gets to, on the 7th; nobody gets home before the 12th.
    assert list(list_waits(trip)) == [Wait(trip.trip_id, SiteId("TV4"), on_day(8), on_day(11))]
    assert trip.last_day == on_day(12)
    assert [night.site_id for night in trip.nights] == ["TV1", *5 * ["TV4"]]
    # To TV1 12 km, to TV4 11.6 km, home 23.6 km; seven days and six nights.
    assert trip.length_m == 47_200
    assert trip.cost_vnd == 424_800 + 7 * 600_000 + 6 * 900_000 + 7 * 600_000
    assert new.replanned is not None
    assert new.replanned.rerouted == (trip.trip_id,)
    told = {str(one.detail) for one in new.replanned.broken if one.rule == "nights_are_limited"}
    assert len(told) == 1
    assert "6 nights, 4 too many" in told.pop()
    assert {rule for rule, _ in list_broken(new)} <= {
        "nights_are_limited", "crews_rest", "crews_have_days_off",
    }  # fmt: skip
    closures = [one.closure_id for one in list_causes(cut_off(province, span(7, 11)), trip)]
    assert closures == ["slide-S01"]  # the road that it then takes home
    held = [one for one in new.trips.trips if {one.vehicle_id, one.crew_id} & {"XE1", "D1"}]
    assert all(one.first_day > on_day(12) for one in held)


def test_the_checker_finds_a_wait_for_a_road_that_is_open(planned: Planned) -> None:
    province, plan = planned()
    shut = cut_off(province, span(7, 11))
    new = replan(shut, plan, 7)
    assert verify_waits(shut, new) == ()
    sooner = cut_off(province, span(7, 9))
    found = {(one.rule, one.where) for one in verify_waits(sooner, new)}
    rule = "trips_wait_for_shut_roads_alone"
    assert found == {(rule, f"{TRIP} 2026-12-10"), (rule, f"{TRIP} 2026-12-11")}
    # One road of the two is enough, and one that is shut by night alone.
    assert verify_waits(close_road(province, "S09", span(7, 11)), new) != ()
    nights = tuple(
        dataclasses.replace(one, from_minute=1380, to_minute=1440) for one in shut.closures
    )
    assert verify_waits(dataclasses.replace(province, closures=nights), new) != ()


@pytest.mark.parametrize(("until", "day", "home"), [(9, 10, 10), (14, 10, 15), (14, 11, 15)])
def test_a_wait_is_as_long_as_the_road_is_shut_by_what_is_known(
    planned: Planned, until: int, day: int, home: int
) -> None:
    province, plan = planned()
    waiting = replan(cut_off(province, span(7, 11)), plan, 7)
    new = replan(cut_off(province, span(7, until)), waiting, day)
    trip = find_trip(new, TRIP)
    assert trip.last_day == on_day(home)
    assert len(trip.nights) == home - 6
    assert {rule for rule, _ in list_broken(new)} <= {
        "nights_are_limited", "crews_rest", "crews_have_days_off",
    }  # fmt: skip


def test_a_wait_that_goes_on_as_planned_is_nothing_new(planned: Planned) -> None:
    province, plan = planned()
    shut = cut_off(province, span(7, 11))
    waiting = replan(shut, plan, 7)
    assert replan_month(shut, (waiting,), waiting, on(10), has_fixes=False) is None
    out = close_site(shut, "TV2", span(28, 29))
    new = replan(out, waiting, 10)
    assert new.replanned is not None
    assert new.replanned.rerouted == ()
    assert find_trip(new, TRIP) == find_trip(waiting, TRIP)


def test_a_vehicle_that_is_out_waits_too_and_serves_nobody(planned: Planned) -> None:
    province, plan = planned()
    shut = take_out(cut_off(province, span(7, 8)), "XE1", span(7, 12))
    trip = find_trip(replan(shut, plan, 7), TRIP)
    assert [(stop.site_id, stop.tasks) for stop in trip.stops] == [(SiteId("TV1"), (Task.SESSION,))]
    assert trip.last_day == on_day(9)
    assert [night.site_id for night in trip.nights] == 3 * ["TV1"]


def test_where_no_lodging_can_be_got_to_it_stays_without_beds(planned: Planned) -> None:
    province, plan = planned()
    sites = tuple(
        dataclasses.replace(site, lodging_beds=0 if site.site_id != "TV1" else 6)
        for site in province.sites
    )
    bare = dataclasses.replace(province, sites=sites)
    # At TH1 since the evening of the 7th, and S10 shut, too: no bed can be got to.
    shut = close_road(cut_off(bare, span(8, 9)), "S10", span(8, 9))
    new = replan(shut, plan, 8)
    trip = find_trip(new, TRIP)
    assert (trip.last_day, trip.nights[-1].site_id) == (on_day(10), "TH1")
    beds = [str(one.detail) for one in new.replanned.broken if one.rule == "nights_have_beds"]  # type: ignore[union-attr]
    assert any("beds lacking: 3" in text for text in beds)


def test_a_road_shut_beyond_the_month_is_waited_for(planned: Planned) -> None:
    province, plan = planned()
    shut = cut_off(province, DateSpan(on_day(26), date(2027, 1, 2)))
    new = replan(shut, plan, 26)
    trip = find_trip(new, LAST)
    assert trip.last_day == date(2027, 1, 3)
    assert ("trips_start_and_end_at_their_depot", LAST) in list_broken(new)
    # In January its vehicle and crew are away until then.
    january = Month(2027, 1)
    trips = list_past_trips(shut, [new])
    past = settle_month(shut, trips, trips, january, None)
    problem = take_past_days(
        survey_province(shut, january).pose_trips(()), january, past
    )  # fmt: skip
    car = next(one for one in problem.vehicles if one.vehicle_id == "XE1")
    crew = next(one for one in problem.crews if one.crew_id == "D1")
    for day, is_free in ((1, False), (3, False), (4, True)):
        assert car.is_available(date(2027, 1, day)) == is_free
        assert crew.is_available(date(2027, 1, day)) == is_free


def test_a_road_that_nobody_will_open_is_told(planned: Planned) -> None:
    province, plan = planned()
    shut = cut_off(province, DateSpan(on_day(7), date(2027, 3, 1)))
    with pytest.raises(InfeasibleError) as caught:
        replan_month(shut, (plan,), plan, on(7), work=0.0, has_fixes=False)
    assert TRIP in str(caught.value.reasons[0])


def test_papers_tell_where_it_waits_until_when_and_why(planned: Planned, tmp_path: Path) -> None:
    province, plan = planned()
    shut = cut_off(province, span(7, 11))
    new = follow_plan(replan(shut, plan, 8), plan)
    only = ("drivers", "changes", "ics")
    write_documents(new, shut, tmp_path, language="en", only=only, overwrite=True)
    page = html.unescape((tmp_path / f"drivers/{TRIP}.html").read_text(encoding="utf-8"))
    assert (
        page.count("You drive on Saturday, 12 December 2026 again, if nothing else is said.") == 3
    )
    assert "you wait on the way and are home on Saturday, 12 December 2026" in page
    told = html.unescape((tmp_path / "changes.html").read_text(encoding="utf-8"))
    assert "Trips that wait for their road (1)" in told
    assert "09/12/2026 – 11/12/2026" in told
    calendar = Calendar.from_ical((tmp_path / "calendars/vehicle-XE1.ics").read_bytes())
    stays = [one for one in calendar.walk("VEVENT") if "Stay here" in one["SUMMARY"]]
    assert [one["DTSTART"].dt.date() for one in stays] == [on_day(9), on_day(10), on_day(11)]
    # Home sooner: the days on which it does not wait any more are called off.
    sooner = replan(cut_off(province, span(7, 9)), new, 10)
    withdrawn = {one.key for one in follow_plan(sooner, new).withdrawn}
    assert {f"wait.{TRIP}.2026-12-10", f"wait.{TRIP}.2026-12-11"} <= withdrawn
    assert f"wait.{TRIP}.2026-12-09" not in withdrawn


def test_a_batch_taken_on_the_way_is_left_on_the_way(small: Province, tmp_path: Path) -> None:
    """B3 is taken at TV1 and left at TV4 on one trip: what befalls others does not concern it."""
    plan = make_base(small, tmp_path)
    trip = min(plan.trips.trips, key=lambda one: one.first_day)
    taken = {parcel.batch_id for parcel in trip.stops[0].takes}
    assert taken & {parcel.batch_id for parcel in trip.stops[1].leaves} == {"B3"}
    moment = on(trip.first_day.day, trip.stops[0].start_min + 1)
    elsewhere = close_site(small, "TV2", span(28, 29))
    assert find_rest(elsewhere, (plan,), plan, moment).rerouted == ()
