"""A first choice for the search: full runs between two provinces, while one pays."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator

from region.sharing.lending_problem import DepotWay, Lend, LendingProblem

SPANS = 8
"""Spans of months, the longest ones, that are tried between two provinces; ours."""

Bundle = tuple[int, int, int, int]
"""Owner, borrower, first and last month."""


class LendingDraft:
    """A choice that grows by whole bundles: what one run carries out, and one run home.

    Attributes
    ----------
    lending, driven
        The choice, see `lending_problem`; only runs of their own are driven.
    """

    def __init__(self, problem: LendingProblem) -> None:
        self.problem = problem
        self.lending: Counter[Lend] = Counter()
        self.there: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
        self.away: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
        self.out: Counter[tuple[int, int]] = Counter()
        self.kinds_out: Counter[tuple[int, int, int]] = Counter()
        self.carried: Counter[tuple[int, int, int]] = Counter(problem.owed)
        self.trunks = {
            (min(way.driver, way.other), max(way.driver, way.other), way.month): w
            for w, way in enumerate(problem.ways)
            if way.kind == "trunk"
        }
        self.lends: dict[Bundle, list[Lend]] = defaultdict(list)
        for lend in problem.lends:
            owner = problem.lots[lend.lot].owner
            self.lends[owner, lend.borrower, lend.first, lend.last].append(lend)

    @property
    def driven(self) -> dict[int, int]:
        """How often each run is needed."""
        needed = {self.trunks[key]: self._count_runs(key) for key in self._list_used()}
        return {w: times for w, times in sorted(needed.items()) if times}

    def grow(self) -> None:
        """Add the best bundle again and again; what one is worth seldom grows as others come.

        So only the one that looked best is looked at anew, until it still does.
        """
        worth = dict.fromkeys(self._list_bundles(), math.inf)
        fresh: set[Bundle] = set()
        while worth:
            best = max(sorted(worth), key=lambda one: worth[one])
            if worth[best] <= 0:
                return
            if best in fresh:
                self._add_bundle(best)
                fresh.clear()
            else:
                added, worth[best] = self._add_bundle(best)
                for lend in reversed(added):
                    self._change(lend, -1)
                fresh.add(best)

    def _list_bundles(self) -> Iterator[Bundle]:
        pairs: dict[tuple[int, int], list[Bundle]] = defaultdict(list)
        for bundle in self.lends:
            pairs[bundle[:2]].append(bundle)
        for _, own in sorted(pairs.items()):
            yield from sorted(own, key=lambda one: (one[2] - one[3], one))[:SPANS]

    def _add_bundle(self, bundle: Bundle) -> tuple[list[Lend], float]:
        """Add what is worth most, until no room is left; return it, and what it is worth."""
        owner, borrower, first, last = bundle
        pair = min(owner, borrower), max(owner, borrower)
        if any((*pair, t) not in self.trunks for t in (first, last)):
            return [], 0
        runs = sum(self._price(pair, t) for t in (first, last))
        ways = [self._way((*pair, t)) for t in (first, last)]
        room = min(way.there for way in ways)
        added: list[Lend] = []
        total = 0
        while len(added) < room:
            values = [
                (self._change(lend, 1), -number, self._change(lend, -1))
                for number, lend in enumerate(self.lends[bundle])
                if self._may_add(lend)
            ]
            value, number, _ = max(values, default=(0, 0, 0))
            if value <= 0:
                break
            self._change(self.lends[bundle][-number], 1)
            added.append(self.lends[bundle][-number])
            total += value
        if any(self._count_runs((*pair, t)) > self._way((*pair, t)).most for t in (first, last)):
            return added, -1
        return added, total - (sum(self._price(pair, t) for t in (first, last)) - runs)

    def _may_add(self, lend: Lend) -> bool:
        lot = self.problem.lots[lend.lot]
        months = range(lend.first, lend.last + 1)
        joint = self.problem.joint_gains
        return (
            all(self.out[lend.lot, t] < len(lot.batches) for t in months)
            and all(
                self.kinds_out[lot.owner, lot.kind, t]
                < self.problem.lendable[lot.owner, lot.kind, t]
                for t in months
            )
            and all(
                self.there[lend.borrower, t][lot.kind]
                < len(self.problem.gains[lend.borrower, t, lot.kind])
                and self.there[lend.borrower, t].total() < len(joint[lend.borrower, t])
                for t in months[1:-1]
            )
            and all(
                self.away[lot.owner, t][lot.kind] < len(self.problem.losses[lot.owner, t, lot.kind])
                and self.away[lot.owner, t].total() < len(self.problem.joint_losses[lot.owner, t])
                for t in months
                if lot.works[t]
            )
        )

    def _change(self, lend: Lend, by: int) -> int:
        """Add a loan, or take it out; return by how much the worth grows, runs apart."""
        lot, problem = self.problem.lots[lend.lot], self.problem
        worth = -problem.loan_uses * by
        for t in range(lend.first, lend.last + 1):
            self.out[lend.lot, t] += by
            self.kinds_out[lot.owner, lot.kind, t] += by
            if lend.first < t < lend.last:
                worth -= self._gain(lend.borrower, t)
                self.there[lend.borrower, t][lot.kind] += by
                worth += self._gain(lend.borrower, t)
            if lot.works[t]:
                worth += self._loss(lot.owner, t)
                self.away[lot.owner, t][lot.kind] += by
                worth -= self._loss(lot.owner, t)
        self.carried[lot.owner, lend.borrower, lend.first] += by
        self.carried[lend.borrower, lot.owner, lend.last] += by
        self.lending[lend] += by
        return worth

    def _gain(self, q: int, t: int) -> int:
        here = self.there[q, t]
        parts = sum(sum(self.problem.gains[q, t, k][:n]) for k, n in here.items())
        return min(parts, sum(self.problem.joint_gains[q, t][: here.total()]))

    def _loss(self, q: int, t: int) -> int:
        gone = self.away[q, t]
        parts = sum(sum(self.problem.losses[q, t, k][:n]) for k, n in gone.items())
        return max(parts, sum(self.problem.joint_losses[q, t][: gone.total()]))

    def _way(self, key: tuple[int, int, int]) -> DepotWay:
        return self.problem.ways[self.trunks[key]]

    def _count_runs(self, key: tuple[int, int, int]) -> int:
        a, b, t = key
        most = max(self.carried[a, b, t], self.carried[b, a, t])
        return math.ceil(most / self._way(key).there)

    def _price(self, pair: tuple[int, int], month: int) -> int:
        key = (*pair, month)
        return self._count_runs(key) * self._way(key).uses

    def _list_used(self) -> Iterator[tuple[int, int, int]]:
        used = {(min(a, b), max(a, b), t) for (a, b, t), n in self.carried.items() if n}
        return (key for key in sorted(used) if key in self.trunks)
