"""The search on one grid: a relaxation that bounds and guides, then ruin and recreate."""

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from time import monotonic

from province.language import message
from province.progress import Progress, ignore_progress
from rotation.instance.arrays import Tables, list_tables
from rotation.instance.instance import Grid, Schedule
from rotation.instance.score import Scorer
from rotation.lagrangian.again import relax_again
from rotation.lagrangian.refine import bound_again, refine_bound
from rotation.lagrangian.subgradient import Bound, Descent, Relaxed
from rotation.lns.calendars import Draft, draft_anywhere, draft_by_calendar
from rotation.lns.lane import Lane, new_lane
from rotation.problem import Floats

LANES = 2
"""Searches side by side; a fixed number, so that results do not depend on cores."""

ITERATIONS = 30_000
"""Iterations of each lane at work 1."""

EPOCHS = 24
"""Parts of the search; between them it tells how far it is, and may be stopped."""

LEAST = 600
"""Iterations of an epoch at least; they cost nothing where problems are small."""

EPOCHS_OF_REPAIR = 12
"""Epochs added at most while a library stands empty too long or a pin is missed."""

ROUNDS_OF_BOUND = 1000
"""Rounds of descent on the bound at work 1."""

LEAST_WORK_FOR_BOUND, MOST_WORK_FOR_BOUND = 0.15, 4.0
"""Work that the bound gets at least and at most."""

ROUNDS_OF_GROUPS = 300
"""Rounds of the closer bound at work 1, where several batches may share demand."""

SHARE_FOR_BOUND, SHARE_FOR_GROUPS = 0.3, 0.75
"""Share of the time that the bound may take where time is the limit; of it, the closer bound's."""

SHARE_FOR_DRAFT = 0.4
"""Rounds of the relaxations that guide, as a share of those of the bound."""

AGAIN_FROM = 0.7
"""Share of a descent that is behind where it starts from earlier prices."""

ROUNDS_TOLD, SHARE_TOLD_FOR_BOUND = 50, 0.3
"""Rounds between two words of progress, and the share of the whole that the bound is told as."""

DEAR_AT_FIRST = 2.0
"""How many times as dear visits are at first.

Where visits are dear, changes gather in few of them; small steps later do not come to that.
"""

FAIR_FROM, JOINED_AT = 0.3, 0.8
"""Share of the search after which visits cost what they cost, and after which all lanes go on
from the best schedule."""

HEAT, COLD = 0.03, 0.003
"""Temperature at the beginning and at the end, as shares of a usual stay's points."""

SMALLEST_DEBT = 1e-6
GOOD_ENOUGH = 1e-6
"""Search stops below this gap, as there is nothing left to find."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search: counted work, or seconds (for benchmarks), and a gap that is enough.

    Parameters
    ----------
    work
        1 is the usual effort.
    seconds
        Where given, the time to take instead of `work`; results then depend on the machine.
    """

    work: float = 1.0
    seconds: float | None = None
    gap: float = GOOD_ENOUGH


@dataclass(frozen=True, slots=True)
class Solution:
    """A schedule of a grid, its points less debts, the bound, and how the search ended."""

    schedule: Schedule
    rank: float
    bound: Bound
    status: str

    @property
    def gap(self) -> float:
        """(bound − points) ÷ bound."""
        return (self.bound.points - self.rank) / max(1e-9, abs(self.bound.points))


