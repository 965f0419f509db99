"""Other hours and days of a site that a planner may ask for: never those of a disaster."""

from collections.abc import Iterator
from datetime import date

from planning.fixes.levers import Lever, Question, set_cell, stepped
from planning.fixes.trial import Served
from province.agenda import EntryEffect, ZoneRule
from province.changes import Change
from province.dates import Month, clock
from province.days import open_hours
from province.lockdown import has_lockdown, list_zones
from province.places import Site, SiteKind
from province.stock import Kit
from province.visits import Task, list_kits

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

STEP_MIN = 30
"""Hours and sessions are asked for in whole and half hours, as people agree on them."""

HALVES = {True: ((420, 720), (780, 1050)), False: ((360, 750), (780, 1200))}
"""Hours in which a keyholder may be asked to open, by whether it is a school: before and after
noon, so that no change takes the rest at midday away (ours)."""

LEAST_REST_DAYS = 3
"""Books rest no shorter after a lockdown: the least that `[lockdown] rest_days` allows."""

LEAST_SESSION_MIN = 60
"""No session is proposed that is shorter (ours)."""


def pull_kits(asked: Question) -> Iterator[Lever]:
    """Yield an earlier day from which a kit is ready, and a later one until which it is due."""
    ids = set(list_kits(*asked.visit.leaves, *asked.visit.takes))
    for kit in asked.province.kits:
        if kit.kit_id not in ids:
            continue
        month = Month.of(kit.due_date)
        for column, day in (("ready_date", month.first_day), ("due_date", month.last_day)):
            if day == getattr(kit, column) or (column == "ready_date" and kit.after is not None):
                continue

            def settle(served: Served, kit: Kit = kit, column: str = column) -> Change:
                return set_cell(kit, column, served.trip.stops[0].day)

            yield Lever(set_cell(kit, column, day), settle)


def pull_pins(asked: Question) -> Iterator[Lever]:
    """Yield each thing less that the planner fixed about the visit."""
    pin = asked.visit.pin
    named = {one.pin_id: one for one in asked.province.pins}
    for pin_id in pin.pin_ids if pin else ():
        columns = (
            ("date", named[pin_id].day),
            ("vehicle_id", named[pin_id].vehicle_id),
            ("crew_id", named[pin_id].crew_id),
            ("not_before", named[pin_id].not_before),
            ("not_after", named[pin_id].not_after),
        )
        for column, value in columns:
            if value is not None:
                yield Lever(Change("visit_pins.csv", pin_id, column, ""))


