"""The longest path over the months for each batch, at prices of what stays share: compiled."""

from typing import NamedTuple

import numpy as np

from rotation.instance.arrays import NEVER, NOWHERE, Ints, Tables
from rotation.problem import Floats
from search.compiling import compiled, entry


class Prices(NamedTuple):
    """Multipliers, none negative, of what stays share.

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
    num_pins: int


class Choice(NamedTuple):
    """What the best path of each batch takes: planned stays, and the ends of running ones.

    `planned` counts by batch, library, first month and months − 1, `ended` by batch and month.
    """

    planned: Floats
    ended: Floats


class Desk(NamedTuple):
    """Room to work in, for one thread."""

    points: Floats
    best: Floats
    library: Ints
    begun: Floats
    onward: Floats
    length: Ints


def new_desk(tables: Tables) -> Desk:
    """Return room to work in for batches of some tables."""
    num_months, longest = tables.value.shape[2:]
    return Desk(
        np.empty((num_months, longest)),
        np.empty((num_months, longest)),
        np.empty((num_months, longest), np.int64),
        np.empty(num_months + 2),
        np.empty(num_months + 3),
        np.empty(num_months + 1, np.int64),
    )


@entry
def measure_lost(
    tables: Tables,
    terms: Terms,
    prices: Prices,
    bonus: Floats,
    loss: tuple[Floats, Floats],
    lost: Floats,
    desk: Desk,
) -> None:
    """Fill in how much less than its best path a batch's path by way of each library is worth."""
    num_months, longest = desk.best.shape
    for b in range(lost.shape[0]):
        _find_best_stays(tables, terms, prices, bonus, loss, b, desk)
        _find_best_months(tables, desk)
        for i in range(tables.num_places[b]):
            p = tables.places[b, i]
            _price_stays(tables, terms, prices, bonus, loss, b, p, desk)
            for s in range(num_months):
                for k in range(min(longest, num_months - s)):
                    after = _after(tables, desk, s + k + 1)
                    lost[b, p] = min(lost[b, p], desk.onward[s] - desk.points[s, k] - after)


@entry
def fill_bonus(tables: Tables, floor: Floats, bonus: Floats) -> None:
    """Add the price of each floor to every stay that meets it."""
    num_months = bonus.shape[1] - 1
    for p in range(bonus.shape[0]):
        for f in range(tables.floor_start[p], tables.floor_start[p + 1]):
            if floor[f] > 0:
                for s in range(min(tables.floor_end[f], num_months + 1)):
                    for e in range(max(s, tables.floor_first[f] + 1), num_months + 1):
                        bonus[p, s, e] += floor[f]


@entry
def choose_paths(
    tables: Tables,
    terms: Terms,
    prices: Prices,
    bonus: Floats,
    loss: tuple[Floats, Floats],
    first: int,
    end: int,
    left: Prices,
    taken: Choice,
    share: float,
    desk: Desk,
) -> float:
    """Return the sum of the best paths of some batches; note what they use and take."""
    num_months = tables.value.shape[2]
    total = 0.0
    for b in range(first, end):
        _find_best_stays(tables, terms, prices, bonus, loss, b, desk)
        _find_best_months(tables, desk)
        t = 0
        if tables.run_library[b] != NOWHERE:
            points, e = _best_running(tables, terms, prices, bonus, loss, b, desk)
            total += points
            taken.ended[b, e] += share
            p = tables.run_library[b]
            _use(tables, terms, left, b, p, tables.run_first[b], e, tables.run_level[b])
            t = _next(tables, desk, e)
        else:
            total += desk.onward[0]
        while t < num_months:
            is_forced = t < 0  # a chain, begun as the stay before it ends
            t = -1 - t if is_forced else t
            if not is_forced and not desk.begun[t] > desk.onward[t + 1]:
                t += 1
                continue
            months = desk.length[t]
            p = desk.library[t, months - 1]
            taken.planned[b, p, t, months - 1] += share
            left.once[b, p] -= 1.0
            _use(tables, terms, left, b, p, t, t + months, tables.level[b, p, t])
            t = _next(tables, desk, t + months)
    return total


@compiled
def _find_best_stays(
    tables: Tables,
    terms: Terms,
    prices: Prices,
    bonus: Floats,
    loss: tuple[Floats, Floats],
    batch: int,
    desk: Desk,
) -> None:
    """Find the library of each span of months at which a batch gains most."""
    num_months, longest = desk.best.shape
    desk.best[:] = NEVER
    for i in range(tables.num_places[batch]):
        p = tables.places[batch, i]
        _price_stays(tables, terms, prices, bonus, loss, batch, p, desk)
        for s in range(num_months):
            for k in range(min(longest, num_months - s)):
                if desk.points[s, k] > desk.best[s, k]:
                    desk.best[s, k], desk.library[s, k] = desk.points[s, k], p


