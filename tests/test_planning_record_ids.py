"""Ids may hold what divides the parts of longer ones, and what a spreadsheet takes for formulas."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import SMALL
from recording import DECEMBER, places

from exports.tables.table import guard_text
from planning.record.entries import count_revisions, select_group
from planning.record.results import Recorded, record_results
from province.ids import BatchId, EntryId, SiteId, TripId
from province.journal import EntryType, LedgerEntry
from province.read import read_province
from province.result_sheets.cells import parse_sheet_id
from province.result_sheets.read import read_results
from province.results import Outcome, RecordedResult, ResultRow, ResultTask, name_task

HEAD = "month,trip_id,sequence,date,site_id,task,content_id,outcome\n"


def name_batches(folder: Path, names: dict[str, str]) -> None:
    """Give batches of the small province other ids, in all tables."""
    for file in ("batches.csv", "batch_titles.csv", "ledger.csv"):
        path = folder / file
        lines = path.read_text(encoding="utf-8").splitlines()
        for old, new in names.items():
            lines = [
                ",".join(new if cell == old else cell for cell in line.split(",")) for line in lines
            ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def leave(folder: Path, batch: str, site: str, day: str = "2026-12-05") -> Recorded:
    """Record that a batch of the depot was left somewhere, outside the plan."""
    province = read_province(folder)
    path = folder.parent / "sheet.csv"
    cell = guard_text(batch)
    path.write_text(f"{HEAD}2026-12,,,{day},{site},exchange-leave,{cell},done\n", encoding="utf-8")
    return record_results(province, read_results(path, province), {})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


@pytest.mark.parametrize("other", ["B4/2026", "B4/A", "B4~2", "B4/01-01"])
def test_a_batch_whose_id_begins_with_anothers_keeps_its_move(folder: Path, other: str) -> None:
    name_batches(folder, {"B6": other})
    leave(folder, other, "TV1")
    assert places(folder)[other] == "TV1"
    second = leave(folder, "B4", "TV4")
    assert (second.num_moves, second.num_voids) == (1, 0)
    assert (places(folder)[other], places(folder)["B4"]) == ("TV1", "TV4")
    again = leave(folder, other, "TV1")
    assert (again.num_known, again.entries) == (1, ())
    assert (leave(folder, "B4", "TV4").num_known) == 1


@pytest.mark.parametrize("key", ["=B4", "+B4", "-B4", "@B4", "B4;=1", "＝B4"])
def test_ids_like_formulas_are_recorded_with_our_own_sheet(folder: Path, key: str) -> None:
    assert guard_text(key) != key
    assert parse_sheet_id(guard_text(key)) == key
    name_batches(folder, {"B4": key})
    leave(folder, key, "TV4")
    assert places(folder)[key] == "TV4"


@pytest.mark.parametrize("text", ["'=1", "a;'=1", "''+", "x;''@y;=z", "đông vui", "a;b"])
def test_reading_a_guarded_text_back_undoes_exactly_that(text: str) -> None:
    from province.result_sheets.cells import parse_remark

    assert parse_remark(guard_text(text)) == text


def make_row(content: str, **more: object) -> ResultRow:
    return ResultRow(
        DECEMBER, "T1", 2, date(2026, 12, 5), "TV1", ResultTask.LEAVE, content, Outcome.DONE, **more
    )


@pytest.mark.parametrize(
    ("content", "result_id", "task"),
    [("L07", "2026-12/T1/exchange-leave/L07", "2026-12/T1/exchange-leave/L07"),
     ("L07", "2026-12/T1/exchange-leave/L07~2", "2026-12/T1/exchange-leave/L07"),
     # As the first versions wrote them: the row tells what belongs to the id.
     ("L07~2", "2026-12/T1/exchange-leave/L07~2", "2026-12/T1/exchange-leave/L07%7E2"),
     ("L07/A", "2026-12/T1/exchange-leave/L07/A~3", "2026-12/T1/exchange-leave/L07%2FA")],
)  # fmt: skip
def test_ids_of_old_ledgers_are_read_by_their_rows(content: str, result_id: str, task: str) -> None:
    result = RecordedResult(result_id, "", "", "", "", None, make_row(content))
    assert name_task(result) == task


def test_old_entries_are_found_by_their_fields() -> None:
    row = replace(make_row("L07/A"), trip_id=TripId("T1"))
    old = LedgerEntry(
        EntryId("R2026-12/T1/L07/A/03-01"), row.day or date.min, EntryType.MOVED, BatchId("L07/A"),
        SiteId("KHO"), SiteId("TV1"), 70, 2, TripId("T1"), EntryId(""), "",
    )  # fmt: skip
    void = replace(old, entry_id=EntryId(f"{old.entry_id}/void"), entry_type=EntryType.VOID)
    other = replace(old, batch_id=BatchId("L07"), entry_id=EntryId("R2026-12/T1/L07/01-01"))
    later = replace(old, entry_id=EntryId("R2027-01/T1/L07/A/01-01"))
    assert select_group(row, [old, void, other, later]) == (old, void)
    assert count_revisions(row, [old, void, other, later]) == 3
    assert count_revisions(make_row("L07"), [old, void, later]) == 0
