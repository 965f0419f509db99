"""A planner's clean edit is the plan that planning with the same visit pinned makes."""

import dataclasses
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from edited_small import make_base, read_rows, write_rows

from planning.edit.edited_plan import PlanEdit, edit_plan, open_plan
from planning.plan import Plan
from planning.replan.moment import Moment
from planning.replan.replan import replan_month
from province.facts import Province
from province.ids import VisitId
from province.visit_pins import VisitPin
from routing.solver.solve import plan_trips
from routing.trips import Trip

pytestmark = pytest.mark.usefixtures("few_iterations")

FIRST = Moment(date(2026, 12, 1))
CREWS = {"XE1": "D1", "XE2": "D2"}


class Move(NamedTuple):
    """A visit on another day: on a trip of its own, or on one that a vehicle makes that day."""

    visit_id: str
    day: int
    vehicle_id: str


@pytest.fixture(scope="module")
def full(small: Province, tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A plan in which every visit is made that can be, so that there is nothing else to place."""
    return make_base(small, tmp_path_factory.mktemp("base"))


def tell(trips: tuple[Trip, ...]) -> list[object]:
    """Return all that trips say but what they are called."""
    return sorted(
        ((t.vehicle_id, t.crew_id, t.stops, t.nights, t.home, t.cost_vnd) for t in trips), key=repr
    )


def list_lost(plan: Plan) -> set[str]:
    return {one.visit_id for one in plan.trips.unserved}


def try_edits(small: Province, plan: Plan, path: Path, move: Move) -> list[PlanEdit]:
    """Return the clean edits that make a move, at each place of the trip that it joins."""
    rows, day = read_rows(plan, small), date(2026, 12, move.day).isoformat()
    own = [row for row in rows if row["visit_id"] == move.visit_id]
    others = [row for row in rows if row not in own]
    joined = [row for row in others if (row["date"], row["vehicle_id"]) == (day, move.vehicle_id)]
    (row,) = own
    row |= {"date": day, "vehicle_id": move.vehicle_id, "crew_id": CREWS[move.vehicle_id]}
    row |= {"trip_id": joined[0]["trip_id"] if joined else "new", "sequence": "1"}
    opened, found = open_plan(small.folder, small, plan), []
    for place in range(len(joined) + 1):
        order = [*joined[:place], row, *joined[place:]]
        told = [one | {"sequence": str(number)} for number, one in enumerate(order, 1)]
        kept = [one for one in others if one not in joined]
        edit = edit_plan(opened, write_rows(path, [*kept, *told]))
        if not edit.violations and not edit.is_empty:
            found.append(edit)
    return found


def pin(small: Province, move: Move) -> Province:
    day, crew_id = date(2026, 12, move.day), CREWS[move.vehicle_id]
    row = VisitPin(
        "P1", VisitId(move.visit_id), None, None, day, move.vehicle_id, crew_id, None, None, ""
    )
    return dataclasses.replace(small, pins=(*small.pins, row))


MOVES = [
    Move("TV2-X", 10, "XE2"), Move("TV2-X", 11, "XE1"), Move("TV1-S1", 11, "XE1"),
    Move("TV1-S1", 18, "XE1"), Move("TV4-X", 10, "XE2"), Move("TV4-X", 11, "XE2"),
]  # fmt: skip


def list_moves(plan: Plan) -> list[Move]:
    """Return moves to new trips, and one of each visit to every other trip that stands."""
    joins = [
        Move(stop.visit_id, trip.first_day.day, trip.vehicle_id)
        for own, stop in plan.trips.stops()
        for trip in plan.trips.trips
        if trip is not own
    ]
    return [*MOVES, *joins]


def test_a_clean_edit_is_what_replan_makes_of_the_pin(
    small: Province, full: Plan, tmp_path: Path
) -> None:
    joined = alone = 0
    for move in list_moves(full):
        edits = try_edits(small, full, tmp_path / "t.csv", move)
        if not edits:
            continue
        new = replan_month(pin(small, move), (full,), full, FIRST, allow="fill", has_fixes=False)
        assert new is not None
        assert new.violations == ()
        same = [one.plan for one in edits if tell(one.plan.trips.trips) == tell(new.trips.trips)]
        assert len(same) == 1, move  # of several places on a trip, one that shifts others least
        assert list_lost(new) == list_lost(same[0])
        assert new.replanned is not None
        if {change.visit_id for change in new.replanned.changes} == {move.visit_id}:
            assert new.trips.objective == same[0].trips.objective
            alone += 1
        joined += len(new.trips.trips) < len(full.trips.trips)
    assert joined >= 1
    assert alone >= 3


def test_a_clean_edit_is_what_the_engine_makes_of_pins_for_all(
    small: Province, full: Plan, tmp_path: Path
) -> None:
    compared = 0
    for move in MOVES:
        for edit in try_edits(small, full, tmp_path / "t.csv", move):
            stops = edit.plan.trips.stop_by_visit
            rows = tuple(
                VisitPin(f"P{k}", name, None, None, stop.day, trip.vehicle_id, trip.crew_id, None,
                         None, "")
                for k, (name, (trip, stop)) in enumerate(sorted(stops.items()))
            )  # fmt: skip
            facts = dataclasses.replace(small, pins=rows)
            survey = open_plan(small.folder, facts, full).survey
            problem = survey.pose_trips(survey.list_visits(full.asked))
            pinned = tuple(visit for visit in problem.visits if visit.visit_id in stops)
            assert all(visit.pin and visit.pin.day for visit in pinned)
            trips = plan_trips(problem, work=0.0, is_draft=True)
            assert tell(trips.trips) == tell(edit.plan.trips.trips), move
            assert trips.objective == edit.plan.trips.objective
            compared += 1
    assert compared >= 3
