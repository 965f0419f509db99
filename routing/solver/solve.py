"""Plans the trips of a month: orders of stops, dates, vehicles and crews, improved twice."""

from dataclasses import dataclass, field

from province.language import Message, message
from province.progress import Progress, ignore_progress
from routing.bounds.bound import bound_month
from routing.lns.ruin import REGION
from routing.lns.search import ImproveTask, fill_month, improve_months
from routing.month.instance import MonthInstance, build_instance
from routing.month.schedule import leave_lone_riders, month_value, uneven_value
from routing.month.timetable import DatedTrip
from routing.problem import TripProblem
from routing.solver.all_trips import count_effort, list_all_trips
from routing.solver.choice import choose_trips
from routing.solver.place_lost import place_lost
from routing.solver.pool import date_orders, merge_pool
from routing.solver.proposals import propose_trips
from routing.solver.to_trips import record_trips
from routing.solver.unserved_reasons import explain_unserved
from routing.solver.warm_start import Recalled, recall_trips
from routing.trips import Trip, TripPlan, Unserved

HEATS, WARM_HEATS = (2.0, 0.5), (0.5, 0.5)
"""First temperatures of the cycles of improving and choosing, in trips for one visit alone: from
nothing, and from trips that are known."""

STREAMS = 2  # searches side by side; their number decides the result, not the cores
ROUNDS = 12_000  # ruin-and-recreate rounds of one stream in one cycle at work 1
CHOICE_EFFORT = 3.0  # CP-SAT deterministic time per choice at work 1
EXACT_EFFORT = 60.0
DAYS_PER_CHOICE = 100_000  # days timed in the time that CP-SAT takes for one of its units
BOUND_EFFORT = 2.0  # rounds of the bound, against those of a search of the same work


@dataclass(slots=True)
class SearchState:
    """What is asked of a search, and where it stands, so that an interruption keeps the best."""

    problem: TripProblem
    instance: MonthInstance
    seed: int
    work: float
    best: list[DatedTrip] = field(default_factory=list)
    is_proved: bool = False
    is_interrupted: bool = False


def plan_trips(
    problem: TripProblem,
    *,
    seed: int = 0,
    work: float = 1.0,
    start: tuple[Trip, ...] = (),
    is_draft: bool = False,
    lists_all: bool = True,
    progress: Progress = ignore_progress,
) -> TripPlan:
    """Plan the trips of a month.

    Small months are solved over all their trips to the optimum. In larger ones visits are inserted
    one by one, and the month is improved by ruin and recreate and by CP-SAT's choice from trips
    seen.

    Parameters
    ----------
    seed, work
        The same problem, seed and work give the same plan; 1.0 is the usual effort.
    start
        Trips of a month much like this one, from which the search goes on.
    is_draft
        Leave out the bound, and the reasons of what is not served, where they take their time;
        so does Ctrl-C while they are looked for.
    lists_all
        Whether the trips of a small month are all listed, which may take half a minute.
    progress
        Told what is being done.

    Returns
    -------
    TripPlan
        Its status is ``interrupted`` where Ctrl-C ended the search; the best month so far stands.
    """
    instance = build_instance(problem)
    search = SearchState(problem, instance, seed, work)
    try:
        pool = list_all_trips(instance) if lists_all else None
        if pool is not None:
            progress(message("choosing among all trips"), 0.1)
            known = list(recall_trips(problem, instance, start).month)
            search.best, search.is_proved, _ = _choose_among_all(
                instance, merge_pool(known, pool), known, seed, work
            )
            if not search.is_proved:
                search.best = _fill(instance, search.best, seed)
        else:
            _search(search, recall_trips(problem, instance, start), progress)
    except KeyboardInterrupt:
        search.is_interrupted = True
    try:
        progress(message("finding reasons"), 0.95)
        if not (is_draft and not search.is_proved):
            return _finish(search)
    except KeyboardInterrupt:
        search.is_interrupted = True
    return _draft(search)


def place_in_trips(
    problem: TripProblem, start: tuple[Trip, ...], *, work: float = 1.0, is_draft: bool = False
) -> TripPlan:
    """Plan a month in which trips stay as they are; only what they lack is inserted.

    Parameters
    ----------
    work
        The effort of the bound.
    is_draft
        Leave out the bound and the reasons of what is not served.
    """
    instance = build_instance(problem)
    kept = recall_trips(problem, instance, start, may_wait=True).month
    placed = leave_lone_riders(instance, place_lost(instance, kept))
    search = SearchState(problem, instance, 0, work, placed)
    try:
        return _draft(search) if is_draft else _finish(search)
    except KeyboardInterrupt:
        search.is_interrupted = True
    return _draft(search)


def measure_least(
    problem: TripProblem, *, seed: int = 0, work: float = 1.0
) -> tuple[float | None, int]:
    """Return the least objective of a small month, and the effort of finding it.

    The objective is that of `plan_trips` at the same seed and work; None where the month is not
    small, or the optimum not proved. The effort counts days timed and joined, as `count_effort`,
    and as many of them for the choice among all as take the same time.
    """
    instance = build_instance(problem)
    pool = list_all_trips(instance)
    if pool is None:
        return None, count_effort(instance)
    best, is_proved, spent = _choose_among_all(instance, pool, [], seed, work)
    effort = count_effort(instance) + round(spent * DAYS_PER_CHOICE)
    return float(month_value(instance, best)) if is_proved else None, effort


