"""The search on one instance: a relaxation that bounds and guides, then ruin and recreate."""

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from province.language import message
from province.progress import Progress, ignore_progress
from rotation.instance.arrays import Arrays, list_arrays
from rotation.instance.instance import RotationInstance, list_kept_stays
from rotation.instance.score import Scorer
from rotation.lagrangian.refine import bound_again, refine_bound, relax_again
from rotation.lagrangian.subgradient import Bound, Descent, Relaxed
from rotation.lns.calendars import WarmStart, draft_by_calendar
from rotation.lns.dive import Dive
from rotation.lns.lane import Lane, new_lane
from rotation.lns.params import GOOD_ENOUGH, PARAMS, SMALLEST_DEBT, Pace
from rotation.problem import Floats, Schedule
from search.rounding import add_up


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

    def reprice(self, visit_points: Floats) -> None:
        """Let all lanes go on at other prices of visits."""
        for lane in self.lanes:
            lane.reprice(visit_points)


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
    may_dive = start is None and arrays.visit_points.any()
    count = 1 + len(PARAMS.dear_in_dive) if may_dive else PARAMS.lanes
    seeds = range(count * seed, count * (seed + 1))
    lanes = [new_lane(arrays, own) for own in seeds]
    with ThreadPoolExecutor(PARAMS.lanes) as threads:
        run = RotationSearch(instance, arrays, lanes, pace, threads, progress)
        descent = Descent(arrays, threads)
        descent.step(0.0)
        lanes[0].restart(descent.best.guide)
        bound, drafts, status = descent.best, [], "feasible"
        try:
            if start is not None:
                before = relax_again(arrays, start.schedule, start.bound)
                drafts = [WarmStart(arrays.visit_points, before)] * PARAMS.lanes
                bound = _descend_on(run, before.bound)
                bound = bound_again(arrays, bound)
            else:
                _relax(run, descent)
                bound = descent.best
                if not run.is_good(bound):
                    drafts = _draft(run, descent)
                    bound = refine_bound(arrays, bound, threads, pace.refined)
            if drafts:
                for lane, draft in zip(lanes, drafts, strict=True):
                    lane.reprice(draft.visit_points)
                    lane.round_off(draft.relaxed)
                heats = [PARAMS.heat] * PARAMS.lanes
                if may_dive:
                    heats = [PARAMS.heat] + [PARAMS.heat_after_dive] * len(PARAMS.dear_in_dive)
                    _dive(run, descent)
                bound = replace(bound, guide=_search_on(run, drafts, heats, bound))
        except KeyboardInterrupt:
            status = "interrupted"
    run.reprice(arrays.visit_points)
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


def _draft(run: RotationSearch, descent: Descent) -> list[WarmStart]:
    """Return what each lane begins with: visits by a calendar, and what the relaxation takes.

    Where last month's plan is known, the last lane begins with it.
    """
    points = run.arrays.visit_points
    if not points.any():
        return [WarmStart(points, descent.close())] * PARAMS.lanes
    rounds = max(1, round(PARAMS.share_for_draft * descent.rounds))
    by_calendar = draft_by_calendar(run.instance, run.arrays, run.threads, rounds)
    kept = list_kept_stays(run.instance)
    others = [descent.close()] * len(PARAMS.dear_in_dive)
    if kept:
        others[-1] = relax_again(run.arrays, (kept,), descent.best)
    return [by_calendar, *(WarmStart(points, other) for other in others)]


def _dive(run: RotationSearch, descent: Descent) -> None:
    """Let each lane but the first dive, and go on from the best of that and what it began with."""
    relaxed = descent.close()
    dives = [
        Dive(lane, relaxed, dear)
        for lane, dear in zip(run.lanes[1:], PARAMS.dear_in_dive, strict=True)
    ]
    parts = min(PARAMS.parts, max(1, round(float(add_up(relaxed.share)) / PARAMS.stays_of_part)))
    for part in range(1, parts + 1):
        run.progress(message("bounding the rotation"), PARAMS.share_told)
        rounds = run.pace.rounds_of_part
        tasks = [run.threads.submit(dive.advance, part / parts, rounds) for dive in dives]
        for task in tasks:
            task.result()
    for dive in dives:
        dive.close()


def _search_on(
    run: RotationSearch, drafts: list[WarmStart], begin: list[float], bound: Bound
) -> Floats:
    """Search on all lanes, epoch by epoch; towards the end all go on from the best.

    Parameters
    ----------
    begin
        Temperature of each lane at first, as a share of a usual stay's points.

    Returns
    -------
    Floats
        What a month at a library was held to cost where the best was found.
    """
    pace, lanes = run.pace, run.lanes
    heats = [partial(_cool, heat) for heat in begin]
    usual = usual_points(drafts[-1].relaxed)
    guides = [draft.relaxed.bound.guide for draft in drafts]
    is_fair, is_joined, repairs = False, False, 0
    while not run.is_good(bound):
        done = pace.done
        if done >= 1.0:
            repairs += 1
            if not run.owes() or repairs > PARAMS.epochs_of_repair:
                break
        told = PARAMS.share_told + (1 - PARAMS.share_told) * done
        run.progress(message("improving the rotation"), told)
        next_done = min(1.0, done + pace.step)
        tasks = [
            run.threads.submit(
                lane.run, guide, pace.iterations, usual * heat(done), usual * heat(next_done)
            )
            for lane, guide, heat in zip(lanes, guides, heats, strict=True)
        ]
        for task in tasks:
            task.result()
        pace.next_epoch()
        if pace.done >= PARAMS.fair_from and not is_fair:
            is_fair = True
            run.reprice(run.instance.visit_points)
        if pace.done >= PARAMS.joined_at and not is_joined:
            is_joined = True
            best = run.best
            guides = [guides[lanes.index(best)]] * len(lanes)
            for lane in lanes:
                lane.adopt(best.best)
    return guides[0]


def _cool(heat: float, done: float) -> float:
    """Return the temperature after some share of the search, in usual stays' points."""
    return float(heat * (PARAMS.cold / heat) ** done)


def usual_points(relaxed: Relaxed) -> float:
    """Return the points of a usual stay among those that the relaxation takes."""
    planned = relaxed.stays[:, 2] >= 0
    share = relaxed.share[planned]
    if share.sum() <= 0:
        return 1.0
    return max(1.0, float((share * relaxed.points[planned]).sum() / share.sum()))
