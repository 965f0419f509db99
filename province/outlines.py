"""Distances from a place to the outline of a commune."""

import math
from collections.abc import Sequence
from itertools import pairwise

KM_PER_DEG = 111.195
"""Kilometres of a degree on a great circle of a sphere of 6,371 km."""

Ring = Sequence[tuple[float, float]]


def measure_outside_km(lon: float, lat: float, outline: Sequence[Ring]) -> float:
    """Return how many kilometres a place lies outside an outline; 0 inside and on its border.

    Parameters
    ----------
    lon, lat
        The place, EPSG:4326 degrees.
    outline
        Closed outer rings of (lon, lat). Degrees are taken as a plane around the place, which is
        right to a per cent within a hundred kilometres.
    """
    east = KM_PER_DEG * math.cos(math.radians(lat))
    rings = [[((x - lon) * east, (y - lat) * KM_PER_DEG) for x, y in ring] for ring in outline]
    if any(_holds_origin(ring) for ring in rings):
        return 0.0
    sides = [side for ring in rings for side in pairwise(ring)]
    return min((_measure_side(a, b) for a, b in sides), default=0.0)


def _holds_origin(ring: Ring) -> bool:
    """Whether a ring holds the origin: a ray to the east crosses it an odd number of times."""
    is_inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > 0) != (y2 > 0) and x1 + (x2 - x1) * -y1 / (y2 - y1) > 0:
            is_inside = not is_inside
    return is_inside


def _measure_side(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance from the origin to a straight line between two points."""
    (x1, y1), (x2, y2) = a, b
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = 0.0 if length == 0 else -(x1 * (x2 - x1) + y1 * (y2 - y1)) / length
    share = min(1.0, max(0.0, share))
    return math.hypot(x1 + share * (x2 - x1), y1 + share * (y2 - y1))
