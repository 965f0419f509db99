"""Says in figures and sentences how a plan or what-if differs, and what of that may be chance."""

import math
from dataclasses import dataclass

from exports.text.formats import format_month, format_number
from planning.compare.comparison import Compared, Comparison
from planning.compare.differences import Step, Verdict, compare_figures
from planning.compare.measures import FIGURES, MonthFigure
from province.language import Language, Message, message, translate

MARKS = {Verdict.NONE: "=", Verdict.SURE: "", Verdict.CHANCE: "?", Verdict.UNKNOWN: "·"}
"""What stands behind a difference; nothing where it is no chance."""

SAID = (
    "visits_served", "visits_left_out", "uses", "length_km", "road_hours", "nights", "cost_vnd",
    "communes_visited",
)  # fmt: skip
"""Figures that the sentence about a column names; the table has all."""

MOST_LIMITS = 3
"""Rules that are told of what stops a month when demand grows."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one column as it is shown.

    Parameters
    ----------
    step
        The difference from the first column; "" there.
    tone
        ``better`` or ``worse`` where the difference is no chance, else the word of its verdict.
    """

    value: str
    step: str = ""
    tone: str = ""


def average(column: Compared, number: int) -> float | None:
    """Return the mean of a figure over the plans of a column; None where there is no plan."""
    values = list_values(column, number)
    return math.fsum(values) / len(values) if values else None


def list_values(column: Compared, number: int) -> list[float]:
    """Return a figure of each plan of a column."""
    return [one.figures[number] for one in column.outcomes if one.is_plan]


def list_rows(found: Comparison, language: Language) -> list[tuple[MonthFigure, tuple[Cell, ...]]]:
    """Return every figure with its cell of each column."""
    steps = [compare_figures(found.base.outcomes, one.outcomes) for one in found.columns]
    return [
        (
            figure,
            tuple(
                _make_cell(figure, average(column, k), steps[n][k] if n and steps[n] else None,
                           language)
                for n, column in enumerate(found.columns)
            ),
        )
        for k, figure in enumerate(FIGURES)
    ]  # fmt: skip


def _make_cell(
    figure: MonthFigure, mean: float | None, step: Step | None, language: Language
) -> Cell:
    if mean is None:
        return Cell("–")
    value = format_number(mean, language, digits=figure.digits)
    if step is None:
        return Cell(value)
    tone = step.verdict.value
    if step.verdict is Verdict.SURE and figure.better:
        tone = "better" if step.mean * figure.better > 0 else "worse"
    return Cell(value, _show_step(step, figure, language), tone)


def _show_step(step: Step, figure: MonthFigure, language: Language) -> str:
    if step.verdict is Verdict.NONE:
        return MARKS[step.verdict]
    shown = _show_mean(step, figure, language)
    if step.error is not None:
        shown += f" ± {format_number(step.error, language, digits=figure.digits)}"
    return f"{shown} {MARKS[step.verdict]}".rstrip()


def _show_mean(step: Step, figure: MonthFigure, language: Language) -> str:
    size = round(abs(step.mean), figure.digits)
    sign = "" if not size else "+" if step.mean > 0 else "−"
    return sign + format_number(size, language, digits=figure.digits)


def tell_method(found: Comparison) -> Message:
    """Return what the signs behind differences mean."""
    if len(found.seeds) > 1:
        return message(
            "Means of {count} plans each, with the same seeds, effort {work}. Behind each figure: "
            "the difference from {base}, with the half of its 95 % interval (Student's t over "
            "pairs of one seed). ? may be chance: the search alone makes so much. = none with any "
            "seed. Of twenty differences that are chance, one looks as if it were none.",
            count=len(found.seeds), work=found.work, base=found.base.key,
        )  # fmt: skip
    return message(
        "One plan each. Behind each figure: the difference from {base}; = none. · whether it is "
        "chance is not known: several seeds would tell.",
        base=found.base.key,
    )


def tell_column(found: Comparison, column: Compared, language: Language) -> Message:
    """Return how a column differs from the first one, in a sentence."""
    if column.failed:
        reasons = message("no plan: {reason}", reason=column.failed[0])
        return message("{key}: {what}", key=column.key, what=reasons)
    steps = compare_figures(found.base.outcomes, column.outcomes)
    if not steps:
        what = message("nothing to set beside {base}", base=found.base.key)
    elif all(step.verdict is Verdict.NONE for step in steps):
        what = message("no difference from {base}, to the last figure", base=found.base.key)
    else:
        what = _tell_steps(found, steps, column, language)
    lost = sum(not one.is_plan for one in column.outcomes)
    if lost:
        what = message("{what}; no plan with {count} of the seeds", what=what, count=lost)
    return message("{key}: {what}", key=column.key, what=what)


def _tell_steps(
    found: Comparison, steps: tuple[Step, ...], column: Compared, language: Language
) -> Message:
    def name(verdict: Verdict) -> str:
        chosen = [
            (translate(figure.say(column.province), language), _show_mean(step, figure, language))
            for figure, step in zip(FIGURES, steps, strict=True)
            if step.verdict is verdict and figure.key in SAID
        ]
        return "; ".join(map(" ".join, chosen)) or "–"

    if any(step.verdict is Verdict.UNKNOWN for step in steps):
        return message(
            "otherwise than {base}, chance or not: {told}",
            base=found.base.key, told=name(Verdict.UNKNOWN),
        )  # fmt: skip
    return message(
        "beyond chance: {sure} · may be chance: {chance}",
        sure=name(Verdict.SURE), chance=name(Verdict.CHANCE),
    )  # fmt: skip


def tell_endurance(column: Compared, language: Language) -> Message | None:
    """Return in which month the work cannot be done any more when demand grows, and why."""
    told = column.endurance
    if told is None:
        return None
    times = format_number(told.times, language, digits=2)
    if told.fails_in is None:
        return message(
            "{key}: with {growth} % more demand a year every month until {month} can be served, "
            "with {times} times today's demand then",
            key=column.key, growth=told.growth_pct, times=times,
            month=format_month(told.holds_until, language),
        )  # fmt: skip
    return message(
        "{key}: with {growth} % more demand a year {month} is the first month that cannot be "
        "served, with {times} times today's demand: {limits}",
        key=column.key, growth=told.growth_pct, times=times,
        month=format_month(told.fails_in, language), limits=_tell_limits(column),
    )  # fmt: skip


def _tell_limits(column: Compared) -> Message:
    limits = column.endurance.limits if column.endurance else ()
    told = message("nothing is told")
    for number, limit in enumerate(limits[:MOST_LIMITS]):
        own = limit.example
        if limit.visits:
            own = message("visits: {count}, {reason}", count=limit.visits, reason=limit.example)
        told = own if not number else message("{first}; {second}", first=told, second=own)
    return told
