"""What the ledger asks of a database, and which one it lies in."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from province.ledger.chain import Row
from province.ledger.place import LedgerPlace
from province.ledger.sqlite import read_sqlite, set_sqlite_aside, write_sqlite


class Database(Protocol):
    """A ledger's database within one transaction, which sees one state of it.

    Statements are SQL that every database understands, with ``:name`` for values.
    """

    @property
    def is_new(self) -> bool:
        """Whether there is no ledger yet: nothing but `make` may be asked of it then."""

    def read(self, statement: str) -> list[Row]:
        """Return the rows of a query."""

    def write(self, statement: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Run a statement with the values of each row."""

    def read_version(self) -> int:
        """Return the version of the tables."""

    def make(self, version: int) -> None:
        """Add to the tables of a version (0: none) what later versions have."""

    def check(self, version: int) -> None:
        """Raise LedgerError unless all is there that a version has, and nothing of a later one."""


def open_reading(place: LedgerPlace) -> "AbstractContextManager[Database | None]":
    """Return what yields a ledger as it is at one moment; None when there is none yet.

    Raises
    ------
    LedgerError
        If it is damaged.
    BusyError
        If another program writes for longer than ten seconds.
    DiskError
        If the disk or the server cannot be reached, or lets nobody read.
    InputError
        If the server does not take the password.
    """
    if not place.url:
        return read_sqlite(place.path)
    from province.ledger.postgresql import read_postgresql

    return read_postgresql(place)


def open_writing(place: LedgerPlace) -> AbstractContextManager[Database]:
    """Return what yields a ledger while nobody else can write, and keeps all of it or nothing.

    One that does not exist yet appears only if it was made.

    Raises
    ------
    UnsureError
        If the server went away in the last moment.
    LedgerError, BusyError, DiskError, InputError
        As `open_reading`; nothing was kept then.
    """
    if not place.url:
        return write_sqlite(place.path)
    from province.ledger.postgresql import write_postgresql

    return write_postgresql(place)


def set_aside(place: LedgerPlace) -> str:
    """Give a ledger, whatever its state, a name under which nobody looks; return that name.

    Raises
    ------
    BusyError, DiskError
        As `open_writing`.
    """
    if not place.url:
        return set_sqlite_aside(place.path)
    from province.ledger.postgresql import set_schema_aside

    return set_schema_aside(place)
