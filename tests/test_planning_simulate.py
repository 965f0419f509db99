"""A month lived many times: what may happen, what is kept of the plan, what slack buys."""

import dataclasses
import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from driven_times import plan_days, report, with_factors, with_results
from plan_fixture import rename_everything
from program import run

from exports.simulation.runs_csv import draw_runs
from exports.simulation.simulation_page import draw_simulation
from planning.joint.month import plan_month
from planning.past.read import list_past_trips
from planning.plan_file import dump_plan
from planning.replan.moment import Moment
from planning.simulate.day import Chance, live_day
from planning.simulate.events import Event, Hazards, Kind, concerns, drives, list_events, take_in
from planning.simulate.outcomes import compare_made, rank_causes, rank_visits, sum_up
from planning.simulate.react import Given, Reactor, react_at_all
from planning.simulate.run import LATE, begin, list_planned
from planning.simulate.runs import Runs, live_months
from planning.simulate.simulate import Asked, simulate_month
from planning.simulate.slack import add_slack
from planning.simulate.spread import Deviation, Deviations, learn_deviations
from province.dates import DateSpan, Month
from province.read import read_province
from province.results import Outcome, RecordedResult, identify_result
from province.roads import RoadClass
from province.simulate_settings import SimulateSettings

SMALL = Path(__file__).parent / "small"
MONTH = Month(2026, 12)
AS_PLANNED = Deviations(Deviation(1.0, 0.0), Deviation(1.0, 0.0))
NOTHING = {
    "closures_per_100_km": 0.0, "breakdowns_per_100_days": 0.0, "illness_per_100_days": 0.0,
    "drive_spread": 0.0, "service_spread": 0.0,
}  # fmt: skip


def settle(province, **simulate):
    """Return the facts with other settings of what may happen; money counts little, so that
    there are two trips: TV3 on the 7th, three stops on the 18th."""
    settings = province.settings
    changed = {"simulate": SimulateSettings(**NOTHING | simulate)}
    changed["rotation"] = settings.rotation.model_copy(update={"uses_per_million": 1.0})
    return dataclasses.replace(province, settings=settings.model_copy(update=changed))


@pytest.fixture(scope="module")
def plan(few_iterations):
    return plan_month(settle(read_province(SMALL)), MONTH, work=0.05, rounds=1, has_fixes=False)


@pytest.fixture
def given(small, plan):
    """Return the plan, and facts in which nothing happens."""
    return give(small, plan)


def give(small, plan, **simulate):
    province, start = begin(settle(small, **simulate), plan)
    return Given(province, plan, (), start, learn_deviations(province, (plan,)))


def test_where_nothing_happens_every_visit_is_kept_at_the_planned_cost(given) -> None:
    runs = live_months(given, 3)
    figures = sum_up(runs)
    assert set(list_planned(given.plan)) == {"TV1-S1", "TV1-X", "TV3-X", "TV4-X"}
    assert (figures.kept_share, figures.worst_tenth_share, figures.added_vnd) == (1.0, 1.0, 0.0)
    assert (figures.moved, figures.shifted, figures.late_hours, figures.replanned) == (0, 0, 0, 0)
    assert not rank_causes(runs)
    assert not rank_visits(runs)


def test_the_same_seed_gives_the_same_bytes_whatever_the_number_of_processes(small, plan) -> None:
    province = settle(
        small, closures_per_100_km=3, illness_per_100_days=1, breakdowns_per_100_days=5,
        drive_spread=0.3, service_spread=0.3,
    )  # fmt: skip
    files = []
    for workers, seed, runs in ((1, 0, 8), (2, 0, 8), (1, 1, 2)):
        asked = Asked(runs=runs, seed=seed, workers=workers)
        found = simulate_month(province, (plan,), plan, asked)
        files.append((draw_simulation(found, province, "vi"), draw_runs(found, "VND")))
    assert files[0] == files[1]
    assert files[2][1].splitlines()[1:3] != files[0][1].splitlines()[1:3]
    assert b"\r\nplanned,7," in files[0][1]


