"""The days of events: which occurrence a day lies in, and on which days a session serves it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from province.agenda import CalendarEntry, EventWish
from province.dates import DateSpan
from province.days import first_days
from province.facts import Province
from province.ids import SiteId
from province.row_refs import RowRef


def find_occurrence(entry: CalendarEntry, day: date) -> DateSpan | None:
    """Return the days of the occurrence of an entry that a day lies in, or None."""
    length = timedelta(days=entry.days - 1)
    starts = first_days(entry, DateSpan(day - length, day))
    return DateSpan(starts[-1], starts[-1] + length) if starts else None


def widen(entry: CalendarEntry, event: DateSpan) -> DateSpan:
    """Return the days of an occurrence with those before and after that will do."""
    before, after = timedelta(days=entry.days_before), timedelta(days=entry.days_after)
    return DateSpan(event.first - before, event.last + after)


@dataclass(frozen=True)
class PromotionDays:
    """On which days a session at a site is promotion, too: for an event that says so.

    Parameters
    ----------
    wishes
        Wishes for such events by site.
    """

    province: Province
    entries: tuple[CalendarEntry, ...]
    wishes: Mapping[SiteId, tuple[EventWish, ...]]

    @classmethod
    def of(cls, province: Province) -> "PromotionDays":
        """Return the days of the events of a province."""
        entries = tuple(one for one in province.calendar if one.is_event and one.is_promotion)
        ids = {one.entry_id for one in entries}
        wishes: defaultdict[SiteId, tuple[EventWish, ...]] = defaultdict(tuple)
        for wish in province.wishes:
            if wish.event_id in ids:
                wishes[wish.site_id] += (wish,)
        return cls(province, entries, dict(wishes))

    def list_rows(self, site_id: SiteId, day: date) -> tuple[RowRef, ...]:
        """Return the rows that say that a session was for an event; none: it was for none.

        It was held on a day of the event itself, where that takes place; or the site wished for
        it, and it was held on one of the days around it that will do.
        """
        site = self.province.site_by_id.get(site_id)
        if site is None:
            return ()
        for entry in self.entries:
            is_here = entry.site_id in (None, site_id)
            is_here &= entry.commune_code in (None, site.commune_code)
            if is_here and find_occurrence(entry, day) is not None:
                return (self.province.refer("calendar.csv", entry.entry_id),)
        by_id = {one.entry_id: one for one in self.entries}
        for wish in self.wishes.get(site_id, ()):
            entry = by_id[wish.event_id]
            event = find_occurrence(entry, wish.start)
            if event is not None and day in widen(entry, event):
                return (
                    self.province.refer("calendar.csv", entry.entry_id),
                    self.province.refer("wishes.csv", wish.wish_id),
                )
        return ()
