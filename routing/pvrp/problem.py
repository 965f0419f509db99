"""A routing problem in general words: vehicle types, requests with patterns, travel."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

INFINITE = 1e12
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class VehicleType:
    """Routes alike: one vehicle (or several equal ones) on one day.

    Parameters
    ----------
    depot
        Place where the routes start and end.
    num_routes
        How many there may be.
    capacity
        Capacity in each dimension of load.
    longest_min
        Longest duration, waiting included; infinite for none.
    fixed
        Cost of a route that serves anything.
    road, hours
        Which table of travel, and which of the windows of each unit, hold for these routes.
    opens_min, closes_min
        When a route may start and must have ended.
    """

    depot: int
    num_routes: int
    capacity: tuple[float, ...]
    longest_min: float = INFINITE
    fixed: float = 0.0
    road: int = 0
    hours: int = 0
    opens_min: float = 0.0
    closes_min: float = INFINITE


@dataclass(frozen=True, slots=True)
class Client:
    """Where a request is served: place, minutes, loads brought from and taken to the depot.

    `windows` are the first and last minute at which service may begin, one for each
    `VehicleType.hours`.
    """

    place: int
    service_min: float
    give: tuple[float, ...]
    take: tuple[float, ...]
    windows: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """What is served whole or not at all.

    Parameters
    ----------
    point
        Where, and what is brought and taken.
    patterns
        The choices: each a sequence of slots, a slot the vehicle types that may serve it. A
        request is served once in every slot of one pattern; slots of a pattern share no vehicle
        type.
    penalty
        What leaving it out counts; None: it must be served.
    """

    point: Client
    patterns: tuple[tuple[tuple[int, ...], ...], ...]
    penalty: float | None = None


@dataclass(frozen=True, slots=True)
class RouteProblem:
    """What may drive, what is to be served, and the ways between places.

    Parameters
    ----------
    cost, minutes
        Travel between places by road state (`VehicleType.road`), shape (roads, places, places).
    """

    vehicle_types: tuple[VehicleType, ...]
    requests: tuple[ServiceRequest, ...]
    cost: Floats
    minutes: Floats


@dataclass(frozen=True, slots=True)
class Route:
    """One route of a solution: its vehicle type, the requests and places of its stops in order."""

    vehicle_type: int
    requests: tuple[int, ...]
    places: tuple[int, ...]
