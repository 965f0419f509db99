"""Segments cut into pieces where sites stand on them and where closures begin and end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from roads.array_types import Floats, Ints
from roads.network import RoadNetwork
from roads.stretches import Stretch


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Pieces of segments, sorted by segment and along it, and the nodes they join.

    Parameters
    ----------
    num_nodes
        Nodes of the network, and behind them one for each cut.
    segment
        Index of the segment of each piece.
    first, last
        Shares of the segment's length between which the piece lies.
    start, end
        Nodes.
    cuts
        Node of each cut, by segment and share.
    """

    num_nodes: int
    segment: Ints
    first: Floats
    last: Floats
    start: Ints
    end: Ints
    cuts: dict[tuple[int, float], int] = field(repr=False)


def cut_network(network: RoadNetwork, cuts: Mapping[int, Iterable[float]]) -> Pieces:
    """Return the pieces of a network.

    Parameters
    ----------
    cuts
        Shares at which a segment is cut, by its index; 0 and 1 cut nothing.
    """
    inner = {number: sorted({s for s in cuts[number] if 0 < s < 1}) for number in sorted(cuts)}
    inner = {number: shares for number, shares in inner.items() if shares}
    count = np.ones(len(network.segments), dtype=np.int64)
    for number, shares in inner.items():
        count[number] += len(shares)
    segment = np.repeat(np.arange(len(network.segments), dtype=np.int64), count)
    first, last = np.zeros(len(segment)), np.ones(len(segment))
    start, end = network.starts[segment], network.ends[segment]
    offsets = np.cumsum(count) - count
    nodes: dict[tuple[int, float], int] = {}
    for number, shares in inner.items():
        at = int(offsets[number])
        for k, share in enumerate(shares):
            node = len(network.places) + len(nodes)
            nodes[number, share] = node
            last[at + k] = first[at + k + 1] = share
            end[at + k] = start[at + k + 1] = node
    return Pieces(len(network.places) + len(nodes), segment, first, last, start, end, nodes)


def find_node(network: RoadNetwork, pieces: Pieces, number: int, share: float) -> int:
    """Return the node at a share of a segment's length, at which it ends or is cut."""
    if share <= 0:
        return int(network.starts[number])
    if share >= 1:
        return int(network.ends[number])
    return pieces.cuts[number, share]


def find_pieces(network: RoadNetwork, pieces: Pieces, stretch: Stretch) -> list[int]:
    """Return the pieces that lie in a stretch, all of whose ends are cuts."""
    number = network.numbers.get(stretch.segment_id)
    if number is None:
        return []
    low, high = np.searchsorted(pieces.segment, [number, number + 1]).tolist()
    return [k for k in range(low, high) if stretch.overlaps(pieces.first[k], pieces.last[k])]


def list_cuts(network: RoadNetwork, stretches: Iterable[Stretch]) -> dict[int, set[float]]:
    """Return the shares at which stretches begin and end, by the index of the segment."""
    cuts: dict[int, set[float]] = {}
    for stretch in stretches:
        number = network.numbers.get(stretch.segment_id)
        if number is not None:
            cuts.setdefault(number, set()).update((stretch.first, stretch.last))
    return cuts
