"""The bound of a month: never above the best there is, and much nearer than visits one by one."""

import dataclasses
import functools

import numpy as np
import pytest
from routing_months import car, crew, month, parcel, random_month, visit

from routing.bounds.bound import bound_month, bound_simply
from routing.bounds.relaxation import list_classes
from routing.month.instance import MonthInstance, build_instance
from routing.solver.solve import plan_trips


@functools.cache
def solve(seed: int) -> tuple[MonthInstance, float, float]:
    """A small month, its least objective, and its bound at the usual work."""
    problem = random_month(seed)
    plan = plan_trips(problem)
    assert plan.status == "optimal"
    instance = build_instance(problem)
    return instance, plan.objective, bound_month(instance, work=1.0)


@pytest.mark.parametrize("seed", range(40))
def test_bound_is_never_above_the_optimum(seed: int) -> None:
    instance, best, bound = solve(seed)
    assert bound <= best
    assert bound_month(instance, work=0.05) <= best


def test_bound_comes_nearer_than_visits_one_by_one() -> None:
    shares = []
    for instance, best, bound in map(solve, range(40)):
        shares.append((bound / best, bound_simply(instance) / best))
    columns, simple = np.array(shares).mean(axis=0)
    assert columns > 0.8
    assert columns > simple + 0.2


def test_one_visit_is_bounded_by_its_own_trip() -> None:
    # there and back, a day of the car and of its crew: nothing is relaxed
    problem = month([visit("A")], {("D", "A"): 60})
    plan = plan_trips(problem)
    assert bound_month(build_instance(problem)) == pytest.approx(plan.objective, abs=2)


def test_what_does_not_fit_a_vehicle_is_no_visit_of_its_class() -> None:
    small, large = car("SMALL", capacity_boxes=4), car("LARGE", capacity_boxes=40)
    problem = month(
        [visit("A", leaves=(parcel(boxes=5),)), visit("B")],
        {("D", "A"): 30, ("D", "B"): 30},
        cars=[small, large],
        crews=[crew()],
    )
    classes = list_classes(build_instance(problem), 1)
    assert sorted(len(one.relaxed.visits) for one in classes) == [1, 2]


def test_two_sessions_that_lie_weeks_apart_are_never_on_one_trip() -> None:
    pair = [
        visit("A", name=f"A-S{n}", gap_group="A-S", gap_days=4, days=9, service_min=60)
        for n in (1, 2)
    ]
    problem = dataclasses.replace(month(pair, {("D", "A"): 120}, days=9))
    plan = plan_trips(problem)
    # both need a trip of their own: the bound sees it, though one drive would do for two visits
    assert len(plan.trips) == 2
    assert bound_month(build_instance(problem)) == pytest.approx(plan.objective, abs=2)
