"""Recreate: the cheapest place of a unit, of a request on its cheapest pattern."""

from routing.pvrp.model import Model, State
from routing.pvrp.routes import EPSILON, join, put, span_at, take_out, update_route
from search.annealing import draw
from search.compiling import compiled

BLINK = 0.01  # chance that the best place so far is passed over
NEVER = 1e18
NUM_LOOKED = 24  # nearest units whose routes are nearby
FEW_ROUTES = 6  # of a vehicle type, that are always looked through all


@compiled
def holds(m: Model, s: State, r: int, i: int, k: int, u: int) -> bool:
    """Whether the loads of a unit fit when it comes after the first i of a route."""
    for d in range(m.give.shape[0]):
        if (
            s.peak_ahead[d, r, i] + m.give[d, u] > m.capacity[d, k] + EPSILON
            or s.peak_behind[d, r, i] + m.take[d, u] > m.capacity[d, k] + EPSILON
        ):
            return False
    return True


@compiled
def mark_nearby(m: Model, s: State, u: int) -> None:
    """Mark the routes that pass near a unit."""
    for number in range(1, min(NUM_LOOKED, m.near.shape[1])):
        r = s.route_of[m.near[u, number]]
        if r >= 0:
            s.nearby[r] = s.search[0]


@compiled
def seek(m: Model, s: State, u: int, k: int) -> None:
    """Find the cheapest place of a unit among the routes of a vehicle type.

    Where it has many routes, those that pass near the unit and an empty one are looked through,
    and all only if it fits into none of these. (Two functions would take a third longer.)
    """
    road, p = m.road_of[k], m.place[u]
    to, back = m.cost[road, p], m.cost_back[road, p]
    own = span_at(m.span, m.hours_of[k], u)
    best, best_r, best_i = NEVER, -1, -1
    looks = 1
    if m.most_routes[k] > FEW_ROUTES:
        mark_nearby(m, s, u)
        looks = 2
    while looks and best_r < 0:
        is_seen = False
        for r in range(m.first_route[k], m.first_route[k] + s.num_routes[k]):
            n = s.length[r]
            base = 0.0 if n else m.fixed[k]
            if (n == 0 and is_seen) or base >= best:
                continue
            if looks > 1 and n and s.nearby[r] != s.search[0]:
                continue
            is_seen |= n == 0
            fits = True
            for d in range(m.give.shape[0]):
                fits &= s.load[d, r, 0] + m.give[d, u] <= m.capacity[d, k] + EPSILON
                fits &= s.load[d, r, n] + m.take[d, u] <= m.capacity[d, k] + EPSILON
            if not fits:
                continue
            for i in range(n + 1):
                a, b = s.at[r, i], s.at[r, i + 1]
                more = base + back[a] + to[b] - (m.cost[road, a, b] if n else 0.0)
                if more >= best or draw(s.rng) < BLINK or not holds(m, s, r, i, k, u):
                    continue
                span = join(span_at(s.ahead, r, i), m.minutes[road, a, p], own)
                span = join(span, m.minutes[road, p, b], span_at(s.behind, r, i + 1))
                if 0.0 <= span[0] <= m.longest[k] + EPSILON:
                    best, best_r, best_i = more, r, i
        looks -= 1
    s.best[k], s.best_route[k], s.best_place[k] = best, best_r, best_i


@compiled
def slot_best(m: Model, s: State, u: int, slot: int) -> int:
    """Return the vehicle type that takes a unit of a slot cheapest; -1: none."""
    found = -1
    for row in range(m.slot_first[slot], m.slot_first[slot + 1]):
        k = m.slot_type[row]
        if s.sought[k] != s.search[0]:
            s.sought[k] = s.search[0]
            seek(m, s, u, k)
        if s.best_route[k] >= 0 and (found < 0 or s.best[k] < s.best[found]):
            found = k
    return found


@compiled
def insert(m: Model, s: State, q: int) -> bool:
    """Serve a request at the least extra cost, on the pattern that makes it least."""
    first, last = m.unit_first[q], m.unit_first[q + 1]
    s.search[0] += 1
    is_partly = False
    for u in range(first, last):
        is_partly |= s.route_of[u] >= 0
    is_only = m.pattern_first[q + 1] - m.pattern_first[q] == 1
    best, best_p = m.penalty[q], -1
    for p in range(m.pattern_first[q], m.pattern_first[q + 1]):
        if is_partly and p != s.pattern[q]:
            continue
        total = 0.0
        for u in range(first, last):
            if s.route_of[u] < 0:
                k = slot_best(m, s, u, m.pattern_slot[p] + u - first)
                total += s.best[k] if k >= 0 else NEVER
            if total >= best:
                break
        if total < best and (is_only or draw(s.rng) >= BLINK):
            best, best_p = total, p
    if best_p < 0:
        for u in range(first, last):
            if s.route_of[u] >= 0:
                r = s.route_of[u]
                take_out(s, u)
                update_route(m, s, r)
        return False
    s.pattern[q] = best_p
    for u in range(first, last):
        if s.route_of[u] < 0:
            k = slot_best(m, s, u, m.pattern_slot[best_p] + u - first)
            r = s.best_route[k]
            put(s, u, r, s.best_place[k])
            update_route(m, s, r)
    return True
