"""Streams the ways and nodes of an OpenStreetMap file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from province.errors import InputError
from province.findings import Finding
from province.language import message

if TYPE_CHECKING:
    from osmium import IdTracker
    from osmium.osm.types import Node, Way


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


def stream_ways(path: Path, *keys: str) -> Iterator["Way"]:
    """Yield the ways that have one of the keys; each is valid until the next one."""
    import osmium

    stream = osmium.FileProcessor(path, osmium.osm.WAY).with_filter(osmium.filter.KeyFilter(*keys))
    return cast("Iterator[Way]", iter(stream))


def stream_nodes(path: Path, *keys: str) -> Iterator["Node"]:
    """Yield the nodes that have one of the keys; each is valid until the next one."""
    import osmium

    stream = osmium.FileProcessor(path, osmium.osm.NODE).with_filter(osmium.filter.KeyFilter(*keys))
    return cast("Iterator[Node]", iter(stream))


def stream_nodes_of(path: Path, tracker: "IdTracker") -> Iterator["Node"]:
    """Yield the nodes that a tracker was told of; each is valid until the next one."""
    import osmium

    stream = osmium.FileProcessor(path, osmium.osm.NODE).with_filter(tracker.id_filter())
    return cast("Iterator[Node]", iter(stream))


def read_date(path: Path) -> str:
    """Return the date of the data as the head of the file says, or ""."""
    import osmium

    with osmium.io.Reader(path, osmium.osm.NOTHING) as reader:
        header = reader.header()
    for key in ("osmosis_replication_timestamp", "timestamp"):
        if found := header.get(key):
            return str(found)[:10]
    return ""
