"""The rotation stock: categories, batches, titles, kits; and the rows that titles are made of."""

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from province import cells
from province.ids import BatchId, CategoryId, CourseId, KitId, SiteId, TitleId
from province.row_refs import RowRef

RARE_PLACES = (
    "rare", "quý hiếm", "quí hiếm", "địa chí", "reference", "tra cứu", "retie",
    "uzziņu", "novadpētn",
)  # fmt: skip
"""Words in a copy's place or kind that keep it in the house."""


YOUNG = ("child", "teen")
"""Audiences whose readers are pupils."""

OwnRow = Annotated[RowRef | None, Field(exclude=True)]
"""Where the row of a fact without an id stands; facts are equal, and counted the same, wherever."""


@dataclass(frozen=True, slots=True)
class Category:
    """Subject × audience × language.

    Parameters
    ----------
    category_id
        E.g. ``farming-adult-vi``.
    subject, audience, language
        Subject word, ``child`` / ``teen`` / ``adult``, and language code.
    name
        What people read, in the province's own language.
    """

    category_id: CategoryId
    subject: str
    audience: str
    language: str
    name: str


class Condition(StrEnum):
    """Whether a batch can travel: `REPAIR` and `WITHDRAWN` stay where they are."""

    GOOD = "good"
    WORN = "worn"
    REPAIR = "repair"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Batch:
    """Boxes that travel together.

    Parameters
    ----------
    batch_id, name
        Id and the name people read.
    books, boxes, mass_kg
        Number of books and boxes, gross mass in kilograms.
    books_by_category
        Pairs of category and number of books, summing to `books`, sorted by category.
    owner, networks
        Who owns it, and the networks of sites it may go to (empty: any).
    condition
        Only good and worn batches travel.
    depot_id
        Where it lives when it is nowhere else.
    min_stay_months, max_stay_months
        Shortest and longest stay at one library.
    resting_until
        Not to be moved before this day (quarantine, repair), or None.
    pinned_site, pinned_until
        Where the planner wants it, through which day; or None.
    """

    batch_id: BatchId
    name: cells.Text
    books: cells.BooksFromOne
    boxes: cells.BoxesFromOne
    mass_kg: cells.Kilograms
    books_by_category: tuple[tuple[CategoryId, int], ...]
    owner: cells.Remark
    networks: cells.Words
    condition: Annotated[Condition, Field(default=Condition.GOOD)]
    depot_id: SiteId
    min_stay_months: cells.StayMonths
    max_stay_months: cells.StayMonths
    resting_until: cells.Day | None
    pinned_site: SiteId | None
    pinned_until: cells.Day | None
    note: cells.Remark


@dataclass(frozen=True, slots=True)
class BatchTitle:
    """One title in one batch; a title in several batches has the same id in each."""

    batch_id: BatchId
    title_id: TitleId
    title: cells.Text
    category_id: CategoryId
    copies: cells.BooksFromOne


@dataclass(frozen=True, slots=True)
class BatchCopy:
    """One copy in a batch, as the library system knows it."""

    barcode: cells.Barcode
    batch_id: BatchId
    title_id: TitleId


@dataclass(frozen=True, slots=True)
class StockTitle:
    """One title of the stock from which batches are composed.

    Parameters
    ----------
    title_id, title, category_id
        As in `BatchTitle`.
    copies
        Copies the library holds and could lend.
    mass_g
        Mass of one copy in grams.
    is_rare
        Rare, precious or reference books never leave the house.
    is_for_rotation
        Bought for rotation: no copy need stay at home.
    barcodes
        Those of its copies that are told.
    """

    title_id: TitleId
    title: str
    category_id: CategoryId
    copies: int
    mass_g: int
    is_rare: bool
    is_for_rotation: bool
    barcodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kit:
    """Posters, training material … that must reach a site by a date.

    `ready_date` is the first day it can leave the depot, `due_date` the last day to arrive.
    `depot_id` is where it lies; None: at the depot from which an exchange at the site costs least.
    `event_id` is the row of the calendar that it is for: a session that the site wished for it
    brings it, also later than on `due_date`.
    `after` is a course that must be over first: `ready_date` is never before the day that follows.
    `ride_along`: it only comes on a trip that drives anyhow.
    `fetch`: its boxes wait at the site, and are brought home to the depot.
    """

    kit_id: KitId
    name: cells.Text
    site_id: SiteId
    boxes: cells.Boxes
    mass_kg: cells.Kilograms
    ready_date: cells.Day
    due_date: cells.Day
    note: cells.Remark
    depot_id: SiteId | None = None
    event_id: cells.IdOrNone = ""
    after: CourseId | None = None
    ride_along: cells.Truth = False
    fetch: cells.Truth = False


@dataclass(frozen=True, slots=True)
class Request:
    """What readers of a site asked for: how many books of a category, written down on a day.

    `place` is where it stands, None where it was not read from a file.
    """

    site_id: SiteId
    day: Annotated[cells.Day, cells.Heading("date")]
    category_id: CategoryId
    books: cells.BooksFromOne
    place: OwnRow = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Loans:
    """Uses seen at a site in one category over some months, as counted at a visit.

    `place` is where that stands, in the table or the ledger; None where it is in no file.
    """

    site_id: SiteId
    day: Annotated[cells.Day, cells.Heading("date")]
    category_id: CategoryId
    uses: cells.Uses
    months: cells.Months
    place: OwnRow = field(default=None, compare=False)


class Absence(StrEnum):
    """Why a copy cannot be lent although the library system lists it."""

    LOST = "lost"
    WITHDRAWN = "withdrawn"
    DAMAGED = "damaged"
    NOT_FOR_LOAN = "not_for_loan"


@dataclass(frozen=True, slots=True)
class StockEntry:
    """A row or a record; those of one title are added up.

    Parameters
    ----------
    copies
        Copies that can be lent.
    row
        Line or number of the record in its file.
    absent
        Copies that cannot be lent, by reason; they are not among `copies`.
    barcodes
        Those of the copies that can be lent, as far as they are told.
    """

    title_id: str
    title: str
    copies: int
    category_id: str
    shelf_class: str
    language: str
    audience: str
    mass_g: int
    is_rare: bool
    is_for_rotation: bool
    row: int = 0
    absent: tuple[tuple[Absence, int], ...] = ()
    barcodes: tuple[str, ...] = ()


def is_rare_place(text: str) -> bool:
    """Whether a copy's place, kind or collection keeps it in the house; `text` in any form."""
    words = unicodedata.normalize("NFC", text).casefold()
    return any(word in words for word in RARE_PLACES)
