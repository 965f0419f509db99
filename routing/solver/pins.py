"""Pins and lockdowns that leave a visit out: told, and loosened to see what would be served."""

import dataclasses

from province.language import Message, message
from province.visits import Pin, Visit
from routing.month.instance import (
    MonthInstance,
    list_job_crews,
    list_job_vehicles,
    list_job_windows,
    list_partners,
)
from routing.problem import TripProblem


def unpin(problem: TripProblem, instance: MonthInstance, number: int) -> MonthInstance:
    """Return the problem in numbers as if nothing were fixed about one visit."""
    visit = dataclasses.replace(problem.visits[number], pin=None)
    return exchange_visit(problem, instance, number, visit)


def give_withheld(problem: TripProblem, instance: MonthInstance, number: int) -> MonthInstance:
    """Return the problem in numbers as if no lockdown kept windows from one visit."""
    visit = problem.visits[number]
    held = problem.withheld[visit.visit_id].windows
    visit = dataclasses.replace(visit, windows=tuple(sorted({*visit.windows, *held})))
    return exchange_visit(problem, instance, number, visit)


def exchange_visit(
    problem: TripProblem, instance: MonthInstance, number: int, visit: Visit
) -> MonthInstance:
    """Return the problem in numbers with other windows, vehicles and crews for one visit."""
    windows = list_job_windows(problem, visit)
    kinds = {spans: -1 - kind for kind, spans in enumerate(dict.fromkeys(windows))}
    job = dataclasses.replace(
        instance.jobs[number],
        windows=windows,
        window_ids=tuple(kinds[spans] for spans in windows),
        vehicles=list_job_vehicles(problem, visit),
        crews=list_job_crews(problem, visit),
    )
    jobs = tuple(job if k == number else other for k, other in enumerate(instance.jobs))
    return dataclasses.replace(instance, jobs=jobs, partners=list_partners(jobs), cache={})


def tell_pin(pin: Pin) -> Message:
    """Return what is fixed about a visit, one thing at least, and the rows that say so."""
    parts = []
    if pin.day is not None:
        parts.append(message("on {day}", day=pin.day.isoformat()))
    if pin.not_before is not None:
        parts.append(message("not before {day}", day=pin.not_before.isoformat()))
    if pin.not_after is not None:
        parts.append(message("not after {day}", day=pin.not_after.isoformat()))
    if pin.vehicle_id is not None:
        parts.append(message("with vehicle {vehicle}", vehicle=pin.vehicle_id))
    if pin.crew_id is not None:
        parts.append(message("with crew {crew}", crew=pin.crew_id))
    whole, *others = parts
    for part in others:
        whole = message("{first}, {second}", first=whole, second=part)
    names = ", ".join(pin.pin_ids) or "-"
    return message("it is fixed {what} (visit_pins.csv: {pins})", what=whole, pins=names)
