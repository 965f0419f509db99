"""A ledger that is lost, cut off or changed is never read as "nothing was recorded yet"."""

import dataclasses
import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from recording import read_ledger, record, record_entries, run_sql
from test_province_ledger import GOOD, entry

from planning.answers.check import check_folder
from province.errors import InputError, LedgerError, PlannerError
from province.ids import BatchId
from province.journal import locate_batches
from province.ledger.chain import SEAL_NAME, START
from province.ledger.place import LEDGER_NAME
from province.ledger.schema import VERSION
from province.read import read_province

FLIPS = int(os.environ.get("LUANCHUYEN_FLIPS", "200"))


@pytest.fixture
def recorded(small_folder: Path) -> Path:
    """The small province with seven entries of its history, and a trip's results."""
    record(small_folder)
    (small_folder / "T01.csv").unlink()
    return small_folder


def drop_triggers(folder: Path) -> None:
    with closing(sqlite3.connect(folder / LEDGER_NAME)) as connection, connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in rows.fetchall():
            connection.execute(f"DROP TRIGGER {name}")


def without_triggers(statement: str) -> Callable[[Path], None]:
    """Change what is recorded, and leave the triggers as they were."""

    def do(folder: Path) -> None:
        with closing(sqlite3.connect(folder / LEDGER_NAME)) as connection, connection:
            rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = rows.fetchall()
            for name, _ in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(statement)
            for _, sql in triggers:
                connection.execute(sql)

    return do


def empty(folder: Path) -> None:
    (folder / LEDGER_NAME).write_bytes(b"")


def take_away(folder: Path) -> None:
    (folder / LEDGER_NAME).unlink()


def cut_off(folder: Path) -> None:
    take_away(folder)
    (folder / LEDGER_NAME).symlink_to(folder / "no such drive" / LEDGER_NAME)


def make_folder(folder: Path) -> None:
    take_away(folder)
    (folder / LEDGER_NAME).mkdir()


def make_pipe(folder: Path) -> None:
    take_away(folder)
    os.mkfifo(folder / LEDGER_NAME)


def put_back_older(folder: Path) -> None:
    take_away(folder)
    seal = (folder / SEAL_NAME).read_bytes()
    (folder / SEAL_NAME).unlink()
    record_entries(read_province(folder), GOOD[:1])
    (folder / SEAL_NAME).write_bytes(seal)


def damage_seal(folder: Path) -> None:
    (folder / SEAL_NAME).write_text("{", encoding="utf-8")


def end_chain_early(folder: Path) -> None:
    """Take away the last result, and its place in the chain."""
    without_triggers("DELETE FROM results WHERE position = (SELECT max(position) FROM results)")(
        folder
    )
    without_triggers("DELETE FROM chain WHERE position = (SELECT max(position) FROM chain)")(folder)


DAMAGES = {
    "emptied": (empty, "ledger.sqlite is empty: what it held is lost"),
    "gone": (take_away, "lines were recorded in the ledger, and they are not there any more"),
    "link to nowhere": (cut_off, "ledger.sqlite is no file, or leads to none"),
    "folder": (make_folder, "ledger.sqlite is no file, or leads to none"),
    "pipe": (make_pipe, "ledger.sqlite is no file, or leads to none"),
    "older copy": (put_back_older, "they are not there any more"),
    "last line cut off": (end_chain_early, "they are not there any more"),
    "seal": (damage_seal, "is damaged, so that nothing shows whether the ledger is whole"),
    "no triggers": (drop_triggers, "tables are not those of its version (4)"),
    "all entries": (without_triggers("DELETE FROM entries"), "line 1 of the ledger is not"),
    "one entry": (
        without_triggers("DELETE FROM entries WHERE entry_id = 'L05'"), "line 5 of the ledger is"
    ),
    "books set to 0": (
        without_triggers("UPDATE entries SET books = 0 WHERE entry_id = 'L03'"),
        "line 3 of the ledger is not as it was recorded",
    ),
    "a result": (
        without_triggers("UPDATE results SET settled = 'as-recorded' WHERE position = 1"),
        "of the ledger is not as it was recorded",
    ),
    "an entry by hand": (
        without_triggers(
            "INSERT INTO entries (entry_id, day, entry_type, batch_id, from_site, to_site, books,"
            " boxes, trip_id, voids, note) VALUES"
            " ('X1', '2026-12-19', 'moved', 'B6', 'KHO', 'TV3', 70, 2, '', '', '')"
        ),
        "the ledger has lines that this program did not record",
    ),
    **{
        f"version {number}": (
            lambda folder, number=number: run_sql(folder, f"PRAGMA user_version = {number}"),
            f"tables are not those of its version ({number})",
        )
        for number in range(VERSION)
    },
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGES)
def test_damage_is_found_and_nothing_is_recorded_on_it(recorded: Path, what: str) -> None:
    if what == "pipe" and not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names here")
    province = read_province(recorded)
    damage, said = DAMAGES[what]
    damage(recorded)
    _, faults, _ = check_folder(recorded)
    assert [fault.file for fault in faults] == [LEDGER_NAME]
    assert said in str(faults[0].as_message())
    with pytest.raises(InputError):
        read_province(recorded)
    with pytest.raises(LedgerError) as caught:
        record_entries(province, [entry("N09", "2026-12-29", "B6", "KHO", "TV3")])
    assert caught.value.exit_code == 5
    assert said in str(caught.value)


