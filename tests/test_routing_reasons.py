import pytest
from routing_months import MONDAY, car, crew, month, parcel, visit

from province.dates import DateSpan
from routing.reasons import CODES
from routing.solve import plan_trips

NEAR = {("D", "A"): 60, ("D", "B"): 60, ("A", "B"): 30}
SPAN = DateSpan(MONDAY, MONDAY.replace(day=31))
HEAVY = (parcel("L", "D", "A", 50, 10.0),)
OTHER = (parcel("L", "A", "E"),)
LOST = (parcel("L", "B", "A"),)

CASES = {
    "no_road": lambda: month([visit("A")], {("D", "B"): 60, ("A", "C"): 5}),
    "site_never_open": lambda: month([visit("A", windows=())], NEAR),
    "hours": lambda: month([visit("A", opens=360, closes=420)], NEAR),
    "no_vehicle_fits": lambda: month([visit("A", leaves=HEAVY)], NEAR),
    "crew_too_small": lambda: month([visit("A", crew_min=4)], NEAR, cars=(car(seats=5),)),
    "depot_mismatch": lambda: month(
        [visit("A", takes=OTHER)], {**NEAR, ("E", "A"): 60}, depots=("D", "E")
    ),
    "driving_law": lambda: month([visit("A", service_min=120)], {("D", "A"): 300}),
    "days_off": lambda: month([visit("A")], NEAR, crews=(crew(days_off=(SPAN,)),)),
    "giver_unserved": lambda: month([visit("A", leaves=LOST)], NEAR),
    "dates_taken": lambda: month(
        [visit("A", 1, service_min=400), visit("B", 1, service_min=400, priority=4)], NEAR, days=1
    ),
    "priced_out": lambda: month([visit("A", priority=1)], {("D", "A"): 150}),
}


@pytest.mark.parametrize("code", sorted(CASES))
def test_planted_cause_is_named(code):
    problem = CASES[code]()
    found = {unserved.visit_id: unserved for unserved in plan_trips(problem).unserved}
    assert found["A-X"].reason_code == code
    assert code in CODES
    assert str(found["A-X"].reason)
