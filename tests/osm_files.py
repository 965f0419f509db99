"""Writes small OpenStreetMap extracts and elevation tiles for tests."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import osmium
import pytest
from osmium.osm.mutable import Node, Relation, Way

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "osm"
Tags = dict[str, str]


def find_shared(name: str) -> Path:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"../shared/osm/{name} is missing")
    return path


def write_extract(
    path: Path,
    nodes: Mapping[int, tuple[float, float]],
    ways: Sequence[tuple[int, Sequence[int], Tags]],
    node_tags: Mapping[int, Tags] | None = None,
    relations: Sequence[tuple[int, Sequence[tuple[str, int, str]], Tags]] = (),
) -> Path:
    """Write nodes (id: lon, lat), ways (id, nodes, tags), relations (id, members, tags).

    A member is its type (``n`` or ``w``), its id and its role.
    """
    with osmium.SimpleWriter(path, overwrite=True) as writer:
        for key in sorted(nodes):
            tags = (node_tags or {}).get(key, {})
            writer.add_node(Node(id=key, version=1, location=nodes[key], tags=tags))
        for key, refs, tags in ways:
            writer.add_way(Way(id=key, version=1, nodes=list(refs), tags=tags))
        for key, members, tags in relations:
            writer.add_relation(Relation(id=key, version=1, members=list(members), tags=tags))
    return path


def write_tile(
    path: Path, height_m: Callable[[np.ndarray, np.ndarray], np.ndarray], side: int = 1201
) -> Path:
    """Write an SRTM tile; `height_m` gets degrees east and north of its south-west corner."""
    east, south = np.meshgrid(np.linspace(0, 1, side), np.linspace(0, 1, side))
    heights = np.round(height_m(east, 1 - south))
    path.write_bytes(heights.astype(">i2").tobytes())
    return path
