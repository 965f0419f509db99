"""The trips that papers are handed out for: those to come, and what is left of those rerouted."""

import dataclasses
from collections.abc import Iterator

from planning.plan import Plan
from routing.trips import Stop, Trip


def list_paper_trips(plan: Plan) -> tuple[Trip, ...]:
    """Return the trips of a plan that crews get papers for: its own and those rerouted.

    Papers of the other trips that had begun were handed out before. Of a trip that goes on
    otherwise there is what was still to come (`cut_trip`).
    """
    rerouted = (trip for trip in plan.standing_trips if is_rest(plan, trip))
    return (*(cut_trip(trip, plan) for trip in rerouted), *plan.trips.trips)


def is_rest(plan: Plan, trip: Trip) -> bool:
    """Whether a trip is what is left of one that was rerouted: it sets out on the road, loaded."""
    return plan.replanned is not None and trip.trip_id in plan.replanned.rerouted


def cut_trip(trip: Trip, plan: Plan) -> Trip:
    """Return what was still to come of a trip at the moment from which its month was replanned.

    It begins where the vehicle was; its stops keep their numbers, and its loads are what was on
    board.
    """
    today = plan.first_day or trip.first_day
    on_board = {parcel.content_id: parcel for parcel in trip.loads}
    for stop in trip.stops:
        if plan.is_before(stop.day, stop.start_min):
            for parcel in stop.leaves:
                on_board.pop(parcel.content_id, None)
            on_board |= {parcel.content_id: parcel for parcel in stop.takes}
    rest = dataclasses.replace(
        trip,
        first_day=max(trip.first_day, today),
        stops=tuple(s for s in trip.stops if not plan.is_before(s.day, s.start_min)),
        nights=tuple(night for night in trip.nights if night.day >= today),
        loads=tuple(on_board.values()),
    )
    legs = [leg for _, leg in rest.legs()]
    return dataclasses.replace(
        rest,
        length_m=sum(leg.length_m for leg in legs),
        drive_min=sum(leg.drive_min for leg in legs),
    )


def list_stops_ahead(plan: Plan) -> Iterator[tuple[Trip, Stop]]:
    """Yield the stops that papers are handed out for, each with its trip."""
    return ((trip, stop) for trip in list_paper_trips(plan) for stop in trip.stops)
