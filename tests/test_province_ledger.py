"""The ledger: append-only, replayed before anything is recorded, whole after any end."""

import dataclasses
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from forked import fork, wait
from recording import add_rows, place_of, read_ledger, record, record_entries, run_sql

from province.errors import BusyError, InputError, LedgerError
from province.facts import Province
from province.ids import BatchId, EntryId, SiteId, TripId
from province.journal import EntryType, LedgerEntry, list_broken_links, locate_batches
from province.ledger import ledger_lines
from province.ledger.append import Additions, record_additions
from province.ledger.chain import SEAL_NAME
from province.ledger.database import Database, open_writing
from province.ledger.place import LEDGER_NAME
from province.read import read_province

KILLS = int(os.environ.get("LUANCHUYEN_KILLS", "5"))


def entry(
    key: str,
    day: str,
    batch: str,
    from_site: str,
    to_site: str,
    *,
    voids: str = "",
    books: int = 70,
) -> LedgerEntry:
    kind = EntryType.VOID if voids else EntryType.MOVED
    return LedgerEntry(
        EntryId(key), date.fromisoformat(day), kind, BatchId(batch), SiteId(from_site),
        SiteId(to_site), books, 2, TripId(""), EntryId(voids), "",
    )  # fmt: skip


# ledger.csv has B1 at TV3 since 2026-10-05 (TV1 before), B2 at TV2, B3 at TV1, the rest at KHO.
GOOD = (
    entry("N01", "2026-12-01", "B1", "TV3", "KHO"),
    entry("N02", "2026-12-02", "B4", "KHO", "TV4"),
)


def read_all(folder: Path) -> tuple[LedgerEntry, ...]:
    ledger = read_ledger(folder)
    return () if ledger is None else ledger.entries


def test_recorded_entries_follow_the_history(ledger_folder: Path) -> None:
    before = read_province(ledger_folder)
    assert read_ledger(ledger_folder) is None
    assert record_entries(before, GOOD) == 2
    after = read_province(ledger_folder)
    assert after.journal == (*before.journal, *GOOD)
    places = locate_batches(after.journal)
    assert places[BatchId("B1")] == ("KHO", date(2026, 12, 1))
    assert places[BatchId("B4")] == ("TV4", date(2026, 12, 2))
    assert places[BatchId("B3")] == ("TV1", date(2026, 10, 5))


def test_same_entries_twice_are_recorded_once(ledger_folder: Path) -> None:
    province = read_province(ledger_folder)
    assert record_entries(province, GOOD) == 2
    assert record_entries(province, GOOD) == 0
    assert record_entries(read_province(ledger_folder), [GOOD[1], GOOD[1]]) == 0
    assert len(read_all(ledger_folder)) == 7 + 2


def test_an_id_with_other_content_is_refused(ledger_folder: Path) -> None:
    province = read_province(ledger_folder)
    record_entries(province, GOOD)
    with pytest.raises(LedgerError, match="N01 is in the ledger with other content"):
        record_entries(province, [dataclasses.replace(GOOD[0], books=60)])


def test_a_chain_given_in_any_order_is_recorded(ledger_folder: Path) -> None:
    first = entry("N01", "2026-12-01", "B2", "TV2", "TV1")
    second = entry("N02", "2026-12-08", "B2", "TV1", "KHO")
    assert record_entries(read_province(ledger_folder), [second, first]) == 2


def test_a_void_takes_a_move_back(ledger_folder: Path) -> None:
    province = read_province(ledger_folder)
    record_entries(province, GOOD)
    record_entries(province, [entry("N03", "2026-12-03", "B4", "KHO", "TV4", voids="N02")])
    places = locate_batches(read_province(ledger_folder).journal)
    assert BatchId("B4") not in places  # it never left its depot
    record_entries(province, [entry("N04", "2026-12-04", "B4", "KHO", "TV1")])
    assert locate_batches(read_all(ledger_folder))[BatchId("B4")][0] == "TV1"


