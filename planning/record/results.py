"""Records the results of trips in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from planning.plan import Plan
from planning.record.decide import decide_results
from planning.record.expected import (
    Conflict,
    Expected,
    Reported,
    complete_rows,
    expect_results,
    list_open_tasks,
)
from planning.record.judge import Recording, Reporting
from planning.record.signed import SignedStop, list_proofs, summarise_signed
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.findings import Findings
from province.journal import EntryType, LedgerEntry
from province.language import message
from province.ledger.append import Additions, record_additions
from province.ledger.ledger_lines import Ledger
from province.ledger.proof_files import keep_pictures
from province.left_behind import LeftBehind, list_left
from province.result_sheets.read import ResultSheet
from province.results import Outcome, ResultRow, ResultTask, Settlement


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording a sheet did.

    Parameters
    ----------
    num_rows, num_new, num_known
        Rows of the sheet, those that were new, those that were there before.
    entries
        Entries added to the journal, voids included.
    settled
        Conflicts that were settled.
    open_tasks
        Tasks of the same trips that nothing was reported of yet.
    proofs
        How the stops were signed.
    left
        Books that stayed behind at the sites told of and are still to be collected.
    is_dry
        Nothing was written.
    """

    file: str
    num_rows: int
    num_new: int
    num_known: int
    entries: tuple[LedgerEntry, ...]
    settled: tuple[Conflict, ...]
    open_tasks: tuple[ResultRow, ...]
    is_dry: bool
    proofs: tuple[SignedStop, ...] = ()
    left: tuple[LeftBehind, ...] = ()

    @property
    def num_moves(self) -> int:
        """Moves of batches that were added."""
        return sum(entry.entry_type is EntryType.MOVED for entry in self.entries)

    @property
    def num_voids(self) -> int:
        """Entries that were taken back."""
        return sum(entry.entry_type is EntryType.VOID for entry in self.entries)


def list_planned_months(sheet: ResultSheet) -> tuple[Month, ...]:
    """Return the months whose plans the rows of a sheet speak of."""
    return tuple(sorted({placed.row.month for placed in sheet.rows if placed.row.trip_id}))


def record_results(
    province: Province,
    sheet: ResultSheet,
    plans: Mapping[Month, Plan],
    *,
    settle: Settlement | None = None,
    on_day: date | None = None,
    is_dry: bool = False,
) -> Recorded:
    """Record all rows of a sheet, or none.

    Rows that were recorded before, as they stand there, are passed over.

    Parameters
    ----------
    plans
        The plan of every month that `list_planned_months` names.
    settle
        Who is right in rows that contradict and do not say it themselves.
    on_day
        Day of the rows that have none; None: as planned.
    is_dry
        Only say what would be recorded.

    Raises
    ------
    InputError
        If a row names a trip or a stop that its plan does not have.
    LedgerError
        If rows contradict the plan, the ledger or what was recorded before, and nobody is said
        to be right; or another program is writing to the ledger.
    """
    expected = expect_results(plans)
    reported = _complete(province, sheet, expected, on_day)
    case = Reporting(province, sheet.digest, reported, expected, settle)
    decided: list[Recording] = []

    def decide(ledger: Ledger) -> Additions:
        decided.append(decide_results(case, ledger))
        if not is_dry:
            keep_pictures(province.folder, (p for one in sheet.rows for p in one.pictures))
        return decided[-1].additions

    added, state = record_additions(province, decide, is_dry=is_dry), decided[-1]
    results = [result.row for result in (*state.ledger.results, *added.results)]
    trips = {(r.row.month, r.row.trip_id) for r in reported if r.row.trip_id}
    return Recorded(
        file=sheet.name,
        num_rows=len(reported),
        num_new=len(reported) - state.num_known,
        num_known=state.num_known,
        entries=added.entries,
        settled=tuple(state.settled),
        open_tasks=list_open_tasks(expected, trips, results),
        is_dry=is_dry,
        proofs=list_proofs(state.fresh.values(), province.settings.handover.far_m),
        left=_list_left(province, reported, (*state.ledger.entries, *added.entries)),
    )


def _complete(
    province: Province, sheet: ResultSheet, expected: Expected, on_day: date | None
) -> tuple[Reported, ...]:
    findings = Findings()
    reported = complete_rows(sheet, expected, province.site_by_id, on_day, findings)
    _refuse_double_trips(reported, findings)
    if findings.faults:
        raise InputError(findings.faults)
    return reported


def _list_left(
    province: Province, reported: tuple[Reported, ...], entries: tuple[LedgerEntry, ...]
) -> tuple[LeftBehind, ...]:
    """Return what is left behind now at the sites that a sheet tells of."""
    told = {one.row.site_id for one in reported}
    return tuple(one for one in list_left(entries) if one.site_id in told and one.to_collect)


def _refuse_double_trips(reported: tuple[Reported, ...], findings: Findings) -> None:
    """Add a finding where a sheet cancels a trip and says that something of it was done."""
    done = {(r.row.month, r.row.trip_id) for r in reported if r.row.outcome is not Outcome.NOT_DONE}
    for r in reported:
        is_cancelled = r.row.task is ResultTask.TRIP and r.row.outcome is Outcome.NOT_DONE
        if is_cancelled and (r.row.month, r.row.trip_id) in done:
            findings.at(r.placed.file, r.placed.line, "outcome").add(
                r.row.outcome.value,
                expected=message("done or partly: tasks of this trip are done"),
                advice=message("correct the outcome of the trip or of its tasks"),
            )


def summarise_recorded(recorded: Recorded) -> dict[str, Any]:
    """Return what was recorded as plain data."""
    return {
        "file": recorded.file,
        "rows": recorded.num_rows,
        "recorded": recorded.num_new,
        "recorded_before": recorded.num_known,
        "moves": recorded.num_moves,
        "taken_back": recorded.num_voids,
        "settled": [str(conflict.as_message()) for conflict in recorded.settled],
        "open_tasks": [
            {
                "trip_id": row.trip_id,
                "sequence": row.sequence,
                "site_id": row.site_id,
                "task": row.task.value,
                "content_id": row.content_id or "",
            }
            for row in recorded.open_tasks
        ],
        "signed": [summarise_signed(one) for one in recorded.proofs],
        "left_behind": [
            {
                "batch_id": one.batch_id,
                "site_id": one.site_id,
                "since": one.since.isoformat(),
                "on_loan": one.on_loan,
                "kept": one.kept,
            }
            for one in recorded.left
        ],
        "dry_run": recorded.is_dry,
    }
