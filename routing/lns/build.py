"""Builds the arrays of the compiled search from a month, and reads its trips back."""

from collections.abc import Iterable

import numpy as np

from routing.lns.anneal import search
from routing.lns.month_arrays import (
    CAR,
    CREW,
    DAY,
    FIRST,
    MAX_STOPS,
    SIZE,
    SPLIT,
    Floats,
    Ints,
    Scratch,
    TripModel,
    TripMonth,
)
from routing.month.announced import UNTOLD
from routing.month.clock_arrays import clock_of, number_loading
from routing.month.costs import (
    price_day,
    price_days_told,
    price_night,
    price_rides,
    price_wishes,
)
from routing.month.instance import Job, MonthInstance
from routing.month.memory import remembered
from routing.month.schedule import date_trip
from routing.month.timetable import DatedTrip
from search.annealing import seed_words

MEMO_ROWS = 1 << 17  # timetables remembered; a later one takes the place of an earlier one


def _ints(values: object) -> Ints:
    return np.array(values, np.int64)


def _floats(values: object) -> Floats:
    return np.array(values, np.float64)


def _starts(rows: Iterable[Iterable[object]]) -> Ints:
    return _ints(np.cumsum([0, *(len(list(row)) for row in rows)]))


@remembered
def list_near(instance: MonthInstance, job: int) -> list[int]:
    """Return all visits by nearness to one, itself first, by the first table of travel."""
    way = instance.tables[0].metres[instance.jobs[job].site]
    numbers = range(len(instance.jobs))
    return sorted(numbers, key=lambda k: (k != job, way[instance.jobs[k].site], k))


@remembered
def place_in_chain(instance: MonthInstance, job: int) -> tuple[int, int]:
    """Return how many visits must come before one, and of how many one after the other."""
    takers = list_takers(instance)
    givers = [[g for g, _, _ in one.givers] for one in instance.jobs]

    def depth(start: int, ways: list[list[int]], seen: frozenset[int]) -> int:
        steps = [depth(n, ways, seen | {n}) for n in ways[start] if n not in seen]
        return 1 + max(steps, default=0)

    up, down = depth(job, givers, frozenset({job})), depth(job, takers, frozenset({job}))
    return up - 1, up + down - 1


@remembered
def list_takers(instance: MonthInstance) -> list[list[int]]:
    """Return for each visit those that leave what it takes."""
    takers: list[list[int]] = [[] for _ in instance.jobs]
    for number, job in enumerate(instance.jobs):
        for giver, _, _ in job.givers:
            takers[giver].append(number)
    return takers


def day_bits(is_on: Iterable[bool]) -> int:
    """Return days as bits."""
    return sum(1 << number for number, on in enumerate(is_on) if on)


@remembered
def model_of(instance: MonthInstance) -> TripModel:
    """Return the arrays of a month."""
    model = _build_model(instance)
    rows = np.zeros((int(model.able.sum()) * len(instance.weeks), 6), np.int64)
    month, scratch = new_month(instance), new_scratch(instance, 0)
    count = search(model, month, month, month, scratch, 0, 0.0, rows) if len(rows) else 0
    found = rows[:count]
    singles = np.ascontiguousarray(found[np.lexsort((found[:, 0], found[:, 5]))])
    first = np.searchsorted(singles[:, 5], np.arange(len(instance.jobs) + 1))
    return model._replace(single_first=_ints(first), single=singles)


