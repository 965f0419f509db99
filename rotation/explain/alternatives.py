"""Other schedules near a plan's, each really scored and held against every rule."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from province.violations import Violation
from rotation.checks.checked_plan import CheckedPlan
from rotation.checks.rules import RULES, verify_rotation
from rotation.instance.instance import RotationInstance, build_instance
from rotation.instance.score import (
    Guests,
    Score,
    Scorer,
    count_visits,
    find_repeats,
    guests_by_library,
    has_ring,
    list_chains,
    measure_unevenness,
)
from rotation.problem import (
    Floats,
    IndexStay,
    RotationPlan,
    RotationProblem,
    Schedule,
    read_stays,
)

NOT_COMPARED = "movements_follow_the_stays"
"""Movements follow from the stays, so alternatives are held against the other rules."""

FLOORS = "no_library_stands_empty_too_long"
SMALLEST_DEBT = 1e-6


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """Stays that leave a schedule and stays that come in."""

    taken: tuple[IndexStay, ...]
    put: tuple[IndexStay, ...]

    @property
    def libraries(self) -> set[int]:
        """The libraries whose stays change."""
        return {stay.library for stay in (*self.taken, *self.put)}


@dataclass(frozen=True, slots=True)
class Alternative:
    """What a move does to a plan.

    Parameters
    ----------
    points, uses
        What the changed plan has more than the plan; negative where it loses.
    broken
        The rules that the changed plan breaks and the plan does not; empty for a real alternative.
    """

    move: Move
    schedule: Schedule
    points: float
    uses: float
    broken: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A plan as numbers: what alternatives are compared with.

    Parameters
    ----------
    bare
        Scores schedules without floors, pins and even months, library by library.
    visits
        Exchange visits by month.
    library_points
        What `bare` says of groups of stays that were looked at.
    """

    plan: RotationPlan
    instance: RotationInstance
    schedule: Schedule
    scorer: Scorer
    score: Score
    broken: frozenset[tuple[str, str]]
    bare: Scorer
    guests: Guests
    visits: Floats
    library_points: dict[tuple[IndexStay, ...], float] = field(default_factory=dict)

    @property
    def problem(self) -> RotationProblem:
        """The problem that the plan answers."""
        return self.instance.problem

    def gain(self, move: Move) -> float:
        """Return the points that a move adds, debts left out: from what it touches alone."""
        gained, months = 0.0, self.instance.num_months
        visits = self.visits.copy()
        for p in sorted(move.libraries):
            before = self.guests.get(p, [])
            after = [stay for stay in before if stay not in move.taken]
            after += [stay for stay in move.put if stay.library == p]
            gained += self._points_of(tuple(sorted(after)))
            gained -= self._points_of(tuple(sorted(before)))
            visits += count_visits((after,), months) - count_visits((before,), months)
        batches = sorted({stay.batch for stay in (*move.taken, *move.put)})
        after_all = apply_move(self.schedule, move)
        chains = len(list_chains(tuple(after_all[b] for b in batches)))
        chains -= len(list_chains(tuple(self.schedule[b] for b in batches)))
        gained -= measure_unevenness(self.instance.uneven, visits)
        gained += measure_unevenness(self.instance.uneven, self.visits)
        return gained - self.instance.chain_points * chains

    def _points_of(self, group: tuple[IndexStay, ...]) -> float:
        if group not in self.library_points:
            score = self.bare.score(tuple((stay,) for stay in group))
            self.library_points[group] = score.points - score.chains
        return self.library_points[group]


def survey(problem: RotationProblem, plan: RotationPlan) -> Baseline:
    """Return what alternatives of a plan are compared with."""
    instance = build_instance(problem)
    stays = sorted(read_stays(problem, plan.stays), key=lambda stay: stay.first)
    schedule: Schedule = tuple(
        tuple(stay for stay in stays if stay.batch == b) for b in range(len(problem.batches))
    )
    scorer, guests = Scorer(instance), guests_by_library(schedule)
    alone = replace(instance, floors=(), pins=(), uneven=np.zeros_like(instance.uneven))
    return Baseline(
        plan,
        instance,
        schedule,
        scorer,
        scorer.score(schedule),
        frozenset((one.rule, one.where) for one in verify_rotation(problem, plan)),
        Scorer(alone),
        guests,
        count_visits(guests.values(), instance.num_months),
    )


