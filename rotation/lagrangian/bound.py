"""A valid upper bound on what any schedule is worth, by Lagrangian relaxation.

Shelf space, numbers of batches, visits, vehicle hours, floors, "a batch is at a library at most
once", joint demand and even months get prices; what is left falls apart into one longest path over
the months for each batch, chains included, which is solved exactly. Every set of prices that keeps
the signs gives a valid bound. Rings and memory between planned stays are left out, which can only
raise it.

Joint demand is bounded in two ways. Loosely: what several batches reach together is a concave
function of the sum of −ln(1 − share), also where a path counts in part. Closely, at much more
work: the batches at a library in a month are one of the groups that there are (`groups`),
as in a relaxation with a column for every group.
"""

from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np

from rotation.instance.arrays import Arrays
from rotation.lagrangian.batch_paths import (
    PathsTaken,
    Prices,
    Terms,
    choose_paths,
    lay_by_category,
    measure_lost,
    new_scratch,
    price_paths,
)
from rotation.lagrangian.even_months import count_least, count_wanted, level_prices
from rotation.lagrangian.groups import choose_groups, list_guests, new_columns
from rotation.problem import Floats, Ints
from search.rounding import DIGITS, round_off

SAFETY = 2e-9
"""Relative widening of the bound against rounding of sums."""

WORTH_A_THREAD = 16
"""Batches, or libraries, from which on another thread looks at half of them."""

LARGEST_WEIGHT = 27.0
"""Most that −ln(1 − share) may be; a share of 1 − 2e-12."""

SMALLEST_SHARE = 1e-12
"""Least that relief ÷ crowd counts."""

LARGEST_FITTED = 3.0
"""Weights above are not looked at where squares take their place."""


class Groups:
    """The groups that may share the demand of each library and month, for one thread or two."""

    def __init__(self, arrays: Arrays) -> None:
        self.guests = list_guests(arrays, least_worth_of_loss(arrays))
        self.columns = new_columns(self.guests), new_columns(self.guests)

    @property
    def any(self) -> bool:
        """Whether several batches may share the demand anywhere."""
        return bool(self.guests.is_grouped.any())

    def terms(self, terms: Terms) -> Terms:
        """Return the terms with squares for weights."""
        return terms._replace(weights=lay_by_category(self.guests.squares))

    def convert(self, prices: Prices, terms: Terms) -> Prices:
        """Return prices of weights as prices of shares and of squares, near the same."""
        shares, squares = self.guests.shares, self.guests.squares
        weights = terms.weights[:, :, : shares.shape[1]].transpose(0, 2, 1).ravel()
        fitted = weights < LARGEST_FITTED
        both = np.stack([shares.ravel(), squares.ravel()], axis=1)
        share, square = round_off(
            np.linalg.lstsq(both[fitted], weights[fitted], rcond=None)[0]
        ).tolist()
        changed = prices._replace(
            crowd=prices.crowd - share * prices.relief, relief=square * prices.relief
        )
        return Prices(*(price.copy() for price in changed))

    def choose(
        self, prices: Prices, left: Prices, threads: Executor | None, *, is_exact: bool
    ) -> float:
        """Return what the best groups are worth, and note in `left` what they hold.

        A bound if `is_exact`; otherwise the worth of good groups, which is quicker.
        """

        def choose(first: int, end: int, number: int) -> float:
            own = self.columns[number]
            return choose_groups(self.guests, prices, first, end, left, is_exact, own)

        return _sum_halves(threads, len(self.guests.worth), choose)


def no_prices(arrays: Arrays) -> Prices:
    """Return prices of nothing."""
    batches, libraries, num_months, _ = arrays.value.shape
    shape = (libraries, num_months)
    return Prices(
        place=np.zeros(shape),
        book=np.zeros(shape),
        come=np.zeros(shape),
        go=np.zeros(shape),
        hour=np.zeros(num_months),
        once=np.zeros((batches, libraries)),
        floor=np.zeros(len(arrays.floor_first)),
        crowd=np.zeros(arrays.demand.shape),
        relief=np.zeros(arrays.demand.shape),
        even=np.zeros(num_months),
    )


def fit_floors(prices: Prices, arrays: Arrays) -> Prices:
    """Return earlier prices, with nothing for floors where other floors hold than before."""
    if len(prices.floor) == len(arrays.floor_first):
        return prices
    return prices._replace(floor=np.zeros(len(arrays.floor_first)))


def no_paths(arrays: Arrays) -> PathsTaken:
    """Return a choice of no stays."""
    return PathsTaken(np.zeros(arrays.value.shape), np.zeros(arrays.run_value.shape))


def list_terms(arrays: Arrays) -> Terms:
    """Return what does not change with the prices."""
    brought: Floats = np.maximum(arrays.capacity, 1).astype(np.float64)
    fetched = np.empty(arrays.capacity.shape)
    fetched[:, 1:] = brought[:, :-1]
    running = arrays.run_library[arrays.run_library >= 0]
    fetched[:, 0] = np.maximum(np.bincount(running, minlength=len(fetched)), 1)
    shares = arrays.reach[:, None, :] * arrays.fade[None, :, None]
    weights = np.minimum(round_off(-np.log1p(-np.minimum(shares, 1 - 1e-15))), LARGEST_WEIGHT)
    return Terms(lay_by_category(shares), lay_by_category(weights), brought, fetched)


