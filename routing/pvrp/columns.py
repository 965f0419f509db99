"""The pool of routes seen: for each vehicle type and set of units the cheapest order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from routing.pvrp.model import Model, State

Key = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class RouteColumn:
    """One route: its vehicle type, its units in order, and what it costs."""

    vehicle_type: int
    order: tuple[int, ...]
    cost: float


@dataclass(slots=True)
class Pool:
    """Columns by vehicle type and units served."""

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
    """Return the cost of a set of routes with its patterns and the requests it leaves out."""
    total = sum(column.cost for column in columns)
    for request, types in types_by_request(model, columns).items():
        pattern = find_pattern(model, request, types)
        total += float(model.penalty[request] if pattern < 0 else model.pattern_cost[pattern])
    return total


def types_by_request(model: Model, columns: Sequence[RouteColumn]) -> dict[int, list[int]]:
    """Return the vehicle types of the routes that serve each request."""
    found: dict[int, list[int]] = {q: [] for q in range(len(model.penalty))}
    for column in columns:
        for q in sorted({int(model.request_of[u]) for u in column.order}):
            found[q].append(column.vehicle_type)
    return found


def find_pattern(model: Model, request: int, types: list[int]) -> int:
    """Return the cheapest pattern that a request is served by; -1: none."""
    found = -1
    for p in range(model.pattern_first[request], model.pattern_first[request + 1]):
        slots = pattern_slots(model, p)
        used = [sum(vehicle_type in slot for vehicle_type in types) for slot in slots]
        is_cheaper = found < 0 or model.pattern_cost[p] < model.pattern_cost[found]
        if len(types) == len(slots) and all(n == 1 for n in used) and is_cheaper:
            found = p
    return found


def pattern_slots(model: Model, pattern: int) -> list[list[int]]:
    """Return the vehicle types of each slot of a pattern."""
    slots = range(model.pattern_slot[pattern], _end(model, pattern))
    return [
        model.slot_type[model.slot_first[slot] : model.slot_first[slot + 1]].tolist()
        for slot in slots
    ]


def _end(model: Model, pattern: int) -> int:
    is_last = pattern + 1 == len(model.pattern_slot)
    return len(model.slot_first) - 1 if is_last else int(model.pattern_slot[pattern + 1])


def write_columns(model: Model, state: State, columns: Sequence[RouteColumn]) -> None:
    """Make a set of routes the current solution; `anneal.reset` must follow."""
    state.length[:] = 0
    row = {k: int(model.first_route[k]) for k in range(len(model.fixed))}
    for column in columns:
        r = row[column.vehicle_type]
        row[column.vehicle_type] += 1
        state.order[r, : len(column.order)] = column.order
        state.length[r] = len(column.order)
    for request, types in types_by_request(model, columns).items():
        pattern = find_pattern(model, request, types)
        if pattern >= 0:
            state.pattern[request] = pattern
