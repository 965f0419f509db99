"""The road network: segments between nodes, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from province.ids import SegmentId
from province.roads import Segment
from roads.array_types import Floats, Ints, SegmentColumns, list_columns

NODES_PER_DEGREE = 100_000  # end points equal to 1e-5 degrees (about a metre) are one node
NAMED = 10**12  # beyond every coordinate


@dataclass(frozen=True, slots=True, eq=False)
class RoadNetwork:
    """Segments and the nodes they join.

    Parameters
    ----------
    segments
        As given; their order is the order of `columns`, `starts` and `ends`.
    columns
        Their fields as arrays.
    places
        (lon, lat) of each node; shape (nodes, 2).
    starts, ends
        Node at the start and end of each segment.
    numbers
        Index of each segment by its id.
    """

    segments: tuple[Segment, ...]
    columns: SegmentColumns
    places: Floats
    starts: Ints
    ends: Ints
    numbers: dict[SegmentId, int] = field(repr=False)


def build_network(segments: Sequence[Segment]) -> RoadNetwork:
    """Return the network of segments.

    They meet at the nodes they name; where they name none, at end points that are equal to 1e-5
    degrees, and at a named node that lies there.
    """
    points = np.array(
        [segment.line[0] for segment in segments] + [segment.line[-1] for segment in segments],
        dtype=np.float64,
    ).reshape(-1, 2)
    named = [segment.start_node for segment in segments]
    named += [segment.end_node for segment in segments]
    _, first, nodes = np.unique(
        _list_keys(points, named), axis=0, return_index=True, return_inverse=True
    )
    nodes = nodes.reshape(-1).astype(np.int64)
    return RoadNetwork(
        tuple(segments),
        list_columns(segments),
        points[first],
        nodes[: len(segments)],
        nodes[len(segments) :],
        {segment.segment_id: number for number, segment in enumerate(segments)},
    )


def _list_keys(points: Floats, named: Sequence[int | None]) -> Ints:
    """Return two whole numbers for each end, equal where ends meet."""
    keys = np.round(points * NODES_PER_DEGREE).astype(np.int64)
    if all(node is None for node in named):
        return keys
    here: dict[tuple[int, int], int] = {}
    for cell, node in zip(keys.tolist(), named, strict=True):
        if node is not None:
            here.setdefault((cell[0], cell[1]), node)
    for k, node in enumerate(named):
        known = here.get((int(keys[k, 0]), int(keys[k, 1]))) if node is None else node
        if known is not None:
            keys[k] = NAMED, known
    return keys


def label_parts(tails: Ints, heads: Ints, size: int, *, there_and_back: bool = False) -> Ints:
    """Return for each node of a graph the number of the connected part it lies in.

    Parameters
    ----------
    tails, heads
        Nodes that arcs lead from and to.
    there_and_back
        Whether nodes of one part are reached from each other along the arcs; else arcs join their
        ends whichever way they lead.
    """
    graph = coo_array((np.ones(len(tails), np.int8), (tails, heads)), shape=(size, size))
    labels = connected_components(graph, connection="strong" if there_and_back else "weak")[1]
    return labels.astype(np.int64)


def list_pieces(network: RoadNetwork) -> tuple[tuple[int, ...], ...]:
    """Return the connected pieces of the network as sorted node numbers, largest first."""
    if not len(network.places):
        return ()
    labels = label_parts(network.starts, network.ends, len(network.places))
    order = np.argsort(labels, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(labels))[:-1])
    pieces = (tuple(part.tolist()) for part in parts)
    return tuple(sorted(pieces, key=lambda piece: (-len(piece), piece[0])))
