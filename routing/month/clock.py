"""The clock of a day: every minute of its legs, pauses and visits, compiled.

A day gets the earliest end, then the latest start. A break is taken when the longest run of driving
is reached, not before; a ferry wait stands after half of the way; hours in which a way is shut are
waited for before leaving. A day that leaves no time for its meal gets one: from some minute on
nobody drives and no visit is under way, and what goes on already, a wait or a break, is a part of
it. All numbers are whole minutes and metres. All that searches for trips asks this clock; only the
checker and the tests' enumeration have their own, on purpose.

No start is left out: each run of a day tells for how many minutes of starting later everything in
it stays as it is, moved or not, and the next run starts where something changes. For that, a minute
has a slope beside it: 1 where it moves with the start, 0 where it stays, as after a wait.
"""

from routing.month.clock_arrays import (
    ARRIVE,
    DRIVE_MIN,
    FINISH,
    GOAL,
    LEAVE,
    METRES,
    PAUSES,
    UPTO,
    Clock,
    Ints,
)  # fmt: skip
from search.compiling import compiled, woven

MIDNIGHT = 24 * 60  # nobody sets out later
NOWHERE = -1  # the end of a day whose last leg is not asked for
NEVER = NO_MEAL = 1 << 30  # a minute that no day reaches
LASTS, FIXED, IS_DUE = range(3)  # of `Clock.shift`
MEAL, FOLLOWS, END, ENDS, BEGIN, BEGINS = range(6)  # of a row of `Clock.meals`


@woven
def watch(shift: Ints, low: int, low_moves: int, high: int, high_moves: int) -> None:
    """Let a run stand only for starts for which `low <= high` stays what it is."""
    faster = low_moves - high_moves
    if faster > 0:
        gap = high - low
        if gap >= 0:
            lasts = (gap if faster == 1 else gap // faster) + 1
            if lasts < shift[LASTS]:
                shift[LASTS] = lasts
    elif faster < 0:
        gap = low - high
        if gap > 0:
            lasts = gap if faster == -1 else (gap - faster - 1) // -faster
            if lasts < shift[LASTS]:
                shift[LASTS] = lasts


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
    c: Clock, t: int, leg: int, a: int, b: int, time: int, moves: int, run: int, grows: int,
    meal: int, follows: int,
) -> tuple[int, int, int, int, int, int]:  # fmt: skip
    """Return when the earliest leg leaves and arrives, and the run of driving after it.

    Each with its slope. A meal that begins on the way holds it up; a break or a ferry wait that
    goes on then is a part of it.
    """
    if a == b:
        return time, moves, time, moves, run, grows
    minutes, wait, known = c.drive[t, a, b], c.wait[t, a, b], c.num_pauses[0]
    rest_min, eat, row = c.limits.pause, c.limits.meal, c.shut_row[t, a, b]
    leave, leaves = time, moves
    while True:
        if meal < NO_MEAL:
            watch(c.shift, meal, follows, leave, leaves)
            watch(c.shift, meal + eat, follows, leave, leaves)
            if meal <= leave < meal + eat:
                leave, leaves = meal + eat, follows
        watch(c.shift, time + rest_min, moves, leave, leaves)
        is_rested = leave - time >= rest_min
        now, at, since, longer = leave, leaves, 0 if is_rested else run, 0 if is_rested else grows
        c.num_pauses[0] = known
        for part in range(2 if wait else 1):
            rest = minutes if not wait else minutes // 2 if part == 0 else minutes - minutes // 2
            now, at, since, longer = drive_part(c, leg, now, at, rest, since, longer, meal, follows)
            if wait and part == 0:
                pause(c, leg, now, wait, 0)
                end, ends = now + wait, at
                watch(c.shift, now, at, meal, follows)
                watch(c.shift, meal, follows, end, ends)
                watch(c.shift, meal + eat, follows, end, ends)
                if now <= meal <= end < meal + eat:
                    pause(c, leg, end, meal + eat - end, 1)
                    end, ends = meal + eat, follows
                watch(c.shift, now + rest_min, at, end, ends)
                if end - now >= rest_min:
                    since = longer = 0
                now, at = end, ends
        arrive = now + c.limits.buffer
        if meal < NO_MEAL:
            watch(c.shift, now, at, meal, follows)
            watch(c.shift, arrive, at, meal, follows)
            if now <= meal < arrive:
                pause(c, leg, meal, eat, 1)
                arrive, since, longer = arrive + eat, 0, 0
        latest = -1
        for k in range(c.shut_first[row], c.shut_first[row + 1]):
            watch(c.shift, c.shut_span[k, 1], 0, leave, leaves)
            watch(c.shift, arrive, at, c.shut_span[k, 0], 0)
            if leave < c.shut_span[k, 1] and arrive > c.shut_span[k, 0]:
                latest = max(latest, c.shut_span[k, 1])
        if latest < 0:
            return leave, leaves, arrive, at, since, longer
        leave, leaves = latest, 0


