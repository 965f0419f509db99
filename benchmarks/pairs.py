"""Pickups with their deliveries in the compiled search: an insertion of their own.

Plans have no pairs. A round begins and ends as in `routing.pvrp.anneal`; in between both places of
a pair are found at once.
"""

import numpy as np

from routing.pvrp.anneal import begin_round, conclude_round, refresh
from routing.pvrp.insertion import BLINK, NEVER
from routing.pvrp.model import Ints, Model, State
from routing.pvrp.routes import EPSILON, Span, join, put, span_at, update_route
from search.annealing import draw
from search.compiling import compiled, entry


def join_pairs(model: Model) -> Model:
    """Return the model in which each two requests are one: fetched at the first, then brought.

    One route serves both, of any vehicle type.
    """
    pairs = np.arange(len(model.penalty) // 2 + 1, dtype=np.int32)
    kinds = len(model.fixed)
    return model._replace(
        request_of=np.repeat(pairs[:-1], 2),
        unit_first=2 * pairs,
        penalty=model.penalty[::2].copy(),
        pattern_first=pairs,
        pattern_slot=pairs,
        slot_first=kinds * pairs,
        slot_type=np.tile(np.arange(kinds, dtype=np.int32), len(pairs) - 1),
        sort_key=np.minimum(model.sort_key[:, ::2], model.sort_key[:, 1::2]),
    )


@compiled
def seek_pair(m: Model, s: State, upto: Ints, u: int, k: int) -> None:
    """Find the cheapest places of a pair, u before u + 1, among the routes of a vehicle type."""
    road, hours, p = m.road_of[k], m.hours_of[k], m.place[u]
    s.best[k], s.best_route[k] = NEVER, -1
    is_seen = False
    for r in range(m.first_route[k], m.first_route[k] + s.num_routes[k]):
        n = s.length[r]
        base = 0.0 if n else m.fixed[k]
        if n == 0 and is_seen:
            continue
        is_seen |= n == 0
        for i in range(n + 1):
            a = s.at[r, i]
            part = base + m.cost[road, a, p] - (m.cost[road, a, s.at[r, i + 1]] if n else 0.0)
            span = join(span_at(s.ahead, r, i), m.minutes[road, a, p], span_at(m.span, hours, u))
            if span[0] >= 0.0:
                seek_second(m, s, upto, u, k, r, i, part, span)


@compiled
def seek_second(
    m: Model, s: State, upto: Ints, u: int, k: int, r: int, i: int, part: float, span: Span
) -> None:
    """Find the cheapest place of the second of a pair whose first comes after the first i."""
    road, hours, p, q = m.road_of[k], m.hours_of[k], m.place[u], m.place[u + 1]
    own = span_at(m.span, hours, u + 1)
    here = p
    for j in range(i, s.length[r] + 1):
        for d in range(m.give.shape[0]):
            if s.load[d, r, j] + m.take[d, u] > m.capacity[d, k] + EPSILON:
                return
        c = s.at[r, j + 1]
        if j > i:
            if j == i + 1:
                part += m.cost[road, p, s.at[r, j]]
                if part >= s.best[k]:
                    return
            x = s.order[r, j - 1]
            span = join(span, m.minutes[road, here, s.at[r, j]], span_at(m.span, hours, x))
            if span[0] < 0.0:
                return
            here = s.at[r, j]
        total = part + m.cost[road, here, q] + m.cost[road, q, c]
        total -= m.cost[road, here, c] if j > i else 0.0
        if total >= s.best[k] or draw(s.rng) < BLINK:
            continue
        end = join(span, m.minutes[road, here, q], own)
        end = join(end, m.minutes[road, q, c], span_at(s.behind, r, j + 1))
        if 0.0 <= end[0] <= m.longest[k] + EPSILON:
            s.best[k], s.best_route[k] = total, r
            s.best_place[k], upto[k] = i, j


@compiled
def insert_pair(m: Model, s: State, upto: Ints, q: int) -> bool:
    """Serve a pair at the least extra cost."""
    u, slot = m.unit_first[q], m.pattern_slot[m.pattern_first[q]]
    best, chosen = m.penalty[q], -1
    for row in range(m.slot_first[slot], m.slot_first[slot + 1]):
        k = m.slot_type[row]
        seek_pair(m, s, upto, u, k)
        if s.best[k] < best:
            best, chosen = s.best[k], k
    if chosen < 0:
        return False
    r = s.best_route[chosen]
    put(s, u + 1, r, upto[chosen])
    put(s, u, r, s.best_place[chosen])
    update_route(m, s, r)
    return True


@compiled
def try_round(m: Model, s: State, upto: Ints, mean: float, longest: float) -> tuple[int, float]:
    """Ruin and recreate once; return how many pairs are left out, and what they count."""
    begin_round(m, s, mean, longest, 1.0)
    num_lost, lost = 0, 0.0
    for i in range(s.num_waiting[0]):
        q = s.waiting[i]
        if not insert_pair(m, s, upto, q):
            s.lost[num_lost] = q
            num_lost += 1
            lost += m.penalty[q]
    return num_lost, lost


@entry
def anneal_pairs(
    m: Model, s: State, upto: Ints, rounds: int, heat: float, mean: float, longest: float
) -> None:
    """Run so many rounds at one temperature."""
    refresh(m, s)
    for _ in range(rounds):
        num_lost, lost = try_round(m, s, upto, mean, longest)
        conclude_round(m, s, num_lost, lost, heat)
