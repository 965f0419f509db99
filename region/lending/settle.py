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
    """A line that a ledger lacks, because the other ledger's has no answer yet."""

    folder: Path
    line: LendingLine


def list_half_done(ledgers: RegionLedgers) -> tuple[HalfDone, ...]:
    """Return what the ledgers lack, in the order in which it is to be written."""
    found = []
    for _, line in ledgers.list_all():
        partner = line.partner.folder
        if line.step not in ANSWERS or partner not in ledgers.lines:
            continue
        answer = replace(line, step=ANSWERS[line.step])
        if ledgers.find(partner, line.loan_id, answer.step) is None:
            found.append(HalfDone(ledgers.folders[partner], answer))
    return tuple(sorted(found, key=lambda one: (one.line.day, one.line.loan_id)))


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
        book_line(read(one.folder), one.line)
    return tuple(one.line for one in half_done)


def book_line(province: Province, line: LendingLine) -> None:
    """Write a line into the ledger of a province; nothing happens where it stands there.

    What is missing of a batch that comes home is written with it, as lost.
    """
    entries = tuple(_list_losses(line)) if line.step is LendingStep.TAKEN_BACK else ()
    record_additions(province, lambda _: Additions(entries, (), (line,)))


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
