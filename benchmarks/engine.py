"""The engine on standard problems: by the clock, in legs, fed by PyVRP, with the fewest routes."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from benchmarks.effort import Effort, cut_legs
from benchmarks.fewest_routes import Longs, anneal_absent
from benchmarks.pyvrp_feed import feed_from_pyvrp, is_plain
from routing.pvrp.anneal import reset
from routing.pvrp.build import build_model
from routing.pvrp.columns import Pool, RouteColumn, read_columns, solution_value, write_columns
from routing.pvrp.model import Model, State
from routing.pvrp.problem import Route, RouteProblem
from routing.pvrp.search import (
    SearchParams,
    build_states,
    list_routes,
    near_cost,
    search_from,
)

FLEET_ROUNDS = 500  # rounds between two looks at the clock while routes are being saved
FLEET_HEAT = 0.3


@dataclass(frozen=True, slots=True)
class FieldParams:
    """How to search a standard problem.

    Parameters
    ----------
    is_fed
        Whether PyVRP, where installed and the problem is a plain one, takes the place of a stream.
    legs, warm
        Parts of the search; each after the first begins with what was chosen from the pool of all
        before it, and heats that up again to this temperature.
    fleet_share
        The share of the work for as few routes as can be, before the least cost; 0: none.
    """

    params: SearchParams = field(default_factory=SearchParams)
    is_fed: bool = False
    legs: int = 1
    warm: float = 1.0
    fleet_share: float = 0.0


def solve(problem: RouteProblem, how: FieldParams, effort: Effort, *, seed: int) -> list[Route]:
    """Return the best set of routes found."""
    model = build_model(problem)
    return list_routes(model, solve_columns(model, how, effort, seed))


def solve_columns(model: Model, how: FieldParams, effort: Effort, seed: int) -> list[RouteColumn]:
    """Return the best set of columns found."""
    params = how.params
    states = build_states(model, params.streams, seed)
    if how.fleet_share:
        save_routes(model, how, effort, states)
    is_fed = how.is_fed and is_plain(model)
    own, pool = states[: max(1, params.streams - is_fed)], Pool()
    best: list[RouteColumn] = []
    for number, part in enumerate(cut_legs(effort, how.legs)):
        leg_seed, start = 1000 * seed + number, best

        def feed(
            part: Effort = part, leg_seed: int = leg_seed, start: list[RouteColumn] = start
        ) -> list[list[RouteColumn]]:
            return feed_from_pyvrp(model, part, leg_seed, start)

        warm = dataclasses.replace(params, hot=how.warm) if start else params
        feeds = [feed] if is_fed else []
        best = search_from(model, warm, part, own, pool, start, seed=leg_seed, feeds=feeds)
    return best


def save_routes(model: Model, how: FieldParams, effort: Effort, states: list[State]) -> None:
    """Take routes away one by one while everything can be served without them."""
    with ThreadPoolExecutor(len(states)) as threads:
        found = list(threads.map(lambda state: _save_routes(model, how, effort, state), states))
    fewest = min(found, key=lambda columns: (len(columns), solution_value(model, columns)))
    for state in states:
        state.num_routes[0] = len(fewest)
        write_columns(model, state, fewest)
        reset(model, state)


def _save_routes(model: Model, how: FieldParams, effort: Effort, state: State) -> list[RouteColumn]:
    params, heat = how.params, FLEET_HEAT * near_cost(model)
    absences: Longs = np.zeros(len(model.penalty), np.int64)
    best: list[RouteColumn] = []
    chunks = 0
    while effort.share(chunks) < how.fleet_share:
        anneal_absent(
            model, state, absences, FLEET_ROUNDS, heat, params.removed, params.string, params.whole
        )
        chunks += 1
        if not state.num_absent[0]:
            best = read_columns(model, state, is_best=False)
            misses = [int(absences[model.request_of[list(c.order)]].sum()) for c in best]
            rest = [c for k, c in enumerate(best) if k != int(np.argmin(misses))]
            state.num_routes[0] = len(rest)
            write_columns(model, state, rest)
            reset(model, state)
    return best
