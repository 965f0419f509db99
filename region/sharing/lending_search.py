"""Chooses by CP-SAT which batches are lent, from when until when, and what drives for it."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from region.sharing.lending_draft import LendingDraft
from region.sharing.lending_problem import (
    DepotWay,
    Driven,
    Lend,
    Lending,
    LendingProblem,
    count_carried,
    value_lending,
)
from search.set_partitioning import solve_within

EFFORT = 30.0
"""CP-SAT's deterministic seconds at work 1."""


@dataclass(frozen=True, slots=True)
class FoundLending:
    """The best choice that was found; no choice is worth more than `bound`."""

    lending: Lending
    driven: Driven
    value: int
    bound: int

    @property
    def gap(self) -> float:
        """How much more there may be at most, as a share of the bound."""
        return (self.bound - self.value) / max(abs(self.bound), 1)


def search_lending(problem: LendingProblem, *, seed: int = 0, work: float = 1.0) -> FoundLending:
    """Return the best choice that is found; lending nothing is always one.

    Parameters
    ----------
    work
        Share of the usual effort. The same problem, seed and work give the same answer.
    """
    draft = LendingDraft(problem)
    draft.grow()
    model = _LendingModel(problem)
    model.hint(draft.lending, draft.driven)
    solver = solve_within(model.model, seed=seed, effort=EFFORT * work)
    choices: list[tuple[Lending, Driven]] = [
        ({lend: n for lend, n in draft.lending.items() if n}, draft.driven)
    ]
    bound = model.most
    if solver is not None:
        choices.append(model.read(solver))
        bound = min(bound, math.floor(solver.best_objective_bound + 1e-6))
    found = []
    for lending, may_drive in choices:
        driven = drive_least(problem, lending, may_drive)
        found.append((value_lending(problem, lending, driven), lending, driven))
    value, lending, driven = max(found, key=lambda one: one[0])
    return FoundLending(lending, driven, value, max(bound, value))


def drive_least(problem: LendingProblem, lending: Lending, driven: Driven) -> Driven:
    """Return what must be driven of what may be: dear runs are left out first."""
    carried, needed = count_carried(problem, lending), dict(driven)

    def suffices(way: DepotWay) -> bool:
        pairs = ((way.driver, way.other), (way.other, way.driver))
        return all(
            carried[sender, receiver, way.month]
            <= sum(problem.ways[w].carries(sender, receiver) * times
                   for w, times in needed.items() if problem.ways[w].month == way.month)
            for sender, receiver in pairs
        )  # fmt: skip

    for w in sorted(needed, key=lambda w: (-problem.ways[w].uses, w)):
        while needed[w]:
            needed[w] -= 1
            if not suffices(problem.ways[w]):
                needed[w] += 1
                break
    return {w: times for w, times in sorted(needed.items()) if times}


