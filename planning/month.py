"""Plans one month: rotation and trips as one, checked and complete."""

import dataclasses
from typing import NoReturn

from planning.deliveries import count_totals, list_deliveries
from planning.feasible import check_month_can_work
from planning.fix_trial import Finished
from planning.fixes import add_fixes
from planning.joint import ROUNDS, Joint, plan_jointly, survey_month
from planning.plan import PLAN_FORMAT, Plan
from province.dates import Month
from province.digest import digest_facts
from province.errors import InfeasibleError
from province.facts import Province
from province.language import message
from province.progress import Progress, ignore_progress, tell_part
from rotation.problem import Stay
from rotation.verify import verify_rotation
from routing.reach import measure_access_min
from routing.roads.travel import Roads, build_roads
from routing.trips import NO_FIX
from routing.verify import verify_trips

PLANNED = 0.9
"""Share of the progress before what would serve the visits left out is looked for."""


def plan_month(
    province: Province,
    month: Month,
    *,
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
    roads = build_roads(province)
    ground = survey_month(province, month, roads, last_stays=last_stays, seed=seed, work=work)
    check_month_can_work(province, month, ground.estimate)
    joint = plan_jointly(ground, rounds=rounds, progress=tell_part(progress, 0.0, PLANNED))
    plan = _finish(province, month, roads, joint, seed, work)
    if plan.visits and not plan.trips.trips:
        _refuse(find_fixes(plan, province))
    if has_fixes:
        plan = find_fixes(plan, province, progress=tell_part(progress, PLANNED, 1.0))
    return plan


def find_fixes(plan: Plan, province: Province, *, progress: Progress = ignore_progress) -> Plan:
    """Return a plan with what would serve each visit left out (`planning.fixes`).

    Nothing else changes: a plan without is complete, too. Ctrl-C leaves the rest without.
    """
    if not plan.trips.unserved:
        return plan
    roads = build_roads(province)
    access_min = measure_access_min(province, roads, plan.month.first_day)
    finished = Finished(plan.month, plan.asked, access_min, plan.trips)
    trips = add_fixes(province, roads, finished, plan.visits, progress=progress)
    return dataclasses.replace(plan, trips=trips)


def _refuse(plan: Plan) -> NoReturn:
    """Raise InfeasibleError for a month in which no visit at all can be served."""
    told = plan.trips.unserved[:5]
    raise InfeasibleError(
        message("not one visit of {month} can be served", month=str(plan.month)),
        *(unserved.reason for unserved in told),
        *(unserved.fix for unserved in told if unserved.fix != NO_FIX),
    )


def _finish(
    province: Province, month: Month, roads: Roads, joint: Joint, seed: int, work: float
) -> Plan:
    best = joint.best
    violations = (
        *verify_rotation(best.problem, best.rotation),
        *verify_trips(province, roads, best.trip_problem, best.trips),
    )
    return Plan(
        format=PLAN_FORMAT,
        province_code=province.settings.province.code,
        province_name=province.settings.province.name,
        month=month,
        facts_digest=digest_facts(province),
        seed=seed,
        work=work,
        rotation=best.rotation,
        asked=best.asked,
        visits=best.visits,
        trips=best.trips,
        deliveries=list_deliveries(province, best.rotation, best.asked, best.trips),
        totals=count_totals(best.visits, best.trips),
        violations=violations,
        has_schematic_roads=province.has_schematic_roads,
        joint=joint.figures,
    )
