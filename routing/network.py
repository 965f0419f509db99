"""The road network: segments between nodes, as a graph and as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt

from province.roads import Segment

NODES_PER_DEGREE = 100_000  # end points equal to 1e-5 degrees (about a metre) are one node
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RoadNetwork:
    """Segments and the nodes they join.

    Parameters
    ----------
    segments
        As given; their order is the order of `starts` and `ends`.
    places
        (lon, lat) of each node.
    starts, ends
        Node at the start and end of each segment.
    """

    segments: tuple[Segment, ...]
    places: tuple[tuple[float, float], ...]
    starts: Ints
    ends: Ints


def build_network(segments: Sequence[Segment]) -> RoadNetwork:
    """Return the network of segments; they meet where end points are equal to 1e-5 degrees."""
    nodes: dict[tuple[int, int], int] = {}
    places: list[tuple[float, float]] = []

    def node(point: tuple[float, float]) -> int:
        key = (round(point[0] * NODES_PER_DEGREE), round(point[1] * NODES_PER_DEGREE))
        if key not in nodes:
            nodes[key] = len(places)
            places.append(point)
        return nodes[key]

    starts = [node(segment.line[0]) for segment in segments]
    ends = [node(segment.line[-1]) for segment in segments]
    return RoadNetwork(
        tuple(segments),
        tuple(places),
        np.array(starts, dtype=np.int64),
        np.array(ends, dtype=np.int64),
    )


def list_pieces(network: RoadNetwork) -> tuple[tuple[int, ...], ...]:
    """Return the connected pieces of the network as sorted node numbers, largest first."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(network.places)))
    graph.add_edges_from(zip(network.starts.tolist(), network.ends.tolist(), strict=True))
    pieces = (tuple(sorted(piece)) for piece in nx.connected_components(graph))
    return tuple(sorted(pieces, key=lambda piece: (-len(piece), piece[0])))
