"""Draws what is owed soon as a calendar.

References
----------
RFC 5545 (iCalendar).
"""

from datetime import UTC, date, datetime, time, timedelta

from icalendar import Event

from exports.ics.calendar_files import begin_calendar, write_calendar
from exports.text.plain import clean_line
from planning.answers.due_list import KIND_NAMES
from programme.due import DueItem
from province.facts import Province
from province.language import Language, message, translate


def draw_due_calendar(
    items: tuple[DueItem, ...], province: Province, on: date, language: Language
) -> bytes:
    """Return a day-long entry for each thing that is owed, on its day.

    An entry keeps its id on whatever day the list is made, so that a newer list takes the place of
    an older one.
    """
    us = province.settings.province
    name = translate(message("Owed soon – {name}", name=us.organisation or us.name), language)
    calendar = begin_calendar(name, "Due")
    stamp = datetime.combine(on, time(), UTC)
    names = {str(site.site_id): site.name for site in province.sites}
    for item in items:
        event = Event()
        event.add("uid", clean_line(f"{item.kind}.{item.key}@{us.code}.luanchuyen"))
        event.add("dtstamp", stamp)
        event.add("dtstart", item.day)
        event.add("dtend", item.day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        event.add("summary", clean_line(translate(item.text, language)))
        event.add("categories", [translate(KIND_NAMES[item.kind], language)])
        if item.about in names:
            event.add("location", clean_line(names[item.about]))
        event.add("description", "\n".join(clean_line(str(row)) for row in item.rows))
        calendar.add_component(event)
    return write_calendar(calendar)
