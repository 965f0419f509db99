"""Whatever is reported and however it is settled, the ledger stays sound."""

import random
import shutil
from pathlib import Path
from typing import Any

from conftest import SMALL
from recording import read_ledger
from result_sheets import make_trip_plan, read_good, write_sheet

from planning.record.results import Recorded, record_results
from province.dates import Month
from province.errors import InputError, LedgerError
from province.facts import Province
from province.journal import EntryType, list_bad_voids, list_broken_links, standing_entries
from province.read import read_province
from province.result_sheets.read import read_results
from province.results import Settlement, identify_result, list_standing_results

SITES = ("TV1", "TV2", "TV3", "TV4")
EXCHANGES = (2, 3, 5, 6, 7)


def make_edits(chance: random.Random) -> dict[int, Any]:
    """Return a sheet as a careless crew would fill it in."""
    edits: dict[int, Any] = {}
    for line in EXCHANGES:
        kind = chance.choice(("as it is", "as it is", "none", "not-done", "site", "count", "day"))
        if kind == "none":
            edits[line] = None
        elif kind == "not-done":
            cells = {"outcome": "not-done", "reason": "mưa", "books_damaged": ""}
            if line in (3, 6) and chance.random() < 0.5:
                cells["kept_until"] = "2027-02-01"
            edits[line] = cells
        elif kind == "site":
            edits[line] = {"site_id": chance.choice(SITES)}
        elif kind == "count":
            edits[line] = {"books": str(chance.randint(60, 70)), "boxes": "2"}
        elif kind == "day":
            edits[line] = {"date": f"2026-12-{chance.randint(1, 9):02d}"}
    return edits


def record(province: Province, path: Path, choice: Settlement | None) -> Recorded:
    plans = {Month(2026, 12): make_trip_plan(province)}
    return record_results(province, read_results(path, province), plans, settle=choice)


def check_ledger(folder: Path) -> None:
    province = read_province(folder)  # it is read without a finding
    ledger = read_ledger(folder)
    assert ledger is not None
    depots = {batch.batch_id: batch.depot_id for batch in province.batches}
    assert not list_broken_links(ledger.entries, depots)
    assert not list_bad_voids(ledger.entries)
    # One standing result a task, and each standing entry of ours from a standing result's batch.
    tasks = [identify_result(result.row) for result in list_standing_results(ledger.results)]
    assert len(tasks) == len(set(tasks))
    told = {result.row.content_id for result in list_standing_results(ledger.results)}
    for entry in standing_entries(ledger.entries):
        if entry.entry_id.startswith("R"):
            assert entry.batch_id in told
            assert entry.entry_type is not EntryType.VOID


def test_any_sheets_in_any_order_leave_a_sound_ledger(tmp_path: Path) -> None:
    chance = random.Random(20261201)
    recorded = refused = corrected = 0
    for number in range(24):
        folder = Path(shutil.copytree(SMALL, tmp_path / f"{number}"))
        for turn in range(3):
            path = write_sheet(tmp_path / f"{number}-{turn}.csv", make_edits(chance))
            choice = chance.choice((None, *Settlement, Settlement.AS_REPORTED))
            before = read_ledger(folder)
            try:
                found = record(read_province(folder), path, choice)
            except (InputError, LedgerError):
                assert read_ledger(folder) == before
                refused += 1
                continue
            recorded += 1
            corrected += found.num_voids > 0
            check_ledger(folder)
            again = record(read_province(folder), path, choice)
            assert (again.num_new, again.entries) == (0, ())
    # The three ends all came up, or the test says little.
    assert min(recorded, refused) > 12
    assert corrected > 2


def test_two_halves_say_the_same_as_the_whole(tmp_path: Path) -> None:
    chance = random.Random(7)
    lines = range(2, 2 + len(read_good()))
    whole = Path(shutil.copytree(SMALL, tmp_path / "whole"))
    record(read_province(whole), write_sheet(tmp_path / "whole.csv", {}), None)
    expected = read_province(whole)
    for number in range(12):
        folder = Path(shutil.copytree(SMALL, tmp_path / f"{number}"))
        first = {line for line in lines if chance.random() < 0.5}
        # A batch that is taken and left on the trip is told of in one sheet.
        for taken, left in ((3, 5), (6, 7)):
            first = first - {left} | ({left} if taken in first else set())
        sheets = [first, set(lines) - first]
        chance.shuffle(sheets)
        for part, keep in enumerate(sheets):
            if keep:
                dropped: dict[int, Any] = dict.fromkeys(set(lines) - keep)
                path = write_sheet(tmp_path / f"{number}-{part}.csv", dropped)
                record(read_province(folder), path, None)
        found = read_province(folder)
        assert sorted(found.journal, key=str) == sorted(expected.journal, key=str)
        assert found.loans == expected.loans
