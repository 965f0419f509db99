"""Batches that one province lends another: what both ledgers say of it, and who has them.

A lending has four lines, two in each ledger, and a province never counts as having a batch that
the other has: the owner's ledger says first that it is lent, then the borrower's that it came; the
borrower's says first that it was given back, then the owner's that it is there again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from province.ids import BatchId, CategoryId, EntryId, SiteId
from province.journal import EntryType, LedgerEntry, locate_batches, standing_entries
from province.language import Message, message
from province.stock import Batch, BatchTitle, Category, Condition


class LendingStep(StrEnum):
    """What a line says; the first and the last stand in the ledger of the owner."""

    LENT = "lent"
    BORROWED = "borrowed"
    GIVEN_BACK = "given_back"
    TAKEN_BACK = "taken_back"


OWNERS = (LendingStep.LENT, LendingStep.TAKEN_BACK)
LEAVING = (LendingStep.LENT, LendingStep.GIVEN_BACK)
"""After these the batch is not in the province of the ledger."""

ANSWERS = {
    LendingStep.LENT: LendingStep.BORROWED,
    LendingStep.GIVEN_BACK: LendingStep.TAKEN_BACK,
}
"""What the other ledger says then."""


@dataclass(frozen=True, slots=True)
class Party:
    """A province that lends or borrows: its folder in the region, its code, what it is called."""

    folder: str
    code: str
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class LendingTerms:
    """What is lent to whom until when; the same in all four lines.

    Parameters
    ----------
    owner_depot, borrower_depot
        The depots between which the batch goes; the former takes it back.
    until
        The last day by which it is given back.
    batch, titles, categories
        What is inside, in the words of the owner; so many books and boxes as were handed over.
    """

    owner: Party
    borrower: Party
    owner_depot: SiteId
    borrower_depot: SiteId
    until: date
    reason: Message
    batch: Batch
    titles: tuple[BatchTitle, ...]
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class LendingLine:
    """One line of a ledger about a batch that changes provinces; never changed.

    Parameters
    ----------
    loan_id
        The loan in the region's plan of sharing.
    books, boxes, condition
        As counted and seen when it was handed over, or back.
    """

    day: date
    loan_id: str
    step: LendingStep
    books: int
    boxes: int
    condition: Condition
    terms: LendingTerms

    @property
    def line_id(self) -> EntryId:
        """What names it in its ledger."""
        return EntryId(f"{self.loan_id}:{self.step}")

    @property
    def batch_id(self) -> BatchId:
        """The batch, as the province of this ledger calls it."""
        if self.step in OWNERS:
            return self.terms.batch.batch_id
        return BatchId(name_borrowed(self.terms.owner.folder, self.terms.batch.batch_id))

    @property
    def partner(self) -> Party:
        """The other province."""
        return self.terms.borrower if self.step in OWNERS else self.terms.owner


def name_borrowed(owner: str, name: str) -> str:
    """Return what a borrower calls a batch or a title of another province.

    Provinces count their batches and titles alike: what is not told apart would be mixed up.
    """
    return f"{owner}.{name}"


def find_last(lines: Iterable[LendingLine], on: date | None = None) -> dict[BatchId, LendingLine]:
    """Return the last line about each batch at the end of a day (default: of all)."""
    return {line.batch_id: line for line in lines if on is None or line.day <= on}


def list_away(lines: Iterable[LendingLine], on: date | None = None) -> dict[BatchId, LendingLine]:
    """Return the batches that are not in the province: lent, or given back to their owner."""
    return {b: line for b, line in find_last(lines, on).items() if line.step in LEAVING}


def list_borrowed(
    lines: Iterable[LendingLine], on: date | None = None
) -> dict[BatchId, LendingLine]:
    """Return the batches of other provinces that are here."""
    last = find_last(lines, on)
    return {b: line for b, line in last.items() if line.step is LendingStep.BORROWED}


def list_foreign(lines: Iterable[LendingLine]) -> frozenset[BatchId]:
    """Return the batches of other provinces, those that were given back among them."""
    return frozenset(line.batch_id for line in lines if line.step not in OWNERS)


def match_category(theirs: Category, own: Sequence[Category]) -> CategoryId | None:
    """Return the category with subject, audience and language of another province's; or None."""
    kind = (theirs.subject, theirs.audience, theirs.language)
    alike = (c.category_id for c in own if (c.subject, c.audience, c.language) == kind)
    return min(alike, default=None)