@compiled
def drive_part(
    c: Clock, leg: int, now: int, at: int, rest: int, since: int, longer: int, meal: int,
    follows: int,
) -> tuple[int, int, int, int]:  # fmt: skip
    """Return when some minutes of driving end, and the run of driving then, with their slopes."""
    left = 0  # the slope of what is still to drive: more of it comes after a meal at a fixed minute
    while True:
        watch(c.shift, since + rest, longer + left, c.limits.drive_run, 0)
        if meal < NO_MEAL:
            watch(c.shift, now, at, meal, follows)
            watch(c.shift, now + rest, at + left, meal, follows)
        if since + rest <= c.limits.drive_run and not now <= meal < now + rest:
            return now + rest, at + left, since + rest, longer + left
        begin, begins = now + c.limits.drive_run - since, at - longer
        watch(c.shift, begin, begins, meal, follows)
        if now <= meal < begin:
            begin, begins = meal, follows
        end, ends = begin + c.limits.pause, begins
        watch(c.shift, meal, follows, end, ends)
        if begin <= meal <= end:
            end, ends = meal + c.limits.meal, follows
        pause(c, leg, begin, end - begin, 1)
        rest, left = rest - (begin - now), left + at - begins
        now, at, since, longer = end, ends, 0, 0


@compiled
def serve(
    c: Clock, job: int, day: int, arrive: int, moves: int, meal: int, follows: int
) -> tuple[int, int]:
    """Return when a visit begins, with its slope; -1: it comes too late."""
    w, service, eat = c.window_id[job, day], c.service[job], c.limits.meal
    for row in range(c.window_first[w], c.window_first[w + 1]):
        opens, closes = c.window_span[row, 0], c.window_span[row, 1]
        watch(c.shift, opens, 0, arrive, moves)
        ready, starts = (arrive, moves) if arrive >= opens else (opens, 0)
        if meal < NO_MEAL:
            watch(c.shift, ready + service, starts, meal, follows)
            watch(c.shift, meal + eat, follows, ready, starts)
            if meal - service < ready < meal + eat:
                ready, starts = meal + eat, follows
        watch(c.shift, ready + service, starts, closes, 0)
        if ready + service <= closes:
            return ready, starts
    return -1, 0


@compiled
def run_day(
    c: Clock, t: int, day: int, a: int, order: Ints, start: int, stop: int, goal: int,
    leave: int, meal: int, follows: int, depth: int,
) -> tuple[int, int, int, int]:  # fmt: skip
    """Return (finish, its slope, begin, its slope) of a day that leaves at a minute.

    Finish -1: it cannot be.
    """
    time, moves, run, grows, place, begin, begins = leave, 1, 0, 0, a, -1, 0
    minutes = metres = 0
    dark, rest_min, c.shift[FIXED] = c.light[day, 1], c.limits.pause, NEVER
    for k in range(start, stop if goal == NOWHERE else stop + 1):
        site = c.site[order[k]] if k < stop else goal
        left, leaves, arrive, arrives, run, grows = drive(
            c, t, k, place, site, time, moves, run, grows, meal, follows
        )
        if begin < 0:
            begin, begins = left, leaves
        if leaves < moves:
            c.shift[FIXED] = left
        if place != site:
            minutes += c.drive[t, place, site]
            metres += c.metres[t, place, site]
            watch(c.shift, arrive, arrives, dark, 0)
            if arrive > dark:
                return -1, 0, 0, 0
        place, time, moves = site, arrive, arrives
        if k == stop:
            c.days[depth, LEAVE], c.days[depth, ARRIVE] = left, arrive
            break
        ready, starts = serve(c, order[k], day, arrive, arrives, meal, follows)
        time, moves = ready + c.service[order[k]], starts
        watch(c.shift, time, moves, c.limits.end, 0)
        if ready < 0 or time > c.limits.end:
            return -1, 0, 0, 0
        if starts < arrives:
            c.shift[FIXED] = ready
        c.legs[k, 0], c.legs[k, 1], c.starts[k] = left, arrive, ready
        watch(c.shift, arrive + rest_min, arrives, time, moves)
        if time - arrive >= rest_min:
            run = grows = 0
    c.days[depth, UPTO], c.days[depth, GOAL], c.days[depth, FINISH] = stop, goal, time
    c.days[depth, DRIVE_MIN], c.days[depth, METRES] = minutes, metres
    c.days[depth, PAUSES] = c.num_pauses[0]
    return time, moves, begin, begins


