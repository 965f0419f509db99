"""Good prices for the bound and for the search, by descent on the Lagrangian bound.

Each round steps against what is left of every limit, smoothed over rounds and measured by its own
size so far, with steps that shrink to nothing by the end. What the best paths take in the later
rounds approaches a solution of the linear relaxation.

References
----------
Held, Wolfe, Crowder, *Mathematical Programming* 6, 1974, 62-88 (subgradient descent on Lagrangian
bounds); Kingma and Ba, *Adam*, 2015 (steps by moving averages of slopes and of their squares);
Larsson, Patriksson, Strömberg, *Mathematical Programming* 86, 1999, 283-312 (what is taken on
average converges to a primal solution).
"""

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from rotation.instance.arrays import Arrays
from rotation.lagrangian.batch_paths import Prices, Terms
from rotation.lagrangian.bound import (
    Groups,
    bound_at,
    least_worth_of_loss,
    list_terms,
    no_paths,
    no_prices,
    rank_places,
)
from rotation.problem import Floats, Ints

STEP = 0.02
"""First step of a price, as a share of what a month of a usual stay is worth."""

STEP_OF_LOSS = 0.045
"""First step of what a lost use counts, as a share of a use's points."""

SMOOTH, SMOOTH_SQUARES = 0.9, 0.99
LEAST_SLOPE = 0.01
"""Slopes are measured by at least this share of the usual one of their kind."""

AVERAGED_FROM = 0.5
"""Share of the rounds after which what is taken counts."""

LEAST_CROWD = 1e-3
FIRST_RELIEF = 0.7


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound, the prices that gave it, and what a month at a library costs (library, month).

    `of_groups` are the prices that gave a closer one, if groups were looked at one by one.
    """

    points: float
    prices: Prices
    guide: Floats
    of_groups: Prices | None = None


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The relaxation's answer: its bound, and how much it takes of each stay, most first.

    Rows of `stays` are batch, library, first month (negative for a running one) and the month it
    leaves; `share` is from 0 to 1. `places` are those of the arrays, most wanted first.
    """

    bound: Bound
    places: Ints
    stays: Ints
    share: Floats
    points: Floats


