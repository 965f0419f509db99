"""The choice of routes from the pool: a set partitioning with patterns."""

from routing.pvrp.columns import RouteColumn, pattern_slots, solution_value
from routing.pvrp.effort import Effort
from routing.pvrp.model import Model, State
from search.set_partitioning import SetPartitioning

UNITS_PER_COST = 1000  # CP-SAT counts whole thousandths of the cost


def choose_columns(
    model: Model,
    state: State,
    columns: list[RouteColumn],
    hint: list[RouteColumn],
    effort: Effort,
    *,
    seed: int,
) -> list[RouteColumn]:
    """Return the cheapest set of columns found that serves every request by one of its patterns."""
    parts = SetPartitioning(columns)
    cp = parts.model
    serving: dict[int, dict[int, list[int]]] = {q: {} for q in range(len(model.penalty))}
    by_type: dict[int, list[int]] = {}
    for number, column in enumerate(columns):
        by_type.setdefault(column.vehicle_type, []).append(number)
        for q in sorted({int(model.request_of[u]) for u in column.order}):
            serving[q].setdefault(column.vehicle_type, []).append(number)
    for vehicle_type, rows in by_type.items():
        cp.add(parts.count(rows) <= int(state.num_routes[vehicle_type]))
    cost = sum(round(c.cost * UNITS_PER_COST) * x for c, x in zip(columns, parts.take, strict=True))
    for q, by in serving.items():
        patterns = range(model.pattern_first[q], model.pattern_first[q + 1])
        chosen = {p: cp.new_bool_var("") for p in patterns}
        absent = cp.new_bool_var("")
        cp.add_exactly_one(absent, *chosen.values())
        cost += round(float(model.penalty[q]) * UNITS_PER_COST) * absent
        slots = {p: pattern_slots(model, p) for p in patterns}
        for p, x in chosen.items():
            cost += round(float(model.pattern_cost[p]) * UNITS_PER_COST) * x
            for slot in slots[p]:
                cp.add(parts.count(k for t in slot for k in by.get(t, ())) >= x)
        served = parts.count(k for rows in by.values() for k in rows)
        cp.add(served == sum(len(slots[p]) * x for p, x in chosen.items()))
    known = {(column.vehicle_type, tuple(sorted(column.order))) for column in hint}
    hinted = ((column.vehicle_type, tuple(sorted(column.order))) in known for column in columns)
    limits = effort.choice_limits(len(columns))
    answer, _ = parts.choose(cost, hinted, seed=seed, limits=limits)
    return min((hint, answer or hint), key=lambda found: solution_value(model, found))
