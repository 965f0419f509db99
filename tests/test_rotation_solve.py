from dataclasses import replace
from functools import cache

import pytest
from rotation_cases import FIRST, change_library, make_problem
from rotation_random import draw_problem, enumerate_best, give_second_depot

from province.errors import InfeasibleError
from rotation.checks.rules import verify_rotation
from rotation.instance.instance import build_instance
from rotation.instance.score import Scorer
from rotation.lns.params import PARAMS, Pace
from rotation.lns.search import search
from rotation.problem import IndexStay
from rotation.solve.solve import find_rotation, is_proved_infeasible

pytestmark = pytest.mark.usefixtures("few_iterations")

WORK = 0.1
SEEDS = tuple(range(12))


@cache
def _enumerate(seed, plain):
    return enumerate_best(draw_problem(seed, plain=plain))


def _solve(seed, plain):
    return find_rotation(draw_problem(seed, plain=plain), seed=0, work=WORK)[0]


@pytest.mark.parametrize("plain", [True, False], ids=["plain", "crowded"])
@pytest.mark.parametrize("seed", SEEDS)
def test_plan_keeps_the_rules_and_bound_holds_for_the_best_of_all(seed, plain):
    problem = draw_problem(seed, plain=plain)
    best, idle = _enumerate(seed, plain)
    if best is None:
        with pytest.raises(InfeasibleError):
            _solve(seed, plain)
        return
    plan = _solve(seed, plain)
    assert verify_rotation(problem, plan) == ()
    assert plan.bound >= plan.objective
    assert plan.bound >= best - 1e-6
    if idle is not None:
        assert plan.objective >= idle - 1e-5
    assert plan.objective == pytest.approx(best, abs=1e-4)
    assert plan.objective == pytest.approx(sum(points for _, points in plan.wishes), abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_two_depots_the_plan_is_the_best_of_all_and_crosses_nowhere(seed):
    problem = give_second_depot(draw_problem(seed, plain=False), seed)
    best, _ = enumerate_best(problem)
    if best is None:
        with pytest.raises(InfeasibleError):
            find_rotation(problem, work=WORK)
        return
    plan, _ = find_rotation(problem, work=WORK)
    assert verify_rotation(problem, plan) == ()
    assert plan.objective == pytest.approx(best, abs=1e-4)
    assert plan.objective == pytest.approx(sum(points for _, points in plan.wishes), abs=1e-4)
    assert plan.bound >= best - 1e-6
    homes = {batch.batch_id: batch.depot_id for batch in problem.batches}
    for move in plan.movements:
        for site in (move.from_site, move.to_site):
            if site in problem.depots:
                assert site == homes[move.batch_id]
            else:
                limit = problem.reach.depot_boxes.get((homes[move.batch_id], site, move.month), 2)
                assert limit >= 2, "no vehicle of its depot carries its two boxes there"


def test_what_a_visit_costs_more_from_a_batchs_own_depot_is_borne_by_its_stay():
    """By hand: 400,000 more for D at P3, at 60 uses a million 24 points; half of it for bringing.

    D is brought in February and stays on: 12 points. Where it leaves in March, 24.
    """
    problem = make_problem()
    far = {("KH2", "P3", month): 400_000 for month in problem.months}
    batches = (*problem.batches[:3], replace(problem.batches[3], depot_id="KH2"))
    dear = replace(problem, batches=batches, reach=replace(problem.reach, extra_vnd=far))
    for end, more in ((4, 12.0), (3, 24.0)):
        schedule = ((), (), (), (IndexStay(3, 2, 2, end),))
        own, other = (Scorer(build_instance(one)).score(schedule) for one in (dear, problem))
        assert other.money - own.money == pytest.approx(more)
        assert other.points - own.points == pytest.approx(more)
        assert build_instance(problem).value[3, 2, 2, end - 3] - build_instance(dear).value[
            3, 2, 2, end - 3
        ] == pytest.approx(more)


def test_a_batch_that_stands_there_bears_what_fetching_it_costs_more():
    """By hand: A at P1 lives at KH2 and 400,000 more are 24 points; half of it for fetching."""
    problem = make_problem()
    far = {("KH2", "P1", month): 400_000 for month in problem.months}
    batches = (replace(problem.batches[0], depot_id="KH2"), *problem.batches[1:])
    dear = replace(problem, batches=batches, reach=replace(problem.reach, extra_vnd=far))
    own, other = build_instance(dear).run_value[0], build_instance(problem).run_value[0]
    assert other[1] - own[1] == pytest.approx(12.0)
    ends = [end for end in range(len(own)) if own[end] > -float("inf")]
    for end in ends:
        assert other[end] - own[end] == pytest.approx(12.0 if end < 4 else 0.0)


def test_too_few_batches_of_one_depot_are_told_with_the_depot():
    """D alone lives at KH2, whose vehicles alone get to all three libraries within two months."""
    problem = make_problem()
    rules = problem.rules.model_copy(update={"max_empty_months": 1})
    only = {("KHO", f"P{p}", month): 0 for p in (1, 2, 3) for month in problem.months}
    batches = (*problem.batches[:3], replace(problem.batches[3], depot_id="KH2"))
    nowhere = tuple(replace(p, site_id="KHO", months_there=0) for p in problem.placements)
    short = replace(
        problem, batches=batches, rules=rules, placements=nowhere, depots=("KHO", "KH2"),
        reach=replace(problem.reach, depot_boxes=only),
    )  # fmt: skip
    with pytest.raises(
        InfeasibleError, match="depot KH2: rule no_library_stands_empty_too_long: 1"
    ):
        find_rotation(short, work=WORK)
    pinned = replace(problem, pins=frozenset({(0, 1, 2)}), reach=short.reach, batches=batches)
    with pytest.raises(InfeasibleError, match="of its depot KHO gets its 2 boxes there in time"):
        find_rotation(pinned, work=WORK)


def test_same_seed_gives_the_same_plan():
    assert _solve(3, False) == _solve(3, False)
    problem = make_problem()
    assert (
        find_rotation(problem, seed=7, work=WORK)[0] == find_rotation(problem, seed=7, work=WORK)[0]
    )


def test_plan_by_the_solver_is_worth_at_least_the_plan_by_hand():
    problem = make_problem()
    plan = find_rotation(problem, work=WORK)[0]
    by_hand = [[(0, -1, 1), (1, 1, 3)], [(0, 1, 4)], [(2, 0, 2), (1, 3, 4)], [(2, 2, 4)]]
    schedule = tuple(
        tuple(IndexStay(b, *stay) for stay in stays) for b, stays in enumerate(by_hand)
    )
    score = Scorer(build_instance(problem)).score(schedule)
    assert score.debts == 0
    assert plan.objective >= score.points
    assert verify_rotation(problem, plan) == ()


def test_pin_is_kept_though_it_costs():
    free = find_rotation(make_problem(), work=WORK)[0]
    pinned_problem = replace(make_problem(), pins=frozenset({(3, 1, 0)}))
    pinned = find_rotation(pinned_problem, work=WORK)[0]
    assert verify_rotation(pinned_problem, pinned) == ()
    assert any(
        stay.batch_id == "D" and stay.site_id == "P2" and stay.first_month == FIRST
        for stay in pinned.stays
    )
    assert pinned.objective <= free.objective + 1e-6


def test_impossible_pin_is_named_with_what_keeps_it():
    problem = change_library(make_problem(), "P2", capacity_books=69)
    with pytest.raises(InfeasibleError) as caught:
        find_rotation(replace(problem, pins=frozenset({(3, 1, 0)})), work=WORK)[0]
    assert str(caught.value.reasons[0]) == (
        "D is pinned to P2 in 2026-12, but its 70 books do not fit on shelves for 69; "
        "raise capacity_books"
    )


def test_two_pins_of_one_batch_in_one_month_are_named():
    problem = replace(make_problem(), pins=frozenset({(1, 0, 2), (1, 2, 2)}))
    with pytest.raises(InfeasibleError, match="B is pinned to two libraries in 2027-02"):
        find_rotation(problem, work=WORK)[0]


def test_interrupted_search_keeps_the_best_so_far_and_says_so():
    instance = build_instance(make_problem())
    heard = []

    def interrupt(what, share):
        heard.append(str(what))
        if len(heard) == 12:
            raise KeyboardInterrupt

    solution = search(instance, pace=Pace(work=5.0), progress=interrupt)
    assert solution.status == "interrupted"
    assert len(heard) == 12
    score = Scorer(instance).score(solution.schedule)
    assert score.debts == 0
    assert score.points == pytest.approx(solution.rank)
    assert solution.bound.points >= score.points


def test_plan_interrupted_while_bounding_still_has_a_bound():
    def interrupt(what, share):
        raise KeyboardInterrupt

    plan = find_rotation(make_problem(), progress=interrupt)[0]
    assert plan.status == "interrupted"
    assert plan.objective <= plan.bound < float("inf")
    assert verify_rotation(make_problem(), plan) == ()


def test_little_work_is_little_where_batches_are_many_and_small_problems_get_enough_anyhow():
    least = PARAMS.least_iterations
    assert Pace(work=0.01, batches=10).iterations == least
    assert Pace(work=0.01, batches=66).iterations == round(least * 10 / 66)
    assert Pace(work=0.05, batches=66).iterations < least <= Pace(work=0.15, batches=66).iterations


def test_search_stops_at_a_gap_that_is_enough():
    instance = build_instance(make_problem())
    epochs = []
    enough = search(
        instance,
        pace=Pace(work=5.0, gap=0.9),
        progress=lambda what, _: epochs.append(str(what)),
    )
    assert enough.gap <= 0.9
    assert "improving the rotation" not in epochs


def test_too_many_libraries_for_one_batch_are_proved_infeasible():
    # one batch cannot keep three libraries from standing empty for more than a month
    problem = make_problem()
    one = replace(
        problem,
        batches=problem.batches[1:2],
        placements=problem.placements[1:2],
        offer=problem.offer[1:2],
        titles=problem.titles[1:2],
        rules=problem.rules.model_copy(update={"max_empty_months": 1}),
    )
    assert is_proved_infeasible(build_instance(one))
    with pytest.raises(InfeasibleError) as caught:
        find_rotation(one, work=WORK)[0]
    assert str(caught.value.reasons[0]).startswith(
        "rule no_library_stands_empty_too_long: 1 batches are at no more than 2 libraries within "
        "2 months, and 3 must have one"
    )


def test_what_is_feasible_is_not_proved_infeasible():
    assert not is_proved_infeasible(build_instance(make_problem()))
