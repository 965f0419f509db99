"""Rules of the last mile: plans they allow and forbid, minutes by hand; the engine keeps them."""

import dataclasses
from datetime import timedelta

import pytest
from routing_months import MONDAY, car, crew, month, parcel, visit

from province.dates import DateSpan
from province.fleet import VehicleKind
from routing.checks.verify import verify_decisions
from routing.last_mile import narrow_windows, share_rides
from routing.problem import LastMile, RideDay, Rider, RideWay
from routing.solver.solve import plan_trips

# A is an hour from D; the village V is 30 minutes and 10 km up from A, 20 minutes down.
BIKE = car(
    "M1", "V", kind=VehicleKind.MOTORBIKE, capacity_boxes=3, capacity_kg=45.0, cost_vnd_per_km=1000,
    cost_vnd_per_day=40_000, can_hold_sessions=False, seats=2,
)  # fmt: skip
DOWN, UP = RideWay(20, 0, 10_000), RideWay(30, 0, 10_000)
LIGHT = (360, 1140)


def make(*, bikes=(BIKE,), spans=(LIGHT,), down=DOWN, boxes=5, back=4, **changes):
    """Return a month in which 5 boxes come to V and 4 go back, 1 minute of handling a box."""
    rules = changes.pop("rules", {})
    problem = month(
        [], {("D", "A"): 60}, cars=(car("T1", kind=VehicleKind.TRUCK),),
        crews=(crew(drives=(VehicleKind.TRUCK,)),), days=2, rules=rules,
    )  # fmt: skip
    ride_day = RideDay(tuple(Rider(bike, down, UP) for bike in bikes), spans)
    last_mile = LastMile("V", "A", dict.fromkeys(problem.days, ride_day), problem.rules, 1.0)
    one = visit(
        "A", 2, "V-X", village_id="V", gap_group="V-M", gap_days=1, priority=5,
        leaves=(parcel("N", "D", "V", boxes, 15.0 * boxes),),
        takes=(parcel("O", "V", "D", back, 15.0 * back),), **changes,
    )  # fmt: skip
    one = dataclasses.replace(one, windows=narrow_windows(last_mile, one, one.windows))
    return dataclasses.replace(problem, visits=(one,), last_miles={"V": last_mile})


def rules_broken(problem, plan):
    return {rule for rule, _, _ in verify_decisions(problem, plan)}


def with_rides(plan, edit):
    trip = plan.trips[0]
    stop = dataclasses.replace(trip.stops[0], rides=tuple(edit(list(trip.stops[0].rides))))
    trip = dataclasses.replace(trip, stops=(stop, *trip.stops[1:]))
    return dataclasses.replace(plan, trips=(trip, *plan.trips[1:]))


def shift(ride, minutes):
    leg = dataclasses.replace(
        ride.leg, leave_min=ride.leg.leave_min + minutes, arrive_min=ride.leg.arrive_min + minutes
    )
    return dataclasses.replace(ride, leg=leg)


@pytest.fixture(scope="module")
def good():
    problem = make()
    return problem, plan_trips(problem)


def test_rides_are_as_counted_by_hand(good) -> None:
    problem, plan = good
    assert rules_broken(problem, plan) == set()
    (stop,) = plan.trips[0].stops
    at = stop.start_min
    # Down: 3 boxes (3+20+3), empty up 30, 1 box (1+20+1): 78 minutes before the stop.
    # Up: 3 boxes (3+30+3), empty down 20, 2 boxes (2+30+2), after the 30 minutes of the stop.
    assert [(r.leg.leave_min - at, r.leg.arrive_min - at, r.boxes) for r in stop.rides] == [
        (-75, -55, 3), (-52, -22, 0), (-21, -1, 1), (33, 63, 3), (66, 86, 0), (88, 118, 2),
    ]  # fmt: skip
    # Windows 08:00 to 17:00 and light 06:00 to 19:00: the first visit begins at 08:00 at best.
    assert problem.visits[0].windows[0].opens_min == 480
    assert problem.visits[0].windows[0].closes_min == 1020
    # A truck's day (500,000 + 3 × 200,000), 120 km at 10,000; three rides down and up of 20 km at
    # 1,000, a day of the motorbike and of its rider.
    assert plan.cost_vnd == 1_200_000 + 1_100_000 + 60_000 + 40_000 + 200_000


FORBIDDEN = {
    "boxes left behind": ("last_mile_is_ridden", lambda rides: rides[:4]),
    "no rides at all": ("last_mile_is_ridden", lambda rides: []),
    "a motorbike of elsewhere": (
        "last_mile_is_ridden",
        lambda rides: [dataclasses.replace(r, vehicle_id="M9") for r in rides],
    ),
    "down too late": ("rides_meet_the_stop", lambda r: [*r[:2], shift(r[2], 5), *r[3:]]),
    "up too early": ("rides_meet_the_stop", lambda r: [*r[:3], shift(r[3], -1), *r[4:]]),
    "two rides at once": (
        "times_follow_each_other", lambda r: [*r[:4], shift(r[4], 40), *r[5:]]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FORBIDDEN))
