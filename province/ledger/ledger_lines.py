"""The lines of a ledger: read from its database, checked, and appended."""

import csv
import functools
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter

from province.errors import LedgerError
from province.journal import LedgerEntry
from province.language import message
from province.ledger.chain import Link, Row, check_chain, extend_chain
from province.ledger.database import Database
from province.ledger.place import VARIABLE
from province.ledger.schema import (
    CHAIN_FIELDS,
    CHAINED,
    ENTRY_FIELDS,
    LINES,
    RESULT_FIELDS,
    VERSION,
    list_columns,
)
from province.lendings import LendingLine
from province.results import RecordedResult, ResultRow, Settlement

Fact = TypeVar("Fact")
OPENING, MOVED = "opening", "moved"
"""Keys of what is kept about a whole ledger: the digest of its history, where it was moved to."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A ledger as it lies in its database.

    Parameters
    ----------
    rows
        All lines by table, in the order of their positions.
    chain
        What shows that they are as recorded; None in a ledger of an earlier version.
    opening
        The digest of the history it began with.
    moved_to
        Where it was moved to; "" as long as it is in use.
    version
        Of its tables; 0: there is no ledger yet.
    """

    rows: Mapping[str, tuple[Row, ...]]
    chain: tuple[Link, ...] | None = None
    opening: str = ""
    moved_to: str = ""
    version: int = VERSION

    @property
    def num_lines(self) -> int:
        """How many lines there are."""
        return sum(map(len, self.rows.values()))

    @property
    def whole_chain(self) -> tuple[Link, ...]:
        """The chain over all lines; of an earlier version, that which it will have."""
        return extend_chain((), self.rows) if self.chain is None else self.chain


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a ledger tells.

    Parameters
    ----------
    entries, results, lendings
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
    lendings: tuple[LendingLine, ...] = ()


EMPTY = Lines(dict.fromkeys(LINES, ()), (), version=0)


def select_lines(database: Database) -> Lines:
    """Return what a database holds.

    Raises
    ------
    LedgerError
        If it is of a later version, or anything in it is not as it was recorded.
    sqlite3.Error, ValueError
        If a file is damaged.
    """
    if database.is_new:
        return EMPTY
    version = database.read_version()
    if version > VERSION:
        raise LedgerError(
            message("the ledger was made by a later version of the program: update the program")
        )
    database.check(version)
    about = {str(key): str(value) for key, value in database.read("SELECT key, value FROM meta")}
    tables = [table for table in LINES if table in list_columns(version)]
    rows = {table: _select(database, table) for table in tables}
    chain = None
    if version >= CHAINED:
        links = database.read("SELECT source, line, digest FROM chain ORDER BY position")
        chain = tuple(Link(str(source), int(str(line)), str(end)) for source, line, end in links)
    lines = Lines(rows, chain, about.get(OPENING, ""), about.get(MOVED, ""), version)
    check_lines(lines)
    return lines


def _select(database: Database, table: str) -> tuple[Row, ...]:
    columns = ", ".join(("position", *LINES[table]))
    return tuple(database.read(f"SELECT {columns} FROM {table} ORDER BY position"))


def check_lines(lines: Lines) -> None:
    """Raise LedgerError unless the lines are those that were recorded, from the history on."""
    if lines.chain is not None:
        check_chain(lines.chain, lines.rows)
    count_history(lines)


def count_history(lines: Lines) -> int:
    """Return how many of the first entries are the history that the ledger began with.

    Raises
    ------
    LedgerError
        If no number of them is.
    """
    text = hashlib.sha256()
    for number, row in enumerate(((), *lines.rows["entries"])):
        text.update(_write_rows([row[1:]]) if row else b"")
        if text.hexdigest() == lines.opening:
            return number
    raise LedgerError(message("the first entries of the ledger are not those that it began with"))


def refuse_moved(lines: Lines) -> None:
    """Raise LedgerError if the ledger was moved away: what is recorded there is not here."""
    if lines.moved_to:
        raise LedgerError(
            message(
                "the ledger was moved to {place}: write it into [ledger] of {file}, or into the "
                "environment's {variable}; nothing is read or recorded here any more",
                place=lines.moved_to,
                file="province.toml",
                variable=VARIABLE,
            )
        )


def decode_lines(lines: Lines) -> Ledger:
    """Return what the lines tell.

    Raises
    ------
    ValueError
        If a line says what no program of ours writes.
    """
    entries = tuple(_entry(row[1:]) for row in lines.rows["entries"])
    results = tuple(_result(row[1:]) for row in lines.rows.get("results", ()))
    lendings = tuple(_lending(row[1:]) for row in lines.rows.get("lendings", ()))
    return Ledger(entries, results, lines.opening, lines.chain, lendings)


