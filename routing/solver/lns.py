"""Ruin and recreate on true dates: takes visits out of a month and puts them back cheaper."""

import heapq
import itertools
import random
from collections.abc import Iterator
from math import exp

from routing.month.instance import MonthInstance
from routing.month.memory import remembered
from routing.month.roster import Roster, day_mask
from routing.month.schedule import date_everywhere, date_trip, month_value
from routing.month.timetable import DatedTrip

MAX_STOPS = 40
EARLY = 0.7  # share of insertions that leave time for visits waiting for a batch
BLINK = 0.03  # chance that a good place is passed over, so that searches differ
HEAT = 0.03  # first temperature, as a share of what a region counts in the objective
MAX_PLACES = 24  # timetables made to insert one visit
REGION = 60  # visits near each other among which a month is taken apart

Single = tuple[int, int, int, int, DatedTrip]


@remembered
def list_singles(instance: MonthInstance, job: int) -> list[DatedTrip]:
    """Return every trip that serves one visit alone, with each vehicle, crew and day."""
    return date_everywhere(instance, (job,), range(len(instance.weeks)))


@remembered
def list_by_value(instance: MonthInstance, job: int) -> list[list[Single]]:
    """Return (value, vehicle, crew, days as bits, trip) of trips for one visit, equals together."""
    groups: dict[int, list[Single]] = {}
    for trip in list_singles(instance, job):
        single = (trip.value_vnd, trip.car, trip.crew, day_mask(trip), trip)
        groups.setdefault(trip.value_vnd, []).append(single)
    return [groups[value] for value in sorted(groups)]


@remembered
def list_near(instance: MonthInstance, job: int) -> list[int]:
    """Return all visits by nearness to one, itself first, by the first table of travel."""
    way = instance.tables[0].metres[instance.jobs[job].site]
    numbers = range(len(instance.jobs))
    return sorted(numbers, key=lambda k: (k != job, way[instance.jobs[k].site], k))


