"""The choice of routes from the pool by CP-SAT: a set partitioning with patterns."""

from ortools.sat.python import cp_model

from routing.engine.columns import Column, pattern_slots, solution_value
from routing.engine.effort import Effort
from routing.engine.model import Model, State
from search.cp_sat import solve_model

UNITS_PER_COST = 1000  # CP-SAT counts whole thousandths of the cost


def choose_columns(
    model: Model,
    state: State,
    columns: list[Column],
    hint: list[Column],
    effort: Effort,
    *,
    seed: int,
    workers: int,
) -> list[Column]:
    """Return the cheapest set of columns found that serves every request by one of its patterns."""
    cp = cp_model.CpModel()
    take = [cp.new_bool_var("") for _ in columns]
    serving: dict[int, dict[int, list[int]]] = {q: {} for q in range(len(model.penalty))}
    by_kind: dict[int, list[int]] = {}
    for number, column in enumerate(columns):
        by_kind.setdefault(column.kind, []).append(number)
        for q in sorted({int(model.request_of[u]) for u in column.order}):
            serving[q].setdefault(column.kind, []).append(number)
    for kind, rows in by_kind.items():
        cp.add(sum(take[k] for k in rows) <= int(state.num_routes[kind]))
    cost = sum(round(c.cost * UNITS_PER_COST) * x for c, x in zip(columns, take, strict=True))
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
                cp.add(sum(take[k] for kind in slot for k in by.get(kind, ())) >= x)
        served = sum(take[k] for rows in by.values() for k in rows)
        cp.add(served == sum(len(slots[p]) * x for p, x in chosen.items()))
    cp.minimize(cost)
    hinted = {(column.kind, tuple(sorted(column.order))) for column in hint}
    for column, x in zip(columns, take, strict=True):
        cp.add_hint(x, (column.kind, tuple(sorted(column.order))) in hinted)
    solver = cp_model.CpSolver()
    name, value = effort.choice_effort(len(columns))
    setattr(solver.parameters, name, value)
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    if solve_model(solver, cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return hint
    answer = [column for column, x in zip(columns, take, strict=True) if solver.boolean_value(x)]
    return min((hint, answer), key=lambda found: solution_value(model, found))
