"""The restricted linear program of the rotation: its columns, its rows, its cuts."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rotation.bound import most_brought, most_fetched
from rotation.problem import Floats
from rotation.tables import Ints, Tables

BOOKS_UNIT = 350.0
"""Books of a usual batch: keeps the matrix well scaled."""

Bits = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Columns:
    """Stays of the restricted program; `first` is negative for running ones."""

    batch: Ints
    library: Ints
    first: Ints
    end: Ints
    value: Floats

    @property
    def start(self) -> Ints:
        """First month within the horizon."""
        result: Ints = np.maximum(self.first, 0)
        return result


@dataclass(slots=True)
class Cut:
    """Lost uses at a library in a month, from a tangent: which categories, and at which y."""

    library: int
    month: int
    slope: Floats  # e^−y, by category; 0 where a category is left out
    counts: Bits


@dataclass(slots=True)
class Matrix:
    """Rows `≤` of the program, collected kind by kind."""

    rows: list[Ints] = field(default_factory=list)
    columns: list[Ints] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    start: dict[str, tuple[int, int]] = field(default_factory=dict)
    height: int = 0

    def open(self, kind: str, upper: Floats) -> None:
        """Begin a kind of rows with its limits."""
        self.start[kind] = (self.height, upper.size)
        self.upper.append(upper.ravel())
        self.height += upper.size

    def add(self, kind: str, rows: Ints, columns: Ints, values: Floats | float = 1.0) -> None:
        """Add entries to rows of a kind."""
        self.rows.append(self.start[kind][0] + rows)
        self.columns.append(columns)
        self.values.append(np.broadcast_to(np.asarray(values, dtype=np.float64), rows.shape))


def add_rows_of_stays(tables: Tables, stays: Columns, matrix: Matrix, *, has_once: bool) -> None:
    """Add: a batch in one place, numbers and shelves hold, at a library once."""
    batches, libraries, num_months, _ = tables.value.shape
    index = np.arange(len(stays.batch))
    matrix.open("month", np.ones(batches * num_months))
    matrix.open("place", tables.capacity.astype(np.float64))
    matrix.open("book", tables.capacity_books / BOOKS_UNIT)
    largest = int(tables.books.max(initial=0))
    is_tight = tables.capacity_books < tables.capacity * largest
    for t in range(num_months):
        k = np.flatnonzero(
            (stays.start <= t) & (t < np.minimum(stays.end + tables.lag, num_months))
        )
        matrix.add("month", stays.batch[k] * num_months + t, index[k])
        k = np.flatnonzero((stays.start <= t) & (t < stays.end))
        matrix.add("place", stays.library[k] * num_months + t, index[k])
        k = k[is_tight[stays.library[k], t]]
        books = tables.books[stays.batch[k]] / BOOKS_UNIT
        matrix.add("book", stays.library[k] * num_months + t, index[k], books)
    if has_once:
        matrix.open("once", np.ones(batches * libraries))
        k = np.flatnonzero(stays.first >= 0)
        matrix.add("once", stays.batch[k] * libraries + stays.library[k], index[k])


def add_rows_of_visits(tables: Tables, stays: Columns, matrix: Matrix) -> None:
    """Add: who is brought or fetched is visited, and visits take hours."""
    libraries, num_months = tables.visit_points.shape
    index, width = np.arange(len(stays.batch)), len(stays.batch)
    visit = np.arange(libraries * num_months)
    for kind, most in (("come", most_brought(tables)), ("go", most_fetched(tables))):
        matrix.open(kind, np.zeros(visit.size))
        matrix.add(kind, visit, width + visit, -most.ravel())
    k = np.flatnonzero(stays.first >= 0)
    matrix.add("come", stays.library[k] * num_months + stays.first[k], index[k])
    k = np.flatnonzero(stays.end < num_months)
    matrix.add("go", stays.library[k] * num_months + stays.end[k], index[k])
    matrix.open("hour", tables.hours)
    hours = np.repeat(tables.visit_hours, num_months)
    matrix.add("hour", visit % num_months, width + visit, hours)


def add_rows_of_floors(tables: Tables, stays: Columns, matrix: Matrix) -> None:
    """Add: no library stands empty too long, unless a debt is paid."""
    count = len(tables.floor_first)
    matrix.open("floor", -np.ones(count))
    width = len(stays.batch) + tables.visit_points.size
    matrix.add("floor", np.arange(count), width + np.arange(count), -1.0)
    for p in range(len(tables.floor_start) - 1):
        spans = range(tables.floor_start[p], tables.floor_start[p + 1])
        at = np.flatnonzero(stays.library == p) if len(spans) else np.zeros(0, dtype=np.int64)
        for f in spans:
            meets = (stays.first[at] < tables.floor_end[f]) & (
                stays.end[at] > tables.floor_first[f]
            )
            matrix.add("floor", np.full(int(meets.sum()), f), at[meets], -1.0)
