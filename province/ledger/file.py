"""The file of the ledger: an append-only SQLite database, read and appended to."""

import csv
import functools
import hashlib
import io
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import TypeAdapter

from province.errors import BusyError, DiskError, LedgerError
from province.journal import LedgerEntry
from province.language import message
from province.ledger.chain import Link, Row, check_chain, extend_chain, read_chain
from province.results import RecordedResult, ResultRow, Settlement

LEDGER_NAME, HISTORY_NAME = "ledger.sqlite", "ledger.csv"
WAIT_S = 10.0
VERSION = 3
Fact = TypeVar("Fact")
COLUMNS = tuple(field.name for field in fields(LedgerEntry))
RESULT_FIELDS = ("result_id", "sheet", "place", "reported", "replaces", "settled", "row")


def _guard(table: str, verb: str) -> tuple[str, str]:
    """Return the triggers that keep the lines of a table as they are."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    return (
        f"CREATE TRIGGER {table}_{verb}_never_changed BEFORE UPDATE ON {table}\n    {refuse}",
        f"CREATE TRIGGER {table}_{verb}_never_deleted BEFORE DELETE ON {table}\n    {refuse}",
    )


ENTRIES_SCHEMA = (
    """CREATE TABLE entries (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id TEXT NOT NULL UNIQUE, day TEXT NOT NULL, entry_type TEXT NOT NULL,
    batch_id TEXT NOT NULL, from_site TEXT NOT NULL, to_site TEXT NOT NULL,
    books INTEGER NOT NULL CHECK (books >= 0), boxes INTEGER NOT NULL CHECK (boxes >= 0),
    trip_id TEXT NOT NULL, voids TEXT NOT NULL, note TEXT NOT NULL
)""",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    *_guard("entries", "are"),
)
RESULTS_SCHEMA = (
    """CREATE TABLE results (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    result_id TEXT NOT NULL UNIQUE, sheet TEXT NOT NULL, place TEXT NOT NULL,
    reported TEXT NOT NULL, replaces TEXT NOT NULL, settled TEXT NOT NULL, row TEXT NOT NULL
)""",
    *_guard("results", "are"),
)
CHAIN_SCHEMA = (
    """CREATE TABLE chain (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL, line INTEGER NOT NULL, digest TEXT NOT NULL
)""",
    *_guard("chain", "is"),
)
UPGRADES = (ENTRIES_SCHEMA, RESULTS_SCHEMA, CHAIN_SCHEMA)
"""What each version of the file adds to the one before."""

CHAINED = 3
"""The first version whose lines are in a chain."""

DISK_TROUBLE = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """What `ledger.sqlite` holds.

    Parameters
    ----------
    entries, results
        As recorded, in this order.
    opening_digest
        The digest of the history it began with.
    chain
        What shows that all lines are as recorded; None in a ledger of an earlier version.
    """

    entries: tuple[LedgerEntry, ...]
    results: tuple[RecordedResult, ...]
    opening_digest: str
    chain: tuple[Link, ...] | None = None


@contextmanager
def open_ledger(path: Path, *, creates: bool) -> Iterator[sqlite3.Connection]:
    """Yield a connection to the ledger; whoever finds it locked waits ten seconds.

    Readers open it for writing too: a run that was killed leaves a journal to be rolled back.

    Raises
    ------
    LedgerError
        If the file is damaged.
    BusyError
        If another program writes for longer.
    DiskError
        If the disk is full, or the file cannot be reached or written.
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
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise BusyError(
                message(
                    "another program is writing to {file}: wait until it has finished, "
                    "then run this again",
                    file=path.name,
                )
            ) from error
        if code in DISK_TROUBLE:
            reason = message("the file cannot be used: {fault}", fault=f"{path.name}: {error}")
            raise DiskError(reason) from error
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


