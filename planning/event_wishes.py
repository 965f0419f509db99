"""What wishes for sessions on the days of events weigh, and who had no turn before."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from programme.event_days import find_occurrence, widen
from programme.evidence import list_evidence
from province.agenda import CalendarEntry
from province.dates import DateSpan, Month
from province.days import first_days
from province.facts import Province
from province.ids import SiteId
from province.places import Site
from province.programme_facts import Form
from province.visits import REMOTE_MIN, PointReason, VisitWish

TURN_FORMS = (Form.MOBILE, Form.PROMOTION)
"""Evidence of these forms on the days of an event shows that a site had its turn."""


def weigh_wishes(
    province: Province, month: Month, *, access_min: Mapping[SiteId, float]
) -> Iterator[tuple[SiteId, VisitWish]]:
    """Yield the wishes whose first day lies in a month, with their points, each with its site.

    Parameters
    ----------
    access_min
        Minutes from the depot by site; a site that is not named is not remote.
    """
    asked = [wish for wish in province.wishes if Month.of(wish.start) == month]
    if not asked:
        return
    entries = {entry.entry_id: entry for entry in province.calendar}
    turns: dict[SiteId, set[date]] = defaultdict(set)
    for one in list_evidence(province):
        if one.form in TURN_FORMS:
            turns[one.site_id].add(one.day)
    for wish in asked:
        entry, site = entries[wish.event_id], province.site_by_id.get(wish.site_id)
        event = find_occurrence(entry, wish.start)
        if event is None or site is None:  # of a part of the province, or not the event's day
            continue
        is_remote = access_min.get(wish.site_id, 0.0) >= REMOTE_MIN
        missed = _count_missed_turns(province, entry, event.first, turns[wish.site_id])
        yield (
            wish.site_id,
            VisitWish(
                wish_id=wish.wish_id,
                event_id=wish.event_id,
                days=wish.span,
                instead=widen(entry, event),
                points=tuple(_list_points(province, site, is_remote, missed)),
                point_vnd=province.settings.costs.missed_wish_vnd_per_point,
            ),
        )


def _count_missed_turns(
    province: Province, entry: CalendarEntry, first: date, turns: set[date]
) -> int:
    """Return how many times of an event in a row, up to the last before a day, had no turn."""
    if first <= entry.start:
        return 0
    length, count = timedelta(days=entry.days - 1), 0
    earlier = first_days(entry, DateSpan(entry.start, first - timedelta(days=1)))
    most = province.settings.events.turn_times
    for start in reversed(earlier[-most:] if most else ()):
        span = DateSpan(start, start + length)
        if any(day in span for day in turns):
            break
        count += 1
    return count


def _list_points(
    province: Province, site: Site, is_remote: bool, missed: int
) -> Iterator[tuple[PointReason, int]]:
    """Yield what a wish has points for, reasons without any left out."""
    rules, own = province.settings.events, province.settings.province.language
    pupils = min(site.students // rules.pupils_per_point, rules.pupils_most_points)
    found = (
        (PointReason.WISHED, rules.wished_points),
        (PointReason.REMOTE, rules.remote_points * is_remote),
        (PointReason.TURN, rules.turn_points * missed),
        (PointReason.PUPILS, int(pupils)),
        (PointReason.LANGUAGES, rules.language_points * bool(set(site.languages) - {own})),
    )
    return (one for one in found if one[1])
