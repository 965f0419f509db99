"""The pool of dated trips from which a month is chosen."""

from collections.abc import Iterable

from routing.month.instance import MonthInstance
from routing.month.schedule import date_everywhere
from routing.month.timetable import Course, DatedTrip

MAX_DATED = 24  # dates, vehicles and crews kept for one order in a large month
MAX_PAIRS = 16  # vehicles with a crew from which those are taken: a large fleet has its square


def date_orders(instance: MonthInstance, orders: Iterable[Course]) -> list[DatedTrip]:
    """Return the trips of some orders on the dates, vehicles and crews that suit them best."""
    pool: list[DatedTrip] = []
    for order, split in orders:
        options = date_everywhere(instance, order, range(len(instance.weeks)), split, MAX_PAIRS)
        options.sort(key=lambda trip: (trip.value_vnd, trip.key))
        step = max(1.0, len(options) / MAX_DATED)
        pool.extend(options[int(k * step)] for k in range(min(MAX_DATED, len(options))))
    return pool


def merge_pool(*parts: list[DatedTrip]) -> list[DatedTrip]:
    """Return all trips once, sorted; the first of equal ones stays."""
    found: dict[tuple[int, ...], DatedTrip] = {}
    for part in parts:
        for trip in part:
            found.setdefault(trip.key, trip)
    return [found[key] for key in sorted(found)]
