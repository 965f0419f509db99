"""Re-checks a month of trips against the facts alone, without the solver."""

from province.facts import Province
from province.language import message
from province.violations import Violation
from routing.checks.case import Found, TripCase
from routing.checks.rules import RULES
from routing.problem import TripProblem
from routing.trips import TripPlan


def verify_trips(province: Province, problem: TripProblem, plan: TripPlan) -> tuple[Violation, ...]:
    """Return every rule that a month of trips breaks, in the order of `RULES`; empty is good.

    Minutes and metres are added up from the listed segments with the speed table and the closures
    of the date. Nothing that the solver computed is believed.
    """
    return tuple(
        Violation(rule, where, message("{rule}: {what}", rule=RULES[rule].sentence, what=what))
        for rule, where, what in dict.fromkeys(_run(TripCase(problem, plan, province)))
    )


def verify_decisions(problem: TripProblem, plan: TripPlan) -> Found:
    """Yield the broken rules that need no roads to be seen."""
    return _run(TripCase(problem, plan))


def _run(case: TripCase) -> Found:
    """Yield what the checks of the rules find, each check run once."""
    checks = dict.fromkeys(check for rule in RULES.values() for check in rule.checks)
    for check in checks:
        yield from check(case)
