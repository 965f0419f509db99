"""Puts a visit at its cheapest place: on a trip, before those that wait for it; or on its own."""

from routing.lns.change import (
    copy_trip,
    count_work,
    find_stop,
    fits,
    fits_load,
    lasts_too_long,
    put,
    time_trip,
)
from routing.lns.month_arrays import (
    CAR,
    CREW,
    DAYS,
    FIRST,
    MAX_STOPS,
    SIZE,
    SPLIT,
    VALUE,
    Scratch,
    TripModel,
    TripMonth,
)
from routing.lns.redate import find_date
from search.annealing import draw
from search.compiling import compiled

EARLY = 0.7  # share of insertions that leave time for visits waiting for a batch
BLINK = 0.03  # chance that a good place is passed over, so that searches differ
MAX_PLACES = 24  # timetables made to insert one visit
MOVED = 0.3  # chance that a place whose day is wrong is tried on other days
BOLD = 0.1  # chance that a visit may cost more than leaving it out, so that another joins it
COST, AT_TRIP, AT_STOP, NEW_SPLIT = range(4)  # of a place found


@compiled
def bound_stops(m: TripModel, x: TripMonth, row: int, job: int) -> tuple[int, int]:
    """Return the first and the last place on a trip that chains on it allow a visit."""
    low, high = 0, x.trips[row, SIZE]
    for g in range(m.giver_first[job], m.giver_first[job + 1]):
        if x.place[m.giver[g], 0] == row:
            low = max(low, find_stop(x, row, m.giver[g]) + 1)
    for g in range(m.taker_first[job], m.taker_first[job + 1]):
        if x.place[m.taker[g], 0] == row:
            high = min(high, find_stop(x, row, m.taker[g]))
    return low, high


@compiled
def list_places(m: TripModel, x: TripMonth, s: Scratch, job: int) -> int:
    """List the places of a visit on trips by what their detour costs; return how many."""
    c, count, site = m.clock, 0, m.clock.site[job]
    for row in range(x.place.shape[0]):
        size, car, first = x.trips[row, SIZE], x.trips[row, CAR], x.trips[row, FIRST]
        if size == 0 or size >= MAX_STOPS or not m.able[job, car, x.trips[row, CREW]]:
            continue
        low, high = bound_stops(m, x, row, job)
        metres, split = c.metres[c.table[car, first]], x.trips[row, SPLIT]
        for stop in range(low, high + 1):
            for side in range(2 if 0 < stop == split else 1):  # the end of the first trip of two
                is_first = stop < split or (stop == split and side == 1)
                is_begin = stop == 0 or (0 < stop == split and side == 0)
                is_end = stop == size or (0 < stop == split and side == 1)
                a = c.depot[car] if is_begin else c.site[x.orders[row, stop - 1]]
                b = c.depot[car] if is_end else c.site[x.orders[row, stop]]
                way = (metres[a, site] if a != site else 0) + (metres[site, b] if b != site else 0)
                way -= metres[a, b] if a != b else 0
                s.place[count, COST] = way * m.vnd_km[car] // 1000
                s.place[count, AT_TRIP], s.place[count, AT_STOP] = row, stop
                s.place[count, NEW_SPLIT] = split + 1 if split > 0 and is_first else split
                count += 1
    return count


@compiled
def pick_cheapest(s: Scratch, count: int) -> int:
    """Return the cheapest of so many places."""
    best = 0
    for k in range(1, count):
        if s.place[k, COST] < s.place[best, COST]:
            best = k
    return best


@compiled
def write_longer(x: TripMonth, row: int, job: int, stop: int) -> int:
    """Write a trip with one more visit to the room for trips being tried; return its row."""
    new: int = x.place.shape[0]
    copy_trip(x, row, new)
    for k in range(x.trips[row, SIZE], stop, -1):
        x.orders[new, k] = x.orders[new, k - 1]
    x.orders[new, stop] = job
    x.trips[new, SIZE] += 1
    return new


@compiled
def split_trip(m: TripModel, x: TripMonth, row: int) -> bool:
    """Whether a trip of a day that is too full may be two, and let it be those of least detour."""
    c, trip = m.clock, x.trips[row]
    trip[SPLIT], best, best_way = 0, 0, 0
    if trip[DAYS] != 1 or c.limits.reload == 0:
        return False
    home, metres = c.depot[trip[CAR]], c.metres[c.table[trip[CAR], trip[FIRST]]]
    for split in range(1, trip[SIZE]):
        a, b = c.site[x.orders[row, split - 1]], c.site[x.orders[row, split]]
        way = (metres[a, home] if a != home else 0) + (metres[home, b] if b != home else 0)
        way -= metres[a, b] if a != b else 0
        if (best and way >= best_way) or lasts_too_long(m, x, row, split):
            continue
        trip[SPLIT] = split
        if fits_load(m, x, row):
            best, best_way = split, way
    trip[SPLIT] = best
    return bool(best > 0)


