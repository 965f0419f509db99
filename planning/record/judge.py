"""Judges each row of a sheet: recorded before, at odds with the plan or a count, or new."""

import dataclasses
from dataclasses import dataclass, field

from planning.record.entries import count_content, moves_something, name_group
from planning.record.expected import (
    PLANNED,
    RECORDED,
    REPORTED,
    Conflict,
    Expected,
    Reported,
    find_plan_conflict,
)
from province.facts import Province
from province.ids import BatchId
from province.journal import LedgerEntry
from province.language import message
from province.ledger.append import Additions
from province.ledger.ledger_lines import Ledger
from province.result_sheets.read import PlacedRow
from province.results import (
    Outcome,
    RecordedResult,
    ResultRow,
    ResultTask,
    Settlement,
    fingerprint_result,
    identify_result,
    join_proofs,
    name_task,
)


@dataclass(frozen=True, slots=True)
class Reporting:
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


@dataclass(slots=True)
class Recording:
    """What has been decided so far.

    Parameters
    ----------
    by_task
        The results of the ledger by task.
    fresh, places
        New results by task, and the rows they come from.
    entries
        New entries.
    open, settled
        Conflicts that nobody settled, and those that were.
    blocked
        Groups of entries (see `name_group`) with an open conflict in one of their rows.
    num_known
        Rows that were recorded before.
    """

    case: Reporting
    ledger: Ledger
    by_task: dict[str, list[RecordedResult]]
    fresh: dict[str, RecordedResult] = field(default_factory=dict)
    places: dict[str, PlacedRow] = field(default_factory=dict)
    entries: list[LedgerEntry] = field(default_factory=list)
    open: list[Conflict] = field(default_factory=list)
    settled: list[Conflict] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    num_known: int = 0

    @property
    def additions(self) -> Additions:
        """What is added to the ledger."""
        return Additions(tuple(self.entries), tuple(self.fresh.values()))

    def settle(self, conflict: Conflict) -> Settlement | None:
        """Return who is right, and note the conflict as settled, or as open (None)."""
        choice = conflict.placed.row.settle or self.case.settle
        if choice in conflict.choices:
            self.settled.append(conflict)
            return choice
        self.open.append(conflict)
        self.blocked.add(name_group(conflict.placed.row))
        return None


def begin_recording(case: Reporting, ledger: Ledger) -> Recording:
    """Return a state on which nothing is decided yet."""
    by_task: dict[str, list[RecordedResult]] = {}
    for result in ledger.results:
        by_task.setdefault(name_task(result), []).append(result)
    return Recording(case, ledger, by_task)


def judge_row(state: Recording, reported: Reported) -> bool:
    """Note what a row adds; return True if it was recorded before."""
    row, placed = reported.row, reported.placed
    base, print_ = identify_result(row), fingerprint_result(placed.row)
    same = state.by_task.get(base, [])
    replaced = {result.replaces for result in same}
    live = [result for result in same if result.result_id not in replaced]
    if known := next((result for result in live if result.reported == print_), None):
        return not _add_proof(state, placed, row, known, len(same))
    settled: Settlement | None = None
    replaces = ""
    standing = [result for result in live if result.settled is not RECORDED]
    if standing:
        settled = state.settle(_already(placed, standing[0], same, print_))
        if settled is None:
            return False
        replaces = standing[0].result_id if settled is REPORTED else ""
    elif found := find_plan_conflict(reported, state.case.expected):
        settled = state.settle(found[0])
        if settled is None:
            return False
        if settled is PLANNED and found[1] is not None:
            row = found[1]
    if settled is not RECORDED:
        counted = _judge_count(state, placed, row)
        if counted is None:
            return False
        row = counted
    result_id = f"{base}~{len(same) + 1}" if same else base
    place = f"{placed.file}:{placed.line}"
    row = dataclasses.replace(row, settle=None)
    state.fresh[base] = RecordedResult(
        result_id, state.case.sheet, place, print_, replaces, settled, row
    )
    state.places[base] = placed
    return False


def _add_proof(
    state: Recording, placed: PlacedRow, row: ResultRow, known: RecordedResult, num_same: int
) -> bool:
    """Note the proof of a row that was recorded before without it, or with another one."""
    proof = join_proofs(known.row.proof, row.proof)
    if proof == known.row.proof:
        return False
    base = identify_result(row)
    state.fresh[base] = RecordedResult(
        f"{base}~{num_same + 1}", state.case.sheet, f"{placed.file}:{placed.line}",
        known.reported, known.result_id, known.settled, dataclasses.replace(known.row, proof=proof),
    )  # fmt: skip
    state.places[base] = placed
    return True


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


def _judge_count(state: Recording, placed: PlacedRow, row: ResultRow) -> ResultRow | None:
    """Return the row with what its count says is missing; None when that is in conflict."""
    batch = state.case.province.batch_by_id.get(BatchId(row.content_id or ""))
    if batch is None or not moves_something(row) or row.task is ResultTask.COLLECT:
        return row
    planned = state.case.expected.find(row)
    books, boxes = count_content(state.ledger.entries, batch, row.day)
    for result in state.fresh.values():
        if result.row.content_id == row.content_id:
            away = result.row.books_missing + result.row.on_loan + result.row.kept
            books, boxes = books - away, boxes - result.row.boxes_missing
    stays = row.on_loan + row.kept
    for column, count, missing, known, full, printed in (
        ("books", row.books, row.books_missing, books, batch.books, planned and planned.books),
        ("boxes", row.boxes, row.boxes_missing, boxes, batch.boxes, planned and planned.boxes),
    ):
        if count is None or {count, count + missing} & {known, full, printed}:
            continue
        if column == "books" and {count + stays, count + missing + stays} & {known, full}:
            continue
        if column == "books":
            known = max(0, known - stays)
        if row.outcome is Outcome.PARTLY and count < known:
            row = _count_missing(row, column, known - count)
            continue
        text = message(
            "{count} were counted, but there should be {known}", count=count, known=known
        )
        choices = (REPORTED, PLANNED) if count < known else (PLANNED,)
        choice = state.settle(Conflict(placed, column, text, choices))
        if choice is None:
            return None
        if choice is REPORTED:
            row = _count_missing(row, column, known - count)
    return row


def _count_missing(row: ResultRow, column: str, missing: int) -> ResultRow:
    if column == "books":
        return dataclasses.replace(row, books_missing=max(row.books_missing, missing))
    return dataclasses.replace(row, boxes_missing=max(row.boxes_missing, missing))
