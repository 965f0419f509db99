"""Compiled: takes the nodes out of a graph that no asked way begins or ends at.

A node is taken out of the graph by joining every road into it with every road out of it, as one
longer road (unless a road as short is there already). What is left has the same shortest ways
between the nodes that were kept, at a fraction of the size; only nodes with few neighbours are
taken, so that few roads are added. The lists of arcs at each node are linked through arrays: arcs
come and go in the middle of a walk along them, which the rows of a sparse matrix (scipy) do not
allow, and numba walks arrays without asking for memory, which the dictionaries of networkx would
need for each arc.

References
----------
Geisberger, Sanders, Schultes and Delling, *Contraction hierarchies*, 2008, section 2; here without
witness searches and stopped early, as in Bauer et al., *Combining hierarchical and goal-directed
speed-up techniques for Dijkstra's algorithm*, 2010 (core-based routing).
"""

import numpy as np

from roads.array_types import Floats, Ints, Truths
from search.compiling import compiled, compiled_with_arrays, entry_with_arrays

Pair = tuple[Ints, Ints]
Chain = tuple[Ints, Ints, Ints]
"""Doubly linked lists: the first item of each, and for each item the one after and before."""

MOST_NEIGHBOURS = 5  # nodes with more are not taken out


@compiled
def _unlink(item: int, at: int, chain: Chain) -> None:
    """Take an item out of the list at a place."""
    first, after, before = chain
    if before[item] >= 0:
        after[before[item]] = after[item]
    else:
        first[at] = after[item]
    if after[item] >= 0:
        before[after[item]] = before[item]


@compiled
def _link(item: int, at: int, chain: Chain) -> None:
    """Put an item in front of the list at a place."""
    first, after, before = chain
    after[item] = first[at]
    before[item] = -1
    if first[at] >= 0:
        before[first[at]] = item
    first[at] = item


@compiled_with_arrays
def _grow(values: np.ndarray, size: int) -> np.ndarray:
    larger = np.empty(size, values.dtype)
    for k in range(len(values)):  # a slice would have numba compile its words about shapes
        larger[k] = values[k]
    return larger


@compiled_with_arrays
def _make_chain(places: int, items: int) -> Chain:
    return np.full(places, -1, np.int64), np.full(items, -1, np.int64), np.full(items, -1, np.int64)


@compiled
def _list_neighbours(
    node: int, ends: Pair, outs: Chain, ins: Chain, marks: Ints, near: Ints
) -> int:
    """Put the nodes with an arc from or to a node into `near`; return how many they are.

    Parameters
    ----------
    ends
        Tail and head of each arc.
    marks
        One mark for each node, and behind them the last mark that was used.
    near
        As many are put there as fit.
    """
    tail, head = ends
    marks[-1] += 1
    mark, count = marks[-1], 0
    for way in range(2):
        arc = outs[0][node] if way == 0 else ins[0][node]
        while arc >= 0:
            other = head[arc] if way == 0 else tail[arc]
            if marks[other] != mark:
                marks[other] = mark
                if count < len(near):
                    near[count] = other
                count += 1
            arc = outs[1][arc] if way == 0 else ins[1][arc]
    return count


@compiled
def _prune(
    ends: Pair, weight: Floats, is_live: Truths, outs: Chain, ins: Chain, nearest: Floats
) -> None:
    """Drop the arcs that are longer than a way of two others: no shortest way has them.

    Parameters
    ----------
    nearest
        Infinite for each node, and so again afterwards.
    """
    head = ends[1]
    for node in range(len(outs[0])):
        arc = outs[0][node]
        while arc >= 0:
            nearest[head[arc]] = weight[arc]
            arc = outs[1][arc]
        arc = outs[0][node]
        while arc >= 0:
            second = outs[0][head[arc]]
            while second >= 0:
                through = weight[arc] + weight[second]
                if through < nearest[head[second]] < np.inf:
                    nearest[head[second]] = through
                second = outs[1][second]
            arc = outs[1][arc]
        arc = outs[0][node]
        while arc >= 0:
            following = outs[1][arc]
            if nearest[head[arc]] < weight[arc]:
                is_live[arc] = False
                _unlink(arc, node, outs)
                _unlink(arc, head[arc], ins)
            nearest[head[arc]] = np.inf
            arc = following


