"""Brings a batch to each temporary site that was opened after its month had been planned."""

import dataclasses

import numpy as np
from scipy.optimize import linear_sum_assignment

from planning.late_sites import list_late
from planning.plan import Plan
from planning.replan.moment import Moment
from planning.replan.open_work import OpenWork
from planning.replan.regive import give_batch
from planning.replan.rest import Rest
from province.ids import BatchId, SiteId
from province.journal import locate_batches
from province.language import message
from province.lockdown import list_temporary
from rotation.checks.rules import verify_rotation
from rotation.instance.instance import RotationInstance, build_instance
from rotation.problem import index_batches, index_libraries


def bring_bookcases(plan: Plan, rest: Rest, moment: Moment) -> Rest:
    """Return the rest of a month in which each temporary site without books gets a batch.

    It gets one that lies in a store room and goes nowhere this month, or was for a site that
    nobody gets to any more: those that are worth most together by the rotation. One that would
    break a rule of the rotation that held before is left out.
    """
    sites = _list_bare(rest, moment)
    free = _list_free(rest) if sites else []
    if not sites or not free:
        return rest
    problem = rest.survey.pose_rotation(rest.survey.reach)
    instance, work = build_instance(problem), rest.work
    reason = message("a bookcase for a temporary site of the lockdown")
    for batch_id, site_id in _match(instance, free, sites):
        gift = (batch_id, None, site_id)
        new = give_batch(problem, instance, work, gift, reason, is_given=True)
        broken, now = (verify_rotation(problem, one.rotation) for one in (work, new))
        if {one.sentence for one in now} <= {one.sentence for one in broken}:
            work = _note(new, batch_id, site_id)
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
    return [
        batch.batch_id
        for batch in province.batches
        if places.get(batch.batch_id, (batch.depot_id, None))[0] in depots
        and batch.batch_id not in asked
    ]


def _match(
    instance: RotationInstance, free: list[BatchId], sites: list[SiteId]
) -> list[tuple[BatchId, SiteId]]:
    """Return the pairs that are worth most together; only those that the rules allow."""
    batch_at, library_at = index_batches(instance.problem), index_libraries(instance.problem)
    worth = np.full((len(free), len(sites)), -np.inf)
    for row, batch_id in enumerate(free):
        for column, site_id in enumerate(sites):
            if site_id in library_at:
                stays = instance.value[batch_at[batch_id], library_at[site_id], 0]
                worth[row, column] = float(stays.max())
    may = np.isfinite(worth)
    least = float(worth[may].min(initial=0.0)) - 1.0
    pairs = zip(*linear_sum_assignment(np.where(may, least - worth, 0.0)), strict=True)
    return [(free[row], sites[column]) for row, column in pairs if may[row, column]]


def _note(work: OpenWork, batch_id: BatchId, site_id: SiteId) -> OpenWork:
    note = message(
        "batch {batch} goes to {site}, which is open for the time of the lockdown",
        batch=str(batch_id),
        site=str(site_id),
    )
    return dataclasses.replace(work, notes=(*work.notes, note))
