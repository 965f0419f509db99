"""On which days and trips a finished month could make one of its visits, and what each costs."""

from collections.abc import Iterator
from dataclasses import dataclass

from routing.month.instance import MonthInstance
from routing.month.roster import Roster
from routing.month.schedule import date_trip, list_singles, month_value, served_days
from routing.month.timetable import DatedTrip


@dataclass(frozen=True, slots=True)
class DayOption:
    """A month in which a visit is made on a day.

    Parameters
    ----------
    cost_vnd
        What the objective rises by; what leaving the visit out counts is left aside.
    trip, old
        The trip that makes it, and that trip without; None: it is a trip for this visit alone.
    """

    day: int
    cost_vnd: int
    trip: DatedTrip
    old: DatedTrip | None


def list_day_options(
    instance: MonthInstance, trips: list[DatedTrip], job: int
) -> tuple[DayOption, ...]:
    """Return the cheapest way to make a visit on each day with each vehicle, the cheapest first.

    All other visits stay on their trips; of a visit that is made already, its place now is one of
    the options, at no cost.
    """
    without = _leave_out(instance, trips, job)
    if without is None:
        return ()
    roster = Roster(instance, without)
    now = month_value(instance, trips)
    if not any(job in trip.order for trip in trips):
        now -= instance.jobs[job].penalty_vnd
    best: dict[tuple[int, int], DayOption] = {}
    for old, new in _list_places(roster, job):
        if not roster.fits(new, old):
            continue
        month = [*(trip for trip in without if trip is not old), new]
        day = served_days(new)[job]
        option = DayOption(day, month_value(instance, month) - now, new, old)
        known = best.get((day, new.car))
        if known is None or (option.cost_vnd, new.key) < (known.cost_vnd, known.trip.key):
            best[day, new.car] = option
    return tuple(sorted(best.values(), key=lambda one: (one.cost_vnd, one.day, one.trip.key)))


def _leave_out(instance: MonthInstance, trips: list[DatedTrip], job: int) -> list[DatedTrip] | None:
    """Return a month without a visit; None where its trip cannot be driven without."""
    rest: list[DatedTrip] = []
    for trip in trips:
        if job not in trip.order:
            rest.append(trip)
            continue
        order = tuple(other for other in trip.order if other != job)
        shorter = date_trip(instance, order, trip.car, trip.first, trip.crew) if order else None
        if order and shorter is None:
            return None
        rest += [shorter] if shorter else []
    return rest


def _list_places(roster: Roster, job: int) -> Iterator[tuple[DatedTrip | None, DatedTrip]]:
    """Yield every trip with the visit at every place of it, and trips for it alone."""
    for trip in list(roster.trips.values()):
        for place in range(len(trip.order) + 1):
            order = (*trip.order[:place], job, *trip.order[place:])
            new = date_trip(roster.instance, order, trip.car, trip.first, trip.crew)
            if new is not None:
                yield trip, new
    yield from ((None, single) for single in list_singles(roster.instance, job))
