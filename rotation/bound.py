"""A valid upper bound on what any schedule is worth, by Lagrangian relaxation.

Shelf space, numbers of batches, visits, vehicle hours and "a batch is at a library at most once"
get multipliers; what is left falls apart into one longest path over the months for each batch,
which is solved exactly. Every set of multipliers gives a valid bound; a subgradient method lowers
it. Joint saturation, floors and memory between planned stays are left out, which can only raise
the bound.
"""

from dataclasses import dataclass

import numpy as np

from rotation.grid import Grid
from rotation.problem import Floats

SAFETY = 1e-9
"""Relative widening of the bound against rounding of sums."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound, and the price of each stay at the multipliers that gave it.

    `reduced` is the value of a stay less the prices of what it uses; same shape as `Grid.value`.
    """

    points: float
    reduced: Floats


@dataclass(slots=True)
class _Prices:
    place: Floats  # a batch at a library in a month
    book: Floats  # a book at a library in a month
    come: Floats  # a batch brought to a library in a month
    go: Floats  # a batch taken from a library in a month
    hour: Floats  # a vehicle hour in a month
    once: Floats  # a batch at a library at all


def bound_grid(grid: Grid, *, rounds: int, target: float) -> Bound:
    """Return the best bound of some rounds of a subgradient method.

    Parameters
    ----------
    target
        Points of the best schedule known; steps aim between it and the bound.
    """
    batches, libraries, num_months, _ = grid.value.shape
    shape = (libraries, num_months)
    prices = _Prices(
        np.zeros(shape),
        np.zeros(shape),
        grid.visit_points / 2 / most_at_once(grid)[:, None],
        grid.visit_points / 2 / most_at_once(grid)[:, None],
        np.zeros(num_months),
        np.zeros((batches, libraries)),
    )
    has_once = grid.problem.rules.memory_months >= num_months
    scale = max(float(np.max(grid.books)) if batches else 1.0, 1.0)
    best, best_reduced, agility, stalled = np.inf, grid.value, 1.0, 0
    for _ in range(max(1, rounds)):
        reduced = reduce_values(grid, prices)
        points, slope = _relax(grid, prices, reduced, scale, has_once)
        if points < best - 1e-6 * abs(best if np.isfinite(best) else 1.0):
            best, best_reduced, stalled = points, reduced, 0
        else:
            stalled += 1
            if stalled >= 12:
                agility, stalled = agility * 0.7, 0
        norm = sum(float((part**2).sum()) for part in slope)
        aim = min(target, best) if np.isfinite(target) else 0.9 * best
        if norm < 1e-12 or points - aim < 1e-9 or agility < 1e-4:
            break
        step = agility * (points - aim) / norm
        prices.place = np.maximum(prices.place - step * slope[0], 0)
        prices.book = np.maximum(prices.book - step * slope[1] / scale, 0)
        prices.come = np.maximum(prices.come - step * slope[2], 0)
        prices.go = np.maximum(prices.go - step * slope[3], 0)
        prices.hour = np.maximum(prices.hour - step * slope[4], 0)
        if has_once:
            prices.once = np.maximum(prices.once - step * slope[5], 0)
    return Bound(best + SAFETY * max(1.0, abs(best)), best_reduced)


def most_at_once(grid: Grid) -> Floats:
    """Return how many batches can at most stand at each library, by number and by shelf."""
    running = {slot[0] for options in grid.running for slot, _ in options}
    result: Floats = grid.capacity_batches.max(axis=1, initial=1).astype(np.float64)
    smallest = np.cumsum(np.sort(grid.books))
    for p in range(len(result)):
        if p not in running:
            room = int(grid.capacity_books[p].max(initial=0))
            result[p] = max(1, min(result[p], np.searchsorted(smallest, room, side="right")))
    return result