@dataclass(slots=True)
class Pace:
    """How far the search is, and how many iterations come next."""

    effort: Effort
    has_groups: bool = False
    started: float = field(default_factory=monotonic)
    searching: float = 0.0
    epoch: int = 0
    iterations: int = 200

    def begin_search(self) -> None:
        """Note that the relaxation is done."""
        self.searching = monotonic()
        if self.effort.seconds is None:
            self.iterations = max(LEAST, round(ITERATIONS * self.effort.work / EPOCHS))

    @property
    def done(self) -> float:
        """Share of the search that is done, from 0 to 1."""
        if self.effort.seconds is None:
            return min(1.0, self.epoch / EPOCHS)
        left = self.effort.seconds - (self.searching - self.started)
        return min(1.0, (monotonic() - self.searching) / max(left, 1e-9))

    @property
    def step(self) -> float:
        """Share of the search that an epoch takes."""
        return 1 / EPOCHS if self.effort.seconds is None else 1 / (4 * EPOCHS)

    def next_epoch(self) -> None:
        """Count an epoch; where time is the limit, fit the next one to it."""
        self.epoch += 1
        if self.effort.seconds is not None:
            spent = (monotonic() - self.searching) / self.epoch
            wanted = self.effort.seconds / (4 * EPOCHS)
            self.iterations = max(20, int(self.iterations * min(4.0, wanted / max(spent, 1e-6))))

    def bounded(self, rounds: int) -> float:
        """Return the share of the relaxation that is done after so many rounds."""
        if self.effort.seconds is None:
            return rounds / (ROUNDS_OF_BOUND * self._work_for_bound)
        share = SHARE_FOR_BOUND * (1 - SHARE_FOR_GROUPS if self.has_groups else 1.0)
        return (monotonic() - self.started) / (share * self.effort.seconds)

    def refined(self, rounds: int) -> float:
        """Return the share of the closer bound that is done after so many rounds."""
        if self.effort.seconds is None:
            return rounds / (ROUNDS_OF_GROUPS * self._work_for_bound)
        share = (monotonic() - self.started) / (SHARE_FOR_BOUND * self.effort.seconds)
        return (share - 1 + SHARE_FOR_GROUPS) / SHARE_FOR_GROUPS

    @property
    def _work_for_bound(self) -> float:
        return min(max(self.effort.work, LEAST_WORK_FOR_BOUND), MOST_WORK_FOR_BOUND)


def search(
    grid: Grid,
    *,
    seed: int = 0,
    effort: Effort | None = None,
    start: Solution | None = None,
    progress: Progress = ignore_progress,
) -> Solution:
    """Return the best schedule found; Ctrl-C ends the search and keeps it.

    Parameters
    ----------
    start
        What was found for the same batches, libraries and months at other prices of visits: the
        search goes on from its schedule, and its multipliers give the bound.
    """
    tables = list_tables(grid)
    pace = Pace(effort or Effort(), tables.is_joint and bool((tables.capacity > 1).any()))
    lanes = [new_lane(tables, len(grid.pins), LANES * seed + i) for i in range(LANES)]
    with ThreadPoolExecutor(LANES) as threads:
        descent = Descent(grid, tables, threads)
        descent.step(0.0)
        lanes[0].draft(descent.best.guide)
        bound, drafts, status = descent.best, [], "feasible"
        try:
            if start is not None:
                before = relax_again(tables, start.schedule, start.bound, len(grid.pins))
                drafts = [Draft(tables.visit_points, before)] * LANES
                bound = _descend_on(grid, tables, before.bound, pace, threads)
                bound = bound_again(tables, len(grid.pins), bound)
            else:
                _relax(descent, lanes, pace, progress)
                bound = descent.best
                if not _is_good(lanes, bound, pace.effort.gap):
                    drafts = _draft(grid, tables, descent, threads)
                    bound = refine_bound(grid, tables, bound, threads, pace.refined)
            if drafts:
                for lane, draft in zip(lanes, drafts, strict=True):
                    lane.reprice(draft.visit_points)
                    lane.round_off(draft.relaxed)
                guide = _search_on(grid, lanes, drafts, bound, pace, progress, threads)
                bound = replace(bound, guide=guide)
        except KeyboardInterrupt:
            status = "interrupted"
    for lane in lanes:
        lane.reprice(tables.visit_points)
    best = max(lanes, key=lambda lane: lane.score)
    solution = Solution(best.schedule(), best.score, bound, status)
    if status == "feasible" and solution.gap <= GOOD_ENOUGH:
        return replace(solution, status="optimal")
    return solution


