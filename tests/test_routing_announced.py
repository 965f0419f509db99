"""Changes of what was announced: counted alike everywhere, and no more of them than pay."""

import dataclasses
import itertools
import random

import pytest
from routing_brute import brute_force
from routing_months import MONDAY, car, crew, month, visit
from routing_random import TIGHTEN, list_others, random_case

from routing.checks.verify import verify_decisions
from routing.lns.build import new_month, new_scratch, write_month
from routing.lns.search import ImproveTask, fill_month, improve_months
from routing.month.instance import build_instance
from routing.month.schedule import date_trip, month_value
from routing.problem import Announced, ChangePrices
from routing.solver.all_trips import list_all_trips
from routing.solver.solve import plan_trips

ROADS = "roads_are_open_for_the_vehicle"
PRICES = ChangePrices(
    day_vnd=300_000, time_vnd=90_000, vehicle_vnd=110_000, crew_vnd=70_000, order_vnd=30_000,
    lost_vnd=700_000,
)  # fmt: skip


def announce(problem, prices, seed=0, share=1.0):
    """Return a problem with visits announced anyhow: on any day, with any vehicle and crew."""
    rng = random.Random(f"announced {seed}")
    names = [one.visit_id for one in problem.visits]
    told = {
        name: Announced(
            rng.choice(problem.days),
            rng.randrange(480, 960),
            rng.choice(problem.vehicles).vehicle_id,
            rng.choice(problem.crews).crew_id,
            rng.choice([None, *(other for other in names if other != name)]),
            30,
            prices,
        )
        for name in names
        if rng.random() < share
    }
    return dataclasses.replace(problem, announced=told)


def list_problems(count):
    rules = sorted(TIGHTEN)
    return [
        announce(random_case(rules[k % len(rules)], 40 + k), PRICES, k, 0.8) for k in range(count)
    ]


def list_shut_cases(count):
    """Cases with ways that are shut for hours, the first of which sets out between two of them."""
    loose = ("load_fits", "visits_keep_their_gap")
    shut = (
        (rule, number)
        for number in itertools.count(73)
        for rule in loose
        if ROADS in list_others(rule, number)
    )
    return list(itertools.islice(shut, count))


CASES = [("load_fits", 60), ("visits_keep_their_gap", 60), (ROADS, 60), *list_shut_cases(5)]


@pytest.mark.parametrize(("rule", "number"), CASES)
def test_small_month_changes_as_little_as_the_cheapest_of_all(rule, number):
    prices = dataclasses.replace(PRICES, time_vnd=0, order_vnd=0)
    problem = announce(random_case(rule, number), prices, number)
    plan = plan_trips(problem)
    assert list(verify_decisions(problem, plan)) == []
    assert plan.objective == brute_force(problem)


def test_the_best_order_of_a_day_is_found_where_times_and_orders_count():
    ways = {("D", "A"): 40, ("D", "B"): 50, ("D", "C"): 60, ("A", "B"): 20, ("B", "C"): 25}
    problem = month([visit(name) for name in "ABC"], ways, days=1, rules={"reload_min": 0})
    prices = dataclasses.replace(PRICES, time_vnd=900_000, order_vnd=600_000)
    dearer = 0
    for seed in range(20):
        instance = build_instance(announce(problem, prices, seed))
        found = [trip for trip in list_all_trips(instance) if len(trip.order) == 3]
        every = [date_trip(instance, order, 0, 0, 0) for order in itertools.permutations(range(3))]
        least = min(trip.value_vnd for trip in every)
        assert min(trip.value_vnd for trip in found) == least
        shortest = min(every, key=lambda trip: (trip.cost_vnd, trip.value_vnd))
        dearer += shortest.value_vnd > least
    assert dearer > 3  # the cheapest way is not the answer by itself


def test_the_compiled_search_counts_changes_as_the_timetable_does():
    for problem in list_problems(30):
        instance = build_instance(problem)
        start = fill_month(instance, [], 0)
        [(best, seen)] = improve_months(instance, [ImproveTask(start, 0, 200, 1.0)])
        assert month_value(instance, best) <= month_value(instance, start)
        for trip in seen:
            told = write_month(instance, [trip])
            assert told.trips[0, 5] == trip.value_vnd
        assert new_scratch(instance, 0).memo.shape[1] >= new_month(instance).trips.shape[1] - 4


def test_trips_as_announced_count_no_change():
    ways = {("D", "A"): 40, ("D", "B"): 50, ("A", "B"): 20}
    problem = month([visit("A"), visit("B")], ways, cars=(car(),), crews=(crew(),))
    plan = plan_trips(problem)
    told = {}
    for trip in plan.trips:
        before = None
        for stop in trip.stops:
            told[stop.visit_id] = Announced(
                stop.day, stop.start_min, trip.vehicle_id, trip.crew_id, before, 30, PRICES
            )
            before = stop.visit_id
    again = plan_trips(dataclasses.replace(problem, announced=told))
    assert again.trips == plan.trips
    assert again.objective == plan.objective


def test_nobody_sets_out_before_the_first_minute_of_a_day():
    ways = {("D", "A"): 40}
    problem = month([visit("A", days=1)], ways, days=1)
    early = plan_trips(problem).trips[0]
    late = dataclasses.replace(problem, first_starts={MONDAY: 780})
    trip = plan_trips(late).trips[0]
    assert early.stops[0].leg.leave_min < 780 <= trip.stops[0].leg.leave_min
    nobody = dataclasses.replace(problem, first_starts={MONDAY: 1130})
    assert plan_trips(nobody).trips == ()
