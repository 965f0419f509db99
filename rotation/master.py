"""The linear relaxation, by column generation: good prices for the bound and for the search.

HiGHS solves the program over few stays and cuts; stays that its prices find worth taking, and cuts
that its answer breaks, are added. `rotation.bound` makes a valid bound of the prices of each round.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy import optimize

from rotation.bound import (
    Bound,
    Prices,
    bound_at,
    least_worth_of_loss,
    no_prices,
    weigh_shares,
)
from rotation.grid import Grid
from rotation.problem import Floats
from rotation.program import (
    BOOKS_UNIT,
    Bits,
    Columns,
    Cut,
    Matrix,
    add_rows_of_floors,
    add_rows_of_stays,
    add_rows_of_visits,
)
from rotation.tables import Ints, Tables

WORTH_ADDING = 1e-6
CUT_TOLERANCE = 1e-3
"""Points a cut must miss by, relative to what a use counts."""

linprog: Any = optimize.linprog  # its annotations do not know sparse matrices


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The relaxation's answer: its bound, and how much it takes of each stay it knows."""

    bound: Bound
    columns: Columns
    taken: Floats


class Master:
    """The restricted program of one grid, solved round by round."""

    def __init__(self, grid: Grid, tables: Tables) -> None:
        self.tables = tables
        self.num_pins = len(grid.pins)
        self.has_once = grid.problem.rules.memory_months >= grid.num_months
        self.shares, self.weights = weigh_shares(tables)
        self.loss_worth = least_worth_of_loss(tables)
        self.prices = no_prices(tables)
        self.prices.floor[:] = tables.debt
        self.months = np.zeros(tables.value.shape[0:3:2])
        self.chosen: Bits = np.zeros(tables.value.shape, dtype=bool)
        self.cuts: list[Cut] = []
        self.running = _list_running(tables)
        self.columns = self.running
        self.taken = np.zeros(len(self.running.batch))
        self.best = Bound(float("inf"), tables.value, np.zeros(tables.capacity.shape))

    def step(self) -> bool:
        """Price every stay, add those worth it, solve; False when nothing was worth adding."""
        reduced = self._bound()
        new = self._choose(less_months(self.tables, reduced, self.months))
        cuts = self._find_cuts()
        if not new and not cuts:
            return False
        self._solve()
        return True

    def close(self) -> Relaxed:
        """Return the relaxation as it is."""
        self._bound()
        return Relaxed(self.best, self.columns, self.taken)

    def _bound(self) -> Floats:
        """Return the value of stays at the prices, and keep the best bound."""
        points, reduced = bound_at(self.tables, self.prices, self.num_pins)
        if points < self.best.points:
            guide = self.prices.place + self.prices.book * BOOKS_UNIT
            self.best = Bound(points, reduced, guide)
        return reduced

    def _choose(self, reduced: Floats) -> bool:
        """Add, for each batch and library and span of months, the stay most worth taking."""
        if not reduced.size:
            return False
        worth = np.where(self.chosen, -np.inf, reduced)
        new: Bits = np.zeros(worth.shape, dtype=bool)
        for axis in (0, 1):
            best = np.expand_dims(worth.argmax(axis=axis), axis)
            np.put_along_axis(new, best, True, axis=axis)
        new &= worth > WORTH_ADDING
        self.chosen |= new
        return bool(new.any())

    def _list_columns(self) -> Columns:
        batch, library, first, length = np.nonzero(self.chosen)
        run = self.running
        return Columns(
            np.concatenate([run.batch, batch]),
            np.concatenate([run.library, library]),
            np.concatenate([run.first, first]),
            np.concatenate([run.end, first + length + 1]),
            np.concatenate([run.value, self.tables.value[self.chosen]]),
        )

    def _solve(self) -> None:
        tables, stays, matrix = self.tables, self._list_columns(), Matrix()
        add_rows_of_stays(tables, stays, matrix, has_once=self.has_once)
        add_rows_of_visits(tables, stays, matrix)
        add_rows_of_floors(tables, stays, matrix)
        self._add_cuts(stays, matrix)
        floors, visits = len(tables.floor_first), tables.visit_points.size
        cost = np.concatenate(
            [
                -stays.value,
                tables.visit_points.ravel(),
                np.full(floors, tables.debt),
                np.ones(visits) if self.cuts else np.zeros(0),
            ]
        )
        upper = np.concatenate(
            [
                np.full(len(stays.batch), np.inf),
                np.ones(visits + floors),
                np.full(visits if self.cuts else 0, np.inf),
            ]
        )
        program = sp.csc_matrix(
            (
                np.concatenate(matrix.values),
                (np.concatenate(matrix.rows), np.concatenate(matrix.columns)),
            ),
            shape=(matrix.height, cost.size),
        )
        exists = np.unique(stays.batch[stays.first < 0])
        row_of = np.full(len(tables.run_library), -1)
        row_of[exists] = np.arange(len(exists))
        runs = np.flatnonzero(stays.first < 0)
        equal = sp.csc_matrix(
            (np.ones(len(runs)), (row_of[stays.batch[runs]], runs)),
            shape=(len(exists), cost.size),
        )
        answer = linprog(
            cost,
            A_ub=program,
            b_ub=np.concatenate(matrix.upper),
            A_eq=equal if len(exists) else None,
            b_eq=np.ones(len(exists)) if len(exists) else None,
            bounds=np.column_stack([np.zeros(cost.size), upper]),
            method="highs-ipm",
        )
        if answer.x is None:
            return
        self.columns, self.taken = stays, answer.x[: len(stays.batch)]
        self._read_prices(matrix, np.maximum(-answer.ineqlin.marginals, 0.0))

    def _add_cuts(self, stays: Columns, matrix: Matrix) -> None:
        """Add: uses lost to other batches are at least what each tangent says."""
        tables = self.tables
        if not self.cuts:
            return
        limits = [
            self.loss_worth[cut.library]
            * float(
                (
                    tables.demand[cut.library, cut.month]
                    * np.where(
                        cut.counts,
                        1 - cut.slope + cut.slope * np.log(np.maximum(cut.slope, 1e-300)),
                        0.0,
                    )
                ).sum()
            )
            for cut in self.cuts
        ]
        matrix.open("cut", np.array(limits))
        num_months = tables.value.shape[2]
        width = len(stays.batch) + tables.visit_points.size + len(tables.floor_first)
        index = np.arange(len(stays.batch))
        there: dict[tuple[int, int], Ints] = {}
        for i, cut in enumerate(self.cuts):
            key = (cut.library, cut.month)
            if key not in there:
                at = (stays.library == key[0]) & (stays.start <= key[1]) & (key[1] < stays.end)
                there[key] = index[at]
            k = there[key]
            shares, weights = self._shares_of(stays, k, cut.month)
            worth = self.loss_worth[cut.library] * tables.demand[key] * cut.counts
            entries = shares @ worth - weights @ (worth * cut.slope)
            matrix.add("cut", np.full(k.size, i), k, entries)
            column = width + cut.library * num_months + cut.month
            matrix.add("cut", np.array([i]), np.array([column]), -1.0)

    def _shares_of(self, stays: Columns, k: Ints, month: int) -> tuple[Floats, Floats]:
        first = stays.first[k]
        planned = self.tables.level[stays.batch[k], stays.library[k], np.maximum(first, 0)]
        level = np.where(first < 0, self.tables.run_level[stays.batch[k]], planned)
        return self.shares[level, month - first], self.weights[level, month - first]

    def _find_cuts(self) -> bool:
        """Add the tangents that the last answer breaks."""
        tables, stays = self.tables, self.columns
        if not tables.is_joint or not len(stays.batch):
            return False
        shape = tables.demand.shape
        reached, weight = np.zeros(shape), np.zeros(shape)
        used = np.flatnonzero(self.taken > 1e-6)
        for t in range(shape[1]):
            k = used[(stays.start[used] <= t) & (t < stays.end[used])]
            shares, weights = self._shares_of(stays, k, t)
            np.add.at(reached[:, t], stays.library[k], shares * self.taken[k, None])
            np.add.at(weight[:, t], stays.library[k], weights * self.taken[k, None])
        lost = tables.demand * (reached - (1 - np.exp(-weight))) * self.loss_worth[:, None, None]
        paid = np.zeros(shape[:2])
        for cut in self.cuts:
            key = (cut.library, cut.month)
            worth = self.loss_worth[cut.library] * tables.demand[key] * cut.counts
            slope = cut.slope
            free = 1 - slope + slope * np.log(np.maximum(slope, 1e-300))
            said = float((worth * (reached[key] - slope * weight[key] - free)).sum())
            paid[key] = max(paid[key], said)
        total = np.maximum(lost, 0).sum(axis=2)
        broken = np.argwhere(total > paid + CUT_TOLERANCE * self.loss_worth[:, None] + 1e-3 * total)
        for p, t in broken.tolist():
            counts = lost[p, t] > 0
            self.cuts.append(Cut(p, t, np.where(counts, np.exp(-weight[p, t]), 1.0), counts))
        return len(broken) > 0

    def _read_prices(self, matrix: Matrix, dual: Floats) -> None:
        batches, libraries, num_months, _ = self.tables.value.shape

        def read(kind: str, shape: tuple[int, ...]) -> Floats:
            if kind not in matrix.start:
                return np.zeros(shape)
            start, size = matrix.start[kind]
            return dual[start : start + size].reshape(shape)

        shape = (libraries, num_months)
        crowd, relief = np.zeros(self.tables.demand.shape), np.zeros(self.tables.demand.shape)
        paid = read("cut", (len(self.cuts),)) if self.cuts else np.zeros(0)
        for cut, price in zip(self.cuts, paid.tolist(), strict=True):
            worth = price * self.loss_worth[cut.library] * cut.counts
            crowd[cut.library, cut.month] += worth
            relief[cut.library, cut.month] += worth * cut.slope
        self.months = read("month", (batches, num_months))
        self.prices = Prices(
            place=read("place", shape),
            book=read("book", shape) / BOOKS_UNIT,
            come=read("come", shape),
            go=read("go", shape),
            hour=read("hour", (num_months,)),
            once=read("once", (batches, libraries)),
            floor=read("floor", (len(self.tables.floor_first),)),
            crowd=crowd,
            relief=relief,
        )


def less_months(tables: Tables, values: Floats, months: Floats) -> Floats:
    """Return values less the prices of the months a stay takes of its batch."""
    reduced = values.copy()
    num_months, longest = values.shape[2:]
    total = np.concatenate([np.zeros((len(months), 1)), np.cumsum(months, axis=1)], axis=1)
    for s in range(num_months):
        for length in range(1, longest + 1):
            end = min(s + length + tables.lag, num_months)
            reduced[:, :, s, length - 1] -= (total[:, end] - total[:, s])[:, None]
    return reduced


def _list_running(tables: Tables) -> Columns:
    batch, end = np.nonzero(np.isfinite(tables.run_value))
    return Columns(
        batch.astype(np.int64),
        tables.run_library[batch],
        tables.run_first[batch],
        end.astype(np.int64),
        tables.run_value[batch, end],
    )
