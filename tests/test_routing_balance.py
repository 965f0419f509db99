"""Balance, the last wish: crews share work when costs tie, communes what is left out."""

import dataclasses
from datetime import timedelta

import pytest
from routing_months import MONDAY, car, crew, month, visit

from province.dates import DateSpan
from routing.checks.verify import verify_decisions
from routing.month.balance import Balance, group_crews, price_communes, price_crews
from routing.month.instance import build_instance
from routing.solver.solve import plan_trips
from routing.trips import TripPlan

FAR = {("D", "A"): 200, ("D", "B"): 200}  # 400 minutes each: not both in one day
TRIP_VND = 400 * 10_000 + 500_000 + 3 * 200_000


def days_by_crew(plan: TripPlan) -> dict[str, int]:
    days: dict[str, int] = {}
    for trip in plan.trips:
        count = (trip.last_day - trip.first_day).days + 1
        days[trip.crew_id] = days.get(trip.crew_id, 0) + count
    return days


def on(number: int) -> DateSpan:
    return DateSpan(MONDAY + timedelta(days=number), MONDAY + timedelta(days=number))


def two_crews(day_vnd: int):
    """Return a month in which sharing moves B off its preferred Tuesday, which counts 50,000.

    A can be served on Monday, B on Tuesday or Wednesday; C2 works on Wednesday only.
    """
    off = tuple(on(number) for number in (0, 1, 3, 4))
    a, b = visit("A"), visit("B")
    return month(
        [
            dataclasses.replace(a, windows=a.windows[:1]),
            dataclasses.replace(
                b, windows=b.windows[1:3], preferred_days=frozenset({MONDAY + timedelta(days=1)})
            ),
        ],
        FAR,
        crews=(crew("C1"), crew("C2", days_off=off)),
        costs={"uneven_crews_vnd_per_day": day_vnd, "missed_preferred_vnd_per_visit": 50_000},
    )


def test_crews_share_the_work_when_costs_tie() -> None:
    problem = month(
        [visit("A"), visit("B")], FAR, crews=(crew("C1"), crew("C2")),
        costs={"uneven_crews_vnd_per_day": 1},
    )  # fmt: skip
    plan = plan_trips(problem)
    assert days_by_crew(plan) == {"C1": 1, "C2": 1}
    assert (plan.status, plan.objective, plan.uneven_crews_vnd) == ("optimal", 2 * TRIP_VND, 0)
    assert list(verify_decisions(problem, plan)) == []


@pytest.mark.parametrize(
    ("day_vnd", "days", "objective"),
    [
        (0, {"C1": 2}, 2 * TRIP_VND),
        (24_999, {"C1": 2}, 2 * TRIP_VND + 2 * 24_999),
        (25_001, {"C1": 1, "C2": 1}, 2 * TRIP_VND + 50_000),
    ],
)
def test_work_is_shared_when_that_counts_more_than_it_costs(day_vnd, days, objective) -> None:
    problem = two_crews(day_vnd)
    plan = plan_trips(problem)
    assert (days_by_crew(plan), plan.objective) == (days, objective)
    assert plan.uneven_crews_vnd == day_vnd * (2 if len(days) == 1 else 0)
    assert list(verify_decisions(problem, plan)) == []


def test_crews_of_other_skills_or_size_are_not_compared() -> None:
    crews = [crew("C1"), crew("C2", members=2), crew("C3", skills=("exchange",)), crew("C4", "E")]
    assert group_crews(crews) == ()
    assert group_crews([*crews, crew("C5")]) == ((0, 4),)


# One trip a day on two days: two of four visits are left out. A and B (commune P) are 201 minutes
# away, C and E (commune Q) 200: serving one of P costs 2 km more, 20,000.
@pytest.mark.parametrize(("visit_vnd", "served"), [(0, "QQ"), (19_999, "QQ"), (20_001, "PQ")])
def test_one_commune_does_not_bear_all_that_is_left_out(visit_vnd: int, served: str) -> None:
    minutes = {("D", "A"): 201, ("D", "B"): 201, ("D", "C"): 200, ("D", "E"): 200}
    communes = {"A": "P", "B": "P", "C": "Q", "E": "Q"}
    problem = month(
        [visit(name, 2) for name in communes], minutes, days=2, communes=communes,
        costs={"uneven_communes_vnd_per_visit": visit_vnd},
    )  # fmt: skip
    plan = plan_trips(problem)
    assert plan.status == "optimal"
    assert sorted(communes[s.site_id] for t in plan.trips for s in t.stops) == list(served)
    assert plan.uneven_communes_vnd == (0 if served == "PQ" else visit_vnd)
    assert list(verify_decisions(problem, plan)) == []


def test_a_wrong_share_or_objective_is_found() -> None:
    problem = two_crews(24_999)
    plan = plan_trips(problem)
    for wrong in (
        dataclasses.replace(plan, uneven_crews_vnd=0),
        dataclasses.replace(plan, objective=float(plan.cost_vnd), bound=0.0),
    ):
        assert {rule for rule, _, _ in verify_decisions(problem, wrong)} == {"cost_is_right"}


def test_prices_are_counted_by_hand() -> None:
    balance = Balance(((0, 1, 2), (3, 4)), 10, ("P", "P", "P", "Q", ""), 7)
    assert price_crews(balance, {0: 5, 1: 2, 4: 1}) == 10 * (5 - 0 + 1)
    assert price_communes(balance, [0, 1, 2, 3, 4]) == 7 * 2
    assert price_communes(balance, []) == 0


def test_crews_are_compared_as_the_problem_says() -> None:
    instance = build_instance(two_crews(3))
    assert instance.balance == Balance(((0, 1),), 3, ("", ""), 200_000)


@pytest.mark.parametrize(
    ("missed_vnd", "days", "objective"),
    [
        (1_199_999, {0}, 1_400_000 + 1_199_999),
        (1_200_001, {0, 1}, 2_600_000),
        (None, {0, 1}, 2_600_000),
    ],
)
def test_a_session_goes_to_market_where_that_costs_less_than_it_brings(
    missed_vnd: int | None, days: set[int], objective: int
) -> None:
    # B is open on Monday, A's market is on Tuesday. One trip to both: 70 km at 10,000 and a day of
    # 100,000 + 3 x 200,000, 1.4 million; two trips: 120 km and two days, 2.6 million.
    a, b = visit("A", preferred_days=frozenset({MONDAY + timedelta(days=1)})), visit("B", 1)
    problem = month(
        [a, b],
        {("D", "A"): 30, ("D", "B"): 30, ("A", "B"): 10},
        cars=(car(cost_vnd_per_day=100_000),),
        costs={} if missed_vnd is None else {"missed_preferred_vnd_per_visit": missed_vnd},
    )
    plan = plan_trips(problem)
    assert {(trip.first_day - MONDAY).days for trip in plan.trips} == days
    assert plan.objective == objective
    assert list(verify_decisions(problem, plan)) == []
