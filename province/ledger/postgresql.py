"""The ledger in a PostgreSQL database that offices share, a schema for each province.

Writers hold one lock of the database for each schema, from their first look to the end: what they
decide is decided on what is there. Readers see the state of one moment and wait for nobody.
References: PostgreSQL 15, sections 13.2 (isolation), 13.3.5 (advisory locks), 30.1 (reliability).
"""

import functools
import getpass
import itertools
import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from province.errors import BusyError, DiskError, InputError, LedgerError
from province.language import message
from province.ledger import trouble
from province.ledger.chain import Row
from province.ledger.place import LedgerPlace
from province.ledger.schema import VERSION, Dialect, list_columns, write_upgrades
from province.passwords import hide_passwords

if TYPE_CHECKING:
    import sqlalchemy

REFUSE = """CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"""
EVENTS = {"changed": "UPDATE", "deleted": "DELETE OR TRUNCATE"}
"""What may not be done to lines, by the end of the name of the trigger that refuses it."""

CONNECTING: Mapping[str, str | int] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""How soon a line that went dead is noticed, in s (the last one in ms), unless the URL says it."""

LONGEST_PAUSE_S = 60
"""A writer of whom the server hears nothing for so long loses the right to write."""

GONE = ("08", "57P", "25P03", "25P04")
"""Beginnings of the codes (PostgreSQL, appendix A) of a server or a connection that is gone."""

NO_RIGHT = ("42501", "25006", "53")
"""The same of what may not be written, or for which there is no room."""

TAKEN = "55P03"


def _guard(table: str, verb: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_{verb}_never_{done} BEFORE {event} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()"
        for done, event in EVENTS.items()
    )


UPGRADES = write_upgrades(Dialect("BIGINT PRIMARY KEY", "BIGINT", _guard))
TRIGGERS = [re.findall(r"CREATE TRIGGER (\w+)", " ".join(made)) for made in UPGRADES]


@dataclass(frozen=True, slots=True)
class PostgresqlDatabase:
    """A ledger in a schema of a database, as `province.ledger.database.Database` has it."""

    connection: "sqlalchemy.Connection"
    schema: str
    is_new: bool

    def read(self, statement: str) -> list[Row]:
        """Return the rows of a query."""
        return [tuple(row) for row in self._run(statement)]

    def write(self, statement: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Run a statement with the values of each row."""
        from sqlalchemy import text

        if rows:
            self.connection.execute(text(statement), [dict(row) for row in rows])

    def read_version(self) -> int:
        """Return the version of the tables."""
        rows = self.read("SELECT value FROM meta WHERE key = 'version'")
        return int(str(rows[0][0])) if rows else 0

    def make(self, version: int) -> None:
        """Add to the tables of a version (0: none) what later versions have."""
        if version == 0:
            self.connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{self.schema}"')
            self.connection.exec_driver_sql(REFUSE)
        for statements in UPGRADES[version:]:
            for statement in statements:
                self.connection.exec_driver_sql(statement)
        self._run("DELETE FROM meta WHERE key = 'version'")
        self._run("INSERT INTO meta VALUES ('version', :version)", version=str(VERSION))

    def check(self, version: int) -> None:
        """Raise LedgerError unless all is there that a version has, and nothing of a later one."""
        columns = self._run(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = :schema", schema=self.schema,
        )  # fmt: skip
        found = {f"{table}.{column}" for table, column in columns}
        triggers = self._run(
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " JOIN pg_namespace ON pg_namespace.oid = relnamespace"
            " WHERE nspname = :schema AND tgenabled IN ('O', 'A')", schema=self.schema,
        )  # fmt: skip
        found |= {str(name) for (name,) in triggers}
        own, all_known = _list_made(version), _list_made(VERSION)
        if version < 1 or not own <= found or (all_known - own) & found:
            raise LedgerError(
                message(
                    "the ledger's tables are not those of its version ({version})", version=version
                )
            )

    def _run(self, statement: str, **values: object) -> Any:
        from sqlalchemy import text

        return self.connection.execute(text(statement), values)


