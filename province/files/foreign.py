"""The one boundary around foreign parsers, which may raise anything at all on damaged input."""

from collections.abc import Callable
from typing import TypeVar

from province.errors import PlannerError

Read = TypeVar("Read")


class ForeignError(Exception):
    """What a foreign parser could not read; its text is the parser's own.

    Parameters
    ----------
    text
        Kind of the error and what the parser said.
    line
        Where in the file, counted from 1, if the parser told it.
    """

    def __init__(self, text: str, line: int | None = None) -> None:
        self.text = text
        self.line = line
        super().__init__(text)


def read_foreign(parse: Callable[[], Read]) -> Read:
    """Return what a foreign parser makes of a file.

    No list of exceptions is ever whole: parsers of damaged files raise what their authors never
    thought of (KeyError, RecursionError, errors of the C library below), so all of them are told
    as one.

    Raises
    ------
    ForeignError
        Whatever the parser raised, out of memory included.
    """
    try:
        return parse()
    except PlannerError:
        raise
    except Exception as error:
        line = getattr(error, "lineno", None)
        raise ForeignError(_say(error), line if isinstance(line, int) else None) from error


def _say(error: Exception) -> str:
    said = str(error).strip().splitlines()
    return f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
