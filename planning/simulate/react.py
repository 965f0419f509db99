"""Plans the rest of a month again in the midst of a run: quickly, unchecked, nothing written."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from planning.plan import Plan
from planning.replan.moment import Moment
from planning.replan.pose_rest import announce
from planning.replan.replan import take_up
from planning.replan.rest import find_rest
from planning.replan.under_way import is_home
from planning.simulate.events import Event, touches
from planning.simulate.spread import Deviations
from planning.survey import Survey, survey_province
from province.dates import DateSpan
from province.errors import InfeasibleError
from province.facts import Province
from province.roads import Closure
from routing.solver.solve import plan_trips
from routing.trips import Trip

WORK = 0.01
"""Effort of the search after something happened: a hundredth of that of `replan`."""

MOST_SURVEYS = 3
"""States of the roads that are kept measured, the one without any event among them."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is lived: a plan of a month, and the facts as they were when it was made.

    Parameters
    ----------
    start
        The moment from which the plan decides.
    earlier
        The plans in force of earlier months.
    """

    province: Province
    plan: Plan
    earlier: tuple[Plan, ...]
    start: Moment
    deviations: Deviations


class Reactor:
    """Plans what is left of a month again; roads are measured once for each state of theirs."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._surveys: dict[tuple[Closure, ...], Survey] = {}

    def react(self, province: Province, plan: Plan, moment: Moment) -> Plan:
        """Return a plan as it goes on after what the facts say now.

        Raises
        ------
        InfeasibleError
            If a trip under way cannot come home by the end of the month after.
        """
        plans = (*self._given.earlier, plan)
        roads_of = self._survey(province, plan)
        rest = find_rest(province, plans, plan, moment, roads_of=roads_of)
        trips = plan_trips(
            announce(rest, province, moment, "move"),
            seed=plan.seed, work=WORK, start=rest.open_trips, is_draft=True, lists_all=False,
        )  # fmt: skip
        if trips.status == "interrupted":
            raise KeyboardInterrupt  # a month that is half planned is no month that was lived
        return take_up(plan, rest, trips, moment)

    def _survey(self, province: Province, plan: Plan) -> Survey:
        key = province.closures
        if key not in self._surveys:
            if len(self._surveys) >= MOST_SURVEYS:
                undisturbed = self._given.province.closures
                self._surveys.pop(next(one for one in self._surveys if one != undisturbed))
            self._surveys[key] = survey_province(province, plan.month)
        return self._surveys[key]


def react_at_all(
    reactor: Reactor, province: Province, plan: Plan, moment: Moment, events: Iterable[Event]
) -> tuple[Province, Plan]:
    """Return the facts and the plan as it goes on; who cannot come home stays where they are."""
    try:
        return province, reactor.react(province, plan, moment)
    except InfeasibleError:
        province, plan = _strand(province, plan, moment, tuple(events))
    try:
        return province, reactor.react(province, plan, moment)
    except InfeasibleError:
        return province, plan


def _strand(
    province: Province, plan: Plan, moment: Moment, events: tuple[Event, ...]
) -> tuple[Province, Plan]:
    """Return facts and plan where trips under way end at a moment that cannot go on.

    Their vehicles and crews are away as long as what stopped them lasts.
    """
    stuck = {
        trip.trip_id: max(event.last_day for event in events if touches(event, trip))
        for trip in plan.all_trips
        if moment.is_after_departure(trip)
        and not is_home(trip, moment)
        and any(touches(event, trip) for event in events)
    }
    for trip in plan.all_trips:
        if trip.trip_id not in stuck:
            continue
        span = DateSpan(moment.day, stuck[trip.trip_id])
        province = dataclasses.replace(
            province,
            vehicles=tuple(
                dataclasses.replace(one, unavailable=(*one.unavailable, span))
                if one.vehicle_id == trip.vehicle_id else one
                for one in province.vehicles
            ),
            crews=tuple(
                dataclasses.replace(one, days_off=(*one.days_off, span))
                if one.crew_id == trip.crew_id else one
                for one in province.crews
            ),
        )  # fmt: skip

    def end(trips: tuple[Trip, ...]) -> tuple[Trip, ...]:
        return tuple(_end(one, moment) if one.trip_id in stuck else one for one in trips)

    standing, open_trips = end(plan.standing_trips), end(plan.trips.trips)
    trips = dataclasses.replace(plan.trips, trips=open_trips)
    return province, dataclasses.replace(plan, standing_trips=standing, trips=trips)


def _end(trip: Trip, moment: Moment) -> Trip:
    """Return a trip that counts as over at a moment, with the stops that had begun."""
    home = dataclasses.replace(
        trip.home, from_site=trip.depot_id, segments=(), leave_min=moment.minute,
        arrive_min=moment.minute, drive_min=0, buffer_min=0, wait_min=0, length_m=0, pauses=(),
    )  # fmt: skip
    return dataclasses.replace(
        trip,
        stops=tuple(stop for stop in trip.stops if moment.is_after_start(stop)),
        nights=tuple(night for night in trip.nights if night.day < moment.day),
        home=home,
        last_day=moment.day,
    )
