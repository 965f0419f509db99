"""Poses the trips of what is left of a month, with what changes of what was announced count."""

import dataclasses
from typing import Literal

from planning.announced import announce_trips
from planning.replan.moment import Moment
from planning.replan.rest import Rest
from planning.withheld import limit_delays
from province.facts import Province
from province.ids import VisitId
from province.visits import Pin, Visit
from routing.month.instance import build_instance
from routing.month.roster import Roster
from routing.month.schedule import keeps_links
from routing.problem import TripProblem
from routing.solver.warm_start import recall_trips
from routing.trips import Trip

Allowed = Literal["fill", "move", "all"]
"""What may change: only what is lost is placed; other visits too, where that pays; anything."""


def announce(rest: Rest, province: Province, moment: Moment, allow: Allowed) -> TripProblem:
    """Return the trips' problem of the rest of a month, with what changes count.

    With `fill` what can stay is held on its day, with its vehicle and crew.
    """
    problem = rest.survey.pose_trips(rest.visits)
    problem = limit_delays(problem, province, rest.survey.month, rest.open_trips, moment.day)
    if allow == "all":
        return problem
    frozen: frozenset[VisitId] = frozenset()
    if allow == "fill":
        held = dataclasses.replace(problem, visits=_hold(problem.visits, rest.open_trips))
        frozen = _list_kept(held, rest.open_trips)
        visits = tuple(
            one if one.visit_id in frozen else asked
            for one, asked in zip(held.visits, problem.visits, strict=True)
        )
        problem = dataclasses.replace(problem, visits=visits)
    return announce_trips(problem, rest.open_trips, province, moment.day, frozen=frozen)


def _hold(visits: tuple[Visit, ...], trips: tuple[Trip, ...]) -> tuple[Visit, ...]:
    """Return visits fixed to where some trips make them, but for those pinned elsewhere."""
    places = {
        stop.visit_id: (stop.day, trip.vehicle_id, trip.crew_id)
        for trip in trips
        for stop in trip.stops
    }

    def hold(visit: Visit) -> Visit:
        place, pin = places.get(visit.visit_id), visit.pin or Pin()
        if place is None or not pin.holds_for(*place):
            return visit
        return dataclasses.replace(visit, pin=Pin(*place, pin_ids=pin.pin_ids))

    return tuple(hold(visit) for visit in visits)


def _list_kept(held: TripProblem, trips: tuple[Trip, ...]) -> frozenset[VisitId]:
    """Return the visits that can stay, but for those that wait for one that cannot."""
    instance = build_instance(held)
    roster = Roster(instance, recall_trips(held, instance, trips, may_wait=True).month)
    return frozenset(
        held.visits[job].visit_id
        for trip in roster.trips.values()
        for job in trip.order
        if not instance.partners[job] or keeps_links(instance, roster.places, trip)
    )
