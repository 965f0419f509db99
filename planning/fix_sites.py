"""Other hours and days of a site: its own, the calendar's, those of zones and of kits."""

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta

from planning.fix_levers import Lever, Settled, fixed, with_site
from planning.fix_trial import Served
from province.changes import Change
from province.dates import DateSpan, clock
from province.days import open_hours
from province.facts import Province
from province.stock import Kit
from province.visits import Task, Visit

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def pull_hours(province: Province, visit: Visit) -> Iterator[Lever]:
    """Yield other days for a kit, longer opening hours, and days of the calendar and of zones."""
    if Task.KIT in visit.tasks:
        yield from _pull_kits(province, visit)
    site = province.site_by_id[visit.site_id]

    def settle(served: Served) -> Settled:
        hours = widen_hours(site.hours, served)
        change = Change("libraries.csv", site.site_id, "hours", hours)
        return change, with_site(province, dataclasses.replace(site, hours=hours))

    always = dataclasses.replace(site, hours="Mo-Su 00:00-24:00")
    yield Lever(with_site(province, always), settle)
    for entry in province.calendar:
        concerns = entry.site_id in (None, site.site_id) and entry.commune_code in (
            None, site.commune_code,
        )  # fmt: skip
        if concerns and entry.effect in ("closed", "session_day"):
            rest = tuple(e for e in province.calendar if e is not entry)
            yield fixed(
                Change("calendar.csv", entry.entry_id, "effect", "note"),
                dataclasses.replace(province, calendar=rest),
            )
    for number, zone in enumerate(province.zones):
        if zone.commune_code == site.commune_code:

            def settle_zone(served: Served, number: int = number) -> Settled:
                old = province.zones[number]
                before = served.trip.first_day - timedelta(days=1)
                after = served.trip.last_day + timedelta(days=1)
                column, day = ("to_date", before) if old.span.first <= before else (
                    "from_date", after,
                )  # fmt: skip
                ends = (old.span.first, day) if column == "to_date" else (day, old.span.last)
                zones = list(province.zones)
                zones[number] = dataclasses.replace(old, span=DateSpan(min(ends), max(ends)))
                return (
                    Change("zones.csv", old.zone_id, column, day.isoformat()),
                    dataclasses.replace(province, zones=tuple(zones)),
                )

            rest_of = (*province.zones[:number], *province.zones[number + 1 :])
            yield Lever(dataclasses.replace(province, zones=rest_of), settle_zone)


def pull_gap(province: Province, visit: Visit) -> Iterator[Lever]:
    """Yield a shorter gap between the sessions of the site."""
    site = province.site_by_id[visit.receiver_id]

    def settle(served: Served) -> Settled:
        gap = max(1, min(site.session_gap_days, served.apart_days))
        change = Change("libraries.csv", site.site_id, "session_gap_days", str(gap))
        return change, with_site(province, dataclasses.replace(site, session_gap_days=gap))

    yield Lever(with_site(province, dataclasses.replace(site, session_gap_days=1)), settle)


def _pull_kits(province: Province, visit: Visit) -> Iterator[Lever]:
    ids = {parcel.content_id for parcel in visit.leaves}
    for kit in province.kits:
        if kit.kit_id not in ids:
            continue
        first, last = kit.due_date.replace(day=1), _last_of_month(kit.due_date)
        for column, day in (("ready_date", first), ("due_date", last)):
            if day == getattr(kit, column):
                continue

            def settle(served: Served, kit: Kit = kit, column: str = column) -> Settled:
                day = served.trip.stops[0].day
                change = Change("kits.csv", kit.kit_id, column, day.isoformat())
                return change, _with_kit(province, _move_kit(kit, column, day))

            yield Lever(_with_kit(province, _move_kit(kit, column, day)), settle)


def _move_kit(kit: Kit, column: str, day: date) -> Kit:
    if column == "due_date":
        return dataclasses.replace(kit, due_date=day)
    return dataclasses.replace(kit, ready_date=day)


def widen_hours(hours: str, served: Served) -> str:
    """Return opening hours that hold the visit as well, on that day of the week only."""
    stop = served.trip.stops[0]
    start, end = stop.start_min, stop.start_min + served.visit.service_min
    spans = sorted((w.opens_min, w.closes_min) for w in open_hours(hours, stop.day))
    merged: list[tuple[int, int]] = []
    for first, last in sorted([*spans, (start, end)]):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    day = WEEKDAYS[stop.day.weekday()]
    return f"{hours}; {day} " + ",".join(f"{clock(a)}-{clock(b)}" for a, b in merged)


def _with_kit(province: Province, new: Kit) -> Province:
    kits = tuple(new if kit.kit_id == new.kit_id else kit for kit in province.kits)
    return dataclasses.replace(province, kits=kits)


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
