"""A trip under way in numbers: what its days may be, and what they count."""

from dataclasses import dataclass

from planning.replan.under_way import UnderWay
from routing.month.costs import price_days_told, price_metres, price_times_told, price_wishes
from routing.month.instance import MonthInstance
from routing.month.timetable import Day, time_day
from routing.problem import TripProblem

MOST_BEDS = 4
"""Lodging places tried for a night."""


@dataclass(frozen=True, slots=True)
class Tail:
    """One way for a trip to end: days from the moment's on, and what it counts.

    `lacking` are the people without a bed, night by night.
    """

    order: tuple[int, ...]
    days: tuple[tuple[int, Day], ...]
    value_vnd: int
    lacking: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """A trip under way, in the numbers of a problem of its own.

    Parameters
    ----------
    first, last
        The days on which it may drive, as numbers.
    has_begun
        Whether some of the first of them is driven already.
    """

    problem: TripProblem
    instance: MonthInstance
    now: UnderWay
    first: int
    last: int
    has_begun: bool


def list_jobs(case: Case) -> tuple[int, ...]:
    """Return the visits of the stops still to come, as planned."""
    numbers = {visit.visit_id: k for k, visit in enumerate(case.problem.visits)}
    return tuple(numbers[stop.visit_id] for stop in case.now.rest if stop.visit_id in numbers)


def fits_on_board(case: Case, order: tuple[int, ...]) -> bool:
    """Whether what is left is on board by then, and what is taken has room."""
    car = case.problem.vehicles[0]
    on_board = {parcel.content_id: parcel for parcel in case.now.on_board}
    for job in order:
        visit = case.problem.visits[job]
        if any(on_board.pop(parcel.content_id, None) is None for parcel in visit.leaves):
            return False
        on_board |= {parcel.content_id: parcel for parcel in visit.takes}
        boxes = sum(parcel.boxes for parcel in on_board.values())
        kg = sum(parcel.mass_kg for parcel in on_board.values())
        if boxes > car.capacity_boxes or kg > car.capacity_kg + 1e-6:
            return False
    return True


def is_free(case: Case, number: int) -> bool:
    """Whether vehicle and crew may work on a day."""
    return case.instance.cars[0].is_free[number] and case.instance.teams[0].is_free[number]


def time_on(case: Case, number: int, where: int, jobs: tuple[int, ...], goal: int) -> Day | None:
    """Return a day; who is out on it can only be brought home."""
    if jobs and not is_free(case, number):
        return None
    return time_day(case.instance, 0, number, where, jobs, goal)


def price_on(case: Case, number: int, day: Day) -> int:
    """Return what a day counts: its metres, its visits, and itself where it was not planned."""
    instance, car = case.instance, case.problem.vehicles[0]
    served = [(job, number) for job in day.jobs]
    value = price_metres(instance, 0, day.metres) + price_wishes(instance, served)
    value += price_days_told(instance, served) + price_times_told(instance, day.jobs, day.starts)
    if case.problem.days[number] > case.now.trip.last_day:
        members = case.problem.crews[0].members
        value += car.cost_vnd_per_day + members * instance.allowance_vnd
    return value


def price_night(case: Case) -> int:
    """Return what a night of the crew costs."""
    return case.problem.crews[0].members * case.instance.night_vnd