def select_ledger(connection: sqlite3.Connection) -> Ledger:
    """Return what the file holds.

    Raises
    ------
    LedgerError
        If it is of a later version, or anything in it is not as it was recorded.
    sqlite3.Error, ValueError
        If it is damaged.
    """
    version = _read_version(connection)
    if version > VERSION:
        raise LedgerError(
            message("the ledger was made by a later version of the program: update the program")
        )
    _check_pages(connection)
    _check_schema(connection, version)
    digest = connection.execute("SELECT value FROM meta WHERE key = 'opening'").fetchone()
    opening = str(digest[0]) if digest else ""
    rows = _select_rows(connection, version)
    chain = read_chain(connection) if version >= CHAINED else None
    if chain is not None:
        check_chain(chain, rows)
    entries = tuple(_entry(row[1:]) for row in rows["entries"])
    results = tuple(_result(row[1:]) for row in rows.get("results", ()))
    _check_opening(entries, opening)
    return Ledger(entries, results, opening, chain)


def _select_rows(connection: sqlite3.Connection, version: int) -> dict[str, list[Row]]:
    """Return all lines by table, each with its position."""
    tables = {"entries": COLUMNS, "results": RESULT_FIELDS}
    return {
        table: connection.execute(
            f"SELECT position, {', '.join(columns)} FROM {table} ORDER BY position"
        ).fetchall()
        for table, columns in list(tables.items())[:version]
    }


def _check_pages(connection: sqlite3.Connection) -> None:
    (fault,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if fault != "ok":
        raise sqlite3.DatabaseError(fault)


def _check_schema(connection: sqlite3.Connection, version: int) -> None:
    """Raise LedgerError unless the file has what its version makes, and nothing of a later one."""
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    found = {_plain(str(sql)) for (sql,) in rows}
    made = [{_plain(sql) for sql in statements} for statements in UPGRADES]
    own, later = set().union(*made[:version]), set().union(*made[version:])
    if version < 1 or not own <= found or later & found:
        raise LedgerError(
            message("the ledger's tables are not those of its version ({version})", version=version)
        )


def _plain(sql: str) -> str:
    return " ".join(sql.rstrip("; ").split())


def _check_opening(entries: Sequence[LedgerEntry], digest: str) -> None:
    """Raise LedgerError unless the first entries are the history the ledger began with."""
    lines, known = hashlib.sha256(), {digest_entries(())}
    for entry in entries:
        lines.update(_write_lines([entry]))
        known.add(lines.copy().hexdigest())
    if digest not in known:
        raise LedgerError(
            message("the first entries of the ledger are not those that it began with")
        )


def _read_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@functools.cache
def _adapt(fact: type[Fact]) -> TypeAdapter[Fact]:
    """Return what reads a fact from the cells of a line, and writes it as JSON."""
    return TypeAdapter(fact)


def _entry(row: Sequence[Any]) -> LedgerEntry:
    entry: LedgerEntry = _adapt(LedgerEntry).validate_python(dict(zip(COLUMNS, row, strict=True)))
    return entry


def _result(row: Sequence[Any]) -> RecordedResult:
    name, sheet, place, reported, replaces, settled, cells = row
    settlement = Settlement(settled) if settled else None
    told = _adapt(ResultRow).validate_json(cells)
    return RecordedResult(name, sheet, place, reported, replaces, settlement, told)


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
         _adapt(ResultRow).dump_json(r.row).decode("utf-8"))
        for r in results
    ]  # fmt: skip
    _insert(connection, "results", RESULT_FIELDS, cells)


def seal_lines(connection: sqlite3.Connection) -> tuple[Link, ...]:
    """Append all new lines to the chain; return the whole of it."""
    extend_chain(connection, _select_rows(connection, VERSION))
    return read_chain(connection)


def _insert(
    connection: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    cells: Sequence[tuple[str | int, ...]],
) -> None:
    marks = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", cells)


def _cells(entry: LedgerEntry) -> tuple[str | int, ...]:
    return entry.entry_id, entry.day.isoformat(), *astuple(entry)[2:]


def digest_entries(entries: Sequence[LedgerEntry]) -> str:
    """Return the SHA-256 of entries, so that a changed `ledger.csv` can be noticed."""
    return hashlib.sha256(_write_lines(entries)).hexdigest()


def _write_lines(entries: Sequence[LedgerEntry]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(_cells(entry) for entry in entries)
    return text.getvalue().encode("utf-8")