REFUSED = [
    ("not where it is", entry("N09", "2026-12-05", "B2", "TV1", "KHO"), "it is at TV2"),
    ("never moved, not its depot", entry("N09", "2026-12-05", "B5", "TV1", "KHO"), "it is at KHO"),
    ("unknown batch", entry("N09", "2026-12-05", "B9", "KHO", "TV1"), "B9, which is not in"),
    ("unknown site", entry("N09", "2026-12-05", "B5", "KHO", "TV9"), "TV9, which is not in"),
    ("void of nothing", entry("N09", "2026-12-05", "B5", "KHO", "TV1", voids="N99"), "back N99"),
    ("void of a void", entry("N09", "2026-12-05", "B4", "KHO", "TV4", voids="L07"), "back L07"),
    ("void of another batch", entry("N09", "2026-12-05", "B5", "KHO", "TV2", voids="L02"),
     "no entry of batch B5"),
    # L04 took B1 from TV1, where L01 had left it: neither fits any more.
    ("backdated against later moves", entry("N09", "2026-09-20", "B1", "TV1", "TV2"),
     "entry L04 takes batch B1 from TV1 on 2026-10-05, but it is at TV2"),
    ("void that later moves need", entry("N09", "2026-12-05", "B1", "KHO", "TV1", voids="L01"),
     "entry L04 takes batch B1 from TV1 on 2026-10-05, but it is at KHO"),
    ("less than nothing", entry("N09", "2026-12-05", "B5", "KHO", "TV1", books=-1), "books"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "bad", "said"), REFUSED, ids=[case[0] for case in REFUSED])
@pytest.mark.parametrize("is_made", [False, True])
def test_what_contradicts_is_refused_whole(
    ledger_folder: Path, why: str, bad: LedgerEntry, said: str, is_made: bool
) -> None:
    province = read_province(ledger_folder)
    if is_made:
        record_entries(province, GOOD[:1])
    before = read_all(ledger_folder)
    fine = entry("N08", "2026-12-04", "B3", "TV1", "KHO")
    with pytest.raises(LedgerError) as caught:
        record_entries(province, [fine, bad])
    assert said in str(caught.value), why
    assert read_all(ledger_folder) == before
    assert record_entries(province, [fine]) == 1


def test_every_contradiction_is_named(ledger_folder: Path) -> None:
    province = read_province(ledger_folder)
    with pytest.raises(LedgerError) as caught:
        record_entries(province, [REFUSED[0][1], dataclasses.replace(REFUSED[2][1], entry_id="N7")])
    assert len(caught.value.reasons) == 2


def test_a_move_and_what_depends_on_it_can_be_voided_together(ledger_folder: Path) -> None:
    voids = [
        entry("N01", "2026-12-05", "B1", "KHO", "TV1", voids="L01"),
        entry("N02", "2026-12-05", "B1", "TV1", "TV3", voids="L04"),
    ]
    assert record_entries(read_province(ledger_folder), voids) == 2


def test_the_first_move_starts_at_the_depot(small: Province) -> None:
    moves = [
        entry("A", "2026-01-01", "B5", "TV1", "TV2"),
        entry("B", "2026-01-02", "B5", "TV2", "KHO"),
    ]
    depots = {batch.batch_id: batch.depot_id for batch in small.batches}
    (link,) = list_broken_links(moves, depots)
    assert (link.entry.entry_id, link.place, link.before) == ("A", "KHO", None)


@pytest.mark.parametrize("statement", [
    "UPDATE entries SET books = 1", "DELETE FROM entries", "DELETE FROM entries WHERE position = 1",
    "UPDATE chain SET digest = ''", "DELETE FROM results",
])  # fmt: skip
def test_lines_are_never_changed_or_deleted(ledger_folder: Path, statement: str) -> None:
    record(ledger_folder)
    before = read_ledger(ledger_folder)
    with pytest.raises(LedgerError, match="append-only"):
        run_sql(ledger_folder, statement)
    assert read_ledger(ledger_folder) == before


