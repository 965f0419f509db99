"""Planned trips as far as they could go on to another depot: where, with how much room and time."""

from collections.abc import Iterator
from dataclasses import dataclass

from planning.plan import Plan
from province.facts import Province
from routing.trips import Trip, TripDay


@dataclass(frozen=True, slots=True)
class PassingPoint:
    """The last stop of a trip's day, from which it could go on.

    Parameters
    ----------
    lon, lat
        EPSG:4326 degrees.
    spare_min
        Minutes that the day has left by duty, by driving and by its latest end.
    there_boxes, there_kg, back_boxes, back_kg
        Room on board all the way from the depot to here, and from here home.
    """

    lon: float
    lat: float
    spare_min: float
    there_boxes: int
    there_kg: float
    back_boxes: int
    back_kg: float


@dataclass(frozen=True, slots=True)
class PassingTrip:
    """A planned trip; `month` is its number among those planned for."""

    month: int
    trip_id: str
    cost_vnd_per_km: int
    points: tuple[PassingPoint, ...]


def list_passing_trips(plan: Plan, province: Province, month: int) -> Iterator[PassingTrip]:
    """Yield the trips of a plan that are still to be driven."""
    for trip in plan.trips.trips:
        vehicle = province.vehicle_by_id.get(trip.vehicle_id)
        if vehicle is not None:
            points = tuple(
                _look_on(trip, day, province) for day in trip.days if day.stops and day.last_leg
            )
            yield PassingTrip(month, str(trip.trip_id), vehicle.cost_vnd_per_km, points)


def _look_on(trip: Trip, day: TripDay, province: Province) -> PassingPoint:
    rules, vehicle = province.settings.trips, province.vehicle_by_id[trip.vehicle_id]
    stop = day.stops[-1]
    site = province.site_by_id[stop.site_id]
    start, end = day.legs[0].leave_min, day.legs[-1].arrive_min
    spare = min(
        rules.duty_max_day_min - (end - start),
        rules.driving_max_day_min - sum(leg.drive_min for leg in day.legs),
        rules.latest_end_min - end,
    )
    number = trip.stops.index(stop)
    boxes = [sum(one.boxes for one in trip.loads), *(one.boxes_after for one in trip.stops)]
    masses = [sum(one.mass_kg for one in trip.loads), *(one.kg_after for one in trip.stops)]
    return PassingPoint(
        site.lon, site.lat, spare,
        vehicle.capacity_boxes - max(boxes[: number + 2]),
        vehicle.capacity_kg - max(masses[: number + 2]),
        vehicle.capacity_boxes - max(boxes[number + 1 :]),
        vehicle.capacity_kg - max(masses[number + 1 :]),
    )  # fmt: skip
