"""Compiled: searches shortest ways in a graph, and adds up what lies on them.

References
----------
Meyer and Sanders, *Δ-stepping: a parallelizable shortest path algorithm*, 2003.
"""

import numpy as np

from roads.array_types import Floats, Ints, Truths
from search.compiling import compiled, entry_with_arrays

BUCKET_SHARE = 0.5  # width of a bucket, as a share of the mean length of arcs


@entry_with_arrays
def search(
    firsts: Ints, heads: Ints, weights: Floats, start: int, is_goal: Truths, num_goals: int
) -> tuple[Floats, Ints]:
    """Return the distance of each node from a start, and the arc by which it is reached.

    Stops when all goals are reached: distances beyond them are not final. Infinite and −1 where
    there is no way. Of equal distances the first one found stays.

    Nodes wait in buckets of equal width instead of a heap: within a bucket a node may be looked at
    again, when it is reached sooner. One loop on purpose: it is called thousands of times, and
    whatever its parts would share they would have to be handed.

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
                        nodes, after = (
                            np.concatenate((nodes, nodes)),
                            np.concatenate((after, after)),
                        )
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


@entry_with_arrays
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


@entry_with_arrays
def total_up(num_given: int, left: Ints, right: Ints, given: Floats) -> Floats:
    """Return the sums of all arcs from those of the given ones; parts come before wholes."""
    sums = np.zeros((len(left), given.shape[1]))
    for arc in range(num_given):
        for k in range(given.shape[1]):
            sums[arc, k] = given[arc, k]
    for arc in range(num_given, len(left)):
        for k in range(given.shape[1]):
            sums[arc, k] = sums[left[arc], k] + sums[right[arc], k]
    return sums
