"""A month's figures: targets, change, weeks, vehicles, the months ahead."""

from dataclasses import replace
from datetime import date

import pytest
from plan_fixture import make_plan

from planning.figures import (
    Service,
    compare_totals,
    count_books_delivered,
    count_by_week,
    count_impossible,
    count_movements,
    find_most_urgent,
    find_services,
    list_without_service,
    sum_by_vehicle,
)
from planning.plan import Plan
from province.dates import Month
from province.facts import Province
from province.ids import VisitId
from province.language import message
from province.visits import Movement
from rotation.problem import Stay
from routing.trips import Unserved


@pytest.fixture(scope="module")
def plan(small: Province) -> Plan:
    return make_plan(small)


def test_a_batch_that_no_trip_brings_does_not_stand_there(plan: Plan, small: Province) -> None:
    """Of stays, those running count as books there; a planned one only once a trip brings it."""
    stay = plan.rotation.stays[0]
    commune = small.site_by_id[stay.site_id].commune_code

    def tell(*stays: Stay) -> Service:
        lost = replace(plan.trips, trips=())
        without = replace(plan, trips=lost, rotation=replace(plan.rotation, stays=stays))
        return find_services(without, small)[commune]

    assert tell(replace(stay, first_month=Month(2026, 12), months=2)) is Service.NONE
    assert tell(replace(stay, first_month=Month(2026, 11), months=2)) is Service.STANDS
    # It was to be fetched in December and is not: it is there.
    assert tell(replace(stay, first_month=Month(2026, 11), months=1)) is Service.STANDS
    assert tell(replace(stay, first_month=Month(2026, 10), months=1)) is Service.NONE


def test_figures_stand_beside_last_months(plan: Plan) -> None:
    before = replace(plan.totals, trips=5, cost_vnd=1_000)
    changes = {change.name: change for change in compare_totals(plan.totals, before)}
    assert (changes["trips"].now, changes["trips"].before) == (1, 5)
    assert changes["cost_vnd"].before == 1_000
    assert all(change.before is None for change in compare_totals(plan.totals, None))


def test_work_is_counted_by_weeks_that_begin_on_monday(plan: Plan) -> None:
    weeks = count_by_week(plan)
    assert [week.first_day for week in weeks] == [
        date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 14), date(2026, 12, 21),
        date(2026, 12, 28),
    ]  # fmt: skip
    tasks = [task for trip in plan.trips.trips for stop in trip.stops for task in stop.tasks]
    assert (weeks[0].exchanges, weeks[0].sessions) == (4, tasks.count("session"))
    assert all(week.exchanges == week.sessions == week.others == 0 for week in weeks[1:])


def test_vehicles_are_summed_the_dearest_first(plan: Plan) -> None:
    trip = plan.trips.trips[0]
    other = replace(trip, vehicle_id="ZZ", trip_id="T02", cost_vnd=trip.cost_vnd * 3)
    more = replace(trip, trip_id="T03", length_m=1_000)
    both = replace(plan, trips=replace(plan.trips, trips=(trip, other, more)))
    first, second = sum_by_vehicle(both, most=2)
    assert (first.vehicle_id, first.cost_vnd) == ("ZZ", trip.cost_vnd * 3)
    assert second.vehicle_id == trip.vehicle_id
    assert second.cost_vnd == 2 * trip.cost_vnd
    assert second.length_m == trip.length_m + 1_000
    (others,) = sum_by_vehicle(both, most=0)
    assert others.vehicle_id is None
    assert others.cost_vnd == first.cost_vnd + second.cost_vnd


def test_movements_are_counted_for_each_month_ahead(plan: Plan) -> None:
    later = Movement("B1", Month(2027, 1), "TV1", "KHO")
    moves = (*plan.rotation.movements, later)
    counted = count_movements(replace(plan, rotation=replace(plan.rotation, movements=moves)))
    assert counted == ((Month(2026, 12), 4), (Month(2027, 1), 1))


def test_books_delivered_are_those_left(plan: Plan) -> None:
    stops = [stop for trip in plan.trips.trips for stop in trip.stops]
    assert count_books_delivered(plan) == sum(p.books for stop in stops for p in stop.leaves) > 0


def test_communes_without_service_come_with_the_most_populous_first(plan, small) -> None:
    nothing = replace(
        plan, trips=replace(plan.trips, trips=()), rotation=replace(plan.rotation, stays=())
    )
    people = [commune.population for commune in list_without_service(nothing, small)]
    assert people == [12000, 4200, 2700, 1500]
    services = find_services(plan, small)
    assert all(services[c.code] is Service.NONE for c in list_without_service(plan, small))


def test_visits_that_no_trip_can_make_are_counted_apart(plan: Plan) -> None:
    codes = ("driving_law", "priced_out", "no_road", "giver_unserved", "days_off")
    lost = tuple(Unserved(VisitId(code), code, message("why")) for code in codes)
    plan = replace(plan, trips=replace(plan.trips, unserved=lost))
    assert count_impossible(plan) == 3


def test_the_most_urgent_visit_is_of_high_priority_and_cheap_to_put_right(plan: Plan) -> None:
    known = [visit.visit_id for visit in plan.visits]
    priorities = dict(zip(known, (5, 3, 5, 5, 1), strict=True))
    visits = tuple(replace(v, priority=priorities[v.visit_id]) for v in plan.visits)
    costs = dict(zip(known, (900, 1, None, 400, 0), strict=True))
    missed = tuple(
        Unserved(key, "crew", message("no crew"), message("hire"), costs[key]) for key in known
    )
    urgent = find_most_urgent(
        replace(plan, visits=visits, trips=replace(plan.trips, unserved=missed))
    )
    assert urgent is not None
    assert urgent.visit_id == known[3]
    assert find_most_urgent(replace(plan, trips=replace(plan.trips, unserved=()))) is None
