"""All timetables of a trip, step by step in Python: what the compiled clock must find.

Older than the compiled clock, and kept apart from it on purpose.
"""

import itertools
from collections.abc import Iterator

from province.hours import Spans
from routing.month.instance import MonthInstance, TravelTable, WorkLimits
from routing.month.timetable import DatedTrip, Day, Drive, price_trip

Course = tuple[int, tuple[Day, ...]]
States = dict[tuple[int, int, tuple[int, ...]], Course]
NOWHERE = -1  # the end of a day whose last leg is not asked for
NEVER = 10**6  # when a meal begins that nobody takes


def drive_leg(
    table: TravelTable,
    pair: tuple[int, int],
    time: int,
    run: int,
    limits: WorkLimits,
    meal: int = NEVER,
) -> tuple[Drive, int]:
    """Return the earliest leg that leaves at `time` or later, and the run of driving after it.

    From the minute `meal` on nobody drives until the meal is over; a pause that lasts then is
    made longer.

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
        over = meal + limits.meal
        if meal <= leave < over:
            leave = over
        now, since, pauses = leave, run if leave - time < limits.pause else 0, []
        for number, part in enumerate(parts):
            rest = part
            while True:
                tired = now + limits.drive_run - since if since + rest > limits.drive_run else NEVER
                hungry = meal if now <= meal < now + rest else NEVER
                begin = min(tired, hungry)
                if begin == NEVER:
                    break
                rested = begin + limits.pause
                rested = over if begin <= meal <= rested else rested
                pauses.append((begin, rested - begin, True))
                now, since, rest = rested, 0, rest - (begin - now)
            now, since = now + rest, since + rest
            if wait and number == 0:
                pauses.append((now, wait, False))
                since = 0 if wait >= limits.pause else since
                if now <= meal <= now + wait < over:
                    pauses.append((now + wait, over - now - wait, True))
                    now, since = over, 0
                else:
                    now += wait
        arrive = now + limits.buffer
        if now <= meal < arrive:
            pauses.append((meal, limits.meal, True))
            arrive, since = arrive + limits.meal, 0
        hit = [stop for begin, stop in spans if leave < stop and arrive > begin]
        if not hit:
            return Drive(start, end, leave, arrive, tuple(pauses)), since
        leave = max(hit)


def _serve(
    spans: Spans, arrive: int, minutes: int, meal: int, limits: WorkLimits
) -> tuple[int, int] | None:
    """Return when a visit begins, and how much later it might begin in the same window."""
    for opens, closes in spans:
        begin = max(arrive, opens)
        if begin + minutes > meal and begin < meal + limits.meal:
            begin = meal + limits.meal
        if begin + minutes <= closes:
            return begin, closes - minutes - begin
    return None


def _list_meal_starts(since: int, until: int, waited: int, limits: WorkLimits) -> list[int]:
    """Return how much later a day might start for a meal in a wait that begins at a minute."""
    if not limits.meal:
        return []
    last = limits.meal_to - limits.meal
    return [
        waited + max(0, min(until, limits.meal_to) - limits.meal - since),
        waited + max(0, last - since),
        max(0, waited + until - since - limits.meal),
    ]


def _sum_legs(
    instance: MonthInstance, table: TravelTable, where: int, jobs: tuple[int, ...], home: int
) -> tuple[int, int]:
    """Return the minutes driven and the metres of a day; `home` may be NOWHERE."""
    sites = [
        where,
        *(instance.jobs[job].site for job in jobs),
        *([home] if home != NOWHERE else []),
    ]
    legs = [(a, b) for a, b in itertools.pairwise(sites) if a != b]
    return sum(table.drive[a][b] for a, b in legs), sum(table.metres[a][b] for a, b in legs)


def _run_from(
    instance: MonthInstance,
    table: TravelTable,
    where: int,
    jobs: tuple[int, ...],
    home: int,
    key: int,
    leave: int,
    meal: int,
) -> tuple[Day, list[int]] | None:
    """Return the day when it starts at a minute, and how much later it might start.

    Starting later by one of the minutes returned uses up the waiting before a stop, all of it or
    as much as leaves a break there, what a stop may be put off, or what is left until its way is
    shut, and a minute more, so that its hours are waited for: nothing in between can end a day
    earlier, or make it shorter.
    """
    limits, (_, dark) = instance.limits, instance.light[key]
    time, run, place, waited, waits = leave, 0, where, 0, []
    drives, starts = [], []
    minutes, metres = _sum_legs(instance, table, where, jobs, home)
    for number in jobs:
        job = instance.jobs[number]
        drive, run = drive_leg(table, (place, job.site), time, run, limits, meal)
        found = _serve(job.windows[key], drive.arrive, job.service_min, meal, limits)
        if found is None or (place != job.site and drive.arrive > dark):
            return None
        begin, slack = found
        if begin + job.service_min > limits.end:
            return None
        idle = begin + job.service_min - drive.arrive
        waits.append(waited + max(0, drive.leave - time - limits.pause))
        waits += _list_meal_starts(time, drive.leave, waited, limits)
        waited += drive.leave - time + _measure_idle(drive, limits)
        waits += _list_meal_starts(drive.arrive, begin, waited, limits)
        shut = table.shut.get((place, job.site), ())
        room = [waited + start - drive.arrive for start, _ in shut if start >= drive.arrive]
        waits += [more + step for more in room for step in (0, 1)]
        if job.service_min < limits.pause < idle:
            waits.append(waited + idle - limits.pause)
        waited += begin - drive.arrive
        waits += [waited, waited + slack]
        place, time = job.site, begin + job.service_min
        run = 0 if time - drive.arrive >= limits.pause else run
        drives.append(drive)
        starts.append(begin)
    if home == NOWHERE:
        return Day(jobs, tuple(drives), tuple(starts), home, time, minutes, metres), waits
    drive, run = drive_leg(table, (place, home), time, run, limits, meal)
    if place != home and drive.arrive > dark:
        return None
    waits.append(waited + max(0, drive.leave - time - limits.pause))
    waits += _list_meal_starts(time, drive.leave, waited, limits)
    waited += drive.leave - time + _measure_idle(drive, limits)
    waits.append(waited)
    drives.append(drive)
    time = drive.arrive
    if minutes > limits.drive_day:
        return None
    return Day(jobs, tuple(drives), tuple(starts), home, time, minutes, metres), waits


def best_day(
    instance: MonthInstance, car: int, number: int, where: int, jobs: tuple[int, ...], home: int
) -> Day | None:
    """Return the best timetable of one day: earliest end, then the latest start; None if none."""
    table = instance.tables[instance.cars[car].tables[number]]
    stops = (where, *(instance.jobs[job].site for job in jobs), *([home] if home >= 0 else []))
    if any(a != b and table.drive[a][b] < 0 for a, b in itertools.pairwise(stops)):
        return None
    best: Day | None = None
    limits = instance.limits
    meals = range(limits.meal_from, limits.meal_to - limits.meal + 1) if limits.meal else ()
    tried: set[int] = set()
    todo = [instance.light[number][0]]
    if limits.meal:
        todo.insert(0, max(todo[0], limits.meal_from + limits.meal))
    while todo:
        leave = todo.pop()
        if leave in tried or len(tried) > (160 if limits.meal else 80):
            continue
        tried.add(leave)
        for meal in (NEVER, *meals):
            found = _run_from(instance, table, where, jobs, home, number, leave, meal)
            if found is None:
                continue
            day, waits = found
            if limits.meal and meal == NEVER and best is not None and day.finish > best.finish:
                break  # neither a meal nor a later start ends it earlier
            todo.extend(leave + wait for wait in waits if wait)
            begin = day.drives[0].leave
            if day.finish - begin > limits.duty or (meal == NEVER and _is_meal_due(day, limits)):
                continue
            if best is None or (day.finish, -begin) < (best.finish, -best.drives[0].leave):
                best = day
    return best


def _is_meal_due(day: Day, limits: WorkLimits) -> bool:
    """Whether a day is long and leaves no time for a meal before it or after it."""
    begin, last = day.drives[0].leave, limits.meal_to - limits.meal
    is_long = day.finish - begin > limits.meal_after
    return (
        limits.meal > 0 and is_long and last < day.finish and begin - limits.meal_from < limits.meal
    )


def _measure_idle(drive: Drive, limits: WorkLimits) -> int:
    """Return what a meal that lengthens a pause leaves idle before it begins."""
    longest = 0
    for (start, minutes, is_break), (then, more, _) in itertools.pairwise(
        [*drive.pauses, (0, 0, False)]
    ):
        if limits.meal and not is_break and then == start + minutes:
            longest = max(longest, minutes + more - max(minutes, limits.meal))
        elif limits.meal and is_break:
            longest = max(longest, minutes - max(limits.pause, limits.meal))
    return longest


def list_timetables(
    instance: MonthInstance, order: tuple[int, ...], car: int, first: int
) -> list[DatedTrip]:
    """Return the timetables of the first crew that differ in the days of their visits, all."""
    ends = _search_days(instance, order, car, first, instance.teams[0].members)
    priced = (price_trip(instance, order, car, first, 0, days) for _, days in ends)
    return [timed for timed in priced if timed is not None]


def near_beds(
    instance: MonthInstance, car: int, number: int, members: int, a: int, b: int
) -> list[int]:
    """Return the lodging places between two places, those of the least detour first."""
    table_number = instance.cars[car].tables[number]
    table = instance.tables[table_number]
    found = [
        ((site != a and table.metres[a][site]) + (site != b and table.metres[site][b]), site)
        for site, count in instance.lodging
        if count >= members
        and site != instance.cars[car].depot
        and (site == a or table.drive[a][site] >= 0)
        and (site == b or table.drive[site][b] >= 0)
    ]
    return [site for _, site in sorted(found)]


def _search_days(
    instance: MonthInstance, order: tuple[int, ...], car: int, first: int, members: int
) -> Iterator[Course]:
    auto = instance.cars[car]
    stops = (auto.depot, *(instance.jobs[job].site for job in order), auto.depot)
    states: States = {(0, auto.depot, ()): (0, ())}
    for number in range(first, min(first + instance.limits.nights + 1, len(auto.is_free))):
        if not auto.is_free[number] or not states:
            break
        ends: States = {}
        following: States = {}
        is_last = number == first + instance.limits.nights
        for (served, place, past), (metres, days) in sorted(states.items(), key=lambda s: s[0]):
            reach = served
            while reach < len(order) and best_day(
                instance, car, number, place, order[served : reach + 1], NOWHERE
            ):
                reach += 1
            for upto in range(served, reach + 1):
                goals = [auto.depot] if upto == len(order) else []
                if not is_last:
                    here = stops[upto] if upto > served else place
                    goals += near_beds(instance, car, number, members, here, stops[upto + 1])
                for goal in goals:
                    day = best_day(instance, car, number, place, order[served:upto], goal)
                    if day is None:
                        continue
                    state = (upto, goal, (*past, upto, day.drive_min))
                    into = ends if goal == auto.depot else following
                    total = metres + day.metres
                    if state not in into or total < into[state][0]:
                        into[state] = (total, (*days, day))
        yield from ends.values()
        states = following
