"""A closer bound where batches share demand, by their groups; and bounds from earlier prices."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np

from rotation.instance.arrays import Arrays
from rotation.instance.instance import NEVER
from rotation.lagrangian.bound import (
    Groups,
    bound_at,
    fit_floors,
    list_terms,
    no_paths,
    rank_places,
)
from rotation.lagrangian.subgradient import Bound, Descent, Relaxed
from rotation.problem import IndexStay, Schedule

BEGIN = 0.3
"""Share of a descent that is behind where it goes on with groups."""

EXACT_LOOKS = 8
"""How many times all groups are looked at; between, only those remembered, which is quicker."""


def refine_bound(
    arrays: Arrays, loose: Bound, threads: Executor, done_after: Callable[[int], float]
) -> Bound:
    """Return the bound with the prices of groups that make it least.

    Parameters
    ----------
    loose
        The bound to begin with; it is returned if it cannot be lowered.
    done_after
        Share of the work that is done after so many rounds; it ends at 1.
    """
    groups = Groups(arrays)
    if not groups.any:
        return loose
    terms = list_terms(arrays)
    prices = groups.convert(loose.prices, terms)
    descent = Descent(arrays, threads, prices=prices, groups=groups)
    looks = 0
    while (done := done_after(descent.rounds)) < 1.0:
        is_exact = done * EXACT_LOOKS >= looks + 1
        if is_exact:
            looks += 1
            descent.best = replace(descent.best, points=float("inf"))  # those before: no bound
        descent.step(BEGIN + (1 - BEGIN) * done, is_exact=is_exact)
    prices = descent.best.prices
    points, _ = bound_at(
        arrays, descent.terms, prices, no_paths(arrays), threads=threads, groups=groups
    )
    return replace(loose, points=points, of_groups=prices) if points < loose.points else loose


def bound_again(arrays: Arrays, bound: Bound) -> Bound:
    """Return a bound at its earlier prices of groups, where it has any, if they make it closer."""
    groups = Groups(arrays)
    if bound.of_groups is None or not groups.any:
        return bound
    terms = groups.terms(list_terms(arrays))
    prices = fit_floors(bound.of_groups, arrays)
    points, _ = bound_at(arrays, terms, prices, no_paths(arrays), groups=groups)
    return replace(bound, points=min(points, bound.points))


def relax_again(arrays: Arrays, schedule: Schedule, before: Bound) -> Relaxed:
    """Return a schedule as if a relaxation took it whole, with a bound at earlier multipliers.

    Multipliers of the right sign give a valid bound at any prices of visits, so no descent is made
    anew. Where other floors hold than before, floors get no multipliers.

    Parameters
    ----------
    schedule
        Stays that the rules do not allow any more are left out.
    before
        The bound of the same batches, libraries and months.
    """
    prices, terms = fit_floors(before.prices, arrays), list_terms(arrays)
    rows = [
        (*stay, worth)
        for own in schedule
        for stay in own
        if np.isfinite(worth := _worth(arrays, stay))
    ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 5)
    points = bound_at(arrays, terms, prices, no_paths(arrays))[0]
    return Relaxed(
        replace(before, points=points, prices=prices),
        rank_places(arrays, terms, prices),
        table[:, :4].astype(np.int64),
        np.ones(len(rows)),
        table[:, 4],
    )


def _worth(arrays: Arrays, stay: IndexStay) -> float:
    """Return the points of a stay alone; −inf where a rule forbids it."""
    batch, library, first, end = stay
    if first < 0:
        return float(arrays.run_value[batch, end])
    if end - first > arrays.value.shape[3]:
        return NEVER
    return float(arrays.value[batch, library, first, end - first - 1])
