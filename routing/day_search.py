"""Which stops fall on which day of a trip, and where its nights are: the compiled search.

It follows `timetable._search_days` step by step for the fewest days; the timetable of the days it
names is then made there. All numbers are whole minutes and metres.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.compiled import Compiled
from search.compiling import compiled, entry

Ints = npt.NDArray[np.int32]
NOWHERE = -1
NUM_BEDS = 3  # lodging places tried for a night
NUM_FEWER = 2  # a day serves at most so many stops fewer than it could
MAX_STARTS = 40  # starts of a day that are tried
OPEN_STARTS = 2000  # starts that wait to be tried; a run adds two for each stop
MAX_STATES = 400
NEVER = 1 << 30


class FlatMonth(NamedTuple):
    """The month as arrays: see `routing.compiled` for the meaning."""

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
    limits: Ints
    starts: Ints
    states: Ints
    ways: Ints


DRIVE_DAY, DRIVE_RUN, PAUSE, DUTY, END, NIGHTS, BUFFER = range(7)


def flatten_month(board: Compiled) -> FlatMonth:
    """Return the arrays of a month; made once and kept."""
    if "flat" not in board.cache:
        board.cache["flat"] = _flatten(board)
    return board.cache["flat"]  # type: ignore[return-value]


def _flatten(board: Compiled) -> FlatMonth:
    rows, spans = [0, 0], []
    size = len(board.tables[0].drive)
    shut_row = np.zeros((len(board.tables), size, size), np.int32)
    for number, table in enumerate(board.tables):
        for (a, b), hours in sorted(table.shut.items()):
            shut_row[number, a, b] = len(rows) - 1
            spans += list(hours)
            rows.append(len(spans))
    kinds: dict[int, tuple[tuple[int, int], ...]] = {}
    for job in board.jobs:
        kinds |= dict(zip(job.window_ids, job.windows, strict=True))
    windows = [kinds[k] for k in sorted(kinds)]
    row_of = {k: row for row, k in enumerate(sorted(kinds))}
    limits = board.limits
    by_day = [limits.drive_day, limits.drive_run, limits.pause, limits.duty, limits.end]

    def ints(values: object) -> Ints:
        return np.array(values, np.int32)

    return FlatMonth(
        ints([table.drive for table in board.tables]),
        ints([table.wait for table in board.tables]),
        ints([table.metres for table in board.tables]),
        shut_row,
        ints(rows),
        ints(spans).reshape(-1, 2),
        ints([job.site for job in board.jobs]),
        ints([job.service_min for job in board.jobs]),
        ints([[row_of[k] for k in job.window_ids] for job in board.jobs]),
        ints(np.cumsum([0, *(len(w) for w in windows)])),
        ints([span for w in windows for span in w]).reshape(-1, 2),
        ints([car.depot for car in board.cars]),
        ints([car.tables for car in board.cars]),
        ints([car.is_free for car in board.cars]),
        ints(board.light),
        ints(board.lodging).reshape(-1, 2),
        ints([*by_day, limits.nights, limits.buffer]),
        np.zeros(MAX_STARTS + OPEN_STARTS + 2 * len(board.jobs), np.int32),
        np.zeros((2 + limits.nights, MAX_STATES, 5), np.int32),
        np.zeros(MAX_STATES, np.int32),
    )


@compiled
def drive(f: FlatMonth, t: int, a: int, b: int, time: int, run: int) -> tuple[int, int, int]:
    """Return when a leg leaves and arrives, and the run of driving after it."""
    if a == b:
        return time, time, run
    minutes, wait = f.drive[t, a, b], f.wait[t, a, b]
    limit, pause = f.limits[DRIVE_RUN], f.limits[PAUSE]
    row = f.shut_row[t, a, b]
    leave = time
    while True:
        now, since = leave, run if leave - time < pause else 0
        for part in range(2 if wait else 1):
            rest = minutes
            if wait:
                rest = minutes // 2 if part == 0 else minutes - minutes // 2
            while since + rest > limit:
                now, rest = now + limit - since + pause, rest - (limit - since)
                since = 0
            now, since = now + rest, since + rest
            if wait and part == 0:
                now, since = now + wait, 0 if wait >= pause else since
        arrive = now + f.limits[BUFFER]
        latest = -1
        for k in range(f.shut_first[row], f.shut_first[row + 1]):
            if leave < f.shut_span[k, 1] and arrive > f.shut_span[k, 0]:
                latest = max(latest, f.shut_span[k, 1])
        if latest < 0:
            return leave, arrive, since
        leave = latest


@compiled
def run_day(
    f: FlatMonth, t: int, day: int, a: int, order: Ints, start: int, stop: int, goal: int,
    leave: int, todo: int,
) -> tuple[int, int, int, int]:  # fmt: skip
    """Return (finish, begin, metres, starts to try) of a day; finish -1: it cannot be."""
    time, run, place, waited, begin = leave, 0, a, 0, -1
    minutes = metres = 0
    dark, first = f.light[day, 1], todo
    for k in range(start, stop):
        job = order[k]
        site = f.site[job]
        left, arrive, run = drive(f, t, place, site, time, run)
        begin = left if begin < 0 else begin
        w = f.window_id[job, day]
        serve = slack = -1
        for row in range(f.window_first[w], f.window_first[w + 1]):
            if max(arrive, f.window_span[row, 0]) + f.service[job] <= f.window_span[row, 1]:
                serve = max(arrive, f.window_span[row, 0])
                slack = f.window_span[row, 1] - f.service[job] - serve
                break
        late = serve < 0 or (place != site and arrive > dark)
        if late or serve + f.service[job] > f.limits[END]:
            return -1, 0, 0, first
        idle, pause = serve + f.service[job] - arrive, f.limits[PAUSE]
        f.starts[todo] = leave + waited + max(0, left - time - pause)
        waited += left - time
        f.starts[todo + 1] = leave + waited
        if f.service[job] < pause < idle:
            f.starts[todo + 1] += idle - pause
        waited += serve - arrive
        f.starts[todo + 2], f.starts[todo + 3] = leave + waited, leave + waited + slack
        todo += 4
        if place != site:
            minutes += f.drive[t, place, site]
            metres += f.metres[t, place, site]
        place, time = site, serve + f.service[job]
        run = 0 if time - arrive >= f.limits[PAUSE] else run
    if goal == NOWHERE:
        return time, begin, metres, todo
    left, arrive, run = drive(f, t, place, goal, time, run)
    begin = left if begin < 0 else begin
    if place != goal:
        minutes += f.drive[t, place, goal]
        metres += f.metres[t, place, goal]
        if arrive > dark:
            return -1, 0, 0, first
    f.starts[todo] = leave + waited + max(0, left - time - f.limits[PAUSE])
    waited += left - time
    f.starts[todo + 1] = leave + waited
    if minutes > f.limits[DRIVE_DAY]:
        return -1, 0, 0, first
    return arrive, begin, metres, todo + 2


@compiled
def best_day(
    f: FlatMonth, t: int, day: int, a: int, order: Ints, start: int, stop: int, goal: int
) -> tuple[bool, int]:
    """Return whether the stops fit into a day, and its metres."""
    place = a
    for k in range(start, stop + 1):
        site = f.site[order[k]] if k < stop else goal
        if site >= 0 and place != site and f.drive[t, place, site] < 0:
            return False, 0
        place = site
    tried, todo = 0, MAX_STARTS + 1
    f.starts[todo] = f.light[day, 0]
    todo += 1
    while todo > MAX_STARTS + 1:
        todo -= 1
        leave = f.starts[todo]
        known = tried > MAX_STARTS
        for k in range(tried):
            known |= f.starts[k] == leave
        if known:
            continue
        f.starts[tried] = leave
        tried += 1
        finish, begin, metres, end = run_day(f, t, day, a, order, start, stop, goal, leave, todo)
        if finish >= 0 and finish - begin <= f.limits[DUTY]:
            return True, metres
        kept_todo = todo
        for k in range(todo, end):
            if f.starts[k] != leave and kept_todo < f.starts.shape[0] - 2 * f.site.shape[0] - 2:
                f.starts[kept_todo] = f.starts[k]
                kept_todo += 1
        todo = kept_todo
    return False, 0


@compiled
def near_bed(f: FlatMonth, t: int, depot: int, members: int, a: int, b: int, after: int) -> int:
    """Return the lodging of the least detour among those that come after one in that order."""
    best = best_way = -1
    last_way = detour(f, t, a, b, after) if after >= 0 else -1
    for row in range(f.beds.shape[0]):
        site = f.beds[row, 0]
        if f.beds[row, 1] < members or site == depot:
            continue
        if (site != a and f.drive[t, a, site] < 0) or (site != b and f.drive[t, site, b] < 0):
            continue
        way = detour(f, t, a, b, site)
        if way < last_way or (way == last_way and site <= after):
            continue
        if best < 0 or way < best_way or (way == best_way and site < best):
            best, best_way = site, way
    return best


@compiled
def detour(f: FlatMonth, t: int, a: int, b: int, site: int) -> int:
    """Return the metres from one place to a lodging and on to another."""
    there = f.metres[t, a, site] if site != a else 0
    return there + (f.metres[t, site, b] if site != b else 0)


@compiled
def add_state(f: FlatMonth, into: int, count: int, state: tuple[int, int, int, int]) -> int:
    """Keep the least metres of a state (served, place, metres, row before); return the count."""
    for row in range(count):
        if f.states[into, row, 0] == state[0] and f.states[into, row, 1] == state[1]:
            if state[2] < f.states[into, row, 2]:
                f.states[into, row, 2], f.states[into, row, 3] = state[2], state[3]
            return count
    if count < MAX_STATES:
        for column in range(4):
            f.states[into, count, column] = state[column]
        count += 1
    return count


@compiled
def keep_near(f: FlatMonth, t: int, into: int, count: int, order: Ints, depot: int) -> int:
    """Keep, for each number of stops served, the nights of least way so far and on, in order."""
    for row in range(count):
        served, place = f.states[into, row, 0], f.states[into, row, 1]
        ahead = f.site[order[served]] if served < order.shape[0] else depot
        on = f.metres[t, place, ahead] if place != ahead else 0
        f.ways[row] = f.states[into, row, 2] + on
    num_kept = 0
    for row in range(count):
        rank = 0
        for other in range(count):
            is_alike = f.states[into, other, 0] == f.states[into, row, 0]
            is_nearer = f.ways[other] < f.ways[row] or (
                f.ways[other] == f.ways[row] and f.states[into, other, 1] < f.states[into, row, 1]
            )
            rank += is_alike and is_nearer
        f.states[into, row, 4] = rank < NUM_BEDS
    for row in range(count):
        if f.states[into, row, 4]:
            for column in range(4):
                f.states[into, num_kept, column] = f.states[into, row, column]
            num_kept += 1
    for row in range(1, num_kept):  # sorted by stops served, then place
        k = row
        while k > 0 and (
            f.states[into, k - 1, 0] > f.states[into, k, 0]
            or (
                f.states[into, k - 1, 0] == f.states[into, k, 0]
                and f.states[into, k - 1, 1] > f.states[into, k, 1]
            )
        ):
            for column in range(4):
                held = f.states[into, k, column]
                f.states[into, k, column] = f.states[into, k - 1, column]
                f.states[into, k - 1, column] = held
            k -= 1
    return num_kept


@compiled
def extend(
    f: FlatMonth, car: int, day: int, depth: int, row: int, order: Ints, members: int, count: int
) -> tuple[int, int]:
    """Go on from a state for a day; return the states after it, and the metres home or -1."""
    n, t, depot = order.shape[0], f.table[car, day], f.depot[car]
    served, place = f.states[depth, row, 0], f.states[depth, row, 1]
    metres = f.states[depth, row, 2]
    home = -1
    reach = served
    while reach < n and best_day(f, t, day, place, order, served, reach + 1, NOWHERE)[0]:
        reach += 1
    for upto in range(max(served, reach - NUM_FEWER), reach + 1):
        if upto == n:
            is_ok, way = best_day(f, t, day, place, order, served, upto, depot)
            home = metres + way if is_ok else -1
        if depth == f.limits[NIGHTS]:
            continue
        here = f.site[order[upto - 1]] if upto > served else place
        ahead = f.site[order[upto]] if upto < n else depot
        bed = -1
        for _ in range(NUM_BEDS):
            bed = near_bed(f, t, depot, members, here, ahead, bed)
            if bed < 0:
                break
            is_ok, way = best_day(f, t, day, place, order, served, upto, bed)
            if is_ok:
                count = add_state(f, depth + 1, count, (upto, bed, metres + way, row))
    return count, home


@entry
def find_days(f: FlatMonth, order: Ints, car: int, first: int, members: int, found: Ints) -> int:
    """Write (stops served, place of the night) of each day; return the days, 0 where none fit."""
    f.states[0, 0, 0], f.states[0, 0, 1], f.states[0, 0, 2] = 0, f.depot[car], 0
    count = 1
    for depth in range(f.limits[NIGHTS] + 1):
        day = first + depth
        if day >= f.is_free.shape[1] or not f.is_free[car, day] or count == 0:
            return 0
        following, best, best_row = 0, NEVER, -1
        for row in range(count):
            following, home = extend(f, car, day, depth, row, order, members, following)
            if 0 <= home < best:
                best, best_row = home, row
        if best_row >= 0:
            found[depth, 0], found[depth, 1] = order.shape[0], f.depot[car]
            row = best_row
            for back in range(depth, 0, -1):
                found[back - 1, 0] = f.states[back, row, 0]
                found[back - 1, 1] = f.states[back, row, 1]
                row = f.states[back, row, 3]
            return depth + 1
        if depth < f.limits[NIGHTS]:
            count = keep_near(f, f.table[car, day], depth + 1, following, order, f.depot[car])
    return 0
