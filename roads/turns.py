"""Keeps turns that are forbidden out of a network of nodes and arcs.

A forbidden turn is a sequence of arcs. After each beginning of such a sequence a vehicle stands not
at the node it reached but at a copy of it, from which the arc that would complete the sequence is
missing (Aho and Corasick 1975: the copies are the states of their automaton). Everywhere else the
network stays as it is.

References
----------
Aho and Corasick, *Efficient string matching*, 1975. Villeneuve and Desaulniers, *The shortest path
problem with forbidden paths*, 2005, who find the shortest ways in the same product.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from province.roads import Turn
from roads.network import RoadNetwork
from roads.paths import ArcTable
from roads.pieces import Pieces

Driven = tuple[int, bool]
"""A piece, and whether it is driven from its start to its end."""
Chain = tuple[int, ...]
"""Arcs that follow each other."""


def list_forbidden(
    network: RoadNetwork, pieces: Pieces, turns: Iterable[Turn]
) -> list[tuple[Driven, ...]]:
    """Return the sequences of pieces that turns forbid.

    A way that may not turn at a junction could turn round where a site stands, or a closure ends,
    in the middle of a segment behind it: that is forbidden, too, on the segments that meet there.
    """
    forbidden: dict[tuple[Driven, ...], None] = {}
    junctions: set[int] = set()
    for turn in turns:
        numbers = [network.numbers.get(segment_id) for segment_id, _ in turn.steps]
        known = [number for number in numbers if number is not None]
        if len(known) < len(numbers):
            continue
        chain: list[Driven] = []
        for k, (number, (_, is_forward)) in enumerate(zip(known, turn.steps, strict=True)):
            own = _list_pieces(pieces, number, is_forward)
            if k < len(known) - 1:
                ends = network.ends if is_forward else network.starts
                junctions.add(int(ends[number]))
            is_last, is_first = k == len(known) - 1, k == 0
            chain += own[-1:] if is_first else own[:1] if is_last else own
        forbidden[tuple(chain)] = None
    for number in _list_meeting(network, junctions):
        own = _list_pieces(pieces, number, True)
        for (before, _), (after, _) in pairwise(own):
            forbidden[(before, True), (before, False)] = None
            forbidden[(after, False), (after, True)] = None
    return list(forbidden)


def _list_pieces(pieces: Pieces, number: int, is_forward: bool) -> list[Driven]:
    low, high = np.searchsorted(pieces.segment, [number, number + 1]).tolist()
    numbers = range(low, high) if is_forward else range(high - 1, low - 1, -1)
    return [(piece, is_forward) for piece in numbers]


def _list_meeting(network: RoadNetwork, junctions: set[int]) -> list[int]:
    if not junctions:
        return []
    nodes = np.array(sorted(junctions))
    return np.flatnonzero(np.isin(network.starts, nodes) | np.isin(network.ends, nodes)).tolist()


@dataclass(slots=True)
class _Automaton:
    """The beginnings of forbidden chains, each with its copy of a node."""

    forbidden: frozenset[Chain]
    states: dict[Chain, int]
    longest: int

    def go(self, before: Chain, arc: int) -> Chain | None:
        """Return the longest beginning that was driven after one more arc; None: forbidden."""
        driven = (*before, arc)[-self.longest :]
        tails = [driven[k:] for k in range(len(driven))]
        if any(tail in self.forbidden for tail in tails):
            return None
        return next((tail for tail in tails if tail in self.states), ())


def forbid_chains(arcs: ArcTable, forbidden: Sequence[tuple[Driven, ...]]) -> ArcTable:
    """Return arcs between nodes and copies of nodes on which no forbidden sequence can be driven.

    Ways begin at the nodes; where copies were made they end at the nodes of `ArcTable.ends`.

    Parameters
    ----------
    arcs
        All arcs, before the best between two nodes are chosen.
    """
    numbers = {
        (piece, is_forward): k
        for k, (piece, is_forward) in enumerate(
            zip(arcs.number.tolist(), arcs.is_forward.tolist(), strict=True)
        )
    }
    chains = [
        tuple(numbers[driven] for driven in chain)
        for chain in forbidden
        if all(driven in numbers for driven in chain)
    ]
    beginnings = sorted({chain[:k] for chain in chains for k in range(1, len(chain))})
    if not beginnings:
        return arcs
    states = {chain: arcs.num_nodes + k for k, chain in enumerate(beginnings)}
    automaton = _Automaton(frozenset(chains), states, max(map(len, chains)))
    places = [int(arcs.head[chain[-1]]) for chain in beginnings]
    leaving = _list_leaving(arcs, set(places))
    head = arcs.head.copy()
    for chain, state in states.items():
        if len(chain) == 1:
            head[chain[0]] = state
    tails, heads, same = [], [], []
    for chain, place in zip(beginnings, places, strict=True):
        for arc in leaving[place]:
            after = automaton.go(chain, arc)
            if after is not None:
                tails.append(states[chain])
                heads.append(states[after] if after else int(arcs.head[arc]))
                same.append(arc)
    whole = arcs.take(
        np.concatenate((np.arange(len(head)), np.array(same, dtype=np.int64))),
        tail=np.concatenate((arcs.tail, np.array(tails, dtype=np.int64))),
        head=np.concatenate((head, np.array(heads, dtype=np.int64))),
    )
    base = np.concatenate((np.arange(arcs.num_nodes), np.array(places, dtype=np.int64)))
    return _add_ends(replace(whole, num_nodes=len(base), base=base), sorted(set(places)))


def _list_leaving(arcs: ArcTable, places: set[int]) -> dict[int, list[int]]:
    leaving: dict[int, list[int]] = {place: [] for place in places}
    for arc in np.flatnonzero(np.isin(arcs.tail, np.array(sorted(places)))).tolist():
        leaving[int(arcs.tail[arc])].append(arc)
    return leaving


def _add_ends(arcs: ArcTable, places: list[int]) -> ArcTable:
    """Return the arcs with a node for ways that end at a place that has copies."""
    base = arcs.base if arcs.base is not None else np.arange(arcs.num_nodes)
    ends = {place: arcs.num_nodes + k for k, place in enumerate(places)}
    into = np.flatnonzero(np.isin(base[arcs.head], np.array(places)))
    ended = np.array([ends[place] for place in base[arcs.head[into]].tolist()], dtype=np.int64)
    source = np.concatenate((np.arange(len(arcs.tail)), into))
    whole = arcs.take(source, head=np.concatenate((arcs.head, ended)))
    base = np.concatenate((base, np.array(places, dtype=np.int64)))
    return replace(whole, num_nodes=len(base), base=base, ends=ends)