def list_lending_faults(
    lines: Sequence[LendingLine],
    journal: Iterable[LedgerEntry],
    homes: dict[BatchId, SiteId],
    depots: frozenset[SiteId],
) -> list[Message]:
    """Return what the lines say that cannot be, among themselves and beside the moves.

    Parameters
    ----------
    lines
        In the order of recording.
    homes
        Where each batch is before its first move.
    """  # fmt: skip
    own: dict[BatchId, list[LendingLine]] = defaultdict(list)
    faults = []
    for line in lines:
        before = own[line.batch_id][-1] if own[line.batch_id] else None
        if not _may_follow(line, before):
            faults.append(
                message(
                    "loan {loan}: batch {batch} cannot be {step} on {day}, {state}",
                    loan=line.loan_id, batch=line.batch_id, step=STEPS[line.step],
                    day=line.day.isoformat(), state=_tell_state(before),
                )
            )  # fmt: skip
        own[line.batch_id].append(line)
    entries = standing_entries(entry for entry in journal if entry.batch_id in own)
    for line in lines:
        if line.step in LEAVING:
            places = locate_batches(entries, line.day)
            place = places.get(line.batch_id, (homes.get(line.batch_id), None))[0]
            if place not in depots:
                faults.append(
                    message(
                        "loan {loan}: batch {batch} is at {place} on {day}, and only what is at a "
                        "depot is handed over",
                        loan=line.loan_id, batch=line.batch_id, place=place or "?",
                        day=line.day.isoformat(),
                    )
                )  # fmt: skip
    for entry in entries:
        if entry.entry_type is EntryType.MOVED and not _is_here(own[entry.batch_id], entry.day):
            line = own[entry.batch_id][0]
            faults.append(
                message(
                    "entry {entry} moves batch {batch} on {day}, when {partner} has it",
                    entry=entry.entry_id, batch=entry.batch_id, day=entry.day.isoformat(),
                    partner=line.partner.name,
                )
            )  # fmt: skip
    return faults


STEPS: dict[LendingStep, Message] = {
    LendingStep.LENT: message("lent"),
    LendingStep.BORROWED: message("borrowed"),
    LendingStep.GIVEN_BACK: message("given back"),
    LendingStep.TAKEN_BACK: message("taken back by its owner"),
}
"""What people read for each step."""


def _may_follow(line: LendingLine, before: LendingLine | None) -> bool:
    if before is None:
        return line.step in (LendingStep.LENT, LendingStep.BORROWED)
    if line.day < before.day:
        return False
    if line.step in (LendingStep.LENT, LendingStep.BORROWED):
        return before.step in (LendingStep.TAKEN_BACK, LendingStep.GIVEN_BACK)
    begun = {LendingStep.TAKEN_BACK: LendingStep.LENT, LendingStep.GIVEN_BACK: LendingStep.BORROWED}
    return before.step is begun[line.step] and before.loan_id == line.loan_id


def _tell_state(before: LendingLine | None) -> Message:
    if before is None:
        return message("it was never lent")
    return message(
        "it was {step} on {day} (loan {loan}, {partner})",
        step=STEPS[before.step], day=before.day.isoformat(), loan=before.loan_id,
        partner=before.partner.name,
    )  # fmt: skip


def _is_here(lines: Sequence[LendingLine], day: date) -> bool:
    """Whether a batch is in the province at some time of a day, by the lines about it."""
    is_here = lines[0].step is LendingStep.LENT
    was_here = is_here
    for line in lines:
        if line.day > day:
            break
        is_here = line.step not in LEAVING
        was_here = is_here or line.day == day
    return was_here
