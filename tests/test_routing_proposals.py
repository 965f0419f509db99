"""What the compiled engine proposes for a month: days, gaps, numbers of trips."""

import itertools

import pytest
from routing_months import car, crew, month, visit

from routing.month.instance import build_instance
from routing.solver.proposals import (
    MAX_PATTERNS,
    list_days_apart,
    list_route_types,
    propose_trips,
)

SQUARE = {
    ("D", "A"): 40, ("D", "B"): 40, ("D", "C"): 40, ("A", "B"): 10, ("B", "C"): 70, ("A", "C"): 70
}  # fmt: skip


@pytest.mark.parametrize(
    ("spans", "times", "gap"),
    [([0, 1, 2, 5, 6], 2, 2), ([0, 1, 2, 3, 7, 8, 9, 14], 3, 4), ([3], 1, 5), ([0, 1], 2, 4)],
)
def test_all_choices_of_days_apart_are_found(spans, times, gap) -> None:
    every = [
        choice
        for choice in itertools.combinations(spans, times)
        if all(b - a >= gap for a, b in itertools.pairwise(choice))
    ]
    assert list_days_apart(spans, times, gap) == every


def test_of_too_many_choices_some_of_all_kinds_are_kept() -> None:
    spans = [day for day in range(31) if day % 7 < 5]
    found = list_days_apart(spans, 4, 4)
    assert len(set(found)) == len(found) <= MAX_PATTERNS
    assert all(b - a >= 4 for choice in found for a, b in itertools.pairwise(choice))
    assert len({choice[0] for choice in found}) > 5
    assert len({choice[-1] for choice in found}) > 5


def test_where_crews_come_home_each_day_has_its_own_trips() -> None:
    off = car("B2", unavailable=())
    problem = month(
        (visit("A"),), SQUARE, cars=(car(), off), crews=(crew(), crew("C2")), days=3,
        rules={"max_nights": 0, "works_on_weekends": False},
    )  # fmt: skip
    route_types = list_route_types(build_instance(problem))
    assert [(d.cars, d.day, d.num_trips) for d in route_types] == [
        ((0, 1), day, 2) for day in range(3)
    ]
    lone = month((visit("A"),), SQUARE, cars=(car(), off), days=3, rules={"max_nights": 0})
    assert {d.num_trips for d in list_route_types(build_instance(lone))} == {1}


def test_trips_of_a_day_keep_hours_and_gaps() -> None:
    # A and B open in the morning only, on the first three days; C is served twice, two days apart
    visits = (
        *(visit(name, 3, opens=480, closes=600) for name in "AB"),
        *(visit("C", 5, name=f"C-{k}", gap_group="C", gap_days=2) for k in range(2)),
    )
    instance = build_instance(month(visits, SQUARE, rules={"max_nights": 0}))
    found = propose_trips(instance, 1, 0.02)
    orders = {trip.order[:2] for trip in found}
    assert {(0, 1), (1, 0)} & orders
    for trip in found:
        assert len(trip.days) == 1
        assert all(instance.jobs[job].windows[trip.first] for job in trip.order)
    days = {job: {t.first for t in found if job in t.order} for job in (2, 3)}
    assert any(b - a >= 2 for a in days[2] for b in days[3])
