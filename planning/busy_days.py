"""Takes the days on which vehicles and crews are away out of a trip problem."""

import dataclasses
from collections.abc import Iterable
from datetime import date, timedelta

from province.dates import DateSpan, Month
from province.past import Past
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
    """Return the problem of what is left of a month: days before its first one are used up.

    So are those on which vehicles and crews are still on trips begun before.
    """
    if past.first_day is None:
        return problem
    over: list[DateSpan] = []
    if past.first_day > month.first_day:
        over.append(DateSpan(month.first_day, past.first_day - timedelta(days=1)))
    cars = [(car.vehicle_id, span) for car in problem.vehicles for span in over]
    teams = [(crew.crew_id, span) for crew in problem.crews for span in over]
    away = [one for one in past.days if one.day >= past.first_day]
    cars += [(one.vehicle_id, _one_day(one.day)) for one in away]
    cars += [(vehicle_id, _one_day(day)) for vehicle_id, day in past.rides]
    teams += [(one.crew_id, _one_day(one.day)) for one in away]
    return take_busy_days(problem, cars, teams)


def _one_day(day: date) -> DateSpan:
    return DateSpan(day, day)
