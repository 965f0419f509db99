"""Hand-overs on trips that drive anyhow: rows of who drives, on its plan, papers and results."""

from datetime import date
from pathlib import Path

import program
import pytest
from lending_region import (
    BORROWER,
    GOES,
    JANUARY,
    LOAN,
    OURS,
    OWNER,
    THEIRS,
    make_loan,
    make_region,
    read_both,
    write_loans,
)

from planning.expected_results import list_expected_results
from planning.happened.link_road import find_link
from planning.plan_file import read_plan
from planning.verify_places import verify_places
from province.dates import Month
from province.errors import InputError
from province.ids import KitId
from province.past import Past, PastTask
from province.places import SiteKind
from province.results import ResultTask
from region.lending.carry import carry_loans
from region.lending.hand_over import hand_over
from region.read_region import Region
from region.sharing.sharing_file import HandoverRun

OUT, HOME = f"{LOAN}-out", f"{LOAN}-home"
DEPOT = f"{BORROWER}.KHO"


def make_run(**changes: object) -> HandoverRun:
    told: dict[str, object] = {
        "run": "2027-01-R01", "kind": "trip", "month": JANUARY, "driver": OWNER,
        "other": BORROWER, "trip_id": "20270104-X1", "there": (LOAN,), "back": (),
        "length_km": 10.0, "price_vnd": 60_000, "uses": 1.0,
    }  # fmt: skip
    return HandoverRun(**{**told, **changes})  # type: ignore[arg-type]


@pytest.fixture
def region(tmp_path: Path) -> Region:
    region = make_region(tmp_path / "Miền núi")
    write_loans(region.folder, make_loan(kind="trip"), runs=(make_run(),))
    return region


def run(*words: str | Path) -> tuple[int, str]:
    answer = program.run("--lang", "en", *words)
    return answer.returncode, answer.stdout + answer.stderr


def test_the_driver_is_asked_to_bring_it_and_the_batch_waits_at_home(region: Region) -> None:
    carried = carry_loans(region, JANUARY)
    owner, borrower = read_both(region)
    kit, batch = owner.kit_by_id[OUT], owner.batch_by_id[OURS]
    assert (kit.site_id, kit.boxes, kit.mass_kg) == (DEPOT, batch.boxes, batch.mass_kg)
    assert (kit.ready_date, kit.due_date) == (date(2027, 1, 1), date(2027, 1, 31))
    assert (kit.fetch, kit.depot_id) == (False, "KHO")
    assert batch.resting_until == date(2027, 1, 31)
    place, theirs = owner.site_by_id[DEPOT], borrower.depots[0]
    assert place.kind is SiteKind.PARTNER_DEPOT
    assert (place.lon, place.lat, place.hours) == (theirs.lon, theirs.lat, theirs.hours)
    assert not place.takes_rotation
    assert borrower.kits == read_both(region)[1].kits
    assert str(carried.loans[0][1].what).startswith("asked for")


def test_run_again_nothing_changes_and_undone_nothing_is_left(region: Region) -> None:
    before = read_both(region)
    carry_loans(region, JANUARY)
    assert carry_loans(region, JANUARY).edits == {}
    carry_loans(region, JANUARY, undo=True)
    owner, _ = read_both(region)
    assert (owner.kits, owner.batches) == (before[0].kits, before[0].batches)


def test_a_loan_that_no_trip_carries_any_more_is_taken_out(region: Region) -> None:
    carry_loans(region, JANUARY)
    write_loans(region.folder, make_loan(), runs=(make_run(kind="trunk"),))
    carry_loans(region, JANUARY)
    owner, _ = read_both(region)
    assert OUT not in owner.kit_by_id
    assert owner.batch_by_id[OURS].resting_until is None


def test_hours_of_the_other_depot_follow(region: Region) -> None:
    carry_loans(region, JANUARY)
    path = region.folder / BORROWER / "libraries.csv"
    text = path.read_text("utf-8")
    assert "Lò Thị Mai,,none" in text
    path.write_text(text.replace("Lò Thị Mai,,none", "Lò Thị Mai,Mo-Th 08:00-11:00,none"), "utf-8")
    carry_loans(region, JANUARY)
    assert read_both(region)[0].site_by_id[DEPOT].hours == "Mo-Th 08:00-11:00"


def test_the_borrower_may_drive_and_fetch_it(region: Region) -> None:
    write_loans(region.folder, make_loan(kind="trip"),
                runs=(make_run(driver=BORROWER, other=OWNER, there=(), back=(LOAN,)),))  # fmt: skip
    carry_loans(region, JANUARY)
    owner, borrower = read_both(region)
    assert borrower.kit_by_id[OUT].fetch
    assert borrower.kit_by_id[OUT].site_id == f"{OWNER}.KHO"
    assert not [kit for kit in owner.kits if kit.kit_id == OUT]
    assert owner.batch_by_id[OURS].resting_until == date(2027, 1, 31)


