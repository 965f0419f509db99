"""From what provinces have and want to what an exchange plan chooses among."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from province.language import message
from province.progress import Progress
from region.sharing.depot_ways import list_ways
from region.sharing.lending_problem import UNIT, Lend, LendingProblem, Lot
from region.sharing.province_stock import OwnBatch, ProvinceStock, Topic
from region.sharing.sharing_settings import SharingSettings
from region.sharing.shelves import Offer, Shelves, fill_shelves, find_homes, open_shelves

MOST_OF_A_KIND = 12
"""Batches of a kind that a province lends or borrows at most at a time; ours."""

MINOR = 0.1
"""Share of a batch's books below which a language or an audience does not make its kind; ours."""

Kind = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str]
"""Networks, languages, audiences, and the subject of half the books or more, "" if none is."""


def tell_kind(batch: OwnBatch) -> Kind:
    """Return what kind of batch one is: those of a kind count as the same."""
    languages: Counter[str] = Counter()
    audiences: Counter[str] = Counter()
    subjects: Counter[str] = Counter()
    for (subject, audience, language), books in batch.books_by_topic:
        languages[language] += books
        audiences[audience] += books
        subjects[subject] += books
    return (
        batch.networks,
        tuple(sorted(one for one, n in languages.items() if n >= MINOR * batch.books)),
        tuple(sorted(one for one, n in audiences.items() if n >= MINOR * batch.books)),
        next((one for one, n in sorted(subjects.items()) if 2 * n >= batch.books), ""),
    )


@dataclass(frozen=True, slots=True)
class Posed:
    """The problem with what its numbers stand for: kinds in their order, and all topics."""

    problem: LendingProblem
    stocks: tuple[ProvinceStock, ...]
    kinds: tuple[Kind, ...]
    topics: tuple[Topic, ...]
    idle: Mapping[tuple[int, int, int], int]
    """Batches without a place worth it at home, by province, month and kind."""


def pose_lending(
    stocks: Sequence[ProvinceStock], rules: SharingSettings, topics: tuple[Topic, ...],
    progress: Progress,
) -> Posed:  # fmt: skip
    """Return what is chosen among."""
    kinds = tuple(sorted({tell_kind(batch) for stock in stocks for batch in stock.batches}))
    offers = _mix_offers(stocks, kinds)
    lots, lendable = _list_lots(stocks, kinds, rules)
    months = len(stocks[0].hours_per_month)
    ways = tuple(list_ways(stocks, rules, months))
    gains: dict[tuple[int, int, int], tuple[int, ...]] = {}
    losses: dict[tuple[int, int, int], tuple[int, ...]] = {}
    idle: dict[tuple[int, int, int], int] = {}
    for q, stock in enumerate(stocks):
        progress(
            message("counting what books are worth: {place}", place=stock.name), q / len(stocks)
        )
        counter = _Counter(q, stock, kinds, offers, topics, lots, lendable)
        known: dict[bytes, _Worths] = {}
        for t in range(months):
            shelves = open_shelves(stock, t)
            if shelves.key not in known:
                known[shelves.key] = counter.count(shelves, rules)
            worths = known[shelves.key]
            for k in range(len(kinds)):
                gains[q, t, k], losses[q, t, k] = worths.gains[k], worths.losses[k]
                idle[q, t, k] = worths.idle[k]
    problem = LendingProblem(
        months, lots, ways, gains, losses, lendable, round(rules.loan_uses * UNIT), ()
    )
    homes = {(q, k) for q, one in enumerate(stocks)
             for k, row in enumerate(find_homes(one, offers)) if row.any()}  # fmt: skip
    lends = tuple(_list_lends(problem, rules, homes))
    problem = LendingProblem(months, lots, ways, gains, losses, lendable, problem.loan_uses, lends)
    return Posed(problem, tuple(stocks), kinds, topics, idle)


def _mix_offers(stocks: Sequence[ProvinceStock], kinds: tuple[Kind, ...]) -> tuple[Offer, ...]:
    """Return the usual batch of each kind: the mean of all of the region."""
    offers = []
    for kind in kinds:
        own = [one for stock in stocks for one in stock.batches if tell_kind(one) == kind]
        books: Counter[Topic] = Counter()
        for batch in own:
            books.update(dict(batch.books_by_topic))
        mean = tuple(
            (topic, n) for topic, total in sorted(books.items()) if (n := round(total / len(own)))
        )
        boxes = round(sum(batch.boxes for batch in own) / len(own))
        offers.append((kind[0], mean, boxes))
    return tuple(offers)


def _list_lots(
    stocks: Sequence[ProvinceStock], kinds: tuple[Kind, ...], rules: SharingSettings
) -> tuple[tuple[Lot, ...], dict[tuple[int, int], int]]:
    """Return the lots, and how many of each owner and kind may be away."""
    number = {kind: k for k, kind in enumerate(kinds)}
    lots, lendable = [], {}
    for q, stock in enumerate(stocks):
        all_of_kind: Counter[int] = Counter()
        alike: dict[tuple[int, tuple[bool, ...], bool], list[OwnBatch]] = defaultdict(list)
        for batch in stock.batches:
            k = number[tell_kind(batch)]
            all_of_kind[k] += 1
            if any(batch.free):
                alike[k, batch.free, batch.works].append(batch)
        for k, count in sorted(all_of_kind.items()):
            kept = max(math.ceil(rules.reserve_share * count - 1e-9), rules.reserve_batches)
            lendable[q, k] = min(max(0, count - kept), MOST_OF_A_KIND)
        for (k, free, works), batches in sorted(alike.items()):
            batches.sort(key=lambda one: (-one.books, one.batch_id))
            ids = tuple(one.batch_id for one in batches)
            lots.append(Lot(q, k, ids, free, works))
    return tuple(lots), lendable