def least_worth_of_loss(arrays: Arrays) -> Floats:
    """Return the least points that a use lost to other batches costs, by library."""
    least = float(arrays.freshness.min(initial=1.0))
    worth: Floats = arrays.worth + arrays.fresh_points * least
    return worth


def bound_at(
    arrays: Arrays,
    terms: Terms,
    prices: Prices,
    taken: PathsTaken,
    *,
    share: float = 1.0,
    threads: Executor | None = None,
    groups: Groups | None = None,
    is_exact: bool = True,
) -> tuple[float, Prices]:
    """Return the valid bound at some prices, and how it changes with each of them.

    The change is what is left of each limit where every batch takes its best path and every visit
    that pays is made.

    Parameters
    ----------
    taken
        What the best paths take is added here, `share` for each stay.
    threads
        Where given, half of the batches are looked at beside the other half.
    groups
        Where given, joint demand is bounded by groups; the terms are its own. Unless `is_exact`,
        by good ones only: the points are then no bound.
    """
    even = level_prices(arrays.uneven, prices.even)
    gain = terms.brought * prices.come + terms.fetched * prices.go
    gain = gain - arrays.visit_points - arrays.visit_hours[:, None] * prices.hour[None, :] - even
    is_made = gain > 0
    visits = is_made.sum(axis=0)
    left = no_prices(arrays)._replace(
        place=arrays.capacity.astype(np.float64),
        book=arrays.capacity_books.astype(np.float64),
        come=terms.brought * is_made,
        go=terms.fetched * is_made,
        hour=arrays.hours - (arrays.visit_hours[:, None] * is_made).sum(axis=0),
        once=np.ones_like(prices.once),
        floor=np.full_like(prices.floor, -1.0),
        even=count_wanted(arrays.uneven, even, float(visits.sum())) - visits,
    )
    if groups:
        left.place[groups.guests.is_grouped] = 0.0
    points = float((prices.place * left.place).sum())
    points += float((prices.book * arrays.capacity_books).sum())
    points += float(prices.once.sum()) + float((prices.hour * arrays.hours).sum())
    points += float(gain[is_made].sum()) - float(prices.floor.sum())
    points += count_least(arrays.uneven, even)
    if groups:
        points += groups.choose(prices, left, threads, is_exact=is_exact)
    else:
        points += _share_demand(arrays, prices, left)
    points += _sum_best_paths(arrays, terms, prices, left, taken, share, threads)
    points -= arrays.debt * arrays.num_pins
    return points + SAFETY * max(1.0, abs(points)), left


def _share_demand(arrays: Arrays, prices: Prices, left: Prices) -> float:
    """Return what sharing the demand is worth at most where it is a concave function of a sum."""
    crowd = prices.crowd
    kept = np.clip(prices.relief / np.where(crowd > 0, crowd, 1.0), SMALLEST_SHARE, 1.0)
    log = round_off(np.log(kept))
    left.crowd[...] = arrays.demand * (1.0 - kept)
    left.relief[...] = arrays.demand * log
    most = log + 10.0**-DIGITS  # not below the true one: the bound stays one
    return float((arrays.demand * crowd * (1.0 - kept + kept * most)).sum())


def _sum_best_paths(
    arrays: Arrays,
    terms: Terms,
    prices: Prices,
    left: Prices,
    taken: PathsTaken,
    share: float,
    threads: Executor | None,
) -> float:
    """Return the sum over batches of the best path over the months; what they use goes off."""
    priced = price_paths(arrays, terms, prices)
    other = no_prices(arrays)._replace(once=left.once)  # its rows are each batch's own

    def choose(first: int, end: int, number: int) -> float:
        own = other if number else left
        return choose_paths(priced, first, end, own, taken, share, new_scratch(arrays))

    total = _sum_halves(threads, len(arrays.value), choose)
    if threads:
        for name, used, added in zip(left._fields, left, other, strict=True):
            if name != "once":
                used[...] += added
    return total


def _sum_halves(
    threads: Executor | None, count: int, work: Callable[[int, int, int], float]
) -> float:
    """Return the sum of some work on the halves of a range, side by side; else on the whole.

    `work` gets first, end and the number of the half. Halves of a short range are done one after
    the other, which is sooner than another thread begins; the sum is the same.
    """
    if threads is None:
        return work(0, count, 0)
    middle = count // 2
    if count < WORTH_A_THREAD:
        return work(0, middle, 0) + work(middle, count, 1)
    tasks = [threads.submit(work, 0, middle, 0), threads.submit(work, middle, count, 1)]
    return sum(task.result() for task in tasks)


def rank_places(arrays: Arrays, terms: Terms, prices: Prices) -> Ints:
    """Return `Arrays.places` with the libraries of each batch by what it loses there at the prices.

    What it loses is how much a path by way of the library is worth less than its best path.
    """
    lost = np.full(arrays.value.shape[:2], np.inf)
    measure_lost(price_paths(arrays, terms, prices), lost, new_scratch(arrays))
    places = arrays.places.copy()
    for b, count in enumerate(arrays.num_places.tolist()):
        own = arrays.places[b, :count]
        places[b, :count] = own[np.argsort(lost[b, own], kind="stable")]
    return places