def apply_move(schedule: Schedule, move: Move) -> Schedule:
    """Return a schedule without the stays taken and with the stays put."""
    own = list(schedule)
    for stay in move.taken:
        own[stay.batch] = tuple(one for one in own[stay.batch] if one != stay)
    for stay in move.put:
        own[stay.batch] = tuple(sorted((*own[stay.batch], stay), key=lambda one: one.first))
    return tuple(own)


def find_best_alternative(baseline: Baseline, moves: Iterable[Move]) -> Alternative | None:
    """Return the move that keeps every rule and leaves most points.

    Where none keeps them, the one that breaks fewest rules, of these the one with most points,
    comes back with what it breaks; None without any move. Equal points: the first in order.
    """
    ranked = sorted(sorted(set(moves)), key=lambda move: -round(baseline.gain(move), 9))
    nearest: tuple[int, Move] | None = None
    for move in ranked:
        few = nearest[0] if nearest else None
        count = len(set(itertools.islice(_list_rules_broken(baseline, move), few)))
        if count == 0:
            found = evaluate(baseline, move)
            if not found.broken:
                return found
            count = len({one.rule for one in found.broken})
        if nearest is None or count < nearest[0]:
            nearest = count, move
    return evaluate(baseline, nearest[1]) if nearest else None


def evaluate(baseline: Baseline, move: Move) -> Alternative:
    """Return what a move does to the plan, by the exact scorer and the checker of all rules."""
    schedule = apply_move(baseline.schedule, move)
    score, before = baseline.scorer.score(schedule), baseline.score
    points, uses = score.points - before.points, score.uses - before.uses
    owes = score.debts > before.debts + SMALLEST_DEBT
    return Alternative(move, schedule, points, uses, list_broken(baseline, schedule, owes=owes))


def list_broken(baseline: Baseline, schedule: Schedule, *, owes: bool) -> tuple[Violation, ...]:
    """Return what a schedule breaks that the plan does not.

    Parameters
    ----------
    owes
        Whether to look for empty libraries too; the scorer tells that quicker when there are none.
    """
    skipped = {NOT_COMPARED} if owes else {NOT_COMPARED, FLOORS}
    stays = tuple(stay for own in schedule for stay in own)
    plan = CheckedPlan(baseline.problem, baseline.plan, stays)
    return tuple(
        Violation(rule.name, where, detail)
        for rule in RULES
        if rule.name not in skipped
        for check in rule.checks
        for where, detail in check(plan)
        if (rule.name, where) not in baseline.broken
    )


def _list_rules_broken(baseline: Baseline, move: Move) -> Iterator[str]:
    """Yield which kinds of rules a move breaks, the quickest told first.

    A stay that may not be at all counts twice: where nothing is allowed, the nearest is one that
    only the rest of the plan forbids.
    """
    instance, schedule = baseline.instance, apply_move(baseline.schedule, move)
    if not all(
        instance.allows(stay) and has_time(schedule[stay.batch], stay, stay, instance.lag)
        for stay in move.put
    ):
        yield from ("alone", "never")
    if not _have_room(instance, schedule, {stay.library for stay in move.put}):
        yield "room"
    if find_repeats(instance, at_libraries(schedule, move.libraries)):
        yield "memory"
    if has_ring(schedule):
        yield "rings"
    if baseline.scorer.score(schedule).debts > baseline.score.debts + SMALLEST_DEBT:
        yield "debts"


def _have_room(instance: RotationInstance, schedule: Schedule, libraries: set[int]) -> bool:
    """Whether shelves and numbers of batches suffice at some libraries."""
    guests = guests_by_library(schedule)
    for p in sorted(libraries):
        for t in range(instance.num_months):
            present = [stay.batch for stay in guests[p] if stay.first <= t < stay.end]
            if len(present) > instance.capacity_batches[p, t]:
                return False
            if int(instance.books[present].sum()) > instance.capacity_books[p, t]:
                return False
    return True


def at_libraries(schedule: Schedule, libraries: set[int]) -> Schedule:
    """Return the stays of a schedule at some libraries alone."""
    return tuple(tuple(stay for stay in own if stay.library in libraries) for own in schedule)


def has_time(own: Iterable[IndexStay], stay: IndexStay, left: IndexStay | None, lag: int) -> bool:
    """Whether a stay lies beside the other stays of its batch, but for one that it leaves."""
    return not any(
        one.first < stay.end + lag and stay.first < one.end + lag for one in own if one != left
    )
