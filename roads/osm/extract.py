"""Reads the roads of an OpenStreetMap extract into arrays."""

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from province.errors import InputError
from province.findings import Finding
from province.language import message
from roads.array_types import Floats, Ints, Truths
from roads.network import label_parts
from roads.osm.gates import Gate, join_gates, read_gate
from roads.osm.restrictions import Restriction, Restrictions, list_turn_nodes, read_restrictions
from roads.osm.streams import (
    are_among,
    clear_faults,
    read_date,
    read_places_of,
    stream_nodes,
    stream_places,
    stream_ways,
)
from roads.osm.tags import NOT_GIVEN, DropReason, RoadTraits, is_ferry, name_highway, read_tags
from roads.osm.vehicle_limits import LIMIT_KEYS

Bytes = npt.NDArray[np.uint8]
Bounds = tuple[float, float, float, float]

BRIDGE, TUNNEL, FORD = 1, 2, 4
OPEN_TUNNELS = frozenset({"no", "culvert", "building_passage"})
TAKEN_WAYS = ("highway", "route")
TOLD_NODES = ("barrier", "ford", *LIMIT_KEYS)
WAYS_TOGETHER = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Extract:
    """The ways with `highway` or `route=ferry` of an extract, and their nodes.

    Parameters
    ----------
    node_ids, lon, lat
        The nodes, ascending by id; EPSG:4326 degrees.
    is_blocked, is_ford
        Whether nobody passes a node, whether there is a ford.
    gates
        What the nodes let through that not every vehicle passes, by their numbers.
    way_ids, first
        The ways, ascending by id, and where the nodes of each begin in `points`; one more
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
        West, south, east and north edge of all nodes in the file, inside the bounds or not.
    turns
        Turn restrictions, the nodes and ways between as they stand here.
    nodes_of
        Node ids of the ways between.
    is_turn
        Whether roads must end at a node for the sake of a restriction.
    unread
        How often each key and value was met that limits vehicles or tells times of a kept road,
        and could not be read.
    """

    node_ids: Ints
    lon: Floats
    lat: Floats
    is_blocked: Truths
    is_ford: Truths
    gates: dict[int, Gate]
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
    turns: tuple[Restriction, ...]
    nodes_of: dict[int, list[int]]
    is_turn: Truths
    unread: dict[tuple[str, str], int]


class _WayArrays:
    """Gathers ways while the file is read."""

    def __init__(self) -> None:
        self.ids, self.refs, self.first = array("q"), array("q"), array("q", [0])
        self.kinds, self.structures, self.versions = array("q"), array("B"), array("q")
        self.numbers: dict[RoadTraits, int] = {}
        self.dropped: dict[int, tuple[str, DropReason]] = {}
        self.outside: dict[str, int] = {}
        self.unread: Counter[tuple[str, str]] = Counter()

    def add(self, way: "_Way") -> None:
        """Add a way; its nodes are turned round when it is driven that way."""
        reading = read_tags(way.tags)
        if isinstance(reading, DropReason):
            self.dropped[len(self.ids)] = (name_highway(way.tags), reading)
            self.kinds.append(-1)
        else:
            traits = reading.traits
            self.unread.update(reading.unread)
            self.kinds.append(self.numbers.setdefault(traits, len(self.numbers)))
            if reading.is_reversed:
                way.refs.reverse()
        self.structures.append(_read_structure(way.tags))
        self.ids.append(way.way_id)
        self.versions.append(way.version)
        self.refs.extend(way.refs)
        self.first.append(len(self.refs))


@dataclass(frozen=True, slots=True)
class _Way:
    way_id: int
    version: int
    refs: "array[int]"
    tags: dict[str, str]


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
    ways = _WayArrays()
    with clear_faults(path):
        date = read_date(path)
        inside, frame = (None, None) if bounds is None else _find_inside(path, bounds)
        waiting: list[_Way] = []
        for way in _list_ways(path):
            waiting.append(way)
            if len(waiting) == WAYS_TOGETHER:
                _take_over(ways, waiting, inside)
                waiting = []
        _take_over(ways, waiting, inside)
        nodes = _read_nodes(path, np.array(ways.refs, dtype=np.int64))
        restrictions = read_restrictions(path)
    return _arrange(path, ways, nodes, restrictions, date, frame)


