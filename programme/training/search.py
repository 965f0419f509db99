"""Chooses who comes to which course by CP-SAT: goals, then money, then wishes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from programme.training.problem import (
    TrainingChoice,
    TrainingProblem,
    list_ranks,
    rank_choice,
)
from province.language import message
from province.progress import Progress, ignore_progress
from search.set_partitioning import solve_within

EFFORT = 20.0
"""CP-SAT's deterministic seconds at work 1: some ten seconds."""


@dataclass(frozen=True, slots=True)
class FoundChoice:
    """The best choice that was found.

    Parameters
    ----------
    short, least_short
        People missing at the ends of years with a goal, summed, and the fewest there can be.
    net, least_net
        Money less what it is worth, in hundredths; no choice that misses as few has less than
        `least_net`.
    """

    choice: TrainingChoice
    short: int
    least_short: int
    net: int
    least_net: int


def search_training(
    problem: TrainingProblem,
    *,
    seed: int = 0,
    work: float = 1.0,
    progress: Progress = ignore_progress,
) -> FoundChoice:
    """Return the best choice that is found; inviting nobody is always one.

    Parameters
    ----------
    work
        Share of the usual effort. The same problem, seed and work give the same answer.
    """
    model = _TrainingModel(problem)
    best = TrainingChoice({}, {})
    bounds: list[int | None] = []
    for number, (what, goal) in enumerate(model.list_goals()):
        progress(what, number / 3)
        model.model.minimize(goal)
        model.hint(best)
        solver = solve_within(model.model, seed=seed, effort=EFFORT * work / 3)
        bounds.append(None)
        if solver is None:
            break  # no time: what was found before stands
        best = min((best, model.read(solver)), key=lambda one: rank_choice(problem, one))
        bounds[-1] = math.ceil(solver.best_objective_bound - 1e-6)
        if number < 2:
            model.model.add(goal <= rank_choice(problem, best)[number])
    short, net, *_ = rank_choice(problem, best)
    least_short, least_net, *_ = (*bounds, None, None)
    return FoundChoice(
        best,
        short,
        0 if least_short is None else min(short, least_short),
        net,
        _least(problem) if least_net is None else min(net, least_net),
    )


def _least(problem: TrainingProblem) -> int:
    """Return the least net that could be: everybody is trained for nothing."""
    people = sum(learner.people for learner in problem.learners)
    return -people * problem.worth - len(problem.firsts) * problem.first_worth


