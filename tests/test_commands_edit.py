"""`edit` on the command line: what is told, what is written, and how every paper is marked."""

import csv
import json
import re
import shlex
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from edited_small import TRIPS, list_rows, make_base, write_table
from program import run

from exports.write import write_documents
from planning.plan_file import read_plan
from province.read import read_province
from province.visits import Pin

BROKEN = ("20261202-XE2 XE2 D2 02 TV1-X TV4-X TV2-X", "20261203-XE1 XE1 D1 03 TV1-S1")
CLEAN = ("20261202-XE2 XE2 D2 02 TV2-X TV1-X TV4-X", "20261203-XE1 XE1 D1 03 TV1-S1")
MARK = "breaks 1 rule, which the planner accepted"


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with spaces and letters of its own, and a plan in it."""
    small = Path(__file__).parent / "small"
    folder = Path(shutil.copytree(small, tmp_path_factory.mktemp("edit") / "Mường Nhỏ của tôi"))
    province = read_province(folder)
    plan = make_base(province, folder)
    (folder / "base.csv").unlink()
    target = folder / "plans" / "2026-12"
    write_documents(plan, province, target, language="en", overwrite=False)
    return folder


@pytest.fixture
def folder(planned: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(planned, tmp_path / planned.name))


def read_all(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder but those that only say who wrote last."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_nothing_changes_and_nothing_is_written(folder: Path) -> None:
    before = read_all(folder)
    plan = folder / "plans" / "2026-12"
    for place in (folder, plan, plan / "plan.json"):
        answer = run("--lang", "en", "edit", place, plan / "trips.csv", "--accept")
        assert (answer.returncode, answer.stderr) == (0, "")
        assert answer.stdout == "nothing changes, nothing is written\n"
    assert read_all(folder) == before


def test_a_clean_edit_takes_the_place_of_the_plan(folder: Path, tmp_path: Path) -> None:
    plan = folder / "plans" / "2026-12"
    before = read_plan(plan / "plan.json")
    table = write_table(tmp_path / "sửa tay.csv", *CLEAN)
    answer = run("--lang", "en", "edit", folder, table)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "20261202-XE2 → 20261202-XE2-2  3 (+1)" in answer.stdout
    assert "all trips of the month" in answer.stdout
    after = read_plan(plan / "plan.json")
    assert (after.revision, after.overruled) == (before.revision + 1, ())
    assert {path.name for path in (plan / "drivers").iterdir()} == {
        "20261202-XE2-2.html", "20261203-XE1.html",
    }  # fmt: skip
    assert MARK not in (plan / "routes.html").read_text("utf-8")
    calendar = (plan / "calendars" / "vehicle-XE2.ics").read_text("utf-8")
    assert "STATUS:CANCELLED" in calendar  # the fourth of December is free now
    again = run("--lang", "en", "edit", plan, plan / "plan.xlsx")
    assert again.stdout == "nothing changes, nothing is written\n"


def test_broken_rules_are_told_and_nothing_is_written(folder: Path, tmp_path: Path) -> None:
    before = read_all(folder)
    table = write_table(tmp_path / "t.csv", *BROKEN)
    answer = run("--lang", "en", "edit", folder, table)
    assert answer.returncode == 8
    assert answer.stderr.splitlines() == [
        "service_lies_in_a_window 2026-12-02 TV2-X: a whole visit lies within one of its windows: "
        "11:54 to 12:15 is 75 min outside 08:00 to 11:00",
        "rules are broken, nothing is written; --accept writes it all the same",
    ]
    told = run("edit", folder, table, "--json")
    assert told.returncode == 8
    data = json.loads(told.stdout)
    assert (data["written"], data["lost"], data["gained"]) == (False, [], [])
    assert [(one["rule"], one["by"]) for one in data["broken"]] == [
        ("service_lies_in_a_window", {"min": 75})
    ]
    assert [one["trip_id"] for one in data["trips"]] == ["20261202-XE2", "20261204-XE2", ""]
    assert read_all(folder) == before


@pytest.fixture(scope="module")
def overruled(planned: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a plan whose broken rule was accepted."""
    place = tmp_path_factory.mktemp("overruled")
    folder = Path(shutil.copytree(planned, place / planned.name))
    table = write_table(place / "t.csv", *BROKEN)
    answer = run("--lang", "en", "edit", folder, table, "--accept")
    assert answer.returncode == 0
    assert "75 min outside" in answer.stderr
    assert answer.stdout.splitlines()[-1].startswith("written: ")
    return folder / "plans" / "2026-12"