def test_it_comes_home_once_it_was_handed_over(region: Region) -> None:
    april = Month(2027, 4)
    home = make_run(run="2027-04-R01", month=april, driver=BORROWER, other=OWNER)
    write_loans(region.folder, make_loan(kind="trip"), runs=(make_run(), home))
    assert "not handed over yet" in str(carry_loans(region, april).warnings[0])
    hand_over(region, [LOAN], GOES)
    carry_loans(region, april)
    _, borrower = read_both(region)
    assert not borrower.kit_by_id[HOME].fetch
    assert borrower.batch_by_id[THEIRS].resting_until is None
    state = carry_loans(region, JANUARY).loans[0][1]
    assert str(state.what) == "handed over, by both ledgers"


def test_a_road_is_assumed_to_a_depot_beyond_the_map(region: Region) -> None:
    path = region.folder / BORROWER / "libraries.csv"
    depot = read_both(region)[1].depots[0]
    text = path.read_text("utf-8")
    path.write_text(text.replace(f"{depot.lat}", f"{round(depot.lat - 0.03, 5)}", 1), "utf-8")
    moved = read_both(region)[1].depots[0]
    assert moved.lat == pytest.approx(depot.lat - 0.03)
    owner, _ = read_both(region)
    link = find_link(owner, moved, 1.6)
    assert link is not None
    warnings = carry_loans(region, JANUARY).warnings
    assert "draw the real one" in str(warnings[0])
    owner, _ = read_both(region)
    assert f"to {DEPOT}" in owner.segment_by_id
    assert find_link(owner, moved, 1.6) is None, "now there is a road"


def test_a_month_without_a_plan_and_a_lost_folder_are_told(region: Region) -> None:
    with pytest.raises(InputError, match="region share"):
        carry_loans(region, Month(2030, 1))
    write_loans(region.folder, make_loan(kind="trip"), runs=(make_run(driver="Lào"),))
    with pytest.raises(InputError, match="Lào"):
        carry_loans(region, JANUARY)


def test_the_plan_carries_one_out_and_fetches_one_on_the_same_stop(region: Region) -> None:
    """Boxes out and boxes back are on a trip within all rules; records and results name them."""
    other = "2027-LN-002"
    back = make_loan(loan=other, owner=BORROWER, borrower=OWNER, kind="trip")
    write_loans(region.folder, make_loan(kind="trip"), back, runs=(make_run(back=(other,)),))
    carry_loans(region, JANUARY)
    folder = region.folder / OWNER
    code, told = run("plan", folder, "--month", "2027-01", "--work", "0.02")
    assert code == 0, told
    plan, owner = read_plan(folder / "plans" / "2027-01" / "plan.json"), read_both(region)[0]
    trip, stop = next((t, s) for t, s in plan.trips.stops() if s.site_id == DEPOT)
    assert [(p.content_id, p.boxes) for p in stop.leaves] == [(OUT, 2)]
    assert [(p.content_id, p.to_site) for p in stop.takes] == [(f"{other}-out", "KHO")]
    kits = [row for row in list_expected_results(plan, trip) if row.sequence == stop.sequence]
    assert {(row.task, row.content_id) for row in kits} == {
        (ResultTask.KIT, OUT), (ResultTask.KIT, f"{other}-out")
    }  # fmt: skip
    assert verify_places(owner, plan) == ()
    done = PastTask(trip.trip_id, stop.visit_id, stop.site_id, ResultTask.KIT,
                    KitId(f"{other}-out"), stop.day, is_done=True)  # fmt: skip
    again = verify_places(owner, plan, Past(tasks=(done,)))
    assert [one.rule for one in again] == ["kits_are_delivered_once"]
    states = [state for _, state in carry_loans(region, JANUARY).loans]
    assert {(state.day, state.trip_id) for state in states} == {(stop.day, trip.trip_id)}
    records = [page.read_text("utf-8") for page in folder.rglob("handovers/*.html")]
    assert any(LOAN in page and other in page for page in records)


def test_the_command_tells_what_was_written_and_how_far_it_is(region: Region) -> None:
    code, told = run("region", "carry", region.folder, "--month", "2027-01")
    assert code == 0
    assert f"{OWNER}: add to kits.csv: kit_id = {OUT}" in told
    assert f"plan the month of {OWNER} again" in told
    code, told = run("region", "carry", region.folder, "--month", "2027-01", "--undo")
    assert f"delete the row {OUT} of kits.csv" in told
    code, told = run("region", "hand-back", region.folder, LOAN, "--date", "2027-04-01")
    assert code == 3
    assert "book first with luanchuyen region hand-over that 2027-LN-001 went out" in told