def encode_additions(
    lines: Lines,
    entries: Iterable[LedgerEntry],
    results: Iterable[RecordedResult],
    lendings: Iterable[LendingLine] = (),
) -> dict[str, tuple[Row, ...]]:
    """Return new facts as the rows that come behind those that are there."""
    cells = {
        "entries": map(_entry_cells, entries),
        "results": map(_result_cells, results),
        "lendings": map(_lending_cells, lendings),
    }
    found = {}
    for table, new in cells.items():
        there = lines.rows.get(table, ())
        last = int(str(there[-1][0])) if there else 0
        found[table] = tuple((number, *row) for number, row in enumerate(new, last + 1))
    return found


def begin_lines(history: Sequence[LedgerEntry]) -> Lines:
    """Return a ledger as it begins: with its history alone."""
    rows = encode_additions(EMPTY, history, ())
    return Lines(rows, extend_chain((), rows), digest_entries(history))


def append_rows(
    database: Database, lines: Lines, rows: Mapping[str, Sequence[Row]], chain: Sequence[Link]
) -> None:
    """Write rows behind those that are there, with their chain; tables are made as needed.

    Parameters
    ----------
    chain
        The whole chain as it is then.
    """
    if lines.version < VERSION:
        database.make(lines.version)
    if lines.version == 0:
        keep_about(database, OPENING, lines.opening)
    for table, new in rows.items():
        _insert(database, table, LINES[table], new)
    known = len(lines.chain or ())
    links = [
        (number, link.source, link.position, link.digest)
        for number, link in enumerate(chain[known:], known + 1)
    ]
    _insert(database, "chain", CHAIN_FIELDS, links)


def keep_about(database: Database, key: str, value: str) -> None:
    """Write down something about a whole ledger; "": that it does not hold any more."""
    database.write("DELETE FROM meta WHERE key = :key", [{"key": key}])
    if value or key == OPENING:
        statement = "INSERT INTO meta (key, value) VALUES (:key, :value)"
        database.write(statement, [{"key": key, "value": value}])


def _insert(database: Database, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    names = ("position", *columns)
    marks = ", ".join(f":{name}" for name in names)
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
    database.write(statement, [dict(zip(names, row, strict=True)) for row in rows])


@functools.cache
def _adapt(fact: type[Fact]) -> TypeAdapter[Fact]:
    """Return what reads a fact from the cells of a line, and writes it as JSON."""
    return TypeAdapter(fact)


def _entry(row: Sequence[Any]) -> LedgerEntry:
    cells = dict(zip(ENTRY_FIELDS, row, strict=True))
    entry: LedgerEntry = _adapt(LedgerEntry).validate_python(cells)
    return entry


def _result(row: Sequence[Any]) -> RecordedResult:
    name, sheet, place, reported, replaces, settled, cells = row
    settlement = Settlement(settled) if settled else None
    told = _adapt(ResultRow).validate_json(cells)
    return RecordedResult(name, sheet, place, reported, replaces, settlement, told)


def _entry_cells(entry: LedgerEntry) -> Row:
    cells = (entry.day.isoformat(), *astuple(entry)[2:])
    return str(entry.entry_id), *(c if isinstance(c, int) else str(c) for c in cells)


def _result_cells(result: RecordedResult) -> Row:
    cells = {name: str(getattr(result, name) or "") for name in RESULT_FIELDS[:-1]}
    return *cells.values(), _adapt(ResultRow).dump_json(result.row).decode("utf-8")


def _lending(row: Sequence[Any]) -> LendingLine:
    line: LendingLine = _adapt(LendingLine).validate_json(row[-1])
    return line


def _lending_cells(line: LendingLine) -> Row:
    told = _adapt(LendingLine).dump_json(line).decode("utf-8")
    return line.line_id, line.day.isoformat(), line.loan_id, str(line.step), line.batch_id, told


def digest_entries(entries: Iterable[LedgerEntry]) -> str:
    """Return the SHA-256 of entries, so that a changed `ledger.csv` can be noticed."""
    return digest_rows(_entry_cells(entry) for entry in entries)


def digest_rows(rows: Iterable[Row]) -> str:
    """Return the SHA-256 of the cells of entries, as `digest_entries`."""
    return hashlib.sha256(_write_rows(rows)).hexdigest()


def _write_rows(rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")
