"""Visits that may wait for a later month: those that no trip takes along are none of this one."""

import dataclasses

from province.ids import VisitId
from routing.month.announced import price_lost
from routing.month.balance import build_balance, price_communes
from routing.problem import TripProblem
from routing.trips import TripPlan


def drop_waiting(problem: TripProblem, trips: TripPlan) -> tuple[TripProblem, TripPlan]:
    """Return a month without the visits that may wait and that no trip takes along.

    The objective is that of what stays. One that was announced stays, served or not.
    """
    lost = frozenset(unserved.visit_id for unserved in trips.unserved)
    waiting = {
        visit.visit_id: visit
        for visit in problem.visits
        if visit.may_wait and visit.visit_id in lost and visit.visit_id not in problem.announced
    }
    if not waiting:
        return problem, trips
    visits = tuple(visit for visit in problem.visits if visit.visit_id not in waiting)
    unserved = tuple(one for one in trips.unserved if one.visit_id not in waiting)
    rest = dataclasses.replace(problem, visits=visits)
    own_vnd = sum(price_lost(problem, visit) for visit in waiting.values())
    uneven_vnd = _price_uneven(problem, lost) - _price_uneven(problem, lost - waiting.keys())
    most_uneven_vnd = problem.costs.uneven_communes_vnd_per_visit * len(waiting)
    objective = trips.objective - own_vnd - uneven_vnd
    bound = min(objective, max(0.0, trips.bound - own_vnd - most_uneven_vnd))
    bound = objective if trips.bound == trips.objective else bound
    return rest, dataclasses.replace(
        trips,
        unserved=unserved,
        objective=objective,
        bound=bound,
        gap=(objective - bound) / objective if objective else 0.0,
        uneven_communes_vnd=trips.uneven_communes_vnd - uneven_vnd,
    )


def _price_uneven(problem: TripProblem, lost: frozenset[VisitId]) -> int:
    """Return what visits left out beyond a commune's first one count."""
    balance = build_balance(problem)
    return price_communes(balance, (k for k, v in enumerate(problem.visits) if v.visit_id in lost))