@compiled
def note_wait(c: Clock, since: int, until: int, count: int) -> int:
    """Note the beginning of a wait as that of a meal; return how many are noted.

    And whether the wait is a meal by itself.
    """
    earliest, eat, latest = c.limits.meal_from, c.limits.meal, c.limits.meal_to - c.limits.meal
    moves, ends = int(since < c.shift[FIXED]), int(until < c.shift[FIXED])
    watch(c.shift, since + eat, moves, until, ends)
    watch(c.shift, earliest + eat, 0, until, ends)
    watch(c.shift, since, moves, latest, 0)
    watch(c.shift, since, moves, earliest, 0)
    watch(c.shift, latest, 0, since, moves)
    if since + eat <= until and earliest + eat <= until and since <= latest:
        c.shift[IS_DUE] = 0
    if earliest < since < latest and count < c.meals.shape[0] - 2:
        c.meals[count, MEAL], c.meals[count, FOLLOWS] = since, moves
        count += 1
    return count


@compiled
def is_long(c: Clock, finish: int, begin: int) -> bool:
    """Whether a day is longer than one without a meal, not after the hours of meals or before."""
    earliest, latest = c.limits.meal_from, c.limits.meal_to - c.limits.meal
    moves, begins = int(finish < c.shift[FIXED]), int(begin < c.shift[FIXED])
    watch(c.shift, finish, moves, begin + c.limits.meal_after, begins)
    watch(c.shift, finish, moves, latest, 0)
    watch(c.shift, earliest + c.limits.meal, 0, begin, begins)
    is_short = finish - begin <= c.limits.meal_after or finish <= latest
    return not is_short and begin < earliest + c.limits.meal


@compiled
def list_meals(
    c: Clock, a: int, order: Ints, start: int, stop: int, goal: int, begin: int, depth: int,
    known: int,
) -> int:  # fmt: skip
    """Note when a meal might begin in the day just run, behind none; return how many.

    A day that took breaks may gain by a meal that it need not have. A meal at a stop is noted
    before one on the way; all other minutes end no day earlier.
    """
    c.shift[IS_DUE] = c.limits.meal > 0 and is_long(c, c.days[depth, FINISH], begin)
    if not c.shift[IS_DUE] and (c.limits.meal == 0 or not has_rested(c, known)):
        return 1
    place, since, count, row = a, begin, 1, known
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
    if not c.shift[IS_DUE] and not has_rested(c, known):
        return 1
    for minute in (c.limits.meal_from, c.limits.meal_to - c.limits.meal):
        c.meals[count, MEAL], c.meals[count, FOLLOWS] = minute, 0
        count += 1
    return count


@compiled
def has_rested(c: Clock, known: int) -> bool:
    """Whether the day just run took a break on its way."""
    is_rested = False
    for row in range(known, c.num_pauses[0]):
        is_rested |= c.pauses[row, 3] > 0
    return is_rested


