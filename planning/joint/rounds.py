"""Plans rotation and trips as one: prices of exchanges go back until nothing is gained."""

import dataclasses
import time
from dataclasses import dataclass

from planning.joint.overdue import list_overdue
from planning.joint.prices import learn_prices, measure_prices
from planning.joint.proposal import (
    INTERRUPTED,
    JointProblem,
    Proposal,
    interrupt,
    measure_points,
)
from planning.joint.small_month import settle_small_month
from planning.joint.swaps import free_visits, list_swaps, value_swaps
from planning.plan import JointFigures
from planning.waiting import drop_waiting
from province.dates import Month
from province.errors import InfeasibleError
from province.ids import SiteId
from province.language import message
from province.progress import Progress, ignore_progress, tell_part
from province.visits import Movement, Reach, Task, Visit
from rotation.problem import RotationPlan, RotationProblem
from rotation.solve.solve import find_rotation
from routing.problem import TripProblem
from routing.solver.solve import plan_trips
from routing.solver.swap_dates import SwapValues, move_dates
from routing.trips import Trip, TripPlan

ROUNDS = 2
"""Proposals at most."""

ROTATION_FIRST, ROTATION_AGAIN, ROTATION_SWAPPED = 0.7, 0.3, 0.3
TRIPS_FREE, DATES_MOVED, TRIPS_TRUE, TRIPS_AT_LAST = 0.2, 0.4, 0.15, 0.22
"""Shares of the effort: rotations; trips before batches are swapped, their days, and trips after
that and at last."""

PROPOSING = 2 / 3
"""Share of the minutes given in which proposals are made; then the trips of the best go on."""

FIRST_DONE, ROUNDS_DONE = 0.5, 0.8
"""Shares of the progress after the first proposal, and after all."""


@dataclass(frozen=True, slots=True)
class Joint:
    """The proposal kept, and what it and the first one are worth."""

    best: Proposal
    figures: JointFigures


def plan_jointly(
    given: JointProblem, *, rounds: int = ROUNDS, progress: Progress = ignore_progress
) -> Joint:
    """Return the rotation and the trips that are worth most together, among some proposals.

    With no `rounds`, the trips follow the rotation and nothing goes back. Each further proposal
    takes up the best one so far at the prices that its trips show. It ends when one is worth no
    more than the best, or after so many `rounds`; with minutes given, when two thirds of them are
    over. Ctrl-C ends it, too. Then the trips of the best proposal get a last effort.
    """
    begun_s, lasts_s = time.monotonic(), 60 * given.minutes
    part = tell_part(progress, 0.0, FIRST_DONE)
    first = _propose(given, given.estimate, None, part, is_joint=rounds > 0)
    best, reach, made = first, given.estimate, 1
    try:
        while not _is_interrupted(best):
            has_time = time.monotonic() < begun_s + PROPOSING * lasts_s
            if made >= rounds and not has_time:
                break
            share = (ROUNDS_DONE - FIRST_DONE) / max(1, rounds - 1)
            begun = min(FIRST_DONE + share * (made - 1), ROUNDS_DONE - share)
            progress(message("asking the trips what exchanges cost"), begun)
            seen = measure_prices(given.survey, given.estimate, best.asked, best.trips)
            reach = learn_prices(given.estimate, reach, given.survey.month, seen)
            other = dataclasses.replace(given, seed=given.seed + max(0, made - rounds + 1))
            new = _take_up(other, best, reach, tell_part(progress, begun, begun + share))
            made += 1
            is_better = _rank(new, reach) > _rank(best, reach)
            is_stopped = _is_interrupted(new)
            best = new if is_better else best
            if is_stopped:
                best = interrupt(best)
            if not is_better and not has_time:
                break
    except InfeasibleError:
        pass  # no rotation was found without the exchanges that no trip could serve
    except KeyboardInterrupt:
        best = interrupt(best)
    if rounds > 1 and not _is_interrupted(best):
        best = settle_small_month(given, best, reach, tell_part(progress, ROUNDS_DONE, 1.0))
    first_points = measure_points(first, reach)
    best = _finish_trips(given, best, begun_s + lasts_s, tell_part(progress, ROUNDS_DONE, 1.0))
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
    return INTERRUPTED in (proposal.rotation.status, proposal.trips.status)


def _take_up(given: JointProblem, best: Proposal, reach: Reach, progress: Progress) -> Proposal:
    """Return a proposal at new prices, without the exchanges that no trip could serve."""
    missed = {unserved.visit_id for unserved in best.trips.unserved}
    lost = [
        (visit.receiver_id, given.survey.month)
        for visit in best.visits
        if visit.visit_id in missed and Task.EXCHANGE in visit.tasks
    ]
    limits = best.problem.reach.max_boxes | dict.fromkeys(lost, 0)
    return _propose(given, dataclasses.replace(reach, max_boxes=limits), best, progress)