def _list_made(version: int) -> set[str]:
    """Return the columns and triggers that the tables of a version have."""
    columns = {
        f"{table}.{name}" for table, names in list_columns(version).items() for name in names
    }
    return columns | {name for names in TRIGGERS[:version] for name in names}


@contextmanager
def read_postgresql(place: LedgerPlace) -> Iterator[PostgresqlDatabase | None]:
    """Yield the ledger in a database as it is at one moment; None when there is none.

    Nothing is asked that a role with the right to read alone may not do.

    Raises
    ------
    LedgerError, BusyError, DiskError
        As `province.ledger.database.open_reading` says.
    """
    with _connect(place, isolation_level="REPEATABLE READ", postgresql_readonly=True) as connection:
        database = _find(connection, place.schema)
        yield None if database.is_new else database


@contextmanager
def write_postgresql(place: LedgerPlace) -> Iterator[PostgresqlDatabase]:
    """Yield the ledger in a database while nobody else can write; keep all in the end, or nothing.

    Raises
    ------
    UnsureError, LedgerError, BusyError, DiskError
        As `province.ledger.database.open_writing` says.
    """
    with _connect(place, isolation_level="READ COMMITTED") as connection:
        _begin_writing(connection, place)
        yield _find(connection, place.schema)
        _commit(connection, place)


def set_schema_aside(place: LedgerPlace) -> str:
    """Give the schema of a ledger another name; return that name."""
    with _connect(place, isolation_level="READ COMMITTED") as connection:
        _begin_writing(connection, place)
        taken = set(connection.exec_driver_sql("SELECT nspname FROM pg_namespace").scalars())
        names = (f"{place.schema}_aside_{number}" for number in itertools.count(1))
        aside = next(name for name in names if name not in taken)
        if place.schema in taken:
            connection.exec_driver_sql(f'ALTER SCHEMA "{place.schema}" RENAME TO "{aside}"')
        _commit(connection, place)
    return aside


def _begin_writing(connection: "sqlalchemy.Connection", place: LedgerPlace) -> None:
    run = connection.exec_driver_sql
    run(f"SET LOCAL lock_timeout = '{round(1000 * trouble.WAIT_S)}ms'")
    run(f"SET LOCAL idle_in_transaction_session_timeout = '{LONGEST_PAUSE_S}s'")
    run("SET LOCAL synchronous_commit = on")
    _take_turn(connection, place)


def _take_turn(connection: "sqlalchemy.Connection", place: LedgerPlace) -> None:
    """Wait for the right to write; raise BusyError, naming who has it, after ten seconds."""
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    key = {"name": f"luanchuyen {place.schema}"}
    try:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), key)
    except DBAPIError as error:
        if _read_code(error) != TAKEN:
            raise
        connection.rollback()
        holder = connection.execute(
            text(
                "SELECT application_name || ', ' || to_char(xact_start, 'HH24:MI TZ')"
                " FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE locktype = 'advisory' AND granted AND objsubid = 1"
                " AND (classid::bigint << 32) | objid::bigint = hashtextextended(:name, 0)"
            ), key,
        ).scalar()  # fmt: skip
        raise BusyError(
            message(
                "somebody else is writing to {place} ({owner}): wait until it has finished, "
                "then run this again",
                place=place.name,
                owner=holder or "?",
            )
        ) from error


def _find(connection: "sqlalchemy.Connection", schema: str) -> PostgresqlDatabase:
    """Return the database of a schema, in which all names are then looked for."""
    run = connection.exec_driver_sql
    encoding = run("SELECT current_setting('server_encoding')").scalar()
    if encoding != "UTF8":
        raise LedgerError(
            message(
                "the database must hold all letters: make one with the encoding {encoding}",
                encoding="UTF8",
            )
        )
    run(f'SET LOCAL search_path TO "{schema}"')
    there = run(f"SELECT to_regclass('\"{schema}\".meta') IS NOT NULL").scalar()
    return PostgresqlDatabase(connection, schema, is_new=not there)