def test_a_plan_with_more_slack_keeps_more_visits(small, plan) -> None:
    days = {trip.crew_id: trip.first_day for trip in plan.all_trips}
    only_then = dataclasses.replace(
        small,
        crews=tuple(
            dataclasses.replace(
                crew,
                days_off=tuple(DateSpan(d, d) for d in MONTH.days() if d != days[crew.crew_id]),
            )
            for crew in small.crews
        ),
    )
    given = give(only_then, plan, drive_spread=0.5, grace_min=0)
    tight, loose = (add_slack(given, buffer_min=minutes, work=0.05) for minutes in (0, 20))
    legs = [leg for trip in loose.plan.all_trips for _, leg in trip.legs() if leg.segments]
    assert {leg.buffer_min for leg in legs} == {20}
    shares = [sum_up(live_months(one, 12, workers=1)) for one in (tight, loose)]
    assert shares[0].planned == shares[1].planned == len(list_planned(plan))
    assert shares[0].kept_share < shares[1].kept_share


def test_spare_days_are_kept_free_in_the_plan_and_used_when_something_is_lost(small, plan) -> None:
    given = give(small, plan)
    spared = add_slack(given, spare_days=8, work=0.05)
    assert max(trip.last_day for trip in spared.plan.all_trips) < date(2026, 12, 24)
    assert spared.province.crews == given.province.crews


def test_runs_do_not_depend_on_how_many_there_are_nor_on_the_plan(small, plan) -> None:
    given = give(small, plan, illness_per_100_days=3, drive_spread=0.3)
    few, many = live_months(given, 3), live_months(given, 6)
    assert few.lived == many.lived[:3]
    difference = compare_made(many, many)
    assert (difference.mean, difference.error, difference.is_noise) == (0.0, 0.0, True)


def test_what_happens_to_one_thing_does_not_change_with_the_others(small) -> None:
    province = settle(
        small, illness_per_100_days=10, breakdowns_per_100_days=20, closures_per_100_km=30
    )
    fewer = dataclasses.replace(province, crews=province.crews[1:], segments=province.segments[1:])
    days = list(MONTH.days())
    both = [set(list_events(one, Hazards(one), days, 0, 4)) for one in (province, fewer)]
    gone = {str(province.crews[0].crew_id), str(province.segments[0].segment_id)}
    assert both[1] == {event for event in both[0] if event.who not in gone}
    assert {event.kind for event in both[1]} == set(Kind)
    assert both[0] != set(list_events(province, Hazards(province), days, 0, 5))


def test_roads_shut_more_often_where_and_when_facts_say_so(small) -> None:
    def rate(day, **changes):
        rules = {"closures_per_100_km": 1.0, "minor_times": 1.0, "steep_times": 1.0} | changes
        hazards = Hazards(settle(small, **rules))
        return {str(segment.segment_id): chance for segment, chance in hazards.list_rates(day)}

    december, july = date(2026, 12, 1), date(2027, 7, 1)
    dry, wet = rate(december, shut_before_times=1.0), rate(july, shut_before_times=1.0)
    assert all(dry[name] < wet[name] < 6 * dry[name] for name in dry)
    roads = {str(segment.segment_id): segment for segment in small.segments}
    assert all(roads[name].road_class != "ferry" for name in dry)
    again = rate(december, shut_before_times=5.0)
    assert {name for name in dry if again[name] > dry[name]} == {
        str(segment.segment_id)
        for segment in small.segments
        if segment.ref == "ĐT.101"
        and segment.km_from is not None
        and segment.km_from < 5
        and segment.km_from + segment.length_m / 1000 > 2
    }
    steep = rate(december, shut_before_times=1.0, steep_times=5.0, steep_from_pct=9.0)
    assert {name for name in dry if steep[name] > dry[name]} == {
        name for name in dry if roads[name].hazard or roads[name].steepest_pct >= 9.0
    }


def test_only_what_is_still_needed_concerns_a_plan(given) -> None:
    trip = given.plan.all_trips[0]
    leg = next(leg for _, leg in trip.legs() if leg.segments)
    road = str(leg.segments[0][0])
    first, last = trip.first_day, MONTH.last_day
    assert concerns(Event(Kind.ROAD, road, Moment(first), last), given.plan)
    late = max(one.last_day for one in given.plan.all_trips) + timedelta(days=1)
    assert not concerns(Event(Kind.ROAD, road, Moment(late), late), given.plan)
    under_way = Moment(first, trip.stops[0].start_min)
    assert drives(Event(Kind.VEHICLE, trip.vehicle_id, under_way, last), given.plan)
    assert not drives(Event(Kind.VEHICLE, trip.vehicle_id, Moment(first, 0), last), given.plan)


