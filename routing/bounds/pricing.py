"""Finds the cheapest relaxed trips at given prices of visits, compiled.

A label is a trip so far: where it is, when, what it carried, what it remembers, what it cost. It
grows stop by stop; a label that is better in nothing than another at its place is dropped. A trip
may come back to a visit only after leaving the neighbourhood of those nearest to it (ng-routes:
Baldacci, Mingozzi, Roberti, *Operations Research* 59, 2011, 1269–1283). What is left out of a trip
only makes it cheaper.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.compiling import compiled, entry, woven

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NODE, DAY, TIME, LATEST, LOAD, ROOM, MEMORY, BEFORE, NEXT, QUEUED, IS_OUT = range(11)
"""Columns of a label.

Its node and day; when it is done there at the earliest, the latest end of its day; boxes on board
that were fetched, and how many more were on board at the fullest moment; visits remembered; the
label before, the next one of its node and day by cost, the next of its minute; whether a better one
has put it out.
"""

MOST_LABELS = 400_000
"""Labels of one class at which a search ends."""

START_STEP_MIN = 30
"""Minutes to which the start of a day is rounded down where its duty is counted."""


class Relaxation(NamedTuple):
    """What one class of trips (vehicles alike, size of crew) may do.

    Nodes are the visits 0 … n−1, then lodging places, then the depot.

    Parameters
    ----------
    visits
        Numbers of the visits in the month, in this class's order.
    leg_min, leg_vnd
        Between nodes: minutes with breaks, waits and buffer (−1: no way), money. Shape (nodes,
        nodes).
    opens, closes, service_min, own_vnd
        Hours in which a visit can lie on some day; shape (n, spans), spans that are none have
        closes < opens. Minutes on the spot. Money for rides of its village.
    carry, block
        Each node remembers some visits near to it. Where among those of the next node each of them
        stands, −1: nowhere, the last column for the visit itself; shape (nodes, nodes, m + 1). The
        memories, as bits, with which a visit may not follow; shape (nodes, n).
    near
        Visits that a quick search goes on to from each node, in their order; shape (nodes, m).
    brings, passed, fetches, most_load
        Load that each visit gets from the depot, gets from another visit, gives; and room of a
        vehicle.
    first_min, dark_min, end_min, duty_min
        Earliest start, latest end of a leg and of a day, duty of a day.
    day_vnd, night_vnd, max_days
        Money a day and a night; days a trip may last.
    """

    visits: Ints
    leg_min: Ints
    leg_vnd: Floats
    opens: Ints
    closes: Ints
    service_min: Ints
    own_vnd: Floats
    carry: Ints
    block: Ints
    near: Ints
    brings: Ints
    passed: Ints
    fetches: Ints
    most_load: int
    first_min: int
    dark_min: int
    end_min: int
    duty_min: int
    day_vnd: float
    night_vnd: float
    max_days: int


class FoundTrips(NamedTuple):
    """What a search found.

    Parameters
    ----------
    costs, trips, days
        Least reduced costs by the place where a trip turns home, ascending; for each its visits
        (numbers of the class) and its days.
    least
        Least reduced cost of all trips of one day, of two days and so on; ∞ where there is none.
    is_all
        Whether no trip was overlooked.
    effort
        Labels that were looked at.
    """

    costs: Floats
    trips: list[list[int]]
    days: list[int]
    least: Floats
    is_all: bool
    effort: int


class Room(NamedTuple):
    """What a search works with, and where it leaves what it found.

    Parameters
    ----------
    gain
        What serving each visit costs less what it is worth.
    labels, costs
        Labels, one a row, and their reduced costs.
    heads, queue
        The first label of each day and node by cost, and of each day and minute; −1: none.
    best, ends
        By the last day and the last node before the depot, the least cost of a trip, and its label.
    effort
        Labels that were looked at, and that may be.
    """

    gain: Floats
    labels: Ints
    costs: Floats
    heads: Ints
    queue: Ints
    best: Floats
    ends: Ints
    effort: Ints


def find_trips(
    relaxed: Relaxation, price: Floats, most_effort: int, *, is_quick: bool = False
) -> FoundTrips:
    """Return the trips of least reduced cost.

    Parameters
    ----------
    price
        What serving each visit of the class is worth.
    most_effort
        Labels that may be looked at; what is found then may not be the least.
    is_quick
        Overlook trips: what is found may not be the least.
    """
    effort = np.array([0, most_effort], dtype=np.int64)
    nodes, home = len(relaxed.leg_min), len(relaxed.leg_min) - 1
    labels, costs = np.empty((MOST_LABELS, IS_OUT + 1), dtype=np.int64), np.empty(MOST_LABELS)
    heads = np.full((relaxed.max_days, nodes), -1, dtype=np.int64)
    queue = np.full((relaxed.max_days, relaxed.end_min + 1), -1, dtype=np.int64)
    best = np.full((relaxed.max_days, home), np.inf)
    ends = np.full((relaxed.max_days, home), -1, dtype=np.int64)
    room = Room(relaxed.own_vnd - price, labels, costs, heads, queue, best, ends, effort)
    num_visits = len(relaxed.visits)
    every = np.tile(np.arange(num_visits, dtype=np.int64), (nodes, 1))
    is_all = _search(relaxed, room, relaxed.near if is_quick else every, is_quick)
    days, costs = best.argmin(axis=0), best.min(axis=0)
    order = [int(k) for k in np.argsort(costs, kind="stable") if np.isfinite(costs[k])]
    return FoundTrips(
        costs=costs[order],
        trips=[_walk(labels, int(ends[days[k], k]), num_visits) for k in order],
        days=[int(days[k]) + 1 for k in order],
        least=best.min(axis=1),
        is_all=is_all and not is_quick,
        effort=int(effort[0]),
    )


def _walk(labels: Ints, label: int, num_visits: int) -> list[int]:
    """Return the visits of a label, first to last."""
    found = []
    while label >= 0:
        if labels[label, NODE] < num_visits:
            found.append(int(labels[label, NODE]))
        label = int(labels[label, BEFORE])
    return found[::-1]


@entry
def _search(r: Relaxation, room: Room, goals: Ints, is_quick: bool) -> bool:
    """Find the cheapest trips; return whether none was overlooked."""
    count, is_all = _grow(r, room, goals, is_quick)
    _close(r, room, count)
    return is_all


@compiled
def _grow(r: Relaxation, room: Room, goals: Ints, is_quick: bool) -> tuple[int, bool]:
    """Make the labels; return how many, and whether they are all.

    They grow in the order of days and minutes, from each node to the visits of its row of `goals`.
    A quick search overlooks good trips.
    """
    gain, labels, costs, heads, queue, _, _, effort = room
    n, nodes = len(r.visits), len(r.leg_min)
    starts = 1 + max(0, -(-(r.end_min - r.first_min - r.duty_min) // START_STEP_MIN) - 1)
    count = 0
    for start in range(starts):
        _wake(r, labels, count, nodes - 1, 0, start)
        labels[count, LOAD] = labels[count, ROOM] = labels[count, MEMORY] = 0
        labels[count, BEFORE], costs[count] = -1, r.day_vnd
        count = _keep(labels, costs, heads, queue, count, effort, is_quick)
    for day in range(r.max_days):
        for minute in range(r.end_min + 1):
            while queue[day, minute] >= 0:
                label = queue[day, minute]
                queue[day, minute] = labels[label, QUEUED]
                if labels[label, IS_OUT]:
                    continue
                if count + n + starts * nodes > MOST_LABELS or effort[0] > effort[1]:
                    return count, False
                j = labels[label, NODE]
                for i in range(goals.shape[1]):
                    k = goals[j, i]
                    if _serve(r, labels, label, count, k):
                        costs[count] = costs[label] + r.leg_vnd[j, k] + gain[k]
                        count = _keep(labels, costs, heads, queue, count, effort, is_quick)
                for bed in range(n, nodes - 1):
                    if day + 1 < r.max_days and _gets_to(r, labels, label, bed):
                        for start in range(starts):
                            _wake(r, labels, count, bed, day + 1, start)
                            _remember(r, labels, label, count, bed)
                            labels[count, LOAD] = labels[label, LOAD]
                            labels[count, ROOM] = labels[label, ROOM]
                            costs[count] = (
                                costs[label] + r.leg_vnd[j, bed] + r.day_vnd + r.night_vnd
                            )
                            count = _keep(labels, costs, heads, queue, count, effort, is_quick)
    return count, True


@woven
def _wake(r: Relaxation, labels: Ints, new: int, node: int, day: int, start: int) -> None:
    """Begin a day at a place: its start is rounded down, so that its end is rounded up."""
    first = r.first_min + start * START_STEP_MIN
    labels[new, NODE], labels[new, DAY], labels[new, TIME] = node, day, first
    labels[new, LATEST] = min(first + START_STEP_MIN + r.duty_min, r.end_min)


@woven
def _remember(r: Relaxation, labels: Ints, label: int, new: int, node: int) -> None:
    labels[new, BEFORE] = label
    labels[new, MEMORY] = _carry(r.carry[labels[label, NODE], node], labels[label, MEMORY])


@woven
def _serve(r: Relaxation, labels: Ints, label: int, new: int, k: int) -> bool:
    """Make the label that serves a visit next; return whether it can."""
    j = labels[label, NODE]
    leg = r.leg_min[j, k]
    arrive = labels[label, TIME] + leg
    if leg < 0 or (leg > 0 and arrive > r.dark_min) or labels[label, MEMORY] & r.block[j, k] != 0:
        return False
    ready = -1
    for span in range(r.opens.shape[1]):
        done = max(arrive, r.opens[k, span]) + r.service_min[k]
        if done <= r.closes[k, span] and (ready < 0 or done < ready):
            ready = done
    load = max(labels[label, LOAD] - r.passed[k], 0) + r.fetches[k]
    room = max(labels[label, ROOM] + r.brings[k] + r.passed[k] - r.fetches[k], 0)
    if ready < 0 or ready > labels[label, LATEST] or load + room > r.most_load:
        return False
    labels[new, NODE], labels[new, DAY], labels[new, TIME] = k, labels[label, DAY], ready
    labels[new, LATEST], labels[new, LOAD], labels[new, ROOM] = labels[label, LATEST], load, room
    _remember(r, labels, label, new, k)
    return True


@woven
def _gets_to(r: Relaxation, labels: Ints, label: int, goal: int) -> bool:
    """Whether a day can end at a lodging place or the depot."""
    leg = r.leg_min[labels[label, NODE], goal]
    arrive = labels[label, TIME] + leg
    return bool(leg == 0 or (leg > 0 and arrive <= min(r.dark_min, labels[label, LATEST])))


@compiled
def _carry(places: Ints, memory: int) -> int:
    """Return the memory at the next node: what its neighbourhood shares, and the visit itself."""
    last = len(places) - 1
    kept = 1 << places[last] if places[last] >= 0 else 0
    for bit in range(last):
        if memory & (1 << bit) and places[bit] >= 0:
            kept |= 1 << places[bit]
    return kept


@compiled
def _is_no_worse(labels: Ints, one: int, other: int, is_quick: bool) -> bool:
    """Whether what one label can do after it, another at the same place can do no better."""
    if labels[one, TIME] > labels[other, TIME] or labels[one, LOAD] > labels[other, LOAD]:
        return False
    return is_quick or (
        labels[one, LATEST] >= labels[other, LATEST]
        and labels[one, ROOM] <= labels[other, ROOM]
        and labels[one, MEMORY] & ~labels[other, MEMORY] == 0
    )


@compiled
def _keep(
    labels: Ints, costs: Floats, heads: Ints, queue: Ints, new: int, effort: Ints, is_quick: bool
) -> int:
    """Keep a label among those of its node and day, unless one is as good; return how many."""
    day, node = labels[new, DAY], labels[new, NODE]
    before, row = -1, heads[day, node]
    while row >= 0 and costs[row] <= costs[new]:
        effort[0] += 1
        if _is_no_worse(labels, row, new, is_quick):
            return new
        before, row = row, labels[row, NEXT]
    minute = labels[new, TIME]
    labels[new, IS_OUT], labels[new, NEXT], labels[new, QUEUED] = 0, row, queue[day, minute]
    queue[day, minute] = new
    if before < 0:
        heads[day, node] = new
    else:
        labels[before, NEXT] = new
    before = new
    while row >= 0:
        effort[0] += 1
        if _is_no_worse(labels, new, row, is_quick):
            labels[row, IS_OUT] = 1
            labels[before, NEXT] = labels[row, NEXT]
        else:
            before = row
        row = labels[row, NEXT]
    return new + 1


@compiled
def _close(r: Relaxation, room: Room, count: int) -> None:
    """Note, by the last day and the last node, the least cost of a trip, and its label."""
    labels, costs, home = room.labels, room.costs, len(r.leg_min) - 1
    for label in range(count):
        node = labels[label, NODE]
        if node == home:
            continue
        day, cost = labels[label, DAY], costs[label] + r.leg_vnd[node, home]
        is_better = labels[label, IS_OUT] == 0 and cost < room.best[day, node]
        if is_better and _gets_to(r, labels, label, home):
            room.best[day, node], room.ends[day, node] = cost, label
