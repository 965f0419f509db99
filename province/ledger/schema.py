"""The tables of the ledger, the same in every database, and what each version added to them.

Databases differ in few words, which a `Dialect` holds. SQLite keeps the text of what it made, so
that the words of a version are never changed: whatever is new is a version of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields

from province.journal import LedgerEntry

ENTRY_FIELDS = tuple(field.name for field in fields(LedgerEntry))
RESULT_FIELDS = ("result_id", "sheet", "place", "reported", "replaces", "settled", "row")
LENDING_FIELDS = ("line_id", "day", "loan", "step", "batch_id", "terms")
LINES = {"entries": ENTRY_FIELDS, "results": RESULT_FIELDS, "lendings": LENDING_FIELDS}
"""The tables whose rows are the lines of the ledger, with their columns behind `position`."""

CHAIN_FIELDS = ("source", "line", "digest")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The words in which databases differ.

    Parameters
    ----------
    position
        Type of the first column of a table, which counts its rows.
    number
        Type of a whole number.
    guard
        The statements that keep the rows of a table as they are; the table, and ``is`` or ``are``.
    """

    position: str
    number: str
    guard: Callable[[str, str], tuple[str, ...]]


def write_upgrades(words: Dialect) -> tuple[tuple[str, ...], ...]:
    """Return what each version of the ledger adds to the one before, as statements of SQL."""
    position, number = words.position, words.number
    entries = (
        f"""CREATE TABLE entries (
    position {position},
    entry_id TEXT NOT NULL UNIQUE, day TEXT NOT NULL, entry_type TEXT NOT NULL,
    batch_id TEXT NOT NULL, from_site TEXT NOT NULL, to_site TEXT NOT NULL,
    books {number} NOT NULL CHECK (books >= 0), boxes {number} NOT NULL CHECK (boxes >= 0),
    trip_id TEXT NOT NULL, voids TEXT NOT NULL, note TEXT NOT NULL
)""",
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
        *words.guard("entries", "are"),
    )
    results = (
        f"""CREATE TABLE results (
    position {position},
    result_id TEXT NOT NULL UNIQUE, sheet TEXT NOT NULL, place TEXT NOT NULL,
    reported TEXT NOT NULL, replaces TEXT NOT NULL, settled TEXT NOT NULL, row TEXT NOT NULL
)""",
        *words.guard("results", "are"),
    )
    chain = (
        f"""CREATE TABLE chain (
    position {position},
    source TEXT NOT NULL, line {number} NOT NULL, digest TEXT NOT NULL
)""",
        *words.guard("chain", "is"),
    )
    lendings = (
        f"""CREATE TABLE lendings (
    position {position},
    line_id TEXT NOT NULL UNIQUE, day TEXT NOT NULL, loan TEXT NOT NULL, step TEXT NOT NULL,
    batch_id TEXT NOT NULL, terms TEXT NOT NULL
)""",
        *words.guard("lendings", "are"),
    )
    return entries, results, chain, lendings


VERSION = 4
CHAINED = 3
"""The first version whose lines are in a chain."""


def list_columns(version: int) -> dict[str, tuple[str, ...]]:
    """Return the columns of every table of a version, in their order."""
    added = (
        {"entries": ("position", *ENTRY_FIELDS), "meta": ("key", "value")},
        {"results": ("position", *RESULT_FIELDS)},
        {"chain": ("position", *CHAIN_FIELDS)},
        {"lendings": ("position", *LENDING_FIELDS)},
    )
    return {name: columns for tables in added[:version] for name, columns in tables.items()}
