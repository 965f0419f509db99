"""Ruin and recreate on true dates: takes visits out of a month and puts them back cheaper."""

import heapq
import itertools
import random
from collections.abc import Iterator
from math import exp

from routing.compiled import Compiled
from routing.schedule import (
    Dated,
    date_trip,
    fitting_crews,
    is_month,
    joins,
    month_value,
    place_jobs,
)

MAX_STOPS = 10
EARLY = 0.7  # share of insertions that leave time for visits waiting for a batch
BLINK = 0.03  # chance that a good place is passed over, so that searches differ
HEAT = 0.03  # first temperature, as a share of the objective
MAX_PLACES = 24  # timetables made to insert one visit


def list_singles(board: Compiled, job: int) -> list[Dated]:
    """Return every trip that serves one visit alone, with each vehicle, crew and day."""
    key = ("singles", job)
    if key not in board.cache:
        board.cache[key] = [
            trip
            for car in sorted(board.jobs[job].vehicles)
            for crew in fitting_crews(board, (job,), car)
            for first in range(len(board.weeks))
            if (trip := date_trip(board, (job,), car, first, crew)) is not None
        ]
    return board.cache[key]  # type: ignore[return-value]


def day_mask(trip: Dated) -> int:
    """Return the days of a trip as bits."""
    return ((1 << len(trip.timed.days)) - 1) << trip.timed.first


def list_masked_singles(board: Compiled, job: int) -> list[tuple[int, int, int, int, Dated]]:
    """Return (value, vehicle, crew, days as bits, trip) of every trip for one visit alone."""
    key = ("masked", job)
    if key not in board.cache:
        board.cache[key] = [
            (trip_value(trip), trip.timed.car, trip.crew, day_mask(trip), trip)
            for trip in list_singles(board, job)
        ]
    return board.cache[key]  # type: ignore[return-value]


def trip_value(trip: Dated) -> int:
    """Return what a trip counts in the objective."""
    return trip.timed.cost_vnd + trip.timed.wish_vnd