def test_every_page_of_an_overruled_plan_says_so(overruled: Path) -> None:
    pages = sorted(path for path in overruled.rglob("*.html"))
    written = {path.relative_to(overruled).parts[0] for path in pages}
    assert written >= {
        "drivers", "handovers", "labels", "loading", "notices", "routes.html", "summary.html",
    }  # fmt: skip
    for page in pages:
        text = page.read_text("utf-8")
        assert (
            text.count(f'<p class="overruled" role="note">Overruled by hand: this plan {MARK}') == 1
        )
        assert re.search(r"<body>\s*<p class=\"overruled\"", text), page


def test_the_summary_lists_what_was_overruled(overruled: Path) -> None:
    text = (overruled / "summary.html").read_text("utf-8")
    assert "Rules that this plan breaks, accepted by the planner" in text
    assert "75 min outside 08:00 to 11:00" in text


def test_printed_pages_say_it_at_their_foot(overruled: Path) -> None:
    for kind in ("handovers", "loading", "notices"):
        for page in (overruled / kind).iterdir():
            foot = re.search(r'@bottom-right\{content:"([^"]*)"', page.read_text("utf-8"))
            assert foot is not None
            assert foot[1].endswith(", overruled by hand")


def test_the_workbook_says_it_and_prints_it_on_every_sheet(overruled: Path) -> None:
    book = openpyxl.load_workbook(overruled / "plan.xlsx")
    assert MARK in book.worksheets[0]["A3"].value
    assert all(MARK in sheet.oddHeader.center.text for sheet in book)


def test_what_is_drawn_again_says_it_in_its_language(overruled: Path, tmp_path: Path) -> None:
    only = ("--only", "notices,workbook", "--lang", "vi", "--out", tmp_path / "vi")
    assert run("export", overruled, *only).returncode == 0
    for page in (tmp_path / "vi" / "notices").iterdir():
        assert "Bỏ qua quy tắc bằng tay: kế hoạch này vi phạm 1 quy tắc" in page.read_text("utf-8")


