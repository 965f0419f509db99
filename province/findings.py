"""A fault in what a planner gave us: where it is, what was seen, what to do instead."""

import dataclasses
import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from province.invisible import show_plainly
from province.language import Message, message
from province.passwords import hide_passwords

MOST_OF_A_KIND = 20


class CellError(ValueError):
    """A cell that cannot be read: what was expected, and what to do."""

    def __init__(self, expected: Message, advice: Message) -> None:
        self.expected = expected
        self.advice = advice
        super().__init__(str(expected))


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in one place of one file.

    Parameters
    ----------
    file
        File name relative to the province folder, e.g. ``libraries.csv``.
    row
        Line in the file counted from 1 (the heading is line 1), or None for the whole file.
        For GeoJSON: the number of the feature counted from 1.
    column
        Heading of the column, key of a setting, or name of a property; "" for the whole row.
    value
        The value as it stands in the file, shortened to 80 characters.
    expected
        What should stand there.
    advice
        What the planner can do about it.
    is_warning
        True when planning can go on all the same.
    """

    file: str
    row: int | None
    column: str
    value: str
    expected: Message
    advice: Message
    is_warning: bool = False

    def as_message(self) -> Message:
        """Return the finding as one line: ``file:row column: "value": expected; advice``."""
        return message(
            '{place} {column}: "{value}": {expected}; {advice}',
            place=self.file if self.row is None else f"{self.file}:{self.row}",
            column=self.column or "-",
            value=self.value,
            expected=self.expected,
            advice=self.advice,
        )


@dataclass(slots=True)
class Findings:
    """Collects findings while a province is read, so that all of them come in one answer."""

    items: list[Finding] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def rename(self, file: str, name: str) -> None:
        """Call a file by the name it has here, ``libraries.xlsx``, in all findings."""
        self.names[file] = name

    def at(self, file: str, row: int | None = None, column: str = "") -> "Spot":
        """Return the place of which findings are to be added, in the words of `Finding`."""
        return Spot(self, file, row, column)

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that stop planning, sorted by file and row."""
        return self._sorted(is_warning=False)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that planning can live with, sorted by file and row."""
        return self._sorted(is_warning=True)

    def _sorted(self, *, is_warning: bool) -> tuple[Finding, ...]:
        chosen = [self._name(item) for item in self.items if item.is_warning is is_warning]
        ordered = sorted(chosen, key=lambda f: (f.file, f.row or 0, f.column, f.value))
        return tuple(_cap(ordered))

    def _name(self, item: Finding) -> Finding:
        if not self.names:
            return item
        return dataclasses.replace(
            item,
            file=self.names.get(item.file, item.file),
            expected=self._rename_in(item.expected),
            advice=self._rename_in(item.advice),
        )

    def _rename_in(self, text: Message) -> Message:
        values = []
        for key, value in text.values:
            if isinstance(value, str):
                for file, name in self.names.items():
                    value = value.replace(file, name)
            elif isinstance(value, Message):
                value = self._rename_in(value)
            values.append((key, value))
        return Message(text.template, tuple(values))


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file, and the findings to which what is wrong there is added."""

    findings: Findings
    file: str
    row: int | None
    column: str

    def at(self, column: str) -> "Spot":
        """Return the place in another column of the same row."""
        return dataclasses.replace(self, column=column)

    def add(
        self, value: object, *, expected: Message, advice: Message, is_warning: bool = False
    ) -> None:
        """Add one finding; `value` is turned into text and shortened."""
        text = "" if value is None else show_plainly(hide_passwords(_write(value)))
        if len(text) > 80:
            text = text[:77] + "..."
        self.findings.items.append(
            Finding(self.file, self.row, self.column, text, expected, advice, is_warning)
        )

    def warn(self, value: object, *, expected: Message, advice: Message) -> None:
        """Add one finding that planning can live with."""
        self.add(value, expected=expected, advice=advice, is_warning=True)

    def refuse(self, value: object, error: CellError) -> None:
        """Add a finding for a cell that could not be read."""
        self.add(value, expected=error.expected, advice=error.advice)


def _write(value: object) -> str:
    """Return a value as text; a number of a thousand digits is none that Python writes."""
    try:
        return str(value)
    except ValueError:
        return type(value).__name__


def _cap(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the first findings of each kind (file, column, expectation), then how many follow."""
    known = list(findings)
    counts = Counter(_kind(finding) for finding in known)
    told: Counter[tuple[str, str, str]] = Counter()
    for finding in known:
        kind = _kind(finding)
        told[kind] += 1
        if told[kind] <= MOST_OF_A_KIND:
            yield finding
        elif told[kind] == MOST_OF_A_KIND + 1:
            yield Finding(
                finding.file,
                None,
                finding.column,
                "",
                message("{count} more of this kind", count=counts[kind] - MOST_OF_A_KIND),
                message("correct the ones above, then check again"),
                finding.is_warning,
            )


def _kind(finding: Finding) -> tuple[str, str, str]:
    return finding.file, finding.column, finding.expected.template


def advise_nearest_id(value: str, known: Collection[str]) -> Message:
    """Return advice for an id that does not exist."""
    near = difflib.get_close_matches(value, sorted(known), n=1, cutoff=0.3)
    if near:
        return message("nearest that exists: {near}", near=near[0])
    return message("add it there, or correct this cell")


def advise_nearest_word(value: object, choices: Collection[str]) -> Message:
    """Return advice for a word that is none of the choices."""
    near = difflib.get_close_matches(str(value), list(choices), n=1, cutoff=0.3)
    if near:
        return message("nearest word: {near}", near=near[0])
    return message("choose one of these words")
