"""Gives every vehicle its colour, the same on every map."""

from collections.abc import Iterable

from planning.plan import Plan
from province.ids import VehicleId

COLOURS = (
    "#1a56b8", "#a3197c", "#00695c", "#8a4500", "#5a2ca0", "#4f5d00", "#37474f", "#ad4a00",
)  # fmt: skip
"""Colours of vehicles: white figures on each can be read, none is the red of closures."""

DONE_COLOUR = "#6b706d"
"""Colour of what was driven before the part of the month that was planned."""


def colour_vehicles(vehicle_ids: Iterable[VehicleId]) -> dict[VehicleId, str]:
    """Return a colour for each vehicle, in the order of ids."""
    ordered = sorted(set(vehicle_ids))
    return {vehicle: COLOURS[number % len(COLOURS)] for number, vehicle in enumerate(ordered)}


def colour_all_vehicles(plan: Plan) -> dict[VehicleId, str]:
    """Return a colour for each vehicle that drives, motorbikes of villages after the others."""
    trips = plan.trips.trips
    colours = colour_vehicles(trip.vehicle_id for trip in trips)
    rides = {ride.vehicle_id for trip in trips for _, ride in trip.rides()}
    ordered = [*colours, *sorted(rides - colours.keys())]
    return {vehicle: COLOURS[number % len(COLOURS)] for number, vehicle in enumerate(ordered)}