@compiled
def _join_around(
    node: int,
    num_arcs: int,
    ends: Pair,
    weight: Floats,
    parts: Pair,
    is_live: Truths,
    outs: Chain,
    ins: Chain,
) -> int:
    """Join every arc into a node with every arc out of it; return the number of arcs then."""
    tail, head = ends
    into = ins[0][node]
    while into >= 0:
        first = tail[into]
        out = outs[0][node]
        while out >= 0:
            last, whole = head[out], weight[into] + weight[out]
            twin = outs[0][first]
            while twin >= 0 and head[twin] != last:
                twin = outs[1][twin]
            if last != first and (twin < 0 or weight[twin] > whole):
                if twin >= 0:
                    is_live[twin] = False
                    _unlink(twin, first, outs)
                    _unlink(twin, last, ins)
                tail[num_arcs], head[num_arcs] = first, last
                weight[num_arcs], is_live[num_arcs] = whole, True
                parts[0][num_arcs], parts[1][num_arcs] = into, out
                _link(num_arcs, first, outs)
                _link(num_arcs, last, ins)
                num_arcs += 1
            out = outs[1][out]
        into = ins[1][into]
    return num_arcs


@compiled
def _cut_off(node: int, ends: Pair, is_live: Truths, outs: Chain, ins: Chain) -> None:
    """Take every arc from and to a node out of the graph."""
    tail, head = ends
    arc = outs[0][node]
    while arc >= 0:
        is_live[arc] = False
        _unlink(arc, head[arc], ins)
        arc = outs[1][arc]
    arc = ins[0][node]
    while arc >= 0:
        is_live[arc] = False
        _unlink(arc, tail[arc], outs)
        arc = ins[1][arc]
    outs[0][node], ins[0][node] = -1, -1


@entry_with_arrays
def contract(
    num_nodes: int, tails: Ints, heads: Ints, weights: Floats, is_kept: Truths, most: int
) -> tuple[Ints, Ints, Floats, Ints, Ints, Truths, Truths]:
    """Take nodes out, those with the fewest neighbours first.

    One loop on purpose: its arrays grow as it goes, and compiled parts cannot hand that back.

    Parameters
    ----------
    tails, heads, weights
        The arcs; at most one from a node to another, none from a node to itself.
    is_kept
        Nodes that must stay.
    most
        Nodes with more neighbours than this stay.

    Returns
    -------
    tail, head, weight, left, right, is_live, is_in
        All arcs, the given ones first; the two arcs that a joined one is made of (−1 for given
        ones); whether each arc, and each node, is still in the graph.
    """
    num_arcs, room = len(tails), most * most
    size = num_arcs + num_arcs // 2 + room
    ends = _grow(tails, size), _grow(heads, size)
    parts = np.full(size, -1, np.int64), np.full(size, -1, np.int64)
    weight, is_live = _grow(weights, size), np.zeros(size, np.bool_)
    outs, ins = _make_chain(num_nodes, size), _make_chain(num_nodes, size)
    for arc in range(num_arcs - 1, -1, -1):
        is_live[arc] = True
        _link(arc, ends[0][arc], outs)
        _link(arc, ends[1][arc], ins)
    is_in, nearest = np.ones(num_nodes, np.bool_), np.full(num_nodes, np.inf)
    marks, near, none = (
        np.zeros(num_nodes + 1, np.int64),
        np.empty(most, np.int64),
        np.empty(0, np.int64),
    )
    # Nodes wait in one list for each number of neighbours, −1: in none
    waiting, degree = _make_chain(most + 1, num_nodes), np.full(num_nodes, -1, np.int64)
    for node in range(num_nodes - 1, -1, -1):
        count = most + 1 if is_kept[node] else _list_neighbours(node, ends, outs, ins, marks, near)
        if count <= most:
            degree[node] = count
            _link(node, count, waiting)
    level, pruned = 0, 2
    while level <= most:
        node = waiting[0][level]
        if node < 0:
            level += 1
            if level > pruned:
                _prune(ends, weight, is_live, outs, ins, nearest)
                pruned = level
            continue
        if num_arcs + room > size:
            size *= 2
            ends = _grow(ends[0], size), _grow(ends[1], size)
            parts = _grow(parts[0], size), _grow(parts[1], size)
            weight, is_live = _grow(weight, size), _grow(is_live, size)
            outs = outs[0], _grow(outs[1], size), _grow(outs[2], size)
            ins = ins[0], _grow(ins[1], size), _grow(ins[2], size)
        _unlink(node, level, waiting)
        is_in[node] = False
        num_near = _list_neighbours(node, ends, outs, ins, marks, near)
        num_arcs = _join_around(node, num_arcs, ends, weight, parts, is_live, outs, ins)
        _cut_off(node, ends, is_live, outs, ins)
        for k in range(num_near):
            other = near[k]
            if is_kept[other]:
                continue
            count = _list_neighbours(other, ends, outs, ins, marks, none)
            if degree[other] >= 0:
                _unlink(other, degree[other], waiting)
            degree[other] = count if count <= most else -1
            if count <= most:
                _link(other, count, waiting)
                level = min(level, count)
    return (
        ends[0][:num_arcs], ends[1][:num_arcs], weight[:num_arcs], parts[0][:num_arcs],
        parts[1][:num_arcs], is_live[:num_arcs], is_in,
    )  # fmt: skip
