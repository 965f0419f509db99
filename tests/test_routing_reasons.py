import dataclasses

import pytest
from routing_months import MONDAY, car, crew, month, parcel, visit

from province.amounts import write_smallest
from province.dates import DateSpan
from province.language import message
from province.visits import Pin, Window
from routing.problem import TripProblem, Withheld
from routing.solver.obstacles import list_day_numbers
from routing.solver.solve import plan_trips
from routing.solver.unserved_reasons import CODES

NEAR = {("D", "A"): 60, ("D", "B"): 60, ("A", "B"): 30}
SPAN = DateSpan(MONDAY, MONDAY.replace(day=31))
HEAVY = (parcel("L", "D", "A", 50, 10.0),)
OTHER = (parcel("L", "A", "E"),)
LOST = (parcel("L", "B", "A"),)


def withhold(problem: TripProblem, code: str, days: int) -> TripProblem:
    """Return a month in which a lockdown keeps the last of some days from the visit to A."""
    held = Withheld(code, message("it is shut"), visit("A", days).windows[-1:])
    return dataclasses.replace(problem, withheld={"A-X": held})


CASES = {
    "no_road": lambda: month([visit("A")], {("D", "B"): 60, ("A", "C"): 5}),
    "site_never_open": lambda: month([visit("A", windows=())], NEAR),
    "hours": lambda: month([visit("A", opens=360, closes=420)], NEAR),
    "no_vehicle_fits": lambda: month([visit("A", leaves=HEAVY)], NEAR),
    "crew_too_small": lambda: month([visit("A", crew_min=4)], NEAR, cars=(car(seats=5),)),
    "depot_mismatch": lambda: month(
        [visit("A", takes=OTHER)], {**NEAR, ("E", "A"): 60}, depots=("D", "E")
    ),
    "pinned": lambda: month(
        [visit("A", pin=Pin(day=MONDAY.replace(day=13), vehicle_id="B1", pin_ids=("P7",)))], NEAR
    ),
    "locked_down": lambda: withhold(month([visit("A", windows=())], NEAR), "locked_down", 2),
    "put_off": lambda: withhold(month([visit("A", 1, opens=360, closes=420)], NEAR), "put_off", 4),
    "driving_law": lambda: month([visit("A", service_min=120)], {("D", "A"): 300}),
    "days_off": lambda: month([visit("A")], NEAR, crews=(crew(days_off=(SPAN,)),)),
    "giver_unserved": lambda: month([visit("A", leaves=LOST)], NEAR),
    "dates_taken": lambda: month(
        [visit("A", 1, service_min=400), visit("B", 1, service_min=400, priority=4)], NEAR, days=1
    ),
    "batch_late": lambda: month(
        # The batch is home from B on the 9th and checked on the 10th; A shuts on the 10th.
        [
            visit("A", 4, leaves=LOST),
            visit("B", takes=LOST, windows=(Window(MONDAY.replace(day=9), 480, 1020),)),
        ],
        {("D", "A"): 200, ("D", "B"): 200, ("A", "B"): 400},
        costs={"unserved_vnd_per_priority": 20_000_000},
    ),
    "gap_days": lambda: month(
        [
            visit("A", 2, name="A-X", gap_group="S", gap_days=2, priority=1),
            visit("A", 1, name="A-Y", gap_group="S", gap_days=2, priority=4),
        ],
        NEAR,
        costs={"unserved_vnd_per_priority": 20_000_000},
    ),
    "week_full": lambda: month(
        [
            visit("A", priority=1, windows=(Window(MONDAY, 480, 1020),)),
            visit("B", windows=(Window(MONDAY.replace(day=8), 480, 1020),)),
        ],
        NEAR,
        rules={"work_days_per_week": 1},
    ),
    "own_trip": lambda: month([visit("A", ride_vnd=1_000)], NEAR),
    "priced_out": lambda: month([visit("A", priority=1)], {("D", "A"): 150}),
    "several_rules": lambda: month([visit("A", leaves=HEAVY, opens=360, closes=420)], NEAR),
}

# Planted where villages have motorbikes: test_planning_last_mile.py.
ELSEWHERE = {"last_mile"}

TOLD = {
    "batch_late": "of the days of the month on which it could be served, 7–10: its batch L comes "
    "home from B-X on 2026-12-09 and is checked until 2026-12-10",
    "gap_days": "of the days of the month on which it could be served, 7, 8: less than 2 days from "
    "the visit on 7",
    "week_full": "of the days of the month on which it could be served, 7: the crews that are free "
    "have driven or worked all they may that week, or days in a row",
    "dates_taken": "of the days of the month on which it could be served, 7: every vehicle and "
    "crew that could serve it is on other trips",
}


