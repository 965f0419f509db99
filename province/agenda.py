"""Rows of the calendar, and lockdown zones, as facts."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from province.cells import (
    ONE,
    Day,
    DaysBetween,
    DaysFromOne,
    Heading,
    Id,
    Remark,
    Text,
    Truth,
    Words,
)
from province.dates import DateSpan
from province.ids import CommuneCode, SiteId


class EntryKind(StrEnum):
    """What a calendar row is about."""

    HOLIDAY = "holiday"
    TERM = "term"
    EXAM = "exam"
    MARKET = "market"
    PROGRAMME = "programme"
    EVENT = "event"


class EntryEffect(StrEnum):
    """What a calendar row does to visits at the places it names.

    `CLOSED`: no visit on these days. `OPEN`: visits allowed although it is a public holiday.
    `TERM`: schools are open on these days only. `SESSION_DAY`: sessions are held on these days
    only, at the places it names. `PREFERRED`: sessions on these days are worth more.
    `EXTRA_SESSION`: one session more is held at the site it names, on one of these days, whatever
    is promised there. `NOTE`: shown, changes nothing.
    """

    CLOSED = "closed"
    OPEN = "open"
    TERM = "term"
    SESSION_DAY = "session_day"
    PREFERRED = "preferred"
    EXTRA_SESSION = "extra_session"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Days on which something holds.

    Parameters
    ----------
    rule
        "" (once), an RFC 5545 RRULE such as ``FREQ=WEEKLY;BYDAY=SU`` or ``FREQ=DAILY;INTERVAL=6``,
        or ``LUNAR:1,15`` for days of the lunar month.
    start, days
        First day and number of days each occurrence lasts.
    until
        Last day of the repetition, or None.
    commune_code, site_id
        The place it applies to; both None for the whole province.
    days_before, days_after
        Days before and after an occurrence on which a session that was wished for it may be held
        instead.
    vehicles, crews
        Ids of those that stay with it on its days: no trip has them then.
    is_promotion
        A session held for it counts as reading promotion, too.
    """

    entry_id: Id
    kind: EntryKind
    name: Text
    rule: Remark
    start: Annotated[Day, Heading("start_date")]
    days: Annotated[DaysFromOne, ONE]
    until: Day | None
    commune_code: CommuneCode | None
    site_id: SiteId | None
    effect: EntryEffect
    note: Remark
    days_before: DaysBetween = 0
    days_after: DaysBetween = 0
    vehicles: Words = ()
    crews: Words = ()
    is_promotion: Truth = False

    @property
    def is_event(self) -> bool:
        """Whether it is something that people prepare: a programme's day, or a local event."""
        is_day = self.kind in (EntryKind.PROGRAMME, EntryKind.EVENT)
        return is_day and self.effect is not EntryEffect.CLOSED

    @property
    def first_span(self) -> DateSpan:
        """The days of its first occurrence."""
        return DateSpan(self.start, self.start + timedelta(days=self.days - 1))


@dataclass(frozen=True, slots=True)
class EventWish:
    """What a site asked for: a session for an event, on one of some days.

    Parameters
    ----------
    event_id
        The row of the calendar that it is for.
    start, days
        The first of the days wished for, and how many they are; they lie within one occurrence.
    """

    wish_id: Id
    event_id: Id
    site_id: SiteId
    start: Annotated[Day, Heading("start_date")]
    days: Annotated[DaysFromOne, ONE]
    note: Remark

    @property
    def span(self) -> DateSpan:
        """The days wished for."""
        return DateSpan(self.start, self.start + timedelta(days=self.days - 1))


class ZoneRule(StrEnum):
    """What a lockdown zone allows: nothing, or boxes left at its gate."""

    NO_ENTRY = "no_entry"
    GATE_DROP = "gate_drop"


@dataclass(frozen=True, slots=True)
class Zone:
    """A commune under lockdown for some days."""

    zone_id: Id
    commune_code: CommuneCode
    span: DateSpan
    rule: ZoneRule
    note: Remark
