"""The clock of a day: every minute of its legs, pauses and visits, compiled.

A day gets the earliest end, then the latest start. A break is taken when the longest run of driving
is reached, not before; a ferry wait stands after half of the way; hours in which a way is shut are
waited for before leaving. A day that leaves no time for its meal gets one: from some minute on
nobody drives and no visit is under way, and what goes on already, a wait or a break, is a part of
it. All numbers are whole minutes and metres. All that searches for trips asks this clock; only the
checker and the tests' enumeration have their own, on purpose.
"""

from routing.month.clock_arrays import (
    ARRIVE,
    DRIVE_MIN,
    FINISH,
    GOAL,
    LEAVE,
    MAX_STARTS,
    METRES,
    OPEN_STARTS,
    PAUSES,
    UPTO,
    Clock,
    Ints,
)  # fmt: skip
from search.compiling import compiled

NOWHERE = -1  # the end of a day whose last leg is not asked for
NO_MEAL = 1 << 30  # a minute that no day reaches


@compiled
def pause(c: Clock, leg: int, start: int, minutes: int, is_break: int) -> None:
    """Note a pause; a day that drives so long that there is no room for them is none."""
    k = c.num_pauses[0]
    if k < c.pauses.shape[0]:
        c.pauses[k, 0], c.pauses[k, 1] = leg, start
        c.pauses[k, 2], c.pauses[k, 3] = minutes, is_break
        c.num_pauses[0] = k + 1


@compiled
def drive(
    c: Clock, t: int, leg: int, a: int, b: int, time: int, run: int, meal: int
) -> tuple[int, int, int, int]:
    """Return when the earliest leg leaves and arrives, the run of driving after it, and idle time.

    A meal that begins on the way holds it up; a break or a ferry wait that goes on then is a part
    of it, and the leg might leave later by the idle time and arrive no later.
    """
    if a == b:
        return time, time, run, 0
    minutes, wait, known = c.drive[t, a, b], c.wait[t, a, b], c.num_pauses[0]
    limit, rest_min, eat = c.limits.drive_run, c.limits.pause, c.limits.meal
    row = c.shut_row[t, a, b]
    leave = time
    while True:
        leave = meal + eat if meal <= leave < meal + eat else leave
        now, since, idle = leave, run if leave - time < rest_min else 0, 0
        c.num_pauses[0] = known
        for part in range(2 if wait else 1):
            rest = minutes
            if wait:
                rest = minutes // 2 if part == 0 else minutes - minutes // 2
            while since + rest > limit or now <= meal < now + rest:
                begin = min(now + limit - since, meal) if meal >= now else now + limit - since
                end = begin + rest_min
                if begin <= meal <= end:
                    end, idle = meal + eat, meal - begin
                pause(c, leg, begin, end - begin, 1)
                now, rest, since = end, rest - (begin - now), 0
            now, since = now + rest, since + rest
            if wait and part == 0:
                pause(c, leg, now, wait, 0)
                end = now + wait
                if now <= meal <= end < meal + eat:
                    pause(c, leg, end, meal + eat - end, 1)
                    end = meal + eat
                    idle = end - now - max(wait, eat)
                now, since = end, 0 if end - now >= rest_min else since
        arrive = now + c.limits.buffer
        if now <= meal < arrive:
            pause(c, leg, meal, eat, 1)
            arrive, since = arrive + eat, 0
        latest = -1
        for k in range(c.shut_first[row], c.shut_first[row + 1]):
            if leave < c.shut_span[k, 1] and arrive > c.shut_span[k, 0]:
                latest = max(latest, c.shut_span[k, 1])
        if latest < 0:
            return leave, arrive, since, idle
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
def try_meal(c: Clock, todo: int, leave: int, since: int, until: int) -> int:
    """Note later starts than one by which a wait begins at a minute.

    They leave a meal in the wait, or let the latest meal begin with it.
    """
    if c.limits.meal:
        latest = c.limits.meal_to - c.limits.meal
        c.tried[todo] = leave + max(0, min(until - c.limits.meal, latest) - since)
        c.tried[todo + 1] = leave + max(0, latest - since)
        todo += 2
    return todo


