"""Answers why: why a batch or a library gets what it gets, why a visit is or is not served."""

import dataclasses
from typing import Any

from planning.plan import Plan
from province.dates import clock
from province.errors import InputError
from province.facts import Province
from province.findings import Finding
from province.ids import BatchId, SiteId
from province.language import message
from rotation.build import build_rotation_problem
from rotation.explain import Explanation, explain_batch, explain_library
from rotation.forced import tell_forced
from rotation.problem import Forced, RotationProblem
from routing.reach import estimate_reach, measure_access_min
from routing.roads.travel import build_roads
from routing.trips import NO_FIX


def explain(province: Province, plan: Plan, name: str) -> tuple[Explanation, ...]:
    """Return why things are as they are for a batch, a library or a visit.

    Parameters
    ----------
    name
        A batch id, site id or visit id.

    Raises
    ------
    InputError
        If nothing has this name.
    """
    is_batch = BatchId(name) in province.batch_by_id
    is_site = SiteId(name) in province.site_by_id
    visits = [v for v in plan.visits if v.visit_id == name or v.site_id == name]
    if not (is_batch or is_site or visits):
        raise InputError(
            [
                Finding(
                    "plan.json",
                    None,
                    "",
                    name,
                    message("a batch, a library or a visit"),
                    message("luanchuyen where lists the batches, trips.csv the visits"),
                )
            ]
        )
    answers: list[Explanation] = []
    if is_batch or is_site:
        answers += _explain_rotation(province, plan, name, is_batch=is_batch)
        answers += _explain_forced(plan, name)
    for visit in visits:
        answers += _explain_visit(plan, visit.visit_id)
    return tuple(answers)


def _explain_rotation(
    province: Province, plan: Plan, name: str, *, is_batch: bool
) -> tuple[Explanation, ...]:
    roads = build_roads(province)
    reach = estimate_reach(province, plan.rotation.months, roads)
    if plan.joint is not None:
        prices = {(site, month): price for site, month, price in plan.joint.prices}
        reach = dataclasses.replace(reach, price_vnd=reach.price_vnd | prices)
    access = measure_access_min(province, roads, plan.month.first_day)
    problem = build_rotation_problem(province, plan.month, reach=reach, access_min=access)
    _refuse_strange_stays(plan, problem)
    if is_batch:
        return explain_batch(problem, plan.rotation, BatchId(name))
    if any(library.site_id == name for library in problem.libraries):
        return explain_library(problem, plan.rotation, SiteId(name))
    return (Explanation(message("{site} takes no batches", site=name)),)


def _refuse_strange_stays(plan: Plan, problem: RotationProblem) -> None:
    """Raise InputError when a stay names a batch or a library that takes no part any more."""
    known = {str(batch.batch_id) for batch in problem.batches}
    known |= {str(library.site_id) for library in problem.libraries}
    files = {
        str(name): file
        for stay in plan.rotation.stays
        for name, file in ((stay.batch_id, "batches.csv"), (stay.site_id, "libraries.csv"))
    }
    strange = sorted(files.keys() - known)
    if strange:
        raise InputError(
            [
                Finding(
                    "plan.json",
                    None,
                    files[name],
                    name,
                    message("something that stands in {file}", file=files[name]),
                    message("plan the month again, or put back what was taken out"),
                )
                for name in strange
            ]
        )


def _explain_forced(plan: Plan, name: str) -> tuple[Explanation, ...]:
    """Return what rules force on a batch or a library beyond what it is worth, or waive there."""
    return tuple(
        Explanation(tell_forced(one), (), {"kind": "forced"} | _plain(one))
        for one in plan.rotation.forced
        if name in (one.batch_id, one.site_id)
    )


def _plain(forced: Forced) -> dict[str, Any]:
    return dataclasses.asdict(forced) | {"month": str(forced.month)}


def _explain_visit(plan: Plan, visit_id: str) -> tuple[Explanation, ...]:
    facts: dict[str, Any] = {"kind": "visit", "visit": visit_id}
    for trip in plan.trips.trips:
        for stop in trip.stops:
            if stop.visit_id == visit_id:
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
