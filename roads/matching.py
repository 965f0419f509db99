"""Lays what a phone recorded onto the roads: a hidden Markov model over places near each point.

References
----------
Newson, Krumm, Hidden Markov map matching through noise and sparseness, ACM SIGSPATIAL GIS 2009:
points lie normally around the road, and ways along the road are about as long as straight ones.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from roads.array_types import Floats
from roads.near_ways import NearWays, RoadPlace, WayPiece
from roads.network import RoadNetwork
from roads.snapping import prepare_snapper

NEAR_M = 150.0  # assumption: a point farther from every road is not on one
SPREAD_M = 25.0  # assumption: how far points lie from the drawn road (standard deviation)
DETOUR_M = 100.0  # assumption: scale of the difference between a way and the straight line
MOST_PLACES = 6  # places of a point that are considered, the nearest ones
CHUNK_M = 250.0  # a hairpin bend has a place on each of its sides
LOOSE, LOOSE_M = 2.0, 600.0  # a way is at most so many times the straight line and so much more


@dataclass(frozen=True, slots=True)
class Matched:
    """A point on the road.

    Parameters
    ----------
    point
        Its index.
    follows
        Whether the vehicle came here along the roads from the one before it, every point in between
        being near a road.
    """

    point: int
    place: RoadPlace
    follows: bool


class Matcher:
    """The roads, ready to have tracks laid on them."""

    def __init__(self, network: RoadNetwork) -> None:
        snapper = prepare_snapper(network)
        self.project, self.lines = snapper.project, snapper.lines
        self.tree = shapely.STRtree(snapper.lines)
        self.ways = NearWays(network, shapely.length(snapper.lines).tolist())

    def measure_metres(self, places: Floats) -> Floats:
        """Return points (lon, lat) in the metres of the roads; shape (points, 2)."""
        if self.project is None:
            return np.full((len(places), 2), np.inf)
        return np.column_stack(self.project.transform(places[:, 0], places[:, 1]))

    def match(self, metres: Floats) -> list[Matched]:
        """Return where points were on the roads; those near no road are left out.

        Parameters
        ----------
        metres
            Of `measure_metres`, in the order of time, some tens of metres apart.
        """
        found = self._find_places(metres)
        near = [k for k, places in enumerate(found) if places]
        matched: list[Matched] = []
        run: list[tuple[int, list[float], list[int]]] = []
        for k in near:
            own = [0.5 * (place.distance_m / SPREAD_M) ** 2 for place in found[k]]
            if run:
                costs, origins = self._step(metres, found, run[-1][0], k, run[-1][1])
                if min(costs) < math.inf:
                    run.append((k, [a + b for a, b in zip(own, costs, strict=True)], origins))
                    continue
                matched += _trace_back(run, found)
            run = [(k, own, [-1] * len(own))]
        return matched + (_trace_back(run, found) if run else [])

    def trace(self, metres: Floats, one: Matched, other: Matched) -> list[WayPiece]:
        """Return the way between a point and the one that follows it."""
        most = _reach(metres, one.point, other.point)
        return self.ways.trace(one.place, other.place, most)

    def _step(
        self,
        metres: Floats,
        found: Sequence[list[RoadPlace]],
        before: int,
        now: int,
        costs: list[float],
    ) -> tuple[list[float], list[int]]:
        """Return what it costs to come to each place of a point, and from which one before."""
        straight, most = math.dist(metres[before], metres[now]), _reach(metres, before, now)
        best, origins = [], []
        for place in found[now]:
            ways = [
                cost + abs(self.ways.measure(one, place, most) - straight) / DETOUR_M
                for one, cost in zip(found[before], costs, strict=True)
            ]
            origin = int(np.argmin(ways))
            best.append(ways[origin])
            origins.append(origin)
        return best, origins

    def _find_places(self, metres: Floats) -> list[list[RoadPlace]]:
        """Return the nearest places on roads of each point, the nearest first."""
        points = shapely.points(metres)
        numbers = np.unique(self.tree.query(points, predicate="dwithin", distance=NEAR_M)[1])
        chunks, origin, begins = self._cut(numbers.tolist())
        found: list[list[RoadPlace]] = [[] for _ in points]
        if not len(chunks):
            return found
        asked, near = shapely.STRtree(chunks).query(points, predicate="dwithin", distance=NEAR_M)
        away = shapely.distance(points[asked], chunks[near])
        along = begins[near] + shapely.line_locate_point(chunks[near], points[asked])
        whole = np.array(self.ways.lengths_m)[origin[near]]
        order = np.lexsort((near, away, asked))
        for k in order.tolist():
            own, share = found[asked[k]], min(1.0, float(along[k] / max(whole[k], 1e-9)))
            if len(own) < MOST_PLACES:
                own.append(RoadPlace(int(origin[near[k]]), share, float(away[k])))
        return found

    def _cut(
        self, numbers: list[int]
    ) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64], Floats]:
        """Return some segments in pieces, with the segment of each and where on it each begins."""
        chunks, origin, begins = [], [], []
        for number in numbers:
            line = shapely.get_coordinates(self.lines[number])
            steps = np.hypot(*np.diff(line, axis=0).T)
            along = np.concatenate(([0.0], np.cumsum(steps)))
            first = 0
            for k in range(1, len(line)):
                if k == len(line) - 1 or along[k] - along[first] >= CHUNK_M:
                    chunks.append(shapely.LineString(line[first : k + 1]))
                    origin.append(number)
                    begins.append(along[first])
                    first = k
        return (
            np.array(chunks, dtype=np.object_),
            np.array(origin, dtype=np.int64),
            np.array(begins, dtype=np.float64),
        )


def _reach(metres: Floats, one: int, other: int) -> float:
    return LOOSE * math.dist(metres[one], metres[other]) + LOOSE_M


def _trace_back(
    run: list[tuple[int, list[float], list[int]]], found: Sequence[list[RoadPlace]]
) -> list[Matched]:
    """Return the cheapest places of a run of points (Viterbi)."""
    chosen = int(np.argmin(run[-1][1]))
    matched = []
    for k in range(len(run) - 1, -1, -1):
        point, _, origins = run[k]
        follows = k > 0 and run[k - 1][0] == point - 1
        matched.append(Matched(point, found[point][chosen], follows))
        chosen = origins[chosen]
    return matched[::-1]
