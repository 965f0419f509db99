"""The longest path over the months for each batch, at prices of what stays share: compiled."""

from typing import NamedTuple

import numpy as np

from rotation.instance.arrays import Arrays
from rotation.instance.instance import NEVER, NOWHERE
from rotation.problem import Floats, IndexStay, Ints
from search.compiling import compiled, entry


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

    `shares` is the share x reached by level, month of stay and category, and `weights` what relief
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
    leaves; `crowd` and `relief` the prices of that name times the demand.
    """

    arrays: Arrays
    terms: Terms
    prices: Prices
    bonus: Floats
    crowd: Floats
    relief: Floats


class PathScratch(NamedTuple):
    """Room to work in, for one thread."""

    points: Floats
    best: Floats
    library: Ints
    begun: Floats
    onward: Floats
    length: Ints


def price_paths(arrays: Arrays, terms: Terms, prices: Prices) -> PricedPaths:
    """Return what paths are priced by."""
    _, libraries, num_months, _ = arrays.value.shape
    bonus = np.zeros((libraries, num_months + 1, num_months + 1))
    fill_bonus(arrays, prices.floor, bonus)
    crowd, relief = arrays.demand * prices.crowd, arrays.demand * prices.relief
    return PricedPaths(arrays, terms, prices, bonus, crowd, relief)


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
    )


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
        row = arrays.level[batch, library, s]
        cost = prices.come[library, s] + prices.once[batch, library]
        for k in range(min(longest, num_months - s)):
            e = s + k + 1
            cost += _month_cost(priced, batch, library, e - 1, row, k)
            points = arrays.value[batch, library, s, k]
            if points != NEVER:
                points += priced.bonus[library, s, e] - cost
                if e < num_months:
                    points -= prices.go[library, e]
            scratch.points[s, k] = points


@compiled
def _month_cost(
    priced: PricedPaths, batch: int, library: int, month: int, row: int, age: int
) -> float:
    """Return what a month at a library costs: its place, its books, the demand it takes."""
    arrays, prices, terms = priced.arrays, priced.prices, priced.terms
    cost = prices.place[library, month] + arrays.books[batch] * prices.book[library, month]
    if arrays.is_joint and arrays.capacity[library, month] > 1:
        for c in range(priced.crowd.shape[2]):
            cost += priced.crowd[library, month, c] * terms.shares[row, age, c]
            cost -= priced.relief[library, month, c] * terms.weights[row, age, c]
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
                left.crowd[library, t, c] -= demand * terms.shares[row, t - first, c]
                left.relief[library, t, c] += demand * terms.weights[row, t - first, c]
    if first >= 0:
        left.come[library, first] -= 1.0
    if end < arrays.value.shape[2]:
        left.go[library, end] -= 1.0
    for f in range(arrays.floor_start[library], arrays.floor_start[library + 1]):
        if first < arrays.floor_end[f] and end > arrays.floor_first[f]:
            left.floor[f] += 1.0
