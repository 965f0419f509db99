"""Shortest ways on a weighted network, with what adds up along them."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from province.hours import Spans, merge_spans
from roads.array_types import Floats, Ints, Truths
from roads.contraction import MOST_NEIGHBOURS, contract
from roads.matrix import Travel
from roads.searching import measure_all, search, total_up

ROUNDING_MIN = 1e-6  # sums of minutes are rounded up, unless only this much above a whole minute
DRIVE, WAIT, LENGTH, HOURS = range(4)  # columns of sums


@dataclass(frozen=True, eq=False)
class ArcTable:
    """Pieces of road in the directions in which they are driven, as arrays.

    Parameters
    ----------
    num_nodes
        Number of nodes; arcs name them by number.
    tail, head
        Nodes driven from and to.
    drive_min, wait_min, length_m
        Minutes at the wheel, minutes of ferry wait, whole metres.
    number, is_forward
        Index of the piece, and True when driven from its start to its end.
    spans
        Hours during which a piece is shut, by its index.
    base
        The node that each node is, or is a copy of; None: there are no copies.
    ends
        The node at which ways end that end at a node with copies.
    """

    num_nodes: int
    tail: Ints
    head: Ints
    drive_min: Floats
    wait_min: Ints
    length_m: Ints
    number: Ints
    is_forward: Truths
    spans: dict[int, Spans]
    base: Ints | None = None
    ends: dict[int, int] = field(default_factory=dict)

    @cached_property
    def total_min(self) -> Floats:
        """Minutes with waits."""
        return self.drive_min + self.wait_min

    def take(self, which: Ints, **ends: Ints) -> "ArcTable":
        """Return some of the arcs in an order, which may repeat them, with `ends` of their own."""
        names = ("tail", "head", "drive_min", "wait_min", "length_m", "number", "is_forward")
        return replace(self, **{name: getattr(self, name)[which] for name in names} | ends)

    def search_all(self, start: int) -> Floats:
        """Return the minutes with waits from a node to every node, infinite: no way.

        Copies count as the node they are of.
        """
        counts = np.bincount(self.tail, minlength=self.num_nodes)
        matrix = csr_array(
            (self.total_min, self.head, np.concatenate(([0], np.cumsum(counts)))),
            shape=(self.num_nodes, self.num_nodes),
        )
        minutes: Floats = dijkstra(matrix, indices=np.array([start]))[0]
        if self.base is None:
            return minutes
        least = np.full(int(self.base.max()) + 1, np.inf)
        np.minimum.at(least, self.base, minutes)
        return least


def tabulate_arcs(arcs: ArcTable) -> ArcTable:
    """Return the best arc from each node to each other one, sorted by tail and head.

    The one with the least minutes; of equal ones the first. Loops are left out, for no shortest
    way uses them.
    """
    keys = arcs.tail * arcs.num_nodes + arcs.head
    order = np.lexsort((arcs.total_min, keys))
    order = order[(arcs.tail != arcs.head)[order]]
    sorted_keys = keys[order]
    best = order[np.concatenate(([True], sorted_keys[1:] != sorted_keys[:-1]))[: len(order)]]
    return arcs.take(best)


@dataclass(frozen=True, slots=True, eq=False)
class Sorted:
    """The arcs of a small graph sorted by tail: `firsts` says where those of each node begin."""

    firsts: Ints
    tail: Ints
    head: Ints
    weight: Floats
    sums: Floats
    arc: Ints


@dataclass(frozen=True, slots=True, eq=False)
class WayFinder:
    """Finds the shortest ways between the nodes that were kept.

    Parameters
    ----------
    table
        All arcs.
    inner
        Number of each node in the small graphs, −1 where it was taken out.
    left, right
        The two arcs that a joined arc is made of.
    outward, homeward
        The small graph, and the same with every arc turned round.
    """

    table: ArcTable
    inner: Ints
    left: Ints
    right: Ints
    outward: Sorted
    homeward: Sorted


def find_ways(table: ArcTable, kept: Ints) -> WayFinder:
    """Return a finder of the ways between some nodes, made once and asked often.

    Parameters
    ----------
    table
        From `tabulate_arcs`.
    kept
        The nodes that ways may be asked for.
    """
    is_kept = np.zeros(table.num_nodes, dtype=np.bool_)
    is_kept[kept] = True
    is_kept[[table.ends[node] for node in kept.tolist() if node in table.ends]] = True
    tail, head, weight, left, right, is_live, is_in = contract(
        table.num_nodes, table.tail, table.head, table.total_min, is_kept, MOST_NEIGHBOURS
    )
    has_hours = np.isin(table.number, np.array(sorted(table.spans), dtype=np.int64))
    given = np.empty((len(table.tail), 4))
    given[:, DRIVE], given[:, WAIT] = table.drive_min, table.wait_min
    given[:, LENGTH], given[:, HOURS] = table.length_m, has_hours
    sums = total_up(len(table.tail), left, right, given)
    live = np.flatnonzero(is_live)
    inner = np.full(table.num_nodes, -1, dtype=np.int64)
    inner[is_in] = np.arange(int(is_in.sum()))
    tails, heads = inner[tail[live]], inner[head[live]]
    return WayFinder(
        table,
        inner,
        left,
        right,
        _sort_arcs(int(is_in.sum()), tails, heads, weight[live], sums[live], live),
        _sort_arcs(int(is_in.sum()), heads, tails, weight[live], sums[live], live),
    )


def _sort_arcs(
    size: int, tail: Ints, head: Ints, weight: Floats, sums: Floats, arc: Ints
) -> Sorted:
    order = np.lexsort((head, tail))
    counts = np.bincount(tail, minlength=size)
    firsts = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts).astype(np.int64)))
    return Sorted(
        firsts, tail[order], head[order], weight[order],
        np.ascontiguousarray(sums[order]), arc[order],
    )  # fmt: skip


def measure_ways(finder: WayFinder, starts: Ints, ends: Ints) -> Travel:
    """Return what the shortest way from each start to each end adds up to."""
    ways = _measure(finder, finder.outward, starts, _find_ends(finder.table, ends))
    return _stay(ways, starts, ends) if finder.table.ends else ways


def measure_ways_to(finder: WayFinder, starts: Ints, ends: Ints) -> Travel:
    """Return the same as `measure_ways`, searched from the ends: for many starts and few ends.

    Among equally short ways it may take another than `measure_ways`.
    """
    back = _measure(finder, finder.homeward, _find_ends(finder.table, ends), starts)
    ways = Travel(
        "",
        np.ascontiguousarray(back.drive_min.T),
        np.ascontiguousarray(back.wait_min.T),
        np.ascontiguousarray(back.length_m.T),
        {(i, j): spans for (j, i), spans in sorted(back.shut_min.items())},
    )
    return _stay(ways, starts, ends) if finder.table.ends else ways


def _stay(ways: Travel, starts: Ints, ends: Ints) -> Travel:
    """Return the ways with nothing driven from a node to itself, which ends elsewhere."""
    is_same = starts[:, None] == ends[None, :]
    return Travel(
        "",
        np.where(is_same, 0, ways.drive_min).astype(np.int32),
        np.where(is_same, 0, ways.wait_min).astype(np.int32),
        np.where(is_same, 0, ways.length_m).astype(np.int32),
        {pair: spans for pair, spans in ways.shut_min.items() if not is_same[pair]},
    )


def _find_ends(table: ArcTable, nodes: Ints) -> Ints:
    """Return the nodes at which ways to some nodes end."""
    if not table.ends:
        return nodes
    return np.array([table.ends.get(node, node) for node in nodes.tolist()], dtype=np.int64)


def _measure(finder: WayFinder, graph: Sorted, starts: Ints, ends: Ints) -> Travel:
    rows, columns = finder.inner[starts], finder.inner[ends]
    table = measure_all(
        graph.firsts, graph.tail, graph.head, graph.weight, graph.sums, rows, columns
    )
    is_reached = table[:, :, -1] == 0
    whole = np.where(is_reached, np.ceil(table[:, :, DRIVE] - ROUNDING_MIN), -1)
    shut: dict[tuple[int, int], Spans] = {}
    for row in np.flatnonzero((table[:, :, HOURS] > 0).any(axis=1)).tolist():
        goals = np.flatnonzero(table[row, :, HOURS] > 0).tolist()
        _, arrival = _search(graph, int(rows[row]), columns[goals])
        for column in goals:
            arcs = _walk_back(graph, arrival, int(rows[row]), int(columns[column]))
            shut[row, column] = _gather_hours(finder, graph, arcs)
    return Travel(
        "",
        whole.astype(np.int32),
        np.rint(table[:, :, WAIT]).astype(np.int32),
        np.rint(table[:, :, LENGTH]).astype(np.int32),
        shut,
    )


def _search(graph: Sorted, start: int, goals: Ints) -> tuple[Floats, Ints]:
    is_goal = np.zeros(len(graph.firsts) - 1, dtype=np.bool_)
    is_goal[goals] = True
    return search(graph.firsts, graph.head, graph.weight, start, is_goal, int(is_goal.sum()))


def _walk_back(graph: Sorted, arrival: Ints, start: int, end: int) -> list[int]:
    """Return the arcs of the small graph on the way to an end, in order."""
    arcs: list[int] = []
    node = end
    while node != start:
        arc = int(arrival[node])
        arcs.append(arc)
        node = int(graph.tail[arc])
    return arcs[::-1]


def _unpack(finder: WayFinder, arc: int) -> list[int]:
    """Return the given arcs that an arc was joined from, in order."""
    found, waiting = [], [arc]
    while waiting:
        top = waiting.pop()
        if finder.left[top] < 0:
            found.append(top)
        else:
            waiting += (int(finder.right[top]), int(finder.left[top]))
    return found


def _gather_hours(finder: WayFinder, graph: Sorted, arcs: list[int]) -> Spans:
    spans, table = finder.table.spans, finder.table
    joined = [int(graph.arc[arc]) for arc in arcs if graph.sums[arc, HOURS] > 0]
    given = [int(table.number[k]) for arc in joined for k in _unpack(finder, arc)]
    return merge_spans(span for number in given for span in spans.get(number, ()))


def trace_way(finder: WayFinder, start: int, end: int) -> list[int] | None:
    """Return the arcs of the table on the shortest way in order; None where there is none."""
    graph = finder.outward
    if start == end:
        return []
    end = finder.table.ends.get(end, end)
    first, last = int(finder.inner[start]), int(finder.inner[end])
    distance, arrival = _search(graph, first, np.array([last]))
    if not np.isfinite(distance[last]):
        return None
    arcs = _walk_back(graph, arrival, first, last)
    return [given for arc in arcs for given in _unpack(finder, int(graph.arc[arc]))]
