"""On which days and trips a finished month could make one of its visits, and what each costs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from routing.month.instance import MonthInstance
from routing.month.roster import Roster
from routing.month.schedule import date_trip, month_value, served_days
from routing.month.timetable import DatedTrip, leave_stop
from routing.solver.place_lost import exchange_trip, list_places


@dataclass(frozen=True, slots=True)
class DayOption:
    """A month in which a visit is made on a day by a trip.

    Parameters
    ----------
    cost_vnd
        What the objective rises by; what leaving the visit out counts is left aside.
    trip, month
        The trip that makes it, and all trips then.
    """

    day: int
    cost_vnd: int
    trip: DatedTrip
    month: tuple[DatedTrip, ...]


def list_day_options(
    instance: MonthInstance, trips: Sequence[DatedTrip], job: int
) -> tuple[DayOption, ...]:
    """Return the cheapest way to make a visit on each day with each vehicle, the cheapest first.

    All other visits stay on their trips; of a visit that is made already, its place now is one of
    the options, at no cost.
    """
    without = leave_out(instance, trips, job)
    if without is None:
        return ()
    now = count_now(instance, trips, job)
    best: dict[tuple[int, int], DayOption] = {}
    for old, new in list_places(Roster(instance, without), job):
        day = served_days(new)[job]
        month = exchange_trip(without, old, new)
        option = DayOption(day, month_value(instance, month) - now, new, tuple(month))
        known = best.get((day, new.car))
        if known is None or (option.cost_vnd, new.key) < (known.cost_vnd, known.trip.key):
            best[day, new.car] = option
    return tuple(sorted(best.values(), key=lambda one: (one.cost_vnd, one.day, one.trip.key)))


def count_now(instance: MonthInstance, trips: Sequence[DatedTrip], job: int) -> int:
    """Return the objective of a month without what leaving one visit out counts."""
    is_served = any(job in trip.order for trip in trips)
    return month_value(instance, trips) - (0 if is_served else instance.jobs[job].penalty_vnd)


def leave_out(
    instance: MonthInstance, trips: Iterable[DatedTrip], job: int
) -> list[DatedTrip] | None:
    """Return a month without a visit; None where its trip cannot be driven without."""
    rest: list[DatedTrip] = []
    for trip in trips:
        if job not in trip.order:
            rest.append(trip)
            continue
        order, split = leave_stop(trip.course, job)
        place = (trip.car, trip.first, trip.crew, split)
        shorter = date_trip(instance, order, *place) if order else None
        if order and shorter is None:
            return None
        rest += [shorter] if shorter else []
    return rest
