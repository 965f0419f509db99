"""The search on one instance: a relaxation that bounds and guides, then ruin and recreate."""

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace

from province.language import message
from province.progress import Progress, ignore_progress
from rotation.instance.arrays import Arrays, list_arrays
from rotation.instance.instance import RotationInstance, list_kept_stays
from rotation.instance.score import Scorer
from rotation.lagrangian.refine import bound_again, refine_bound, relax_again
from rotation.lagrangian.subgradient import Bound, Descent, Relaxed
from rotation.lns.dive import Dive
from rotation.lns.lane import Lane, new_lane
from rotation.lns.params import GOOD_ENOUGH, PARAMS, SMALLEST_DEBT, Pace
from rotation.problem import Schedule


@dataclass(frozen=True, slots=True)
class Solution:
    """A schedule of an instance, its points less debts, the bound, and how the search ended."""

    schedule: Schedule
    rank: float
    bound: Bound
    status: str

    @property
    def gap(self) -> float:
        """(bound − points) ÷ bound."""
        return (self.bound.points - self.rank) / max(1e-9, abs(self.bound.points))


@dataclass(frozen=True, slots=True)
class RotationSearch:
    """What all parts of one search share."""

    instance: RotationInstance
    arrays: Arrays
    lanes: list[Lane]
    pace: Pace
    threads: Executor
    progress: Progress

    @property
    def best(self) -> Lane:
        """The lane with the best schedule so far, the first of equals."""
        return max(self.lanes, key=lambda lane: lane.score)

    def is_good(self, bound: Bound) -> bool:
        """Whether the best schedule is near enough to the bound."""
        gap = self.pace.gap
        return bound.points - self.best.score <= gap * max(1.0, abs(bound.points))

    def owes(self) -> bool:
        """Whether the best schedule leaves a pin or a floor unmet, or hours missing."""
        return Scorer(self.instance).score(self.best.schedule()).debts > SMALLEST_DEBT


def search(
    instance: RotationInstance,
    *,
    seed: int = 0,
    pace: Pace | None = None,
    start: Solution | None = None,
    progress: Progress = ignore_progress,
) -> Solution:
    """Return the best schedule found; Ctrl-C ends the search and keeps it.

    Parameters
    ----------
    pace
        How long to search; it tells how far the search is.
    start
        What was found for the same batches, libraries and months at other prices of visits: the
        search goes on from its schedule, and its multipliers give the bound.
    """
    arrays = list_arrays(instance)
    pace = pace or Pace()
    seeds = range(PARAMS.lanes * seed, PARAMS.lanes * (seed + 1))
    lanes = [new_lane(arrays, own) for own in seeds]
    with ThreadPoolExecutor(PARAMS.lanes) as threads:
        run = RotationSearch(instance, arrays, lanes, pace, threads, progress)
        descent = Descent(arrays, threads)
        descent.step(0.0)
        lanes[0].restart(descent.best.guide)
        bound, relaxed, status = descent.best, None, "feasible"
        try:
            if start is not None:
                relaxed = relax_again(arrays, start.schedule, start.bound)
                for lane in lanes:
                    lane.round_off(relaxed)
                bound = bound_again(arrays, _descend_on(run, relaxed.bound))
            else:
                _relax(run, descent)
                bound = descent.best
                if not run.is_good(bound):
                    relaxed = descent.close()
                    _draft(run, relaxed)
                    bound = refine_bound(arrays, bound, threads, pace.refined)
            if relaxed is not None:
                _search_on(run, usual_points(relaxed), bound)
        except KeyboardInterrupt:
            status = "interrupted"
    solution = Solution(run.best.schedule(), run.best.score, bound, status)
    if status == "feasible" and solution.gap <= GOOD_ENOUGH:
        return replace(solution, status="optimal")
    return solution


def _relax(run: RotationSearch, descent: Descent) -> None:
    """Descend on the bound until the effort for it is spent, or the draft is good enough."""
    while (done := run.pace.bounded(descent.rounds)) < 1.0:
        if descent.rounds % PARAMS.rounds_told == 1:
            run.progress(message("bounding the rotation"), PARAMS.share_told * done)
            if run.is_good(descent.best):
                break
        descent.step(done)


def _descend_on(run: RotationSearch, bound: Bound) -> Bound:
    """Return the bound after the last, small steps of a descent from where an earlier one ended."""
    descent = Descent(run.arrays, run.threads, prices=bound.prices)
    while (done := PARAMS.again_from + run.pace.bounded(descent.rounds)) < 1.0:
        descent.step(done)
    own = replace(descent.best, guide=bound.guide, of_groups=bound.of_groups)
    return min((own, bound), key=lambda one: one.points)


def _draft(run: RotationSearch, relaxed: Relaxed) -> None:
    """Dive for a draft on each lane; where last month's plan is known, the last begins with it."""
    lanes = run.lanes
    if kept := list_kept_stays(run.instance):
        lanes[-1].round_off(relax_again(run.arrays, (kept,), relaxed.bound))
        lanes = lanes[:-1]
    dives = [Dive(lane, relaxed, dear) for lane, dear in zip(lanes, PARAMS.dear, strict=False)]
    parts = min(PARAMS.parts, max(1, round(relaxed.share.sum() / PARAMS.stays_of_part)))
    for part in range(1, parts + 1):
        run.progress(message("drafting the rotation"), PARAMS.share_told)
        tasks = [
            run.threads.submit(dive.advance, part / parts, run.pace.rounds_of_part)
            for dive in dives
        ]
        for task in tasks:
            task.result()
    for dive in dives:
        dive.close()


def _search_on(run: RotationSearch, usual: float, bound: Bound) -> None:
    """Search on all lanes, epoch by epoch; towards the end all go on from the best.

    Parameters
    ----------
    usual
        Points of a usual stay.
    """
    pace, lanes = run.pace, run.lanes
    first, cooling = usual * PARAMS.heat, PARAMS.cold / PARAMS.heat
    is_joined, repairs = False, 0
    while not run.is_good(bound):
        done = pace.done
        if done >= 1.0:
            repairs += 1
            if not run.owes() or repairs > PARAMS.epochs_of_repair:
                break
        told = PARAMS.share_told + (1 - PARAMS.share_told) * done
        run.progress(message("improving the rotation"), told)
        heat, then = first * cooling**done, first * cooling ** min(1.0, done + pace.step)
        tasks = [
            run.threads.submit(lane.run, bound.guide, pace.iterations, heat, then) for lane in lanes
        ]
        for task in tasks:
            task.result()
        pace.next_epoch()
        if pace.done >= PARAMS.joined_at and not is_joined:
            is_joined, best = True, run.best
            for lane in lanes:
                lane.adopt(best.best)


def usual_points(relaxed: Relaxed) -> float:
    """Return the points of a usual stay among those that the relaxation takes."""
    planned = relaxed.stays[:, 2] >= 0
    share = relaxed.share[planned]
    if share.sum() <= 0:
        return 1.0
    return max(1.0, float((share * relaxed.points[planned]).sum() / share.sum()))
