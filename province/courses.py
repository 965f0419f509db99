"""When courses are held: the occurrences of each, and when it is over."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from province.dates import DateSpan
from province.days import first_days
from province.ids import CourseId
from province.programme_facts import Course
from province.stock import Kit


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a course is held: the same people come to all of its days.

    Parameters
    ----------
    starts
        First day of each meeting: one, of a series all.
    days
        Every day of it, ascending; on site those on which it may be.
    """

    course: Course
    starts: tuple[date, ...]
    days: tuple[date, ...]

    @property
    def first(self) -> date:
        """The first day, by which invitations name it."""
        return self.days[0]

    @property
    def last(self) -> date:
        """The last day, after which people are trained."""
        return self.days[-1]

    @property
    def hours(self) -> float:
        """Hours that it lasts for whoever comes."""
        return self.course.hours * len(self.starts)

    @property
    def cost(self) -> float:
        """What it costs; on site for each site."""
        return self.course.cost * len(self.starts)


def list_occurrences(course: Course, span: DateSpan) -> tuple[Occurrence, ...]:
    """Return the occurrences of a course that begin within some days, by day.

    A series begins once, on the first of its days.
    """
    if not course.is_series:
        return tuple(_meet(course, (day,)) for day in first_days(course, span))
    starts = first_days(course, DateSpan(course.start, course.until or course.start))
    return (_meet(course, starts),) if starts and starts[0] in span else ()


def find_occurrence(course: Course, first: date) -> Occurrence | None:
    """Return the occurrence of a course that begins on a day, or None."""
    return next(iter(list_occurrences(course, DateSpan(first, first))), None)


def find_end(course: Course, before: date) -> date | None:
    """Return the last day of the last occurrence that is over before a day; None without any."""
    eve = before - timedelta(days=1)
    if eve < course.start:
        return None
    ends = (one.last for one in list_occurrences(course, DateSpan(course.start, eve)))
    return max((end for end in ends if end < before), default=None)


def wait_for_courses(kits: Iterable[Kit], courses: Iterable[Course]) -> tuple[Kit, ...]:
    """Return the kits, those that come after a course ready no earlier than the day after it."""
    by_id: dict[CourseId, Course] = {course.course_id: course for course in courses}
    return tuple(_wait(kit, by_id[kit.after]) if kit.after in by_id else kit for kit in kits)


def _wait(kit: Kit, course: Course) -> Kit:
    end = find_end(course, kit.due_date)
    if end is None or end < kit.ready_date:
        return kit
    return dataclasses.replace(kit, ready_date=end + timedelta(days=1))


def _meet(course: Course, starts: tuple[date, ...]) -> Occurrence:
    until = course.until or date.max
    length = range(course.days)
    found = {day for start in starts for k in length if (day := start + timedelta(days=k)) <= until}
    return Occurrence(course, starts, tuple(sorted(found)))