def test_a_later_edit_that_keeps_the_rules_takes_the_mark_away(
    overruled: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(overruled.parent.parent, tmp_path / "copy"))
    plan = folder / "plans" / "2026-12"
    assert run("edit", folder, write_table(tmp_path / "t.csv", *CLEAN)).returncode == 0
    assert read_plan(plan / "plan.json").overruled == ()
    assert not [p for p in plan.rglob("*.html") if 'class="overruled"' in p.read_text("utf-8")]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("nowhere", "t.csv"), 3, "plan"),
        (("FOLDER", "gone.csv"), 3, "gone.csv"),
        (("FOLDER",), 2, "FILE"),
    ],
)
def test_what_is_not_there_is_said(
    folder: Path, tmp_path: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    places = [str(folder) if word == "FOLDER" else str(tmp_path / word) for word in words]
    answer = run("--lang", "en", "edit", *places)
    assert answer.returncode == code
    assert told in answer.stderr
    assert not (tmp_path / "nowhere").exists()


def test_a_copy_of_a_plan_is_not_edited(folder: Path) -> None:
    plan = folder / "plans" / "2026-12"
    copy = Path(shutil.copy(plan / "plan.json", plan / "plan (2).json"))
    answer = run("--lang", "en", "edit", copy, plan / "trips.csv")
    assert answer.returncode == 3
    assert "the plan.json in force" in answer.stderr


def write_locked(path: Path, locked: set[str], *trips: str) -> Path:
    """Write a table as the board sends it: with a column that says what must stay."""
    rows = [row | {"locked": "yes" if row["visit_id"] in locked else "no"}
            for row in list_rows(*trips)]  # fmt: skip
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_what_is_moved_and_locked_becomes_pins_when_asked(folder: Path, tmp_path: Path) -> None:
    plan, pins = folder / "plans" / "2026-12", folder / "visit_pins.csv"
    before = pins.read_bytes()
    file = write_locked(tmp_path / "board-2026-12.csv", {"TV2-X", "TV1-S1"}, *TRIPS[:2],
                        "3 XE2 D2 10 TV2-X")  # fmt: skip
    answer = run("--lang", "en", "edit", plan, file, "--pin")
    assert (answer.returncode, answer.stderr) == (0, "")
    undo = f"luanchuyen pin {shlex.quote(str(folder))} GHIM2 GHIM3 --undo"
    assert f"to undo: {undo}" in answer.stdout
    added = pins.read_bytes().removeprefix(before).decode().splitlines()
    assert added == [
        "GHIM2,TV1-S1,,,2026-12-03,XE1,D1,,,khóa trong board-2026-12.csv",
        "GHIM3,TV2-X,,,2026-12-10,XE2,D2,,,khóa trong board-2026-12.csv",
    ]
    after = read_plan(plan / "plan.json")
    fixed = {visit.visit_id: visit.pin for visit in after.visits}
    assert fixed["TV2-X"] == Pin(date(2026, 12, 10), "XE2", "D2", pin_ids=("GHIM3",))
    # the plan was made from the facts with the pins, so nothing has changed since
    again = run("--lang", "en", "replan", plan, "--from", "2026-12-01", "--work", "0.01")
    assert (again.returncode, again.stderr) == (0, "")
    assert "nothing has changed since 2026-12 was planned" in again.stdout
    once_more = run("--lang", "en", "edit", plan, file, "--pin", "--json")
    again = json.loads(once_more.stdout)
    assert (again["locked"], again["pins"]) == ([], [])  # a pin keeps it there already
    assert run(*shlex.split(undo)[1:]).returncode == 0
    assert pins.read_bytes() == before


def test_locks_are_pinned_without_any_move_and_not_against_rules(
    folder: Path, tmp_path: Path
) -> None:
    pins = folder / "visit_pins.csv"
    before, version = pins.read_bytes(), read_plan(folder / "plans/2026-12/plan.json").revision
    broken = write_locked(tmp_path / "b.csv", {"TV2-X"}, *BROKEN)
    assert run("edit", folder, broken, "--pin").returncode == 8
    assert pins.read_bytes() == before
    kept = write_locked(tmp_path / "k.csv", {"TV2-X"}, *TRIPS)
    told = run("--lang", "en", "edit", folder, kept)
    assert "locked: TV2-X" in told.stdout
    assert "nothing changes, nothing is written" in told.stdout
    assert pins.read_bytes() == before
    answer = run("--lang", "en", "edit", folder, kept, "--pin", "--json")
    told = json.loads(answer.stdout)
    assert (told["written"], told["locked"], told["pins"]) == (True, ["TV2-X"], ["GHIM2"])
    assert read_plan(folder / "plans/2026-12/plan.json").revision == version + 1
    elsewhere = write_locked(tmp_path / "e.csv", {"TV2-X"}, *TRIPS[:2], "3 XE2 D2 10 TV2-X")
    refused = run("--lang", "en", "edit", folder, elsewhere, "--pin", "--accept")
    assert refused.returncode == 3  # the row that fixes it elsewhere has to go first
    assert "visit_pins.csv:4 date" in refused.stderr
    assert read_plan(folder / "plans/2026-12/plan.json").revision == version + 1
