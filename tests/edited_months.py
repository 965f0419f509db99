"""Edits of small months made in memory: trips as a planner writes them, what they break."""

import dataclasses
from datetime import timedelta
from typing import Any

from plan_fixture import MONTH
from routing_months import MONDAY

from planning.edit.arrangement import WantedTrip
from planning.edit.edit_costs import list_amounts
from planning.edit.new_plan import put_trips
from planning.edit.retime import number_month, time_trips
from planning.plan import PLAN_FORMAT, Plan, Totals
from province.facts import Province
from province.findings import Findings
from rotation.problem import RotationPlan
from routing.checks.verify import verify_decisions
from routing.problem import TripProblem
from routing.trips import TripPlan


def want(*rows: str) -> tuple[WantedTrip, ...]:
    """Return trips of rows like ``T1 B1 C1 A-X@0 B-X@1``: id, vehicle, crew, visits with days."""
    return tuple(_want_one(number, *row.split()) for number, row in enumerate(rows))


def _want_one(number: int, trip_id: Any, vehicle_id: Any, crew_id: Any, *stops: str) -> WantedTrip:
    pairs = [stop.rsplit("@", 1) for stop in stops]
    days = tuple((visit, MONDAY + timedelta(days=int(day))) for visit, day in pairs)
    lines = tuple(2 + 10 * number + k for k in range(len(stops)))
    return WantedTrip(trip_id, vehicle_id, crew_id, days, lines)


def make_empty_plan(problem: TripProblem) -> Plan:
    """Return a plan of a month in which nobody is visited yet."""
    rotation = RotationPlan(
        (MONTH,), (), (), "feasible", 0.0, 0.0, 0.0, 1, 1.0, 0.0, (("uses", 0.0),), ()
    )
    trips = TripPlan((), (), "feasible", 0, 0.0, 0.0, 0.0, 1, 1.0)
    return Plan(
        PLAN_FORMAT, "90", "Mường Nhỏ", MONTH, "0" * 64, 1, 1.0, rotation, (), problem.visits,
        trips, (), Totals(0, 0, 0, 0, 0, 0.0, 0.0, 0, 0, 0), (), has_schematic_roads=False,
    )  # fmt: skip


def edit_month(problem: TripProblem, plan: Plan, province: Province, *rows: str) -> Plan:
    """Return the plan as the rows have it; the province says only what the month does not."""
    month, findings = number_month(problem), Findings()
    timed = time_trips(month, plan, want(*rows), findings, "trips.csv", has_changed=False)
    assert findings.items == []
    return put_trips(plan, province, month, timed, ())


def list_broken(problem: TripProblem, plan: Plan) -> list[tuple[str, dict[str, float]]]:
    """Return the rules that are broken, each with the amount."""
    found = dict.fromkeys(verify_decisions(problem, plan.trips))
    return [(rule, list_amounts(detail)) for rule, _, detail in found]


def change(problem: TripProblem, **changes: Any) -> TripProblem:
    """Return the problem with other facts; those that are no part of it are settings of trips."""
    parts = {field.name for field in dataclasses.fields(problem)}
    rules = {name: value for name, value in changes.items() if name not in parts}
    own = {name: value for name, value in changes.items() if name in parts}
    return dataclasses.replace(problem, rules=problem.rules.model_copy(update=rules), **own)
