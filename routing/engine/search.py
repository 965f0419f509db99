"""Runs the compiled search in streams side by side, pools their routes and chooses among them."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from routing.engine.anneal import anneal, reset
from routing.engine.build import build_model, build_state
from routing.engine.choice import choose_columns
from routing.engine.columns import Column, Pool, read_columns, solution_value, write_columns
from routing.engine.effort import Effort, Seconds
from routing.engine.model import COST, FLEET, Model, State
from routing.engine.problem import Route, RouteProblem
from routing.engine.pyvrp_feed import feed_from_pyvrp, is_plain

FLEET_ROUNDS = 500  # rounds between two looks at the clock while routes are being saved
FLEET_HEAT = 0.3
SPEED = 10_000.0  # rounds a second, until measured


@dataclass(frozen=True, slots=True)
class Plan:
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
    is_fed
        Whether PyVRP, where installed and the problem is a plain one, takes the place of a stream.
    legs, warm
        Parts of the search; each after the first begins with what was chosen from the pool of all
        before it, and heats that up again to this temperature.
    saves_routes, fleet_share
        Whether the fewest routes come before the least cost, and the share of the work for it.
    """

    hot: float = 1.5
    cold: float = 0.01
    cooler: float = 1.0
    times: int = 1
    removed: float = 10.0
    string: float = 10.0
    whole: float = 0.35
    streams: int = 2
    is_fed: bool = False
    legs: int = 1
    warm: float = 1.0
    saves_routes: bool = False
    fleet_share: float = 0.2


def search_routes(problem: RouteProblem, plan: Plan, effort: Effort, *, seed: int) -> list[Route]:
    """Return the best set of routes found."""
    model = build_model(problem)
    return [
        Route(
            column.kind,
            tuple(int(model.request_of[u]) for u in column.order),
            tuple(int(model.place[u]) for u in column.order),
        )
        for column in search_columns(model, plan, effort, seed)
    ]


def search_columns(model: Model, plan: Plan, effort: Effort, seed: int) -> list[Column]:
    """Return the best set of columns found."""
    states = [build_state(model, 1000 * seed + k) for k in range(plan.streams)]
    for state in states:
        reset(model, state)
    if plan.saves_routes:
        save_routes(model, plan, effort, states)
    pool = Pool()
    best: list[Column] = []
    for number, part in enumerate(effort.legs(plan.legs)):
        best = search_leg(model, plan, part, states, pool, best, 1000 * seed + number)
    return best


def search_leg(
    model: Model,
    plan: Plan,
    effort: Effort,
    states: list[State],
    pool: Pool,
    start: list[Column],
    seed: int,
) -> list[Column]:
    """Search from a solution, if there is one; return the best choice from the grown pool."""
    is_fed = plan.is_fed and is_plain(model)
    own = states[: max(1, plan.streams - is_fed)]
    hot = plan.warm if start else plan.hot
    for state in own if start else ():
        write_columns(model, state, start)
        reset(model, state)
    with ThreadPoolExecutor(plan.streams) as threads:
        fed = [threads.submit(feed_from_pyvrp, model, effort, seed, start)] if is_fed else []
        runs = [
            threads.submit(run_stream, model, plan, effort, state, hot * plan.cooler**k)
            for k, state in enumerate(own)
        ]
        parts = [run.result() for run in runs]
        given = [solution for run in fed for solution in run.result()]
    for part in parts:
        pool.add(part.found.values())
    for solution in given:
        pool.add(solution)
    ready = [read_columns(model, state, is_best=True) for state in own]
    found = [*ready, *given, *([start] if start else [])]
    best = min(found, key=lambda columns: solution_value(model, columns))
    return choose_columns(
        model, states[0], pool.columns(), best, effort, seed=seed,
        workers=plan.streams if isinstance(effort, Seconds) else 1,
    )  # fmt: skip


def near_cost(model: Model) -> float:
    """Return the mean cost of the ways to the three nearest other places."""
    ways = np.sort(model.cost[0], axis=1)[:, 1:4]
    return max(float(ways.mean()), 1e-6)


def run_stream(model: Model, plan: Plan, effort: Effort, state: State, hot: float) -> Pool:
    """Anneal one solution to the end; return the routes seen."""
    pool, unit = Pool(), near_cost(model)
    chunks, speed, share = 0, SPEED, effort.share(0)
    begin = share
    while share < 1.0:
        done = plan.times * (share - begin) / (1.0 - begin) % 1.0
        heat = unit * hot * (plan.cold / hot) ** done
        rounds = effort.next_chunk(speed)
        start = time.perf_counter()
        anneal(model, state, rounds, heat, plan.removed, plan.string, plan.whole, COST)
        speed = rounds / max(1e-6, time.perf_counter() - start)
        pool.add(read_columns(model, state, is_best=False))
        pool.add(read_columns(model, state, is_best=True))
        chunks += 1
        share = effort.share(chunks)
    return pool


def save_routes(model: Model, plan: Plan, effort: Effort, states: list[State]) -> None:
    """Take routes away one by one while everything can be served without them."""
    with ThreadPoolExecutor(len(states)) as threads:
        found = list(threads.map(lambda state: _save_routes(model, plan, effort, state), states))
    fewest = min(found, key=lambda columns: (len(columns), solution_value(model, columns)))
    for state in states:
        state.num_routes[0] = len(fewest)
        write_columns(model, state, fewest)
        reset(model, state)


def _save_routes(model: Model, plan: Plan, effort: Effort, state: State) -> list[Column]:
    heat = FLEET_HEAT * near_cost(model)
    best: list[Column] = []
    chunks = 0
    while effort.share(chunks) < plan.fleet_share:
        anneal(model, state, FLEET_ROUNDS, heat, plan.removed, plan.string, plan.whole, FLEET)
        chunks += 1
        if not state.num_absent[0]:
            best = read_columns(model, state, is_best=False)
            misses = [
                sum(state.absences[model.request_of[u]] for u in column.order) for column in best
            ]
            rest = [c for k, c in enumerate(best) if k != int(np.argmin(misses))]
            state.num_routes[0] = len(rest)
            write_columns(model, state, rest)
            reset(model, state)
    return best
