"""Reads the journal: that of the ledger, or of `ledger.csv` as long as there is no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from province.errors import InputError, LedgerError
from province.findings import Findings, advise_nearest_id
from province.journal import LedgerEntry, list_bad_voids
from province.language import message
from province.ledger.append import read_ledger
from province.ledger.ledger_lines import Ledger, digest_entries
from province.ledger.place import HISTORY_NAME, LedgerPlace
from province.lendings import OWNERS, LendingLine
from province.results import RecordedResult
from province.tables.read import CheckedTable
from province.tables.references import KnownIds


@dataclass(frozen=True, slots=True)
class Journal:
    """What happened; `ledger`: what it came from is called, "" for `ledger.csv`."""

    entries: tuple[LedgerEntry, ...]
    results: tuple[RecordedResult, ...]
    ledger: str
    lendings: tuple[LendingLine, ...] = ()


def read_journal(
    place: LedgerPlace | None,
    history: Sequence[LedgerEntry],
    table: CheckedTable[Any],
    known: KnownIds,
    findings: Findings,
) -> Journal:
    """Return what the ledger tells, and what it is called.

    Parameters
    ----------
    place
        Where the ledger lies; None where that cannot be known.
    history, table
        The entries of `ledger.csv`, and the table they were made of. Once taken into
        `ledger.sqlite` they must not change; the file may be missing.
    known
        The ids that entries may refer to.
    """
    if place is None:
        return Journal(tuple(history), (), ledger="")
    try:
        ledger = read_ledger(place)
    except InputError as error:  # a password that the server does not take
        findings.items.extend(error.findings)
        return Journal(tuple(history), (), ledger="")
    except LedgerError as error:
        findings.at(place.name).add(
            "",
            expected=error.reasons[0],
            advice=message("close what uses it, or restore it from a copy"),
        )
        return Journal(tuple(history), (), ledger="")
    if ledger is None:
        return Journal(tuple(history), (), ledger="")
    is_sure = table.is_whole and not table.faulty
    if table.is_here and is_sure and digest_entries(history) != ledger.opening_digest:
        findings.at(HISTORY_NAME).add(
            "",
            expected=message("the entries that were taken into {file}", file=place.name),
            advice=message("undo the change: what went wrong is taken back by a void entry"),
        )
    _check_names(ledger, known, findings, place.name)
    _check_voids(ledger.entries, findings, place.name)
    return Journal(ledger.entries, ledger.results, place.name, ledger.lendings)


def _check_names(ledger: Ledger, known: KnownIds, findings: Findings, file: str) -> None:
    sites, batches = known["site"], known["batch"]
    if batches is not None:  # those borrowed stand in the ledger alone
        batches |= {line.batch_id for line in ledger.lendings if line.step not in OWNERS}
    for number, entry in enumerate(ledger.entries, 1):
        for column, value, ids, where in (
            ("batch_id", entry.batch_id, batches, "batches.csv"),
            ("from_site", entry.from_site, sites, "libraries.csv"),
            ("to_site", entry.to_site, sites, "libraries.csv"),
        ):
            if ids is not None and value not in ids:
                findings.at(file, number, column).add(
                    value,
                    expected=message("an id that stands in {where}", where=where),
                    advice=message("put its row back: the ledger tells of it"),
                )


def _check_voids(entries: Sequence[LedgerEntry], findings: Findings, file: str) -> None:
    bad = {entry.entry_id for entry in list_bad_voids(entries)}
    ids = [str(entry.entry_id) for entry in entries]
    for number, entry in enumerate(entries, 1):
        if entry.entry_id in bad:
            findings.at(file, number, "voids").add(
                entry.voids,
                expected=message("an entry of the ledger that is no void itself"),
                advice=advise_nearest_id(entry.voids, ids),
            )