def test_a_breakdown_takes_the_rest_of_the_trip_away_and_others_take_its_visits(given) -> None:
    trip = max(given.plan.all_trips, key=lambda trip: len(trip.stops))
    stop = trip.stops[0]
    event = Event(
        Kind.VEHICLE, trip.vehicle_id, Moment(stop.day, stop.start_min + 1), MONTH.last_day
    )
    province = take_in(given.province, event)
    _, after = react_at_all(Reactor(given), province, given.plan, event.begins, [event])
    times = list_planned(after)
    assert times[stop.visit_id] == (stop.day, stop.start_min)
    later = [
        one
        for one in after.all_trips
        if one.vehicle_id == trip.vehicle_id and one.trip_id != trip.trip_id
        and one.last_day > stop.day
    ]  # fmt: skip
    assert not later


def test_a_vehicle_that_breaks_down_on_the_way_home_has_made_all_its_visits(given) -> None:
    trip = max(given.plan.all_trips, key=lambda trip: len(trip.stops))
    moment = Moment(trip.last_day, trip.home.leave_min + 1)
    event = Event(Kind.VEHICLE, trip.vehicle_id, moment, MONTH.last_day)
    province = take_in(given.province, event)
    _, after = react_at_all(Reactor(given), province, given.plan, moment, [event])
    assert list_planned(after) == list_planned(given.plan)


def test_a_crew_that_comes_too_late_misses_the_stop_and_it_is_planned_again(given) -> None:
    slow = Deviations(Deviation(3.0, 0.0), Deviation(1.0, 0.0))
    runs = live_months(dataclasses.replace(given, deviations=slow), 1)
    lived = runs.lived[0]
    late = [harm for harm in lived.harms if harm.cause[0] == LATE]
    assert late
    assert lived.replanned > 0
    assert lived.moved or lived.lost


def test_a_short_closure_holds_a_crew_up_until_the_road_opens(given) -> None:
    trip = given.plan.all_trips[0]
    stop = trip.stops[0]
    name = str(stop.leg.segments[0][0])
    opens = stop.start_min + 200
    shut = Event(Kind.ROAD, name, Moment(stop.day, stop.leg.leave_min), stop.day, opens)
    chance = Chance(0, 0, AS_PLANNED)
    visits = {visit.visit_id: visit for visit in given.plan.visits}
    free = live_day(given.province, given.plan, visits, stop.day, [], chance)
    held = live_day(given.province, given.plan, visits, stop.day, [shut], chance)
    assert (stop.visit_id, stop.start_min) in free.made
    begun = dict(held.made).get(stop.visit_id)
    assert begun is None or begun >= opens
    assert (begun is None) == any(one.visit_id == stop.visit_id for _, one in held.missed)


def test_recorded_times_move_and_narrow_the_spread(small, plan) -> None:
    province = settle(small, drive_spread=0.4, service_spread=0.4, records_worth=2)
    results = []
    for past in list_past_trips(province, (plan,)):
        stops = {stop.sequence: stop for stop in past.trip.stops}
        shift, day = 0, None
        for row in past.rows[:-1]:
            stop = stops[row.sequence]
            shift, day = (shift if day == stop.day else 0), stop.day
            told = dataclasses.replace(
                row, arrived_min=stop.start_min, departed_min=stop.start_min
                + round(1.5 * (stop.depart_min - stop.start_min)), outcome=Outcome.DONE,
            )  # fmt: skip
            results.append(RecordedResult(identify_result(row), "", "", "", "", None, told))
    known = dataclasses.replace(province, results=tuple(results))
    learnt = learn_deviations(known, (plan,)).service
    assert learnt.count >= 4
    assert 1.1 < learnt.median < 1.5
    assert learnt.spread < 0.4
    assert learn_deviations(province, (plan,)).service == Deviation(1.0, 0.4)


