"""The month as pandas and geopandas frames, for people who analyse it.

>>> from exports.frames import trips_frame
>>> trips_frame(plan, province).groupby("vehicle_id")["length_km"].sum()  # doctest: +SKIP
"""

from exports.frames.layers import (
    communes_geoframe,
    legs_geoframe,
    stops_geoframe,
    unserved_geoframe,
)
from exports.frames.tables import movements_frame, segments_geoframe, trips_frame

__all__ = [
    "communes_geoframe",
    "legs_geoframe",
    "movements_frame",
    "segments_geoframe",
    "stops_geoframe",
    "trips_frame",
    "unserved_geoframe",
]
