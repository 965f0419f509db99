"""What all runs of a plan say together, and what two plans of a month say side by side."""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from planning.simulate.run import Cause, Lived, list_planned
from planning.simulate.runs import Runs
from province.amounts import tell_amount
from province.ids import SiteId, VisitId

TENTH = 10

Measure = Callable[[Lived, int], float]
"""What is compared of a run; the number is that of the plan, 0 or 1."""


@dataclass(frozen=True, slots=True)
class RunFigures:
    """What a plan keeps over all runs; all but the first two are means of a run.

    Parameters
    ----------
    runs, planned
        How many runs, and how many visits the plan makes.
    kept_share, worst_tenth_share
        Share of its visits that are made in the month; and the share that nine runs of ten reach.
    made
        Visits made.
    moved, shifted
        Visits made on another day; on their day at another hour.
    added_vnd
        What the trips cost more than as planned.
    late_hours
        Hours on the road after the end of a day.
    replanned
        How often the month was planned again.
    """

    runs: int
    planned: int
    kept_share: float
    worst_tenth_share: float
    made: float
    moved: float
    shifted: float
    cost_vnd: float
    added_vnd: float
    late_hours: float
    replanned: float


@dataclass(frozen=True, slots=True)
class CauseFigures:
    """What one thing does to a month, in the mean: times planned again, visits lost and moved."""

    cause: Cause
    times: float
    lost: float
    moved: float


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """How often a visit is lost, and how often it is moved to another day, as shares of runs."""

    visit_id: VisitId
    site_id: SiteId
    lost_share: float
    moved_share: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How two plans differ in the same runs: mean, and its standard error.

    Parameters
    ----------
    better, worse
        Runs in which the second has more, and less.
    """

    mean: float
    error: float
    better: int
    worse: int

    @property
    def is_noise(self) -> bool:
        """Whether it may be chance: it is no more than two standard errors."""
        return abs(self.mean) <= 2 * self.error


def sum_up(runs: Runs) -> RunFigures:
    """Return what all runs of a plan say together."""
    lived, planned = runs.lived, len(list_planned(runs.given.plan))
    cost_vnd = sum(trip.cost_vnd for trip in runs.given.plan.all_trips)
    shares = sorted(1 - len(one.lost) / planned if planned else 1.0 for one in lived)
    mean_vnd = _mean(one.cost_vnd for one in lived)
    return RunFigures(
        runs=len(lived),
        planned=planned,
        kept_share=_mean(shares),
        worst_tenth_share=shares[len(shares) // TENTH] if shares else 0.0,
        made=_mean(planned - len(one.lost) for one in lived),
        moved=_mean(len(one.moved) for one in lived),
        shifted=_mean(len(one.shifted) for one in lived),
        cost_vnd=mean_vnd,
        added_vnd=mean_vnd - cost_vnd if lived else 0.0,
        late_hours=_mean(one.late_min for one in lived) / 60,
        replanned=_mean(one.replanned for one in lived),
    )


def rank_causes(runs: Runs) -> tuple[CauseFigures, ...]:
    """Return what does most to a month, by the visits that are lost for it, then those moved."""
    times: Counter[Cause] = Counter()
    lost: dict[Cause, float] = {}
    moved: dict[Cause, float] = {}
    for one in runs.lived:
        for harm in one.harms:
            times[harm.cause] += harm.times
            lost[harm.cause] = lost.get(harm.cause, 0.0) + harm.lost
            moved[harm.cause] = moved.get(harm.cause, 0.0) + harm.moved
    count = max(1, len(runs.lived))
    found = (CauseFigures(c, times[c] / count, lost[c] / count, moved[c] / count) for c in times)
    return tuple(sorted(found, key=lambda one: (-one.lost, -one.moved, one.cause)))


def rank_visits(runs: Runs) -> tuple[VisitFigures, ...]:
    """Return the visits that are lost or moved in any run, those lost most often first."""
    lost = Counter(visit for one in runs.lived for visit in one.lost)
    moved = Counter(visit for one in runs.lived for visit in one.moved)
    count = max(1, len(runs.lived))
    sites = {
        stop.visit_id: stop.receiver_id for trip in runs.given.plan.all_trips for stop in trip.stops
    }
    found = (
        VisitFigures(visit, sites[visit], lost[visit] / count, moved[visit] / count)
        for visit in {*lost, *moved}
    )
    return tuple(sorted(found, key=lambda one: (-one.lost_share, -one.moved_share, one.visit_id)))


def compare_made(first: Runs, second: Runs) -> Difference:
    """Return how many visits more the second plan makes in the same runs."""
    made = [len(list_planned(runs.given.plan)) for runs in (first, second)]
    return _compare(first, second, lambda one, k: made[k] - len(one.lost))


def compare_costs(first: Runs, second: Runs) -> Difference:
    """Return how much more the second plan costs in the same runs, in the currency."""
    currency = first.given.province.settings.province.currency
    return _compare(first, second, lambda one, k: tell_amount(one.cost_vnd, currency))


def _compare(first: Runs, second: Runs, measure: Measure) -> Difference:
    other = {one.run: one for one in second.lived}
    steps = [
        float(measure(other[one.run], 1) - measure(one, 0))
        for one in first.lived
        if one.run in other
    ]
    mean, count = _mean(steps), len(steps)
    square = sum((step - mean) ** 2 for step in steps)
    error = math.sqrt(square / (count * (count - 1))) if count > 1 else 0.0
    better = sum(step > 0 for step in steps)
    return Difference(mean, error, better, sum(step < 0 for step in steps))


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return math.fsum(known) / len(known) if known else 0.0
