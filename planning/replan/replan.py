"""Plans what is left of a month again: what was announced changes as little as pays."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from planning.deliveries import count_totals, list_deliveries
from planning.joint.month import list_late
from planning.past.read import PastTrip, count_as_done, list_past_trips, settle_month
from planning.plan import Plan, Replanned, Totals
from planning.plan_facts import digest_folder
from planning.replan.announced import announce_trips
from planning.replan.changes import list_changes
from planning.replan.moment import Moment, list_begun
from planning.replan.open_work import OpenWork, list_open_work
from planning.survey import Survey, survey_province
from planning.trip_names import list_former, name_trips
from planning.verify_places import verify_places
from province.facts import Province, digest_facts
from province.ids import VisitId
from province.past import Past
from province.progress import Progress, ignore_progress
from province.visits import Visit
from routing.checks.verify import verify_trips
from routing.month.instance import build_instance
from routing.problem import TripProblem
from routing.solver.solve import plan_trips
from routing.solver.warm_start import recall_trips
from routing.trips import Trip, TripPlan

Allowed = Literal["fill", "move", "all"]
"""What may change: only what is lost is placed; other visits too, where that pays; anything."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a month at a moment.

    Parameters
    ----------
    survey
        The province as it is then, with what is past and the names of visits.
    begun
        Trips of the month's plan that have set out, or were reported.
    open_trips
        Its other trips, as they were planned.
    planned
        Visits that the plan has and none of the trips begun makes.
    work
        Movements still to be made.
    visits
        What is to be served.
    """

    survey: Survey
    begun: tuple[Trip, ...]
    open_trips: tuple[Trip, ...]
    planned: tuple[Visit, ...]
    work: OpenWork
    visits: tuple[Visit, ...]


def find_rest(province: Province, plans: tuple[Plan, ...], plan: Plan, moment: Moment) -> Rest:
    """Return what is left of a month at a moment.

    Parameters
    ----------
    plans
        The plans in force up to the month, its own one among them.
    """
    trips = list_past_trips(province, plans)
    begun = list_begun(trips, plan.month, moment)
    past = settle_month(province, trips, begun, plan.month, moment.day)
    former = {*past.used_trips, *plan.former_trips}
    past = dataclasses.replace(past, first_min=moment.minute, used_trips=tuple(sorted(former)))
    return _describe_rest(province, plan, begun, past)


def _describe_rest(province: Province, plan: Plan, begun: list[PastTrip], past: Past) -> Rest:
    own = tuple(one.trip for one in begun if one.plan.month == plan.month)
    ids = {trip.trip_id for trip in own}
    made = {(task.visit_id, task.site_id) for task in past.tasks if task.is_done}
    planned = tuple(v for v in plan.visits if (v.visit_id, v.receiver_id) not in made)
    known = count_as_done(province, past)
    survey = survey_province(known, plan.month, past=past, named_after=planned)
    work = list_open_work(plan, known)
    visits = survey.list_visits(work.asked, late=list_late(plan, known))
    open_trips = tuple(trip for trip in plan.all_trips if trip.trip_id not in ids)
    return Rest(survey, own, open_trips, planned, work, visits)


def replan_month(
    province: Province,
    plans: tuple[Plan, ...],
    plan: Plan,
    moment: Moment,
    *,
    allow: Allowed = "move",
    seed: int = 0,
    work: float = 1.0,
    tell_first: Callable[[TripPlan], None] = lambda trips: None,
    progress: Progress = ignore_progress,
) -> Plan | None:
    """Return the plan of a month from a moment on; None where nothing changed since it was made.

    Parameters
    ----------
    plans
        The plans in force up to the month, its own one among them.
    tell_first
        Told the first complete answer, before the search goes on.
    """
    rest = find_rest(province, plans, plan, moment)
    if allow != "all" and _is_as_planned(province, plan, rest):
        return None
    problem = announce(rest, province, moment, allow)
    first = plan_trips(problem, seed=seed, work=0.0, start=rest.open_trips, is_draft=True)
    tell_first(first)
    trips = plan_trips(problem, seed=seed, work=work, start=first.trips, progress=progress)
    return _finish(province, plan, rest, problem, trips, moment, allow)


def _is_as_planned(province: Province, plan: Plan, rest: Rest) -> bool:
    """Whether the facts and what is left to do are those that the plan was made for."""
    asked = {visit.visit_id for visit in rest.visits}
    return (
        plan.facts_but_ledger == digest_folder(province)
        and asked == {visit.visit_id for visit in rest.planned}
        and not rest.work.impossible
    )


def announce(rest: Rest, province: Province, moment: Moment, allow: Allowed) -> TripProblem:
    """Return the trips' problem of the rest of a month, with what changes count."""
    problem = rest.survey.pose_trips(rest.visits)
    if allow == "all":
        return problem
    frozen: frozenset[VisitId] = frozenset()
    if allow == "fill":
        kept = recall_trips(problem, build_instance(problem), rest.open_trips).month
        frozen = frozenset(rest.visits[job].visit_id for trip in kept for job in trip.order)
    return announce_trips(problem, rest.open_trips, province, moment.day, frozen=frozen)


def _finish(
    province: Province,
    plan: Plan,
    rest: Rest,
    problem: TripProblem,
    trips: TripPlan,
    moment: Moment,
    allow: Allowed,
) -> Plan:
    survey = rest.survey
    named = name_trips(trips.trips, survey.past.used_trips)
    trips = dataclasses.replace(trips, trips=named)
    deliveries = list_deliveries(survey.province, rest.work.rotation, rest.work.asked, trips)
    new = dataclasses.replace(
        plan,
        facts_digest=digest_facts(province),
        facts_but_ledger=digest_folder(province),
        rotation=rest.work.rotation,
        asked=rest.work.asked,
        visits=rest.visits,
        trips=trips,
        deliveries=deliveries,
        totals=count_totals(rest.visits, trips),
        violations=verify_trips(survey.province, problem, trips),
        has_schematic_roads=province.has_schematic_roads,
        first_day=moment.day,
        first_min=moment.minute,
        standing_trips=rest.begun,
        former_trips=list_former((*rest.begun, *named), survey.past.used_trips),
    )
    shift_min = province.settings.replan.shift_min
    replanned = Replanned(
        day=moment.day,
        minute=moment.minute,
        allow=allow,
        before=count_before(rest),
        changes=list_changes(plan, new, shift_min=shift_min),
        stranded=rest.work.impossible,
    )
    new = dataclasses.replace(new, replanned=replanned)
    places = verify_places(province, new, survey.past)
    return dataclasses.replace(new, violations=(*new.violations, *places))


def count_before(rest: Rest) -> Totals:
    """Return the figures of the trips that were planned for the rest of the month."""
    cost = sum(trip.cost_vnd for trip in rest.open_trips)
    trips = TripPlan(rest.open_trips, (), "", cost, 0.0, 0.0, 0.0, 0, 0.0)
    return count_totals(rest.planned, trips)