def pull_sessions(asked: Question) -> Iterator[Lever]:
    """Yield shorter sessions at the site, by half hours, down to half of what is usual."""
    province, site = asked.province, asked.province.site_by_id[asked.visit.site_id]
    if Task.SESSION not in asked.visit.tasks:
        return
    now = site.session_min or province.settings.service.session_min
    least = max(LEAST_SESSION_MIN, now // 2)
    lengths = range((now - 1) // STEP_MIN * STEP_MIN, least - 1, -STEP_MIN)
    yield from stepped([set_cell(site, "session_min", minutes) for minutes in lengths])


def pull_gaps(asked: Question) -> Iterator[Lever]:
    """Yield fewer days between two sessions at the site, down to half of what is promised."""
    site = asked.province.site_by_id[asked.visit.site_id]
    gaps = range(site.session_gap_days - 1, max(1, site.session_gap_days // 2) - 1, -1)
    yield from stepped([set_cell(site, "session_gap_days", gap) for gap in gaps])


def pull_checks(asked: Question) -> Iterator[Lever]:
    """Yield fewer days on which a batch that came home is checked."""
    now = asked.province.settings.service.check_days
    yield from stepped(
        [
            Change("province.toml", "service", "check_days", str(days))
            for days in range(now - 1, -1, -1)
        ]
    )


def pull_rest(asked: Question) -> Iterator[Lever]:
    """Yield fewer days of rest after a lockdown, down to the fewest that are allowed."""
    settings = asked.province.settings.lockdown
    days = range(settings.rest_days - 1, LEAST_REST_DAYS - 1, -1)
    if has_lockdown(asked.province, asked.finished.survey.month):
        yield from stepped(
            [Change("province.toml", "lockdown", "rest_days", str(rest)) for rest in days]
        )


def pull_delays(asked: Question) -> Iterator[Lever]:
    """Yield more days by which a lockdown may put off a visit: as long as the month is."""
    most = asked.finished.survey.month.last_day.day
    if most > asked.province.settings.lockdown.max_later_days:
        yield Lever(Change("province.toml", "lockdown", "max_later_days", str(most)))


def pull_zones(asked: Question) -> Iterator[Lever]:
    """Yield a zone in which boxes are left at the gate, where nobody may come now."""
    site = asked.province.site_by_id[asked.visit.receiver_id]
    for zone in list_zones(asked.province, asked.finished.survey.month):
        if zone.commune_code == site.commune_code and zone.rule is ZoneRule.NO_ENTRY:
            rule = ZoneRule.GATE_DROP.value
            yield Lever(Change("zones.csv", zone.zone_id, "rule", rule))


def pull_hours(asked: Question) -> Iterator[Lever]:
    """Yield longer hours before or after noon, and days of sessions that the calendar fixes.

    Only on the days of `list_keeper_days`.
    """
    site = asked.province.site_by_id[asked.visit.site_id]
    days = list_keeper_days(site, asked.finished.survey.month)
    for first, last in HALVES[site.kind is SiteKind.SCHOOL]:
        more = "".join(f", {_date(day)} {clock(first)}-{clock(last)}" for day in days)
        yield Lever(
            set_cell(site, "hours", site.hours + more),
            lambda served: set_cell(site, "hours", widen_hours(site.hours, served)),
        )
    for entry in asked.province.calendar:
        concerns = entry.site_id in (None, site.site_id) and entry.commune_code in (
            None, site.commune_code,
        )  # fmt: skip
        if concerns and entry.effect is EntryEffect.SESSION_DAY:
            yield Lever(Change("calendar.csv", entry.entry_id, "effect", EntryEffect.NOTE.value))


def list_keeper_days(site: Site, month: Month) -> tuple[date, ...]:
    """Return the days on which a keyholder may be asked: no school opens on a Sunday.

    Those on which the site is open anyhow, and workdays (of schools, Saturdays too) unless its
    hours name days on which it is shut; where none is left, workdays.
    """
    last = WEEKDAYS.index("Sa") if site.kind is SiteKind.SCHOOL else WEEKDAYS.index("Fr")
    workdays = {day for day in month.days() if day.weekday() <= last}
    opened = {day for day in month.days() if open_hours(site.hours, day)}
    if site.kind is SiteKind.SCHOOL:
        opened = {day for day in opened if day.weekday() <= last}
    if not _names_shut_days(site.hours):
        opened |= workdays
    return tuple(sorted(opened or workdays))


def widen_hours(hours: str, served: Served) -> str:
    """Return opening hours that hold the visit as well, in whole and half hours.

    On that day of the week; on that date alone where the hours name days on which it is shut.
    """
    stop = served.trip.stops[0]
    start, end = stop.start_min, stop.start_min + served.visit.service_min
    asked = (start // STEP_MIN * STEP_MIN, -(-end // STEP_MIN) * STEP_MIN)
    spans = [(w.opens_min, w.closes_min) for w in open_hours(hours, stop.day)]
    merged: list[tuple[int, int]] = []
    for first, last in sorted([*spans, asked]):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    day = _date(stop.day) if _names_shut_days(hours) else WEEKDAYS[stop.day.weekday()]
    return f"{hours}; {day} " + ",".join(f"{clock(a)}-{clock(b)}" for a, b in merged)


def _names_shut_days(hours: str) -> bool:
    return "off" in hours or "closed" in hours


def _date(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day:02d}"
