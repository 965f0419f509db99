"""The linear relaxation over all stays, by PDLP: a valid bound, and what each stay promises.

PDLP's answer is only nearly optimal. Its prices, made non-negative, are put into the Lagrangian
bound of `rotation.bound`, which is valid at any prices.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from ortools.pdlp import solvers_pb2
from ortools.pdlp.python import pdlp

from rotation.bound import Bound, Prices, bound_at, most_at_once, stays_meeting_floors
from rotation.grid import Grid, Slot
from rotation.measure import POINTS_PER_DEBT
from rotation.problem import Floats

PRECISION = 1e-4
"""Relative precision PDLP aims at."""

BOOKS_UNIT = 350.0
"""Books of a usual batch: keeps the matrix well scaled."""

Ints = npt.NDArray[np.int64]
Pair = tuple[int, Slot]


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The relaxation's answer.

    `bound.reduced` is the value of each stay less the prices of all it uses, its batch's months
    included: stays of good schedules lie near zero. `taken` says how much of a stay it takes.
    """

    bound: Bound
    taken: dict[Pair, float]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Running and plannable stays as arrays; `first` is −1 for running ones."""

    batch: Ints
    library: Ints
    first: Ints
    end: Ints
    value: Floats
    pairs_running: tuple[Pair, ...]

    @property
    def start(self) -> Ints:
        """First month within the horizon."""
        result: Ints = np.maximum(self.first, 0)
        return result


@dataclass(slots=True)
class _Matrix:
    """Rows of the relaxation, collected kind by kind."""

    rows: list[Ints]
    columns: list[Ints]
    values: list[Floats]
    lower: list[Floats]
    upper: list[Floats]
    start: dict[str, int]
    height: int = 0

    def open(self, kind: str, lower: Floats, upper: Floats) -> None:
        """Begin a kind of rows with its limits."""
        self.start[kind] = self.height
        self.lower.append(lower.ravel())
        self.upper.append(upper.ravel())
        self.height += upper.size

    def add(self, kind: str, rows: Ints, columns: Ints, values: Floats | float = 1.0) -> None:
        """Add entries to rows of a kind."""
        self.rows.append(self.start[kind] + rows)
        self.columns.append(columns)
        self.values.append(np.broadcast_to(np.asarray(values, dtype=np.float64), rows.shape))


def relax(grid: Grid, *, iterations: int) -> Relaxed:
    """Return the relaxation after at most so many PDLP iterations."""
    stays = _list_columns(grid)
    matrix = _new_matrix()
    _rows_of_stays(grid, stays, matrix)
    _rows_of_visits(grid, stays, matrix)
    _rows_of_floors(grid, stays, matrix)
    primal, dual = _run(grid, stays, matrix, iterations)
    prices, months = _read_prices(grid, matrix, dual)
    points, values = bound_at(grid, prices, stays_meeting_floors(grid))
    count = len(stays.pairs_running)
    taken = {
        pair: float(primal[i]) for i, pair in enumerate(stays.pairs_running) if primal[i] > 1e-3
    }
    for i in (np.flatnonzero(primal[count : len(stays.batch)] > 1e-3) + count).tolist():
        slot = (int(stays.library[i]), int(stays.first[i]), int(stays.end[i]))
        taken[int(stays.batch[i]), slot] = float(primal[i])
    return Relaxed(Bound(points, less_months(grid, values, months)), taken)


def less_months(grid: Grid, values: Floats, months: Floats) -> Floats:
    """Return values less the prices of the months a stay takes of its batch."""
    reduced = values.copy()
    num_months, longest = values.shape[2:]
    total = np.concatenate([np.zeros((len(months), 1)), np.cumsum(months, axis=1)], axis=1)
    for s in range(num_months):
        for length in range(1, longest + 1):
            end = min(s + length + grid.lag, num_months)
            reduced[:, :, s, length - 1] -= (total[:, end] - total[:, s])[:, None]
    return reduced


def _list_columns(grid: Grid) -> _Columns:
    running = [((b, slot), value) for b, x in enumerate(grid.running) for slot, value in x]
    flat = np.flatnonzero(np.isfinite(grid.value.ravel()))
    batch, library, first, length = np.unravel_index(flat, grid.value.shape)
    before = np.array([(b, slot[0], -1, slot[2]) for (b, slot), _ in running], dtype=np.int64)
    before = before.reshape(-1, 4)
    return _Columns(
        np.concatenate([before[:, 0], batch]),
        np.concatenate([before[:, 1], library]),
        np.concatenate([before[:, 2], first]),
        np.concatenate([before[:, 3], first + length + 1]),
        np.concatenate([[value for _, value in running], grid.value.ravel()[flat]]),
        tuple(pair for pair, _ in running),
    )


def _new_matrix() -> _Matrix:
    return _Matrix([], [], [], [], [], {})


def _rows_of_stays(grid: Grid, stays: _Columns, matrix: _Matrix) -> None:
    """Add: a batch in one place, running stays, shelves, numbers, at a library once."""
    batches, libraries, num_months, _ = grid.value.shape
    none = np.full((libraries, num_months), -np.inf)
    index = np.arange(len(stays.batch))
    matrix.open("month", np.full(batches * num_months, -np.inf), np.ones(batches * num_months))
    matrix.open("place", none, grid.capacity_batches.astype(np.float64))
    matrix.open("book", none, grid.capacity_books / BOOKS_UNIT)
    has_books = most_at_once(grid) > 1
    for t in range(num_months):
        k = np.flatnonzero((stays.start <= t) & (t < np.minimum(stays.end + grid.lag, num_months)))
        matrix.add("month", stays.batch[k] * num_months + t, index[k])
        k = np.flatnonzero((stays.start <= t) & (t < stays.end))
        matrix.add("place", stays.library[k] * num_months + t, index[k])
        k = k[has_books[stays.library[k]]]
        books = grid.books[stays.batch[k]] / BOOKS_UNIT
        matrix.add("book", stays.library[k] * num_months + t, index[k], books)
    exists = np.array([float(bool(options)) for options in grid.running])
    matrix.open("running", exists, np.where(exists > 0, 1.0, np.inf))
    k = np.flatnonzero(stays.first < 0)
    matrix.add("running", stays.batch[k], index[k])
    if grid.problem.rules.memory_months >= num_months:
        matrix.open("once", np.full(batches * libraries, -np.inf), np.ones(batches * libraries))
        k = np.flatnonzero(stays.first >= 0)
        matrix.add("once", stays.batch[k] * libraries + stays.library[k], index[k])


def _rows_of_visits(grid: Grid, stays: _Columns, matrix: _Matrix) -> None:
    """Add: who is brought or fetched is visited, and visits take hours."""
    libraries, num_months = grid.visit_points.shape
    index, width = np.arange(len(stays.batch)), len(stays.batch)
    visit = np.arange(libraries * num_months)
    at_once = np.repeat(most_at_once(grid), num_months)
    for kind in ("come", "go"):
        matrix.open(kind, np.full(visit.size, -np.inf), np.zeros(visit.size))
        matrix.add(kind, visit, width + visit, -at_once)
    k = np.flatnonzero(stays.first >= 0)
    matrix.add("come", stays.library[k] * num_months + stays.first[k], index[k])
    k = np.flatnonzero(stays.end < num_months)
    matrix.add("go", stays.library[k] * num_months + stays.end[k], index[k])
    matrix.open("hour", np.full(num_months, -np.inf), grid.hours)
    matrix.add("hour", visit % num_months, width + visit, np.repeat(grid.visit_hours, num_months))


def _rows_of_floors(grid: Grid, stays: _Columns, matrix: _Matrix) -> None:
    """Add: no library stands empty too long, unless a debt is paid."""
    count = len(grid.floors)
    matrix.open("floor", np.ones(count), np.full(count, np.inf))
    width = len(stays.batch) + grid.visit_points.size
    matrix.add("floor", np.arange(count), width + np.arange(count))
    by_library = {p: np.flatnonzero(stays.library == p) for p, _, _ in grid.floors}
    for i, (p, first, end) in enumerate(grid.floors):
        k = by_library[p]
        k = k[(stays.start[k] < end) & (stays.end[k] > first)]
        matrix.add("floor", np.full(k.size, i), k)


def _run(grid: Grid, stays: _Columns, matrix: _Matrix, iterations: int) -> tuple[Floats, Floats]:
    """Run PDLP; return its values of the variables and its prices of the rows."""
    cost = np.concatenate(
        [
            -stays.value,
            grid.visit_points.ravel(),
            np.full(len(grid.floors), POINTS_PER_DEBT),
        ]
    )
    program = pdlp.QuadraticProgram()
    program.resize_and_initialize(cost.size, matrix.height)
    program.constraint_matrix = sp.csc_matrix(
        (
            np.concatenate(matrix.values),
            (np.concatenate(matrix.rows), np.concatenate(matrix.columns)),
        ),
        shape=(matrix.height, cost.size),
    )
    program.constraint_lower_bounds = np.concatenate(matrix.lower)
    program.constraint_upper_bounds = np.concatenate(matrix.upper)
    program.objective_vector = cost
    program.variable_lower_bounds = np.zeros(cost.size)
    program.variable_upper_bounds = np.ones(cost.size)
    settings = solvers_pb2.PrimalDualHybridGradientParams()
    settings.num_threads = 1
    settings.termination_criteria.iteration_limit = max(1, iterations)
    settings.termination_criteria.simple_optimality_criteria.eps_optimal_relative = PRECISION
    result = pdlp.primal_dual_hybrid_gradient(program, settings)
    return np.array(result.primal_solution), -np.array(result.dual_solution)


def _read_prices(grid: Grid, matrix: _Matrix, dual: Floats) -> tuple[Prices, Floats]:
    batches, libraries, num_months, _ = grid.value.shape
    shape = (libraries, num_months)

    def read(kind: str, wanted: tuple[int, ...], sign: float = 1.0) -> Floats:
        if kind not in matrix.start:
            return np.zeros(wanted)
        start = matrix.start[kind]
        part = dual[start : start + int(np.prod(wanted))]
        return np.maximum(sign * part, 0.0).reshape(wanted)

    prices = Prices(
        place=read("place", shape),
        book=read("book", shape) / BOOKS_UNIT,
        come=read("come", shape),
        go=read("go", shape),
        hour=read("hour", (num_months,)),
        once=read("once", (batches, libraries)),
        floor=read("floor", (len(grid.floors),), -1.0),
    )
    return prices, read("month", (batches, num_months))
