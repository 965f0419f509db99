"""The ledger: an append-only journal of what really moved, in SQLite."""

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

from province.errors import LedgerError
from province.facts import Province
from province.ids import BatchId, EntryId, SiteId, TripId
from province.journal import EntryType, LedgerEntry, list_bad_voids, list_broken_links
from province.language import Message, message

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

SCHEMA = (
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


@dataclass(frozen=True, slots=True)
class Ledger:
    """What `ledger.sqlite` holds: entries as recorded, and the digest of its opening history."""

    entries: tuple[LedgerEntry, ...]
    opening_digest: str


@contextmanager
def _open(path: Path, *, creates: bool) -> Iterator[sqlite3.Connection]:
    # Readers open it for writing too: a run that was killed leaves a journal to be rolled back.
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
        raise LedgerError(
            message("the ledger {file} cannot be used: {fault}", file=path.name, fault=str(error))
        ) from error


def _uri(path: Path) -> str:
    """Return the address of a file as SQLite wants it, on Windows drives and shares as well."""
    plain = path.resolve().as_posix()
    return "file://" + quote(plain if plain.startswith("/") else "/" + plain, safe="/:")


def read_ledger(folder: Path) -> Ledger | None:
    """Return what `ledger.sqlite` holds, or None when nothing was ever recorded in it.

    Raises
    ------
    LedgerError
        If the file is damaged, from a later version, or held by another program.
    """
    path = folder / LEDGER_NAME
    if not path.is_file():
        return None
    with _open(path, creates=False) as connection:
        return _select(connection)


def _select(connection: sqlite3.Connection) -> Ledger | None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise LedgerError(
            message("the ledger was made by a later version of the program: update the program")
        )
    if version == 0 and not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        return None
    digest = connection.execute("SELECT value FROM meta WHERE key = 'opening'").fetchone()
    found = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM entries ORDER BY position")
    return Ledger(tuple(_entry(row) for row in found), digest[0] if digest else "")


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


def record_entries(province: Province, entries: Sequence[LedgerEntry]) -> int:
    """Append entries to the province's ledger in one transaction; return how many were new.

    A ledger that does not exist yet is made with the province's journal, so that the history of
    `ledger.csv` is never forgotten. The whole journal is then replayed with the new entries from
    each batch's depot.

    Parameters
    ----------
    entries
        What happened, in any order. An entry that is there already, word for word, is passed over.

    Raises
    ------
    LedgerError
        Naming every entry that stands there with other content, names an unknown batch or site,
        voids what cannot be voided, or leaves a batch taken from where it is not; or when another
        program writes for longer than ten seconds. Nothing is recorded then.
    """
    path = province.folder / LEDGER_NAME
    if not path.is_file() and not _list_new(province, entries, province.journal):
        return 0
    with _open(path, creates=True) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            ledger = _select(connection)
            known = province.journal if ledger is None else ledger.entries
            new = _list_new(province, entries, known)
            if ledger is None:
                _create(connection, known)
            _insert(connection, new)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return len(new)


def _create(connection: sqlite3.Connection, opening: Sequence[LedgerEntry]) -> None:
    for statement in SCHEMA:
        connection.execute(statement)
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
    province: Province, entries: Sequence[LedgerEntry], known: Sequence[LedgerEntry]
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
    conflicts += _list_unknown_names(province, new)
    conflicts += _list_contradictions(province, (*known, *new))
    if conflicts:
        raise LedgerError(*conflicts)
    return tuple(new)


def _list_unknown_names(province: Province, entries: Sequence[LedgerEntry]) -> list[Message]:
    batches, sites = province.batch_by_id, province.site_by_id
    faults = []
    for entry in entries:
        if entry.batch_id not in batches:
            faults.append(
                message(
                    "entry {entry} names batch {batch}, which is not in batches.csv",
                    entry=entry.entry_id,
                    batch=entry.batch_id,
                )
            )
        for site in dict.fromkeys((entry.from_site, entry.to_site)):
            if site not in sites:
                faults.append(
                    message(
                        "entry {entry} names site {site}, which is not in libraries.csv",
                        entry=entry.entry_id,
                        site=site,
                    )
                )
    return faults


def _list_contradictions(province: Province, journal: Sequence[LedgerEntry]) -> list[Message]:
    faults = [
        message(
            "entry {entry} takes back {voids}, which is no entry of batch {batch}",
            entry=entry.entry_id,
            voids=entry.voids or "-",
            batch=entry.batch_id,
        )
        for entry in list_bad_voids(journal)
    ]
    depots = {batch.batch_id: batch.depot_id for batch in province.batches}
    faults += [
        message(
            "entry {entry} takes batch {batch} from {site} on {day}, but it is at {place} then",
            entry=link.entry.entry_id,
            batch=link.entry.batch_id,
            site=link.entry.from_site,
            day=link.entry.day.isoformat(),
            place=link.place,
        )
        for link in list_broken_links(journal, depots)
    ]
    return faults


def digest_entries(entries: Sequence[LedgerEntry]) -> str:
    """Return the SHA-256 of entries, so that a changed `ledger.csv` can be noticed."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(_cells(entry) for entry in entries)
    return hashlib.sha256(text.getvalue().encode("utf-8")).hexdigest()
