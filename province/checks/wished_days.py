"""Checks that wishes for days of events, and who stays with events, agree with the other tables."""

from datetime import date

from province.agenda import CalendarEntry, EventWish
from province.dates import DateSpan, Month
from province.days import list_windows, occurrences
from province.facts import Province
from province.findings import Findings, Spot, advise_nearest_id
from province.language import message
from province.places import Site
from province.tables.references import KnownIds, Tables, list_lines
from province.visits import Task

FILE = "wishes.csv"


def check_wished_days(
    province: Province, tables: Tables, known: KnownIds, findings: Findings
) -> None:
    """Add a finding for each wish that cannot be meant so, and for who stays with no such event.

    A wish whose days are over by the last entry of the ledger is history.
    """
    _check_reserved(province, tables, known, findings)
    lines = list_lines(tables, FILE, "wish_id")
    today = max((entry.day for entry in province.journal), default=date.min)
    entries = {entry.entry_id: entry for entry in province.calendar}
    first: dict[tuple[str, str, date], EventWish] = {}
    for wish in province.wishes:
        entry, site = entries.get(wish.event_id), province.site_by_id.get(wish.site_id)
        if entry is None or site is None:  # a finding already
            continue
        place = findings.at(FILE, lines.get(wish.wish_id))
        event = occurrences(entry, wish.span)
        if len(event) < wish.days:
            place.at("start_date").add(
                wish.start,
                expected=message(
                    "days on which {event} is, as calendar.csv has it", event=entry.name
                ),
                advice=message("correct the days here, or the event in calendar.csv"),
            )
            continue
        if not site.takes_sessions:
            place.at("site_id").add(
                wish.site_id,
                expected=message("a site where sessions are held"),
                advice=message("name one whose column takes says session or both"),
            )
        other = first.setdefault((wish.event_id, wish.site_id, wish.start), wish)
        if other is not wish:
            place.at("site_id").add(
                wish.site_id,
                expected=message("a site once; {wish} wishes the same", wish=other.wish_id),
                advice=message("delete one of the two"),
            )
        if wish.span.last >= today:
            _check_place(province, wish, entry, site, place)


def _check_reserved(
    province: Province, tables: Tables, known: KnownIds, findings: Findings
) -> None:
    lines = list_lines(tables, "calendar.csv", "entry_id")
    for entry in province.calendar:
        place = findings.at("calendar.csv", lines.get(entry.entry_id))
        for column, what, ids in (
            ("vehicles", "vehicle", entry.vehicles),
            ("crews", "crew", entry.crews),
        ):
            there = known[what]
            for name in ids if there is not None else ():
                if name not in (there or ()):
                    place.at(column).add(
                        name,
                        expected=message("an id that stands in {where}", where=f"{what}s.csv"),
                        advice=advise_nearest_id(name, there or ()),
                    )


def _check_place(
    province: Province, wish: EventWish, entry: CalendarEntry, site: Site, place: Spot
) -> None:
    """Warn of a wish at a site that the event is not about, or that is shut on all its days."""
    is_elsewhere = entry.site_id not in (None, site.site_id) or entry.commune_code not in (
        None,
        site.commune_code,
    )
    if is_elsewhere:
        place.at("site_id").warn(
            wish.site_id,
            expected=message("a site of the event {event}", event=entry.name),
            advice=message("correct the site, or the place of the event in calendar.csv"),
        )
    if not _is_open(province, site, wish.span):
        place.at("start_date").warn(
            wish.start,
            expected=message("a day on which the site is open for it"),
            advice=message("wish for another day, or correct hours and calendar"),
        )


def _is_open(province: Province, site: Site, span: DateSpan) -> bool:
    months = dict.fromkeys(Month.of(day) for day in span.days())
    return any(
        window.day in span
        for month in months
        for window in list_windows(province, site, month, (Task.SESSION,))
    )
