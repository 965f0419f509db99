"""Rounds of ruin and recreate on true dates, compiled."""

import numpy as np

from routing.lns.month_arrays import SIZE, VALUE, Ints, Scratch, TripModel, TripMonth
from routing.lns.placing import insert
from routing.lns.redate import redate_some
from routing.lns.ruin import REGION, drop_orphans, lift, ruin
from routing.lns.singles import date_singles
from search.annealing import draw, is_accepted
from search.compiling import compiled, entry

BY_PENALTY, BY_CHAIN = 0.4, 0.3
"""Shares of the rounds that insert first what is dear to leave out, or what others wait for."""

REDATE, MOST_REDATED = 0.5, 3  # share of rounds that move trips to other days; how many at most

NO_ROWS = np.zeros((0, 6), np.int64)


@compiled
def value_month(m: TripModel, x: TripMonth, s: Scratch) -> int:
    """Return what a month counts in the objective."""
    value = 0
    for row in range(x.place.shape[0]):
        if x.trips[row, SIZE]:
            value += x.trips[row, VALUE]
    for code in range(s.lost.shape[0]):
        s.lost[code] = 0
    for job in range(x.place.shape[0]):
        if x.place[job, 0] < 0:
            value += m.penalty[job]
            code = m.commune[job]
            if code >= 0:
                value += m.prices[1] if s.lost[code] else 0
                s.lost[code] += 1
    for group in range(m.alike_first.shape[0] - 1):
        most, least = 0, m.week.shape[0]
        for k in range(m.alike_first[group], m.alike_first[group + 1]):
            days = 0
            for day in range(m.week.shape[0]):
                days += (x.crews[m.alike[k]] >> day) & 1
            most, least = max(most, days), min(least, days)
        value += m.prices[0] * (most - least)
    return value


@compiled
def copy_month(x: TripMonth, to: TripMonth) -> None:
    """Write a month over another one."""
    for row in range(x.place.shape[0]):
        if x.trips[row, SIZE] == 0:
            to.trips[row, SIZE] = 0
            continue
        for k in range(x.trips.shape[1]):
            to.trips[row, k] = x.trips[row, k]
        for k in range(x.trips[row, SIZE]):
            to.orders[row, k] = x.orders[row, k]
    for job in range(x.place.shape[0]):
        to.place[job, 0], to.place[job, 1] = x.place[job, 0], x.place[job, 1]
    for car in range(x.cars.shape[0]):
        to.cars[car] = x.cars[car]
    for crew in range(x.crews.shape[0]):
        to.crews[crew] = x.crews[crew]
        for week in range(x.work.shape[1]):
            to.work[crew, week, 0] = x.work[crew, week, 0]
            to.work[crew, week, 1] = x.work[crew, week, 1]


@compiled
def sort_waiting(m: TripModel, s: Scratch) -> None:
    """Order the visits to insert: what weighs most, what others wait for, or any."""
    chance, count = draw(s.random), s.num_waiting[0]
    for k in range(count):
        j = k + int(draw(s.random) * (count - k))
        s.waiting[k], s.waiting[j] = s.waiting[j], s.waiting[k]
    for k in range(count):
        job = s.waiting[k]
        s.key[job] = 0
        if chance < BY_PENALTY:
            s.key[job] = -m.penalty[job]
        elif chance < BY_PENALTY + BY_CHAIN:
            s.key[job] = -m.chain_length[job]
    for k in range(1, count):
        job, j = s.waiting[k], k - 1
        while j >= 0 and s.key[s.waiting[j]] > s.key[job]:
            s.waiting[j + 1] = s.waiting[j]
            j -= 1
        s.waiting[j + 1] = job


@compiled
def recreate(m: TripModel, x: TripMonth, s: Scratch) -> None:
    """Put visits back, those that give a batch before those that take it."""
    sort_waiting(m, s)
    while s.num_waiting[0] > 0:
        number = -1
        for k in range(s.num_waiting[0]):
            job, is_ready = s.waiting[k], True
            for g in range(m.giver_first[job], m.giver_first[job + 1]):
                is_ready &= not s.is_waiting[m.giver[g]]
            if is_ready:
                number = k
                break
        number = max(number, 0)
        job = s.waiting[number]
        s.num_waiting[0] -= 1
        for k in range(number, s.num_waiting[0]):
            s.waiting[k] = s.waiting[k + 1]
        s.is_waiting[job] = 0
        insert(m, x, s, job)


@compiled
def call_left_out(m: TripModel, x: TripMonth, s: Scratch, seed: int) -> None:
    """Let the visits left out that are nearest to one be inserted too."""
    for k in range(min(REGION, m.near.shape[1])):
        if x.place[m.near[seed, k], 0] < 0:
            lift(s, m.near[seed, k])


@compiled
def fill(m: TripModel, x: TripMonth, s: Scratch) -> None:
    """Insert every visit that is not served."""
    s.num_waiting[0] = 0
    for job in range(x.place.shape[0]):
        if x.place[job, 0] < 0:
            lift(s, job)
    recreate(m, x, s)


@compiled
def try_round(m: TripModel, x: TripMonth, s: Scratch) -> None:
    """Move some trips to other days, ruin and recreate."""
    if draw(s.random) < REDATE:
        redate_some(m, x, s, 1 + int(draw(s.random) * MOST_REDATED))
    seed = ruin(m, x, s)
    call_left_out(m, x, s, seed)
    recreate(m, x, s)
    drop_orphans(m, x, s)


@compiled
def anneal(
    m: TripModel,
    now: TripMonth,
    trial: TripMonth,
    best: TripMonth,
    s: Scratch,
    rounds: int,
    heat: float,
) -> None:
    """Run so many rounds at one temperature."""
    value, best_value = value_month(m, now, s), value_month(m, best, s)
    copy_month(now, trial)
    for _ in range(rounds):
        try_round(m, trial, s)
        trial_value = value_month(m, trial, s)
        if not is_accepted(float(trial_value), float(value), heat, s.random):
            copy_month(now, trial)
            continue
        copy_month(trial, now)
        value = trial_value
        if value < best_value:
            copy_month(now, best)
            best_value = value


@entry
def search(
    m: TripModel,
    now: TripMonth,
    trial: TripMonth,
    best: TripMonth,
    s: Scratch,
    rounds: int,
    heat: float,
    rows: Ints,
) -> int:
    """Search so many rounds at one temperature; 0: insert what the month lacks, and no more.

    With `rows`, only write the trips for one visit alone into them, and return how many (see
    `routing.lns.singles`). One way in for Python: each way in is optimised with all it calls, the
    clock included, for seconds.
    """
    if rows.shape[0] > 0:
        return date_singles(m, now, s, rows)
    if rounds == 0:
        fill(m, now, s)
    else:
        anneal(m, now, trial, best, s, rounds, heat)
    return 0
