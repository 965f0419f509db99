"""Gives batches whose stop is lost to libraries whose batch is: exchanges that wait no more."""

import dataclasses
from collections.abc import Iterable

import numpy as np
from scipy.optimize import linear_sum_assignment

from planning.replan.open_work import OpenWork
from planning.replan.rest import Rest
from province.dates import Month
from province.ids import BatchId, SiteId
from province.language import Message, message
from province.visits import Movement, Visit
from rotation.checks.rules import verify_rotation
from rotation.instance.instance import RotationInstance, build_instance
from rotation.problem import RotationPlan, RotationProblem, Stay, index_batches, index_libraries
from routing.trips import TripPlan

Gift = tuple[BatchId, BatchId | None, SiteId]
"""The batch that is given, the one that was to come (None: none was), and the library."""


def regive_batches(rest: Rest, trips: TripPlan) -> OpenWork | None:
    """Return the movements with lost batches given elsewhere; None where that helps nobody.

    A visit that is lost because the batch for it is not fetched gets one of those that lie in the
    store room for another lost visit: the pairs that are worth most by the rotation together. A
    pair that breaks a rule of the rotation that held before is left out.
    """
    depots = {site.site_id for site in rest.survey.province.depots}
    lost = {unserved.visit_id for unserved in trips.unserved}
    visits = [visit for visit in rest.visits if visit.visit_id in lost]
    free = [
        parcel.batch_id
        for visit in visits
        for parcel in visit.leaves
        if parcel.batch_id and parcel.from_site in depots
    ]
    wanting = list(_list_wanting(visits, depots))
    if not free or not wanting:
        return None
    problem = rest.survey.pose_rotation(rest.survey.reach)
    instance, work = build_instance(problem), rest.work
    is_changed = False
    for gift in _match(instance, free, wanting):
        reason = message("it takes the place of a batch that cannot be fetched")
        without, new = (
            give_batch(problem, instance, work, gift, reason, is_given=k) for k in (False, True)
        )
        broken, now = (verify_rotation(problem, one.rotation) for one in (without, new))
        if {one.sentence for one in now} <= {one.sentence for one in broken}:
            work, is_changed = _note(new, gift), True
    return work if is_changed else None


def _list_wanting(visits: Iterable[Visit], depots: set[SiteId]) -> Iterable[tuple[BatchId, SiteId]]:
    """Yield the batches that are not fetched for lost visits, each with the library it is for."""
    for visit in visits:
        for parcel in visit.leaves:
            if parcel.batch_id and parcel.from_site not in depots:
                yield parcel.batch_id, visit.receiver_id


def _match(
    instance: RotationInstance, free: list[BatchId], wanting: list[tuple[BatchId, SiteId]]
) -> list[Gift]:
    """Return the pairs that are worth most together; only those that the rules allow."""
    batch_at, library_at = index_batches(instance.problem), index_libraries(instance.problem)
    worth = np.zeros((len(free), len(wanting)))
    for row, batch_id in enumerate(free):
        for column, (_, site_id) in enumerate(wanting):
            if site_id in library_at:
                stays = instance.value[batch_at[batch_id], library_at[site_id], 0]
                best = float(stays.max())
                worth[row, column] = max(0.0, best) if np.isfinite(best) else 0.0
    pairs = zip(*linear_sum_assignment(-worth), strict=True)
    return [(free[row], *wanting[column]) for row, column in pairs if worth[row, column] > 0]


