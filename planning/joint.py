"""Plans rotation and trips as one: prices of exchanges go back until nothing is gained."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from planning.busy_days import take_past_days
from planning.overdue import list_overdue
from planning.plan import JointFigures
from planning.prices import learn_prices, measure_prices
from planning.visits import list_visits
from province.dates import Month
from province.errors import InfeasibleError
from province.facts import Province
from province.ids import SiteId
from province.language import message
from province.past import NO_PAST, Past
from province.progress import Progress, ignore_progress, tell_part
from province.visits import Movement, Reach, Task, Visit
from roads.travel import Roads
from rotation.build import build_rotation_problem
from rotation.problem import RotationPlan, RotationProblem, Stay
from rotation.search import Solution
from rotation.solve import find_rotation
from routing.build import build_trip_problem
from routing.last_mile import find_last_miles
from routing.problem import LastMile, TripProblem
from routing.reach import estimate_reach, measure_access_min
from routing.solver.solve import plan_trips
from routing.trips import Trip, TripPlan

ROUNDS = 2
"""Proposals at most."""

ROTATION_FIRST, TRIPS_FIRST = 0.7, 0.2
ROTATION_AGAIN, TRIPS_AGAIN = 0.3, 0.15
TRIPS_AT_LAST = 0.22
"""Shares of the effort: the first proposal, each further one, and the trips of the one kept."""

FIRST_DONE, ROUNDS_DONE = 0.5, 0.8
"""Shares of the progress after the first proposal, and after all."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What every proposal for a month stands on."""

    province: Province
    past: Past
    month: Month
    roads: Roads
    estimate: Reach
    access_min: dict[SiteId, float]
    last_miles: Mapping[SiteId, LastMile]
    last_stays: tuple[Stay, ...]
    seed: int
    work: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """One rotation with the trips that carry it.

    `asked` are the movements of the month, and those that are due although the rotation gives them
    up; `late` the sites that leave this month and are not visited before their last day.
    """

    problem: RotationProblem
    rotation: RotationPlan
    found: Solution
    asked: tuple[Movement, ...]
    visits: tuple[Visit, ...]
    trip_problem: TripProblem
    trips: TripPlan
    late: frozenset[SiteId] = frozenset()


@dataclass(frozen=True, slots=True)
class Joint:
    """The proposal kept, and what it and the first one are worth."""

    best: Proposal
    figures: JointFigures


def survey_month(
    province: Province,
    month: Month,
    roads: Roads,
    *,
    past: Past = NO_PAST,
    last_stays: tuple[Stay, ...] = (),
    seed: int = 0,
    work: float = 1.0,
) -> Ground:
    """Return what every proposal for a month stands on, prices of exchanges estimated.

    The movements of `past` are already in the province's journal (`planning.past.count_as_done`).
    """
    months = tuple(month.plus(k) for k in range(province.settings.rotation.horizon_months))
    return Ground(
        province,
        past,
        month,
        roads,
        estimate_reach(province, months, roads),
        measure_access_min(province, roads, month.first_day),
        find_last_miles(province, month, roads),
        last_stays,
        seed,
        work,
    )


def plan_jointly(
    ground: Ground, *, rounds: int = ROUNDS, progress: Progress = ignore_progress
) -> Joint:
    """Return the rotation and the trips that are worth most together, among some proposals.

    Each further proposal takes up the best one so far at the prices that its trips show. It ends
    when one is worth no more than the best, or after so many `rounds`; Ctrl-C ends it, too. Then
    the trips of the best proposal get a last effort.
    """
    first = _propose(ground, ground.estimate, None, tell_part(progress, 0.0, FIRST_DONE))
    best, reach, made = first, ground.estimate, 1
    try:
        while made < rounds and not _is_interrupted(best):
            share = (ROUNDS_DONE - FIRST_DONE) / (rounds - 1)
            begun = FIRST_DONE + share * (made - 1)
            progress(message("asking the trips what exchanges cost"), begun)
            reach = learn_prices(ground.estimate, reach, ground.month, _measure(ground, best))
            new = _take_up(ground, best, reach, tell_part(progress, begun, begun + share))
            made += 1
            is_better = _rank(new, reach) > _rank(best, reach)
            is_stopped = _is_interrupted(new)
            best = new if is_better else best
            if is_stopped:
                best = _interrupt(best)
            if not is_better:
                break
    except InfeasibleError:
        pass  # no rotation was found without the exchanges that no trip could serve
    except KeyboardInterrupt:
        best = _interrupt(best)
    first_points = measure_points(first, reach)
    best = _finish_trips(ground, best, tell_part(progress, ROUNDS_DONE, 1.0))
    points = measure_points(best, reach)
    figures = JointFigures(made, round(first_points, 3), round(points, 3), _list_prices(best))
    return Joint(best, figures)


def _list_prices(proposal: Proposal) -> tuple[tuple[SiteId, Month, int], ...]:
    """Return what an exchange was held to cost, by library and month."""
    prices, problem = proposal.problem.reach.price_vnd, proposal.problem
    return tuple(
        (library.site_id, month, prices[library.site_id, month])
        for library in problem.libraries
        for month in problem.months
        if (library.site_id, month) in prices
    )


def _is_interrupted(proposal: Proposal) -> bool:
    return "interrupted" in (proposal.rotation.status, proposal.trips.status)


def _interrupt(proposal: Proposal) -> Proposal:
    return dataclasses.replace(
        proposal, trips=dataclasses.replace(proposal.trips, status="interrupted")
    )


