"""A month planned again in its midst is told as a whole: what was done, and what comes."""

import csv
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from plan_fixture import make_plan
from replanned_fixture import make_before, make_replanned

from exports.gis import kml
from exports.month_map import month_page
from exports.papers.overview import draw_overview
from exports.tables import mobile_stops_csv, schedule_csv, trips_csv
from exports.workbook.plan_sheets import list_places, list_stops
from planning.expected_results import list_expected_results
from planning.figures import find_services
from planning.past.read import count_as_done, read_past_of
from planning.past.whole_month import show_whole_month
from planning.plan import Plan
from planning.trip_state import TripState, list_states, tell_state
from province.facts import Province
from province.ids import SegmentId
from province.results import Outcome, RecordedResult, ResultRow, identify_result


def begin(plan: Plan, day: date) -> Plan:
    """Return a plan made again on a day that changes nothing: trips begun before it stand."""
    begun = tuple(trip for trip in plan.trips.trips if trip.first_day < day)
    ahead = tuple(trip for trip in plan.trips.trips if trip not in begun)
    done = {stop.visit_id for trip in begun for stop in trip.stops}
    ids = {trip.trip_id for trip in ahead}
    return replace(
        plan,
        first_day=day,
        standing_trips=begun,
        trips=replace(plan.trips, trips=ahead, cost_vnd=sum(trip.cost_vnd for trip in ahead)),
        visits=tuple(visit for visit in plan.visits if visit.visit_id not in done),
        deliveries=tuple(one for one in plan.deliveries if one.trip_id in ids),
        rotation=replace(
            plan.rotation,
            movements=tuple(
                move
                for move, one in zip(plan.rotation.movements, plan.deliveries, strict=True)
                if one.trip_id in ids
            ),
        ),
    )


def report(province: Province, *rows: ResultRow) -> Province:
    """Return the facts with rows recorded as not done."""
    results = tuple(
        RecordedResult(identify_result(row), "", "", "", "", None,
                       replace(row, outcome=Outcome.NOT_DONE))
        for row in rows
    )  # fmt: skip
    return replace(province, results=results)


@pytest.fixture(scope="module")
def whole(small: Province) -> Plan:
    return make_before(small)


def rows_of(draw, plan: Plan, province: Province) -> list[dict[str, str]]:
    ((_, content),) = draw(plan, province, "en")
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def test_a_plan_made_at_once_is_shown_as_it_is(small: Province) -> None:
    plan = make_plan(small)
    assert show_whole_month(plan, small) is plan


def test_a_month_begun_is_told_as_it_was_planned(whole: Plan, small: Province) -> None:
    shown = show_whole_month(begin(whole, date(2026, 12, 3)), small)
    assert shown.trips.trips == whole.trips.trips
    assert shown.trips.cost_vnd == whole.trips.cost_vnd
    assert shown.standing_trips == ()
    assert {visit.visit_id for visit in shown.visits} == {v.visit_id for v in whole.visits}
    assert shown.totals == whole.totals
    assert find_services(shown, small) == find_services(whole, small)
    told = {
        (one.batch_id, one.from_site, one.to_site, one.trip_id, one.day, one.stay_months)
        for one in whole.deliveries
    }
    assert {
        (one.batch_id, one.from_site, one.to_site, one.trip_id, one.day, one.stay_months)
        for one in shown.deliveries
    } == told
    assert set(shown.rotation.movements) == set(whole.rotation.movements)
    assert rows_of(mobile_stops_csv.draw, shown, small) == rows_of(
        mobile_stops_csv.draw, whole, small
    )


def test_what_is_done_and_what_is_under_way_is_known(whole: Plan) -> None:
    first, second = whole.trips.trips
    for day, minute, state in (
        (date(2026, 12, 1), 0, TripState.AHEAD),
        (date(2026, 12, 2), 0, TripState.UNDER_WAY),
        (date(2026, 12, 2), first.home.arrive_min, TripState.UNDER_WAY),
        (date(2026, 12, 2), first.home.arrive_min + 1, TripState.DONE),
    ):
        plan = replace(whole, first_day=day, first_min=minute)
        assert (tell_state(plan, first), tell_state(plan, second)) == (state, TripState.AHEAD)
    assert list_states(whole) == {}


