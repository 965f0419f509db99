"""A month of the small province, by night too and with beds everywhere, and what befalls it."""

import dataclasses
import functools
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from edited_small import make_by_hand

from planning.plan import Plan
from planning.plan_facts import digest_folder
from planning.replan.moment import Moment
from province.agenda import CalendarEntry, EntryEffect, EntryKind
from province.dates import DateSpan, Month
from province.facts import Province
from province.ids import ClosureId
from province.roads import Closure, ClosureEffect
from province.visits import Movement

DECEMBER = Month(2026, 12)
LONG_DAY, SHORT_DAY = 420, 300  # minutes on duty: trips of a day, and of three days


def on(day: int, minute: int = 0) -> Moment:
    return Moment(date(2026, 12, day), minute)


def span(first: int, last: int) -> DateSpan:
    return DateSpan(date(2026, 12, first), date(2026, 12, last))


def loosen(province: Province, duty_min: int) -> Province:
    """Return the small province with hours by night too, beds everywhere and more sessions."""
    trips = province.settings.trips.model_copy(
        update={
            "earliest_start_min": 300, "latest_end_min": 1320, "daylight_only": False,
            "duty_max_day_min": duty_min, "max_nights": 2,
            "work_weekdays": ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
        }
    )  # fmt: skip
    sites = tuple(
        dataclasses.replace(
            site, lodging_beds=6, sessions_per_month=2 if site.takes_sessions else 0
        )
        for site in province.sites
    )
    settings = province.settings.model_copy(update={"trips": trips})
    return dataclasses.replace(province, settings=settings, sites=sites)


PROVINCES: dict[int, Province] = {}
"""Provinces by their identity: facts cannot be hashed."""


MOVES = {
    LONG_DAY: (
        Movement("B1", DECEMBER, "TV3", "TV4"),
        Movement("B3", DECEMBER, "TV1", "KHO"),
        Movement("B5", DECEMBER, "KHO", "TV1"),
    ),
    SHORT_DAY: (
        Movement("B3", DECEMBER, "TV1", "KHO"),
        Movement("B4", DECEMBER, "KHO", "TV4"),
        Movement("B5", DECEMBER, "KHO", "TV1"),
    ),
}
TRIPS = {
    LONG_DAY: (
        "1 XE1 D1 01 TH1-S1",
        "2 XE1 D1 06 TV1-S2",
        "3 XE2 D2 09 TV3-X TV4-X TV1-X",
        "4 XE1 D1 13 TV1-S1",
        "5 XE1 D1 31 TH1-S2",
    ),
    SHORT_DAY: (
        "1 XE1 D1 06 TV1-S1 TV1-X@07 TV4-X@07 TH1-S1@08",
        "2 XE1 D1 25 TH1-S2",
        "3 XE1 D1 27 TV1-S2",
    ),
}
"""By hand: the sessions at TV2 are left out, whose hours are too short for them."""


@functools.cache
def plan_loosely(province_key: int, duty_min: int) -> tuple[Province, Plan]:
    province = loosen(PROVINCES[province_key], duty_min)
    with TemporaryDirectory() as folder:
        plan = make_by_hand(province, Path(folder), MOVES[duty_min], TRIPS[duty_min])
    return province, dataclasses.replace(plan, facts_but_ledger=digest_folder(province))


def close_site(province: Province, site: str, days: DateSpan) -> Province:
    entry = CalendarEntry(
        "shut", EntryKind.EVENT, "", "", days.first, len(list(days.days())), None, None, site,
        EntryEffect.CLOSED, "",
    )  # fmt: skip
    return dataclasses.replace(province, calendar=(*province.calendar, entry))


def close_road(province: Province, segment: str, days: DateSpan) -> Province:
    closure = Closure(
        ClosureId(f"slide-{segment}"), segment, "", None, None, None, days.first, days.last,
        0, 1440, ClosureEffect.SHUT, "", "",
    )  # fmt: skip
    return dataclasses.replace(province, closures=(*province.closures, closure))


def take_out(province: Province, vehicle_id: str, days: DateSpan) -> Province:
    vehicles = tuple(
        dataclasses.replace(car, unavailable=(*car.unavailable, days))
        if car.vehicle_id == vehicle_id
        else car
        for car in province.vehicles
    )
    return dataclasses.replace(province, vehicles=vehicles)
