"""Plans one month: rotation and trips as one, checked and complete."""

import dataclasses
from typing import NoReturn

from planning.deliveries import count_totals, list_deliveries
from planning.feasible import check_batches_suffice, check_month_can_work
from planning.fix_trial import Finished
from planning.fixes import add_fixes
from planning.joint import ROUNDS, Ground, Joint, plan_jointly, survey_month
from planning.past import count_as_done
from planning.plan import PLAN_FORMAT, Plan
from planning.trip_names import list_former, name_trips
from planning.verify_places import verify_places
from province.dates import Month
from province.digest import digest_facts
from province.errors import InfeasibleError
from province.facts import Province
from province.ids import SiteId
from province.language import message
from province.past import NO_PAST, Past
from province.progress import Progress, ignore_progress, tell_part
from roads.travel import build_roads
from rotation.checks.rules import verify_rotation
from rotation.problem import Stay
from routing.reach import measure_access_min
from routing.trips import NO_FIX, Trip
from routing.verify import verify_trips

PLANNED = 0.9
"""Share of the progress before what would serve the visits left out is looked for."""


def plan_month(
    province: Province,
    month: Month,
    *,
    past: Past = NO_PAST,
    standing_trips: tuple[Trip, ...] = (),
    seed: int = 0,
    work: float = 1.0,
    last_stays: tuple[Stay, ...] = (),
    rounds: int = ROUNDS,
    has_fixes: bool = True,
    progress: Progress = ignore_progress,
) -> Plan:
    """Plan a month of a province: which batch goes where, and who drives it when.

    What exchanges cost as the trips see it goes back into the rotation, and the proposal that is
    worth most by the joint objective is kept (`planning.joint`).

    Parameters
    ----------
    past
        What plans of earlier months, or results of this one, have settled already
        (`planning.past.read_past`).
    standing_trips
        Trips of the month's plan before this one that had begun (`planning.past`); the plan keeps
        them beside its own.
    seed, work
        Same facts, seed and work give the same plan; `work` 1.0 is the usual effort.
    last_stays
        Stays of last month's plan, which the rotation does not change without need.
    rounds
        Proposals at most; with 1, the trips follow the rotation and nothing goes back.
    has_fixes
        Whether the change that would serve each visit left out is looked for (`find_fixes`).

    Raises
    ------
    InfeasibleError
        If nothing at all can be done in the month; it says which rules clash.
    """
    _refuse_what_is_over(month, past)
    check_batches_suffice(province, month)
    facts, province = province, count_as_done(province, past)
    roads = build_roads(province)
    ground = survey_month(
        province, month, roads, past=past, last_stays=last_stays, seed=seed, work=work
    )
    check_month_can_work(province, month, ground.estimate)
    joint = plan_jointly(ground, rounds=rounds, progress=tell_part(progress, 0.0, PLANNED))
    plan = _finish(facts, ground, joint, standing_trips)
    if plan.visits and not plan.trips.trips:
        _refuse(find_fixes(plan, facts, past=past))
    places = verify_places(facts, plan, past)
    plan = dataclasses.replace(plan, violations=(*plan.violations, *places))
    if has_fixes and not plan.is_cut_short:
        plan = find_fixes(plan, facts, past=past, progress=tell_part(progress, PLANNED, 1.0))
    return plan


def _refuse_what_is_over(month: Month, past: Past) -> None:
    """Raise InfeasibleError where results are recorded up to the end of the month."""
    if past.first_day is not None and past.first_day > month.last_day:
        raise InfeasibleError(
            message(
                "nothing of {month} is left to plan: results are recorded up to its last day",
                month=str(month),
            )
        )


def find_fixes(
    plan: Plan, province: Province, *, past: Past = NO_PAST, progress: Progress = ignore_progress
) -> Plan:
    """Return a plan with what would serve each visit left out (`planning.fixes`).

    Nothing else changes: a plan without is complete, too. Ctrl-C leaves the rest without.

    Parameters
    ----------
    province, past
        The facts, and what is settled before the month, as the plan was made from them.
    """
    if not plan.trips.unserved:
        return plan
    province = count_as_done(province, past)
    roads = build_roads(province)
    access_min = measure_access_min(province, roads, plan.month.first_day)
    late = _list_late(plan, province)
    finished = Finished(plan.month, plan.asked, access_min, plan.trips, past, late)
    trips = add_fixes(province, roads, finished, plan.visits, progress=progress)
    return dataclasses.replace(plan, trips=trips)


def _list_late(plan: Plan, province: Province) -> frozenset[SiteId]:
    """Return the sites whose batches can only be fetched after they have left."""
    left = {
        site.site_id: site.enrolled_until
        for site in province.sites
        if site.enrolled_until is not None and site.enrolled_until < plan.month.last_day
    }
    return frozenset(
        visit.receiver_id
        for visit in plan.visits
        if visit.takes and not visit.leaves and (last := left.get(visit.receiver_id)) is not None
        if any(window.day > last for window in visit.windows)
    )


def _refuse(plan: Plan) -> NoReturn:
    """Raise InfeasibleError for a month in which no visit at all can be served."""
    told = plan.trips.unserved[:5]
    raise InfeasibleError(
        message("not one visit of {month} can be served", month=str(plan.month)),
        *(unserved.reason for unserved in told),
        *(unserved.fix for unserved in told if unserved.fix != NO_FIX),
    )


def _finish(
    facts: Province, ground: Ground, joint: Joint, standing_trips: tuple[Trip, ...]
) -> Plan:
    best, province, roads, past = joint.best, ground.province, ground.roads, ground.past
    named = name_trips(best.trips.trips, past.used_trips)
    trips = dataclasses.replace(best.trips, trips=named)
    violations = (
        *verify_rotation(best.problem, best.rotation),
        *verify_trips(province, roads, best.trip_problem, trips),
    )
    return Plan(
        format=PLAN_FORMAT,
        province_code=province.settings.province.code,
        province_name=province.settings.province.name,
        month=ground.month,
        facts_digest=digest_facts(facts),
        seed=ground.seed,
        work=ground.work,
        rotation=best.rotation,
        asked=best.asked,
        visits=best.visits,
        trips=trips,
        deliveries=list_deliveries(province, best.rotation, best.asked, trips),
        totals=count_totals(best.visits, trips),
        violations=violations,
        has_schematic_roads=province.has_schematic_roads,
        joint=joint.figures,
        first_day=past.first_day,
        standing_trips=standing_trips,
        former_trips=list_former((*standing_trips, *named), past.used_trips),
    )
