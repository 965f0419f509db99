"""The ledger entries that the results of one batch on one trip stand for."""

import dataclasses
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from province.ids import BatchId, EntryId, SiteId, TripId
from province.journal import EntryType, LedgerEntry, standing_entries
from province.left_behind import trace_books
from province.results import Outcome, RecordedResult, ResultRow, ResultTask, pack_id
from province.stock import Batch

EXCHANGES = (ResultTask.LEAVE, ResultTask.TAKE)
BOOK_TASKS = (*EXCHANGES, ResultTask.COLLECT)
PREFIX = "R"


@dataclass(frozen=True, slots=True)
class DraftEntry:
    """An entry that is still to be held against the ledger.

    Parameters
    ----------
    result
        The result it comes from.
    is_carried
        A move of a batch that this trip took before: where from is known from the sheet.
    """

    entry_type: EntryType
    day: date
    from_site: SiteId
    to_site: SiteId
    books: int
    boxes: int
    result: RecordedResult
    is_carried: bool = False


def draft_entries(results: Iterable[RecordedResult], home: SiteId) -> tuple[DraftEntry, ...]:
    """Return what the results of one batch on one trip mean, in the order in which it happened.

    A batch that is taken and not left on the trip goes home with the vehicle; one that is left
    without having been taken came from there.

    Parameters
    ----------
    home
        The trip's depot.
    """
    drafts: list[DraftEntry] = []
    taken: RecordedResult | None = None
    place = home
    for result in sorted(results, key=_when):
        row = result.row
        drafts += _draft_counts(result)
        if row.task is ResultTask.COLLECT:
            drafts.append(_draft_collected(result, home))
        elif row.task is ResultTask.TAKE:
            taken, place = result, row.site_id
        else:
            drafts.append(_draft_move(result, place, row.site_id, taken is not None))
            taken, place = None, row.site_id
    if taken is not None:
        drafts.append(_draft_move(taken, place, home, is_carried=True))
    return tuple(
        d for d in drafts if d.entry_type is not EntryType.MOVED or d.from_site != d.to_site
    )


def moves_something(row: ResultRow) -> bool:
    """Whether a row tells of a batch, or of books of one, that were really left or taken."""
    return row.task in BOOK_TASKS and row.outcome is not Outcome.NOT_DONE


def _when(result: RecordedResult) -> tuple[date, int, bool]:
    row = result.row
    return (row.day or date.min, row.sequence, row.task is ResultTask.LEAVE)


def _draft_move(
    result: RecordedResult, from_site: SiteId, to_site: SiteId, is_carried: bool
) -> DraftEntry:
    day = result.row.day or date.min
    return DraftEntry(EntryType.MOVED, day, from_site, to_site, 0, 0, result, is_carried)


def _draft_collected(result: RecordedResult, home: SiteId) -> DraftEntry:
    """Return the fetching of what stayed at a site; the ledger tells how many books that is."""
    row = result.row
    day = row.day or date.min
    return DraftEntry(EntryType.COLLECTED, day, row.site_id, home, 0, 0, result)


def _draft_counts(result: RecordedResult) -> list[DraftEntry]:
    row = result.row
    day, site = row.day or date.min, row.site_id
    is_left = row.task is ResultTask.COLLECT
    kinds = (
        (EntryType.MISSING_BOXES, 0, row.boxes_missing),
        (EntryType.LOST_LEFT if is_left else EntryType.LOST_BOOKS, row.books_missing, 0),
        (EntryType.DAMAGED_BOOKS, row.books_damaged, 0),
        (EntryType.ON_LOAN, 0 if is_left else row.on_loan, 0),
        (EntryType.KEPT, row.kept, 0),
    )
    return [
        DraftEntry(kind, day, site, site, books, boxes, result)
        for kind, books, boxes in kinds
        if books or boxes
    ]


