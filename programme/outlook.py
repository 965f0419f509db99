"""Foresees a figure from how it went so far, and says how sure that is."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import stdtr, stdtrit

LEAST_LEVELS = 4
"""Quarters that must be known before anything is foreseen."""

QUARTER_DAYS = 365.25 / 4


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a figure may be on a later day.

    Parameters
    ----------
    mean, low, high
        The middle, and the limits of eight cases in ten, as they can be.
    centre, spread, freedom
        Mean, standard deviation and degrees of freedom of Student's t.
    """

    mean: float
    low: float
    high: float
    centre: float
    spread: float
    freedom: int

    def find_chance(self, needed: float) -> float:
        """Return the probability that the figure is at least so much, in hundredths."""
        if self.spread == 0:
            return 1.0 if self.centre >= needed else 0.0
        chance = stdtr(self.freedom, (self.centre - needed) / self.spread)
        return round(float(chance), 2)


def foresee(
    levels: Sequence[float], quarters: float, *, is_count: bool, most: float = math.inf
) -> Outlook | None:
    """Return what a figure may be after so many quarters, None if nobody can know.

    A random walk with drift: the figure goes on as it went on average, and strays as it strayed.
    Counts stray at least as things do that come one by one (Poisson).

    Parameters
    ----------
    levels
        The figure at the end of each quarter so far, the latest last.
    quarters
        How far ahead; 0: the latest level itself.
    is_count
        Whether things are counted.
    most
        The most that there can be of it.

    References
    ----------
    Hyndman, Athanasopoulos: Forecasting, 3rd edition, sections 5.2 and 5.5 (drift method).
    """
    if levels and quarters <= 0:
        return Outlook(levels[-1], levels[-1], levels[-1], levels[-1], 0.0, 1)
    if len(levels) < LEAST_LEVELS:
        return None
    steps = [after - before for before, after in itertools.pairwise(levels)]
    drift = sum(steps) / len(steps)
    freedom = len(steps) - 1
    variance = sum((step - drift) ** 2 for step in steps) / freedom
    if is_count:
        variance = max(variance, abs(drift))
    if variance == 0:
        return None
    spread = math.sqrt(variance * quarters * (1 + quarters / len(steps)))
    reach = float(stdtrit(freedom, 0.9)) * spread
    mean = levels[-1] + drift * quarters
    low, middle, high = (
        _keep(value, most, is_count) for value in (mean - reach, mean, mean + reach)
    )
    return Outlook(middle, low, high, mean, spread, freedom)


def _keep(value: float, most: float, is_count: bool) -> float:
    """Return a value as it can be: no count is below nothing or above everything."""
    return round(min(max(value, 0.0), most) if is_count else value, 1)
