"""Finds the cheapest relaxed trips at given prices of visits, compiled.

A relaxed trip visits places in time order within their hours; it may come back to a visit only
after leaving the neighbourhood of those nearest to it (ng-routes: Baldacci, Mingozzi, Roberti,
*Operations Research* 59, 2011, 1269–1283). Times are rounded down to steps, nights are spent at
the best lodging for the way out and the best for the way on: no trip costs less than its
relaxation.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.compiling import compiled, keep_compiled, woven

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Relaxation(NamedTuple):
    """What one class of trips (vehicle, size of crew) may do; visits are numbered 0 … n−1.

    Parameters
    ----------
    visits
        Numbers of the visits in the month, in this class's order.
    out_min, out_vnd, home_min, home_vnd
        Minutes and money from the depot to each visit, and back; minutes −1: no way.
    step_min, step_vnd
        From visit to visit on one day; shape (n, n).
    rest_vnd, rest_home_vnd, rest_out_vnd
        Money by way of a night: from visit to visit, home, and from the depot.
    dusk_min, dawn_min, late_min
        Least minutes from a visit to a lodging, from a lodging to a visit, from a lodging home.
    opens, closes, service_min
        Hours in which a visit can lie on some day; shape (n, spans), spans that are none have
        closes < opens. Minutes on the spot.
    group, near, carry
        Visits of one group are never on one trip. Groups near each visit, its own first; where
        among those of the next visit each of them stands, −1: nowhere. Shapes (n), (n, m),
        (n, n, m).
    load, most_load
        Room that each visit takes, and room of a vehicle, in whole units.
    first_min, last_min, step
        Hours of work, and minutes to which times are rounded down.
    day_vnd, night_vnd, max_days
        Money a day and a night; days a trip may last.
    """

    visits: Ints
    out_min: Ints
    out_vnd: Floats
    home_min: Ints
    home_vnd: Floats
    step_min: Ints
    step_vnd: Floats
    rest_vnd: Floats
    rest_home_vnd: Floats
    rest_out_vnd: Floats
    dusk_min: Ints
    dawn_min: Ints
    late_min: int
    opens: Ints
    closes: Ints
    service_min: Ints
    group: Ints
    near: Ints
    carry: Ints
    load: Ints
    most_load: int
    first_min: int
    last_min: int
    step: int
    day_vnd: float
    night_vnd: float
    max_days: int


def find_trips(relaxed: Relaxation, price: Floats) -> tuple[Floats, list[list[int]], list[int]]:
    """Return, for each visit that may be a trip's last, the least reduced cost, its visits, days.

    Parameters
    ----------
    price
        What serving each visit of the class is worth.

    Returns
    -------
    Reduced costs ascending, and for each the visits (numbers of the class) and the days.
    """
    n = len(relaxed.visits)
    if n == 0:
        return np.zeros(0), [], []
    values, before = _search(relaxed, price)
    best, states, days = _close(relaxed, values)
    order = [int(k) for k in np.argsort(best, kind="stable") if np.isfinite(best[k])]
    shape = values.shape
    trips = [_walk(before, int(states[k]), shape) for k in order]
    return best[order], trips, [int(days[k]) for k in order]


def _walk(before: Ints, state: int, shape: tuple[int, ...]) -> list[int]:
    """Return the visits of a state, first to last."""
    flat = before.reshape(-1)
    found = []
    while state >= 0:
        found.append(int(np.unravel_index(state, shape)[2]))
        state = int(flat[state])
    return found[::-1]


@woven
def _begin(r: Relaxation, k: int, arrive: int) -> int:
    """Return the earliest minute at which a visit can begin, −1 if none."""
    best = -1
    for span in range(r.opens.shape[1]):
        begin = max(arrive, r.opens[k, span])
        if begin + r.service_min[k] <= r.closes[k, span] and (best < 0 or begin < best):
            best = begin
    return best


@keep_compiled
def _search(r: Relaxation, price: Floats) -> tuple[Floats, Ints]:
    """Fill, by day, time, visit and (load, memory), the least cost so far, and the state before.

    One long loop, because compiled parts of it would pass all of its numbers to and fro.
    """
    n, m = r.near.shape
    slots = (r.last_min - r.first_min) // r.step + 1
    memories = 1 << m
    size = (r.most_load + 1) * memories
    values = np.full((r.max_days, slots, n, size), np.inf)
    before = np.full((r.max_days, slots, n, size), -1, dtype=np.int64)
    for day in range(min(2, r.max_days)):
        for k in range(n):
            way = r.out_min[k] if day == 0 else r.dawn_min[k]
            if r.out_min[k] < 0 or way < 0 or r.load[k] > r.most_load:
                continue
            begin = _begin(r, k, r.first_min + way)
            if begin < 0 or begin + r.service_min[k] > r.last_min:
                continue
            slot = (begin + r.service_min[k] - r.first_min) // r.step
            cost = r.out_vnd[k] if day == 0 else r.rest_out_vnd[k] + r.night_vnd + r.day_vnd
            cost += r.day_vnd - price[k]
            place = r.load[k] * memories + 1
            if cost < values[day, slot, k, place]:
                values[day, slot, k, place] = cost
    dawn = np.full(n, -1, dtype=np.int64)
    for k in range(n):
        if r.dawn_min[k] >= 0:
            begin = _begin(r, k, r.first_min + r.dawn_min[k])
            if begin >= 0 and begin + r.service_min[k] <= r.last_min:
                dawn[k] = (begin + r.service_min[k] - r.first_min) // r.step
    for day in range(r.max_days):
        for slot in range(slots):
            now = r.first_min + slot * r.step
            for j in range(n):
                rests = (
                    day + 1 < r.max_days
                    and r.dusk_min[j] >= 0
                    and now + r.dusk_min[j] <= r.last_min
                )
                for place in range(size):
                    value = values[day, slot, j, place]
                    if value == np.inf:
                        continue
                    state = ((day * slots + slot) * n + j) * size + place
                    memory, loaded = place % memories, place // memories
                    for k in range(n):
                        if loaded + r.load[k] > r.most_load or _remembers(
                            r.near[j], memory, r.group[k]
                        ):
                            continue
                        kept = (loaded + r.load[k]) * memories + _carry(r.carry[j, k], memory)
                        if r.step_min[j, k] >= 0:
                            arrive = now + r.step_min[j, k]
                            begin = _begin(r, k, arrive)
                            if begin >= 0 and begin + r.service_min[k] <= r.last_min:
                                later = (begin + r.service_min[k] - r.first_min) // r.step
                                cost = value + r.step_vnd[j, k] - price[k]
                                if cost < values[day, later, k, kept] - 1e-9:
                                    values[day, later, k, kept] = cost
                                    before[day, later, k, kept] = state
                        if rests and dawn[k] >= 0:
                            cost = value + r.rest_vnd[j, k] + r.day_vnd + r.night_vnd - price[k]
                            if cost < values[day + 1, dawn[k], k, kept] - 1e-9:
                                values[day + 1, dawn[k], k, kept] = cost
                                before[day + 1, dawn[k], k, kept] = state
    return values, before


@compiled
def _remembers(near: Ints, memory: int, group: int) -> bool:
    found = False
    for bit in range(len(near)):
        found |= near[bit] == group and (memory >> bit) & 1 == 1
    return found


@keep_compiled
def _carry(places: Ints, memory: int) -> int:
    """Return the memory at the next visit: what its neighbourhood shares, and the visit itself."""
    kept = 1
    for bit in range(len(places)):
        if memory & (1 << bit) and places[bit] >= 0:
            kept |= 1 << places[bit]
    return kept


@keep_compiled
def _close(r: Relaxation, values: Floats) -> tuple[Floats, Ints, Ints]:
    """Return, by last visit, the least cost with the way home, its state, and its days."""
    _, slots, n, memories = values.shape
    best, states = np.full(n, np.inf), np.full(n, -1, dtype=np.int64)
    days = np.zeros(n, dtype=np.int64)
    for day in range(r.max_days):
        for slot in range(slots):
            now = r.first_min + slot * r.step
            for j in range(n):
                for memory in range(memories):
                    value = values[day, slot, j, memory]
                    if value == np.inf:
                        continue
                    state = ((day * slots + slot) * n + j) * memories + memory
                    cost = value + r.home_vnd[j]
                    if r.home_min[j] >= 0 and now + r.home_min[j] <= r.last_min and cost < best[j]:
                        best[j], states[j], days[j] = cost, state, day + 1
                    rests = day + 1 < r.max_days and r.dusk_min[j] >= 0 and r.late_min >= 0
                    cost = value + r.rest_home_vnd[j] + r.day_vnd + r.night_vnd
                    if rests and now + r.dusk_min[j] <= r.last_min and cost < best[j]:
                        best[j], states[j], days[j] = cost, state, day + 2
    return best, states, days
