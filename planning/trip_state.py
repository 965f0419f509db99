"""How far the trips of a month had come when what is left of it was planned."""

from enum import StrEnum

from planning.plan import Plan
from province.ids import TripId
from routing.trips import Trip


class TripState(StrEnum):
    """How far a trip had come when the month was planned."""

    DONE = "done"
    UNDER_WAY = "under-way"
    AHEAD = "ahead"


def tell_state(plan: Plan, trip: Trip) -> TripState:
    """Return how far a trip of the month had come when what is left of it was planned."""
    if not plan.is_before(trip.first_day, next((leg.leave_min for _, leg in trip.legs()), 0)):
        return TripState.AHEAD
    if plan.is_before(trip.last_day, trip.home.arrive_min):
        return TripState.DONE
    return TripState.UNDER_WAY


def list_states(plan: Plan) -> dict[TripId, TripState]:
    """Return how far each trip of a plan's own had come; empty where all are ahead."""
    states = {trip.trip_id: tell_state(plan, trip) for trip in plan.trips.trips}
    return states if set(states.values()) - {TripState.AHEAD} else {}
