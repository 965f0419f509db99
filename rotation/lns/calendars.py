"""Which months suit exchange visits: drafts of a rotation that comes by at even distances.

Where libraries change their batches in the same months, a batch goes from one to the next
without a month between, and one visit brings and fetches. Single moves do not lead a search there,
so it begins with visits held much dearer in the months between. Regions change in turn, so that
months are even; a region is a part of the libraries on one way, so that trips stay dense.
"""

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from rotation.instance.arrays import Arrays
from rotation.instance.instance import RotationInstance
from rotation.instance.score import measure_unevenness
from rotation.lagrangian.subgradient import Descent, Relaxed
from rotation.lns.dive import count_parts
from rotation.lns.params import PARAMS
from rotation.problem import Floats, Ints, index_libraries
from search.rounding import add_up


@dataclass(frozen=True, slots=True)
class WarmStart:
    """What visits are held to cost (library, month), and the relaxation at that price."""

    visit_points: Floats
    relaxed: Relaxed


def draft_by_calendar(
    instance: RotationInstance, arrays: Arrays, threads: Executor, rounds: int
) -> WarmStart:
    """Return the draft with visits at even distances whose relaxation is worth most.

    Where uneven months count, regions come in turn; else all libraries have the same months.

    Parameters
    ----------
    rounds
        Rounds of descent for all that are tried together, and again for the best of them.
    """
    num_months, along = arrays.value.shape[2], _order_libraries(instance)
    turns = 1 if arrays.uneven.any() else 0
    calendars = [
        _hold_dear(arrays, first + turns * (along * period // len(along)), period)
        for period in PARAMS.periods
        for first in range(min(period, num_months))
    ]
    tries = max(PARAMS.least_tries, rounds // len(calendars))
    drafts = [_draft(arrays, threads, points, tries) for points in calendars]
    best = max(drafts, key=lambda draft: _measure_worth(arrays, draft))
    return _draft(arrays, threads, best.visit_points, rounds)


def _order_libraries(instance: RotationInstance) -> Ints:
    """Return the place of each library in the order along the ways; others come last."""
    libraries = index_libraries(instance.problem)
    known = [site for site in instance.problem.reach.along if site in libraries]
    others = [site for site in libraries if site not in set(known)]
    order = np.empty(len(libraries), dtype=np.int64)
    for place, site in enumerate([*known, *others]):
        order[libraries[site]] = place
    return order


def _measure_worth(arrays: Arrays, draft: WarmStart) -> float:
    """Return what a relaxation is worth at the true prices of visits, less its uneven months."""
    visits = count_parts(draft.relaxed, arrays.visit_points.shape)
    dearer = draft.visit_points - arrays.visit_points
    worth = draft.relaxed.bound.points + float(add_up((dearer * visits).ravel()))
    return worth - measure_unevenness(arrays.uneven, visits.sum(axis=0))


def _hold_dear(arrays: Arrays, first: Ints, period: int) -> Floats:
    """Return prices of visits, dear but every so many months from each library's first on."""
    months = np.arange(arrays.visit_points.shape[1])
    is_between = (months[None, :] - first[:, None]) % period != 0
    points: Floats = arrays.visit_points * np.where(is_between, PARAMS.dear_between, 1.0)
    return points


def _draft(arrays: Arrays, threads: Executor, points: Floats, rounds: int) -> WarmStart:
    descent = Descent(arrays._replace(visit_points=points), threads)
    for number in range(rounds):
        descent.step(number / rounds)
    return WarmStart(points, descent.close())
