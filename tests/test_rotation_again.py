"""A rotation taken up again at other prices of visits: as good as begun anew, and bounded."""

from dataclasses import replace

import pytest
from rotation_cases import make_problem
from rotation_random import draw_problem, enumerate_best

from province.errors import InfeasibleError
from rotation.checks.rules import verify_rotation
from rotation.solve.solve import find_rotation

pytestmark = pytest.mark.usefixtures("few_iterations")

WORK = 0.02


def dearer(problem, **changes):
    """The problem with every second price tenfold and the others gone, and other changes."""
    reach = problem.reach
    keys = sorted(
        (library.site_id, month) for library in problem.libraries for month in problem.months
    )
    prices = {key: 10 * reach.price(*key) if k % 2 else 0 for k, key in enumerate(keys)}
    return replace(problem, reach=replace(reach, price_vnd=prices, **changes))


@pytest.mark.parametrize("seed", range(12))
def test_rotation_at_other_prices_finds_the_best_and_its_bound_holds(seed):
    problem = draw_problem(seed, plain=False)
    changed = dearer(problem)
    best, _ = enumerate_best(changed)
    if best is None:
        pytest.skip("nothing keeps the rules of this one")
    _, found = find_rotation(problem, work=WORK)
    plan, _ = find_rotation(changed, work=WORK, start=found)
    assert verify_rotation(changed, plan) == ()
    assert plan.objective == pytest.approx(best, abs=1e-4)
    assert plan.bound >= best - 1e-6


def test_stays_that_no_vehicle_brings_any_more_are_left_out():
    problem = make_problem()
    before, found = find_rotation(problem, work=WORK)
    stay = next(one for one in before.stays if one.first_month > problem.months[0])
    closed = dict(problem.reach.max_boxes) | {(stay.site_id, stay.first_month): 0}
    changed = dearer(problem, max_boxes=closed)
    plan, _ = find_rotation(changed, work=WORK, start=found)
    assert verify_rotation(changed, plan) == ()
    assert (stay.site_id, stay.first_month) not in {(s.site_id, s.first_month) for s in plan.stays}
    assert plan.bound >= find_rotation(changed, work=WORK)[0].objective - 1e-6


def test_what_has_become_infeasible_is_said_to_be():
    problem = make_problem()
    _, found = find_rotation(problem, work=WORK)
    pin = (0, 2, 1)
    pinned = replace(problem, pins=frozenset({pin, (0, 0, 1)}))
    with pytest.raises(InfeasibleError):
        find_rotation(pinned, work=WORK, start=found)
