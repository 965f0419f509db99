"""Runs the compiled search in streams side by side, pools their routes and chooses among them."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from routing.pvrp.anneal import anneal, reset
from routing.pvrp.build import build_model, build_state
from routing.pvrp.columns import Pool, RouteColumn, choose_columns, read_columns, solution_value
from routing.pvrp.model import Model, State
from routing.pvrp.problem import Route, RouteProblem

CHUNKS = 160  # steps in which a stream cools down


@dataclass(frozen=True, slots=True)
class SearchParams:
    """How to search.

    Parameters
    ----------
    hot, cold
        First and last temperature, as shares of the way to a near neighbour.
    removed, string
        Units taken out in a round in the mean, and the longest string of them.
    whole
        Chance that taking out one visit of a request takes out all of them.
    streams
        Searches side by side.
    """

    hot: float = 1.5
    cold: float = 0.01
    removed: float = 10.0
    string: float = 10.0
    whole: float = 0.35
    streams: int = 2


def search_routes(
    problem: RouteProblem, params: SearchParams, rounds: int, *, seed: int
) -> list[Route]:
    """Return the best set of routes found in so many rounds of ruin and recreate in each stream.

    The same rounds give the same answer.
    """
    model, pool = build_model(problem), Pool()
    states = build_states(model, params.streams, seed)
    with ThreadPoolExecutor(len(states)) as threads:
        runs = [threads.submit(_run_stream, model, params, rounds, state) for state in states]
        for run in runs:
            pool.add(run.result().found.values())
    ready = [read_columns(model, state, is_best=True) for state in states]
    best = min(ready, key=lambda columns: solution_value(model, columns))
    columns = pool.columns()
    limits = {"num_workers": 1, "max_deterministic_time": 1.0 + min(10.0, len(columns) / 2000)}
    chosen = choose_columns(model, states[0], columns, best, seed=1000 * seed, limits=limits)
    return list_routes(model, chosen)


def list_routes(model: Model, columns: Sequence[RouteColumn]) -> list[Route]:
    """Return columns as routes of the problem."""
    return [
        Route(
            column.vehicle_type,
            tuple(int(model.request_of[u]) for u in column.order),
            tuple(int(model.place[u]) for u in column.order),
        )
        for column in columns
    ]


def build_states(model: Model, streams: int, seed: int) -> list[State]:
    """Return an empty solution for each stream."""
    states = [build_state(model, 1000 * seed + k) for k in range(streams)]
    for state in states:
        reset(model, state)
    return states


def near_cost(model: Model) -> float:
    """Return the mean cost of the ways to the three nearest other places."""
    ways = np.sort(model.cost[0], axis=1)[:, 1:4]
    return max(float(ways.mean()), 1e-6)


def _run_stream(model: Model, params: SearchParams, rounds: int, state: State) -> Pool:
    """Anneal one solution to the end; return the routes seen."""
    pool, hot = Pool(), near_cost(model) * params.hot
    for chunk in range(CHUNKS):
        heat = hot * (params.cold / params.hot) ** (chunk / CHUNKS)
        anneal(
            model, state, max(1, rounds // CHUNKS), heat, params.removed, params.string,
            params.whole,
        )  # fmt: skip
        pool.add(read_columns(model, state, is_best=False))
        pool.add(read_columns(model, state, is_best=True))
    return pool
