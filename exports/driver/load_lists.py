"""Lists what is loaded and unloaded, box by box, in the order in which it is done."""

from collections.abc import Iterable
from dataclasses import dataclass

from exports.driver.trip_book import TripBook
from planning.loads import find_leaving_stop, order_loading, order_unloading
from province.language import Message, message
from province.visits import Parcel


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
