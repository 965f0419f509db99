"""The closer bound on joint demand: against every group that there is, and every schedule."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from rotation_cases import change_library, change_rules
from rotation_random import draw_problem, enumerate_best

from benchmarks.rotation import draw_problem as draw_at_scale
from benchmarks.rotation import make_instance
from rotation.instance.arrays import list_arrays
from rotation.instance.instance import build_instance
from rotation.lagrangian.bound import (
    Groups,
    bound_at,
    least_worth_of_loss,
    list_terms,
    no_paths,
    no_prices,
)
from rotation.lagrangian.groups import choose_groups
from rotation.lagrangian.refine import bound_again, refine_bound
from rotation.lagrangian.subgradient import Descent

pytestmark = pytest.mark.usefixtures("few_iterations")

GROUPED_CASES = 12


def _several_at_once(case, at_once=3):
    problem = change_library(draw_problem(case, plain=case % 2 == 0), "P1", capacity_books=400)
    return change_rules(problem, max_batches_per_library=at_once)


def _draw_prices(arrays, rng, scale):
    none = no_prices(arrays)
    drawn = {
        name: rng.uniform(0, scale, getattr(none, name).shape)
        for name in ("come", "go", "hour", "once", "floor")
    }
    return none._replace(
        **drawn,
        place=rng.uniform(-scale, scale, none.place.shape),
        crowd=rng.uniform(-0.5, 1.5, none.crowd.shape),
        relief=rng.uniform(0, 1, none.relief.shape),
    )


def _worth_of_best_group(arrays, prices, library, month, most):
    """Return what the best of all groups is worth: each batch in any month of its stay."""
    worth = least_worth_of_loss(arrays)[library] * arrays.demand[library, month]
    members = []
    for b, first in enumerate(arrays.run_first.tolist()):
        may = [
            (arrays.level[b, library, s], month - s)
            for s in range(month + 1)
            if month - s < arrays.value.shape[3]
        ]
        if not np.isfinite(arrays.value[b, library]).any():
            may = []
        if arrays.run_library[b] == library:
            may.append((arrays.run_level[b], month - first))
        members += [(b, arrays.reach[row] * arrays.fade[age]) for row, age in may]
    best = 0.0
    for size in range(1, most + 1):
        for group in combinations(members, size):
            if len({b for b, _ in group}) < size:
                continue
            shares = np.array([share for _, share in group])
            lost = worth @ (shares.sum(axis=0) - 1 + np.prod(1 - shares, axis=0))
            paid = size * prices.place[library, month]
            demand = arrays.demand[library, month]
            paid += prices.crowd[library, month] @ (demand * shares.sum(axis=0))
            paid -= prices.relief[library, month] @ (demand * (shares**2).sum(axis=0))
            best = max(best, float(paid - lost))
    return best


@pytest.mark.parametrize("at_once", [2, 3, 4])
def test_no_group_is_worth_more_than_the_exact_search_says(at_once):
    sizes = set()
    for case in range(12 // at_once):
        drawn = draw_at_scale(9, 3, 4, seed=case)
        arrays = list_arrays(
            make_instance(drawn, shortest=1, longest=3, at_once=at_once, is_joint=True)
        )
        rng = np.random.default_rng(case)
        prices = _draw_prices(arrays, rng, 1.0)._replace(
            crowd=rng.uniform(0.2, 0.6, arrays.demand.shape),
            relief=rng.uniform(0, 0.3, arrays.demand.shape),
            place=rng.uniform(-20, 5, arrays.capacity.shape),
        )
        groups = Groups(arrays)
        for p in range(3):
            best = sum(_worth_of_best_group(arrays, prices, p, t, at_once) for t in range(4))
            given = (groups.guests, prices, p, p + 1)
            quick = choose_groups(*given, no_prices(arrays), False, groups.columns[0])
            left = no_prices(arrays)
            exact = choose_groups(*given, left, True, groups.columns[0])
            assert quick <= exact + 1e-9
            if at_once <= 3:
                assert exact == pytest.approx(best, abs=1e-9), (case, p)
            assert exact >= best - 1e-9, (case, p)
            sizes |= set(left.place[p].tolist())
    assert {1.0, 2.0, float(min(3, at_once))} <= sizes


@pytest.mark.parametrize("case", range(4))
def test_groups_of_running_stays_are_found(case):
    arrays = list_arrays(build_instance(_several_at_once(case)))
    prices = _draw_prices(arrays, np.random.default_rng(case), 4.0)
    groups = Groups(arrays)
    grouped = groups.guests.is_grouped
    assert grouped.any()
    assert groups.guests.num_runs.any()
    for p in np.flatnonzero(grouped.any(axis=1)).tolist():
        best = sum(
            _worth_of_best_group(arrays, prices, p, t, int(arrays.capacity[p, t]))
            for t in np.flatnonzero(grouped[p]).tolist()
        )
        given = (groups.guests, prices, p, p + 1, no_prices(arrays))
        assert choose_groups(*given, True, groups.columns[0]) == pytest.approx(best, abs=1e-9)


def test_any_prices_of_groups_bound_every_schedule():
    for case in range(GROUPED_CASES):
        problem = _several_at_once(case)
        best, _ = enumerate_best(problem)
        if best is None:
            continue
        arrays, rng = list_arrays(build_instance(problem)), np.random.default_rng(case)
        groups = Groups(arrays)
        terms = groups.terms(list_terms(arrays))
        for scale in (0.0, 1.0, 10.0, 50.0):
            prices = _draw_prices(arrays, rng, scale)
            prices.place[~groups.guests.is_grouped] = scale
            points, _ = bound_at(arrays, terms, prices, no_paths(arrays), groups=groups)
            assert points >= best - 1e-6, (case, scale)


def test_what_is_left_is_how_the_bound_of_groups_changes():
    for case in range(4):
        problem = _several_at_once(case)
        arrays, rng = list_arrays(build_instance(problem)), np.random.default_rng(case)
        groups = Groups(arrays)
        terms = groups.terms(list_terms(arrays))
        prices = _draw_prices(arrays, rng, 4.0)
        points, left = bound_at(arrays, terms, prices, no_paths(arrays), groups=groups)
        for name in ("place", "crowd", "relief"):
            price = getattr(prices, name)
            for at in np.ndindex(price.shape):
                if not groups.guests.is_grouped[at[:2]]:
                    continue
                changed = price.copy()
                changed[at] += (step := 1e-6)
                more, _ = bound_at(
                    arrays,
                    terms,
                    prices._replace(**{name: changed}),
                    no_paths(arrays),
                    groups=groups,
                )
                slope = float(getattr(left, name)[at])
                assert (more - points) / step == pytest.approx(slope, abs=2e-3), (case, name, at)


def test_looking_at_groups_brings_the_bound_nearer_to_the_best():
    gained = 0
    with ThreadPoolExecutor(2) as threads:
        for case in range(GROUPED_CASES):
            problem = _several_at_once(case)
            best, _ = enumerate_best(problem)
            if best is None:
                continue
            arrays = list_arrays(build_instance(problem))
            descent = Descent(arrays, threads)
            for number in range(200):
                descent.step(number / 200)
            loose = descent.best
            close = refine_bound(arrays, loose, threads, lambda rounds: rounds / 200)
            assert best - 1e-6 <= close.points <= loose.points
            again = bound_again(arrays, replace(close, points=loose.points))
            assert again.points == pytest.approx(close.points)
            if close.of_groups is not None:  # as if other floors had held before
                other = close.of_groups._replace(floor=np.full(len(arrays.floor_first) + 3, 1e6))
                fewer = replace(close, points=np.inf, of_groups=other)
                again = bound_again(arrays, fewer)
                assert best - 1e-6 <= again.points < 1e6
            gained += close.points < loose.points - 1e-6
    assert gained >= 3
