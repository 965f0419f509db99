"""The search against every schedule there is, with each rule switched on in turn."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from rotation_cases import FIRST, change_batch, change_library, change_rules
from rotation_random import draw_problem, enumerate_best

from province.errors import InfeasibleError
from province.stock import Condition
from province.visits import Reach
from rotation.checks.rules import verify_rotation
from rotation.instance.arrays import list_arrays
from rotation.instance.instance import build_instance
from rotation.lagrangian import bound
from rotation.lagrangian.batch_paths import Prices
from rotation.lagrangian.bound import bound_at, list_terms, no_paths, no_prices
from rotation.lagrangian.refine import refine_bound
from rotation.lagrangian.subgradient import Descent
from rotation.problem import Stay
from rotation.solve.solve import find_rotation

pytestmark = pytest.mark.usefixtures("few_iterations")

WORK = 0.02
CASES_A_RULE = 8


def _back_at_once(problem, rng):
    return change_rules(problem, memory_months=0, min_stay_months=1, max_stay_months=1)


def _no_chains(problem, rng):
    return change_rules(problem, chains=False)


def _few_hours(problem, rng):
    return replace(problem, hours_per_month=(5.0,) * len(problem.months))


def _never_empty(problem, rng):
    return change_rules(problem, max_empty_months=int(rng.integers(0, 2)))


def _small_shelves(problem, rng):
    return change_library(problem, "P1", capacity_books=int(rng.choice([60, 75, 139])))


def _three_at_once(problem, rng):
    problem = change_library(problem, "P1", capacity_books=400)
    return change_rules(problem, max_batches_per_library=3)


def _long_stays(problem, rng):
    return change_rules(problem, min_stay_months=2, max_stay_months=3)


def _strict_memory(problem, rng):
    return change_rules(problem, max_seen_share=0.0)


def _short_memory(problem, rng):
    return change_rules(problem, memory_months=1, max_seen_share=0.2)


def _wanted_books_only(problem, rng):
    problem = change_library(problem, "P1", audiences=("child",))
    return change_library(problem, "P2", languages=("vi",))


def _owners_networks(problem, rng):
    problem = change_library(problem, "P2", network="legal")
    return change_batch(problem, "A", networks=("legal",))


def _in_repair(problem, rng):
    return change_batch(problem, "B", condition=Condition.REPAIR)


def _resting(problem, rng):
    return replace(problem, unavailable=frozenset({(0, 0), (1, 1)}))


def _leaves_and_joins(problem, rng):
    last = len(problem.months) - 1
    problem = change_library(problem, "P1", last_month=max(0, last - 1))
    return change_library(problem, "P2", first_month=min(1, last))


def _out_of_reach(problem, rng):
    shut = {("P2", FIRST.plus(1)): 0, ("P1", FIRST): 0}
    return replace(problem, reach=Reach(shut, {}, 200_000, problem.reach.hours))


def _pinned(problem, rng):
    pin = (int(rng.integers(2)), int(rng.integers(2)), int(rng.integers(len(problem.months))))
    return replace(problem, pins=frozenset({pin}))


def _kept_stays(problem, rng):
    stay = Stay("A", "P2", FIRST.plus(1), 1, 1.0, False)
    return replace(change_rules(problem, weight_stability=25.0), last_stays=(stay,))


def _even_months(problem, rng):
    hours = tuple(float(rng.choice([10.0, 15.0, 30.0])) for _ in problem.months)
    problem = change_rules(problem, weight_unevenness=float(rng.choice([3.0, 30.0])))
    return replace(problem, hours_per_month=hours)


SWITCHES = (
    _back_at_once, _no_chains, _few_hours, _never_empty, _small_shelves, _three_at_once,
    _long_stays, _strict_memory, _short_memory, _wanted_books_only, _owners_networks, _in_repair,
    _resting, _leaves_and_joins, _out_of_reach, _pinned, _kept_stays,
    _even_months,
)  # fmt: skip


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: switch.__name__.strip("_"))
def test_search_finds_the_best_of_all_and_the_bound_is_above(switch):
    compared = 0
    for case in range(CASES_A_RULE):
        if switch is _back_at_once and case % 4 == 3:
            continue  # 262,144 schedules
        rng = np.random.default_rng(case)
        problem = switch(draw_problem(100 + case, plain=case % 3 == 0), rng)
        best, _ = enumerate_best(problem)
        if best is None:
            with pytest.raises(InfeasibleError):
                find_rotation(problem, work=WORK)[0]
            continue
        plan = find_rotation(problem, work=WORK)[0]
        assert verify_rotation(problem, plan) == ()
        assert plan.bound >= best - 1e-6, case
        assert plan.objective == pytest.approx(best, abs=1e-4), case
        compared += 1
    assert compared >= CASES_A_RULE // 3


def test_any_prices_bound_every_schedule():
    # valid at whatever prices: drawn ones, not the ones that the relaxation finds
    for case in range(10):
        rng = np.random.default_rng(case)
        problem = _even_months(draw_problem(case, plain=case % 2 == 0), rng)
        best, _ = enumerate_best(problem)
        if best is None:
            continue
        arrays = list_arrays(build_instance(problem))
        terms = list_terms(arrays)
        for scale in (0.0, 1.0, 10.0, 50.0):
            none = no_prices(arrays)
            drawn = {
                name: rng.uniform(0, scale, getattr(none, name).shape)
                for name in ("place", "come", "go", "hour", "once", "floor")
            }
            crowd = rng.uniform(0, 1, none.crowd.shape)
            prices = none._replace(
                **drawn,
                even=rng.uniform(-scale, scale, none.even.shape),
                book=rng.uniform(0, scale / 70, none.book.shape),
                crowd=crowd,
                relief=crowd * rng.uniform(0, 1, crowd.shape),
            )
            points, _ = bound_at(arrays, terms, prices, no_paths(arrays))
            assert points >= best - 1e-6, (case, scale)


def test_what_is_left_of_each_limit_is_how_the_bound_changes_with_its_price(monkeypatch):
    monkeypatch.setattr(bound, "round_off", lambda values: values)  # it hides so small a step
    rng = np.random.default_rng(1)
    for case in range(6):
        problem = draw_problem(case, plain=case % 2 == 0)
        arrays = list_arrays(build_instance(problem))
        terms, none = list_terms(arrays), no_prices(arrays)
        crowd = rng.uniform(0.5, 1, none.crowd.shape)
        prices = Prices(*(rng.uniform(1, 9, part.shape) for part in none))
        prices = prices._replace(
            book=prices.book / 70, crowd=crowd, relief=crowd * rng.uniform(0.2, 0.9, crowd.shape)
        )
        points, left = bound_at(arrays, terms, prices, no_paths(arrays))
        for name in Prices._fields:
            price = getattr(prices, name)
            for at in np.ndindex(price.shape):
                changed = price.copy()
                changed[at] += (step := 1e-6)
                more, _ = bound_at(
                    arrays, terms, prices._replace(**{name: changed}), no_paths(arrays)
                )
                slope = float(getattr(left, name)[at])
                assert (more - points) / step == pytest.approx(slope, abs=2e-3), (case, name, at)


def test_two_threads_find_the_bound_that_one_finds():
    arrays = list_arrays(build_instance(draw_problem(3, plain=False)))
    terms, prices = list_terms(arrays), no_prices(arrays)
    one, two = no_paths(arrays), no_paths(arrays)
    alone = bound_at(arrays, terms, prices, one)
    with ThreadPoolExecutor(2) as threads:
        beside = bound_at(arrays, terms, prices, two, threads=threads)
    assert alone[0] == pytest.approx(beside[0])
    for a, b in zip((*alone[1], *one), (*beside[1], *two), strict=True):
        np.testing.assert_allclose(a, b)


def test_the_closer_bound_counts_what_uneven_months_cost_and_stays_above_the_best():
    lowered = []
    for case in range(8):
        rng = np.random.default_rng(case)
        problem = _three_at_once(draw_problem(case, plain=case % 2 == 0), rng)
        problem = change_rules(_even_months(problem, rng), weight_unevenness=30.0)
        best, _ = enumerate_best(problem)
        if best is None:
            continue
        arrays = list_arrays(build_instance(problem))
        flat = arrays._replace(uneven=np.zeros_like(arrays.uneven))
        even, without = (_refine(one) for one in (arrays, flat))
        assert best - 1e-6 <= even <= without + 1e-6, case
        lowered.append(without - even)
    assert sum(lowered) > 20


def _refine(arrays):
    descent = Descent(arrays)
    for number in range(60):
        descent.step(number / 60)
    with ThreadPoolExecutor(1) as threads:
        return refine_bound(arrays, descent.best, threads, lambda rounds: rounds / 80).points
