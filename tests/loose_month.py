"""A month of the small province, by night too and with beds everywhere, and what befalls it."""

import dataclasses
import functools
from datetime import date

from planning.joint.month import plan_month
from planning.plan import Plan
from planning.replan.moment import Moment
from province.agenda import CalendarEntry, EntryEffect, EntryKind
from province.dates import DateSpan, Month
from province.facts import Province
from province.ids import ClosureId
from province.roads import Closure, ClosureEffect

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


@functools.cache
def plan_loosely(province_key: int, duty_min: int) -> tuple[Province, Plan]:
    province = loosen(PROVINCES[province_key], duty_min)
    plan = plan_month(province, DECEMBER, seed=1, work=0.05, rounds=1, has_fixes=False)
    assert plan.violations == ()
    return province, plan


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
