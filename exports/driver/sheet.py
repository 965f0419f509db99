"""Writes the page of a trip: what comes next, days with their stops, and the report."""

from datetime import date

from markupsafe import Markup

from exports.driver.cards import draw_home, draw_night, draw_start, draw_stop
from exports.driver.day_picture import draw_picture
from exports.driver.next_items import draw_next
from exports.driver.result_forms import draw_trip_form
from exports.driver.trip_book import TripBook
from exports.driver.way import draw_leg, draw_phone
from exports.maps.closed_roads import describe_closure
from exports.pages.marks import credit_roads, data_text, join, mark_schematic, say
from exports.text.formats import (
    format_day,
    format_duration,
    format_km,
    format_long_day,
    format_month,
    name_weekdays,
)
from province.language import message

SCRIPT_OFF = (
    "#map-frame,#report,.days,.bar,.tick,.record,.act,.walk,.button[data-code]{display:none}"
    ".picture,.code,section.day.away{display:block}"
)
"""What a reader without scripts is spared, and shown instead."""


def draw_sheet(book: TripBook) -> Markup:
    """Return the page of one trip as HTML, with an empty element for the map."""
    sections = (_draw_day(number, day, book) for number, day in enumerate(book.days))
    return join(
        (
            _draw_head(book),
            _draw_warnings(book),
            draw_next(book),
            mark_schematic(book.plan, book.province, book.language),
            _draw_map(book),
            credit_roads(book.province),
            _draw_tabs(book),
            Markup('<main id="stops">{}</main>').format(join(sections, "\n")),
            _draw_report(book),
            _draw_foot(book),
            _draw_bar(book),
        ),
        "\n",
    )


def _draw_head(book: TripBook) -> Markup:
    trip, language = book.trip, book.language
    us = book.province.settings.province
    return Markup(
        '<header><div class="org"><span>{org}</span>{phone}</div><h1>{title}</h1>'
        '<p class="who">{place}</p><p class="who">{vehicle} · {crew} ({members})</p>'
        '<p class="sum"><span>{stops}</span><span>{km}</span><span>{driving}</span></p></header>'
    ).format(
        org=data_text(us.organisation or us.name),
        phone=draw_phone(us.phone),
        title=_name_trip(book),
        place=_place_in_month(book),
        vehicle=data_text(book.vehicle.name),
        crew=data_text(book.crew.name),
        members=say(message("crew of {count}", count=book.crew.members), language),
        stops=say(message("Stops: {count}", count=len(trip.stops)), language),
        km=format_km(trip.length_m, language),
        driving=say(
            message("{time} at the wheel", time=format_duration(trip.drive_min, language)), language
        ),
    )


def _place_in_month(book: TripBook) -> Markup:
    """Return which trip of the month it is, counted by first day and id as on the month map."""
    trips = sorted(book.plan.trips.trips, key=lambda trip: (trip.first_day, trip.trip_id))
    ids = [trip.trip_id for trip in trips]
    text = message(
        "Trip {number} of {count}, {month}",
        number=ids.index(book.trip.trip_id) + 1,
        count=len(ids),
        month=format_month(book.plan.month, book.language),
    )
    return say(text, book.language)


def _name_trip(book: TripBook) -> Markup:
    return say(message("Trip {trip}", trip=book.trip.trip_id), book.language)


def _draw_warnings(book: TripBook) -> Markup:
    text = message(
        "This phone does not keep what you write once the page is closed. "
        "Send or save the report before you close it."
    )
    script_off = message(
        "This reader does not run the page: no map to move, nothing to tick off. "
        "Open the file in a browser."
    )
    return Markup(
        '<p class="warning" id="unsaved" role="alert" hidden>{}</p>'
        '<noscript><style>{}</style><p class="warning">{}</p></noscript>'
    ).format(say(text, book.language), Markup(SCRIPT_OFF), say(script_off, book.language))


def _draw_map(book: TripBook) -> Markup:
    language = book.language
    return Markup(
        '<section id="map-frame"><div id="map" role="application" aria-label="{}"></div>'
        '<p id="position" role="status" hidden></p></section>'
    ).format(say(message("Map of the trip"), language))


