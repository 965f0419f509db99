"""Schematic roads where no map is at hand: straight lines between neighbouring places."""

import itertools
import json

import numpy as np
import numpy.typing as npt
from pyproj import Geod
from scipy.spatial import Delaunay, QhullError

DETOUR = 1.3
"""Road kilometres per straight kilometre: an assumption, usual for Great Britain's services."""


def road_features(spots: npt.NDArray[np.float64]) -> str:
    """Return `roads.geojson` that joins places (lon, lat) with their neighbours, schematic."""
    places = np.unique(np.round(spots, 6), axis=0)
    geod = Geod(ellps="WGS84")
    features = []
    for number, (a, b) in enumerate(_neighbours(places), 1):
        ends = [places[a].tolist(), places[b].tolist()]
        length = float(geod.inv(*ends[0], *ends[1])[2]) * DETOUR
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "segment_id": f"R{number:04d}",
                    "road_class": "provincial",
                    "surface": "asphalt",
                    "length_m": round(max(1.0, length), 1),
                    "schematic": True,
                },
                "geometry": {"type": "LineString", "coordinates": ends},
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features})


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
