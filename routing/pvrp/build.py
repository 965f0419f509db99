"""Builds the arrays of the compiled search from vehicle types and requests."""

from collections.abc import Sequence

import numpy as np

from routing.pvrp.model import Ints, Longs, Model, State
from routing.pvrp.problem import Floats, RouteProblem, ServiceRequest
from search.annealing import seed_words

NUM_NEAR = 400  # neighbours a ruin looks through


def build_model(problem: RouteProblem) -> Model:
    """Return the arrays of a problem.

    Raises
    ------
    ValueError
        If slots of one pattern share a vehicle type, or patterns differ in their number of slots.
    """
    types, requests, cost = problem.vehicle_types, problem.requests, problem.cost
    units = [len(request.patterns[0]) for request in requests]
    points = [one.point for one, count in zip(requests, units, strict=True) for _ in range(count)]
    patterns = [pattern for request in requests for pattern in request.patterns]
    slots = [slot for pattern in patterns for slot in pattern]
    for pattern in patterns:
        together = [vehicle_type for slot in pattern for vehicle_type in slot]
        if len(together) != len(set(together)):
            raise ValueError("slots of one pattern share a vehicle type")
    if any(len(p) != count for r, count in zip(requests, units, strict=True) for p in r.patterns):
        raise ValueError("patterns of one request differ in their number of slots")
    place = np.array([point.place for point in points], np.int32)
    dearest = float(cost.max() + max((one.fixed for one in types), default=0.0))
    must = 100.0 * dearest * max(2, *units)
    hours = range(len(points[0].windows))
    spans = [[(point.service_min, *point.windows[h]) for point in points] for h in hours]
    first_route = np.cumsum([0, *(one.num_routes for one in types)])
    return Model(
        cost=np.ascontiguousarray(cost, np.float64),
        cost_back=np.ascontiguousarray(cost.transpose(0, 2, 1), np.float64),
        minutes=np.ascontiguousarray(problem.minutes, np.float64),
        place=place,
        span=np.array(spans, np.float64),
        give=np.ascontiguousarray(np.array([point.give for point in points], np.float64).T),
        take=np.ascontiguousarray(np.array([point.take for point in points], np.float64).T),
        request_of=np.repeat(np.arange(len(requests)), units).astype(np.int32),
        unit_first=_starts(units),
        penalty=np.array([must if r.penalty is None else r.penalty for r in requests], np.float64),
        pattern_first=_starts([len(request.patterns) for request in requests]),
        pattern_slot=_starts([len(pattern) for pattern in patterns]),
        slot_first=_starts([len(slot) for slot in slots]),
        slot_type=np.array([vehicle_type for slot in slots for vehicle_type in slot], np.int32),
        near=_near(cost[0], place),
        sort_key=_sort_keys(requests, cost[0], types[0].depot),
        depot_of=np.array([one.depot for one in types], np.int32),
        first_route=first_route[:-1].astype(np.int32),
        most_routes=np.array([one.num_routes for one in types], np.int32),
        capacity=np.ascontiguousarray(np.array([one.capacity for one in types], np.float64).T),
        longest=np.array([one.longest_min for one in types], np.float64),
        fixed=np.array([one.fixed for one in types], np.float64),
        road_of=np.array([one.road for one in types], np.int32),
        hours_of=np.array([one.hours for one in types], np.int32),
        duty=np.array([[(0.0, one.opens_min, one.closes_min)] for one in types], np.float64),
        type_of=np.repeat(np.arange(len(types)), [k.num_routes for k in types]).astype(np.int32),
    )


def _starts(counts: Sequence[int]) -> Ints:
    return np.cumsum([0, *counts]).astype(np.int32)


def _near(cost: Floats, place: Ints) -> Ints:
    """Return for each unit all units by nearness, itself first."""
    way = np.minimum(cost, cost.T)[np.ix_(place, place)].copy()
    np.fill_diagonal(way, -1.0)
    return np.argsort(way, axis=1, kind="stable")[:, :NUM_NEAR].astype(np.int32)


def _sort_keys(requests: Sequence[ServiceRequest], cost: Floats, depot: int) -> Floats:
    """Return traits to insert by, smallest first; those that are equal for all are left out."""
    points = [request.point for request in requests]
    load = [-sum(abs(x) for x in (*p.give, *p.take)) for p in points]
    far = [-cost[depot, p.place] for p in points]
    spans = [sum(w[1] - w[0] for w in p.windows) for p in points]
    opens = [min(w[0] for w in p.windows) for p in points]
    closes = [-max(w[1] for w in p.windows) for p in points]
    units = [-float(len(r.patterns[0])) for r in requests]
    choice = [float(len(r.patterns)) for r in requests]
    busy = [-p.service_min for p in points]
    rows = [load] * 4 + [far] * 2 + [[-x for x in far]] + [spans] * 2 + [opens] * 2 + [closes] * 2
    rows += [units] * 2 + [choice] + [busy] * 2
    kept = [row for row in rows if min(row) < max(row)]
    return np.array(kept, np.float64).reshape(len(kept), len(requests))


def build_state(model: Model, seed: int) -> State:
    """Return an empty solution."""
    units, requests = len(model.place), len(model.penalty)
    routes, types, dims = len(model.type_of), len(model.fixed), model.give.shape[0]
    wide = (routes, units + 2)

    def ints(*shape: int, value: int = 0) -> Ints:
        return np.full(shape, value, np.int32)

    def floats(*shape: int) -> Floats:
        return np.zeros(shape)

    def longs(size: int) -> Longs:
        return np.zeros(size, np.int64)

    return State(
        rng=seed_words(seed),
        round=longs(1),
        search=longs(1),
        order=ints(*wide, value=-1),
        length=ints(routes),
        at=ints(*wide),
        route_of=ints(units, value=-1),
        pattern=model.pattern_first[:-1].copy(),
        route_cost=floats(routes),
        num_routes=model.most_routes.copy(),
        ahead=floats(*wide, 3),
        behind=floats(*wide, 3),
        load=floats(dims, *wide),
        peak_ahead=floats(dims, *wide),
        peak_behind=floats(dims, *wide),
        stamp=longs(routes),
        touched=ints(routes),
        num_touched=ints(1),
        old_order=ints(*wide),
        old_length=ints(routes),
        old_cost=floats(routes),
        old_pattern=ints(requests),
        lifted=longs(requests),
        waiting=ints(requests),
        num_waiting=ints(1),
        absent=ints(requests),
        num_absent=ints(1),
        lost=ints(requests),
        chosen=ints(units),
        key=floats(requests),
        best=floats(types),
        best_route=ints(types, value=-1),
        best_place=ints(types),
        sought=longs(types),
        nearby=longs(routes),
        value=np.array([0.0, np.inf, 0.0]),
        best_order=ints(*wide),
        best_length=ints(routes),
    )