@compiled
def try_way(c: Clock, todo: int, leave: int, time: int, left: int, row: int) -> int:
    """Note later starts that move a wait for the way, or pauses on it, into the hours of a meal."""
    earliest, latest = c.limits.meal_from, c.limits.meal_to - c.limits.meal
    todo = try_meal(c, todo, leave, time, left)
    for k in range(row, c.num_pauses[0] if c.limits.meal else row):
        begin = c.pauses[k, 1]
        c.tried[todo] = leave + left - time + max(0, earliest - begin)
        c.tried[todo + 1] = leave + left - time + max(0, latest - begin)
        todo += 2
    return todo


@compiled
def run_day(
    c: Clock, t: int, day: int, a: int, order: Ints, start: int, stop: int, goal: int,
    leave: int, meal: int, depth: int, todo: int,
) -> tuple[int, int, int]:  # fmt: skip
    """Return (finish, begin, end of the starts to try) of a day that leaves at a minute.

    Finish -1: it cannot be. Starting later by what is added to the starts uses up the waiting
    before a stop, all of it or as much as leaves a break or a meal there, what a stop may be put
    off, what is left until its way is shut, or until a meal comes too late: nothing in between can
    end a day earlier, or make it shorter. One long loop, because compiled parts of it would pass a
    dozen numbers to and fro.
    """
    time, run, place, waited, begin = leave, 0, a, 0, -1
    minutes = metres = 0
    dark, first, rest_min, eat = c.light[day, 1], todo, c.limits.pause, c.limits.meal
    for k in range(start, stop):
        job = order[k]
        site, known = c.site[job], c.num_pauses[0]
        left, arrive, run, idle = drive(c, t, k, place, site, time, run, meal)
        todo = try_way(c, todo, leave + waited, time, left, known)
        begin = left if begin < 0 else begin
        w = c.window_id[job, day]
        serve = slack = -1
        for row in range(c.window_first[w], c.window_first[w + 1]):
            ready = max(arrive, c.window_span[row, 0])
            ready = meal + eat if meal - c.service[job] < ready < meal + eat else ready
            if ready + c.service[job] <= c.window_span[row, 1]:
                serve, slack = ready, c.window_span[row, 1] - c.service[job] - ready
                break
        late = serve < 0 or (place != site and arrive > dark)
        if late or serve + c.service[job] > c.limits.end:
            return -1, 0, first
        c.legs[k, 0], c.legs[k, 1], c.starts[k] = left, arrive, serve
        rest = serve + c.service[job] - arrive
        c.tried[todo] = leave + waited + max(0, left - time - rest_min)
        todo += 1
        waited += left - time + idle
        moved = waited
        todo = try_meal(c, todo, leave + waited, arrive, serve)
        if c.service[job] < rest_min < rest:
            c.tried[todo] = leave + waited + rest - rest_min
            todo += 1
        waited += serve - arrive
        c.tried[todo], c.tried[todo + 1] = leave + waited, leave + waited + slack
        todo += 2
        if eat:
            c.tried[todo] = leave + max(0, waited - eat)
            todo += 1
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
        known = c.num_pauses[0]
        left, arrive, run, idle = drive(c, t, stop, place, goal, time, run, meal)
        todo = try_way(c, todo, leave + waited, time, left, known)
        begin = left if begin < 0 else begin
        if place != goal:
            minutes += c.drive[t, place, goal]
            metres += c.metres[t, place, goal]
            if arrive > dark:
                return -1, 0, first
        if minutes > c.limits.drive_day:
            return -1, 0, first
        c.tried[todo] = leave + waited + max(0, left - time - rest_min)
        c.tried[todo + 1] = leave + waited + left - time + idle
        todo += 2
        c.days[depth, LEAVE], c.days[depth, ARRIVE] = left, arrive
        time = arrive
    c.days[depth, UPTO], c.days[depth, GOAL], c.days[depth, FINISH] = stop, goal, time
    c.days[depth, DRIVE_MIN], c.days[depth, METRES] = minutes, metres
    c.days[depth, PAUSES] = c.num_pauses[0]
    return time, begin, todo


