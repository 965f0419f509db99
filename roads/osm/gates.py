"""Cuts roads at nodes that not every vehicle passes: barriers, bridges, portals."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from roads.array_types import Floats, Ints, Truths
from roads.osm.tags import RoadTraits
from roads.osm.vehicle_limits import ALL_KINDS, TaggedLimits, least_of, list_passing, read_limits

STUB_M = 2.0  # of a road on each side of a gate, as far as it has them
NODE_ENDS = 64  # road ends that one gate or barrier can have


@dataclass(frozen=True, slots=True)
class Gate:
    """What a node lets through.

    Parameters
    ----------
    kinds
        Kinds of vehicle; none: nobody passes.
    limits
        The heaviest, highest and widest vehicle, and what is tagged and was not read.
    """

    kinds: frozenset[str]
    limits: TaggedLimits

    @property
    def is_open(self) -> bool:
        """Whether every vehicle passes."""
        return self == Gate(ALL_KINDS, TaggedLimits(unread=self.limits.unread))


def read_gate(tags: Mapping[str, str]) -> Gate:
    """Return what a node with these tags lets through."""
    return Gate(list_passing(tags), read_limits(tags, is_road=False))


def join_gates(one: Gate, other: Gate) -> Gate:
    """Return what two gates one after the other let through."""
    limits = TaggedLimits(
        least_of(one.limits.max_t, other.limits.max_t),
        least_of(one.limits.max_height_m, other.limits.max_height_m),
        least_of(one.limits.max_width_m, other.limits.max_width_m),
        (*one.limits.unread, *other.limits.unread),
    )
    return Gate(one.kinds & other.kinds, limits)


def narrow_traits(traits: RoadTraits, gate: Gate) -> RoadTraits | None:
    """Return what a road is at a gate on it; None where nobody passes."""
    kinds = gate.kinds & (frozenset(traits.vehicles) or ALL_KINDS)
    if not kinds:
        return None
    return replace(
        traits,
        vehicles=() if kinds == ALL_KINDS else tuple(sorted(kinds)),
        max_t=least_of(traits.max_t, gate.limits.max_t),
        max_height_m=least_of(traits.max_height_m, gate.limits.max_height_m),
        width_m=least_of(traits.width_m, gate.limits.max_width_m),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Steps of roads, cut near gates; ends at barriers have nodes of their own.

    Parameters
    ----------
    ids, lon, lat
        Of each node, those made here behind the others.
    tails, heads
        Numbers of the nodes.
    kinds
        For each part its number in `traits`.
    length_m
        Metres of each part.
    source
        For each part the step that it was cut from.
    follows
        Whether a part goes on where the one before ends, in the same way.
    """

    ids: Ints
    lon: Floats
    lat: Floats
    tails: Ints
    heads: Ints
    kinds: Ints
    traits: tuple[RoadTraits, ...]
    length_m: Floats
    source: Ints
    follows: Truths

    def keep(self, mask: Truths) -> "Parts":
        """Return some of the parts."""
        names = ("tails", "heads", "kinds", "length_m", "source", "follows")
        return replace(self, **{name: getattr(self, name)[mask] for name in names})


def cut_at_gates(parts: Parts, gates: Mapping[int, Gate]) -> Parts:
    """Return parts with `STUB_M` of every road at a gate cut off and limited by it.

    A part that is not much longer than its stubs is limited whole. Where a road meets a gate that
    lets none of its vehicles through, the stub is left out.

    Parameters
    ----------
    gates
        By the number of the node.
    """
    if not gates:
        return parts
    gate_of = np.full(len(parts.ids), -1, dtype=np.int64)
    ordered = [gates[node] for node in sorted(gates)]
    gate_of[sorted(gates)] = np.arange(len(ordered))
    at_tail, at_head = gate_of[parts.tails], gate_of[parts.heads]
    is_long = parts.length_m > 4 * STUB_M
    cut, begins, ends = _cut_stubs(parts, is_long & (at_tail >= 0), is_long & (at_head >= 0))
    is_whole = ~is_long[cut.source]
    kinds, traits = cut.kinds.copy(), list(parts.traits)
    numbers = {one: k for k, one in enumerate(traits)}
    for mask, gate in (
        (begins | (is_whole & (at_tail[cut.source] >= 0)), at_tail),
        (ends | (is_whole & (at_head[cut.source] >= 0)), at_head),
    ):
        for k in np.flatnonzero(mask).tolist():
            if kinds[k] < 0:
                continue
            narrow = narrow_traits(traits[kinds[k]], ordered[gate[cut.source[k]]])
            if narrow is not None and narrow not in numbers:
                numbers[narrow] = len(traits)
                traits.append(narrow)
            kinds[k] = -1 if narrow is None else numbers[narrow]
    limited = replace(cut, kinds=kinds, traits=tuple(traits), source=parts.source[cut.source])
    return limited.keep(kinds >= 0)


