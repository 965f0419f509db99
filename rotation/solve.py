"""Solving the rotation: a start by groups of batches, then large-neighbourhood search."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from province.errors import InfeasibleError
from province.ids import SiteId
from province.language import message
from province.progress import Progress, ignore_progress
from province.visits import Movement
from rotation.bound import Bound
from rotation.conflicts import explain_debts, explain_pins
from rotation.greedy import draft_schedule, repair_floors
from rotation.grid import Grid, Schedule, build_grid
from rotation.master import relax
from rotation.measure import (
    Score,
    Scorer,
    guests_at,
    guests_by_library,
    missed_floors,
    uses_by_guest,
)
from rotation.neighbourhood import Freed, improve
from rotation.problem import RotationPlan, RotationProblem, Stay
from rotation.reasons import explain_movements

ITERATIONS_OF_BOUND = 1500
ROUNDS_OF_SEARCH = 30
ROUNDS_OF_REPAIR = 24
"""Rounds added at most while a library stands empty too long or a pin is missed."""

SMALLEST_DEBT = 1e-6
LANES = 2
"""Neighbourhoods solved side by side; a fixed number, so that results do not depend on cores."""

EFFORT = 0.12
"""Deterministic time of one sub-model (CP-SAT's own measure, about seconds)."""

MOST_CANDIDATES = 1500
GOOD_ENOUGH = 1e-3
"""Search stops below this gap."""


@dataclass(frozen=True, slots=True)
class Solution:
    """A schedule of a grid, its score, the bound, and how the search ended."""

    schedule: Schedule
    score: Score
    bound: Bound
    status: str


def solve_rotation(
    problem: RotationProblem,
    *,
    seed: int = 0,
    work: float = 1.0,
    progress: Progress = ignore_progress,
) -> RotationPlan:
    """Return a rotation near the best one, with a valid bound.

    Parameters
    ----------
    work
        Effort; 1 is the default, about 25 s on two cores for 66 batches and 52 libraries.

    Raises
    ------
    InfeasibleError
        When pins contradict other rules, or no schedule was found that keeps every library
        served within the hours there are; the reasons say what would loosen them.
    """
    grid = build_grid(problem)
    if clashes := explain_pins(grid):
        raise InfeasibleError(*clashes)
    solution = search(grid, seed=seed, work=work, progress=progress)
    if solution.score.debts > SMALLEST_DEBT:
        raise InfeasibleError(*explain_debts(grid, solution.schedule))
    return make_plan(grid, solution, seed=seed, work=work)


def search(
    grid: Grid, *, seed: int = 0, work: float = 1.0, progress: Progress = ignore_progress
) -> Solution:
    """Return the best schedule found; Ctrl-C ends the search and keeps it."""
    scorer = Scorer(grid)
    schedule = start_schedule(grid)
    bound = Bound(float("inf"), grid.value)
    status = "feasible"
    try:
        progress(message("bounding the rotation"), 0.0)
        relaxed = relax(grid, iterations=max(100, round(ITERATIONS_OF_BOUND * work)))
        bound = relaxed.bound
        drafts = [draft_schedule(grid, relaxed, schedule, floors_first=f) for f in (False, True)]
        drafts = [repair_floors(grid, relaxed, draft) for draft in drafts]
        schedule = max(drafts, key=lambda draft: scorer.score(draft).rank)
        schedule = _search_around(grid, bound, scorer, schedule, seed, work, progress)
    except KeyboardInterrupt:
        status = "interrupted"
    score = scorer.score(schedule)
    if status == "feasible" and bound.points - score.rank <= 1e-6 * max(1.0, abs(bound.points)):
        status = "optimal"
    return Solution(schedule, score, bound, status)


def start_schedule(grid: Grid) -> Schedule:
    """Return what stands at libraries now, each taken away as soon as the rules allow."""
    return tuple((options[0][0],) if options else () for options in grid.running)


def _search_around(
    grid: Grid,
    bound: Bound,
    scorer: Scorer,
    schedule: Schedule,
    seed: int,
    work: float,
    progress: Progress,
) -> Schedule:
    """Free parts of the schedule, two at a time, and keep what is better."""
    rng = np.random.default_rng(seed)
    best = scorer.score(schedule).rank
    rounds = round(ROUNDS_OF_SEARCH * work)
    with ThreadPoolExecutor(LANES) as lanes:
        for index in range(rounds + ROUNDS_OF_REPAIR):
            has_debts = scorer.score(schedule).debts > SMALLEST_DEBT
            if index >= rounds and not has_debts:
                break
            if bound.points - best <= GOOD_ENOUGH * abs(bound.points):
                break
            progress(message("improving the rotation"), min(1.0, index / max(1, rounds)))
            free = free_debts if has_debts and index % 2 else choose_freed
            freed = [free(grid, schedule, rng) for _ in range(LANES)]
            tasks = [
                lanes.submit(
                    improve,
                    grid,
                    bound,
                    schedule,
                    one,
                    seed=seed + index,
                    effort=EFFORT,
                    most=MOST_CANDIDATES,
                )
                for one in freed
            ]
            found = [task.result() for task in tasks]
            for candidate in sorted(
                (one for one in found if one), key=lambda one: -scorer.score(one).rank
            ):
                rank = scorer.score(candidate).rank
                if rank > best + 1e-9:
                    schedule, best = candidate, rank
    return schedule


def free_debts(grid: Grid, schedule: Schedule, rng: np.random.Generator) -> Freed:
    """Return a neighbourhood around libraries that stand empty too long, or any other one."""
    missed = {library for library, _, _ in missed_floors(grid, guests_by_library(schedule))}
    if not missed:
        return choose_freed(grid, schedule, rng)
    batches, libraries = len(grid.books), len(grid.problem.libraries)
    some = set(rng.choice(sorted(missed), size=min(6, len(missed)), replace=False).tolist())
    some |= set(rng.choice(libraries, size=min(6, libraries), replace=False).tolist())
    guests = set(guests_at(schedule, some))
    guests |= set(rng.choice(batches, size=min(12, batches), replace=False).tolist())
    return Freed(tuple(sorted(guests)), tuple(sorted(some)), 0, grid.num_months)


def choose_freed(grid: Grid, schedule: Schedule, rng: np.random.Generator) -> Freed:
    """Return a neighbourhood: some batches, some libraries, or a window of months."""
    batches, libraries = len(grid.books), len(grid.problem.libraries)
    everywhere, always = tuple(range(libraries)), grid.num_months
    kind = rng.integers(10)
    if kind < 5:
        chosen = rng.choice(batches, size=min(10, batches), replace=False)
        return Freed(tuple(sorted(chosen.tolist())), everywhere, 0, always)
    if kind < 8:
        some = set(rng.choice(libraries, size=min(8, libraries), replace=False).tolist())
        guests = set(guests_at(schedule, some))
        guests |= set(rng.choice(batches, size=min(12, batches), replace=False).tolist())
        return Freed(tuple(sorted(guests)), tuple(sorted(some)), 0, always)
    width = min(4, always)
    first = int(rng.integers(0, always - width + 1))
    chosen = rng.choice(batches, size=min(30, batches), replace=False)
    return Freed(tuple(sorted(chosen.tolist())), everywhere, first, first + width)


def make_plan(grid: Grid, solution: Solution, *, seed: int, work: float) -> RotationPlan:
    """Return a schedule as a plan."""
    problem, score = grid.problem, solution.score
    stays = list_stays_of(grid, solution.schedule)
    movements = list_movements(grid, solution.schedule)
    bound = max(solution.bound.points, score.points)
    gap = (bound - score.points) / abs(bound) if bound and np.isfinite(bound) else 0.0
    return RotationPlan(
        months=problem.months,
        stays=stays,
        movements=movements,
        status=solution.status,
        objective=round(score.points, 6),
        bound=round(bound + 1e-6, 6),
        gap=round(gap, 6),
        seed=seed,
        work=work,
        expected_uses=round(score.uses, 6),
        wishes=tuple(
            (name, round(points, 6))
            for name, points in (
                ("uses", score.uses),
                ("equity", score.equity),
                ("freshness", score.freshness),
                ("visits", score.visits),
                ("money", score.money),
                ("chains", score.chains),
                ("stability", score.stability),
            )
        ),
        reasons=explain_movements(grid, solution.schedule),
    )


def list_stays_of(grid: Grid, schedule: Schedule) -> tuple[Stay, ...]:
    """Return the stays of a schedule, by batch and first month."""
    uses: dict[tuple[int, int, int], float] = {}
    for p, group in guests_by_library(schedule).items():
        for (b, s, _), used in zip(group, uses_by_guest(grid, p, tuple(group)), strict=True):
            uses[b, p, s] = used
    problem = grid.problem
    return tuple(
        Stay(
            batch_id=problem.batches[b].batch_id,
            site_id=problem.libraries[p].site_id,
            first_month=problem.months[0].plus(s),
            months=e - s,
            expected_uses=round(uses[b, p, s], 6),
            is_open_end=e == grid.num_months,
        )
        for b, slots in enumerate(schedule)
        for p, s, e in slots
    )


def list_movements(grid: Grid, schedule: Schedule) -> tuple[Movement, ...]:
    """Return every movement of the horizon, by month and batch."""
    problem = grid.problem
    stands = {place.batch_id: place.site_id for place in problem.placements}
    moves: list[Movement] = []
    for b, slots in enumerate(schedule):
        batch = problem.batches[b]
        here: SiteId = stands.get(batch.batch_id, batch.depot_id)
        home = here if here in problem.depots else batch.depot_id
        for index, (p, s, e) in enumerate(slots):
            site = problem.libraries[p].site_id
            if s >= 0:
                moves.append(Movement(batch.batch_id, problem.months[s], here, site))
            here = site
            follows = index + 1 < len(slots) and slots[index + 1][1] == e
            if e < grid.num_months and not follows:
                moves.append(Movement(batch.batch_id, problem.months[e], here, home))
                here = home
    return tuple(sorted(moves, key=lambda move: (move.month, move.batch_id, move.from_site)))
