"""What happened to a batch, or at a library, as rows to show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from province.facts import Province
from province.find_name import find_one, list_known
from province.journal import EntryType, LedgerEntry, standing_entries
from province.language import Language, mark, message, translate
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
    "exchange-leave": mark("delivery"),
    "exchange-take": mark("collection"),
    "session": mark("session"),
    "kit": mark("kit"),
    "training": mark("training"),
}
"""What people read for each event of the ledger."""

FATES = {
    "": mark("stands"),
    "not-done": mark("not done"),
    "partly": mark("partly done"),
    "taken-back": mark("taken back"),
    "corrected": mark("corrected"),
    "left-out": mark("left out"),
}
"""What people read for what became of an event."""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One thing that happened.

    Parameters
    ----------
    event, fate
        Keys of `EVENTS` and `FATES`.
    order
        Sorts the events of one day.
    """

    day: date
    order: str
    event: str
    fate: str
    content_id: str
    from_site: str
    to_site: str
    books: int | None
    boxes: int | None
    uses: int | None
    readers: int | None
    trip_id: str
    note: str


def list_history(province: Province, name: str) -> tuple[HistoryRow, ...]:
    """Return the events of a batch or at a site, by day; also what was taken back or corrected.

    Parameters
    ----------
    name
        An id, or what people call it.

    Raises
    ------
    InputError
        If no batch and no site is called so, or several are.
    """
    expected = message("a batch or a library")
    code = find_one(list_known(province), name, file="ledger", expected=expected)
    events = [*_list_entries(province, code), *_list_results(province, code)]
    return tuple(sorted(events, key=lambda event: (event.day, event.order)))


def _list_entries(province: Province, name: str) -> Iterator[HistoryRow]:
    standing = {entry.entry_id for entry in standing_entries(province.journal)}
    for entry in province.journal:
        if entry.entry_type is EntryType.VOID or not _is_about(entry, name):
            continue
        yield HistoryRow(
            day=entry.day,
            order=entry.entry_id,
            event=entry.entry_type.value,
            fate="" if entry.entry_id in standing else "taken-back",
            content_id=entry.batch_id,
            from_site=entry.from_site,
            to_site=entry.to_site,
            books=entry.books,
            boxes=entry.boxes,
            uses=None,
            readers=None,
            trip_id=entry.trip_id,
            note=entry.note,
        )


def _is_about(entry: LedgerEntry, name: str) -> bool:
    return name in (entry.batch_id, entry.from_site, entry.to_site)


def _list_results(province: Province, name: str) -> Iterator[HistoryRow]:
    """Yield the results that no entry of the journal tells: what was not done, or only counted."""
    standing = {result.result_id for result in list_standing_results(province.results)}
    for result in province.results:
        row = result.row
        if row.task is ResultTask.TRIP or name not in (row.content_id, row.site_id):
            continue
        if _is_told_by_entries(row):
            continue
        yield HistoryRow(
            day=row.day or row.month.first_day,
            order=f"R{result.result_id}",
            event=row.task.value,
            fate=_name_fate(result, is_standing=result.result_id in standing),
            content_id=row.content_id or "",
            from_site=row.site_id if row.task is ResultTask.TAKE else "",
            to_site="" if row.task is ResultTask.TAKE else row.site_id,
            books=None,
            boxes=row.boxes,
            uses=_sum_uses(row),
            readers=row.readers,
            trip_id=row.trip_id,
            note=_say_note(row),
        )


def _is_told_by_entries(row: ResultRow) -> bool:
    is_exchange = row.task in (ResultTask.LEAVE, ResultTask.TAKE)
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
    return "" if result.row.outcome is Outcome.DONE else result.row.outcome.value


def _say_note(row: ResultRow) -> str:
    kept = f"→ {row.kept_until.isoformat()}" if row.kept_until else ""
    return "; ".join(part for part in (row.reason, kept, row.note) if part)


def tabulate_history(
    province: Province, name: str, language: Language | None = None
) -> list[dict[str, Any]]:
    """Return a row per event.

    Parameters
    ----------
    language
        Of the words for event and fate; None leaves their keys.
    """
    rows = []
    for event in list_history(province, name):
        words = event.event, event.fate or "stands"
        if language is not None:
            words = (
                translate(EVENTS[event.event], language),
                translate(FATES[event.fate], language),
            )
        rows.append(
            {
                mark("date"): event.day.isoformat(),
                mark("what"): words[0],
                mark("state"): words[1],
                mark("batch"): event.content_id,
                mark("from"): event.from_site,
                mark("to"): event.to_site,
                mark("books"): event.books,
                mark("boxes"): event.boxes,
                mark("uses"): event.uses,
                mark("readers"): event.readers,
                mark("trip"): event.trip_id,
                mark("note"): event.note,
            }
        )
    return rows
