"""A second trip of a vehicle and crew on one day: where it pays, what it keeps, who refuses it."""

import dataclasses

import pytest
from routing_months import MONDAY, car, crew, month, parcel, visit

from routing.checks.verify import verify_decisions
from routing.month.instance import build_instance
from routing.month.schedule import date_trip
from routing.month.timetable import add_stop, join_tours, leave_stop
from routing.problem import TripProblem
from routing.solver.day_options import list_day_options
from routing.solver.solve import place_in_trips, plan_trips
from routing.solver.to_trips import record_trips
from routing.solver.warm_start import recall_trips
from routing.trips import Trip, TripPlan, pair_trips

LOADED = "second_trips_are_loaded"
NAMES = [f"S{k}" for k in range(12)]


def short_tours(*, reload_min: int = 30, days: int = 3) -> TripProblem:
    """Twelve libraries around the depot, and a van that holds the boxes of two."""
    minutes = {("D", name): 25 for name in NAMES}
    minutes |= dict.fromkeys(zip(NAMES[::2], NAMES[1::2], strict=True), 15)
    visits = [
        visit(name, days, service_min=40, priority=3, leaves=(parcel(f"L{name}", "D", name, 6),))
        for name in NAMES
    ]
    rules = {"reload_min": reload_min, "max_nights": 0}
    return month(visits, minutes, days=days, cars=[car(capacity_boxes=12)], rules=rules)


def broken(problem: TripProblem, plan: TripPlan) -> set[str]:
    return {rule for rule, _, _ in verify_decisions(problem, plan)}


@pytest.fixture(scope="module")
def planned() -> tuple[TripProblem, TripPlan]:
    """The search of large months, which lists no trips."""
    problem = short_tours()
    return problem, plan_trips(problem, work=0.05, lists_all=False)


def test_a_small_van_goes_out_twice_a_day_and_serves_all(
    planned: tuple[TripProblem, TripPlan],
) -> None:
    problem, plan = planned
    once = plan_trips(short_tours(reload_min=0), work=0.05, lists_all=False)
    assert len(once.trips) == 3
    assert len(once.unserved) == 6
    assert broken(problem, plan) == set()
    assert plan.unserved == ()
    assert [len(pair) for pair in pair_trips(plan.trips)] == [2, 2, 2]
    assert plan.bound <= plan.objective < once.objective
    assert sum(trip.num_days for trip in plan.trips) == 3


def test_a_day_of_two_trips_costs_less_than_two_days() -> None:
    roomy, tight = short_tours(days=6), short_tours(days=6, reload_min=0)
    two, one = (plan_trips(one, work=0.05, lists_all=False) for one in (roomy, tight))
    assert two.unserved == one.unserved == ()
    # three days of the van and its crew less; the kilometres are the same
    assert sum(trip.length_m for trip in two.trips) == sum(trip.length_m for trip in one.trips)
    saved = 3 * (500_000 + 3 * roomy.costs.allowance_vnd_per_person_day)
    assert one.cost_vnd - two.cost_vnd == saved


def test_second_trips_share_the_hours_of_the_day(planned: tuple[TripProblem, TripPlan]) -> None:
    problem, plan = planned
    for first, second in pair_trips(plan.trips):
        assert second.load_min is not None
        assert first.home.arrive_min <= second.load_min <= problem.rules.reload_until
        leaves = second.stops[0].leg.leave_min
        assert second.load_min + problem.rules.reload_min <= leaves
        duty = second.home.arrive_min - first.stops[0].leg.leave_min
        assert duty <= problem.rules.duty_max_day_min
        assert first.peak_boxes <= 12 >= second.peak_boxes


def change_second(plan: TripPlan, **changes: object) -> TripPlan:
    """Return a plan with the second trip of its first day changed."""
    second = pair_trips(plan.trips)[0][1]
    trips = tuple(
        dataclasses.replace(t, **changes) if t is second else t  # type: ignore[arg-type]
        for t in plan.trips
    )
    return dataclasses.replace(plan, trips=trips)


