"""A closer bound where batches share demand: the groups of each library looked at one by one."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

from rotation.instance.arrays import Tables
from rotation.instance.instance import Grid
from rotation.lagrangian.bound import Groups, bound_at, fit_floors, list_terms, no_choice
from rotation.lagrangian.subgradient import Bound, Descent

BEGIN = 0.3
"""Share of a descent that is behind where it goes on with groups."""

EXACT_LOOKS = 8
"""How many times all groups are looked at; between, only those remembered, which is quicker."""


def refine_bound(
    grid: Grid,
    tables: Tables,
    loose: Bound,
    threads: Executor,
    done_after: Callable[[int], float],
) -> Bound:
    """Return the bound with the prices of groups that make it least.

    Parameters
    ----------
    loose
        The bound to begin with; it is returned if it cannot be lowered.
    done_after
        Share of the work that is done after so many rounds; it ends at 1.
    """
    groups = Groups(tables)
    if not groups.any:
        return loose
    terms = list_terms(tables, len(grid.pins))
    prices = groups.convert(loose.prices, terms)
    descent = Descent(grid, tables, threads, prices=prices, groups=groups)
    looks = 0
    while (done := done_after(descent.rounds)) < 1.0:
        is_exact = done * EXACT_LOOKS >= looks + 1
        if is_exact:
            looks += 1
            descent.forget_best()
        descent.step(BEGIN + (1 - BEGIN) * done, is_exact=is_exact)
    prices = descent.best.prices
    points, _ = bound_at(
        tables, descent.terms, prices, no_choice(tables), threads=threads, groups=groups
    )
    return replace(loose, points=points, of_groups=prices) if points < loose.points else loose


def bound_again(tables: Tables, num_pins: int, bound: Bound) -> Bound:
    """Return a bound at its earlier prices of groups, where it has any, if they make it closer."""
    groups = Groups(tables)
    if bound.of_groups is None or not groups.any:
        return bound
    terms = groups.terms(list_terms(tables, num_pins))
    prices = fit_floors(bound.of_groups, tables)
    points, _ = bound_at(tables, terms, prices, no_choice(tables), groups=groups)
    return replace(bound, points=min(points, bound.points))
