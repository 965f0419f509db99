"""Times a trip, and tells whether it keeps the rules of a month; compiled."""

from routing.lns.month_arrays import (
    CAR,
    CREW,
    DAY,
    DAYS,
    FIRST,
    SIZE,
    SPLIT,
    TOLD_AFTER,
    TOLD_CAR,
    TOLD_CAR_VND,
    TOLD_CREW,
    TOLD_CREW_VND,
    TOLD_ORDER_VND,
    TOLD_START,
    TOLD_TIME_VND,
    TOLD_TOLERANCE,
    VALUE,
    Scratch,
    TripModel,
    TripMonth,
)
from routing.month.announced import NOBODY
from routing.month.clock import fill_day
from routing.month.clock_arrays import DRIVE_MIN, METRES, UPTO
from routing.month.clock_arrays import Ints as Stops
from routing.month.nights import search_days
from search.compiling import compiled, woven

OFFSET, FACTOR = 1469598103934665603, 0x100000001B3  # of a digest (FNV)


@woven
def mix(digest: int, value: int) -> int:
    """Return a digest with one more value."""
    mixed = (digest ^ value) * FACTOR
    return mixed ^ (mixed >> 29)


@compiled
def digest_trip(m: TripModel, x: TripMonth, row: int) -> int:
    """Return what names a timetable: the order, the places, and what its days have in common."""
    c, trip = m.clock, x.trips[row]
    car, first, size = trip[CAR], trip[FIRST], trip[SIZE]
    digest = mix(mix(mix(OFFSET, size), m.members[trip[CREW]]), c.depot[car])
    digest = mix(digest, trip[SPLIT])
    for k in range(size):
        digest = mix(digest, x.orders[row, k])
    for day in range(first, min(first + c.limits.nights + 1, m.week.shape[0])):
        if not c.is_free[car, day]:
            digest = mix(digest, -1)
            break
        digest = mix(mix(digest, c.table[car, day]), m.light_kind[day])
        for k in range(size):
            digest = mix(digest, c.window_id[x.orders[row, k], day])
    return digest if digest else 1


@compiled
def price_times(m: TripModel, order: Stops, days: int) -> int:
    """Return what it counts that the stops of the days just timed begin, or follow, otherwise."""
    c, total, k = m.clock, 0, 0
    for day in range(days):
        before = NOBODY
        while k < c.days[day, UPTO]:
            job = order[k]
            if job >= m.penalty.shape[0]:  # a loading: the next stop is a trip's first
                before = NOBODY
                k += 1
                continue
            if abs(c.starts[k] - m.told[job, TOLD_START]) > m.told[job, TOLD_TOLERANCE]:
                total += m.told[job, TOLD_TIME_VND]
            if m.told[job, TOLD_AFTER] != before:
                total += m.told[job, TOLD_ORDER_VND]
            before = job
            k += 1
    return total


@compiled
def lasts_too_long(m: TripModel, x: TripMonth, row: int, split: int) -> bool:
    """Whether services, loading and the shortest driving exceed a day with two trips."""
    c, trip = m.clock, x.trips[row]
    car, day, home = trip[CAR], trip[FIRST], c.depot[trip[CAR]]
    t, place, minutes = c.table[car, day], home, c.limits.reload
    for k in range(trip[SIZE] + 1):
        site = c.site[x.orders[row, k]] if k < trip[SIZE] else home
        if k == split and place != home:
            if c.drive[t, place, home] < 0:
                return True
            minutes += c.drive[t, place, home] + c.limits.buffer
            place = home
        if place != site:
            if c.drive[t, place, site] < 0:
                return True
            minutes += c.drive[t, place, site] + c.limits.buffer
        minutes += c.service[x.orders[row, k]] if k < trip[SIZE] else 0
        place = site
    return bool(minutes > c.limits.duty)


@compiled
def time_two(m: TripModel, x: TripMonth, s: Scratch, row: int) -> bool:
    """Whether a day holds the two trips that one with a loading is; its times are in the clock."""
    c, trip = m.clock, x.trips[row]
    car, first, size, split = trip[CAR], trip[FIRST], trip[SIZE], trip[SPLIT]
    if not c.is_free[car, first] or lasts_too_long(m, x, row, split):
        return False
    for k in range(size + 1):
        s.course[k] = x.orders[row, k if k < split else k - 1]
    s.course[split] = m.loading[car]
    home, order = c.depot[car], s.course[: size + 1]
    return fill_day(c, c.table[car, first], first, home, order, 0, size + 1, home, 0, False)


