"""The small province with a book day in December that several sites wish for."""

import dataclasses
from datetime import date

from province.agenda import CalendarEntry, EntryEffect, EntryKind, EventWish
from province.facts import Province
from province.ids import SiteId
from province.programme_facts import Activity, Form, ProgrammeFacts

DAY = date(2026, 12, 16)  # a Wednesday
EVENT = CalendarEntry(
    "NGAY-SACH", EntryKind.PROGRAMME, "Ngày Sách", "FREQ=YEARLY", date(2024, 12, 16), 1, None,
    None, None, EntryEffect.NOTE, "", days_before=2, days_after=2,
)  # fmt: skip


def wish(name: str, site: str, start: date = DAY, days: int = 1) -> EventWish:
    return EventWish(name, EVENT.entry_id, SiteId(site), start, days, "")


def activity(name: str, site: str, day: date, form: Form = Form.PROMOTION) -> Activity:
    return Activity(name, day, SiteId(site), form, 40, "", "")


def add_event(
    province: Province,
    *wishes: EventWish,
    event: CalendarEntry = EVENT,
    activities: tuple[Activity, ...] = (),
) -> Province:
    """Return a province with the event, wishes for it, and what took place before."""
    return dataclasses.replace(
        province,
        calendar=(*province.calendar, event),
        wishes=wishes,
        programme=ProgrammeFacts(activities=activities),
    )
