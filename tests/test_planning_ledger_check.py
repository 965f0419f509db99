"""`ledger check`: what it counts, and what it finds that lines and places alone do not tell."""

import dataclasses
from pathlib import Path

import pytest
from program import run
from recording import add_rows, place_of, record
from result_sheets import make_trip_plan
from test_province_ledger import entry

from planning.answers.ledger_check import CheckedLedger, check_ledger
from planning.plan_file import dump_plan
from province.errors import InputError
from province.ids import TripId
from province.read import read_province


@pytest.fixture
def recorded(small_folder: Path) -> Path:
    """The one trip of the small province, recorded, and its plan in the folder."""
    write_plan(small_folder, "T01")
    record(small_folder)
    return small_folder


def write_plan(folder: Path, trip_id: str) -> None:
    plan = make_trip_plan(read_province(folder))
    trip = dataclasses.replace(plan.trips.trips[0], trip_id=TripId(trip_id))
    plan = dataclasses.replace(plan, trips=dataclasses.replace(plan.trips, trips=(trip,)))
    path = folder / "plans" / "2026-12" / "plan.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(dump_plan(plan))


def check(folder: Path) -> CheckedLedger:
    return check_ledger(folder, place_of(folder))


def test_a_sound_ledger_has_no_fault(recorded: Path) -> None:
    found = check(recorded)
    assert found.faults == ()
    assert (found.place, found.num_history, found.missing_pictures) == ("ledger.sqlite", 7, 0)
    # B4 and B6 stayed at the depot; B1 is at TV3, B2 at TV4, B3 at TV2, B5 at TV1.
    assert (found.batches, found.away) == (6, 4)
    (month,) = found.months
    assert (month.month, month.trips, month.tasks, month.recorded) == ("2026-12", 1, 8, 8)
    assert (found.sums.results, found.sums.standing_results) == (8, 8)


def test_before_anything_is_recorded_the_history_is_looked_through(small_folder: Path) -> None:
    found = check(small_folder)
    assert (found.faults, found.num_history, found.sums.entries) == ((), 7, 7)
    assert (found.sums.results, found.away) == (0, 3)
    assert not (small_folder / "ledger.sqlite").exists()


def test_what_no_result_tells_of_is_found(recorded: Path) -> None:
    alone = dataclasses.replace(
        entry("X1", "2026-12-03", "B6", "KHO", "TV3"), trip_id=TripId("T01")
    )
    add_rows(recorded, [alone])
    (fault,) = check(recorded).faults
    assert str(fault) == "entry X1 moves B6 on trip T01, and no result tells of it"
    answer = run("--lang", "en", "ledger", "check", recorded)
    assert answer.returncode == 5
    assert "entry X1 moves B6" in answer.stderr


def test_a_trip_that_the_plan_never_had_is_found(recorded: Path) -> None:
    write_plan(recorded, "T02")
    assert [str(fault) for fault in check(recorded).faults] == [
        "results name trip T01, which the plan of 2026-12 does not have"
    ]


def test_a_batch_in_two_places_is_found(recorded: Path) -> None:
    add_rows(recorded, [entry("X1", "2026-12-09", "B6", "TV1", "TV3")])
    with pytest.raises(InputError, match="a batch is in one place"):
        check(recorded)
