"""From a choice of lots and ways to loans with batches, runs, ids and reasons."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from province.dates import Month
from province.ids import BatchId
from province.language import Message, message
from province.lendings import LendingLine
from region.sharing.joint_uses import MonthUses, describe_offer
from region.sharing.lending_problem import UNIT, DepotWay, Driven, Lend, Lending
from region.sharing.pose_lending import Posed
from region.sharing.province_stock import OwnBatch, ProvinceStock, Topic
from region.sharing.sharing_file import BetweenLoan, HandoverRun, SharingPlan


@dataclass(frozen=True, slots=True)
class Lent:
    """A batch that is lent, by numbers; `line` is what the ledger says where it is already."""

    owner: int
    borrower: int
    first: int
    last: int
    batch: OwnBatch
    line: LendingLine | None = None


@dataclass(frozen=True, slots=True)
class KnownLoans:
    """Loans and runs that there were before, whose ids are taken or stay.

    Parameters
    ----------
    plans
        Those that are there; one of the month `first` is replaced.
    ledger_ids
        Ids of loans in ledgers.
    """

    plans: tuple[SharingPlan, ...]
    ledger_ids: frozenset[str]
    first: Month

    def find_loan(self, new: BetweenLoan) -> str:
        """Return the id of the same loan in an earlier plan, or ""."""
        key = _key(new)
        return next((o.loan for plan in self.plans for o in plan.loans if _key(o) == key), "")

    def find_old(self, loan: str) -> BetweenLoan | None:
        """Return a loan of an earlier plan."""
        return next((o for plan in self.plans for o in plan.loans if o.loan == loan), None)

    def last_loan(self, year: int) -> int:
        """Return the highest number that a loan of a year ever had."""
        ids = [*self.ledger_ids, *(one.loan for plan in self.plans for one in plan.loans)]
        found = (re.fullmatch(rf"{year}-LN-(\d+)", one) for one in ids)
        return max((int(one[1]) for one in found if one), default=0)

    def last_run(self, month: Month) -> int:
        """Return the highest number that a run of a month has in another plan."""
        others = [plan for plan in self.plans if plan.first_month != self.first]
        ids = [one.run for plan in others for one in plan.runs]
        found = (re.fullmatch(rf"{month}-R(\d+)", one) for one in ids)
        return max((int(one[1]) for one in found if one), default=0)


def _key(loan: BetweenLoan) -> tuple[str, BatchId, str, Month, Month]:
    return loan.owner, loan.batch, loan.borrower, loan.first, loan.until


def choose_batches(posed: Posed, lending: Lending) -> tuple[Lent, ...]:
    """Return which batch of each lot is lent when: the first one that is at home again."""
    by_lot: dict[int, list[Lend]] = defaultdict(list)
    for lend, count in lending.items():
        by_lot[lend.lot] += [lend] * count
    chosen = []
    for number, lends in sorted(by_lot.items()):
        lot = posed.problem.lots[number]
        batches = {one.batch_id: one for one in posed.stocks[lot.owner].batches}
        busy = dict.fromkeys(lot.batches, -1)
        for lend in sorted(lends, key=lambda one: (one.first, one.last, one.borrower)):
            batch_id = next(one for one, last in busy.items() if last < lend.first)
            busy[batch_id] = lend.last
            chosen.append(Lent(lot.owner, lend.borrower, lend.first, lend.last, batches[batch_id]))
    return tuple(sorted(chosen, key=lambda o: (o.first, o.owner, o.borrower, o.batch.batch_id)))


def list_running(stocks: Sequence[ProvinceStock], first: Month) -> Iterator[Lent]:
    """Yield what is lent already, by the owners' ledgers."""
    number = {stock.name: q for q, stock in enumerate(stocks)}
    for q, stock in enumerate(stocks):
        batches = {one.batch_id: one for one in stock.batches}
        for line in sorted(stock.lent, key=lambda one: one.loan_id):
            if line.terms.borrower.folder in number:
                last = max(0, Month.of(line.terms.until).months_since(first))
                yield Lent(
                    q, number[line.terms.borrower.folder], -1, last, batches[line.batch_id], line
                )


