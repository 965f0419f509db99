"""What a trip's crew reports: one row per task done, or not done, at a stop."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum

from province.dates import Month
from province.ids import BatchId, CategoryId, KitId, SiteId, TitleId, TripId

RESULT_COLUMNS = (
    "month", "trip_id", "sequence", "date", "site_id", "site_name", "task", "content_id",
    "content_name", "outcome", "boxes", "books", "boxes_missing", "books_missing",
    "books_damaged", "uses", "readers", "on_loan", "on_loan_items", "kept", "kept_titles",
    "arrived", "departed", "kept_until", "km", "reason", "note", "settle",
)  # fmt: skip
"""Headings of a result sheet, in order; `docs/recording.md` says what each holds."""

PROOF_COLUMNS = ("signed_by", "signed_at", "signature", "position", "photo")
"""Columns that only the driver's page writes, behind the others."""

PRINTED_COLUMNS = ("site_name", "content_name")
"""Columns that help whoever fills in a sheet; they are not read back."""

USES_PREFIX = "uses_"
"""A sheet may have a column `uses_<category id>` for each category."""


class ResultTask(StrEnum):
    """What a row is about; an exchange has a row for each batch left and each batch taken.

    `COLLECT` fetches books of a batch that stayed behind when it was taken.
    """

    LEAVE = "exchange-leave"
    TAKE = "exchange-take"
    COLLECT = "collect"
    SESSION = "session"
    KIT = "kit"
    TRAINING = "training"
    TRIP = "trip"


class Outcome(StrEnum):
    """How it went; `PARTLY`: it took place, but something was missing or cut short."""

    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not-done"


class Settlement(StrEnum):
    """Who is right where a row contradicts the plan or the ledger."""

    AS_REPORTED = "as-reported"
    AS_PLANNED = "as-planned"
    AS_RECORDED = "as-recorded"


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that a stop's work was really done there; "" and None where it is not told.

    Parameters
    ----------
    signed_by, signed_min
        Who signed for the library, and the minute after midnight.
    signature, photo
        SHA-256 of the pictures (`province.ledger.proof_files`).
    lon, lat, accuracy_m
        Where the phone was when it was signed, EPSG:4326 degrees, give or take so many metres.
    distance_m
        How far that is from where the stop was to be, in metres as the crow flies.
    """

    signed_by: str = ""
    signed_min: int | None = None
    signature: str = ""
    photo: str = ""
    lon: float | None = None
    lat: float | None = None
    accuracy_m: int | None = None
    distance_m: int | None = None


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of a result sheet; None, 0 or "" where the cell is empty.

    Parameters
    ----------
    month, trip_id, sequence
        The plan's month, its trip and the number of the stop in it; "" and 0 for what was done
        outside the plan, and 0 in the row of the whole trip.
    day
        When it happened, or should have; None: as planned.
    content_id
        The batch of an exchange, the kit of a kit delivery, else None.
    boxes, books
        What the batch should have, or what was counted of it; None: not counted.
    boxes_missing, books_missing, books_damaged
        What was found missing or damaged when it was counted; damaged books travel on.
    uses
        Loans and uses in the library: of the batch since the last count, or of the session.
    uses_by_category
        The same by category where the sheet tells them, by category.
    readers
        People who came to a session or a training.
    on_loan, on_loan_items
        Books that were with readers when the batch was taken, or still are when such books are
        collected; their barcodes, where known.
    kept, kept_titles
        Books that stay on the library's shelf when the batch is taken; their titles, where told.
    arrived_min, departed_min
        Minutes after midnight.
    kept_until
        A batch that was not taken because the library keeps it: through which day.
    km
        Kilometres of the whole trip; in its own row only.
    reason
        Why it was not done, or partly.
    settle
        Who is right if the row contradicts; None: not said.
    proof
        Signature, photo and place of the whole stop; None: none was taken.
    """

    month: Month
    trip_id: TripId
    sequence: int
    day: date | None
    site_id: SiteId
    task: ResultTask
    content_id: BatchId | KitId | None
    outcome: Outcome
    boxes: int | None = None
    books: int | None = None
    boxes_missing: int = 0
    books_missing: int = 0
    books_damaged: int = 0
    uses: int | None = None
    uses_by_category: tuple[tuple[CategoryId, int], ...] = ()
    readers: int | None = None
    arrived_min: int | None = None
    departed_min: int | None = None
    kept_until: date | None = None
    km: float | None = None
    reason: str = ""
    note: str = ""
    settle: Settlement | None = None
    on_loan: int = 0
    on_loan_items: tuple[str, ...] = ()
    kept: int = 0
    kept_titles: tuple[TitleId, ...] = ()
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class RecordedResult:
    """A result in the ledger; never changed, only replaced by a later one.

    Parameters
    ----------
    result_id
        What `identify_result` says, and ``~2`` and so on for what replaces it.
    sheet, place
        SHA-256 of the file it came in, and its file name and line there.
    reported
        What `fingerprint_result` says of the row as it was reported.
    replaces
        The result that this one corrects, or "".
    settled
        Who was held right where it contradicted; None: nothing did. `AS_RECORDED`: it was
        reported, and is kept, but does not count.
    row
        The row as it counts.
    """

    result_id: str
    sheet: str
    place: str
    reported: str
    replaces: str
    settled: Settlement | None
    row: ResultRow