def _propose(
    given: JointProblem,
    reach: Reach,
    before: Proposal | None,
    progress: Progress,
    *,
    is_joint: bool = True,
) -> Proposal:
    """Return a rotation at some prices and the trips that carry it, going on from a proposal."""
    work, month = given.work, given.survey.month
    problem = given.survey.pose_rotation(reach, last_stays=given.last_stays)
    rotation, found = find_rotation(
        problem,
        seed=given.seed,
        work=work * (ROTATION_AGAIN if before else ROTATION_FIRST),
        start=before.found if before else None,
        progress=tell_part(progress, 0.0, 0.3),
    )
    late = before.late if before else frozenset[SiteId]()
    start = before.trips.trips if before else ()
    asked = _list_asked(problem, rotation, month)
    cut = rotation.status
    if is_joint and cut != INTERRUPTED:
        part = tell_part(progress, 0.3, 0.5)
        _, freed, free = _draft_trips(
            given, asked, late, start, work * TRIPS_FREE, part, waits=False
        )
        start, cut = free.trips, free.status
    if is_joint and cut != INTERRUPTED:
        try:
            values = value_swaps(given.survey, problem, rotation, asked, free)
            part = tell_part(progress, 0.5, 0.6)
            free = _move_dates(given, freed, free, values, part)
            start = free.trips
            rotation, found = find_rotation(
                problem,
                seed=given.seed,
                work=work * ROTATION_SWAPPED,
                start=found,
                swaps=list_swaps(given.survey, problem, asked, free),
                progress=tell_part(progress, 0.6, 0.7),
            )
            cut = rotation.status
        except InfeasibleError:
            pass  # these trips leave no rotation that keeps every rule: the one before stays
        except KeyboardInterrupt:
            cut = INTERRUPTED
        asked = _list_asked(problem, rotation, month)
    effort = 0.0 if cut == INTERRUPTED else work * TRIPS_TRUE
    part = tell_part(progress, 0.7, 1.0)
    visits, trip_problem, trips = _draft_trips(given, asked, late, start, effort, part)
    if missed := _list_missed_leavers(given, visits, trips) - late:
        late |= missed
        visits, trip_problem, trips = _draft_trips(given, asked, late, trips.trips, effort, part)
    made = Proposal(problem, rotation, found, asked, visits, trip_problem, trips, late)
    return interrupt(made) if cut == INTERRUPTED else made


def _move_dates(
    given: JointProblem,
    problem: TripProblem,
    trips: TripPlan,
    values: SwapValues,
    progress: Progress,
) -> TripPlan:
    """Return trips, in which no visit waits, with days on which batches come in time."""
    work = given.work * DATES_MOVED
    moved = move_dates(problem, trips.trips, values, seed=given.seed, work=work, progress=progress)
    return dataclasses.replace(trips, trips=moved)


def _list_asked(
    problem: RotationProblem, rotation: RotationPlan, month: Month
) -> tuple[Movement, ...]:
    """Return the movements of the month, and those that are due although the rotation gives up."""
    asked = tuple(move for move in rotation.movements if move.month == month)
    return asked + list_overdue(problem, rotation.movements)


def _draft_trips(
    given: JointProblem,
    asked: tuple[Movement, ...],
    late: frozenset[SiteId],
    start: tuple[Trip, ...],
    work: float,
    progress: Progress,
    *,
    waits: bool = True,
) -> tuple[tuple[Visit, ...], TripProblem, TripPlan]:
    """Return the visits of the month, and a draft of the trips that serve them.

    Without `waits`, as if no batch waited for another visit to fetch it.
    """
    visits = given.survey.list_visits(asked, late=late)
    if not waits:
        month = given.survey.month
        announced = {
            (stay.batch_id, stay.site_id) for stay in given.last_stays if stay.first_month == month
        }
        visits = free_visits(given.survey, visits, announced)
    problem = given.survey.pose_trips(visits)
    trips = plan_trips(
        problem, seed=given.seed, work=work, start=start, is_draft=True, progress=progress
    )
    return visits, problem, trips


def _list_missed_leavers(
    given: JointProblem, visits: tuple[Visit, ...], trips: TripPlan
) -> frozenset[SiteId]:
    """Return the sites that leave this month and whose batches no trip fetches before."""
    missed = {unserved.visit_id for unserved in trips.unserved}
    sites = given.survey.province.site_by_id
    return frozenset(
        visit.receiver_id
        for visit in visits
        if visit.visit_id in missed
        and visit.takes
        and not visit.leaves
        and not sites[visit.receiver_id].is_enrolled(given.survey.month.last_day)
    )


def _finish_trips(
    given: JointProblem, best: Proposal, until_s: float, progress: Progress
) -> Proposal:
    """Return the proposal with its trips improved, bounded and explained.

    Before that they are improved again and again up to `until_s` of the monotonic clock.
    """
    seed, effort = given.seed, given.work * TRIPS_AT_LAST
    while time.monotonic() < until_s and best.trips.status == "feasible":
        seed += 1
        trips = plan_trips(
            best.trip_problem,
            seed=seed, work=effort, start=best.trips.trips, is_draft=True, progress=progress,
        )  # fmt: skip
        if trips.objective < best.trips.objective or trips.status == INTERRUPTED:
            best = dataclasses.replace(best, trips=trips)
    if best.trips.status == "optimal":
        return _drop_waiting(best)
    is_interrupted = _is_interrupted(best)
    trips = plan_trips(
        best.trip_problem,
        seed=given.seed,
        work=0.0 if is_interrupted else effort,
        start=best.trips.trips,
        progress=progress,
    )
    status = INTERRUPTED if is_interrupted else trips.status
    trips = dataclasses.replace(trips, status=status, work=given.work)
    return _drop_waiting(dataclasses.replace(best, trips=trips))


def _drop_waiting(best: Proposal) -> Proposal:
    """Return a proposal without what may wait for a later month and no trip takes along."""
    problem, trips = drop_waiting(best.trip_problem, best.trips)
    return dataclasses.replace(best, visits=problem.visits, trip_problem=problem, trips=trips)


def _rank(proposal: Proposal, reach: Reach) -> tuple[float, float]:
    """Return what proposals are compared by; where money counts no points, trips break ties."""
    return measure_points(proposal, reach), -proposal.trips.objective
