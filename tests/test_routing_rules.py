"""Each rule: a plan it allows (the good month), a plan that breaks it and nothing else."""

import dataclasses
from datetime import timedelta

import pytest
from pydantic import ValidationError
from routing_months import MONDAY, car, crew, month, parcel, past_day, visit

from province.dates import DateSpan
from province.fleet import VehicleKind
from province.settings import WEEKDAYS, TripSettings
from province.visits import Pin
from routing.checks.rules import RULES
from routing.checks.verify import verify_decisions
from routing.solver.solve import plan_trips

# A is 60 minutes and B 100 minutes from D, 50 minutes from one another; H has beds.
MINUTES = {("D", "A"): 60, ("D", "B"): 100, ("A", "B"): 50, ("D", "H"): 90, ("A", "H"): 40}
SEEN_WITH_ROADS = {"legs_follow_the_roads", "roads_are_open_for_the_vehicle"}


def good_month(**changes):
    visits = changes.pop(
        "visits",
        [
            visit("A", leaves=(parcel("L1", "D", "A"),), takes=(parcel("CH", "A", "B", 4),)),
            visit("B", leaves=(parcel("CH", "A", "B", 4),), takes=(parcel("L2", "B", "D"),)),
        ],
    )
    return month(visits, MINUTES, lodging={"H": 3}, **changes)


def broken_rules(problem, plan):
    return {rule for rule, _, _ in verify_decisions(problem, plan)}


def change(problem, **changes):
    return dataclasses.replace(problem, **changes)


def change_rules(problem, **changes):
    return change(problem, rules=problem.rules.model_copy(update=changes))


def change_visits(problem, **changes):
    return change(problem, visits=tuple(dataclasses.replace(v, **changes) for v in problem.visits))


def change_trip(plan, **changes):
    return dataclasses.replace(plan, trips=(dataclasses.replace(plan.trips[0], **changes),))


def change_stop(plan, number, **changes):
    trip = plan.trips[0]
    stops = list(trip.stops)
    stops[number] = dataclasses.replace(stops[number], **changes)
    return change_trip(plan, stops=tuple(stops))


def change_leg(plan, number, **changes):
    return change_stop(
        plan, number, leg=dataclasses.replace(plan.trips[0].stops[number].leg, **changes)
    )


@pytest.fixture(scope="module")
def good():
    problem = good_month()
    plan = plan_trips(problem)
    assert [stop.visit_id for stop in plan.trips[0].stops] == ["A-X", "B-X"]
    return problem, plan


DAY = timedelta(days=1)
PINS = {
    "day": lambda day: Pin(day=day + DAY),
    "first day": lambda day: Pin(not_before=day + DAY),
    "last day": lambda day: Pin(not_after=day - DAY),
    "vehicle": lambda day: Pin(day=day, vehicle_id="B9"),
    "crew": lambda day: Pin(day=day, crew_id="C9"),
}


@pytest.mark.parametrize("what", PINS)
def test_whatever_is_fixed_must_hold(good, what: str) -> None:
    problem, plan = good
    (trip,) = plan.trips
    kept = Pin(trip.first_day, trip.vehicle_id, trip.crew_id, trip.first_day, trip.first_day)
    assert broken_rules(change_visits(problem, pin=kept), plan) == set()
    broken = change_visits(problem, pin=PINS[what](trip.first_day))
    assert broken_rules(broken, plan) == {"pins_hold"}


def test_good_month_breaks_no_rule(good):
    assert broken_rules(*good) == set()


