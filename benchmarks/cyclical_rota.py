"""The cyclical rota of Koha's stock rotation: fixed stages, one library after the other."""

import numpy as np

from rotation.instance.arrays import list_tables
from rotation.instance.instance import Grid, Schedule
from rotation.lns.lane import new_lane
from rotation.lns.ruin import keep, try_stay

STAGE_MONTHS = 3


def run_rota(grid: Grid) -> Schedule:
    """Return the schedule of a rota that keeps every rule on stays.

    In each stage a library gets the next batch of the round that the rules let it have, for three
    months. What stands there at the start is fetched as soon as it may be. Floors and pins are not
    looked at.
    """
    tables = list_tables(grid)
    lane = new_lane(tables, len(grid.pins), 0)
    lane.restart()
    batches, libraries, months, _ = grid.value.shape
    for stage in range(months // STAGE_MONTHS):
        first = stage * STAGE_MONTHS
        for p in range(libraries):
            for turn in range(batches):
                b = (p + stage + turn) % batches
                end = first + STAGE_MONTHS
                fits = np.isfinite(grid.value[b, p, first, STAGE_MONTHS - 1])
                if fits and try_stay(tables, lane.board, b, p, first, end):
                    break
    keep(lane.board, lane.best)
    return lane.schedule()


def leave_in_place(grid: Grid) -> Schedule:
    """Return the schedule in which nothing moves: every batch stays where it stands."""
    return tuple(
        ((options[0][0][0], options[0][0][1], grid.num_months),) if options else ()
        for options in grid.running
    )
