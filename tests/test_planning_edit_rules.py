"""Edits that break a rule each: it is named alone, and by how much; minutes counted by hand."""

import dataclasses
import random
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from edited_months import change, edit_month, list_broken, make_empty_plan, want
from routing_months import MONDAY, car, crew, month, parcel, past_day, visit

from planning.edit.new_plan import put_trips
from planning.edit.retime import number_month, time_trips
from province.dates import DateSpan
from province.facts import Province
from province.findings import Findings
from province.fleet import VehicleKind
from province.settings import WEEKDAYS
from province.visits import Pin
from routing.checks.rules import RULES
from routing.problem import LastMile, RideDay, Rider, RideWay, TripProblem

# A is 60, B 100, E 200, F 320 minutes from D, B 50 from A, H 30 from E; services take 30 minutes.
MINUTES = {
    ("D", "A"): 60, ("D", "B"): 100, ("A", "B"): 50, ("D", "E"): 200, ("E", "H"): 30,
    ("D", "F"): 320, ("D", "G"): 20,
}  # fmt: skip
WEDNESDAY = MONDAY + timedelta(days=2)
ON_WEDNESDAY = (DateSpan(WEDNESDAY, WEDNESDAY),)
BOXES = {s: {"leaves": (parcel(f"L{s}", "D", s),)} for s in "AB"}
CHAIN = {
    "A": {"takes": (parcel("CH", "A", "B"),)},
    "B": {"leaves": (parcel("CH", "A", "B"),)},
}


def make(visits: Any = None, lodging: Any = None, **facts: Any) -> TripProblem:
    """Return two weeks with two buses and two crews of three; H has three beds."""
    given = visits or {}
    own = [visit(s, **({"days": 14} | given.get(s, {}))) for s in "ABEF"]
    problem = month(
        own, MINUTES, cars=(car("B1"), car("B2")), crews=(crew("C1"), crew("C2")), days=14,
        lodging={"H": 3} if lodging is None else lodging,
        **{key: facts.pop(key) for key in ("depots", "check_days") if key in facts},
    )  # fmt: skip
    return change(problem, **facts)


def make_beyond_a_road() -> TripProblem:
    """Return A as the hand-over site of a village whose motorbike rides on all but Wednesdays."""
    problem = make({"A": {"village_id": "V", **BOXES["A"]}})
    bike = car("M1", "V", kind=VehicleKind.MOTORBIKE, capacity_boxes=5, capacity_kg=90.0)
    rides = RideDay((Rider(bike, RideWay(20, 0, 10_000), RideWay(30, 0, 10_000)),), ((360, 1140),))
    days = {day: rides for day in problem.days if day.weekday() != 2}
    return change(problem, last_miles={"V": LastMile("V", "A", days, problem.rules, 1.0)})


def with_second_at_a(**changes: Any) -> TripProblem:
    """Return a month with two visits at A that keep a gap of seven days."""
    gap = {"gap_group": "A-S", "gap_days": 7}
    problem = make({"A": gap})
    return change(problem, visits=(*problem.visits, visit("A", 14, "A-Y", **gap)), **changes)


