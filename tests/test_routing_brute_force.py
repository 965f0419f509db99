"""Small months, each with a rule that is tight: as cheap as the cheapest of all months."""

import functools

import pytest
from routing_brute import brute_force
from routing_months import random_month
from routing_random import TIGHTEN, random_case

from routing.bounds.bound import bound_month
from routing.checks.rules import RULES
from routing.checks.verify import verify_decisions
from routing.month.instance import build_instance
from routing.solver.solve import plan_trips

CASES_PER_RULE = 3
TRIED_PER_RULE = 12
"""Months among which one is dearer for a rule, mostly of the first three; later ones are left."""
# What a month looks like and how it is told: no month is forbidden by these alone.
ACCOUNTS = {
    "each_visit_is_served_once",
    "legs_follow_the_roads",
    "times_are_measured",
    "times_follow_each_other",
    "loads_are_accounted_for",
    "cost_is_right",
    # Rides narrow the windows of a stop before the engine sees it: test_routing_last_mile.py.
    "last_mile_is_ridden",
    "rides_meet_the_stop",
}


def test_every_rule_that_can_forbid_a_month_has_its_cases():
    assert set(TIGHTEN) | ACCOUNTS == set(RULES)


@functools.cache
def cheapest(rule, number):
    """The least objective of a case; the tests of one rule run together and share it."""
    return brute_force(random_case(rule, number))


@pytest.mark.parametrize("number", range(CASES_PER_RULE))
@pytest.mark.parametrize("rule", TIGHTEN, scope="module")
def test_small_month_is_as_cheap_as_the_cheapest_of_all(rule, number):
    problem = random_case(rule, number)
    plan = plan_trips(problem)
    assert plan.status == "optimal"
    assert list(verify_decisions(problem, plan)) == []
    assert plan.objective == cheapest(rule, number)


@pytest.mark.parametrize("number", range(CASES_PER_RULE))
@pytest.mark.parametrize("rule", TIGHTEN, scope="module")
def test_bound_is_never_above_the_cheapest_of_all(rule, number):
    assert bound_month(build_instance(random_case(rule, number))) <= cheapest(rule, number)


@pytest.mark.parametrize("rule", TIGHTEN, scope="module")
def test_some_case_of_a_rule_would_be_cheaper_without_it(rule):
    numbers = range(TRIED_PER_RULE)
    assert any(brute_force(random_case(rule, n), rule) < cheapest(rule, n) for n in numbers)


@pytest.mark.parametrize("seed", range(12))
def test_small_month_is_as_cheap_as_the_cheapest_where_unevenness_counts(seed):
    problem = random_month(seed)
    plan = plan_trips(problem)
    assert plan.status == "optimal"
    assert plan.objective == brute_force(problem)
    assert list(verify_decisions(problem, plan)) == []
