"""Reads the roads of an OpenStreetMap extract into arrays."""

from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from province.errors import InputError
from province.findings import Finding
from province.language import message
from routing.osm.access import is_blocking
from routing.osm.streams import clear_faults, read_date, stream_nodes, stream_nodes_of, stream_ways
from routing.osm.tags import NOT_GIVEN, DropReason, RoadTraits, read_tags

if TYPE_CHECKING:
    from osmium import IdTracker

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Bounds = tuple[float, float, float, float]

BRIDGE, TUNNEL, FORD = 1, 2, 4
OPEN_TUNNELS = frozenset({"no", "culvert", "building_passage"})
TAKEN_WAYS = ("highway", "route")
TOLD_NODES = ("barrier", "ford")


@dataclass(frozen=True, slots=True, eq=False)
class Extract:
    """The ways with `highway` or `route=ferry` of an extract, and their nodes.

    Parameters
    ----------
    node_ids, lon, lat
        The nodes, ascending by id; EPSG:4326 degrees.
    is_blocked, is_ford
        Whether no car passes a node, whether there is a ford.
    way_ids, first
        The ways in the order of the file, and where the nodes of each begin in `points`; one more
        at the end.
    points
        Nodes of the ways one after the other, as numbers of nodes; −1 where the extract lacks it.
        Ways that are driven against their nodes are turned round.
    kinds
        For each way its number in `traits`, or −1 when it is dropped.
    structures
        For each way the sum of `BRIDGE`, `TUNNEL` and `FORD`.
    traits
        What ways can be.
    dropped
        For each dropped way, by its number, the value of `highway` and the reason.
    date
        Date of the data as the file says, or "".
    outside
        Ways without a node inside the bounds, which are not read, by their value of `highway`.
    frame
        West, south, east and north edge of all ways in the file, inside the bounds or not.
    """

    node_ids: Ints
    lon: Floats
    lat: Floats
    is_blocked: Bools
    is_ford: Bools
    way_ids: Ints
    first: Ints
    points: Ints
    kinds: Ints
    structures: Bytes
    traits: tuple[RoadTraits, ...]
    dropped: dict[int, tuple[str, DropReason]]
    date: str
    outside: dict[str, int]
    frame: Bounds


class _Ways:
    """Gathers ways while the file is read."""

    def __init__(self) -> None:
        self.ids, self.refs, self.first = array("q"), array("q"), array("q", [0])
        self.kinds, self.structures = array("q"), array("B")
        self.numbers: dict[RoadTraits, int] = {}
        self.dropped: dict[int, tuple[str, DropReason]] = {}
        self.outside: dict[str, int] = {}

    def add(self, way_id: int, refs: list[int], tags: dict[str, str]) -> None:
        """Add a way; its nodes are turned round when it is driven that way."""
        reading = read_tags(tags)
        if isinstance(reading, DropReason):
            self.dropped[len(self.ids)] = (tags.get("highway", "ferry"), reading)
            self.kinds.append(-1)
        else:
            traits = reading.traits
            self.kinds.append(self.numbers.setdefault(traits, len(self.numbers)))
            if reading.is_reversed:
                refs.reverse()
        self.structures.append(_read_structure(tags))
        self.ids.append(way_id)
        self.refs.extend(refs)
        self.first.append(len(self.refs))


def _read_structure(tags: dict[str, str]) -> int:
    is_bridge = tags.get("bridge", "") not in NOT_GIVEN
    tunnel = tags.get("tunnel", "")
    is_tunnel = bool(tunnel) and tunnel not in OPEN_TUNNELS
    is_ford = tags.get("ford", "") not in NOT_GIVEN
    return BRIDGE * is_bridge + TUNNEL * is_tunnel + FORD * is_ford