PINS = {
    "no crew of this name": (
        Pin(crew_id="C9", pin_ids=("P1", "P2")),
        "it is fixed with crew C9 (visit_pins.csv: P1, P2); no trip at all can keep to that",
    ),
    "before the month": (
        Pin(not_after=MONDAY.replace(day=1), pin_ids=("P1",)),
        "it is fixed not after 2026-12-01 (visit_pins.csv: P1); no trip at all can keep to that",
    ),
    "a day on which the bus is elsewhere": (
        Pin(day=MONDAY, pin_ids=("P1",)),
        "it is fixed on 2026-12-07 (visit_pins.csv: P1); without that there is a place for it "
        "beside the other trips",
    ),
}


@pytest.mark.parametrize("case", PINS)
def test_a_pin_that_leaves_a_visit_out_is_named(case: str) -> None:
    pin, told = PINS[case]
    taken = visit("B", service_min=400, priority=5, windows=(Window(MONDAY, 480, 1020),))
    problem = month([visit("A", service_min=400, pin=pin), taken], NEAR)
    (lost,) = plan_trips(problem).unserved
    assert (lost.visit_id, lost.reason_code, str(lost.reason)) == ("A-X", "pinned", told)


def test_a_pin_that_is_not_the_cause_is_not_named() -> None:
    day = Pin(not_before=MONDAY, pin_ids=("P1",))
    problem = month([visit("A", crew_min=4, pin=day)], NEAR, cars=(car(seats=5),))
    (lost,) = plan_trips(problem).unserved
    assert lost.reason_code == "crew_too_small"


@pytest.mark.parametrize("code", sorted(CASES))
def test_planted_cause_is_named(code):
    problem = CASES[code]()
    found = {unserved.visit_id: unserved for unserved in plan_trips(problem).unserved}
    assert found["A-X"].reason_code == code
    assert str(found["A-X"].reason)


@pytest.mark.parametrize(
    ("code", "currency", "shown"),
    [("own_trip", "EUR", "brings it for 10.00 or less"), ("own_trip", "VND", "for 1,000 or less")],
)
def test_amounts_are_told_in_the_currency(code, currency, shown):
    problem = dataclasses.replace(CASES[code](), currency=currency)
    (lost,) = plan_trips(problem).unserved
    assert shown in str(lost.reason)
    more = write_smallest(lost.fix_cost_vnd, currency)
    assert str(lost.reason).endswith(f"costs {more} more")


def test_a_cause_of_each_code_is_planted():
    assert set(CASES) | ELSEWHERE == set(CODES)
    assert not set(CASES) & ELSEWHERE


@pytest.mark.parametrize("code", sorted(TOLD))
def test_the_days_and_what_stands_in_the_way_on_them_are_told(code):
    found = {unserved.visit_id: unserved for unserved in plan_trips(CASES[code]()).unserved}
    assert str(found["A-X"].reason) == TOLD[code]


def test_days_are_told_by_what_stands_in_the_way_on_each():
    """Home on the 9th, checked on the 10th; on the 11th the only bus is elsewhere."""
    problem = month(
        [
            visit("A", leaves=LOST, priority=1),
            visit("B", takes=LOST, windows=(Window(MONDAY.replace(day=9), 480, 1020),)),
            visit("C", service_min=300, windows=(Window(MONDAY.replace(day=11), 480, 1020),)),
        ],
        {("D", "A"): 200, ("D", "B"): 200, ("A", "B"): 400, ("D", "C"): 150, ("A", "C"): 350},
        costs={"unserved_vnd_per_priority": 20_000_000},
    )
    (lost,) = plan_trips(problem).unserved
    assert (lost.visit_id, lost.reason_code) == ("A-X", "batch_late")
    assert str(lost.reason) == (
        "of the days of the month on which it could be served, 7–10: its batch L comes home from "
        "B-X on 2026-12-09 and is checked until 2026-12-10; 11: every vehicle and crew that could "
        "serve it is on other trips"
    )


def test_days_in_a_row_are_joined():
    assert list_day_numbers([11, 1, 2, 3, 4, 7, 8, 11]) == "1–4, 7, 8, 11"
    assert list_day_numbers([]) == ""


def test_a_day_that_has_no_time_for_its_meal_alone_is_the_laws() -> None:
    # 200 minutes there and back and four hours of service are 640 minutes of the 660 of a day.
    def lose(meal_min):
        rules = {"meal_min": meal_min, "max_nights": 0}
        visits = [visit("A", service_min=240, priority=5)]
        return plan_trips(month(visits, {("D", "A"): 200}, rules=rules)).unserved

    assert lose(0) == ()
    (lost,) = lose(30)
    assert lost.reason_code == "driving_law"
    assert "meals" in str(lost.reason)
