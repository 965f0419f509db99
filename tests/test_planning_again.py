"""A month of which something is recorded is planned again: only what is left of it."""

import csv
import dataclasses
import shutil
from datetime import date
from pathlib import Path

import pytest
from program import run

from exports.tables.result_sheets import draw
from planning.joint.month import plan_month
from planning.past.read import read_past, read_past_of, read_standing_trips
from planning.plan import Plan
from planning.plan_facts import refuse_strange_names
from planning.plan_file import dump_plan, read_plan
from planning.record.expected import expect_results
from planning.record.results import record_results
from planning.trip_names import list_former, name_trips, tell_work
from planning.verify_places import verify_places
from province.dates import Month
from province.errors import InfeasibleError, InputError
from province.facts import Province
from province.ids import TripId
from province.past import NO_PAST
from province.read import read_province
from province.result_sheets.read import read_results
from province.visits import Task
from routing.trips import Night, Ride, Stop

pytestmark = pytest.mark.usefixtures("few_iterations", "one_round")

DECEMBER = Month(2026, 12)


def plan_folder(folder: Path, month: Month = DECEMBER) -> Plan:
    province = read_province(folder)
    past = read_past(folder, province, month)
    plan = plan_month(
        province, month, past=past, seed=4, work=0.05, has_fixes=False,
        standing_trips=read_standing_trips(folder, province, month, past),
    )  # fmt: skip
    assert plan.violations == ()
    path = folder / "plans" / str(month) / "plan.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(dump_plan(plan))
    return plan


def record_first_trip(folder: Path, plan: Plan) -> None:
    """Record the first trip as planned."""
    province = read_province(folder)
    trip = min(plan.trips.trips, key=lambda one: (one.first_day, one.trip_id))
    name, content = next(
        (name, content) for name, content in draw(plan, province, "en") if trip.trip_id in name
    )
    path = folder / Path(name).name
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | {"outcome": "done"} for row in rows)
    record_results(province, read_results(path, province), {plan.month: plan})


def count_sessions(plan: Plan, site_id: str) -> int:
    return sum(
        Task.SESSION in stop.tasks
        for trip in plan.all_trips
        for stop in trip.stops
        if stop.receiver_id == site_id
    )


@pytest.fixture(scope="module")
def both(small: Province, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan, Plan]:
    """The folder, the plan before and after its first trip was recorded."""
    folder = Path(shutil.copytree(small.folder, tmp_path_factory.mktemp("again") / "small"))
    before = plan_folder(folder)
    record_first_trip(folder, before)
    return folder, before, plan_folder(folder)


def test_only_the_days_after_the_last_recorded_one_are_planned(
    both: tuple[Path, Plan, Plan],
) -> None:
    _, before, after = both
    first = min(trip.first_day for trip in before.trips.trips)
    last = next(trip.last_day for trip in before.trips.trips if trip.first_day == first)
    assert after.first_day == date.fromordinal(last.toordinal() + 1)
    assert all(trip.first_day >= after.first_day for trip in after.trips.trips)
    assert [t.first_day for t in after.standing_trips] == [first]


def test_what_is_recorded_is_done(both: tuple[Path, Plan, Plan]) -> None:
    _, _, after = both
    moved = [p.content_id for t in after.standing_trips for s in t.stops
             for p in (*s.leaves, *s.takes)]  # fmt: skip
    again = [p.content_id for t in after.trips.trips for s in t.stops for p in s.leaves]
    assert moved
    assert not {"B5"} & set(again)
    assert count_sessions(after, "TV1") <= 1
    assert sum(p.content_id == "BO1" for t in after.all_trips for s in t.stops
               for p in s.leaves) <= 1  # fmt: skip


def test_no_id_is_used_twice(both: tuple[Path, Plan, Plan]) -> None:
    _, before, after = both
    work = {trip.trip_id: tell_work(trip) for trip in before.trips.trips}
    ids = [trip.trip_id for trip in after.all_trips]
    assert len(ids) == len(set(ids))
    for trip in after.all_trips:
        assert work.get(trip.trip_id, tell_work(trip)) == tell_work(trip)


def test_the_plan_made_again_is_read_and_proved(both: tuple[Path, Plan, Plan]) -> None:
    folder, _, after = both
    assert read_plan(folder / "plans" / "2026-12" / "plan.json") == after
    province = read_province(folder)
    assert verify_places(province, after, read_past_of(folder, province, after)) == ()


