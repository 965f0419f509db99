"""Uses that an exchange brings and costs, each batch counted with its own books, all at once."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from region.sharing.province_stock import OwnBatch, ProvinceStock, Topic
from region.sharing.sharing_file import LanguageRow
from region.sharing.shelves import Filled, Offer, fill_shelves, open_shelves
from rotation.problem import Floats

Moved = Mapping[tuple[int, int], Sequence[OwnBatch]]
"""Batches that leave a province, or come to it, by its number and the month."""


@dataclass(frozen=True, slots=True)
class MonthUses:
    """Uses of a province in a month by topic: as it is, without what it lends, with what comes.

    Parameters
    ----------
    worth
        What the exchange changes at its own libraries: uses less what visits count.
    idle
        Batches by id that find no place worth it as it is.
    """

    before: Floats
    without: Floats
    after: Floats
    worth: float
    idle: Counter[Offer]

    @property
    def gained(self) -> float:
        """Uses of what comes."""
        return float((self.after - self.without).sum())

    @property
    def lost(self) -> float:
        """Uses missed of what goes."""
        return float((self.before - self.without).sum())


def describe_offer(batch: OwnBatch) -> Offer:
    """Return what tells a batch apart for libraries."""
    return batch.networks, batch.books_by_topic, batch.boxes


class UsesCounter:
    """Counts the uses of every province and month of some stocks, for one exchange after the other.

    What was counted once is kept.
    """

    def __init__(self, stocks: Sequence[ProvinceStock], topics: tuple[Topic, ...]) -> None:
        self.fillings = [_Filling(stock, topics) for stock in stocks]
        self.own = {
            (q, t): Counter(describe_offer(one) for one in stock.batches if one.works[t])
            for q, stock in enumerate(stocks)
            for t in range(len(stock.hours_per_month))
        }
        self.known: dict[object, MonthUses] = {}

    def count_months(self, away: Moved, here: Moved) -> dict[tuple[int, int], MonthUses]:
        """Return the uses of every province and month.

        Parameters
        ----------
        away, here
            What is lent and of use at home, and what is borrowed and serves.
        """
        found = {}
        for q, t in self.own:
            gone = Counter(describe_offer(one) for one in away.get((q, t), ()))
            came = Counter(describe_offer(one) for one in here.get((q, t), ()))
            key = q, t, frozenset(gone.items()), frozenset(came.items())
            if key not in self.known:
                self.known[key] = self._count(q, t, gone, came)
            found[q, t] = self.known[key]
        return found

    def _count(self, q: int, t: int, gone: Counter[Offer], came: Counter[Offer]) -> MonthUses:
        fill, counts = self.fillings[q].fill, Counter(self.own[q, t])
        before = fill(t, counts)
        offers = tuple(sorted(offer for offer, n in counts.items() if n > 0))
        idle = Counter(dict(zip(offers, before.left, strict=True)))
        counts.subtract(gone)
        without = fill(t, counts)
        counts.update(came)
        after = fill(t, counts)
        return MonthUses(before.uses, without.uses, after.uses, after.worth - before.worth, idle)


@dataclass(frozen=True, slots=True)
class _Filling:
    """Fills a province's shelves month by month; what is the same is filled once."""

    stock: ProvinceStock
    topics: tuple[Topic, ...]
    known: dict[object, Filled] = field(default_factory=dict)

    def fill(self, month: int, counts: Counter[Offer]) -> Filled:
        shelves = open_shelves(self.stock, month)
        kept = tuple(sorted((offer, n) for offer, n in counts.items() if n > 0))
        key = shelves.key, kept
        if key not in self.known:
            offers, numbers = tuple(o for o, _ in kept), tuple(n for _, n in kept)
            self.known[key] = fill_shelves(shelves, offers, numbers, self.topics)
        return self.known[key]


def sum_languages(
    stocks: Sequence[ProvinceStock],
    topics: tuple[Topic, ...],
    uses: Mapping[tuple[int, int], MonthUses],
) -> tuple[LanguageRow, ...]:
    """Return the sums of each province and language that anybody reads or has books in."""
    columns: dict[str, list[int]] = defaultdict(list)
    for k, (_, _, language) in enumerate(topics):
        columns[language].append(k)
    found = []
    for q, stock in enumerate(stocks):
        months = range(len(stock.hours_per_month))
        for language, own in sorted(columns.items()):
            batches = [one for one in stock.batches if one.is_own and _has(one, language)]
            demand = float(stock.demand[:, :, own].sum())
            if not batches and demand <= 0:
                continue
            idle = min((_count_idle(batches, language, uses[q, t], t) for t in months), default=0)
            before, without, after = (
                sum(float(np.sum(part[own])) for part in parts)
                for parts in zip(
                    *((uses[q, t].before, uses[q, t].without, uses[q, t].after) for t in months),
                    strict=True,
                )
            )
            found.append(
                LanguageRow(
                    stock.name, language, round(demand, 1), round(before, 1),
                    round(after - without, 1), round(before - without, 1), len(batches), idle,
                )
            )  # fmt: skip
    return tuple(found)


def _has(batch: OwnBatch, language: str) -> bool:
    return any(topic[2] == language for topic, _ in batch.books_by_topic)


def _count_idle(batches: Sequence[OwnBatch], language: str, uses: MonthUses, month: int) -> int:
    """Return how many batches with books in a language are of no use in a month."""
    unused = sum(not one.works[month] for one in batches)
    left = sum(
        n
        for (_, books, _), n in uses.idle.items()
        if any(topic[2] == language for topic, _ in books)
    )
    return min(len(batches), unused + left)
