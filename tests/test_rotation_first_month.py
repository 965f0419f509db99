"""First months of a rotation: all there are, what each is worth at most, and the best with each."""

import itertools

import pytest
from rotation_random import _list_own, draw_problem, give_second_depot, list_broken_rules

from province.errors import InfeasibleError
from rotation.checks.rules import verify_rotation
from rotation.instance.first_month import HOME, STAYS, list_first_months
from rotation.instance.instance import build_instance
from rotation.instance.score import Scorer, has_ring
from rotation.lagrangian.first_months import bound_first_months
from rotation.solve.solve import find_rotation

pytestmark = pytest.mark.usefixtures("few_iterations")


def read_first_month(schedule):
    """What each batch does in the first month, as `FirstMonth` says it."""
    choice = []
    for own in schedule:
        new = [stay.library for stay in own if stay.first == 0]
        gone = any(stay.first < 0 and stay.end == 0 for stay in own)
        choice.append(new[0] if new else HOME if gone else STAYS)
    return tuple(choice)


def list_best(problem):
    """Points and schedule of the best that keeps every rule, for each first month that has one."""
    scorer = Scorer(build_instance(problem))
    ways = [_list_own(problem, b) for b in range(len(problem.batches))]
    scored = [
        (scorer.score(one).points, one) for one in itertools.product(*ways) if not has_ring(one)
    ]
    best = {}
    for points, schedule in sorted(scored, key=lambda pair: -pair[0]):
        first = read_first_month(schedule)
        if first not in best and not list_broken_rules(problem, schedule):
            best[first] = points, schedule
    return best


def count_money(instance, schedule):
    """The points that the money of the first month's visits counts."""
    moved = [s for own in schedule for s in own if s.first == 0 or (s.first < 0 and s.end == 0)]
    visit = instance.problem.rules.weight_visit
    money = sum(float(instance.visit_points[p, 0]) - visit for p in {s.library for s in moved})
    return money + sum(float(instance.extra_points[s.batch, s.library, 0]) for s in moved)


@pytest.mark.parametrize("seed", [0, 1, 2, 5, 6, 9])
def test_every_first_month_is_listed_bounded_and_answered_with_its_best_rotation(seed):
    problem = draw_problem(seed)
    if seed % 2:
        problem = give_second_depot(problem, seed)
    instance, best = build_instance(problem), list_best(problem)
    listed = list_first_months(instance, 10_000)
    assert set(best) <= set(listed)
    try:
        _, found = find_rotation(problem, work=0.1)
    except InfeasibleError:
        assert not best
        return
    bounds = dict(
        zip(listed, bound_first_months(instance, listed, found.bound.prices), strict=True)
    )
    for first, (points, schedule) in best.items():
        assert bounds[first] >= points + count_money(instance, schedule) - 1e-6
        plan, decided = find_rotation(problem, work=0.1, start=found, first_month=first)
        assert read_first_month(decided.schedule) == first
        assert verify_rotation(problem, plan) == ()
        assert plan.objective == pytest.approx(points, abs=1e-4)
    for first in set(listed) - set(best):
        with pytest.raises(InfeasibleError):
            find_rotation(problem, work=0.1, start=found, first_month=first)


def test_too_many_first_months_are_not_listed():
    instance = build_instance(draw_problem(0))
    listed = list_first_months(instance, 10_000)
    assert len(listed) > 1
    assert list_first_months(instance, 1) is None