def test_the_checker_refuses_what_leaves_no_time(planned: tuple[TripProblem, TripPlan]) -> None:
    problem, plan = planned
    first, second = pair_trips(plan.trips)[0]
    assert second.load_min is not None
    early = change_second(plan, load_min=first.home.arrive_min - 1)
    assert broken(problem, early) == {LOADED}
    late = change_second(plan, load_min=second.stops[0].leg.leave_min - 29)
    assert broken(problem, late) == {LOADED}
    rules = problem.rules.model_copy(update={"reload_until": second.load_min - 1})
    assert LOADED in broken(dataclasses.replace(problem, rules=rules), plan)
    rules = problem.rules.model_copy(update={"reload_min": 0})
    assert LOADED in broken(dataclasses.replace(problem, rules=rules), plan)
    assert "one_trip_at_a_time" in broken(problem, change_second(plan, load_min=None))
    day = problem.rules.duty_max_day_min
    lasts = second.home.arrive_min - first.stops[0].leg.leave_min
    for most, is_broken in ((lasts, False), (lasts - 1, True)):
        rules = problem.rules.model_copy(update={"duty_max_day_min": most})
        tight = dataclasses.replace(problem, rules=rules)
        assert ("duty_per_day_is_limited" in broken(tight, plan)) is is_broken
    assert lasts <= day


def test_the_checker_refuses_a_second_trip_without_a_first(
    planned: tuple[TripProblem, TripPlan],
) -> None:
    problem, plan = planned
    second = pair_trips(plan.trips)[0][1]
    alone = dataclasses.replace(plan, trips=(second,))
    assert LOADED in broken(problem, alone)


def test_driving_and_breaks_of_a_day_are_those_of_both_trips() -> None:
    far = {("D", "A"): 90, ("D", "B"): 90}
    visits = [visit(n, 1, leaves=(parcel(f"L{n}", "D", n, 7),), priority=5) for n in "AB"]
    cars = [car(capacity_boxes=12)]
    loose = month(visits, far, days=1, cars=cars, rules={"max_nights": 0})
    assert [trip.load_min is None for trip in plan_trips(loose).trips] == [True, False]
    limits = {"driving_max_day_min": 359}
    tight = month(visits, far, days=1, cars=cars, rules={"max_nights": 0, **limits})
    assert len(plan_trips(tight).trips) == 1
    assert "driving_per_day_is_limited" in broken(tight, plan_trips(loose))
    # loading is a rest from driving, where it is long enough for one
    limits = {"driving_max_continuous_min": 270, "break_min": 31}
    rules = loose.rules.model_copy(update=limits)
    assert "breaks_are_taken" in broken(dataclasses.replace(loose, rules=rules), plan_trips(loose))
    limits["break_min"] = 30
    rules = loose.rules.model_copy(update=limits)
    rested = dataclasses.replace(loose, rules=rules)
    assert broken(rested, plan_trips(loose)) == set()


def test_what_the_first_trip_brings_back_is_not_there_for_the_second() -> None:
    batch = parcel("CH", "A", "B", 7)
    visits = [
        visit("A", 1, takes=(batch,), leaves=(parcel("LA", "D", "A", 7),), priority=5),
        visit("B", 1, leaves=(batch, parcel("LB", "D", "B", 7)), priority=5),
    ]
    problem = month(visits, {("D", "A"): 30, ("D", "B"): 30}, days=1, cars=[car(capacity_boxes=12)])
    instance = build_instance(problem)
    assert date_trip(instance, (0, 1), 0, 0, 0, 1) is None
    free = dataclasses.replace(visits[1], leaves=(parcel("LB", "D", "B", 7),))
    free_problem = dataclasses.replace(problem, visits=(visits[0], free))
    assert date_trip(build_instance(free_problem), (0, 1), 0, 0, 0, 1) is not None


