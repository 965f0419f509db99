"""Schematic roads between the seats of communes that touch, where no map is at hand."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from planning.first_folder.known_province import KnownCommune

STRETCH = 1.9
"""Two that touch have a road of their own where the way by others is so many times as long.

As Sơn La's schematic network has it; an assumption.
"""

TRUNK_SHARE = 0.12
"""A road that leads from the depot to so large a share of all communes is a national one."""

Floats = npt.NDArray[np.float64]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class AdjacentRoad:
    """A road between the seats of two communes, by their places in the list of communes."""

    ends: Pair
    road_class: str
    length_m: float


def plan_roads(
    communes: Sequence[KnownCommune], hub: int, bends: Mapping[str, float]
) -> tuple[AdjacentRoad, ...]:
    """Return roads by which every commune is reached, sorted by their ends.

    Parameters
    ----------
    hub
        The place of the depot's commune in the list.
    bends
        Road kilometres per straight kilometre by class.
    """
    straight = _measure_straight(communes)
    pairs = _thin_out(_join_parts(find_touching(communes), straight), straight)
    through = _count_through(pairs, straight, hub)
    roads = []
    for pair in pairs:
        share = through.get(pair, 0) / len(communes)
        road_class = "national" if share >= TRUNK_SHARE else "provincial" if share else "district"
        metres = max(1.0, float(straight[pair]) * bends[road_class])
        roads.append(AdjacentRoad(pair, road_class, round(metres, 1)))
    return tuple(roads)


def find_touching(communes: Sequence[KnownCommune]) -> list[Pair]:
    """Return the pairs that have a border in common, not a corner alone."""
    outlines = np.array([commune.outline for commune in communes])
    near = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    return [
        (int(a), int(b))
        for a, b in sorted(near.T.tolist())
        if a < b and shapely.intersection(outlines[a], outlines[b]).length > 0
    ]


def _measure_straight(communes: Sequence[KnownCommune]) -> Floats:
    """Return the metres between all seats."""
    lons, lats = np.array([commune.seat for commune in communes]).T
    size = len(communes)
    _, _, metres = Geod(ellps="WGS84").inv(
        np.repeat(lons, size), np.repeat(lats, size), np.tile(lons, size), np.tile(lats, size)
    )
    return np.asarray(metres).reshape(size, size)


def _join_parts(pairs: list[Pair], straight: Floats) -> list[Pair]:
    """Return the pairs, with the shortest between parts of the province that do not touch."""
    joined = list(pairs)
    while True:
        count, part = connected_components(_as_graph(joined, straight), directed=False)
        if count == 1:
            return joined
        apart = np.where(part[:, None] != part[None, :], straight, np.inf)
        a, b = (int(place) for place in np.unravel_index(int(apart.argmin()), apart.shape))
        joined.append((min(a, b), max(a, b)))


def _as_graph(pairs: Sequence[Pair], straight: Floats) -> csr_array:
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    lengths = np.maximum(straight[ends[:, 0], ends[:, 1]], 1.0)
    return csr_array((lengths, (ends[:, 0], ends[:, 1])), shape=straight.shape)


def _thin_out(pairs: Sequence[Pair], straight: Floats) -> list[Pair]:
    """Return the pairs that spare a detour, the shortest first asked (a greedy spanner)."""
    kept: list[Pair] = []
    for pair in sorted(pairs, key=lambda pair: (round(float(straight[pair]), 1), pair)):
        ways = dijkstra(_as_graph(kept, straight), directed=False, indices=[pair[0]])
        if ways[0, pair[1]] > STRETCH * straight[pair]:
            kept.append(pair)
    return sorted(kept)


def _count_through(pairs: Sequence[Pair], straight: Floats, hub: int) -> dict[Pair, int]:
    """Return how many communes the shortest ways from the depot lead to, by road."""
    _, found = dijkstra(
        _as_graph(pairs, straight), directed=False, indices=[hub], return_predecessors=True
    )
    before = found[0]
    through: dict[Pair, int] = {}
    for place in range(len(straight)):
        while before[place] >= 0:
            last = int(before[place])
            pair = (min(place, last), max(place, last))
            through[pair] = through.get(pair, 0) + 1
            place = last
    return through


def draw_roads(communes: Sequence[KnownCommune], roads: Sequence[AdjacentRoad]) -> str:
    """Return `roads.geojson`: straight lines, each with the length that is assumed of the road."""
    features = []
    for road in roads:
        a, b = (communes[end] for end in road.ends)
        properties = {
            "segment_id": f"G-{a.code}-{b.code}",
            "name": f"{a.name} – {b.name}",
            "road_class": road.road_class,
            "surface": "asphalt",
            "length_m": road.length_m,
            "schematic": True,
        }
        line = {"type": "LineString", "coordinates": [list(a.seat), list(b.seat)]}
        features.append({"type": "Feature", "properties": properties, "geometry": line})
    lines = ",\n".join(json.dumps(f, ensure_ascii=False) for f in features)
    return '{"type": "FeatureCollection", "features": [\n' + lines + "\n]}\n"
