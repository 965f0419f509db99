"""Lists what is loaded and unloaded, box by box, in the order in which it is done."""

from dataclasses import dataclass

from markupsafe import Markup

from exports.driver.trip_book import TripBook
from exports.pages.marks import join, say
from exports.text.formats import count_books, count_boxes
from province.language import Message, message, translate
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
    by_target
        Whether each parcel says where it goes rather than where it comes from.
    """

    key: str
    kind: str
    head: Message
    parcels: tuple[Parcel, ...]
    by_target: bool


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


def draw_load(load: LoadList, book: TripBook, *, after: int = 0) -> Markup:
    """Return a list of parcels as HTML, with a tick for every box."""
    if not load.parcels:
        return Markup()
    items = (
        _draw_parcel(load, number, parcel, book, after)
        for number, parcel in enumerate(load.parcels)
    )
    return Markup('<div class="parcels {}"><h4>{}</h4><ol>{}</ol></div>').format(
        load.kind, say(load.head, book.language), join(items)
    )


def _draw_parcel(load: LoadList, number: int, parcel: Parcel, book: TripBook, after: int) -> Markup:
    language = book.language
    other = book.sites[parcel.to_site if load.by_target else parcel.from_site]
    text = message("for {site}", site=other.name)
    if not load.by_target:
        text = message("from {site}", site=other.name)
    target = find_leaving_stop(book.trip, parcel, after, 0) if load.by_target else 0
    badge = Markup('<b class="to">{}</b>').format(target or "⌂") if load.by_target else Markup()
    books = f"{count_books(parcel.books, language)}, " if parcel.books else ""
    name = book.contents.get(str(parcel.content_id), str(parcel.content_id))
    return Markup(
        '<li>{badge}<div><b class="count">{boxes}</b> <b><bdi>{code}</bdi></b> <bdi>{name}</bdi>'
        "<small>{books}<bdi>{way}</bdi></small>{ticks}</div></li>"
    ).format(
        badge=badge,
        boxes=count_boxes(parcel.boxes, language),
        code=parcel.content_id,
        name=name,
        books=books,
        way=translate(text, language),
        ticks=_draw_ticks(f"b.{load.key}.{number}", parcel, book),
    )


def _draw_ticks(name: str, parcel: Parcel, book: TripBook) -> Markup:
    if not parcel.boxes:
        return Markup()
    ticks = (
        Markup(
            '<label class="box"><input type="checkbox" name="{}.{}" aria-label="{}"><span>{}</span>'
            "</label>"
        ).format(
            name, box,
            translate(
                message("{content}, box {number} of {count}", content=str(parcel.content_id),
                        number=box, count=parcel.boxes), book.language,
            ), box,
        )
        for box in range(1, parcel.boxes + 1)
    )  # fmt: skip
    return Markup(
        '<details class="ticks"><summary>{} <output>0</output> / {}</summary><div>{}</div>'
        "</details>"
    ).format(say(message("Box by box"), book.language), parcel.boxes, join(ticks))


def _backwards(text: str) -> tuple[int, ...]:
    """Return a key that sorts texts from the last to the first."""
    return tuple(-ord(char) for char in text)