# 60 + 50 + 100 minutes of driving in one day, two services of 30 minutes; the chained batch CH is
# on board from A to B, so that 5 boxes leave, 4 are on board after A and 5 after B.
# Not for what the stops of a plan repeat (tasks, parcels): changed in the problem alone it differs
# from the plan's, which breaks `each_visit_is_served_once` too; such a rule has a month of its own.
FACTS = {
    "driving_per_day_is_limited": lambda p: change_rules(p, driving_max_day_min=209),
    "driving_per_week_is_limited": lambda p: change_rules(p, driving_max_week_min=209),
    "breaks_are_taken": lambda p: change_rules(p, driving_max_continuous_min=99),
    "duty_per_day_is_limited": lambda p: change_rules(p, duty_max_day_min=200),
    "meals_are_taken": lambda p: change_rules(
        p, meal_min=30, meal_from=430, meal_to=500, meal_after_min=269
    ),
    "work_lies_within_hours": lambda p: change_rules(p, latest_end_min=600),
    "driving_is_in_daylight": lambda p: change(
        change_rules(p, daylight_only=True), daylight=dict.fromkeys(p.days, (720, 1140))
    ),
    "crews_rest": lambda p: change(p, rules=p.rules.model_copy(update={"work_days_per_week": 0})),
    "crew_is_not_off": lambda p: change(
        p, crews=(crew(days_off=(DateSpan(MONDAY, MONDAY + timedelta(days=4)),)),)
    ),
    "vehicle_is_available": lambda p: change(
        p, vehicles=(car(unavailable=(DateSpan(MONDAY, MONDAY + timedelta(days=4)),)),)
    ),
    "crew_drives_and_fits_the_vehicle": lambda p: change(
        p, crews=(crew(drives=(VehicleKind.CAR,)),)
    ),
    "crew_is_large_enough": lambda p: change_visits(p, crew_min=4),
    "crew_has_the_skills": lambda p: change(p, crews=(crew(skills=("session",)),)),
    "vehicle_holds_sessions": lambda p: change(
        change_visits(p, needs_session_vehicle=True), vehicles=(car(can_hold_sessions=False),)
    ),
    "load_fits": lambda p: change(p, vehicles=(car(capacity_boxes=4),)),
    "visits_keep_their_gap": lambda p: change_visits(p, gap_group="G", gap_days=1),
    "pins_hold": lambda p: change_visits(p, pin=Pin(vehicle_id="B9")),
    "riders_have_no_trip_of_their_own": lambda p: change_visits(p, ride_vnd=2_000_000),
    "service_lies_in_a_window": lambda p: change_visits(p, windows=()),
    "trips_start_and_end_at_their_depot": lambda p: change(p, crews=(crew(depot="E"),)),
    "cost_is_right": lambda p: change(
        p, costs=p.costs.model_copy(update={"allowance_vnd_per_person_day": 1})
    ),
}


@pytest.mark.parametrize("rule", sorted(FACTS))
def test_rule_forbids_the_good_plan_when_facts_are_tighter(good, rule):
    problem, plan = good
    assert broken_rules(FACTS[rule](problem), plan) == {rule}


# Rules of which the plan itself is changed.
PLANS = {
    "each_visit_is_served_once": lambda p: dataclasses.replace(p, unserved=_twice(p)),
    "times_are_measured": lambda p: change_trip(p, drive_min=p.trips[0].drive_min + 1),
    "times_follow_each_other": lambda p: change_stop(p, 1, sequence=3),
    "loads_are_accounted_for": lambda p: change_stop(p, 0, boxes_after=7),
}


def _twice(plan):
    from province.language import message
    from routing.trips import Unserved

    return (Unserved("A-X", "no_road", message("why"), message("fix"), None),)


@pytest.mark.parametrize("rule", sorted(PLANS))
def test_rule_forbids_a_changed_plan(good, rule):
    problem, plan = good
    assert broken_rules(problem, PLANS[rule](plan)) == {rule}


def test_weekends_are_kept():
    problem = good_month(days=7)
    late = [
        dataclasses.replace(v, windows=tuple(w for w in visit(v.site_id, 7).windows if
                                             w.day.weekday() == 5))
        for v in problem.visits
    ]  # fmt: skip
    problem = change(problem, visits=tuple(late))
    plan = plan_trips(problem)
    assert plan.trips[0].first_day.weekday() == 5
    assert broken_rules(problem, plan) == set()
    closed = change_rules(problem, work_weekdays=WEEKDAYS[:5])
    assert broken_rules(closed, plan) == {"weekends_are_kept"}
    assert plan_trips(closed).trips == ()
    saturdays = change_rules(problem, work_weekdays=WEEKDAYS[:6])
    assert broken_rules(saturdays, plan) == set()
    assert plan_trips(saturdays).trips
    # working on Sundays does not open Saturdays
    sundays = change_rules(problem, work_weekdays=(*WEEKDAYS[:5], "Su"))
    assert broken_rules(sundays, plan) == {"weekends_are_kept"}
    assert plan_trips(sundays).trips == ()


