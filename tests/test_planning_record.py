"""Recording results: what moves, what contradicts, how it is settled and corrected."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from conftest import SMALL
from recording import (
    AFTER,
    PLANNED,
    RECORDED,
    REPORTED,
    conflicts,
    new_entries,
    places,
    read_ledger,
    record,
)

from planning.answers.whereabouts import tabulate_places
from province.ids import BatchId
from province.journal import EntryType, locate_batches
from province.ledger.place import LEDGER_NAME
from province.read import read_province


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


def test_a_trip_as_planned_moves_its_batches(folder: Path) -> None:
    recorded = record(folder)
    assert (recorded.num_rows, recorded.num_new, recorded.num_moves) == (8, 8, 3)
    assert recorded.open_tasks == ()
    assert places(folder) == AFTER
    assert [(e.batch_id, e.from_site, e.to_site, e.day.day, e.books) for e in new_entries(folder)
            if e.entry_type is EntryType.MOVED] == [
        ("B3", "TV1", "TV2", 1, 70),
        ("B5", "KHO", "TV1", 1, 105),
        ("B2", "TV2", "TV4", 2, 70),
    ]  # fmt: skip
    damaged = [e for e in new_entries(folder) if e.entry_type is EntryType.DAMAGED_BOOKS]
    assert [(e.batch_id, e.from_site, e.books) for e in damaged] == [("B2", "TV2", 1)]
    # The day before, everything was where it had been.
    assert places(folder, date(2026, 11, 30))["B3"] == "TV1"


def test_the_same_sheet_again_changes_nothing(folder: Path) -> None:
    record(folder)
    before = (folder / LEDGER_NAME).read_bytes()
    again = record(folder, name="copy.csv")
    assert (again.num_new, again.num_known, again.entries) == (0, 8, ())
    assert (folder / LEDGER_NAME).read_bytes() == before


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    recorded = record(folder, is_dry=True)
    assert recorded.num_moves == 3
    assert not (folder / LEDGER_NAME).exists()
    assert places(folder)["B5"] == "KHO"


def test_part_of_a_trip_can_come_first(folder: Path) -> None:
    first = record(folder, {6: None, 7: None, 8: None, 9: None}, name="day1.csv")
    # B2 is not said to be taken yet: four tasks are open.
    assert [(row.task.value, row.content_id) for row in first.open_tasks] == [
        ("exchange-take", "B2"), ("exchange-leave", "B2"), ("kit", "BO1"), ("trip", None),
    ]  # fmt: skip
    assert places(folder) == AFTER | {"B2": "TV2"}
    rest = record(folder, {})
    assert (rest.num_new, rest.num_known) == (4, 4)
    assert places(folder) == AFTER


def test_what_could_not_be_left_goes_home(folder: Path) -> None:
    record(folder, {7: {"outcome": "not-done", "reason": "nước lũ"}})
    assert places(folder) == AFTER | {"B2": "KHO"}


def test_what_was_not_taken_stays(folder: Path) -> None:
    kept = {"outcome": "not-done", "kept_until": "2027-01-20", "uses": "9"}
    record(folder, {6: kept | {"books_damaged": ""}, 7: {"outcome": "not-done", "reason": "giữ"}})
    assert places(folder) == AFTER | {"B2": "TV2"}
    batch = read_province(folder).batch_by_id[BatchId("B2")]
    assert (batch.pinned_site, batch.pinned_until) == ("TV2", date(2027, 1, 20))


def test_a_kept_batch_is_free_once_it_was_moved(folder: Path) -> None:
    kept = {"outcome": "not-done", "kept_until": "2027-01-20", "books_damaged": ""}
    record(folder, {6: kept, 7: {"outcome": "not-done", "reason": "giữ"}})
    take = {"month": "2026-12", "date": "2026-12-20", "site_id": "TV2", "task": "exchange-take",
            "content_id": "B2", "outcome": "done"}  # fmt: skip
    record(folder, dict.fromkeys(range(2, 10)), take, name="extra.csv")
    assert places(folder)["B2"] == "KHO"
    assert read_province(folder).batch_by_id[BatchId("B2")].pinned_site is None


def test_a_cancelled_trip_closes_all_its_tasks(folder: Path) -> None:
    cancelled = {"outcome": "not-done", "reason": "sạt lở", "km": "", "arrived": "", "departed": ""}
    recorded = record(folder, dict.fromkeys(range(2, 9)) | {9: cancelled})
    assert (recorded.num_moves, recorded.open_tasks) == (0, ())
    assert places(folder)["B5"] == "KHO"
    # Later it turns out that it was driven after all: the row of the trip is corrected first.
    said = conflicts(folder, {})
    assert "T01.csv:9 outcome: this task was recorded otherwise" in said
    record(folder, {}, settle=REPORTED)
    assert places(folder) == AFTER


def test_a_trip_that_did_something_is_not_cancelled(folder: Path) -> None:
    record(folder, {9: None})
    cancelled = {"outcome": "not-done", "reason": "sạt lở", "km": ""}
    said = conflicts(folder, dict.fromkeys(range(2, 9)) | {9: cancelled}, settle=REPORTED)
    assert "T01.csv:2 outcome: trip T01 did take place" in said


def test_losses_are_kept_and_counted(folder: Path) -> None:
    record(folder, {3: {"books_missing": "4", "boxes_missing": "1", "outcome": "partly"},
                    5: {"books": "66", "boxes": "1"}})  # fmt: skip
    rows = {row["batch"]: row for row in tabulate_places(read_province(folder), None)}
    assert (rows["B3"]["books"], rows["B3"]["boxes"]) == (66, 1)
    kinds = [(e.entry_type.value, e.books, e.boxes) for e in new_entries(folder)
             if e.batch_id == "B3"]  # fmt: skip
    assert kinds == [("missing_boxes", 0, 1), ("lost_books", 4, 0), ("moved", 66, 1)]


def test_a_batch_left_elsewhere_is_a_conflict(folder: Path) -> None:
    edits = {2: {"site_id": "TV4"}}
    said = conflicts(folder, edits)
    assert "T01.csv:2 site_id: B5 was left at TV4, but the plan sends it to TV1" in said
    assert "as-reported, as-planned, as-recorded" in said
    for choice, place in ((REPORTED, "TV4"), (PLANNED, "TV1"), (RECORDED, "KHO")):
        copy = Path(shutil.copytree(folder, folder.with_name(choice.value)))
        recorded = record(copy, edits, settle=choice)
        assert len(recorded.settled) == 1
        assert places(copy) == AFTER | {"B5": place}
        # What was settled is settled: the same sheet again says nothing new, asked or not.
        again = record(copy, edits)
        assert (again.num_new, again.settled) == (0, ())


def test_a_row_may_say_itself_who_is_right(folder: Path) -> None:
    record(folder, {2: {"site_id": "TV4", "settle": "as-reported"}}, settle=RECORDED)
    assert places(folder)["B5"] == "TV4"


def test_a_batch_that_no_plan_sent_is_a_conflict(folder: Path) -> None:
    extra = {"month": "2026-12", "trip_id": "T01", "sequence": "3", "date": "2026-12-02",
             "site_id": "TV4", "task": "exchange-leave", "content_id": "B4",
             "outcome": "done"}  # fmt: skip
    said = conflicts(folder, {}, extra)
    assert "T01.csv:10 task: trip T01 was not to do this (exchange-leave B4)" in said
    assert "as-planned" not in said
    record(folder, {}, extra, settle=REPORTED)
    assert places(folder) == AFTER | {"B4": "TV4"}


def test_a_batch_taken_from_where_it_is_not_is_a_conflict(folder: Path) -> None:
    take = {"month": "2026-12", "date": "2026-12-15", "site_id": "TV4", "task": "exchange-take",
            "content_id": "B1", "outcome": "done"}  # fmt: skip
    nothing = dict.fromkeys(range(2, 10))
    said = conflicts(folder, nothing, take)
    assert "B1 cannot come from TV4 on 2026-12-15: the ledger has it at TV3" in said
    record(folder, nothing, take, settle=REPORTED)
    # It must have stood at TV4: found there, then taken home.
    moves = [(e.from_site, e.to_site) for e in new_entries(folder)]
    assert moves == [("TV3", "TV4"), ("TV4", "KHO")]
    assert places(folder)["B1"] == "KHO"


def test_a_batch_left_that_was_never_collected_is_a_conflict(folder: Path) -> None:
    # Neither line about taking B3 along: it would come from the depot, but stands at TV1.
    said = conflicts(folder, {3: None})
    assert "B3 cannot come from KHO on 2026-12-01: the ledger has it at TV1" in said
    record(folder, {3: None}, settle=REPORTED)
    assert places(folder) == AFTER
    assert [(e.from_site, e.to_site) for e in new_entries(folder) if e.batch_id == "B3"] == [
        ("TV1", "TV2")
    ]


def test_left_out_rows_do_not_count(folder: Path) -> None:
    record(folder, {3: None}, settle=RECORDED)
    assert places(folder) == AFTER | {"B3": "TV1"}
    assert record(folder, {3: None}).num_new == 0


def test_a_batch_taken_along_and_left_nowhere_is_a_conflict(folder: Path) -> None:
    said = conflicts(folder, {7: None})
    assert "B2 was taken along, but nothing is said of leaving it at TV4" in said
    copy = Path(shutil.copytree(folder, folder.with_name("planned")))
    record(copy, {7: None}, settle=PLANNED)
    assert places(copy) == AFTER
    record(folder, {7: None}, settle=REPORTED)
    assert places(folder) == AFTER | {"B2": "KHO"}


def test_a_count_that_differs_is_a_conflict(folder: Path) -> None:
    said = conflicts(folder, {2: {"books": "101"}})
    assert "T01.csv:2 books: 101 were counted, but there should be 105" in said
    copy = Path(shutil.copytree(folder, folder.with_name("planned")))
    record(copy, {2: {"books": "101"}}, settle=PLANNED)
    record(folder, {2: {"books": "101"}}, settle=REPORTED)
    left = [
        {row["batch"]: row["books"] for row in tabulate_places(read_province(f), None)}["B5"]
        for f in (copy, folder)
    ]
    assert left == [105, 101]
    assert record(folder, {2: {"books": "101"}}).num_new == 0


def test_what_was_only_partly_there_is_counted_missing(folder: Path) -> None:
    record(folder, {2: {"outcome": "partly", "boxes": "2", "books": "70", "reason": "hết chỗ"}})
    entries = [e for e in new_entries(folder) if e.batch_id == "B5"]
    assert [(e.entry_type.value, e.books, e.boxes) for e in entries] == [
        ("missing_boxes", 0, 1), ("lost_books", 35, 0), ("moved", 70, 2),
    ]  # fmt: skip


def test_a_correction_voids_and_adds(folder: Path) -> None:
    record(folder)
    edits = {5: {"outcome": "not-done", "reason": "sai điểm"}}
    said = conflicts(folder, edits, name="T01b.csv")
    assert "T01b.csv:5 outcome: this task was recorded otherwise from T01.csv:5" in said
    recorded = record(folder, edits, name="T01b.csv", settle=REPORTED)
    assert (recorded.num_new, recorded.num_moves, recorded.num_voids) == (1, 1, 1)
    assert places(folder) == AFTER | {"B3": "KHO"}
    ledger = read_ledger(folder)
    assert ledger is not None
    wrong, void, right = [e for e in ledger.entries if e.batch_id == "B3"][-3:]
    assert (wrong.to_site, void.entry_type, void.voids) == ("TV2", EntryType.VOID, wrong.entry_id)
    assert (right.from_site, right.to_site) == ("TV1", "KHO")
    # The old sheet is a conflict now, as it was corrected since.
    assert "corrected since by T01b.csv:5" in conflicts(folder, {})
    # And may be declared right again.
    record(folder, {}, settle=REPORTED)
    assert places(folder) == AFTER


def test_a_correction_of_a_remark_moves_nothing(folder: Path) -> None:
    record(folder)
    before = new_entries(folder)
    recorded = record(folder, {3: {"uses": "43"}}, settle=REPORTED)
    assert (recorded.num_new, recorded.entries) == (1, ())
    assert new_entries(folder) == before
    assert record(folder, {3: {"uses": "41"}}, settle=RECORDED).num_moves == 0


def test_a_correction_that_later_moves_forbid_is_refused(folder: Path) -> None:
    record(folder)
    take = {"month": "2026-12", "date": "2026-12-20", "site_id": "TV2", "task": "exchange-take",
            "content_id": "B3", "outcome": "done"}  # fmt: skip
    record(folder, dict.fromkeys(range(2, 10)), take, name="later.csv")
    said = conflicts(folder, {5: {"outcome": "not-done", "reason": "x"}}, settle=REPORTED)
    assert "takes B3 from TV2 on 2026-12-20; it would be at KHO" in said


def test_every_conflict_is_named(folder: Path) -> None:
    said = conflicts(folder, {2: {"site_id": "TV4"}, 5: {"site_id": "TV3"}, 7: None})
    assert [line.split(" ")[0] for line in said.splitlines()[:3]] == [
        "T01.csv:2", "T01.csv:5", "T01.csv:6",
    ]  # fmt: skip


def test_a_conflict_in_one_row_keeps_all_out(folder: Path) -> None:
    record(folder, {6: None, 7: None})
    before = places(folder)
    conflicts(folder, {6: {"site_id": "TV3"}})
    assert places(folder) == before


def test_days_are_filled_in(folder: Path) -> None:
    blank = {line: {"date": ""} for line in range(2, 10)}
    record(folder, blank)
    assert [e.day.day for e in new_entries(folder)] == [1, 1, 2, 2] or places(folder) == AFTER
    assert locate_batches(read_province(folder).journal)[BatchId("B2")][1] == date(2026, 12, 2)
    other = Path(shutil.copytree(SMALL, folder.with_name("other")))
    record(other, blank, on_day=date(2026, 12, 7))
    assert {e.day for e in new_entries(other)} == {date(2026, 12, 7)}
