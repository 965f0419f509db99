"""Each rule through the engine: loose facts give a plan that tight facts forbid and avoid.

For each rule the same month stands twice, with the rule's facts loose and tight. The plan of the
loose month uses what the tight one forbids; the plan of the tight month breaks no rule.
"""

import dataclasses
from datetime import timedelta

import numpy as np
import pytest
from routing_months import MONDAY, car, crew, month, parcel, past_day, visit
from test_routing_rules import SEEN_WITH_ROADS

from province.dates import DateSpan
from province.fleet import VehicleKind
from province.visits import Pin, Task, Window
from roads.matrix import Travel
from routing.checks.rules import RULES
from routing.checks.verify import verify_decisions
from routing.solver.solve import plan_trips

NEAR = {("D", "A"): 60, ("D", "B"): 100, ("A", "B"): 50}
FAR = {("D", "A"): 300, ("A", "H"): 30}
WHOLE = DateSpan(MONDAY, MONDAY + timedelta(days=2))
BUS = car("B1", cost_vnd_per_km=9_000)
CHEAP = car("B2", cost_vnd_per_km=2_000)
CREWS = (crew("C1"), crew("C2"))


def trips(rules, **more):
    return lambda value: month([visit("A"), visit("B")], NEAR, days=3, rules={rules: value}, **more)


def cars(**changes):
    """A cheap bus and a dear one; the cheap one changes."""
    return lambda is_tight: month(
        [visit("A", days=3, **changes.get("visit", {}))],
        NEAR,
        days=3,
        cars=(BUS, dataclasses.replace(CHEAP, **(changes["car"] if is_tight else {}))),
        crews=changes.get("crews", CREWS),
        **changes.get("more", {}),
    )


def crews(**changes):
    """A crew of two and one of three, which costs more; the smaller one changes."""
    two = crew("C2", members=2)
    return lambda is_tight: month(
        [visit("A", days=3, **changes.get("visit", {}))],
        NEAR,
        days=3,
        cars=(car("B1"),),
        crews=(crew("C1"), dataclasses.replace(two, **(changes["crew"] if is_tight else {}))),
    )


def pair(loose, tight, build):
    return lambda is_tight: build(tight if is_tight else loose)


def moved(**changes):
    return lambda is_tight: month(
        [visit("A", days=3, **changes if is_tight else {})],
        NEAR,
        days=3,
        cars=(BUS, CHEAP),
        crews=CREWS,
    )


def shut_road(is_tight):
    """The way to A is shut until ten in the month of tight facts."""
    problem = month([visit("A", days=1)], NEAR, days=1)
    if not is_tight:
        return problem
    travel = problem.travel(problem.vehicles[0], MONDAY)
    at = {site: k for k, site in enumerate(problem.sites)}
    shut = {(at["D"], at["A"]): ((0, 600),)}
    tight = Travel("shut", travel.drive_min, travel.wait_min, travel.length_m, shut)
    return dataclasses.replace(problem, travel=lambda vehicle, day: tight)


def no_road(is_tight):
    problem = month([visit("A", days=1)], NEAR, days=1)
    if not is_tight:
        return problem
    travel = problem.travel(problem.vehicles[0], MONDAY)
    none = np.where(travel.drive_min > 0, -1, travel.drive_min).astype(np.int32)
    tight = Travel("none", none, travel.wait_min, travel.length_m, {})
    return dataclasses.replace(problem, travel=lambda vehicle, day: tight)


def chain(is_tight):
    """The batch is checked a day, or longer than the month has."""
    visits = [
        visit("A", 3, takes=(parcel("CH", "A", "B"),)),
        visit("B", 3, leaves=(parcel("CH", "A", "B"),)),
    ]
    far = {("D", "A"): 200, ("D", "B"): 200}
    return month(visits, far, days=3, check_days=3 if is_tight else 1)


def rest(is_tight):
    """The batch may go on the same trip, or it comes from where a lockdown holds."""
    visits = [
        visit("A", 3, takes=(parcel("CH", "A", "B"),)),
        visit("B", 3, leaves=(parcel("CH", "A", "B"),)),
    ]
    days = {("A", MONDAY + timedelta(days=k)): 3 for k in range(3)}
    problem = month(visits, NEAR, days=3)
    return dataclasses.replace(problem, resting=days if is_tight else {})


