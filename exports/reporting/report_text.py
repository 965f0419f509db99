"""A report in the words and numbers of a language, the same for every document."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from exports.reporting.letterhead import Letterhead, make_letterhead
from exports.text.formats import format_day, format_number
from planning.answers.reported import name_things
from programme.reporting.parts import (
    CellKind,
    ProgrammeReport,
    ReportCell,
    ReportLine,
    ReportSection,
    WorkedOut,
)
from province.facts import Province
from province.language import Language, Message, message, translate
from province.row_refs import RowRef

ESTIMATED = "≈\u00a0"
"""Stands before a number that is estimated."""
_DIGITS = {CellKind.COUNT: 1, CellKind.MONEY: 2, CellKind.PERCENT: 1, CellKind.KM: 1}
_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@dataclass(frozen=True, slots=True)
class ToldPart:
    """A part of a number: what was counted, how much, and its rows, file by file."""

    name: str
    amount: str
    rows: str


@dataclass(frozen=True, slots=True)
class ToldCell:
    """A number as it is read, with its number in the list of all numbers, counted from 1.

    Parameters
    ----------
    label
        Section, line and column that it stands in.
    of
        Numbers in the list of those that it was worked out of.
    """

    number: int
    text: str
    label: str
    cell: ReportCell
    of: tuple[int, ...]
    parts: tuple[ToldPart, ...]
    rows: str


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line: its name, its numbers, and the names of what the first of them counts."""

    name: str
    cells: tuple[ToldCell | None, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldSection:
    """A section with its number in Roman figures."""

    id: str
    numeral: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[ToldLine, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldReport:
    """A report as it is read."""

    letterhead: Letterhead
    title: str
    subject: str
    sections: tuple[ToldSection, ...]
    cells: tuple[ToldCell, ...]
    legend: str


def tell_report(report: ProgrammeReport, province: Province, language: Language) -> ToldReport:
    """Return a report in a language."""
    names = name_things(province)
    numbers = {cell.key: number for number, cell in enumerate(report.cells, 1)}
    sections = tuple(
        _tell_section(section, numeral, numbers, names, language)
        for numeral, section in zip(_count_roman(), report.sections, strict=False)
    )
    subject = message(
        "on what the library programme achieved in {period}, counted until {day}",
        period=report.period.name,
        day=format_day(min(report.on, report.period.span.last), language),
    )
    return ToldReport(
        letterhead=make_letterhead(report, province, language),
        title=translate(message("Activity report"), language),
        subject=translate(subject, language),
        sections=sections,
        cells=tuple(
            cell
            for section in sections
            for line in section.lines
            for cell in line.cells
            if cell is not None
        ),
        legend=translate(
            message(
                "{sign} before a number: estimated. Each number leads to the rows that it was"
                " counted from.", sign=ESTIMATED.strip(),
            ), language,
        ),
    )  # fmt: skip


def _tell_section(
    section: ReportSection,
    numeral: str,
    numbers: dict[str, int],
    names: dict[str, str],
    language: Language,
) -> ToldSection:
    columns = tuple(translate(column, language) for column in section.columns)
    lines = []
    for line in section.lines:
        told = _speak(line.name, language)
        cells = tuple(
            None
            if cell is None
            else _tell_cell(cell, f"{numeral}. {told}: {column}", numbers, names, language)
            for column, cell in zip(columns, line.cells, strict=True)
        )
        lines.append(ToldLine(told[:1].upper() + told[1:], cells, _list_names(line, names)))
    return ToldSection(
        section.id, numeral, translate(section.title, language), columns, tuple(lines),
        tuple(_speak(note, language) for note in section.notes),
    )  # fmt: skip


def _speak(text: Message, language: Language) -> str:
    """Return a text with its days as the language writes them."""
    told = translate(text, language)
    return _ISO_DAY.sub(lambda found: format_day(date.fromisoformat(found[0]), language), told)


def _list_names(line: ReportLine, names: dict[str, str]) -> tuple[str, ...]:
    first = next((cell for cell in line.cells if cell is not None), None)
    if first is None or not line.names_parts:
        return ()
    return tuple(names.get(about, about) for about in first.about)


def _tell_cell(
    cell: ReportCell, label: str, numbers: dict[str, int], names: dict[str, str], language: Language
) -> ToldCell:
    of: tuple[int, ...] = ()
    parts: tuple[ToldPart, ...] = ()
    rows = ""
    if isinstance(cell, WorkedOut):
        of = tuple(numbers[key] for key in cell.of if key in numbers)
    else:
        rows = list_places(cell.figure.rows)
        parts = tuple(
            ToldPart(
                names.get(part.about, part.about),
                format_number(part.amount, language, digits=_DIGITS[cell.kind]),
                list_places(part.rows),
            )
            for part in cell.figure.parts
        )
    text = write_cell_number(cell, language)
    return ToldCell(numbers[cell.key], text, label, cell, of, parts, rows)


def write_cell_number(cell: ReportCell, language: Language) -> str:
    """Return a number as a language writes it, with what marks it as estimated."""
    text = format_number(cell.number, language, digits=_DIGITS[cell.kind])
    return f"{ESTIMATED}{text}" if cell.is_estimated else text


def list_places(rows: Iterable[RowRef]) -> str:
    """Return where rows stand, file by file, lines that follow each other as a range.

    Rows of files without lines are named by what tells them apart.
    """
    lines: defaultdict[str, list[int]] = defaultdict(list)
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.line is None:
            keys[row.file].append(row.key)
        else:
            lines[row.file].append(row.line)
    told = [f"{file} {_join_ranges(own)}" for file, own in lines.items()]
    told += [f"{file} {', '.join(dict.fromkeys(own))}" for file, own in keys.items()]
    return "; ".join(sorted(told))


def _join_ranges(numbers: list[int]) -> str:
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in ranges)


def _count_roman() -> Iterable[str]:
    """Return I to XXXIX, more than any report has sections."""
    units = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
    return (f"{'X' * tens}{unit}" for tens in range(4) for unit in units if tens or unit)