def test_a_plan_is_proved_when_its_results_are_recorded(both: tuple[Path, Plan, Plan]) -> None:
    folder, before, _ = both
    province = read_province(folder)
    assert province.results
    assert verify_places(province, before, read_past_of(folder, province, before)) == ()


def test_the_same_facts_give_the_same_plan_again(both: tuple[Path, Plan, Plan]) -> None:
    folder, _, after = both
    assert dump_plan(plan_folder(folder)) == dump_plan(after)


def test_what_stands_can_still_be_recorded(both: tuple[Path, Plan, Plan]) -> None:
    folder, before, after = both
    names = [name for name, _ in draw(after, read_province(folder), "en")]
    first = min(before.trips.trips, key=lambda trip: trip.first_day)
    assert any(first.trip_id in name for name in names)
    assert (DECEMBER, first.trip_id) in expect_results({DECEMBER: after}).trips


def test_nothing_is_left_of_a_month_recorded_to_its_end(small: Province) -> None:
    over = dataclasses.replace(NO_PAST, first_day=date(2027, 1, 1))
    with pytest.raises(InfeasibleError, match="nothing of 2026-12 is left"):
        plan_month(small, DECEMBER, past=over, work=0.05)


def test_an_id_of_other_work_is_never_given_again(both: tuple[Path, Plan, Plan]) -> None:
    trip = both[1].trips.trips[0]
    other = dataclasses.replace(trip, stops=trip.stops[:-1])
    named = name_trips((other,), [(trip.trip_id, tell_work(trip))])
    assert [one.trip_id for one in named] == [f"{trip.trip_id}-2"]
    # What was recorded is gone for good; the same work keeps its id.
    assert name_trips((trip,), [(trip.trip_id, "")])[0].trip_id == f"{trip.trip_id}-2"
    assert name_trips((trip,), [(trip.trip_id, tell_work(trip))]) == (trip,)
    taken = [(trip.trip_id, ""), (TripId(f"{trip.trip_id}-2"), tell_work(other))]
    assert name_trips((other,), taken)[0].trip_id == f"{trip.trip_id}-2"
    assert list_former((other,), taken) == tuple(sorted(taken))


def with_ride(stop: Stop, vehicle_id: str) -> Stop:
    return dataclasses.replace(stop, rides=(Ride(vehicle_id, stop.leg, 1),))


NAMED_BY_A_TRIP = {
    "vehicles.csv": lambda trip: dataclasses.replace(trip, vehicle_id="GONE"),
    "crews.csv": lambda trip: dataclasses.replace(trip, crew_id="GONE"),
    "libraries.csv depot": lambda trip: dataclasses.replace(trip, depot_id="GONE"),
    "libraries.csv night": lambda trip: dataclasses.replace(
        trip, nights=(Night(trip.first_day, "GONE", None),)
    ),
    "vehicles.csv ride": lambda trip: dataclasses.replace(
        trip, stops=(with_ride(trip.stops[0], "GONE"), *trip.stops[1:])
    ),
    "libraries.csv stop": lambda trip: dataclasses.replace(
        trip, stops=(dataclasses.replace(trip.stops[0], site_id="GONE"), *trip.stops[1:])
    ),
}


@pytest.mark.parametrize("what", NAMED_BY_A_TRIP)
def test_what_a_standing_trip_names_and_the_facts_have_not_is_refused(
    both: tuple[Path, Plan, Plan], what: str
) -> None:
    folder, _, after = both
    province = read_province(folder)
    refuse_strange_names(after, province)  # visits of a standing trip are none of the plan's
    standing = tuple(map(NAMED_BY_A_TRIP[what], after.standing_trips))
    with pytest.raises(InputError) as caught:
        refuse_strange_names(dataclasses.replace(after, standing_trips=standing), province)
    (finding,) = caught.value.findings
    assert (finding.column, finding.value) == (what.split()[0], "GONE")


def test_planning_again_without_the_crew_of_a_standing_trip_is_refused_at_once(
    both: tuple[Path, Plan, Plan], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(both[0], tmp_path / "small"))
    crew_id = both[2].standing_trips[0].crew_id
    crews = folder / "crews.csv"
    crews.write_text(crews.read_text("utf-8").replace(f"{crew_id},", "D9,"), "utf-8")
    written = (folder / "plans/2026-12/plan.json").read_bytes()
    answer = run("--lang", "en", "plan", folder, "--month", "2026-12", "--force")
    assert answer.returncode == 3
    assert f'crews.csv: "{crew_id}"' in answer.stderr
    assert (folder / "plans/2026-12/plan.json").read_bytes() == written
