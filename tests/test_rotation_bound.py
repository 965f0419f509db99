"""The search against every schedule there is, with each rule switched on in turn."""

from dataclasses import replace

import numpy as np
import pytest
from rotation_cases import FIRST, change_batch, change_library, change_rules
from rotation_random import draw_problem, enumerate_best

from province.errors import InfeasibleError
from province.stock import Condition
from province.visits import Reach
from rotation.bound import bound_at, no_prices
from rotation.grid import build_grid
from rotation.problem import Stay
from rotation.solve import solve_rotation
from rotation.tables import list_tables
from rotation.verify import verify_rotation

WORK = 0.1
CASES_A_RULE = 12


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


SWITCHES = (
    _back_at_once, _no_chains, _few_hours, _never_empty, _small_shelves, _three_at_once,
    _long_stays, _strict_memory, _short_memory, _wanted_books_only, _owners_networks, _in_repair,
    _resting, _leaves_and_joins, _out_of_reach, _pinned, _kept_stays,
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
                solve_rotation(problem, work=WORK)
            continue
        plan = solve_rotation(problem, work=WORK)
        assert verify_rotation(problem, plan) == ()
        assert plan.bound >= best - 1e-6, case
        assert plan.objective == pytest.approx(best, abs=1e-4), case
        compared += 1
    assert compared >= CASES_A_RULE // 3


def test_any_prices_bound_every_schedule():
    # valid at whatever prices: drawn ones, not the ones that the relaxation finds
    for case in range(10):
        problem = draw_problem(case, plain=case % 2 == 0)
        best, _ = enumerate_best(problem)
        if best is None:
            continue
        tables, rng = list_tables(build_grid(problem)), np.random.default_rng(case)
        for scale in (0.0, 1.0, 10.0, 50.0):
            prices = no_prices(tables)
            for name in ("place", "come", "go", "hour", "once", "floor"):
                drawn = rng.uniform(0, scale, getattr(prices, name).shape)
                setattr(prices, name, drawn)
            prices.book = rng.uniform(0, scale / 70, prices.book.shape)
            prices.crowd = rng.uniform(0, 1, prices.crowd.shape)
            prices.relief = prices.crowd * rng.uniform(0, 1, prices.crowd.shape)
            points, _ = bound_at(tables, prices, len(problem.pins))
            assert points >= best - 1e-6, (case, scale)
