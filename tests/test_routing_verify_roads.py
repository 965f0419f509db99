"""The checker against real segments: a few visits on the roads of the shipped province."""

import dataclasses
from pathlib import Path

import pytest
from routing_months import visit

from province.dates import Month
from province.ids import ClosureId
from province.read import read_province
from province.road_settings import RoadSettings
from province.roads import Closure, ClosureEffect
from province.visits import Window
from roads.travel import Roads
from routing.build import build_trip_problem
from routing.checks.verify import verify_trips
from routing.solver.solve import plan_trips

MONTH = Month(2026, 12)
FOLDER = Path(__file__).parents[1] / "data" / "son-la"


@pytest.fixture(scope="module")
def planned():
    return _plan_three(read_province(FOLDER))


def _plan_three(province):
    roads = Roads(province)
    chosen = [site.site_id for site in province.sites if site.takes_rotation][20:23]
    days = list(MONTH.days())[6:9]
    windows = tuple(Window(day, 420, 1080) for day in days)
    visits = tuple(visit(site, windows=windows, priority=5) for site in sorted(chosen))
    problem = build_trip_problem(province, MONTH, visits, roads)
    problem = dataclasses.replace(
        problem, days=tuple(days), vehicles=problem.vehicles[:2], crews=problem.crews[:2]
    )
    return province, roads, problem, plan_trips(problem)


def _rules(province, roads, problem, plan):
    return {violation.rule for violation in verify_trips(province, problem, plan)}


def _with_leg(plan, **changes):
    trip = plan.trips[0]
    stop = dataclasses.replace(trip.stops[0], leg=dataclasses.replace(trip.stops[0].leg, **changes))
    trip = dataclasses.replace(trip, stops=(stop, *trip.stops[1:]))
    return dataclasses.replace(plan, trips=(trip, *plan.trips[1:]))


def test_plan_on_open_roads_breaks_no_rule(planned):
    assert len(planned[3].unserved) == 0
    assert _rules(*planned) == set()


def test_search_and_checker_know_the_same_factors_of_road_classes(planned):
    """A plan made with factors passes with them, and neither without nor with others."""
    slow, plain = {"national": 0.8, "commune": 0.6, "provincial": 1.2}, planned[0]
    province = _with_factors(plain, slow)
    made = _plan_three(province)
    assert len(made[3].unserved) == 0
    assert _rules(*made) == set()
    legs, before = (
        {(leg.from_site, leg.to_site): leg.drive_min for t in plan.trips for _, leg in t.legs()}
        for plan in (made[3], planned[3])
    )
    assert any(before[key] != minutes for key, minutes in legs.items() if key in before)
    assert "times_are_measured" in _rules(plain, Roads(plain), *made[2:])
    other = _with_factors(plain, slow | {"commune": 0.7})
    assert "times_are_measured" in _rules(other, Roads(other), *made[2:])


def _with_factors(province, factors):
    roads = RoadSettings.model_validate({"class_factors": factors})
    settings = province.settings.model_copy(update={"roads": roads})
    return dataclasses.replace(province, settings=settings)


def test_gap_between_segments_is_found(planned):
    province, roads, problem, plan = planned
    leg = plan.trips[0].stops[0].leg
    assert len(leg.segments) >= 3
    found = _rules(province, roads, problem, _with_leg(plan, segments=leg.segments[:-1]))
    assert "legs_follow_the_roads" in found
    swapped = tuple(reversed(leg.segments))  # same minutes and metres, wrong order
    found = _rules(province, roads, problem, _with_leg(plan, segments=swapped))
    assert found == {"legs_follow_the_roads"}


def test_closure_that_came_later_is_found(planned):
    province, _, problem, plan = planned
    trip = plan.trips[0]
    segment = trip.stops[0].leg.segments[1][0]
    day = trip.stops[0].day
    closure = Closure(
        ClosureId("X"), segment, "", None, None, None, day, day, 0, 1440,
        ClosureEffect.SHUT, "landslide", "test",
    )  # fmt: skip
    later = dataclasses.replace(province, closures=(*province.closures, closure))
    found = _rules(later, Roads(later), problem, plan)
    assert found == {"roads_are_open_for_the_vehicle"}


def test_minutes_that_no_segment_takes_are_found(planned):
    province, roads, problem, plan = planned
    leg = plan.trips[0].stops[0].leg
    found = _rules(province, roads, problem, _with_leg(plan, length_m=leg.length_m - 1000))
    assert "times_are_measured" in found
