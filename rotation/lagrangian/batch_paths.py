"""The longest path over the months for each batch, at prices of what stays share: compiled."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rotation.instance.arrays import Arrays
from rotation.instance.instance import NEVER, NOWHERE
from rotation.problem import Floats, IndexStay, Ints
from search.compiling import compiled, entry, woven

AT_ONCE = 4
"""Months of a stay that are priced side by side."""


class Prices(NamedTuple):
    """Multipliers of what stays share, none negative but `even`.

    `crowd` is what a use lost to other batches counts, and `relief` at most as much: with
    m = relief ÷ crowd, uses beyond (1 − m + m ln m) of the demand are lost at that rate. Where
    groups are looked at one by one, `place` and `crowd` may be negative.
    """

    place: Floats  # a batch at a library in a month
    book: Floats  # a book at a library in a month
    come: Floats  # a batch brought to a library in a month
    go: Floats  # a batch taken from a library in a month
    hour: Floats  # a vehicle hour in a month
    once: Floats  # a batch at a library at all
    floor: Floats  # a span in which a library must not stand empty
    crowd: Floats  # library, month, category
    relief: Floats  # library, month, category
    even: Floats  # a visit in a month, against one in every month


class Terms(NamedTuple):
    """What does not change with the prices.

    `shares` is the share x reached by level, category and month of stay, and `weights` what relief
    counts: −ln(1 − x), or x² where groups are looked at one by one; `brought` and `fetched` how
    many batches one visit moves at most.
    """

    shares: Floats
    weights: Floats
    brought: Floats
    fetched: Floats


class PathsTaken(NamedTuple):
    """What the best path of each batch takes: planned stays, and the ends of running ones.

    `planned` counts by batch, library, first month and months − 1, `ended` by batch and month.
    """

    planned: Floats
    ended: Floats


class PricedPaths(NamedTuple):
    """What the paths of all batches are priced by.

    `bonus` are the prices of the floors that a stay meets, by library, first month and month it
    leaves; `crowd` and `relief` the prices of that name times the demand, by library, category and
    month, nothing where no batches share it; `is_shared` tells libraries where any do.
    """

    arrays: Arrays
    terms: Terms
    prices: Prices
    bonus: Floats
    crowd: Floats
    relief: Floats
    is_shared: npt.NDArray[np.bool_]


class PathScratch(NamedTuple):
    """Room to work in, for one thread."""

    points: Floats
    best: Floats
    library: Ints
    begun: Floats
    onward: Floats
    length: Ints
    month: Floats


def price_paths(arrays: Arrays, terms: Terms, prices: Prices) -> PricedPaths:
    """Return what paths are priced by."""
    _, libraries, num_months, _ = arrays.value.shape
    bonus = np.zeros((libraries, num_months + 1, num_months + 1))
    fill_bonus(arrays, prices.floor, bonus)
    shared: npt.NDArray[np.bool_] = arrays.is_joint & (arrays.capacity > 1)
    room = np.zeros((2, libraries, arrays.demand.shape[2], num_months + AT_ONCE - 1))
    for by_category, price in zip(room, (prices.crowd, prices.relief), strict=True):
        by_month = np.where(shared[:, :, None], arrays.demand * price, 0.0)
        by_category[:, :, :num_months] = by_month.transpose(0, 2, 1)
    crowd, relief = room
    is_shared: npt.NDArray[np.bool_] = np.any(shared, axis=1)
    return PricedPaths(arrays, terms, prices, bonus, crowd, relief, is_shared)


def new_scratch(arrays: Arrays) -> PathScratch:
    """Return room to work in for batches of some arrays."""
    num_months, longest = arrays.value.shape[2:]
    return PathScratch(
        np.empty((num_months, longest)),
        np.empty((num_months, longest)),
        np.empty((num_months, longest), np.int64),
        np.empty(num_months + 2),
        np.empty(num_months + 3),
        np.empty(num_months + 1, np.int64),
        np.zeros(longest + AT_ONCE - 1),
    )


def lay_by_category(by_month: Floats) -> Floats:
    """Return figures by level, month of stay and category as `Terms` has them.

    The months are the innermost, and some more follow, all 0, so that months can be priced some at
    a time.
    """
    levels, months, categories = by_month.shape
    laid = np.zeros((levels, categories, months + AT_ONCE - 1))
    laid[:, :, :months] = by_month.transpose(0, 2, 1)
    return laid


@entry
def measure_lost(priced: PricedPaths, lost: Floats, scratch: PathScratch) -> None:
    """Fill in how much less than its best path a batch's path by way of each library is worth."""
    arrays = priced.arrays
    num_months, longest = scratch.best.shape
    for b in range(lost.shape[0]):
        _find_best_stays(priced, b, scratch)
        _find_best_months(arrays, scratch)
        for i in range(arrays.num_places[b]):
            p = arrays.places[b, i]
            _price_stays(priced, b, p, scratch)
            for s in range(num_months):
                for k in range(min(longest, num_months - s)):
                    after = _after(arrays, scratch, s + k + 1)
                    lost[b, p] = min(lost[b, p], scratch.onward[s] - scratch.points[s, k] - after)


