"""The nights of a trip: which stops fall on which day, and where the crew sleeps, compiled.

A trip gets the fewest days, then the least metres, by dynamic programming over (stops served, place
of the night) with the clock of each day.
"""

from typing import NamedTuple

from routing.month.clock import NOWHERE, fill_day
from routing.month.clock_arrays import GOAL, MAX_STATES, METRES, UPTO, Clock, Ints
from search.compiling import compiled, entry

NUM_BEDS = 3  # lodging places tried for a night
NUM_FEWER = 2  # a day serves at most so many stops fewer than it could
NEVER = 1 << 30


class Ends(NamedTuple):
    """The places where one day begins and ends; `NOWHERE`: anywhere."""

    start: int
    goal: int


WHOLE_TRIP = Ends(NOWHERE, NOWHERE)


@compiled
def detour(c: Clock, t: int, a: int, b: int, site: int) -> int:
    """Return the metres from one place to a lodging and on to another."""
    there = c.metres[t, a, site] if site != a else 0
    return there + (c.metres[t, site, b] if site != b else 0)


@compiled
def near_bed(c: Clock, t: int, depot: int, members: int, a: int, b: int, after: int) -> int:
    """Return the lodging of the least detour among those that come after one in that order."""
    best = best_way = -1
    last_way = detour(c, t, a, b, after) if after >= 0 else -1
    for row in range(c.beds.shape[0]):
        site = c.beds[row, 0]
        if c.beds[row, 1] < members or site == depot:
            continue
        if (site != a and c.drive[t, a, site] < 0) or (site != b and c.drive[t, site, b] < 0):
            continue
        way = detour(c, t, a, b, site)
        if way < last_way or (way == last_way and site <= after):
            continue
        if best < 0 or way < best_way or (way == best_way and site < best):
            best, best_way = site, way
    return best


@compiled
def add_state(c: Clock, into: int, count: int, state: tuple[int, int, int, int]) -> int:
    """Keep the least metres of a state (served, place, metres, row before); return the count."""
    for row in range(count):
        if c.states[into, row, 0] == state[0] and c.states[into, row, 1] == state[1]:
            if state[2] < c.states[into, row, 2]:
                c.states[into, row, 2], c.states[into, row, 3] = state[2], state[3]
            return count
    if count < MAX_STATES:
        for column in range(4):
            c.states[into, count, column] = state[column]
        count += 1
    return count


@compiled
def keep_near(c: Clock, t: int, into: int, count: int, order: Ints, depot: int) -> int:
    """Keep, for each number of stops served, the nights of least way so far and on, in order."""
    for row in range(count):
        served, place = c.states[into, row, 0], c.states[into, row, 1]
        ahead = c.site[order[served]] if served < order.shape[0] else depot
        on = c.metres[t, place, ahead] if place != ahead else 0
        c.ways[row] = c.states[into, row, 2] + on
    num_kept = 0
    for row in range(count):
        rank = 0
        for other in range(count):
            is_alike = c.states[into, other, 0] == c.states[into, row, 0]
            is_nearer = c.ways[other] < c.ways[row] or (
                c.ways[other] == c.ways[row] and c.states[into, other, 1] < c.states[into, row, 1]
            )
            rank += is_alike and is_nearer
        c.states[into, row, 4] = rank < NUM_BEDS
    for row in range(count):
        if c.states[into, row, 4]:
            for column in range(4):
                c.states[into, num_kept, column] = c.states[into, row, column]
            num_kept += 1
    for row in range(1, num_kept):  # sorted by stops served, then place
        k = row
        while k > 0 and (
            c.states[into, k - 1, 0] > c.states[into, k, 0]
            or (
                c.states[into, k - 1, 0] == c.states[into, k, 0]
                and c.states[into, k - 1, 1] > c.states[into, k, 1]
            )
        ):
            for column in range(4):
                held = c.states[into, k, column]
                c.states[into, k, column] = c.states[into, k - 1, column]
                c.states[into, k - 1, column] = held
            k -= 1
    return num_kept


@compiled
def extend(
    c: Clock, car: int, day: int, depth: int, row: int, order: Ints, members: int, count: int
) -> tuple[int, int]:
    """Go on from a state for a day; return the states after it, and the metres home or -1."""
    n, t, depot = order.shape[0], c.table[car, day], c.depot[car]
    served, place = c.states[depth, row, 0], c.states[depth, row, 1]
    metres = c.states[depth, row, 2]
    home = -1
    reach = served
    while reach < n and fill_day(c, t, day, place, order, served, reach + 1, NOWHERE, 0, True):
        reach += 1
    for upto in range(max(served, reach - NUM_FEWER), reach + 1):
        if upto == n:
            is_ok = fill_day(c, t, day, place, order, served, upto, depot, 0, True)
            home = metres + c.days[0, METRES] if is_ok else -1
        if depth == c.limits.nights:
            continue
        here = c.site[order[upto - 1]] if upto > served else place
        ahead = c.site[order[upto]] if upto < n else depot
        bed = -1
        for _ in range(NUM_BEDS):
            bed = near_bed(c, t, depot, members, here, ahead, bed)
            if bed < 0:
                break
            if fill_day(c, t, day, place, order, served, upto, bed, 0, True):
                way = metres + c.days[0, METRES]
                count = add_state(c, depth + 1, count, (upto, bed, way, row))
    return count, home


@compiled
def fill_days(c: Clock, order: Ints, car: int, first: int, last: int, row: int) -> None:
    """Fill the days that lead to a state of the last night, and from there home."""
    for depth in range(last, 0, -1):
        c.days[depth - 1, UPTO] = c.states[depth, row, 0]
        c.days[depth - 1, GOAL] = c.states[depth, row, 1]
        row = c.states[depth, row, 3]
    c.days[last, UPTO], c.days[last, GOAL] = order.shape[0], c.depot[car]
    served, place = 0, c.depot[car]
    for depth in range(last + 1):
        upto, goal = c.days[depth, UPTO], c.days[depth, GOAL]
        t = c.table[car, first + depth]
        fill_day(c, t, first + depth, place, order, served, upto, goal, depth, False)
        served, place = upto, goal


@compiled
def search_days(c: Clock, order: Ints, car: int, first: int, members: int) -> int:
    """Fill the days of a trip; return how many, 0 where none fit."""
    c.states[0, 0, 0], c.states[0, 0, 1], c.states[0, 0, 2] = 0, c.depot[car], 0
    count = 1
    for depth in range(c.limits.nights + 1):
        day = first + depth
        if day >= c.is_free.shape[1] or not c.is_free[car, day] or count == 0:
            return 0
        following, best, best_row = 0, NEVER, -1
        for row in range(count):
            following, home = extend(c, car, day, depth, row, order, members, following)
            if 0 <= home < best:
                best, best_row = home, row
        if best_row >= 0:
            fill_days(c, order, car, first, depth, best_row)
            return depth + 1
        if depth < c.limits.nights:
            count = keep_near(c, c.table[car, day], depth + 1, following, order, c.depot[car])
    return 0


@entry
def find_days(c: Clock, order: Ints, car: int, first: int, members: int, ends: Ends) -> int:
    """Fill the days of a trip, for Python; return how many, 0 where none fit.

    With `ends`, it is one day that begins and ends there.
    """
    if ends.start == NOWHERE:
        return search_days(c, order, car, first, members)
    n, t, is_any = order.shape[0], c.table[car, first], ends.goal == NOWHERE
    is_found = fill_day(c, t, first, ends.start, order, 0, n, ends.goal, 0, is_any)
    return 1 if is_found else 0
