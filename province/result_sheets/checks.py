"""What the cells of one row of a result sheet must say about each other and about the facts."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from province.facts import Province
from province.findings import advise_nearest_id
from province.ids import KitId
from province.language import Message, message
from province.places import SiteKind
from province.results import Outcome, ResultRow, ResultTask

Fault = tuple[str, Message, Message]
"""Column, what was expected, what to do."""

EXCHANGES = (ResultTask.LEAVE, ResultTask.TAKE)
COUNTED = (ResultTask.TAKE, ResultTask.SESSION)
CARRIED = (*EXCHANGES, ResultTask.KIT)
NAMED = (*CARRIED, ResultTask.COLLECT)
LENT = (ResultTask.TAKE, ResultTask.COLLECT)
COUNTED_BOOKS = (*EXCHANGES, ResultTask.COLLECT)
EARLY, LATE = timedelta(days=7), timedelta(days=45)
LONGEST_KEPT = timedelta(days=400)


def list_row_faults(row: ResultRow, province: Province) -> Iterator[Fault]:
    """Yield every fault of one row, in the order of `CHECKS`."""
    for check in CHECKS:
        yield from check(row, province)


def _sites_exist(row: ResultRow, province: Province) -> Iterator[Fault]:
    sites = province.site_by_id
    if row.site_id not in sites:
        yield (
            "site_id",
            message("an id that stands in {where}", where="libraries.csv"),
            advise_nearest_id(row.site_id, sites),
        )
        return
    is_depot = sites[row.site_id].kind is SiteKind.DEPOT
    if is_depot != (row.task is ResultTask.TRIP):
        yield (
            "site_id",
            message("the trip's depot") if not is_depot else message("a library"),
            message("correct the site or the task"),
        )


def _contents_exist(row: ResultRow, province: Province) -> Iterator[Fault]:
    column = "content_id"
    if row.task not in NAMED:
        if row.content_id:
            yield column, message("an empty cell for this task"), message("correct the task")
        return
    is_kit = row.task is ResultTask.KIT
    known: set[str] = set(province.kit_by_id if is_kit else province.batch_by_id)
    if row.content_id is None:
        yield column, message("a value"), message("fill it in")
    elif row.content_id not in known:
        where = "kits.csv" if is_kit else "batches.csv"
        yield (
            column,
            message("an id that stands in {where}", where=where),
            advise_nearest_id(row.content_id, known),
        )
    elif is_kit and (own := province.kit_by_id[KitId(row.content_id)].site_id) != row.site_id:
        yield (
            "site_id",
            message("the site of the kit, {site}", site=own),
            message("correct the site or the kit"),
        )


def _days_lie_in_the_month(row: ResultRow, province: Province) -> Iterator[Fault]:
    first, last = row.month.first_day - EARLY, row.month.last_day + LATE
    if row.day is None or first <= row.day <= last:
        return
    advice = message("correct the day or the month")
    if row.day.day <= 12 and first <= date(row.day.year, row.day.day, row.day.month) <= last:
        advice = message("day and month are swapped: swap them")
    yield "date", message("a day of {month} or soon after", month=str(row.month)), advice


def _stops_are_numbered(row: ResultRow, province: Province) -> Iterator[Fault]:
    if row.task is ResultTask.TRIP:
        if row.sequence:
            yield "sequence", message("an empty cell for this task"), message("delete the number")
        if not row.trip_id:
            yield "trip_id", message("a value"), message("fill it in")
    elif row.trip_id and not row.sequence:
        yield "sequence", message("the number of the stop in its trip"), message("fill it in")


def _what_failed_has_a_reason(row: ResultRow, province: Province) -> Iterator[Fault]:
    missing = row.boxes_missing or row.books_missing
    is_said = row.reason or row.kept_until or missing or (row.on_loan and row.task in LENT)
    if row.outcome is not Outcome.DONE and not is_said:
        yield "reason", message("why it was not done, or only partly"), message("fill it in")
    if row.outcome is Outcome.PARTLY and row.task in CARRIED and not _lacks_some(row, province):
        yield (
            "outcome",
            message("boxes_missing or books_missing filled in when something was missing"),
            message("fill in what was missing, or write done"),
        )


def _lacks_some(row: ResultRow, province: Province) -> bool:
    boxes, books = _find_full(row, province)
    return bool(
        row.boxes_missing
        or row.books_missing
        or (row.boxes is not None and row.boxes < boxes)
        or (row.books is not None and row.books < books)
    )


def _find_full(row: ResultRow, province: Province) -> tuple[int, int]:
    """Return the boxes and books of what a row is about, as the tables have them."""
    if row.task is ResultTask.KIT:
        return next((k.boxes for k in province.kits if k.kit_id == row.content_id), 0), 0
    batch = next((b for b in province.batches if b.batch_id == row.content_id), None)
    return (batch.boxes, batch.books) if batch else (0, 0)


def _counts_fit_the_task(row: ResultRow, province: Province) -> Iterator[Fault]:
    counts: tuple[tuple[str, object, bool], ...] = (
        ("boxes", row.boxes, row.task in CARRIED),
        ("books", row.books, row.task in COUNTED_BOOKS),
        ("boxes_missing", row.boxes_missing, row.task in CARRIED),
        ("books_missing", row.books_missing, row.task in COUNTED_BOOKS),
        ("books_damaged", row.books_damaged, row.task in EXCHANGES),
        ("uses", row.uses, row.task in COUNTED),
        ("readers", row.readers, row.task in (ResultTask.SESSION, ResultTask.TRAINING)),
        ("km", row.km, row.task is ResultTask.TRIP),
        ("kept_until", row.kept_until, row.task is ResultTask.TAKE),
        ("on_loan", row.on_loan, row.task in LENT),
        ("kept", row.kept, row.task is ResultTask.TAKE),
        ("signed_by", row.proof, row.task is not ResultTask.TRIP),
    )
    for column, value, is_fit in counts:
        if value and not is_fit:
            yield column, message("an empty cell for this task"), message("correct the task")
    if row.outcome is Outcome.NOT_DONE:
        for column, value in (
            ("boxes_missing", row.boxes_missing),
            ("books_missing", row.books_missing),
            ("books_damaged", row.books_damaged),
            ("readers", row.readers),
            ("on_loan", row.on_loan),
            ("kept_titles", row.kept_titles),
        ):
            if value:
                yield (
                    column,
                    message("an empty cell where nothing was done"),
                    message("write partly or done, or empty the cell"),
                )


def _counts_fit_the_batch(row: ResultRow, province: Province) -> Iterator[Fault]:
    boxes, books = _find_full(row, province)
    if row.task not in CARRIED or not boxes:
        return
    for column, value, most in (
        ("boxes", row.boxes, boxes),
        ("books", row.books, books),
        ("boxes_missing", row.boxes_missing, boxes),
        ("books_missing", row.books_missing, books),
        ("books_damaged", row.books_damaged, max(0, books - row.books_missing)),
    ):
        if value is not None and value > most:
            yield (
                column,
                message("at most {count}: {content} has no more", count=most,
                        content=str(row.content_id)),
                message("correct the number"),
            )  # fmt: skip


def _what_stays_fits_the_batch(row: ResultRow, province: Province) -> Iterator[Fault]:
    for column, count, codes in (
        ("on_loan", row.on_loan, row.on_loan_items),
        ("kept", row.kept, row.kept_titles),
    ):
        if count < len(codes):
            told = message("at least {count}, as many as the codes", count=len(codes))
            yield column, told, message("correct the number, or leave it empty")
    if row.task is ResultTask.TAKE:
        _, books = _find_full(row, province)
        rest = books - row.books_missing - 1
        if books and row.on_loan + row.kept > rest:
            yield (
                "kept" if row.kept else "on_loan",
                message("at most {count} books that stay behind", count=max(0, rest)),
                message("correct the number; write not-done where the whole batch stays"),
            )
    known = {t.title_id for t in province.titles if t.batch_id == row.content_id}
    if strange := [title for title in row.kept_titles if title not in known]:
        yield "kept_titles", message("titles of the batch"), advise_nearest_id(strange[0], known)


def _uses_add_up(row: ResultRow, province: Province) -> Iterator[Fault]:
    told = sum(uses for _, uses in row.uses_by_category)
    if row.uses_by_category and row.uses is not None and told != row.uses:
        yield (
            "uses",
            message("the sum of the categories, {count}", count=told),
            message("correct one of them, or leave uses empty"),
        )
    if row.uses_by_category and row.task not in COUNTED:
        yield "uses", message("an empty cell for this task"), message("correct the task")


def _what_is_kept_is_not_taken(row: ResultRow, province: Province) -> Iterator[Fault]:
    if row.kept_until is None or row.task is not ResultTask.TAKE:
        return
    since = row.day or row.month.first_day
    if row.outcome is not Outcome.NOT_DONE:
        yield (
            "kept_until",
            message("an empty cell where the batch was taken"),
            message("write not-done if the library keeps it"),
        )
    elif not since <= row.kept_until <= row.month.last_day + LONGEST_KEPT:
        yield (
            "kept_until",
            message("a day after the visit, within a year"),
            message("correct the day"),
        )


def _times_run_forward(row: ResultRow, province: Province) -> Iterator[Fault]:
    arrived, departed = row.arrived_min, row.departed_min
    if row.task is ResultTask.TRIP or arrived is None or departed is None:
        return
    if departed < arrived:
        yield "departed", message("a time after the arrival"), message("swap the two times")


Check = Callable[[ResultRow, Province], Iterator[Fault]]

CHECKS: tuple[Check, ...] = (
    _sites_exist,
    _contents_exist,
    _days_lie_in_the_month,
    _stops_are_numbered,
    _what_failed_has_a_reason,
    _counts_fit_the_task,
    _counts_fit_the_batch,
    _what_stays_fits_the_batch,
    _uses_add_up,
    _what_is_kept_is_not_taken,
    _times_run_forward,
)
