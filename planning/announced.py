"""What it counts that a visit is not as it was announced."""

import dataclasses
from collections.abc import Container, Iterable, Mapping
from datetime import date

from province.facts import Province
from province.ids import VisitId
from province.replan_settings import ReplanSettings
from province.visits import Visit
from routing.problem import Announced, ChangePrices, TripProblem
from routing.trips import Stop, Trip

FROZEN_STEPS = 1000.0
"""What a visit that may not move counts on another day, in steps of priority."""


def announce_trips(
    problem: TripProblem,
    trips: Iterable[Trip],
    province: Province,
    today: date,
    *,
    frozen: frozenset[VisitId] = frozenset(),
) -> TripProblem:
    """Return a problem whose visits count what moving them from some trips troubles people.

    Parameters
    ----------
    today
        The day on which it is planned again: what comes soon counts more.
    frozen
        Visits that stay on their day, with their vehicle and crew.
    """
    asked = {visit.visit_id: visit for visit in problem.visits}
    settings = province.settings
    step_vnd = settings.costs.unserved_vnd_per_priority
    told: dict[VisitId, Announced] = {}
    for trip in trips:
        for stop, after in _list_orders(trip, asked):
            times = measure_notice(settings.replan, (stop.day - today).days)
            prices = _price(settings.replan, step_vnd, times)
            if _is_pinned_elsewhere(asked[stop.visit_id], trip, stop):
                prices = ChangePrices(lost_vnd=prices.lost_vnd)
            if stop.visit_id in frozen:
                prices = _freeze(prices, step_vnd)
            told[stop.visit_id] = Announced(
                stop.day, stop.start_min, trip.vehicle_id, trip.crew_id, after,
                settings.replan.shift_min, prices,
            )  # fmt: skip
    return dataclasses.replace(problem, announced=told)


def measure_notice(rules: ReplanSettings, days: int) -> float:
    """Return how many times a change counts so many days before the visit."""
    if days > rules.notice_days:
        return 1.0
    return rules.notice_times * (2 - max(0, days) / rules.notice_days)


def _is_pinned_elsewhere(visit: Visit, trip: Trip, stop: Stop) -> bool:
    """Whether the planner wants a visit otherwise than it was announced."""
    pin = visit.pin
    return pin is not None and not pin.holds_for(stop.day, trip.vehicle_id, trip.crew_id)


def _list_orders(trip: Trip, asked: Container[VisitId]) -> Iterable[tuple[Stop, VisitId | None]]:
    """Yield the stops of visits that are still asked for, each with the one before on its day."""
    before: Mapping[date, VisitId] = {}
    for stop in trip.stops:
        if stop.visit_id in asked:
            yield stop, before.get(stop.day)
            before = {stop.day: stop.visit_id}


def _price(rules: ReplanSettings, step_vnd: int, times: float) -> ChangePrices:
    def count(steps: float) -> int:
        return round(steps * times * step_vnd)

    return ChangePrices(
        day_vnd=count(rules.moved_day_steps),
        time_vnd=count(rules.moved_time_steps),
        vehicle_vnd=count(rules.moved_vehicle_steps),
        crew_vnd=count(rules.moved_crew_steps),
        order_vnd=count(rules.moved_order_steps),
        lost_vnd=count(rules.lost_steps),
    )


def _freeze(prices: ChangePrices, step_vnd: int) -> ChangePrices:
    hard = round(FROZEN_STEPS * step_vnd)
    return dataclasses.replace(
        prices, day_vnd=hard, vehicle_vnd=hard, crew_vnd=hard, lost_vnd=2 * hard
    )
