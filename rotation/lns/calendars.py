"""Which months suit exchange visits: drafts of a rotation that comes by at even distances.

Where all libraries change their batches in the same months, a batch goes from one to the next
without a month between, and one visit brings and fetches. Single moves do not lead a search there,
so it begins with visits held much dearer in the months between.
"""

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from rotation.instance.arrays import Arrays
from rotation.lagrangian.subgradient import Descent, Relaxed
from rotation.lns.params import PARAMS
from rotation.problem import Floats


@dataclass(frozen=True, slots=True)
class WarmStart:
    """What visits are held to cost (library, month), and the relaxation at that price."""

    visit_points: Floats
    relaxed: Relaxed


def draft_anywhere(arrays: Arrays, threads: Executor, rounds: int) -> WarmStart:
    """Return a draft with visits in any month."""
    return _draft(arrays, threads, PARAMS.dear_anywhere * arrays.visit_points, rounds)


def draft_by_calendar(arrays: Arrays, threads: Executor, rounds: int) -> WarmStart:
    """Return the draft with visits at even distances whose relaxation is worth most.

    Parameters
    ----------
    rounds
        Rounds of descent for all that are tried together, and again for the best of them.
    """
    calendars = [
        _hold_dear(arrays, period, first)
        for period in PARAMS.periods
        for first in range(min(period, arrays.value.shape[2]))
    ]
    tries = max(1, rounds // len(calendars))
    drafts = [_draft(arrays, threads, points, tries) for points in calendars]
    best = max(drafts, key=lambda draft: draft.relaxed.bound.points)
    return _draft(arrays, threads, best.visit_points, rounds)


def _hold_dear(arrays: Arrays, period: int, first: int) -> Floats:
    factor = np.full(arrays.visit_points.shape[1], PARAMS.dear_between)
    factor[first::period] = 1.0
    points: Floats = arrays.visit_points * factor
    return points


def _draft(arrays: Arrays, threads: Executor, points: Floats, rounds: int) -> WarmStart:
    descent = Descent(arrays._replace(visit_points=points), threads)
    for number in range(rounds):
        descent.step(number / rounds)
    return WarmStart(points, descent.close())
