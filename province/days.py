"""On which days and at which hours a site can be visited."""

import functools
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from province.agenda import CalendarEntry, EntryEffect, EntryKind, ZoneRule
from province.dates import DateSpan, Month
from province.facts import Province
from province.hours import list_spans
from province.lockdown import find_zone
from province.places import Site, SiteKind
from province.programme_facts import Course
from province.recurrence import LUNAR, list_lunar_days, repeat_days
from province.visits import Task, Window

LUNAR_UTC_OFFSET = timedelta(hours=7)


def list_windows(
    province: Province, site: Site, month: Month, tasks: tuple[Task, ...]
) -> tuple[Window, ...]:
    """Return every window of a month in which a visit with these tasks may lie, by day.

    Opening hours, less days that are closed by the calendar or by public holidays, school terms
    for schools, session days for sessions, and lockdown zones.
    """
    days = _allowed_days(province, site, month, tasks)
    return tuple(window for day in days for window in open_hours(site.hours, day))


def preferred_days(province: Province, site: Site, month: Month) -> frozenset[date]:
    """Return the days of a month on which a session at the site is worth more."""
    return _effect_days(province, site, month, EntryEffect.PREFERRED)


@functools.lru_cache(maxsize=4096)
def occurrences(entry: CalendarEntry | Course, span: DateSpan) -> tuple[date, ...]:
    """Return the days within a span on which a calendar entry holds, ascending.

    An occurrence lasts `entry.days` days from its start, but never beyond `entry.until`.
    """
    last = span.last if entry.until is None else min(span.last, entry.until)
    found: set[date] = set()
    for start in _starts(entry, span.first - timedelta(days=entry.days - 1), last):
        for offset in range(entry.days):
            day = start + timedelta(days=offset)
            if span.first <= day <= last:
                found.add(day)
    return tuple(sorted(found))


def first_days(entry: CalendarEntry | Course, span: DateSpan) -> tuple[date, ...]:
    """Return the days within a span on which an occurrence of an entry begins, ascending."""
    last = span.last if entry.until is None else min(span.last, entry.until)
    return tuple(_starts(entry, span.first, last))


def _starts(entry: CalendarEntry | Course, first: date, last: date) -> Iterator[date]:
    first = max(first, entry.start)
    if last < first:
        return
    if not entry.rule:
        if entry.start == first:
            yield first
    elif entry.rule.startswith(LUNAR):
        wanted = list_lunar_days(entry.rule)
        yield from (day for day in DateSpan(first, last).days() if lunar_day(day) in wanted)
    else:
        yield from repeat_days(entry.rule, entry.start, first, last)


def lunar_day(day: date) -> int:
    """Return the day of the Vietnamese lunar month, 1 to 30.

    The month begins on the day, at UTC+7, of the astronomical new moon (`ephem`).
    """
    start = _last_new_moon(day)
    return (day - start).days + 1


@functools.lru_cache(maxsize=4096)
def _last_new_moon(day: date) -> date:
    import ephem

    after = ephem.Date(datetime.combine(day + timedelta(days=1), time()) - LUNAR_UTC_OFFSET)
    moon: datetime = ephem.previous_new_moon(after).datetime() + LUNAR_UTC_OFFSET
    return moon.date()


def list_rest_days(province: Province, month: Month) -> frozenset[date]:
    """Return the days of a month on which crews stay at home unless the settings say otherwise.

    They are the public holidays of the country, and the days of calendar rows of kind `holiday`
    that close the whole province, less those on which a row opens any place after all.
    """
    span = DateSpan(month.first_day, month.last_day)
    rest = {
        day for day in list_holidays(province.settings.province.country, month.year) if day in span
    }
    worked: set[date] = set()
    for entry in province.calendar:
        is_everywhere = entry.site_id is None and entry.commune_code is None
        if entry.effect is EntryEffect.OPEN:
            worked.update(occurrences(entry, span))
        elif (
            entry.effect is EntryEffect.CLOSED and entry.kind is EntryKind.HOLIDAY and is_everywhere
        ):
            rest.update(occurrences(entry, span))
    return frozenset(rest - worked)


@functools.lru_cache(maxsize=64)
def list_holidays(country: str, year: int) -> frozenset[date]:
    """Return the public holidays of a country in a year; none for an unknown country."""
    import holidays

    if not knows_holidays(country):
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))


def knows_holidays(country: str) -> bool:
    """Whether the public holidays of a country (two letters) are known."""
    import holidays

    return country in holidays.list_supported_countries()


def _allowed_days(
    province: Province, site: Site, month: Month, tasks: tuple[Task, ...]
) -> tuple[date, ...]:
    closed = _effect_days(province, site, month, EntryEffect.CLOSED)
    opened = _effect_days(province, site, month, EntryEffect.OPEN)
    holidays = list_holidays(province.settings.province.country, month.year) - opened
    allowed = [day for day in month.days() if day not in closed and day not in holidays]
    if site.kind is SiteKind.SCHOOL and any(
        entry.effect is EntryEffect.TERM for entry in _entries(province, site)
    ):
        terms = _effect_days(province, site, month, EntryEffect.TERM)
        allowed = [day for day in allowed if day in terms]
    if Task.SESSION in tasks:
        fixed = [e for e in _entries(province, site) if e.effect is EntryEffect.SESSION_DAY]
        if fixed:
            wanted = _effect_days(province, site, month, EntryEffect.SESSION_DAY)
            allowed = [day for day in allowed if day in wanted]
    return tuple(day for day in allowed if not _is_locked(province, site, day, tasks))


def _entries(province: Province, site: Site) -> Iterator[CalendarEntry]:
    for entry in province.calendar:
        if entry.site_id not in (None, site.site_id):
            continue
        if entry.commune_code not in (None, site.commune_code):
            continue
        is_school_matter = entry.kind in (EntryKind.TERM, EntryKind.EXAM)
        if is_school_matter and site.kind is not SiteKind.SCHOOL:
            continue
        yield entry


def _effect_days(
    province: Province, site: Site, month: Month, effect: EntryEffect
) -> frozenset[date]:
    span = DateSpan(month.first_day, month.last_day)
    return frozenset(
        day
        for entry in _entries(province, site)
        if entry.effect is effect
        for day in occurrences(entry, span)
    )


def _is_locked(province: Province, site: Site, day: date, tasks: tuple[Task, ...]) -> bool:
    zone = find_zone(province, site, day)
    if zone is None:
        return False
    return zone.rule is ZoneRule.NO_ENTRY or Task.SESSION in tasks or Task.TRAINING in tasks


@functools.lru_cache(maxsize=65536)
def open_hours(hours: str, day: date) -> tuple[Window, ...]:
    """Return the spans of a day in which opening hours (OpenStreetMap syntax) say open."""
    return tuple(Window(day, opens, closes) for opens, closes in list_spans(hours, day))
