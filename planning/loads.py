"""The order in which a trip's boxes are loaded and unloaded."""

from province.visits import Parcel
from routing.trips import Trip


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
