"""Trips that wait on their way because no road home is open: where, and from when to when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from planning.plan import Plan
from province.facts import Province
from province.ids import SiteId, TripId
from province.language import Message, message
from province.roads import Closure, ClosureEffect
from roads.closures import list_closed_stretches
from routing.trips import Trip, TripDay


@dataclass(frozen=True, slots=True)
class Wait:
    """Whole days on which a trip under way stays where it is.

    Parameters
    ----------
    first_day, last_day
        Days on which nobody drives or serves; it goes on on the day after the last one.
    """

    trip_id: TripId
    site_id: SiteId
    first_day: date
    last_day: date


def list_waits(trip: Trip) -> Iterator[Wait]:
    """Yield where and when a trip waits."""
    for is_waiting, days in groupby(trip.days, is_idle):
        own = tuple(days)
        if is_waiting:
            yield Wait(trip.trip_id, SiteId(own[0].end_site), own[0].day, own[-1].day)


def list_waiting(plan: Plan) -> list[tuple[Trip, Wait]]:
    """Return the trips that were led otherwise and wait for their road, each with every wait."""
    rerouted = plan.replanned.rerouted if plan.replanned else ()
    trips = [trip for trip in plan.standing_trips if trip.trip_id in rerouted]
    return [(trip, wait) for trip in trips for wait in list_waits(trip)]


def tell_wait(trip: Trip, wait: Wait, province: Province) -> Message:
    """Return the sentence that a planner reads of a wait."""
    site = province.site_by_id.get(wait.site_id)
    return message(
        "trip {trip} waits at {site} ({name}) from {first} to {last}, as no road home is open; it "
        "is home on {home}",
        trip=trip.trip_id,
        site=wait.site_id,
        name=site.name if site else wait.site_id,
        first=wait.first_day.isoformat(),
        last=wait.last_day.isoformat(),
        home=trip.last_day.isoformat(),
    )


def is_held_up(trip: Trip) -> bool:
    """Whether a trip waits somewhere."""
    return any(is_idle(day) for day in trip.days)


def is_idle(day: TripDay) -> bool:
    """Whether nobody drives or serves on a day of a trip: it stays where it spent the night."""
    return not day.legs and bool(day.end_site)


def list_causes(province: Province, trip: Trip) -> tuple[Closure, ...]:
    """Return the closures that a trip waits for, in order of their ids.

    They shut a road that it drives, for its vehicle, on the last day of a wait.
    """
    car = province.vehicle_by_id[trip.vehicle_id]
    driven = {segment_id for _, leg in trip.legs() for segment_id, _ in leg.segments}
    known = province.segment_by_id
    segments = [known[segment_id] for segment_id in sorted(driven & known.keys())]
    waits = tuple(list_waits(trip))
    return tuple(
        closure
        for closure in sorted(province.closures, key=lambda one: one.closure_id)
        if closure.effect is ClosureEffect.SHUT
        and closure.stops(car)
        and any(closure.holds_on(wait.last_day) for wait in waits)
        and list_closed_stretches(closure, segments, province.communes, province.areas)
    )
