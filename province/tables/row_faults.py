"""Says in our words what a model found wrong with a row or with the settings."""

from collections.abc import Callable, Collection
from typing import Any

from pydantic import ValidationError

from province.cells import CellError
from province.findings import Findings
from province.language import Message, message
from province.nearest import advise_nearest_word

Answer = tuple[Message, Message]


def add_faults(
    error: ValidationError,
    name: str,
    row: int | None,
    cells: dict[str, Any],
    findings: Findings,
    *,
    absent: Collection[str] = (),
    told: Collection[str] = (),
) -> None:
    """Add a finding for each fault that a model found in one row.

    Parameters
    ----------
    cells
        The cells (or settings) as they stand in the file.
    absent
        Columns whose heading is missing, which was told once already.
    told
        Columns of which a fault was told already.
    """
    for fault in error.errors():
        column = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "missing" and column in absent:
            continue
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
        findings.add(name, row, column, value, expected=expected, advice=advice)


def explain_fault(fault: Any) -> Answer:
    """Return what was expected and what to do, for one fault as pydantic reports it."""
    kind = str(fault["type"])
    for kinds, explain in EXPLANATIONS:
        if kind in kinds:
            return explain(fault)
    return message("a value of another kind"), message(
        "correct the value; docs/data-format.md says what it may be"
    )


def _missing(fault: Any) -> Answer:
    return message("a value"), message("fill it in")


def _choice(fault: Any) -> Answer:
    expected = str(fault.get("ctx", {}).get("expected", ""))
    choices = expected.replace("'", "").replace(" or ", ", ").split(", ")
    return (
        message("one of {choices}", choices=", ".join(choices)),
        advise_nearest_word(fault.get("input", ""), choices),
    )


def _unknown_setting(fault: Any) -> Answer:
    return message("a setting that exists"), message("correct its name or delete it")


def _limit(fault: Any) -> Answer:
    ctx = fault["ctx"]
    key, sign = next(
        (key, sign)
        for key, sign in (("ge", "≥"), ("gt", ">"), ("le", "≤"), ("lt", "<"))
        if key in ctx
    )
    return (
        message("a number {sign} {bound}", sign=sign, bound=f"{float(ctx[key]):g}"),
        message("correct the number"),
    )


def _number(fault: Any) -> Answer:
    return message("a number"), message("write digits only, like 350 or 12.5")


def _whole_number(fault: Any) -> Answer:
    return message("a whole number"), message("round it")


def _finite_number(fault: Any) -> Answer:
    return message("a finite number"), message("write digits only, like 350 or 12.5")


def _text(fault: Any) -> Answer:
    return message("text"), message("write it as text, in quotes where the format asks for them")


def _longer(fault: Any) -> Answer:
    return message("text that is not empty"), message("fill it in")


def _shorter(fault: Any) -> Answer:
    most = int(fault["ctx"]["max_length"])
    return message("at most {count} characters", count=most), message("shorten the text")


def _more(fault: Any) -> Answer:
    least = int(fault["ctx"]["min_length"])
    return message("at least {count} of them", count=least), message("copy one from an example")


def _truth(fault: Any) -> Answer:
    return message("yes or no"), message("write yes or no")


def _list(fault: Any) -> Answer:
    return message("a list of values"), message("write it like [1, 2, 3]")


def _part(fault: Any) -> Answer:
    return message("a part with settings of its own"), message("copy this part from an example")


def _rule(fault: Any) -> Answer:
    return (
        message("a value that keeps the rule of its setting"),
        message("correct the value; province/settings.py says what it may be"),
    )


EXPLANATIONS: tuple[tuple[frozenset[str], Callable[[Any], Answer]], ...] = (
    (frozenset({"missing"}), _missing),
    (frozenset({"enum", "literal_error"}), _choice),
    (frozenset({"extra_forbidden"}), _unknown_setting),
    (frozenset({"greater_than_equal", "greater_than", "less_than_equal", "less_than"}), _limit),
    (frozenset({"float_type", "float_parsing"}), _number),
    (frozenset({"int_type", "int_parsing", "int_from_float"}), _whole_number),
    (frozenset({"finite_number", "int_parsing_size"}), _finite_number),
    (frozenset({"string_type", "string_unicode"}), _text),
    (frozenset({"string_too_short"}), _longer),
    (frozenset({"string_too_long"}), _shorter),
    (frozenset({"too_short"}), _more),
    (frozenset({"bool_type", "bool_parsing"}), _truth),
    (frozenset({"list_type", "tuple_type", "iterable_type"}), _list),
    (frozenset({"dict_type", "model_type", "model_attributes_type"}), _part),
    (frozenset({"value_error", "assertion_error"}), _rule),
)
