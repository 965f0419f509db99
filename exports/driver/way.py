"""Writes how to get to a place: the way, its dangers, telephone, and hand-over to a navigator."""

import re
from collections.abc import Iterable
from datetime import date

import segno
from markupsafe import Markup

from exports.driver.dangers import DangerKind, list_dangers, list_leg_closures, name_road
from exports.driver.trip_book import TripBook
from exports.maps.closed_roads import describe_closure
from exports.pages.marks import data_text, join, say
from exports.text.formats import format_duration, format_km
from province.dates import clock
from province.language import Language, message
from province.places import Site
from province.roads import Segment
from routing.trips import Leg, Pause

TOLD_FROM_M = 5_000
"""A road without a number is named on the sheet from this length on."""

SIGNS: dict[DangerKind, str] = {
    DangerKind.FERRY: "⛴",
    DangerKind.HAZARD: "⚠",
    DangerKind.STEEP: "◢",
    DangerKind.NARROW: "⇥⇤",
    DangerKind.DRY_ONLY: "☂",
}


def draw_way(leg: Leg, book: TripBook) -> Markup:
    """Return length, time at the wheel and roads of a leg."""
    return Markup("{} · {} <bdi>{}</bdi>").format(
        format_km(leg.length_m, book.language),
        format_duration(leg.drive_min, book.language),
        " → ".join(list_road_names([book.segments[key] for key, _ in leg.segments], book.language)),
    )


def draw_leg(leg: Leg, day: date, key: str, book: TripBook) -> Markup:
    """Return a leg with its breaks, waits, dangers and closures."""
    language = book.language
    lines = [_draw_pause(pause, language) for pause in leg.pauses]
    lines += [
        Markup('<li class="danger {}"><i>{}</i> <b><bdi>{}</bdi></b> <bdi>{}</bdi></li>').format(
            danger.kind.value, SIGNS[danger.kind], danger.road, danger.text
        )
        for danger in list_dangers(leg, book)
    ]
    lines += [
        Markup('<li class="closed"><i>✕</i> {}</li>').format(describe_closure(closure, language))
        for closure in list_leg_closures(leg, day, book)
    ]
    return Markup('<div class="leg" id="way-{}"><p><b>{}</b> {}</p>{}</div>').format(
        key,
        clock(leg.leave_min),
        draw_way(leg, book),
        Markup("<ul>{}</ul>").format(join(lines)) if lines else "",
    )


def list_road_names(segments: list[Segment], language: Language) -> list[str]:
    """Return the roads of a way in order; short ones without a number only alone."""
    told = [s for s in segments if s.ref or s.length_m >= TOLD_FROM_M] or segments
    return _once(name_road(segment, language) for segment in told)


def draw_actions(site: Site, book: TripBook, *, with_code: bool = False) -> Markup:
    """Return buttons that call the site, and hand its place over to the phone's navigation."""
    place = f"{site.lat:.5f},{site.lon:.5f}"
    return Markup(
        '<div class="actions">{phone}<a class="button" href="geo:{place}?q={place}"><i>➤</i>{go}'
        "</a>{code}</div>"
    ).format(
        phone=draw_phone(site.phone, site.keyholder),
        place=place,
        go=say(message("Navigate"), book.language),
        code=_draw_code(place, book) if with_code else Markup(),
    )


def _draw_code(place: str, book: TripBook) -> Markup:
    """Return a QR code with the place, for another phone's camera; hidden until asked for."""
    code = segno.make(f"geo:{place}", error="m", micro=False)
    picture = code.svg_inline(scale=3, border=2, omitsize=True, svgclass=None, lineclass=None)
    return Markup(
        '<div class="qr"><button type="button" class="button" data-code aria-expanded="false">'
        '<i>▣</i>{}</button><div class="code">{}<small>{}</small></div></div>'
    ).format(say(message("QR code"), book.language), Markup(picture), place)


def draw_phone(phone: str, who: str = "") -> Markup:
    """Return a telephone number to tap, or the name alone where there is none."""
    digits = re.sub(r"[^0-9+]", "", phone)
    if not digits:
        return Markup('<p class="who">{}</p>').format(data_text(who)) if who else Markup()
    return Markup(
        '<a class="button call" href="tel:{}"><span><i>☎</i> {}</span><small>{}</small></a>'
    ).format(digits, data_text(phone), data_text(who) if who else "")


def _draw_pause(pause: Pause, language: Language) -> Markup:
    text = message(
        "{time} wait for the ferry, {minutes} min",
        time=clock(pause.start_min), minutes=pause.minutes,
    )  # fmt: skip
    if pause.is_break:
        text = message(
            "{time} break, {minutes} min", time=clock(pause.start_min), minutes=pause.minutes
        )
    return Markup('<li class="pause"><i>‖</i> {}</li>').format(say(text, language))


def _once(texts: Iterable[str]) -> list[str]:
    """Return texts without those that follow their equal."""
    kept: list[str] = []
    for text in texts:
        if not kept or kept[-1] != text:
            kept.append(text)
    return kept
