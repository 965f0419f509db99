"""What rotations with a given first month are worth at most."""

from collections.abc import Sequence
from dataclasses import replace

from rotation.instance.arrays import list_arrays
from rotation.instance.first_month import (
    FirstMonth,
    decide_first_month,
    list_first_stays,
    list_options,
)
from rotation.instance.instance import RotationInstance
from rotation.lagrangian.batch_paths import Prices
from rotation.lagrangian.bound import bound_at, fit_floors, list_terms, no_paths, no_prices


def bound_first_months(
    instance: RotationInstance, choices: Sequence[FirstMonth], prices: Prices
) -> tuple[float, ...]:
    """Return for each first month the most that a rotation is worth, but for that month's money.

    At given prices the bound is a sum over batches, so that what each batch may do is looked at
    once. The bound without any prices is looked at too: it is close where little is left open.

    Parameters
    ----------
    prices
        Multipliers of the relaxation, of the right sign.
    """
    visit_points = instance.visit_points.copy()
    visit_points[:, 0] = 0.0
    free = replace(instance, visit_points=visit_points)
    arrays = list_arrays(free)
    come, go = prices.come.copy(), prices.go.copy()
    come[:, 0] = go[:, 0] = 0.0
    known = fit_floors(prices, arrays)._replace(come=come, go=go)
    priced, bare = (_bound(free, choices, one) for one in (known, no_prices(arrays)))
    return tuple(
        min(one, other) + _count_visits(instance, choice)
        for one, other, choice in zip(priced, bare, choices, strict=True)
    )


def _count_visits(instance: RotationInstance, choice: FirstMonth) -> float:
    """Return what is to be added for the visits of the first month: their wish, not their money."""
    moved = [stay for stays in list_first_stays(instance, choice) for stay in stays]
    money = sum(float(instance.extra_points[stay.batch, stay.library, 0]) for stay in moved)
    return money - instance.problem.rules.weight_visit * len({stay.library for stay in moved})


def _bound(
    instance: RotationInstance, choices: Sequence[FirstMonth], prices: Prices
) -> list[float]:
    def bound(options: dict[int, int]) -> float:
        arrays = list_arrays(decide_first_month(instance, options))
        return bound_at(arrays, list_terms(arrays), prices, no_paths(arrays))[0]

    whole = bound({})
    added = {
        (b, option): bound({b: option}) - whole
        for b in range(len(instance.books))
        for option in list_options(instance, b)
    }
    return [whole + sum(added[pair] for pair in enumerate(choice)) for choice in choices]
