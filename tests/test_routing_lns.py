"""Ruin and recreate: months that keep every rule, and as cheap as the cheapest where they are small."""

import functools

import pytest
from routing_months import car, crew, month, parcel, random_month, visit
from routing_random import TIGHTEN, random_case

from routing.lns.build import model_of
from routing.lns.search import ImproveTask, fill_month, improve_month
from routing.month.instance import build_instance
from routing.month.roster import Roster
from routing.month.schedule import list_singles, month_value
from routing.solver.all_trips import list_all_trips
from routing.solver.choice import choose_trips

CASES_PER_RULE = 3
ROUNDS = 300


def list_cases():
    return [random_case(rule, number) for rule in TIGHTEN for number in range(CASES_PER_RULE)]


def improve(instance, trips=(), seed=0, rounds=ROUNDS):
    start = fill_month(instance, list(trips), seed)
    return improve_month(instance, ImproveTask(start, seed, rounds, 1.0))


@functools.cache
def improved():
    """Every case with the month that is found, and the value of the cheapest one."""
    found = []
    for problem in list_cases():
        instance = build_instance(problem)
        best, seen = improve(instance)
        cheapest, is_proved = choose_trips(instance, list_all_trips(instance), [], 0, 20.0)
        assert is_proved
        found.append((instance, best, seen, month_value(instance, cheapest)))
    return found


def test_months_keep_every_rule_as_trips_are_added_one_by_one():
    for instance, best, _, _ in improved():
        roster = Roster(instance)
        for trip in sorted(best, key=lambda trip: (trip.first, trip.key)):
            assert roster.fits(trip)
            roster.add(trip)
        assert roster.is_month()


def test_small_months_are_as_cheap_as_the_cheapest_of_all():
    dearer = [
        (number, value)
        for number, (instance, best, _, cheapest) in enumerate(improved())
        if (value := month_value(instance, best)) != cheapest
    ]
    assert dearer == []


def test_trips_seen_can_all_be_driven_and_hold_the_best_month():
    for _, best, seen, _ in improved():
        assert {trip.key for trip in best} <= {trip.key for trip in seen}


def test_trips_for_one_visit_alone_are_those_that_the_rules_allow():
    for problem in (*list_cases(), *map(random_month, range(12))):
        instance = build_instance(problem)
        model, empty = model_of(instance), Roster(instance)
        for job in range(len(instance.jobs)):
            rows = model.single[model.single_first[job] : model.single_first[job + 1]]
            allowed = [trip for trip in list_singles(instance, job) if empty._keeps_weeks(trip, None) and empty._keeps_rest(trip, None)]
            assert sorted(rows[:, :4].tolist()) == sorted(
                [trip.value_vnd, trip.car, trip.crew, trip.first] for trip in allowed
            )
            assert list(rows[:, 0]) == sorted(rows[:, 0])
