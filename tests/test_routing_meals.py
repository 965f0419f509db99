"""Meals of long days: where the clock puts them, what counts as one, what that costs."""

import dataclasses
import itertools
import random

import pytest
from pydantic import ValidationError
from routing_brute import BruteForce
from routing_months import month, visit
from routing_random import TIGHTEN, build, random_case, sketch

from province.settings import TripSettings
from routing.checks.verify import verify_decisions
from routing.month.instance import build_instance
from routing.month.timetable import time_day, time_trip
from routing.solver.solve import plan_trips

MEALS = {"meal_min": 30, "meal_from": 690, "meal_to": 810, "meal_after_min": 360}


def timed(visits, minutes, order=None, **rules):
    """Return the first day of a trip that serves the visits, and what is wrong with the plan."""
    problem = month(visits, minutes, days=1, rules=MEALS | {"max_nights": 0} | rules)
    order = order or tuple(range(len(visits)))
    trip = time_trip(build_instance(problem), order, 0, 0, 0)
    return None if trip is None else trip.days[0]


def test_a_drive_stops_for_a_meal_when_none_is_due_at_a_stop():
    # 200 minutes to A, served from 10:00 to 11:00, 200 home: a day of more than six hours.
    day = timed([visit("A", 1, opens=600, service_min=60)], {("D", "A"): 200})
    assert (day.starts[0], day.finish) == (600, 600 + 60 + 200 + 30)
    (pause,) = day.drives[1].pauses
    assert pause[1:] == (30, True)
    assert 690 <= pause[0] <= 780


def test_a_meal_is_taken_at_a_stop_rather_than_on_the_way():
    # Open from 11:40 for 20 minutes, 200 minutes away: the crew comes at 11:30, eats, serves.
    day = timed([visit("A", 1, opens=700, service_min=20)], {("D", "A"): 200})
    assert all(not drive.pauses for drive in day.drives)
    assert (day.drives[0].arrive, day.starts[0]) == (690, 720)
    assert day.finish == 720 + 20 + 200


def test_waiting_for_opening_is_time_for_a_meal():
    # Both open for an hour only, at 10:00 and at 14:00: three hours of waiting in between.
    visits = [
        visit("A", 1, opens=600, closes=660, service_min=60),
        visit("B", 1, opens=840, closes=900, service_min=60),
    ]
    way = {("D", "A"): 100, ("A", "B"): 10, ("D", "B"): 100}
    with_meal, without = timed(visits, way), timed(visits, way, meal_min=0)
    assert with_meal == without
    assert with_meal.finish == 1000


def test_a_break_that_the_law_asks_for_is_a_part_of_the_meal():
    # Served until 8:40, ten minutes after a break; the next is due at 12:30, and the day ends at
    # 13:05 with it, too late for a meal at home.
    far = {("D", "A"): 250}
    visits = [visit("A", 1, opens=510, closes=520, service_min=10)]
    rules = {"earliest_start_min": 0}
    bare = timed(visits, far, meal_min=0, **rules)
    eaten = timed(visits, far, **rules)
    assert (bare.finish, eaten.finish) == (520 + 250 + 15, 520 + 250 + 30)
    assert eaten.drives[1].pauses == ((750, 30, True),)


def test_short_days_and_days_that_begin_after_or_end_before_have_no_meal():
    near = {("D", "A"): 60}
    for opens, service in ((480, 210), (840, 250), (620, 230)):
        visits = [visit("A", 1, opens=opens, closes=1140, service_min=service)]
        assert timed(visits, near) == timed(visits, near, meal_min=0)
    # 7:00 to 13:20 is longer than six hours, and there is no half hour left until 13:30.
    visits = [visit("A", 1, opens=480, closes=1140, service_min=260)]
    assert timed(visits, near).finish == timed(visits, near, meal_min=0).finish + 30


def test_a_visit_over_all_the_hours_of_a_meal_waits_until_the_meal_is_over():
    # Four hours from 10:30 on would end at 14:30: the meal at 11:30 comes first.
    visits = [visit("A", 1, opens=630, service_min=240)]
    day = timed(visits, {("D", "A"): 90})
    assert day.starts == (720,)
    # It arrives just when the meal begins, so that nobody waits for it.
    assert day.drives[0].arrive == 690
    closed_early = [visit("A", 1, opens=630, closes=950, service_min=240)]
    assert timed(closed_early, {("D", "A"): 90}) is None


def test_meals_have_hours_and_are_breaks():
    for rules, told in (
        ({"meal_min": 10}, "0, or 15 to 120 minutes"),
        ({"meal_min": 30, "break_min": 45}, "0, or 45 to 120 minutes"),
        ({"meal_min": 30, "meal_to": 710}, "0, or 15 to 20 minutes"),
        ({"meal_min": 30, "meal_from": 800}, "0, or 15 to 10 minutes"),
    ):
        with pytest.raises(ValidationError, match=told):
            TripSettings(**rules)
    assert TripSettings().meal_min == 0


def best_of_all(brute, number, car, place, order, end):
    """Return the earliest end and the latest start by every minute of leaving and of eating."""
    problem = brute.problem
    travel = problem.travel(problem.vehicles[car], problem.days[number])
    times, drive = brute.start_of_day(number), 0
    for k in order:
        found = brute.drive(travel, number, times, place, problem.visits[k].site_id)
        times = brute.serve(number, found[0], problem.visits[k])
        place, drive = problem.visits[k].site_id, drive + found[1]
    times, minutes, _ = brute.drive(travel, number, times, place, end)
    good = times.good & brute.in_duty(times.now, times.begin) & brute.has_eaten(times)
    if not good.any() or drive + minutes > problem.rules.driving_max_day_min:
        return None
    finish = times.now[good].min()
    return int(finish), int(times.begin[good & (times.now == finish)].max())


ROADS, MEALS_KEPT = "roads_are_open_for_the_vehicle", "meals_are_taken"


@pytest.mark.parametrize(
    "rules",
    [
        ("load_fits", MEALS_KEPT),
        (ROADS, MEALS_KEPT),
        ("breaks_are_taken", MEALS_KEPT),
        ("breaks_are_taken", ROADS),
    ],
)
def test_days_end_as_early_and_begin_as_late_as_any(rules):
    """Every minute of leaving and of eating, where meals, breaks and shut roads meet."""
    num_fitting = 0
    for number in range(25):
        rng = random.Random(f"{rules[0]} {number}")
        drawn = sketch(rng)
        for rule in rules:
            TIGHTEN[rule](drawn)
        problem = build(drawn)
        instance, brute = build_instance(problem), BruteForce(problem)
        at = {site: k for k, site in enumerate(problem.sites)}
        jobs = range(len(problem.visits))
        for order in [*itertools.combinations(jobs, 1), *itertools.permutations(jobs, 2)]:
            day = time_day(instance, 0, 0, at["D"], order, at["D"])
            found = None if day is None else (day.finish, day.drives[0].leave)
            assert found == best_of_all(brute, 0, 0, "D", order, "D")
            num_fitting += found is not None
    assert num_fitting > 50


def test_a_plan_with_meals_keeps_its_rules_and_one_without_breaks_them():
    problem = random_case("meals_are_taken", 0)
    loose = problem.rules.model_copy(update={"meal_min": 0})
    bare = plan_trips(dataclasses.replace(problem, rules=loose))
    assert {rule for rule, _, _ in verify_decisions(problem, bare)} == {"meals_are_taken"}
    assert list(verify_decisions(problem, plan_trips(problem))) == []
