"""Ruin and recreate with annealing: the two entries of the compiled search."""

from routing.pvrp.insertion import NEVER, insert
from routing.pvrp.model import BEST, LOST, NOW, Model, State
from routing.pvrp.routes import EPSILON, update_route
from routing.pvrp.ruin import ruin
from search.annealing import draw, is_accepted
from search.compiling import compiled, entry

BY_CHANCE = 4  # parts of insertions in an order of chance, against one for each row of keys


@compiled
def sort_waiting(m: Model, s: State) -> None:
    """Order the requests to insert by chance, or by one of their traits."""
    n = s.num_waiting[0]
    row = int(draw(s.rng) * (m.sort_key.shape[0] + BY_CHANCE)) - BY_CHANCE
    for i in range(n):
        q = s.waiting[i]
        s.key[q] = m.sort_key[row, q] if row >= 0 else draw(s.rng)
    for i in range(1, n):
        q = s.waiting[i]
        j = i - 1
        while j >= 0 and s.key[s.waiting[j]] > s.key[q]:
            s.waiting[j + 1] = s.waiting[j]
            j -= 1
        s.waiting[j + 1] = q


@compiled
def restore(m: Model, s: State) -> None:
    """Undo this round."""
    for i in range(s.num_touched[0]):
        r = s.touched[i]
        for k in range(s.length[r]):
            s.route_of[s.order[r, k]] = -1
    for i in range(s.num_touched[0]):
        r = s.touched[i]
        s.length[r] = s.old_length[r]
        for k in range(s.length[r]):
            s.order[r, k] = s.old_order[r, k]
        update_route(m, s, r)
    for i in range(s.num_waiting[0]):
        s.pattern[s.waiting[i]] = s.old_pattern[s.waiting[i]]


@compiled
def keep_best(s: State, total: float) -> None:
    """Remember the routes as the best so far."""
    s.value[BEST] = total
    for r in range(s.length.shape[0]):
        s.best_length[r] = s.length[r]
        for i in range(s.length[r]):
            s.best_order[r, i] = s.order[r, i]


@compiled
def refresh(m: Model, s: State) -> None:
    """Add up the cost of the solution anew, and list who is absent."""
    total = lost = 0.0
    for r in range(s.length.shape[0]):
        total += s.route_cost[r]
    n = 0
    for q in range(m.penalty.shape[0]):
        if s.route_of[m.unit_first[q]] < 0:
            s.absent[n] = q
            n += 1
            lost += m.penalty[q]
    s.num_absent[0] = n
    s.value[NOW], s.value[LOST] = total + lost, lost


@compiled
def begin_round(m: Model, s: State, mean: float, longest: float, whole: float) -> None:
    """Ruin; those taken out and those left out before wait to be put in, in their order."""
    s.round[0] += 1
    s.num_touched[0] = 0
    for i in range(s.num_absent[0]):
        q = s.absent[i]
        s.waiting[i] = q
        s.lifted[q] = s.round[0]
        s.old_pattern[q] = s.pattern[q]
    s.num_waiting[0] = s.num_absent[0]
    ruin(m, s, mean, longest, whole)
    sort_waiting(m, s)


@compiled
def try_round(m: Model, s: State, mean: float, longest: float, whole: float) -> tuple[int, float]:
    """Ruin and recreate once; return how many requests are left out, and what they count."""
    begin_round(m, s, mean, longest, whole)
    num_lost, lost = 0, 0.0
    for i in range(s.num_waiting[0]):
        q = s.waiting[i]
        if not insert(m, s, q):
            s.lost[num_lost] = q
            num_lost += 1
            lost += m.penalty[q]
    return num_lost, lost


@compiled
def add_up(s: State, lost: float) -> float:
    """Return the value of the solution after a round."""
    total: float = s.value[NOW] + lost - s.value[LOST]
    for i in range(s.num_touched[0]):
        total += s.route_cost[s.touched[i]] - s.old_cost[s.touched[i]]
    return total


@compiled
def settle_round(s: State, num_lost: int, lost: float, total: float) -> None:
    """Go on from the solution of this round."""
    s.value[NOW], s.value[LOST] = total, lost
    s.num_absent[0] = num_lost
    for i in range(num_lost):
        s.absent[i] = s.lost[i]


@compiled
def conclude_round(m: Model, s: State, num_lost: int, lost: float, heat: float) -> None:
    """Take what a round made, or undo it; remember the best."""
    total = add_up(s, lost)
    if not is_accepted(total, s.value[NOW], heat, s.rng):
        restore(m, s)
        return
    settle_round(s, num_lost, lost, total)
    if total < s.value[BEST] - EPSILON:
        keep_best(s, total)


@entry
def anneal(
    m: Model, s: State, rounds: int, heat: float, mean: float, longest: float, whole: float
) -> None:
    """Run so many rounds at one temperature."""
    refresh(m, s)
    for _ in range(rounds):
        num_lost, lost = try_round(m, s, mean, longest, whole)
        conclude_round(m, s, num_lost, lost, heat)


@entry
def reset(m: Model, s: State) -> None:
    """Compute everything from the order of units in each route, and forget the best."""
    for u in range(s.route_of.shape[0]):
        s.route_of[u] = -1
    for r in range(s.length.shape[0]):
        update_route(m, s, r)
    refresh(m, s)
    s.value[BEST] = NEVER
