"""Two trips of a vehicle and crew on one day: arranged, printed, lived, planned again."""

import csv
import dataclasses
import io
import shutil
from datetime import date
from pathlib import Path

import pytest
from edited_small import edit_table, make_base, read_rows, write_rows, write_table

from exports.driver import trip_page
from exports.ics import calendar_files
from exports.papers import loading_list
from exports.tables import trips_csv
from exports.workbook import plan_sheets
from planning.meals import AT_DEPOT, ELSEWHERE, list_meals
from planning.past.read import list_past_trips
from planning.plan import Plan
from planning.plan_file import dump_plan, read_plan
from planning.replan.moment import Moment, list_begun
from planning.replan.replan import replan_month
from planning.replan.rest import find_rest
from province.dates import Month
from province.facts import Province
from province.ids import ClosureId
from province.read import read_province
from province.roads import Closure, ClosureEffect
from routing.trips import pair_trips

pytestmark = pytest.mark.usefixtures("few_iterations")

DECEMBER = Month(2026, 12)
FOURTH = date(2026, 12, 4)
FIRST, SECOND = "20261204-XE2", "20261204-XE2-2"
TRIPS = ("1 XE2 D2 04 TV1-X TV4-X", "2 XE1 D1 03 TV1-S1", "3 XE2 D2 04 TV2-X")


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    folder = tmp_path_factory.mktemp("two") / "m"
    shutil.copytree(Path(__file__).parent / "small", folder)
    return read_province(folder)


@pytest.fixture(scope="module")
def base(province: Province, few_iterations: None) -> Plan:
    return make_base(province, province.folder.parent)


@pytest.fixture(scope="module")
def plan(province: Province, base: Plan) -> Plan:
    """The hand-made month with the trips of two days put on one."""
    edit = edit_table(province, base, write_table(province.folder.parent / "t.csv", *TRIPS))
    assert edit.violations == ()
    return edit.plan


def test_two_trips_of_one_day_are_timed_one_after_the_other(plan: Plan, base: Plan) -> None:
    first, second = next(pair for pair in pair_trips(plan.trips.trips) if len(pair) == 2)
    assert (first.trip_id, second.trip_id) == (FIRST, SECOND)
    assert [stop.site_id for stop in first.stops] == ["TV2"]  # only open in the morning
    assert [stop.site_id for stop in second.stops] == ["TV1", "TV4"]
    assert second.load_min is not None
    assert first.home.arrive_min <= second.load_min == second.stops[0].leg.leave_min - 30
    day_vnd = 400_000 + 2 * 200_000
    assert base.trips.cost_vnd - plan.trips.cost_vnd == day_vnd


def test_the_table_of_two_trips_gives_the_same_plan_again(plan: Plan, province: Province) -> None:
    rows = read_rows(plan, province)
    assert {row["trip_id"]: row["loading"] for row in rows} == {
        "20261203-XE1": "", FIRST: "", SECOND: "09:30",
    }  # fmt: skip
    path = write_rows(province.folder.parent / "again.csv", rows)
    again = edit_table(province, plan, path)
    assert again.violations == ()
    assert again.plan.trips.trips == plan.trips.trips
    # without the first trip the second is the only one of its day
    alone = write_rows(
        province.folder.parent / "one.csv", (r for r in rows if r["trip_id"] != FIRST)
    )
    edit = edit_table(province, plan, alone)
    assert edit.violations == ()
    assert all(trip.load_min is None for trip in edit.plan.trips.trips)
    # without the second nothing of the first changes
    kept = write_rows(
        province.folder.parent / "kept.csv", (r for r in rows if r["trip_id"] != SECOND)
    )
    left = edit_table(province, plan, kept).plan.trips
    assert next(t for t in left.trips if t.trip_id == FIRST) == next(
        t for t in plan.trips.trips if t.trip_id == FIRST
    )


def test_two_trips_that_leave_no_time_break_the_rule(
    plan: Plan, base: Plan, province: Province
) -> None:
    trips = province.settings.trips.model_copy(update={"reload_min": 0})
    settings = province.settings.model_copy(update={"trips": trips})
    once = dataclasses.replace(province, settings=settings)
    edit = edit_table(once, base, write_table(province.folder.parent / "u.csv", *TRIPS))
    assert {one.rule for one in edit.violations} == {"one_trip_at_a_time"}


