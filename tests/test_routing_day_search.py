"""The compiled search for the days of a trip finds what listing all timetables finds."""

import dataclasses
import itertools
import random

import pytest
from routing_months import car, crew, month, random_month, visit
from routing_random import TIGHTEN, random_case
from timetable_oracle import best_day, list_timetables

from routing.checks.rules import ROWS
from routing.month.instance import build_instance
from routing.month.timetable import time_trip

NUM_MONTHS = 8  # for each rule of the clock
NUM_ORDERS = {"meals_are_taken": 5}  # the oracle begins the meal at every minute; others: 20
CLOCK = ("routing.month.clock", "routing.month.timetable", "routing.month.nights")


def list_rules_of_the_clock():
    """Return the rules that the register says the clock keeps and that can forbid a month."""
    kept = {rule.name for rule in ROWS for name in rule.kept_in if name.split(":")[0] in CLOCK}
    return [rule for rule in TIGHTEN if rule in kept]


def assert_best_of_all(instance, order, car_number, first):
    """Fewest days, then least metres, among all timetables (small trips: no near-bed limits)."""
    options = list_timetables(instance, order, car_number, first)
    found = time_trip(instance, order, car_number, first, 0)
    if not options:
        assert found is None
        return 0
    assert found is not None
    assert (len(found.days), found.metres) == min((len(o.days), o.metres) for o in options)
    place = instance.cars[car_number].depot
    for number, day in enumerate(found.days, first):
        best = best_day(instance, car_number, number, place, day.jobs, day.end_site)
        assert outline(instance, day) == outline(instance, best)
        place = day.end_site
    return 1


def outline(instance, day):
    """A day, or what of it must be the same where a meal may be taken at several moments."""
    if not instance.limits.meal:
        return day
    return day.jobs, day.end_site, day.drives[0].leave, day.finish, day.drive_min, day.metres


def walk_orders(instance, seed, num_orders):
    """Compare each visit, and some orders of up to three, on each vehicle and day; count trips."""
    jobs = range(len(instance.jobs))
    alone, *orders = (list(itertools.permutations(jobs, size)) for size in (1, 2, 3))
    more = [order for one in orders for order in one]
    chosen = alone + random.Random(seed).sample(more, min(num_orders, len(more)))
    # A week's driving is limited where days are joined, not by the clock of a day.
    instance = dataclasses.replace(
        instance, limits=instance.limits._replace(drive_week=7 * 1440), cache={}
    )
    walks = itertools.product(chosen, range(len(instance.cars)), range(len(instance.weeks)))
    return sum(assert_best_of_all(instance, *walk) for walk in walks)


def test_random_months_get_the_best_of_all_timetables():
    assert sum(walk_orders(build_instance(random_month(n)), n, 12) for n in range(30)) > 100


@pytest.mark.parametrize("rule", list_rules_of_the_clock())
def test_months_tight_for_a_rule_of_the_clock_get_the_best_of_all_timetables(rule):
    """A rule that the clock keeps and the oracle does not, or the other way round, is seen here."""
    cases = [build_instance(random_case(rule, number)) for number in range(NUM_MONTHS)]
    assert sum(walk_orders(instance, rule, NUM_ORDERS.get(rule, 20)) for instance in cases) > 10


def test_the_rules_of_the_clock_are_those_that_it_keeps():
    rules = list_rules_of_the_clock()
    assert len(rules) > 8
    assert {"breaks_are_taken", "nights_have_beds"} < set(rules)
    assert not {"crews_rest", "load_fits"} & set(rules)


MINUTES = {("D", "A"): 120, ("D", "H"): 100, ("H", "A"): 30, ("H", "B"): 30, ("D", "B"): 120}


def two_days_away(**more):
    """Two visits of 240 minutes whose windows open at 8:00 and close at 12:00."""
    visits = [visit(s, 3, opens=480, closes=720, service_min=240) for s in ("A", "B")]
    return build_instance(
        month(visits, MINUTES, cars=(car(),), crews=(crew(),), days=3, lodging={"H": 3}, **more)
    )