def test_the_older_setting_of_weekends_is_understood():
    assert TripSettings(works_on_weekends=False).work_weekdays == ("Mo", "Tu", "We", "Th", "Fr")
    assert TripSettings(works_on_weekends=True).work_weekdays == WEEKDAYS
    for both in ({"works_on_weekends": False, "work_weekdays": ["Mo"]}, {"works_on_weekends": 1}):
        with pytest.raises(ValidationError, match="work_weekdays alone"):
            TripSettings(**both)


def test_holidays_are_kept():
    problem = change(good_month(), rest_days=frozenset({MONDAY}))
    plan = plan_trips(problem)
    assert len(plan.trips) == 1
    assert plan.trips[0].first_day > MONDAY
    assert broken_rules(problem, plan) == set()
    spoilt = change(problem, rest_days=frozenset({plan.trips[0].first_day}))
    assert broken_rules(spoilt, plan) == {"holidays_are_kept"}
    assert broken_rules(change_rules(spoilt, works_on_holidays=True), plan) == set()


def test_no_night_is_spent_under_way_over_a_holiday():
    # 300 minutes there and 300 back, and 120 at A: two days, with a night at H.
    problem = month(
        [visit("A", 5, service_min=120, priority=5)],
        {("D", "A"): 300, ("A", "H"): 30},
        lodging={"H": 3},
        rules={"max_nights": 2},
    )
    holidays = frozenset(MONDAY + timedelta(days=k) for k in (1, 3))
    assert plan_trips(change(problem, rest_days=holidays)).trips == ()
    (trip,) = plan_trips(change(problem, rest_days=holidays - {MONDAY + timedelta(days=3)})).trips
    assert (trip.last_day - trip.first_day).days == 1
    assert trip.first_day >= MONDAY + timedelta(days=2)


def test_one_trip_at_a_time_forbids_two_trips_of_a_vehicle_on_one_day():
    far = {"A": 200, "B": 200}
    problem = month(
        [visit("A", 2), visit("B", 2)],
        {("D", name): minutes for name, minutes in far.items()},
        cars=(car("B1"), car("B2")),
        crews=(crew("C1"), crew("C2")),
        days=2,
        costs={"uneven_crews_vnd_per_day": 0},
    )
    plan = plan_trips(problem)
    assert len(plan.trips) == 2
    assert broken_rules(problem, plan) == set()
    one, two = plan.trips
    days = (two.first_day - one.first_day).days
    assert (days, one.vehicle_id == two.vehicle_id) != (0, True)
    moved = dataclasses.replace(
        two,
        first_day=one.first_day,
        last_day=one.first_day,
        vehicle_id=one.vehicle_id,
        crew_id=one.crew_id,
        stops=tuple(dataclasses.replace(s, day=one.first_day) for s in two.stops),
    )
    both = dataclasses.replace(plan, trips=(one, moved))
    assert broken_rules(problem, both) == {"one_trip_at_a_time"}


def test_parcels_use_the_depot_of_their_vehicle():
    to_other = parcel("L9", "A", "E")
    problem = month(
        [visit("A", takes=(to_other,))],
        {("D", "A"): 60, ("E", "A"): 60},
        cars=(car("B1", "D"), car("B2", "E")),
        crews=(crew("C1", "D"), crew("C2", "E")),
        depots=("D", "E"),
    )
    plan = plan_trips(problem)
    assert [trip.depot_id for trip in plan.trips] == ["E"]
    assert broken_rules(problem, plan) == set()
    trip = plan.trips[0]
    stop = dataclasses.replace(
        trip.stops[0], leg=dataclasses.replace(trip.stops[0].leg, from_site="D")
    )
    home = dataclasses.replace(trip.home, to_site="D")
    moved = change_trip(plan, vehicle_id="B1", crew_id="C1", depot_id="D", stops=(stop,), home=home)
    assert broken_rules(problem, moved) == {"parcels_use_their_depot"}


def test_what_lives_at_a_depot_uses_its_vehicles_from_site_to_site_as_well():
    chained = parcel("L9", "A", "B")
    places = {("D", "A"): 60, ("D", "B"): 60, ("A", "B"): 30, ("E", "A"): 20, ("E", "B"): 20}
    visits = [
        visit("A", takes=(chained,), depot_id="D"), visit("B", leaves=(chained,), depot_id="D")
    ]  # fmt: skip
    problem = month(
        visits,
        places,
        cars=(car("B1", "D"), car("B2", "E")),
        crews=(crew("C1", "D"), crew("C2", "E")),
        depots=("D", "E"),
    )
    free = dataclasses.replace(
        problem, visits=tuple(dataclasses.replace(v, depot_id=None) for v in problem.visits)
    )
    nearer = plan_trips(free)
    assert [trip.depot_id for trip in nearer.trips] == ["E"]
    assert broken_rules(free, nearer) == set()
    assert broken_rules(problem, nearer) == {"parcels_use_their_depot"}
    plan = plan_trips(problem)
    assert [trip.depot_id for trip in plan.trips] == ["D"]
    assert broken_rules(problem, plan) == set()


