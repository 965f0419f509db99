"""Lists what is loaded and unloaded, box by box, in the order in which it is done."""

from dataclasses import dataclass

from exports.driver.trip_book import TripBook
from planning.loads import find_leaving_stop, order_loading, order_unloading
from province.dates import clock
from province.language import Message, message
from province.visits import Parcel
from routing.trips import Trip


@dataclass(frozen=True, slots=True)
class LoadList:
    """Parcels to handle at one place.

    Parameters
    ----------
    key
        Prefix of the names of its ticks, unique on the page.
    kind
        ``load`` at the depot, ``off`` or ``on`` at a stop.
    items
        Parcels in order, each with the number of the stop that leaves it, 0 the depot.
    """

    key: str
    kind: str
    head: Message
    items: tuple[tuple[Parcel, int], ...]


def list_loads(book: TripBook) -> dict[str, LoadList]:
    """Return what is loaded at the depot (``start``), and off and on at each stop (``off1`` …)."""
    trip, lists = book.trip, []
    head = message("Load in this order: the first goes to the far end")
    if trip.load_min is not None:
        head = message(
            "The vehicle's second trip on this day: load from {time} on, in this order; the first"
            " goes to the far end",
            time=clock(trip.load_min),
        )
    lists.append(LoadList("start", "load", head, _load(trip, trip.loads, 0)))
    for stop in trip.stops:
        n = stop.sequence
        off = tuple((parcel, n) for parcel in order_unloading(trip, stop.leaves, n))
        lists.append(LoadList(f"off{n}", "off", message("Unload here"), off))
        lists.append(LoadList(f"on{n}", "on", message("Load here"), _load(trip, stop.takes, n)))
    return {own.key: own for own in lists}


def _load(trip: Trip, parcels: tuple[Parcel, ...], after: int) -> tuple[tuple[Parcel, int], ...]:
    """Return parcels in the order in which they go in, with the stops that leave them."""
    return tuple(
        (parcel, find_leaving_stop(trip, parcel, after, 0))
        for parcel in order_loading(trip, parcels, after)
    )
