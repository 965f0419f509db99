"""Books of a batch that are not with it: lent to readers, kept on a shelf, or on their way home.

When a batch is fetched, some of its books may be with readers, and some may be kept because they
circulate. They stay at the library until a later visit collects them; what was collected waits
where it was taken, and is part of its batch again as soon as both are at one place.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from province.ids import BatchId, SiteId
from province.journal import EntryType, LedgerEntry, SeenStay, standing_entries

LEAVING = (EntryType.ON_LOAN, EntryType.KEPT)
GATHERING = (EntryType.COLLECTED, EntryType.LOST_LEFT)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Books of one batch at one place where the batch is not.

    Parameters
    ----------
    since
        The day on which the first of them stayed there, or was brought there.
    on_loan, kept, waiting
        Books with readers, books on the shelf, books that were collected and wait for their batch.
    """

    batch_id: BatchId
    site_id: SiteId
    since: date
    on_loan: int = 0
    kept: int = 0
    waiting: int = 0

    @property
    def books(self) -> int:
        """All of them."""
        return self.on_loan + self.kept + self.waiting

    @property
    def to_collect(self) -> int:
        """Those that a visit is still to collect."""
        return self.on_loan + self.kept


@dataclass(slots=True)
class BookTrace:
    """Where the books of every batch are after all entries.

    Parameters
    ----------
    places, lost
        Where each batch is, and how many books of it are lost.
    left
        Books that are not with their batch, by batch and place.
    stays
        How long books stayed behind at each place.
    overdrawn
        Entries that leave, collect or lose more books than there are.
    """

    books: Mapping[BatchId, int]
    places: dict[BatchId, SiteId] = field(default_factory=dict)
    lost: dict[BatchId, int] = field(default_factory=lambda: defaultdict(int))
    left: dict[BatchId, dict[SiteId, LeftBehind]] = field(default_factory=lambda: defaultdict(dict))
    stays: list[SeenStay] = field(default_factory=list)
    overdrawn: list[LedgerEntry] = field(default_factory=list)

    def count(self, batch_id: BatchId) -> int | None:
        """Return the books that are with the batch; None where nobody knows how many it has."""
        if batch_id not in self.books:
            return None
        away = sum(one.books for one in self.left[batch_id].values())
        return self.books[batch_id] - self.lost[batch_id] - away


def trace_books(
    entries: Iterable[LedgerEntry], books: Mapping[BatchId, int] | None = None
) -> BookTrace:
    """Return what became of the books, from the standing entries by day and id.

    Parameters
    ----------
    books
        Books of each whole batch, so that more cannot stay than there are.
    """
    trace = BookTrace(books or {})
    for entry in standing_entries(entries):
        if entry.entry_type is EntryType.MOVED:
            trace.places[entry.batch_id] = entry.to_site
            _rejoin(trace, entry.batch_id, entry.day)
        elif entry.entry_type is EntryType.LOST_BOOKS:
            trace.lost[entry.batch_id] += entry.books
        elif entry.entry_type in LEAVING:
            _leave(trace, entry)
        elif entry.entry_type in GATHERING:
            _gather(trace, entry)
    return trace


def list_left(entries: Iterable[LedgerEntry]) -> tuple[LeftBehind, ...]:
    """Return all books that are not with their batch, by place and batch."""
    left = trace_books(entries).left
    every = (one for own in left.values() for one in own.values())
    return tuple(sorted(every, key=lambda one: (one.site_id, one.batch_id)))


def list_left_stays(entries: Iterable[LedgerEntry]) -> tuple[SeenStay, ...]:
    """Return how long books of each batch stayed at a place without it; None: they still do."""
    trace = trace_books(entries)
    running = (
        SeenStay(one.batch_id, one.site_id, one.since, None)
        for own in trace.left.values()
        for one in own.values()
        if one.to_collect
    )
    stays = (*trace.stays, *running)
    return tuple(sorted(stays, key=lambda s: (s.batch_id, s.first_day, s.site_id)))


def list_overdrawn(
    entries: Iterable[LedgerEntry], books: Mapping[BatchId, int]
) -> tuple[LedgerEntry, ...]:
    """Return the entries that leave, collect or lose more books than are there, by day and id."""
    known = tuple(entries)
    if not any(entry.entry_type in (*LEAVING, *GATHERING) for entry in known):
        return ()
    return tuple(trace_books(known, books).overdrawn)


def _leave(trace: BookTrace, entry: LedgerEntry) -> None:
    own, has = trace.left[entry.batch_id], trace.count(entry.batch_id)
    is_away = trace.places.get(entry.batch_id, entry.from_site) != entry.from_site
    if is_away or (has is not None and entry.books > has):
        trace.overdrawn.append(entry)
    before = own.get(entry.from_site) or LeftBehind(entry.batch_id, entry.from_site, entry.day)
    if entry.entry_type is EntryType.ON_LOAN:
        after = dataclasses.replace(before, on_loan=before.on_loan + entry.books)
    else:
        after = dataclasses.replace(before, kept=before.kept + entry.books)
    own[entry.from_site] = after


def _gather(trace: BookTrace, entry: LedgerEntry) -> None:
    """Take books away from where they stayed: those kept go first, those on loan are lost first."""
    own = trace.left[entry.batch_id]
    before = own.get(entry.from_site) or LeftBehind(entry.batch_id, entry.from_site, entry.day)
    if entry.books > before.to_collect:
        trace.overdrawn.append(entry)
    books = min(entry.books, before.to_collect)
    if entry.entry_type is EntryType.COLLECTED:
        from_kept = min(books, before.kept)
        from_loan = books - from_kept
    else:
        from_loan = min(books, before.on_loan)
        from_kept = books - from_loan
        trace.lost[entry.batch_id] += books
    after = dataclasses.replace(
        before, on_loan=before.on_loan - from_loan, kept=before.kept - from_kept
    )
    if before.to_collect and not after.to_collect:
        trace.stays.append(SeenStay(entry.batch_id, entry.from_site, before.since, entry.day))
    own[entry.from_site] = after
    if not after.books:
        del own[entry.from_site]
    if entry.entry_type is EntryType.COLLECTED and books:
        new = LeftBehind(entry.batch_id, entry.to_site, entry.day)
        there = own.get(entry.to_site, new)
        own[entry.to_site] = dataclasses.replace(there, waiting=there.waiting + books)
        _rejoin(trace, entry.batch_id, entry.day)


def _rejoin(trace: BookTrace, batch_id: BatchId, day: date) -> None:
    """Make what is where its batch is a part of it again."""
    place = trace.places.get(batch_id)
    found = trace.left[batch_id].pop(place, None) if place is not None else None
    if found is not None and found.to_collect:
        trace.stays.append(SeenStay(batch_id, found.site_id, found.since, day))
