"""Ruin: takes strings of stops out of neighbouring routes.

References
----------
Christiaens and Vanden Berghe, *Slack induction by string removals for vehicle routing problems*,
Transportation Science 54, 2020, 417-433: strings, blinks, orders of insertion, absence counters.
"""

from routing.pvrp.model import Model, State
from routing.pvrp.routes import take_out, update_route
from search.annealing import draw
from search.compiling import compiled

SPLIT = 0.5  # share of strings that keep stops in their middle
GROW = 0.01  # chance that one more stop is kept


@compiled
def lift(m: Model, s: State, u: int, whole: float) -> None:
    """Take out a unit, or with some chance its whole request."""
    q = m.request_of[u]
    first, last = m.unit_first[q], m.unit_first[q + 1]
    if s.lifted[q] != s.round[0]:
        s.lifted[q] = s.round[0]
        s.waiting[s.num_waiting[0]] = q
        s.num_waiting[0] += 1
        s.old_pattern[q] = s.pattern[q]
    if last - first > 1 and draw(s.rng) < whole:
        for v in range(first, last):
            if s.route_of[v] >= 0:
                take_out(s, v)
    elif s.route_of[u] >= 0:
        take_out(s, u)


@compiled
def ruin(m: Model, s: State, mean: float, longest: float, whole: float) -> None:
    """Take out strings of units of neighbouring routes."""
    num_served = num_used = 0
    for r in range(s.length.shape[0]):
        num_served += s.length[r]
        num_used += s.length[r] > 0
    if num_used == 0:
        return
    most = min(longest, num_served / num_used)
    num_strings = int(1.0 + draw(s.rng) * (4.0 * mean / (1.0 + most) - 1.0))
    seed = int(draw(s.rng) * m.place.shape[0])
    for number in range(m.near.shape[1]):
        c = m.near[seed, number]
        r = s.route_of[c]
        if num_strings <= 0:
            break
        if r < 0 or s.stamp[r] == s.round[0]:
            continue
        num_strings -= 1
        n = s.length[r]
        size = int(1.0 + draw(s.rng) * min(float(n), most))
        size = min(size, n)
        kept = 0
        if size < n and draw(s.rng) < SPLIT:
            kept = 1
            while size + kept < n and draw(s.rng) < GROW:
                kept += 1
        span = size + kept
        place = 0
        while s.order[r, place] != c:
            place += 1
        low, high = max(0, place - span + 1), min(place, n - span)
        start = low + int(draw(s.rng) * (high - low + 1))
        gap = start + int(draw(s.rng) * (size + 1))
        count = 0
        for i in range(start, start + span):
            if not (kept and gap <= i < gap + kept):
                s.chosen[count] = s.order[r, i]
                count += 1
        for i in range(count):
            if s.route_of[s.chosen[i]] >= 0:
                lift(m, s, s.chosen[i], whole)
    for i in range(s.num_touched[0]):
        update_route(m, s, s.touched[i])
