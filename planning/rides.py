"""Every place that vehicles and villages' motorbikes get to, as tables show them: one row each."""

from collections.abc import Iterator
from dataclasses import dataclass

from planning.meals import list_meals
from planning.plan import Plan
from planning.trip_state import TripState, tell_state
from province.ids import CrewId, SiteId, VehicleId
from province.settings import TripSettings
from routing.trips import Leg, Stop, Trip


@dataclass(frozen=True, slots=True)
class Arrival:
    """A stop of a trip, or the end of a motorbike's ride that meets it.

    Parameters
    ----------
    trip_id
        Of a ride: that of the trip that it meets and the motorbike.
    sequence
        From 1 in the order driven.
    crew_id
        None: a village's own people ride.
    start_min, depart_min
        When work begins, and when the vehicle leaves; after the last ride: when it arrived.
    meal_min
        When the crew's meal of the day begins; None: it has none on the road.
    state
        How far the trip that it belongs to had come when the plan was made.
    boxes_off, boxes_on
        Boxes that it comes with to be left here, and those that it leaves with from here.
    """

    trip_id: str
    sequence: int
    vehicle_id: VehicleId
    crew_id: CrewId | None
    stop: Stop
    site_id: SiteId
    leg: Leg
    start_min: int
    depart_min: int
    meal_min: int | None
    boxes_off: int
    boxes_on: int
    state: TripState
    load_min: int | None = None


def list_arrivals(plan: Plan, rules: TripSettings) -> list[Arrival]:
    """Return every stop and ride of the month, by trip (a motorbike's is its own) and sequence."""
    arrivals = [one for trip in plan.trips.trips for one in _list_stops(plan, trip, rules)]
    arrivals += (ridden for trip in plan.trips.trips for ridden in _list_ridden(plan, trip))
    return sorted(arrivals, key=lambda one: (one.trip_id, one.sequence))


def _list_stops(plan: Plan, trip: Trip, rules: TripSettings) -> Iterator[Arrival]:
    meals = list_meals(trip, plan.visits, rules, plan.all_trips)
    for stop in trip.stops:
        meal = meals.get(stop.day)
        yield Arrival(
            trip.trip_id, stop.sequence, trip.vehicle_id, trip.crew_id, stop, stop.site_id,
            stop.leg, stop.start_min, stop.depart_min, meal.start_min if meal else None,
            sum(parcel.boxes for parcel in stop.leaves),
            sum(parcel.boxes for parcel in stop.takes), tell_state(plan, trip), trip.load_min,
        )  # fmt: skip


def _list_ridden(plan: Plan, trip: Trip) -> Iterator[Arrival]:
    """Yield every ride to a trip's stops, by stop, motorbike and time."""
    counts: dict[str, int] = {}
    for stop in sorted(trip.stops, key=lambda stop: stop.sequence):
        for place, ride in enumerate(stop.rides):
            number = counts[ride.vehicle_id] = counts.get(ride.vehicle_id, 0) + 1
            rest = stop.rides[place + 1 :]
            following = next((r for r in rest if r.vehicle_id == ride.vehicle_id), None)
            arrive_min = ride.leg.arrive_min
            yield Arrival(
                f"{trip.trip_id}-{ride.vehicle_id}", number, ride.vehicle_id, None, stop,
                ride.leg.to_site, ride.leg, arrive_min,
                following.leg.leave_min if following else arrive_min, None, ride.boxes,
                following.boxes if following else 0, tell_state(plan, trip),
            )  # fmt: skip