def _relax(descent: Descent, lanes: list[Lane], pace: Pace, progress: Progress) -> None:
    """Descend on the bound until the effort for it is spent, or the draft is good enough."""
    while (done := pace.bounded(descent.rounds)) < 1.0:
        if descent.rounds % ROUNDS_TOLD == 1:
            progress(message("bounding the rotation"), SHARE_TOLD_FOR_BOUND * done)
            if _is_good(lanes, descent.best, pace.effort.gap):
                break
        descent.step(done)


def _descend_on(grid: Grid, tables: Tables, bound: Bound, pace: Pace, threads: Executor) -> Bound:
    """Return the bound after the last, small steps of a descent from where an earlier one ended."""
    descent = Descent(grid, tables, threads, prices=bound.prices)
    while (done := AGAIN_FROM + pace.bounded(descent.rounds)) < 1.0:
        descent.step(done)
    own = replace(descent.best, guide=bound.guide, of_groups=bound.of_groups)
    return min((own, bound), key=lambda one: one.points)


def _draft(grid: Grid, tables: Tables, descent: Descent, threads: Executor) -> list[Draft]:
    """Return what each lane begins with: visits by a calendar, and visits in any month."""
    if not tables.visit_points.any():
        return [Draft(tables.visit_points, descent.close())] * LANES
    rounds = max(1, round(SHARE_FOR_DRAFT * descent.rounds))
    anywhere = draft_anywhere(grid, tables, threads, rounds)
    anywhere = replace(anywhere, visit_points=DEAR_AT_FIRST * tables.visit_points)
    return [draft_by_calendar(grid, tables, threads, rounds), anywhere]


def _search_on(
    grid: Grid,
    lanes: list[Lane],
    drafts: list[Draft],
    bound: Bound,
    pace: Pace,
    progress: Progress,
    threads: Executor,
) -> Floats:
    """Search on all lanes, epoch by epoch; towards the end all go on from the best.

    Returns what a month at a library was held to cost where the best was found.
    """
    pace.begin_search()
    usual = usual_points(drafts[-1].relaxed)
    guides = [draft.relaxed.bound.guide for draft in drafts]
    is_fair, is_joined, repairs = False, False, 0
    while not _is_good(lanes, bound, pace.effort.gap):
        done = pace.done
        if done >= 1.0:
            repairs += 1
            if not _owes(grid, lanes) or repairs > EPOCHS_OF_REPAIR:
                break
        told = SHARE_TOLD_FOR_BOUND + (1 - SHARE_TOLD_FOR_BOUND) * done
        progress(message("improving the rotation"), told)
        heat = usual * HEAT * (COLD / HEAT) ** done
        then = usual * HEAT * (COLD / HEAT) ** min(1.0, done + pace.step)
        tasks = [
            threads.submit(lane.run, guide, pace.iterations, heat, then)
            for lane, guide in zip(lanes, guides, strict=True)
        ]
        for task in tasks:
            task.result()
        pace.next_epoch()
        if pace.done >= FAIR_FROM and not is_fair:
            is_fair = True
            for lane in lanes:
                lane.reprice(grid.visit_points)
        if pace.done >= JOINED_AT and not is_joined:
            is_joined = True
            best = max(range(LANES), key=lambda number: lanes[number].score)
            guides = [guides[best]] * LANES
            for lane in lanes:
                lane.adopt(lanes[best])
    return guides[0]


def usual_points(relaxed: Relaxed) -> float:
    """Return the points of a usual stay among those that the relaxation takes."""
    planned = relaxed.first >= 0
    share = relaxed.share[planned]
    if share.sum() <= 0:
        return 1.0
    return max(1.0, float((share * relaxed.points[planned]).sum() / share.sum()))


def _owes(grid: Grid, lanes: list[Lane]) -> bool:
    """Whether the best schedule leaves a pin or a floor unmet, or hours missing."""
    best = max(lanes, key=lambda lane: lane.score)
    return Scorer(grid).score(best.schedule()).debts > SMALLEST_DEBT


def _is_good(lanes: list[Lane], bound: Bound, gap: float) -> bool:
    best = max(lane.score for lane in lanes)
    return bound.points - best <= gap * max(1.0, abs(bound.points))
