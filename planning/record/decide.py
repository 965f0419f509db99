"""Decides what the results of a sheet add to the ledger, or names all that contradicts."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from planning.record.entries import (
    EXCHANGES,
    Draft,
    count_content,
    count_revisions,
    draft_entries,
    locate_before,
    make_entry,
    moves_something,
    name_entry,
    name_group,
    select_group,
    void_entries,
)
from planning.record.expected import (
    PLANNED,
    RECORDED,
    REPORTED,
    Conflict,
)
from planning.record.rows import Case, Desk, judge_row, open_desk
from province.errors import LedgerError
from province.ids import BatchId, EntryId, SiteId
from province.journal import EntryType, LedgerEntry, list_broken_links, standing_entries
from province.language import message
from province.ledger.append import Additions
from province.ledger.file import Ledger
from province.results import (
    Outcome,
    RecordedResult,
    ResultTask,
    identify_result,
    list_standing_results,
    name_task,
)
from province.stock import Batch


@dataclass(frozen=True, slots=True)
class Decision:
    """What is added; how many rows were there before; the conflicts that were settled."""

    additions: Additions
    num_known: int
    settled: tuple[Conflict, ...]


def decide_results(case: Case, ledger: Ledger) -> Decision:
    """Return what the rows add to a ledger.

    Raises
    ------
    LedgerError
        Naming every conflict that nobody settled.
    """
    desk = open_desk(case, ledger)
    known = sum(judge_row(desk, reported) for reported in case.reported)
    _refuse_cancelled(desk)
    for group in _list_groups(desk):
        if group not in desk.blocked:
            _judge_group(desk, group)
    if desk.open:
        conflicts = sorted(desk.open, key=lambda c: (c.placed.file, c.placed.line, c.column))
        raise LedgerError(
            *(conflict.as_message() for conflict in conflicts),
            message(
                "write who is right into the column settle, or add --settle; nothing was recorded"
            ),
        )
    additions = Additions(tuple(desk.entries), tuple(desk.fresh.values()))
    return Decision(additions, known, tuple(desk.settled))


def _refuse_cancelled(desk: Desk) -> None:
    """Note a conflict where a trip is said not to have taken place, but did something."""
    counting = (*list_standing_results(desk.ledger.results), *desk.fresh.values())
    active = {
        (result.row.month, result.row.trip_id)
        for result in counting
        if result.row.outcome is not Outcome.NOT_DONE and result.settled is not RECORDED
    }
    for base, result in list(desk.fresh.items()):
        row = result.row
        is_cancelled = row.task is ResultTask.TRIP and row.outcome is Outcome.NOT_DONE
        if is_cancelled and (row.month, row.trip_id) in active and result.settled is not RECORDED:
            text = message("trip {trip} did take place: tasks of it are done", trip=row.trip_id)
            choice = desk.settle(Conflict(desk.places[base], "outcome", text, (RECORDED,)))
            desk.fresh[base] = dataclasses.replace(result, settled=choice)


def _list_groups(desk: Desk) -> list[str]:
    """Return the groups that the new results touch, in the order of their days."""
    first: dict[str, date] = {}
    for result in desk.fresh.values():
        row = result.row
        if row.task in EXCHANGES and result.settled is not RECORDED and row.day:
            group = name_group(row)
            first[group] = min(first.get(group, row.day), row.day)
    return sorted(first, key=lambda group: (first[group], group))


def _judge_group(desk: Desk, group: str) -> None:
    """Note the entries of one batch on one trip, in place of those it had before."""
    fresh = {b: r for b, r in desk.fresh.items() if name_group(r.row) == group}
    lead = next(base for base, r in fresh.items() if r.row.task in EXCHANGES)
    everything = (*desk.ledger.results, *fresh.values())
    members = [
        result
        for result in list_standing_results(everything)
        if name_group(result.row) == group and moves_something(result.row)
    ]
    members += _close_open_end(desk, lead, members, everything)
    row = desk.fresh[lead].row
    batch = desk.case.province.batch_by_id[BatchId(str(row.content_id))]
    trip = desk.case.expected.trips.get((row.month, row.trip_id))
    home = trip.depot_id if trip else batch.depot_id
    before = select_group(row, standing_entries(desk.ledger.entries))
    voids = void_entries(before)
    base = (*desk.ledger.entries, *desk.entries, *voids)
    revision = count_revisions(row, desk.ledger.entries) + 1
    entries = _place_drafts(desk, lead, draft_entries(members, home), base, batch, group, revision)
    if entries is None or not _fits_what_follows(desk, lead, base, entries, batch):
        return
    if [_content(entry) for entry in before] != [_content(entry) for entry in entries]:
        desk.entries += [*voids, *entries]


def _content(entry: LedgerEntry) -> LedgerEntry:
    return dataclasses.replace(entry, entry_id=EntryId(""))


def _close_open_end(
    desk: Desk,
    lead: str,
    members: list[RecordedResult],
    everything: Iterable[RecordedResult],
) -> list[RecordedResult]:
    """Return the result of a planned onward delivery that the sheet is silent about."""
    taken = next((r for r in members if r.row.task is ResultTask.TAKE), None)
    if taken is None:
        return []
    onward = desk.case.expected.find(dataclasses.replace(taken.row, task=ResultTask.LEAVE))
    if onward is None or identify_result(onward) in {name_task(r) for r in everything}:
        return []
    text = message(
        "{content} was taken along, but nothing is said of leaving it at {site}",
        content=str(taken.row.content_id),
        site=onward.site_id,
    )
    placed = desk.places[lead]
    choice = desk.settle(Conflict(placed, "content_id", text, (REPORTED, PLANNED)))
    if choice is not PLANNED:
        return []
    key = identify_result(onward)
    row = dataclasses.replace(onward, boxes=None, books=None)
    desk.fresh[key] = RecordedResult(
        key, desk.case.sheet, f"{placed.file}:{placed.line}", "", "", PLANNED, row
    )
    return [desk.fresh[key]]


def _place_drafts(
    desk: Desk,
    lead: str,
    drafts: Iterable[Draft],
    base: tuple[LedgerEntry, ...],
    batch: Batch,
    group: str,
    revision: int,
) -> list[LedgerEntry] | None:
    """Return the entries of drafts, joined to where the ledger has the batch; None: a conflict."""
    entries: list[LedgerEntry] = []
    for draft in drafts:
        entry_id = name_entry(group, revision, len(entries))
        known = (*base, *entries)
        place = locate_before(known, batch, draft.day, entry_id)
        books, boxes = count_content(known, batch, draft.day)
        if draft.entry_type is EntryType.MOVED and place != draft.from_site:
            if not _is_settled(desk, lead, draft, place):
                return None
            note = "settled as reported"
            if draft.is_carried:
                found = dataclasses.replace(draft, from_site=place, to_site=draft.from_site)
                entries.append(make_entry(found, entry_id, books, boxes, note=note))
                entry_id = name_entry(group, revision, len(entries))
            else:
                draft = dataclasses.replace(draft, from_site=place)
                if place == draft.to_site:
                    continue
        entries.append(make_entry(draft, entry_id, books, boxes))
    return entries


def _is_settled(desk: Desk, lead: str, draft: Draft, place: SiteId) -> bool:
    """Whether a move from where the ledger does not have the batch may be recorded."""
    base = identify_result(draft.result.row)
    if base not in desk.fresh and draft.result.settled is REPORTED:
        return True
    if base not in desk.places:
        base = lead
    text = message(
        "{content} cannot come from {site} on {day}: the ledger has it at {place}",
        content=str(draft.result.row.content_id),
        site=draft.from_site,
        day=draft.day.isoformat(),
        place=place,
    )
    conflict = Conflict(desk.places[base], "content_id", text, (REPORTED, RECORDED))
    choice = desk.settle(conflict)
    if choice is RECORDED:
        _leave_out(desk, name_group(draft.result.row))
    elif choice is REPORTED:
        desk.fresh[base] = dataclasses.replace(desk.fresh[base], settled=REPORTED)
    return choice is REPORTED


def _leave_out(desk: Desk, group: str) -> None:
    """Let the new results of a batch on a trip stand in the ledger without counting."""
    for base, result in desk.fresh.items():
        if result.row.task in EXCHANGES and name_group(result.row) == group:
            desk.fresh[base] = dataclasses.replace(result, settled=RECORDED, replaces="")


def _fits_what_follows(
    desk: Desk,
    lead: str,
    base: tuple[LedgerEntry, ...],
    entries: list[LedgerEntry],
    batch: Batch,
) -> bool:
    """Whether later moves in the ledger still find the batch where they take it."""
    depots = {batch.batch_id: batch.depot_id}
    own = [entry for entry in (*base, *entries) if entry.batch_id == batch.batch_id]
    broken = list_broken_links(own, depots)
    if not broken:
        return True
    link = broken[0]
    text = message(
        "entry {entry} takes {content} from {site} on {day}; it would be at {place}",
        entry=link.entry.entry_id,
        content=batch.batch_id,
        site=link.entry.from_site,
        day=link.entry.day.isoformat(),
        place=link.place,
    )
    conflict = Conflict(desk.places[lead], "content_id", text, (RECORDED,))
    if desk.settle(conflict) is RECORDED:
        _leave_out(desk, name_group(desk.fresh[lead].row))
    return False