def give_batch(
    problem: RotationProblem,
    instance: RotationInstance,
    work: OpenWork,
    gift: Gift,
    reason: Message,
    *,
    is_given: bool,
) -> OpenWork:
    """Return the work with one batch in place of another, which stays where it is.

    Where nothing `is_given`, it is what comes of the month anyhow: neither batch gets to where it
    was to go.

    Parameters
    ----------
    reason
        Why the batch comes.
    """
    given, awaited, site_id = gift
    both = {given} if awaited is None else {given, awaited}
    month, rotation = problem.months[0], work.rotation
    planned = next(
        (s for s in rotation.stays
         if (s.batch_id, s.site_id, s.first_month) == (awaited, site_id, month)), None,
    )  # fmt: skip
    stay = _make_stay(problem, instance, given, site_id, planned.months if planned else 1)
    stays = [s for s in rotation.stays if s is not planned and not _is_over(s, given, month)]
    stays = stays if awaited is None else _stay_on(stays, awaited, month)
    stays = [*stays, *([stay] if is_given else [])]
    stays.sort(key=lambda s: (s.batch_id, s.first_month))
    moves = [m for m in rotation.movements if m.batch_id not in both]
    moves += list(_list_moves(problem, stays, both))
    moves.sort(key=lambda m: (m.month, m.batch_id, m.from_site))
    asked = [m for m in work.asked if m.batch_id not in both]
    asked += [m for m in moves if m.batch_id in both and m.month == month]
    asked.sort(key=lambda m: m.batch_id)
    new = dataclasses.replace(rotation, stays=tuple(stays), movements=tuple(moves))
    return dataclasses.replace(
        work, asked=tuple(asked), rotation=_tell(new, given, site_id, reason)
    )


def _note(work: OpenWork, gift: Gift) -> OpenWork:
    given, awaited, site_id = gift
    told = str(awaited)
    note = message(
        "batch {given} goes to {site}: {awaited}, which was to come, cannot be fetched, and "
        "{given} cannot get to where it was to go",
        given=given,
        site=str(site_id),
        awaited=told,
    )
    return dataclasses.replace(work, notes=(*work.notes, note))


def _is_over(stay: Stay, batch_id: BatchId, month: Month) -> bool:
    """Whether a stay is no more once a batch that lies in a store room goes elsewhere now."""
    return stay.batch_id == batch_id and stay.first_month <= month


def _make_stay(
    problem: RotationProblem,
    instance: RotationInstance,
    batch_id: BatchId,
    site_id: SiteId,
    months: int,
) -> Stay:
    """Return the stay of a batch at a library from now on: as planned, or the next shorter one."""
    values = instance.value[index_batches(problem)[batch_id], index_libraries(problem)[site_id], 0]
    allowed = [length + 1 for length in range(len(values)) if np.isfinite(values[length])]
    length = max((n for n in allowed if n <= months), default=min(allowed))
    points = float(values[length - 1])
    uses = max(0.0, points)
    return Stay(
        batch_id, site_id, problem.months[0], length, round(uses, 6),
        length >= len(problem.months), round(uses / length, 6),
    )  # fmt: skip


def _stay_on(stays: list[Stay], batch_id: BatchId, month: Month) -> list[Stay]:
    """Return stays in which a batch that was to leave now stays until its next one begins."""
    own = [stay for stay in stays if stay.batch_id == batch_id]
    here = [stay for stay in own if stay.first_month.plus(stay.months) == month]
    later = [stay.first_month for stay in own if stay.first_month > month]
    if not here:
        return stays
    until = min(later, default=month.plus(1))
    longer = dataclasses.replace(here[0], months=until.months_since(here[0].first_month))
    return [longer if stay is here[0] else stay for stay in stays]


def _list_moves(
    problem: RotationProblem, stays: list[Stay], batches: set[BatchId]
) -> Iterable[Movement]:
    """Yield the movements that the stays of some batches ask for, from where each is now."""
    places = {place.batch_id: place.site_id for place in problem.placements}
    depots = {batch.batch_id: batch.depot_id for batch in problem.batches}
    end = problem.months[-1].plus(1)
    for batch_id in sorted(batches):
        own = [stay for stay in stays if stay.batch_id == batch_id]
        begun = {stay.first_month for stay in own}
        here = places.get(batch_id, depots[batch_id])
        for stay in own:
            if stay.first_month >= problem.months[0] and here != stay.site_id:
                yield Movement(batch_id, stay.first_month, here, stay.site_id)
            here = stay.site_id
            leaves = stay.first_month.plus(stay.months)
            if leaves < end and leaves not in begun:
                yield Movement(batch_id, leaves, here, depots[batch_id])
                here = depots[batch_id]


def _tell(
    rotation: RotationPlan, batch_id: BatchId, site_id: SiteId, reason: Message
) -> RotationPlan:
    """Return the rotation with the reason why the batch comes."""
    reasons = [one for one in rotation.reasons if one[:2] != (batch_id, site_id)]
    return dataclasses.replace(rotation, reasons=(*reasons, (batch_id, site_id, reason)))