@dataclass(frozen=True, slots=True)
class _Worths:
    """What more and fewer batches are worth in months alike, and what is idle, by kind."""

    gains: tuple[tuple[int, ...], ...]
    losses: tuple[tuple[int, ...], ...]
    idle: tuple[int, ...]


class _Counter:
    """Counts what more and fewer batches are worth to a province."""

    def __init__(
        self,
        number: int,
        stock: ProvinceStock,
        kinds: tuple[Kind, ...],
        offers: tuple[Offer, ...],
        topics: tuple[Topic, ...],
        lots: tuple[Lot, ...],
        lendable: Mapping[tuple[int, int], int],
    ) -> None:
        own = Counter(tell_kind(batch) for batch in stock.batches if batch.works)
        self.counts = tuple(own[kind] for kind in kinds)
        self.offers, self.topics = offers, topics
        self.most_out = [
            min(lendable.get((number, k), 0), self.counts[k]) for k in range(len(kinds))
        ]
        lent = Counter()  # type: ignore[var-annotated]
        for lot in lots:
            if lot.owner != number:
                lent[lot.kind] += len(lot.batches)
        self.most_in = [min(MOST_OF_A_KIND, lent[k]) for k in range(len(kinds))]

    def count(self, shelves: Shelves, rules: SharingSettings) -> _Worths:
        """Return the worths in a month: gains never rise, losses never fall.

        Where the places taken in turn would say otherwise, the smaller gain and the larger loss.
        """
        base = fill_shelves(shelves, self.offers, self.counts, self.topics)
        gains, losses = [], []
        for k in range(len(self.counts)):
            more = self._step(shelves, k, 1, self.most_in[k], base.worth)
            gains.append(tuple(max(0, math.floor(UNIT * one)) for one in _fall(more)))
            fewer = self._step(shelves, k, -1, self.most_out[k], base.worth)
            worst = [-one for one in _fall(fewer)]
            losses.append(
                tuple(max(0, math.ceil(UNIT * rules.owner_weight * one)) for one in worst)
            )
        return _Worths(tuple(gains), tuple(losses), base.left)

    def _step(
        self, shelves: Shelves, kind: int, by: int, steps: int, worth: float
    ) -> Iterator[float]:
        """Yield what each batch of a kind more, or fewer, adds."""
        for step in range(1, steps + 1):
            counts = list(self.counts)
            counts[kind] += by * step
            now = fill_shelves(shelves, self.offers, tuple(counts), self.topics).worth
            yield round(now - worth, 6)
            worth = now


def _fall(values: Iterator[float]) -> list[float]:
    """Return values so that none is above the one before."""
    found: list[float] = []
    for value in values:
        found.append(min([value, *found[-1:]]))
    return found


def _list_lends(
    problem: LendingProblem, rules: SharingSettings, homes: set[tuple[int, int]]
) -> Iterator[Lend]:
    """Yield what could be worth it if it were alone and shared its runs with as many as fit."""
    cheapest: dict[tuple[int, int, int], float] = {}
    for way in problem.ways:
        for sender, receiver in ((way.driver, way.other), (way.other, way.driver)):
            if room := way.carries(sender, receiver):
                key = sender, receiver, way.month
                # the way back may carry as many again
                price = way.uses / (room + way.carries(receiver, sender))
                cheapest[key] = min(cheapest.get(key, math.inf), price)
    provinces = sorted({q for q, _, _ in problem.gains})
    for number, lot in enumerate(problem.lots):
        if not problem.lendable[lot.owner, lot.kind]:
            continue
        for q in provinces:
            if q == lot.owner or (q, lot.kind) not in homes:
                continue
            for first, last in _list_spans(lot, rules, problem.months):
                lend = Lend(number, q, first, last)
                if _value_best(problem, lend, cheapest) > 0:
                    yield lend


def _list_spans(lot: Lot, rules: SharingSettings, months: int) -> Iterator[tuple[int, int]]:
    for first in range(months):
        for last in range(first, min(months, first + rules.longest_loan_months)):
            if not lot.free[last]:
                break
            if last - first + 1 >= rules.shortest_loan_months:
                yield first, last


def _value_best(
    problem: LendingProblem, lend: Lend, cheapest: Mapping[tuple[int, int, int], float]
) -> float:
    """Return what a loan is worth at most."""
    lot = problem.lots[lend.lot]
    worth = -float(problem.loan_uses)
    for t in range(lend.first, lend.last + 1):
        if lend.first < t < lend.last:
            worth += next(iter(problem.gains[lend.borrower, t, lot.kind]), 0)
        if lot.works:
            worth -= next(iter(problem.losses[lot.owner, t, lot.kind]), 0)
    out = cheapest.get((lot.owner, lend.borrower, lend.first), math.inf)
    return worth - out - cheapest.get((lend.borrower, lot.owner, lend.last), math.inf)
