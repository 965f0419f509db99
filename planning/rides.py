"""The rides of villages' motorbikes as documents show them: place by place, in order."""

from collections.abc import Iterator
from dataclasses import dataclass

from planning.plan import Plan
from province.ids import SiteId
from routing.trips import Ride, Stop


@dataclass(frozen=True, slots=True)
class Ridden:
    """The end of one ride.

    Parameters
    ----------
    trip_id
        The trip that it meets and the motorbike.
    sequence
        From 1 in the order ridden.
    depart_min
        When the next ride leaves from here; the last one: when it arrived.
    boxes_on
        Boxes of that next ride.
    """

    trip_id: str
    sequence: int
    stop: Stop
    ride: Ride
    site_id: SiteId
    depart_min: int
    boxes_on: int


def list_ridden(plan: Plan) -> Iterator[Ridden]:
    """Yield every ride of the month, by trip, stop, motorbike and time."""
    for trip in sorted(plan.trips.trips, key=lambda trip: trip.trip_id):
        counts: dict[str, int] = {}
        for stop in sorted(trip.stops, key=lambda stop: stop.sequence):
            for place, ride in enumerate(stop.rides):
                number = counts[ride.vehicle_id] = counts.get(ride.vehicle_id, 0) + 1
                rest = stop.rides[place + 1 :]
                following = next((r for r in rest if r.vehicle_id == ride.vehicle_id), None)
                yield Ridden(
                    f"{trip.trip_id}-{ride.vehicle_id}",
                    number,
                    stop,
                    ride,
                    ride.leg.to_site,
                    following.leg.leave_min if following else ride.leg.arrive_min,
                    following.boxes if following else 0,
                )
