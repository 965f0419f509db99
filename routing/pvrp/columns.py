"""The pool of routes seen, and the choice among them: a set partitioning with patterns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from routing.pvrp.model import Model, State
from search.set_partitioning import SetPartitioning

UNITS_PER_COST = 1000  # CP-SAT counts whole thousandths of the cost
Key = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class RouteColumn:
    """One route: its vehicle type, its units in order, and what it costs."""

    vehicle_type: int
    order: tuple[int, ...]
    cost: float


@dataclass(slots=True)
class Pool:
    """The cheapest column of each vehicle type and set of units."""

    found: dict[Key, RouteColumn] = field(default_factory=dict)

    def add(self, columns: Iterable[RouteColumn]) -> None:
        """Keep the cheaper of columns that serve the same units."""
        for column in columns:
            key = (column.vehicle_type, tuple(sorted(column.order)))
            known = self.found.get(key)
            if known is None or column.cost < known.cost:
                self.found[key] = column

    def columns(self) -> list[RouteColumn]:
        """Return all columns, sorted."""
        return [self.found[key] for key in sorted(self.found)]


def read_columns(model: Model, state: State, *, is_best: bool) -> list[RouteColumn]:
    """Return the routes of the best solution, or of the current one."""
    orders = state.best_order if is_best else state.order
    lengths = state.best_length if is_best else state.length
    return [
        price(model, int(model.type_of[r]), tuple(orders[r, : lengths[r]].tolist()))
        for r in range(len(lengths))
        if lengths[r]
    ]


def price(model: Model, vehicle_type: int, order: tuple[int, ...]) -> RouteColumn:
    """Return a route with its cost."""
    stops = [model.depot_of[vehicle_type], *model.place[list(order)], model.depot_of[vehicle_type]]
    cost = float(model.cost[model.road_of[vehicle_type], stops[:-1], stops[1:]].sum())
    return RouteColumn(vehicle_type, order, cost + float(model.fixed[vehicle_type]))


def solution_value(model: Model, columns: Sequence[RouteColumn]) -> float:
    """Return the cost of a set of routes with the requests that it leaves out."""
    total = sum(column.cost for column in columns)
    for request, types in types_by_request(model, columns).items():
        if find_pattern(model, request, types) < 0:
            total += float(model.penalty[request])
    return total


def types_by_request(model: Model, columns: Sequence[RouteColumn]) -> dict[int, list[int]]:
    """Return the vehicle types of the routes that serve each request."""
    found: dict[int, list[int]] = {q: [] for q in range(len(model.penalty))}
    for column in columns:
        for q in sorted({int(model.request_of[u]) for u in column.order}):
            found[q].append(column.vehicle_type)
    return found


def find_pattern(model: Model, request: int, types: list[int]) -> int:
    """Return the first pattern that a request is served by; -1: none."""
    for p in range(model.pattern_first[request], model.pattern_first[request + 1]):
        slots = pattern_slots(model, p)
        used = (sum(vehicle_type in slot for vehicle_type in types) for slot in slots)
        if len(types) == len(slots) and all(n == 1 for n in used):
            return p
    return -1


def pattern_slots(model: Model, pattern: int) -> list[list[int]]:
    """Return the vehicle types of each slot of a pattern."""
    return [
        model.slot_type[model.slot_first[slot] : model.slot_first[slot + 1]].tolist()
        for slot in range(model.pattern_slot[pattern], model.pattern_slot[pattern + 1])
    ]


def choose_columns(
    model: Model,
    state: State,
    columns: list[RouteColumn],
    hint: list[RouteColumn],
    *,
    seed: int,
    limits: Mapping[str, float],
) -> list[RouteColumn]:
    """Return the cheapest set of columns found that serves every request by one of its patterns.

    `limits` are CP-SAT's parameters.
    """
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
            for slot in slots[p]:
                cp.add(parts.count(k for t in slot for k in by.get(t, ())) >= x)
        served = parts.count(k for rows in by.values() for k in rows)
        cp.add(served == sum(len(slots[p]) * x for p, x in chosen.items()))
    known = {(column.vehicle_type, tuple(sorted(column.order))) for column in hint}
    hinted = ((column.vehicle_type, tuple(sorted(column.order))) in known for column in columns)
    answer, _ = parts.choose(cost, hinted, seed=seed, limits=limits)
    return min((hint, answer or hint), key=lambda found: solution_value(model, found))