def test_batch_is_collected_before_it_is_left():
    # A and B are too far apart for one day and there are no beds: the batch goes home in between.
    # A is served on Monday, the batch is checked on Tuesday and goes out on Wednesday.
    visits = [
        visit("A", 5, takes=(parcel("CH", "A", "B"),)),
        visit("B", 5, leaves=(parcel("CH", "A", "B"),)),
    ]
    problem = month(visits, {("D", "A"): 200, ("D", "B"): 200})
    plan = plan_trips(problem)
    assert broken_rules(problem, plan) == set()
    first, second = plan.trips
    assert (second.first_day - first.last_day).days >= 2
    hurried = change(problem, check_days=4)
    assert broken_rules(hurried, plan) == {"batch_is_collected_before_it_is_left"}
    assert len(plan_trips(hurried).trips) <= 1


def test_books_of_a_lockdown_rest():
    # A is taken on Monday, where a zone holds: one day of rest, one of checking, out on Thursday.
    visits = [
        visit("A", 1, takes=(parcel("CH", "A", "B"),)),
        visit("B", 5, leaves=(parcel("CH", "A", "B"),)),
    ]
    problem = month(visits, {("D", "A"): 60, ("D", "B"): 60})
    together = plan_trips(problem)
    assert len(together.trips) == 1
    shut = change(problem, resting={("A", MONDAY): 1})
    assert broken_rules(shut, together) == {"books_of_a_lockdown_rest"}
    apart = plan_trips(shut)
    assert broken_rules(shut, apart) == set()
    first, second = [(trip.first_day - MONDAY).days for trip in apart.trips]
    assert (first, second >= 3) == (0, True)
    longer = change(problem, resting={("A", MONDAY): second - 1})
    assert broken_rules(longer, apart) == {"books_of_a_lockdown_rest"}
    free = change(problem, resting={("A", MONDAY + timedelta(days=1)): 5})
    assert broken_rules(free, together) == set()


def test_nights_have_beds_and_are_limited():
    # 300 minutes out, 300 back and 120 minutes of service are more than 11 hours of duty.
    problem = month(
        [visit("A", service_min=120, priority=5)],
        {("D", "A"): 300, ("A", "H"): 30},
        lodging={"H": 3},
    )
    plan = plan_trips(problem)
    assert [len(trip.nights) for trip in plan.trips] == [1]
    assert broken_rules(problem, plan) == set()
    assert broken_rules(change(problem, lodging={"H": 2}), plan) == {"nights_have_beds"}
    assert broken_rules(change_rules(problem, max_nights=0), plan) == {"nights_are_limited"}
    assert plan_trips(change(problem, lodging={"H": 2})).trips == ()
    assert plan_trips(change_rules(problem, max_nights=0)).trips == ()


def on_wednesday(**changes):
    """The good month on its Wednesday only."""
    visits = [dataclasses.replace(v, windows=v.windows[2:3]) for v in good_month().visits]
    return good_month(visits=visits, **changes)


def days_before(day, count, **changes):
    return tuple(past_day(day - timedelta(days=k), **changes) for k in range(1, count + 1))


def test_crews_have_days_off():
    wednesday = MONDAY + timedelta(days=2)
    plan = plan_trips(on_wednesday())
    assert [trip.first_day for trip in plan.trips] == [wednesday]
    five = change(on_wednesday(), past_days=days_before(wednesday, 5))
    six = change(on_wednesday(), past_days=days_before(wednesday, 6))
    assert broken_rules(five, plan) == set()
    assert broken_rules(six, plan) == {"crews_have_days_off"}
    assert broken_rules(change_rules(six, work_days_in_a_row=7), plan) == set()
    assert plan_trips(five).trips == plan.trips
    assert plan_trips(six).trips == ()
    rested = change(six, past_days=six.past_days[1:])  # the day before is free
    assert plan_trips(rested).trips == plan.trips


