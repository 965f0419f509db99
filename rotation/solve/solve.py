"""Solving a rotation problem: the search, what to say when nothing is found, and the plan."""

from dataclasses import asdict, replace

import numpy as np

from province.errors import InfeasibleError
from province.ids import BatchId, SiteId
from province.language import Message, message
from province.progress import Progress, ignore_progress
from province.visits import Movement
from province.weights import ROTATION_WEIGHTS
from rotation.instance.arrays import list_arrays
from rotation.instance.first_month import FirstMonth, decide_first_month
from rotation.instance.instance import RotationInstance, build_instance
from rotation.instance.score import Score, Scorer, as_read, guests_by_library, uses_by_guest
from rotation.lagrangian.subgradient import Descent
from rotation.lns.params import SMALLEST_DEBT, Pace
from rotation.lns.search import Solution, search
from rotation.problem import Forced, IndexStay, RotationPlan, RotationProblem, Schedule, Stay, Swaps
from rotation.solve.forced import list_forced, tell_forced
from rotation.solve.infeasible import explain_debts, explain_pins, explain_shortage
from rotation.solve.reasons import explain_movements, measure_month

ROUNDS_OF_PROOF = 400
"""Rounds of descent on the bound that may prove a problem infeasible."""


def find_rotation(
    problem: RotationProblem,
    *,
    seed: int = 0,
    work: float = 1.0,
    start: Solution | None = None,
    swaps: Swaps | None = None,
    first_month: FirstMonth | None = None,
    progress: Progress = ignore_progress,
) -> tuple[RotationPlan, Solution]:
    """Return a rotation near the best one, with a valid bound, and where the search ended.

    Parameters
    ----------
    work
        Effort; 1 is the default, about 25 s on two cores for 66 batches and 54 libraries.
    start
        Where the search ended for the same problem at other prices of visits; it goes on there.
    swaps
        What the trips of the first month can do. The plan keeps to it; bound and reasons are those
        of the problem without, at whose prices `start` was found.
    first_month
        What each batch does in the first month; the plan keeps to that in the same way.

    Raises
    ------
    InfeasibleError
        When no schedule keeps every rule, or none was found; it says which of the two, and what
        would loosen the rules.
    KeyboardInterrupt
        When Ctrl-C ended a search bound to trips or to a first month before it had a schedule that
        keeps every rule.
    """
    instance = build_instance(problem)
    if clashes := explain_shortage(instance) or explain_pins(instance):
        raise InfeasibleError(*clashes)
    pace = Pace(work=work, batches=len(problem.batches))
    limited = instance if swaps is None else build_instance(replace(problem, swaps=swaps))
    if first_month is not None:
        limited = decide_first_month(instance, dict(enumerate(first_month)))
    solution = search(limited, seed=seed, pace=pace, start=start, progress=progress)
    if limited is not instance and start is not None:
        status = "interrupted" if solution.status == "interrupted" else "feasible"
        solution = replace(solution, bound=start.bound, status=status)
    score = Scorer(limited).score(solution.schedule)
    if score.debts > SMALLEST_DEBT:
        if limited is not instance and solution.status == "interrupted":
            raise KeyboardInterrupt
        sure = message("it is proved that no rotation keeps every rule")
        if not is_proved_infeasible(limited):
            sure = message("no rotation that keeps every rule was found; more work may find one")
        raise InfeasibleError(*explain_debts(limited, solution.schedule), sure)
    return make_plan(instance, solution, score, seed=seed, work=work), solution


def is_proved_infeasible(instance: RotationInstance) -> bool:
    """Whether even the relaxation, with nothing but debts to count, leaves some unpaid."""
    bare = replace(
        instance,
        value=np.where(np.isfinite(instance.value), 0.0, -np.inf),
        run_value=np.where(np.isfinite(instance.run_value), 0.0, -np.inf),
        visit_points=np.zeros_like(instance.visit_points),
        chain_points=0.0,
        counts_jointly=False,
    )
    descent = Descent(list_arrays(bare))
    for done in range(ROUNDS_OF_PROOF):
        descent.step(done / ROUNDS_OF_PROOF)
        if descent.best.points < -SMALLEST_DEBT:
            return True
    return False


def make_plan(
    instance: RotationInstance, solution: Solution, score: Score, *, seed: int, work: float
) -> RotationPlan:
    """Return a schedule as a plan."""
    problem = instance.problem
    stays = list_stays_of(instance, solution.schedule)
    movements = list_movements(instance, solution.schedule)
    bound, shares = max(solution.bound.points, score.points), asdict(score)
    forced = list_forced(instance, solution.schedule)
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
        wishes=tuple((weight.wish, round(shares[weight.wish], 6)) for weight in ROTATION_WEIGHTS),
        reasons=tuple(
            (batch, site, _add_forced(text, batch, forced, problem.currency))
            for batch, site, text in explain_movements(instance, solution.schedule)
        ),
        forced=forced,
    )


def _add_forced(
    reason: Message, batch: BatchId, forced: tuple[Forced, ...], currency: str
) -> Message:
    """Return why a batch moves, and by which rule it is forced to, where one does."""
    for one in forced:
        if one.batch_id == batch:
            reason = message("{reason}; {note}", reason=reason, note=tell_forced(one, currency))
    return reason


def list_stays_of(instance: RotationInstance, schedule: Schedule) -> tuple[Stay, ...]:
    """Return the stays of a schedule, by batch and first month."""
    instance = as_read(instance)
    guests, problem = guests_by_library(schedule), instance.problem
    uses: dict[IndexStay, float] = {}
    for group in guests.values():
        uses.update(zip(group, uses_by_guest(instance, tuple(group)), strict=True))
    return tuple(
        Stay(
            batch_id=problem.batches[stay.batch].batch_id,
            site_id=problem.libraries[stay.library].site_id,
            first_month=problem.months[0].plus(stay.first),
            months=stay.end - stay.first,
            expected_uses=round(uses[stay], 6),
            is_open_end=stay.end == instance.num_months,
            first_month_uses=0.0
            if stay.first < 0
            else round(measure_month(instance, guests[stay.library], stay, stay.first), 6),
        )
        for stays in schedule
        for stay in stays
    )


def list_movements(instance: RotationInstance, schedule: Schedule) -> tuple[Movement, ...]:
    """Return every movement of the horizon, by month and batch."""
    problem = instance.problem
    stands = {place.batch_id: place.site_id for place in problem.placements}
    moves: list[Movement] = []
    for batch, stays in zip(problem.batches, schedule, strict=True):
        here: SiteId = stands.get(batch.batch_id, batch.depot_id)
        begun = {stay.first for stay in stays}
        for stay in stays:
            site = problem.libraries[stay.library].site_id
            if stay.first >= 0:
                moves.append(Movement(batch.batch_id, problem.months[stay.first], here, site))
            here = site
            if stay.end < instance.num_months and stay.end not in begun:
                month = problem.months[stay.end]
                moves.append(Movement(batch.batch_id, month, here, batch.depot_id))
                here = batch.depot_id
    return tuple(sorted(moves, key=lambda move: (move.month, move.batch_id, move.from_site)))