def test_two_trips_are_taken_up_again_as_one_day(planned: tuple[TripProblem, TripPlan]) -> None:
    problem, plan = planned
    instance = build_instance(problem)
    month_again = recall_trips(problem, instance, plan.trips).month
    assert record_trips(problem, list(month_again)) == plan.trips
    # whose first trip has nothing left to do stays a trip of its own
    first = pair_trips(plan.trips)[0][0]
    left = {stop.visit_id for stop in first.stops}
    fewer = dataclasses.replace(
        problem, visits=tuple(v for v in problem.visits if v.visit_id not in left)
    )
    trips = record_trips(
        fewer, list(recall_trips(fewer, build_instance(fewer), plan.trips[:2]).month)
    )
    assert [(len(trip.stops), trip.load_min) for trip in trips] == [(2, None)]


def test_a_lost_visit_gets_a_second_trip(planned: tuple[TripProblem, TripPlan]) -> None:
    problem, plan = planned
    kept: list[Trip] = [pair[0] for pair in pair_trips(plan.trips)]
    lost = pair_trips(plan.trips)[0][1].stops[0].visit_id
    served = {stop.visit_id for trip in kept for stop in trip.stops} | {lost}
    rest = dataclasses.replace(
        problem, visits=tuple(v for v in problem.visits if v.visit_id in served)
    )
    filled = place_in_trips(rest, tuple(kept), is_draft=True)
    assert filled.unserved == ()
    assert broken(rest, filled) == set()
    assert sum(trip.load_min is not None for trip in filled.trips) == 1
    # and the days that are offered for it are those of the trips that are there
    instance = build_instance(rest)
    job = next(k for k, v in enumerate(rest.visits) if v.visit_id == lost)
    options = list_day_options(instance, recall_trips(rest, instance, tuple(kept)).month, job)
    assert {option.day for option in options} == {0, 1, 2}
    assert all(option.trip.split for option in options)


def test_a_rider_has_no_second_trip_of_its_own() -> None:
    visits = [
        visit("A", 1, leaves=(parcel("LA", "D", "A", 7),), priority=5),
        visit("B", 1, leaves=(parcel("LB", "D", "B", 7),), ride_vnd=9_000_000),
    ]
    problem = month(visits, {("D", "A"): 30, ("D", "B"): 30}, days=1, cars=[car(capacity_boxes=12)])
    for lists_all in (True, False):
        plan = plan_trips(problem, work=0.02, lists_all=lists_all)
        assert [[stop.site_id for stop in trip.stops] for trip in plan.trips] == [["A"]]
        assert broken(problem, plan) == set()


def test_a_crew_for_each_vehicle_rests_the_pair() -> None:
    # the second trip is the same crew's: another crew in the van on one day is refused
    problem = dataclasses.replace(
        short_tours(), crews=(crew("C1"), crew("C2")), rest_days=frozenset({MONDAY})
    )
    plan = plan_trips(problem, work=0.02, lists_all=False)
    assert broken(problem, plan) == set()
    assert len({trip.first_day for trip in plan.trips}) == 2
    pairs = [pair for pair in pair_trips(plan.trips) if len(pair) == 2]
    assert pairs
    swapped = change_second(
        dataclasses.replace(plan, trips=pairs[0]),
        crew_id="C2" if pairs[0][1].crew_id == "C1" else "C1",
    )
    assert LOADED in broken(problem, swapped)


def test_courses_are_cut_and_joined() -> None:
    assert join_tours([(1, 2), (), (3,)]) == ((1, 2, 3), 2)
    assert join_tours([(), (3,)]) == ((3,), 0)
    assert leave_stop(((1, 2, 3), 2), 3) == ((1, 2), 0)
    assert leave_stop(((1, 2, 3), 2), 1) == ((2, 3), 1)
    assert list(add_stop(((1, 2), 1), 9)) == [
        ((9, 1, 2), 2), ((1, 9, 2), 2), ((1, 9, 2), 1), ((1, 2, 9), 1),
    ]  # fmt: skip
    assert list(add_stop(((1,), 0), 9)) == [((9, 1), 0), ((1, 9), 0), ((1, 9), 1), ((9, 1), 1)]
