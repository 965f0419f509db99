"""Writes the sessions as a public timetable: `mobile-library-stops.csv`.

The columns and rules are those of the open schema for mobile-library stops, so that any site which
reads it can show the timetable; the words of `day` and `type` are its English ones.

References
----------
https://schema.librarydata.uk/mobile-library-stops
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from exports.stop_text import name_place
from exports.tables.table import Cell, make_table
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
    """Days that repeat by a rule, except some of them.

    Parameters
    ----------
    rule
        RRULE of RFC 5545 that gives the days from `start` to `end`, both included.
    exceptions
        Days of the rule that are none of ours.
    """

    rule: str
    start: date
    end: date
    exceptions: tuple[date, ...]


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
        _write_row(session, sorted(days[session]), province)
        for session in sorted(days, key=lambda key: (key.vehicle_id, min(days[key]), key))
    ]
    yield "mobile-library-stops.csv", make_table(HEADINGS, rows)


def describe_repetition(days: Sequence[date]) -> Repetition:
    """Return the rule for days that fall on one weekday.

    Parameters
    ----------
    days
        One or more, ascending.
    """
    weeks = [(day - days[0]).days // 7 for day in days]
    interval = math.gcd(*weeks) or 1
    ruled = {days[0] + timedelta(weeks=week) for week in range(0, weeks[-1] + 1, interval)}
    rule = f"FREQ=WEEKLY;INTERVAL={interval}"
    return Repetition(rule, days[0], days[-1], tuple(sorted(ruled - set(days))))


def _write_row(session: _Session, days: Sequence[date], province: Province) -> tuple[Cell, ...]:
    us, site = province.settings.province, province.site_by_id[session.site_id]
    commune = province.commune_by_code.get(site.commune_code)
    repetition = describe_repetition(days)
    weekday = WEEKDAYS[session.weekday]
    place = name_place(site, province)
    return (
        us.organisation or us.name,
        province.vehicle_by_id[session.vehicle_id].name,
        # All stops of a route are visited on the same days: the schema's readers rely on it.
        f"{weekday} {', '.join(day.isoformat() for day in days)}",
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
        "|".join(day.isoformat() for day in repetition.exceptions),
        "",
    )
