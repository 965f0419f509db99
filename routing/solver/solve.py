"""Plans the trips of a month: tours, dates, vehicles and crews, improved again and again."""

import random
from dataclasses import dataclass

from province.language import Message, message
from province.progress import Progress, ignore_progress
from routing.bounds.bound import bound_month
from routing.month.instance import Compiled, compile_problem
from routing.month.roster import Roster
from routing.month.schedule import Dated, month_value, uneven_value
from routing.problem import TripProblem
from routing.solver.all_trips import list_all_trips
from routing.solver.choice import choose_trips
from routing.solver.lns import REGION, improve_month, recreate
from routing.solver.pool import date_orders, list_neighbour_pairs, merge_pool, pack_trips
from routing.solver.proposals import is_daily, propose_trips
from routing.solver.record import record_trips
from routing.solver.tours import plan_tours
from routing.solver.unserved_reasons import explain_unserved
from routing.solver.warm_start import Recalled, recall_trips
from routing.solver.workers import STREAMS, Workers, own_board
from routing.trips import Trip, TripPlan, Unserved

CYCLES = 3  # improve, choose, and again
ROUNDS = 900  # ruin-and-recreate rounds of one stream in one cycle at work 1
TOUR_SOLUTIONS = 300  # OR-Tools solutions looked at per tour search at work 1
CHOICE_EFFORT = 3.0  # CP-SAT deterministic time per choice at work 1
EXACT_EFFORT = 60.0
BOUND_EFFORT = 2.0  # rounds of the bound, against those of a search of the same work
PENALTIES_PCT = (100, 1000)  # what leaving a visit out counts in tour searches
DAY_SHARES_PCT = (85, 60)  # share of the duty of a day that tour searches count on
SEED_EVERY = 5  # tours are tried on every fifth day to begin with
MAX_PART = 5  # longest part of a tour that is tried as a trip of its own


@dataclass(slots=True)
class Search:
    """Where a search stands, so that an interruption keeps the best."""

    best: list[Dated]
    is_proved: bool = False
    is_interrupted: bool = False


def plan_trips(
    problem: TripProblem,
    *,
    seed: int = 0,
    work: float = 1.0,
    start: tuple[Trip, ...] = (),
    is_draft: bool = False,
    progress: Progress = ignore_progress,
) -> TripPlan:
    """Plan the trips of a month.

    Small months are solved over all their trips to the optimum. Larger ones start from tours of
    OR-Tools' iterated local search, get exact timetables on true dates, and are improved by ruin
    and recreate and by CP-SAT's choice from all trips seen.

    Parameters
    ----------
    seed, work
        The same problem, seed and work give the same plan; 1.0 is the usual effort.
    start
        Trips of a month much like this one, from which the search goes on instead of from tours.
    is_draft
        Leave out the bound, and the reasons of what is not served, where they take their time;
        so does Ctrl-C while they are looked for.
    progress
        Told what is being done.

    Returns
    -------
    TripPlan
        Its status is ``interrupted`` where Ctrl-C ended the search; the best month so far stands.
    """
    board = compile_problem(problem)
    search = Search([])
    try:
        pool = list_all_trips(board)
        if pool is not None:
            progress(message("choosing among all trips"), 0.1)
            effort = EXACT_EFFORT * max(work, 0.05)
            search.best, search.is_proved = choose_trips(board, pool, [], seed, effort)
        else:
            _search(board, search, recall_trips(problem, board, start), seed, work, progress)
    except KeyboardInterrupt:
        search.is_interrupted = True
    try:
        progress(message("finding reasons"), 0.95)
        if is_draft and not search.is_proved:
            return _draft(problem, board, search, seed, work)
        return _finish(problem, board, search, seed, work)
    except KeyboardInterrupt:
        search.is_interrupted = True
        return _draft(problem, board, search, seed, work)


def _draft(
    problem: TripProblem, board: Compiled, search: Search, seed: int, work: float
) -> TripPlan:
    served = {job for trip in search.best for job in trip.timed.order}
    trips = record_trips(problem, search.best)
    nothing = (
        message("not looked for: the search was cut short")
        if search.is_interrupted
        else message("not looked for in a draft")
    )
    return TripPlan(
        trips,
        tuple(
            Unserved(visit.visit_id, "", nothing)
            for job, visit in enumerate(problem.visits)
            if job not in served
        ),
        "interrupted" if search.is_interrupted else "feasible",
        sum(trip.cost_vnd for trip in trips),
        float(month_value(board, search.best)),
        0.0,
        1.0,
        seed,
        work,
        *uneven_value(board, search.best),
    )


def _finish(
    problem: TripProblem, board: Compiled, search: Search, seed: int, work: float
) -> TripPlan:
    trips = record_trips(problem, search.best)
    objective = float(month_value(board, search.best))
    bound = (
        objective
        if search.is_proved
        else min(objective, float(bound_month(board, work=BOUND_EFFORT * work)))
    )
    status = "optimal" if search.is_proved else "feasible"
    return TripPlan(
        trips,
        explain_unserved(problem, board, search.best),
        "interrupted" if search.is_interrupted else status,
        sum(trip.cost_vnd for trip in trips),
        objective,
        bound,
        (objective - bound) / objective if objective else 0.0,
        seed,
        work,
        *uneven_value(board, search.best),
    )