def list_places(
    board: Compiled, trips: list[Dated], job: int, rng: random.Random
) -> list[tuple[int, float, int, int]]:
    """Return (estimated extra cost, chance, trip, place in its order), cheapest first."""
    site = board.jobs[job].site
    found: list[tuple[int, float, int, int]] = []
    for k, trip in enumerate(trips):
        timed = trip.timed
        if (
            len(timed.order) >= MAX_STOPS
            or timed.car not in board.jobs[job].vehicles
            or trip.crew not in board.jobs[job].crews
        ):
            continue
        auto = board.cars[timed.car]
        metres = board.tables[auto.tables[timed.first]].metres
        stops = (auto.depot, *(board.jobs[j].site for j in timed.order), auto.depot)
        for place, (a, b) in enumerate(itertools.pairwise(stops)):
            detour = metres[a][site] + metres[site][b] - (metres[a][b] if a != b else 0)
            found.append((detour * auto.vnd_km // 1000, rng.random(), k, place))
    return sorted(found)


def list_insertions(
    board: Compiled, trips: list[Dated], job: int, rng: random.Random
) -> Iterator[tuple[int, int, Dated]]:
    """Yield (extra cost, trip replaced or -1, trip) for a visit, about cheapest first.

    Places are tried in the order of their detour until what was found is cheaper than the detour
    of those left; at most `MAX_PLACES` timetables are made.
    """
    ready: list[tuple[int, float, int, Dated]] = []
    cars, crews = [0] * len(board.cars), [0] * len(board.teams)
    for trip in trips:
        cars[trip.timed.car] |= day_mask(trip)
        crews[trip.crew] |= day_mask(trip)
    for value, car, crew, days, new in list_masked_singles(board, job):
        if not days & (cars[car] | crews[crew]):
            ready.append((value, rng.random(), -1, new))
    heapq.heapify(ready)
    for guess, chance, k, place in list_places(board, trips, job, rng)[:MAX_PLACES]:
        while ready and ready[0][0] <= guess:
            more, _, old, new = heapq.heappop(ready)
            yield more, old, new
        trip = trips[k]
        order = (*trip.timed.order[:place], job, *trip.timed.order[place:])
        longer = date_trip(board, order, trip.timed.car, trip.timed.first, trip.crew)
        if longer is not None:
            heapq.heappush(ready, (trip_value(longer) - trip_value(trip), chance, k, longer))
    while ready:
        more, _, old, new = heapq.heappop(ready)
        yield more, old, new


def latest_day(board: Compiled, job: int) -> int:
    """Return the last day by which a visit leaves time for those that wait for its batches."""
    if ("latest", job) not in board.cache:
        receivers: dict[int, list[int]] = {k: [] for k in range(len(board.jobs))}
        givers = {k: [g for g, _, _ in one.givers] for k, one in enumerate(board.jobs)}
        for number, found in givers.items():
            for giver in found:
                receivers[giver].append(number)

        def depth(start: int, ways: dict[int, list[int]], seen: frozenset[int]) -> int:
            steps = [depth(n, ways, seen | {n}) for n in ways[start] if n not in seen]
            return 1 + max(steps, default=0)

        up, down = depth(job, givers, frozenset({job})), depth(job, receivers, frozenset({job}))
        board.cache["latest", job] = len(board.weeks) * up // (up + down - 1)
    return board.cache["latest", job]  # type: ignore[return-value]


def insert(board: Compiled, trips: list[Dated], job: int, rng: random.Random) -> list[Dated]:
    """Return the month with one more visit at its cheapest place, or unchanged."""
    places = place_jobs(trips)
    early = latest_day(board, job) if rng.random() < EARLY else len(board.weeks)
    for more, k, new in list_insertions(board, trips, job, rng):
        if new.timed.last > early:
            continue
        if more >= board.jobs[job].penalty_vnd or rng.random() < BLINK:
            continue
        rest = trips if k < 0 else trips[:k] + trips[k + 1 :]
        if joins(board, rest, places, new):
            return [*rest, new]
    return trips


def recreate(
    board: Compiled, trips: list[Dated], jobs: list[int], rng: random.Random
) -> list[Dated]:
    """Put visits back, those that give a batch before those that take it."""
    waiting = list(jobs)
    while waiting:
        ready = [j for j in waiting if not any(g in waiting for g, _, _ in board.jobs[j].givers)]
        job = (ready or waiting)[0]
        waiting.remove(job)
        trips = insert(board, trips, job, rng)
    return trips


def ruin(board: Compiled, trips: list[Dated], rng: random.Random) -> list[Dated]:
    """Take out a trip, a region or a few days; shortened trips keep their first day."""
    if not trips:
        return trips
    served = {job for trip in trips for job in trip.timed.order}
    lost = [job for job in range(len(board.jobs)) if job not in served]
    if lost and rng.random() < 0.35:
        chain = list_chain(board, rng.choice(lost))
        whole = set(rng.sample(range(len(trips)), min(len(trips), rng.randint(1, 3))))
        return shrink(board, [trip for k, trip in enumerate(trips) if k not in whole], chain)
    kind = rng.random()
    if kind < 0.35:
        drop = rng.sample(range(len(trips)), min(len(trips), rng.randint(1, 2)))
        return [trip for k, trip in enumerate(trips) if k not in drop]
    jobs = sorted(job for trip in trips for job in trip.timed.order)
    seed = rng.choice(jobs)
    table = board.tables[0]
    near = sorted(jobs, key=lambda j: (table.metres[board.jobs[seed].site][board.jobs[j].site], j))
    gone = set(near[: rng.randint(1, 5)])
    if kind > 0.8:
        gone = set(rng.sample(jobs, min(len(jobs), rng.randint(1, 4))))
    return shrink(board, trips, gone)


def list_chain(board: Compiled, job: int) -> set[int]:
    """Return a visit with all that it has a gap or a chain to, over any number of steps."""
    chain, todo = {job}, [job]
    while todo:
        for partner in board.partners[todo.pop()]:
            if partner not in chain:
                chain.add(partner)
                todo.append(partner)
    return chain


def shrink(board: Compiled, trips: list[Dated], gone: set[int]) -> list[Dated]:
    """Return the month without some visits, and without those that then lack their batch."""
    while more := {
        k
        for k, job in enumerate(board.jobs)
        if k not in gone and any(giver in gone for giver, _, _ in job.givers)
    }:
        gone = gone | more
    kept = []
    for trip in trips:
        order = tuple(job for job in trip.timed.order if job not in gone)
        if order == trip.timed.order:
            kept.append(trip)
        elif order:
            new = date_trip(board, order, trip.timed.car, trip.timed.first, trip.crew)
            if new is not None:
                kept.append(new)
    return kept


def improve_month(
    board: Compiled, trips: list[Dated], seed: int, rounds: int
) -> tuple[list[Dated], list[Dated]]:
    """Return the best month found in so many rounds, and every trip of an accepted month."""
    rng = random.Random(seed)
    now, best = trips, trips
    value = best_value = month_value(board, trips)
    seen: dict[tuple[int, ...], Dated] = {}
    heat = HEAT * max(value, 1)
    for step in range(rounds):
        ruined = ruin(board, now, rng)
        served = {job for trip in ruined for job in trip.timed.order}
        free = [k for k in range(len(board.jobs)) if k not in served]
        rng.shuffle(free)
        way = rng.random()
        if way < 0.4:
            free.sort(key=lambda k: -board.jobs[k].penalty_vnd)
        elif way < 0.7:
            free.sort(key=lambda k: -len(list_chain(board, k)))
        trial = recreate(board, ruined, free, rng)
        trial_value = month_value(board, trial)
        warm = heat * (1 - step / rounds) ** 2 + 1
        if trial_value < value or rng.random() < exp(min(0, (value - trial_value) / warm)):
            if not is_month(board, trial):
                continue
            now, value = trial, trial_value
            for trip in now:
                seen[(trip.timed.car, trip.timed.first, trip.crew, *trip.timed.order)] = trip
            if value < best_value:
                best, best_value = now, value
    return best, [seen[key] for key in sorted(seen)]
