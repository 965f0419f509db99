"""Lists what comes next on a trip: its places, shown one by one on a large card."""

from dataclasses import dataclass
from datetime import date

from exports.driver.trip_book import TripBook
from exports.text.stops import describe_lockdown, tell_loading
from planning.plan import VisitChange
from province.dates import clock
from province.language import Message, message
from province.places import Site
from province.visits import Parcel, Task
from routing.trips import Leg


@dataclass(frozen=True, slots=True)
class NextItem:
    """A place of the trip in the order met.

    Parameters
    ----------
    key
        ``start``, ``s1`` … for stops, ``n0`` … for nights by day, ``home``.
    arrive, then
        Time in large figures, and the one behind it.
    buttons
        What the large button says, state after state.
    news
        What is otherwise than it was announced.
    notes
        What a lockdown asks for there.
    """

    key: str
    day: date
    head: Message
    sign: str
    site: Site
    arrive: str
    then: Message | None
    leg: Leg | None
    tasks: tuple[Task, ...]
    loads: tuple[tuple[Message, tuple[Parcel, ...]], ...]
    buttons: tuple[Message, ...]
    news: VisitChange | None = None
    notes: tuple[str, ...] = ()


def list_next_items(book: TripBook) -> tuple[NextItem, ...]:
    """Return the places of a trip in the order met: depot, stops, nights, depot."""
    trip = book.trip
    items = [_begin(book)]
    for number, day in enumerate(trip.days):
        items += [
            NextItem(
                f"s{stop.sequence}", day.day, message("Next stop"), str(stop.sequence),
                book.sites[stop.site_id], clock(stop.leg.arrive_min),
                message("leave {time}", time=clock(stop.depart_min)), stop.leg, stop.tasks,
                ((message("Unload"), stop.leaves), (message("Load"), stop.takes)),
                (message("We are here"), message("All done, leaving")),
                book.news.changes.get(stop.visit_id),
                tuple(describe_lockdown(stop, book.province, book.language)),
            )
            for stop in day.stops
        ]  # fmt: skip
        if bed := book.find_bed(day):
            arrive = clock(day.last_leg.arrive_min) if day.last_leg else ""
            items.append(
                NextItem(
                    f"n{number}", day.day, message("Night here"), "☾", bed, arrive, None,
                    day.last_leg, (), (), (message("We are here"),),
                )
            )  # fmt: skip
    items.append(
        NextItem(
            "home", trip.last_day, message("Back to the depot"), "⌂", book.depot,
            clock(trip.home.arrive_min), None, trip.home, (), (), (message("We are back"),),
        )
    )  # fmt: skip
    return tuple(items)


def _begin(book: TripBook) -> NextItem:
    """Return the place from which a trip sets out, with what is loaded there."""
    head, sign = message("Leave the depot"), "⌂"
    if book.is_rest:
        head, sign = message("Go on from here"), "➤"
    load_min = book.trip.load_min
    load = message("Load") if load_min is None else tell_loading(load_min)
    loads = () if book.is_rest else ((load, book.trip.loads),)
    return NextItem(
        "start", book.trip.first_day, head, sign, book.start, clock(book.leave_min), None, None,
        (), loads, (message("We are leaving"),),
    )  # fmt: skip
