"""The compiled part of finding ways: drops nodes that no asked way begins or ends at.

A node is taken out of the graph by joining every road into it with every road out of it, as one
longer road (unless a road as short is there already). What is left has the same shortest ways
between the nodes that were kept, at a fraction of the size; only nodes with few neighbours are
taken, so that few roads are added. One file on purpose: numba keeps compiled code by the file a
function stands in.

References
----------
Geisberger, Sanders, Schultes and Delling, *Contraction hierarchies*, 2008, section 2; here without
witness searches and stopped early, as in Bauer et al., *Combining hierarchical and goal-directed
speed-up techniques for Dijkstra's algorithm*, 2010 (core-based routing).
Meyer and Sanders, *Δ-stepping: a parallelizable shortest path algorithm*, 2003 (buckets).
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
F = TypeVar("F", bound=Callable[..., object])
BUCKET_SHARE = 0.5  # width of a bucket, as a share of the mean length of arcs
MOST_NEIGHBOURS = 5  # nodes with more are not taken out


def compiled(function: F) -> F:
    """Return the function compiled at its first call, and kept on disk."""
    return cast(F, numba.njit(nogil=True, cache=True)(function))


@compiled
def _unlink(arc: int, at: int, first: Ints, after: Ints, before: Ints) -> None:
    """Take an arc out of the list of the arcs at a node."""
    if before[arc] >= 0:
        after[before[arc]] = after[arc]
    else:
        first[at] = after[arc]
    if after[arc] >= 0:
        before[after[arc]] = before[arc]


@compiled
def _link(arc: int, at: int, first: Ints, after: Ints, before: Ints) -> None:
    after[arc] = first[at]
    before[arc] = -1
    if first[at] >= 0:
        before[first[at]] = arc
    first[at] = arc


@compiled
def _grow(values: np.ndarray, size: int) -> np.ndarray:
    larger = np.empty(size, values.dtype)
    larger[: len(values)] = values
    return larger


@compiled
def _count_neighbours(
    node: int,
    tail: Ints,
    head: Ints,
    outs: tuple[Ints, Ints],
    ins: tuple[Ints, Ints],
    marks: Ints,
    mark: int,
) -> int:
    """Return how many nodes have an arc from or to a node."""
    count = 0
    arc = outs[0][node]
    while arc >= 0:
        if marks[head[arc]] != mark:
            marks[head[arc]] = mark
            count += 1
        arc = outs[1][arc]
    arc = ins[0][node]
    while arc >= 0:
        if marks[tail[arc]] != mark:
            marks[tail[arc]] = mark
            count += 1
        arc = ins[1][arc]
    return count


@compiled
def _prune(
    tail: Ints,
    head: Ints,
    weight: Floats,
    is_live: Truths,
    num_arcs: int,
    outs: tuple[Ints, Ints, Ints],
    ins: tuple[Ints, Ints, Ints],
    nearest: Floats,
) -> None:
    """Drop the arcs that are longer than a way of two others: no shortest way has them.

    Parameters
    ----------
    nearest
        Infinite for each node, and so again afterwards.
    """
    for node in range(len(outs[0])):
        arc = outs[0][node]
        while arc >= 0:
            nearest[head[arc]] = weight[arc]
            arc = outs[1][arc]
        arc = outs[0][node]
        while arc >= 0:
            middle = head[arc]
            second = outs[0][middle]
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
                _unlink(arc, node, outs[0], outs[1], outs[2])
                _unlink(arc, head[arc], ins[0], ins[1], ins[2])
            nearest[head[arc]] = np.inf
            arc = following


@compiled
def contract(
    num_nodes: int, tails: Ints, heads: Ints, weights: Floats, is_kept: Truths, most: int
) -> tuple[Ints, Ints, Floats, Ints, Ints, Truths, Truths]:
    """Take nodes out, those with the fewest neighbours first.

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
    num_arcs = len(tails)
    size = num_arcs + num_arcs // 2 + 64
    tail, head, weight = _grow(tails, size), _grow(heads, size), _grow(weights, size)
    left, right = np.full(size, -1, np.int64), np.full(size, -1, np.int64)
    is_live = np.zeros(size, np.bool_)
    out_first, in_first = np.full(num_nodes, -1, np.int64), np.full(num_nodes, -1, np.int64)
    out_after, out_before = np.full(size, -1, np.int64), np.full(size, -1, np.int64)
    in_after, in_before = np.full(size, -1, np.int64), np.full(size, -1, np.int64)
    for arc in range(num_arcs - 1, -1, -1):
        is_live[arc] = True
        _link(arc, tail[arc], out_first, out_after, out_before)
        _link(arc, head[arc], in_first, in_after, in_before)
    is_in = np.ones(num_nodes, np.bool_)
    marks, mark = np.zeros(num_nodes, np.int64), 0
    # Nodes wait in one list for each number of neighbours; only the last entry of a node counts.
    wait_first = np.full(most + 1, -1, np.int64)
    wait_after, wait_before = np.full(num_nodes, -1, np.int64), np.full(num_nodes, -1, np.int64)
    degree = np.full(num_nodes, -1, np.int64)
    for node in range(num_nodes - 1, -1, -1):
        if is_kept[node]:
            continue
        mark += 1
        count = _count_neighbours(
            node, tail, head, (out_first, out_after), (in_first, in_after), marks, mark
        )
        if count <= most:
            degree[node] = count
            _link(node, count, wait_first, wait_after, wait_before)
    near = np.empty(2 * most + 2, np.int64)
    nearest, pruned = np.full(num_nodes, np.inf), 2
    level = 0
    while level <= most:
        node = wait_first[level]
        if node < 0:
            level += 1
            if level > pruned:
                _prune(
                    tail,
                    head,
                    weight,
                    is_live,
                    num_arcs,
                    (out_first, out_after, out_before),
                    (in_first, in_after, in_before),
                    nearest,
                )
                pruned = level
            continue
        _unlink(node, level, wait_first, wait_after, wait_before)
        is_in[node] = False
        mark += 1
        num_near = 0
        into = in_first[node]
        while into >= 0:
            first = tail[into]
            if marks[first] != mark:
                marks[first] = mark
                near[num_near] = first
                num_near += 1
            out = out_first[node]
            while out >= 0:
                last = head[out]
                if last != first:
                    sum_of_two = weight[into] + weight[out]
                    twin = out_first[first]
                    while twin >= 0 and head[twin] != last:
                        twin = out_after[twin]
                    if twin < 0 or weight[twin] > sum_of_two:
                        if twin >= 0:
                            is_live[twin] = False
                            _unlink(twin, first, out_first, out_after, out_before)
                            _unlink(twin, last, in_first, in_after, in_before)
                        if num_arcs == size:
                            size *= 2
                            tail, head = _grow(tail, size), _grow(head, size)
                            weight, is_live = _grow(weight, size), _grow(is_live, size)
                            left, right = _grow(left, size), _grow(right, size)
                            out_after, out_before = _grow(out_after, size), _grow(out_before, size)
                            in_after, in_before = _grow(in_after, size), _grow(in_before, size)
                        tail[num_arcs], head[num_arcs] = first, last
                        weight[num_arcs] = sum_of_two
                        left[num_arcs], right[num_arcs] = into, out
                        is_live[num_arcs] = True
                        _link(num_arcs, first, out_first, out_after, out_before)
                        _link(num_arcs, last, in_first, in_after, in_before)
                        num_arcs += 1
                out = out_after[out]
            into = in_after[into]
        arc = out_first[node]
        while arc >= 0:
            if marks[head[arc]] != mark:
                marks[head[arc]] = mark
                near[num_near] = head[arc]
                num_near += 1
            is_live[arc] = False
            _unlink(arc, head[arc], in_first, in_after, in_before)
            arc = out_after[arc]
        arc = in_first[node]
        while arc >= 0:
            is_live[arc] = False
            _unlink(arc, tail[arc], out_first, out_after, out_before)
            arc = in_after[arc]
        out_first[node], in_first[node] = -1, -1
        for k in range(num_near):
            other = near[k]
            if is_kept[other]:
                continue
            mark += 1
            count = _count_neighbours(
                other, tail, head, (out_first, out_after), (in_first, in_after), marks, mark
            )
            if degree[other] >= 0:
                _unlink(other, degree[other], wait_first, wait_after, wait_before)
            degree[other] = count if count <= most else -1
            if count <= most:
                _link(other, count, wait_first, wait_after, wait_before)
                level = min(level, count)
    return (
        tail[:num_arcs],
        head[:num_arcs],
        weight[:num_arcs],
        left[:num_arcs],
        right[:num_arcs],
        is_live[:num_arcs],
        is_in,
    )