class Descent:
    """A descent on the bound of one instance, round by round."""

    def __init__(
        self,
        arrays: Arrays,
        threads: Executor | None = None,
        *,
        prices: Prices | None = None,
        groups: Groups | None = None,
        steps: Mapping[str, Floats | float] | None = None,
        terms: Terms | None = None,
    ) -> None:
        self.arrays, self.threads, self.groups = arrays, threads, groups
        self.terms = terms or list_terms(arrays)
        if groups:
            self.terms = groups.terms(self.terms)
        self.prices = self._first_prices()
        if prices is not None:
            self.prices = Prices(*(price.copy() for price in prices))
        self.steps = steps or self._list_steps()
        self.slope = no_prices(arrays)
        self.squares = no_prices(arrays)
        self.rounds = 0
        self.taken, self.weight = no_paths(arrays), 0.0
        self.best = Bound(float("inf"), self.prices, np.zeros(arrays.capacity.shape))

    def step(self, done: float, *, is_exact: bool = True) -> None:
        """Look at the bound at the prices, keep them if it is the best so far, and step.

        Parameters
        ----------
        done
            Share of the descent behind, below 1.
        is_exact
            Otherwise only good groups are looked at, and what is best so far is no bound.
        """
        share = 0.0 if done < AVERAGED_FROM else 1.0
        self.weight += share
        points, left = bound_at(
            self.arrays,
            self.terms,
            self.prices,
            self.taken,
            share=share,
            threads=self.threads,
            groups=self.groups,
            is_exact=is_exact,
        )
        if points < self.best.points:
            usual = float(self.arrays.books.mean()) if self.arrays.books.size else 0.0
            prices = Prices(*(price.copy() for price in self.prices))
            self.best = Bound(points, prices, prices.place + prices.book * usual)
        self.rounds += 1
        parts = zip(Prices._fields, self.prices, self.slope, self.squares, left, strict=True)
        for name, *of_one in parts:
            if name in self.steps:
                self._step(self.steps[name] * (1.0 - done), *of_one)
        self._keep_signs()

    def close(self, *, is_ranked: bool = True) -> Relaxed:
        """Return the relaxation as it is; unless `is_ranked`, places are as they were."""
        arrays, (planned, ended) = self.arrays, self.taken
        batch, library, first, length = np.nonzero(planned)
        runs, leaves = np.nonzero(ended)
        counted = np.concatenate([ended[runs, leaves], planned[batch, library, first, length]])
        share = counted / max(self.weight, 1.0)
        points = np.concatenate(
            [arrays.run_value[runs, leaves], arrays.value[batch, library, first, length]]
        )
        running = (runs, arrays.run_library[runs], arrays.run_first[runs], leaves)
        stays = np.hstack([running, (batch, library, first, first + length + 1)]).T
        order = np.argsort(-np.round(share, 6), kind="stable")
        places = arrays.places
        if is_ranked:
            places = rank_places(arrays, self.terms, self.best.prices)
        return Relaxed(self.best, places, stays[order], share[order], points[order])

    def _step(
        self, step: Floats | float, price: Floats, slope: Floats, squares: Floats, left: Floats
    ) -> None:
        slope += (1.0 - SMOOTH) * (left - slope)
        squares += (1.0 - SMOOTH_SQUARES) * (left * left - squares)
        usual = float(squares.mean()) if squares.size else 0.0
        fair = (1.0 - SMOOTH_SQUARES**self.rounds) / (1.0 - SMOOTH**self.rounds) ** 2
        size = np.sqrt((squares + LEAST_SLOPE * usual + 1e-30) / fair)
        price -= step * slope / size

    def _keep_signs(self) -> None:
        prices, worth = self.prices, least_worth_of_loss(self.arrays)[:, None, None]
        if self.groups:
            alone = ~self.groups.guests.is_grouped
            prices.place[alone] = np.maximum(prices.place[alone], 0.0)
            for name, price in zip(Prices._fields, prices, strict=True):
                if name not in {"place", "crowd", "even"}:
                    np.maximum(price, 0.0, out=price)
            return
        for price in prices:
            np.maximum(price, 0.0, out=price)
        if "crowd" in self.steps:
            worth = worth * self._is_shared()
            np.clip(prices.crowd, LEAST_CROWD * worth, worth, out=prices.crowd)
            np.minimum(prices.relief, prices.crowd, out=prices.relief)

    def _first_prices(self) -> Prices:
        """Return prices at which a visit is worth what it costs, and lost uses count in part."""
        arrays, terms = self.arrays, self.terms
        prices = no_prices(arrays)
        prices.come[:] = 0.5 * arrays.visit_points / terms.brought
        prices.go[:] = 0.5 * arrays.visit_points / terms.fetched
        if self._is_shared().any():
            prices.crowd[:] = least_worth_of_loss(arrays)[:, None, None] * self._is_shared()
            prices.relief[:] = FIRST_RELIEF * prices.crowd
        return prices

    def _is_shared(self) -> Floats:
        """Return 1 where several batches may share the demand: library, month, any category."""
        shared: Floats = (self.arrays.is_joint & (self.arrays.capacity > 1)).astype(np.float64)
        return shared[:, :, None]

    def _list_steps(self) -> dict[str, Floats | float]:
        """Return the first step of each kind of price."""
        arrays = self.arrays
        months = np.arange(1, arrays.value.shape[3] + 1)
        by_month = np.where(np.isfinite(arrays.value), arrays.value / months, 0.0)
        usual = float(by_month.max(axis=(1, 2, 3), initial=0.0).mean()) if by_month.size else 0.0
        step = STEP * max(usual, 1.0)
        books = float(arrays.books.mean()) if arrays.books.size else 1.0
        steps: dict[str, Floats | float] = {"place": step}
        if (arrays.capacity_books < arrays.capacity * arrays.books.max(initial=0)).any():
            steps["book"] = step / max(books, 1.0)
        visit = STEP * (arrays.visit_points + step)
        if arrays.visit_points.any() or arrays.visit_hours.any():
            steps["come"], steps["go"] = visit / self.terms.brought, visit / self.terms.fetched
        if self.groups and arrays.uneven.any():
            steps["even"] = float(visit.mean())
        if arrays.visit_hours.any():
            steps["hour"] = step / float(arrays.visit_hours.mean())
        if arrays.memory >= arrays.value.shape[2]:
            steps["once"] = step
        if len(arrays.floor_first):
            steps["floor"] = step
        if self._is_shared().any():
            worth = least_worth_of_loss(arrays)[:, None, None]
            steps["crowd"] = steps["relief"] = STEP_OF_LOSS * worth
        return steps
