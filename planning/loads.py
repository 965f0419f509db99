"""What each trip takes from the store room, in which order, and what it brings back."""

from dataclasses import dataclass
from datetime import date

from planning.plan import Plan
from province.facts import Province
from province.ids import SiteId
from province.visits import Parcel
from routing.trips import Trip


@dataclass(frozen=True, slots=True)
class LoadLine:
    """One batch or kit that is put on board at the depot.

    Parameters
    ----------
    order
        Place in the order of loading from 1; what is unloaded last is loaded first.
    stop, day, to_site
        Number of the stop where it is left, its day and site.
    back_with, back_day
        Trip of this month that brings it home before, and its last day; "" and None where it has
        been in the store room since the month began.
    """

    order: int
    content_id: str
    name: str
    books: int
    boxes: int
    mass_kg: float
    stop: int
    day: date
    to_site: SiteId
    back_with: str
    back_day: date | None


@dataclass(frozen=True, slots=True)
class LoadingPlan:
    """What a trip takes along and brings back.

    `returns` are the parcels on board when it comes home; `peak_boxes` and `peak_kg` the most it
    carries between two stops.
    """

    trip: Trip
    lines: tuple[LoadLine, ...]
    returns: tuple[Parcel, ...]
    boxes: int
    mass_kg: float
    peak_boxes: int
    peak_kg: float


def list_loading(plan: Plan, province: Province) -> tuple[LoadingPlan, ...]:
    """Return the loading of every trip, by first day and trip."""
    names = name_contents(province)
    home = _find_homecomings(plan)
    trips = sorted(plan.trips.trips, key=lambda trip: (trip.first_day, trip.trip_id))
    return tuple(_load(trip, names, home) for trip in trips)


def order_for_loading(trip: Trip) -> tuple[Parcel, ...]:
    """Return what is loaded at the depot so that the first stop's boxes end up next to the door."""
    left_at = trip.stop_by_parcel
    return tuple(
        sorted(
            trip.loads,
            key=lambda p: (-left_at[p].sequence if p in left_at else 0, p.content_id),
        )
    )


def name_contents(province: Province) -> dict[str, str]:
    """Return the name of every batch and kit by id."""
    names = {str(batch.batch_id): batch.name for batch in province.batches}
    return names | {str(kit.kit_id): kit.name for kit in province.kits}


Homecomings = dict[str, list[tuple[date, str]]]


def _find_homecomings(plan: Plan) -> Homecomings:
    found: Homecomings = {}
    for trip in sorted(plan.trips.trips, key=lambda trip: (trip.last_day, trip.trip_id)):
        for parcel in trip.returns:
            found.setdefault(str(parcel.content_id), []).append((trip.last_day, trip.trip_id))
    return found


def _load(trip: Trip, names: dict[str, str], home: Homecomings) -> LoadingPlan:
    left_at, lines = trip.stop_by_parcel, []
    for order, parcel in enumerate(order_for_loading(trip), 1):
        key, stop = str(parcel.content_id), left_at.get(parcel)
        before = [(last, name) for last, name in home.get(key, ()) if last <= trip.first_day]
        back_day, back_with = before[-1] if before else (None, "")
        lines.append(
            LoadLine(
                order, key, names.get(key, key), parcel.books, parcel.boxes, parcel.mass_kg,
                stop.sequence if stop else 0, stop.day if stop else trip.first_day,
                parcel.to_site, back_with, back_day,
            )
        )  # fmt: skip
    boxes, mass_kg = sum(p.boxes for p in trip.loads), sum(p.mass_kg for p in trip.loads)
    return LoadingPlan(
        trip=trip,
        lines=tuple(lines),
        returns=trip.returns,
        boxes=boxes,
        mass_kg=mass_kg,
        peak_boxes=trip.peak_boxes,
        peak_kg=trip.peak_kg,
    )
