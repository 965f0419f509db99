"""The ledger moved, backed up, restored, exported and imported: nothing is lost on any way."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from postgresql_server import Server, use_schema
from program import run
from recording import place_of, places, read_ledger, record, record_entries, run_sql
from test_province_ledger import GOOD, entry

from exports.tables.ledger_csv import draw_ledger
from province.errors import InputError, LedgerError
from province.ledger.backup import read_backup, write_backup
from province.ledger.chain import SEAL_NAME
from province.ledger.csv_lines import ENTRIES_FILE, RESULTS_FILE, read_csv_lines
from province.ledger.place import LEDGER_NAME, LedgerPlace
from province.ledger.transfer import bring_up, move_ledger, read_lines, sum_lines, take_over
from province.read import read_province


@pytest.fixture
def recorded(ledger_folder: Path) -> Path:
    """Seven entries of the history, and a trip's results."""
    record(ledger_folder)
    return ledger_folder


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, recorded: Path, tmp_path: Path) -> LedgerPlace:
    """Where the ledger of the folder does not lie: a database for a file, a file for a database."""
    if place_of(recorded).url:
        return LedgerPlace(recorded)
    server: Server = request.getfixturevalue("postgresql")
    return LedgerPlace(recorded, server.url, server.new_schema())


def test_a_moved_ledger_is_the_same_and_closed_where_it_was(
    recorded: Path, elsewhere: LedgerPlace
) -> None:
    source = place_of(recorded)
    before, lines = read_ledger(recorded), read_lines(source)
    done = move_ledger(source, elsewhere)
    assert (done.num_copied, done.before) == (lines.num_lines, done.after)
    # By hand: eight rows, of which batches B3 and B2 and the session tell uses.
    assert (done.before.results, done.before.uses) == (8, 41 + 12 + 9)
    assert done.before.digest == lines.whole_chain[-1].digest
    moved = read_lines(elsewhere)
    assert (moved.rows, moved.chain, moved.opening) == (lines.rows, lines.chain, lines.opening)
    with pytest.raises(LedgerError, match=re.escape(f"moved to {elsewhere.address}")):
        read_ledger(recorded)
    with pytest.raises(InputError, match="was moved to"):
        read_province(recorded)
    # A move that was broken off before the source was closed is walked again; and back it goes.
    assert move_ledger(source, elsewhere).num_copied == 0
    assert move_ledger(elsewhere, source).num_copied == 0
    assert read_ledger(recorded) == before
    with pytest.raises(LedgerError, match="was moved to"):
        read_lines(elsewhere)
    assert record_entries(read_province(recorded), [entry("N9", "2027-01-02", "B6", "KHO", "TV3")])
    assert move_ledger(source, elsewhere).num_copied == 1


def test_a_move_onto_another_ledger_changes_neither(recorded: Path, elsewhere: LedgerPlace) -> None:
    other = Path(shutil.copytree(recorded, recorded.parent / "other"))
    for name in (LEDGER_NAME, SEAL_NAME):
        (other / name).unlink(missing_ok=True)
    text = (other / "province.toml").read_text(encoding="utf-8").split("\n[ledger]")[0]
    (other / "province.toml").write_text(text, encoding="utf-8")
    record_entries(read_province(other), GOOD)
    bring_up(elsewhere, read_lines(LedgerPlace(other)))
    there = replace(elsewhere, folder=other)
    before = read_lines(there)
    with pytest.raises(LedgerError, match="holds other lines"):
        move_ledger(place_of(recorded), elsewhere)
    assert read_ledger(recorded) is not None
    assert read_lines(there) == before
    with pytest.raises(InputError, match="another place than"):
        move_ledger(place_of(recorded), place_of(recorded))


def test_a_backup_brings_everything_back(recorded: Path, tmp_path: Path) -> None:
    place, file = place_of(recorded), tmp_path / "sổ.zip"
    before = read_ledger(recorded)
    lines, missing = write_backup(place, file)
    assert missing == 0
    bytes_of_first = file.read_bytes()
    write_backup(place, file)
    assert file.read_bytes() == bytes_of_first
    # Onto itself: nothing to do; onto an empty place: all; onto a longer ledger: it stays longer.
    copy, _ = read_backup(file)
    assert take_over(place, copy).num_copied == 0
    empty = tmp_path / "empty"
    empty.mkdir()
    assert take_over(LedgerPlace(empty), copy).num_copied == lines.num_lines
    assert read_lines(LedgerPlace(empty)).chain == lines.chain
    record_entries(read_province(recorded), [entry("N9", "2027-01-02", "B6", "KHO", "TV3")])
    assert take_over(place, copy).num_copied == 0
    after = read_ledger(recorded)
    assert before is not None
    assert after is not None
    assert len(after.entries) == len(before.entries) + 1