@entry
def fill_bonus(arrays: Arrays, floor: Floats, bonus: Floats) -> None:
    """Add the price of each floor to every stay that meets it."""
    num_months = bonus.shape[1] - 1
    for p in range(bonus.shape[0]):
        for f in range(arrays.floor_start[p], arrays.floor_start[p + 1]):
            if floor[f] > 0:
                for s in range(min(arrays.floor_end[f], num_months + 1)):
                    for e in range(max(s, arrays.floor_first[f] + 1), num_months + 1):
                        bonus[p, s, e] += floor[f]


@entry
def choose_paths(
    priced: PricedPaths,
    first: int,
    end: int,
    left: Prices,
    taken: PathsTaken,
    share: float,
    scratch: PathScratch,
) -> float:
    """Return the sum of the best paths of some batches; note what they use and take."""
    arrays = priced.arrays
    num_months = arrays.value.shape[2]
    total = 0.0
    for b in range(first, end):
        _find_best_stays(priced, b, scratch)
        _find_best_months(arrays, scratch)
        t = 0
        if arrays.run_library[b] != NOWHERE:
            points, e = _best_running(priced, b, scratch)
            total += points
            taken.ended[b, e] += share
            running = IndexStay(b, arrays.run_library[b], arrays.run_first[b], e)
            _use(priced, left, running, arrays.run_level[b])
            t = _next(arrays, scratch, e)
        else:
            total += scratch.onward[0]
        while t < num_months:
            is_forced = t < 0  # a chain, begun as the stay before it ends
            t = -1 - t if is_forced else t
            if not is_forced and not scratch.begun[t] > scratch.onward[t + 1]:
                t += 1
                continue
            months = scratch.length[t]
            p = scratch.library[t, months - 1]
            taken.planned[b, p, t, months - 1] += share
            left.once[b, p] -= 1.0
            _use(priced, left, IndexStay(b, p, t, t + months), arrays.level[b, p, t])
            t = _next(arrays, scratch, t + months)
    return total


@compiled
def _find_best_stays(priced: PricedPaths, batch: int, scratch: PathScratch) -> None:
    """Find the library of each span of months at which a batch gains most."""
    num_months, longest = scratch.best.shape
    scratch.best[:] = NEVER
    for i in range(priced.arrays.num_places[batch]):
        p = priced.arrays.places[batch, i]
        _price_stays(priced, batch, p, scratch)
        for s in range(num_months):
            for k in range(min(longest, num_months - s)):
                if scratch.points[s, k] > scratch.best[s, k]:
                    scratch.best[s, k], scratch.library[s, k] = scratch.points[s, k], p


@compiled
def _price_stays(priced: PricedPaths, batch: int, library: int, scratch: PathScratch) -> None:
    """Fill in what every stay of a batch at a library is worth less the prices of what it uses."""
    arrays, prices = priced.arrays, priced.prices
    num_months, longest = scratch.best.shape
    for s in range(num_months):
        months = min(longest, num_months - s)
        while months > 0 and arrays.value[batch, library, s, months - 1] == NEVER:
            months -= 1
            scratch.points[s, months] = NEVER
        if months == 0:
            continue
        _price_months(priced, batch, library, s, months, scratch.month)
        cost = prices.come[library, s] + prices.once[batch, library]
        for k in range(months):
            e = s + k + 1
            cost += scratch.month[k]
            points = arrays.value[batch, library, s, k]
            if points != NEVER:
                points += priced.bonus[library, s, e] - cost
                if e < num_months:
                    points -= prices.go[library, e]
            scratch.points[s, k] = points


