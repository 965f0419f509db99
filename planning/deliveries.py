"""How each movement of the month is really carried, and the month's figures."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from planning.plan import Delivery, Totals
from province.dates import Month
from province.facts import Province
from province.ids import SiteId
from province.language import Message, message
from province.visits import Movement, Task, Visit
from rotation.problem import RotationPlan, Stay
from routing.trips import Trip, TripPlan


@dataclass(frozen=True, slots=True)
class Carriage:
    """The trip and day on which something is taken or left."""

    trip: Trip
    day: date


def list_deliveries(
    province: Province,
    rotation: RotationPlan,
    asked: tuple[Movement, ...],
    trips: TripPlan,
) -> tuple[Delivery, ...]:
    """Return how each asked movement is carried, by day (not carried last), batch and target.

    A batch that goes from library to library on two trips gives two deliveries: home, and out.
    """
    stays = {(stay.batch_id, stay.site_id, stay.first_month): stay for stay in rotation.stays}
    reasons = {(batch, site): text for batch, site, text in rotation.reasons}
    names = {site.site_id: site.name for site in province.sites}
    took, left = _index_stops(trips, is_taken=True), _index_stops(trips, is_taken=False)
    depots = {site.site_id for site in province.depots}
    deliveries = []
    for move in asked:
        batch = province.batch_by_id[move.batch_id]
        stay = stays.get((move.batch_id, move.to_site, move.month))
        over = message("its time at {site} is over", site=names[move.from_site])
        reason = reasons.get((move.batch_id, move.to_site), over)
        parts = tuple(_split(move, depots, took, left))
        for source, target, carriage in parts:
            why, coming = reason, stay
            if target != move.to_site:
                why, coming = _say_onward(names[move.to_site], parts[-1][2]), None
            day = carriage.day if carriage else None
            uses = None if coming is None else count_uses(coming, day)
            deliveries.append(
                Delivery(
                    batch_id=move.batch_id,
                    from_site=source,
                    to_site=target,
                    books=batch.books,
                    boxes=batch.boxes,
                    trip_id=carriage.trip.trip_id if carriage else "",
                    vehicle_id=carriage.trip.vehicle_id if carriage else "",
                    day=day,
                    stay_months=coming.months if coming else None,
                    expected_uses=uses,
                    reason=why if uses is None else _with_uses(why, uses),
                )
            )
    return tuple(
        sorted(deliveries, key=lambda d: (d.day or date.max, d.batch_id, d.from_site, d.to_site))
    )


def count_uses(stay: Stay, day: date | None) -> float:
    """Return the uses of a stay that begins on a day: of its first month, those from then on."""
    if day is None:
        return round(stay.expected_uses, 1)
    month = Month.of(day)
    gone = (day - month.first_day).days / month.last_day.day
    return round(stay.expected_uses - gone * stay.first_month_uses, 1)


def _with_uses(reason: Message, uses: float) -> Message:
    """Return a reason that counts the uses from the day of the delivery on."""
    values = tuple(
        (name, round(uses) if name == "uses" else value) for name, value in reason.values
    )
    return dataclasses.replace(reason, values=values)


def _say_onward(name: str, onward: Carriage | None) -> Message:
    """Return why a batch goes home although it is meant for another library."""
    if onward is None:
        return message("on its way to {site}; no trip of the month brings it there", site=name)
    return message(
        "on its way to {site}: trip {trip} brings it there on {day}",
        site=name,
        trip=onward.trip.trip_id,
        day=onward.day.isoformat(),
    )


Stops = dict[tuple[str, SiteId], Carriage]


def _index_stops(plan: TripPlan, *, is_taken: bool) -> Stops:
    return {
        (parcel.content_id, stop.receiver_id): Carriage(trip, stop.day)
        for trip, stop in plan.stops()
        for parcel in (stop.takes if is_taken else stop.leaves)
    }


def _split(
    move: Movement, depots: set[SiteId], took: Stops, left: Stops
) -> Iterator[tuple[SiteId, SiteId, Carriage | None]]:
    taken = took.get((move.batch_id, move.from_site))
    given = left.get((move.batch_id, move.to_site))
    if move.from_site in depots:
        yield move.from_site, move.to_site, given
    elif move.to_site in depots:
        yield move.from_site, move.to_site, taken
    elif taken is None or (given is not None and given.trip == taken.trip):
        yield move.from_site, move.to_site, given
    else:
        depot = taken.trip.depot_id
        yield move.from_site, depot, taken
        yield depot, move.to_site, given


def count_totals(visits: tuple[Visit, ...], plan: TripPlan) -> Totals:
    """Return the figures of the month."""
    stops = [stop for _, stop in plan.stops()]
    moved = {p.batch_id for stop in stops for p in (*stop.leaves, *stop.takes)} - {None}
    return Totals(
        batches_moved=len(moved),
        visits=len(visits),
        visits_served=len(stops),
        exchanges_served=sum(Task.EXCHANGE in stop.tasks for stop in stops),
        sessions_served=sum(Task.SESSION in stop.tasks for stop in stops),
        length_km=round(sum(trip.length_m for trip in plan.trips) / 1000, 1),
        driving_hours=round(sum(trip.drive_min for trip in plan.trips) / 60, 1),
        nights=sum(len(trip.nights) for trip in plan.trips),
        trips=len(plan.trips),
        cost_vnd=plan.cost_vnd,
    )
