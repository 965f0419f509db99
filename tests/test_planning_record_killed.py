"""Verbs that write killed at random moments, and two `record` runs at once."""

import os
import shutil
from pathlib import Path

import pytest
from conftest import SMALL
from forked import start
from program import run
from recording import read_ledger
from result_sheets import make_trip_plan, write_sheet

from benchmarks.kill import kill_many
from planning.plan_file import dump_plan
from province.journal import list_broken_links
from province.read import read_province

KILLS = int(os.environ.get("LUANCHUYEN_KILLS", "5"))
"""The acceptance asks for 300."""


@pytest.mark.usefixtures("few_iterations", "one_round")
def test_killed_at_random_moments_nothing_is_half_done_and_nothing_is_left(tmp_path: Path) -> None:
    found = kill_many(KILLS, 11, tmp_path)
    assert sum(count for what, count in found.items() if "killed" in what) == KILLS
    assert {what.split()[0] for what in found} == {"record", "plan", "export", "roads", "two"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(SMALL, tmp_path / "small"))
    plan = make_trip_plan(read_province(folder))
    (folder / "plan.json").write_bytes(dump_plan(plan))
    return folder


def record(folder: Path, sheet: Path, *options: str) -> tuple[str, ...]:
    plan = str(folder / "plan.json")
    return ("--lang", "en", "record", str(folder), str(sheet), "--plan", plan, *options)


def test_two_sheets_at_once_both_get_in(folder: Path) -> None:
    first = write_sheet(folder / "day1.csv", dict.fromkeys((6, 7, 8, 9)))
    second = write_sheet(folder / "day2.csv", dict.fromkeys((2, 3, 4, 5)))
    for one in [start(*record(folder, sheet)) for sheet in (first, second)]:
        said = one.end()
        assert said.returncode == 0, said
        assert "4 of 4 rows recorded" in said.stdout
    province = read_province(folder)
    assert len(province.results) == 8
    depots = {batch.batch_id: batch.depot_id for batch in province.batches}
    assert not list_broken_links(province.journal, depots)


def test_the_same_sheet_at_once_gets_in_once(folder: Path) -> None:
    sheet = write_sheet(folder / "T01.csv", {})
    said = []
    for one in [start(*record(folder, sheet)) for _ in range(2)]:
        answer = one.end()
        said.append(answer.stdout)
        assert answer.returncode == 0
    assert sorted("nothing to do" in text for text in said) == [False, True]
    ledger = read_ledger(folder)
    assert ledger is not None
    assert len(ledger.results) == 8


def test_the_command_names_conflicts_and_their_exit_code(folder: Path) -> None:
    wrong = write_sheet(folder / "T01.csv", {2: {"site_id": "TV4"}})
    answer = run(*record(folder, wrong))
    assert (answer.returncode, answer.stdout) == (5, "")
    assert (
        "T01.csv:2 site_id: B5 (Lô Lê) was left at TV4 (Trung tâm học tập Bến Phà), but"
        in answer.stderr
    )
    assert "but the plan sends it to TV1 (Thư viện xã Bản Mận)" in answer.stderr
    assert "--settle" in answer.stderr
    answer = run(*record(folder, wrong, "--settle", "as-reported", "--json"))
    assert (answer.returncode, answer.stderr) == (0, "")
    assert '"recorded": 8' in answer.stdout
