"""Streams the ways and nodes of an OpenStreetMap file."""

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from province.errors import InputError
from province.findings import Finding
from province.language import message
from roads.array_types import Floats, Ints, Truths

if TYPE_CHECKING:
    from osmium.osm.types import Node, Relation, Way

BATCH = 100_000  # nodes looked at together
PER_DEGREE = 1e7  # OpenStreetMap keeps places as whole numbers of 1e-7 degrees


@contextmanager
def clear_faults(path: Path) -> Iterator[None]:
    """Turn what osmium says of a missing or damaged file into one clear message."""
    if not path.is_file():
        raise _fault(path, str(path), is_missing=True)
    try:
        yield
    except (RuntimeError, OSError, ValueError, MemoryError) as error:
        raise _fault(path, str(error).strip(), is_missing=False) from error


def _fault(path: Path, value: str, *, is_missing: bool) -> InputError:
    expected, advice = (
        (message("a file that exists"), message("correct the path"))
        if is_missing
        else (
            message("a whole OpenStreetMap extract (.osm.pbf)"),
            message("download it again: the file is damaged or of another kind"),
        )
    )
    return InputError([Finding(path.name, None, "", value[:80], expected, advice)])


def stream_all(path: Path, kinds: Any, *filters: Any) -> Iterator[Any]:
    """Yield what is of some kinds (``osmium.osm.WAY`` …); each is valid until the next one."""
    import osmium

    stream = osmium.FileProcessor(path, kinds)
    for one in filters:
        stream = stream.with_filter(one)
    yield from stream


def stream_ways(path: Path, *keys: str) -> Iterator["Way"]:
    """Yield the ways that have one of the keys; each is valid until the next one."""
    import osmium

    return stream_all(path, osmium.osm.WAY, osmium.filter.KeyFilter(*keys))


def stream_nodes(path: Path, *keys: str) -> Iterator["Node"]:
    """Yield the nodes that have one of the keys; each is valid until the next one."""
    import osmium

    return stream_all(path, osmium.osm.NODE, osmium.filter.KeyFilter(*keys))


def stream_relations(path: Path, kind: str) -> Iterator["Relation"]:
    """Yield the relations of one `type`; each is valid until the next one."""
    import osmium

    return stream_all(path, osmium.osm.RELATION, osmium.filter.TagFilter(("type", kind)))


def stream_places(path: Path) -> Iterator[tuple[Ints, Floats, Floats]]:
    """Yield all nodes of a file that have a place in batches: ids, longitudes, latitudes.

    What osmium has for sets of ids grows with the highest id, not with their number.
    """
    import osmium

    ids, x, y = array("q"), array("l"), array("l")
    for node in stream_all(path, osmium.osm.NODE):
        place = node.location
        ids.append(node.id)
        x.append(place.x)
        y.append(place.y)
        if len(ids) == BATCH:
            yield _as_degrees(ids, x, y)
            ids, x, y = array("q"), array("l"), array("l")
    yield _as_degrees(ids, x, y)


def _as_degrees(ids: "array[int]", x: "array[int]", y: "array[int]") -> tuple[Ints, Floats, Floats]:
    lon, lat = np.array(x) / PER_DEGREE, np.array(y) / PER_DEGREE
    has_place = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    return np.array(ids, dtype=np.int64)[has_place], lon[has_place], lat[has_place]


def read_places_of(path: Path, wanted: Ints) -> tuple[Ints, Floats, Floats]:
    """Return those of some nodes that a file has a place for, ascending by id, each once."""
    wanted = np.unique(wanted)
    found = []
    for ids, lon, lat in stream_places(path):
        mask = are_among(ids, wanted)
        found.append((ids[mask], lon[mask], lat[mask]))
    ids, lon, lat = (np.concatenate(parts) for parts in zip(*found, strict=True))
    ids, order = np.unique(ids, return_index=True)
    return ids, lon[order], lat[order]


def are_among(ids: Ints, known: Ints) -> Truths:
    """Return which ids are among known ones, which ascend."""
    if not len(known):
        return np.zeros(len(ids), dtype=np.bool_)
    found: Truths = known[np.minimum(np.searchsorted(known, ids), len(known) - 1)] == ids
    return found


def read_date(path: Path) -> str:
    """Return the date of the data as the head of the file says, or ""."""
    import osmium

    with osmium.io.Reader(path, osmium.osm.NOTHING) as reader:
        header = reader.header()
    for key in ("osmosis_replication_timestamp", "timestamp"):
        if found := header.get(key):
            return str(found)[:10]
    return ""
