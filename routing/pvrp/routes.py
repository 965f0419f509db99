"""Routes in the compiled search: timed spans, loads, and changing a route.

References
----------
Vidal, Crainic, Gendreau, Prins, *A hybrid genetic algorithm with adaptive diversity management for
a large class of vehicle routing problems with time-windows*, Computers & Operations Research 40,
2013, 475-489: spans and how they join.
"""

from routing.pvrp.model import Model, State
from routing.pvrp.problem import Floats
from search.compiling import compiled

Span = tuple[float, float, float]
EPSILON = 1e-7


@compiled
def join(one: Span, way: float, two: Span) -> Span:
    """Join two spans by a way; a negative duration says that no start is early enough.

    A span is the duration of a part of a route with the earliest and the latest start at which it
    takes no longer than that.
    """
    at = one[0] + way
    if one[0] < 0.0 or two[0] < 0.0 or one[1] + at > two[2] + EPSILON:
        return -1.0, 0.0, 0.0
    wait = max(two[1] - at - one[2], 0.0)
    early = max(two[1] - at, one[1]) - wait
    return at + wait + two[0], early, min(two[2] - at, one[2])


@compiled
def span_at(spans: Floats, row: int, column: int) -> Span:
    """Return one span of a table."""
    return spans[row, column, 0], spans[row, column, 1], spans[row, column, 2]


@compiled
def update_route(m: Model, s: State, r: int) -> None:
    """Compute all that is known of a route from its order of units."""
    k = m.type_of[r]
    n = s.length[r]
    road, hours = m.road_of[k], m.hours_of[k]
    s.at[r, 0] = s.at[r, n + 1] = m.depot_of[k]
    cost = m.fixed[k] if n else 0.0
    for i in range(n):
        u = s.order[r, i]
        s.route_of[u] = r
        s.at[r, i + 1] = m.place[u]
    span = span_at(m.duty, k, 0)
    for i in range(n + 2):
        if i:
            cost += m.cost[road, s.at[r, i - 1], s.at[r, i]]
            other = span_at(m.span, hours, s.order[r, i - 1]) if i <= n else span_at(m.duty, k, 0)
            span = join(span, m.minutes[road, s.at[r, i - 1], s.at[r, i]], other)
        s.ahead[r, i, 0], s.ahead[r, i, 1], s.ahead[r, i, 2] = span
    s.route_cost[r] = cost
    span = span_at(m.duty, k, 0)
    for i in range(n + 1, 0, -1):
        if i <= n:
            other = span_at(m.span, hours, s.order[r, i - 1])
            span = join(other, m.minutes[road, s.at[r, i], s.at[r, i + 1]], span)
        s.behind[r, i, 0], s.behind[r, i, 1], s.behind[r, i, 2] = span
    for d in range(m.give.shape[0]):
        update_load(m, s, r, d)


@compiled
def update_load(m: Model, s: State, r: int, d: int) -> None:
    """Compute the load after each stop of a route, and its peaks before and after."""
    n = s.length[r]
    load = 0.0
    for i in range(n):
        load += m.give[d, s.order[r, i]]
    peak = load
    for i in range(n + 1):
        if i:
            u = s.order[r, i - 1]
            load += m.take[d, u] - m.give[d, u]
            peak = max(peak, load)
        s.load[d, r, i], s.peak_ahead[d, r, i] = load, peak
    peak = load
    for i in range(n, -1, -1):
        peak = max(peak, s.load[d, r, i])
        s.peak_behind[d, r, i] = peak


@compiled
def touch(s: State, r: int) -> None:
    """Keep a route as it was before this round changed it."""
    if s.stamp[r] == s.round[0]:
        return
    s.stamp[r] = s.round[0]
    s.touched[s.num_touched[0]] = r
    s.num_touched[0] += 1
    s.old_length[r] = s.length[r]
    s.old_cost[r] = s.route_cost[r]
    for i in range(s.length[r]):
        s.old_order[r, i] = s.order[r, i]


@compiled
def put(s: State, u: int, r: int, i: int) -> None:
    """Put a unit after the first i of a route."""
    touch(s, r)
    for k in range(s.length[r], i, -1):
        s.order[r, k] = s.order[r, k - 1]
    s.order[r, i] = u
    s.length[r] += 1


@compiled
def take_out(s: State, u: int) -> None:
    """Take a unit out of its route; the route is not computed anew."""
    r = s.route_of[u]
    touch(s, r)
    n = s.length[r]
    i = 0
    while s.order[r, i] != u:
        i += 1
    for k in range(i, n - 1):
        s.order[r, k] = s.order[r, k + 1]
    s.length[r] = n - 1
    s.route_of[u] = -1
