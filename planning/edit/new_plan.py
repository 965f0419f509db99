"""Puts trips that a planner arranged into a plan, with all figures that follow from them."""

import dataclasses
from collections.abc import Iterator

from planning.deliveries import count_totals, list_deliveries
from planning.edit.retime import MonthNumbers, TimedTrip
from planning.placed import WishAnswer
from planning.plan import JointFigures, Plan
from planning.trip_names import list_former, name_trips, tell_work
from planning.wish_answers import answer_wishes
from province.facts import Province
from province.ids import TripId
from province.language import message
from routing.month.balance import price_communes, price_crews
from routing.month.costs import price_wishes
from routing.trips import Trip, TripPlan, Unserved

BY_HAND = "by_hand"
"""The reason code of a visit that the planner took out of its trip."""


def put_trips(
    plan: Plan, province: Province, month: MonthNumbers, timed: tuple[TimedTrip, ...],
    used: tuple[tuple[TripId, str], ...],
) -> Plan:  # fmt: skip
    """Return the plan with other trips; what the rotation decided stays.

    Parameters
    ----------
    used
        Ids that trips of the month had before, as `planning.trip_names.name_trips` takes them.
    """
    known = {*used, *plan.former_trips, *((t.trip_id, tell_work(t)) for t in plan.trips.trips)}
    named = _name(timed, known)
    trips = _measure(plan.trips, month, named)
    return dataclasses.replace(
        plan,
        trips=trips,
        deliveries=list_deliveries(province, plan.rotation, plan.asked, trips),
        totals=count_totals(plan.visits, trips),
        joint=_weigh(plan, province, trips),
        former_trips=list_former((*plan.standing_trips, *named), known),
        violations=(),
        overruled=(),
        replanned=None,
        wishes=_answer_again(plan, province, month, named),
    )


def _answer_again(
    plan: Plan, province: Province, month: MonthNumbers, trips: tuple[Trip, ...]
) -> tuple[WishAnswer, ...]:
    """Return what becomes of wishes for days of events with other trips."""
    asked = {visit.visit_id for visit in plan.visits}
    made = (one for one in plan.wishes if one.visit_id not in asked)
    return *made, *answer_wishes(province, month.problem, trips)


def _name(timed: tuple[TimedTrip, ...], used: set[tuple[TripId, str]]) -> tuple[Trip, ...]:
    """Return the trips by first day and vehicle; those that are new get ids of their own."""
    new = sorted((one.trip for one in timed if not one.is_kept), key=_order)
    kept = (one.trip for one in timed if one.is_kept)
    return tuple(sorted((*kept, *name_trips(tuple(new), used)), key=_order))


def _order(trip: Trip) -> tuple[object, ...]:
    return trip.first_day, trip.vehicle_id, trip.stops[0].day, trip.stops[0].start_min


def _measure(before: TripPlan, month: MonthNumbers, trips: tuple[Trip, ...]) -> TripPlan:
    """Return the trips with their cost and objective; a bound above it holds no longer."""
    problem, instance = month.problem, month.instance
    jobs = {visit.visit_id: number for number, visit in enumerate(problem.visits)}
    crews = {crew.crew_id: number for number, crew in enumerate(problem.crews)}
    served = {
        jobs[stop.visit_id]: problem.days.index(stop.day) for trip in trips for stop in trip.stops
    }
    lost = [job for job in range(len(instance.jobs)) if job not in served]
    days: dict[int, int] = {}
    for trip in trips:
        crew = crews[trip.crew_id]
        days[crew] = days.get(crew, 0) + trip.num_days
    uneven = price_crews(instance.balance, days), price_communes(instance.balance, lost)
    cost_vnd = sum(trip.cost_vnd for trip in trips)
    objective = float(
        cost_vnd
        + price_wishes(instance, served.items())
        + sum(instance.jobs[job].penalty_vnd for job in lost)
        + sum(uneven)
    )
    bound = min(before.bound, objective)
    return dataclasses.replace(
        before,
        trips=trips,
        unserved=tuple(_list_unserved(before, month, lost)),
        status="feasible" if before.status == "optimal" else before.status,
        cost_vnd=cost_vnd,
        objective=objective,
        bound=bound,
        gap=(objective - bound) / objective if objective else 0.0,
        uneven_crews_vnd=uneven[0],
        uneven_communes_vnd=uneven[1],
    )


def _list_unserved(before: TripPlan, month: MonthNumbers, lost: list[int]) -> Iterator[Unserved]:
    """Yield what no trip serves: for the reasons it had, or because the planner took it out."""
    told = {unserved.visit_id: unserved for unserved in before.unserved}
    for job in lost:
        visit_id = month.problem.visits[job].visit_id
        reason = message("the planner took it out of its trip")
        yield told.get(visit_id) or Unserved(visit_id, BY_HAND, reason)


def _weigh(plan: Plan, province: Province, trips: TripPlan) -> JointFigures | None:
    """Return what the plan is worth as a whole once its trips count otherwise."""
    if plan.joint is None:
        return None
    rate = province.settings.rotation.uses_per_million / 1e6
    points = plan.joint.points - rate * (trips.objective - plan.trips.objective)
    return dataclasses.replace(plan.joint, points=round(points, 3))
