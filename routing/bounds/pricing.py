"""Finds the cheapest relaxed trips at given prices of visits, compiled.

A relaxed trip visits places in time order within their hours; it may come back to a visit only
after leaving the neighbourhood of those nearest to it (ng-routes: Baldacci, Mingozzi, Roberti,
*Operations Research* 59, 2011, 1269–1283). Times are rounded down to steps, nights are spent at
the best lodging for the way out and the best for the way on: no trip costs less than its
relaxation.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.compiling import keep_compiled

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Relaxation:
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
    values, before = _search(
        relaxed.out_min, relaxed.out_vnd, relaxed.step_min, relaxed.step_vnd, relaxed.rest_vnd,
        relaxed.rest_out_vnd, relaxed.dusk_min, relaxed.dawn_min, relaxed.opens, relaxed.closes,
        relaxed.service_min, relaxed.group, relaxed.near, relaxed.carry, relaxed.load,
        relaxed.most_load, relaxed.first_min, relaxed.last_min,
        relaxed.step, relaxed.day_vnd, relaxed.night_vnd, relaxed.max_days, price,
    )  # fmt: skip
    best, states, days = _close(
        values, relaxed.home_min, relaxed.home_vnd, relaxed.rest_home_vnd, relaxed.dusk_min,
        relaxed.late_min, relaxed.first_min, relaxed.last_min, relaxed.step, relaxed.day_vnd,
        relaxed.night_vnd, relaxed.max_days,
    )  # fmt: skip
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


@keep_compiled
def _begin(opens: Ints, closes: Ints, arrive: int, service: int) -> int:
    """Return the earliest minute at which a visit can begin, −1 if none."""
    best = -1
    for span in range(len(opens)):
        begin = max(arrive, opens[span])
        if begin + service <= closes[span] and (best < 0 or begin < best):
            best = begin
    return best


@keep_compiled
def _search(
    out_min: Ints,
    out_vnd: Floats,
    step_min: Ints,
    step_vnd: Floats,
    rest_vnd: Floats,
    rest_out_vnd: Floats,
    dusk_min: Ints,
    dawn_min: Ints,
    opens: Ints,
    closes: Ints,
    service_min: Ints,
    group: Ints,
    near: Ints,
    carry: Ints,
    load: Ints,
    most_load: int,
    first_min: int,
    last_min: int,
    step: int,
    day_vnd: float,
    night_vnd: float,
    max_days: int,
    price: Floats,
) -> tuple[Floats, Ints]:
    """Fill, by day, time, visit and (load, memory), the least cost so far, and the state before."""
    n, m = near.shape
    slots = (last_min - first_min) // step + 1
    memories = 1 << m
    size = (most_load + 1) * memories
    values = np.full((max_days, slots, n, size), np.inf)
    before = np.full((max_days, slots, n, size), -1, dtype=np.int64)
    for day in range(min(2, max_days)):
        for k in range(n):
            way = out_min[k] if day == 0 else dawn_min[k]
            if out_min[k] < 0 or way < 0 or load[k] > most_load:
                continue
            begin = _begin(opens[k], closes[k], first_min + way, service_min[k])
            if begin < 0 or begin + service_min[k] > last_min:
                continue
            slot = (begin + service_min[k] - first_min) // step
            cost = out_vnd[k] if day == 0 else rest_out_vnd[k] + night_vnd + day_vnd
            cost += day_vnd - price[k]
            place = load[k] * memories + 1
            if cost < values[day, slot, k, place]:
                values[day, slot, k, place] = cost
    dawn = np.full(n, -1, dtype=np.int64)
    for k in range(n):
        if dawn_min[k] >= 0:
            begin = _begin(opens[k], closes[k], first_min + dawn_min[k], service_min[k])
            if begin >= 0 and begin + service_min[k] <= last_min:
                dawn[k] = (begin + service_min[k] - first_min) // step
    for day in range(max_days):
        for slot in range(slots):
            now = first_min + slot * step
            for j in range(n):
                rests = day + 1 < max_days and dusk_min[j] >= 0 and now + dusk_min[j] <= last_min
                for place in range(size):
                    value = values[day, slot, j, place]
                    if value == np.inf:
                        continue
                    state = ((day * slots + slot) * n + j) * size + place
                    memory, loaded = place % memories, place // memories
                    for k in range(n):
                        if loaded + load[k] > most_load or _remembers(near[j], memory, group[k]):
                            continue
                        kept = (loaded + load[k]) * memories + _carry(carry[j, k], memory)
                        if step_min[j, k] >= 0:
                            arrive = now + step_min[j, k]
                            begin = _begin(opens[k], closes[k], arrive, service_min[k])
                            if begin >= 0 and begin + service_min[k] <= last_min:
                                later = (begin + service_min[k] - first_min) // step
                                cost = value + step_vnd[j, k] - price[k]
                                if cost < values[day, later, k, kept] - 1e-9:
                                    values[day, later, k, kept] = cost
                                    before[day, later, k, kept] = state
                        if rests and dawn[k] >= 0:
                            cost = value + rest_vnd[j, k] + day_vnd + night_vnd - price[k]
                            if cost < values[day + 1, dawn[k], k, kept] - 1e-9:
                                values[day + 1, dawn[k], k, kept] = cost
                                before[day + 1, dawn[k], k, kept] = state
    return values, before


@keep_compiled
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
def _close(
    values: Floats,
    home_min: Ints,
    home_vnd: Floats,
    rest_home_vnd: Floats,
    dusk_min: Ints,
    late_min: int,
    first_min: int,
    last_min: int,
    step: int,
    day_vnd: float,
    night_vnd: float,
    max_days: int,
) -> tuple[Floats, Ints, Ints]:
    """Return, by last visit, the least cost with the way home, its state, and its days."""
    _, slots, n, memories = values.shape
    best, states = np.full(n, np.inf), np.full(n, -1, dtype=np.int64)
    days = np.zeros(n, dtype=np.int64)
    for day in range(max_days):
        for slot in range(slots):
            now = first_min + slot * step
            for j in range(n):
                for memory in range(memories):
                    value = values[day, slot, j, memory]
                    if value == np.inf:
                        continue
                    state = ((day * slots + slot) * n + j) * memories + memory
                    cost = value + home_vnd[j]
                    if home_min[j] >= 0 and now + home_min[j] <= last_min and cost < best[j]:
                        best[j], states[j], days[j] = cost, state, day + 1
                    rests = day + 1 < max_days and dusk_min[j] >= 0 and late_min >= 0
                    cost = value + rest_home_vnd[j] + day_vnd + night_vnd
                    if rests and now + dusk_min[j] <= last_min and cost < best[j]:
                        best[j], states[j], days[j] = cost, state, day + 2
    return best, states, days