def _search(
    board: Compiled,
    search: Search,
    known: Recalled,
    seed: int,
    work: float,
    progress: Progress,
) -> None:
    rng = random.Random(seed)
    rounds = count_rounds(board, work)
    with Workers(board, rounds) as workers:
        progress(message("making tours"), 0.02)
        search.best = _fill(board, list(known.month), rng)
        starts, proposed = _start(board, search, known, seed, work, rng, workers)
        for cycle in range(CYCLES):
            search.best = min((search.best, *starts), key=lambda month: month_value(board, month))
            progress(_told(search, board), 0.15 + 0.75 * cycle / CYCLES)
            tasks = [(starts[k], 1000 * seed + STREAMS * cycle + k, rounds) for k in range(STREAMS)]
            found = workers.run(_improve, tasks)
            for month, _ in found:
                if month_value(board, month) < month_value(board, search.best):
                    search.best = month
            pool = merge_pool(search.best, *(seen for _, seen in found))
            recent = sorted({trip.timed.order for trip in search.best})
            pool = merge_pool(pool, date_orders(board, recent), proposed)
            _choose(board, search, pool, seed + cycle, work)
            starts = [search.best] * STREAMS


def count_rounds(board: Compiled, work: float) -> int:
    """Return the rounds of a stream in a cycle: more for more regions.

    Where crews come home every night the proposals know all days and hours, so that there is little
    left to improve: no more rounds than for one region.
    """
    regions = 1.0 if is_daily(board) else max(1.0, len(board.jobs) / REGION)
    return max(10, round(ROUNDS * work * regions))


def _start(
    board: Compiled,
    search: Search,
    known: Recalled,
    seed: int,
    work: float,
    rng: random.Random,
    workers: Workers,
) -> tuple[list[list[Dated]], list[Dated]]:
    """Return the months that the streams start from, and the trips proposed.

    Orders of stops that are known take the place of tours.
    """
    tours = list(known.orders) or _make_tours(board, work, workers)
    dated = date_orders(board, _seed_orders(board, tours), SEED_EVERY)
    packed = _fill(board, pack_trips(board, dated), rng)
    proposed = merge_pool(propose_trips(board, seed, work), dated if known.orders else [])
    chosen, _ = choose_trips(board, proposed, [], seed, CHOICE_EFFORT * work)
    starts = [search.best, packed, _fill(board, chosen, rng)]
    return sorted(starts, key=lambda month: month_value(board, month))[:STREAMS], proposed


def _fill(board: Compiled, month: list[Dated], rng: random.Random) -> list[Dated]:
    roster = Roster(board, month)
    free = [job for job in range(len(board.jobs)) if job not in roster.places]
    recreate(roster, sorted(free, key=lambda k: (-board.jobs[k].penalty_vnd, k)), rng)
    return list(roster.trips.values())


def _told(search: Search, board: Compiled) -> Message:
    served = sum(len(trip.timed.order) for trip in search.best)
    return message(
        "improving trips: {served} of {visits} visits", served=served, visits=len(board.jobs)
    )


def _choose(board: Compiled, search: Search, pool: list[Dated], seed: int, work: float) -> None:
    both = merge_pool(search.best, pool)
    keys = {(t.timed.order, t.timed.car, t.timed.first, t.crew) for t in search.best}
    hint = [t for t in both if (t.timed.order, t.timed.car, t.timed.first, t.crew) in keys]
    chosen, _ = choose_trips(board, both, hint, seed, CHOICE_EFFORT * work)
    if month_value(board, chosen) < month_value(board, search.best):
        search.best = chosen


def _seed_orders(board: Compiled, tours: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return orders of stops: tours and their parts, singles and neighbours, sorted."""
    orders = {(k,) for k in range(len(board.jobs))} | set(list_neighbour_pairs(board))
    for tour in tours:
        orders |= {
            tour[start:stop]
            for start in range(len(tour))
            for stop in range(start + 1, min(len(tour), start + MAX_PART) + 1)
        }
    return sorted(orders)


def _make_tours(board: Compiled, work: float, workers: Workers) -> list[tuple[int, ...]]:
    """Return OR-Tools' tours for each class of vehicle, length of trip and penalty."""
    limit = max(50, round(TOUR_SOLUTIONS * work))
    classes: set[tuple[int, ...]] = set()
    tasks: list[tuple[int, int, int, int, int, int]] = []
    for car, auto in enumerate(board.cars):
        free = [n for n, is_free in enumerate(auto.is_free) if is_free]
        kind = (auto.depot, auto.tables[free[0]] if free else -1, auto.boxes, int(auto.kg))
        if free and kind not in classes:
            classes.add(kind)
            tasks += [
                (car, free[0], num_days, share, penalty, limit)
                for num_days in range(1, board.limits.nights + 2)
                for share in DAY_SHARES_PCT
                for penalty in PENALTIES_PCT
            ]
    return [tour for tours in workers.run(_plan_tours, tasks) for tour in tours]


def _plan_tours(task: tuple[int, int, int, int, int, int]) -> list[tuple[int, ...]]:
    return plan_tours(own_board(), *task)


def _improve(task: tuple[list[Dated], int, int]) -> tuple[list[Dated], list[Dated]]:
    return improve_month(own_board(), *task)
