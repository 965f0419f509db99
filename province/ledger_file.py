"""The file of the ledger: an append-only SQLite database, read and appended to."""

import csv
import hashlib
import io
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

from pydantic import TypeAdapter

from province.errors import LedgerError
from province.ids import BatchId, EntryId, SiteId, TripId
from province.journal import EntryType, LedgerEntry
from province.language import message
from province.results import RecordedResult, ResultRow, Settlement

LEDGER_NAME = "ledger.sqlite"
WAIT_S = 10.0
VERSION = 2
COLUMNS = (
    "entry_id", "day", "entry_type", "batch_id", "from_site", "to_site", "books", "boxes",
    "trip_id", "voids", "note",
)  # fmt: skip
RESULT_FIELDS = ("result_id", "sheet", "place", "reported", "replaces", "settled", "row")

ENTRIES_SCHEMA = (
    """CREATE TABLE entries (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id TEXT NOT NULL UNIQUE, day TEXT NOT NULL, entry_type TEXT NOT NULL,
    batch_id TEXT NOT NULL, from_site TEXT NOT NULL, to_site TEXT NOT NULL,
    books INTEGER NOT NULL CHECK (books >= 0), boxes INTEGER NOT NULL CHECK (boxes >= 0),
    trip_id TEXT NOT NULL, voids TEXT NOT NULL, note TEXT NOT NULL
)""",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER entries_are_never_deleted BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
)
RESULTS_SCHEMA = (
    """CREATE TABLE results (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    result_id TEXT NOT NULL UNIQUE, sheet TEXT NOT NULL, place TEXT NOT NULL,
    reported TEXT NOT NULL, replaces TEXT NOT NULL, settled TEXT NOT NULL, row TEXT NOT NULL
)""",
    """CREATE TRIGGER results_are_never_changed BEFORE UPDATE ON results
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER results_are_never_deleted BEFORE DELETE ON results
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
)
UPGRADES = (ENTRIES_SCHEMA, RESULTS_SCHEMA)
"""What each version of the file adds to the one before."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What `ledger.sqlite` holds: entries and results as recorded, the digest of its history."""

    entries: tuple[LedgerEntry, ...]
    results: tuple[RecordedResult, ...]
    opening_digest: str


@contextmanager
def open_ledger(path: Path, *, creates: bool) -> Iterator[sqlite3.Connection]:
    """Yield a connection to the ledger; whoever finds it locked waits ten seconds.

    Readers open it for writing too: a run that was killed leaves a journal to be rolled back.

    Raises
    ------
    LedgerError
        If the file is damaged, or another program writes for longer.
    """
    mode = "rwc" if creates else "rw"
    try:
        connection = sqlite3.connect(
            f"{_uri(path)}?mode={mode}",
            uri=True,
            timeout=WAIT_S,
            isolation_level=None,
        )
        with closing(connection):
            yield connection
    except (sqlite3.Error, ValueError) as error:
        if "locked" in str(error) or "busy" in str(error):
            raise LedgerError(
                message(
                    "another program is writing to {file}: wait until it has finished, "
                    "then run this again",
                    file=path.name,
                )
            ) from error
        raise LedgerError(
            message("the ledger {file} cannot be used: {fault}", file=path.name, fault=str(error))
        ) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the only right to write; commit in the end, or undo everything."""
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _uri(path: Path) -> str:
    """Return the address of a file as SQLite wants it, on Windows drives and shares as well."""
    plain = path.resolve().as_posix()
    return "file://" + quote(plain if plain.startswith("/") else "/" + plain, safe="/:")


def select_ledger(connection: sqlite3.Connection) -> Ledger | None:
    """Return what the file holds; None when nothing was ever recorded in it."""
    version = _read_version(connection)
    if version > VERSION:
        raise LedgerError(
            message("the ledger was made by a later version of the program: update the program")
        )
    if version == 0 and not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        return None
    digest = connection.execute("SELECT value FROM meta WHERE key = 'opening'").fetchone()
    entries = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM entries ORDER BY position")
    found = tuple(_entry(row) for row in entries)
    if version < 2:
        return Ledger(found, (), digest[0] if digest else "")
    results = connection.execute(
        f"SELECT {', '.join(RESULT_FIELDS)} FROM results ORDER BY position"
    )
    return Ledger(found, tuple(_result(row) for row in results), digest[0] if digest else "")


def _read_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _entry(row: Sequence[str | int]) -> LedgerEntry:
    text = [str(cell) for cell in row]
    return LedgerEntry(
        EntryId(text[0]),
        date.fromisoformat(text[1]),
        EntryType(text[2]),
        BatchId(text[3]),
        SiteId(text[4]),
        SiteId(text[5]),
        int(row[6]),
        int(row[7]),
        TripId(text[8]),
        EntryId(text[9]),
        text[10],
    )


def _result(row: Sequence[str]) -> RecordedResult:
    return RecordedResult(
        result_id=row[0],
        sheet=row[1],
        place=row[2],
        reported=row[3],
        replaces=row[4],
        settled=Settlement(row[5]) if row[5] else None,
        row=_rows().validate_json(row[6]),
    )


def _rows() -> TypeAdapter[ResultRow]:
    return TypeAdapter(ResultRow)


def prepare_ledger(connection: sqlite3.Connection, opening: Sequence[LedgerEntry]) -> None:
    """Bring the file to the form of this version; a new one begins with the opening entries."""
    version = _read_version(connection)
    for statements in UPGRADES[version:]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    if version == 0:
        connection.execute("INSERT INTO meta VALUES ('opening', ?)", (digest_entries(opening),))
        insert_entries(connection, opening)


def insert_entries(connection: sqlite3.Connection, entries: Sequence[LedgerEntry]) -> None:
    """Append entries."""
    _insert(connection, "entries", COLUMNS, [_cells(entry) for entry in entries])


def insert_results(connection: sqlite3.Connection, results: Sequence[RecordedResult]) -> None:
    """Append results."""
    cells = [
        (r.result_id, r.sheet, r.place, r.reported, r.replaces, r.settled or "",
         _rows().dump_json(r.row).decode("utf-8"))
        for r in results
    ]  # fmt: skip
    _insert(connection, "results", RESULT_FIELDS, cells)


def _insert(
    connection: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    cells: Sequence[tuple[str | int, ...]],
) -> None:
    marks = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", cells)


def _cells(entry: LedgerEntry) -> tuple[str | int, ...]:
    return (
        entry.entry_id,
        entry.day.isoformat(),
        entry.entry_type.value,
        entry.batch_id,
        entry.from_site,
        entry.to_site,
        entry.books,
        entry.boxes,
        entry.trip_id,
        entry.voids,
        entry.note,
    )


def digest_entries(entries: Sequence[LedgerEntry]) -> str:
    """Return the SHA-256 of entries, so that a changed `ledger.csv` can be noticed."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(_cells(entry) for entry in entries)
    return hashlib.sha256(text.getvalue().encode("utf-8")).hexdigest()
