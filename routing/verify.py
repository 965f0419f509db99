"""Re-checks a month of trips against the facts alone, without the solver."""

from collections.abc import Callable, Iterator

from province.facts import Province
from province.language import Message, message
from province.violations import Violation
from roads.travel import Roads
from routing.checks.last_mile import check_rides
from routing.checks.loads import check_chains, check_loads
from routing.checks.people import check_crews, check_fleet, check_weeks
from routing.checks.roads import check_legs
from routing.checks.times import check_times
from routing.checks.visits import check_costs, check_gaps, check_visits
from routing.problem import TripProblem
from routing.rules import RULES
from routing.trips import Trip, TripPlan

Found = Iterator[tuple[str, str, Message]]
TRIP_CHECKS: tuple[Callable[[TripProblem, Trip], Found], ...] = (
    check_times,
    check_crews,
    check_loads,
    check_rides,
)
MONTH_CHECKS: tuple[Callable[[TripProblem, TripPlan], Found], ...] = (
    check_visits,
    check_gaps,
    check_fleet,
    check_weeks,
    check_chains,
    check_costs,
)


def verify_trips(
    province: Province, roads: Roads, problem: TripProblem, plan: TripPlan
) -> tuple[Violation, ...]:
    """Return every rule that a month of trips breaks, in the order of the trips; empty is good.

    Minutes and metres are added up from the listed segments with the speed table and the closures
    of the date. Nothing that the solver computed is believed.
    """
    found = [
        *(item for trip in plan.trips for item in check_legs(province, roads, problem, trip)),
        *verify_decisions(problem, plan),
    ]
    unique = dict.fromkeys(found)
    return tuple(_violation(*item) for item in unique)


def verify_decisions(problem: TripProblem, plan: TripPlan) -> Found:
    """Yield the broken rules that need no roads to be seen."""
    for trip in plan.trips:
        for check in TRIP_CHECKS:
            yield from check(problem, trip)
    for check_month in MONTH_CHECKS:
        yield from check_month(problem, plan)


def _violation(rule: str, where: str, what: Message) -> Violation:
    return Violation(rule, where, message("{rule}: {what}", rule=RULES[rule], what=what))