def test_whoever_means_it_may_begin_anew(recorded: Path) -> None:
    take_away(recorded)
    (recorded / SEAL_NAME).unlink()
    assert len(read_province(recorded).journal) == 7
    assert record_entries(read_province(recorded), GOOD) == 2


def test_a_ledger_that_was_never_written_is_no_fault(small_folder: Path) -> None:
    (small_folder / "plans" / "2026-12").mkdir(parents=True)
    assert check_folder(small_folder)[1] == ()


def test_a_dry_run_and_a_refusal_leave_no_ledger(small_folder: Path) -> None:
    record(small_folder, is_dry=True)
    with pytest.raises(LedgerError):
        record_entries(read_province(small_folder), [entry("A", "2026-12-05", "B2", "TV1", "KHO")])
    assert not list(small_folder.glob("*.sqlite*"))
    assert not list(small_folder.glob(".*"))


@pytest.mark.parametrize("version", [1, 2, 3])
def test_an_older_ledger_is_read_and_gets_its_chain_with_the_next_record(
    recorded: Path, version: int
) -> None:
    later = [f"DROP TABLE {table}" for table in ("lendings", "chain", "results")[: 4 - version]]
    run_sql(recorded, *later, f"PRAGMA user_version = {version}")
    (recorded / SEAL_NAME).unlink()
    before = read_ledger(recorded)
    assert before is not None
    assert (before.chain is None) is (version < 3)
    assert locate_batches(before.entries)[BatchId("B1")] == ("TV3", date(2026, 10, 5))
    record_entries(read_province(recorded), [entry("N09", "2026-12-29", "B6", "KHO", "TV3")])
    after = read_ledger(recorded)
    assert after is not None
    assert after.chain is not None
    assert len(after.chain) == len(before.entries) + 1 + len(before.results)
    assert after.results == before.results
    assert check_folder(recorded)[1] == ()


def test_the_opening_of_an_older_ledger_is_checked(recorded: Path) -> None:
    run_sql(recorded, "DROP TABLE lendings", "DROP TABLE chain", "PRAGMA user_version = 2")
    (recorded / SEAL_NAME).unlink()
    without_triggers("UPDATE entries SET books = 1 WHERE entry_id = 'L03'")(recorded)
    with pytest.raises(LedgerError, match="first entries of the ledger are not those"):
        read_ledger(recorded)


def test_every_flipped_bit_that_touches_what_is_read_is_noticed(
    recorded: Path, tmp_path: Path
) -> None:
    chance = random.Random(13)
    path = recorded / LEDGER_NAME
    whole, before, province = path.read_bytes(), read_ledger(recorded), read_province(recorded)
    new = entry("N09", "2026-12-29", "B6", "KHO", "TV3")
    noticed = 0
    for number in range(FLIPS):
        bit = chance.randrange(8 * len(whole))
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        folder = tmp_path / f"{number}"
        folder.mkdir()
        (folder / LEDGER_NAME).write_bytes(damaged)
        shutil.copy(recorded / SEAL_NAME, folder)
        try:
            found = read_ledger(folder)
        except PlannerError:
            noticed += 1
            with pytest.raises(PlannerError):
                record_entries(dataclasses.replace(province, folder=folder), [new])
            assert (folder / LEDGER_NAME).read_bytes() == damaged
        else:
            assert found == before, bit
            assert record_entries(dataclasses.replace(province, folder=folder), [new]) == 1
            with closing(sqlite3.connect(folder / LEDGER_NAME)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert noticed > FLIPS / 10


@pytest.mark.parametrize(
    "text", ['{"lines": 1e999, "digest": ""}', "[" * 100_000, "[1]", '{"lines": {}}', "\\ud800"]
)
def test_a_seal_that_json_cannot_hold_is_told(recorded: Path, text: str) -> None:
    (recorded / SEAL_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(LedgerError, match="is damaged"):
        read_ledger(recorded)


def test_a_run_killed_before_the_seal_is_healed_by_the_next_record(recorded: Path) -> None:
    seal = recorded / SEAL_NAME
    whole = seal.read_bytes()
    seal.write_text(json.dumps({"lines": 0, "digest": START}) + "\n", encoding="utf-8")
    (recorded / f".{SEAL_NAME}-new-abcd1234").write_bytes(b"half")
    lock = recorded / f".{LEDGER_NAME}.lock"  # of one killed when it had just made the ledger
    lock.write_bytes(b"somebody")
    record(recorded)  # the same sheet: nothing new
    assert not lock.exists()
    room = recorded / f".{LEDGER_NAME}-new-efgh_567"  # killed when its name had just changed
    room.mkdir()
    (room / f"{LEDGER_NAME}-journal").write_bytes(b"half")
    record(recorded)
    assert [path.name for path in recorded.glob(f".{LEDGER_NAME}*")] == []
    assert seal.read_bytes() == whole
    assert [path.name for path in recorded.glob(f".{SEAL_NAME}*")] == []
