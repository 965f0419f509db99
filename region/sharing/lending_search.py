"""Chooses by CP-SAT which batches are lent, from when until when, and what drives for it."""

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from region.sharing.lending_problem import (
    Driven,
    Lend,
    Lending,
    LendingProblem,
    Way,
    count_carried,
    value_lending,
)
from search.set_partitioning import solve_within

EFFORT = 60.0
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
    model = _LendingModel(problem)
    solver = solve_within(model.model, seed=seed, effort=EFFORT * work)
    if solver is None:
        driven = drive_least(problem, {}, {w: way.most for w, way in enumerate(problem.ways)})
        return FoundLending({}, driven, value_lending(problem, {}, driven), model.most)
    lending = {lend: int(solver.value(var)) for lend, var in model.lent.items()}
    driven = {w: int(solver.value(var)) for w, var in model.driven.items()}
    lending = {lend: count for lend, count in lending.items() if count}
    driven = drive_least(problem, lending, driven)
    value = value_lending(problem, lending, driven)
    bound = min(model.most, math.floor(solver.best_objective_bound + 1e-6))
    return FoundLending(lending, driven, value, max(bound, value))


def drive_least(problem: LendingProblem, lending: Lending, driven: Driven) -> Driven:
    """Return what must be driven of what may be: dear runs are left out first."""
    carried, needed = count_carried(problem, lending), dict(driven)

    def suffices(way: Way) -> bool:
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
        for var in (*self.lent.values(), *self.driven.values()):
            self.model.add_hint(var, 0)

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
        """Count what batches more are worth where they serve, the best of them first."""
        there = defaultdict(list)
        for lend, var in self.lent.items():
            for t in range(lend.first + 1, lend.last):
                there[lend.borrower, t, self.problem.lots[lend.lot].kind].append(var)
        for key, own in sorted(there.items()):
            gains = [gain for gain in self.problem.gains[key] if gain > 0]
            served = [self.model.new_bool_var("") for _ in gains]
            self.model.add(sum(served) <= sum(own))
            self.model.add(sum(own) <= len(self.problem.gains[key]))
            self.worth += [gain * var for gain, var in zip(gains, served, strict=True)]
            self.most += sum(gains)

    def _miss(self) -> None:
        """Count what batches fewer cost their owner, the least of them first."""
        away = defaultdict(list)
        for lend, var in self.lent.items():
            lot = self.problem.lots[lend.lot]
            for t in range(lend.first, lend.last + 1):
                if lot.works[t]:
                    away[lot.owner, t, lot.kind].append(var)
        for key, own in sorted(away.items()):
            losses = self.problem.losses[key]
            missed = [self.model.new_bool_var("") for _ in losses]
            self.model.add(sum(missed) == sum(own))
            self.worth += [-loss * var for loss, var in zip(losses, missed, strict=True)]
