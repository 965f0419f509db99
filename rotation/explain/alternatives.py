"""Other schedules near a plan's, each really scored and held against every rule."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from province.violations import Violation
from rotation.checks.case import Case, CaseStay
from rotation.checks.verify import CHECKS, verify_rotation
from rotation.instance.instance import POINTS_PER_CHAIN, Grid, Schedule, Slot, build_grid
from rotation.instance.score import (
    Guest,
    Scorer,
    count_chains,
    find_repeats,
    find_rings,
    guests_by_library,
)
from rotation.problem import RotationPlan, RotationProblem

Placed = tuple[int, Slot]
"""A batch and one stay of it."""

NOT_COMPARED = "movements_follow_the_stays"
"""Movements follow from the stays, so alternatives are held against the other rules."""

FLOORS = "no_library_stands_empty_too_long"
SMALLEST_DEBT = 1e-6


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Stays that leave a schedule and stays that come in."""

    taken: tuple[Placed, ...]
    put: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change does to a plan.

    Parameters
    ----------
    points, uses
        What the changed plan has more than the plan; negative where it loses.
    broken
        The rules that the changed plan breaks and the plan does not; empty for a real alternative.
    """

    change: Change
    schedule: Schedule
    points: float
    uses: float
    broken: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """A plan as numbers: what alternatives are compared with."""

    plan: RotationPlan
    grid: Grid
    schedule: Schedule
    scorer: Scorer
    points: float
    uses: float
    debts: float
    broken: frozenset[tuple[str, str]]
    by_library: "Tally"

    @property
    def problem(self) -> RotationProblem:
        """The problem that the plan answers."""
        return self.grid.problem


def survey(problem: RotationProblem, plan: RotationPlan) -> Ground:
    """Return the ground on which alternatives of a plan are compared."""
    grid = build_grid(problem)
    schedule = read_schedule(problem, plan)
    scorer = Scorer(grid)
    score = scorer.score(schedule)
    bare = Scorer(replace(grid, floors=(), pins=()))
    tally = Tally(bare, schedule, guests_by_library(schedule))
    broken = frozenset((one.rule, one.where) for one in verify_rotation(problem, plan))
    return Ground(
        plan, grid, schedule, scorer, score.points, score.uses, score.debts, broken, tally
    )


def read_schedule(problem: RotationProblem, plan: RotationPlan) -> Schedule:
    """Return the stays of a plan as indices."""
    batch_at = {batch.batch_id: b for b, batch in enumerate(problem.batches)}
    library_at = {library.site_id: p for p, library in enumerate(problem.libraries)}
    slots: list[list[Slot]] = [[] for _ in problem.batches]
    for stay in plan.stays:
        first = stay.first_month.months_since(problem.months[0])
        slot = (library_at[stay.site_id], first, first + stay.months)
        slots[batch_at[stay.batch_id]].append(slot)
    return tuple(tuple(sorted(own, key=lambda slot: slot[1])) for own in slots)


def apply_change(schedule: Schedule, change: Change) -> Schedule:
    """Return a schedule without the stays taken and with the stays put."""
    own = list(schedule)
    for b, slot in change.taken:
        own[b] = tuple(one for one in own[b] if one != slot)
    for b, slot in change.put:
        own[b] = tuple(sorted((*own[b], slot), key=lambda one: one[1]))
    return tuple(own)


def best_outcome(ground: Ground, changes: Iterable[Change]) -> Outcome | None:
    """Return the change that keeps every rule and leaves most points.

    Where none keeps them, the one that breaks fewest rules, of these the one with most points,
    comes back with what it breaks; None without any change. Equal points: the first in order.
    """
    ranked = sorted(
        sorted(set(changes)), key=lambda change: -round(ground.by_library.gain(change), 9)
    )
    nearest: tuple[int, Change] | None = None
    for change in ranked:
        few = nearest[0] if nearest else None
        count = len(set(itertools.islice(_list_rules_broken(ground, change), few)))
        if count == 0:
            outcome = evaluate(ground, change)
            if not outcome.broken:
                return outcome
            count = len({one.rule for one in outcome.broken})
        if nearest is None or count < nearest[0]:
            nearest = count, change
    return evaluate(ground, nearest[1]) if nearest else None


def evaluate(ground: Ground, change: Change) -> Outcome:
    """Return what a change does to the plan, by the exact scorer and the checker of all rules."""
    schedule = apply_change(ground.schedule, change)
    score = ground.scorer.score(schedule)
    points, uses = score.points - ground.points, score.uses - ground.uses
    owes = score.debts > ground.debts + SMALLEST_DEBT
    return Outcome(change, schedule, points, uses, list_broken(ground, schedule, owes=owes))


def list_broken(ground: Ground, schedule: Schedule, *, owes: bool) -> tuple[Violation, ...]:
    """Return what a schedule breaks that the plan does not.

    Parameters
    ----------
    owes
        Whether to look for empty libraries too; the scorer tells that quicker when there are none.
    """
    skipped = {NOT_COMPARED} if owes else {NOT_COMPARED, FLOORS}
    case = as_case(ground.problem, ground.plan, schedule)
    found = (
        Violation(name, where, detail)
        for name, check in CHECKS
        if name not in skipped
        for where, detail in check(case)
    )
    return tuple(one for one in found if (one.rule, one.where) not in ground.broken)


def _list_rules_broken(ground: Ground, change: Change) -> Iterator[str]:
    """Yield which kinds of rules a change breaks, the quickest told first.

    A stay that may not be at all counts twice: where nothing is allowed, the nearest is one that
    only the rest of the plan forbids.
    """
    grid, schedule = ground.grid, apply_change(ground.schedule, change)
    if not all(_is_allowed(grid, schedule[b], b, slot) for b, slot in change.put):
        yield from ("alone", "never")
    if not _have_room(grid, schedule, {slot[0] for _, slot in change.put}):
        yield "room"
    touched = {slot[0] for _, slot in (*change.taken, *change.put)}
    if find_repeats(grid, at_libraries(schedule, touched)):
        yield "memory"
    if find_rings(schedule):
        yield "rings"
    if ground.scorer.score(schedule).debts > ground.debts + SMALLEST_DEBT:
        yield "debts"


def _have_room(grid: Grid, schedule: Schedule, libraries: set[int]) -> bool:
    """Whether shelves and numbers of batches suffice at some libraries."""
    guests = guests_by_library(schedule)
    for p in sorted(libraries):
        for t in range(grid.num_months):
            present = [b for b, s, e in guests[p] if s <= t < e]
            if len(present) > grid.capacity_batches[p, t]:
                return False
            if int(grid.books[present].sum()) > grid.capacity_books[p, t]:
                return False
    return True


def at_libraries(schedule: Schedule, libraries: set[int]) -> Schedule:
    """Return the stays of a schedule at some libraries alone."""
    return tuple(tuple(slot for slot in slots if slot[0] in libraries) for slots in schedule)


def _is_allowed(grid: Grid, own: tuple[Slot, ...], batch: int, slot: Slot) -> bool:
    """Whether a stay is allowed on its own and beside the other stays of its batch."""
    p, s, e = slot
    if s < 0:
        if all(one != slot for one, _ in grid.running[batch]):
            return False
    elif e - s > grid.value.shape[3] or grid.value[batch, p, s, e - s - 1] < -1e300:
        return False
    others = [one for one in own if one != slot]
    return not any(x < e + grid.lag and s < y + grid.lag for _, x, y in others)


@dataclass(slots=True)
class Tally:
    """Points library by library, so that a change is ranked by what it touches alone."""

    scorer: Scorer
    schedule: Schedule
    guests: dict[int, list[Guest]]
    known: dict[tuple[int, tuple[Guest, ...]], float] = field(default_factory=dict)

    def gain(self, change: Change) -> float:
        """Return the points that a change adds, debts left out."""
        gained = 0.0
        for p in sorted({slot[0] for _, slot in (*change.taken, *change.put)}):
            before = self.guests.get(p, [])
            after = [x for x in before if (x[0], (p, x[1], x[2])) not in change.taken]
            after += [(b, s, e) for b, (at, s, e) in change.put if at == p]
            gained += self._points(p, tuple(sorted(after))) - self._points(p, tuple(sorted(before)))
        own = {b for b, _ in (*change.taken, *change.put)}
        after_all = apply_change(self.schedule, change)
        chains = count_chains(tuple(after_all[b] for b in sorted(own)))
        chains -= count_chains(tuple(self.schedule[b] for b in sorted(own)))
        return gained - POINTS_PER_CHAIN * chains

    def _points(self, library: int, group: tuple[Guest, ...]) -> float:
        if (library, group) not in self.known:
            rows: list[list[Slot]] = [[] for _ in self.schedule]
            for b, s, e in group:
                rows[b].append((library, s, e))
            score = self.scorer.score(tuple(tuple(row) for row in rows))
            self.known[library, group] = score.points - score.chains
        return self.known[library, group]


def as_case(problem: RotationProblem, plan: RotationPlan, schedule: Schedule) -> Case:
    """Return a schedule as the checker sees it; movements and totals stay those of the plan."""
    library_at = {library.site_id: p for p, library in enumerate(problem.libraries)}
    batch_at = {batch.batch_id: b for b, batch in enumerate(problem.batches)}
    return Case(
        problem,
        plan,
        tuple(
            CaseStay(b, p, s, e, e == len(problem.months))
            for b, slots in enumerate(schedule)
            for p, s, e in slots
        ),
        {
            batch_at[place.batch_id]: (library_at[place.site_id], -place.months_there)
            for place in problem.placements
            if place.site_id in library_at
        },
    )
