"""Trips whose stops and days are given: timed by the clock, or plainly."""

import random

import pytest
from edited_months import edit_month, list_broken, make_empty_plan
from routing_months import month, random_month, visit
from test_planning_edit_rules import NEVER_BROKEN

from province.facts import Province
from routing.month.given_trips import GivenTrip, NoTimetable, time_given
from routing.month.instance import build_instance
from routing.month.schedule import served_days
from routing.month.timetable import time_trip

# A is 60, B 100, E 200 minutes from D, B 50 from A, H 30 from E; services take 30 minutes.
MINUTES = {("D", "A"): 60, ("D", "B"): 100, ("A", "B"): 50, ("D", "E"): 200, ("E", "H"): 30}
EVERY_DAY = frozenset(range(5))


def make(minutes=None, **facts):
    visits = facts.pop("visits", [visit(site) for site in "ABE"])
    return build_instance(month(visits, minutes or MINUTES, lodging={"H": 3}, **facts))


def time(instance, order, days, free=frozenset()):
    return time_given(instance, GivenTrip(order, days, 0, 0, free))


@pytest.mark.parametrize(
    ("order", "days"), [((0,), (0,)), ((0, 1), (1, 1)), ((1, 0), (2, 2)), ((2, 0), (0, 1))]
)
def test_a_legal_trip_has_the_timetable_of_the_clock(order, days) -> None:
    instance = make()
    found = time(instance, order, days)
    first = time_trip(instance, order, 0, days[0], 0)
    if first is not None and tuple(served_days(first).values()) == days:
        assert found == first
    else:  # the clock would serve all on one day: the days given count
        assert tuple(served_days(found).values()) == days
        assert [day.metres for day in found.days] == [230_000, 350_000]  # D–E–H, H–E–D–A–D


def test_days_beside_the_stops_are_used_only_where_they_are_free() -> None:
    instance = make()
    long = (0, 1, 2), (0, 0, 0)  # A, B and E: 610 minutes of driving back to D, 600 are allowed
    alone, free = time(instance, *long), time(instance, *long, EVERY_DAY)
    assert (len(alone.days), len(free.days)) == (1, 2)
    assert alone.days[0].drive_min == 610
    assert [(day.jobs, day.metres) for day in free.days] == [((0, 1, 2), 440_000), ((), 230_000)]
    assert time(instance, *long, frozenset({2, 3})) == alone  # not the day after
    # 630 minutes of duty, 500 are allowed, and nowhere a bed on the way: plainly on its day
    problem = month([visit("A")], {("D", "A"): 300}, rules={"duty_max_day_min": 500})
    bedless = build_instance(problem)
    assert len(time(bedless, (0,), (2,), EVERY_DAY).days) == 1
    assert time(bedless, (0,), (2,), EVERY_DAY) == time(bedless, (0,), (2,))


def test_a_trip_may_leave_the_day_before_its_first_stop() -> None:
    # H is 230 minutes from D, by way of E; E opens at 6:30 only, so that one sleeps at H
    instance = make(visits=[visit("E", opens=390, closes=420)])
    found = time(instance, (0,), (2,), EVERY_DAY)
    assert (found.first, len(found.days), found.days[0].jobs) == (1, 2, ())
    assert instance.limits.start == 360  # by the plain clock it would have to leave at 3:10
    plain = time(instance, (0,), (2,))
    assert (plain.first, plain.days[0].drives[0].leave, plain.days[0].starts) == (2, 190, (390,))


def test_a_plain_day_breaks_rules_by_the_fewest_minutes() -> None:
    # from D to E 200 minutes; light from 6:30 to 9:30 is 180: of 430 minutes 250 lie outside
    instance = make(rules={"daylight_only": True}, light=(390, 570))
    (day,) = time(instance, (2,), (0,)).days
    leave, finish = day.drives[0].leave, day.finish
    assert finish - leave == 430
    # 20 minutes before light are 20 fewer after it; all the same, and the earliest end is taken:
    assert leave == 280  # E opens at 8:00


