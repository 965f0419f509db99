"""The engine on standard problems: by the clock, in legs, fed by PyVRP, with the fewest routes."""

import dataclasses
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from benchmarks.effort import Effort, cut_legs
from benchmarks.fewest_routes import Longs, anneal_absent
from benchmarks.pairs import anneal_pairs, join_pairs
from benchmarks.pyvrp_feed import feed_from_pyvrp, is_plain
from routing.pvrp.anneal import anneal, reset
from routing.pvrp.build import build_model
from routing.pvrp.columns import (
    Pool,
    RouteColumn,
    choose_columns,
    find_pattern,
    read_columns,
    solution_value,
    types_by_request,
)
from routing.pvrp.model import Ints, Model, State
from routing.pvrp.problem import Route, RouteProblem
from routing.pvrp.search import SearchParams, build_states, list_routes, near_cost

SPEED = 10_000.0  # rounds a second, until measured
FLEET_ROUNDS = 500  # rounds between two looks at the clock while routes are being saved
FLEET_HEAT = 0.3


@dataclass(frozen=True, slots=True)
class FieldParams:
    """How to search a standard problem.

    Parameters
    ----------
    cooler, times
        How much cooler each further stream starts, and how often a stream is heated and cooled.
    has_pairs
        Whether each two requests are a pickup and its delivery.
    is_fed
        Whether PyVRP, where installed and the problem is a plain one, takes the place of a stream.
    legs, warm
        Parts of the search; each after the first begins with what was chosen from the pool of all
        before it, and heats that up again to this temperature.
    fleet_share
        The share of the work for as few routes of pairs as can be, before the least cost; 0: none.
    """

    params: SearchParams = field(default_factory=SearchParams)
    cooler: float = 1.0
    times: int = 1
    has_pairs: bool = False
    is_fed: bool = False
    legs: int = 1
    warm: float = 1.0
    fleet_share: float = 0.0


def solve(problem: RouteProblem, how: FieldParams, effort: Effort, *, seed: int) -> list[Route]:
    """Return the best set of routes found."""
    model = build_model(problem)
    model = join_pairs(model) if how.has_pairs else model
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
        then = dataclasses.replace(how, params=warm)
        feeds = [feed] if is_fed else []
        best = search_from(model, then, part, own, pool, start, seed=leg_seed, feeds=feeds)
    return best


def search_from(
    model: Model,
    how: FieldParams,
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
    with ThreadPoolExecutor(len(states) + len(feeds)) as threads:
        fed = [threads.submit(feed) for feed in feeds]
        runs = [
            threads.submit(run_stream, model, how, effort, state, how.params.hot * how.cooler**k)
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
    columns = pool.columns()
    limits = effort.choice_limits(len(columns))
    return choose_columns(model, states[0], columns, best, seed=seed, limits=limits)


def run_stream(model: Model, how: FieldParams, effort: Effort, state: State, hot: float) -> Pool:
    """Anneal one solution to the end; return the routes seen."""
    pool, unit, params = Pool(), near_cost(model), how.params
    chunks, speed, share = 0, SPEED, effort.share(0)
    begin, upto = share, _new_places(model)
    while share < 1.0:
        done = how.times * (share - begin) / (1.0 - begin) % 1.0
        heat = unit * hot * (params.cold / hot) ** done
        rounds = effort.next_chunk(speed)
        start = time.perf_counter()
        if how.has_pairs:
            anneal_pairs(model, state, upto, rounds, heat, params.removed, params.string)
        else:
            anneal(model, state, rounds, heat, params.removed, params.string, params.whole)
        speed = rounds / max(1e-6, time.perf_counter() - start)
        pool.add(read_columns(model, state, is_best=False))
        pool.add(read_columns(model, state, is_best=True))
        chunks += 1
        share = effort.share(chunks)
    return pool


def _new_places(model: Model) -> Ints:
    """Return room for the second place of a pair on a route of each vehicle type."""
    return np.zeros(len(model.fixed), np.int32)


def write_columns(model: Model, state: State, columns: Sequence[RouteColumn]) -> None:
    """Make a set of routes the current solution."""
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
    reset(model, state)


def save_routes(model: Model, how: FieldParams, effort: Effort, states: list[State]) -> None:
    """Take routes away one by one while everything can be served without them."""
    with ThreadPoolExecutor(len(states)) as threads:
        found = list(threads.map(lambda state: _save_routes(model, how, effort, state), states))
    fewest = min(found, key=lambda columns: (len(columns), solution_value(model, columns)))
    for state in states:
        state.num_routes[0] = len(fewest)
        write_columns(model, state, fewest)


def _save_routes(model: Model, how: FieldParams, effort: Effort, state: State) -> list[RouteColumn]:
    params, heat = how.params, FLEET_HEAT * near_cost(model)
    absences: Longs = np.zeros(len(model.penalty), np.int64)
    upto = _new_places(model)
    best: list[RouteColumn] = []
    chunks = 0
    while effort.share(chunks) < how.fleet_share:
        anneal_absent(
            model, state, upto, absences, FLEET_ROUNDS, heat, params.removed, params.string
        )
        chunks += 1
        if not state.num_absent[0]:
            best = read_columns(model, state, is_best=False)
            misses = [int(absences[model.request_of[list(c.order)]].sum()) for c in best]
            rest = [c for k, c in enumerate(best) if k != int(np.argmin(misses))]
            state.num_routes[0] = len(rest)
            write_columns(model, state, rest)
    return best