def _list_ways(path: Path) -> Iterator[_Way]:
    for way in stream_ways(path, *TAKEN_WAYS):
        tags = dict(way.tags)
        if "highway" in tags or is_ferry(tags):
            refs = array("q", [node.ref for node in way.nodes])
            yield _Way(way.id, way.version, refs, tags)


def _take_over(ways: _WayArrays, waiting: list[_Way], inside: Ints | None) -> None:
    """Add the ways that have a node inside the bounds; count the others."""
    if inside is None or not waiting:
        for way in waiting:
            ways.add(way)
        return
    sizes = [len(way.refs) for way in waiting]
    refs = np.concatenate([np.array(way.refs, dtype=np.int64) for way in waiting])
    owners = np.repeat(np.arange(len(waiting)), sizes)
    num_inside = np.bincount(owners, are_among(refs, inside), minlength=len(waiting)).tolist()
    for way, number in zip(waiting, num_inside, strict=True):
        if number:
            ways.add(way)
        else:
            highway = name_highway(way.tags)
            ways.outside[highway] = ways.outside.get(highway, 0) + 1


def _find_inside(path: Path, bounds: Bounds) -> tuple[Ints, Bounds | None]:
    """Return the ids of the nodes inside some bounds, ascending, and the frame of all nodes."""
    west, south, east, north = bounds
    found = []
    corners = np.array([[np.inf, np.inf, -np.inf, -np.inf]])
    for ids, lon, lat in stream_places(path):
        found.append(ids[(west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)])
        if len(ids):
            here = lon.min(), lat.min(), lon.max(), lat.max()
            corners = np.vstack((corners, [here]))
    least, most = corners[:, :2].min(axis=0).tolist(), corners[:, 2:].max(axis=0).tolist()
    frame = (least[0], least[1], most[0], most[1]) if most[1] >= least[1] else None
    return np.unique(np.concatenate(found)), frame


@dataclass(slots=True)
class _Nodes:
    ids: Ints
    lon: Floats
    lat: Floats
    gates: dict[int, Gate]
    fords: list[int]


def _read_nodes(path: Path, wanted: Ints) -> _Nodes:
    """Return the nodes of the ways, with those that stop vehicles, and where there are fords."""
    nodes = _Nodes(*read_places_of(path, wanted), {}, [])
    for node in stream_nodes(path, *TOLD_NODES):
        tags = dict(node.tags)
        gate = read_gate(tags)
        if not gate.is_open or gate.limits.unread:
            nodes.gates[node.id] = gate
        if tags.get("ford", "") not in NOT_GIVEN:
            nodes.fords.append(node.id)
    return nodes


def _arrange(
    path: Path,
    ways: _WayArrays,
    nodes: _Nodes,
    restrictions: Restrictions,
    date: str,
    frame: Bounds | None,
) -> Extract:
    """Return arrays; nodes and ways sorted by id, each once."""
    ids, lon, lat = nodes.ids, nodes.lon, nodes.lat
    if frame is None and (not len(ids) or not len(ways.ids)):
        expected = message("an OpenStreetMap extract with roads")
        advice = message("download one of the province, roads and nodes included")
        raise InputError([Finding(path.name, None, "", "", expected, advice)])
    order, first, refs = _sort_ways(ways)
    kinds = np.array(ways.kinds, dtype=np.int64)[order]
    points = np.where(are_among(refs, ids), np.searchsorted(ids, refs), -1)
    twins = _find_twins(points, np.repeat(kinds, np.diff(first)), first, lon, lat)
    points = np.where(points >= 0, twins[points], -1)
    gates, unread = _place_gates(nodes, twins, points)
    way_ids = np.array(ways.ids, dtype=np.int64)[order]
    turns, nodes_of = _place_turns(restrictions, ids, twins, way_ids, first, points)
    unread.update(restrictions.unread)
    places = dict(zip(order.tolist(), range(len(order)), strict=True))
    return Extract(
        node_ids=ids,
        lon=lon,
        lat=lat,
        is_blocked=_mark([k for k, gate in gates.items() if not gate.kinds], len(ids)),
        is_ford=_mark(twins[np.isin(ids, np.array(nodes.fords, np.int64))].tolist(), len(ids)),
        gates={k: gate for k, gate in gates.items() if gate.kinds and not gate.is_open},
        way_ids=way_ids,
        first=first,
        points=points,
        kinds=kinds,
        structures=np.array(ways.structures, dtype=np.uint8)[order],
        traits=tuple(ways.numbers),
        dropped={places[k]: why for k, why in ways.dropped.items() if k in places},
        date=date,
        outside=ways.outside,
        frame=frame or (lon.min(), lat.min(), lon.max(), lat.max()),
        turns=turns,
        nodes_of=nodes_of,
        is_turn=np.isin(ids, np.array(sorted(list_turn_nodes(turns, nodes_of)), np.int64)),
        unread=dict(sorted((ways.unread + unread).items())),
    )


