"""A MARC record as far as a stock needs it, whichever form it came in."""

import unicodedata
from dataclasses import dataclass

from province.language import Message

READ_TAGS = frozenset({"001", "008", "041", "082", "245", "852", "952"})
"""The fields that are looked at; whatever is wrong in another one does no harm."""

MAX_RECORD = 1_000_000
"""Characters or bytes of a record; ISO 2709 itself allows 99,999 bytes."""


@dataclass(frozen=True, slots=True)
class MarcField:
    """One field: `text` of a control field, or the subfields of a data field, in NFC."""

    tag: str
    text: str = ""
    subfields: tuple[tuple[str, str], ...] = ()

    def values(self, *codes: str) -> list[str]:
        """Return the values of some subfields that are not empty, in the order of the record."""
        return [value for code, value in self.subfields if code in codes and value]


@dataclass(frozen=True, slots=True)
class MarcFault:
    """What lacks or is damaged in a record: the place in it, what was seen, what was expected."""

    column: str
    value: str
    expected: Message


@dataclass(frozen=True, slots=True)
class MarcRecord:
    """A record; with a fault, nothing else of it counts.

    Parameters
    ----------
    status
        Leader, place 05: ``d`` for a deleted record.
    """

    status: str = ""
    fields: tuple[MarcField, ...] = ()
    fault: MarcFault | None = None

    def field(self, tag: str) -> MarcField:
        """Return the first field with a tag; an empty one if there is none."""
        return next((field for field in self.fields if field.tag == tag), MarcField(tag))

    def all_fields(self, tag: str) -> list[MarcField]:
        """Return every field with a tag."""
        return [field for field in self.fields if field.tag == tag]


def clean_value(text: str) -> str:
    """Return text of a record in NFC, on one line, without white space around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())