def _cut_stubs(parts: Parts, at_tail: Truths, at_head: Truths) -> tuple[Parts, Truths, Truths]:
    """Return parts with stubs cut off, and which of them are stubs at their tail or head.

    `source` counts the parts given.
    """
    counts = 1 + at_tail + at_head
    source = np.repeat(np.arange(len(parts.tails)), counts)
    place = np.arange(len(source)) - np.repeat(np.cumsum(counts) - counts, counts)
    begins = at_tail[source] & (place == 0)
    ends = at_head[source] & (place == counts[source] - 1)
    stub = STUB_M / np.maximum(parts.length_m, STUB_M)[source]
    first = np.where(begins, 0.0, np.where(ends, 1.0 - stub, np.where(at_tail[source], stub, 0.0)))
    last = np.where(begins, stub, np.where(ends, 1.0, np.where(at_head[source], 1.0 - stub, 1.0)))
    is_made = place > 0  # its tail is a new node, where the part before ends
    made = np.flatnonzero(is_made)
    number = np.full(len(source) + 1, -1, dtype=np.int64)
    number[made] = len(parts.ids) + np.arange(len(made))
    tails = np.where(is_made, number[:-1], parts.tails[source])
    is_followed = np.append(is_made[1:], np.zeros(1, np.bool_))
    heads = np.where(is_followed, number[1:], parts.heads[source])
    a, b = parts.tails[source[made]], parts.heads[source[made]]
    lon = parts.lon[a] + first[made] * (parts.lon[b] - parts.lon[a])
    lat = parts.lat[a] + first[made] * (parts.lat[b] - parts.lat[a])
    owner = np.where(begins[made - 1], a, b)
    ids = _name_ends(parts.ids[owner])
    return (
        Parts(
            ids=np.concatenate((parts.ids, ids)),
            lon=np.concatenate((parts.lon, np.round(lon, 7))),
            lat=np.concatenate((parts.lat, np.round(lat, 7))),
            tails=tails,
            heads=heads,
            kinds=parts.kinds[source],
            traits=parts.traits,
            length_m=parts.length_m[source] * (last - first),
            source=source,
            follows=parts.follows[source] | is_made,
        ),
        begins,
        ends,
    )


def _name_ends(node_ids: Ints) -> Ints:
    """Return ids for road ends at nodes, of each node one after the other."""
    seen: dict[int, int] = {}
    names = []
    for node_id in node_ids.tolist():
        seen[node_id] = seen.get(node_id, 0) + 1
        names.append(-(node_id * NODE_ENDS + seen[node_id]))
    return np.array(names, dtype=np.int64)


def part_at_barriers(parts: Parts, is_blocked: Truths) -> Parts:
    """Return parts with a node of its own for each road end at a node that nobody passes."""
    tails, heads = parts.tails.copy(), parts.heads.copy()
    size = len(is_blocked)
    places: list[Ints] = []
    for ends in (tails, heads):
        old = np.flatnonzero(ends < size)
        blocked = old[is_blocked[ends[old]]]
        first = len(parts.ids) + sum(len(place) for place in places)
        places.append(ends[blocked])
        ends[blocked] = first + np.arange(len(blocked))
    made = np.concatenate(places)
    return replace(
        parts,
        ids=np.concatenate((parts.ids, _name_ends(parts.ids[made]))),
        lon=np.concatenate((parts.lon, parts.lon[made])),
        lat=np.concatenate((parts.lat, parts.lat[made])),
        tails=tails,
        heads=heads,
    )
