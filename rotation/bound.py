"""A valid upper bound on what any schedule is worth, by Lagrangian relaxation.

Shelf space, numbers of batches, visits, vehicle hours, floors, "a batch is at a library at most
once" and joint demand get prices; what is left falls apart into one longest path over the months
for each batch, chains included, which is solved exactly. Every set of prices that keeps the signs
gives a valid bound. Rings and memory between planned stays are left out, which can only raise it.
"""

from dataclasses import dataclass

import numpy as np

from rotation.board import NEVER
from rotation.compiled import compiled, entry
from rotation.problem import Floats
from rotation.tables import Tables

SAFETY = 1e-9
"""Relative widening of the bound against rounding of sums."""

LARGEST_WEIGHT = 27.0
"""Most that −ln(1 − share) may be; a share of 1 − 2e-12."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound, and the price of each stay at the multipliers that gave it.

    `reduced` is the value of a stay less the prices of what it uses; same shape as `Grid.value`.
    `guide` is what a month at a library costs, by library and month.
    """

    points: float
    reduced: Floats
    guide: Floats


@dataclass(slots=True)
class Prices:
    """Multipliers, none negative, of what stays share.

    `crowd` is what a use lost to other batches counts, and `relief` at most as much: with
    m = relief ÷ crowd, uses beyond (1 − m + m ln m) of the demand are lost at that rate.
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


def no_prices(tables: Tables) -> Prices:
    """Return prices of nothing."""
    batches, libraries, num_months, _ = tables.value.shape
    shape = (libraries, num_months)
    return Prices(
        place=np.zeros(shape),
        book=np.zeros(shape),
        come=np.zeros(shape),
        go=np.zeros(shape),
        hour=np.zeros(num_months),
        once=np.zeros((batches, libraries)),
        floor=np.zeros(len(tables.floor_first)),
        crowd=np.zeros(tables.demand.shape),
        relief=np.zeros(tables.demand.shape),
    )


def most_brought(tables: Tables) -> Floats:
    """Return how many batches one visit can bring at most, by library and month."""
    result: Floats = np.maximum(tables.capacity, 1).astype(np.float64)
    return result


def most_fetched(tables: Tables) -> Floats:
    """Return how many batches one visit can fetch at most, by library and month."""
    result = np.empty(tables.capacity.shape)
    result[:, 1:] = most_brought(tables)[:, :-1]
    running = tables.run_library[tables.run_library >= 0]
    result[:, 0] = np.maximum(np.bincount(running, minlength=len(result)), 1)
    return result


def least_worth_of_loss(tables: Tables) -> Floats:
    """Return the least points that a use lost to other batches costs, by library."""
    least = float(tables.freshness.min(initial=1.0))
    worth: Floats = tables.worth + tables.fresh_points * least
    return worth


def bound_at(tables: Tables, prices: Prices, num_pins: int) -> tuple[float, Floats]:
    """Return the valid bound at some prices, and the value of every stay less its prices."""
    shares, weights = weigh_shares(tables)
    reduced, running = np.empty_like(tables.value), np.empty_like(tables.run_value)
    fill_reduced(
        tables,
        (prices.place, prices.book, prices.come, prices.go),
        (prices.once, prices.floor, prices.crowd, prices.relief),
        (shares, weights),
        (reduced, running),
    )
    gain = most_brought(tables) * prices.come + most_fetched(tables) * prices.go
    gain = gain - tables.visit_points - tables.visit_hours[:, None] * prices.hour[None, :]
    points = float((prices.place * tables.capacity).sum())
    points += float((prices.book * tables.capacity_books).sum())
    points += float(prices.once.sum()) + float((prices.hour * tables.hours).sum())
    points += float(gain[gain > 0].sum()) - float(prices.floor.sum())
    points += _price_of_demand(tables, prices) - tables.debt * num_pins
    points += sum_best_paths(tables, reduced, running)
    return points + SAFETY * max(1.0, abs(points)), reduced


def weigh_shares(tables: Tables) -> tuple[Floats, Floats]:
    """Return the share x reached and −ln(1 − x): level, month of stay, category."""
    shares: Floats = tables.reach[:, None, :] * tables.fade[None, :, None]
    weights = np.minimum(-np.log1p(-np.minimum(shares, 1 - 1e-15)), LARGEST_WEIGHT)
    return shares, weights


def _price_of_demand(tables: Tables, prices: Prices) -> float:
    """Return the constant of joint demand: crowd · λ · (1 − m + m ln m), m = relief ÷ crowd."""
    crowd = prices.crowd
    share = np.clip(prices.relief / np.where(crowd > 0, crowd, 1.0), 1e-300, 1.0)
    free = 1.0 - share + share * np.log(share)
    return float((tables.demand * crowd * free).sum())


@entry
def fill_reduced(
    tables: Tables,
    by_month: tuple[Floats, Floats, Floats, Floats],
    others: tuple[Floats, Floats, Floats, Floats],
    joint: tuple[Floats, Floats],
    results: tuple[Floats, Floats],
) -> None:
    """Fill in the value of every planned and running stay less its prices."""
    place, book, come, go = by_month
    once, floor, crowd, relief = others
    shares, weights = joint
    reduced, running = results
    batches, libraries, num_months, longest = tables.value.shape
    for b in range(batches):
        for p in range(libraries):
            for s in range(num_months):
                row, cost = tables.level[b, p, s], come[p, s] + once[b, p]
                for months in range(1, longest + 1):
                    e = s + months
                    if e <= num_months:
                        cost += place[p, e - 1] + tables.books[b] * book[p, e - 1]
                        cost += _crowded(tables, shares, weights, crowd, relief, row, p, s, e - 1)
                    points = tables.value[b, p, s, months - 1]
                    if points != NEVER:
                        points -= cost + (go[p, e] if e < num_months else 0.0)
                        points += _bonus(tables, floor, p, s, e)
                    reduced[b, p, s, months - 1] = points
        p, s, cost = tables.run_library[b], tables.run_first[b], 0.0
        for e in range(num_months + 1):
            if p >= 0 and e > 0:
                cost += place[p, e - 1] + tables.books[b] * book[p, e - 1]
                row = tables.run_level[b]
                cost += _crowded(tables, shares, weights, crowd, relief, row, p, s, e - 1)
            points = tables.run_value[b, e]
            if points != NEVER:
                points -= cost + (go[p, e] if e < num_months else 0.0)
                points += _bonus(tables, floor, p, s, e)
            running[b, e] = points


@compiled
def _crowded(
    tables: Tables,
    shares: Floats,
    weights: Floats,
    crowd: Floats,
    relief: Floats,
    row: int,
    library: int,
    first: int,
    month: int,
) -> float:
    """Return what a stay pays in a month for the demand it takes from others."""
    paid = 0.0
    for c in range(tables.demand.shape[2]):
        if crowd[library, month, c] > 0:
            lost = crowd[library, month, c] * shares[row, month - first, c]
            lost -= relief[library, month, c] * weights[row, month - first, c]
            paid += tables.demand[library, month, c] * lost
    return paid


@compiled
def _bonus(tables: Tables, floor: Floats, library: int, first: int, end: int) -> float:
    """Return the prices of the floors that a stay meets."""
    points = 0.0
    for f in range(tables.floor_start[library], tables.floor_start[library + 1]):
        if first < tables.floor_end[f] and end > tables.floor_first[f]:
            points += floor[f]
    return points


def sum_best_paths(tables: Tables, reduced: Floats, running: Floats) -> float:
    """Return the sum over batches of the best path over the months, chains paid."""
    batches, libraries, num_months, longest = reduced.shape
    top = reduced.max(axis=1) if libraries else np.full((batches, num_months, longest), -np.inf)
    begun = np.full((batches, num_months + 2), -np.inf)
    onward = np.zeros((batches, num_months + 3))
    for t in range(num_months - 1, -1, -1):
        for months in range(1, min(longest, num_months - t) + 1):
            then = _after(tables, begun, onward, t + months)
            begun[:, t] = np.maximum(begun[:, t], top[:, t, months - 1] + then)
        onward[:, t] = np.maximum(onward[:, t + 1], begun[:, t])
    ends = np.stack([_after(tables, begun, onward, e) for e in range(num_months + 1)], axis=1)
    stands = tables.run_library >= 0
    from_running = (running + ends).max(axis=1)
    return float(np.where(stands, from_running, onward[:, 0]).sum())


def _after(tables: Tables, begun: Floats, onward: Floats, end: int) -> Floats:
    """Return the best that follows a stay which ends in a month, by batch."""
    num_months = tables.value.shape[2]
    if tables.lag > 0:
        return onward[:, min(end + tables.lag, num_months)]
    return np.maximum(begun[:, end] - tables.chain_points, onward[:, end + 1])