class _LendingModel:
    """CP-SAT's model: `lent[lend]` batches are lent so, `driven[w]` times a way is driven."""

    def __init__(self, problem: LendingProblem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.lent: dict[Lend, Any] = {
            lend: self.model.new_int_var(0, len(problem.lots[lend.lot].batches), "")
            for lend in problem.lends
        }
        self.driven: dict[int, Any] = {
            w: self.model.new_int_var(0, way.most, "") for w, way in enumerate(problem.ways)
        }
        self.worth: list[Any] = []
        self.most = 0
        self._lend_what_is_there()
        self._keep_reserves()
        self._carry()
        self._serve()
        self._miss()
        self.worth += [-problem.loan_uses * var for var in self.lent.values()]
        self.worth += [-problem.ways[w].uses * var for w, var in self.driven.items()]
        self.model.maximize(sum(self.worth))

    def hint(self, lending: Lending, driven: Driven) -> None:
        """Begin with a choice that is known."""
        for lend, var in self.lent.items():
            self.model.add_hint(var, lending.get(lend, 0))
        for w, var in self.driven.items():
            self.model.add_hint(var, driven.get(w, 0))

    def read(self, solver: cp_model.CpSolver) -> tuple[Lending, Driven]:
        """Return what a solution says."""
        lending = {lend: int(solver.value(var)) for lend, var in self.lent.items()}
        driven = {w: int(solver.value(var)) for w, var in self.driven.items()}
        return {lend: n for lend, n in lending.items() if n}, driven

    def _lend_what_is_there(self) -> None:
        """Let no more batches of a lot be away in a month than it has."""
        away = defaultdict(list)
        for lend, var in self.lent.items():
            for t in range(lend.first, lend.last + 1):
                away[lend.lot, t].append(var)
        for (lot, _), own in sorted(away.items()):
            self.model.add(sum(own) <= len(self.problem.lots[lot].batches))

    def _keep_reserves(self) -> None:
        away = defaultdict(list)
        for lend, var in self.lent.items():
            lot = self.problem.lots[lend.lot]
            for t in range(lend.first, lend.last + 1):
                away[lot.owner, lot.kind, t].append(var)
        for (owner, kind, month), own in sorted(away.items()):
            self.model.add(sum(own) <= self.problem.lendable[owner, kind, month])

    def _carry(self) -> None:
        """Let something drive for whatever is handed over."""
        carried: defaultdict[tuple[int, int, int], list[Any]] = defaultdict(list)
        for key in self.problem.owed:
            carried[key].append(1)
        for lend, var in self.lent.items():
            owner = self.problem.lots[lend.lot].owner
            carried[owner, lend.borrower, lend.first].append(var)
            carried[lend.borrower, owner, lend.last].append(var)
        for (sender, receiver, month), own in sorted(carried.items()):
            room = [
                way.carries(sender, receiver) * self.driven[w]
                for w, way in enumerate(self.problem.ways)
                if way.month == month and way.carries(sender, receiver)
            ]
            self.model.add(sum(own) <= sum(room))

    def _serve(self) -> None:
        """Count what batches more are worth where they serve: by kind, and at most all together."""
        there: defaultdict[tuple[int, int, int], list[Any]] = defaultdict(list)
        for lend, var in self.lent.items():
            for t in range(lend.first + 1, lend.last):
                there[lend.borrower, t, self.problem.lots[lend.lot].kind].append(var)
        for (q, t), kinds in self._group(there):
            parts, every = [], []
            for k in kinds:
                own, gains = there[q, t, k], self.problem.gains[q, t, k]
                self.model.add(sum(own) <= len(gains))
                parts += self._take_first(own, gains)
                every += own
            joint = self.problem.joint_gains[q, t]
            self.model.add(sum(every) <= len(joint))
            gained = self.model.new_int_var(0, sum(joint), "")
            self.model.add(gained <= sum(parts))
            self.model.add(gained <= sum(self._take_first(every, joint)))
            self.worth.append(gained)
            self.most += sum(joint)

    def _take_first(self, own: list[Any], gains: tuple[int, ...]) -> list[Any]:
        """Return what as many batches as there are gain, the best first: gains fall."""
        positive = [gain for gain in gains if gain > 0]
        taken = [self.model.new_bool_var("") for _ in positive]
        self.model.add(sum(taken) <= sum(own))
        return [gain * var for gain, var in zip(positive, taken, strict=True)]

    def _miss(self) -> None:
        """Count what batches fewer cost their owner: by kind, and at least all together."""
        away: defaultdict[tuple[int, int, int], list[Any]] = defaultdict(list)
        for lend, var in self.lent.items():
            lot = self.problem.lots[lend.lot]
            for t in range(lend.first, lend.last + 1):
                if lot.works[t]:
                    away[lot.owner, t, lot.kind].append(var)
        for (q, t), kinds in self._group(away):
            parts, every = [], []
            for k in kinds:
                parts += self._miss_first(away[q, t, k], self.problem.losses[q, t, k])
                every += away[q, t, k]
            joint = self.problem.joint_losses[q, t]
            most = max(sum(joint), sum(sum(self.problem.losses[q, t, k]) for k in kinds))
            lost = self.model.new_int_var(0, most, "")
            self.model.add(lost >= sum(parts))
            self.model.add(lost >= sum(self._miss_first(every, joint)))
            self.worth.append(-lost)

    def _miss_first(self, own: list[Any], losses: tuple[int, ...]) -> list[Any]:
        """Return what as many batches as there are cost, the least first: losses rise."""
        missed = [self.model.new_bool_var("") for _ in losses]
        self.model.add(sum(missed) == sum(own))
        return [loss * var for loss, var in zip(losses, missed, strict=True)]

    def _group(
        self, keys: Iterable[tuple[int, int, int]]
    ) -> list[tuple[tuple[int, int], list[int]]]:
        """Return the kinds of each province and month."""
        found: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for q, t, k in sorted(keys):
            found[q, t].append(k)
        return sorted(found.items())
