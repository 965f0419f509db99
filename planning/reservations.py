"""Vehicles and crews that stay with an event on its days, so that no trip has them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from province.agenda import CalendarEntry
from province.dates import DateSpan, Month
from province.days import occurrences
from province.facts import Province
from province.ids import CrewId, VehicleId

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Reservation:
    """A day of an event that has a vehicle and a crew for itself; None: it has none."""

    day: date
    event_id: str
    vehicle_id: VehicleId | None
    crew_id: CrewId | None


def list_reservations(province: Province, span: DateSpan) -> tuple[Reservation, ...]:
    """Return who stays with which event within some days, by day and event.

    Of an event with several vehicles and crews the first goes with the first, and so on.
    """
    found = [one for entry in province.calendar for one in _list_of_entry(entry, span)]
    return tuple(sorted(found, key=lambda one: (one.day, one.event_id)))


def month_span(month: Month) -> DateSpan:
    """Return the days of a month."""
    return DateSpan(month.first_day, month.last_day)


def around(month: Month) -> DateSpan:
    """Return a month with the week before it, which rules of rest see."""
    return DateSpan(month.first_day - WEEK, month.last_day)


def _list_of_entry(entry: CalendarEntry, span: DateSpan) -> Iterator[Reservation]:
    if not entry.vehicles and not entry.crews:
        return
    for day in occurrences(entry, span):
        for k in range(max(len(entry.vehicles), len(entry.crews))):
            car, crew = entry.vehicles[k : k + 1], entry.crews[k : k + 1]
            yield Reservation(
                day,
                entry.entry_id,
                VehicleId(car[0]) if car else None,
                CrewId(crew[0]) if crew else None,
            )
