"""Puts what the planner fixed onto the visits of a month."""

import dataclasses
from collections.abc import Iterable

from planning.plan import Plan
from province.dates import Month
from province.facts import Province
from province.visit_pins import VisitPin
from province.visits import Pin, Visit

FIXED = ("vehicle_id", "crew_id", "not_before", "not_after")
"""What a pin may fix for each visit that it is about, beside its day."""


def pin_visits(
    pins: Iterable[VisitPin], month: Month, visits: tuple[Visit, ...]
) -> tuple[Visit, ...]:
    """Return the visits with what the planner fixed about them.

    What is fixed for a visit comes before what is fixed for a task of its site, and that before
    what is fixed for the site; else the first pin by id. The day of a site's pin fixes one of its
    visits: one that has no day yet, that may be on this day, and on the fewest days else.
    """
    fixed = {visit.visit_id: visit for visit in visits}
    for pin in sorted((one for one in pins if one.concerns(month)), key=lambda one: one.rank):
        about = [visit for visit in fixed.values() if pin.is_about(visit) and pin.fixes_something]
        if pin.day is not None:
            about = [visit for visit in about if visit.pin is None or visit.pin.day is None]
            about = sorted(about, key=lambda visit: _rate(pin, visit))[:1]
        for visit in about:
            fixed[visit.visit_id] = dataclasses.replace(visit, pin=_add(visit.pin or Pin(), pin))
    return tuple(fixed.values())


def list_idle_pins(province: Province, plan: Plan) -> tuple[str, ...]:
    """Return the pins of the planned month, from its first day on, that no visit has."""
    begun = plan.first_day or plan.month.first_day
    used = {pin_id for visit in plan.visits if visit.pin for pin_id in visit.pin.pin_ids}
    return tuple(
        pin.pin_id
        for pin in province.pins
        if pin.concerns(plan.month) and pin.span[1] >= begun and pin.pin_id not in used
    )


def _rate(pin: VisitPin, visit: Visit) -> tuple[bool, int, str]:
    """Return how ill a visit suits the day of a pin."""
    days = {window.day for window in visit.windows}
    return pin.day not in days, len(days), visit.visit_id


def _add(known: Pin, pin: VisitPin) -> Pin:
    """Return what is fixed with what another pin fixes beside it."""
    values = {name: getattr(known, name) or getattr(pin, name) for name in FIXED}
    return Pin(known.day or pin.day, **values, pin_ids=(*known.pin_ids, pin.pin_id))