@compiled
def note_wait(c: Clock, since: int, until: int, count: int) -> int:
    """Note the beginning of a wait as that of a meal; return how many are noted, -1: it is one."""
    earliest, latest = c.limits.meal_from, c.limits.meal_to - c.limits.meal
    if count < 0 or min(until, c.limits.meal_to) - max(since, earliest) >= c.limits.meal:
        return -1
    if earliest < since < latest and count < c.meals.shape[0] - 2:
        c.meals[count] = since
        count += 1
    return count


@compiled
def list_meals(
    c: Clock, a: int, order: Ints, start: int, stop: int, goal: int, begin: int, depth: int,
    known: int,
) -> int:  # fmt: skip
    """Note when a meal might begin in the day just run; return how many, 0: it needs no other.

    What is no longer than a day without a meal, begins after one or ends before one needs none.
    A meal at a stop is noted before one on the way; all other minutes end no day earlier.
    """
    earliest, latest = c.limits.meal_from, c.limits.meal_to - c.limits.meal
    finish = c.days[depth, FINISH]
    is_short = finish - begin <= c.limits.meal_after or finish <= latest
    if c.limits.meal == 0 or is_short or begin >= earliest + c.limits.meal:
        return 0
    place, since, count, row = a, begin, 0, known
    for k in range(start, stop if goal == NOWHERE else stop + 1):
        site = c.site[order[k]] if k < stop else goal
        left, arrive = c.days[depth, LEAVE], c.days[depth, ARRIVE]
        if k < stop:
            left, arrive = c.legs[k, 0], c.legs[k, 1]
        if place != site:
            count = note_wait(c, since, left, count)
            end = left
            while row < c.num_pauses[0] and c.pauses[row, 0] == k:
                since = c.pauses[row, 1] if c.pauses[row, 1] > end else since
                end = c.pauses[row, 1] + c.pauses[row, 2]
                count = note_wait(c, since, end, count)
                row += 1
            since = arrive
        if k < stop:
            count = note_wait(c, since, c.starts[k], count)
            since = c.starts[k] + c.service[order[k]]
        place = site
    if count >= 0:
        c.meals[count], c.meals[count + 1] = earliest, latest
    return count + 2 if count >= 0 else 0


@compiled
def keep_starts(c: Clock, leave: int, begin: int, end: int) -> int:
    """Keep the new starts behind those to try but for the one just tried; return their end."""
    kept = begin
    for k in range(begin, end):
        if c.tried[k] != leave and kept < MAX_STARTS + OPEN_STARTS:
            c.tried[kept] = c.tried[k]
            kept += 1
    return kept


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
    best_meal = NO_MEAL
    tried, todo = 0, MAX_STARTS + 1
    if c.light[day, 0] < c.limits.meal_from + c.limits.meal and c.limits.meal:
        c.tried[todo] = c.limits.meal_from + c.limits.meal
        todo += 1
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
        num_meals, number = 0, -1
        while number < num_meals:
            meal = c.meals[number] if number >= 0 else NO_MEAL
            c.num_pauses[0] = known
            finish, begin, end = run_day(
                c, t, day, a, order, start, stop, goal, leave, meal, depth, todo
            )
            is_late = best >= 0 and finish > best_finish
            if number >= 0 or not (is_late and c.limits.meal):
                todo = keep_starts(c, leave, todo, end)
            number += 1
            if finish < 0 or finish - begin > c.limits.duty:
                continue
            if is_late or (best >= 0 and finish == best_finish and begin <= best_begin):
                continue
            if number == 0:
                num_meals = list_meals(c, a, order, start, stop, goal, begin, depth, known)
                if num_meals:
                    continue
            if is_any:
                return True
            best, best_finish, best_begin, best_meal = leave, finish, begin, meal
    if best >= 0:
        c.num_pauses[0] = known
        run_day(c, t, day, a, order, start, stop, goal, best, best_meal, depth, MAX_STARTS + 1)
    return best >= 0
