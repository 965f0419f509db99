"""Solutions by PyVRP, where a problem is a plain one and the package is installed.

References
----------
Wouda, Lan, Kool, *PyVRP: a high-performance VRP solver package*, INFORMS Journal on Computing 36,
2024, 943-955.
"""

import importlib.util
import math
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.effort import Effort, Seconds
from routing.pvrp.columns import RouteColumn, price
from routing.pvrp.model import Model

UNITS = 100_000  # PyVRP counts whole numbers: so many to a unit of cost, minutes or load
EVERY = 10  # one of so many feasible solutions passed on the way is handed in
ROUNDS_PER_ROUND = 0.02  # rounds of PyVRP for each round of ruin and recreate


def is_plain(model: Model) -> bool:
    """Whether PyVRP is installed and knows the problem: single visits, any kind of route."""
    every_kind = len(model.fixed)
    return (
        importlib.util.find_spec("pyvrp") is not None
        and len(model.place) == len(model.penalty) == len(model.pattern_slot) - 1
        and bool((model.slot_first[1:] - model.slot_first[:-1] == every_kind).all())
        and len(model.cost) == len(model.span) == 1
    )


def build_data(model: Model) -> Any:
    """Return the problem as PyVRP's data."""
    import pyvrp

    def scaled(value: float) -> int:
        return math.ceil(value * UNITS - 1e-6)

    def late(value: float) -> int:
        return int(min(value * UNITS, 2**60))

    places = len(model.cost[0])
    depots = sorted(set(model.depot_of.tolist()))
    locations = [pyvrp.Location(0, 0) for _ in range(places)]
    clients = [
        pyvrp.Client(
            location=int(model.place[u]),
            delivery=[scaled(x) for x in model.give[:, u]],
            pickup=[scaled(x) for x in model.take[:, u]],
            service_duration=scaled(model.span[0, u, 0]),
            tw_early=scaled(model.span[0, u, 1]),
            tw_late=late(model.span[0, u, 2]),
        )
        for u in range(len(model.place))
    ]
    vehicles = [
        pyvrp.VehicleType(
            num_available=int(model.most_routes[k]),
            capacity=[late(x) for x in model.capacity[:, k]],
            start_depot=depots.index(model.depot_of[k]),
            end_depot=depots.index(model.depot_of[k]),
            fixed_cost=scaled(model.fixed[k]),
            tw_early=scaled(model.duty[k, 0, 1]),
            tw_late=late(model.duty[k, 0, 2]),
            shift_duration=late(model.longest[k]),
        )
        for k in range(len(model.fixed))
    ]
    matrix = (model.cost[0] * UNITS).round().astype("int64")
    minutes = np.ceil(model.minutes[0] * UNITS - 1e-6).astype("int64")
    return pyvrp.ProblemData(
        locations, clients, [pyvrp.Depot(location=d) for d in depots], vehicles, [matrix], [minutes]
    )


def feed_from_pyvrp(
    model: Model, effort: Effort, seed: int = 0, start: Sequence[RouteColumn] = ()
) -> list[list[RouteColumn]]:
    """Return the best solution of PyVRP's iterated local search, and some passed on the way.

    It begins with the solution `start`, if there is one.
    """
    import pyvrp
    from pyvrp.stop import MaxIterations, MaxRuntime

    found: list[list[RouteColumn]] = []
    count = 0

    class Collector(pyvrp.IteratedLocalSearchCallbacks):
        def on_iteration(self, current: Any, candidate: Any, best: Any, cost: Any) -> None:
            nonlocal count
            if candidate.is_feasible():
                count += 1
                if count % EVERY == 0:
                    found.append(read_solution(model, candidate))

    data = build_data(model)
    if isinstance(effort, Seconds):
        left = effort.search_s - (time.perf_counter() - effort.start)
        stop: Any = MaxRuntime(max(0.1, left))
    else:
        stop = MaxIterations(max(100, int(effort.rounds * ROUNDS_PER_ROUND)))
    ils = pyvrp.IteratedLocalSearchParams(callbacks=Collector())
    params = pyvrp.SolveParams(ils=ils)
    routes = [pyvrp.Route(data, list(column.order), column.vehicle_type) for column in start]
    first = pyvrp.Solution(data, routes) if routes else None
    result = pyvrp.solve(
        data, stop, seed=seed, collect_stats=False, params=params, initial_solution=first
    )
    return [*found, read_solution(model, result.best)] if result.is_feasible() else found


def read_solution(model: Model, solution: Any) -> list[RouteColumn]:
    """Return the routes of a solution of PyVRP."""
    return [
        price(model, route.vehicle_type(), tuple(a.idx for a in route if a.is_client()))
        for route in solution.routes()
    ]
