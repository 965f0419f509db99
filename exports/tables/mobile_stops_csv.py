"""Writes the sessions as a public timetable: `mobile-library-stops.csv`.

The columns and rules are those of the open schema for mobile-library stops, so that any site which
reads it can show the timetable; the words of `day` and `type` are its English ones.

References
----------
https://schema.librarydata.uk/mobile-library-stops
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from exports.tables.table import Cell, make_table
from exports.text.stops import name_place
from planning.notices import FOR_OWN_PEOPLE, tell_session_hours
from planning.plan import Plan
from province.dates import clock
from province.facts import Province
from province.ids import SiteId, VehicleId
from province.language import Language
from province.visits import Task

HEADINGS = (
    "organisation", "mobile", "route", "community", "stop", "address", "postcode", "geox", "geoy",
    "day", "type", "arrival", "departure", "frequency", "start", "end", "exceptions", "timetable",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Repetition:
    """Days that repeat by a rule without exceptions.

    Parameters
    ----------
    rule
        RRULE of RFC 5545 that gives the days from `start` to `end`, both included.
    days
        The days themselves, ascending.
    """

    rule: str
    start: date
    end: date
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True, order=True)
class _Session:
    """What sessions have in common that stand in one row."""

    vehicle_id: VehicleId
    weekday: int
    opens_min: int
    closes_min: int
    site_id: SiteId


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the sessions, by vehicle, first day and time; it is the same in every language."""
    days: dict[_Session, list[date]] = {}
    for trip in plan.trips.trips:
        for stop in trip.stops:
            if Task.SESSION in stop.tasks:
                hours = tell_session_hours(stop, province.settings.service)
                key = _Session(trip.vehicle_id, stop.day.weekday(), *hours, stop.site_id)
                days.setdefault(key, []).append(stop.day)
    rows = [
        _write_row(session, repetition, province)
        for session in sorted(days, key=lambda key: (key.vehicle_id, min(days[key]), key))
        for repetition in describe_repetitions(sorted(days[session]))
    ]
    yield "mobile-library-stops.csv", make_table(HEADINGS, rows)


def describe_repetitions(days: Sequence[date]) -> tuple[Repetition, ...]:
    """Return rules for days that fall on one weekday: as few as there are even runs of weeks.

    Readers of the schema take rule, start and end of a route, and not its exceptions; so days
    without a visit stand between two rules, not in the column `exceptions`.

    Parameters
    ----------
    days
        One or more, ascending.
    """
    left, found = list(days), []
    while left:
        runs = (_run(left, (day - left[0]).days // 7) for day in left[1:])
        run = max(runs, key=len, default=left[:1])
        interval = (run[1] - run[0]).days // 7 if len(run) > 1 else 1
        rule = f"FREQ=WEEKLY;INTERVAL={interval}"
        found.append(Repetition(rule, run[0], run[-1], tuple(run)))
        left = [day for day in left if day not in run]
    return tuple(found)


def _run(days: Sequence[date], weeks: int) -> list[date]:
    """Return the days that follow the first one every so many weeks, until one is missing."""
    run = [days[0]]
    while run[-1] + timedelta(weeks=weeks) in days:
        run.append(run[-1] + timedelta(weeks=weeks))
    return run


def _write_row(session: _Session, repetition: Repetition, province: Province) -> tuple[Cell, ...]:
    us, site = province.settings.province, province.site_by_id[session.site_id]
    commune = province.commune_by_code.get(site.commune_code)
    weekday = WEEKDAYS[session.weekday]
    place = name_place(site, province)
    return (
        us.organisation or us.name,
        province.vehicle_by_id[session.vehicle_id].name,
        # All stops of a route are visited on the same days: the schema's readers rely on it.
        f"{weekday} {', '.join(day.isoformat() for day in repetition.days)}",
        commune.name if commune else "",
        site.name,
        f"{site.name}, {place}" if place else site.name,
        "",
        Decimal(f"{site.lon:.6f}"),
        Decimal(f"{site.lat:.6f}"),
        weekday,
        "Private" if site.kind in FOR_OWN_PEOPLE else "Public",
        clock(session.opens_min),
        clock(session.closes_min),
        repetition.rule,
        repetition.start,
        repetition.end,
        "",
        "",
    )