def test_a_plan_with_wrong_rides_is_refused(good, name: str) -> None:
    problem, plan = good
    rule, edit = FORBIDDEN[name]
    found = rules_broken(problem, with_rides(plan, edit))
    assert rule in found
    assert found <= {rule, "cost_is_right"}


def test_a_stop_at_another_place_is_no_hand_over(good) -> None:
    problem, plan = good
    last_mile = dataclasses.replace(problem.last_miles["V"], handover_id="D")
    moved = dataclasses.replace(problem, last_miles={"V": last_mile})
    assert "last_mile_is_ridden" in rules_broken(moved, plan)


FACTS = {
    "driving_per_day_is_limited": {"driving_max_day_min": 149},  # 3 × (20 + 30) by motorbike
    "duty_per_day_is_limited": {"duty_max_day_min": 197},  # 78 + 30 + 90
    "work_lies_within_hours": {"earliest_start_min": 479},
}


@pytest.mark.parametrize("rule", sorted(FACTS))
def test_riders_keep_the_hours_of_a_day(good, rule: str) -> None:
    problem, plan = good
    tight = dataclasses.replace(problem, rules=problem.rules.model_copy(update=FACTS[rule]))
    trip = plan.trips[0]
    assert rule in {r for r, where, _ in verify_decisions(tight, plan) if "M1" in where}
    assert trip.drive_min == 120


@pytest.mark.parametrize(
    ("limit", "is_served"), [(150, True), (149, False)], ids=["enough", "too little"]
)
def test_the_engine_keeps_the_driving_of_a_rider(limit: int, is_served: bool) -> None:
    problem = make(rules={"driving_max_day_min": limit})
    plan = plan_trips(problem)
    assert bool(plan.trips) == is_served
    assert rules_broken(problem, plan) == set()


@pytest.mark.parametrize(("limit", "is_served"), [(198, True), (197, False)])
def test_the_engine_keeps_the_duty_of_a_rider(limit: int, is_served: bool) -> None:
    problem = make(rules={"duty_max_day_min": limit})
    plan = plan_trips(problem)
    assert bool(plan.trips) == is_served
    assert rules_broken(problem, plan) == set()


def test_all_rides_lie_on_one_side_of_hours_in_which_the_way_is_shut() -> None:
    # 78 + 30 + 90 minutes are 198: 10:00 to 13:18 fits, 06:00 to 09:17 does not.
    (one,) = make(spans=((360, 557), (600, 798))).visits
    assert [(w.opens_min, w.closes_min) for w in one.windows[:1]] == [(678, 708)]
    (none,) = make(spans=((360, 557), (600, 797))).visits
    assert none.windows == ()


def test_a_second_motorbike_is_left_at_home_when_one_is_enough() -> None:
    second = dataclasses.replace(BIKE, vehicle_id="M2")
    problem = make(bikes=(BIKE, second), boxes=3, back=2)
    last_mile, one = problem.last_miles["V"], problem.visits[0]
    shares = share_rides(last_mile, one.takes, one.leaves, problem.days[0])
    assert [(s.rider.vehicle.vehicle_id, s.downs, s.ups) for s in shares] == [("M1", (2,), (3,))]


def test_a_motorbike_rides_for_one_stop_a_day(good) -> None:
    problem, _ = good
    kit = dataclasses.replace(problem.visits[0], visit_id="V-K", takes=(), leaves=(
        parcel("K", "D", "V", 1, 5.0),))  # fmt: skip
    both = dataclasses.replace(problem, visits=(*problem.visits, kit))
    two = plan_trips(both)
    assert rules_broken(both, two) == set()
    assert len({stop.day for trip in two.trips for stop in trip.stops}) == 2
    # Both on one day: the same motorbike is on two ways at a time.
    monday = [dataclasses.replace(s, day=MONDAY) for trip in two.trips for s in trip.stops]
    joined = dataclasses.replace(
        two, trips=(dataclasses.replace(two.trips[0], stops=tuple(monday)), *two.trips[1:])
    )
    assert "one_trip_at_a_time" in rules_broken(both, joined)


BIKES = {
    "vehicle_is_available": {"unavailable": (DateSpan(MONDAY, MONDAY + timedelta(days=4)),)},
    "load_fits": {"capacity_boxes": 2},
    "cost_is_right": {"cost_vnd_per_km": 1001},
}


@pytest.mark.parametrize("rule", sorted(BIKES))
def test_a_weaker_motorbike_does_not_ride_so(good, rule: str) -> None:
    problem, plan = good
    ride_day = RideDay((Rider(dataclasses.replace(BIKE, **BIKES[rule]), DOWN, UP),), (LIGHT,))
    last_mile = dataclasses.replace(
        problem.last_miles["V"], days=dict.fromkeys(problem.days, ride_day)
    )
    weaker = dataclasses.replace(problem, last_miles={"V": last_mile})
    assert rules_broken(weaker, plan) == {rule}
