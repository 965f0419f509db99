import pytest
from routing_months import crew, month, parcel, visit

from routing.month.instance import build_instance
from routing.month.timetable import time_trip
from routing.solver.solve import plan_trips

ALONE = {("D", "A"): 60}


def timed(problem, order=(0,), first=0):
    return time_trip(build_instance(problem), order, 0, first, 0)


def test_leaves_as_late_as_the_opening_allows():
    # Open from 8:00, an hour away: leave at 7:00, serve until 8:30, home at 9:30.
    day = timed(month([visit("A")], ALONE)).days[0]
    assert (day.drives[0].leave, day.starts[0], day.finish) == (420, 480, 570)


def test_break_is_taken_after_four_hours_and_not_before():
    # 300 minutes at the wheel: 240, a break of 15, 60 more. Served from 08:00, so leave at 07:00?
    # No: 360 is the earliest; 360 + 240 + 15 + 60 = 675.
    drive = timed(month([visit("A", priority=5)], {("D", "A"): 250})).days[0].drives[0]
    assert drive.pauses == ((drive.leave + 240, 15, True),)
    assert drive.arrive - drive.leave == 250 + 15


def test_service_of_fifteen_minutes_counts_as_a_break_and_shorter_does_not():
    long = timed(month([visit("A", service_min=15)], {("D", "A"): 130})).days[0]
    assert all(not drive.pauses for drive in long.drives)
    short = timed(month([visit("A", service_min=14)], {("D", "A"): 130})).days[0]
    assert [len(drive.pauses) for drive in short.drives] == [0, 1]


def test_ferry_wait_lies_in_the_leg_and_resets_the_run():
    problem = month([visit("A")], {("D", "A"): 250}, wait={("D", "A"): 20})
    drive = timed(problem).days[0].drives[0]
    assert drive.pauses == ((drive.leave + 125, 20, False),)
    assert drive.arrive - drive.leave == 270


def test_shut_hours_are_waited_for():
    # The way is shut from 7:00 to 9:00 and takes an hour: leave at 9:00, arrive at 10:00.
    problem = month([visit("A")], ALONE, shut={("D", "A"): ((300, 540),)})
    drive = timed(problem).days[0].drives[0]
    assert (drive.leave, drive.arrive) == (540, 600)


def test_buffer_counts_as_duty_and_not_as_driving():
    problem = month([visit("A")], ALONE, rules={"leg_buffer_min": 12})
    found = timed(problem)
    assert found.days[0].drive_min == 120
    assert found.days[0].drives[0].arrive - found.days[0].drives[0].leave == 72


@pytest.mark.parametrize(("beds", "nights"), [({"H": 3}, 1), ({"H": 2}, None), ({}, None)])
def test_far_site_needs_a_night_with_enough_beds(beds, nights):
    problem = month([visit("A", service_min=120)], {("D", "A"): 300, ("A", "H"): 30}, lodging=beds)
    found = timed(problem)
    assert (None if found is None else len(found.days) - 1) == nights


def test_crew_sleeps_where_it_stopped_when_there_are_beds():
    # Open in the afternoon: served on the first day, too late to be home the same day.
    problem = month(
        [visit("A", opens=780, service_min=120, priority=5)], {("D", "A"): 250}, lodging={"A": 3}
    )
    trip = plan_trips(problem).trips[0]
    assert [(night.site_id, night.day) for night in trip.nights] == [("A", trip.first_day)]
    legs = [stop.leg for stop in trip.stops] + [night.leg for night in trip.nights]
    assert sum(leg is not None and leg.drive_min > 0 for leg in legs) == 1


def test_cost_is_kilometres_days_nights_and_allowances():
    # 600 km at 10,000, two days at 500,000, two days and a night for three people.
    problem = month([visit("A", service_min=120)], {("D", "A"): 300}, lodging={"A": 3})
    assert timed(problem).cost_vnd == 6_000_000 + 2 * 500_000 + 2 * 3 * 200_000 + 3 * 300_000


def test_chain_rides_the_same_trip_in_the_right_order():
    chained = parcel("CH", "A", "B", 8)
    visits = [visit("B", leaves=(chained,), name="B-X"), visit("A", takes=(chained,), name="A-X")]
    problem = month(visits, {("D", "A"): 60, ("D", "B"): 60, ("A", "B"): 30})
    plan = plan_trips(problem)
    assert [stop.visit_id for stop in plan.trips[0].stops] == ["A-X", "B-X"]
    assert plan.trips[0].loads == ()
    assert [stop.boxes_after for stop in plan.trips[0].stops] == [8, 0]


def test_small_crew_saves_allowance():
    two = crew("C2", members=2)
    problem = month([visit("A")], ALONE, crews=(crew(), two))
    assert [trip.crew_id for trip in plan_trips(problem).trips] == ["C2"]