def reduce_values(grid: Grid, prices: _Prices) -> Floats:
    """Return the value of every stay less the prices of what it uses."""
    num_months, longest = grid.value.shape[2], grid.value.shape[3]
    taken = np.cumsum(prices.place, axis=1)
    taken = np.concatenate([np.zeros((len(taken), 1)), taken], axis=1)
    shelf = np.cumsum(prices.book, axis=1)
    shelf = np.concatenate([np.zeros((len(shelf), 1)), shelf], axis=1)
    reduced = grid.value - prices.come[None, :, :, None] - prices.once[:, :, None, None]
    for s in range(num_months):
        for months in range(1, longest + 1):
            e = min(s + months, num_months)
            reduced[:, :, s, months - 1] -= (taken[:, e] - taken[:, s])[None] + np.outer(
                grid.books, shelf[:, e] - shelf[:, s]
            )
            if e < num_months:
                reduced[:, :, s, months - 1] -= prices.go[None, :, e]
    return reduced


def _relax(
    grid: Grid, prices: _Prices, reduced: Floats, scale: float, has_once: bool
) -> tuple[float, tuple[Floats, ...]]:
    """Return the bound at some prices and how much of each priced thing is left over."""
    place = grid.capacity_batches.astype(np.float64)
    book = grid.capacity_books / scale
    once = np.ones_like(prices.once) if has_once else np.zeros_like(prices.once)
    at_once = most_at_once(grid)[:, None]
    gain = at_once * (prices.come + prices.go) - grid.visit_points
    gain = gain - grid.visit_hours[:, None] * prices.hour[None, :]
    is_visited = gain > 0
    come = np.where(is_visited, at_once, 0.0)
    go = come.copy()
    hour = grid.hours - grid.visit_hours @ is_visited
    points = float((prices.place * grid.capacity_batches).sum())
    points += float((prices.book * grid.capacity_books).sum())
    points += float(prices.once.sum()) + float((prices.hour * grid.hours).sum())
    points += float(gain[is_visited].sum())
    total, slots = best_paths(grid, prices, reduced)
    for b, path in enumerate(slots):
        for p, s, e in path:
            first = max(s, 0)
            place[p, first:e] -= 1
            book[p, first:e] -= grid.books[b] / scale
            if s >= 0:
                come[p, s] -= 1
                once[b, p] -= has_once
            if e < grid.num_months:
                go[p, e] -= 1
    return points + total, (place, book, come, go, hour, once)


def best_paths(
    grid: Grid, prices: _Prices, reduced: Floats
) -> tuple[float, list[list[tuple[int, int, int]]]]:
    """Return the best path of every batch over the months at some prices, and their sum."""
    batches, libraries, num_months, longest = reduced.shape
    if not libraries:
        return 0.0, [[] for _ in range(batches)]
    at = reduced.argmax(axis=1)
    top = np.take_along_axis(reduced, at[:, None], axis=1)[:, 0]
    ahead = np.zeros((batches, num_months + 2))
    choice = np.zeros((batches, num_months), dtype=np.int64)
    for t in range(num_months - 1, -1, -1):
        options = [ahead[:, t + 1]]
        for months in range(1, min(longest, num_months - t) + 1):
            e = t + months
            options.append(top[:, t, months - 1] + ahead[:, min(e + grid.lag, num_months)])
        stacked = np.stack(options)
        choice[:, t] = stacked.argmax(axis=0)
        ahead[:, t] = stacked.max(axis=0)
    total, paths = 0.0, []
    for b in range(batches):
        t, path = 0, []
        if grid.running[b]:
            worth = [
                value
                - _running_price(grid, prices, b, slot)
                + float(ahead[b, min(slot[2] + grid.lag, num_months)])
                for slot, value in grid.running[b]
            ]
            index = int(np.argmax(worth))
            total += worth[index]
            path.append(grid.running[b][index][0])
            t = min(path[0][2] + grid.lag, num_months)
        else:
            total += float(ahead[b, 0])
        while t < num_months:
            months = int(choice[b, t])
            if not months:
                t += 1
                continue
            path.append((int(at[b, t, months - 1]), t, t + months))
            t = min(t + months + grid.lag, num_months)
        paths.append(path)
    return total, paths


def _running_price(grid: Grid, prices: _Prices, batch: int, slot: tuple[int, int, int]) -> float:
    p, _, e = slot
    price = float(prices.place[p, :e].sum() + grid.books[batch] * prices.book[p, :e].sum())
    return price + (float(prices.go[p, e]) if e < grid.num_months else 0.0)
