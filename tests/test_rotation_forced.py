"""What a rule forces has a price: beyond it, it is waived and told.

A batch (40 farming, 30 tales) reaches 30·(1−e^(−40/120)) + 20·(1−e^(−30/120)) = 12.93 of 50 uses in
its first month, and 12.93·(1 + 0.75 + 0.55) = 29.73 over the longest stay, three months. A million
justifies 60 uses and the rule may cost three times that: 3·29.73 uses, or 1.487 million.
"""

from dataclasses import replace

import pytest
from rotation_cases import make_library, make_plan, make_problem

from province.dates import Month
from province.visits import Reach
from rotation.checks.rules import verify_rotation
from rotation.instance.instance import build_instance
from rotation.problem import Forced, Placement, RotationProblem
from rotation.solve.forced import FLOOR, LONGEST, tell_forced
from rotation.solve.solve import find_rotation

pytestmark = pytest.mark.usefixtures("few_iterations")

DECEMBER = Month(2026, 12)


def make_remote(price_vnd: int, **rules: float) -> RotationProblem:
    """Two batches at home; P2 has stood empty for two months, and an exchange there has a price."""
    problem = make_problem()
    months = problem.months
    return replace(
        problem,
        batches=problem.batches[:2],
        libraries=(make_library("P1", 210), make_library("P2", 80, empty_since=2)),
        placements=(Placement("A", "KHO", 0), Placement("B", "KHO", 0)),
        demand=problem.demand[:2],
        offer=problem.offer[:2],
        titles=problem.titles[:2],
        seen_until=({}, {}),
        reach=Reach({}, {("P2", month): price_vnd for month in months}, 200_000, {}),
        rules=problem.rules.model_copy(update=rules),
    )


@pytest.mark.parametrize(
    ("price_vnd", "times", "is_forced"),
    [(1_480_000, 3, True), (1_490_000, 3, False), (1_490_000, 4, True), (90_000_000, 0, True)],
)
def test_a_floor_holds_up_to_its_price(price_vnd: int, times: float, is_forced: bool) -> None:
    floors = build_instance(make_remote(price_vnd, empty_cost_times=times)).floors
    assert ((1, 0, 1) in floors) is is_forced
    assert any(p == 0 for p, _, _ in floors)


@pytest.mark.parametrize(("price_vnd", "found"), [(1_480_000, True), (1_490_000, False)])
def test_the_checker_knows_the_same_price(price_vnd: int, found: bool) -> None:
    plan = make_plan(("A P1 0 3", "B P1 3 1"), ("A 0 KHO P1", "A 3 P1 KHO", "B 3 KHO P1"))
    broken = verify_rotation(make_remote(price_vnd), plan)
    assert (FLOOR in {violation.rule for violation in broken}) is found
    assert not {v.rule for v in broken} - {FLOOR}


def test_a_library_that_costs_too_much_stays_empty_and_is_told() -> None:
    problem = make_remote(1_490_000)
    plan = find_rotation(problem, work=0.05)[0]
    assert {stay.site_id for stay in plan.stays} == {"P1"}
    assert plan.forced == (Forced(FLOOR, "P2", DECEMBER, "", 1_490_000, 29.73, is_waived=True),)
    assert str(tell_forced(plan.forced[0], "VND")) == (
        "P2 stands empty too long by 2026-12: an exchange costs about 1,490,000 for 29.7 uses, "
        "more than the rule may cost (empty_cost_times)"
    )
    assert verify_rotation(problem, plan) == ()


def test_what_a_floor_forces_is_told_with_its_price() -> None:
    problem = make_remote(1_480_000)
    plan = find_rotation(problem, work=0.05)[0]
    (forced,) = plan.forced
    (stay,) = (stay for stay in plan.stays if stay.site_id == "P2" and stay.first_month == DECEMBER)
    assert (forced.rule, forced.site_id, forced.batch_id) == (FLOOR, "P2", stay.batch_id)
    assert (forced.price_vnd, forced.is_waived) == (1_480_000, False)
    assert forced.uses == pytest.approx(stay.expected_uses, abs=0.01)
    (reason,) = (text for batch, site, text in plan.reasons if site == "P2")
    assert "forced: P2 would stand empty too long; an exchange there costs about 1,480,000" in str(
        reason
    )
    assert verify_rotation(problem, plan) == ()


def test_what_is_worth_its_price_is_not_called_forced() -> None:
    plan = find_rotation(make_remote(150_000), work=0.05)[0]
    assert "P2" in {stay.site_id for stay in plan.stays}
    assert plan.forced == ()


def test_fetching_a_batch_whose_longest_stay_ends_is_told_with_its_price() -> None:
    """A has stood at P2 for three months, the longest; the visit to fetch it brings nothing."""
    problem = make_remote(1_490_000)
    problem = replace(
        problem,
        libraries=(problem.libraries[0], make_library("P2", 80)),
        placements=(Placement("A", "P2", 3), Placement("B", "KHO", 0)),
        demand=problem.demand * [[[0.0]], [[0.0]]] + 1e-3,
    )
    plan = find_rotation(problem, work=0.05)[0]
    told = [one for one in plan.forced if not one.is_waived and one.rule == LONGEST]
    assert [(one.site_id, one.batch_id, one.price_vnd) for one in told] == [("P2", "A", 1_490_000)]
    (reason,) = (text for batch, _, text in plan.reasons if batch == "A")
    assert "its longest stay at P2 is over; fetching it costs about 1,490,000" in str(reason)
