"""Short ways along the drawn lines of a network, for what is known only by its places."""

import heapq
from collections import defaultdict
from dataclasses import dataclass

from roads.network import RoadNetwork

BACKWARDS_M = 40.0
"""So far a place may seem to move against a one-way road: places are not exact."""


@dataclass(frozen=True, slots=True)
class RoadPlace:
    """A place on a segment.

    Parameters
    ----------
    number
        Index of the segment.
    share
        Share of its line from its drawn start.
    distance_m
        Metres from the place that was asked for.
    """

    number: int
    share: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class WayPiece:
    """Part of a segment between two shares, first < last, and the direction it is driven in."""

    number: int
    is_forward: bool
    first: float
    last: float


Step = tuple[int, int, bool]
"""Into a node: from which one, on which segment, whether from its start to its end."""


class NearWays:
    """Shortest ways between places of a network that are near each other.

    Parameters
    ----------
    lengths_m
        Of the drawn lines of the segments.
    """

    def __init__(self, network: RoadNetwork, lengths_m: list[float]) -> None:
        self.lengths_m = lengths_m
        self.ends = list(zip(network.starts.tolist(), network.ends.tolist(), strict=True))
        self.is_oneway = network.columns.is_oneway.tolist()
        self.arcs: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
        for number, (start, end) in enumerate(self.ends):
            self.arcs[start].append((end, number, True))
            if not self.is_oneway[number]:
                self.arcs[end].append((start, number, False))
        self._trees: dict[int, tuple[float, dict[int, float], dict[int, Step]]] = {}

    def measure(self, one: RoadPlace, other: RoadPlace, most_m: float) -> float:
        """Return the metres from one place to another; infinite if more than `most_m`."""
        if one.number == other.number:
            along = (other.share - one.share) * self.lengths_m[one.number]
            if along >= 0 or not self.is_oneway[one.number]:
                return abs(along)
            if -along <= BACKWARDS_M:
                return 0.0
        return self._join(one, other, most_m)[0]

    def trace(self, one: RoadPlace, other: RoadPlace, most_m: float) -> list[WayPiece]:
        """Return the pieces of the way that `measure` measures, in the order driven."""
        if one.number == other.number:
            is_forward = other.share >= one.share
            if is_forward or not self.is_oneway[one.number]:
                return _list_piece(one.number, is_forward, one.share, other.share)
            if (one.share - other.share) * self.lengths_m[one.number] <= BACKWARDS_M:
                return []
        metres, leaves, enters = self._join(one, other, most_m)
        if metres == float("inf"):
            return []
        begin, end = self.ends[one.number], self.ends[other.number]
        driven = []
        node, steps = end[enters], self._search(begin[leaves], most_m)[1]
        while node != begin[leaves]:
            node, number, is_forward = steps[node]
            driven.append(WayPiece(number, is_forward, 0.0, 1.0))
        return [
            *_list_piece(one.number, leaves == 1, one.share, float(leaves)),
            *driven[::-1],
            *_list_piece(other.number, enters == 0, float(enters), other.share),
        ]

    def _join(self, one: RoadPlace, other: RoadPlace, most_m: float) -> tuple[float, int, int]:
        """Return metres, and by which ends (0 start, 1 end) the first and last segment are left."""
        best = float("inf"), 0, 0
        for leaves in (1,) if self.is_oneway[one.number] else (0, 1):
            out = abs(leaves - one.share) * self.lengths_m[one.number]
            if out > most_m:
                continue
            known = self._search(self.ends[one.number][leaves], most_m)[0]
            for enters in (0,) if self.is_oneway[other.number] else (0, 1):
                between = known.get(self.ends[other.number][enters])
                if between is not None:
                    into = abs(other.share - enters) * self.lengths_m[other.number]
                    best = min(best, (out + between + into, leaves, enters))
        return best if best[0] <= most_m else (float("inf"), 0, 0)

    def _search(self, source: int, most_m: float) -> tuple[dict[int, float], dict[int, Step]]:
        """Return metres to the nodes near one, and the last step to each (Dijkstra)."""
        if source in self._trees and self._trees[source][0] >= most_m:
            return self._trees[source][1:]
        known, steps, done = {source: 0.0}, {}, set[int]()
        queue = [(0.0, source)]
        while queue:
            metres, node = heapq.heappop(queue)
            if node in done:
                continue
            done.add(node)
            for head, number, is_forward in self.arcs[node]:
                there = metres + self.lengths_m[number]
                if there <= most_m and there < known.get(head, float("inf")):
                    known[head], steps[head] = there, (node, number, is_forward)
                    heapq.heappush(queue, (there, head))
        self._trees[source] = most_m, known, steps
        return known, steps


def _list_piece(number: int, is_forward: bool, begin: float, end: float) -> list[WayPiece]:
    if begin == end:
        return []
    return [WayPiece(number, is_forward, min(begin, end), max(begin, end))]
