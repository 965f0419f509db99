"""When crews eat, as plans leave time for it, and what documents say of it."""

import csv
import io
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from plan_fixture import make_plan
from routing_months import month, visit

from exports.driver import trip_page
from exports.ics import calendar_files
from exports.tables import trips_csv
from exports.workbook.plan_sheets import list_stops
from planning.first_folder.tables import describe_country, settings_text
from planning.fixes.limits import pull_limits
from planning.meals import Meal, list_meals
from planning.what_if import apply_change
from province.facts import Province
from province.settings import TripSettings
from routing.solver.solve import plan_trips
from routing.trips import Pause


def eat(**rules) -> TripSettings:
    return TripSettings(**{"meal_min": 30, "meal_after_min": 240} | rules)


def with_meals(province: Province, **rules) -> Province:
    settings = province.settings
    trips = settings.trips.model_copy(update={"meal_min": 30, "meal_after_min": 240} | rules)
    return replace(province, settings=settings.model_copy(update={"trips": trips}))


# The trip of `make_plan`: on its first day 7:00 to 7:24 to stop 1, served from 8:00 until it leaves
# at 11:20, 23 minutes to stop 2, served at once until 12:23, home or to a bed at 13:05.
@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ((420, 480), Meal(444, 30, 1)),  # while it waits for stop 1 to open
        ((460, 500), None),  # of which 20 minutes are left
        ((690, 810), None),  # on the way or serving until 13:05
        ((690, 900), None),  # then over, which leaves time afterwards
    ],
)
def test_the_first_wait_in_the_hours_of_a_meal_is_one(hours, expected, small: Province) -> None:
    plan = make_plan(small)
    (trip,) = plan.trips.trips
    meals = list_meals(trip, plan.visits, eat(meal_from=hours[0], meal_to=hours[1]))
    assert meals.get(trip.first_day) == expected


def test_no_meals_are_told_where_none_are_asked_for_or_days_are_short(small: Province) -> None:
    plan = make_plan(small)
    (trip,) = plan.trips.trips
    hours = {"meal_from": 420, "meal_to": 480}
    assert list_meals(trip, plan.visits, eat(**hours))
    assert list_meals(trip, plan.visits, TripSettings()) == {}
    assert list_meals(trip, plan.visits, eat(meal_after_min=600, **hours)) == {}


def test_meals_of_a_planned_month_are_where_its_plan_leaves_time() -> None:
    # 100 minutes there and 100 back, served for five hours from 8:00 on: home at 14:40 at best.
    visits = [visit("A", 1, opens=480, service_min=300)]
    rules = {"meal_min": 30, "max_nights": 0}
    problem = month(visits, {("D", "A"): 100}, days=1, rules=rules)
    (trip,) = plan_trips(problem).trips
    meals = list_meals(trip, problem.visits, problem.rules)
    assert meals == {trip.first_day: Meal(780, 30, 1)}
    assert (trip.stops[0].depart_min, trip.home.arrive_min) == (810, 910)


def eaten_on_the_way(small: Province):
    """The plan whose first way home pauses for half an hour, from 12:40 on."""
    plan = make_plan(small)
    (trip,) = plan.trips.trips
    (night,) = trip.nights
    leg = replace(
        night.leg, pauses=(Pause(760, 30, True),), arrive_min=night.leg.arrive_min + 30
    )  # fmt: skip
    trip = replace(trip, nights=(replace(night, leg=leg),))
    return replace(plan, trips=replace(plan.trips, trips=(trip,)))


def test_a_meal_on_the_way_is_told_there(small: Province) -> None:
    plan, province = eaten_on_the_way(small), with_meals(small, meal_to=810)
    ((_, page),) = trip_page.draw(plan, province, "en")
    ways = re.findall(r'<div class="leg" id="way-(\w+)">(.*?)</div>', page.decode(), re.S)
    assert [key for key, text in ways if "12:40 meal, 30 min" in text] == ["n0"]
    assert "12:40 break" not in page.decode()
    ((_, page),) = trip_page.draw(plan, small, "en")
    assert "12:40 break, 30 min" in page.decode()
    assert "meal" not in page.decode()


def test_a_meal_at_a_stop_is_told_at_the_stop(small: Province) -> None:
    province = with_meals(small, meal_from=420, meal_to=480)
    ((_, page),) = trip_page.draw(make_plan(small), province, "en")
    stops = re.findall(r'<article class="stop" id="stop-(\d)".*?</article>', page.decode(), re.S)
    parts = re.split(r'<article class="stop" id="stop-\d"', page.decode())[1:]
    told = [stop for stop, part in zip(stops, parts, strict=True) if "07:24 meal, 30 min" in part]
    assert told == ["1"]


def test_calendars_and_tables_tell_when_the_crew_eats(small: Province) -> None:
    plan, province = eaten_on_the_way(small), with_meals(small, meal_to=810)
    files = dict(calendar_files.draw(plan, province, "en"))
    (vehicle,) = (text for name, text in files.items() if "/vehicle-" in name)
    days = re.findall(r"meal\\, 30 min", vehicle.decode().replace("\r\n ", ""))
    assert len(days) == 1
    ((_, content),) = trips_csv.draw(plan, province, "en")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["meal"] for row in rows] == ["12:40", "12:40", "", ""]
    table = list_stops(plan, province, "en")
    column = [column.title for column in table.columns].index("Meal of the day")
    assert [row[column] for row in table.rows] == [760, 760, None, None]


def test_documents_without_meals_have_no_place_for_them(small: Province) -> None:
    plan = make_plan(small)
    ((_, content),) = trips_csv.draw(plan, small, "en")
    assert b"meal" not in content
    assert "Meal of the day" not in [
        column.title for column in list_stops(plan, small, "en").columns
    ]


def test_meals_are_made_shorter_or_moved_so_that_a_visit_is_served(small: Province) -> None:
    def list_loosest(**rules):
        province = with_meals(small, **rules)
        asked = SimpleNamespace(province=province, visit=SimpleNamespace(site_id="TV1"))
        changes = [lever.loosest for lever in pull_limits(asked)]
        meals = [one for one in changes if one.column.startswith("meal")]
        for one in meals:
            changed = apply_change(province, one).settings.trips
            assert getattr(changed, one.column) == int(one.value)
        return {one.column: one.value for one in meals}

    assert list_loosest(meal_min=60) == {"meal_min": "30", "meal_from": "630", "meal_to": "870"}
    assert list_loosest(meal_from=630) == {"meal_to": "870"}
    assert list_loosest(meal_min=0) == {}


@pytest.mark.parametrize(("code", "has_meals"), [("VN", True), ("GB", False)])
def test_first_folders_of_vietnam_ask_for_meals(code: str, has_meals: bool) -> None:
    text = settings_text("Mường Nhỏ", describe_country(code), latitude=21.0, longitude=104.0)
    assert ("meal_min = 30" in text) == has_meals
