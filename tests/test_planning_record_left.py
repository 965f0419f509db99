"""Books that stay behind when their batch is fetched: every book is in one place on every day."""

import random
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL
from recording import REPORTED, conflicts, new_entries, record
from result_sheets import write_sheet

from planning.answers.whereabouts import tabulate_places
from planning.leftovers import list_leftovers
from planning.record.entries import count_content
from planning.record.results import record_results
from province.errors import InputError, LedgerError
from province.facts import Province
from province.journal import EntryType, locate_batches
from province.left_behind import list_left, list_left_stays, list_overdrawn, trace_books
from province.read import read_province
from province.result_sheets.read import read_results

TAKEN = {3: {"on_loan": "5", "on_loan_items": "SL-1;SL-2", "kept": "10", "kept_titles": "T7 T8"}}
"""Of the 70 books of B3, which goes from TV1 to TV2."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "p"))


def collect(on_loan: str = "", **cells: str) -> dict[str, str]:
    row = {"month": "2026-12", "date": "2026-12-20", "site_id": "TV1", "task": "collect"}
    return row | {"content_id": "B3", "outcome": "done", "on_loan": on_loan} | cells


def record_rows(folder: Path, *rows: dict[str, str], name: str = "later.csv") -> None:
    """Record rows that no plan asked for."""
    province = read_province(folder)
    path = write_sheet(folder / name, dict.fromkeys(range(2, 10)), *rows)
    record_results(province, read_results(path, province), {})


def look(folder: Path, batch: str = "B3", on: date | None = None) -> tuple[str, int, str]:
    """Return where a batch is, with how many books, and what of it is elsewhere."""
    rows = tabulate_places(read_province(folder), on)
    return next((r["site"], r["books"], r["elsewhere"]) for r in rows if r["batch"] == batch)


def test_what_readers_have_and_what_is_kept_stays_where_the_batch_was(folder: Path) -> None:
    told = record(folder, TAKEN)
    assert look(folder) == ("TV2", 55, "TV1: 15")
    assert look(folder, on=date(2026, 11, 30)) == ("TV1", 70, "")
    assert [(one.batch_id, one.on_loan, one.kept) for one in told.left] == [("B3", 5, 10)]
    (left,) = list_leftovers(read_province(folder))
    assert (left.site_id, left.books, left.items) == ("TV1", 15, ("SL-1", "SL-2"))
    assert left.titles == ("T7", "T8")
    moved = next(e for e in new_entries(folder) if e.entry_type is EntryType.MOVED
                 and e.batch_id == "B3")  # fmt: skip
    assert moved.books == 55
    assert record(folder, TAKEN, name="again.csv").num_new == 0


def test_what_is_collected_waits_at_the_depot_until_its_batch_comes(folder: Path) -> None:
    record(folder, TAKEN)
    record_rows(folder, collect("2"))
    assert look(folder) == ("TV2", 55, "KHO: 13; TV1: 2")
    take = collect(task="exchange-take", site_id="TV2", date="2026-12-28", outcome="done")
    record_rows(folder, take, name="home.csv")
    assert look(folder) == ("KHO", 68, "TV1: 2")
    record_rows(folder, collect(date="2026-12-30", books_missing="1", outcome="partly"),
                name="rest.csv")  # fmt: skip
    assert look(folder) == ("KHO", 69, "")
    assert look(folder, on=date(2026, 12, 29)) == ("KHO", 68, "TV1: 2")


def test_a_count_of_what_was_collected_leaves_the_rest(folder: Path) -> None:
    record(folder, TAKEN)
    record_rows(folder, collect(books="12"))
    assert look(folder) == ("TV2", 55, "KHO: 12; TV1: 3")


def test_nothing_is_collected_where_nothing_stayed(folder: Path) -> None:
    record(folder)
    record_rows(folder, collect())
    assert look(folder) == ("TV2", 70, "")


def test_a_batch_back_at_the_library_has_its_books_again(folder: Path) -> None:
    record(folder, TAKEN)
    back = collect(task="exchange-leave", date="2026-12-28")
    record_rows(folder, collect(task="exchange-take", site_id="TV2", date="2026-12-28"), back)
    assert look(folder) == ("TV1", 70, "")


def test_a_correction_takes_back_what_stayed(folder: Path) -> None:
    record(folder, TAKEN)
    record(folder, {3: {"kept": "4"}}, name="better.csv", settle=REPORTED)
    assert look(folder) == ("TV2", 66, "TV1: 4")


def test_a_correction_that_later_lines_contradict_is_a_conflict(folder: Path) -> None:
    record(folder, TAKEN)
    record_rows(folder, collect())
    said = conflicts(folder, {3: {"kept": "4", "settle": "as-reported"}}, name="better.csv")
    assert "there would not be so many" in said


def test_counted_books_are_held_against_what_stayed(folder: Path) -> None:
    record(folder, {3: TAKEN[3] | {"books": "55"}})
    assert look(folder) == ("TV2", 55, "TV1: 15")
    said = conflicts(folder, {3: TAKEN[3] | {"books": "52"}}, name="other.csv")
    assert "recorded otherwise" in said


def test_fewer_books_than_what_stayed_leaves_are_missing(folder: Path) -> None:
    said = conflicts(folder, {3: TAKEN[3] | {"books": "52"}})
    assert "52 were counted, but there should be 55" in said
    record(folder, {3: TAKEN[3] | {"books": "52", "settle": "as-reported"}})
    assert look(folder) == ("TV2", 52, "TV1: 15")


@pytest.mark.parametrize(
    ("line", "cells", "said"),
    [
        (2, {"on_loan": "1"}, "on_loan"),
        (3, {"on_loan": "60", "kept": "10"}, "at most 69"),
        (3, {"on_loan": "1", "on_loan_items": "A1;A2"}, "at least 2"),
        (3, {"on_loan_items": "<img src=x>"}, "codes of letters"),
        (3, {"kept_titles": "N1"}, "titles of the batch"),
        (3, {"outcome": "not-done", "reason": "mưa", "on_loan": "3", "uses": ""}, "on_loan"),
        (9, {"kept": "3"}, "kept"),
    ],
)
def test_what_cannot_stay_is_refused(
    folder: Path, line: int, cells: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError) as caught:
        record(folder, {line: cells})
    assert said in str(caught.value)


def test_readers_of_a_library_know_what_stayed_there_until_it_is_collected(folder: Path) -> None:
    record(folder, TAKEN)
    journal = read_province(folder).journal
    (stay,) = list_left_stays(journal)
    assert (stay.site_id, stay.first_day, stay.last_day) == ("TV1", date(2026, 12, 1), None)
    record_rows(folder, collect())
    (stay,) = list_left_stays(read_province(folder).journal)
    assert stay.last_day == date(2026, 12, 20)


def check_books(province: Province) -> None:
    """Every book of every batch is with it, at one other place, or lost, on every day."""
    days = {entry.day for entry in province.journal} or {date(2026, 12, 1)}
    for day in sorted(days | {max(days) + timedelta(days=1)}):
        entries = [entry for entry in province.journal if entry.day <= day]
        trace = trace_books(entries, {b.batch_id: b.books for b in province.batches})
        assert trace.overdrawn == []
        for batch in province.batches:
            left = [one for one in list_left(entries) if one.batch_id == batch.batch_id]
            books, _ = count_content(province.journal, batch, day)
            away, lost = sum(one.books for one in left), trace.lost[batch.batch_id]
            assert books + away + lost == batch.books, (batch.batch_id, day)
            assert min([books, lost, *(one.books for one in left)]) >= 0
            assert locate_batches(entries).get(batch.batch_id, ("", day))[0] not in {
                one.site_id for one in left
            }


def make_row(chance: random.Random, province: Province, day: date) -> dict[str, str]:
    """Return what a crew may report on a day, possible or not."""
    batch = chance.choice(province.batches[:4])
    place, _ = locate_batches(province.journal).get(batch.batch_id, ("KHO", day))
    task = chance.choice(("exchange-leave", "exchange-take", "collect", "collect"))
    sites = ("TV1", "TV2", "TV3", "TV4")
    left = [one.site_id for one in list_left(province.journal) if one.batch_id == batch.batch_id]
    site = place if task == "exchange-take" and place in sites else chance.choice(sites)
    if task == "collect" and left and left[0] in sites:
        site = left[0]
    row = {"month": "2026-12", "date": day.isoformat(), "site_id": site, "task": task,
           "content_id": str(batch.batch_id), "outcome": "done"}  # fmt: skip
    if task != "exchange-leave" and chance.random() < 0.7:
        row["on_loan"] = str(chance.randint(0, 6))
    if task == "exchange-take" and chance.random() < 0.5:
        row["kept"] = str(chance.randint(0, 20))
    if task == "collect" and chance.random() < 0.3:
        row |= {"books_missing": "1", "outcome": "partly"}
    return row


def test_no_book_is_lost_or_doubled_whatever_is_reported(folder: Path) -> None:
    chance = random.Random(20261220)
    first, kinds, refused = date(2026, 12, 1), set(), 0
    province = read_province(folder)
    for turn in range(32):
        # days run on, but some sheets come late
        day = first + timedelta(days=max(0, turn // 2 + chance.choice((0, 0, 0, -3))))
        path = write_sheet(
            folder / "turn.csv", dict.fromkeys(range(2, 10)), make_row(chance, province, day)
        )
        try:
            record_results(province, read_results(path, province), {})
        except LedgerError:
            refused += 1
            continue
        province = read_province(folder)
        check_books(province)
        kinds |= {entry.entry_type for entry in province.journal}
    assert {"on_loan", "kept", "collected", "lost_left"} <= kinds
    assert 3 < refused < 20
    books = {batch.batch_id: batch.books for batch in province.batches}
    assert not list_overdrawn(province.journal, books)