FIVE = crew("C2", members=5)
PLANTS: tuple[tuple[str, dict[str, float], TripProblem, tuple[str, ...]], ...] = (
    # B is served from 510 on, after A from 480 on and 50 minutes: 590 is 30 too late, 580 20.
    ("service_lies_in_a_window", {"min": 30}, make({"B": {"closes": 560}}),
     ("T1 B1 C1 A-X@0 B-X@0",)),
    ("service_lies_in_a_window", {"min": 50}, make({"B": {"closes": 540}}),
     ("T1 B1 C1 A-X@0 B-X@0", "T2 B2 C2 E-X@0")),
    # open on Monday only
    ("service_lies_in_a_window", {"days": 2}, make({"A": {"days": 1}}), ("T1 B1 C1 A-X@2",)),
    ("service_lies_in_a_window", {}, make({"A": {"windows": ()}}), ("T1 B1 C1 A-X@2",)),
    # to E and back 400 minutes, to A, B and back 210; no night helps
    ("driving_per_day_is_limited", {"min": 50}, make(driving_max_day_min=350, max_nights=0),
     ("T1 B1 C1 E-X@0",)),
    ("driving_per_day_is_limited", {"min": 5}, make(driving_max_day_min=205, max_nights=0),
     ("T1 B1 C1 A-X@0 B-X@0",)),
    ("duty_per_day_is_limited", {"min": 30}, make(duty_max_day_min=400, max_nights=0),
     ("T1 B1 C1 E-X@0",)),
    ("duty_per_day_is_limited", {"min": 10}, make(duty_max_day_min=260, max_nights=0),
     ("T1 B1 C1 A-X@0 B-X@0",)),
    # the service fills 680 to 760, a meal would be from 690 to 750
    ("meals_are_taken", {"min": 60},
     make({"A": {"opens": 680, "closes": 760, "service_min": 80}}, meal_min=60, meal_from=690,
          meal_to=750, meal_after_min=120),
     ("T1 B1 C1 A-X@0",)),
    # E must be served from 530 on at the latest, 200 minutes away: 30 minutes before 360
    ("work_lies_within_hours", {"min": 30}, make({"E": {"closes": 560}}, max_nights=0),
     ("T1 B1 C1 E-X@0",)),
    # served from 900 on, and 200 minutes home: 1130
    ("work_lies_within_hours", {"min": 20},
     make({"E": {"opens": 900}}, latest_end_min=1110, max_nights=0), ("T1 B1 C1 E-X@0",)),
    ("driving_is_in_daylight", {"min": 30},
     make({"E": {"closes": 560}}, earliest_start_min=300, daylight_only=True, max_nights=0,
          daylight={MONDAY + timedelta(days=k): (360, 1140) for k in range(14)}),
     ("T1 B1 C1 E-X@0",)),
    # 400 + 120 + 200 minutes in one week
    ("driving_per_week_is_limited", {"min": 120}, make(driving_max_week_min=600),
     ("T1 B1 C1 E-X@0", "T2 B1 C1 A-X@1", "T3 B1 C1 B-X@2")),
    ("driving_per_week_is_limited", {"min": 1},
     make(driving_max_week_min=600, past_days=(past_day(MONDAY, drive_min=481),)),
     ("T2 B1 C1 A-X@1",)),
    ("crews_rest", {"days": 1}, make(work_days_per_week=2),
     ("T1 B1 C1 E-X@0", "T2 B1 C1 A-X@2", "T3 B2 C1 B-X@4")),
    ("crews_have_days_off", {"days": 1}, make(work_days_in_a_row=2),
     ("T1 B1 C1 E-X@0", "T2 B1 C1 A-X@1", "T3 B2 C1 B-X@2")),
    ("weekends_are_kept", {}, make(work_weekdays=WEEKDAYS[:5]), ("T1 B1 C1 A-X@5",)),
    ("crew_is_not_off", {}, make(crews=(crew("C1", days_off=ON_WEDNESDAY),)), ("T1 B1 C1 A-X@2",)),
    ("holidays_are_kept", {}, make(rest_days=frozenset({WEDNESDAY})), ("T1 B1 C1 A-X@2",)),
    ("vehicle_is_available", {}, make(vehicles=(car("B1", unavailable=ON_WEDNESDAY),)),
     ("T1 B1 C1 A-X@2",)),
    ("one_trip_at_a_time", {}, make(), ("T1 B1 C1 A-X@0", "T2 B1 C2 B-X@0")),
    ("one_trip_at_a_time", {}, make(), ("T1 B1 C1 A-X@0", "T2 B2 C1 B-X@0")),
    ("trips_start_and_end_at_their_depot", {},
     make(depots=("D", "G"), crews=(crew("C1"), crew("C2", "G"))), ("T1 B1 C2 A-X@0",)),
    ("crew_drives_and_fits_the_vehicle", {},
     make(vehicles=(car("B1"), car("B2", kind=VehicleKind.TRUCK))), ("T1 B2 C1 A-X@0",)),
    ("crew_drives_and_fits_the_vehicle", {"people": 1}, make(crews=(crew("C1"), FIVE)),
     ("T1 B1 C2 A-X@0",)),
    ("crew_is_large_enough", {"people": 2}, make({"A": {"crew_min": 5}}), ("T1 B1 C1 A-X@0",)),
    ("crew_has_the_skills", {}, make(crews=(crew("C1"), crew("C2", skills=("session",)))),
     ("T1 B1 C2 A-X@0",)),
    ("vehicle_holds_sessions", {},
     make({"A": {"needs_session_vehicle": True}},
          vehicles=(car("B1"), car("B2", can_hold_sessions=False))),
     ("T1 B2 C1 A-X@0",)),
    # two batches of 5 boxes and 75 kg
    ("load_fits", {"boxes": 2}, make(BOXES, vehicles=(car("B1", capacity_boxes=8),)),
     ("T1 B1 C1 A-X@0 B-X@0",)),
    ("load_fits", {"kg": 50.0}, make(BOXES, vehicles=(car("B1", capacity_kg=100.0),)),
     ("T1 B1 C1 A-X@0 B-X@0",)),
    ("parcels_use_their_depot", {}, make({"A": {"depot_id": "G"}}, depots=("D", "G")),
     ("T1 B1 C1 A-X@0",)),
    # the batch from A to B: B first; one day for checking; nobody fetches it
    ("batch_is_collected_before_it_is_left", {}, make(CHAIN), ("T1 B1 C1 B-X@0 A-X@0",)),
    ("batch_is_collected_before_it_is_left", {"days": 1}, make(CHAIN, check_days=1),
     ("T1 B1 C1 A-X@0", "T2 B1 C1 B-X@1")),
    ("batch_is_collected_before_it_is_left", {}, make(CHAIN), ("T1 B1 C1 B-X@0",)),
    # A is taken on Monday where a zone holds: nowhere on the same trip; four days and one of checks
    ("books_of_a_lockdown_rest", {}, make(CHAIN, resting={("A", MONDAY): 4}),
     ("T1 B1 C1 A-X@0 B-X@0",)),
    ("books_of_a_lockdown_rest", {"days": 2}, make(CHAIN, resting={("A", MONDAY): 4}),
     ("T1 B1 C1 A-X@0", "T2 B1 C1 B-X@4")),
    # A only rides along: not alone
    ("riders_have_no_trip_of_their_own", {}, make({"A": {"ride_vnd": 300_000}}),
     ("T1 B1 C1 A-X@0",)),
    ("last_mile_is_ridden", {}, make_beyond_a_road(), ("T1 B1 C1 A-X@2",)),
    # from F to B all day: nowhere a bed; from E to A by way of H with two beds
    ("nights_have_beds", {"people": 3}, make(lodging={}), ("T1 B1 C1 A-X@0 B-X@1",)),
    ("nights_have_beds", {"people": 1}, make(lodging={"H": 2}), ("T1 B1 C1 E-X@0 A-X@1",)),
    ("nights_are_limited", {"nights": 1}, make(max_nights=1, lodging={"A": 3, "B": 3}),
     ("T1 B1 C1 A-X@0 B-X@1 E-X@2",)),
    ("visits_keep_their_gap", {"days": 4}, with_second_at_a(),
     ("T1 B1 C1 A-X@0", "T2 B1 C1 A-Y@3")),
    ("visits_keep_their_gap", {"days": 1},
     with_second_at_a(past_visits={"A-S": (MONDAY - timedelta(days=6),)}), ("T1 B1 C1 A-X@0",)),
    ("pins_hold", {}, make({"A": {"pin": Pin(day=WEDNESDAY)}}), ("T1 B1 C1 A-X@3",)),
    ("pins_hold", {}, make({"A": {"pin": Pin(vehicle_id="B2")}}), ("T1 B1 C1 A-X@2",)),
)  # fmt: skip

