"""Finishes what was begun in one ledger and not yet told to the other.

The line by which a batch leaves a province is written first and says all that the other ledger is
to say. Until it does, nobody has the batch; whoever comes next writes it there.
"""

import functools
from dataclasses import dataclass, replace
from pathlib import Path

from province.facts import Province
from province.ids import EntryId, TripId
from province.journal import EntryType, LedgerEntry
from province.ledger.append import Additions, record_additions
from province.lendings import ANSWERS, LendingLine, LendingStep
from province.read import read_province
from region.lending.ledgers import RegionLedgers, read_ledgers
from region.read_region import Region


@dataclass(frozen=True, slots=True)
class HalfDone:
    """What a ledger is to say of a loan, because the other's last line has no answer yet."""

    folder: Path
    lines: tuple[LendingLine, ...]


def list_half_done(ledgers: RegionLedgers) -> tuple[HalfDone, ...]:
    """Return what the ledgers lack, in the order in which it is to be written."""
    found = []
    for folder, line in ledgers.list_all():
        partner = line.partner.folder
        if partner not in ledgers.lines or not ledgers.lacks_answer(folder, line):
            continue
        came = ledgers.find(folder, line.loan_id, LendingStep.BORROWED)
        before = () if came is None else (replace(came, step=LendingStep.LENT),)
        answer = replace(line, step=ANSWERS[line.step])
        found.append(HalfDone(ledgers.folders[partner], (*before, answer)))
    return tuple(sorted(found, key=lambda one: (one.lines[-1].day, one.lines[-1].loan_id)))


def settle_lendings(region: Region) -> tuple[LendingLine, ...]:
    """Write what the ledgers of a region lack; return it.

    Raises
    ------
    LedgerError, BusyError, DiskError, InputError
        If a ledger or its folder cannot be read or written. What was written before stays; the
        rest is written when this is run again.
    """
    half_done, read = list_half_done(read_ledgers(region)), functools.cache(read_province)
    for one in half_done:
        book_lines(read(one.folder), *one.lines)
    return tuple(one.lines[-1] for one in half_done)


def book_lines(province: Province, *lines: LendingLine) -> None:
    """Write lines about a loan into the ledger of a province; those that stand there are left.

    What is missing of a batch that comes home is written with it, as lost.
    """
    home = (line for line in lines if line.step is LendingStep.TAKEN_BACK)
    entries = tuple(entry for line in home for entry in _list_losses(line))
    record_additions(province, lambda _: Additions(entries, (), lines))


def _list_losses(line: LendingLine) -> list[LedgerEntry]:
    lent, depot = line.terms.batch, line.terms.owner_depot
    missing = (
        (EntryType.LOST_BOOKS, lent.books - line.books, 0),
        (EntryType.MISSING_BOXES, 0, lent.boxes - line.boxes),
    )
    return [
        LedgerEntry(
            EntryId(f"{line.loan_id}:{kind}"), line.day, kind, line.batch_id, depot, depot,
            books, boxes, TripId(""), EntryId(""), line.loan_id,
        )
        for kind, books, boxes in missing
        if books > 0 or boxes > 0
    ]  # fmt: skip
