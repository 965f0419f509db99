"""Dates the trips that serve one visit alone, compiled."""

from routing.lns.change import fits_load, keeps_work, time_trip
from routing.lns.month_arrays import (
    CAR,
    CREW,
    DAYS,
    FIRST,
    SIZE,
    SPLIT,
    VALUE,
    Ints,
    Scratch,
    TripModel,
    TripMonth,
)
from search.compiling import compiled


@compiled
def date_singles(m: TripModel, x: TripMonth, s: Scratch, rows: Ints) -> int:
    """Write every trip for a visit alone that a month without trips allows; return how many.

    A row holds what it counts, its vehicle, crew and first day, its days as bits, and the visit.
    """
    count, row = 0, x.place.shape[0]
    trip = x.trips[row]
    trip[SIZE], trip[SPLIT] = 1, 0
    for job in range(x.place.shape[0]):
        x.orders[row, 0] = job
        for car in range(x.cars.shape[0]):
            for crew in range(x.crews.shape[0]):
                trip[CAR], trip[CREW] = car, crew
                if not m.able[job, car, crew] or not fits_load(m, x, row):
                    continue
                for first in range(m.week.shape[0]):
                    trip[FIRST] = first
                    if time_trip(m, x, s, row) and keeps_work(m, x, row):
                        rows[count, 0], rows[count, 1], rows[count, 2] = trip[VALUE], car, crew
                        rows[count, 3], rows[count, 5] = first, job
                        rows[count, 4] = ((1 << trip[DAYS]) - 1) << first
                        count += 1
    return count