@woven
def _price_months(
    priced: PricedPaths, batch: int, library: int, first: int, months: int, price: Floats
) -> None:
    """Fill in what each month of a stay costs: its place, its books, the demand it takes.

    Months are priced some at a time, each by sums in the order of the categories: sums that wait
    for each other would take most of the time.
    """
    arrays, prices, terms = priced.arrays, priced.prices, priced.terms
    books, row = arrays.books[batch], arrays.level[batch, library, first]
    for k in range(months):
        t = first + k
        price[k] = prices.place[library, t] + books * prices.book[library, t]
    if not priced.is_shared[library]:
        return
    for k in range(0, months, AT_ONCE):
        t = first + k
        one, two, three, four = price[k], price[k + 1], price[k + 2], price[k + 3]
        for c in range(priced.crowd.shape[1]):
            one += priced.crowd[library, c, t] * terms.shares[row, c, k]
            two += priced.crowd[library, c, t + 1] * terms.shares[row, c, k + 1]
            three += priced.crowd[library, c, t + 2] * terms.shares[row, c, k + 2]
            four += priced.crowd[library, c, t + 3] * terms.shares[row, c, k + 3]
            one -= priced.relief[library, c, t] * terms.weights[row, c, k]
            two -= priced.relief[library, c, t + 1] * terms.weights[row, c, k + 1]
            three -= priced.relief[library, c, t + 2] * terms.weights[row, c, k + 2]
            four -= priced.relief[library, c, t + 3] * terms.weights[row, c, k + 3]
        price[k], price[k + 1], price[k + 2], price[k + 3] = one, two, three, four


@compiled
def _month_cost(
    priced: PricedPaths, batch: int, library: int, month: int, row: int, age: int
) -> float:
    """Return what a month of a running stay costs, as `_price_months` prices it."""
    prices, terms = priced.prices, priced.terms
    books = priced.arrays.books[batch]
    cost = prices.place[library, month] + books * prices.book[library, month]
    if priced.is_shared[library]:
        for c in range(priced.crowd.shape[1]):
            cost += priced.crowd[library, c, month] * terms.shares[row, c, age]
            cost -= priced.relief[library, c, month] * terms.weights[row, c, age]
    return float(cost)


@compiled
def _find_best_months(arrays: Arrays, scratch: PathScratch) -> None:
    """Find what the months from each one on are worth at most."""
    num_months, longest = scratch.best.shape
    scratch.begun[:] = NEVER
    scratch.onward[:] = 0.0
    for t in range(num_months - 1, -1, -1):
        for months in range(1, min(longest, num_months - t) + 1):
            points = scratch.best[t, months - 1] + _after(arrays, scratch, t + months)
            if points > scratch.begun[t]:
                scratch.begun[t], scratch.length[t] = points, months
        scratch.onward[t] = max(scratch.onward[t + 1], scratch.begun[t])


@compiled
def _after(arrays: Arrays, scratch: PathScratch, end: int) -> float:
    """Return the best that follows a stay which ends in a month."""
    if arrays.lag > 0:
        return float(scratch.onward[min(end + arrays.lag, scratch.best.shape[0])])
    return float(max(scratch.begun[end] - arrays.chain_points, scratch.onward[end + 1]))


@compiled
def _next(arrays: Arrays, scratch: PathScratch, end: int) -> int:
    """Return the month in which a path goes on after a stay; −1 − month where it chains."""
    if arrays.lag > 0:
        return end + arrays.lag
    chained = scratch.begun[end] - arrays.chain_points
    if end < scratch.best.shape[0] and chained > scratch.onward[end + 1]:
        return -1 - end
    return end + 1


@compiled
def _best_running(priced: PricedPaths, batch: int, scratch: PathScratch) -> tuple[float, int]:
    """Return the points of the best path that begins with the running stay, and its end."""
    arrays = priced.arrays
    num_months = arrays.value.shape[2]
    p, first, row = arrays.run_library[batch], arrays.run_first[batch], arrays.run_level[batch]
    best, chosen, cost = NEVER, 0, 0.0
    for e in range(num_months + 1):
        if e > 0:
            cost += _month_cost(priced, batch, p, e - 1, row, e - 1 - first)
        points = arrays.run_value[batch, e]
        if points == NEVER:
            continue
        points += priced.bonus[p, 0, e] - cost + _after(arrays, scratch, e)
        if e < num_months:
            points -= priced.prices.go[p, e]
        if points > best:
            best, chosen = points, e
    return best, chosen


@compiled
def _use(priced: PricedPaths, left: Prices, stay: IndexStay, row: int) -> None:
    """Take off what a stay uses."""
    arrays, terms, (batch, library, first, end) = priced.arrays, priced.terms, stay
    for t in range(max(first, 0), end):
        left.place[library, t] -= 1.0
        left.book[library, t] -= arrays.books[batch]
        if arrays.is_joint and arrays.capacity[library, t] > 1:
            for c in range(arrays.demand.shape[2]):
                demand = arrays.demand[library, t, c]
                left.crowd[library, t, c] -= demand * terms.shares[row, c, t - first]
                left.relief[library, t, c] += demand * terms.weights[row, c, t - first]
    if first >= 0:
        left.come[library, first] -= 1.0
    if end < arrays.value.shape[2]:
        left.go[library, end] -= 1.0
    for f in range(arrays.floor_start[library], arrays.floor_start[library + 1]):
        if first < arrays.floor_end[f] and end > arrays.floor_first[f]:
            left.floor[f] += 1.0
