"""Schematic roads where no map is at hand: straight lines between neighbouring places."""

import itertools
import json

import numpy as np
import numpy.typing as npt
from pyproj import Geod
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay, QhullError

DETOUR = 1.37
"""Road kilometres per straight kilometre, on 4,540 legs between stops of 29 British services.

By service it is 1.27 to 1.48; the same legs are driven at 42 km/h (data/SOURCES.md).
"""


def road_features(spots: npt.NDArray[np.float64]) -> str:
    """Return `roads.geojson` that joins places (lon, lat) with their neighbours, schematic."""
    places, pairs, lengths_m = _draw_roads(spots)
    features = [
        {
            "type": "Feature",
            "properties": {
                "segment_id": f"R{number:04d}",
                "road_class": "provincial",
                "surface": "asphalt",
                "length_m": length_m,
                "schematic": True,
            },
            "geometry": {
                "type": "LineString",
                "coordinates": [places[a].tolist(), places[b].tolist()],
            },
        }
        for number, ((a, b), length_m) in enumerate(zip(pairs, lengths_m, strict=True), 1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def measure_ways_km(spots: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the kilometres between places by the roads of `road_features`, in their order."""
    places, pairs, lengths_m = _draw_roads(spots)
    _, number = np.unique(np.round(spots, 6), axis=0, return_inverse=True)
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    size = (len(places), len(places))
    roads = csr_array((np.array(lengths_m) / 1000, (ends[:, 0], ends[:, 1])), shape=size)
    ways: npt.NDArray[np.float64] = dijkstra(roads, directed=False)
    return ways[np.ix_(number.ravel(), number.ravel())]


def _draw_roads(
    spots: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], list[tuple[int, int]], list[float]]:
    """Return the places once each, which of them are joined, and the metres of each road."""
    places = np.unique(np.round(spots, 6), axis=0)
    geod = Geod(ellps="WGS84")
    pairs = _neighbours(places)
    straight = (float(geod.inv(*places[a], *places[b])[2]) for a, b in pairs)
    return places, pairs, [round(max(1.0, metres * DETOUR), 1) for metres in straight]


def _neighbours(places: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the pairs that a Delaunay triangulation joins; a chain where all lie on one line."""
    try:
        triangles = Delaunay(places).simplices.tolist()
    except (QhullError, ValueError):
        return list(itertools.pairwise(range(len(places))))
    pairs = {
        (min(a, b), max(a, b))
        for corners in triangles
        for a, b in itertools.combinations(corners, 2)
    }
    return sorted(pairs)
