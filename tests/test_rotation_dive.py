"""A draft of a rotation by diving: it keeps every rule, and forbids what cannot stand beside it."""

import numpy as np
import pytest
from rotation_random import draw_problem

from rotation.instance.arrays import list_arrays
from rotation.instance.instance import NEVER, build_instance
from rotation.instance.score import Scorer, find_repeats, has_ring
from rotation.lagrangian.subgradient import Descent
from rotation.lns.dive import Dive
from rotation.lns.lane import new_lane
from rotation.problem import IndexStay

ROUNDS = 60


@pytest.fixture(scope="module", params=range(5))
def instance(request):
    return build_instance(draw_problem(request.param, plain=request.param % 2 == 0))


@pytest.fixture
def begun(instance):
    """A lane, and a relaxation of its instance."""
    arrays = list_arrays(instance)
    descent = Descent(arrays)
    for number in range(ROUNDS):
        descent.step(number / ROUNDS)
    return new_lane(arrays, 0), descent.close()


def test_what_a_dive_puts_keeps_every_rule_and_is_what_it_counts(instance, begun):
    lane, relaxed = begun
    dive = Dive(lane, relaxed, 1.5)
    for part in (0.3, 0.6, 1.0):
        dive.advance(part, 20)
    dive.close()
    schedule = lane.schedule()
    score = Scorer(instance).score(schedule)
    debts = score.debts * lane.state.arrays.debt
    assert lane.score == pytest.approx(score.points - debts, abs=1e-4)
    assert all(instance.allows(stay) for stays in schedule for stay in stays)
    assert not find_repeats(instance, schedule)
    assert not has_ring(schedule)


def test_beside_a_stay_its_batch_and_a_full_library_are_forbidden(begun):
    lane, relaxed = begun
    dive = Dive(lane, relaxed, 1.5)
    value = dive.value.copy()
    stay = next(stay for stay in list_stays(value) if lane.try_stay(stay))
    batch, library, first, end = stay
    lane.forbid(value)
    left = list_stays(value)
    assert stay in left
    is_full = lane.state.num[library, first] >= lane.state.arrays.capacity[library, first]
    for other in list_stays(dive.value):
        overlaps = other.first < end and other.end > first
        shares_month = other.library == library and other.first <= first and is_full
        if other != stay and overlaps and (other.batch == batch or shares_month):
            assert other not in left


def list_stays(value):
    """Return the stays that are not forbidden."""
    return [IndexStay(b, p, s, s + k + 1) for b, p, s, k in np.argwhere(value > NEVER).tolist()]
