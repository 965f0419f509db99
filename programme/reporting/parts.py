"""What a report is made of: sections, lines, and numbers that open into rows."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from programme.figure import Figure
from programme.reporting.period import ReportPeriod
from province.language import Message
from province.places import Commune, Site


class ReportLevel(StrEnum):
    """Who reports: a commune or site, the library to its department, the province."""

    UNIT = "unit"
    DEPARTMENT = "department"
    PROVINCE = "province"


class CellKind(StrEnum):
    """What a number is of."""

    COUNT = "count"
    PERCENT = "percent"
    MONEY = "money"
    KM = "km"


@dataclass(frozen=True, slots=True)
class Traced:
    """A number that was counted, with its rows.

    Parameters
    ----------
    key
        What tells it from all other numbers of the report, the same in every language.
    is_estimated
        Whether it is an estimate, which documents then say.
    """

    key: str
    figure: Figure
    kind: CellKind = CellKind.COUNT
    is_estimated: bool = False

    @property
    def number(self) -> float:
        """The number."""
        return self.figure.value

    @property
    def about(self) -> tuple[str, ...]:
        """What was counted, by id."""
        return tuple(part.about for part in self.figure.parts if part.amount)


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A number that was worked out of others: a share, a difference. It has no rows of its own.

    Parameters
    ----------
    of
        Keys of the numbers that it was worked out of.
    about
        What it counts, by id, where that can be named.
    """

    key: str
    number: float
    of: tuple[str, ...]
    kind: CellKind = CellKind.COUNT
    is_estimated: bool = False
    about: tuple[str, ...] = ()


ReportCell = Traced | WorkedOut


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of a section: a name and a number for each column; None where there is none.

    Parameters
    ----------
    names_parts
        Whether documents name what the line's first number counts.
    """

    name: Message
    cells: tuple[ReportCell | None, ...]
    names_parts: bool = False


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A table of the report.

    Parameters
    ----------
    id
        What tells it from all others.
    columns
        Heads of the columns of numbers.
    notes
        How it was counted, what is estimated and by what.
    """

    id: str
    title: Message
    columns: tuple[Message, ...]
    lines: tuple[ReportLine, ...]
    notes: tuple[Message, ...] = ()

    @property
    def cells(self) -> tuple[ReportCell, ...]:
        """The numbers, line by line."""
        return tuple(cell for line in self.lines for cell in line.cells if cell is not None)


@dataclass(frozen=True, slots=True)
class ReportUnit:
    """What the report of a unit is about: a commune, or one site of it."""

    commune: Commune
    site: Site | None = None

    @property
    def key(self) -> str:
        """Its code or id."""
        return self.site.site_id if self.site else self.commune.code

    @property
    def name(self) -> str:
        """What people call it."""
        return self.site.name if self.site else self.commune.full_name

    def holds(self, site: Site) -> bool:
        """Whether a site is a part of it."""
        if self.site is not None:
            return site.site_id == self.site.site_id
        return site.commune_code == self.commune.code


@dataclass(frozen=True, slots=True)
class ProgrammeReport:
    """A report on a period, written on a day: what came after it is not counted."""

    level: ReportLevel
    unit: ReportUnit | None
    period: ReportPeriod
    on: date
    sections: tuple[ReportSection, ...]

    @property
    def cells(self) -> tuple[ReportCell, ...]:
        """Every number of the report, in its order."""
        return tuple(cell for section in self.sections for cell in section.cells)

    @property
    def traced(self) -> tuple[Traced, ...]:
        """The numbers that were counted."""
        return tuple(cell for cell in self.cells if isinstance(cell, Traced))
