"""The ledger: an append-only journal of what really moved, in SQLite."""

import csv
import hashlib
import io
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from province.errors import LedgerError
from province.ids import BatchId, EntryId, SiteId, TripId
from province.journal import EntryType, LedgerEntry, locate_batches
from province.language import message

LEDGER_NAME = "ledger.sqlite"
WAIT_S = 10.0
VERSION = 1
COLUMNS = (
    "entry_id",
    "day",
    "entry_type",
    "batch_id",
    "from_site",
    "to_site",
    "books",
    "boxes",
    "trip_id",
    "voids",
    "note",
)

SCHEMA = """
CREATE TABLE entries (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id TEXT NOT NULL UNIQUE, day TEXT NOT NULL, entry_type TEXT NOT NULL,
    batch_id TEXT NOT NULL, from_site TEXT NOT NULL, to_site TEXT NOT NULL,
    books INTEGER NOT NULL CHECK (books >= 0), boxes INTEGER NOT NULL CHECK (boxes >= 0),
    trip_id TEXT NOT NULL, voids TEXT NOT NULL, note TEXT NOT NULL
);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entries_are_never_deleted BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""


@contextmanager
def _open(path: Path, *, writes: bool) -> Iterator[sqlite3.Connection]:
    mode = "rwc" if writes else "ro"
    try:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode={mode}",
            uri=True,
            timeout=WAIT_S,
            isolation_level=None,
        )
        with closing(connection):
            yield connection
    except sqlite3.Error as error:
        raise LedgerError(
            message("the ledger {file} cannot be used: {fault}", file=path.name, fault=str(error))
        ) from error


def read_entries(folder: Path) -> tuple[LedgerEntry, ...]:
    """Return all entries of `ledger.sqlite`, in the order they were recorded.

    Raises
    ------
    LedgerError
        If the file is damaged or another program holds it.
    """
    with _open(folder / LEDGER_NAME, writes=False) as connection:
        return _select(connection)


def _select(connection: sqlite3.Connection) -> tuple[LedgerEntry, ...]:
    found = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM entries ORDER BY position")
    return tuple(
        LedgerEntry(
            EntryId(row[0]),
            date.fromisoformat(row[1]),
            EntryType(row[2]),
            BatchId(row[3]),
            SiteId(row[4]),
            SiteId(row[5]),
            row[6],
            row[7],
            TripId(row[8]),
            EntryId(row[9]),
            row[10],
        )
        for row in found
    )


def record_entries(
    folder: Path, entries: Sequence[LedgerEntry], *, opening: Sequence[LedgerEntry] = ()
) -> int:
    """Append entries in one transaction; return how many were new.

    Parameters
    ----------
    entries
        What happened. An entry that is there already, word for word, is passed over.
    opening
        Entries of `ledger.csv`, taken in when the ledger is made.

    Raises
    ------
    LedgerError
        If an id stands there with other content, a batch is taken from where it is not, or
        another program writes for longer than ten seconds. Nothing is recorded then.
    """
    path = folder / LEDGER_NAME
    with _open(path, writes=True) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                _create(connection, opening)
            new = _list_new(entries, _select(connection))
            _insert(connection, new)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return len(new)


def _create(connection: sqlite3.Connection, opening: Sequence[LedgerEntry]) -> None:
    for statement in SCHEMA.split(";\nCREATE"):
        text = statement if statement.lstrip().startswith("CREATE") else "CREATE" + statement
        connection.execute(text)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("INSERT INTO meta VALUES ('opening', ?)", (digest_entries(opening),))
    _insert(connection, opening)


def _insert(connection: sqlite3.Connection, entries: Sequence[LedgerEntry]) -> None:
    marks = ", ".join("?" * len(COLUMNS))
    connection.executemany(
        f"INSERT INTO entries ({', '.join(COLUMNS)}) VALUES ({marks})",
        [_cells(entry) for entry in entries],
    )


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


def _list_new(
    entries: Sequence[LedgerEntry], known: Sequence[LedgerEntry]
) -> tuple[LedgerEntry, ...]:
    by_id = {entry.entry_id: entry for entry in known}
    new, conflicts = [], []
    for entry in entries:
        if entry.entry_id not in by_id:
            new.append(entry)
            by_id[entry.entry_id] = entry
        elif by_id[entry.entry_id] != entry:
            conflicts.append(
                message("entry {entry} is in the ledger with other content", entry=entry.entry_id)
            )
    journal = tuple(known)
    for entry in new:
        place = locate_batches(journal, entry.day).get(entry.batch_id)
        moved = entry.entry_type is EntryType.MOVED
        if moved and place is not None and place[0] != entry.from_site:
            conflicts.append(
                message(
                    "batch {batch} was to be taken from {site}, but the ledger has it at {place}",
                    batch=entry.batch_id,
                    site=entry.from_site,
                    place=place[0],
                )
            )
        journal = (*journal, entry)
    if conflicts:
        raise LedgerError(*conflicts)
    return tuple(new)


def digest_entries(entries: Sequence[LedgerEntry]) -> str:
    """Return the SHA-256 of entries, so that a changed `ledger.csv` can be noticed."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(_cells(entry) for entry in entries)
    return hashlib.sha256(text.getvalue().encode("utf-8")).hexdigest()
