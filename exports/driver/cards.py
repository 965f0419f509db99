"""Writes the cards of a day: the depot, each stop with its work, the night."""

from markupsafe import Markup

from exports.driver.load_lists import LoadList, draw_load, order_loading, order_unloading
from exports.driver.result_forms import draw_stop_form
from exports.driver.trip_book import TripBook
from exports.driver.way import draw_actions, draw_leg
from exports.pages.marks import data_text, join, name_tasks, say
from exports.text.formats import count_boxes, format_number
from exports.text.stops import describe_rides
from province.dates import clock
from province.language import message
from province.places import Site
from routing.trips import Night, Stop


def draw_start(book: TripBook) -> Markup:
    """Return the card of the depot in the morning, with what to load."""
    load = LoadList(
        "start", "load", message("Load in this order: the first goes to the far end"),
        order_loading(book.trip, book.trip.loads, 0), by_target=True,
    )  # fmt: skip
    return Markup(
        '<article class="depot" id="at-start"><div class="top"><b class="number">⌂</b>'
        '<div class="time">{}<small>{}</small></div><h3>{}<small>{}</small></h3></div>{}</article>'
    ).format(
        clock(book.leave_min),
        say(message("Leave the depot"), book.language),
        data_text(book.depot.name),
        book.name_place(book.depot),
        draw_load(load, book),
    )


def draw_stop(stop: Stop, day_number: int, book: TripBook) -> Markup:
    """Return the card of a stop: times, work, telephone, form."""
    site, language = book.sites[stop.site_id], book.language
    times = Markup("{}<small>{}</small>").format(
        clock(stop.leg.arrive_min),
        say(message("leave {time}", time=clock(stop.depart_min)), language),
    )
    return Markup(
        '<article class="stop" id="stop-{n}" data-state="0"><div class="top">'
        '<b class="number day-{day}">{n}</b><div class="time">{times}</div>'
        '<h3>{name}<small>{place}</small></h3></div><p class="tasks">{tasks}</p>{body}'
        "{actions}{form}</article>"
    ).format(
        n=stop.sequence, day=day_number % 7, times=times, name=data_text(site.name),
        place=book.name_place(site), tasks=name_tasks(stop.tasks, language),
        body=_draw_work(stop, site, book), actions=draw_actions(site, book, with_code=True),
        form=draw_stop_form(stop, book),
    )  # fmt: skip


def _draw_work(stop: Stop, site: Site, book: TripBook) -> Markup:
    trip, n, language = book.trip, stop.sequence, book.language
    off = LoadList(
        f"off{n}", "off", message("Unload here"), order_unloading(trip, stop.leaves, n),
        by_target=False,
    )  # fmt: skip
    on = LoadList(
        f"on{n}", "on", message("Load here"), order_loading(trip, stop.takes, n), by_target=True
    )
    parts = [draw_load(off, book), draw_load(on, book, after=n)]
    for line in reversed(describe_rides(stop, book.province, language)):
        parts.insert(0, Markup('<p class="wait">{}</p>').format(data_text(line)))
    if stop.start_min > stop.leg.arrive_min:
        text = message("Work begins at {time}", time=clock(stop.start_min))
        parts.insert(0, Markup('<p class="wait">{}</p>').format(say(text, language)))
    if stop.leaves or stop.takes:
        text = message(
            "On board afterwards: {load}, {mass} kg",
            load=count_boxes(stop.boxes_after, language),
            mass=format_number(stop.kg_after, language),
        )
        parts.append(Markup('<p class="after">{}</p>').format(say(text, language)))
    if site.note:
        parts.append(Markup('<p class="note">{}</p>').format(data_text(site.note)))
    return join(parts)


def draw_night(night: Night, number: int, book: TripBook) -> Markup:
    """Return the way to the lodging and its card."""
    site = book.sites[night.site_id]
    leg = draw_leg(night.leg, night.day, f"n{number}", book) if night.leg else Markup()
    return leg + Markup(
        '<article class="night" id="at-n{n}"><div class="top"><b class="number">☾</b>'
        '<div class="time">{time}<small>{head}</small></div><h3>{name}<small>{place}</small></h3>'
        "</div>{actions}</article>"
    ).format(
        n=number,
        time=clock(night.leg.arrive_min) if night.leg else "",
        head=say(message("Night here"), book.language),
        name=data_text(site.name),
        place=book.name_place(site),
        actions=draw_actions(site, book, with_code=True),
    )


def draw_home(book: TripBook) -> Markup:
    """Return the card of the depot at the end."""
    return Markup(
        '<article class="depot" id="at-home"><div class="top"><b class="number">⌂</b>'
        '<div class="time">{}<small>{}</small></div><h3>{}<small>{}</small></h3></div></article>'
    ).format(
        clock(book.trip.home.arrive_min),
        say(message("Back at the depot"), book.language),
        data_text(book.depot.name),
        book.name_place(book.depot),
    )