def test_breaks_ferries_and_shut_hours_are_kept_by_the_plain_clock() -> None:
    minutes = {("D", "A"): 300, ("A", "B"): 100}
    problem = month(
        [visit("A"), visit("B")], minutes, wait={("A", "B"): 20},
        shut={("A", "B"): ((700, 800),)}, rules={"duty_max_day_min": 300},
    )  # fmt: skip
    (day,) = time(build_instance(problem), (0, 1), (0, 0)).days
    first, second, home = day.drives
    assert [(start - first.leave, length) for start, length, _ in first.pauses] == [(240, 15)]
    assert second.arrive - second.leave == 120
    assert second.arrive <= 700 or second.leave >= 800
    assert (second.leave + 50, 20, False) in second.pauses
    assert sum(length for _, length, is_break in home.pauses if is_break) == 15


def test_what_cannot_be_driven_says_where() -> None:
    apart = month([visit("A"), visit("B")], {("D", "A"): 60, ("B", "E"): 50})
    sites = apart.sites.index("A"), apart.sites.index("B")
    assert time(build_instance(apart), (0, 1), (0, 0)) == NoTimetable(1, *sites)
    far = month([visit("A"), visit("B")], {("D", "A"): 700, ("D", "B"): 60})
    assert time(build_instance(far), (1, 0), (0, 1)) == NoTimetable(1)  # there and back: 1,430


def test_a_plain_day_does_not_wait_beyond_midnight() -> None:
    # A opens at 13:30, 700 minutes from B, which is 200 from D: waiting, it would end at 27:00
    problem = month(
        [visit("A", opens=810), visit("B")], {("D", "A"): 60, ("A", "B"): 700, ("D", "B"): 200}
    )
    (day,) = time(build_instance(problem), (0, 1), (0, 0)).days
    assert day.finish <= 24 * 60


def measure_longest(problem, rows) -> int:
    """Return the minutes of the longest day: ways to its stops, and home on the last, services."""
    travel, service = problem.travel(problem.vehicles[0], problem.days[0]), {}
    site = {v.visit_id: problem.sites.index(v.site_id) for v in problem.visits}
    service = {v.visit_id: v.service_min for v in problem.visits}
    depot, longest = problem.sites.index("D"), 0
    for row in rows:
        minutes, place = [0] * 5, depot
        for visit_id, day in (stop.split("@") for stop in row.split()[3:]):
            minutes[int(day)] += int(travel.drive_min[place, site[visit_id]]) + service[visit_id]
            minutes[int(day)] += problem.rules.leg_buffer_min + 15 * 3
            place = site[visit_id]
        minutes[int(day)] += int(travel.drive_min[place, depot]) + 15 * 3
        longest = max(longest, *minutes)
    return longest


@pytest.mark.parametrize("seed", range(40))
def test_any_arrangement_is_timed_and_breaks_only_what_a_planner_may_overrule(
    seed: int, small: Province
) -> None:
    problem, rng = random_month(seed), random.Random(seed)
    visits = [one.visit_id for one in problem.visits]
    rng.shuffle(visits)
    cut = rng.randint(1, len(visits))
    rows = []
    for number, own in enumerate((visits[:cut], visits[cut:])):
        days = sorted(rng.randint(0, 1) for _ in own)
        car, crew = rng.choice(problem.vehicles), rng.choice(problem.crews)
        stops = " ".join(f"{one}@{day}" for one, day in zip(own, days, strict=True))
        if own:
            rows.append(f"T{number} {car.vehicle_id} {crew.crew_id} {stops}")
    if measure_longest(problem, rows) > 24 * 60:
        pytest.skip("no day is as long")
    plan = edit_month(problem, make_empty_plan(problem), small, *rows)
    assert {stop.visit_id for _, stop in plan.trips.stops()} == set(visits)
    assert not {rule for rule, _ in list_broken(problem, plan)} & set(NEVER_BROKEN)