def _sort_ways(ways: _WayArrays) -> tuple[Ints, Ints, Ints]:
    """Return the ways by id, the newest of each, where their nodes begin, and the nodes."""
    ids = np.array(ways.ids, dtype=np.int64)
    order = np.lexsort((np.array(ways.versions, dtype=np.int64), ids))
    is_last = np.append(ids[order][1:] != ids[order][:-1], np.ones(min(len(ids), 1), np.bool_))
    order = order[is_last]
    begins = np.array(ways.first, dtype=np.int64)
    sizes = np.diff(begins)[order]
    first = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    places = np.arange(first[-1]) + np.repeat(begins[:-1][order] - first[:-1], sizes)
    return order, first, np.array(ways.refs, dtype=np.int64)[places]


def _find_twins(points: Ints, kinds: Ints, first: Ints, lon: Floats, lat: Floats) -> Ints:
    """Return for each node the first one at its place that roads join it with, or itself."""
    follows = np.ones(max(len(points) - 1, 0), dtype=np.bool_)
    inner = first[1:-1]
    follows[inner[(inner > 0) & (inner < len(points))] - 1] = False
    a, b = points[:-1], points[1:]
    is_twin = follows & (a >= 0) & (b >= 0) & (a != b) & (kinds[:-1] >= 0)
    is_twin &= (lon[a] == lon[b]) & (lat[a] == lat[b])
    size = len(lon)
    if not is_twin.any():
        return np.arange(size)
    labels = label_parts(a[is_twin], b[is_twin], size)
    return np.unique(labels, return_index=True)[1][labels]


def _place_gates(
    nodes: _Nodes, twins: Ints, points: Ints
) -> tuple[dict[int, Gate], Counter[tuple[str, str]]]:
    """Return the gates on roads by the numbers of their nodes, and what of them is not read."""
    used = np.zeros(len(twins), dtype=np.bool_)
    used[points[points >= 0]] = True
    gates: dict[int, Gate] = {}
    unread: Counter[tuple[str, str]] = Counter()
    for node_id in sorted(nodes.gates):
        place = int(np.searchsorted(nodes.ids, node_id))
        if place == len(nodes.ids) or nodes.ids[place] != node_id or not used[twins[place]]:
            continue
        gate, number = nodes.gates[node_id], int(twins[place])
        unread.update(gate.limits.unread)
        gates[number] = join_gates(gates[number], gate) if number in gates else gate
    return gates, unread


def _place_turns(
    restrictions: Restrictions, ids: Ints, twins: Ints, way_ids: Ints, first: Ints, points: Ints
) -> tuple[tuple[Restriction, ...], dict[int, list[int]]]:
    """Return the restrictions whose nodes are known, and the node ids of the ways between."""
    turns = []
    nodes_of: dict[int, list[int]] = {}
    for turn in restrictions.known:
        if turn.via_node is not None:
            place = int(np.searchsorted(ids, turn.via_node))
            if place < len(ids) and ids[place] == turn.via_node:
                turns.append(replace(turn, via_node=int(ids[twins[place]])))
            continue
        for way in turn.via_ways:
            k = int(np.searchsorted(way_ids, way))
            if k < len(way_ids) and way_ids[k] == way:
                own = points[first[k] : first[k + 1]]
                nodes_of[way] = ids[own[own >= 0]].tolist()
        turns.append(turn)
    return tuple(turns), nodes_of


def _mark(numbers: list[int], size: int) -> Truths:
    marks = np.zeros(size, dtype=np.bool_)
    marks[numbers] = True
    return marks
