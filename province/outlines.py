"""Distances from a place to the outline of a commune."""

import math
from collections.abc import Sequence

import numpy as np
import shapely

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
    scale = np.array([KM_PER_DEG * math.cos(math.radians(lat)), KM_PER_DEG])
    here = shapely.Point(0.0, 0.0)
    areas = [shapely.Polygon((np.array(ring) - (lon, lat)) * scale) for ring in outline]
    return min((float(here.distance(area)) for area in areas), default=0.0)