class _TrainingModel:
    """CP-SAT's model.

    `held[m, payer]` says whether a meeting is held and who pays; `comes[k, m, payer]` how many of a
    learner come to it then.
    """

    def __init__(self, problem: TrainingProblem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.held: dict[tuple[int, int | None], Any] = {
            (m, payer): self.model.new_bool_var("")
            for m, meeting in enumerate(problem.meetings)
            for payer in meeting.payers
        }
        self.comes: dict[tuple[int, int, int | None], Any] = {
            (k, m, payer): self.model.new_int_var(
                0, min(problem.learners[k].people, problem.meetings[m].seats), ""
            )
            for m, payer in self.held
            for k in problem.meetings[m].comes
        }
        self._seat()
        self._limit_sites()
        self._pay()

    def _seat(self) -> None:
        """Give people seats where something is held, and everybody one course at most."""
        problem = self.problem
        for m, meeting in enumerate(problem.meetings):
            self.model.add_at_most_one(self.held[m, payer] for payer in meeting.payers)
            for payer in meeting.payers:
                own = [self.comes[k, m, payer] for k in meeting.comes]
                self.model.add(sum(own) <= meeting.seats * self.held[m, payer])
                for k in meeting.comes:
                    most = problem.learners[k].people
                    self.model.add(self.comes[k, m, payer] <= most * self.held[m, payer])
        for k, learner in enumerate(problem.learners):
            self.model.add(sum(self._list_of(k)) <= learner.people)

    def _list_of(self, learner: int) -> Iterator[Any]:
        return (var for (k, _, _), var in self.comes.items() if k == learner)

    def _limit_sites(self) -> None:
        """Let an occurrence on site be held at so many libraries at most."""
        groups: dict[object, list[int]] = {}
        for m, meeting in enumerate(self.problem.meetings):
            if meeting.site_id is not None:
                groups.setdefault(meeting.key[:2], []).append(m)
        for numbers in groups.values():
            meetings = [self.problem.meetings[m] for m in numbers]
            most = meetings[0].occurrence.course.most_sites
            if most is not None:
                left = most - sum(bool(meeting.invited) for meeting in meetings)
                new = [
                    self.held[m, payer]
                    for m, meeting in zip(numbers, meetings, strict=True)
                    for payer in meeting.payers
                    if not meeting.invited
                ]
                self.model.add(sum(new) <= max(0, left))

    def _pay(self) -> None:
        """Let no purse pay more than it has left, nor more hours."""
        for number, purse in enumerate(self.problem.purses):
            self.model.add(sum(self._list_costs(number)) <= purse.left)
            if purse.minutes_left is not None:
                minutes = (
                    self.problem.meetings[m].minutes * var
                    for (m, payer), var in self.held.items()
                    if payer == number
                )
                self.model.add(sum(minutes) <= purse.minutes_left)

    def _list_costs(self, payer: int | None) -> Iterator[Any]:
        """Yield what a purse would pay, in hundredths."""
        meetings = self.problem.meetings
        for (m, own), var in self.held.items():
            if own == payer:
                yield meetings[m].cost * var
        for (k, m, own), var in self.comes.items():
            if own == payer and meetings[m].comes[k]:
                yield meetings[m].comes[k] * var

    def list_goals(self) -> Iterator[tuple[Any, Any]]:
        """Yield what is asked for in turn: its name, and what is to be as small as can be.

        The three wishes at the end are one number: a person more counts more than all libraries, a
        library more than all days. So `rank_choice` has them in the same order.
        """
        problem, learners = self.problem, self.problem.learners
        missing = [self._miss(year, needed) for year, needed in problem.needed.items()]
        yield message("looking for the fewest missing people"), sum(missing)
        sites = sorted({one.site_id for one in learners} & problem.firsts)
        firsts = [self._be_first(site) for site in sites]
        people = sum(self.comes.values())
        own = [None, *(k for k, purse in enumerate(problem.purses) if purse.is_own)]
        money = sum(cost for payer in own for cost in self._list_costs(payer))
        worth = problem.worth * people + problem.first_worth * sum(firsts)
        yield message("looking for the least money"), money - worth
        ranks = list_ranks(problem)
        late = sum(ranks[m] * var for (_, m, _), var in self.comes.items())
        most = 1 + max(ranks, default=0) * sum(learner.people for learner in learners)
        wishes = most * (len(sites) + 1) * people + most * sum(firsts) - late
        yield message("choosing who is invited"), -wishes

    def _miss(self, year: int, needed: int) -> Any:
        trained = sum(
            var
            for (k, m, _), var in self.comes.items()
            if self.problem.learners[k].counts
            and self.problem.meetings[m].occurrence.last.year <= year
        )
        missing = self.model.new_int_var(0, max(needed, 0), "")
        self.model.add(missing >= needed - trained)
        return missing

    def _be_first(self, site_id: str) -> Any:
        """Return whether somebody of a library is trained, where nobody is yet."""
        first = self.model.new_bool_var("")
        own = [k for k, one in enumerate(self.problem.learners) if one.site_id == site_id]
        self.model.add(first <= sum(var for k in own for var in self._list_of(k)))
        return first

    def hint(self, choice: TrainingChoice) -> None:
        """Begin with a choice that is known."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for (m, payer), var in self.held.items():
            self.model.add_hint(var, m in choice.payers and choice.payers[m] == payer)
        for (k, m, payer), var in self.comes.items():
            is_paid = m in choice.payers and choice.payers[m] == payer
            self.model.add_hint(var, choice.people.get((k, m), 0) if is_paid else 0)

    def read(self, solver: cp_model.CpSolver) -> TrainingChoice:
        """Return what a solution says; a meeting to which nobody comes is not held."""
        people = {
            (k, m): count
            for (k, m, _), var in self.comes.items()
            if (count := int(solver.value(var)))
        }
        used = {m for _, m in people}
        payers = {
            m: payer
            for (m, payer), var in self.held.items()
            if m in used and solver.boolean_value(var)
        }
        return TrainingChoice(people, payers)
