"""What happened to a batch, or at a library, as rows to show."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from province.facts import Province
from province.find_name import find_one, list_known
from province.journal import EntryType, standing_entries
from province.language import Language, mark, message, translate
from province.lendings import LEAVING, OWNERS
from province.results import (
    Outcome,
    RecordedResult,
    ResultRow,
    ResultTask,
    Settlement,
    list_standing_results,
)

EVENTS = {
    "moved": mark("moved"),
    "lost_books": mark("books lost"),
    "damaged_books": mark("books damaged"),
    "missing_boxes": mark("boxes missing"),
    "on_loan": mark("books with readers"),
    "kept": mark("books kept on the shelf"),
    "collected": mark("books collected"),
    "lost_left": mark("books lost that stayed behind"),
    "exchange-leave": mark("delivery"),
    "exchange-take": mark("collection"),
    "collect": mark("books collected"),
    "session": mark("session"),
    "kit": mark("kit"),
    "training": mark("training"),
    "lent": mark("lent"),
    "borrowed": mark("borrowed"),
    "given_back": mark("given back"),
    "taken_back": mark("taken back by its owner"),
}
"""What people read for each event of the ledger."""

FATES = {
    "stands": mark("stands"),
    "not-done": mark("not done"),
    "partly": mark("partly done"),
    "taken-back": mark("taken back"),
    "corrected": mark("corrected"),
    "left-out": mark("left out"),
}
"""What people read for what became of an event."""

FETCHING = (ResultTask.TAKE, ResultTask.COLLECT)

Event = tuple[date, str, dict[str, Any]]
"""The day of an event, what sorts the events of one day, and its row."""


def tabulate_history(
    province: Province, name: str, language: Language | None = None
) -> list[dict[str, Any]]:
    """Return a row per event of a batch or at a site, by day; also what was taken back.

    Parameters
    ----------
    name
        An id, or what people call it.
    language
        Of the words for what happened and its state; None leaves keys of `EVENTS` and `FATES`.

    Raises
    ------
    InputError
        If no batch and no site is called so, or several are.
    """
    expected = message("a batch or a library")
    code = find_one(list_known(province), name, file="ledger", expected=expected)
    events = [
        *_list_entries(province, code),
        *_list_results(province, code),
        *_list_lendings(province, code),
    ]
    rows = [row for *_, row in sorted(events, key=lambda event: event[:2])]
    if language is not None:
        for row in rows:
            row["what"] = translate(EVENTS[row["what"]], language)
            row["state"] = translate(FATES[row["state"]], language)
    return rows


def _list_entries(province: Province, name: str) -> Iterator[Event]:
    standing = {entry.entry_id for entry in standing_entries(province.journal)}
    for entry in province.journal:
        if entry.entry_type is EntryType.VOID:
            continue
        if name not in (entry.batch_id, entry.from_site, entry.to_site):
            continue
        row = {
            mark("date"): entry.day.isoformat(),
            mark("what"): entry.entry_type.value,
            mark("state"): "stands" if entry.entry_id in standing else "taken-back",
            mark("batch"): entry.batch_id,
            mark("from"): entry.from_site,
            mark("to"): entry.to_site,
            mark("books"): entry.books,
            mark("boxes"): entry.boxes,
            mark("uses"): None,
            mark("readers"): None,
            mark("trip"): entry.trip_id,
            mark("note"): entry.note,
        }
        yield entry.day, entry.entry_id, row


def _list_lendings(province: Province, name: str) -> Iterator[Event]:
    """Yield when a batch came from another province or went there."""
    for line in province.lendings:
        terms = line.terms
        depot = terms.owner_depot if line.step in OWNERS else terms.borrower_depot
        if name not in (line.batch_id, depot):
            continue
        is_leaving = line.step in LEAVING
        row = {
            "date": line.day.isoformat(),
            "what": line.step.value,
            "state": "stands",
            "batch": line.batch_id,
            "from": depot if is_leaving else line.partner.folder,
            "to": line.partner.folder if is_leaving else depot,
            "books": line.books,
            "boxes": line.boxes,
            "uses": None,
            "readers": None,
            "trip": "",
            "note": f"{line.loan_id} → {terms.until}",
        }
        yield line.day, line.line_id, row


def _list_results(province: Province, name: str) -> Iterator[Event]:
    """Yield the results that no entry of the journal tells: what was not done, or only counted."""
    standing = {result.result_id for result in list_standing_results(province.results)}
    for result in province.results:
        told = result.row
        if told.task is ResultTask.TRIP or name not in (told.content_id, told.site_id):
            continue
        if _is_told_by_entries(told):
            continue
        day = told.day or told.month.first_day
        row = {
            "date": day.isoformat(),
            "what": told.task.value,
            "state": _name_fate(result, is_standing=result.result_id in standing),
            "batch": told.content_id or "",
            "from": told.site_id if told.task in FETCHING else "",
            "to": "" if told.task in FETCHING else told.site_id,
            "books": None,
            "boxes": told.boxes,
            "uses": _sum_uses(told),
            "readers": told.readers,
            "trip": told.trip_id,
            "note": _say_note(told),
        }
        yield day, f"R{result.result_id}", row


def _is_told_by_entries(row: ResultRow) -> bool:
    is_exchange = row.task in (ResultTask.LEAVE, *FETCHING)
    return is_exchange and row.outcome is not Outcome.NOT_DONE and _sum_uses(row) is None


def _sum_uses(row: ResultRow) -> int | None:
    if row.uses is None and row.uses_by_category:
        return sum(uses for _, uses in row.uses_by_category)
    return row.uses


def _name_fate(result: RecordedResult, *, is_standing: bool) -> str:
    if result.settled is Settlement.AS_RECORDED:
        return "left-out"
    if not is_standing:
        return "corrected"
    return "stands" if result.row.outcome is Outcome.DONE else result.row.outcome.value


def _say_note(row: ResultRow) -> str:
    kept = f"→ {row.kept_until.isoformat()}" if row.kept_until else ""
    return "; ".join(part for part in (row.reason, kept, row.note) if part)
