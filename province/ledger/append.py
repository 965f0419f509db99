"""The ledger: an append-only journal of what really moved, checked before it is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from province.errors import DiskError, LedgerError, PlannerError
from province.facts import Province
from province.journal import LedgerEntry, list_bad_voids, list_broken_links
from province.language import Message, message
from province.ledger.chain import Link, check_seal, extend_chain, read_seal, write_seal
from province.ledger.database import Database, open_reading, open_writing
from province.ledger.ledger_lines import (
    Ledger,
    Lines,
    append_rows,
    decode_lines,
    digest_entries,
    encode_additions,
    refuse_moved,
    select_lines,
)
from province.ledger.place import LedgerPlace, find_place
from province.ledger.trouble import UnsureError
from province.left_behind import list_overdrawn
from province.lendings import LendingLine, LendingStep, list_lending_faults
from province.results import RecordedResult


@dataclass(frozen=True, slots=True)
class Additions:
    """What is to be appended to the ledger at once."""

    entries: tuple[LedgerEntry, ...]
    results: tuple[RecordedResult, ...] = ()
    lendings: tuple[LendingLine, ...] = ()


Decide = Callable[[Ledger], Additions]
"""Says what to append to the ledger as it is; raises LedgerError to append nothing."""


def read_ledger(place: LedgerPlace) -> Ledger | None:
    """Return what a ledger holds, or None when nothing was ever recorded in it.

    Raises
    ------
    LedgerError
        If it is damaged, from a later version, or not as it was recorded.
    BusyError
        If another program holds it.
    DiskError
        If its disk or its server cannot be reached.
    """
    seal = read_seal(place.folder)
    with open_reading(place) as database:
        lines = None if database is None else select_lines(database)
        ledger = None if lines is None else _decode(lines)
    check_seal(seal, ledger.chain if ledger else None)
    return ledger


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
        voids what cannot be voided, leaves a batch taken from where it is not, or moves one that
        another province has; or when the ledger is not as it was recorded. Nothing is recorded
        then.
    BusyError
        When another program writes for longer than ten seconds.
    DiskError
        When the disk or the server cannot be reached, or keeps nothing.
    """
    place = find_place(province.folder, province.settings)
    unwritten = Ledger(province.journal, (), "")
    if is_dry:
        return _check(province, decide, read_ledger(place) or unwritten)
    chain: tuple[Link, ...] = ()
    try:
        with open_writing(place) as database:
            lines = select_lines(database)
            ledger = _decode(lines) if lines.version else None
            check_seal(read_seal(place.folder), ledger.chain if ledger else None)
            new = _check(province, decide, ledger or unwritten)
            chain = lines.chain or ()
            if new.entries or new.results or new.lendings:
                chain = _append(database, lines, province.journal, new)
    except UnsureError as unsure:
        if not _holds(place, chain, unsure):
            raise DiskError(
                message(
                    "the server of the ledger {place} cannot be reached, or went away: {fault}; "
                    "nothing was recorded, run this again when it is back",
                    place=place.address,
                    fault="COMMIT",
                )
            ) from unsure
    if chain:  # also after a run that was killed in between, which leaves the seal behind
        write_seal(place.folder, chain)
    return new


def _decode(lines: Lines) -> Ledger:
    refuse_moved(lines)
    return decode_lines(lines)


def _append(
    database: Database, lines: Lines, history: Sequence[LedgerEntry], new: Additions
) -> tuple[Link, ...]:
    """Append to the lines of a ledger, a new one behind its history; return the whole chain."""
    if lines.version == 0:
        lines = replace(lines, opening=digest_entries(history))
        rows = encode_additions(lines, (*history, *new.entries), new.results, new.lendings)
    else:
        rows = encode_additions(lines, new.entries, new.results, new.lendings)
    chain = lines.whole_chain
    chain = (*chain, *extend_chain(chain, rows))
    append_rows(database, lines, rows, chain)
    return chain


def _holds(place: LedgerPlace, chain: Sequence[Link], unsure: UnsureError) -> bool:
    """Whether a ledger has what was to be its chain; asked when the answer of a server was lost.

    It is asked with the right to write: whoever has that knows that the lost transaction is over.

    Raises
    ------
    UnsureError
        If nobody can be asked.
    """
    try:
        with open_writing(place) as database:
            found = select_lines(database).whole_chain
    except PlannerError as error:
        raise unsure from error
    return bool(chain) and chain[-1] in found


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
    lendings, conflicts = _list_new_lendings(additions.lendings, ledger.lendings)
    entries, more = _list_new(province, additions.entries, ledger.entries)
    conflicts += more
    conflicts += list_lending_faults(
        (*ledger.lendings, *lendings),
        (*ledger.entries, *entries),
        {line.batch_id: line.terms.borrower_depot for line in lendings
         if line.step is LendingStep.BORROWED}
        | {batch.batch_id: batch.depot_id for batch in province.batches},
        frozenset(site.site_id for site in province.depots),
    )  # fmt: skip
    if conflicts:
        raise LedgerError(*conflicts)
    return Additions(entries, additions.results, lendings)


def _list_new_lendings(
    lines: Sequence[LendingLine], known: Sequence[LendingLine]
) -> tuple[tuple[LendingLine, ...], list[Message]]:
    by_id = {line.line_id: line for line in known}
    conflicts = [
        message("entry {entry} is in the ledger with other content", entry=line.line_id)
        for line in lines
        if by_id.get(line.line_id, line) != line
    ]
    return tuple(line for line in lines if line.line_id not in by_id), conflicts


def _list_new(
    province: Province, entries: Sequence[LedgerEntry], known: Sequence[LedgerEntry]
) -> tuple[tuple[LedgerEntry, ...], list[Message]]:
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
    return tuple(new), conflicts


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