def read_extract(path: Path, bounds: Bounds | None = None) -> Extract:
    """Return the roads of an extract (``.osm.pbf``, also ``.osm``, ``.osm.bz2``, ``.o5m``).

    Parameters
    ----------
    bounds
        West, south, east, north in degrees: ways without a node inside are not held in memory, so
        that a province can be read from the extract of its country. None: all ways.

    Raises
    ------
    InputError
        If the file is missing, damaged or of another kind, or holds no roads.
    """
    import osmium

    ways, tracker = _Ways(), osmium.IdTracker()
    with clear_faults(path):
        date = read_date(path)
        inside, frame = (None, None) if bounds is None else _find_inside(path, bounds)
        for way in stream_ways(path, *TAKEN_WAYS):
            tags = dict(way.tags)
            if "highway" not in tags and tags.get("route") != "ferry":
                continue
            if inside is not None and not inside.contains_any_references(way):
                highway = tags.get("highway", "ferry")
                ways.outside[highway] = ways.outside.get(highway, 0) + 1
                continue
            tracker.add_references(way)
            ways.add(way.id, [node.ref for node in way.nodes], tags)
        nodes = _read_nodes(path, tracker)
    return _arrange(path, ways, nodes, date, frame)


def _find_inside(path: Path, bounds: Bounds) -> tuple["IdTracker", Bounds | None]:
    """Return the nodes of ways that lie inside some bounds, and the frame of all nodes of ways."""
    import osmium

    tracker, inside = osmium.IdTracker(), osmium.IdTracker()
    for way in stream_ways(path, *TAKEN_WAYS):
        tracker.add_references(way)
    west, south, east, north = bounds
    least_lon = least_lat = 181.0
    most_lon = most_lat = -181.0
    for node in stream_nodes_of(path, tracker):
        place = node.location
        if not place.valid():
            continue
        lon, lat = place.lon, place.lat
        least_lon, most_lon = min(least_lon, lon), max(most_lon, lon)
        least_lat, most_lat = min(least_lat, lat), max(most_lat, lat)
        if west <= lon <= east and south <= lat <= north:
            inside.add_node(node.id)
    frame = (least_lon, least_lat, most_lon, most_lat) if most_lat >= least_lat else None
    return inside, frame


@dataclass(slots=True)
class _Nodes:
    ids: "array[int]"
    lon: "array[float]"
    lat: "array[float]"
    blocked: list[int]
    fords: list[int]


def _read_nodes(path: Path, tracker: "IdTracker") -> _Nodes:
    """Return the nodes of the ways, with where cars are stopped and where there are fords."""
    nodes = _Nodes(array("q"), array("d"), array("d"), [], [])
    ids, lons, lats = nodes.ids, nodes.lon, nodes.lat
    for node in stream_nodes_of(path, tracker):
        place = node.location
        if place.valid():
            ids.append(node.id)
            lons.append(place.lon)
            lats.append(place.lat)
    for node in stream_nodes(path, *TOLD_NODES):
        tags = dict(node.tags)
        if is_blocking(tags):
            nodes.blocked.append(node.id)
        if tags.get("ford", "") not in NOT_GIVEN:
            nodes.fords.append(node.id)
    return nodes


def _arrange(path: Path, ways: _Ways, nodes: _Nodes, date: str, frame: Bounds | None) -> Extract:
    """Return arrays; nodes sorted by id, each once."""
    ids, order = np.unique(np.array(nodes.ids, dtype=np.int64), return_index=True)
    if frame is None and (not len(ids) or not len(ways.ids)):
        raise InputError(
            [
                Finding(
                    path.name,
                    None,
                    "",
                    "",
                    message("an OpenStreetMap extract with roads"),
                    message("download one of the province, roads and nodes included"),
                )
            ]
        )
    lon, lat = np.array(nodes.lon)[order], np.array(nodes.lat)[order]
    refs = np.array(ways.refs, dtype=np.int64)
    found = np.minimum(np.searchsorted(ids, refs), len(ids) - 1)
    return Extract(
        node_ids=ids,
        lon=lon,
        lat=lat,
        is_blocked=np.isin(ids, np.array(nodes.blocked, dtype=np.int64)),
        is_ford=np.isin(ids, np.array(nodes.fords, dtype=np.int64)),
        way_ids=np.array(ways.ids, dtype=np.int64),
        first=np.array(ways.first, dtype=np.int64),
        points=np.where(ids[found] == refs, found, -1),
        kinds=np.array(ways.kinds, dtype=np.int64),
        structures=np.array(ways.structures, dtype=np.uint8),
        traits=tuple(ways.numbers),
        dropped=ways.dropped,
        date=date,
        outside=ways.outside,
        frame=frame or (lon.min(), lat.min(), lon.max(), lat.max()),
    )
