"""The whole month of a plan that was made in its midst: what trips begun before do, and its own."""

import dataclasses
from collections.abc import Iterable
from datetime import date

from planning.deliveries import count_totals, list_deliveries
from planning.past.read import PastTrip, list_past_trips
from planning.plan import Delivery, Plan
from province.dates import Month
from province.facts import Province
from province.ids import TripId
from province.results import Outcome, identify_result
from province.visits import Movement, Visit
from routing.trips import Stop, Trip, TripPlan


def show_whole_month(plan: Plan, province: Province) -> Plan:
    """Return a plan for documents that tell the month: trips that had begun are among its own.

    So are their visits, made from their stops, their deliveries and their figures. A stop of which
    nothing was done keeps its place on the way, without a task. Trips that were called off stay
    out, and so do, but for their figures, those whose roads or batches the facts do not know any
    more: they alone are left in `standing_trips`.
    """
    if not plan.standing_trips:
        return plan
    standing = {trip.trip_id for trip in plan.standing_trips}
    known = [one for one in list_past_trips(province, [plan]) if one.trip.trip_id in standing]
    ran = tuple(_keep_made(one) for one in known if not one.is_cancelled)
    begun = tuple(trip for trip in ran if is_known(trip, province))
    shown = {trip.trip_id for trip in begun}
    trips = dataclasses.replace(
        plan.trips,
        trips=(*begun, *plan.trips.trips),
        cost_vnd=plan.trips.cost_vnd + sum(trip.cost_vnd for trip in ran),
    )
    moves = tuple(list_moves(begun, plan.month))
    carried = {(move.batch_id, move.to_site) for move in moves}
    later = (
        move
        for move in plan.rotation.movements
        if move.month != plan.month or (move.batch_id, move.to_site) not in carried
    )
    made = tuple(make_visit(stop) for trip in ran for stop in trip.stops if stop.tasks)
    own = {visit.visit_id for visit in plan.visits}
    return dataclasses.replace(
        plan,
        standing_trips=tuple(t for t in plan.standing_trips if t.trip_id not in shown),
        trips=trips,
        visits=(*(visit for visit in made if visit.visit_id not in own), *plan.visits),
        rotation=dataclasses.replace(plan.rotation, movements=(*moves, *later)),
        asked=(*moves, *plan.asked),
        deliveries=_join_deliveries(plan, province, moves, trips, shown),
        totals=count_totals(
            (*made, *plan.visits),
            dataclasses.replace(trips, trips=(*map(_leave_out_idle, ran), *plan.trips.trips)),
        ),
    )


def _keep_made(past: PastTrip) -> Trip:
    """Return a trip as it ran: where nothing was done, its stop has no task any more."""
    idle = {stop.sequence for stop in past.trip.stops} - {
        row.sequence
        for row in past.rows
        if (key := identify_result(row)) not in past.told.tasks
        or (key in past.told.standing and past.told.standing[key].outcome is not Outcome.NOT_DONE)
    }
    stops = tuple(
        dataclasses.replace(stop, tasks=(), leaves=(), takes=(), village_id=None, rides=())
        if stop.sequence in idle
        else stop
        for stop in past.trip.stops
    )
    return dataclasses.replace(past.trip, stops=stops)


def _leave_out_idle(trip: Trip) -> Trip:
    return dataclasses.replace(trip, stops=tuple(stop for stop in trip.stops if stop.tasks))


def is_known(trip: Trip, province: Province) -> bool:
    """Whether the facts know the roads, places and batches of a trip, so that it can be drawn."""
    parcels = [p for stop in trip.stops for p in (*stop.leaves, *stop.takes)]
    legs = [*(leg for _, leg in trip.legs()), *(ride.leg for _, ride in trip.rides())]
    sites = {site for leg in legs for site in (leg.from_site, leg.to_site)}
    sites |= {site for parcel in parcels for site in (parcel.from_site, parcel.to_site)}
    roads = {segment_id for leg in legs for segment_id, _ in leg.segments}
    batches = {parcel.batch_id for parcel in parcels if parcel.batch_id}
    return (
        roads <= province.segment_by_id.keys()
        and sites <= province.site_by_id.keys()
        and batches <= province.batch_by_id.keys()
    )


def make_visit(stop: Stop) -> Visit:
    """Return what a stop served, as far as the stop tells."""
    return Visit(
        visit_id=stop.visit_id,
        site_id=stop.site_id,
        tasks=stop.tasks,
        service_min=stop.depart_min - stop.start_min,
        leaves=stop.leaves,
        takes=stop.takes,
        windows=(),
        crew_min=1,
        needs_session_vehicle=False,
        priority=1,
        village_id=stop.village_id,
    )


def list_moves(trips: Iterable[Trip], month: Month) -> Iterable[Movement]:
    """Return the movements of batches that trips of a month carry, each once."""
    moves = (
        Movement(parcel.batch_id, month, parcel.from_site, parcel.to_site)
        for trip in trips
        for stop in trip.stops
        for parcel in (*stop.leaves, *stop.takes)
        if parcel.batch_id
    )
    return dict.fromkeys(moves)


def _join_deliveries(
    plan: Plan,
    province: Province,
    moves: tuple[Movement, ...],
    trips: TripPlan,
    begun: set[TripId],
) -> tuple[Delivery, ...]:
    """Return the deliveries of trips begun, then those of the plan, in the order of all."""
    listed = list_deliveries(province, plan.rotation, moves, trips)
    joined = [*(one for one in listed if one.trip_id in begun), *plan.deliveries]
    return tuple(
        sorted(joined, key=lambda d: (d.day or date.max, d.batch_id, d.from_site, d.to_site))
    )
