"""Plans one month: rotation and trips as one, checked and complete."""

import dataclasses
from typing import NoReturn

from planning.deliveries import count_totals, list_deliveries
from planning.fixes.find import add_fixes
from planning.fixes.trial import Finished
from planning.joint.feasible import check_batches_suffice, check_month_can_work
from planning.joint.proposal import JointProblem
from planning.joint.rounds import ROUNDS, Joint, plan_jointly
from planning.late_sites import list_late
from planning.leftovers import list_leftovers, plan_keeps
from planning.past.promises import weigh_promises
from planning.past.read import count_as_done
from planning.plan import PLAN_FORMAT, Plan
from planning.plan_facts import digest_folder, digest_planned
from planning.reservations import list_reservations, month_span
from planning.survey import Survey, survey_province
from planning.trip_names import list_former, name_trips
from planning.verify_lockdown import verify_lockdown
from planning.verify_places import verify_places
from planning.wish_answers import answer_wishes
from province.dates import Month
from province.errors import InfeasibleError
from province.facts import Province
from province.language import message
from province.past import NO_PAST, Past
from province.progress import Progress, ignore_progress, tell_part
from rotation.checks.rules import verify_rotation
from rotation.problem import Stay
from routing.checks.verify import verify_trips
from routing.trips import NO_FIX, Trip

PLANNED = 0.9
"""Share of the progress before what would serve the visits left out is looked for."""

ANSWERED = 0.5
"""Share of that part in which wishes are answered."""


def plan_month(
    province: Province,
    month: Month,
    *,
    past: Past = NO_PAST,
    standing_trips: tuple[Trip, ...] = (),
    seed: int = 0,
    work: float = 1.0,
    last_stays: tuple[Stay, ...] = (),
    minutes: float = 0.0,
    rounds: int = ROUNDS,
    has_fixes: bool = True,
    survey: Survey | None = None,
    progress: Progress = ignore_progress,
) -> Plan:
    """Plan a month of a province: which batch goes where, and who drives it when.

    What exchanges cost as the trips see it goes back into the rotation, and the proposal that is
    worth most by the joint objective is kept (`planning.joint.rounds`).

    Parameters
    ----------
    past
        What plans of earlier months, or results of this one, have settled already
        (`planning.past.read.read_past`).
    standing_trips
        Trips of the month's plan before this one that had begun (`planning.past`); the plan keeps
        them beside its own.
    seed, work
        Same facts, seed and work give the same plan; `work` 1.0 is the usual effort.
    last_stays
        Stays of last month's plan, which the rotation does not change without need.
    minutes
        Minutes by the clock for which the search goes on (`planning.joint.proposal.JointProblem`).
    rounds
        Proposals at most; with 0, the trips follow the rotation and nothing goes back.
    has_fixes
        Whether the change that would serve each visit left out is looked for (`find_fixes`).
    survey
        What travelling says (`survey_after`), where it is known already.

    Raises
    ------
    InfeasibleError
        If nothing at all can be done in the month; it says which rules clash.
    """
    _refuse_what_is_over(month, past)
    check_batches_suffice(province, month)
    survey = survey or survey_after(province, month, past)
    check_month_can_work(survey.province, month, survey.reach)
    given = JointProblem(survey, survey.reach, last_stays, seed, work, minutes)
    joint = plan_jointly(given, rounds=rounds, progress=tell_part(progress, 0.0, PLANNED))
    plan = _finish(province, given, joint, standing_trips)
    if plan.visits and not plan.trips.trips and past.first_day is None:
        _refuse(find_fixes(plan, survey))
    found = (*verify_places(province, plan, past), *verify_lockdown(province, plan, past))
    plan = dataclasses.replace(plan, violations=(*plan.violations, *found))
    if has_fixes and not plan.is_cut_short:
        plan = find_fixes(plan, survey, progress=tell_part(progress, PLANNED, 1.0))
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


def survey_after(province: Province, month: Month, past: Past) -> Survey:
    """Return the survey of a month, what is past counted as done."""
    return survey_province(count_as_done(province, past), month, past=past)


def find_fixes(plan: Plan, survey: Survey, *, progress: Progress = ignore_progress) -> Plan:
    """Return a plan with what would serve each visit left out (`planning.fixes`).

    So with what becomes of wishes for days of events (`planning.wish_answers`). Nothing else
    changes: a plan without is complete, too. Ctrl-C leaves the rest without.

    Parameters
    ----------
    survey
        What the plan was made from (`survey_after`).
    """
    if any(visit.wish for visit in plan.visits):
        answers = answer_wishes(
            survey.province, survey.pose_trips(plan.visits), plan.trips.trips,
            progress=tell_part(progress, 0.0, ANSWERED),
        )  # fmt: skip
        asked = {visit.visit_id for visit in plan.visits}
        made = (one for one in plan.wishes if one.visit_id not in asked)
        plan = dataclasses.replace(plan, wishes=(*made, *answers))
    if not plan.trips.unserved:
        return plan
    finished = Finished(survey, plan.asked, plan.trips, list_late(plan, survey.province))
    trips = add_fixes(finished, plan.visits, progress=tell_part(progress, ANSWERED, 1.0))
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
    facts: Province, given: JointProblem, joint: Joint, standing_trips: tuple[Trip, ...]
) -> Plan:
    best, province, past = joint.best, given.survey.province, given.survey.past
    named = name_trips(best.trips.trips, past.used_trips)
    trips = dataclasses.replace(best.trips, trips=named)
    violations = (
        *verify_rotation(best.problem, best.rotation),
        *verify_trips(province, best.trip_problem, trips),
    )
    return Plan(
        format=PLAN_FORMAT,
        province_code=province.settings.province.code,
        province_name=province.settings.province.name,
        month=given.survey.month,
        facts_digest=digest_planned(facts),
        facts_but_ledger=digest_folder(facts),
        seed=given.seed,
        work=given.work,
        minutes=given.minutes,
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
        promises=weigh_promises(given.last_stays, given.survey.month, best.rotation.stays)
        if given.last_stays
        else None,
        former_trips=list_former((*standing_trips, *named), past.used_trips),
        leftovers=list_leftovers(province),
        keeps=plan_keeps(province, (*standing_trips, *named)),
        reserved=list_reservations(province, month_span(given.survey.month)),
    )