def _draw_tabs(book: TripBook) -> Markup:
    if len(book.days) < 2:
        return Markup()
    tabs = (
        Markup(
            '<button type="button" data-day="{}" aria-pressed="false"><b>{}</b><small>{}</small>'
            "</button>"
        ).format(
            number,
            say(message("Day {number}", number=number + 1), book.language),
            _name_short_day(day, book),
        )
        for number, day in enumerate(book.days)
    )
    return Markup('<nav class="days" aria-label="{}">{}<button type="button" data-day="all" '
                  'aria-pressed="true"><b>{}</b></button></nav>').format(
        say(message("Days"), book.language), join(tabs), say(message("All days"), book.language)
    )  # fmt: skip


def _name_short_day(day: date, book: TripBook) -> str:
    weekday = name_weekdays(book.language)[day.weekday()]
    return f"{weekday} {format_day(day, book.language)[:5]}"


def _draw_day(number: int, day: date, book: TripBook) -> Markup:
    parts: list[Markup] = [draw_picture(number, book)]
    if number == 0:
        parts.append(draw_start(book))
    parts += [
        part
        for stop in book.list_stops(day)
        for part in (
            draw_leg(stop.leg, day, f"s{stop.sequence}", book),
            draw_stop(stop, number, book),
        )
    ]
    parts += [draw_night(night, number, book) for night in book.list_nights(day)]
    if day == book.trip.last_day:
        parts += [draw_leg(book.trip.home, day, "home", book), draw_home(book)]
    heading = Markup("{} · {}").format(
        say(message("Day {number}", number=number + 1), book.language),
        format_long_day(day, book.language),
    )
    return Markup(
        '<section class="day{}" id="day-{}"><p class="running">{} · {} · {}</p>'
        "<h2>{}</h2>\n{}</section>"
    ).format(
        " away" if number else "",  # the page opens on the first day; laying out all takes longer
        number,
        _name_trip(book),
        data_text(book.vehicle.name),
        data_text(book.crew.name),
        heading,
        join(parts, "\n"),
    )


def _draw_report(book: TripBook) -> Markup:
    language = book.language
    return Markup(
        '<section id="report"><h2>{head}</h2><p id="reported" role="status"></p>'
        '<ul id="questions" role="alert"></ul>{form}<div class="act">'
        '<button type="button" class="main" id="send">{send}</button>'
        '<button type="button" class="button" id="save">{save}</button></div>'
        '<details class="as-text"><summary class="button">{text}</summary>'
        '<textarea id="text" readonly rows="8" aria-label="{text}"></textarea></details>'
        '<button type="button" class="button quiet" id="forget">{forget}</button></section>'
    ).format(
        head=say(message("Report of the trip"), language),
        form=draw_trip_form(book),
        send=say(message("Send the report"), language),
        save=say(message("Save it as a file"), language),
        text=say(message("Show it as text"), language),
        forget=say(message("Erase what I wrote"), language),
    )


def _draw_foot(book: TripBook) -> Markup:
    others = [
        Markup("<li>{}</li>").format(describe_closure(closure, book.language))
        for closure, ids in book.closures
        if ids
    ]
    if not others:
        return Markup()
    return Markup('<section class="others"><h2>{}</h2><ul>{}</ul></section>').format(
        say(message("Closures in the province on these days"), book.language), join(others)
    )


def _draw_bar(book: TripBook) -> Markup:
    links = (
        ("next", "➤", message("Next")), ("map-frame", "▦", message("Map")),
        ("stops", "☰", message("Stops")), ("report", "✓", message("Report")),
    )  # fmt: skip
    items = (
        Markup('<a href="#{}"><i>{}</i>{}</a>').format(goal, sign, say(text, book.language))
        for goal, sign, text in links
    )
    return Markup('<nav class="bar" aria-label="{}">{}</nav>').format(
        say(message("Parts of this page"), book.language), join(items)
    )
