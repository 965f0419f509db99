"""The compiled engine: small problems against enumeration, each rule allowed and forbidden."""

import random

import numba.core.caching
import numpy as np
import pytest
from engine_problems import QUICK, cheapest_partition, length, make, single, ways

from routing.pvrp.build import build_model, build_state
from routing.pvrp.columns import price, solution_value
from routing.pvrp.problem import RouteProblem, VehicleType
from routing.pvrp.search import SearchParams, search_routes
from search.compiling import entry


@pytest.mark.parametrize("seed", range(4))
def test_seven_places_with_room_for_three_are_served_at_the_least_length(seed):
    rng = random.Random(seed)
    places = [(rng.uniform(0, 100), rng.uniform(0, 100)) for _ in range(8)]
    problem = make([VehicleType(0, 7, (3.0,))], [single(k) for k in range(1, 8)], places)
    found = search_routes(problem, SearchParams(), QUICK, seed=seed)
    assert sorted(q for r in found for q in r.requests) == list(range(7))
    assert max(len(r.requests) for r in found) <= 3
    assert length(problem, found) == pytest.approx(cheapest_partition(problem.cost[0], 3))


def test_a_place_whose_near_routes_are_full_rides_with_a_far_one():
    # Thirty-six stops of two boxes fill seven of the eight routes and need one place more; the
    # twenty-five far ones are one route with room to spare.
    near = [(10 + k % 6, 10 + k // 6) for k in range(36)]
    far = [(500 + k % 5, 500 + k // 5) for k in range(25)]
    requests = [single(1 + k, take=2.0) for k in range(36)]
    requests += [single(37 + k, take=0.1) for k in range(25)]
    problem = make([VehicleType(0, 8, (10.0,))], requests, [(0, 0), *near, *far])
    found = search_routes(problem, SearchParams(), QUICK, seed=1)
    assert sorted(q for r in found for q in r.requests) == list(range(61))


def test_same_seed_and_rounds_give_the_same_routes():
    places = [(k * 37 % 101, k * 53 % 89) for k in range(20)]
    problem = make([VehicleType(0, 9, (4.0,))], [single(k) for k in range(1, 20)], places)
    assert search_routes(problem, SearchParams(), QUICK, seed=4) == search_routes(
        problem, SearchParams(), QUICK, seed=4
    )


def test_two_visits_of_a_request_lie_on_days_of_one_pattern():
    # Places 1 and 2 are neighbours; 1 may go on days (0, 2) or (1, 3), 2 on (1, 3) only:
    # together on days 1 and 3 they need two tours of 2 x 11; apart four tours, twice 20 and 22.
    days = [VehicleType(0, 1, (5.0,)) for _ in range(4)]
    requests = [
        single(1, patterns=(((0,), (2,)), ((1,), (3,)))),
        single(2, patterns=(((1,), (3,)),)),
    ]
    problem = make(days, requests, [(0, 0), (10, 0), (11, 0)])
    found = search_routes(problem, SearchParams(), QUICK, seed=1)
    assert sorted((r.vehicle_type, sorted(r.requests)) for r in found) == [(1, [0, 1]), (3, [0, 1])]
    assert length(problem, found) == pytest.approx(44.0)


def test_a_window_that_has_closed_needs_another_route():
    late = ((0.0, 15.0),)
    places = [(0, 0), (10, 0), (-10, 0)]
    free = make([VehicleType(0, 2, (9.0,))], [single(1), single(2)], places)
    assert len(search_routes(free, SearchParams(), QUICK, seed=1)) <= 2
    tight = make(
        [VehicleType(0, 2, (9.0,))], [single(1, window=late), single(2, window=late)], places
    )
    assert len(search_routes(tight, SearchParams(), QUICK, seed=1)) == 2


def test_a_route_is_no_longer_than_allowed_with_services():
    places = [(0, 0), (10, 0), (12, 0)]
    for longest, num in ((34.0, 1), (33.9, 2)):  # 24 of driving and 2 x 5 of service
        requests = [single(1, service=5.0), single(2, service=5.0)]
        problem = make([VehicleType(0, 2, (9.0,), longest)], requests, places)
        assert len(search_routes(problem, SearchParams(), QUICK, seed=1)) == num


def test_what_costs_more_than_leaving_it_out_is_left_out():
    for penalty, served in ((19.0, []), (21.0, [0])):  # there and back is 20
        problem = make([VehicleType(0, 1, (9.0,))], [single(1, penalty=penalty)], [(0, 0), (10, 0)])
        found = search_routes(problem, SearchParams(), QUICK, seed=1)
        assert [q for r in found for q in r.requests] == served


def test_a_fixed_cost_brings_visits_together():
    places = [(0, 0), (10, 0), (-10, 0)]
    problem = make([VehicleType(0, 2, (9.0,), fixed=1.0)], [single(1), single(2)], places)
    assert len(search_routes(problem, SearchParams(), QUICK, seed=1)) == 1


def test_kinds_drive_on_their_own_roads():
    short, long = ways([(0, 0), (10, 0)])[0], ways([(0, 0), (99, 0)])[0]
    problem = RouteProblem(
        (VehicleType(0, 1, (9.0,), road=0), VehicleType(0, 1, (9.0,), road=1)),
        (single(1, patterns=(((0, 1),),)),),
        np.stack([long, short]),
        np.stack([long, short]),
    )
    assert [r.vehicle_type for r in search_routes(problem, SearchParams(), QUICK, seed=1)] == [1]


def test_slots_of_a_pattern_that_share_a_kind_are_refused():
    with pytest.raises(ValueError, match="share a vehicle type"):
        build_model(
            make([VehicleType(0, 1, (1.0,))], [single(1, patterns=(((0,), (0,)),))], [(0, 0)] * 2)
        )


def test_value_of_columns_counts_what_is_left_out():
    requests = [single(1, penalty=50.0), single(2, penalty=70.0)]
    model = build_model(make([VehicleType(0, 2, (9.0,))], requests, [(0, 0), (10, 0), (20, 0)]))
    assert solution_value(model, [price(model, 0, (0,))]) == pytest.approx(20.0 + 70.0)
    assert build_state(model, 1).length.sum() == 0


def test_a_function_that_cannot_be_kept_is_compiled_all_the_same(monkeypatch):
    monkeypatch.setattr(numba.core.caching.FunctionCache._impl_class, "_locator_classes", [])

    def double(x: int) -> int:
        return 2 * x

    assert entry(double)(21) == 42