def _build_model(instance: MonthInstance) -> TripModel:
    """Return the arrays of a month, but for the trips that serve one visit alone."""
    jobs, cars, teams = instance.jobs, instance.cars, instance.teams
    balance = instance.balance
    takers, gaps = list_takers(instance), _list_gaps(instance)
    chains = [place_in_chain(instance, number) for number in range(len(jobs))]
    codes = sorted({code for code in balance.commune_by_job if code})
    return TripModel(
        clock=clock_of(instance),
        penalty=_ints([job.penalty_vnd for job in jobs]),
        load=_ints([(job.boxes_left, job.boxes_taken) for job in jobs]).reshape(-1, 2),
        kg=_floats([(job.kg_left, job.kg_taken) for job in jobs]).reshape(-1, 2),
        able=_list_able(instance),
        extra=_list_extra(instance),
        told=_ints([job.told for job in jobs]).reshape(len(jobs), -1),
        is_told=any(job.told != UNTOLD for job in jobs),
        giver_first=_starts(job.givers for job in jobs),
        giver=_ints([giver for job in jobs for giver, _, _ in job.givers]),
        giver_boxes=_ints([boxes for job in jobs for _, boxes, _ in job.givers]),
        giver_kg=_floats([kg for job in jobs for _, _, kg in job.givers]),
        taker_first=_starts(takers),
        taker=_ints([k for found in takers for k in found]),
        gap_first=_starts(gaps),
        gap_job=_ints([k for row in gaps for k, _ in row]),
        gap_days=_ints([days for row in gaps for _, days in row]),
        chain_before=_ints([before for before, _ in chains]),
        chain_length=_ints([length for _, length in chains]),
        near=_ints([list_near(instance, number) for number in range(len(jobs))]),
        single_first=_ints([0]),
        single=np.zeros((0, 6), np.int64),
        vnd_km=_ints([car.vnd_km for car in cars]),
        vnd_day=_ints(
            [[price_day(instance, car, team.members) for team in teams] for car in range(len(cars))]
        ),
        night_vnd=_ints([price_night(instance, team.members) for team in teams]),
        boxes=_ints([car.boxes for car in cars]),
        kilos=_floats([car.kg for car in cars]),
        crew_days=_ints([day_bits(team.is_free) for team in teams]),
        members=_ints([team.members for team in teams]),
        worked=_ints([team.worked for team in teams]),
        week=_ints(instance.weeks),
        light_kind=_ints(instance.light_ids),
        alike_first=_starts(balance.alike),
        alike=_ints([crew for group in balance.alike for crew in group]),
        commune=_ints([codes.index(code) if code else -1 for code in balance.commune_by_job]),
        prices=_ints([balance.day_vnd, balance.visit_vnd]),
        loading=_ints([number_loading(instance, car.depot) for car in cars]),
        check_days=instance.check_days,
        rest=_ints([job.resting or (0,) * len(instance.weeks) for job in jobs]).reshape(
            len(jobs), len(instance.weeks)
        ),
    )


def _list_gaps(instance: MonthInstance) -> list[list[tuple[int, int]]]:
    """Return for each visit those of its group, with the days that must lie between."""
    jobs = instance.jobs
    return [
        [
            (k, max(one.gap_days, jobs[k].gap_days))
            for k in instance.partners[number]
            if one.gap_group and jobs[k].gap_group == one.gap_group
        ]
        for number, one in enumerate(jobs)
    ]


def _list_able(instance: MonthInstance) -> Ints:
    """Return whether a visit may be on a trip, by visit, vehicle and crew."""

    def is_able(job: Job, car: int, crew: int) -> bool:
        is_allowed = car in job.vehicles and crew in job.crews and not job.lacks_giver
        is_home = job.depots <= {instance.cars[car].depot}
        return is_allowed and is_home and car in instance.teams[crew].cars

    cars, crews = range(len(instance.cars)), range(len(instance.teams))
    return _ints(
        [[[is_able(job, car, crew) for crew in crews] for car in cars] for job in instance.jobs]
    )


def _list_extra(instance: MonthInstance) -> Ints:
    """Return what rides, missed wishes and changed days count, by visit and day."""

    def price(served: tuple[int, int]) -> int:
        wishes = price_wishes(instance, (served,)) + price_days_told(instance, (served,))
        return price_rides(instance, (served,)) + wishes

    days = range(len(instance.weeks))
    return _ints([[price((job, day)) for day in days] for job in range(len(instance.jobs))])