def test_what_would_lose_lines_must_be_forced(recorded: Path, tmp_path: Path) -> None:
    place, file = place_of(recorded), tmp_path / "b.zip"
    write_backup(place, file)
    copy, _ = read_backup(file)
    record_entries(read_province(recorded), [entry("N9", "2027-01-02", "B6", "KHO", "TV3")])
    if place.url:
        run_sql(recorded, "DROP TABLE chain")
    else:
        place.path.write_bytes(b"SQLite format 3\0 and no more")
    with pytest.raises(LedgerError, match="with --force it is set aside"):
        take_over(place, copy)
    done = take_over(place, copy, is_forced=True)
    assert done.aside == (f"{place.schema}_aside_1" if place.url else f"{LEDGER_NAME}.aside-1")
    assert sum_lines(read_lines(place)) == sum_lines(copy)
    assert places(recorded)["B6"] == "KHO"
    assert done.num_copied == copy.num_lines


@pytest.mark.parametrize("damage", ["", "no zip", "other zip"])
def test_what_is_no_backup_is_told(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "b.zip"
    if damage == "no zip":
        file.write_text("hello", encoding="utf-8")
    elif damage:
        shutil.make_archive(str(file.with_suffix("")), "zip", Path(__file__).parent / "small")
    with pytest.raises((InputError, LedgerError)):
        read_backup(file)


def write_tables(folder: Path, into: Path) -> None:
    into.mkdir(exist_ok=True)
    for name, content in draw_ledger(read_lines(place_of(folder))):
        (into / name).write_bytes(content)


def test_tables_hold_all_of_it(recorded: Path, tmp_path: Path) -> None:
    note = entry("=N9", "2027-01-02", "B6", "KHO", "TV3")
    record_entries(read_province(recorded), [note])
    write_tables(recorded, tmp_path / "tables")
    lines = read_lines(place_of(recorded))
    assert read_csv_lines(tmp_path / "tables") == lines
    # A spreadsheet program of a land of semicolons saved them again.
    for name in (ENTRIES_FILE, RESULTS_FILE):
        rows = (tmp_path / "tables" / name).read_text(encoding="utf-8-sig").splitlines()
        if name == ENTRIES_FILE:
            text = "\n".join(row.replace(",", ";") for row in rows)
            (tmp_path / "tables" / name).write_text(text, encoding="utf-8-sig")
    empty = LedgerPlace(tmp_path)
    assert take_over(empty, read_csv_lines(tmp_path / "tables")).num_copied == lines.num_lines
    assert read_lines(empty).chain == lines.chain


@pytest.mark.parametrize(("file", "old", "new", "said"), [
    (ENTRIES_FILE, ",70,2,", ",71,2,", "line 1 of the ledger is not as it was recorded"),
    (RESULTS_FILE, "exchange-take", "exchange-leave", "is not as it was recorded"),
    (ENTRIES_FILE, ",70,2,", ",seventy,2,", "ledger-entries.csv:2 books"),
    (ENTRIES_FILE, "digest,", "digests,", "ledger-entries.csv:1 digest"),
    (ENTRIES_FILE, ",yes\r\n2,", ",\r\n2,", "ledger-entries.csv history"),
])  # fmt: skip
def test_a_changed_table_is_refused(
    small_folder: Path, tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    record(small_folder)
    write_tables(small_folder, tmp_path / "tables")
    path = tmp_path / "tables" / file
    text = path.read_bytes().decode("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode("utf-8"))
    before = read_ledger(small_folder)
    with pytest.raises((InputError, LedgerError)) as caught:
        read_csv_lines(tmp_path / "tables")
    assert said in str(caught.value)
    assert read_ledger(small_folder) == before


def test_the_commands_go_the_whole_way(
    small_folder: Path, postgresql: Server, tmp_path: Path
) -> None:
    record(small_folder)
    use_schema(small_folder, "sqlite", postgresql.new_schema())
    url = postgresql.url_by(postgresql.home, user="office:s3cret")
    words = ("--lang", "en", "ledger")
    said = [
        run(*words, "check", small_folder),
        run(*words, "backup", small_folder, tmp_path / "b.zip"),
        run(*words, "export", small_folder, tmp_path / "tables"),
        run(*words, "move", small_folder, "--to", url),
    ]
    for answer in said:
        assert (answer.returncode, answer.stderr) == (0, "")
    assert "no fault in ledger.sqlite: each of 6 batches is in one place" in said[0].stdout
    assert "nothing is lost: all" in said[3].stdout
    assert "s3cret" not in said[3].stdout
    answer = run("--lang", "en", "where", small_folder, "B5", LUANCHUYEN_LEDGER=url)
    assert answer.returncode == 0
    assert "TV1" in answer.stdout
    for verb in (("restore", tmp_path / "b.zip"), ("import", tmp_path / "tables")):
        answer = run(*words, verb[0], small_folder, verb[1], LUANCHUYEN_LEDGER=url)
        assert (answer.returncode, answer.stderr) == (0, "")
        assert "0 of them are new" in answer.stdout
    answer = run(*words, "restore", small_folder, tmp_path / "b.zip", "--force")
    assert (answer.returncode, answer.stdout) == (5, "")
    assert "was moved to postgresql://office:…@/books" in answer.stderr
