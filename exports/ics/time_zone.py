"""Describes a time zone for calendars by the rules of its clock changes, as all programs read them.

References
----------
RFC 5545, 3.6.5: a change that comes back every year is an RRULE. Lists of dates (RDATE) are
allowed too, but Outlook reads them wrongly.
"""

import calendar
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

YEARS = 12
"""Years over which a rule must hold: enough to tell the last Sunday of a month from the fourth."""

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NO_CHANGE = datetime(1970, 1, 1)  # noqa: DTZ001 - by the clock of the place
"""Beginning of a time that never changes."""


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One change of the clock: by the old clock when, and the offsets before and after."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str


def describe_zone(name: str, year: int) -> Timezone:
    """Return a time zone that is right from the beginning of the year before.

    Where the clock changes by no yearly rule, each change of three years stands for itself.
    """
    changes = _list_changes(name, year - 1)
    zone = Timezone()
    zone.add("tzid", name)
    if not changes:
        offset, short = _read_clock(ZoneInfo(name), datetime(year, 1, 1, tzinfo=UTC))
        zone.add_component(_describe(ClockChange(NO_CHANGE, offset, offset, short), None))
        return zone
    series = [[c for c in changes if c.after == after] for after in {c.after for c in changes}]
    rules = [_find_rule(own) for own in series]
    if len(series) != 2 or None in rules:
        return Timezone.from_tzid(
            name, first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1)
        )
    for own, rule in sorted(zip(series, rules, strict=True), key=lambda pair: pair[0][0].local):
        zone.add_component(_describe(own[0], rule))
    return zone


def _describe(
    change: ClockChange, rule: dict[str, object] | None
) -> TimezoneStandard | TimezoneDaylight:
    is_forward = change.after > change.before
    part = TimezoneDaylight() if is_forward else TimezoneStandard()
    part.add("dtstart", change.local)
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    if rule:
        part.add("rrule", rule)
    return part


def _find_rule(changes: list[ClockChange]) -> dict[str, object] | None:
    """Return the yearly rule of changes, or None: the last or the n-th weekday of one month."""
    if len({c.local.year for c in changes}) != YEARS or len(changes) != YEARS:
        return None
    same = {(c.local.month, c.local.weekday(), c.local.time(), c.before) for c in changes}
    if len(same) != 1:
        return None
    month, weekday, _, _ = next(iter(same))
    places = {(c.local.day - 1) // 7 + 1 for c in changes}
    if all(c.local.day + 7 > calendar.monthrange(c.local.year, month)[1] for c in changes):
        places = {-1}
    if len(places) != 1:
        return None
    return {"freq": "YEARLY", "bymonth": month, "byday": f"{places.pop()}{WEEKDAYS[weekday]}"}


@functools.cache
def _list_changes(name: str, first_year: int) -> tuple[ClockChange, ...]:
    """Return the changes of some years."""
    return tuple(_find_changes(ZoneInfo(name), first_year))


def _find_changes(zone: ZoneInfo, first_year: int) -> Iterator[ClockChange]:
    day, end = (
        datetime(first_year, 1, 1, tzinfo=UTC),
        datetime(first_year + YEARS, 1, 1, tzinfo=UTC),
    )
    while day < end:
        following = day + timedelta(days=1)
        before, _ = _read_clock(zone, day)
        if _read_clock(zone, following)[0] != before:
            low, high = 0, 24 * 60  # minutes: the clock is the old one at low, the new one at high
            while high - low > 1:
                middle = (low + high) // 2
                is_old = _read_clock(zone, day + timedelta(minutes=middle))[0] == before
                low, high = (middle, high) if is_old else (low, middle)
            moment = day + timedelta(minutes=high)
            after, short = _read_clock(zone, moment)
            yield ClockChange((moment + before).replace(tzinfo=None), before, after, short)
        day = following


def _read_clock(zone: ZoneInfo, moment: datetime) -> tuple[timedelta, str]:
    local = moment.astimezone(zone)
    return local.utcoffset() or timedelta(), local.tzname() or ""
