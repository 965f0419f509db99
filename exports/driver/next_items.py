"""Writes the large card of what comes next: one for each place of the trip, shown one by one."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from exports.driver.dangers import list_dangers, list_leg_closures
from exports.driver.trip_book import TripBook
from exports.driver.way import draw_actions, draw_way
from exports.pages.marks import data_text, join, name_tasks, say
from exports.text.formats import count_boxes, format_long_day
from province.dates import clock
from province.language import Message, message, translate
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


def list_next_items(book: TripBook) -> tuple[NextItem, ...]:
    """Return the places of a trip in the order met: depot, stops, nights, depot."""
    trip = book.trip
    items = [
        NextItem(
            "start", trip.first_day, message("Leave the depot"), "⌂", book.depot,
            clock(book.leave_min), None, None, (), ((message("Load"), trip.loads),),
            (message("We are leaving"),),
        )
    ]  # fmt: skip
    for day in book.days:
        items += [
            NextItem(
                f"s{stop.sequence}", day, message("Next stop"), str(stop.sequence),
                book.sites[stop.site_id], clock(stop.leg.arrive_min),
                message("leave {time}", time=clock(stop.depart_min)), stop.leg, stop.tasks,
                ((message("Unload"), stop.leaves), (message("Load"), stop.takes)),
                (message("We are here"), message("All done, leaving")),
            )
            for stop in book.list_stops(day)
        ]  # fmt: skip
        items += [
            NextItem(
                f"n{book.days.index(day)}", day, message("Night here"), "☾",
                book.sites[night.site_id], clock(night.leg.arrive_min) if night.leg else "",
                None, night.leg, (), (), (message("We are here"),),
            )
            for night in book.list_nights(day)
        ]  # fmt: skip
    items.append(
        NextItem(
            "home", trip.last_day, message("Back to the depot"), "⌂", book.depot,
            clock(trip.home.arrive_min), None, trip.home, (), (), (message("We are back"),),
        )
    )  # fmt: skip
    return tuple(items)


def draw_next(book: TripBook) -> Markup:
    """Return the cards as HTML; without its script the page shows the first."""
    language = book.language
    items = list_next_items(book)
    cards = (_draw_item(number, item, book) for number, item in enumerate(items))
    return Markup(
        '<section id="next" aria-live="polite">{cards}<div class="walk">'
        '<button type="button" data-walk="-1" aria-label="{before}">‹</button>'
        '<output id="walked"></output>'
        '<button type="button" data-walk="1" aria-label="{after}">›</button></div></section>'
    ).format(
        cards=join(cards),
        before=say(message("The stop before"), language),
        after=say(message("The stop after"), language),
    )


def _draw_item(number: int, item: NextItem, book: TripBook) -> Markup:
    language = book.language
    day = book.days.index(item.day)
    return Markup(
        '<div class="item" data-item="{key}" data-day="{day}" data-state="0"{hidden}>'
        '<p class="kicker"><b>{head}</b> {when}</p><div class="top">'
        '<b class="number day-{colour}">{sign}</b><div class="time">{arrive}{then}</div></div>'
        '<h2>{name}<small>{place}</small></h2><p class="do">{tasks}{loads}</p>{way}'
        '<div class="act"><button type="button" class="main" data-main="{key}">{labels}</button>'
        '<button type="button" class="undo" data-undo="{key}">{undo}</button></div>{actions}</div>'
    ).format(
        key=item.key,
        day=day,
        colour=day % 7,
        hidden=Markup(" hidden") if number else "",
        head=say(item.head, language),
        when=_name_day(day, item.day, book),
        sign=item.sign,
        arrive=item.arrive,
        then=Markup("<small>{}</small>").format(say(item.then, language)) if item.then else "",
        name=data_text(item.site.name),
        place=book.name_place(item.site),
        tasks=name_tasks(item.tasks, language),
        loads=_sum_loads(item, book),
        way=_draw_short_way(item, book),
        labels=_draw_labels(item, book),
        undo=say(message("Undo"), language),
        actions=draw_actions(item.site, book),
    )


def _draw_labels(item: NextItem, book: TripBook) -> Markup:
    labels = [
        Markup('<span class="state-{}">{}</span>').format(state, say(text, book.language))
        for state, text in enumerate(item.buttons)
    ]
    done = Markup('<span class="state-{}">✓ <output></output></span>').format(len(labels))
    return join((*labels, done))


def _name_day(day: int, when: date, book: TripBook) -> Markup:
    name = format_long_day(when, book.language)
    if len(book.days) == 1:
        return Markup("{}").format(name)
    return Markup("{} · {}").format(
        say(message("Day {number}", number=day + 1), book.language), name
    )


def _sum_loads(item: NextItem, book: TripBook) -> Markup:
    language = book.language
    return join(
        Markup('<span class="sum">{} <b>{}</b></span>').format(
            translate(head, language),
            count_boxes(sum(parcel.boxes for parcel in parcels), language),
        )
        for head, parcels in item.loads
        if parcels
    )


def _draw_short_way(item: NextItem, book: TripBook) -> Markup:
    if item.leg is None:
        return Markup()
    closures = list_leg_closures(item.leg, item.day, book)
    count = len(list_dangers(item.leg, book)) + len(closures)
    warning = Markup()
    if count:
        warning = Markup(' <a class="warn" href="#way-{}">⚠ {}</a>').format(
            item.key, say(message("Warnings: {count}", count=count), book.language)
        )
    return Markup('<p class="way">{}{}</p>').format(draw_way(item.leg, book), warning)
