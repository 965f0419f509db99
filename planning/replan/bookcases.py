"""Brings a batch to each temporary site that was opened after its month had been planned."""

import dataclasses

import numpy as np

from planning.late_sites import list_late
from planning.plan import Plan
from planning.replan.moment import Moment
from planning.replan.open_work import OpenWork
from planning.replan.regive import give_batch
from planning.replan.rest import Rest
from province.ids import BatchId, SiteId
from province.journal import locate_batches
from province.language import message
from province.lendings import list_away
from province.lockdown import list_temporary
from rotation.checks.rules import verify_rotation
from rotation.instance.instance import RotationInstance, build_instance
from rotation.problem import RotationProblem, index_batches, index_libraries

FLOOR = "no_library_stands_empty_too_long"

TRIED = 12
"""Batches tried for one site, the one worth most first."""


def bring_bookcases(plan: Plan, rest: Rest, moment: Moment) -> Rest:
    """Return the rest of a month in which each temporary site without books gets a batch.

    It gets one that lies in a store room and goes nowhere this month, or was for a site that
    nobody gets to any more: the one worth most by the rotation that breaks no rule which held
    before. Where each breaks one, a library may stand empty later on: those months are planned
    again.
    """
    sites = _list_bare(rest, moment)
    free = _list_free(rest) if sites else []
    if not sites or not free:
        return rest
    problem = rest.survey.pose_rotation(rest.survey.reach)
    instance, work = build_instance(problem), rest.work
    for site_id in sites:
        found = _equip(problem, instance, work, free, site_id)
        if found is not None:
            batch_id, work = found
            free.remove(batch_id)
    if work is rest.work:
        return rest
    late = list_late(plan, rest.survey.province)
    visits = rest.survey.list_visits(work.asked, late=late)
    return dataclasses.replace(rest, work=work, visits=visits)


def _list_bare(rest: Rest, moment: Moment) -> list[SiteId]:
    """Return the temporary sites open still at which no batch stands, and to which none goes."""
    survey = rest.survey
    held = {site for site, _ in locate_batches(survey.province.journal).values()}
    held |= {move.to_site for move in rest.work.asked}
    return [
        site.site_id
        for site in list_temporary(survey.province, survey.month)
        if site.takes_rotation and site.site_id not in held
        if site.enrolled_until is not None and site.enrolled_until >= moment.day
    ]


def _list_free(rest: Rest) -> list[BatchId]:
    """Return the batches in store rooms that go nowhere this month, or where nobody can come."""
    province = rest.survey.province
    depots = {site.site_id for site in province.depots}
    places = locate_batches(province.journal)
    shut = {
        parcel.batch_id for visit in rest.visits if not visit.windows for parcel in visit.leaves
    }
    asked = {move.batch_id for move in rest.work.asked} - shut
    away = list_away(province.lendings)
    return [
        batch.batch_id
        for batch in province.batches
        if places.get(batch.batch_id, (batch.depot_id, None))[0] in depots
        and batch.batch_id not in asked
        and batch.batch_id not in away
    ]


def _equip(
    problem: RotationProblem,
    instance: RotationInstance,
    work: OpenWork,
    free: list[BatchId],
    site_id: SiteId,
) -> tuple[BatchId, OpenWork] | None:
    """Return the batch that a site gets, and the work with it; None where none may stand there."""
    reason = message("a bookcase for a temporary site of the lockdown")
    broken = {(one.rule, one.where) for one in verify_rotation(problem, work.rotation)}
    second: tuple[BatchId, OpenWork] | None = None
    for batch_id in _rank(instance, free, site_id)[:TRIED]:
        new = give_batch(problem, instance, work, (batch_id, None, site_id), reason, is_given=True)
        more = {(one.rule, one.where) for one in verify_rotation(problem, new.rotation)} - broken
        if not more:
            return batch_id, _note(new, batch_id, site_id)
        if second is None and {rule for rule, _ in more} == {FLOOR}:
            second = batch_id, _note(new, batch_id, site_id)
    return second


def _rank(instance: RotationInstance, free: list[BatchId], site_id: SiteId) -> list[BatchId]:
    """Return the batches that may stand at a site, the one worth most first."""
    batch_at, library_at = index_batches(instance.problem), index_libraries(instance.problem)
    if site_id not in library_at:
        return []
    worth = {
        batch_id: float(instance.value[batch_at[batch_id], library_at[site_id], 0].max())
        for batch_id in free
    }
    may = [batch_id for batch_id in free if np.isfinite(worth[batch_id])]
    return sorted(may, key=lambda batch_id: (-worth[batch_id], batch_id))


def _note(work: OpenWork, batch_id: BatchId, site_id: SiteId) -> OpenWork:
    note = message(
        "batch {batch} goes to {site}, which is open for the time of the lockdown",
        batch=str(batch_id),
        site=str(site_id),
    )
    return dataclasses.replace(work, notes=(*work.notes, note))
