"""Takes a table of stops that a planner changed: the new plan, what it breaks and what it costs."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from planning.edit.arrangement import Begun, WantedTrip, arrange_as_planned, arrange_trips
from planning.edit.new_plan import put_trips
from planning.edit.retime import TimedTrip, number_month, time_trips
from planning.edit.stop_table import read_stops
from planning.joint.month import survey_after
from planning.past.read import read_past, read_past_of
from planning.plan import Plan
from planning.plan_facts import has_changed, refuse_missing, refuse_strange_names
from planning.survey import Survey
from planning.verify_lockdown import verify_lockdown
from planning.verify_places import verify_places
from province.errors import InputError
from province.facts import Province
from province.findings import Findings
from province.ids import TripId, VisitId
from province.past import Past
from province.violations import Violation
from routing.checks.verify import verify_trips
from routing.problem import TripProblem
from routing.trips import Trip, TripPlan


@dataclass(frozen=True, slots=True)
class TripChange:
    """A trip before and after; None: there is none.

    `named` is what the table calls it, or the plan where the table has it no more.
    """

    named: str
    before: Trip | None
    after: Trip | None


@dataclass(frozen=True, slots=True)
class PlanEdit:
    """What a planner's table makes of a plan.

    Parameters
    ----------
    before, plan
        The plan as it stood and as the table has it.
    changes
        The trips that are not as they were.
    violations
        Every rule that the new plan breaks.
    lost, gained
        Visits that are served no more, and those that are served now.
    locked
        Visits that the table has on a trip to come, and says that they must stay so; but for
        those that a pin to their day keeps there.
    """

    before: Plan
    plan: Plan
    changes: tuple[TripChange, ...]
    violations: tuple[Violation, ...]
    lost: tuple[VisitId, ...]
    gained: tuple[VisitId, ...]
    locked: tuple[VisitId, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the table says what the plan says already."""
        return not self.changes

    @property
    def overruled_plan(self) -> Plan:
        """The new plan, marked as breaking what it breaks."""
        return dataclasses.replace(self.plan, overruled=self.violations)


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit begins from.

    Parameters
    ----------
    survey
        What travelling says, what was settled before the plan counted as done.
    past
        That which was settled; `recorded` is what is settled now.
    """

    facts: Province
    plan: Plan
    survey: Survey
    past: Past
    recorded: Past


def open_plan(folder: Path, facts: Province, plan: Plan) -> Edited:
    """Return a plan with all that an edit of it must know.

    Raises
    ------
    InputError
        If the plan names what the facts do not know any more.
    """
    refuse_strange_names(plan, facts)
    past = dataclasses.replace(read_past_of(folder, facts, plan), first_min=plan.first_min)
    recorded = read_past(folder, facts, plan.month)
    survey = survey_after(facts, plan.month, past)
    villages = (visit.village_id for visit in plan.visits if visit.village_id)
    refuse_missing(("libraries.csv", v) for v in villages if v not in survey.last_miles)
    return Edited(facts, plan, survey, past, recorded)


def edit_plan(edited: Edited, file: Path) -> PlanEdit:
    """Return what a table makes of a plan; nothing is written.

    Raises
    ------
    InputError
        With every fault of the table, and every stop that no road leads to.
    """
    plan, province = edited.plan, edited.survey.province
    findings = Findings()
    since = [day for day in (plan.first_day, edited.recorded.first_day) if day is not None]
    standing = {trip.trip_id for trip in plan.standing_trips}
    begun = Begun(edited.recorded.standing | standing, max(since, default=None))
    rows = read_stops(file, plan.month, findings)
    wanted = arrange_trips(rows, plan, province, begun, findings, file.name)
    if findings.faults:
        raise InputError(findings.faults)
    problem = edited.survey.pose_trips(plan.visits)
    month = number_month(problem)
    timed = time_trips(
        month, plan, wanted, findings, file.name, has_changed=has_changed(plan, edited.facts)
    )
    if findings.faults:
        raise InputError(findings.faults)
    new = put_trips(plan, province, month, timed, edited.recorded.used_trips)
    before = _verify_begun(province, problem, new.trips, begun)
    broken = (
        *(one for one in verify_trips(province, problem, new.trips) if one not in before),
        *verify_places(edited.facts, new, edited.past),
        *verify_lockdown(edited.facts, new, edited.past),
    )
    edit = _compare(plan, new, timed, broken)
    locked = {row.visit_id for row in rows if row.is_locked and row.trip_id not in begun.trips}
    return dataclasses.replace(edit, locked=tuple(_list_locked(new, locked)))


def _list_locked(plan: Plan, locked: set[str]) -> Iterator[VisitId]:
    """Yield the visits that must stay where they are, but for those that a pin keeps there."""
    pins = {visit.visit_id: visit.pin for visit in plan.visits}
    for visit_id, (trip, stop) in sorted(plan.trips.stop_by_visit.items()):
        pin = pins.get(visit_id)
        place = stop.day, trip.vehicle_id, trip.crew_id
        is_kept = pin is not None and pin.day is not None and pin.holds_for(*place)
        if visit_id in locked and not is_kept:
            yield visit_id


def _verify_begun(
    province: Province, problem: TripProblem, trips: TripPlan, begun: Begun
) -> tuple[Violation, ...]:
    """Return what trips that have begun break by themselves: facts that changed since they did."""
    own = tuple(trip for trip in trips.trips if trip.trip_id in begun.trips)
    return verify_trips(province, problem, dataclasses.replace(trips, trips=own)) if own else ()


def _compare(
    plan: Plan, new: Plan, timed: tuple[TimedTrip, ...], broken: tuple[Violation, ...]
) -> PlanEdit:
    before, after = set(plan.trips.stop_by_visit), set(new.trips.stop_by_visit)
    return PlanEdit(
        plan,
        new,
        tuple(_list_changes(plan, new, timed)),
        broken,
        tuple(sorted(before - after)),
        tuple(sorted(after - before)),
    )


def _list_changes(plan: Plan, new: Plan, timed: tuple[TimedTrip, ...]) -> list[TripChange]:
    """Return the trips that are not as they were, each beside the one that it comes from.

    That is the one of its name in the table; else, of those that are no more, the one with most of
    its visits.
    """
    kept = {one.trip.trip_id for one in timed if one.is_kept}
    gone = {trip.trip_id: trip for trip in plan.trips.trips if trip.trip_id not in kept}
    finished = {arrange_as_planned(trip).work: trip for trip in new.trips.trips}
    own = [one.wanted for one in timed if not one.is_kept]
    changes = []
    for wanted in sorted(own, key=lambda one: (one.trip_id not in gone, one.trip_id)):
        before = gone.pop(wanted.trip_id, None) or _take_most_alike(wanted, gone)
        changes.append(TripChange(wanted.trip_id, before, finished[wanted.work]))
    changes += [TripChange(trip_id, trip, None) for trip_id, trip in gone.items()]
    return sorted(changes, key=lambda change: change.named)


def _take_most_alike(wanted: WantedTrip, gone: dict[TripId, Trip]) -> Trip | None:
    visits = {visit_id for visit_id, _ in wanted.stops}
    shared = {
        trip_id: sum(stop.visit_id in visits for stop in trip.stops)
        for trip_id, trip in gone.items()
    }
    most = max(shared, key=lambda trip_id: (shared[trip_id], trip_id), default=None)
    return gone.pop(most) if most is not None and shared[most] else None
