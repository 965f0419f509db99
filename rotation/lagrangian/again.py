"""Takes up a rotation again at other prices of visits: its schedule, and a bound at once."""

import numpy as np

from rotation.instance.arrays import Tables
from rotation.instance.instance import Schedule
from rotation.lagrangian.bound import bound_at, fit_floors, list_terms, no_choice, rank_places
from rotation.lagrangian.subgradient import Bound, Relaxed


def relax_again(tables: Tables, schedule: Schedule, before: Bound, num_pins: int) -> Relaxed:
    """Return a schedule as if a relaxation took it whole, with a bound at earlier multipliers.

    Multipliers of the right sign give a valid bound at any prices of visits, so no descent is made
    anew. Where other floors hold than before, floors get no multipliers.

    Parameters
    ----------
    schedule
        Stays that the rules do not allow any more are left out.
    before
        The bound of the same batches, libraries and months.
    """
    prices, terms = fit_floors(before.prices, tables), list_terms(tables, num_pins)
    rows = [
        (b, p, s, e, worth)
        for b, own in enumerate(schedule)
        for p, s, e in own
        if np.isfinite(worth := _worth(tables, b, p, s, e))
    ]
    stays = np.array(rows, dtype=np.float64).reshape(-1, 5).T
    batch, library, first, end = stays[:4].astype(np.int64)
    return Relaxed(
        Bound(
            bound_at(tables, terms, prices, no_choice(tables))[0],
            prices,
            before.guide,
            before.of_groups,
        ),
        rank_places(tables, terms, prices),
        batch,
        library,
        first,
        end,
        np.ones(len(rows)),
        stays[4],
    )


def _worth(tables: Tables, batch: int, library: int, first: int, end: int) -> float:
    """Return the points of a stay alone; −inf where a rule forbids it."""
    if first < 0:
        return float(tables.run_value[batch, end])
    months = end - first - 1
    if months >= tables.value.shape[3]:
        return -np.inf
    return float(tables.value[batch, library, first, months])
