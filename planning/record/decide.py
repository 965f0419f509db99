"""Decides what the results of a sheet add to the ledger, or names all that contradicts."""

import dataclasses
from collections.abc import Iterable
from datetime import date

from planning.record.entries import (
    BOOK_TASKS,
    DraftEntry,
    count_content,
    count_left,
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
from planning.record.expected import PLANNED, RECORDED, REPORTED, Conflict
from planning.record.judge import Recording, Reporting, begin_recording, judge_row
from province.errors import LedgerError
from province.ids import BatchId, EntryId, SiteId
from province.journal import EntryType, LedgerEntry, list_broken_links, standing_entries
from province.language import message
from province.ledger.ledger_lines import Ledger
from province.left_behind import GATHERING, LEAVING, list_overdrawn
from province.results import (
    Outcome,
    RecordedResult,
    ResultRow,
    ResultTask,
    identify_result,
    list_standing_results,
    name_task,
)
from province.stock import Batch


def decide_results(case: Reporting, ledger: Ledger) -> Recording:
    """Return what is decided of the rows, and with it what they add to a ledger.

    Raises
    ------
    LedgerError
        Naming every conflict that nobody settled.
    """
    state = begin_recording(case, ledger)
    state.num_known = sum(judge_row(state, reported) for reported in case.reported)
    _refuse_cancelled(state)
    for group in _list_groups(state):
        if group not in state.blocked:
            _judge_group(state, group)
    if state.open:
        conflicts = sorted(state.open, key=lambda c: (c.placed.file, c.placed.line, c.column))
        raise LedgerError(
            *(conflict.as_message() for conflict in conflicts),
            message(
                "write who is right into the column settle, or add --settle; nothing was recorded"
            ),
        )
    return state


def _refuse_cancelled(state: Recording) -> None:
    """Note a conflict where a trip is said not to have taken place, but did something."""
    counting = (*list_standing_results(state.ledger.results), *state.fresh.values())
    active = {
        (result.row.month, result.row.trip_id)
        for result in counting
        if result.row.outcome is not Outcome.NOT_DONE and result.settled is not RECORDED
    }
    for base, result in list(state.fresh.items()):
        row = result.row
        is_cancelled = row.task is ResultTask.TRIP and row.outcome is Outcome.NOT_DONE
        if is_cancelled and (row.month, row.trip_id) in active and result.settled is not RECORDED:
            text = message("trip {trip} did take place: tasks of it are done", trip=row.trip_id)
            choice = state.settle(Conflict(state.places[base], "outcome", text, (RECORDED,)))
            state.fresh[base] = dataclasses.replace(result, settled=choice)


def _list_groups(state: Recording) -> list[str]:
    """Return the groups that the new results touch, in the order of their days."""
    first: dict[str, date] = {}
    for result in state.fresh.values():
        row = result.row
        if row.task in BOOK_TASKS and result.settled is not RECORDED and row.day:
            group = name_group(row)
            first[group] = min(first.get(group, row.day), row.day)
    return sorted(first, key=lambda group: (first[group], group))


def _judge_group(state: Recording, group: str) -> None:
    """Note the entries of one batch on one trip, in place of those it had before."""
    fresh = {b: r for b, r in state.fresh.items() if name_group(r.row) == group}
    lead = next(base for base, r in fresh.items() if r.row.task in BOOK_TASKS)
    everything = (*state.ledger.results, *fresh.values())
    members = [
        result
        for result in list_standing_results(everything)
        if name_group(result.row) == group and moves_something(result.row)
    ]
    members += _close_open_end(state, lead, members, everything)
    row = state.fresh[lead].row
    batch = state.case.province.batch_by_id[BatchId(str(row.content_id))]
    trip = state.case.expected.trips.get((row.month, row.trip_id))
    home = trip.depot_id if trip else batch.depot_id
    before = select_group(row, standing_entries(state.ledger.entries))
    voids = void_entries(before)
    base = (*state.ledger.entries, *state.entries, *voids)
    revision = count_revisions(row, state.ledger.entries) + 1
    entries = _place_drafts(state, lead, draft_entries(members, home), base, batch, group, revision)
    if entries is None or not _fits_what_follows(state, lead, base, entries, batch):
        return
    if [_content(entry) for entry in before] != [_content(entry) for entry in entries]:
        state.entries += [*voids, *entries]


def _content(entry: LedgerEntry) -> LedgerEntry:
    return dataclasses.replace(entry, entry_id=EntryId(""))


def _close_open_end(
    state: Recording,
    lead: str,
    members: list[RecordedResult],
    everything: Iterable[RecordedResult],
) -> list[RecordedResult]:
    """Return the result of a planned onward delivery that the sheet is silent about."""
    taken = next((r for r in members if r.row.task is ResultTask.TAKE), None)
    if taken is None:
        return []
    onward = state.case.expected.find(dataclasses.replace(taken.row, task=ResultTask.LEAVE))
    if onward is None or identify_result(onward) in {name_task(r) for r in everything}:
        return []
    text = message(
        "{content} was taken along, but nothing is said of leaving it at {site}",
        content=str(taken.row.content_id),
        site=onward.site_id,
    )
    placed = state.places[lead]
    choice = state.settle(Conflict(placed, "content_id", text, (REPORTED, PLANNED)))
    if choice is not PLANNED:
        return []
    key = identify_result(onward)
    row = dataclasses.replace(onward, boxes=None, books=None)
    state.fresh[key] = RecordedResult(
        key, state.case.sheet, f"{placed.file}:{placed.line}", "", "", PLANNED, row
    )
    return [state.fresh[key]]


def _place_drafts(
    state: Recording,
    lead: str,
    drafts: Iterable[DraftEntry],
    base: tuple[LedgerEntry, ...],
    batch: Batch,
    group: str,
    revision: int,
) -> list[LedgerEntry] | None:
    """Return the entries of drafts, joined to where the ledger has the batch; None: a conflict."""
    entries: list[LedgerEntry] = []
    staying: list[DraftEntry] = []

    def add(one: DraftEntry, *, note: str = "") -> None:
        content = count_content((*base, *entries), batch, one.day)
        entry = make_entry(one, name_entry(group, revision, len(entries)), *content, note=note)
        entry = _fit_left(entry, (*base, *entries), one.result.row)
        if entry.books or entry.entry_type not in GATHERING:
            entries.append(entry)

    for draft in drafts:
        if draft.entry_type in LEAVING:
            staying.append(draft)  # until it is known from where the batch goes
            continue
        entry_id = name_entry(group, revision, len(entries))
        place = locate_before((*base, *entries), batch, draft.day, entry_id)
        if draft.entry_type is EntryType.MOVED and place != draft.from_site:
            if not _is_settled(state, lead, draft, place):
                return None
            note = "settled as reported"
            if draft.is_carried:
                add(dataclasses.replace(draft, from_site=place, to_site=draft.from_site), note=note)
                staying = [dataclasses.replace(one, day=draft.day) for one in staying]
            else:
                draft = dataclasses.replace(draft, from_site=place)
                if place == draft.to_site:
                    continue
        if draft.entry_type is EntryType.MOVED:
            for one in staying:
                add(one)
            staying = []
        add(draft)
    return entries


def _fit_left(entry: LedgerEntry, known: tuple[LedgerEntry, ...], row: ResultRow) -> LedgerEntry:
    """Return an entry about what stayed behind with as many books as there are.

    All are collected but those that the row says are still with readers, or did not count.
    """
    if entry.entry_type not in GATHERING:
        return entry
    there = count_left(known, entry.batch_id, entry.from_site, entry)
    if entry.entry_type is EntryType.LOST_LEFT:
        books = min(there, entry.books)
    elif row.on_loan or row.books is None:
        books = max(0, there - row.on_loan)
    else:
        books = min(there, row.books)
    return dataclasses.replace(entry, books=books)


def _is_settled(state: Recording, lead: str, draft: DraftEntry, place: SiteId) -> bool:
    """Whether a move from where the ledger does not have the batch may be recorded."""
    base = identify_result(draft.result.row)
    if base not in state.fresh and draft.result.settled is REPORTED:
        return True
    if base not in state.places:
        base = lead
    text = message(
        "{content} cannot come from {site} on {day}: the ledger has it at {place}",
        content=str(draft.result.row.content_id),
        site=draft.from_site,
        day=draft.day.isoformat(),
        place=place,
    )
    conflict = Conflict(state.places[base], "content_id", text, (REPORTED, RECORDED))
    choice = state.settle(conflict)
    if choice is RECORDED:
        _leave_out(state, name_group(draft.result.row))
    elif choice is REPORTED:
        state.fresh[base] = dataclasses.replace(state.fresh[base], settled=REPORTED)
    return choice is REPORTED


def _leave_out(state: Recording, group: str) -> None:
    """Let the new results of a batch on a trip stand in the ledger without counting."""
    for base, result in state.fresh.items():
        if result.row.task in BOOK_TASKS and name_group(result.row) == group:
            state.fresh[base] = dataclasses.replace(result, settled=RECORDED, replaces="")


def _fits_what_follows(
    state: Recording,
    lead: str,
    base: tuple[LedgerEntry, ...],
    entries: list[LedgerEntry],
    batch: Batch,
) -> bool:
    """Whether later moves in the ledger still find the batch where they take it."""
    depots = {batch.batch_id: batch.depot_id}
    own = [entry for entry in (*base, *entries) if entry.batch_id == batch.batch_id]
    broken = list_broken_links(own, depots)
    overdrawn = list_overdrawn(own, {batch.batch_id: batch.books})
    if broken:
        link = broken[0]
        text = message(
            "entry {entry} takes {content} from {site} on {day}; it would be at {place}",
            entry=link.entry.entry_id,
            content=batch.batch_id,
            site=link.entry.from_site,
            day=link.entry.day.isoformat(),
            place=link.place,
        )
    elif overdrawn:
        text = message(
            "entry {entry} tells of {books} books of {content} at {site} on {day}; there would not"
            " be so many",
            entry=overdrawn[0].entry_id,
            books=overdrawn[0].books,
            content=batch.batch_id,
            site=overdrawn[0].from_site,
            day=overdrawn[0].day.isoformat(),
        )
    else:
        return True
    conflict = Conflict(state.places[lead], "content_id", text, (RECORDED,))
    if state.settle(conflict) is RECORDED:
        _leave_out(state, name_group(state.fresh[lead].row))
    return False
