"""The compiled engine: small problems against enumeration, each rule allowed and forbidden."""

import itertools
import math
import random

import numba.core.caching
import numpy as np
import pytest

from routing.engine.build import build_model, build_state
from routing.engine.columns import Pool, price, solution_value
from routing.engine.effort import Rounds, Seconds
from routing.engine.problem import INFINITE, Kind, Point, Request, RouteProblem
from routing.engine.pyvrp_feed import feed_from_pyvrp
from routing.engine.search import Plan, search_columns, search_leg, search_routes
from search.compiling import entry

ALWAYS = ((0.0, INFINITE),)
QUICK = Rounds(1600)


def ways(places):
    return np.array([[[math.dist(a, b) for b in places] for a in places]])


def single(place, *, patterns=(((0,),),), take=1.0, service=0.0, window=ALWAYS, **more):
    return Request((Point(place, service, (0.0,), (take,), window),), patterns, **more)


def pair(first, second, load=1.0, windows=(ALWAYS, ALWAYS)):
    return Request(
        (
            Point(first, 0.0, (0.0,), (load,), windows[0]),
            Point(second, 0.0, (0.0,), (-load,), windows[1]),
        ),
        (((0,),),),
    )


def length(problem, routes):
    return sum(
        problem.cost[problem.kinds[r.kind].road, a, b]
        for r in routes
        for a, b in itertools.pairwise(
            (problem.kinds[r.kind].depot, *r.places, problem.kinds[r.kind].depot)
        )
    )


def make(kinds, requests, places):
    table = ways(places)
    return RouteProblem(tuple(kinds), tuple(requests), table, table)


def cheapest_partition(table, room):
    """The least length of routes of at most `room` places each, by trying all of them."""
    num = len(table) - 1
    tour = {}
    for size in range(1, room + 1):
        for group in itertools.combinations(range(1, num + 1), size):
            tour[frozenset(group)] = min(
                sum(table[a, b] for a, b in itertools.pairwise((0, *order, 0)))
                for order in itertools.permutations(group)
            )
    best = {frozenset(): 0.0}

    def least(rest):
        if rest not in best:
            first = min(rest)
            best[rest] = min(
                cost + least(rest - group)
                for group, cost in tour.items()
                if first in group and group <= rest
            )
        return best[rest]

    return least(frozenset(range(1, num + 1)))


@pytest.mark.parametrize("seed", range(4))
def test_seven_places_with_room_for_three_are_served_at_the_least_length(seed):
    rng = random.Random(seed)
    places = [(rng.uniform(0, 100), rng.uniform(0, 100)) for _ in range(8)]
    problem = make([Kind(0, 7, (3.0,))], [single(k) for k in range(1, 8)], places)
    found = search_routes(problem, Plan(), QUICK, seed=seed)
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
    problem = make([Kind(0, 8, (10.0,))], requests, [(0, 0), *near, *far])
    found = search_routes(problem, Plan(), QUICK, seed=1)
    assert sorted(q for r in found for q in r.requests) == list(range(61))


@pytest.mark.parametrize("is_fed", [False, True])
def test_a_search_in_legs_serves_everything_at_the_least_length_and_repeats(is_fed):
    rng = random.Random(8)
    places = [(rng.uniform(0, 100), rng.uniform(0, 100)) for _ in range(8)]
    problem = make([Kind(0, 7, (3.0,))], [single(k) for k in range(1, 8)], places)
    plan = Plan(legs=3, is_fed=is_fed)
    found = search_routes(problem, plan, QUICK, seed=2)
    assert length(problem, found) == pytest.approx(cheapest_partition(problem.cost[0], 3))
    assert search_routes(problem, plan, QUICK, seed=2) == found


def test_later_legs_begin_with_what_was_chosen_before():
    places = [(k * 37 % 101, k * 53 % 89) for k in range(40)]
    model = build_model(make([Kind(0, 9, (5.0,))], [single(k) for k in range(1, 40)], places))
    start = search_columns(model, Plan(), Rounds(8000), 1)
    for leg in range(3):
        found = search_leg(model, Plan(), Rounds(16), [build_state(model, leg)], Pool(), start, 1)
        assert solution_value(model, found) <= solution_value(model, start)


