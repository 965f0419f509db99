"""Draws the days of courses as a calendar.

References
----------
RFC 5545 (iCalendar).
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Event

from exports.ics.calendar_files import begin_calendar, write_calendar
from exports.text.plain import clean_line
from exports.training.training_tables import name_place
from programme.training.plan import PlannedMeeting, TrainingPlan
from province.facts import Province
from province.language import Language, message, translate


def draw_training_calendar(
    plan: TrainingPlan, province: Province, on: date, language: Language
) -> bytes:
    """Return an entry for each day on which a course that is held begins, of a series for each.

    A course on site has one entry for the days on which trips bring it. Entries keep their ids, so
    that a newer calendar takes the place of an older one.
    """
    us = province.settings.province
    name = translate(message("Courses – {name}", name=us.organisation or us.name), language)
    calendar = begin_calendar(name, "Training")
    meetings: defaultdict[tuple[str, date], list[PlannedMeeting]] = defaultdict(list)
    for one in plan.meetings:
        if one.is_held:
            meetings[one.occurrence.course.course_id, one.occurrence.first].append(one)
    stamp = datetime.combine(on, time(), UTC)
    for own in meetings.values():
        for event in _list_events(own, province, language):
            event.add("dtstamp", stamp)
            calendar.add_component(event)
    return write_calendar(calendar)


def _list_events(
    meetings: list[PlannedMeeting], province: Province, language: Language
) -> Iterator[Event]:
    """Yield the entries of an occurrence, on site of all its libraries together."""
    occurrence, course = meetings[0].occurrence, meetings[0].occurrence.course
    places = [name_place(one, province, language) for one in meetings]
    groups = [group for one in meetings for group in (*one.announced, *one.groups)]
    for start in occurrence.starts:
        last = (
            occurrence.last if len(occurrence.starts) == 1 else start + timedelta(course.days - 1)
        )
        event = Event()
        key = f"training.{course.course_id}.{start.isoformat()}"
        event.add("uid", clean_line(f"{key}@{province.settings.province.code}.luanchuyen"))
        event.add("dtstart", start)
        event.add("dtend", last + timedelta(days=1))
        event.add("summary", clean_line(course.name))
        event.add("location", clean_line("; ".join(places)))
        lines = [translate(message("Trainer: {name}", name=course.trainer), language)]
        lines = lines if course.trainer else []
        lines += [
            f"{province.site_by_id[group.site_id].name}: {group.people} ({group.staff_id})"
            for group in groups
        ]
        event.add("description", "\n".join(clean_line(line) for line in lines))
        yield event