def _measure(ground: Ground, proposal: Proposal) -> dict[SiteId, int]:
    return measure_prices(
        ground.province,
        ground.month,
        proposal.asked,
        proposal.trips,
        roads=ground.roads,
        reach=ground.estimate,
        access_min=ground.access_min,
        last_miles=ground.last_miles,
        past=ground.past,
    )


def _take_up(ground: Ground, best: Proposal, reach: Reach, progress: Progress) -> Proposal:
    """Return a proposal at new prices, without the exchanges that no trip could serve."""
    missed = {unserved.visit_id for unserved in best.trips.unserved}
    lost = [
        (visit.receiver_id, ground.month)
        for visit in best.visits
        if visit.visit_id in missed and Task.EXCHANGE in visit.tasks
    ]
    limits = best.problem.reach.max_boxes | dict.fromkeys(lost, 0)
    return _propose(ground, dataclasses.replace(reach, max_boxes=limits), best, progress)


def _propose(ground: Ground, reach: Reach, before: Proposal | None, progress: Progress) -> Proposal:
    """Return a rotation at some prices and the trips that carry it, going on from a proposal."""
    work, month = ground.work, ground.month
    problem = build_rotation_problem(
        ground.province,
        month,
        reach=reach,
        access_min=ground.access_min,
        last_stays=ground.last_stays,
        until=ground.past.settled_until,
    )
    rotation, found = find_rotation(
        problem,
        seed=ground.seed,
        work=work * (ROTATION_AGAIN if before else ROTATION_FIRST),
        start=before.found if before else None,
        progress=tell_part(progress, 0.0, 0.5),
    )
    if rotation.status == "interrupted":
        work = 0.0
    asked = tuple(move for move in rotation.movements if move.month == month)
    asked += list_overdue(problem, rotation)
    late = before.late if before else frozenset[SiteId]()
    start = before.trips.trips if before else ()
    effort, part = work * (TRIPS_AGAIN if before else TRIPS_FIRST), tell_part(progress, 0.5, 1.0)
    visits, trip_problem, trips = _draft_trips(ground, asked, late, start, effort, part)
    if missed := _list_missed_leavers(ground, visits, trips) - late:
        late |= missed
        visits, trip_problem, trips = _draft_trips(ground, asked, late, trips.trips, effort, part)
    return Proposal(problem, rotation, found, asked, visits, trip_problem, trips, late)


def _draft_trips(
    ground: Ground,
    asked: tuple[Movement, ...],
    late: frozenset[SiteId],
    start: tuple[Trip, ...],
    work: float,
    progress: Progress,
) -> tuple[tuple[Visit, ...], TripProblem, TripPlan]:
    """Return the visits of the month, and a draft of the trips that serve them."""
    visits = list_visits(
        ground.province,
        ground.month,
        asked,
        access_min=ground.access_min,
        last_miles=ground.last_miles,
        past=ground.past,
        late=late,
    )
    problem = build_trip_problem(
        ground.province, ground.month, visits, ground.roads, last_miles=ground.last_miles
    )
    problem = take_past_days(problem, ground.month, ground.past)
    trips = plan_trips(
        problem, seed=ground.seed, work=work, start=start, is_draft=True, progress=progress
    )
    return visits, problem, trips


def _list_missed_leavers(
    ground: Ground, visits: tuple[Visit, ...], trips: TripPlan
) -> frozenset[SiteId]:
    """Return the sites that leave this month and whose batches no trip fetches before."""
    missed = {unserved.visit_id for unserved in trips.unserved}
    sites = ground.province.site_by_id
    return frozenset(
        visit.receiver_id
        for visit in visits
        if visit.visit_id in missed
        and visit.takes
        and not visit.leaves
        and not sites[visit.receiver_id].is_enrolled(ground.month.last_day)
    )


def _finish_trips(ground: Ground, best: Proposal, progress: Progress) -> Proposal:
    """Return the proposal with its trips improved, bounded and explained."""
    if best.trips.status == "optimal":
        return best
    is_interrupted = _is_interrupted(best)
    trips = plan_trips(
        best.trip_problem,
        seed=ground.seed,
        work=ground.work * (0.0 if is_interrupted else TRIPS_AT_LAST),
        start=best.trips.trips,
        progress=progress,
    )
    status = "interrupted" if is_interrupted else trips.status
    return dataclasses.replace(
        best, trips=dataclasses.replace(trips, status=status, work=ground.work)
    )


def measure_points(proposal: Proposal, reach: Reach) -> float:
    """Return the joint objective: points of the rotation, with the money of the real trips.

    The trips of the first month count what they cost and what they leave out; the exchanges of
    later months count the prices of `reach`.
    """
    rotation, problem = proposal.rotation, proposal.problem
    rate = problem.rules.uses_per_million / 1e6
    ends = {(move.to_site, move.month) for move in rotation.movements}
    ends |= {(move.from_site, move.month) for move in rotation.movements}
    later = sum(
        reach.price(site, month)
        for site, month in ends
        if month != problem.months[0] and site not in problem.depots
    )
    estimated = dict(rotation.wishes)["money"]
    return rotation.objective - estimated - rate * (later + proposal.trips.objective)


def _rank(proposal: Proposal, reach: Reach) -> tuple[float, float]:
    """Return what proposals are compared by; where money counts no points, trips break ties."""
    return measure_points(proposal, reach), -proposal.trips.objective
