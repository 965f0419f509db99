"""The bound of a month: never above the best there is, and much nearer than visits one by one."""

import dataclasses
import functools

import numpy as np
import pytest
from routing_months import car, crew, month, parcel, random_month, visit

from routing.bounds.bound import bound_month, bound_simply
from routing.bounds.relaxation import list_classes
from routing.month.instance import MonthInstance, build_instance
from routing.problem import TripProblem
from routing.solver.solve import plan_trips


@functools.cache
def solve(seed: int) -> tuple[MonthInstance, float, float]:
    """A small month, its least objective, and its bound at the usual work."""
    problem = random_month(seed)
    plan = plan_trips(problem)
    assert plan.status == "optimal"
    instance = build_instance(problem)
    return instance, plan.objective, bound_month(instance, work=1.0)


@pytest.mark.parametrize("seed", range(40))
def test_bound_is_never_above_the_optimum(seed: int) -> None:
    instance, best, bound = solve(seed)
    assert bound <= best
    assert bound_month(instance, work=0.05) <= best


def test_bound_comes_nearer_than_visits_one_by_one() -> None:
    shares = []
    for instance, best, bound in map(solve, range(40)):
        shares.append((bound / best, bound_simply(instance) / best))
    columns, simple = np.array(shares).mean(axis=0)
    assert columns > 0.85
    assert columns > simple + 0.2


def test_one_visit_is_bounded_by_its_own_trip() -> None:
    # there and back, a day of the car and of its crew: nothing is relaxed
    problem = month([visit("A")], {("D", "A"): 60})
    plan = plan_trips(problem)
    assert bound_month(build_instance(problem)) == pytest.approx(plan.objective, abs=2)


def test_what_does_not_fit_a_vehicle_is_no_visit_of_its_class() -> None:
    small, large = car("SMALL", capacity_boxes=4), car("LARGE", capacity_boxes=40)
    problem = month(
        [visit("A", leaves=(parcel(boxes=5),)), visit("B")],
        {("D", "A"): 30, ("D", "B"): 30},
        cars=[small, large],
        crews=[crew()],
    )
    classes = [
        one for one in list_classes(build_instance(problem), 4, 8, "halves") if one.share == 1.0
    ]
    assert sorted(len(one.relaxed.visits) for one in classes) == [1, 2]


def assert_nothing_is_lost(problem: TripProblem, *, trips: int) -> None:
    """The bound is the optimum, which takes so many trips, one a day."""
    rules = problem.rules.model_copy(update={"reload_min": 0})
    problem = dataclasses.replace(problem, rules=rules)
    plan = plan_trips(problem)
    assert plan.status == "optimal"
    assert len(plan.trips) == trips
    assert bound_month(build_instance(problem)) == pytest.approx(plan.objective, abs=2)


NEAR_BY = {("D", "A"): 60, ("D", "B"): 60, ("A", "B"): 10}


@pytest.mark.parametrize(("boxes", "mass_kg"), [(7, 10.0), (1, 300.0)])
@pytest.mark.parametrize("is_brought", [True, False])
def test_what_does_not_fit_together_takes_two_trips(
    boxes: int, mass_kg: float, is_brought: bool
) -> None:
    visits = [
        visit(site, leaves=(parcel(f"L{site}", "D", site, boxes, mass_kg),))
        if is_brought
        else visit(site, takes=(parcel(f"T{site}", site, "D", boxes, mass_kg),))
        for site in "AB"
    ]
    assert_nothing_is_lost(month(visits, NEAR_BY, cars=[car(capacity_boxes=12)]), trips=2)


def test_what_is_fetched_takes_the_room_of_what_was_left() -> None:
    visits = [
        visit(
            site,
            leaves=(parcel(f"L{site}", "D", site, 6),),
            takes=(parcel(f"T{site}", site, "D", 6),),
        )
        for site in "AB"
    ]
    assert_nothing_is_lost(month(visits, NEAR_BY, cars=[car(capacity_boxes=12)]), trips=1)
    assert_nothing_is_lost(month(visits, NEAR_BY, cars=[car(capacity_boxes=11)]), trips=2)


def test_a_batch_that_goes_on_takes_no_room_at_the_depot() -> None:
    chained = parcel("CH", "A", "B", 8)
    visits = [
        visit("A", takes=(chained,), leaves=(parcel("L", "D", "A", 8),)),
        visit("B", leaves=(chained,)),
    ]
    assert_nothing_is_lost(month(visits, NEAR_BY, cars=[car(capacity_boxes=8)]), trips=1)


