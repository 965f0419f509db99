"""The engine on standard problems: by the clock, in legs, fed by PyVRP, with the fewest routes."""

import random

import pytest
from engine_problems import QUICK, cheapest_partition, length, make, pair, single

from benchmarks.effort import Rounds, Seconds, cut_legs
from benchmarks.engine import FieldParams, search_from, solve, solve_columns
from benchmarks.pyvrp_feed import feed_from_pyvrp
from routing.pvrp.build import build_model, build_state
from routing.pvrp.columns import Pool, solution_value
from routing.pvrp.problem import VehicleType
from routing.pvrp.search import SearchParams


@pytest.mark.parametrize("is_fed", [False, True])
def test_a_search_in_legs_serves_everything_at_the_least_length_and_repeats(is_fed):
    rng = random.Random(8)
    places = [(rng.uniform(0, 100), rng.uniform(0, 100)) for _ in range(8)]
    problem = make([VehicleType(0, 7, (3.0,))], [single(k) for k in range(1, 8)], places)
    plan = FieldParams(legs=3, is_fed=is_fed)
    found = solve(problem, plan, Rounds(QUICK), seed=2)
    assert length(problem, found) == pytest.approx(cheapest_partition(problem.cost[0], 3))
    assert solve(problem, plan, Rounds(QUICK), seed=2) == found


def test_later_legs_begin_with_what_was_chosen_before():
    places = [(k * 37 % 101, k * 53 % 89) for k in range(40)]
    model = build_model(
        make([VehicleType(0, 9, (5.0,))], [single(k) for k in range(1, 40)], places)
    )
    start = solve_columns(model, FieldParams(), Rounds(8000), 1)
    for leg in range(3):
        states, how = [build_state(model, leg)], FieldParams(SearchParams(hot=1.0))
        found = search_from(model, how, Rounds(16), states, Pool(), start, seed=1)
        assert solution_value(model, found) <= solution_value(model, start)


def test_pyvrp_goes_on_from_a_given_solution():
    pytest.importorskip("pyvrp")
    rng = random.Random(3)
    places = [(rng.uniform(0, 100), rng.uniform(0, 100)) for _ in range(150)]
    model = build_model(
        make([VehicleType(0, 30, (5.0,))], [single(k) for k in range(1, 150)], places)
    )
    start = solve_columns(model, FieldParams(), Rounds(8000), 1)
    alone = feed_from_pyvrp(model, Rounds(1), 3)[-1]
    after = feed_from_pyvrp(model, Rounds(1), 3, start)[-1]
    assert solution_value(model, alone) > solution_value(model, start)
    assert solution_value(model, after) <= solution_value(model, start) + 1e-6


def test_a_pair_is_fetched_before_it_is_brought_and_never_over_the_room():
    # Fetched far away, brought near: the short way round (near first) is forbidden.
    places = [(0, 0), (30, 0), (10, 0), (31, 0), (11, 0)]
    problem = make([VehicleType(0, 2, (1.0,))], [*pair(1, 2), *pair(3, 4)], places)
    found = solve(problem, FieldParams(has_pairs=True), Rounds(QUICK), seed=1)
    for route in found:
        load = 0
        for place in route.places:
            load += 1 if place in (1, 3) else -1
            assert 0 <= load <= 1
    wide = make([VehicleType(0, 2, (2.0,))], [*pair(1, 2), *pair(3, 4)], places)
    together = solve(wide, FieldParams(has_pairs=True), Rounds(QUICK), seed=1)
    assert length(wide, together) == pytest.approx(62.0)
    assert length(problem, found) > 62.0


def test_fewest_routes_come_before_the_least_length():
    # Two near pairs far apart: two routes are shortest (44), one serves all (64 by (0,1,2,3,4)).
    places = [(0, 0), (10, 0), (11, 0), (-10, 0), (-11, 0)]
    requests = [*pair(1, 2), *pair(3, 4)]
    kind = VehicleType(0, 4, (1.0,), closes_min=1000.0)
    how = FieldParams(has_pairs=True, fleet_share=0.2)
    one = solve(make([kind], requests, places), how, Rounds(QUICK), seed=1)
    assert len(one) == 1


def test_seconds_leave_time_for_the_choice():
    effort = Seconds(100.0)
    assert effort.search_s == 96.0
    assert 0.0 <= effort.share(0) < 0.01
    limits = effort.choice_limits(10)
    assert set(limits) == {"num_workers", "max_time_in_seconds"}
    assert 98.0 < limits["max_time_in_seconds"] < 100.0


def test_legs_take_up_the_whole_effort():
    legs = cut_legs(Seconds(40.0, start=5.0), 4)
    assert [leg.start for leg in legs] == pytest.approx([5.0, 25.0, 25.0 + 20 / 3, 25.0 + 40 / 3])
    assert legs[-1].start + legs[-1].seconds == pytest.approx(45.0)
    assert cut_legs(Rounds(1000), 3) == [Rounds(500), Rounds(250), Rounds(250)]
    assert cut_legs(Rounds(1000), 1) == [Rounds(1000)]
