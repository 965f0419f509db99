"""Lists what is loaded and unloaded, box by box, in the order in which it is done."""

from collections.abc import Iterable
from dataclasses import dataclass

from exports.driver.trip_book import TripBook
from province.language import Message, message
from province.visits import Parcel
from routing.trips import Trip


@dataclass(frozen=True, slots=True)
class LoadItem:
    """A parcel, its name, and where it goes or comes from.

    `target` is the number of the stop that leaves it, 0 the depot.
    """

    parcel: Parcel
    name: str
    other: str
    target: int


@dataclass(frozen=True, slots=True)
class LoadList:
    """Parcels to handle at one place.

    Parameters
    ----------
    key
        Prefix of the names of its ticks, unique on the page.
    kind
        ``load`` at the depot, ``off`` or ``on`` at a stop.
    by_target
        Whether each parcel says where it goes rather than where it comes from.
    """

    key: str
    kind: str
    head: Message
    items: tuple[LoadItem, ...]
    by_target: bool


def list_loads(book: TripBook) -> dict[str, LoadList]:
    """Return what is loaded at the depot (``start``), and off and on at each stop (``off1`` …)."""
    trip, lists = book.trip, []
    head = message("Load in this order: the first goes to the far end")
    parcels = order_loading(trip, trip.loads, 0)
    lists.append(LoadList("start", "load", head, _list_items(parcels, book, after=0), True))
    for stop in trip.stops:
        n = stop.sequence
        off = _list_items(order_unloading(trip, stop.leaves, n), book, after=None)
        on = _list_items(order_loading(trip, stop.takes, n), book, after=n)
        lists.append(LoadList(f"off{n}", "off", message("Unload here"), off, False))
        lists.append(LoadList(f"on{n}", "on", message("Load here"), on, True))
    return {own.key: own for own in lists}


def _list_items(
    parcels: Iterable[Parcel], book: TripBook, *, after: int | None
) -> tuple[LoadItem, ...]:
    """Return parcels with where they go if they are loaded, or come from."""
    return tuple(
        LoadItem(
            parcel,
            book.contents.get(str(parcel.content_id), str(parcel.content_id)),
            book.sites[parcel.from_site if after is None else parcel.to_site].name,
            0 if after is None else find_leaving_stop(book.trip, parcel, after, 0),
        )
        for parcel in parcels
    )


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
