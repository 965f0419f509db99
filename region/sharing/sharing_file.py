"""Writes an exchange plan between provinces as `sharing.json`, and reads it back."""

import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    TypeAdapter,
)

from province.dates import Month
from province.files.written_json import read_written
from province.ids import BatchId, CategoryId
from province.language import Message, message

SHARING_FORMAT = 1
SHARING_NAME = "sharing.json"
MOST_BYTES = 50_000_000

RunKind = Literal["trunk", "trip"]
"""A run of its own between two depots, or a planned trip that goes out of its way to the other."""


def _parse_month(value: object) -> Month:
    if isinstance(value, Month):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}", value):
        raise ValueError("a month like 2027-01")
    return Month.parse(value)


MonthText = Annotated[Month, BeforeValidator(_parse_month), PlainSerializer(str)]


@dataclass(frozen=True, slots=True)
class BetweenLoan:
    """A batch that one province lends to another.

    Parameters
    ----------
    loan
        Its id, like ``2027-LN-001``; no other loan of the region ever has it.
    batch
        Id of the batch in the owner's folder.
    owner, borrower
        Names of the province folders.
    first
        Month in which it is handed over (``from`` in the file).
    until
        Month by whose end it is home again.
    kind, run
        What carries it to the borrower: the kind and the id of the run.
    home_run
        Id of the run that carries it home.
    books, boxes
        What is handed over.
    new_categories
        Categories of the batch, by their id at the owner, that the borrower's `province.toml` does
        not name yet (none with the same subject, audience and language): they must stand there
        before the batch can be one of its own.
    gained, lost
        Uses that the borrower is expected to have of it, and the owner to miss.
    reason
        Why it goes.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    loan: str
    batch: BatchId
    owner: str
    borrower: str
    first: Annotated[MonthText, Field(alias="from")]
    until: MonthText
    kind: RunKind
    run: str
    home_run: str
    books: int
    boxes: int
    new_categories: tuple[CategoryId, ...]
    gained: float
    lost: float
    reason: Message


@dataclass(frozen=True, slots=True)
class HandoverRun:
    """A run between the depots of two provinces that hands batches over, both ways.

    Parameters
    ----------
    run
        Its id, like ``2027-03-R01``.
    kind, trip_id
        `trunk`: a run of its own. `trip`: the trip `trip_id` of the province `driver`, which goes
        out of its way.
    driver
        Folder of the province whose vehicle drives.
    other
        Folder of the province to whose depot it drives.
    there, back
        Loans that are carried from the driver's depot to the other, and back; a batch goes out or
        home.
    length_km
        Driven for it, there and back.
    price_vnd
        What that costs, in the driver's currency.
    uses
        What the price counts in uses.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    run: str
    kind: RunKind
    month: MonthText
    driver: str
    other: str
    trip_id: str
    there: tuple[str, ...]
    back: tuple[str, ...]
    length_km: float
    price_vnd: int
    uses: float


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """What readers of a language in a province want in the months planned, and what they get.

    Parameters
    ----------
    language
        Code of the language.
    demand
        Uses that readers are expected to want.
    own
        Uses that the province's own batches can serve.
    borrowed, lent
        Uses more by what it borrows, and fewer by what it lends.
    batches, idle
        Its own batches with books in the language, and those of them that are of no use there in
        any month.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    province: str
    language: str
    demand: float
    own: float
    borrowed: float
    lent: float
    batches: int
    idle: int

    @property
    def unmet(self) -> float:
        """Uses that the own stock cannot serve."""
        return max(0.0, self.demand - self.own)


@dataclass(frozen=True, slots=True)
class SharingPlan:
    """A year's exchange plan of a region.

    Parameters
    ----------
    first_month, months
        The first month planned, and how many.
    provinces
        Names of the province folders, in the region's order.
    gained, lost
        Uses that borrowers are expected to gain, and owners to lose.
    visit_uses
        What exchanges at libraries count more than without the plan, in uses.
    run_uses, loan_uses
        What runs and loans count, in uses.
    objective, bound, gap, status
        In uses: `objective` is gained, less lost times their weight, less the price of visits, runs
        and loans. By the tables of the choice, which add up kinds, no choice is worth more than
        `bound`.
    length_km
        Of all runs.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    format: int
    first_month: MonthText
    months: int
    provinces: tuple[str, ...]
    loans: tuple[BetweenLoan, ...]
    runs: tuple[HandoverRun, ...]
    languages: tuple[LanguageRow, ...]
    gained: float
    lost: float
    visit_uses: float
    run_uses: float
    loan_uses: float
    objective: float
    bound: float
    gap: float
    status: str
    length_km: float
    seed: int
    work: float


def place_sharing(folder: Path, month: Month) -> Path:
    """Return the folder of a region in which the exchange plan from a month stands."""
    return folder / "sharing" / str(month)


def dump_sharing(plan: SharingPlan) -> bytes:
    """Return an exchange plan as JSON; the same plan gives the same bytes."""
    text = json.dumps(describe_sharing(plan), ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def describe_sharing(plan: SharingPlan) -> Any:
    """Return an exchange plan as its file tells it, in plain values."""
    return _adapter().dump_python(plan, mode="json", by_alias=True)


def read_sharing(path: Path) -> SharingPlan:
    """Return the exchange plan that `dump_sharing` wrote into a file.

    Raises
    ------
    InputError
        If there is no such file, it is no exchange plan, is damaged, or has another format.
    """
    plan, _ = read_written(
        path,
        _adapter().validate_python,
        number=SHARING_FORMAT,
        written=message("a plan written by luanchuyen region share"),
        wanted=message("an exchange plan of format {number}", number=SHARING_FORMAT),
        advice=message("make it again with: luanchuyen region share"),
        most_bytes=MOST_BYTES,
    )
    return plan


def find_sharings(folder: Path) -> tuple[Path, ...]:
    """Return the files of all exchange plans of a region, by month."""
    return tuple(sorted(folder.glob(f"sharing/*/{SHARING_NAME}")))


@functools.cache
def _adapter() -> TypeAdapter[SharingPlan]:
    return TypeAdapter(SharingPlan)
