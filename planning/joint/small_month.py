"""Small months: the first month of the rotation and its trips, decided as one and to the end.

What trips cost is found out for one choice of batches at a time, and the choice that may be worth
most is looked at next, until none may be worth more than the best: a best-first search over the
decisions of one half, each answered exactly by the other.

References
----------
Hooker and Ottosson, *Mathematical Programming* 96, 2003, 33-60 (logic-based Benders
decomposition: one half proposes, the other answers with a bound).
"""

import dataclasses
import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field

from planning.joint.overdue import list_overdue
from planning.joint.proposal import (
    INTERRUPTED,
    JointProblem,
    Proposal,
    add_points,
    count_points,
    interrupt,
    measure_points,
)
from province.errors import InfeasibleError
from province.language import message
from province.progress import Progress
from province.visits import Movement, Reach, Visit, Window
from rotation.checks.rules import verify_rotation
from rotation.instance.first_month import FirstMonth, list_first_months, list_first_stays
from rotation.instance.instance import build_instance
from rotation.lagrangian.first_months import bound_first_months
from rotation.lns.search import Solution
from rotation.problem import RotationProblem
from rotation.solve.solve import find_rotation, list_movements
from routing.solver.solve import measure_least, plan_trips

MOST_CHOICES = 40_000
"""First months of a rotation at most; where there are more, the month is not small."""

EFFORT = 4_000_000
"""Days of trips timed and joined at work 1, before the other choices are left alone: about half a
minute on one core."""

ROTATION_WORK = 0.1
"""Share of the effort for a rotation whose first month is decided, and for the one before."""

SAME = 1e-6
"""Points by which a choice must be better."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A first month of the rotation, what it asks of the trips, and its points without them.

    `most` are the most that rotations with this first month are worth, trips not counted.
    """

    first_month: FirstMonth
    asked: tuple[Movement, ...]
    visits: tuple[Visit, ...]
    most: float


@dataclass(slots=True)
class SmallMonth:
    """What may be decided in a small month, and what trips cost as far as that was looked at.

    `found` is a rotation whose first month is free. `choices` are those that may be worth more than
    what is known, were their trips free. `least` are visits no dearer than those of any
    choice to the same places, by `_list_places`.
    """

    given: JointProblem
    problem: RotationProblem
    found: Solution
    choices: tuple[Choice, ...]
    least: dict[object, tuple[Visit, ...]]
    effort_left: float
    known: dict[tuple[Visit, ...], float | None] = field(default_factory=dict)

    def measure(self, visits: tuple[Visit, ...]) -> float | None:
        """Return the money of the best trips for some visits, None where none are proved."""
        if visits not in self.known:
            given = self.given
            posed = given.survey.pose_trips(visits)
            money, spent = measure_least(posed, seed=given.seed, work=given.work)
            self.known[visits] = money
            self.effort_left -= spent
        return self.known[visits]


def settle_small_month(
    given: JointProblem, best: Proposal, reach: Reach, progress: Progress
) -> Proposal:
    """Return the best proposal there is for a small month, and for another the one given.

    A month is small where all its trips can be listed and its batches have few choices. Later
    months are as good as the rotation's search finds them. The proposal is never worse.

    Parameters
    ----------
    best
        A proposal to be bettered.
    reach
        What exchanges are held to cost in later months.
    """
    if best.trips.status != "optimal":
        return best
    progress(message("deciding batches and trips as one"), 0.0)
    try:
        small = _list_choices(given, best, reach)
    except (InfeasibleError, KeyboardInterrupt) as stopped:
        return best if isinstance(stopped, InfeasibleError) else interrupt(best)
    return best if small is None else _search(small, best, reach)


