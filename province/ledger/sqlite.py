"""The ledger as a file: an SQLite database in the province folder."""

import itertools
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from province.errors import BusyError, DiskError, LedgerError
from province.files.locks import hold_lock
from province.files.whole import clear_up, new_file
from province.language import message
from province.ledger import trouble
from province.ledger.chain import Row
from province.ledger.schema import VERSION, Dialect, write_upgrades


def _guard(table: str, verb: str) -> tuple[str, ...]:
    refuse = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    return (
        f"CREATE TRIGGER {table}_{verb}_never_changed BEFORE UPDATE ON {table}\n    {refuse}",
        f"CREATE TRIGGER {table}_{verb}_never_deleted BEFORE DELETE ON {table}\n    {refuse}",
    )


UPGRADES = write_upgrades(Dialect("INTEGER PRIMARY KEY AUTOINCREMENT", "INTEGER", _guard))

DISK_TROUBLE = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
)


@dataclass(frozen=True, slots=True)
class SqliteDatabase:
    """A ledger in a file, as `province.ledger.database.Database` has it."""

    connection: sqlite3.Connection
    is_new: bool = False

    def read(self, statement: str) -> list[Row]:
        """Return the rows of a query."""
        return self.connection.execute(statement).fetchall()

    def write(self, statement: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Run a statement with the values of each row."""
        self.connection.executemany(statement, rows)

    def read_version(self) -> int:
        """Return the version of the tables."""
        return int(self.connection.execute("PRAGMA user_version").fetchone()[0])

    def make(self, version: int) -> None:
        """Add to the tables of a version (0: none) what later versions have."""
        for statements in UPGRADES[version:]:
            for statement in statements:
                self.connection.execute(statement)
        self.connection.execute(f"PRAGMA user_version = {VERSION}")

    def check(self, version: int) -> None:
        """Raise LedgerError unless all is there that a version has, and nothing of a later one."""
        (fault,) = self.connection.execute("PRAGMA integrity_check(1)").fetchone()
        if fault != "ok":
            raise sqlite3.DatabaseError(fault)
        rows = self.connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
        found = {_plain(str(sql)) for (sql,) in rows}
        made = [{_plain(sql) for sql in statements} for statements in UPGRADES]
        own, later = set().union(*made[:version]), set().union(*made[version:])
        if version < 1 or not own <= found or later & found:
            raise LedgerError(
                message(
                    "the ledger's tables are not those of its version ({version})", version=version
                )
            )


@contextmanager
def read_sqlite(path: Path) -> Iterator[SqliteDatabase | None]:
    """Yield the ledger in a file as it is at one moment; None when there is none.

    It is opened for writing too: a run that was killed leaves a journal to be rolled back.

    Raises
    ------
    LedgerError, BusyError, DiskError
        As `province.ledger.database.open_reading` says.
    """
    if not is_there(path):
        yield None
        return
    with _connect(path, creates=False) as connection:
        connection.execute("BEGIN")
        yield SqliteDatabase(connection)


@contextmanager
def write_sqlite(path: Path) -> Iterator[SqliteDatabase]:
    """Yield the ledger in a file while nobody else can write; keep all in the end, or nothing.

    One that does not exist yet appears whole, and only if it was made.

    Raises
    ------
    LedgerError, BusyError, DiskError
        As `province.ledger.database.open_writing` says.
    """
    if is_there(path):
        clear_up(path)
        with _connect(path, creates=False) as connection, _transaction(connection):
            yield SqliteDatabase(connection)
        return
    with hold_lock(path):
        if is_there(path):  # somebody made it just now
            with _connect(path, creates=False) as connection, _transaction(connection):
                yield SqliteDatabase(connection)
            return
        with new_file(path) as fresh:
            with _connect(fresh, creates=True) as connection, _transaction(connection):
                database = SqliteDatabase(connection, is_new=True)
                yield database
                is_made = database.read_version() > 0
            if not is_made:
                fresh.unlink()


def is_there(path: Path) -> bool:
    """Whether there is a ledger; a link that leads nowhere is none that is absent.

    Raises
    ------
    LedgerError
        If something else than a file stands there, or an empty file.
    """
    if not os.path.lexists(path):
        return False
    if not path.is_file():
        raise LedgerError(message("{file} is no file, or leads to none", file=path.name))
    if path.stat().st_size == 0:
        raise LedgerError(message("{file} is empty: what it held is lost", file=path.name))
    return True


def set_sqlite_aside(path: Path) -> str:
    """Give a file, and what a killed run left of it, another name; return that name."""
    with hold_lock(path):
        numbers = itertools.count(1)
        aside = next(p for n in numbers if not (p := _name_aside(path, n)).exists())
        for ending in ("-journal", ""):
            with suppress(FileNotFoundError):
                path.with_name(path.name + ending).replace(aside.with_name(aside.name + ending))
    return aside.name


def _name_aside(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.aside-{number}")


@contextmanager
def _connect(path: Path, *, creates: bool) -> Iterator[sqlite3.Connection]:
    """Yield a connection; whoever finds the ledger locked waits ten seconds."""
    mode = "rwc" if creates else "rw"
    try:
        connection = sqlite3.connect(
            f"{_uri(path)}?mode={mode}",
            uri=True,
            timeout=trouble.WAIT_S,
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
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
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


def _plain(sql: str) -> str:
    return " ".join(sql.rstrip("; ").split())
