"""Runs the compiled search in streams side by side, pools their routes and chooses among them."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from routing.pvrp.anneal import anneal, reset
from routing.pvrp.build import build_model, build_state
from routing.pvrp.choice import choose_columns
from routing.pvrp.columns import Pool, RouteColumn, read_columns, solution_value, write_columns
from routing.pvrp.effort import Effort
from routing.pvrp.model import Model, State
from routing.pvrp.problem import Route, RouteProblem

SPEED = 10_000.0  # rounds a second, until measured


@dataclass(frozen=True, slots=True)
class SearchParams:
    """How to search.

    Parameters
    ----------
    hot, cold
        First and last temperature, as shares of the way to a near neighbour.
    cooler, times
        How much cooler each further stream starts, and how often a stream is heated and cooled.
    removed, string
        Units taken out in a round in the mean, and the longest string of them.
    whole
        Chance that taking out one visit of a request takes out all of them.
    streams
        Searches side by side.
    """

    hot: float = 1.5
    cold: float = 0.01
    cooler: float = 1.0
    times: int = 1
    removed: float = 10.0
    string: float = 10.0
    whole: float = 0.35
    streams: int = 2


def search_routes(
    problem: RouteProblem, params: SearchParams, effort: Effort, *, seed: int
) -> list[Route]:
    """Return the best set of routes found."""
    model = build_model(problem)
    return list_routes(model, search_columns(model, params, effort, seed))


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


def search_columns(
    model: Model, params: SearchParams, effort: Effort, seed: int
) -> list[RouteColumn]:
    """Return the best set of columns found."""
    states = build_states(model, params.streams, seed)
    return search_from(model, params, effort, states, Pool(), [], seed=1000 * seed)


def build_states(model: Model, streams: int, seed: int) -> list[State]:
    """Return an empty solution for each stream."""
    states = [build_state(model, 1000 * seed + k) for k in range(streams)]
    for state in states:
        reset(model, state)
    return states


def search_from(
    model: Model,
    params: SearchParams,
    effort: Effort,
    states: Sequence[State],
    pool: Pool,
    start: list[RouteColumn],
    *,
    seed: int,
    feeds: Sequence[Callable[[], list[list[RouteColumn]]]] = (),
) -> list[RouteColumn]:
    """Search from a solution, if there is one; return the best choice from the grown pool.

    `feeds` are other searches that run beside the streams and hand in solutions.
    """
    for state in states if start else ():
        write_columns(model, state, start)
        reset(model, state)
    with ThreadPoolExecutor(len(states) + len(feeds)) as threads:
        fed = [threads.submit(feed) for feed in feeds]
        runs = [
            threads.submit(run_stream, model, params, effort, state, params.hot * params.cooler**k)
            for k, state in enumerate(states)
        ]
        parts = [run.result() for run in runs]
        given = [solution for run in fed for solution in run.result()]
    for part in parts:
        pool.add(part.found.values())
    for solution in given:
        pool.add(solution)
    ready = [read_columns(model, state, is_best=True) for state in states]
    found = [*ready, *given, *([start] if start else [])]
    best = min(found, key=lambda columns: solution_value(model, columns))
    return choose_columns(model, states[0], pool.columns(), best, effort, seed=seed)


def near_cost(model: Model) -> float:
    """Return the mean cost of the ways to the three nearest other places."""
    ways = np.sort(model.cost[0], axis=1)[:, 1:4]
    return max(float(ways.mean()), 1e-6)


def run_stream(
    model: Model, params: SearchParams, effort: Effort, state: State, hot: float
) -> Pool:
    """Anneal one solution to the end; return the routes seen."""
    pool, unit = Pool(), near_cost(model)
    chunks, speed, share = 0, SPEED, effort.share(0)
    begin = share
    while share < 1.0:
        done = params.times * (share - begin) / (1.0 - begin) % 1.0
        heat = unit * hot * (params.cold / hot) ** done
        rounds = effort.next_chunk(speed)
        start = time.perf_counter()
        anneal(model, state, rounds, heat, params.removed, params.string, params.whole)
        speed = rounds / max(1e-6, time.perf_counter() - start)
        pool.add(read_columns(model, state, is_best=False))
        pool.add(read_columns(model, state, is_best=True))
        chunks += 1
        share = effort.share(chunks)
    return pool
