"""Decides what the results of a sheet add to the ledger, or names all that contradicts."""

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from planning.record_moves import (
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
    void_entries,
)
from planning.record_plan import (
    PLANNED,
    RECORDED,
    REPORTED,
    Conflict,
    Expected,
    Reported,
    find_plan_conflict,
)
from province.errors import LedgerError
from province.facts import Province
from province.ids import BatchId, EntryId, SiteId
from province.journal import EntryType, LedgerEntry, list_broken_links, standing_entries
from province.language import message
from province.ledger import Additions
from province.ledger_file import Ledger
from province.results import (
    Outcome,
    RecordedResult,
    ResultRow,
    ResultTask,
    Settlement,
    fingerprint_result,
    identify_result,
    list_standing_results,
)
from province.results_read import PlacedRow
from province.stock import Batch


@dataclass(frozen=True, slots=True)
class Case:
    """All that the decision stands on, but the ledger.

    Parameters
    ----------
    sheet
        SHA-256 of the file.
    settle
        Who is right in rows that do not say it; None: nobody.
    """

    province: Province
    sheet: str
    reported: tuple[Reported, ...]
    expected: Expected
    settle: Settlement | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is added; how many rows were there before; the conflicts that were settled."""

    additions: Additions
    num_known: int
    settled: tuple[Conflict, ...]


@dataclass(slots=True)
class _Desk:
    """What has been decided so far."""

    case: Case
    ledger: Ledger
    by_task: dict[str, list[RecordedResult]]
    fresh: dict[str, RecordedResult]
    places: dict[str, PlacedRow]
    entries: list[LedgerEntry]
    open: list[Conflict]
    settled: list[Conflict]

    def settle(self, conflict: Conflict) -> Settlement | None:
        """Return who is right, and note the conflict as settled, or as open (None)."""
        choice = conflict.placed.row.settle or self.case.settle
        if choice in conflict.choices:
            self.settled.append(conflict)
            return choice
        self.open.append(conflict)
        return None


def decide_results(case: Case, ledger: Ledger) -> Decision:
    """Return what the rows add to a ledger.

    Raises
    ------
    LedgerError
        Naming every conflict that nobody settled.
    """
    by_task: dict[str, list[RecordedResult]] = {}
    for result in ledger.results:
        by_task.setdefault(_name_task(result), []).append(result)
    desk = _Desk(case, ledger, by_task, {}, {}, [], [], [])
    known = sum(_judge_row(desk, reported) for reported in case.reported)
    _refuse_cancelled(desk)
    for group in _list_groups(desk):
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


def _judge_row(desk: _Desk, reported: Reported) -> bool:
    """Note what a row adds; return True if it was recorded before."""
    row, placed = reported.row, reported.placed
    base, print_ = identify_result(row), fingerprint_result(placed.row)
    same = desk.by_task.get(base, [])
    replaced = {result.replaces for result in same}
    live = [result for result in same if result.result_id not in replaced]
    if any(result.reported == print_ for result in live):
        return True
    settled: Settlement | None = None
    replaces = ""
    standing = [result for result in live if result.settled is not RECORDED]
    if standing:
        settled = desk.settle(_already(placed, standing[0], same, print_))
        if settled is None:
            return False
        replaces = standing[0].result_id if settled is REPORTED else ""
    elif found := find_plan_conflict(reported, desk.case.expected):
        settled = desk.settle(found[0])
        if settled is None:
            return False
        if settled is PLANNED and found[1] is not None:
            row = found[1]
    if settled is not RECORDED:
        counted = _judge_count(desk, placed, row)
        if counted is None:
            return False
        row = counted
    result_id = f"{base}~{len(same) + 1}" if same else base
    place = f"{placed.file}:{placed.line}"
    row = dataclasses.replace(row, settle=None)
    desk.fresh[base] = RecordedResult(
        result_id, desk.case.sheet, place, print_, replaces, settled, row
    )
    desk.places[base] = placed
    return False


def _name_task(result: RecordedResult) -> str:
    return re.sub(r"~\d+$", "", result.result_id)


def _already(
    placed: PlacedRow, standing: RecordedResult, same: list[RecordedResult], fingerprint: str
) -> Conflict:
    was_corrected = any(result.reported == fingerprint for result in same)
    text = (
        message("this was recorded, and corrected since by {place}", place=standing.place)
        if was_corrected
        else message("this task was recorded otherwise from {place}", place=standing.place)
    )
    return Conflict(placed, "outcome", text, (REPORTED, RECORDED))


def _judge_count(desk: _Desk, placed: PlacedRow, row: ResultRow) -> ResultRow | None:
    """Return the row with what its count says is missing; None when that is in conflict."""
    batch = desk.case.province.batch_by_id.get(BatchId(row.content_id or ""))
    if batch is None or not moves_something(row):
        return row
    planned = desk.case.expected.find(row)
    has = count_content(desk.ledger.entries, batch, row.day)
    for column, count, missing, known, full, printed in (
        ("books", row.books, row.books_missing, has[0], batch.books, planned and planned.books),
        ("boxes", row.boxes, row.boxes_missing, has[1], batch.boxes, planned and planned.boxes),
    ):
        if count is None or {count, count + missing} & {known, full, printed}:
            continue
        text = message(
            "{count} were counted, but there should be {known}", count=count, known=known
        )
        choices = (REPORTED, PLANNED) if count < known else (PLANNED,)
        choice = desk.settle(Conflict(placed, column, text, choices))
        if choice is None:
            return None
        if choice is REPORTED and column == "books":
            row = dataclasses.replace(row, books_missing=max(missing, known - count))
        elif choice is REPORTED:
            row = dataclasses.replace(row, boxes_missing=max(missing, known - count))
    return row


def _refuse_cancelled(desk: _Desk) -> None:
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


def _list_groups(desk: _Desk) -> list[str]:
    """Return the groups that the new results touch, in the order of their days."""
    first: dict[str, date] = {}
    for result in desk.fresh.values():
        row = result.row
        if row.task in EXCHANGES and result.settled is not RECORDED and row.day:
            group = name_group(row)
            first[group] = min(first.get(group, row.day), row.day)
    return sorted(first, key=lambda group: (first[group], group))


def _judge_group(desk: _Desk, group: str) -> None:
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
    before = [entry for entry in standing_entries(desk.ledger.entries)
              if entry.entry_id.startswith(group)]  # fmt: skip
    voids = void_entries(before)
    base = (*desk.ledger.entries, *desk.entries, *voids)
    revision = count_revisions(group, desk.ledger.entries) + 1
    entries = _place_drafts(desk, lead, draft_entries(members, home), base, batch, group, revision)
    if entries is None or not _fits_what_follows(desk, lead, base, entries, batch):
        return
    if [_content(entry) for entry in before] != [_content(entry) for entry in entries]:
        desk.entries += [*voids, *entries]


def _content(entry: LedgerEntry) -> LedgerEntry:
    return dataclasses.replace(entry, entry_id=EntryId(""))


def _close_open_end(
    desk: _Desk,
    lead: str,
    members: list[RecordedResult],
    everything: Iterable[RecordedResult],
) -> list[RecordedResult]:
    """Return the result of a planned onward delivery that the sheet is silent about."""
    taken = next((r for r in members if r.row.task is ResultTask.TAKE), None)
    if taken is None:
        return []
    onward = desk.case.expected.find(dataclasses.replace(taken.row, task=ResultTask.LEAVE))
    if onward is None or identify_result(onward) in {_name_task(r) for r in everything}:
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
    desk: _Desk,
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


def _is_settled(desk: _Desk, lead: str, draft: Draft, place: SiteId) -> bool:
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


def _leave_out(desk: _Desk, group: str) -> None:
    """Let the new results of a batch on a trip stand in the ledger without counting."""
    for base, result in desk.fresh.items():
        if result.row.task in EXCHANGES and name_group(result.row) == group:
            desk.fresh[base] = dataclasses.replace(result, settled=RECORDED, replaces="")


def _fits_what_follows(
    desk: _Desk,
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