@compiled
def _price_stays(
    tables: Tables,
    terms: Terms,
    prices: Prices,
    bonus: Floats,
    loss: tuple[Floats, Floats],
    batch: int,
    library: int,
    desk: Desk,
) -> None:
    """Fill in what every stay of a batch at a library is worth less the prices of what it uses."""
    num_months, longest = desk.best.shape
    for s in range(num_months):
        row = tables.level[batch, library, s]
        cost = prices.come[library, s] + prices.once[batch, library]
        for k in range(min(longest, num_months - s)):
            e = s + k + 1
            cost += _month_cost(tables, terms, prices, loss, batch, library, e - 1, row, k)
            points = tables.value[batch, library, s, k]
            if points != NEVER:
                points += bonus[library, s, e] - cost
                if e < num_months:
                    points -= prices.go[library, e]
            desk.points[s, k] = points


@compiled
def _month_cost(
    tables: Tables,
    terms: Terms,
    prices: Prices,
    loss: tuple[Floats, Floats],
    batch: int,
    library: int,
    month: int,
    row: int,
    age: int,
) -> float:
    """Return what a month at a library costs: its place, its books, the demand it takes."""
    cost = prices.place[library, month] + tables.books[batch] * prices.book[library, month]
    if tables.is_joint and tables.capacity[library, month] > 1:
        crowd, relief = loss
        for c in range(crowd.shape[2]):
            cost += crowd[library, month, c] * terms.shares[row, age, c]
            cost -= relief[library, month, c] * terms.weights[row, age, c]
    return float(cost)


@compiled
def _find_best_months(tables: Tables, desk: Desk) -> None:
    """Find what the months from each one on are worth at most."""
    num_months, longest = desk.best.shape
    desk.begun[:] = NEVER
    desk.onward[:] = 0.0
    for t in range(num_months - 1, -1, -1):
        for months in range(1, min(longest, num_months - t) + 1):
            points = desk.best[t, months - 1] + _after(tables, desk, t + months)
            if points > desk.begun[t]:
                desk.begun[t], desk.length[t] = points, months
        desk.onward[t] = max(desk.onward[t + 1], desk.begun[t])


@compiled
def _after(tables: Tables, desk: Desk, end: int) -> float:
    """Return the best that follows a stay which ends in a month."""
    if tables.lag > 0:
        return float(desk.onward[min(end + tables.lag, desk.best.shape[0])])
    return float(max(desk.begun[end] - tables.chain_points, desk.onward[end + 1]))


@compiled
def _next(tables: Tables, desk: Desk, end: int) -> int:
    """Return the month in which a path goes on after a stay; −1 − month where it chains."""
    if tables.lag > 0:
        return end + tables.lag
    if end < desk.best.shape[0] and desk.begun[end] - tables.chain_points > desk.onward[end + 1]:
        return -1 - end
    return end + 1


@compiled
def _best_running(
    tables: Tables,
    terms: Terms,
    prices: Prices,
    bonus: Floats,
    loss: tuple[Floats, Floats],
    batch: int,
    desk: Desk,
) -> tuple[float, int]:
    """Return the points of the best path that begins with the running stay, and its end."""
    num_months = tables.value.shape[2]
    p, first, row = tables.run_library[batch], tables.run_first[batch], tables.run_level[batch]
    best, chosen, cost = NEVER, 0, 0.0
    for e in range(num_months + 1):
        if e > 0:
            cost += _month_cost(tables, terms, prices, loss, batch, p, e - 1, row, e - 1 - first)
        points = tables.run_value[batch, e]
        if points == NEVER:
            continue
        points += bonus[p, 0, e] - cost + _after(tables, desk, e)
        if e < num_months:
            points -= prices.go[p, e]
        if points > best:
            best, chosen = points, e
    return best, chosen


@compiled
def _use(
    tables: Tables,
    terms: Terms,
    left: Prices,
    batch: int,
    library: int,
    first: int,
    end: int,
    row: int,
) -> None:
    """Take off what a stay uses."""
    for t in range(max(first, 0), end):
        left.place[library, t] -= 1.0
        left.book[library, t] -= tables.books[batch]
        if tables.is_joint and tables.capacity[library, t] > 1:
            for c in range(tables.demand.shape[2]):
                demand = tables.demand[library, t, c]
                left.crowd[library, t, c] -= demand * terms.shares[row, t - first, c]
                left.relief[library, t, c] += demand * terms.weights[row, t - first, c]
    if first >= 0:
        left.come[library, first] -= 1.0
    if end < tables.value.shape[2]:
        left.go[library, end] -= 1.0
    for f in range(tables.floor_start[library], tables.floor_start[library + 1]):
        if first < tables.floor_end[f] and end > tables.floor_first[f]:
            left.floor[f] += 1.0