def test_tables_and_maps_mark_what_is_done(whole: Plan, small: Province) -> None:
    shown = show_whole_month(begin(whole, date(2026, 12, 3)), small)
    states = {"T01": "done", "T02": "ahead"}
    trips = rows_of(trips_csv.draw, shown, small)
    assert {row["trip_id"]: row["state"] for row in trips} == states
    assert len(trips) == 4
    moved = rows_of(schedule_csv.draw, shown, small)
    assert {row["trip_id"]: row["state"] for row in moved} == states
    sheet = list_stops(shown, small, "en")
    column = [one.title for one in sheet.columns].index("State")
    assert {row[0]: row[column] for row in sheet.rows} == {"T01": "done", "T02": "to come"}
    assert "state" not in rows_of(trips_csv.draw, whole, small)[0]
    assert "state" not in rows_of(schedule_csv.draw, whole, small)[0]
    for draw, grey in ((month_page.draw, '"c":"#6b706d"'), (kml.draw, "dd6d706b")):
        for plan, count in ((shown, 1), (whole, 0)):
            ((_, content),) = draw(plan, small, "en")
            text = content.decode("utf-8")
            if draw is kml.draw:
                number = text.split(grey)[0].count('<Style id="line-') - 1
                grey_line = f"<styleUrl>#line-{number}</styleUrl>"
                assert bool(text.count(grey_line)) == bool(count)
            else:
                assert text.count(grey) == count
    assert 'stroke="#6b706d"' in str(draw_overview(shown, small, ""))
    assert 'stroke="#6b706d"' not in str(draw_overview(whole, small, ""))


def test_the_workbook_tells_where_batches_were_before_the_month(
    whole: Plan, small: Province
) -> None:
    plan = begin(whole, date(2026, 12, 3))
    known = count_as_done(small, read_past_of(small.folder, small, plan))
    assert len(known.journal) > len(small.journal)  # what the trip begun moves counts as done
    rows = list_places(show_whole_month(plan, known), known, "en").rows
    assert rows == list_places(whole, small, "en").rows


def test_a_trip_whose_road_is_gone_is_not_drawn_and_still_counts(
    whole: Plan, small: Province
) -> None:
    plan = begin(whole, date(2026, 12, 3))
    (trip,) = plan.standing_trips
    home = replace(trip.home, segments=((SegmentId("GONE"), True),))
    plan = replace(plan, standing_trips=(replace(trip, home=home),))
    shown = show_whole_month(plan, small)
    assert [one.trip_id for one in shown.trips.trips] == ["T02"]
    assert shown.all_trips == plan.all_trips
    assert shown.totals == whole.totals
    assert {one.trip_id for one in shown.deliveries} == {"T02"}


def test_a_trip_that_was_called_off_is_none_of_the_month(whole: Plan, small: Province) -> None:
    plan = begin(whole, date(2026, 12, 3))
    (trip,) = plan.standing_trips
    shown = show_whole_month(plan, report(small, list_expected_results(plan, trip)[-1]))
    assert [one.trip_id for one in shown.trips.trips] == ["T02"]
    assert shown.totals.trips == 1
    assert shown.totals.visits_served == 2
    assert shown.all_trips == plan.all_trips


def test_a_stop_where_nothing_was_done_is_no_service(whole: Plan, small: Province) -> None:
    plan = begin(whole, date(2026, 12, 3))
    (trip,) = plan.standing_trips
    idle = [row for row in list_expected_results(plan, trip) if row.sequence == 2]
    known = report(small, *idle)
    shown = show_whole_month(plan, known)
    tasks = {stop.site_id: stop.tasks for t in shown.trips.trips for stop in t.stops}
    assert tasks["TV4"] == ()
    assert tasks["TV1"] == trip.stops[0].tasks
    assert shown.totals.visits_served == whole.totals.visits_served - 1
    assert not any(one.to_site == "TV4" for one in shown.deliveries)
    code = small.site_by_id["TV4"].commune_code
    assert find_services(shown, known)[code] != find_services(whole, small)[code]


def test_a_month_planned_again_counts_everything_once(small: Province) -> None:
    plan = make_replanned(small)
    shown = show_whole_month(plan, small)
    assert shown.totals.visits_served == 3
    assert shown.totals.visits == len(make_before(small).visits)
    assert shown.totals.length_km == pytest.approx(
        sum(trip.length_m for trip in plan.all_trips) / 1000, abs=0.1
    )
    assert shown.replanned == plan.replanned