def name_group(row: ResultRow) -> str:
    """Return the beginning of the ids of all entries of one batch on one trip."""
    place = pack_id(row.trip_id) if row.trip_id else str(row.day)
    return f"{PREFIX}{row.month}/{place}/{pack_id(row.content_id or '')}/"


def select_group(row: ResultRow, entries: Iterable[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    """Return the entries that results of the batch, on the trip of a row, were recorded as.

    Trips are numbered anew each month, so that the month at the beginning of the id, the trip and
    the batch tell them; what was done outside the plan is told by its day.
    """
    return tuple(
        entry
        for entry in entries
        if entry.batch_id == row.content_id
        and entry.trip_id == row.trip_id
        and entry.entry_id.startswith(f"{PREFIX}{row.month}/")
        and (row.trip_id or entry.day == row.day)
    )


def name_entry(group: str, revision: int, number: int) -> EntryId:
    """Return the id of an entry; ids of one group sort as it happened, a later revision last."""
    return EntryId(f"{group}{revision:02d}-{number:02d}")


def count_revisions(row: ResultRow, entries: Iterable[LedgerEntry]) -> int:
    """Return how often the entries of the batch, on the trip of a row, were written."""
    found = (
        re.search(r"/([0-9]{2,})-[0-9]{2,}(/void)?$", entry.entry_id)
        for entry in select_group(row, entries)
    )
    return max((int(match[1]) for match in found if match), default=0)


def void_entries(entries: Iterable[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    """Return the entries that take others back."""
    return tuple(
        dataclasses.replace(
            entry,
            entry_id=EntryId(f"{entry.entry_id}/void"),
            entry_type=EntryType.VOID,
            voids=entry.entry_id,
            note="",
        )
        for entry in entries
    )


def locate_before(
    entries: Sequence[LedgerEntry], batch: Batch, day: date, entry_id: EntryId
) -> SiteId:
    """Return where a batch is just before an entry of that day and id."""
    place = batch.depot_id
    for entry in standing_entries(e for e in entries if e.batch_id == batch.batch_id):
        is_before = (entry.day, entry.entry_id) < (day, entry_id)
        if entry.entry_type is EntryType.MOVED and is_before:
            place = entry.to_site
    return place


def count_content(
    entries: Iterable[LedgerEntry], batch: Batch, on: date | None = None
) -> tuple[int, int]:
    """Return the books and boxes that a batch still has at the end of a day (default: now).

    What stayed behind when it was fetched is not with it until it was collected and brought there.
    """
    own = [e for e in entries if e.batch_id == batch.batch_id]
    known = [e for e in standing_entries(own) if on is None or e.day <= on]
    missing = sum(e.boxes for e in known if e.entry_type is EntryType.MISSING_BOXES)
    books = trace_books(known, {batch.batch_id: batch.books}).count(batch.batch_id) or 0
    return max(0, books), max(0, batch.boxes - missing)


def count_left(
    entries: Iterable[LedgerEntry], batch_id: BatchId, site_id: SiteId, before: LedgerEntry
) -> int:
    """Return the books of a batch that are to be collected at a site just before an entry."""
    known = [
        e
        for e in standing_entries(e for e in entries if e.batch_id == batch_id)
        if (e.day, e.entry_id) < (before.day, before.entry_id)
    ]
    left = trace_books(known).left[batch_id].get(site_id)
    return left.to_collect if left else 0


def make_entry(
    draft: DraftEntry, entry_id: EntryId, books: int, boxes: int, *, note: str = ""
) -> LedgerEntry:
    """Return the entry of a draft; a move carries all that the batch still has."""
    is_move = draft.entry_type is EntryType.MOVED
    row = draft.result.row
    return LedgerEntry(
        entry_id,
        draft.day,
        draft.entry_type,
        BatchId(str(row.content_id)),
        draft.from_site,
        draft.to_site,
        books if is_move else draft.books,
        boxes if is_move else draft.boxes,
        TripId(row.trip_id),
        EntryId(""),
        note or row.note or row.reason,
    )