def _commit(connection: "sqlalchemy.Connection", place: LedgerPlace) -> None:
    """Keep what was written; where the connection is lost, nobody knows whether it was kept."""
    from sqlalchemy.exc import DBAPIError

    try:
        connection.commit()
    except DBAPIError as error:
        if not _is_gone(error):
            raise
        raise trouble.UnsureError(
            message(
                "the connection to the ledger {place} was lost in the last moment, so that nobody "
                "knows whether it was recorded: run this again when it is back, what got in is "
                "passed over",
                place=place.name,
            )
        ) from error


@contextmanager
def _connect(place: LedgerPlace, **options: Any) -> "Iterator[sqlalchemy.Connection]":
    """Yield a connection in a transaction, which is undone unless it was committed."""
    engine = _make_engine(place.url)
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        with engine.connect().execution_options(**options) as connection:
            yield connection
    except DBAPIError as error:
        raise _explain(error, place) from error
    except (SQLAlchemyError, ValueError) as error:
        raise LedgerError(
            message("the ledger {file} cannot be used: {fault}", file=place.name, fault=_say(error))
        ) from error


@functools.cache
def _make_engine(url: str) -> "sqlalchemy.Engine":
    """Return the one engine of a URL; no connection stays open, which could go stale.

    Raises
    ------
    DiskError
        Where what speaks with PostgreSQL is not installed.
    """
    try:
        import psycopg  # noqa: F401 - SQLAlchemy loads it by its name
        import sqlalchemy
    except ImportError as error:
        raise DiskError(
            message(
                "the ledger lies in PostgreSQL, which needs extra libraries; install them with: "
                "pip install 'luanchuyen[postgresql]'"
            )
        ) from error
    address = sqlalchemy.make_url(url).set(drivername="postgresql+psycopg")
    own = {name: value for name, value in CONNECTING.items() if name not in address.query}
    if "application_name" not in address.query:
        own["application_name"] = _name_me()
    return sqlalchemy.create_engine(
        address, poolclass=sqlalchemy.NullPool, connect_args=own, hide_parameters=True
    )


def _name_me() -> str:
    """Return who we are, as others who wait for us are told."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = "?"
    return f"{user}@{socket.gethostname()}".encode("ascii", "replace").decode()[:60]


def _explain(error: "sqlalchemy.exc.DBAPIError", place: LedgerPlace) -> Exception:
    """Return what a planner is told of an error of the database."""
    code, fault = _read_code(error), _say(error.orig or error)
    if _is_refused(error):
        return InputError.of(
            place.name, "", place.address,
            expected=message("an address that its server lets in ({fault})", fault=fault),
            advice=message(
                "put the right password into the file .pgpass, or correct the address "
                "(docs/ledger.md)"
            ),
        )  # fmt: skip
    if _is_gone(error):
        return DiskError(
            message(
                "the server of the ledger {place} cannot be reached, or went away: {fault}; "
                "nothing was recorded, run this again when it is back",
                place=place.address,
                fault=fault,
            )
        )
    if code.startswith(NO_RIGHT):
        return DiskError(
            message("the ledger {place} lets nobody write: {fault}", place=place.name, fault=fault)
        )
    if code == TAKEN:
        return BusyError(
            message(
                "another program is writing to {file}: wait until it has finished, "
                "then run this again",
                file=place.name,
            )
        )
    return LedgerError(
        message("the ledger {file} cannot be used: {fault}", file=place.name, fault=fault)
    )


def _is_refused(error: "sqlalchemy.exc.DBAPIError") -> bool:
    """Whether the server is there and lets us not in: its answer to a password, or to none.

    Such an error has no code; psycopg hands on the connection that did not come about.
    """
    failed = getattr(error.orig, "pgconn", None)
    return failed is not None and bool(failed.used_password or failed.needs_password)


def _is_gone(error: "sqlalchemy.exc.DBAPIError") -> bool:
    """Whether there is no connection: the server closed it, or there never was one."""
    code = _read_code(error)
    is_unknown = not code and type(error.orig).__name__ in ("OperationalError", "ConnectionTimeout")
    return error.connection_invalidated or is_unknown or code.startswith(GONE)


def _read_code(error: "sqlalchemy.exc.DBAPIError") -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


def _say(error: BaseException) -> str:
    lines = [line.strip() for line in hide_passwords(str(error)).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