def test_a_plan_with_two_trips_a_day_is_read_as_it_was_written(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(dump_plan(plan))
    assert read_plan(path).trips == plan.trips


def test_documents_tell_when_the_second_trip_is_loaded(plan: Plan, province: Province) -> None:
    pages = dict(trip_page.draw(plan, province, "en"))
    second, first = (pages[f"drivers/{one}.html"].decode() for one in (SECOND, FIRST))
    told = "second trip on this day: load from 09:30 on"
    assert told in second.replace("&#39;", "'")
    assert told not in first
    lists = dict(loading_list.draw(plan, province, "en"))
    assert "09:30 loading at the depot" in lists[f"loading/{SECOND}.html"].decode()
    assert "loading at the depot" not in lists[f"loading/{FIRST}.html"].decode()
    calendar = dict(calendar_files.draw(plan, province, "en"))["calendars/vehicle-XE2.ics"].decode()
    assert calendar.replace("\r\n ", "").count("09:30 loading at the depot") == 1
    sheet = plan_sheets.list_stops(plan, province, "en")
    titles = [column.title for column in sheet.columns]
    at = titles.index("Loading for a second trip")
    assert {row[0]: row[at] for row in sheet.rows}[SECOND] == 570


def test_a_month_of_one_trip_a_day_has_no_column_for_it(base: Plan, province: Province) -> None:
    ((_, content),) = trips_csv.draw(base, province, "en")
    heads = next(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert "loading" not in heads


def test_the_meal_of_a_day_is_one_for_both_trips(plan: Plan, province: Province) -> None:
    first, second = next(pair for pair in pair_trips(plan.trips.trips) if len(pair) == 2)
    waits = second.load_min - 20 if second.load_min else 0
    rules = province.settings.trips.model_copy(
        update={
            "meal_min": 20, "meal_after_min": 300, "meal_from": waits, "meal_to": waits + 25,
            "reload_min": 30,
        }
    )  # fmt: skip
    early = dataclasses.replace(
        first, home=dataclasses.replace(first.home, arrive_min=first.home.arrive_min - 20)
    )
    both = (early, second)
    (meal,) = list_meals(second, plan.visits, rules, both).values()
    assert (meal.start_min, meal.sequence) == (waits, AT_DEPOT)
    (same,) = list_meals(early, plan.visits, rules, both).values()
    assert (same.start_min, same.sequence) == (waits, ELSEWHERE)
    assert list_meals(second, plan.visits, rules, (second,)) == {}  # alone its day is short


def close_road(province: Province, segment_id: str) -> Province:
    shut = Closure(
        ClosureId("slide"), segment_id, "", None, None, None, FOURTH, FOURTH, 0, 1440,
        ClosureEffect.SHUT, "", "",
    )  # fmt: skip
    return dataclasses.replace(province, closures=(*province.closures, shut))


def begun(province: Province, plan: Plan, moment: Moment) -> set[str]:
    trips = list_begun(list_past_trips(province, (plan,)), DECEMBER, moment)
    return {past.trip.trip_id for past in trips}


def test_a_second_trip_has_begun_when_the_first_has(plan: Plan, province: Province) -> None:
    early = plan.trips.stop_by_visit["TV2-X"][0].stops[0].leg.leave_min
    assert begun(province, plan, Moment(FOURTH, early)) == {"20261203-XE1"}
    assert begun(province, plan, Moment(FOURTH, early + 1)) == {"20261203-XE1", FIRST, SECOND}


def test_nothing_changes_between_two_trips_when_nothing_happened(
    plan: Plan, province: Province
) -> None:
    moment = Moment(FOURTH, 575)  # the first is home, the second is being loaded
    new = replan_month(province, (plan,), plan, moment, work=0.02, has_fixes=False)
    assert new is not None  # the sessions that the table left out are planned
    assert new.violations == ()
    assert new.standing_trips == plan.trips.trips


def test_a_second_trip_that_cannot_be_driven_any_more_is_planned_again(
    plan: Plan, province: Province
) -> None:
    second = next(trip for trip in plan.trips.trips if trip.trip_id == SECOND)
    segment = second.stops[0].leg.segments[-1][0]
    shut = close_road(province, segment)
    rest = find_rest(shut, (plan,), plan, Moment(FOURTH, 575))
    assert {trip.trip_id for trip in rest.begun} == {"20261203-XE1", FIRST}
    assert [trip.trip_id for trip in rest.open_trips] == [SECOND]
    new = replan_month(shut, (plan,), plan, Moment(FOURTH, 575), work=0.02, has_fixes=False)
    assert new is not None
    assert new.violations == ()
    days = {stop.visit_id: stop.day for trip in new.trips.trips for stop in trip.stops}
    assert days["TV1-X"] > FOURTH


def test_a_second_trip_waits_for_no_first_trip_that_goes_on_otherwise(
    plan: Plan, province: Province
) -> None:
    first = plan.trips.stop_by_visit["TV2-X"][0]
    leaves = Moment(FOURTH, first.stops[0].leg.leave_min + 10)
    rest = find_rest(
        close_road(province, first.stops[0].leg.segments[-1][0]), (plan,), plan, leaves
    )
    assert rest.rerouted == (FIRST,)
    assert [trip.trip_id for trip in rest.open_trips] == [SECOND]