@compiled
def end_without_rest(
    c: Clock, t: int, day: int, a: int, order: Ints, start: int, stop: int, goal: int, leave: int
) -> int:
    """Return when no day that leaves then or later could end earlier; -1: none can be."""
    time, place = leave, a
    for k in range(start, stop if goal == NOWHERE else stop + 1):
        site = c.site[order[k]] if k < stop else goal
        if place != site:
            time = pass_way(c, t, place, site, time)
            if time > c.light[day, 1]:
                return -1
            place = site
        if k < stop:
            w, service, ready = c.window_id[order[k], day], c.service[order[k]], -1
            for row in range(c.window_first[w], c.window_first[w + 1]):
                begin = max(time, c.window_span[row, 0])
                if begin + service <= c.window_span[row, 1]:
                    ready = begin
                    break
            time = ready + service
            if ready < 0 or time > c.limits.end:
                return -1
    return time


@compiled
def pass_way(c: Clock, t: int, a: int, b: int, time: int) -> int:
    """Return when a leg arrives that takes no break."""
    takes, row = c.drive[t, a, b] + c.wait[t, a, b] + c.limits.buffer, c.shut_row[t, a, b]
    while True:
        latest = -1
        for k in range(c.shut_first[row], c.shut_first[row + 1]):
            if time < c.shut_span[k, 1] and time + takes > c.shut_span[k, 0]:
                latest = max(latest, c.shut_span[k, 1])
        if latest < 0:
            return int(time + takes)
        time = latest


@compiled
def fill_day(
    c: Clock, t: int, day: int, a: int, order: Ints, start: int, stop: int, goal: int,
    depth: int, is_any: bool,
) -> bool:  # fmt: skip
    """Whether the stops fit into a day, with its best timetable, or any; see `Clock.days`."""
    place, minutes = a, 0
    for k in range(start, stop if goal == NOWHERE else stop + 1):
        site = c.site[order[k]] if k < stop else goal
        if place != site:
            if c.drive[t, place, site] < 0:
                return False
            minutes += c.drive[t, place, site]
        place = site
    if goal != NOWHERE and minutes > c.limits.drive_day:
        return False
    known = c.days[depth - 1, PAUSES] if depth else 0
    best = best_end = best_begin = -1
    best_meal, leave = NO_MEAL, c.light[day, 0]
    while leave < MIDNIGHT:
        c.shift[LASTS], c.num_pauses[0] = NEVER, known
        end, ends, begin, begins = run_day(
            c, t, day, a, order, start, stop, goal, leave, NO_MEAL, 0, depth
        )
        is_sure = not has_rested(c, known)  # then no later start ends the day earlier, and no meal
        is_late = end < 0 or (is_sure and best >= 0 and end > best_end)
        count = 0 if is_late else list_meals(c, a, order, start, stop, goal, begin, depth, known)
        for number in range(1, count):
            meal, follows = c.meals[number, MEAL], c.meals[number, FOLLOWS]
            c.num_pauses[0] = known
            found = run_day(c, t, day, a, order, start, stop, goal, leave, meal, follows, depth)
            c.meals[number, END], c.meals[number, ENDS] = found[0], found[1]
            c.meals[number, BEGIN], c.meals[number, BEGINS] = found[2], found[3]
        c.meals[0, MEAL], c.meals[0, FOLLOWS] = NO_MEAL, 0
        c.meals[0, END], c.meals[0, ENDS] = -1 if c.shift[IS_DUE] else end, ends
        c.meals[0, BEGIN], c.meals[0, BEGINS] = begin, begins
        lasts = c.shift[LASTS]
        for number in range(count):
            found_end, found_begin = c.meals[number, END], c.meals[number, BEGIN]
            later = lasts - 1 if c.meals[number, ENDS] < c.meals[number, BEGINS] else 0
            if found_end < 0 or found_end - found_begin - later > c.limits.duty:
                continue
            if is_any:
                return True
            if best < 0 or (found_end, -found_begin - later) < (best_end, -best_begin):
                best, best_end, best_begin = leave + later, found_end, found_begin + later
                best_meal = c.meals[number, MEAL] + later * c.meals[number, FOLLOWS]
        if is_sure and (end < 0 or (best >= 0 and end + ends * (lasts - 1) > best_end)):
            break
        leave += lasts
        if not is_sure:
            least = end_without_rest(c, t, day, a, order, start, stop, goal, leave)
            if least < 0 or (best >= 0 and least > best_end):
                break
    if best >= 0:
        c.num_pauses[0] = known
        run_day(c, t, day, a, order, start, stop, goal, best, best_meal, 0, depth)
    return best >= 0
