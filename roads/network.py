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


def name_cell(point: tuple[float, float]) -> tuple[int, int]:
    """Return what two end points have in common that are equal to 1e-5 degrees."""
    return round(point[0] * NODES_PER_DEGREE), round(point[1] * NODES_PER_DEGREE)


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


def list_pieces(network: RoadNetwork) -> tuple[tuple[int, ...], ...]:
    """Return the connected pieces of the network as sorted node numbers, largest first."""
    size = len(network.places)
    if not size:
        return ()
    joined = coo_array(
        (np.ones(len(network.starts), dtype=np.int8), (network.starts, network.ends)),
        shape=(size, size),
    )
    count, labels = connected_components(joined, directed=False)
    order = np.argsort(labels, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(labels, minlength=count))[:-1])
    pieces = (tuple(part.tolist()) for part in parts)
    return tuple(sorted(pieces, key=lambda piece: (-len(piece), piece[0])))
