"""The clock of a day: every minute of its legs, pauses and visits, compiled.

A day gets the earliest end, then the latest start. A break is taken when the longest run of driving
is reached, not before; a ferry wait stands after half of the way; hours in which a way is shut are
waited for before leaving. All numbers are whole minutes and metres. All that searches for trips
asks this clock; only the checker and the tests' enumeration have their own, on purpose.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.month.instance import MonthInstance, WorkLimits
from search.compiling import compiled, entry

Ints = npt.NDArray[np.int32]
NOWHERE = -1  # the end of a day whose last leg is not asked for
MAX_STARTS = 40  # starts of a day that are tried
OPEN_STARTS = 2000  # starts that wait to be tried; a run adds five for each stop
MAX_STATES = 400
UPTO, GOAL, FINISH, DRIVE_MIN, METRES, LEAVE, ARRIVE, PAUSES = range(8)  # of a row of `days`


class Clock(NamedTuple):
    """A month as arrays (see `routing.month.instance`), scratch, and what was found.

    Parameters
    ----------
    shut_row, shut_first, shut_span
        Where the hours in which each way is shut stand, by table and places; the hours.
    window_id, window_first, window_span
        The same for the hours of each visit, by visit and day.
    tried, states, ways
        Starts of a day tried and still to try; nights reached; their ways on.
    days
        By day: stops served so far, place of the night, finish, minutes driven, metres, when the
        last leg leaves and arrives, and where its pauses end.
    legs, starts
        By stop: when the leg to it leaves and arrives; when it is served.
    pauses, num_pauses
        (stop, or number of stops for a last leg; start; minutes; is a break), and how many.
    """

    drive: Ints
    wait: Ints
    metres: Ints
    shut_row: Ints
    shut_first: Ints
    shut_span: Ints
    site: Ints
    service: Ints
    window_id: Ints
    window_first: Ints
    window_span: Ints
    depot: Ints
    table: Ints
    is_free: Ints
    light: Ints
    beds: Ints
    limits: WorkLimits
    tried: Ints
    states: Ints
    ways: Ints
    days: Ints
    legs: Ints
    starts: Ints
    pauses: Ints
    num_pauses: Ints


def clock_of(instance: MonthInstance) -> Clock:
    """Return the clock of a month; made once and kept."""
    if "clock" not in instance.cache:
        instance.cache["clock"] = _build_clock(instance)
    return instance.cache["clock"]  # type: ignore[return-value]


def _build_clock(instance: MonthInstance) -> Clock:
    rows, spans = [0, 0], []
    size = len(instance.tables[0].drive)
    shut_row = np.zeros((len(instance.tables), size, size), np.int32)
    for number, table in enumerate(instance.tables):
        for (a, b), hours in sorted(table.shut.items()):
            shut_row[number, a, b] = len(rows) - 1
            spans += list(hours)
            rows.append(len(spans))
    kinds: dict[int, tuple[tuple[int, int], ...]] = {}
    for job in instance.jobs:
        kinds |= dict(zip(job.window_ids, job.windows, strict=True))
    windows = [kinds[k] for k in sorted(kinds)]
    row_of = {k: row for row, k in enumerate(sorted(kinds))}
    jobs, limits = len(instance.jobs), instance.limits
    most_pauses = 10 + jobs + limits.drive_day // max(1, limits.drive_run)

    def ints(values: object) -> Ints:
        return np.array(values, np.int32)

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, np.int32)

    return Clock(
        drive=ints([table.drive for table in instance.tables]),
        wait=ints([table.wait for table in instance.tables]),
        metres=ints([table.metres for table in instance.tables]),
        shut_row=shut_row,
        shut_first=ints(rows),
        shut_span=ints(spans).reshape(-1, 2),
        site=ints([job.site for job in instance.jobs]),
        service=ints([job.service_min for job in instance.jobs]),
        window_id=ints([[row_of[k] for k in job.window_ids] for job in instance.jobs]),
        window_first=ints(np.cumsum([0, *(len(w) for w in windows)])),
        window_span=ints([span for w in windows for span in w]).reshape(-1, 2),
        depot=ints([car.depot for car in instance.cars]),
        table=ints([car.tables for car in instance.cars]),
        is_free=ints([car.is_free for car in instance.cars]),
        light=ints(instance.light),
        beds=ints(instance.lodging).reshape(-1, 2),
        limits=limits,
        tried=zeros(MAX_STARTS + OPEN_STARTS + 5 * jobs),
        states=zeros(2 + limits.nights, MAX_STATES, 5),
        ways=zeros(MAX_STATES),
        days=zeros(1 + limits.nights, 8),
        legs=zeros(jobs + 1, 2),
        starts=zeros(jobs + 1),
        pauses=zeros((1 + limits.nights) * most_pauses, 4),
        num_pauses=zeros(1),
    )


@compiled
def pause(c: Clock, leg: int, start: int, minutes: int, is_break: int) -> None:
    """Note a pause; a day that drives so long that there is no room for them is none."""
    k = c.num_pauses[0]
    if k < c.pauses.shape[0]:
        c.pauses[k, 0], c.pauses[k, 1] = leg, start
        c.pauses[k, 2], c.pauses[k, 3] = minutes, is_break
        c.num_pauses[0] = k + 1


@compiled
def drive(c: Clock, t: int, leg: int, a: int, b: int, time: int, run: int) -> tuple[int, int, int]:
    """Return when the earliest leg leaves and arrives, and the run of driving after it."""
    if a == b:
        return time, time, run
    minutes, wait, known = c.drive[t, a, b], c.wait[t, a, b], c.num_pauses[0]
    limit, rest_min = c.limits.drive_run, c.limits.pause
    row = c.shut_row[t, a, b]
    leave = time
    while True:
        now, since = leave, run if leave - time < rest_min else 0
        c.num_pauses[0] = known
        for part in range(2 if wait else 1):
            rest = minutes
            if wait:
                rest = minutes // 2 if part == 0 else minutes - minutes // 2
            while since + rest > limit:
                now, rest = now + limit - since, rest - (limit - since)
                pause(c, leg, now, rest_min, 1)
                now, since = now + rest_min, 0
            now, since = now + rest, since + rest
            if wait and part == 0:
                pause(c, leg, now, wait, 0)
                now, since = now + wait, 0 if wait >= rest_min else since
        arrive = now + c.limits.buffer
        latest = -1
        for k in range(c.shut_first[row], c.shut_first[row + 1]):
            if leave < c.shut_span[k, 1] and arrive > c.shut_span[k, 0]:
                latest = max(latest, c.shut_span[k, 1])
        if latest < 0:
            return leave, arrive, since
        leave = latest


@compiled
def measure_room(c: Clock, t: int, a: int, b: int, arrive: int) -> int:
    """Return how much later a leg might arrive before its way is shut; -1: it is not shut later."""
    room, row = -1, c.shut_row[t, a, b]
    for k in range(c.shut_first[row], c.shut_first[row + 1]):
        if c.shut_span[k, 0] >= arrive and (room < 0 or c.shut_span[k, 0] - arrive < room):
            room = c.shut_span[k, 0] - arrive
    return room


@compiled
def run_day(
    c: Clock, t: int, day: int, a: int, order: Ints, start: int, stop: int, goal: int,
    leave: int, depth: int, todo: int,
) -> tuple[int, int, int]:  # fmt: skip
    """Return (finish, begin, end of the starts to try) of a day that leaves at a minute.

    Finish -1: it cannot be. Starting later by what is added to the starts uses up the waiting
    before a stop, all of it or as much as leaves a break there, what a stop may be put off, or
    what is left until its way is shut: nothing in between can end a day earlier, or make it
    shorter. One long loop, because compiled parts of it would pass a dozen numbers to and fro.
    """
    time, run, place, waited, begin = leave, 0, a, 0, -1
    minutes = metres = 0
    dark, first, rest_min = c.light[day, 1], todo, c.limits.pause
    for k in range(start, stop):
        job = order[k]
        site = c.site[job]
        left, arrive, run = drive(c, t, k, place, site, time, run)
        begin = left if begin < 0 else begin
        w = c.window_id[job, day]
        serve = slack = -1
        for row in range(c.window_first[w], c.window_first[w + 1]):
            if max(arrive, c.window_span[row, 0]) + c.service[job] <= c.window_span[row, 1]:
                serve = max(arrive, c.window_span[row, 0])
                slack = c.window_span[row, 1] - c.service[job] - serve
                break
        late = serve < 0 or (place != site and arrive > dark)
        if late or serve + c.service[job] > c.limits.end:
            return -1, 0, first
        c.legs[k, 0], c.legs[k, 1], c.starts[k] = left, arrive, serve
        idle = serve + c.service[job] - arrive
        c.tried[todo] = leave + waited + max(0, left - time - rest_min)
        todo += 1
        waited += left - time
        moved = waited
        if c.service[job] < rest_min < idle:
            c.tried[todo] = leave + waited + idle - rest_min
            todo += 1
        waited += serve - arrive
        c.tried[todo], c.tried[todo + 1] = leave + waited, leave + waited + slack
        todo += 2
        if place != site:
            room = measure_room(c, t, place, site, arrive)
            if room >= 0:
                c.tried[todo] = leave + moved + room
                todo += 1
            minutes += c.drive[t, place, site]
            metres += c.metres[t, place, site]
        place, time = site, serve + c.service[job]
        run = 0 if time - arrive >= rest_min else run
    if goal != NOWHERE:
        left, arrive, run = drive(c, t, stop, place, goal, time, run)
        begin = left if begin < 0 else begin
        if place != goal:
            minutes += c.drive[t, place, goal]
            metres += c.metres[t, place, goal]
            if arrive > dark:
                return -1, 0, first
        if minutes > c.limits.drive_day:
            return -1, 0, first
        c.tried[todo] = leave + waited + max(0, left - time - rest_min)
        c.tried[todo + 1] = leave + waited + left - time
        todo += 2
        c.days[depth, LEAVE], c.days[depth, ARRIVE] = left, arrive
        time = arrive
    c.days[depth, UPTO], c.days[depth, GOAL], c.days[depth, FINISH] = stop, goal, time
    c.days[depth, DRIVE_MIN], c.days[depth, METRES] = minutes, metres
    c.days[depth, PAUSES] = c.num_pauses[0]
    return time, begin, todo


@compiled
def fill_day(
    c: Clock, t: int, day: int, a: int, order: Ints, start: int, stop: int, goal: int,
    depth: int, is_any: bool,
) -> bool:  # fmt: skip
    """Whether the stops fit into a day, with its best timetable, or any; see `Clock.days`."""
    place = a
    for k in range(start, stop + 1):
        site = c.site[order[k]] if k < stop else goal
        if site >= 0 and place != site and c.drive[t, place, site] < 0:
            return False
        place = site
    known = c.days[depth - 1, PAUSES] if depth else 0
    best = best_finish = best_begin = -1
    tried, todo = 0, MAX_STARTS + 1
    c.tried[todo] = c.light[day, 0]
    todo += 1
    while todo > MAX_STARTS + 1 and tried <= MAX_STARTS:
        todo -= 1
        leave = c.tried[todo]
        is_known = False
        for k in range(tried):
            is_known |= c.tried[k] == leave
        if is_known:
            continue
        c.tried[tried] = leave
        tried += 1
        c.num_pauses[0] = known
        finish, begin, end = run_day(c, t, day, a, order, start, stop, goal, leave, depth, todo)
        if finish >= 0 and finish - begin <= c.limits.duty:
            if is_any:
                return True
            if best < 0 or finish < best_finish or (finish == best_finish and begin > best_begin):
                best, best_finish, best_begin = leave, finish, begin
        kept = todo
        for k in range(todo, end):
            if c.tried[k] != leave and kept < c.tried.shape[0] - 5 * c.site.shape[0] - 2:
                c.tried[kept] = c.tried[k]
                kept += 1
        todo = kept
    if best >= 0:
        c.num_pauses[0] = known
        run_day(c, t, day, a, order, start, stop, goal, best, depth, MAX_STARTS + 1)
    return best >= 0


@entry
def find_day(c: Clock, order: Ints, car: int, day: int, place: int, goal: int) -> bool:
    """Fill one day that serves some stops; return whether they fit into it."""
    n = order.shape[0]
    return fill_day(c, c.table[car, day], day, place, order, 0, n, goal, 0, goal == NOWHERE)
