"""All trips of a small month: none is begun that cannot serve, and none that serves is lost."""

import pytest
from routing_months import MONDAY, month, visit

from province.visits import Window
from routing.month.instance import MonthInstance, build_instance
from routing.solver.all_trips import _effort, list_all_trips

WAYS = {("A", "D"): 60, ("B", "D"): 60, ("A", "B"): 60, ("B", "E"): 300}
BEDS = {"A": 4, "B": 4, "E": 4}


def count_courses(instance: MonthInstance) -> int:
    return _effort(instance)["labels"]


def compiled(wanted, *, ways=WAYS, price=2_000_000, **more) -> MonthInstance:
    costs = {"unserved_vnd_per_priority": price}
    return build_instance(month([wanted], ways, lodging=BEDS, costs=costs, **more))


def test_a_visit_without_hours_costs_no_search():
    instance = compiled(visit("A", windows=()))
    assert list_all_trips(instance) == []
    assert count_courses(instance) == 0


def test_beds_on_an_island_do_not_count_as_ways_to_it():
    ways = {("A", "D"): 60, ("B", "D"): 60, ("E", "F"): 30}
    instance = compiled(visit("F"), ways=ways)
    assert list_all_trips(instance) == []
    assert count_courses(instance) == 0


def test_no_trip_begins_after_the_last_day_on_which_a_visit_may_lie():
    monday = compiled(visit("A", days=1), rules={"max_nights": 0})
    assert [trip.first for trip in list_all_trips(monday)] == [0]
    alone = compiled(visit("A", days=1), rules={"max_nights": 0}, days=1)
    list_all_trips(alone)
    assert count_courses(monday) == count_courses(alone) > 0


def test_a_visit_that_only_a_night_on_the_way_reaches_is_found():
    early = (Window(MONDAY, 480, 660), Window(MONDAY.replace(day=MONDAY.day + 2), 480, 660))
    instance = compiled(visit("E", windows=early), price=4_000_000)
    trips = list_all_trips(instance)
    assert trips
    assert {trip.first for trip in trips} <= {0, 1}
    assert min(len(trip.days) for trip in trips) >= 2


@pytest.mark.parametrize(("price", "is_found"), [(10_000_000, True), (400_000, False)])
def test_trips_that_cost_more_than_the_visit_counts_are_not_grown(price, is_found):
    instance = compiled(visit("E"), price=price)
    assert bool(list_all_trips(instance)) is is_found
    dear = compiled(visit("E"), price=10_000_000)
    list_all_trips(dear)
    assert (count_courses(instance) < count_courses(dear) / 2) is not is_found
