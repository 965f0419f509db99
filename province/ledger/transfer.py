"""Brings the lines of one ledger into another place, and proves that none is lost on the way.

All ways go through one rule: of two ledgers one must begin with the other, line by line as their
chains say. Then the shorter one gets what it lacks, and a way that was broken off is walked again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from province.errors import InputError, LedgerError
from province.journal import standing_entries
from province.language import message
from province.ledger.chain import START, Link, check_seal, read_seal, write_seal
from province.ledger.database import open_reading, open_writing, set_aside
from province.ledger.ledger_lines import (
    EMPTY,
    MOVED,
    Lines,
    append_rows,
    decode_lines,
    keep_about,
    refuse_moved,
    select_lines,
)
from province.ledger.place import LedgerPlace
from province.ledger.schema import VERSION
from province.results import list_standing_results


@dataclass(frozen=True, slots=True)
class LedgerSums:
    """What two ledgers must agree in to hold the same.

    Parameters
    ----------
    entries, results
        How many there are; `standing_entries`, `standing_results`: that count.
    lendings
        Lines about batches that change provinces.
    books, boxes
        Sums over all entries.
    uses
        Sum over all results.
    digest
        The last one of the chain, over every cell of every line.
    """

    entries: int
    standing_entries: int
    results: int
    standing_results: int
    lendings: int
    books: int
    boxes: int
    uses: int
    digest: str

    @property
    def lines(self) -> int:
        """How many lines there are in all."""
        return self.entries + self.results + self.lendings


@dataclass(frozen=True, slots=True)
class Transfer:
    """What was brought from one ledger into another.

    Parameters
    ----------
    num_copied
        Lines that were not there yet.
    before, after
        Sums of the ledger that was read, and of what was read back where it was written.
    aside
        What the ledger that stood there is called now; "": none had to give way.
    """

    num_copied: int
    before: LedgerSums
    after: LedgerSums
    aside: str = ""


def read_lines(place: LedgerPlace) -> Lines:
    """Return the lines of a ledger at one moment, while others may write.

    Raises
    ------
    LedgerError, BusyError, DiskError
        As `find_lines`; also if there is none yet.
    """
    lines = find_lines(place)
    if lines.version == 0:
        raise LedgerError(
            message("nothing was recorded in the ledger {place} yet", place=place.name)
        )
    return lines


def find_lines(place: LedgerPlace) -> Lines:
    """Return the lines of a ledger at one moment, `EMPTY` if there is none yet.

    Raises
    ------
    LedgerError, BusyError, DiskError
        As `province.ledger.append.read_ledger`; also if it was moved away.
    """
    seal = read_seal(place.folder)
    with open_reading(place) as database:
        lines = EMPTY if database is None else select_lines(database)
    check_seal(seal, lines.chain if lines.version else None)
    refuse_moved(lines)
    return lines


def sum_lines(lines: Lines, *, first: int | None = None) -> LedgerSums:
    """Return the sums over the lines of a ledger, or over its first ones."""
    chain = lines.whole_chain[:first]
    counts = {table: sum(link.source == table for link in chain) for table in lines.rows}
    rows = {table: lines.rows[table][:count] for table, count in counts.items()}
    ledger = decode_lines(replace(lines, rows=rows))
    return LedgerSums(
        entries=len(ledger.entries),
        standing_entries=len(standing_entries(ledger.entries)),
        results=len(ledger.results),
        standing_results=len(list_standing_results(ledger.results)),
        lendings=len(ledger.lendings),
        books=sum(entry.books for entry in ledger.entries),
        boxes=sum(entry.boxes for entry in ledger.entries),
        uses=sum(result.row.uses or 0 for result in ledger.results),
        digest=chain[-1].digest if chain else START,
    )


def bring_up(place: LedgerPlace, lines: Lines) -> int:
    """Append to a ledger what it lacks of other lines; return how many those were.

    One that was moved away is in use again then.

    Raises
    ------
    LedgerError
        If neither begins with the other; nothing is changed then.
    """
    with open_writing(place) as database:
        there = select_lines(database)
        own, chain = there.whole_chain, lines.whole_chain
        if not _begins_alike(own, chain) or (there.opening != lines.opening and there.version):
            raise LedgerError(
                message("the ledger {place} holds other lines than these", place=place.name)
            )
        num_missing = max(0, len(chain) - len(own))
        if num_missing or there.version < VERSION:
            known = {table: len(there.rows.get(table, ())) for table in lines.rows}
            missing = {table: rows[known[table] :] for table, rows in lines.rows.items()}
            append_rows(
                database, replace(there, opening=lines.opening), missing, max(own, chain, key=len)
            )
        if there.moved_to:
            keep_about(database, MOVED, "")
    return num_missing


def _begins_alike(one: Iterable[Link], other: Iterable[Link]) -> bool:
    return all(mine == theirs for mine, theirs in zip(one, other, strict=False))


def move_ledger(source: LedgerPlace, target: LedgerPlace) -> Transfer:
    """Bring a ledger to another place, and close it where it was.

    Nobody can record at the source meanwhile. It is closed only when the target was read back and
    holds every line of it; a move that is broken off leaves it open, and can be done again.

    Raises
    ------
    InputError
        If the two places are one.
    LedgerError, BusyError, DiskError
        If one of them cannot be read or written, or the target holds other lines.
    """
    if (source.url, source.schema) == (target.url, target.schema):
        raise InputError.of(
            "--to", "", target.name,
            expected=message("another place than the ledger lies in"),
            advice=message("name the database, or sqlite for the file in the folder"),
        )  # fmt: skip
    with open_writing(source) as database:
        lines = select_lines(database)
        check_seal(read_seal(source.folder), lines.chain if lines.version else None)
        if lines.moved_to not in ("", target.address):
            refuse_moved(lines)
        if lines.version == 0:
            raise LedgerError(
                message("nothing was recorded in the ledger {place} yet", place=source.name)
            )
        num_copied = bring_up(target, lines)
        done = _prove(target, lines, num_copied)
        if lines.version < VERSION:
            append_rows(database, lines, {}, lines.whole_chain)
        keep_about(database, MOVED, target.address)
    return done


def _prove(target: LedgerPlace, lines: Lines, num_copied: int) -> Transfer:
    """Return the sums of both; raise unless the target has all lines, and write its seal."""
    with open_reading(target) as database:
        found = EMPTY if database is None else select_lines(database)
    chain = found.whole_chain
    count = lines.num_lines
    before, after = sum_lines(lines), sum_lines(found, first=count)
    if before != after or chain[:count] != lines.whole_chain:
        raise LedgerError(
            message("what was written to {place} is not what was read", place=target.name)
        )
    write_seal(target.folder, chain)
    return Transfer(num_copied, before, after)


def take_over(place: LedgerPlace, lines: Lines, *, is_forced: bool = False) -> Transfer:
    """Bring lines that lay elsewhere (a backup, a table) into a ledger.

    What it holds already stays; what it lacks is appended.

    Parameters
    ----------
    is_forced
        Set a ledger aside that is damaged, holds other lines, or was once longer, rather than
        refuse.

    Raises
    ------
    LedgerError
        If it is so, and nobody forced it.
    BusyError, DiskError
        If it cannot be written.
    """
    chain = _find_chain(place)
    try:
        check_seal(read_seal(place.folder), max(chain, lines.whole_chain, key=len))
        num_copied = bring_up(place, lines)
    except LedgerError as error:
        if not is_forced:
            raise LedgerError(
                *error.reasons,
                message(
                    "nothing was changed; with --force it is set aside, and what was recorded "
                    "after the copy must be recorded again"
                ),
            ) from error
        aside = set_aside(place)
        num_copied = bring_up(place, lines)
        return replace(_prove(place, lines, num_copied), aside=aside)
    return _prove(place, lines, num_copied)


def _find_chain(place: LedgerPlace) -> tuple[Link, ...]:
    """Return the chain of a ledger; () where there is none, or a damaged one.

    Raises
    ------
    LedgerError
        If the ledger was moved away: what is brought back belongs where it is now.
    """
    try:
        with open_reading(place) as database:
            there = EMPTY if database is None else select_lines(database)
    except LedgerError:
        return ()
    refuse_moved(there)
    return there.whole_chain
