"""Months, spans of days and minutes of a day."""

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY_MIN = 1440
DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month.

    Parameters
    ----------
    year
        Gregorian year.
    number
        1 to 12.
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.number <= 12 and 1900 <= self.year <= 2200):
            raise ValueError(f"not a month: {self.year}-{self.number}")

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read ``2026-12`` or ``12/2026``; raise ValueError for anything else."""
        if found := re.fullmatch(r"(\d{4})-(\d{1,2})", text.strip()):
            return cls(int(found[1]), int(found[2]))
        if found := re.fullmatch(r"(\d{1,2})/(\d{4})", text.strip()):
            return cls(int(found[2]), int(found[1]))
        raise ValueError(f"not a month: {text!r}")

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month a day lies in."""
        return cls(day.year, day.month)

    def plus(self, months: int) -> "Month":
        """Return the month so many months later (or earlier, when negative)."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def months_since(self, other: "Month") -> int:
        """Return how many months this month is after another."""
        return (self.year - other.year) * 12 + self.number - other.number

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    def days(self) -> Iterator[date]:
        """Yield every day of the month."""
        yield from DateSpan(self.first_day, self.last_day).days()


@dataclass(frozen=True, slots=True, order=True)
class DateSpan:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} is before {self.first}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def days(self) -> Iterator[date]:
        """Yield every day of the span."""
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


def cut_spans(spans: Iterable[DateSpan], gone: DateSpan) -> tuple[DateSpan, ...]:
    """Return spans of days without the days of another."""
    kept = []
    for span in spans:
        if span.first < gone.first:
            kept.append(DateSpan(span.first, min(span.last, gone.first - timedelta(days=1))))
        if span.last > gone.last:
            kept.append(DateSpan(max(span.first, gone.last + timedelta(days=1)), span.last))
    return tuple(kept)


def write_spans(spans: Iterable[DateSpan]) -> str:
    """Return spans of days as they stand in a cell: ``2026-12-07..2026-12-09|2027-01-04``."""
    return "|".join(
        span.first.isoformat()
        if span.first == span.last
        else f"{span.first.isoformat()}..{span.last.isoformat()}"
        for span in spans
    )


def clock(minute: int) -> str:
    """Return minutes after midnight as ``HH:MM``; 1,500 becomes ``25:00``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
