"""From what provinces have and want to what an exchange plan chooses among."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from province.dates import Month
from province.language import message
from province.progress import Progress
from region.sharing.depot_ways import list_ways
from region.sharing.lending_problem import UNIT, Lend, LendingProblem, Lot
from region.sharing.province_stock import OwnBatch, ProvinceStock, Topic
from region.sharing.shelves import Offer, Shelves, fill_shelves, find_homes, open_shelves
from region.sharing_settings import SharingSettings

MOST_OF_A_KIND = 12
"""Batches of a kind that a province lends or borrows at most at a time; ours."""

MOST_TOGETHER = 30
"""Batches of all kinds that a province lends or borrows at most at a time; ours."""

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


def pose_lending(
    stocks: Sequence[ProvinceStock], rules: SharingSettings, topics: tuple[Topic, ...],
    first: Month, progress: Progress,
) -> Posed:  # fmt: skip
    """Return what is chosen among; `first` is the first month."""
    kinds = tuple(sorted({tell_kind(batch) for stock in stocks for batch in stock.batches}))
    offers = _mix_offers(stocks, kinds)
    lots, lendable = _list_lots(stocks, kinds, rules, first)
    months = len(stocks[0].hours_per_month)
    owed = tuple(_list_owed(stocks, first))
    ways = tuple(list_ways(stocks, rules, months, owed))
    gains: dict[tuple[int, int, int], tuple[int, ...]] = {}
    losses: dict[tuple[int, int, int], tuple[int, ...]] = {}
    joint_gains: dict[tuple[int, int], tuple[int, ...]] = {}
    joint_losses: dict[tuple[int, int], tuple[int, ...]] = {}
    for q, stock in enumerate(stocks):
        progress(
            message("counting what books are worth: {place}", place=stock.name), q / len(stocks)
        )
        counter = _Counter(q, stock, kinds, offers, topics, lots, lendable)
        known: dict[object, _Worths] = {}
        for t in range(months):
            shelves, counts = open_shelves(stock, t), counter.count_batches(t)
            key = shelves.key, counts
            if key not in known:
                known[key] = counter.count(shelves, counts, rules.owner_weight)
            worths = known[key]
            for k in range(len(kinds)):
                gains[q, t, k], losses[q, t, k] = worths.gains[k], worths.losses[k]
            joint_gains[q, t], joint_losses[q, t] = worths.joint_gains, worths.joint_losses
    price = round(rules.loan_uses * UNIT)
    problem = LendingProblem(
        months, lots, ways, gains, losses, joint_gains, joint_losses, lendable, price, (), owed
    )
    homes = {
        (q, k)
        for q, one in enumerate(stocks)
        for k, row in enumerate(find_homes(one, offers))
        if row.any() and set(kinds[k][1]) <= _list_read(one, topics)
    }
    lends = tuple(_list_lends(problem, rules, homes))
    return Posed(replace(problem, lends=lends), tuple(stocks), kinds, topics)


def _list_read(stock: ProvinceStock, topics: tuple[Topic, ...]) -> set[str]:
    """Return the languages that somebody reads in a province, or that it has a category of."""
    wanted = stock.demand.sum(axis=(0, 1)) > 0
    read = {topic[2] for topic, is_wanted in zip(topics, wanted, strict=True) if is_wanted}
    return read | {topic[2] for topic, _ in stock.topics}


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
    stocks: Sequence[ProvinceStock],
    kinds: tuple[Kind, ...],
    rules: SharingSettings,
    first: Month,
) -> tuple[tuple[Lot, ...], dict[tuple[int, int, int], int]]:
    """Return the lots, and how many more of each owner and kind may be away in each month."""
    number = {kind: k for k, kind in enumerate(kinds)}
    lots, lendable = [], {}
    for q, stock in enumerate(stocks):
        own: Counter[int] = Counter()
        alike: dict[tuple[int, tuple[bool, ...], tuple[bool, ...]], list[OwnBatch]] = {}
        for batch in stock.batches:
            k = number[tell_kind(batch)]
            own[k] += batch.is_own
            if any(batch.free):
                alike.setdefault((k, batch.free, batch.works), []).append(batch)
        away = _count_lent(stock, number, first)
        for k, count in sorted(own.items()):
            kept = max(math.ceil(rules.reserve_share * count - 1e-9), rules.reserve_batches)
            for t in range(len(stock.hours_per_month)):
                spare = count - kept - away[k, t]
                lendable[q, k, t] = min(max(0, spare), MOST_OF_A_KIND)
        for (k, free, works), batches in sorted(alike.items()):
            batches.sort(key=lambda one: (-one.books, one.batch_id))
            ids = tuple(one.batch_id for one in batches)
            lots.append(Lot(q, k, ids, free, works))
    return tuple(lots), lendable


def _count_lent(
    stock: ProvinceStock, number: Mapping[Kind, int], first: Month
) -> Counter[tuple[int, int]]:
    """Return how many batches of each kind are with other provinces already, by month."""
    kinds = {batch.batch_id: number[tell_kind(batch)] for batch in stock.batches}
    return Counter(
        (kinds[line.batch_id], t)
        for line in stock.lent
        for t in range(len(stock.hours_per_month))
        if first.plus(t) <= Month.of(line.terms.until)
    )


def _list_owed(stocks: Sequence[ProvinceStock], first: Month) -> Iterator[tuple[int, int, int]]:
    """Yield what goes home that is lent already; what should be there, in the first month."""
    number = {stock.name: q for q, stock in enumerate(stocks)}
    for q, stock in enumerate(stocks):
        for line in stock.lent:
            month = max(0, Month.of(line.terms.until).months_since(first))
            if month < len(stock.hours_per_month) and line.terms.borrower.folder in number:
                yield number[line.terms.borrower.folder], q, month


@dataclass(frozen=True, slots=True)
class _Worths:
    """What more and fewer batches are worth in months alike, by kind and all together."""

    gains: tuple[tuple[int, ...], ...]
    losses: tuple[tuple[int, ...], ...]
    joint_gains: tuple[int, ...]
    joint_losses: tuple[int, ...]


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
        lendable: Mapping[tuple[int, int, int], int],
    ) -> None:
        self.working = [
            Counter(tell_kind(one) for one in stock.batches if one.works[t])
            for t in range(len(stock.hours_per_month))
        ]
        self.kinds, self.offers, self.topics = kinds, offers, topics
        self.most_out = [
            max(lendable.get((number, k, t), 0) for t in range(len(self.working)))
            for k in range(len(kinds))
        ]
        lent: Counter[int] = Counter()
        for lot in lots:
            if lot.owner != number:
                lent[lot.kind] += len(lot.batches)
        self.most_in = [min(MOST_OF_A_KIND, lent[k]) for k in range(len(kinds))]

    def count_batches(self, month: int) -> tuple[int, ...]:
        """Return how many batches of each kind there are of use in a month."""
        return tuple(self.working[month][kind] for kind in self.kinds)

    def count(self, shelves: Shelves, counts: tuple[int, ...], owner_weight: float) -> _Worths:
        """Return the worths in a month: gains never rise, losses never fall.

        Where the places taken in turn would say otherwise, the smaller gain and the larger loss.
        What an owner loses of uses is weighted; visits that it saves count as they are.
        """
        gains, losses = [], []
        for k, there in enumerate(counts):
            more = self._step(shelves, counts, k, self.most_in[k], 1.0)
            gains.append(tuple(max(0, math.floor(UNIT * one)) for one in _fall(more)))
            fewer = self._step(shelves, counts, k, -min(there, self.most_out[k]), owner_weight)
            worst = [-UNIT * one for one in _fall(fewer)]
            losses.append(tuple(max(0, math.ceil(one)) for one in worst))
        joint = list(self._step_any(shelves, counts, 1, [len(one) for one in gains], 1.0))
        fewer = self._step_any(shelves, counts, -1, [len(one) for one in losses], owner_weight)
        return _Worths(
            tuple(gains), tuple(losses),
            tuple(max(0, math.floor(UNIT * one)) for one in _fall(joint)),
            tuple(max(0, math.ceil(-UNIT * one)) for one in _fall(fewer)),
        )  # fmt: skip

    def _value(self, shelves: Shelves, counts: tuple[int, ...], weight: float) -> float:
        """Return uses times their weight, less what visits count."""
        filled = fill_shelves(shelves, self.offers, counts, self.topics)
        return filled.worth + (weight - 1) * float(filled.uses.sum())

    def _step(
        self, shelves: Shelves, counts: tuple[int, ...], kind: int, steps: int, weight: float
    ) -> Iterator[float]:
        """Yield what each batch of a kind more, or fewer if `steps` is negative, adds."""
        worth = self._value(shelves, counts, weight)
        for step in range(1, abs(steps) + 1):
            more = step if steps > 0 else -step
            changed = (*counts[:kind], counts[kind] + more, *counts[kind + 1 :])
            now = self._value(shelves, changed, weight)
            yield round(now - worth, 6)
            worth = now

    def _step_any(
        self, shelves: Shelves, counts: tuple[int, ...], by: int, most: list[int], weight: float
    ) -> Iterator[float]:
        """Yield what each batch more, or fewer, adds, of the kind that is best each time.

        What a kind adds never grows as others come or go, so only the kind that looked best is
        counted anew, until it still does.

        Parameters
        ----------
        most
            Batches of each kind that may come or go.
        """

        def add(kind: int, now: tuple[int, ...]) -> tuple[int, ...]:
            return (*now[:kind], now[kind] + by, *now[kind + 1 :])

        found: dict[int, tuple[float, int]] = {k: (math.inf, -1) for k, n in enumerate(most) if n}
        left, now = list(most), counts
        worth = self._value(shelves, counts, weight)
        for step in range(min(sum(most), MOST_TOGETHER)):
            while True:
                kind = max(sorted(found), key=lambda k: found[k][0])
                if found[kind][1] == step:
                    break
                own = self._value(shelves, add(kind, now), weight)
                found[kind] = round(own - worth, 6), step
            yield found[kind][0]
            worth, now = worth + found[kind][0], add(kind, now)
            left[kind] -= 1
            if not left[kind]:
                del found[kind]


def _fall(values: Iterable[float]) -> list[float]:
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
        for q in provinces:
            if q == lot.owner or (q, lot.kind) not in homes:
                continue
            for first, last in _list_spans(lot, rules, problem.months):
                if not all(problem.lendable[lot.owner, lot.kind, t] for t in (first, last)):
                    continue
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
        if lot.works[t]:
            worth -= next(iter(problem.losses[lot.owner, t, lot.kind]), 0)
    out = cheapest.get((lot.owner, lend.borrower, lend.first), math.inf)
    return worth - out - cheapest.get((lend.borrower, lot.owner, lend.last), math.inf)
