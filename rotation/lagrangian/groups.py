"""Which batches may stand together at a library in a month, at prices of each of them: compiled.

A group is a set of batches that share one library's demand, each in a month of its stay. What it
is worth at given prices is a submodular function, so what a member gains beside some of the group
bounds what it gains beside all of it; the exact search rests on that. Good groups are remembered,
and looked at first.

References
----------
Nemhauser, Wolsey, Fisher, *Mathematical Programming* 14, 1978, 265-294 (submodular functions).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rotation.instance.arrays import Arrays, pad
from rotation.instance.instance import NEVER, NOWHERE
from rotation.lagrangian.batch_paths import Prices
from rotation.problem import Floats, Ints
from search.compiling import compiled, entry

REMEMBERED = 24
"""Groups remembered for a library and month."""

UNUSED = -2
"""Stands in a group that was never filled in; `NOWHERE` in one with fewer members."""

EXACT_UP_TO = 3
"""Members of a group up to which the exact search is exact; beyond, it bounds."""

TINY = 1e-12


class Guests(NamedTuple):
    """Who may be a member where, what it reaches, and the groups remembered.

    A member is a column: running stays first, then planned ones by month of stay and level.

    Parameters
    ----------
    rows, num_rows
        Levels of the planned stays that a library may see, by library, padded.
    runs, num_runs
        Batches that stand at a library when the months begin, by library, padded.
    owner
        The batch of each level.
    shares, squares
        Share of the demand reached, and its square: level, month of stay, category.
    worth
        Least points that a use lost to other members costs, by library.
    is_grouped
        Whether several batches may share the demand: library, month.
    known, oldest
        Groups remembered: library, month, number, member; and which of them goes next.
    """

    arrays: Arrays
    rows: Ints
    num_rows: Ints
    runs: Ints
    num_runs: Ints
    owner: Ints
    shares: Floats
    squares: Floats
    worth: Floats
    is_grouped: npt.NDArray[np.bool_]
    known: Ints
    oldest: Ints


class Columns(NamedTuple):
    """Room to work in, for one thread: a column for each possible member at one library."""

    share: Floats  # category, member
    square: Floats
    owner: Ints
    alone: Floats  # what a member is worth alone
    gain: Floats  # what it gains beside others
    beside: Floats  # what it gains beside a pair
    missed: Floats  # share of the demand that the others miss, by category
    best: Ints  # members of the best group
    third: Ints  # the best third member


def list_guests(arrays: Arrays, worth: Floats) -> Guests:
    """Return who may be a member where; `worth` is the least worth of a lost use, by library."""
    batches, libraries, num_months, _ = arrays.value.shape
    may: npt.NDArray[np.bool_] = np.any(np.isfinite(arrays.value), axis=3)
    owner = np.zeros(len(arrays.reach), dtype=np.int64)
    for b in range(batches):
        owner[arrays.level[b]] = b
        owner[arrays.run_level[b]] = b
    rows = [np.unique(arrays.level[:, p][may[:, p]]).astype(np.int64) for p in range(libraries)]
    runs = [np.flatnonzero(arrays.run_library == p) for p in range(libraries)]
    shares = arrays.reach[:, None, :] * arrays.fade[None, :, None]
    size = max(EXACT_UP_TO, int(arrays.capacity.max(initial=0)))
    known = np.full((libraries, num_months, REMEMBERED, size), UNUSED, dtype=np.int64)
    return Guests(
        arrays,
        *pad(rows),
        *pad(runs),
        owner,
        shares,
        shares**2,
        worth,
        (arrays.capacity > 1) & arrays.is_joint,
        known,
        np.zeros((libraries, num_months), dtype=np.int64),
    )


def new_columns(guests: Guests) -> Columns:
    """Return room to work in."""
    size = int((guests.num_rows * guests.arrays.value.shape[3] + guests.num_runs).max(initial=1))
    categories, members = guests.arrays.demand.shape[2], guests.known.shape[3]
    return Columns(
        np.zeros((categories, size)),
        np.zeros((categories, size)),
        np.zeros(size, np.int64),
        np.zeros(size),
        np.zeros(size),
        np.zeros(size),
        np.zeros(categories),
        np.zeros(members, np.int64),
        np.zeros(1, np.int64),
    )


@entry
def choose_groups(
    guests: Guests,
    prices: Prices,
    first: int,
    end: int,
    left: Prices,
    is_exact: bool,
    columns: Columns,
) -> float:
    """Return what the best groups of some libraries are worth; note in `left` what they hold.

    Parameters
    ----------
    is_exact
        Whether no group is worth more; otherwise the best is that of those remembered and of one
        put together member by member, and no bound.
    """
    total = 0.0
    for p in range(first, end):
        _lay(guests, p, columns)
        for t in range(guests.arrays.demand.shape[1]):
            if guests.is_grouped[p, t]:
                count = _lay_month(guests, prices, p, t, columns)
                worth = _recall(guests, p, t, _gather(guests, p, t, count, columns), columns)
                if is_exact:
                    worth = _search(guests, p, t, count, worth, columns)
                total += worth
                _note(guests, p, t, left, columns)
    return total


@compiled
def _lay(guests: Guests, library: int, columns: Columns) -> None:
    """Lay out the planned stays that a library may see, those in their first month first."""
    i = guests.num_runs[library]
    for k in range(guests.arrays.value.shape[3]):
        for j in range(guests.num_rows[library]):
            row = guests.rows[library, j]
            columns.owner[i] = guests.owner[row]
            for c in range(guests.arrays.demand.shape[2]):
                columns.share[c, i] = guests.shares[row, k, c]
                columns.square[c, i] = guests.squares[row, k, c]
            i += 1


@compiled
def _lay_month(guests: Guests, prices: Prices, library: int, month: int, columns: Columns) -> int:
    """Lay out the running stays, price every member, and return how many there may be."""
    for i in range(guests.num_runs[library]):
        b = guests.runs[library, i]
        columns.owner[i] = b
        row, age = guests.arrays.run_level[b], month - guests.arrays.run_first[b]
        for c in range(guests.arrays.demand.shape[2]):
            columns.share[c, i] = guests.shares[row, age, c]
            columns.square[c, i] = guests.squares[row, age, c]
    ages = min(guests.arrays.value.shape[3], month + 1)
    count = int(guests.num_runs[library] + guests.num_rows[library] * ages)
    for i in range(count):
        columns.alone[i] = prices.place[library, month]
    for c in range(guests.arrays.demand.shape[2]):
        crowd = guests.arrays.demand[library, month, c] * prices.crowd[library, month, c]
        relief = guests.arrays.demand[library, month, c] * prices.relief[library, month, c]
        for i in range(count):
            columns.alone[i] += crowd * columns.share[c, i] - relief * columns.square[c, i]
    return count


@compiled
def _measure_gains(
    guests: Guests, library: int, month: int, count: int, columns: Columns, gain: Floats
) -> None:
    """Fill in what each member gains beside others that miss `columns.missed` of the demand."""
    for i in range(count):
        gain[i] = columns.alone[i]
    for c in range(guests.arrays.demand.shape[2]):
        lost = (
            guests.worth[library]
            * guests.arrays.demand[library, month, c]
            * (1.0 - columns.missed[c])
        )
        for i in range(count):
            gain[i] -= lost * columns.share[c, i]


@compiled
def _gather(guests: Guests, library: int, month: int, count: int, columns: Columns) -> float:
    """Put a group together, each time the member that gains most; return what it is worth."""
    total = 0.0
    columns.missed[:] = 1.0
    columns.best[:] = NOWHERE
    for size in range(guests.arrays.capacity[library, month]):
        _measure_gains(guests, library, month, count, columns, columns.gain)
        chosen, most = NOWHERE, 0.0
        for i in range(count):
            if columns.gain[i] > most:
                is_member = False
                for m in range(size):
                    is_member |= columns.owner[columns.best[m]] == columns.owner[i]
                if not is_member:
                    chosen, most = i, columns.gain[i]
        if chosen == NOWHERE:
            break
        total += most
        columns.best[size] = chosen
        for c in range(guests.arrays.demand.shape[2]):
            columns.missed[c] *= 1.0 - columns.share[c, chosen]
    return total


@compiled
def _recall(guests: Guests, library: int, month: int, worth: float, columns: Columns) -> float:
    """Take the best of the groups remembered if worth more than `columns.best`, else remember it.

    Returns what the better one is worth.
    """
    is_new = True
    for n in range(guests.known.shape[2]):
        if guests.known[library, month, n, 0] == UNUSED:
            break
        other = _weigh(guests, library, month, n, columns)
        if other >= worth - TINY:
            is_new, worth = False, other
            for m in range(guests.known.shape[3]):
                columns.best[m] = guests.known[library, month, n, m]
    if is_new:
        _remember(guests, library, month, columns)
    return worth


@compiled
def _remember(guests: Guests, library: int, month: int, columns: Columns) -> None:
    oldest = guests.oldest[library, month]
    for m in range(guests.known.shape[3]):
        guests.known[library, month, oldest, m] = columns.best[m]
    guests.oldest[library, month] = (oldest + 1) % guests.known.shape[2]


@compiled
def _weigh(guests: Guests, library: int, month: int, number: int, columns: Columns) -> float:
    """Return what a group remembered is worth at the prices."""
    total = 0.0
    columns.missed[:] = 1.0
    for m in range(guests.known.shape[3]):
        i = guests.known[library, month, number, m]
        if i == NOWHERE:
            break
        total += columns.alone[i]
        for c in range(guests.arrays.demand.shape[2]):
            worth = guests.worth[library] * guests.arrays.demand[library, month, c]
            total -= worth * (1.0 - columns.missed[c]) * columns.share[c, i]
            columns.missed[c] *= 1.0 - columns.share[c, i]
    return total


@compiled
def _note(guests: Guests, library: int, month: int, left: Prices, columns: Columns) -> None:
    """Note what the best group holds."""
    for m in range(guests.known.shape[3]):
        i = columns.best[m]
        if i == NOWHERE:
            break
        left.place[library, month] += 1.0
        for c in range(guests.arrays.demand.shape[2]):
            demand = guests.arrays.demand[library, month, c]
            left.crowd[library, month, c] += demand * columns.share[c, i]
            left.relief[library, month, c] -= demand * columns.square[c, i]


@compiled
def _search(
    guests: Guests, library: int, month: int, count: int, worth: float, columns: Columns
) -> float:
    """Return what any group is worth at most, given that the best so far is worth `worth`.

    Looks at pairs: first the member worth most alone, then the one that gains most of the others
    beside it, then what the others gain at most. Every better group is remembered.
    """
    size = guests.arrays.capacity[library, month]
    for i in range(count):
        if columns.alone[i] * size <= worth:
            continue
        for c in range(guests.arrays.demand.shape[2]):
            columns.missed[c] = 1.0 - columns.share[c, i]
        _measure_gains(guests, library, month, count, columns, columns.gain)
        for j in range(count):
            if columns.owner[j] == columns.owner[i] or not _is_after(columns.alone, j, i):
                columns.gain[j] = NEVER
        for j in range(count):
            pair = columns.alone[i] + columns.gain[j]
            if columns.gain[j] > 0 and pair + (size - 2) * columns.gain[j] > worth:
                for c in range(guests.arrays.demand.shape[2]):
                    columns.missed[c] = (1.0 - columns.share[c, i]) * (1.0 - columns.share[c, j])
                pair += _gain_of_others(guests, library, month, count, j, size - 2, columns)
                if pair > worth:
                    worth = pair
                    columns.best[:] = NOWHERE
                    columns.best[0] = i
                    columns.best[1] = j
                    columns.best[2] = columns.third[0]
                    _remember(guests, library, month, columns)
    return worth


@compiled
def _is_after(order: Floats, one: int, other: int) -> bool:
    """Whether one comes after another by falling order."""
    return bool(order[one] < order[other] or (order[one] == order[other] and one > other))


@compiled
def _gain_of_others(
    guests: Guests, library: int, month: int, count: int, second: int, size: int, columns: Columns
) -> float:
    """Return what so many others gain at most beside a pair: the best, and the next best often."""
    columns.third[0] = NOWHERE
    if size == 0:
        return 0.0
    _measure_gains(guests, library, month, count, columns, columns.beside)
    best = next_best = 0.0
    for k in range(count):
        if columns.owner[k] == columns.owner[second] or not columns.gain[k] > 0:
            continue
        if _is_after(columns.gain, k, second):
            if columns.beside[k] > best:
                best, next_best = columns.beside[k], best
                columns.third[0] = k
            elif columns.beside[k] > next_best:
                next_best = columns.beside[k]
    return best + (size - 1) * next_best
