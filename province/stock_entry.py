"""A row or a record of a stock before it has a category, and which of its copies are not there."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

RARE_PLACES = ("rare", "quý hiếm", "quí hiếm", "địa chí", "reference", "tra cứu")
"""Words in a copy's place or kind that keep it in the house."""


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


def is_rare_place(text: str) -> bool:
    """Whether a copy's place, kind or collection keeps it in the house; `text` in any form."""
    words = unicodedata.normalize("NFC", text).casefold()
    return any(word in words for word in RARE_PLACES)
