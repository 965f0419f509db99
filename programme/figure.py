"""A figure that opens into the rows it was counted from."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from province.row_refs import RowRef


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing that a figure counts.

    Parameters
    ----------
    about
        What it is, by id: a commune, a site, a fund.
    rows
        The rows that say so, sorted. Whoever changes one of them changes what is counted.
    amount
        How much of the figure it is.
    """

    about: str
    rows: tuple[RowRef, ...]
    amount: float = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it was counted from: it is the sum of its parts and nothing else.

    Parameters
    ----------
    parts
        What was counted, by `about`.
    """

    parts: tuple[Counted, ...]

    @property
    def value(self) -> float:
        """The number; amounts of money keep their two decimals."""
        return round(sum(round(100 * part.amount) for part in self.parts) / 100, 2)

    @property
    def count(self) -> int:
        """The number, where whole things were counted."""
        return round(self.value)

    @property
    def rows(self) -> tuple[RowRef, ...]:
        """Every row behind it, once, sorted."""
        found = {row for part in self.parts for row in part.rows}
        return tuple(sorted(found, key=_order))

    @property
    def about(self) -> tuple[str, ...]:
        """What was counted; not what was taken back, of which the figure has nothing."""
        return tuple(part.about for part in self.parts if part.amount)


def count_things(things: Iterable[tuple[str, Iterable[RowRef]]]) -> Figure:
    """Return how many things there are, each with the rows that say so."""
    return sum_things((about, rows, 1.0) for about, rows in things)


def sum_things(things: Iterable[tuple[str, Iterable[RowRef], float]]) -> Figure:
    """Return the sum of amounts, each of a thing with the rows that say so."""
    parts = (
        Counted(about, tuple(sorted(set(rows), key=_order)), amount)
        for about, rows, amount in things
    )
    return Figure(tuple(sorted(parts, key=lambda part: part.about)))


def sum_by_place(amounts: Iterable[tuple[str, Iterable[RowRef], float]]) -> Figure:
    """Return the sum of amounts with one part for each thing, however many amounts it has."""
    rows: defaultdict[str, list[RowRef]] = defaultdict(list)
    sums: defaultdict[str, float] = defaultdict(float)
    for about, own, amount in amounts:
        rows[about] += own
        sums[about] += amount
    return sum_things((about, own, sums[about]) for about, own in rows.items())


def _order(row: RowRef) -> tuple[str, int, str]:
    return row.file, row.line or 0, row.key
