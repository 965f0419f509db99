"""Chooses the years of models by CP-SAT: goals first, then people reached."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from programme.rollout.problem import (
    RolloutProblem,
    Starts,
    count_of_place,
    count_reached,
    count_short,
    list_models,
    value_starts,
)
from province.language import message
from province.progress import Progress, ignore_progress
from search.set_partitioning import solve_within

EFFORT = 60.0
"""CP-SAT's deterministic seconds at work 1: some half a minute."""

STEPS = 5_000
"""Money is searched in steps of the dearest model divided by this, rounded against us."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best choice that was found.

    Parameters
    ----------
    value, bound
        People reached, times weight, summed over the years; no choice that misses as few models has
        more than `bound`.
    short, least_short
        Models missing at the ends of years with a goal, and the fewest there can be.
    """

    starts: Starts
    value: int
    bound: int
    short: int
    least_short: int

    @property
    def gap(self) -> float:
        """How much more there may be at most, as a share of the bound."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0


def search_rollout(
    problem: RolloutProblem,
    *,
    seed: int = 0,
    work: float = 1.0,
    progress: Progress = ignore_progress,
) -> Found | None:
    """Return the best choice, None if no choice keeps all limits and pins.

    Parameters
    ----------
    work
        Share of the usual effort. The same problem, seed and work give the same answer.
    """
    progress(message("looking for the fewest missing models"), 0.1)
    model = _Model(problem)
    model.ask_for_goals()
    goals = solve_within(model.model, seed=seed, effort=EFFORT * work / 4)
    if goals is None:
        return None
    starts, least_short = model.read(goals), math.ceil(goals.best_objective_bound - 1e-6)
    short = count_short(problem, starts)
    progress(message("choosing years"), 0.3)
    model.ask_for_people(short)
    model.hint(starts)
    solver = solve_within(model.model, seed=seed, effort=EFFORT * work)
    if solver is not None:
        starts = max((starts, model.read(solver)), key=lambda one: value_starts(problem, one))
    base = count_reached(problem, problem.begun) * len(problem.years)
    bound = _bound_all(problem)
    if solver is not None:
        bound = min(bound, base + math.floor(solver.best_objective_bound + 1e-6))
    value = value_starts(problem, starts)
    return Found(starts, value, max(bound, value), short, least_short)


def _bound_all(problem: RolloutProblem) -> int:
    """Return the people reached if every place had its model from the first year on."""
    everywhere = frozenset(range(len(problem.places)))
    return count_reached(problem, everywhere) * len(problem.years)


class _Model:
    """CP-SAT's model: `there[k, year]` says whether place k has a model at the end of a year."""

    def __init__(self, problem: RolloutProblem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.open = [k for k in range(len(problem.places)) if k not in problem.begun]
        self.there: dict[tuple[int, int], Any] = {
            (k, year): self.model.new_bool_var("") for k in self.open for year in problem.years
        }
        self.missing: list[Any] = []
        self._fix_years()
        self._limit_years()
        if problem.purses is not None:
            self._pay()
        self._count_goals()

    def _new(self, k: int, year: int) -> Any:
        """Whether the model of a place begins in a year, as an expression."""
        before = self.there.get((k, year - 1), 0)
        return self.there[k, year] - before

    def _fix_years(self) -> None:
        for k in self.open:
            place = self.problem.places[k]
            for year in self.problem.years:
                if (k, year - 1) in self.there:
                    self.model.add_implication(self.there[k, year - 1], self.there[k, year])
                first = place.not_before if place.since is None else place.since
                if year < first:
                    self.model.add(self.there[k, year] == 0)
                elif place.since is not None:
                    self.model.add(self.there[k, year] == 1)

    def _limit_years(self) -> None:
        problem = self.problem
        seats = 0
        for year in problem.years:
            if problem.most_models is not None:
                most = problem.most_models[year]
                self.model.add(sum(self._new(k, year) for k in self.open) <= most)
            if problem.seats is not None:
                seats += problem.seats[year]
                trained = sum(problem.places[k].trainees * self.there[k, year] for k in self.open)
                self.model.add(trained <= seats)

    def _pay(self) -> None:
        """Let every year be paid from purses that are open to it, in whole steps of money."""
        problem = self.problem
        dearest = max((place.cost_vnd + place.training_vnd for place in problem.places), default=0)
        step = max(dearest / STEPS, 1.0)
        spent: dict[int, list[Any]] = {number: [] for number in range(len(problem.purses or ()))}
        for year in problem.years:
            for costs, is_for in (
                ([place.cost_vnd for place in problem.places], "is_for_models"),
                ([place.training_vnd for place in problem.places], "is_for_training"),
            ):
                paid = []
                for number, purse in enumerate(problem.purses or ()):
                    if getattr(purse, is_for) and purse.first_year <= year <= purse.last_year:
                        most = int(purse.amount_vnd / step)
                        paid.append(self.model.new_int_var(0, most, ""))
                        spent[number].append(paid[-1])
                cost = sum(math.ceil(costs[k] / step) * self._new(k, year) for k in self.open)
                self.model.add(sum(paid) >= cost)
        for number, purse in enumerate(problem.purses or ()):
            self.model.add(sum(spent[number]) <= int(purse.amount_vnd / step))

    def _count_goals(self) -> None:
        for year, needed in self.problem.needed.items():
            have = len(self.problem.begun) + sum(self.there[k, year] for k in self.open)
            missing = self.model.new_int_var(0, max(needed, 0), "")
            self.model.add(missing >= needed - have)
            self.missing.append(missing)

    def ask_for_goals(self) -> None:
        """Ask for as few missing models as there can be."""
        self.model.minimize(sum(self.missing))

    def ask_for_people(self, short: int) -> None:
        """Ask for as many people as can be reached with so many missing models."""
        self.model.add(sum(self.missing) <= short)
        gains = list(self._list_gains())
        self.model.maximize(sum(gains))

    def _list_gains(self) -> Iterable[Any]:
        """Yield what each place and year may gain over the models that are there already."""
        for place in self.problem.places:
            own = count_of_place(place, self.problem.begun)
            better = [(k, people) for k, people in place.options if people > own]
            for year in self.problem.years if better else ():
                takes = []
                for k, people in better:
                    take = self.model.new_bool_var("")
                    self.model.add_implication(take, self.there[k, year])
                    takes.append(take)
                    yield (people - own) * take
                self.model.add_at_most_one(takes)

    def hint(self, starts: Starts) -> None:
        """Begin with a choice that is known."""
        for (k, year), var in self.there.items():
            self.model.add_hint(var, k in list_models(self.problem, starts, year))

    def read(self, solver: cp_model.CpSolver) -> Starts:
        """Return the year in which each model begins."""
        starts = {}
        for k in self.open:
            years = [y for y in self.problem.years if solver.boolean_value(self.there[k, y])]
            if years:
                starts[k] = years[0]
        return starts