def _list_choices(given: JointProblem, best: Proposal, reach: Reach) -> SmallMonth | None:
    """Return what may be decided in a month; None where that is too much."""
    problem = given.survey.pose_rotation(reach, last_stays=given.last_stays)
    instance = build_instance(problem)
    first_months = list_first_months(instance, MOST_CHOICES)
    if first_months is None:
        return None
    work = given.work * ROTATION_WORK
    _, found = find_rotation(problem, seed=given.seed, work=work, start=best.found)
    bounds = bound_first_months(instance, first_months, found.bound.prices)
    least_points = measure_points(best, reach) + SAME
    choices: list[Choice] = []
    alike: dict[object, list[tuple[Visit, ...]]] = {}
    for first_month, bound in zip(first_months, bounds, strict=True):
        if bound <= least_points:
            continue
        moves = list_movements(instance, list_first_stays(instance, first_month))
        month = tuple(move for move in moves if move.month == given.survey.month)
        asked = month + list_overdue(problem, month)
        visits = given.survey.list_visits(asked, late=best.late)
        choices.append(Choice(first_month, asked, visits, bound))
        alike.setdefault(_list_places(visits), []).append(visits)
    pause = given.survey.province.settings.trips.break_min
    least = {key: _relax(group, pause) for key, group in alike.items()}
    return SmallMonth(given, problem, found, tuple(choices), least, EFFORT * given.work)


def _list_places(visits: tuple[Visit, ...]) -> object:
    return tuple((visit.visit_id, visit.tasks) for visit in visits)


def _relax(group: list[tuple[Visit, ...]], pause_min: int) -> tuple[Visit, ...]:
    """Return visits that trips serve for no more money than any visits of a group, all alike.

    They are as short, as often open and as cheap to leave out as any, and nothing has to be on
    board for them. None at all, where only some are long enough to be a break of driving: then
    the shortest are not always the cheapest; nor where some only ride along.
    """
    if len(group) == 1:
        return group[0]
    columns = list(zip(*group, strict=True))
    if any(len({visit.service_min >= pause_min for visit in visits}) > 1 for visits in columns):
        return ()
    if any(visit.ride_vnd is not None for visits in columns for visit in visits):
        return ()
    return tuple(
        dataclasses.replace(
            visits[0],
            service_min=min(visit.service_min for visit in visits),
            windows=_join_windows(window for visit in visits for window in visit.windows),
            priority=min(visit.priority for visit in visits),
            leaves=(),
            takes=(),
        )
        for visits in columns
    )


def _join_windows(windows: Iterable[Window]) -> tuple[Window, ...]:
    joined: list[Window] = []
    for window in sorted(set(windows)):
        last = joined[-1] if joined else None
        if last and last.day == window.day and window.opens_min <= last.closes_min:
            closes_min = max(last.closes_min, window.closes_min)
            joined[-1] = dataclasses.replace(last, closes_min=closes_min)
        else:
            joined.append(window)
    return tuple(joined)


def _search(small: SmallMonth, best: Proposal, reach: Reach) -> Proposal:
    """Return the best of all choices, or as many as the effort allows.

    Each choice stands in the queue with the most that it may be worth: first its points alone,
    then less the least that visits to its libraries cost, then less what its own visits cost.
    """
    queue = [(-choice.most, 0, k) for k, choice in enumerate(small.choices)]
    heapq.heapify(queue)
    points = measure_points(best, reach)
    try:
        while queue and -queue[0][0] > points + SAME and small.effort_left > 0:
            _, looks, k = heapq.heappop(queue)
            choice = small.choices[k]
            if looks < 2:
                least = small.least[_list_places(choice.visits)]
                money = small.measure(choice.visits if looks else least)
                if money is not None:
                    most = choice.most - count_points(small.problem, money)
                    heapq.heappush(queue, (-most, looks + 1, k))
            elif new := _propose(small, choice, best, reach, points + SAME):
                best, points = new, measure_points(new, reach)
    except KeyboardInterrupt:
        return interrupt(best)
    return best


def _propose(
    small: SmallMonth, choice: Choice, best: Proposal, reach: Reach, least: float
) -> Proposal | None:
    """Return the proposal that a choice leads to, if it is worth more than the least it must."""
    given, problem, money = small.given, small.problem, small.measure(choice.visits)
    try:
        rotation, found = find_rotation(
            problem,
            seed=given.seed,
            work=given.work * ROTATION_WORK,
            start=small.found,
            first_month=choice.first_month,
        )
    except InfeasibleError:
        return None
    if money is None or add_points(problem, rotation, money, reach) <= least:
        return None
    if verify_rotation(problem, rotation):
        return None
    posed = given.survey.pose_trips(choice.visits)
    trips = plan_trips(posed, seed=given.seed, work=given.work, is_draft=True)
    if INTERRUPTED in (rotation.status, trips.status):
        raise KeyboardInterrupt
    return Proposal(problem, rotation, found, choice.asked, choice.visits, posed, trips, best.late)