NEVER_BROKEN = {
    "each_visit_is_served_once": "a visit twice is a fault of the table; one without a row is not"
    " served, and listed so",
    "legs_follow_the_roads": "every leg is the way of the roads; without one it is a fault",
    "roads_are_open_for_the_vehicle": "a road that is shut is a fault; its hours are waited for",
    "times_are_measured": "they are what the roads take",
    "times_follow_each_other": "they are counted in order",
    "breaks_are_taken": "the plain clock takes them, too",
    "second_trips_are_loaded": "two trips of a day are timed with the loading between them, or else"
    " told to be two at once",
    "loads_are_accounted_for": "they are counted from the stops",
    "rides_meet_the_stop": "rides are counted back from the stop",
    "cost_is_right": "it is counted from the trips",
}
"""Rules that no table can break, and why."""

PROBLEMS = tuple({id(problem): problem for _, _, problem, _ in PLANTS}.values())
TABLES = 4  # random ones for each problem


def draw_table(problem: TripProblem, rng: random.Random) -> tuple[str, ...]:
    """Return rows that put visits into up to three trips, whatever the rules say."""
    visits = [visit.visit_id for visit in problem.visits]
    rng.shuffle(visits)
    cuts = sorted(rng.choices(range(len(visits) + 1), k=2))
    rows = []
    for number, (start, end) in enumerate(pairwise([0, *cuts, len(visits)])):
        days = [rng.randrange(len(problem.days))]
        days += [min(days[0] + rng.randrange(2), len(problem.days) - 1) for _ in visits]
        own = zip(visits[start:end], sorted(days), strict=False)
        stops = " ".join(f"{visit}@{day}" for visit, day in own)
        who = rng.choice(problem.vehicles).vehicle_id, rng.choice(problem.crews).crew_id
        if stops:
            rows.append(f"T{number} {who[0]} {who[1]} {stops}")
    return tuple(rows)