def list_standing_results(results: Iterable[RecordedResult]) -> tuple[RecordedResult, ...]:
    """Return the results that count, in the order in which they were recorded."""
    known = tuple(results)
    replaced = {result.replaces for result in known}
    return tuple(
        result
        for result in known
        if result.result_id not in replaced and result.settled is not Settlement.AS_RECORDED
    )


def join_proofs(before: Proof | None, after: Proof | None) -> Proof | None:
    """Return a later proof, with what only the earlier one tells.

    A text leaves out the photo that the file has; it is not lost by that.
    """
    if before is None or after is None:
        return after or before
    told = {
        field.name: value
        for field in fields(after)
        if (value := getattr(after, field.name)) not in (None, "")
    }
    return replace(before, **told)


def fingerprint_result(row: ResultRow) -> str:
    """Return what is the same for two rows that report the same, whoever is to settle them.

    Proof that comes later, or was left out of a text, does not make another report of it.
    """
    told = {
        field.name: str(value)
        for field in fields(row)
        if field.name not in ("settle", "proof")
        and (value := getattr(row, field.name)) not in (None, "", 0, ())
    }
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


def identify_result(row: ResultRow) -> str:
    """Return what tells a task from all others; two rows about the same task have the same.

    On a trip a batch or a kit is told by its id alone: one that was left at another place than
    planned is still the same task. Books of one batch may be collected at several places.
    """
    place = pack_id(row.trip_id) if row.trip_id else f"{row.day}/{pack_id(row.site_id)}"
    content = pack_id(row.content_id or str(row.sequence))
    if row.task is ResultTask.COLLECT:
        content += f"/{pack_id(row.site_id)}"
    return f"{row.month}/{place}/{row.task}/{content}"


def pack_id(text: str) -> str:
    """Return an id as a part of a longer one, in which ``/`` and ``~`` divide the parts."""
    return text.replace("%", "%25").replace("/", "%2F").replace("~", "%7E")


def name_task(result: RecordedResult) -> str:
    """Return the task that a result is about, as `identify_result` tells it.

    Ledgers of the first versions hold ids that were put together as they were; there the row tells
    what is part of an id and what counts repetitions.
    """
    row, name = result.row, identify_result(result.row)
    place = row.trip_id or f"{row.day}/{row.site_id}"
    for known in (name, f"{row.month}/{place}/{row.task}/{row.content_id or row.sequence}"):
        if re.fullmatch(re.escape(known) + r"(~[0-9]+)?", result.result_id):
            return name
    return re.sub(r"~[0-9]+$", "", result.result_id)
