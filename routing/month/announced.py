"""How visits were announced, in numbers, and what it counts that they are lost."""

from collections.abc import Iterable
from typing import NamedTuple

from province.visits import Visit
from routing.problem import TripProblem


class AnnouncedJob(NamedTuple):
    """How a visit was announced, in numbers (`routing.problem.Announced`).

    `after` is the visit before it on its day, `NOBODY` for none. A day, vehicle, crew or visit that
    the problem does not know is `UNKNOWN`: the visit cannot be as it was there.
    """

    day: int
    start: int
    car: int
    crew: int
    after: int
    tolerance: int
    day_vnd: int
    time_vnd: int
    car_vnd: int
    crew_vnd: int
    order_vnd: int


NOBODY, UNKNOWN = -1, -2
UNTOLD = AnnouncedJob(UNKNOWN, 0, UNKNOWN, UNKNOWN, UNKNOWN, 0, 0, 0, 0, 0, 0)
"""Of a visit that was not announced: no change of it counts."""


def price_lost(problem: TripProblem, visit: Visit) -> int:
    """Return what leaving a visit out counts, also for having been announced or wished for."""
    announced = problem.announced.get(visit.visit_id)
    extra = announced.prices.lost_vnd if announced else 0
    extra += visit.wish.lost_vnd if visit.wish else 0
    if visit.ride_vnd is not None:
        return visit.ride_vnd + extra
    return visit.priority * problem.costs.unserved_vnd_per_priority + extra


def price_missed(problem: TripProblem, visit: Visit) -> tuple[int, ...]:
    """Return what a visit counts on each day for not being on a preferred or wished one."""
    better = visit.preferred_days & set(problem.days)
    step_vnd = problem.costs.missed_preferred_vnd_per_visit if better else 0
    return tuple(
        (0 if day in better else step_vnd) + (visit.wish.price(day) if visit.wish else 0)
        for day in problem.days
    )


def number_announced(problem: TripProblem, visit: Visit) -> AnnouncedJob:
    """Return how a visit was announced; `UNTOLD` if it was not."""
    announced = problem.announced.get(visit.visit_id)
    if announced is None:
        return UNTOLD

    def find(names: Iterable[object], wanted: object) -> int:
        return next((k for k, name in enumerate(names) if name == wanted), UNKNOWN)

    prices, after = announced.prices, announced.after
    return AnnouncedJob(
        day=find(problem.days, announced.day),
        start=announced.start_min,
        car=find((car.vehicle_id for car in problem.vehicles), announced.vehicle_id),
        crew=find((crew.crew_id for crew in problem.crews), announced.crew_id),
        after=find((one.visit_id for one in problem.visits), after) if after else NOBODY,
        tolerance=announced.tolerance_min,
        day_vnd=prices.day_vnd,
        time_vnd=prices.time_vnd,
        car_vnd=prices.vehicle_vnd,
        crew_vnd=prices.crew_vnd,
        order_vnd=prices.order_vnd,
    )
