"""Shortest ways on a weighted network, by scipy, with what adds up along them."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routing.closures import Spans, merge_spans

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int32]

ROUNDING_MIN = 1e-6  # sums of minutes are rounded up, unless only this much above a whole minute
CHUNK = 32  # searches held in memory at once


def round_up_min(minutes: float) -> int:
    """Return the whole minutes that a sum of segment minutes counts as."""
    return math.ceil(minutes - ROUNDING_MIN)


class Arc(NamedTuple):
    """A segment in one direction, with what it takes to use it; a tuple, for there are many.

    Parameters
    ----------
    tail, head
        Nodes driven from and to.
    drive_min, wait_min, length_m
        Minutes at the wheel, minutes of ferry wait, whole metres.
    number, is_forward
        Index of the segment, and True when driven from its start to its end.
    """

    tail: int
    head: int
    drive_min: float
    wait_min: int
    length_m: int
    number: int
    is_forward: bool


@dataclass(frozen=True, eq=False)
class ArcTable:
    """The best arc between any two joined nodes, as arrays sorted by tail and head.

    Parameters
    ----------
    num_nodes
        Number of nodes; arcs name them by number.
    tail, head, drive_min, wait_min, length_m, number, is_forward
        The fields of `Arc`, one array each.
    spans
        Hours during which a segment is shut, by its index.
    """

    num_nodes: int
    tail: Ints
    head: Ints
    drive_min: Floats
    wait_min: Ints
    length_m: Ints
    number: Ints
    is_forward: npt.NDArray[np.bool_]
    spans: dict[int, Spans]

    @cached_property
    def keys(self) -> Ints:
        """One ascending number for each (tail, head)."""
        return self.tail * self.num_nodes + self.head

    @cached_property
    def has_hours(self) -> npt.NDArray[np.bool_]:
        """Whether each arc is shut during some hours."""
        return np.isin(self.number, np.array(sorted(self.spans), dtype=np.int64))

    @cached_property
    def matrix(self) -> "csr_array[np.float64]":
        """Minutes with waits as a sparse matrix."""
        counts = np.bincount(self.tail, minlength=self.num_nodes)
        return csr_array(
            (self.drive_min + self.wait_min, self.head, np.concatenate(([0], np.cumsum(counts)))),
            shape=(self.num_nodes, self.num_nodes),
        )


def tabulate_arcs(arcs: Iterable[Arc], num_nodes: int, spans: dict[int, Spans]) -> ArcTable:
    """Return the best arc for each pair of nodes: least minutes, then the first segment.

    Loops are left out, for no shortest way uses them.
    """
    rows = [arc for arc in arcs if arc.tail != arc.head]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 7
    tail, head, wait, length, number = (
        np.array(columns[k], dtype=np.int64) for k in (0, 1, 3, 4, 5)
    )
    drive = np.array(columns[2], dtype=np.float64)
    forward = np.array(columns[6], dtype=np.bool_)
    order = np.lexsort((~forward, number, drive + wait, head, tail))
    keys = (tail * num_nodes + head)[order]
    best = order[np.concatenate(([True], keys[1:] != keys[:-1]))] if len(order) else order
    return ArcTable(
        num_nodes=num_nodes,
        tail=tail[best],
        head=head[best],
        drive_min=drive[best],
        wait_min=wait[best],
        length_m=length[best],
        number=number[best],
        is_forward=forward[best],
        spans=spans,
    )


def flip_arcs(table: ArcTable) -> ArcTable:
    """Return the table with every arc driven from its head to its tail."""
    order = np.lexsort((table.tail, table.head))
    return ArcTable(
        num_nodes=table.num_nodes,
        tail=table.head[order],
        head=table.tail[order],
        drive_min=table.drive_min[order],
        wait_min=table.wait_min[order],
        length_m=table.length_m[order],
        number=table.number[order],
        is_forward=table.is_forward[order],
        spans=table.spans,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """What the shortest ways from some nodes to some others add up to.

    Parameters
    ----------
    drive_min, wait_min, length_m
        Whole minutes at the wheel (−1: no way), minutes of waits, metres; shape (starts, ends).
    shut_min
        Hours during which a way is shut, by (start, end) index; ways not named are open all day.
    """

    drive_min: Whole
    wait_min: Whole
    length_m: Whole
    shut_min: dict[tuple[int, int], Spans]


def measure_ways_to(table: ArcTable, starts: Ints, ends: Ints) -> Ways:
    """Return the same as `measure_ways`, searched from the ends: for many starts and few ends.

    Among equally short ways it may take another than `measure_ways`.
    """
    back = measure_ways(flip_arcs(table), ends, starts)
    return Ways(
        back.drive_min.T,
        back.wait_min.T,
        back.length_m.T,
        {(i, j): spans for (j, i), spans in sorted(back.shut_min.items())},
    )


def measure_ways(table: ArcTable, starts: Ints, ends: Ints) -> Ways:
    """Return what the shortest way from each start to each end adds up to."""
    shape = (len(starts), len(ends))
    drive, wait, length = (np.zeros(shape) for _ in range(3))
    reached = np.zeros(shape, dtype=np.bool_)
    spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for first in range(0, len(starts), CHUNK):
        some = starts[first : first + CHUNK]
        minutes, before = dijkstra(table.matrix, indices=some, return_predecessors=True)
        reached[first : first + CHUNK] = np.isfinite(minutes[:, ends])
        for rows, cols, arcs in _walk_back(table, before, some, ends):
            drive[first + rows, cols] += table.drive_min[arcs]
            wait[first + rows, cols] += table.wait_min[arcs]
            length[first + rows, cols] += table.length_m[arcs]
            for k in np.flatnonzero(table.has_hours[arcs]).tolist():
                pair = first + int(rows[k]), int(cols[k])
                spans.setdefault(pair, []).extend(table.spans[int(table.number[arcs[k]])])
    whole = np.where(reached, np.ceil(drive - ROUNDING_MIN), -1)
    return Ways(
        whole.astype(np.int32),
        wait.astype(np.int32),
        length.astype(np.int32),
        {pair: merge_spans(spans[pair]) for pair in sorted(spans)},
    )


def _walk_back(
    table: ArcTable, before: Whole, starts: Ints, ends: Ints
) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Yield (rows, columns, arcs): one step back on every way that has not met its start yet."""
    rows, cols = (grid.ravel() for grid in np.indices((len(starts), len(ends))))
    here = np.tile(ends, len(starts))
    while True:
        previous = before[rows, here].astype(np.int64)
        kept = previous >= 0
        rows, cols, here, previous = rows[kept], cols[kept], here[kept], previous[kept]
        if not len(rows):
            return
        yield rows, cols, np.searchsorted(table.keys, previous * table.num_nodes + here)
        here = previous


def search_tree(table: ArcTable, start: int) -> Whole:
    """Return the node before each node on the shortest way from a start; negative: none."""
    _, before = dijkstra(table.matrix, indices=np.array([start]), return_predecessors=True)
    tree: Whole = before[0]
    return tree


def trace_arcs(table: ArcTable, tree: Whole, start: int, end: int) -> list[int] | None:
    """Return the arcs of the shortest way in order; None where there is none."""
    arcs: list[int] = []
    node = end
    while node != start:
        previous = int(tree[node])
        if previous < 0:
            return None
        arcs.append(int(np.searchsorted(table.keys, previous * table.num_nodes + node)))
        node = previous
    return arcs[::-1]