class LoanNamer:
    """Makes loans and runs of what was chosen."""

    def __init__(
        self, posed: Posed, first: Month, known: KnownLoans, names: Mapping[Topic, str]
    ) -> None:
        self.posed, self.first, self.known, self.names = posed, first, known, names
        self.runs: dict[str, HandoverRun] = {}

    def name_all(
        self,
        chosen: Iterable[Lent],
        driven: Driven,
        uses: Mapping[tuple[int, int], MonthUses],
    ) -> tuple[tuple[BetweenLoan, ...], tuple[HandoverRun, ...]]:
        """Return the loans by id, and the runs by id with what each carries."""
        chosen = tuple(chosen)
        gained, lost = self._share_uses(chosen, uses)
        loans: list[BetweenLoan] = []
        counts: Counter[int] = Counter()
        for number, one in enumerate(chosen):
            loan = self._describe(one, gained[number], lost[number], uses)
            if not loan.loan:
                year = loan.first.year
                counts[year] = max(counts[year], self.known.last_loan(year)) + 1
                loan = replace(loan, loan=f"{year}-LN-{counts[year]:03d}")
            loans.append(loan)
        loads = self._load(chosen, loans, driven)
        done = [self._put(loan, one, loads) for loan, one in zip(loans, chosen, strict=True)]
        runs = tuple(self.runs[key] for key in sorted(self.runs))
        return tuple(sorted(done, key=lambda one: one.loan)), runs

    def _describe(
        self, one: Lent, gained: float, lost: float, uses: Mapping[tuple[int, int], MonthUses]
    ) -> BetweenLoan:
        owner, borrower = self.posed.stocks[one.owner], self.posed.stocks[one.borrower]
        known = {topic for topic, _ in borrower.topics}
        ids = dict(owner.topics)
        new = tuple(ids[topic] for topic, _ in one.batch.books_by_topic if topic not in known)
        if one.line is not None:
            old = self.known.find_old(one.line.loan_id)
            return BetweenLoan(
                loan=one.line.loan_id, batch=one.batch.batch_id, owner=owner.name,
                borrower=borrower.name, first=Month.of(one.line.day),
                until=Month.of(one.line.terms.until), kind=old.kind if old else "trunk",
                run=old.run if old else "", home_run="", books=one.line.books,
                boxes=one.line.boxes, new_categories=(), gained=0.0, lost=0.0,
                reason=one.line.terms.reason,
            )  # fmt: skip
        loan = BetweenLoan(
            loan="", batch=one.batch.batch_id, owner=owner.name, borrower=borrower.name,
            first=self.first.plus(one.first), until=self.first.plus(one.last), kind="trunk",
            run="", home_run="", books=one.batch.books, boxes=one.batch.boxes,
            new_categories=new, gained=round(gained, 1), lost=round(lost, 1),
            reason=self._explain(one, uses),
        )  # fmt: skip
        return replace(loan, loan=self.known.find_loan(loan))

    def _explain(self, one: Lent, uses: Mapping[tuple[int, int], MonthUses]) -> Message:
        """Return why a batch goes: what it is worth at home, and who lacks its books."""
        owner, borrower = self.posed.stocks[one.owner], self.posed.stocks[one.borrower]
        months = range(one.first, one.last + 1)
        offer = describe_offer(one.batch)
        if not any(one.batch.works[t] for t in months):
            home = message("no library of {owner} may have it that has not seen it",
                           owner=owner.title)  # fmt: skip
        elif all(uses[one.owner, t].idle[offer] for t in months):
            home = message("it finds no place in {owner} that is worth an exchange",
                           owner=owner.title)  # fmt: skip
        else:
            home = message("it is used less in {owner}", owner=owner.title)
        columns = {topic: k for k, topic in enumerate(self.posed.topics)}
        served = [t for t in months if one.first < t < one.last]

        def lack(topic: Topic) -> float:
            k = columns[topic]
            missing = [
                float(borrower.demand[:, t, k].sum()) - float(uses[one.borrower, t].without[k])
                for t in served
            ]
            return sum(missing) / len(missing)

        share = {topic: n / one.batch.books for topic, n in one.batch.books_by_topic}
        topic = max(sorted(share), key=lambda topic: (
            float(sum(uses[one.borrower, t].after[columns[topic]]
                      - uses[one.borrower, t].without[columns[topic]] for t in served)),
            share[topic],
        ))  # fmt: skip
        return message(
            "{home}; in {borrower} readers of {topic} want {lack} uses a month more than its own "
            "batches serve",
            home=home, borrower=borrower.title, topic=self.names[topic], lack=round(lack(topic)),
        )  # fmt: skip

    def _share_uses(
        self, chosen: Sequence[Lent], uses: Mapping[tuple[int, int], MonthUses]
    ) -> tuple[list[float], list[float]]:
        """Return what each loan gains and loses: a month's uses are shared by what it may bring."""
        gained, lost = [0.0] * len(chosen), [0.0] * len(chosen)
        for (q, t), one in uses.items():
            here = [
                n
                for n, lent in enumerate(chosen)
                if lent.borrower == q and lent.first < t < lent.last and not lent.line
            ]
            away = [n for n, lent in enumerate(chosen)
                    if lent.owner == q and lent.first <= t <= lent.last and not lent.line
                    and lent.batch.works[t]]  # fmt: skip
            for numbers, sums, total in (
                (here, gained, float((one.after - one.without).sum())),
                (away, lost, float((one.before - one.without).sum())),
            ):
                for n in numbers:
                    sums[n] += total / len(numbers)
        return gained, lost

    def _load(
        self, chosen: Sequence[Lent], loans: Sequence[BetweenLoan], driven: Driven
    ) -> dict[tuple[str, bool], str]:
        """Return the run that carries each loan: out (True) or home (False)."""
        carried: dict[tuple[int, int, int], list[tuple[str, bool]]] = defaultdict(list)
        for one, loan in zip(chosen, loans, strict=True):
            if one.line is None:
                carried[one.owner, one.borrower, one.first].append((loan.loan, True))
            if one.last < self.posed.problem.months:
                carried[one.borrower, one.owner, one.last].append((loan.loan, False))
        loads: dict[tuple[str, bool], str] = {}
        numbers: Counter[Month] = Counter()
        for w, times in sorted(driven.items(), key=lambda o: (self._way(o[0]).month, o[0])):
            way = self._way(w)
            for _ in range(times):
                month = self.first.plus(way.month)
                there = self._take(carried, (way.driver, way.other, way.month), way.there)
                back = self._take(carried, (way.other, way.driver, way.month), way.back)
                if not there and not back:
                    continue
                numbers[month] = max(numbers[month], self.known.last_run(month)) + 1
                run = f"{month}-R{numbers[month]:02d}"
                self.runs[run] = HandoverRun(
                    run=run, kind=way.kind, month=month,
                    driver=self.posed.stocks[way.driver].name,
                    other=self.posed.stocks[way.other].name, trip_id=way.trip_id,
                    there=tuple(sorted(loan for loan, _ in there)),
                    back=tuple(sorted(loan for loan, _ in back)),
                    length_km=way.length_km, price_vnd=way.price_vnd, uses=way.uses / UNIT,
                )  # fmt: skip
                loads |= dict.fromkeys((*there, *back), run)
        return loads

    def _way(self, number: int) -> DepotWay:
        return self.posed.problem.ways[number]

    def _take(
        self,
        carried: dict[tuple[int, int, int], list[tuple[str, bool]]],
        key: tuple[int, int, int],
        room: int,
    ) -> list[tuple[str, bool]]:
        own = carried[key][:room]
        carried[key] = carried[key][room:]
        return own

    def _put(
        self, loan: BetweenLoan, one: Lent, loads: Mapping[tuple[str, bool], str]
    ) -> BetweenLoan:
        """Return a loan with the runs that carry it."""
        home = loads.get((loan.loan, False), "")
        if one.line is not None:
            return replace(loan, home_run=home)
        run = loads[loan.loan, True]
        return replace(loan, run=run, home_run=home, kind=self.runs[run].kind)