@compiled
def search(
    firsts: Ints, heads: Ints, weights: Floats, start: int, is_goal: Truths, num_goals: int
) -> tuple[Floats, Ints]:
    """Return the distance of each node from a start, and the arc by which it is reached.

    Stops when all goals are reached: distances beyond them are not final. Infinite and −1 where
    there is no way. Of equal distances the first one found stays.

    Nodes wait in buckets of equal width instead of a heap: within a bucket a node may be looked at
    again, when it is reached sooner.

    Parameters
    ----------
    firsts, heads, weights
        The arcs sorted by tail: those of node k are ``firsts[k]`` to ``firsts[k + 1]``.
    """
    size = len(firsts) - 1
    distance = np.full(size, np.inf)
    arrival = np.full(size, -1, np.int64)
    looked_at = np.full(size, np.inf)  # the distance with which each node was last looked at
    width, longest = 1.0, 0.0
    if len(weights):
        longest = weights.max()
        width = max(weights.mean() * BUCKET_SHARE, longest / 65536.0, 1e-9)
    num_buckets = int(longest / width) + 2
    bucket = np.full(num_buckets, -1, np.int64)
    nodes, after = np.empty(4096, np.int64), np.empty(4096, np.int64)
    nodes[0], after[0], count, free = start, -1, 1, -1
    bucket[0], waiting, at = 0, 1, 0
    distance[start] = 0.0
    missing = num_goals
    while waiting and missing:
        slot = at % num_buckets
        while bucket[slot] >= 0:
            entry = bucket[slot]
            bucket[slot] = after[entry]
            node = nodes[entry]
            after[entry], free = free, entry
            waiting -= 1
            reached = distance[node]
            if looked_at[node] <= reached:
                continue
            if looked_at[node] == np.inf and is_goal[node]:
                missing -= 1
            looked_at[node] = reached
            for arc in range(firsts[node], firsts[node + 1]):
                other = heads[arc]
                sooner = reached + weights[arc]
                if sooner >= distance[other]:
                    continue
                distance[other] = sooner
                arrival[other] = arc
                if free >= 0:
                    entry = free
                    free = after[entry]
                else:
                    if count == len(nodes):
                        nodes, after = _grow(nodes, 2 * count), _grow(after, 2 * count)
                    entry = count
                    count += 1
                place = max(int(sooner / width), at) % num_buckets
                nodes[entry], after[entry] = other, bucket[place]
                bucket[place] = entry
                waiting += 1
        at += 1
    return distance, arrival