def test_factors_that_were_learnt_from_records_do_not_count_twice(small) -> None:
    """Crews are a third slower than planned, on roads and at sites, until the folder says so."""
    plan = plan_days(small)
    slow = dict.fromkeys(RoadClass, 0.75)
    truth = with_factors(small, slow, dict.fromkeys((site.site_id for site in small.sites), 1.5))
    results = report(plan, truth, noise_min=0.0)
    usual = learn_deviations(with_results(small, report(plan, small, noise_min=0.0)), (plan,))
    before = learn_deviations(with_results(small, results), (plan,))
    after = learn_deviations(with_results(truth, results), (plan,))
    assert usual.drive.count == before.drive.count == after.drive.count > 20
    assert before.drive.median > usual.drive.median + 0.15
    assert 1.0 <= after.drive.median <= usual.drive.median  # crews used the buffer up each time
    assert before.service.median > 1.2
    assert after.service.median == pytest.approx(1.0, abs=0.02)


def test_what_was_recorded_of_the_month_counts_as_not_known(small, plan) -> None:
    row = list_past_trips(small, (plan,))[0].rows[0]
    told = RecordedResult(identify_result(row), "", "", "", "", None, row)
    province, start = begin(dataclasses.replace(small, results=(told,)), plan)
    assert start == Moment(MONTH.first_day)
    assert not province.results


def test_months_that_were_lived_are_kept_when_somebody_stops(given) -> None:
    def stop(what, share):
        if share > 0.3:
            raise KeyboardInterrupt

    runs = live_months(given, 5, progress=stop)
    assert runs.is_cut_short
    assert [lived.run for lived in runs.lived] == [0, 1]


def test_where_no_month_was_lived_nothing_is_told(small, plan, monkeypatch) -> None:
    monkeypatch.setattr(
        "planning.simulate.simulate.live_months", lambda given, runs, **how: Runs(given, runs, ())
    )
    with pytest.raises(KeyboardInterrupt):
        simulate_month(settle(small), (plan,), plan, Asked(runs=3))


def test_names_are_escaped_on_the_page(small, plan) -> None:
    evil = '<script>alert("x")</script>'
    province = rename_everything(settle(small, illness_per_100_days=10), evil)
    found = simulate_month(province, (plan,), plan, Asked(runs=2, workers=1))
    page = draw_simulation(found, province, "en").decode("utf-8")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")


@pytest.fixture
def planned_folder(tmp_path, plan):
    folder = tmp_path / "Tỉnh thử"
    shutil.copytree(SMALL, folder)
    target = folder / "plans" / "2026-12"
    target.mkdir(parents=True)
    (target / "plan.json").write_bytes(dump_plan(plan))
    return folder


def test_the_command_writes_a_page_and_a_table(planned_folder, plan) -> None:
    words = ("simulate", planned_folder, "--month", "2026-12", "--runs", 2, "--lang", "en")
    answer = run(*words)
    assert answer.returncode == 0, answer.stderr
    assert "visits kept" in answer.stdout
    target = planned_folder / "plans" / "2026-12"
    rows = (target / "simulation.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("plan,run,planned,made,lost")
    assert [row.split(",")[:2] for row in rows[1:]] == [["planned", "0"], ["planned", "1"]]
    assert "What may become of" in (target / "simulation.html").read_text(encoding="utf-8")
    again = run(*words)
    assert again.returncode == 3
    assert "--force" in again.stderr


def test_the_command_sets_two_plans_of_a_month_side_by_side(planned_folder, plan, tmp_path) -> None:
    other = tmp_path / "other.json"
    other.write_bytes(dump_plan(plan))
    words = ("simulate", planned_folder, "--runs", 2, "--json", "--against", other)
    answer = run(*words, "--slack", 25, "--work", 0.05)
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    assert set(told["plans"]) == {"planned", "against", "buffer-25"}
    assert told["plans"]["planned"] == told["plans"]["against"]
    assert told["against"]["made"] == {"mean": 0.0, "error": 0.0, "better": 0, "worse": 0}
    other.write_bytes(dump_plan(dataclasses.replace(plan, month=Month(2027, 1))))
    refused = run(*words, "--force")
    assert refused.returncode == 3
    assert "--against" in refused.stderr