def test_a_night_between_two_mornings():
    found = time_trip(two_days_away(), (0, 1), 0, 0, 0)
    assert [day.jobs for day in found.days] == [(0,), (1,)]
    assert found.metres == (120 + 30 + 30 + 120) * 1000


@pytest.mark.parametrize(("beds", "is_found"), [(3, True), (2, False)])
def test_no_night_without_a_bed_for_each(beds, is_found):
    visits = [visit(s, 3, opens=480, closes=720, service_min=240) for s in ("A", "B")]
    instance = build_instance(month(visits, MINUTES, days=3, lodging={"H": beds}))
    assert (time_trip(instance, (0, 1), 0, 0, 0) is not None) == is_found


@pytest.mark.parametrize(("service_min", "is_found"), [(40, 1), (50, 0)])
def test_a_visit_where_the_crew_sleeps_ends_within_hours_as_well(service_min, is_found):
    visits = [visit("A", 3, opens=1100, closes=1200, service_min=service_min)]
    instance = build_instance(month(visits, {("D", "A"): 300}, days=3, lodging={"A": 3}))
    assert instance.limits.end == 1140
    assert assert_best_of_all(instance, (0,), 0, 0) == is_found


def test_hours_in_which_the_way_is_shut_are_waited_out():
    visits = [visit("A", 1, opens=480, closes=1020)]
    instance = build_instance(month(visits, {("D", "A"): 60}, shut={("D", "A"): ((300, 600),)}))
    found = time_trip(instance, (0,), 0, 0, 0)
    assert found.days[0].drives[0].leave == 600
    closed = build_instance(month(visits, {("D", "A"): 60}, shut={("D", "A"): ((300, 1440),)}))
    assert time_trip(closed, (0,), 0, 0, 0) is None


def test_a_day_sets_out_as_late_as_the_way_is_open():
    # To A until 10:00 only, an hour; on to B from 16:00, half an hour; home at 18:00. The day may
    # last ten hours: it sets out between 8:00 and 9:00, and the latest of these is found.
    way = {("D", "A"): 60, ("A", "B"): 30, ("D", "B"): 60}
    shut = {("D", "A"): ((600, 1440),), ("A", "B"): ((480, 960),)}
    visits = [visit(name, 1, opens=480, closes=1080) for name in ("A", "B")]
    problem = month(visits, way, days=1, shut=shut, rules={"duty_max_day_min": 600})
    (day,) = time_trip(build_instance(problem), (0, 1), 0, 0, 0).days
    assert (day.drives[0].leave, day.finish) == (540, 1080)


def test_a_day_sets_out_between_two_hours_in_which_the_way_is_shut():
    # An hour to A, shut from 8:00 to 9:20 and from 10:20 to 16:40; A is open from 17:00 on, and it
    # is an hour home. Who leaves by 7:00 is out for more than ten hours; who leaves at 9:20 is not.
    shut = {("D", "A"): ((480, 560), (620, 1000))}
    visits = [visit("A", 1, opens=1020, closes=1080)]
    rules = {"duty_max_day_min": 600, "earliest_start_min": 360}
    problem = month(visits, {("D", "A"): 60}, days=1, shut=shut, rules=rules)
    (day,) = time_trip(build_instance(problem), (0,), 0, 0, 0).days
    assert (day.drives[0].leave, day.finish) == (560, 1110)


def test_a_day_of_many_stops_is_timed_as_step_by_step() -> None:
    # 45 stops a minute apart, each of five minutes: 45 x 5 + 46 minutes, far within a day
    names = [f"S{k:02d}" for k in range(45)]
    minutes = {("D", names[0]): 1, (names[-1], "D"): 1}
    minutes |= dict.fromkeys(itertools.pairwise(names), 1)
    visits = tuple(visit(name, 1, service_min=5) for name in names)
    instance = build_instance(month(visits, minutes, rules={"max_nights": 0}))
    timed = time_trip(instance, tuple(range(45)), 0, 0, 0)
    assert timed is not None
    (day,) = timed.days
    assert day.finish - day.drives[0].leave == 45 * 5 + 46
    assert time_trip(instance, tuple(range(44, -1, -1)), 0, 0, 0) is not None
