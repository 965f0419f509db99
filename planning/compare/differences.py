"""Which differences between two plans, each made with several seeds, may be chance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scipy.special import stdtrit

from planning.compare.measures import FIGURES, PlanOutcome
from province.ids import SiteId

SURE = 0.95
"""How sure an interval is: of twenty differences that are chance, one looks as if it were none."""


class Verdict(StrEnum):
    """What a difference is."""

    NONE = "none"
    SURE = "sure"
    CHANCE = "chance"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """By how much one plan has more than another, pair by pair of the same seed.

    Parameters
    ----------
    mean, error
        The mean over the pairs; the half of its 95 % interval by Student's t, None for one pair.
    """

    mean: float
    error: float | None
    verdict: Verdict


def compare_values(pairs: Sequence[tuple[float, float]]) -> Step:
    """Return by how much the second has more than the first, in the mean over pairs.

    None at all where they are equal in every pair; chance where 0 lies within the interval; not
    known where there is one pair alone. Differences are rounded to nine digits.

    References
    ----------
    Student, "The probable error of a mean", Biometrika 6 (1908): the paired test.
    """
    steps = [round(after - before, 9) for before, after in pairs]
    count = len(steps)
    mean = math.fsum(steps) / count if count else 0.0
    if not any(steps):
        return Step(0.0, 0.0 if count > 1 else None, Verdict.NONE)
    if count < 2:
        return Step(mean, None, Verdict.UNKNOWN)
    square = math.fsum((step - mean) ** 2 for step in steps)
    times = float(stdtrit(count - 1, 0.5 + SURE / 2))
    error = round(times * math.sqrt(square / (count * (count - 1))), 9)
    return Step(mean, error, Verdict.CHANCE if abs(mean) <= error else Verdict.SURE)


def pair_up(
    first: Sequence[PlanOutcome], second: Sequence[PlanOutcome]
) -> tuple[tuple[PlanOutcome, PlanOutcome], ...]:
    """Return the plans of two what-ifs that have the same seed; failed ones have no pair.

    A plan that was written already is one whatever its seed: it is set beside the first other one.
    """
    one, two = ([plan for plan in plans if plan.is_plan] for plans in (first, second))
    if min(len(first), len(second)) == 1 and one and two:
        return ((one[0], two[0]),)
    others = {plan.seed: plan for plan in two}
    return tuple((plan, others[plan.seed]) for plan in one if plan.seed in others)


def compare_figures(
    first: Sequence[PlanOutcome], second: Sequence[PlanOutcome]
) -> tuple[Step, ...]:
    """Return the step of each figure, in the order of `FIGURES`; none where nothing has a pair."""
    pairs = pair_up(first, second)
    if not pairs:
        return ()
    return tuple(
        compare_values([(one.figures[k], two.figures[k]) for one, two in pairs])
        for k in range(len(FIGURES))
    )


@dataclass(frozen=True, slots=True)
class SiteStep:
    """How many visits more a site gets; sure where it gets more, or fewer, with every seed."""

    site_id: SiteId
    mean: float
    is_sure: bool


def compare_sites(
    first: Sequence[PlanOutcome], second: Sequence[PlanOutcome]
) -> tuple[SiteStep, ...]:
    """Return the sites that get other numbers of visits in the mean, the surest and most first."""
    steps: dict[SiteId, list[int]] = {}
    pairs = pair_up(first, second)
    for number, (one, two) in enumerate(pairs):
        before, after = dict(one.visits), dict(two.visits)
        for site in sorted({*before, *after}):
            own = steps.setdefault(site, [0] * len(pairs))
            own[number] = after.get(site, 0) - before.get(site, 0)
    found = (
        SiteStep(site, sum(own) / len(own), all(x > 0 for x in own) or all(x < 0 for x in own))
        for site, own in steps.items()
        if sum(own)
    )
    return tuple(sorted(found, key=lambda one: (not one.is_sure, -abs(one.mean), one.site_id)))
