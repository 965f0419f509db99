"""Why a batch goes where it goes."""

import numpy as np

from province.ids import BatchId, SiteId
from province.language import Message, message
from rotation.grid import Grid, Schedule, Slot
from rotation.measure import guests_by_library, uses_by_guest

Reason = tuple[BatchId, SiteId, Message]


def explain_movements(grid: Grid, schedule: Schedule) -> tuple[Reason, ...]:
    """Return why each batch moves in the first month, by (batch, site it goes to)."""
    problem = grid.problem
    reasons: list[Reason] = []
    for b, slots in enumerate(schedule):
        batch = problem.batches[b]
        arrives = next(((p, s, e) for p, s, e in slots if s == 0), None)
        leaves = next(((p, s, e) for p, s, e in slots if s < 0 and e == 0), None)
        if arrives:
            site = problem.libraries[arrives[0]].site_id
            reasons.append((batch.batch_id, site, explain_stay(grid, schedule, b, arrives)))
        elif leaves and grid.num_months:
            reason = message(
                "goes home after {months} months at {site}",
                months=-leaves[1],
                site=str(problem.libraries[leaves[0]].site_id),
            )
            reasons.append((batch.batch_id, batch.depot_id, reason))
    return tuple(sorted(reasons, key=lambda reason: (reason[0], reason[1])))


def explain_stay(grid: Grid, schedule: Schedule, batch: int, slot: Slot) -> Message:
    """Return why a batch is at a library: uses, unseen titles, and the next best place."""
    problem = grid.problem
    p, s, e = slot
    group = tuple(guests_by_library(schedule)[p])
    uses = uses_by_guest(grid, p, group)[group.index((batch, s, e))]
    fresh = round(100 * float(grid.fresh[batch, p, max(s, 0)]))
    after = next_best(grid, batch, slot)
    if after is None:
        return message(
            "about {uses} uses expected, {fresh} % of the titles new there; no other library "
            "may have it then",
            uses=round(uses),
            fresh=fresh,
        )
    alone = dict(grid.running[batch])[slot] if s < 0 else grid.value[batch, p, s, e - s - 1]
    return message(
        "about {uses} uses expected, {fresh} % of the titles new there; next best is {other} "
        "with {points} points instead of {own}",
        uses=round(uses),
        fresh=fresh,
        other=str(problem.libraries[after[0]].site_id),
        points=round(after[1]),
        own=round(float(alone)),
    )


def next_best(grid: Grid, batch: int, slot: Slot) -> tuple[int, float] | None:
    """Return the other library where the batch would be worth most in the same months."""
    p, s, e = slot
    first = max(s, 0)
    if e <= first or e - first > grid.value.shape[3]:
        return None
    worth = grid.value[batch, :, first, e - first - 1].copy()
    worth[p] = -np.inf
    if not len(worth) or not np.isfinite(worth.max()):
        return None
    return int(worth.argmax()), float(worth.max())