@compiled
def add_up(tails: Ints, start: int, end: int, arrival: Ints, sums: Floats, total: Floats) -> int:
    """Add the sums of the arcs on the way to an end to a total; return how many they are."""
    count, node = 0, end
    while node != start:
        arc = arrival[node]
        for k in range(sums.shape[1]):
            total[k] += sums[arc, k]
        node = tails[arc]
        count += 1
    return count


@compiled
def measure_all(
    firsts: Ints, tails: Ints, heads: Ints, weights: Floats, sums: Floats, starts: Ints, ends: Ints
) -> Floats:
    """Return what the arcs on the shortest way from each start to each end add up to.

    Parameters
    ----------
    sums
        What is added, one row for each arc.

    Returns
    -------
    table
        Shape (starts, ends, columns of `sums` + 1); the last is 0 where there is a way, else 1.
    """
    columns = sums.shape[1]
    table = np.zeros((len(starts), len(ends), columns + 1))
    is_goal = np.zeros(len(firsts) - 1, np.bool_)
    for end in ends:
        is_goal[end] = True
    num_goals = int(is_goal.sum())
    for row in range(len(starts)):
        distance, arrival = search(firsts, heads, weights, starts[row], is_goal, num_goals)
        for column in range(len(ends)):
            if distance[ends[column]] == np.inf:
                table[row, column, columns] = 1.0
            else:
                add_up(tails, starts[row], ends[column], arrival, sums, table[row, column])
    return table


@compiled
def total_up(num_given: int, left: Ints, right: Ints, given: Floats) -> Floats:
    """Return the sums of all arcs from those of the given ones; parts come before wholes."""
    sums = np.zeros((len(left), given.shape[1]))
    sums[:num_given] = given
    for arc in range(num_given, len(left)):
        for k in range(given.shape[1]):
            sums[arc, k] = sums[left[arc], k] + sums[right[arc], k]
    return sums
