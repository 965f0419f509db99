"""The exact timetable of an order of stops: days, nights, waits, breaks, cost."""

from dataclasses import dataclass

from routing.compiled import Compiled, Limits, Spans, Table

PREFERRED_DAY_VND = 50_000  # what missing a preferred day counts, in the objective only


@dataclass(frozen=True, slots=True)
class Drive:
    """One leg: places, minutes of the day, and its pauses (start, minutes, is a break)."""

    start: int
    end: int
    leave: int
    arrive: int
    pauses: tuple[tuple[int, int, bool], ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a trip.

    `starts` are the minutes at which services begin, `drives` the legs; the last leg leads to the
    night or home and is missing when the crew sleeps where it stopped last.
    """

    jobs: tuple[int, ...]
    drives: tuple[Drive, ...]
    starts: tuple[int, ...]
    end_site: int
    finish: int
    drive_min: int
    metres: int


@dataclass(frozen=True, slots=True)
class Timed:
    """A trip with its times: an order, a vehicle, a first day and a size of crew."""

    order: tuple[int, ...]
    car: int
    first: int
    members: int
    days: tuple[Day, ...]
    metres: int
    cost_vnd: int
    wish_vnd: int

    @property
    def last(self) -> int:
        """Index of the last day."""
        return self.first + len(self.days) - 1


def drive_leg(
    table: Table, pair: tuple[int, int], time: int, run: int, limits: Limits
) -> tuple[Drive, int]:
    """Return the earliest leg that leaves at `time` or later, and the run of driving after it.

    A ferry wait stands after half of the driving. A break is taken when the longest run is
    reached, not before. Hours in which the way is shut are waited for before leaving.
    """
    start, end = pair
    if start == end:
        return Drive(start, end, time, time, ()), run
    drive, wait = table.drive[start][end], table.wait[start][end]
    parts = (drive // 2, drive - drive // 2) if wait else (drive,)
    spans = table.shut.get(pair, ())
    leave = time
    while True:
        now, since, pauses = leave, run if leave - time < limits.pause else 0, []
        for number, part in enumerate(parts):
            rest = part
            while since + rest > limits.drive_run:
                now, rest = now + limits.drive_run - since, rest - (limits.drive_run - since)
                pauses.append((now, limits.pause, True))
                now, since = now + limits.pause, 0
            now, since = now + rest, since + rest
            if wait and number == 0:
                pauses.append((now, wait, False))
                now, since = now + wait, 0 if wait >= limits.pause else since
        arrive = now + limits.buffer
        hit = [stop for begin, stop in spans if leave < stop and arrive > begin]
        if not hit:
            return Drive(start, end, leave, arrive, tuple(pauses)), since
        leave = max(hit)


def _serve(spans: Spans, ready: int, minutes: int) -> int | None:
    for opens, closes in spans:
        if max(ready, opens) + minutes <= closes:
            return max(ready, opens)
    return None


def _run_from(
    board: Compiled,
    table: Table,
    where: int,
    jobs: tuple[int, ...],
    home: int,
    key: int,
    leave: int,
) -> tuple[Day, list[int]] | None:
    """Return the day when it starts at a minute, and the waiting added up at each stop."""
    limits, (_, dark) = board.limits, board.light[key]
    time, run, place, waited, waits = leave, 0, where, 0, []
    drives, starts = [], []
    minutes = metres = 0
    for number in jobs:
        job = board.jobs[number]
        drive, run = drive_leg(table, (place, job.site), time, run, limits)
        begin = _serve(job.windows[key], drive.arrive, job.service_min)
        if drive.arrive > dark or begin is None or begin + job.service_min > limits.end:
            return None
        waited += begin - drive.arrive + drive.leave - time
        waits.append(waited)
        minutes += table.drive[place][job.site]
        metres += table.metres[place][job.site]
        place, time = job.site, begin + job.service_min
        run = 0 if time - drive.arrive >= limits.pause else run
        drives.append(drive)
        starts.append(begin)
    if place != home or not jobs:
        drive, run = drive_leg(table, (place, home), time, run, limits)
        if drive.arrive > dark:
            return None
        waited += drive.leave - time
        waits.append(waited)
        minutes += table.drive[place][home]
        metres += table.metres[place][home]
        drives.append(drive)
        time = drive.arrive
    if minutes > limits.drive_day:
        return None
    return Day(jobs, tuple(drives), tuple(starts), home, time, minutes, metres), waits


def time_day(
    board: Compiled, car: int, number: int, where: int, jobs: tuple[int, ...], home: int
) -> Day | None:
    """Return the best timetable of one day: earliest end, then the latest start; None if none."""
    number_of_table = board.cars[car].tables[number]
    light = board.light[number]
    key = (
        number_of_table, where, jobs, home, light,
        tuple(board.jobs[job].windows[number] for job in jobs),
    )  # fmt: skip
    if key in board.cache:
        return board.cache[key]  # type: ignore[return-value]
    board.cache[key] = best = _best_day(
        board, board.tables[number_of_table], number, where, jobs, home
    )
    return best


def _best_day(
    board: Compiled, table: Table, number: int, where: int, jobs: tuple[int, ...], home: int
) -> Day | None:
    stops = (where, *(board.jobs[job].site for job in jobs), home)
    if any(table.drive[a][b] < 0 for a, b in zip(stops, stops[1:], strict=False)):
        return None
    best: Day | None = None
    tried: set[int] = set()
    todo = [board.light[number][0]]
    while todo:
        leave = todo.pop()
        if leave in tried or len(tried) > 40:
            continue
        tried.add(leave)
        found = _run_from(board, table, where, jobs, home, number, leave)
        if found is None:
            continue
        day, waits = found
        todo.extend(leave + wait for wait in waits if wait)
        begin = day.drives[0].leave
        if day.finish - begin > board.limits.duty:
            continue
        if best is None or (day.finish, -begin) < (best.finish, -best.drives[0].leave):
            best = day
    return best


def time_trip(
    board: Compiled, order: tuple[int, ...], car: int, first: int, members: int
) -> Timed | None:
    """Return the cheapest timetable of a trip, fewest days first; None when there is none.

    Dynamic programming over (stops served, place of the night), day by day.
    """
    key = ("trip", order, car, first, members)
    if key not in board.cache:
        board.cache[key] = _time_trip(board, order, car, first, members)
    return board.cache[key]  # type: ignore[return-value]


def _time_trip(
    board: Compiled, order: tuple[int, ...], car: int, first: int, members: int
) -> Timed | None:
    auto = board.cars[car]
    beds = [site for site, count in board.lodging if count >= members]
    states: dict[tuple[int, int], tuple[int, tuple[Day, ...]]] = {(0, auto.depot): (0, ())}
    for offset in range(board.limits.nights + 1):
        number = first + offset
        if number >= len(auto.is_free) or not auto.is_free[number]:
            return None
        ends: list[tuple[int, tuple[Day, ...]]] = []
        following: dict[tuple[int, int], tuple[int, tuple[Day, ...]]] = {}
        for (served, place), (metres, days) in sorted(states.items()):
            for upto in range(served, len(order) + 1):
                part = order[served:upto]
                if any(not board.jobs[job].windows[number] for job in part):
                    break
                for goal in [auto.depot] if upto == len(order) else beds:
                    if not part and (goal == place or upto < len(order)) and offset == 0:
                        continue
                    day = time_day(board, car, number, place, part, goal)
                    if day is None or not day.drives:
                        continue
                    total = metres + day.metres
                    if upto == len(order):
                        ends.append((total, (*days, day)))
                    elif (old := following.get((upto, goal))) is None or total < old[0]:
                        following[(upto, goal)] = (total, (*days, day))
        if ends:
            return _price(board, order, car, first, members, min(ends, key=lambda end: end[0]))
        states = following
        if not states:
            return None
    return None


def _price(
    board: Compiled,
    order: tuple[int, ...],
    car: int,
    first: int,
    members: int,
    end: tuple[int, tuple[Day, ...]],
) -> Timed | None:
    metres, days = end
    weeks: dict[int, int] = {}
    wish = 0
    for number, day in enumerate(days, first):
        weeks[board.weeks[number]] = weeks.get(board.weeks[number], 0) + day.drive_min
        wish += PREFERRED_DAY_VND * sum(
            bool(board.jobs[job].preferred) and number not in board.jobs[job].preferred
            for job in day.jobs
        )
    if max(weeks.values()) > board.limits.drive_week:
        return None
    auto = board.cars[car]
    cost = -(-metres * auto.vnd_km // 1000) + len(days) * (
        auto.vnd_day + members * board.allowance_vnd
    )
    cost += (len(days) - 1) * members * board.night_vnd
    return Timed(order, car, first, members, days, metres, cost, wish)