def test_a_visit_that_waits_is_on_no_trip_before_what_it_waits_for() -> None:
    chained = parcel("CH", "A", "B", 5)
    late = visit("A", opens=700, closes=1000, takes=(chained,))
    early = visit("B", opens=480, closes=600, leaves=(chained,))
    rules = {"max_nights": 0}
    assert_nothing_is_lost(month([late, early], NEAR_BY, rules=rules), trips=2)
    free = [dataclasses.replace(late, takes=()), dataclasses.replace(early, leaves=())]
    assert_nothing_is_lost(month(free, NEAR_BY, rules=rules), trips=1)


@pytest.mark.parametrize(
    ("minutes", "rules"),
    [
        (310, {"duty_max_day_min": 600, "driving_max_day_min": 700}),
        (310, {"latest_end_min": 1020, "duty_max_day_min": 800, "driving_max_day_min": 700}),
        (240, {"driving_max_day_min": 230}),
    ],
    ids=["duty", "breaks", "driving"],
)
def test_a_way_that_is_too_long_for_a_day_leaves_its_visit_out(
    minutes: int, rules: dict[str, int]
) -> None:
    visits, way = [visit("A", opens=360, closes=1140)], {("D", "A"): minutes}
    assert_nothing_is_lost(month(visits, way, rules=rules), trips=0)
    loose = {name: value + 300 for name, value in rules.items()}
    assert_nothing_is_lost(month(visits, way, rules=loose), trips=1)


def test_rides_of_a_village_are_paid() -> None:
    instance = build_instance(month([visit("A")], {("D", "A"): 60}))
    job = dataclasses.replace(instance.jobs[0], ride_vnd=(500_000,) * 5)
    dearer = dataclasses.replace(instance, jobs=(job,), cache={})
    assert bound_month(dearer) == bound_month(instance) + 500_000


def test_without_effort_visits_are_bounded_one_by_one() -> None:
    instance, best, _ = solve(3)
    assert bound_month(instance, work=0.0) == bound_simply(instance) <= best


def test_two_sessions_that_lie_weeks_apart_are_never_on_one_trip() -> None:
    pair = [
        visit("A", name=f"A-S{n}", gap_group="A-S", gap_days=4, days=9, service_min=60)
        for n in (1, 2)
    ]
    problem = dataclasses.replace(month(pair, {("D", "A"): 120}, days=9))
    plan = plan_trips(problem)
    # both need a trip of their own: the bound sees it, though one drive would do for two visits
    assert len(plan.trips) == 2
    assert bound_month(build_instance(problem)) == pytest.approx(plan.objective, abs=2)


def test_two_trips_of_a_day_are_bounded_by_a_day() -> None:
    # two libraries that do not fit together: a vehicle and a crew go out twice on one day
    visits = [visit(site, leaves=(parcel(f"L{site}", "D", site, 7),)) for site in "AB"]
    problem = month(visits, NEAR_BY, cars=[car(capacity_boxes=12)])
    plan = plan_trips(problem)
    assert [trip.load_min is None for trip in plan.trips] == [True, False]
    bound = bound_month(build_instance(problem))
    assert bound == pytest.approx(plan.objective, abs=2)
    long = [dataclasses.replace(one, service_min=280) for one in visits]
    alone = dataclasses.replace(problem, visits=tuple(long))
    assert bound_month(build_instance(alone)) == pytest.approx(plan_trips(alone).objective, abs=2)


def test_a_day_that_one_trip_nearly_fills_is_not_had_for_half() -> None:
    # Two trips of 215 minutes and 30 for loading do not fit; one beside a short one does.
    visits = [visit("A", service_min=95), visit("B", service_min=5)]
    problem = month(visits, {("D", "A"): 60, ("D", "B"): 60}, rules={"duty_max_day_min": 420})
    instance = build_instance(problem)
    by_halves, by_minutes = (list_classes(instance, 2, 1, split) for split in ("halves", "minutes"))
    (half,) = [one for one in by_halves if one.share == 0.5]
    (timed,) = [one for one in by_minutes if one.share == 0.5]
    day = next(one.relaxed.day_vnd for one in by_halves if one.share == 1.0)
    assert (half.relaxed.day_vnd, timed.relaxed.day_vnd) == (day / 2, 0.0)
    relaxed, row = timed.relaxed, 0
    paid = relaxed.leg_vnd[-1, row] + relaxed.own_vnd[row] + relaxed.leg_vnd[row, -1]
    minutes = relaxed.leg_min[-1, row] + relaxed.service_min[row] + relaxed.leg_min[row, -1]
    free = half.relaxed
    money = free.leg_vnd[-1, row] + free.own_vnd[row] + free.leg_vnd[row, -1]
    assert paid - money == pytest.approx(day * minutes / (420 - instance.limits.reload))
    assert timed.least_day_vnd <= paid - money <= day