def test_pyvrp_goes_on_from_a_given_solution():
    pytest.importorskip("pyvrp")
    rng = random.Random(3)
    places = [(rng.uniform(0, 100), rng.uniform(0, 100)) for _ in range(150)]
    model = build_model(make([Kind(0, 30, (5.0,))], [single(k) for k in range(1, 150)], places))
    start = search_columns(model, Plan(), Rounds(8000), 1)
    alone = feed_from_pyvrp(model, Rounds(1), 3)[-1]
    after = feed_from_pyvrp(model, Rounds(1), 3, start)[-1]
    assert solution_value(model, alone) > solution_value(model, start)
    assert solution_value(model, after) <= solution_value(model, start) + 1e-6


def test_same_seed_and_rounds_give_the_same_routes():
    places = [(k * 37 % 101, k * 53 % 89) for k in range(20)]
    problem = make([Kind(0, 9, (4.0,))], [single(k) for k in range(1, 20)], places)
    assert search_routes(problem, Plan(), QUICK, seed=4) == search_routes(
        problem, Plan(), QUICK, seed=4
    )


def test_two_visits_of_a_request_lie_on_days_of_one_pattern():
    # Places 1 and 2 are neighbours; 1 may go on days (0, 2) or (1, 3), 2 on (1, 3) only:
    # together on days 1 and 3 they need two tours of 2 x 11; apart four tours, twice 20 and 22.
    days = [Kind(0, 1, (5.0,)) for _ in range(4)]
    requests = [
        single(1, patterns=(((0,), (2,)), ((1,), (3,)))),
        single(2, patterns=(((1,), (3,)),)),
    ]
    problem = make(days, requests, [(0, 0), (10, 0), (11, 0)])
    found = search_routes(problem, Plan(), QUICK, seed=1)
    assert sorted((r.kind, sorted(r.requests)) for r in found) == [(1, [0, 1]), (3, [0, 1])]
    assert length(problem, found) == pytest.approx(44.0)


def test_a_dear_pattern_is_taken_only_where_it_saves_more():
    days = [Kind(0, 1, (5.0,)) for _ in range(2)]
    for surcharge, kinds in ((15.0, {1}), (25.0, {0, 1})):  # going twice costs 20 more
        requests = [
            single(1, patterns=(((1,),),)),
            single(1, patterns=(((0,),), ((1,),)), costs=(0.0, surcharge)),
        ]
        problem = make(days, requests, [(0, 0), (10, 0)])
        found = search_routes(problem, Plan(), QUICK, seed=1)
        assert {r.kind for r in found} == kinds


def test_a_pair_is_fetched_before_it_is_brought_and_never_over_the_room():
    # Fetched far away, brought near: the short way round (near first) is forbidden.
    places = [(0, 0), (30, 0), (10, 0), (31, 0), (11, 0)]
    problem = make([Kind(0, 2, (1.0,))], [pair(1, 2), pair(3, 4)], places)
    found = search_routes(problem, Plan(), QUICK, seed=1)
    for route in found:
        load = 0
        for place in route.places:
            load += 1 if place in (1, 3) else -1
            assert 0 <= load <= 1
    wide = make([Kind(0, 2, (2.0,))], [pair(1, 2), pair(3, 4)], places)
    together = search_routes(wide, Plan(), QUICK, seed=1)
    assert length(wide, together) == pytest.approx(62.0)
    assert length(problem, found) > 62.0


def test_a_window_that_has_closed_needs_another_route():
    late = ((0.0, 15.0),)
    places = [(0, 0), (10, 0), (-10, 0)]
    free = make([Kind(0, 2, (9.0,))], [single(1), single(2)], places)
    assert len(search_routes(free, Plan(), QUICK, seed=1)) <= 2
    tight = make([Kind(0, 2, (9.0,))], [single(1, window=late), single(2, window=late)], places)
    assert len(search_routes(tight, Plan(), QUICK, seed=1)) == 2


