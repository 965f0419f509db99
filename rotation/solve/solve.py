"""Solving a rotation problem: the search, what to say when nothing is found, and the plan."""

from dataclasses import replace

import numpy as np

from province.errors import InfeasibleError
from province.ids import BatchId, SiteId
from province.language import Message, message
from province.progress import Progress, ignore_progress
from province.visits import Movement
from rotation.instance.arrays import list_tables
from rotation.instance.instance import Grid, Schedule, build_grid
from rotation.instance.score import Guest, Score, Scorer, guests_by_library, uses_by_guest
from rotation.lagrangian.subgradient import Descent
from rotation.lns.search import GOOD_ENOUGH, SMALLEST_DEBT, Effort, Solution, search
from rotation.problem import Forced, RotationPlan, RotationProblem, Stay
from rotation.solve.forced import list_forced, tell_forced
from rotation.solve.infeasible import explain_debts, explain_pins, explain_shortage
from rotation.solve.reasons import explain_movements, uses_in_month

ROUNDS_OF_PROOF = 400
"""Rounds of descent on the bound that may prove a problem infeasible."""


def solve_rotation(
    problem: RotationProblem,
    *,
    seed: int = 0,
    work: float = 1.0,
    gap: float = GOOD_ENOUGH,
    progress: Progress = ignore_progress,
) -> RotationPlan:
    """Return a rotation near the best one, with a valid bound; as `find_rotation` without start."""
    return find_rotation(problem, seed=seed, work=work, gap=gap, progress=progress)[0]


def find_rotation(
    problem: RotationProblem,
    *,
    seed: int = 0,
    work: float = 1.0,
    gap: float = GOOD_ENOUGH,
    start: Solution | None = None,
    progress: Progress = ignore_progress,
) -> tuple[RotationPlan, Solution]:
    """Return a rotation near the best one, with a valid bound, and where the search ended.

    Parameters
    ----------
    work
        Effort; 1 is the default, about 25 s on two cores for 66 batches and 54 libraries.
    gap
        Stop when the plan is proved to be this near to the best.
    start
        Where the search ended for the same problem at other prices of visits; it goes on there.

    Raises
    ------
    InfeasibleError
        When no schedule keeps every rule, or none was found; it says which of the two, and what
        would loosen the rules.
    """
    grid = build_grid(problem)
    if clashes := explain_shortage(grid) or explain_pins(grid):
        raise InfeasibleError(*clashes)
    effort = Effort(work=work, gap=gap)
    solution = search(grid, seed=seed, effort=effort, start=start, progress=progress)
    score = Scorer(grid).score(solution.schedule)
    if score.debts > SMALLEST_DEBT:
        raise InfeasibleError(*explain_debts(grid, solution.schedule), _say_how_sure(grid))
    return make_plan(grid, solution, score, seed=seed, work=work), solution


def _say_how_sure(grid: Grid) -> Message:
    """Return whether it is proved that no schedule keeps every rule."""
    if is_proved_infeasible(grid):
        return message("it is proved that no rotation keeps every rule")
    return message("no rotation that keeps every rule was found; more work may find one")


def is_proved_infeasible(grid: Grid) -> bool:
    """Whether even the relaxation, with nothing but debts to count, leaves some unpaid."""
    bare = replace(
        grid,
        value=np.where(np.isfinite(grid.value), 0.0, -np.inf),
        running=tuple(tuple((slot, 0.0) for slot, _ in options) for options in grid.running),
        visit_points=np.zeros_like(grid.visit_points),
        chain_points=0.0,
        counts_jointly=False,
    )
    descent = Descent(bare, list_tables(bare))
    for done in range(ROUNDS_OF_PROOF):
        descent.step(done / ROUNDS_OF_PROOF)
        if descent.best.points < -SMALLEST_DEBT:
            return True
    return False


def make_plan(
    grid: Grid, solution: Solution, score: Score, *, seed: int, work: float
) -> RotationPlan:
    """Return a schedule as a plan."""
    problem = grid.problem
    stays = list_stays_of(grid, solution.schedule)
    movements = list_movements(grid, solution.schedule)
    bound = max(solution.bound.points, score.points)
    forced = list_forced(grid, solution.schedule)
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
        reasons=tuple(
            (batch, site, _add_forced(text, batch, forced))
            for batch, site, text in explain_movements(grid, solution.schedule)
        ),
        forced=forced,
    )


def _add_forced(reason: Message, batch: BatchId, forced: tuple[Forced, ...]) -> Message:
    """Return why a batch moves, and by which rule it is forced to, where one does."""
    for one in forced:
        if one.batch_id == batch:
            reason = message("{reason}; {note}", reason=reason, note=tell_forced(one))
    return reason


def list_stays_of(grid: Grid, schedule: Schedule) -> tuple[Stay, ...]:
    """Return the stays of a schedule, by batch and first month."""
    uses: dict[tuple[int, int, int], float] = {}
    guests = guests_by_library(schedule)
    for p, group in guests.items():
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
            first_month_uses=round(_first_month_uses(grid, p, tuple(guests[p]), (b, s, e)), 6),
        )
        for b, slots in enumerate(schedule)
        for p, s, e in slots
    )


def _first_month_uses(grid: Grid, library: int, group: tuple[Guest, ...], guest: Guest) -> float:
    first = guest[1]
    present = tuple(one for one in group if one[1] <= first < one[2])
    return uses_in_month(grid, library, present, guest, first) if first >= 0 else 0.0


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
