"""What recorded results change: demand, history, the ledger's form, the next month."""

import dataclasses
import shutil
from datetime import date
from pathlib import Path

import pytest
from conftest import SMALL
from recording import (
    AFTER,
    DECEMBER,
    REPORTED,
    places,
    read_ledger,
    record,
)
from result_sheets import make_trip_plan, write_sheet

from planning.answers.history import tabulate_history
from planning.record.results import record_results
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.ledger.chain import SEAL_NAME
from province.ledger.place import LEDGER_NAME
from province.read import read_province
from province.result_sheets.read import read_results


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


def test_uses_seen_feed_the_demand(folder: Path) -> None:
    before = read_province(folder).loans
    record(folder)
    new = [loan for loan in read_province(folder).loans if loan not in before]
    # B3 came to TV1 on 5 October and was taken 57 days later: 41 uses, all books are tales;
    # B2 stood at TV2 from 4 September, 88 days: 9 uses over 30 farming and 40 tales.
    assert [(n.site_id, n.day.day, n.category_id, n.uses, n.months) for n in new] == [
        ("TV1", 1, "tales-child-vi", 41, round(57 / 30.4375, 2)),
        ("TV2", 1, "farming-adult-vi", 4, round(88 / 30.4375, 2)),
        ("TV2", 1, "tales-child-vi", 5, round(88 / 30.4375, 2)),
    ]


def test_uses_by_category_are_taken_as_told(folder: Path) -> None:
    province = read_province(folder)
    path = write_sheet(folder / "T01.csv", {6: {"uses": ""}})
    text = path.read_text(encoding="utf-8-sig").splitlines()
    text = [line + ("," if number else ",uses_farming-adult-vi") for number, line in
            enumerate(text)]  # fmt: skip
    text[5] = text[5][:-1] + ",7"
    path.write_text("\n".join(text), encoding="utf-8")
    record_results(province, read_results(path, province), {DECEMBER: make_trip_plan(province)})
    loans = [loan for loan in read_province(folder).loans if loan.site_id == "TV2"]
    assert [(n.category_id, n.uses) for n in loans] == [("farming-adult-vi", 7)]


def test_a_second_count_covers_only_the_months_since_the_first(folder: Path) -> None:
    stays = {"outcome": "not-done", "reason": "giữ", "uses": "20"}
    record(folder, {3: stays, 5: {"outcome": "not-done", "reason": "giữ"}})
    take = {"month": "2026-12", "date": "2026-12-31", "site_id": "TV1", "task": "exchange-take",
            "content_id": "B3", "outcome": "done", "uses": "10"}  # fmt: skip
    record(folder, dict.fromkeys(range(2, 10)), take, name="later.csv")
    seen = [(n.day, n.uses, n.months) for n in read_province(folder).loans
            if n.site_id == "TV1" and n.day.month == 12]  # fmt: skip
    assert seen == [
        (date(2026, 12, 1), 20, round(57 / 30.4375, 2)),
        (date(2026, 12, 31), 10, round(30 / 30.4375, 2)),
    ]


def test_history_tells_what_stands_and_what_was_corrected(folder: Path) -> None:
    record(folder)
    record(folder, {5: {"outcome": "not-done", "reason": "sai điểm"}}, settle=REPORTED)
    province = read_province(folder)
    rows = tabulate_history(province, "B3")
    events = [(row["what"], row["state"], row["from"], row["to"]) for row in rows]
    assert events[1:] == [
        ("moved", "taken-back", "TV1", "TV2"),
        ("moved", "stands", "TV1", "KHO"),
        ("exchange-leave", "not-done", "", "TV2"),
        ("exchange-take", "stands", "TV1", ""),
    ]
    session = next(row for row in tabulate_history(province, "TV1") if row["what"] == "session")
    assert (session["uses"], session["readers"], session["note"]) == (12, 30, "đông vui")
    assert tabulate_history(province, "TV1", "vi")
    with pytest.raises(InputError, match="nearest names: TV1"):
        tabulate_history(province, "TV11")


def test_a_ledger_of_the_first_version_is_taken_over(folder: Path) -> None:
    import sqlite3

    record(folder)
    path = folder / LEDGER_NAME
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "DROP TABLE lendings; DROP TABLE chain; DROP TABLE results; PRAGMA user_version = 1"
        )
    (folder / SEAL_NAME).unlink()
    assert places(folder) == AFTER
    extra = {"month": "2026-12", "date": "2026-12-20", "site_id": "TV1", "task": "training",
             "outcome": "done", "readers": "9"}  # fmt: skip
    record(folder, dict.fromkeys(range(2, 10)), extra, name="extra.csv")
    ledger = read_ledger(folder)
    assert ledger is not None
    assert len(ledger.results) == 1
    assert places(folder) == AFTER


def test_results_can_only_be_appended(folder: Path) -> None:
    import sqlite3

    record(folder)
    with sqlite3.connect(folder / LEDGER_NAME) as connection:
        for order in ("UPDATE results SET row = ''", "DELETE FROM results"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(order)


def test_the_next_month_starts_from_what_was_recorded(folder: Path) -> None:
    from province.visits import Reach
    from rotation.build import build_rotation_problem

    def stands(province: Province) -> dict[str, str]:
        problem = build_rotation_problem(
            province, Month(2027, 1), reach=Reach({}, {}, 0, {}), access_min={}
        )
        return {p.batch_id: p.site_id for p in problem.placements}

    assert stands(read_province(folder))["B5"] == "KHO"
    record(folder)
    after = read_province(folder)
    assert stands(after) == AFTER
    assert dataclasses.replace(after, results=()).journal == after.journal
