"""The arrays of the compiled search: a month, its trips, and room to work in."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.month.clock_arrays import Clock
from search.annealing import Words

MAX_STOPS = 40  # of a trip when visits are inserted
SIZE, CAR, CREW, FIRST, DAYS, VALUE, SPLIT, DAY = range(8)
"""Of a trip: stops, vehicle, crew, first day, days, what it counts, the stops before it is loaded
again at the depot (0: it is not); from `DAY` on, for each day, the stops served up to its end and
minutes at the wheel."""

TOLD_START, TOLD_CAR, TOLD_CREW, TOLD_AFTER, TOLD_TOLERANCE = range(1, 6)
TOLD_TIME_VND, TOLD_CAR_VND, TOLD_CREW_VND, TOLD_ORDER_VND = range(7, 11)
"""Of a visit that was announced: where each field of `AnnouncedJob` stands."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class TripModel(NamedTuple):
    """A month that does not change.

    Parameters
    ----------
    clock
        What times are asked of.
    penalty, load, kg
        By visit: what leaving it out counts; boxes, and kilograms, that it gets and gives.
    able
        Whether a visit may be on a trip of a vehicle and a crew, by the three.
    extra
        What rides, missed wishes and changed days count, by visit and day.
    told, is_told
        How each visit was announced (`routing.month.announced.AnnouncedJob`); whether any was.
    giver_first, giver, giver_boxes, giver_kg
        Where the visits stand that fetch what a visit leaves; these, with what each brings it.
    taker_first, taker
        The visits that leave what a visit takes.
    gap_first, gap_job, gap_days
        The visits that must lie some days from one.
    chain_before, chain_length
        How many visits must come before one, and of how many one after the other.
    near
        All visits by nearness to one, itself first.
    single_first, single
        Where the trips for a visit alone begin; their value, vehicle, crew, first day, days as
        bits and visit, the cheapest first.
    vnd_km, vnd_day, night_vnd
        What a vehicle's kilometre, a day of it with a crew, and a crew's night cost.
    boxes, kilos
        What a vehicle holds.
    crew_days, members, worked
        A crew's days as bits, its people, and the days it worked before the month.
    week, light_kind
        By day: its week, and which days have the same daylight.
    alike_first, alike, commune
        Groups of crews that are compared; the number of a visit's commune, −1 for none.
    prices
        Of unevenness: a day between crews, a visit more left out in a commune.
    loading
        By vehicle: as which visit the clock knows a loading at its depot.
    check_days
        Days after which a batch that came back may leave.
    rest
        Days more after which it may, by the visit that took it and the day.
    """

    clock: Clock
    penalty: Ints
    load: Ints
    kg: Floats
    able: Ints
    extra: Ints
    told: Ints
    is_told: bool
    giver_first: Ints
    giver: Ints
    giver_boxes: Ints
    giver_kg: Floats
    taker_first: Ints
    taker: Ints
    gap_first: Ints
    gap_job: Ints
    gap_days: Ints
    chain_before: Ints
    chain_length: Ints
    near: Ints
    single_first: Ints
    single: Ints
    vnd_km: Ints
    vnd_day: Ints
    night_vnd: Ints
    boxes: Ints
    kilos: Floats
    crew_days: Ints
    members: Ints
    worked: Ints
    week: Ints
    light_kind: Ints
    alike_first: Ints
    alike: Ints
    commune: Ints
    prices: Ints
    loading: Ints
    check_days: int
    rest: Ints


class TripMonth(NamedTuple):
    """A month's trips.

    Parameters
    ----------
    trips, orders
        A row for each trip (see `SIZE` and after it) and its stops; rows without a stop are free,
        and the last is room for a trip that is being tried.
    place
        By visit: its trip or −1, and its day.
    cars, crews
        Days on which each is out, as bits.
    work
        By crew and week: minutes at the wheel and days, those before the month included.
    """

    trips: Ints
    orders: npt.NDArray[np.int32]
    place: Ints
    cars: Ints
    crews: Ints
    work: Ints


class Scratch(NamedTuple):
    """Chance, what is remembered, and room to work in.

    Parameters
    ----------
    random
        The state of random numbers.
    memo_key, memo
        Timetables by a digest of what decides them: days, metres, what changed times and orders
        count, and by day as in a trip's row.
    waiting, key, num_waiting
        Visits to insert, by what they are sorted; how many.
    is_waiting
        Whether a visit is among them.
    place
        Places found for a visit: what the detour costs, trip, place in its order, split then.
    course
        The stops of a day with a loading among them.
    rows
        Trips of a region.
    lost
        Visits left out, by commune.
    """

    random: Words
    memo_key: Ints
    memo: Ints
    waiting: Ints
    key: Ints
    num_waiting: Ints
    is_waiting: Ints
    place: Ints
    course: npt.NDArray[np.int32]
    rows: Ints
    lost: Ints