def test_a_route_is_no_longer_than_allowed_with_services():
    places = [(0, 0), (10, 0), (12, 0)]
    for longest, num in ((34.0, 1), (33.9, 2)):  # 24 of driving and 2 x 5 of service
        requests = [single(1, service=5.0), single(2, service=5.0)]
        problem = make([Kind(0, 2, (9.0,), longest)], requests, places)
        assert len(search_routes(problem, Plan(), QUICK, seed=1)) == num


def test_what_costs_more_than_leaving_it_out_is_left_out():
    for penalty, served in ((19.0, []), (21.0, [0])):  # there and back is 20
        problem = make([Kind(0, 1, (9.0,))], [single(1, penalty=penalty)], [(0, 0), (10, 0)])
        found = search_routes(problem, Plan(), QUICK, seed=1)
        assert [q for r in found for q in r.requests] == served


def test_a_fixed_cost_brings_visits_together():
    places = [(0, 0), (10, 0), (-10, 0)]
    problem = make([Kind(0, 2, (9.0,), fixed=1.0)], [single(1), single(2)], places)
    assert len(search_routes(problem, Plan(), QUICK, seed=1)) == 1


def test_fewest_routes_come_before_the_least_length():
    # Two near pairs far apart: two routes are shortest (44), one serves all (64 by (0,1,2,3,4)).
    places = [(0, 0), (10, 0), (11, 0), (-10, 0), (-11, 0)]
    requests = [pair(1, 2), pair(3, 4)]
    kind = Kind(0, 4, (1.0,), closes_min=1000.0)
    one = search_routes(make([kind], requests, places), Plan(saves_routes=True), QUICK, seed=1)
    assert len(one) == 1


def test_kinds_drive_on_their_own_roads():
    short, long = ways([(0, 0), (10, 0)])[0], ways([(0, 0), (99, 0)])[0]
    problem = RouteProblem(
        (Kind(0, 1, (9.0,), road=0), Kind(0, 1, (9.0,), road=1)),
        (single(1, patterns=(((0, 1),),)),),
        np.stack([long, short]),
        np.stack([long, short]),
    )
    assert [r.kind for r in search_routes(problem, Plan(), QUICK, seed=1)] == [1]


def test_slots_of_a_pattern_that_share_a_kind_are_refused():
    with pytest.raises(ValueError, match="share a kind"):
        build_model(make([Kind(0, 1, (1.0,))], [single(1, patterns=(((0,), (0,)),))], [(0, 0)] * 2))


def test_value_of_columns_counts_what_is_left_out():
    requests = [single(1, penalty=50.0), single(2, penalty=70.0)]
    model = build_model(make([Kind(0, 2, (9.0,))], requests, [(0, 0), (10, 0), (20, 0)]))
    assert solution_value(model, [price(model, 0, (0,))]) == pytest.approx(20.0 + 70.0)
    assert build_state(model, 1).length.sum() == 0


def test_seconds_leave_time_for_the_choice():
    effort = Seconds(100.0)
    assert effort.search_s == 96.0
    assert 0.0 <= effort.share(0) < 0.01
    name, value = effort.choice_effort(10)
    assert name == "max_time_in_seconds"
    assert 98.0 < value < 100.0


def test_legs_take_up_the_whole_effort():
    legs = Seconds(40.0, start=5.0).legs(4)
    assert [leg.start for leg in legs] == pytest.approx([5.0, 25.0, 25.0 + 20 / 3, 25.0 + 40 / 3])
    assert legs[-1].start + legs[-1].seconds == pytest.approx(45.0)
    assert Rounds(1000).legs(3) == [Rounds(500), Rounds(250), Rounds(250)]
    assert Rounds(1000).legs(1) == [Rounds(1000)]


def test_a_function_that_cannot_be_kept_is_compiled_all_the_same(monkeypatch):
    monkeypatch.setattr(numba.core.caching.FunctionCache._impl_class, "_locator_classes", [])

    def double(x: int) -> int:
        return 2 * x

    assert entry(double)(21) == 42
