"""Reads JSON files that this program wrote: whole, of the right format, or one clear answer."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from province.errors import InputError
from province.files.exchange import undo_exchange
from province.files.foreign import ForeignError, read_foreign
from province.findings import Finding, Findings
from province.language import Message, message

Made = TypeVar("Made")


def read_written(
    path: Path,
    make: Callable[[Any], Made],
    *,
    number: int,
    written: Message,
    wanted: Message,
    advice: Message,
    most_bytes: int,
) -> tuple[Made, Any]:
    """Return what a file holds, as made from its values, and the plain values.

    Parameters
    ----------
    make
        Makes it of plain values, or raises pydantic's ValidationError.
    number
        The format that `format` in the file must name.
    written, wanted
        What is expected where there is no such file, and where it is of another format.

    Raises
    ------
    InputError
        If there is no such file, it is too large, no JSON, damaged, or of another format.
    """

    def refuse(
        value: object, expected: Message, column: str = "", row: int | None = None
    ) -> InputError:
        return InputError.of(path.name, column, value, expected=expected, advice=advice, row=row)

    undo_exchange(path.parent)
    if not path.is_file():
        raise refuse(str(path), written)
    if (size := path.stat().st_size) > most_bytes:
        raise refuse(size, message("a file of at most {count} bytes", count=most_bytes))
    try:
        top = read_foreign(lambda: json.loads(path.read_bytes().decode("utf-8-sig")))
    except ForeignError as error:
        raise refuse(error.text, message("a file in the JSON format"), row=error.line) from error
    seen = top.get("format") if isinstance(top, dict) else None
    if type(seen) is not int or seen != number:
        raise refuse(seen, wanted, "format")

    try:
        made = read_foreign(lambda: _make(make, top))
    except ForeignError as error:
        raise refuse(error.text, wanted) from error
    if isinstance(made, ValidationError):
        raise InputError(_list_faults(made, path.name, advice))
    return made, top


def _make(make: Callable[[Any], Made], top: Any) -> Made | ValidationError:
    try:
        return make(top)
    except ValidationError as error:
        return error


def _list_faults(error: ValidationError, name: str, advice: Message) -> tuple[Finding, ...]:
    """Return the first faults that a model found in a file."""
    findings = Findings()
    for fault in error.errors()[:20]:
        place = ".".join(str(part) for part in fault["loc"])
        rule = message("{rule}", rule=fault["msg"])
        findings.at(name, None, place).add(fault["input"], expected=rule, advice=advice)
    return findings.faults
