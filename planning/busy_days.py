"""Takes the days on which vehicles and crews are away out of a trip problem."""

import dataclasses
from collections.abc import Iterable
from datetime import date, timedelta

from planning.reservations import around, list_reservations
from planning.sessions import list_past_sessions
from planning.visits import name_rides
from province.dates import DateSpan, Month
from province.facts import Province
from province.ids import VehicleId
from province.past import Past, PastDay
from routing.problem import TripProblem

Busy = tuple[str, DateSpan]
"""Id of a vehicle or a crew, and days on which it is away."""


def take_busy_days(
    problem: TripProblem, vehicles: Iterable[Busy], crews: Iterable[Busy]
) -> TripProblem:
    """Return the problem with vehicles and crews that are away on some days."""
    cars, teams = tuple(vehicles), tuple(crews)
    return dataclasses.replace(
        problem,
        vehicles=tuple(
            dataclasses.replace(
                car, unavailable=(*car.unavailable, *_list_spans(car.vehicle_id, cars))
            )
            for car in problem.vehicles
        ),
        crews=tuple(
            dataclasses.replace(crew, days_off=(*crew.days_off, *_list_spans(crew.crew_id, teams)))
            for crew in problem.crews
        ),
    )


def _list_spans(name: str, busy: tuple[Busy, ...]) -> tuple[DateSpan, ...]:
    return tuple(span for who, span in busy if who == name)


def take_past_days(problem: TripProblem, month: Month, past: Past) -> TripProblem:
    """Return the problem of what is left of a month after what is past.

    Days that crews worked before count for their weeks and for days in a row, sessions held for
    the gaps to the next ones, rides for the motorbikes of villages. Days before the first one that
    is left are used up, and so are those on which vehicles and crews are still on trips begun
    before.
    """
    visits = _list_past_visits(problem, past)
    worked = (*problem.past_days, *past.days)
    problem = dataclasses.replace(problem, past_days=worked, past_visits=visits)
    first_day = past.first_day or month.first_day
    if past.first_day and past.first_min:
        problem = dataclasses.replace(problem, first_starts={past.first_day: past.first_min})
    over: list[DateSpan] = []
    if first_day > month.first_day:
        over.append(DateSpan(month.first_day, first_day - timedelta(days=1)))
    cars = [(car.vehicle_id, span) for car in problem.vehicles for span in over]
    teams = [(crew.crew_id, span) for crew in problem.crews for span in over]
    away = [one for one in past.days if one.day >= first_day]
    cars += [(one.vehicle_id, _one_day(one.day)) for one in away]
    if past.first_day is not None:
        cars += [(vehicle_id, _one_day(day)) for vehicle_id, day in past.rides]
    teams += [(one.crew_id, _one_day(one.day)) for one in away]
    return take_busy_days(problem, cars, teams)


def take_reserved_days(problem: TripProblem, province: Province, month: Month) -> TripProblem:
    """Return the problem without the vehicles and crews that stay with events of the month.

    For a crew these days are days of work: they count for its week and for days in a row.
    """
    kept = list_reservations(province, around(month))
    cars = [(one.vehicle_id, _one_day(one.day)) for one in kept if one.vehicle_id]
    teams = [(one.crew_id, _one_day(one.day)) for one in kept if one.crew_id]
    worked = tuple(
        PastDay(one.crew_id, one.vehicle_id or VehicleId(""), one.day, 0)
        for one in kept
        if one.crew_id
    )
    problem = dataclasses.replace(problem, past_days=(*problem.past_days, *worked))
    return take_busy_days(problem, cars, teams)


def _list_past_visits(problem: TripProblem, past: Past) -> dict[str, tuple[date, ...]]:
    """Return the days of sessions held and of rides to hand-over sites, by group of visits."""
    villages = {
        rider.vehicle.vehicle_id: village_id
        for village_id, last_mile in problem.last_miles.items()
        for ride_day in last_mile.days.values()
        for rider in ride_day.riders
    }
    made = {group: set(days) for group, days in list_past_sessions(past).items()}
    for vehicle_id, day in past.rides:
        if vehicle_id in villages:
            made.setdefault(name_rides(villages[vehicle_id]), set()).add(day)
    return {group: tuple(sorted(days)) for group, days in sorted(made.items())}


def _one_day(day: date) -> DateSpan:
    return DateSpan(day, day)
