"""Draws the dates of reports as a calendar that reminds of them."""

from datetime import UTC, datetime, time, timedelta

from icalendar import Alarm, Event

from exports.ics.calendar_files import begin_calendar, write_calendar
from exports.text.plain import clean_line
from programme.due import DueKind
from programme.reporting.parts import ProgrammeReport, ReportLevel
from province.facts import Province
from province.language import Language, message, translate
from province.programme_settings import ReportSettings

DAYS_BEFORE = (14, 3)
"""How many days before a report is due one is reminded."""


def list_owed(report: ProgrammeReport, province: Province) -> tuple[ReportSettings, ...]:
    """Return the reports whose dates concern who reads one: of a unit its own, else all of them."""
    is_unit = report.level is ReportLevel.UNIT
    return tuple(
        one
        for one in province.settings.reports
        if not is_unit or one.written_by == ReportLevel.UNIT
    )


def draw_reminders(
    reports: tuple[ReportSettings, ...],
    report: ProgrammeReport,
    province: Province,
    language: Language,
) -> bytes:
    """Return a day-long entry for each report that is due for the year, with two alarms.

    An entry has the id that it has in the list of what is owed soon: it stands once in a calendar.
    """
    us = province.settings.province
    name = translate(message("Reports due – {name}", name=us.organisation or us.name), language)
    calendar = begin_calendar(name, "Reports")
    for owed in reports:
        day = owed.find_deadline(report.period.year)
        event = Event()
        uid = f"{DueKind.REPORT}.{owed.id}.{report.period.year}@{us.code}.luanchuyen"
        event.add("uid", clean_line(uid))
        event.add("dtstamp", datetime.combine(report.on, time(), UTC))
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        text = translate(message("report: {report}", report=owed.name), language)
        event.add("summary", clean_line(text))
        for days in DAYS_BEFORE:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", clean_line(text))
            alarm.add("trigger", timedelta(days=-days))
            event.add_component(alarm)
        calendar.add_component(event)
    return write_calendar(calendar)