def two_depots(is_tight):
    """A batch is brought home from A, which is right until its goal is a depot of its own."""
    return month(
        [visit("A", days=3, takes=(parcel("R", "A", "E"),))],
        {("D", "A"): 60, ("E", "A"): 60},
        days=3,
        depots=("D", "E") if is_tight else ("D",),
    )


def as_one_bus(plan):
    """The plan of two buses as if it were one bus and one crew."""
    trips = tuple(dataclasses.replace(trip, vehicle_id="B1", crew_id="C1") for trip in plan.trips)
    return dataclasses.replace(plan, trips=trips)


def weekend(is_tight):
    saturday = tuple(Window(MONDAY + timedelta(days=5), 480, 1020) for _ in "x")
    return month(
        [visit("A", windows=saturday)], NEAR, days=7, rules={"works_on_weekends": not is_tight}
    )


def holiday(is_tight):
    """The only day on which A is open is a holiday."""
    problem = month([visit("A", 1)], NEAR, days=2, rules={"works_on_holidays": not is_tight})
    return dataclasses.replace(problem, rest_days=frozenset({MONDAY}))


def tired(is_tight):
    """The crew comes from five days of work, or from six, and A is open on Monday and Wednesday."""
    windows = (visit("A", 3).windows[0], visit("A", 3).windows[2])
    problem = month([visit("A", windows=windows), visit("B", 1)], NEAR, days=3)
    worked = range(1, 7 if is_tight else 6)
    past = tuple(past_day(MONDAY - timedelta(days=k)) for k in worked)
    return dataclasses.replace(problem, past_days=past)


def busy(is_tight):
    """Two long visits on one day: with two buses and crews, or with one of each."""
    count = 1 if is_tight else 2
    return month(
        [visit("A", 1, service_min=400), visit("B", 1, service_min=400)],
        NEAR,
        days=1,
        cars=(car("B1"), car("B2"))[:count],
        crews=CREWS[:count],
    )


def twice(is_tight):
    """Two visits on one day whose boxes do not fit together: time to load between, or too little.

    The trips are those of one vehicle; loading takes an hour more where it is tight.
    """
    visits = [visit(site, 1, leaves=(parcel(f"L{site}", "D", site, 7),)) for site in "AB"]
    rules = {"reload_min": 90 if is_tight else 30, "duty_max_day_min": 600}
    return month(visits, NEAR, days=1, cars=(car(capacity_boxes=12),), rules=rules)


def noon(is_tight):
    """Both are open from 11:40; a day that serves both lasts from 10:40 to 15:10."""
    rules = {"meal_min": 30 if is_tight else 0, "meal_after_min": 240}
    return month([visit(site, opens=700) for site in "AB"], NEAR, days=3, rules=rules)


def night(**changes):
    def build(is_tight):
        problem = month(
            [visit("A", service_min=120, priority=5)],
            FAR,
            lodging={"H": 3},
            rules={"max_nights": 1},
        )
        return dataclasses.replace(problem, **changes) if is_tight else problem

    return build


def limit_nights(is_tight):
    nights = {"max_nights": 0 if is_tight else 1}
    one = visit("A", service_min=120, priority=5)
    return month([one], FAR, lodging={"H": 3}, rules=nights)


