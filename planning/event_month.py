"""The events of a month: their days, who stays with them, what became of wishes for them."""

from dataclasses import dataclass

from planning.placed import WishAnswer
from planning.plan import Plan
from planning.reservations import Reservation
from province.agenda import CalendarEntry
from province.dates import DateSpan
from province.days import occurrences
from province.facts import Province


@dataclass(frozen=True, slots=True)
class MonthEvent:
    """An event of a month.

    Parameters
    ----------
    days
        Its first and last day in the month.
    instead
        The days on which sessions wished for it may be; None where nobody wished.
    reserved
        Who stays with it, by day.
    answers
        What became of the wishes for it, the weightiest first.
    """

    entry: CalendarEntry
    days: DateSpan
    instead: DateSpan | None
    reserved: tuple[Reservation, ...]
    answers: tuple[WishAnswer, ...]

    @property
    def met(self) -> int:
        """Sessions on a day wished for."""
        return sum(one.placed is not None and one.placed.day in one.wish.days
                   for one in self.answers)  # fmt: skip

    @property
    def lost(self) -> int:
        """Sessions not held this month."""
        return sum(one.placed is None for one in self.answers)

    @property
    def near(self) -> int:
        """Sessions on another of the days around it."""
        return sum(one.placed is not None and one.placed.day in one.wish.instead
                   for one in self.answers) - self.met  # fmt: skip


def list_month_events(plan: Plan, province: Province) -> tuple[MonthEvent, ...]:
    """Return the events of a plan's month by day: those of the calendar that people prepare.

    So with every row of it for which vehicles or crews are kept, or sessions were wished.
    """
    month = DateSpan(plan.month.first_day, plan.month.last_day)
    found = []
    for entry in province.calendar:
        days = occurrences(entry, month)
        kept = tuple(one for one in plan.reserved if one.event_id == entry.entry_id)
        answers = tuple(one for one in plan.wishes if one.wish.event_id == entry.entry_id)
        if days and (entry.is_event or kept or answers):
            first = answers[0].wish.instead if answers else None
            span = DateSpan(days[0], days[-1])
            found.append(MonthEvent(entry, span, first, kept, answers))
    return tuple(sorted(found, key=lambda one: (one.days.first, one.entry.entry_id)))
