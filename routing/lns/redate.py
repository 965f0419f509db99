"""Finds another day, crew or vehicle for a whole trip, so that others need not wait; compiled."""

from routing.lns.change import (
    copy_trip,
    count_work,
    find_stop,
    fits,
    fits_load,
    put,
    time_trip,
)
from routing.lns.month_arrays import (
    CAR,
    CREW,
    DAYS,
    FIRST,
    SIZE,
    VALUE,
    Scratch,
    TripModel,
    TripMonth,
)
from search.annealing import draw
from search.compiling import compiled


@compiled
def may_take(m: TripModel, x: TripMonth, row: int, car: int, crew: int) -> bool:
    """Whether a vehicle and a crew may serve every stop of a trip."""
    is_able = True
    for k in range(x.trips[row, SIZE]):
        is_able &= m.able[x.orders[row, k], car, crew] > 0
    return is_able


@compiled
def bound_days(m: TripModel, x: TripMonth, row: int) -> tuple[int, int]:
    """Return the first day of a trip that gets batches of others, and the day before which it ends.

    The days of rest and checking lie between it and those that give to it or wait for it; how long
    rests what it takes itself is told only by its days.
    """
    begin, end = 0, m.week.shape[0]
    for k in range(x.trips[row, SIZE]):
        job = x.orders[row, k]
        for g in range(m.giver_first[job], m.giver_first[job + 1]):
            giver = m.giver[g]
            other = x.place[giver, 0]
            if find_stop(x, row, giver) < 0 <= other:
                wait = m.rest[giver, x.place[giver, 1]] + m.check_days
                begin = max(begin, x.trips[other, FIRST] + x.trips[other, DAYS] + wait)
        for g in range(m.taker_first[job], m.taker_first[job + 1]):
            other = x.place[m.taker[g], 0]
            if find_stop(x, row, m.taker[g]) < 0 <= other:
                end = min(end, x.trips[other, FIRST] - m.check_days)
    return begin, max(begin, end)


@compiled
def find_date(m: TripModel, x: TripMonth, s: Scratch, row: int, early: int, dear: int) -> bool:
    """Give a trip that is not in the month a day, crew and vehicle by chance that fit it.

    It ends before the day `early` and counts less than `dear`; what it was given may be found
    again, where only that fits.
    """
    cars, crews = x.cars.shape[0], x.crews.shape[0]
    trip = x.trips[row]
    begin, end = bound_days(m, x, row)
    end = min(end, early)
    span = end - begin
    count = cars * crews * span
    start = int(draw(s.random) * count)
    for step in range(count):
        k = (start + step) % count
        trip[FIRST], trip[CREW], trip[CAR] = begin + k % span, k // span % crews, k // span // crews
        out = x.cars[trip[CAR]] | x.crews[trip[CREW]] | ~m.crew_days[trip[CREW]]
        if out >> trip[FIRST] & 1 or not may_take(m, x, row, trip[CAR], trip[CREW]):
            continue
        if not time_trip(m, x, s, row) or trip[VALUE] >= dear:
            continue
        if fits(m, x, row, end) and fits_load(m, x, row):
            return True
    return False


@compiled
def redate(m: TripModel, x: TripMonth, s: Scratch, row: int) -> None:
    """Move a trip to another day, crew or vehicle, by chance, where that costs no more."""
    new = x.place.shape[0]
    copy_trip(x, row, new)
    count_work(m, x, row, -1)
    if find_date(m, x, s, new, m.week.shape[0], x.trips[row, VALUE] + 1):
        copy_trip(x, new, row)
        put(m, x, row)
    else:
        count_work(m, x, row, 1)


@compiled
def redate_some(m: TripModel, x: TripMonth, s: Scratch, many: int) -> None:
    """Move some trips, drawn by chance."""
    rows = x.place.shape[0]
    for _ in range(many):
        row = int(draw(s.random) * rows)
        for _ in range(rows):
            if x.trips[row, SIZE]:
                redate(m, x, s, row)
                break
            row = (row + 1) % rows