def _choose_among_all(
    instance: MonthInstance, pool: list[DatedTrip], known: list[DatedTrip], seed: int, work: float
) -> tuple[list[DatedTrip], bool, float]:
    """Return the best month of a pool, or one that is known; whether it is proved; the effort."""
    effort = EXACT_EFFORT * max(work, 0.05)
    chosen, is_proved, spent = choose_trips(instance, pool, known, seed, effort)
    is_better = month_value(instance, chosen) <= month_value(instance, known)
    return (chosen if is_better else known), is_proved, spent


def _draft(search: SearchState) -> TripPlan:
    """Return the plan without reasons or a bound."""
    served = {job for trip in search.best for job in trip.order}
    nothing = (
        message("not looked for: the search was cut short")
        if search.is_interrupted
        else message("not looked for in a draft")
    )
    unserved = tuple(
        Unserved(visit.visit_id, "", nothing)
        for job, visit in enumerate(search.problem.visits)
        if job not in served
    )
    return _record(search, unserved, 0.0)


def _finish(search: SearchState) -> TripPlan:
    """Return the plan with the reasons of what is not served, and a bound."""
    bound = float(month_value(search.instance, search.best))
    if not search.is_proved:
        bound = min(bound, float(bound_month(search.instance, work=BOUND_EFFORT * search.work)))
    unserved = explain_unserved(search.problem, search.instance, search.best)
    return _record(search, unserved, bound)


def _record(search: SearchState, unserved: tuple[Unserved, ...], bound: float) -> TripPlan:
    trips = record_trips(search.problem, search.best)
    objective = float(month_value(search.instance, search.best))
    crews_vnd, communes_vnd = uneven_value(search.instance, search.best)
    status = "optimal" if search.is_proved else "feasible"
    return TripPlan(
        trips=trips,
        unserved=unserved,
        status="interrupted" if search.is_interrupted else status,
        cost_vnd=sum(trip.cost_vnd for trip in trips),
        objective=objective,
        bound=bound,
        gap=(objective - bound) / objective if objective else 0.0,
        seed=search.seed,
        work=search.work,
        uneven_crews_vnd=crews_vnd,
        uneven_communes_vnd=communes_vnd,
    )


def _search(search: SearchState, known: Recalled, progress: Progress) -> None:
    instance = search.instance
    rounds = count_rounds(instance, search.work)
    progress(message("placing visits"), 0.02)
    starts, proposed = _start(search, known)
    heats = WARM_HEATS if known.month else HEATS
    for cycle, heat in enumerate(heats):
        search.best = min((search.best, *starts), key=lambda month: month_value(instance, month))
        progress(_told(search), 0.15 + 0.75 * cycle / len(heats))
        first = 1000 * search.seed + STREAMS * cycle
        tasks = [ImproveTask(start, first + k, rounds, heat) for k, start in enumerate(starts)]
        found = improve_months(instance, tasks)
        for month in (leave_lone_riders(instance, month) for month, _ in found):
            if month_value(instance, month) < month_value(instance, search.best):
                search.best = month
        pool = merge_pool(search.best, *(seen for _, seen in found))
        recent = sorted({trip.course for trip in search.best})
        pool = merge_pool(pool, date_orders(instance, recent), proposed)
        _choose(search, pool, search.seed + cycle)
        starts = [search.best] * STREAMS


def count_rounds(instance: MonthInstance, work: float) -> int:
    """Return the rounds of a stream in a cycle: more for more regions.

    Where crews come home every night the proposals know all days and hours, so that there is little
    left to improve: no more rounds than for one region.
    """
    regions = max(1.0, len(instance.jobs) / REGION) if instance.limits.nights else 1.0
    return max(10, round(ROUNDS * work * regions))


def _start(search: SearchState, known: Recalled) -> tuple[list[list[DatedTrip]], list[DatedTrip]]:
    """Return the months that the streams start from, and the trips known besides."""
    instance, seed, work = search.instance, search.seed, search.work
    search.best = _fill(instance, list(known.month), seed)
    pool = date_orders(instance, known.orders)
    if instance.limits.nights:
        return [search.best] * STREAMS, pool
    pool = merge_pool(propose_trips(instance, seed, work), pool)
    chosen, _, _ = choose_trips(instance, pool, [], seed, CHOICE_EFFORT * work)
    return [search.best, _fill(instance, chosen, seed)], pool


def _fill(instance: MonthInstance, trips: list[DatedTrip], seed: int) -> list[DatedTrip]:
    """Return a month with the visits inserted that its trips do not serve."""
    return leave_lone_riders(instance, fill_month(instance, trips, seed))


def _told(search: SearchState) -> Message:
    served = sum(len(trip.order) for trip in search.best)
    visits = len(search.instance.jobs)
    return message("improving trips: {served} of {visits} visits", served=served, visits=visits)


def _choose(search: SearchState, pool: list[DatedTrip], seed: int) -> None:
    both = merge_pool(search.best, pool)
    keys = {trip.key for trip in search.best}
    hint = [trip for trip in both if trip.key in keys]
    chosen, _, _ = choose_trips(search.instance, both, hint, seed, CHOICE_EFFORT * search.work)
    if month_value(search.instance, chosen) < month_value(search.instance, search.best):
        search.best = chosen
