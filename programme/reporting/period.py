"""The time that a report is about: a year, a half or a quarter of one, a month."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from province.dates import DateSpan, Month
from province.language import Message, message

_TEXT = re.compile(r"(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """Days that a report is about; `code` is how it is asked for, like ``2026`` or ``2026-Q2``."""

    code: str
    span: DateSpan
    name: Message

    @property
    def year(self) -> int:
        """The year that it lies in."""
        return self.span.first.year

    def until(self, on: date) -> DateSpan:
        """Return its days up to a day; of a day before it its first alone."""
        return DateSpan(self.span.first, max(self.span.first, min(on, self.span.last)))

    def before(self, on: date) -> DateSpan:
        """Return the same days a year earlier."""
        span = self.until(on)
        return DateSpan(_a_year_before(span.first), _a_year_before(span.last))


def parse_period(text: str) -> ReportPeriod:
    """Return the period of a text: 2026, 2026-H1, 2026-Q2 or 2026-05.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    found = _TEXT.fullmatch(text.strip().upper())
    if found is None or not 1900 <= int(found[1]) <= 2200:
        raise ValueError(text)
    year, half, quarter, month = (int(part) if part else 0 for part in found.groups())
    if half:
        name = message("half {half} of {year}", half=half, year=str(year))
        first, count = 6 * half - 5, 6
    elif quarter:
        name = message("quarter {quarter} of {year}", quarter=quarter, year=str(year))
        first, count = 3 * quarter - 2, 3
    elif month:
        name = message("month {month} of {year}", month=month, year=str(year))
        first, count = month, 1
    else:
        name = message("the year {year}", year=str(year))
        first, count = 1, 12
    last = Month(year, first).plus(count - 1).last_day
    return ReportPeriod(found[0], DateSpan(date(year, first, 1), last), name)


def _a_year_before(day: date) -> date:
    """Return the same day of the year before, the last of February for its 29th."""
    if (day.month, day.day) == (2, 29):
        return date(day.year, 3, 1).replace(year=day.year - 1) - timedelta(days=1)
    return day.replace(year=day.year - 1)
