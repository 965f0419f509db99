"""The plain clock of a day that no rule allows: the stops in their order all the same, compiled.

It asks the clock's own legs, so that breaks, ferry waits and hours in which a way is shut are kept.
Opening hours, daylight, duty and meals are kept where they can be: of all minutes to leave at, the
one that breaks them by the fewest minutes in all.
"""

from routing.month.clock import MIDNIGHT, NO_MEAL, drive
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
from routing.month.nights import Ends
from search.compiling import compiled, entry

MEAL_STEP_MIN = 5


@compiled
def serve_plainly(
    c: Clock, job: int, day: int, arrive: int, meal: int, waits: bool
) -> tuple[int, int]:
    """Return when a visit begins, and the minutes of it that lie outside its hours.

    It may wait for hours that leave it enough time; where none do, it begins at once.
    """
    service, eat = c.service[job], c.limits.meal
    now = meal + eat if meal - service < arrive < meal + eat else arrive
    w, outside = c.window_id[job, day], -1
    for row in range(c.window_first[w], c.window_first[w + 1]):
        opens, closes = c.window_span[row, 0], c.window_span[row, 1]
        ready = max(arrive, opens)
        ready = meal + eat if meal - service < ready < meal + eat else ready
        if ready + service <= closes and (waits or ready == now):
            return ready, 0
        missed = max(0, opens - now) + max(0, now + service - closes)
        outside = missed if outside < 0 else min(outside, missed)
    return now, max(0, outside)


@compiled
def run_plainly(
    c: Clock, t: int, day: int, a: int, order: Ints, goal: int, leave: int, meal: int, waits: bool
) -> tuple[int, int, int]:
    """Return (finish, begin, minutes by which rules are broken) of a day that leaves at a minute.

    Finish -1: the day would not end before midnight.
    """
    time, run, place, begin, outside, n = leave, 0, a, -1, 0, order.shape[0]
    minutes = metres = dark = 0
    c.num_pauses[0] = 0
    for k in range(n + 1):
        site = c.site[order[k]] if k < n else goal
        left, _, arrive, _, run, _ = drive(c, t, k, place, site, time, 0, run, 0, meal, 0)
        begin = left if begin < 0 else begin
        if place != site:
            dark = max(dark, c.light[day, 0] - left)
            minutes += c.drive[t, place, site]
            metres += c.metres[t, place, site]
        time = arrive
        if k < n:
            serve, missed = serve_plainly(c, order[k], day, arrive, meal, waits)
            c.legs[k, 0], c.legs[k, 1], c.starts[k] = left, arrive, serve
            time = serve + c.service[order[k]]
            outside, place = outside + missed, site
            run = 0 if time - arrive >= c.limits.pause else run
        else:
            c.days[0, LEAVE], c.days[0, ARRIVE] = left, arrive
    if time > MIDNIGHT:
        return -1, 0, 0
    outside += max(dark, c.limits.start - begin, 0) + max(time - c.light[day, 1], 0)
    outside += max(time - begin - c.limits.duty, 0)
    c.days[0, UPTO], c.days[0, GOAL], c.days[0, FINISH] = n, goal, time
    c.days[0, DRIVE_MIN], c.days[0, METRES], c.days[0, PAUSES] = minutes, metres, c.num_pauses[0]
    return time, begin, outside


@compiled
def lacks_meal(c: Clock, begin: int, finish: int) -> bool:
    """Whether a day without a meal on the road is too long for that."""
    earliest, latest = c.limits.meal_from, c.limits.meal_to - c.limits.meal
    is_long = finish - begin > c.limits.meal_after and finish > latest
    return c.limits.meal > 0 and is_long and begin < earliest + c.limits.meal


@entry
def find_plain_day(c: Clock, order: Ints, car: int, day: int, ends: Ends) -> int:
    """Fill a day, for Python; return 1, or 0 where a way is missing or it takes beyond midnight.

    Of the minutes to leave at: the fewest minutes outside the rules, the earliest end, the latest
    start. It waits for opening hours unless that breaks rules by more minutes.
    """
    t, place = c.table[car, day], ends.start
    for k in range(order.shape[0] + 1):
        site = c.site[order[k]] if k < order.shape[0] else ends.goal
        if place != site and c.drive[t, place, site] < 0:
            return 0
        place = site
    best = best_meal = worst = last = first = -1
    best_waits = True
    for number in range(2 * MIDNIGHT):
        leave, waits = number % MIDNIGHT, number < MIDNIGHT
        meal, is_known = NO_MEAL, False
        while not is_known:
            finish, begin, broken = run_plainly(
                c, t, day, ends.start, order, ends.goal, leave, meal, waits
            )
            is_hungry = meal == NO_MEAL and finish >= 0 and lacks_meal(c, begin, finish)
            broken += c.limits.meal + 1 if is_hungry else 0  # rather a longer day than none
            is_better = best < 0 or broken < worst
            is_sooner = finish < last or (finish == last and begin > first)
            is_better |= broken == worst and waits and is_sooner
            if finish >= 0 and is_better:
                best, best_meal, best_waits = leave, meal, waits
                worst, last, first = broken, finish, begin
            meal = c.limits.meal_from if is_hungry else meal + MEAL_STEP_MIN
            is_known = meal > c.limits.meal_to - c.limits.meal
    if best >= 0:
        run_plainly(c, t, day, ends.start, order, ends.goal, best, best_meal, best_waits)
    return 1 if best >= 0 else 0
