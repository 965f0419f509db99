"""Gathers the parts of areas from an OpenStreetMap file, in the order that osmium asks for."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from roads.osm.streams import read_places_of, stream_all


@contextmanager
def gather_tagged(path: Path, *wanted: tuple[str, str]) -> Iterator[Path]:
    """Yield a small file with the ways and relations of some tags, and all they are made of.

    It is sorted, each thing is there once, nodes come first, and it holds no other node, so that
    osmium makes areas of it in little memory whatever the order of the file and its ids.

    Parameters
    ----------
    wanted
        Keys and values; one of them is enough.
    """
    import osmium
    from osmium.osm.mutable import Node, Relation, Way

    relations: dict[int, Any] = {}
    for relation in stream_all(path, osmium.osm.RELATION):
        if any(relation.tags.get(key) == value for key, value in wanted):
            members = [(one.type, one.ref, one.role) for one in relation.members]
            relations[relation.id] = Relation(
                id=relation.id, version=1, members=members, tags=dict(relation.tags)
            )
    parts = {ref for one in relations.values() for kind, ref, _ in one.members if kind == "w"}
    ways: dict[int, Any] = {}
    for way in stream_all(path, osmium.osm.WAY):
        if way.id in parts or any(way.tags.get(key) == value for key, value in wanted):
            refs = [node.ref for node in way.nodes]
            ways[way.id] = Way(id=way.id, version=1, nodes=refs, tags=dict(way.tags))
    used = np.array([ref for way in ways.values() for ref in way.nodes], dtype=np.int64)
    ids, lons, lats = read_places_of(path, used)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        small = Path(folder) / "areas.osm.pbf"
        with osmium.SimpleWriter(small) as writer:
            for key, lon, lat in zip(ids.tolist(), lons.tolist(), lats.tolist(), strict=True):
                writer.add_node(Node(id=key, version=1, location=(lon, lat)))
            for key in sorted(ways):
                writer.add_way(ways[key])
            for key in sorted(relations):
                writer.add_relation(relations[key])
        yield small