ENGINE = {
    "roads_are_open_for_the_vehicle": shut_road,
    "legs_follow_the_roads": no_road,
    "service_lies_in_a_window": moved(
        windows=(Window(MONDAY + timedelta(days=2), 900, 1000),)
    ),
    "driving_per_day_is_limited": pair(600, 205, trips("driving_max_day_min")),
    "driving_per_week_is_limited": pair(2880, 205, trips("driving_max_week_min")),
    "breaks_are_taken": pair(240, 90, trips("driving_max_continuous_min")),
    "duty_per_day_is_limited": pair(660, 250, trips("duty_max_day_min")),
    "meals_are_taken": noon,
    "work_lies_within_hours": pair(1140, 640, trips("latest_end_min")),
    "driving_is_in_daylight": pair(False, True, trips("daylight_only", light=(500, 760))),
    "crews_rest": lambda is_tight: month(
        [visit("A", 1), visit("B", windows=visit("B", 3).windows[1:])],
        NEAR,
        days=3,
        rules={"work_days_per_week": 1 if is_tight else 2},
    ),
    "weekends_are_kept": weekend,
    "holidays_are_kept": holiday,
    "crews_have_days_off": tired,
    "crew_is_not_off": crews(crew={"days_off": (WHOLE,)}),
    "vehicle_is_available": cars(car={"unavailable": (WHOLE,)}),
    "one_trip_at_a_time": busy,
    "second_trips_are_loaded": twice,
    "trips_start_and_end_at_their_depot": crews(crew={"depot_id": "E"}),
    "crew_drives_and_fits_the_vehicle": cars(car={"kind": VehicleKind.TRUCK}),
    "crew_is_large_enough": lambda is_tight: month(
        [visit("A", days=3, crew_min=3 if is_tight else 2)],
        NEAR,
        days=3,
        crews=(crew("C1"), crew("C2", members=2)),
    ),
    "crew_has_the_skills": crews(crew={"skills": ("session",)}),
    "vehicle_holds_sessions": cars(
        car={"can_hold_sessions": False},
        visit={"tasks": (Task.SESSION,), "needs_session_vehicle": True},
    ),
    "load_fits": cars(
        car={"capacity_boxes": 4}, visit={"leaves": (parcel("L", "D", "A", 5),)}
    ),
    "parcels_use_their_depot": two_depots,
    "batch_is_collected_before_it_is_left": chain,
    "books_of_a_lockdown_rest": rest,
    "nights_have_beds": night(lodging={"H": 2}),
    "nights_are_limited": limit_nights,
    "visits_keep_their_gap": lambda is_tight: month(
        [visit("A", 3, gap_group="G", gap_days=int(is_tight)),
         visit("A", 3, "A-Y", gap_group="G", gap_days=int(is_tight))],
        NEAR,
        days=3,
    ),
    "riders_have_no_trip_of_their_own": moved(ride_vnd=9_000_000),
    "pins_hold": moved(
        pin=Pin(
            vehicle_id="B1",
            crew_id="C2",
            not_before=MONDAY + timedelta(days=1),
            not_after=MONDAY + timedelta(days=1),
        )
    ),
}  # fmt: skip
# No facts can loosen these: what each plan tells of itself. A wrong account of any plan made here
# is a broken rule, and `test_routing_rules` shows each one refused.
ACCOUNTS = {
    "each_visit_is_served_once",
    "times_are_measured",
    "times_follow_each_other",
    "loads_are_accounted_for",
    "cost_is_right",
}
# Rides narrow a stop's windows before the engine sees it: see test_routing_last_mile.py.
RIDES = {"last_mile_is_ridden", "rides_meet_the_stop"}


def broken_rules(problem, plan):
    return {rule for rule, _, _ in verify_decisions(problem, plan)}


@pytest.mark.parametrize("rule", ENGINE)
def test_engine_uses_what_is_allowed_and_avoids_what_is_not(rule):
    loose, tight = ENGINE[rule](False), ENGINE[rule](True)
    free, bound = plan_trips(loose), plan_trips(tight)
    assert free.trips
    assert free.unserved == ()
    assert broken_rules(loose, free) == set()
    assert broken_rules(tight, bound) == set()
    assert bound.trips != free.trips
    if rule not in SEEN_WITH_ROADS:
        told = as_one_bus(free) if rule == "one_trip_at_a_time" else free
        assert rule in broken_rules(tight, told)


def test_a_leg_waits_until_its_road_is_open():
    plan = plan_trips(shut_road(True))
    assert plan.trips[0].stops[0].leg.leave_min == 600
    assert plan_trips(shut_road(False)).trips[0].stops[0].leg.leave_min < 600


@pytest.mark.parametrize("rule", ENGINE)
def test_accounts_of_every_plan_are_right(rule):
    for is_tight in (False, True):
        problem = ENGINE[rule](is_tight)
        assert ACCOUNTS.isdisjoint(broken_rules(problem, plan_trips(problem)))


def test_every_rule_goes_through_the_engine():
    assert set(ENGINE) | ACCOUNTS | RIDES == set(RULES)
    assert not set(ENGINE) & (ACCOUNTS | RIDES)
