"""A valid upper bound on what any schedule is worth, by Lagrangian relaxation.

Shelf space, numbers of batches, visits, vehicle hours, floors and "a batch is at a library at
most once" get prices; what is left falls apart into one longest path over the months for each
batch, which is solved exactly. Every set of non-negative prices gives a valid bound. Joint
saturation, chains and memory between planned stays are left out, which can only raise the bound.
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
class Prices:
    """Multipliers, none negative, of what stays share."""

    place: Floats  # a batch at a library in a month
    book: Floats  # a book at a library in a month
    come: Floats  # a batch brought to a library in a month
    go: Floats  # a batch taken from a library in a month
    hour: Floats  # a vehicle hour in a month
    once: Floats  # a batch at a library at all
    floor: Floats  # a span in which a library must not stand empty


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


def bound_at(grid: Grid, prices: Prices, meets: Floats) -> tuple[float, Floats]:
    """Return the valid bound at some prices, and the value of every stay less its prices.

    Parameters
    ----------
    meets
        From `stays_meeting_floors`.
    """
    reduced = reduce_values(grid, prices, meets)
    gain = most_at_once(grid)[:, None] * (prices.come + prices.go) - grid.visit_points
    gain = gain - grid.visit_hours[:, None] * prices.hour[None, :]
    points = float((prices.place * grid.capacity_batches).sum())
    points += float((prices.book * grid.capacity_books).sum())
    points += float(prices.once.sum()) + float((prices.hour * grid.hours).sum())
    points += float(gain[gain > 0].sum()) - float(prices.floor.sum())
    points += _sum_best_paths(grid, prices, reduced)
    return points + SAFETY * max(1.0, abs(points)), reduced


def stays_meeting_floors(grid: Grid) -> Floats:
    """Return which stays meet each floor: floor, first month, months − 1."""
    num_months, longest = grid.value.shape[2], grid.value.shape[3]
    first = np.arange(num_months)[None, :, None]
    end = first + 1 + np.arange(longest)[None, None, :]
    spans = np.array(grid.floors, dtype=np.int64).reshape(-1, 3)
    meets: Floats = ((first < spans[:, 2, None, None]) & (end > spans[:, 1, None, None])).astype(
        np.float64
    )
    return meets


def reduce_values(grid: Grid, prices: Prices, meets: Floats) -> Floats:
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
    if len(grid.floors):
        bonus = np.zeros(reduced.shape[1:])
        np.add.at(bonus, [p for p, _, _ in grid.floors], prices.floor[:, None, None] * meets)
        reduced += bonus[None]
    return reduced


def _sum_best_paths(grid: Grid, prices: Prices, reduced: Floats) -> float:
    """Return the sum over batches of the best path over the months at some prices."""
    batches, libraries, num_months, longest = reduced.shape
    top = reduced.max(axis=1) if libraries else np.full((batches, num_months, longest), -np.inf)
    ahead = np.zeros((batches, num_months + 1))
    for t in range(num_months - 1, -1, -1):
        best = ahead[:, t + 1]
        for months in range(1, min(longest, num_months - t) + 1):
            then = ahead[:, min(t + months + grid.lag, num_months)]
            best = np.maximum(best, top[:, t, months - 1] + then)
        ahead[:, t] = best
    total = 0.0
    for b, options in enumerate(grid.running):
        worth = [
            value
            - _running_price(grid, prices, b, slot)
            + float(ahead[b, min(slot[2] + grid.lag, num_months)])
            for slot, value in options
        ]
        total += max(worth) if worth else float(ahead[b, 0])
    return total


def _running_price(grid: Grid, prices: Prices, batch: int, slot: tuple[int, int, int]) -> float:
    p, _, e = slot
    price = float(prices.place[p, :e].sum() + grid.books[batch] * prices.book[p, :e].sum())
    for (library, start, end), bonus in zip(grid.floors, prices.floor.tolist(), strict=True):
        if library == p and slot[1] < end and e > start:
            price -= bonus
    return price + (float(prices.go[p, e]) if e < grid.num_months else 0.0)
