"""A hard rule of a decision, as one row of a register."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from province.language import Message


@dataclass(frozen=True, slots=True)
class Rule:
    """A hard rule.

    Parameters
    ----------
    name
        The rule, as a statement.
    sentence
        The same for people.
    checks
        The checkers that find where it is broken, without anything of the search.
    kept_in
        What keeps it in the search, as ``module:name``.
    reasons
        Codes of the reasons for which something is left out because of it; the levers that may
        loosen it go by them.
    no_reason
        Why nothing is ever left out because of it, where there are no codes.
    levers
        The settings and columns that loosen it, the likeliest first, where no reason has levers;
        empty where nothing does.
    """

    name: str
    sentence: Message
    checks: tuple[Callable[[Any], Iterator[Any]], ...]
    kept_in: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    no_reason: str = ""
    levers: tuple[str, ...] = ()