def test_no_table_breaks_a_rule_that_none_can_break(small: Province) -> None:
    rng, broken = random.Random(0), Counter[str]()
    for problem in PROBLEMS:
        before = make_empty_plan(problem)
        for _ in range(TABLES):
            findings = Findings()
            month = number_month(problem)
            rows = want(*draw_table(problem, rng))
            timed = time_trips(month, before, rows, findings, "t.csv", has_changed=False)
            if not findings.items:  # else a day does not end before midnight: a fault of the table
                plan = put_trips(before, small, month, timed, ())
                broken.update({rule for rule, _ in list_broken(problem, plan)})
    assert broken.total() >= 100
    assert len(broken) >= 10
    assert not broken.keys() & NEVER_BROKEN.keys()


def test_every_rule_of_the_register_is_broken_once_or_cannot_be() -> None:
    assert {rule for rule, *_ in PLANTS} | set(NEVER_BROKEN) == set(RULES)
    assert len(PLANTS) >= 40


@pytest.mark.parametrize(
    ("rule", "amount", "problem", "rows"), PLANTS,
    ids=[f"{number}-{plant[0]}" for number, plant in enumerate(PLANTS, 1)],
)  # fmt: skip
def test_an_edit_that_breaks_a_rule_is_told_with_the_amount(
    rule: str, amount: dict[str, float], problem: TripProblem, rows: tuple[str, ...],
    small: Province,
) -> None:  # fmt: skip
    before = make_empty_plan(problem)
    assert list_broken(problem, edit_month(problem, before, small)) == []
    assert set(map(repr, list_broken(problem, edit_month(problem, before, small, *rows)))) == {
        repr((rule, amount))
    }


def test_the_same_edits_break_nothing_where_facts_allow_them(small: Province) -> None:
    problem = make(BOXES)
    plan = edit_month(problem, make_empty_plan(problem), small, "T1 B1 C1 A-X@0 B-X@0",
                      "T2 B2 C2 E-X@0")  # fmt: skip
    assert list_broken(problem, plan) == []
    loose = dataclasses.replace(problem, vehicles=(car("B1", capacity_boxes=10), car("B2")))
    assert list_broken(loose, plan) == []
