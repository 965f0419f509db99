"""A month is planned again from a moment on: what was done stays, little of the rest changes."""

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from loose_month import (
    DECEMBER,
    LONG_DAY,
    PROVINCES,
    SHORT_DAY,
    close_road,
    close_site,
    on,
    plan_loosely,
    span,
    take_out,
)

from planning.announced import measure_notice
from planning.plan import Plan, VisitChange
from planning.replan.changes import list_changes
from planning.replan.moment import Moment
from planning.replan.replan import replan_month
from planning.replan.rest import find_rest
from planning.replan.slots import offer_slots
from province.dates import DateSpan
from province.facts import Province
from province.ids import TripId, VisitId
from province.replan_settings import ReplanSettings
from province.visit_pins import VisitPin
from province.visits import Visit
from routing.trips import Stop, Trip

pytestmark = pytest.mark.usefixtures("few_iterations")

Planned = Callable[[int], tuple[Province, Plan]]


@pytest.fixture(name="planned")
def give_planned(small: Province) -> Planned:
    """The province and its plan, by the minutes of duty."""
    PROVINCES[id(small)] = small
    return lambda duty_min: plan_loosely(id(small), duty_min)


def replan(province: Province, plan: Plan, moment: Moment, **more: object) -> Plan:
    new = replan_month(province, (plan,), plan, moment, work=0.0, has_fixes=False, **more)
    assert new is not None
    assert new.violations == ()
    assert new.replanned is not None
    return new


def index_stops(plan: Plan) -> dict[VisitId, tuple[Trip, Stop]]:
    return {stop.visit_id: (trip, stop) for trip in plan.all_trips for stop in trip.stops}


def changed(plan: Plan) -> dict[VisitId, VisitChange]:
    assert plan.replanned is not None
    return {change.visit_id: change for change in plan.replanned.changes}


@pytest.mark.parametrize("allow", ["fill", "move"])
def test_where_nothing_changed_the_plan_stays(planned: Planned, allow: str) -> None:
    province, plan = planned(LONG_DAY)
    assert replan_month(province, (plan,), plan, on(7), allow=allow) is None


def test_a_closed_school_moves_its_visit_and_nothing_else(planned: Planned) -> None:
    province, plan = planned(LONG_DAY)
    before = index_stops(plan)
    name = min(("TH1-S1", "TH1-S2"), key=lambda one: before[VisitId(one)][1].day)
    trip, stop = before[VisitId(name)]
    closed = close_site(province, "TH1", DateSpan(stop.day, stop.day))
    new = replan(closed, plan, Moment(trip.first_day))
    assert list(changed(new)) == [name]
    change = changed(new)[VisitId(name)]
    assert change.kinds[0] == "day"
    assert change.before is not None
    assert change.before.day == stop.day
    assert change.after is not None
    assert change.after.day != stop.day
    after = index_stops(new)
    assert all(after[key][1] == one for key, (_, one) in before.items() if key != name)


def test_a_vehicle_out_is_replaced_and_done_days_stay(planned: Planned) -> None:
    province, plan = planned(LONG_DAY)
    out = take_out(province, "XE1", span(7, 31))
    new = replan(out, plan, on(7))
    done = [trip for trip in plan.trips.trips if trip.last_day < date(2026, 12, 7)]
    assert new.standing_trips == tuple(done)
    assert all(trip.first_day >= date(2026, 12, 7) for trip in new.trips.trips)
    assert all(trip.vehicle_id != "XE1" for trip in new.trips.trips)
    lost = {key for key, change in changed(new).items() if change.kinds == ("lost",)}
    assert lost == {
        stop.visit_id
        for trip in plan.trips.trips
        for stop in trip.stops
        if trip.vehicle_id == "XE1" and trip.first_day >= date(2026, 12, 7)
    }  # no other vehicle holds sessions
    assert lost
    assert {one.visit_id for one in new.trips.unserved} >= lost


def test_what_is_told_to_differ_is_all_that_differs(planned: Planned) -> None:
    province, plan = planned(LONG_DAY)
    new = replan(close_road(province, "S01", span(7, 9)), plan, on(7))
    before, after = index_stops(plan), index_stops(new)
    differ = set()
    for key in {*before, *after}:
        one, two = before.get(key), after.get(key)
        if one is None or two is None:
            differ.add(key)
            continue
        (trip, stop), (trip_now, stop_now) = one, two
        crews = (trip.vehicle_id, trip.crew_id) != (trip_now.vehicle_id, trip_now.crew_id)
        times = stop.day != stop_now.day or abs(stop.start_min - stop_now.start_min) > 30
        if crews or times:
            differ.add(key)
    told = {key for key, change in changed(new).items() if set(change.kinds) - {"order"}}
    assert told == differ