def test_a_changed_history_is_found(ledger_folder: Path) -> None:
    record_entries(read_province(ledger_folder), GOOD)
    history = ledger_folder / "ledger.csv"
    text = history.read_text(encoding="utf-8")
    # Another way to write the same entries is no change; nor is it to take the file away.
    history.write_text("\ufeff" + text.replace(",", ";"), encoding="utf-8", newline="\r\n")
    read_province(ledger_folder)
    history.unlink()
    assert len(read_province(ledger_folder).journal) == 9
    history.write_text(text.replace("2026-09-04", "2026-09-05"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_province(ledger_folder)
    assert [(f.file, f.row) for f in caught.value.findings] == [("ledger.csv", None)]


def test_the_recorded_journal_is_checked_like_the_history(ledger_folder: Path) -> None:
    record_entries(read_province(ledger_folder), GOOD)
    wrong = [
        entry("X1", "2026-12-09", "B2", "TV1", "TV3"),
        entry("X2", "2026-12-09", "B7", "KHO", "TV9"),
        entry("X3", "2026-12-09", "B2", "KHO", "TV3", voids="Q"),
    ]
    add_rows(ledger_folder, wrong)
    name = place_of(ledger_folder).name
    with pytest.raises(InputError) as caught:
        read_province(ledger_folder)
    assert {(f.file, f.row, f.column, f.value) for f in caught.value.findings} == {
        (name, 10, "from_site", "TV1"),
        (name, 11, "batch_id", "B7"),
        (name, 11, "to_site", "TV9"),
        (name, 12, "voids", "Q"),
    }


@pytest.mark.parametrize("damage", [b"no database at all, just text" * 100, b"SQLite format 3\0zz"])
def test_a_damaged_ledger_is_a_finding(small_folder: Path, damage: bytes) -> None:
    (small_folder / LEDGER_NAME).write_bytes(damage)
    with pytest.raises(InputError) as caught:
        read_province(small_folder)
    assert [f.file for f in caught.value.findings] == [LEDGER_NAME]


def test_a_ledger_of_a_later_version_is_left_alone(ledger_folder: Path) -> None:
    province = read_province(ledger_folder)
    record_entries(province, GOOD)
    is_file = not place_of(ledger_folder).url
    later = "PRAGMA user_version = 99" if is_file else "UPDATE meta SET value = '99'"
    run_sql(ledger_folder, later if is_file else f"{later} WHERE key = 'version'")
    with pytest.raises(InputError, match="later version"):
        read_province(ledger_folder)
    with pytest.raises(LedgerError, match="later version"):
        record_entries(province, GOOD)


def test_entries_and_results_get_in_together_or_not_at_all(
    ledger_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    province = read_province(ledger_folder)
    record_entries(province, GOOD[:1])
    before = read_ledger(ledger_folder)
    written = []

    def fail(database: Database, table: str, columns: object, rows: object) -> None:
        insert(database, table, columns, rows)
        written.append(database.read("SELECT count(*) FROM entries"))
        if table == "results":
            raise OSError("the plug is pulled")

    insert = ledger_lines._insert
    monkeypatch.setattr(ledger_lines, "_insert", fail)
    with pytest.raises(OSError, match="plug"):
        record_additions(province, lambda ledger: Additions(GOOD))
    assert written == [[(7 + 2,)], [(7 + 2,)]]
    assert read_ledger(ledger_folder) == before


def write_rounds(folder: Path, batch: str, place: str, name: str, count: int) -> None:
    """Take a batch out and home again, many times; each round all or nothing."""
    province = read_province(folder)
    for number in range(count):
        day = (date(2027, 1, 1) + timedelta(days=number)).isoformat()
        out = entry(f"{name}{number:05d}a", day, batch, place, "TV4")
        record_entries(province, [out, entry(f"{name}{number:05d}b", day, batch, "TV4", place)])


def test_two_writers_at_once_both_get_in(ledger_folder: Path) -> None:
    writers = [
        fork(lambda: write_rounds(ledger_folder, "B2", "TV2", "P", 15)),
        fork(lambda: write_rounds(ledger_folder, "B3", "TV1", "Q", 15)),
    ]
    assert [wait(writer) for writer in writers] == [0, 0]
    entries = read_all(ledger_folder)
    assert len(entries) == 7 + 2 * 15 + 2 * 15
    assert entries == read_province(ledger_folder).journal
    assert [e.entry_id for e in entries[:7]] == [f"L0{number}" for number in range(1, 8)]


def test_who_finds_the_ledger_taken_is_told(
    ledger_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    province = read_province(ledger_folder)
    record_entries(province, GOOD[:1])
    monkeypatch.setattr("province.ledger.trouble.WAIT_S", 0.1)
    with open_writing(place_of(ledger_folder)):
        with pytest.raises(BusyError, match="wait until it has finished") as caught:
            record_entries(province, GOOD[1:])
        assert caught.value.exit_code == 7
        assert len(read_all(ledger_folder)) == 7 + 1  # readers wait for nobody
    if place_of(ledger_folder).url:
        assert f"@{socket.gethostname()}" in str(caught.value)
    assert record_entries(province, GOOD[1:]) == 1


def copy_folder(folder: Path, number: int) -> Path:
    """Return a copy whose ledger lies in a place of its own, which is empty yet."""
    copy = Path(shutil.copytree(folder, folder.parent / f"{number}"))
    settings = copy / "province.toml"
    text = settings.read_text(encoding="utf-8")
    text = re.sub(r'schema_name = "(\w+)"', rf'schema_name = "\1k{number}"', text)
    settings.write_text(text, encoding="utf-8")
    return copy


def test_killed_while_recording_the_ledger_opens_and_nothing_is_half_in(
    ledger_folder: Path,
) -> None:
    chance = random.Random(7)
    longest = 0
    for number in range(KILLS):
        folder = copy_folder(ledger_folder, number)
        writer = fork(lambda f=folder: write_rounds(f, "B2", "TV2", "P", 2000))
        while number and not (folder / SEAL_NAME).exists():  # the first one: at any moment
            time.sleep(0.0005)
        time.sleep(chance.uniform(0, 0.1))
        os.kill(writer, signal.SIGKILL)
        assert wait(writer) == -signal.SIGKILL
        entries = read_province(folder).journal
        recorded = [e.entry_id for e in entries if e.entry_id.startswith("P")]
        # Both moves of a round or none, the history first and whole.
        assert len(recorded) % 2 == 0
        assert recorded == [f"P{n // 2:05d}{'ab'[n % 2]}" for n in range(len(recorded))]
        assert [e.entry_id for e in entries[:7]] == [f"L0{n}" for n in range(1, 8)]
        longest = max(longest, len(recorded))
        again = read_province(folder)
        assert record_entries(again, [entry("N01", "2028-01-01", "B2", "TV2", "KHO")]) == 1
    assert longest > 0, "no writer ever got to record: the test says nothing"


HALF = """
import os, sqlite3, sys

connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.executemany(
    "INSERT INTO entries (entry_id, day, entry_type, batch_id, from_site, to_site, books, boxes,"
    " trip_id, voids, note)"
    " VALUES (?, '2026-12-09', 'moved', 'B2', 'TV2', 'KHO', 1, 1, '', '', '')",
    [(f"H{n:05d}",) for n in range(5000)],
)
os._exit(1)
"""


def test_what_a_dead_writer_left_half_done_is_rolled_back(small_folder: Path) -> None:
    province = read_province(small_folder)
    record_entries(province, GOOD)
    path = small_folder / LEDGER_NAME
    whole = path.stat().st_size
    subprocess.run([sys.executable, "-c", HALF, str(path)], check=False, timeout=60)
    # The dead writer's entries had reached the file; its journal undoes them.
    assert path.stat().st_size > whole
    assert path.with_name(LEDGER_NAME + "-journal").exists()
    assert read_province(small_folder).journal == (*province.journal, *GOOD)
    assert not path.with_name(LEDGER_NAME + "-journal").exists()


def test_the_ledger_lies_in_folders_of_any_name(small_folder: Path) -> None:
    odd = small_folder.rename(small_folder.with_name("Sơn La #1 100% ?mode=ro & co"))
    assert record_entries(read_province(odd), GOOD) == 2
    assert len(read_province(odd).journal) == 9
    assert sorted(path.name for path in odd.glob("ledger*")) == ["ledger.csv", LEDGER_NAME]
