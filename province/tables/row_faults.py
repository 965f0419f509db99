"""Says in our words what a model found wrong with a row or with the settings."""

from collections.abc import Callable, Collection, Hashable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from province.findings import CellError, Spot, advise_nearest_word
from province.language import Message, message

Answer = tuple[Message, Message]
Model = TypeVar("Model", bound=BaseModel)


def check_row(
    model: type[Model],
    cells: dict[str, Any],
    row: Spot,
    *,
    absent: Collection[str] = (),
    told: Collection[str] = (),
) -> Model | None:
    """Return the row that cells tell; None, with findings, when it has a fault.

    Parameters are those of `add_faults`.
    """
    try:
        return model.model_validate(cells)
    except ValidationError as error:
        add_faults(error, cells, row, absent=absent, told=told)
        return None


def add_faults(
    error: ValidationError,
    cells: dict[str, Any],
    row: Spot,
    *,
    absent: Collection[str] = (),
    told: Collection[str] = (),
) -> None:
    """Add a finding for each fault that a model found in one row.

    Parameters
    ----------
    cells
        The cells (or settings) as they stand in the file.
    row
        Where they stand.
    absent
        Columns whose heading is missing, which was told once already.
    told
        Columns of which a fault was told already.
    """
    for fault in error.errors():
        column = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "missing" and column in absent:
            continue
        if fault["type"] == "default_factory_not_called":
            continue  # it follows from another value, whose fault is told
        inner = fault.get("ctx", {}).get("error")
        top = str(fault["loc"][0]) if fault["loc"] else ""
        if top in told:
            continue
        is_inner = len(fault["loc"]) > 1 and fault["type"] != "missing"
        value = fault.get("input", "") if is_inner else cells.get(top, "")
        if fault["type"] == "missing":
            value = ""
        if isinstance(inner, CellError):
            expected, advice = inner.expected, inner.advice
        else:
            expected, advice = explain_fault(fault)
        row.at(column).add(value, expected=expected, advice=advice)


def note_id(key: Hashable, lines: dict[Any, int], place: Spot, value: str | None = None) -> None:
    """Note the first line of an id; add a finding where an earlier line has it.

    Parameters
    ----------
    value
        What of the id stands there; None: all of it.
    """
    if key and key in lines:
        place.add(
            key if value is None else value,
            expected=message("an id that no other row has (line {line} has it)", line=lines[key]),
            advice=message("give each row an id of its own"),
        )
    lines.setdefault(key, place.row or 0)


def explain_fault(fault: Any) -> Answer:
    """Return what was expected and what to do, for one fault as pydantic reports it."""
    kind = str(fault["type"])
    if kind in COUNTED:
        return COUNTED[kind](fault)
    return next((answer for kinds, answer in PLAIN.items() if kind in kinds), UNKNOWN)


def _choice(fault: Any) -> Answer:
    expected = str(fault.get("ctx", {}).get("expected", ""))
    choices = expected.replace("'", "").replace(" or ", ", ").split(", ")
    return (
        message("one of {choices}", choices=", ".join(choices)),
        advise_nearest_word(fault.get("input", ""), choices),
    )


def _limit(key: str, sign: str) -> Callable[[Any], Answer]:
    return lambda fault: (
        message("a number {sign} {bound}", sign=sign, bound=f"{float(fault['ctx'][key]):g}"),
        message("correct the number"),
    )


def _shorter(fault: Any) -> Answer:
    most = int(fault["ctx"]["max_length"])
    return message("at most {count} characters", count=most), message("shorten the text")


def _more(fault: Any) -> Answer:
    least = int(fault["ctx"]["min_length"])
    return message("at least {count} of them", count=least), message("copy one from an example")


COUNTED: dict[str, Callable[[Any], Answer]] = {
    "enum": _choice,
    "literal_error": _choice,
    "greater_than_equal": _limit("ge", "≥"),
    "greater_than": _limit("gt", ">"),
    "less_than_equal": _limit("le", "≤"),
    "less_than": _limit("lt", "<"),
    "string_too_long": _shorter,
    "too_short": _more,
}
"""Faults of which the expectation names a number or the choices."""

DIGITS = message("write digits only, like 350 or 12.5")
FILL_IN = message("fill it in")
PLAIN: dict[tuple[str, ...], Answer] = {
    ("missing",): (message("a value"), FILL_IN),
    ("extra_forbidden",): (
        message("a setting that exists"),
        message("correct its name or delete it"),
    ),
    ("float_type", "float_parsing"): (message("a number"), DIGITS),
    ("int_type", "int_parsing", "int_from_float"): (
        message("a whole number"),
        message("round it"),
    ),
    ("finite_number", "int_parsing_size"): (message("a finite number"), DIGITS),
    ("string_type", "string_unicode"): (
        message("text"),
        message("write it as text, in quotes where the format asks for them"),
    ),
    ("string_too_short",): (message("text that is not empty"), FILL_IN),
    ("bool_type", "bool_parsing"): (message("yes or no"), message("write yes or no")),
    ("list_type", "tuple_type", "iterable_type"): (
        message("a list of values"),
        message("write it like [1, 2, 3]"),
    ),
    ("dict_type", "model_type", "model_attributes_type"): (
        message("a part with settings of its own"),
        message("copy this part from an example"),
    ),
    ("value_error", "assertion_error"): (
        message("a value that keeps the rule of its setting"),
        message("correct the value; province/settings.py says what it may be"),
    ),
}
UNKNOWN: Answer = (
    message("a value of another kind"),
    message("correct the value; docs/data-format.md says what it may be"),
)
