"""Which months suit exchange visits: drafts of a rotation that comes by at even distances.

Where all libraries change their batches in the same months, a batch goes from one to the next
without a month between, and one visit brings and fetches. Single moves do not lead a search there,
so it begins with visits held much dearer in the months between.
"""

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from rotation.instance.arrays import Tables
from rotation.instance.instance import Grid
from rotation.lagrangian.subgradient import Descent, Relaxed
from rotation.problem import Floats

PERIODS = (2, 3, 4)
"""Months from one change to the next that are tried, each from its first month or a later one."""

DEAR_BETWEEN = 8.0
"""How many times as dear visits are in the months between."""

DEAR_ANYWHERE = 3.0
"""How many times as dear visits are for a draft without such months.

A relaxation makes only parts of visits, and would make too many.
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """What visits are held to cost (library, month), and the relaxation at that price."""

    visit_points: Floats
    relaxed: Relaxed


def draft_anywhere(grid: Grid, tables: Tables, threads: Executor, rounds: int) -> Draft:
    """Return a draft with visits in any month."""
    return _draft(grid, tables, threads, DEAR_ANYWHERE * tables.visit_points, rounds)


def draft_by_calendar(grid: Grid, tables: Tables, threads: Executor, rounds: int) -> Draft:
    """Return the draft with visits at even distances whose relaxation is worth most.

    Parameters
    ----------
    rounds
        Rounds of descent for all that are tried together, and again for the best of them.
    """
    calendars = [
        _hold_dear(tables, period, first)
        for period in PERIODS
        for first in range(min(period, grid.num_months))
    ]
    tries = max(1, rounds // len(calendars))
    drafts = [_draft(grid, tables, threads, points, tries) for points in calendars]
    best = max(drafts, key=lambda draft: draft.relaxed.bound.points)
    return _draft(grid, tables, threads, best.visit_points, rounds)


def _hold_dear(tables: Tables, period: int, first: int) -> Floats:
    factor = np.full(tables.visit_points.shape[1], DEAR_BETWEEN)
    factor[first::period] = 1.0
    points: Floats = tables.visit_points * factor
    return points


def _draft(grid: Grid, tables: Tables, threads: Executor, points: Floats, rounds: int) -> Draft:
    descent = Descent(grid, tables._replace(visit_points=points), threads)
    for number in range(rounds):
        descent.step(number / rounds)
    return Draft(points, descent.close())
