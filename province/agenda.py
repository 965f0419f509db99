"""Rows of the calendar, and lockdown zones, as facts."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from province.cells import ONE, Day, DaysFromOne, Heading, Id, Remark, Text
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

    @property
    def first_span(self) -> DateSpan:
        """The days of its first occurrence."""
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