@compiled
def find_longer(m: TripModel, x: TripMonth, s: Scratch, job: int, early: int, dear: int) -> int:
    """Return the trip on which a visit costs least more, below `dear`; −1 where there is none.

    Places are tried in the order of their detour until what was found is cheaper than the detour
    of those left; at most `MAX_PLACES` timetables are made. Where the day forbids a place, the trip
    may go on another one. The longer trip stands in the last row.
    """
    count, kept = list_places(m, x, s, job), x.place.shape[0] + 1
    best, best_row, tried = dear, -1, 0
    while count > 0 and tried < MAX_PLACES:
        k = pick_cheapest(s, count)
        cost, row, stop = s.place[k, COST], s.place[k, AT_TRIP], s.place[k, AT_STOP]
        split = s.place[k, NEW_SPLIT]
        if cost >= best:
            break
        count -= 1
        for column in range(4):
            s.place[k, column] = s.place[count, column]
        if draw(s.random) < BLINK:
            continue
        new = write_longer(x, row, job, stop)
        x.trips[new, SPLIT] = split
        if not fits_load(m, x, new) and not split_trip(m, x, new):
            continue
        tried += 1
        limit = x.trips[row, VALUE] + best
        count_work(m, x, row, -1)
        is_ok = time_trip(m, x, s, new) and x.trips[new, VALUE] < limit
        if is_ok and not fits(m, x, new, early):
            is_ok = draw(s.random) < MOVED and find_date(m, x, s, new, early, limit)
        count_work(m, x, row, 1)
        if is_ok:
            best, best_row = x.trips[new, VALUE] - x.trips[row, VALUE], row
            copy_trip(x, new, kept)
    return best_row


@compiled
def write_single(m: TripModel, x: TripMonth, s: Scratch, job: int, single: int) -> int:
    """Write a trip for a visit alone to the room for trips being tried; return its row."""
    new: int = x.place.shape[0]
    trip = x.trips[new]
    trip[SIZE], trip[CAR], trip[CREW] = 1, m.single[single, 1], m.single[single, 2]
    trip[FIRST], trip[SPLIT] = m.single[single, 3], 0
    x.orders[new, 0] = job
    time_trip(m, x, s, new)
    return new


@compiled
def find_single(m: TripModel, x: TripMonth, s: Scratch, job: int, early: int, dear: int) -> int:
    """Return the cheapest trip for a visit alone below `dear`, by chance among equals; or −1."""
    start, end = m.single_first[job], m.single_first[job + 1]
    while start < end and m.single[start, 0] < dear:
        stop = start
        while stop < end and m.single[stop, 0] == m.single[start, 0]:
            stop += 1
        shift = int(draw(s.random) * (stop - start))
        for k in range(stop - start):
            single: int = start + (k + shift) % (stop - start)
            mask = m.single[single, 4]
            out = x.cars[m.single[single, 1]] | x.crews[m.single[single, 2]]
            if out & mask or mask >> early or draw(s.random) < BLINK:
                continue
            new = write_single(m, x, s, job, single)
            if fits_load(m, x, new) and fits(m, x, new, early):
                return single
        start = stop
    return -1


@compiled
def find_room(x: TripMonth) -> int:
    """Return a row without a trip."""
    row = 0
    while x.trips[row, SIZE] > 0:
        row += 1
    return row


@compiled
def insert(m: TripModel, x: TripMonth, s: Scratch, job: int) -> None:
    """Put one more visit at its cheapest place, if any is worth it."""
    for g in range(m.giver_first[job], m.giver_first[job + 1]):
        if x.place[m.giver[g], 0] < 0:
            return
    early = m.week.shape[0]
    if draw(s.random) < EARLY:  # time is left for those that wait for its batches
        early = early * (m.chain_before[job] + 1) // m.chain_length[job]
    dear = m.penalty[job] * (2 if draw(s.random) < BOLD else 1)
    single = find_single(m, x, s, job, early, dear)
    if single >= 0:
        dear = m.single[single, 0]
    row = find_longer(m, x, s, job, early, dear)
    new = x.place.shape[0] + 1
    if row >= 0:
        count_work(m, x, row, -1)
    elif single >= 0:
        new = write_single(m, x, s, job, single)
        row = find_room(x)
    else:
        return
    copy_trip(x, new, row)
    put(m, x, row)
