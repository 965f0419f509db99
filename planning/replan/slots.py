"""The days on which a visit could be made, what each would cost, and whom it would shift."""

import dataclasses

from planning.placed import Placed, Slot
from planning.replan.moment import Moment
from planning.replan.pose_rest import announce
from planning.replan.rest import Rest
from planning.slot_search import PlannedMonth, exchange_pin, find_slots, number_visit
from province.facts import Province
from province.ids import VisitId
from province.visits import Pin
from routing.month.instance import build_instance
from routing.month.schedule import month_value
from routing.solver.day_options import count_now
from routing.solver.place_lost import place_lost
from routing.solver.warm_start import recall_trips
from routing.trips import Trip


def offer_slots(
    rest: Rest, province: Province, moment: Moment, visit_id: VisitId, *, most: int
) -> tuple[Slot, ...]:
    """Return the cheapest other days and vehicles for a visit, the cheapest first.

    Each is what planning again with `fill` makes of the month once the visit is pinned to that day
    and vehicle, by the same steps: the cost is what the objective rises by.

    Parameters
    ----------
    most
        How many at most.
    """
    problem = announce(rest, province, moment, "fill")
    instance, trips = build_instance(problem), rest.open_trips
    before = list(recall_trips(problem, instance, trips).month)
    now = count_now(instance, before, number_visit(problem, visit_id))
    shift_min = province.settings.replan.shift_min
    slots: list[Slot] = []
    for found in find_slots(problem, trips, visit_id, shift_min=shift_min):
        placed = found.placed
        if len(slots) == most:
            break
        if _is_planned(trips, visit_id, placed):
            continue
        posed = announce(
            pin_visit(rest, visit_id, Pin(placed.day, placed.vehicle_id)), province, moment, "fill"
        )
        numbers = build_instance(posed)
        month = place_lost(numbers, recall_trips(posed, numbers, trips, may_wait=True).month)
        told = PlannedMonth(posed, before, trips, shift_min)
        if any(number_visit(posed, visit_id) in trip.order for trip in month):
            slots.append(told.describe(visit_id, month, month_value(numbers, month) - now))
    return tuple(sorted(slots, key=lambda slot: (slot.cost_vnd, slot.placed.day)))


def pin_visit(rest: Rest, visit_id: VisitId, pin: Pin) -> Rest:
    """Return what is left of a month with nothing but this fixed about a visit."""
    return dataclasses.replace(rest, visits=exchange_pin(rest.visits, visit_id, pin))


def _is_planned(trips: tuple[Trip, ...], visit_id: VisitId, placed: Placed) -> bool:
    """Whether a visit is on that day with that vehicle as it is."""
    return any(
        (stop.visit_id, stop.day, trip.vehicle_id) == (visit_id, placed.day, placed.vehicle_id)
        for trip in trips
        for stop in trip.stops
    )
