"""The cyclical rota of Koha's stock rotation: fixed stages, one library after the other."""

import numpy as np

from rotation.instance.arrays import list_arrays
from rotation.instance.instance import RotationInstance
from rotation.lns.lane import new_lane
from rotation.problem import IndexStay, Schedule

STAGE_MONTHS = 3


def run_rota(instance: RotationInstance) -> Schedule:
    """Return the schedule of a rota that keeps every rule on stays.

    In each stage a library gets the next batch of the round that the rules let it have, for three
    months. What stands there at the start is fetched as soon as it may be. Floors and pins are not
    looked at.
    """
    lane = new_lane(list_arrays(instance), 0)
    lane.restart()
    batches, libraries, months, _ = instance.value.shape
    for stage in range(months // STAGE_MONTHS):
        first = stage * STAGE_MONTHS
        for p in range(libraries):
            for turn in range(batches):
                b = (p + stage + turn) % batches
                end = first + STAGE_MONTHS
                fits = np.isfinite(instance.value[b, p, first, STAGE_MONTHS - 1])
                if fits and lane.try_stay(IndexStay(b, p, first, end)):
                    break
    lane.keep()
    return lane.schedule()


def leave_in_place(instance: RotationInstance) -> Schedule:
    """Return the schedule in which nothing moves: every batch stays where it stands."""
    return tuple(
        (IndexStay(b, p, first, instance.num_months),) if p >= 0 else ()
        for b, (p, first) in enumerate(
            zip(instance.run_library.tolist(), instance.run_first.tolist(), strict=True)
        )
    )
