"""The ledger: an append-only journal of what really moved, checked before it is written."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from province.errors import LedgerError
from province.facts import Province
from province.files.locks import hold_lock
from province.files.whole import clear_up, new_file
from province.journal import LedgerEntry, list_bad_voids, list_broken_links
from province.language import Message, message
from province.ledger.chain import Link, check_seal, read_seal, write_seal
from province.ledger.file import (
    LEDGER_NAME,
    Ledger,
    insert_entries,
    insert_results,
    open_ledger,
    prepare_ledger,
    seal_lines,
    select_ledger,
    transaction,
)
from province.left_behind import list_overdrawn
from province.results import RecordedResult


@dataclass(frozen=True, slots=True)
class Additions:
    """What is to be appended to the ledger at once."""

    entries: tuple[LedgerEntry, ...]
    results: tuple[RecordedResult, ...] = ()


Decide = Callable[[Ledger], Additions]
"""Says what to append to the ledger as it is; raises LedgerError to append nothing."""


def read_ledger(folder: Path) -> Ledger | None:
    """Return what `ledger.sqlite` holds, or None when nothing was ever recorded in it.

    Raises
    ------
    LedgerError
        If the file is damaged, from a later version, or not as it was recorded.
    BusyError
        If another program holds it.
    """
    path, seal = folder / LEDGER_NAME, read_seal(folder)
    if not is_there(path):
        check_seal(seal, None)
        return None
    with open_ledger(path, creates=False) as connection:
        ledger = select_ledger(connection)
    check_seal(seal, ledger.chain)
    return ledger


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


def record_additions(province: Province, decide: Decide, *, is_dry: bool = False) -> Additions:
    """Append to the province's ledger what a decision says, all or nothing; return what was new.

    The decision is made and the additions are written while nobody else can write. A ledger that
    does not exist yet is made with the province's journal, so that the history of `ledger.csv` is
    never forgotten. The whole journal is replayed with the new entries from each batch's depot.

    Parameters
    ----------
    is_dry
        Only say what would be appended.

    Raises
    ------
    LedgerError
        Naming every entry that stands there with other content, names an unknown batch or site,
        voids what cannot be voided, or leaves a batch taken from where it is not; or when the
        ledger is not as it was recorded. Nothing is recorded then.
    BusyError
        When another program writes for longer than ten seconds.
    """
    path = province.folder / LEDGER_NAME
    unwritten = Ledger(province.journal, (), "")
    if is_dry:
        return _check(province, decide, read_ledger(province.folder) or unwritten)
    if not is_there(path):
        with hold_lock(path):
            if not is_there(path):
                check_seal(read_seal(province.folder), None)
                return _create(province, _check(province, decide, unwritten))
    clear_up(path)
    with open_ledger(path, creates=False) as connection, transaction(connection):
        ledger = select_ledger(connection)
        check_seal(read_seal(province.folder), ledger.chain)
        new = _check(province, decide, ledger)
        is_new = bool(new.entries or new.results)
        chain = _append(province, connection, new) if is_new else tuple(ledger.chain or ())
    if chain:  # also after a run that was killed in between, which leaves the seal behind
        write_seal(province.folder, chain)
    return new


def _create(province: Province, new: Additions) -> Additions:
    """Make the ledger, whole or not at all, unless there is nothing to record."""
    if new.entries or new.results:
        with (
            new_file(province.folder / LEDGER_NAME) as path,
            open_ledger(path, creates=True) as connection,
            transaction(connection),
        ):
            chain = _append(province, connection, new)
        write_seal(province.folder, chain)
    return new


def _append(province: Province, connection: sqlite3.Connection, new: Additions) -> tuple[Link, ...]:
    prepare_ledger(connection, province.journal)
    insert_entries(connection, new.entries)
    insert_results(connection, new.results)
    return seal_lines(connection)


def _check(province: Province, decide: Decide, ledger: Ledger) -> Additions:
    additions = decide(ledger)
    known = {result.result_id for result in ledger.results}
    twice = [
        message("entry {entry} is in the ledger with other content", entry=result.result_id)
        for result in additions.results
        if result.result_id in known
    ]
    if twice:
        raise LedgerError(*twice)
    return Additions(_list_new(province, additions.entries, ledger.entries), additions.results)


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
    books = {batch.batch_id: batch.books for batch in province.batches}
    faults += [
        message(
            "entry {entry} tells of {books} books of batch {batch} at {site} on {day}, where it has"
            " not so many",
            entry=entry.entry_id,
            books=entry.books,
            batch=entry.batch_id,
            site=entry.from_site,
            day=entry.day.isoformat(),
        )
        for entry in list_overdrawn(journal, books)
    ]
    return faults