def swap_names(plan: Plan, one: str, two: str) -> Plan:
    """Return a plan in which two visits have each other's names."""
    names = {VisitId(one): VisitId(two), VisitId(two): VisitId(one)}

    def rename(given: Visit | Stop) -> Any:
        return dataclasses.replace(given, visit_id=names.get(given.visit_id, given.visit_id))

    trips = tuple(
        dataclasses.replace(trip, stops=tuple(map(rename, trip.stops))) for trip in plan.trips.trips
    )
    return dataclasses.replace(
        plan,
        visits=tuple(map(rename, plan.visits)),
        trips=dataclasses.replace(plan.trips, trips=trips),
    )


def test_visits_keep_their_names_whichever_was_made_first(planned: Planned) -> None:
    province, plan = planned(LONG_DAY)
    stops = index_stops(plan)
    first, second = sorted(("TH1-S1", "TH1-S2"), key=lambda key: stops[VisitId(key)][1].day)
    for one in (plan, swap_names(plan, first, second)):
        made, left = sorted(
            (stop.day, stop.visit_id)
            for trip in one.trips.trips
            for stop in trip.stops
            if stop.receiver_id == "TH1"
        )
        rest = find_rest(province, (one,), one, Moment(left[0]))
        names = {visit.visit_id for visit in rest.visits}
        assert left[1] in names
        assert made[1] not in names


def bring_forward(plan: Plan, days: int) -> Plan:
    """Return a plan as that of the month before, its sessions alone."""
    back = timedelta(days=days)
    trips = tuple(
        dataclasses.replace(
            trip,
            trip_id=TripId(f"N-{trip.trip_id}"),
            first_day=trip.first_day - back,
            last_day=trip.last_day - back,
            stops=tuple(
                dataclasses.replace(stop, day=stop.day - back, leaves=(), takes=())
                for stop in trip.stops
            ),
        )
        for trip in plan.trips.trips
        if not trip.nights
    )
    return dataclasses.replace(
        plan, month=DECEMBER.plus(-1), trips=dataclasses.replace(plan.trips, trips=trips)
    )


def test_visits_of_the_month_before_have_the_same_names_and_are_others(planned: Planned) -> None:
    province, plan = planned(LONG_DAY)
    before = bring_forward(plan, 31)
    moment = on(7)
    alone = find_rest(province, (plan,), plan, moment)
    both = find_rest(province, (before, plan), plan, moment)
    assert {visit.visit_id for visit in both.planned} == {v.visit_id for v in alone.planned}
    assert {visit.visit_id for visit in both.visits} == {v.visit_id for v in alone.visits}
    served = {stop.visit_id for trip in both.open_trips for stop in trip.stops}
    assert served <= {visit.visit_id for visit in both.visits}


def find_first(plan: Plan) -> Trip:
    return min(plan.trips.trips, key=lambda trip: trip.first_day)


def test_a_stranded_vehicle_is_brought_home_and_its_batch_goes_out_later(
    planned: Planned,
) -> None:
    province, plan = planned(SHORT_DAY)
    trip = find_first(plan)
    assert [stop.visit_id for stop in trip.stops][1:3] == ["TV1-X", "TV4-X"]
    moment = Moment(trip.stops[1].day, trip.stops[1].start_min + 5)
    new = replan(take_out(province, trip.vehicle_id, span(7, 9)), plan, moment)
    (stands,) = new.standing_trips
    assert stands.stops == trip.stops[:2]
    assert stands.last_day == moment.day
    assert {parcel.content_id for parcel in stands.returns} == {"B3", "B4", "BO1"}
    assert new.replanned is not None
    assert new.replanned.rerouted == (trip.trip_id,)
    later, stop = index_stops(new)[VisitId("TV4-X")]
    assert later.trip_id != trip.trip_id
    check_days = province.settings.service.check_days
    assert (later.first_day - stands.last_day).days > check_days
    assert {parcel.content_id for parcel in stop.leaves} == {"B4", "BO1"}


def test_a_trip_under_way_drives_round_what_is_shut(planned: Planned) -> None:
    province, plan = planned(SHORT_DAY)
    trip = find_first(plan)
    day = trip.stops[1].day
    shut = close_site(province, "TV4", DateSpan(day, day))
    new = replan(shut, plan, Moment(day))
    (stands,) = new.standing_trips
    assert stands.trip_id == trip.trip_id
    assert stands.stops[0] == trip.stops[0]
    served = [stop.visit_id for stop in stands.stops]
    assert "TV1-X" in served
    assert all(stop.day != day for stop in stands.stops if stop.visit_id == "TV4-X")
    assert [(s.from_site, s.to_site) for _, s in stands.legs()][-1][1] == stands.depot_id
    every = [stop.visit_id for one in new.all_trips for stop in one.stops]
    assert len(every) == len(set(every))


def test_what_sets_out_on_the_day_itself_sets_out_after_the_moment(planned: Planned) -> None:
    province, plan = planned(LONG_DAY)
    closed = close_site(province, "TH1", span(8, 31))
    new = replan(closed, plan, on(6, 500))
    for trip in new.trips.trips:
        if trip.first_day == date(2026, 12, 6):
            assert trip.stops[0].leg.leave_min >= 500
    # The trip of the day had set out by then.
    assert any(trip.first_day == date(2026, 12, 6) for trip in new.standing_trips)


