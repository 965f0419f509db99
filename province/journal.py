"""What the ledger says: entries, where every batch is, who has seen what.

A batch is in one place. Its first standing move starts at its own depot, each later one where the
move before left it; `list_broken_links` names the moves for which this does not hold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from province.cells import Books, Boxes, Day, Heading, Remark
from province.ids import BatchId, EntryId, SiteId, TripId


class EntryType(StrEnum):
    """What happened to a batch.

    Books that are `ON_LOAN` or `KEPT` stay at the library where their batch was fetched until they
    are `COLLECTED`, or found lost there (`province.left_behind`).
    """

    MOVED = "moved"
    LOST_BOOKS = "lost_books"
    DAMAGED_BOOKS = "damaged_books"
    MISSING_BOXES = "missing_boxes"
    ON_LOAN = "on_loan"
    KEPT = "kept"
    COLLECTED = "collected"
    LOST_LEFT = "lost_left"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of the ledger; never changed, only voided by a later line.

    Parameters
    ----------
    entry_id
        Unique; entries of one day apply in the order of their ids.
    day
        When it happened.
    batch_id, from_site, to_site
        What moved from where to where; for losses, and for what stays behind, both are one site.
    books, boxes
        How many moved (or were lost, damaged, missing, left behind, collected).
    trip_id
        The trip it happened on, or "".
    voids
        The entry that a `VOID` line takes back, or "".
    """

    entry_id: EntryId
    day: Annotated[Day, Heading("date")]
    entry_type: Annotated[EntryType, Heading("type")]
    batch_id: BatchId
    from_site: SiteId
    to_site: SiteId
    books: Books
    boxes: Boxes
    trip_id: TripId
    voids: EntryId
    note: Remark


@dataclass(frozen=True, slots=True)
class SeenStay:
    """A batch that stood at a site from `first_day` until `last_day` (None: it still does)."""

    batch_id: BatchId
    site_id: SiteId
    first_day: date
    last_day: date | None


def standing_entries(entries: Iterable[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    """Return the entries that hold, without voided and voiding ones, by day and id."""
    known = tuple(entries)
    voided = {entry.voids for entry in known if entry.entry_type is EntryType.VOID}
    standing = (
        entry
        for entry in known
        if entry.entry_type is not EntryType.VOID and entry.entry_id not in voided
    )
    return tuple(sorted(standing, key=lambda entry: (entry.day, entry.entry_id)))


def list_stays(entries: Iterable[LedgerEntry]) -> tuple[SeenStay, ...]:
    """Return every stay the ledger tells of, by batch and first day; stays at depots included."""
    open_stays: dict[BatchId, tuple[SiteId, date]] = {}
    stays: list[SeenStay] = []
    for entry in standing_entries(entries):
        if entry.entry_type is not EntryType.MOVED:
            continue
        if entry.batch_id in open_stays:
            site_id, since = open_stays[entry.batch_id]
            stays.append(SeenStay(entry.batch_id, site_id, since, entry.day))
        open_stays[entry.batch_id] = (entry.to_site, entry.day)
    stays += [SeenStay(b, site_id, since, None) for b, (site_id, since) in open_stays.items()]
    return tuple(sorted(stays, key=lambda stay: (stay.batch_id, stay.first_day)))


def locate_batches(
    entries: Iterable[LedgerEntry], on: date | None = None
) -> dict[BatchId, tuple[SiteId, date]]:
    """Return where each batch is at the end of a day (default: now), and since when."""
    places: dict[BatchId, tuple[SiteId, date]] = {}
    for entry in standing_entries(entries):
        if entry.entry_type is EntryType.MOVED and (on is None or entry.day <= on):
            places[entry.batch_id] = (entry.to_site, entry.day)
    return dict(sorted(places.items()))


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A move that takes a batch from where it is not.

    Parameters
    ----------
    entry
        The move.
    place
        Where the batch is when it is taken.
    before
        The move that left it there, or None when it is at its depot and never moved before.
    """

    entry: LedgerEntry
    place: SiteId
    before: LedgerEntry | None


def list_broken_links(
    entries: Iterable[LedgerEntry], depots: Mapping[BatchId, SiteId]
) -> tuple[BrokenLink, ...]:
    """Return the standing moves that take a batch from where it is not, by day and id.

    Parameters
    ----------
    depots
        Where each batch is before its first move; a batch that is not named may start anywhere.
    """
    places = dict(depots)
    last: dict[BatchId, LedgerEntry] = {}
    broken = []
    for entry in standing_entries(entries):
        if entry.entry_type is not EntryType.MOVED:
            continue
        place = places.get(entry.batch_id, entry.from_site)
        if place != entry.from_site:
            broken.append(BrokenLink(entry, place, last.get(entry.batch_id)))
        places[entry.batch_id] = entry.to_site
        last[entry.batch_id] = entry
    return tuple(broken)


def list_bad_voids(entries: Iterable[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    """Return the `VOID` lines that take back nothing: an unknown entry, a void, another batch."""
    known = tuple(entries)
    batches = {
        entry.entry_id: entry.batch_id for entry in known if entry.entry_type is not EntryType.VOID
    }
    return tuple(
        entry
        for entry in known
        if entry.entry_type is EntryType.VOID and batches.get(entry.voids) != entry.batch_id
    )
