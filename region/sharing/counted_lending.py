"""Counts a choice of loans with the books of each batch, all at once; leaves out what is not.

The tables by which loans are chosen add up kinds, each with its usual batch. So a choice can be
worth less than they say, most where stock is scarce: every batch that goes is one that a library
had, and what comes serves what others there served.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from province.dates import Month
from region.sharing.joint_uses import MonthUses, Moved, UsesCounter
from region.sharing.lending_problem import UNIT, Driven, Lend, Lending
from region.sharing.lending_search import drive_least
from region.sharing.name_loans import Lent, choose_batches, list_running
from region.sharing.pose_lending import Posed
from region.sharing.province_stock import OwnBatch


@dataclass(frozen=True, slots=True)
class CountedLending:
    """A choice as it is counted at once.

    Parameters
    ----------
    chosen
        What is lent, what was lent before included.
    uses
        By province and month.
    value
        In uses: gained, less lost times their weight, less the price of runs and loans.
    """

    lending: Lending
    driven: Driven
    chosen: tuple[Lent, ...]
    uses: Mapping[tuple[int, int], MonthUses]
    value: float


class LendingCounter:
    """Counts choices of one problem; months in which the same is moved are counted once."""

    def __init__(self, posed: Posed, first: Month, owner_weight: float) -> None:
        self.posed, self.owner_weight = posed, owner_weight
        self.running = tuple(list_running(posed.stocks, first))
        self.counter = UsesCounter(posed.stocks, posed.topics)

    def count(self, lending: Lending, driven: Driven) -> CountedLending:
        """Return what a choice is worth; of what may be driven only what is needed is paid."""
        problem = self.posed.problem
        needed = drive_least(problem, lending, driven)
        chosen = choose_batches(self.posed, lending)
        uses = self.counter.count_months(*_list_moves(chosen))
        value = -sum(problem.ways[w].uses * times for w, times in needed.items())
        value -= problem.loan_uses * sum(lending.values())
        worth = sum(one.worth - (self.owner_weight - 1) * one.lost for one in uses.values())
        return CountedLending(
            lending, needed, (*self.running, *chosen), uses, round(worth + value / UNIT, 2)
        )


def leave_out(counter: LendingCounter, lending: Lending, driven: Driven) -> CountedLending:
    """Return the best of a choice that is left when loans are taken out one after the other.

    Each time the loan, or all loans of a hand-over, whose leaving out is worth most; until none is.
    """
    best = counter.count(lending, driven)
    while True:
        tried = [counter.count(less, best.driven) for less in _list_smaller(counter, best.lending)]
        better = max(tried, key=lambda one: one.value, default=best)
        if better.value <= best.value:
            return best
        best = better


def _list_smaller(counter: LendingCounter, lending: Lending) -> Iterator[Lending]:
    """Yield the choice without one loan, without one run's loans, and without any."""
    lots = counter.posed.problem.lots
    bundles: dict[object, list[Lend]] = defaultdict(list)
    for lend in sorted(lending):
        yield _take_out(lending, (lend,))
        owner = lots[lend.lot].owner
        pair = min(owner, lend.borrower), max(owner, lend.borrower)
        bundles[owner, lend.borrower, lend.first, lend.last] += [lend] * lending[lend]
        bundles[pair] += [lend] * lending[lend]
    for lends in bundles.values():
        if len(lends) > 1:
            yield _take_out(lending, lends)


def _take_out(lending: Lending, lends: Iterable[Lend]) -> Lending:
    left = Counter(lending)
    left.subtract(lends)
    return {lend: count for lend, count in sorted(left.items()) if count > 0}


def _list_moves(chosen: Iterable[Lent]) -> tuple[Moved, Moved]:
    """Return what is away and of use at home, and what serves a borrower, by province and month."""
    away: dict[tuple[int, int], list[OwnBatch]] = defaultdict(list)
    here: dict[tuple[int, int], list[OwnBatch]] = defaultdict(list)
    for one in chosen:
        for t in range(one.first, one.last + 1):
            if one.batch.works[t]:
                away[one.owner, t].append(one.batch)
            if one.first < t < one.last:
                here[one.borrower, t].append(one.batch)
    return away, here
