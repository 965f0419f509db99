"""Answers why: why a batch or a library gets what it gets, why a visit is or is not served."""

import dataclasses
from typing import Any

from planning.past.read import count_as_done
from planning.plan import Plan
from planning.plan_facts import refuse_missing
from planning.survey import survey_province
from province.amounts import tell_amounts
from province.dates import clock
from province.facts import Province
from province.find_name import find_one, list_known
from province.ids import BatchId, SiteId, VisitId
from province.language import message
from province.past import NO_PAST, Past
from rotation.explain.explain import Explanation, explain_batch, explain_library
from rotation.problem import RotationProblem
from rotation.solve.forced import tell_forced
from routing.trips import NO_FIX


def explain(
    province: Province, plan: Plan, name: str, *, past: Past = NO_PAST
) -> tuple[Explanation, ...]:
    """Return why things are as they are for a batch, a library or a visit.

    Parameters
    ----------
    past
        What plans of earlier months have settled (`planning.past.read.read_past_of`).
    name
        A batch id, site id or visit id, or what people call a batch or a site.

    Raises
    ------
    InputError
        If nothing has this name, or several things have it.
    """
    if all(visit.visit_id != name for visit in plan.visits):
        expected = message("a batch, a library or a visit")
        name = find_one(list_known(province), name, file="plan.json", expected=expected)
    is_batch = BatchId(name) in province.batch_by_id
    is_site = SiteId(name) in province.site_by_id
    visits = [v for v in plan.visits if v.visit_id == name or v.site_id == name]
    answers: list[Explanation] = []
    if is_batch or is_site:
        told = _explain_rotation(province, plan, name, past, is_batch=is_batch)
        answers += (_add_way(plan, one) for one in told)
        answers += _explain_forced(plan, name, province.settings.province.currency)
    for visit in visits:
        answers += _explain_visit(plan, visit.visit_id)
    return tuple(answers)


def _explain_rotation(
    province: Province, plan: Plan, name: str, past: Past, *, is_batch: bool
) -> tuple[Explanation, ...]:
    known = count_as_done(province, past)
    survey = survey_province(known, plan.month, past=past, months=plan.rotation.months)
    reach = survey.reach
    if plan.joint is not None:
        prices = {(site, month): price for site, month, price in plan.joint.prices}
        reach = dataclasses.replace(reach, price_vnd=reach.price_vnd | prices)
    problem = survey.pose_rotation(reach)
    _refuse_strange_stays(plan, problem)
    if is_batch:
        return explain_batch(problem, plan.rotation, BatchId(name))
    if any(library.site_id == name for library in problem.libraries):
        return explain_library(problem, plan.rotation, SiteId(name))
    return (Explanation(message("{site} takes no batches", site=name)),)


def _add_way(plan: Plan, answer: Explanation) -> Explanation:
    """Return an answer about a stay of the month with the way by which its batch comes."""
    facts = answer.facts
    if facts.get("kind") != "stay" or facts.get("first_month") != str(plan.month):
        return answer
    rows = [row for row in plan.deliveries if row.batch_id == facts["batch"]]
    last = next((row for row in rows if row.to_site == facts["site"]), None)
    first = next((row for row in rows if last is not None and row.to_site == last.from_site), None)
    if last is None or last.day is None:
        note = message("no trip of {month} brings it there", month=str(plan.month))
    elif first is not None and first.day is not None:
        note = message(
            "by way of the depot {depot}: trip {taker} fetches it from {site} on {taken}, trip "
            "{bringer} brings it on {brought}",
            depot=first.to_site,
            taker=first.trip_id,
            site=first.from_site,
            taken=first.day.isoformat(),
            bringer=last.trip_id,
            brought=last.day.isoformat(),
        )
    else:
        note = message(
            "straight from {site} with trip {trip} on {day}",
            site=last.from_site,
            trip=last.trip_id,
            day=last.day.isoformat(),
        )
    return dataclasses.replace(answer, notes=(*answer.notes, note))


def _refuse_strange_stays(plan: Plan, problem: RotationProblem) -> None:
    """Raise InputError when a stay names a batch or a library that takes no part any more."""
    known = {str(batch.batch_id) for batch in problem.batches}
    known |= {str(library.site_id) for library in problem.libraries}
    refuse_missing(
        (file, name)
        for stay in plan.rotation.stays
        for file, name in (("batches.csv", stay.batch_id), ("libraries.csv", stay.site_id))
        if name not in known
    )


def _explain_forced(plan: Plan, name: str, currency: str) -> tuple[Explanation, ...]:
    """Return what rules force on a batch or a library beyond what it is worth, or waive there."""
    return tuple(
        Explanation(
            tell_forced(one, currency),
            (),
            {"kind": "forced"}
            | tell_amounts(dataclasses.asdict(one), currency)
            | {"month": str(one.month)},
        )
        for one in plan.rotation.forced
        if name in (one.batch_id, one.site_id)
    )


def _explain_visit(plan: Plan, visit_id: str) -> tuple[Explanation, ...]:
    facts: dict[str, Any] = {"kind": "visit", "visit": visit_id}
    if found := plan.trips.stop_by_visit.get(VisitId(visit_id)):
        trip, stop = found
        text = message(
            "visit {visit}: served on {day} at {time} by trip {trip}, stop {number}",
            visit=visit_id,
            day=stop.day.isoformat(),
            time=clock(stop.start_min),
            trip=trip.trip_id,
            number=stop.sequence,
        )
        served = {"is_served": True, "trip": trip.trip_id, "stop": stop.sequence}
        return (Explanation(text, (), facts | served | {"day": stop.day.isoformat()}),)
    return tuple(
        Explanation(
            message("visit {visit}: not served", visit=visit_id),
            (unserved.reason,) if unserved.fix == NO_FIX else (unserved.reason, unserved.fix),
            facts | {"is_served": False},
        )
        for unserved in plan.trips.unserved
        if unserved.visit_id == visit_id
    )
