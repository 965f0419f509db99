"""A small month planned again without any optimiser, so that every kind of change is in it.

Two trips of two stops, each on a day of its own. From 2 December on the first goes on an hour
later; the second sets out two days later with another crew, and its last visit is lost.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from plan_fixture import add_rides, make_plan

from exports.write import DOCUMENTS, Document, write_documents
from planning.appointments import follow_plan
from planning.deliveries import count_totals
from planning.placed import Placed, Slot
from planning.plan import Plan, Replanned
from planning.replan.changes import list_changes
from planning.replan.replan import count_part
from province.facts import Province
from province.ids import TripId
from province.language import Language, message
from routing.trips import Leg, Stop, Trip, Unserved

FROM = date(2026, 12, 2)
WHY = "sạt lở đèo"


def make_before(province: Province) -> Plan:
    """Return the plan that is replanned: T01 on 1 and 2 December, T02 on 3 and 4."""
    plan = make_plan(province, stops_per_day=1)
    return replace(plan, totals=count_totals(plan.visits, plan.trips))


def make_replanned(province: Province) -> Plan:
    """Return the plan of the month from 2 December on."""
    before = make_before(province)
    first, second = before.trips.trips
    rerouted = _delay(first)
    later = _move(second, province)
    lost = second.stops[-1].visit_id
    missed = Unserved(
        lost, "road_closed", message("the road to {site} is shut until {day}", site=lost,
                                     day="2026-12-31"),
        message("use vehicle {vehicle} instead", vehicle=province.vehicles[-1].vehicle_id), 700_000,
    )  # fmt: skip
    trips = replace(
        before.trips, trips=(later,), unserved=(missed, *before.trips.unserved),
        cost_vnd=later.cost_vnd,
    )  # fmt: skip
    begun = {stop.visit_id for stop in first.stops}
    visits = tuple(visit for visit in before.visits if visit.visit_id not in begun)
    new = replace(
        before, visits=visits, trips=trips, totals=count_totals(visits, trips),
        deliveries=tuple(
            replace(one, trip_id=later.trip_id, day=later.first_day)
            for one in before.deliveries
            if one.to_site == later.stops[0].site_id
        ),
        first_day=FROM, first_min=0, standing_trips=(rerouted,),
    )  # fmt: skip
    changes = tuple(
        replace(change, slots=(Slot(_at(second, date(2026, 12, 9)), 5, ()),))
        if change.visit_id == lost
        else change
        for change in list_changes(before, new, shift_min=30)
    )
    told = Replanned(
        day=FROM, minute=0, allow="move", before=count_part(len(visits), before.trips.trips),
        after=count_part(len(visits), (rerouted, *trips.trips)), changes=changes,
        rerouted=(rerouted.trip_id,), why=WHY,
    )  # fmt: skip
    return follow_plan(replace(new, replanned=told), before)


def _at(trip: Trip, day: date) -> Placed:
    return Placed(TripId(""), trip.vehicle_id, trip.crew_id, day, 585)


def _delay(trip: Trip) -> Trip:
    """Return a trip whose second day begins an hour later."""

    def shift(stop: Stop) -> Stop:
        return replace(
            stop, leg=_shift_leg(stop.leg), start_min=stop.start_min + 60,
            depart_min=stop.depart_min + 60,
        )  # fmt: skip

    stops = tuple(shift(stop) if stop.day >= FROM else stop for stop in trip.stops)
    return replace(trip, stops=stops, home=_shift_leg(trip.home))


def _shift_leg(leg: Leg) -> Leg:
    return replace(leg, leave_min=leg.leave_min + 60, arrive_min=leg.arrive_min + 60)


def _move(trip: Trip, province: Province) -> Trip:
    """Return a trip two days later, with another crew and without its last stop."""
    by = timedelta(days=2)
    crew = next(crew for crew in province.crews if crew.crew_id != trip.crew_id)
    home = replace(trip.home, from_site=trip.stops[0].site_id)
    return replace(
        trip, crew_id=crew.crew_id, first_day=trip.first_day + by, last_day=trip.first_day + by,
        stops=tuple(replace(stop, day=stop.day + by) for stop in trip.stops[:-1]), nights=(),
        home=home, trip_id=TripId("T02-2"),
    )  # fmt: skip


def plan_for(document: Document, province: Province) -> Plan:
    """Return a plan that has something for a document: rides, or changes."""
    if document.tells_changes:
        return make_replanned(province)
    return add_rides(make_plan(province), province)


def write_papers(
    province: Province, folder: Path, names: Iterable[str], language: Language
) -> None:
    """Write documents by name, those of changes from the month planned again."""
    chosen = [document for document in DOCUMENTS if document.name in set(names)]
    for tells_changes, plan in (
        (False, add_rides(make_plan(province), province)),
        (True, make_replanned(province)),
    ):
        only = tuple(one.name for one in chosen if one.tells_changes == tells_changes)
        write_documents(plan, province, folder, language=language, only=only, overwrite=True)