def test_what_the_past_alone_breaks_is_no_fault_of_the_month():
    # Ten days in a row and 3,000 minutes in the week before: the month may go on after a day off.
    past = days_before(MONDAY, 10, drive_min=600)
    problem = change(on_wednesday(), past_days=past)
    plan = plan_trips(problem)
    assert len(plan.trips) == 1
    assert broken_rules(problem, plan) == set()


def test_a_week_that_began_before_counts_its_days_and_its_driving():
    monday = past_day(MONDAY, drive_min=2880 - 210)
    plan = plan_trips(on_wednesday())
    problem = change(on_wednesday(), past_days=(monday,))
    assert broken_rules(problem, plan) == set()
    longer = change(problem, past_days=(dataclasses.replace(monday, drive_min=2880 - 209),))
    assert broken_rules(longer, plan) == {"driving_per_week_is_limited"}
    shorter = plan_trips(longer)  # A alone, 120 minutes
    assert [stop.visit_id for stop in shorter.trips[0].stops] == ["A-X"]
    assert broken_rules(longer, shorter) == set()
    two = change(problem, past_days=(past_day(MONDAY), past_day(MONDAY + timedelta(days=1))))
    assert broken_rules(change_rules(two, work_days_per_week=3), plan) == set()
    assert broken_rules(change_rules(two, work_days_per_week=2), plan) == {"crews_rest"}
    assert plan_trips(change_rules(two, work_days_per_week=2)).trips == ()
    elsewhere = change(longer, past_days=(dataclasses.replace(longer.past_days[0], crew_id="C9"),))
    assert plan_trips(elsewhere).trips == plan.trips


def test_gaps_reach_back_before_the_month():
    # A gap of 20 days: a session 19 days before refuses Wednesday, one 20 days before does not.
    wednesday = MONDAY + timedelta(days=2)

    def after(days):
        visits = (visit("A", gap_group="A-S", gap_days=20, windows=visit("A").windows[2:3]),)
        made = {"A-S": (wednesday - timedelta(days=days),), "B-S": (wednesday,)}
        return change(good_month(visits=visits), past_visits=made)

    plan = plan_trips(after(20))
    assert len(plan.trips) == 1
    assert broken_rules(after(20), plan) == set()
    assert broken_rules(after(19), plan) == {"visits_keep_their_gap"}
    late = plan_trips(after(19))
    assert late.trips == ()
    assert late.unserved[0].reason_code == "gap_days"
    assert dict(late.unserved[0].reason.values) == {"days": "2026-11-20", "gap": 20}


def test_large_months_keep_the_past_too():
    # Ten sites, one crew, at most three days in a row, and two days worked before.
    names = [f"S{k}" for k in range(10)]
    minutes = {("D", name): 150 for name in names}
    visits = [
        visit(name, 14, service_min=200, priority=5, gap_group=f"{name}-S", gap_days=9)
        for name in names
    ]
    problem = month(visits, minutes, days=14, rules={"work_days_in_a_row": 3})
    problem = change(
        problem,
        past_days=days_before(MONDAY, 2),
        past_visits={f"{name}-S": (MONDAY - timedelta(days=2),) for name in names[:3]},
    )
    plan = plan_trips(problem, work=0.1)
    assert broken_rules(problem, plan) == set()
    days = [(trip.first_day - MONDAY).days for trip in plan.trips]
    assert len(days) == 10
    assert not {0, 1} <= set(days)
    day_of = {stop.site_id: (stop.day - MONDAY).days for t in plan.trips for stop in t.stops}
    assert min(day_of[name] for name in names[:3]) >= 7


def test_every_rule_has_a_test_and_a_sentence():
    elsewhere = {
        "weekends_are_kept",
        "holidays_are_kept",
        "crews_have_days_off",
        "one_trip_at_a_time",
        "second_trips_are_loaded",  # test_routing_two_trips.py
        "parcels_use_their_depot",
        "batch_is_collected_before_it_is_left",
        "books_of_a_lockdown_rest",
        "nights_have_beds",
        "nights_are_limited",
        "last_mile_is_ridden",  # these two: test_routing_last_mile.py
        "rides_meet_the_stop",
    }
    assert set(FACTS) | set(PLANS) | elsewhere | SEEN_WITH_ROADS == set(RULES)
    assert all(str(rule.sentence) for rule in RULES.values())