@pytest.fixture(scope="module")
def worse_and_back(small: Province) -> tuple[Plan, Plan]:
    """The long month without its bus for three weeks, and again once the bus is back after all."""
    PROVINCES[id(small)] = small
    province, plan = plan_loosely(id(small), LONG_DAY)
    worse = replan(take_out(province, "XE1", span(2, 20)), plan, on(2))
    return worse, replan(province, worse, on(2), allow="all")


def test_all_comes_back_once_the_cause_is_gone(
    planned: Planned, worse_and_back: tuple[Plan, Plan]
) -> None:
    _, plan = planned(LONG_DAY)
    worse, back = worse_and_back
    assert worse.trips.objective > plan.trips.objective
    rest = [trip for trip in plan.trips.trips if trip.first_day >= date(2026, 12, 2)]
    again = sum(trip.cost_vnd for trip in back.trips.trips)
    assert again <= 1.01 * sum(trip.cost_vnd for trip in rest)
    assert len(back.trips.unserved) == len(plan.trips.unserved)


def test_fill_moves_nothing_that_can_stay(planned: Planned) -> None:
    province, plan = planned(LONG_DAY)
    out = take_out(province, "XE2", span(2, 4))
    new = replan(out, plan, on(2), allow="fill")
    before, after = index_stops(plan), index_stops(new)
    moved = {key for key in before if key not in after or after[key][1].day != before[key][1].day}
    carried = {stop.visit_id for trip in plan.trips.trips for stop in trip.stops
               if trip.vehicle_id == "XE2"}  # fmt: skip
    assert moved <= carried


def test_a_visit_counts_more_the_sooner_it_is() -> None:
    rules = ReplanSettings(notice_days=10, notice_times=3)
    assert measure_notice(rules, 11) == 1
    assert measure_notice(rules, 10) == 3
    assert measure_notice(rules, 5) == 4.5
    assert measure_notice(rules, 0) == 6


def test_a_slot_costs_what_pinning_the_visit_there_does(planned: Planned) -> None:
    province, plan = planned(LONG_DAY)
    rest, before = find_rest(province, (plan,), plan, on(1)), index_stops(plan)
    compared = shifted = 0
    for visit_id in sorted(before):
        for slot in offer_slots(rest, province, on(1), visit_id, most=2):
            placed = slot.placed
            pin = VisitPin(
                "P1", visit_id, None, None, placed.day, placed.vehicle_id, None, None, None, ""
            )
            facts = dataclasses.replace(province, pins=(pin,))
            new = replan(facts, plan, on(1), allow="fill")
            assert new.trips.objective - plan.trips.objective == slot.cost_vnd
            trip, stop = index_stops(new)[visit_id]
            assert (stop.day, stop.start_min, trip.crew_id) == (
                placed.day, placed.start_min, placed.crew_id
            )  # fmt: skip
            others = {key for key, one in changed(new).items() if {"day", "time"} & set(one.kinds)}
            assert others - {visit_id} == set(slot.shifted)
            assert not any("day" in changed(new)[other].kinds for other in slot.shifted)
            shifted += len(slot.shifted)
            compared += 1
    assert compared >= 8
    assert shifted >= 1
    assert replan(facts, plan, on(1)).trips.objective <= new.trips.objective  # others may move


def test_a_visit_that_is_made_twice_alike_is_no_change(planned: Planned) -> None:
    _, plan = planned(LONG_DAY)
    assert list_changes(plan, plan, shift_min=30) == ()


def test_a_stranded_trip_goes_on_as_it_was_once_the_cause_is_gone(planned: Planned) -> None:
    province, plan = planned(SHORT_DAY)
    trip = find_first(plan)
    moment = Moment(trip.stops[1].day, trip.stops[1].start_min + 5)
    hit = replan(take_out(province, trip.vehicle_id, span(7, 9)), plan, moment)
    assert len(index_stops(hit)) < len(index_stops(plan)) or hit.trips.trips != plan.trips.trips
    alone = replan(province, hit, moment, allow="all")
    assert alone.standing_trips != (trip,)
    back = replan(province, hit, moment, allow="all", versions=(plan,))
    assert back.standing_trips == (trip,)
    assert index_stops(back).keys() == index_stops(plan).keys()
    # A while later it is on its way home: it has driven otherwise.
    later = Moment(moment.day, hit.standing_trips[0].home.leave_min + 15)
    home = replan(province, hit, later, allow="all", versions=(plan,))
    assert home.standing_trips != (trip,)


def test_a_version_that_names_what_is_gone_is_no_start(
    planned: Planned, worse_and_back: tuple[Plan, Plan]
) -> None:
    province, plan = planned(LONG_DAY)
    worse, known = worse_and_back
    strange = dataclasses.replace(
        plan,
        trips=dataclasses.replace(
            plan.trips,
            trips=tuple(dataclasses.replace(t, vehicle_id="GONE") for t in plan.trips.trips),
        ),
    )
    new = replan(province, worse, on(2), allow="all", versions=(strange,))
    assert new.trips == known.trips