def list_places(
    roster: Roster, job: int, rng: random.Random
) -> list[tuple[int, float, DatedTrip, int]]:
    """Return (estimated extra cost, chance, trip, place in its order), the cheapest of them."""
    instance = roster.instance
    one = instance.jobs[job]
    site = one.site
    found: list[tuple[int, float, DatedTrip, int]] = []
    for trip in roster.trips.values():
        if (
            trip.car not in one.vehicles
            or trip.crew not in one.crews
            or len(trip.order) >= MAX_STOPS
        ):
            continue
        auto = instance.cars[trip.car]
        metres = instance.tables[auto.tables[trip.first]].metres
        out, rate = metres[site], auto.vnd_km
        stops = (auto.depot, *(instance.jobs[j].site for j in trip.order), auto.depot)
        for place, (a, b) in enumerate(itertools.pairwise(stops)):
            detour = metres[a][site] + out[b] - (metres[a][b] if a != b else 0)
            found.append((detour * rate // 1000, rng.random(), trip, place))
    return heapq.nsmallest(MAX_PLACES, found, key=lambda row: row[:2])


def list_alone(
    roster: Roster, job: int, rng: random.Random
) -> Iterator[tuple[int, float, None, DatedTrip]]:
    """Yield (value, chance, None, trip) of trips for one visit on free days, cheapest first."""
    for group in list_by_value(roster.instance, job):
        start = rng.randrange(len(group))
        for value, car, crew, mask, trip in itertools.chain(group[start:], group[:start]):
            if roster.is_free(car, crew, mask):
                yield value, rng.random(), None, trip


def list_insertions(
    roster: Roster, job: int, rng: random.Random
) -> Iterator[tuple[int, DatedTrip | None, DatedTrip]]:
    """Yield (extra cost, trip replaced or None, trip) for a visit, about cheapest first.

    Places are tried in the order of their detour until what was found is cheaper than the detour
    of those left; at most `MAX_PLACES` timetables are made.
    """
    longer = heapq.merge(
        _lengthen(roster, job, rng), list_alone(roster, job, rng), key=lambda row: row[:2]
    )
    for more, _, old, new in longer:
        yield more, old, new


def _lengthen(
    roster: Roster, job: int, rng: random.Random
) -> Iterator[tuple[int, float, DatedTrip | None, DatedTrip]]:
    """Yield (extra cost, chance, trip, that trip with one more visit), about cheapest first."""
    ready: list[tuple[int, float, DatedTrip, DatedTrip]] = []
    for guess, chance, trip, place in list_places(roster, job, rng):
        while ready and ready[0][0] <= guess:
            yield heapq.heappop(ready)
        order = (*trip.order[:place], job, *trip.order[place:])
        new = date_trip(roster.instance, order, trip.car, trip.first, trip.crew)
        if new is not None:
            heapq.heappush(ready, (new.value_vnd - trip.value_vnd, chance, trip, new))
    while ready:
        yield heapq.heappop(ready)


@remembered
def place_in_chain(instance: MonthInstance, job: int) -> tuple[int, int]:
    """Return how many visits must come before one, and of how many one after the other."""
    receivers: dict[int, list[int]] = {k: [] for k in range(len(instance.jobs))}
    givers = {k: [g for g, _, _ in one.givers] for k, one in enumerate(instance.jobs)}
    for number, found in givers.items():
        for giver in found:
            receivers[giver].append(number)

    def depth(start: int, ways: dict[int, list[int]], seen: frozenset[int]) -> int:
        steps = [depth(n, ways, seen | {n}) for n in ways[start] if n not in seen]
        return 1 + max(steps, default=0)

    up, down = depth(job, givers, frozenset({job})), depth(job, receivers, frozenset({job}))
    return up - 1, up + down - 1


def insert(roster: Roster, job: int, rng: random.Random) -> None:
    """Put one more visit at its cheapest place, if any is worth it."""
    instance = roster.instance
    if any(giver not in roster.places for giver, _, _ in instance.jobs[job].givers):
        return
    early = len(instance.weeks)
    if rng.random() < EARLY:  # time is left for those that wait for its batches
        before, length = place_in_chain(instance, job)
        early = early * (before + 1) // length
    for more, old, new in list_insertions(roster, job, rng):
        if more >= instance.jobs[job].penalty_vnd:
            return
        if new.last > early or rng.random() < BLINK or not roster.fits(new, old):
            continue
        if old is not None:
            roster.remove(old)
        roster.add(new)
        return


def recreate(roster: Roster, jobs: list[int], rng: random.Random) -> None:
    """Put visits back, those that give a batch before those that take it."""
    waiting = list(jobs)
    while waiting:
        ready = (
            j
            for j in waiting
            if not any(g in waiting for g, _, _ in roster.instance.jobs[j].givers)
        )
        job = next(ready, waiting[0])
        waiting.remove(job)
        insert(roster, job, rng)


def ruin(roster: Roster, free: list[int], rng: random.Random) -> None:
    """Take out trips or visits of a region; shortened trips keep their first day.

    `free` are the visits not served.
    """
    if not roster.places:
        return
    if free and rng.random() < MAKE_ROOM:
        make_room(roster, rng.choice(free), rng)
        return
    chance, seed = rng.random(), rng.choice(sorted(roster.places))
    operator = next(operator for upto, operator in RUINS if chance <= upto)
    operator(roster, seed, rng)


def make_room(roster: Roster, seed: int, rng: random.Random) -> None:
    """Take out trips around a visit that is not served, and what it hangs on."""
    drop_trips(roster, seed, rng.randint(1, 3), rng)
    shrink(roster, list_chain(roster.instance, seed))


def drop_region(roster: Roster, seed: int, rng: random.Random) -> None:
    """Take out one or two trips around a visit."""
    drop_trips(roster, seed, rng.randint(1, 2), rng)


def shrink_nearest(roster: Roster, seed: int, rng: random.Random) -> None:
    """Take out a visit with up to four of those nearest to it."""
    shrink(roster, set(list_served(roster, seed)[: rng.randint(1, 5)]))


def shrink_scattered(roster: Roster, seed: int, rng: random.Random) -> None:
    """Take out up to four visits of a region."""
    near = list_served(roster, seed)
    shrink(roster, set(rng.sample(near, min(len(near), rng.randint(1, 4)))))


MAKE_ROOM = 0.35
"""Share of the rounds that begin at a visit that is not served, where there is one."""

RUINS = ((0.35, drop_region), (0.8, shrink_nearest), (1.0, shrink_scattered))
"""What the other rounds take out, up to which share of them."""


def list_served(roster: Roster, seed: int) -> list[int]:
    """Return the visits served in the region of a visit, the nearest first."""
    near = (job for job in list_near(roster.instance, seed) if job in roster.places)
    return list(itertools.islice(near, REGION))


def drop_trips(roster: Roster, seed: int, count: int, rng: random.Random) -> None:
    """Take out so many trips that serve the region around a visit."""
    keys: dict[tuple[int, int], None] = {}
    for job in list_served(roster, seed):
        trip, _ = roster.places[job]
        keys[trip.car, trip.first] = None
    for key in rng.sample(list(keys), min(len(keys), count)):
        roster.remove(roster.trips[key])


def list_chain(instance: MonthInstance, job: int) -> set[int]:
    """Return a visit with all that it has a gap or a chain to, over any number of steps."""
    chain, todo = {job}, [job]
    while todo:
        for partner in instance.partners[todo.pop()]:
            if partner not in chain:
                chain.add(partner)
                todo.append(partner)
    return chain


def shrink(roster: Roster, gone: set[int]) -> None:
    """Take out some visits, and those that then lack their batch."""
    instance = roster.instance
    gone, todo = set(gone), list(gone)
    while todo:
        giver = todo.pop()
        for job in instance.partners[giver]:
            if job not in gone and any(g == giver for g, _, _ in instance.jobs[job].givers):
                gone.add(job)
                todo.append(job)
    for job in sorted(gone):
        if job not in roster.places:
            continue
        trip = roster.places[job][0]
        roster.remove(trip)
        order = tuple(job for job in trip.order if job not in gone)
        new = date_trip(instance, order, trip.car, trip.first, trip.crew) if order else None
        if new is not None:
            roster.add(new)


def sort_free(instance: MonthInstance, free: list[int], rng: random.Random) -> None:
    """Put visits in the order in which they are inserted: what weighs most, waits most, or any."""
    rng.shuffle(free)
    chance = rng.random()
    if chance < BY_PENALTY:
        free.sort(key=lambda k: -instance.jobs[k].penalty_vnd)
    elif chance < BY_PENALTY + BY_CHAIN:
        free.sort(key=lambda k: -len(list_chain(instance, k)))


BY_PENALTY, BY_CHAIN = 0.4, 0.3
"""Shares of the rounds that insert first what is dear to leave out, or what others wait for."""


def improve_month(
    instance: MonthInstance, task: tuple[list[DatedTrip], int, int]
) -> tuple[list[DatedTrip], list[DatedTrip]]:
    """Return the best month found, and every trip of an accepted month.

    `task` are the trips to begin with, the seed and the number of rounds.
    """
    trips, seed, rounds = task
    rng = random.Random(seed)
    now, best = Roster(instance, trips), trips
    value = best_value = month_value(instance, trips)
    seen: dict[tuple[int, ...], DatedTrip] = {}
    heat = HEAT * max(value, 1) * min(1.0, REGION / max(1, len(instance.jobs)))
    for step in range(rounds):
        trial = now.copy()
        ruin(trial, _list_free(trial), rng)
        free = _list_free(trial)
        sort_free(instance, free, rng)
        recreate(trial, free, rng)
        trial_value = month_value(instance, trial.trips.values())
        warm = heat * (1 - step / rounds) ** 2 + 1
        if trial_value < value or rng.random() < exp(min(0, (value - trial_value) / warm)):
            if not trial.is_month():
                continue
            now, value = trial, trial_value
            for trip in now.trips.values():
                seen[trip.key] = trip
            if value < best_value:
                best, best_value = list(now.trips.values()), value
    return best, [seen[key] for key in sorted(seen)]


def _list_free(roster: Roster) -> list[int]:
    return [k for k in range(len(roster.instance.jobs)) if k not in roster.places]