def new_month(instance: MonthInstance) -> TripMonth:
    """Return a month without trips."""
    jobs, row = len(instance.jobs), DAY + 2 * (instance.limits.nights + 1)
    work = np.zeros((len(instance.teams), max(instance.weeks) + 1, 2), np.int64)
    for crew, team in enumerate(instance.teams):
        for week, drive, days in team.past_weeks:
            if week < work.shape[1]:
                work[crew, week] = drive, days
    return TripMonth(
        trips=np.zeros((jobs + 2, row), np.int64),
        orders=np.zeros((jobs + 2, max(jobs, MAX_STOPS)), np.int32),
        place=np.zeros((jobs, 2), np.int64) - 1,
        cars=np.zeros(len(instance.cars), np.int64),
        crews=np.zeros(len(instance.teams), np.int64),
        work=work,
    )


def write_month(instance: MonthInstance, trips: Iterable[DatedTrip]) -> TripMonth:
    """Return a month of some trips."""
    month = new_month(instance)
    for row, trip in enumerate(trips):
        month.orders[row, : len(trip.order)] = trip.order
        month.trips[row, :DAY] = (
            len(trip.order), trip.car, trip.crew, trip.first, len(trip.days), trip.value_vnd,
            trip.split,
        )  # fmt: skip
        upto, mask = 0, ((1 << len(trip.days)) - 1) << trip.first
        month.cars[trip.car] |= mask
        month.crews[trip.crew] |= mask
        for number, day in enumerate(trip.days):
            upto += len(day.jobs)
            month.trips[row, DAY + 2 * number : DAY + 2 * number + 2] = upto, day.drive_min
            month.work[trip.crew, instance.weeks[trip.first + number]] += (day.drive_min, 1)
            for job in day.jobs:
                month.place[job] = row, trip.first + number
    return month


def new_scratch(instance: MonthInstance, seed: int) -> Scratch:
    """Return chance and room for a search."""
    jobs = len(instance.jobs)
    codes = len(set(instance.balance.commune_by_job))
    return Scratch(
        random=seed_words(seed),
        memo_key=np.zeros(MEMO_ROWS, np.int64),
        memo=np.zeros((MEMO_ROWS, 3 + 2 * (instance.limits.nights + 1)), np.int64),
        waiting=np.zeros(jobs, np.int64),
        key=np.zeros(jobs, np.int64),
        num_waiting=np.zeros(1, np.int64),
        is_waiting=np.zeros(jobs, np.int64),
        place=np.zeros((3 * jobs + 2, 4), np.int64),
        course=np.zeros(jobs + 1, np.int32),
        rows=np.zeros(jobs + 1, np.int64),
        lost=np.zeros(codes + 1, np.int64),
    )


TripKey = tuple[int, int, int, tuple[int, ...], int]
"""Vehicle, first day, crew, order and split of a trip."""


def list_trip_keys(month: TripMonth) -> list[TripKey]:
    """Return what names the trips of a month, sorted."""
    rows = month.trips[:-2]
    return sorted(
        (
            int(trip[CAR]),
            int(trip[FIRST]),
            int(trip[CREW]),
            tuple(order[: trip[SIZE]].tolist()),
            int(trip[SPLIT]),
        )
        for trip, order in zip(rows, month.orders, strict=False)
        if trip[SIZE]
    )


def read_month(instance: MonthInstance, month: TripMonth) -> list[DatedTrip]:
    """Return the trips of a month with their times."""
    return read_trips(instance, list_trip_keys(month))


def read_trips(instance: MonthInstance, keys: Iterable[TripKey]) -> list[DatedTrip]:
    """Return the trips that some keys name, with their times."""
    found = (
        date_trip(instance, order, car, first, crew, split)
        for car, first, crew, order, split in keys
    )
    return [trip for trip in found if trip is not None]