@compiled
def time_trip(m: TripModel, x: TripMonth, s: Scratch, row: int) -> bool:
    """Whether a trip's stops can be driven in their order; notes its days and what it counts."""
    c, trip = m.clock, x.trips[row]
    car, crew, first = trip[CAR], trip[CREW], trip[FIRST]
    digest = digest_trip(m, x, row)
    at = digest & (s.memo_key.shape[0] - 1)
    if s.memo_key[at] != digest:
        order = x.orders[row, : trip[SIZE]]
        s.memo_key[at] = digest
        if trip[SPLIT]:
            s.memo[at, 0] = 1 if time_two(m, x, s, row) else 0
            order = s.course[: trip[SIZE] + 1]
        else:
            s.memo[at, 0] = search_days(c, order, car, first, m.members[crew])
        s.memo[at, 1] = 0
        s.memo[at, 2] = price_times(m, order, s.memo[at, 0]) if m.is_told else 0
        for day in range(s.memo[at, 0]):
            s.memo[at, 1] += c.days[day, METRES]
            s.memo[at, 3 + 2 * day] = c.days[day, UPTO] - (trip[SPLIT] > 0)
            s.memo[at, 4 + 2 * day] = c.days[day, DRIVE_MIN]
    days = s.memo[at, 0]
    trip[DAYS] = days
    for k in range(2 * days):
        trip[DAY + k] = s.memo[at, 3 + k]
    trip[VALUE] = -(-s.memo[at, 1] * m.vnd_km[car] // 1000)
    trip[VALUE] += days * m.vnd_day[car, crew] + (days - 1) * m.night_vnd[crew] + s.memo[at, 2]
    k = 0
    for day in range(days):
        while k < trip[DAY + 2 * day]:
            job = x.orders[row, k]
            trip[VALUE] += m.extra[job, first + day]
            if m.is_told:
                trip[VALUE] += m.told[job, TOLD_CAR_VND] if m.told[job, TOLD_CAR] != car else 0
                trip[VALUE] += m.told[job, TOLD_CREW_VND] if m.told[job, TOLD_CREW] != crew else 0
            k += 1
    return bool(days > 0)


@compiled
def find_stop(x: TripMonth, row: int, job: int) -> int:
    """Return where a visit stands in the order of a trip, or −1."""
    for k in range(x.trips[row, SIZE]):
        if x.orders[row, k] == job:
            return k
    return -1


@compiled
def find_day(x: TripMonth, row: int, stop: int) -> int:
    """Return the day on which a trip serves one of its stops."""
    day = 0
    while x.trips[row, DAY + 2 * day] <= stop:
        day += 1
    return int(x.trips[row, FIRST] + day)


@compiled
def fits_load(m: TripModel, x: TripMonth, row: int) -> bool:
    """Whether boxes and kilograms fit at every moment, givers before takers.

    What the first of two trips of a day brings back is not there for the second.
    """
    split = x.trips[row, SPLIT]
    return fits_tour(m, x, row, 0, split if split else x.trips[row, SIZE]) and (
        split == 0 or fits_tour(m, x, row, split, x.trips[row, SIZE])
    )


@compiled
def fits_tour(m: TripModel, x: TripMonth, row: int, start: int, end: int) -> bool:
    """Whether what some stops of a trip get and give fits, when it is loaded for them."""
    boxes, kilos = 0, 0.0
    for k in range(start, end):
        job = x.orders[row, k]
        boxes, kilos = boxes + m.load[job, 0], kilos + m.kg[job, 0]
        for g in range(m.giver_first[job], m.giver_first[job + 1]):
            stop = find_stop(x, row, m.giver[g])
            if stop > k or 0 <= stop < start:
                return False
            if stop >= 0:
                boxes, kilos = boxes - m.giver_boxes[g], kilos - m.giver_kg[g]
    car = x.trips[row, CAR]
    for k in range(start - 1, end):
        if k >= start:
            job = x.orders[row, k]
            boxes += m.load[job, 1] - m.load[job, 0]
            kilos += m.kg[job, 1] - m.kg[job, 0]
        if boxes > m.boxes[car] or kilos > m.kilos[car] + 1e-6:
            return False
    return True


@compiled
def keeps_work(m: TripModel, x: TripMonth, row: int) -> bool:
    """Whether the crew of a trip is at home, and keeps its weeks and its days in a row."""
    trip, limits = x.trips[row], m.clock.limits
    crew, days = trip[CREW], trip[DAYS]
    mask = ((1 << days) - 1) << trip[FIRST]
    if m.crew_days[crew] & mask != mask or (x.cars[trip[CAR]] | x.crews[crew]) & mask:
        return False
    for day in range(days):
        week = m.week[trip[FIRST] + day]
        minutes, worked = x.work[crew, week, 0], x.work[crew, week, 1]
        for other in range(days):
            if m.week[trip[FIRST] + other] == week:
                minutes += trip[DAY + 2 * other + 1]
                worked += 1
        if minutes > limits.drive_week or worked > limits.work_days:
            return False
    past, runs = m.worked[crew], m.worked[crew] | (x.crews[crew] | mask) << limits.days_in_row
    every = runs
    for step in range(1, limits.days_in_row + 1):
        past &= m.worked[crew] >> step
        runs &= every >> step
    return bool(runs & ~past == 0)


@compiled
def is_later(m: TripModel, x: TripMonth, giver: int, taker: int, rest: int) -> bool:
    """Whether a trip may take out what another one brought back, and what rests so many days."""
    one, two = x.trips[giver], x.trips[taker]
    is_home = m.clock.depot[one[CAR]] == m.clock.depot[two[CAR]]
    return bool(is_home and two[FIRST] >= one[FIRST] + one[DAYS] + rest + m.check_days)


@compiled
def keeps_links(m: TripModel, x: TripMonth, row: int) -> bool:
    """Whether the visits of a trip keep gaps and chains to each other and to other trips."""
    for k in range(x.trips[row, SIZE]):
        job = x.orders[row, k]
        for g in range(m.giver_first[job], m.giver_first[job + 1]):
            giver = m.giver[g]
            stop, other = find_stop(x, row, giver), x.place[giver, 0]
            if stop >= 0:
                if m.rest[giver, find_day(x, row, stop)] > 0:
                    return False
            elif other < 0 or not is_later(m, x, other, row, m.rest[giver, x.place[giver, 1]]):
                return False
        for g in range(m.taker_first[job], m.taker_first[job + 1]):
            other = x.place[m.taker[g], 0]
            rest = m.rest[job, find_day(x, row, k)]
            if find_stop(x, row, m.taker[g]) < 0 <= other and not is_later(m, x, row, other, rest):
                return False
        for g in range(m.gap_first[job], m.gap_first[job + 1]):
            stop, day = find_stop(x, row, m.gap_job[g]), x.place[m.gap_job[g], 1]
            if stop >= 0:
                day = find_day(x, row, stop)
            elif x.place[m.gap_job[g], 0] < 0:
                continue
            if abs(day - find_day(x, row, k)) < m.gap_days[g]:
                return False
    return True


@compiled
def fits(m: TripModel, x: TripMonth, row: int, early: int) -> bool:
    """Whether a trip that has its times may be added to the month, and ends before a day."""
    is_early = x.trips[row, FIRST] + x.trips[row, DAYS] <= early
    return bool(is_early and keeps_work(m, x, row) and keeps_links(m, x, row))


@compiled
def count_work(m: TripModel, x: TripMonth, row: int, sign: int) -> None:
    """Add a trip to who is out when and the weeks of its crew, or take it away (−1)."""
    trip = x.trips[row]
    car, crew = trip[CAR], trip[CREW]
    mask = ((1 << trip[DAYS]) - 1) << trip[FIRST]
    x.cars[car] ^= mask
    x.crews[crew] ^= mask
    for day in range(trip[DAYS]):
        week = m.week[trip[FIRST] + day]
        x.work[crew, week, 0] += sign * trip[DAY + 2 * day + 1]
        x.work[crew, week, 1] += sign


@compiled
def copy_trip(x: TripMonth, row: int, to: int) -> None:
    """Write a trip over another row."""
    for k in range(x.trips.shape[1]):
        x.trips[to, k] = x.trips[row, k]
    for k in range(x.trips[row, SIZE]):
        x.orders[to, k] = x.orders[row, k]


@compiled
def put(m: TripModel, x: TripMonth, row: int) -> None:
    """Put the trip of a row into the month."""
    count_work(m, x, row, 1)
    for k in range(x.trips[row, SIZE]):
        x.place[x.orders[row, k], 0] = row
        x.place[x.orders[row, k], 1] = find_day(x, row, k)
