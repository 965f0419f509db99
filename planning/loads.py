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


def order_loading(trip: Trip, parcels: tuple[Parcel, ...], after: int) -> tuple[Parcel, ...]:
    """Return parcels as they go in: what leaves last goes in first, to the far end.

    Parameters
    ----------
    after
        Number of the stop where they are loaded, 0 at the depot. What no later stop leaves goes
        home, so it leaves last.
    """
    home = len(trip.stops) + 1
    return tuple(
        sorted(
            parcels,
            key=lambda parcel: (-find_leaving_stop(trip, parcel, after, home), parcel.content_id),
        )
    )


def order_unloading(trip: Trip, parcels: tuple[Parcel, ...], at: int) -> tuple[Parcel, ...]:
    """Return the parcels left at a stop, the ones nearest the door first."""
    taken_at = {
        (parcel.content_id, parcel.to_site): stop.sequence
        for stop in trip.stops if stop.sequence < at
        for parcel in stop.takes
    }  # fmt: skip
    return tuple(
        sorted(
            parcels,
            key=lambda p: (-taken_at.get((p.content_id, p.to_site), 0), _backwards(p.content_id)),
        )
    )


def find_leaving_stop(trip: Trip, parcel: Parcel, after: int, default: int) -> int:
    """Return the number of the first stop behind `after` that leaves a parcel."""
    for stop in trip.stops:
        if stop.sequence > after and any(
            (left.content_id, left.to_site) == (parcel.content_id, parcel.to_site)
            for left in stop.leaves
        ):
            return stop.sequence
    return default


def _backwards(text: str) -> tuple[int, ...]:
    """Return a key that sorts texts from the last to the first."""
    return tuple(-ord(char) for char in text)


def name_contents(province: Province) -> dict[str, str]:
    """Return the name of every batch and kit by id."""
    return province.content_names


Homecomings = dict[str, list[tuple[date, str]]]


def _find_homecomings(plan: Plan) -> Homecomings:
    found: Homecomings = {}
    for trip in sorted(plan.trips.trips, key=lambda trip: (trip.last_day, trip.trip_id)):
        for parcel in trip.returns:
            found.setdefault(str(parcel.content_id), []).append((trip.last_day, trip.trip_id))
    return found


def _load(trip: Trip, names: dict[str, str], home: Homecomings) -> LoadingPlan:
    left_at, lines = {parcel: stop for stop in trip.stops for parcel in stop.leaves}, []
    for order, parcel in enumerate(order_loading(trip, trip.loads, 0), 1):
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
