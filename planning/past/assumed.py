"""The movements of earlier plans that nobody recorded yet, as entries of the journal."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from planning.record.entries import EXCHANGES, count_content, draft_entries, make_entry
from province.errors import InputError
from province.facts import Province
from province.findings import Findings
from province.ids import BatchId, EntryId, SiteId
from province.journal import LedgerEntry, list_broken_links
from province.language import message
from province.results import RecordedResult, ResultRow, identify_result
from province.stock import Batch
from routing.trips import Trip

PREFIX = "P"
OpenTrips = tuple[tuple[Trip, tuple[ResultRow, ...]], ...]
"""Trips with the results that are still open."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """Entries that count as done, and those that can no longer take place; by day and id."""

    entries: tuple[LedgerEntry, ...]
    impossible: tuple[LedgerEntry, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What one trip was to do with one batch and nobody recorded, in the order of its days."""

    trip: Trip
    batch: Batch
    rows: tuple[ResultRow, ...]

    @property
    def first_day(self) -> date:
        """The day of its first row."""
        return min(row.day or self.trip.first_day for row in self.rows)


def assume_moves(province: Province, trips: OpenTrips) -> Assumed:
    """Return what movements come to that were planned and not recorded.

    A movement that begins where the batch is not by then, or that leaves it where a recorded one
    does not find it, cannot take place: what was recorded holds.

    Raises
    ------
    InputError
        If a movement goes to a site that the province does not know any more.
    """
    _refuse_unknown_sites(province, trips)
    journal: dict[BatchId, list[LedgerEntry]] = defaultdict(list)
    for entry in province.journal:
        journal[entry.batch_id].append(entry)
    done: list[LedgerEntry] = []
    impossible: list[LedgerEntry] = []
    groups = _list_groups(province, trips)
    for group in sorted(groups, key=lambda g: (g.first_day, g.trip.trip_id, g.batch.batch_id)):
        known = journal[group.batch.batch_id]
        entries = _make_entries(group, known)
        if _breaks_a_link(group.batch, known, entries):
            impossible += entries
        else:
            known += entries
            done += entries
    return Assumed(_sort(done), _sort(impossible))


def _sort(entries: list[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.day, entry.entry_id)))


def _list_groups(province: Province, trips: OpenTrips) -> Iterator[Group]:
    batches = province.batch_by_id
    for trip, rows in trips:
        by_batch: dict[BatchId, list[ResultRow]] = defaultdict(list)
        for row in rows:
            if row.task in EXCHANGES:
                by_batch[BatchId(str(row.content_id))].append(row)
        for batch_id, own in by_batch.items():
            if batch_id in batches:
                yield Group(trip, batches[batch_id], tuple(own))


def _make_entries(group: Group, known: list[LedgerEntry]) -> list[LedgerEntry]:
    batch_id = group.batch.batch_id
    results = [
        RecordedResult(identify_result(row), "", "", "", "", None, row) for row in group.rows
    ]
    entries = []
    for number, draft in enumerate(draft_entries(results, group.trip.depot_id)):
        month = group.rows[0].month
        entry_id = EntryId(f"{PREFIX}{month}/{group.trip.trip_id}/{batch_id}/{number:02d}")
        books, boxes = count_content(known, group.batch, draft.day)
        entries.append(make_entry(draft, entry_id, books, boxes))
    return entries


def _breaks_a_link(batch: Batch, known: list[LedgerEntry], entries: list[LedgerEntry]) -> bool:
    depots: dict[BatchId, SiteId] = {batch.batch_id: batch.depot_id}
    before = {link.entry.entry_id for link in list_broken_links(known, depots)}
    after = {link.entry.entry_id for link in list_broken_links((*known, *entries), depots)}
    return not after <= before


def _refuse_unknown_sites(province: Province, trips: OpenTrips) -> None:
    findings = Findings()
    sites = province.site_by_id
    for trip, rows in trips:
        moved = {row.site_id for row in rows if row.task in EXCHANGES}
        for site_id in sorted({*moved, trip.depot_id} - sites.keys() if moved else ()):
            findings.at("libraries.csv", None, "site_id").add(
                site_id,
                expected=message(
                    "a site that trip {trip} of {month} brings or fetches books at",
                    trip=trip.trip_id,
                    month=str(rows[0].month),
                ),
                advice=message("put the site back, or record what the trip really did"),
            )
    if findings.faults:
        raise InputError(findings.faults)
