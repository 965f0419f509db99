"""What happened, as changes of one table, what undoes them, and whom they concern."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from province.cells import clean_text
from province.changes import Change, Edit
from province.errors import InputError
from province.ids import ClosureId, SiteId
from province.language import message

FORMULA_SIGNS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Concern:
    """What of the plans something concerns, from one day to another.

    Parameters
    ----------
    first_day, last_day
        Both included; `last_day` None: until further notice.
    closure_id
        The ways that a closure bars.
    sites
        The visits and stays at some sites.
    movers
        The trips of vehicles or crews, by id.
    """

    first_day: date
    last_day: date | None
    closure_id: ClosureId | None = None
    sites: frozenset[SiteId] = frozenset()
    movers: frozenset[str] = frozenset()

    def holds_on(self, day: date) -> bool:
        """Whether a day is one of its days."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


Words = tuple[str, ...]
"""A verb and what follows it on the line, the province folder left out."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened.

    Parameters
    ----------
    edits
        Changes of one table; none where it says so already.
    undo, more_undo
        The line that undoes it; a change by hand where no line can say it. Further lines where it
        takes several.
    """

    edits: tuple[Edit, ...]
    undo: Words | Change
    concern: Concern
    more_undo: tuple[Words, ...] = ()


def make_id(own: Collection[str], usual: str, *, taken: Collection[str] = ()) -> str:
    """Return an id that goes on from those of a table: ``C5`` after ``C4``.

    Parameters
    ----------
    own
        Ids of the table: the beginning that most of them share is kept.
    usual
        What ids begin with where the table has none that end with a number.
    taken
        Further ids that may not be given.
    """
    numbered = [found for one in sorted(own) if (found := re.fullmatch(r"(.*?)(\d+)", one))]
    beginning = Counter(found[1] for found in numbered).most_common(1)
    prefix = beginning[0][0] if beginning else usual
    alike = [found[2] for found in numbered if found[1] == prefix]
    number, width = max(map(int, alike), default=0) + 1, max(map(len, alike), default=1)
    while (made := f"{prefix}{number:0{width}d}") in {*own, *taken}:
        number += 1
    return made


def refuse_formula(file: str, column: str, text: str) -> str:
    """Return a text as it goes into a cell; one that a spreadsheet program computes is refused."""
    cleaned = clean_text(text)
    if cleaned.startswith(FORMULA_SIGNS):
        raise InputError.of(
            file, column, cleaned,
            expected=message("text that does not begin with = + - @"),
            advice=message("put a word in front: a spreadsheet program would compute it"),
        )  # fmt: skip
    return cleaned


def list_options(*pairs: tuple[str, object]) -> Words:
    """Return options with their values as words; those without a value are left out."""
    return tuple(
        word for name, value in pairs if value not in (None, "") for word in (name, str(value))
    )
