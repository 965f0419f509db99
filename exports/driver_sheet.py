"""Writes the driver's sheet: stops in order with times, loads, telephones and dangers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import segno
from markupsafe import Markup

from exports.closed_roads import describe_closure, list_closed, list_closures
from exports.formats import (
    count_books,
    count_boxes,
    format_duration,
    format_km,
    format_long_day,
    format_number,
)
from exports.marks import data_text, join, mark_schematic, name_tasks, say
from exports.words import ROAD_CLASSES
from planning.plan import Plan
from province.dates import clock
from province.facts import Province
from province.ids import SegmentId
from province.language import Language, Message, message, translate
from province.places import Site
from province.roads import Closure, Segment
from province.visits import Parcel
from routing.trips import Leg, Night, Stop, Trip

TOLD_FROM_M = 5_000
"""A road without a number is named on the sheet from this length on."""


@dataclass(frozen=True, slots=True)
class _Book:
    """What every part of a sheet looks things up in."""

    trip: Trip
    province: Province
    language: Language
    sites: dict[str, Site]
    contents: dict[str, str]
    segments: dict[SegmentId, Segment]
    closures: tuple[tuple[Closure, frozenset[SegmentId]], ...]


def draw_sheet(trip: Trip, plan: Plan, province: Province, language: Language) -> Markup:
    """Return the page of one trip as HTML, with an empty element for the map."""
    closures = list_closures(province, trip.first_day, trip.last_day)
    contents: dict[str, str] = {str(batch.batch_id): batch.name for batch in province.batches}
    contents |= {str(kit.kit_id): kit.name for kit in province.kits}
    book = _Book(
        trip, province, language, {str(site.site_id): site for site in province.sites}, contents,
        {segment.segment_id: segment for segment in province.segments},
        tuple((closure, frozenset(list_closed(closure, province))) for closure in closures),
    )  # fmt: skip
    days = sorted({stop.day for stop in trip.stops} | {n.day for n in trip.nights}
                  | {trip.first_day, trip.last_day})  # fmt: skip
    sections = (_draw_day(number, day, book) for number, day in enumerate(days))
    return join(
        (
            _draw_head(book),
            mark_schematic(plan, language),
            Markup('<div id="map" role="application" aria-label="{}"></div>').format(
                say(message("Map of the trip"), language)
            ),
            _draw_tabs(days, book),
            *sections,
            _draw_foot(book),
        ),
        "\n",
    )


def _draw_head(book: _Book) -> Markup:
    trip, province, language = book.trip, book.province, book.language
    vehicle = province.vehicle_by_id[trip.vehicle_id]
    crew = province.crew_by_id[trip.crew_id]
    us = province.settings.province
    return Markup(
        '<header><p class="org">{org} {phone}</p><h1>{title}</h1>'
        '<p class="who">{vehicle} · {crew} ({members})</p>'
        '<p class="sum"><span>{stops}</span><span>{km}</span><span>{driving}</span></p></header>'
    ).format(
        org=data_text(us.organisation or us.name),
        phone=_draw_phone(us.phone, book),
        title=say(message("Trip {trip}", trip=trip.trip_id), language),
        vehicle=data_text(vehicle.name),
        crew=data_text(crew.name),
        members=say(message("crew of {count}", count=crew.members), language),
        stops=say(message("Stops: {count}", count=len(trip.stops)), language),
        km=format_km(trip.length_m, language),
        driving=say(
            message("{time} at the wheel", time=format_duration(trip.drive_min, language)), language
        ),
    )


def _draw_tabs(days: list[date], book: _Book) -> Markup:
    if len(days) < 2:
        return Markup()
    links = (
        Markup('<a href="#day-{}">{}</a>').format(
            number, say(message("Day {number}", number=number + 1), book.language)
        )
        for number in range(len(days))
    )
    return Markup('<nav class="days">{}</nav>').format(join(links))


def _draw_day(number: int, day: date, book: _Book) -> Markup:
    trip, language = book.trip, book.language
    parts: list[Markup] = []
    if day == trip.first_day:
        parts.append(_draw_start(book))
    parts += [
        part
        for stop in trip.stops if stop.day == day
        for part in (_draw_leg(stop.leg, day, book), _draw_stop(stop, number, book))
    ]  # fmt: skip
    for night in trip.nights:
        if night.day == day:
            parts.append(_draw_night(night, book))
    if day == trip.last_day:
        parts.append(_draw_leg(trip.home, day, book))
        parts.append(
            _draw_card(
                "depot", clock(trip.home.arrive_min), say(message("Back at the depot"), language),
                book.sites[trip.home.to_site], Markup(), "⌂", book,
            )
        )  # fmt: skip
    return Markup('<section class="day" id="day-{}"><h2>{}</h2>\n{}</section>').format(
        number,
        Markup("{} · {}").format(
            say(message("Day {number}", number=number + 1), language),
            format_long_day(day, language),
        ),
        join(parts, "\n"),
    )


def _draw_start(book: _Book) -> Markup:
    trip, language = book.trip, book.language
    leave = trip.stops[0].leg.leave_min if trip.stops else trip.home.leave_min
    loads = _draw_parcels(
        message("Load at the depot, last stop first"),
        _order_for_loading(trip), "load", book, to_end=True,
    )  # fmt: skip
    return _draw_card(
        "depot", clock(leave), say(message("Leave the depot"), language),
        book.sites[trip.depot_id], loads, "⌂", book,
    )  # fmt: skip


def _order_for_loading(trip: Trip) -> tuple[Parcel, ...]:
    """Return what is loaded at the depot so that the first stop's boxes end up nearest the door."""
    order = {
        (parcel.content_id, parcel.to_site): stop.sequence
        for stop in trip.stops
        for parcel in stop.leaves
    }
    return tuple(
        sorted(
            trip.loads,
            key=lambda p: (-order.get((p.content_id, p.to_site), 0), p.content_id),
        )
    )


def _draw_stop(stop: Stop, day_number: int, book: _Book) -> Markup:
    site, language = book.sites[stop.site_id], book.language
    body = join(
        (
            Markup('<p class="tasks">{}</p>').format(name_tasks(stop.tasks, language)),
            _draw_waiting(stop, language),
            _draw_parcels(message("Unload here"), stop.leaves, "off", book, to_end=False),
            _draw_parcels(message("Load here"), stop.takes, "on", book, to_end=True),
            Markup('<p class="after">{}</p>').format(
                say(
                    message(
                        "On board afterwards: {load}, {mass} kg",
                        load=count_boxes(stop.boxes_after, language),
                        mass=format_number(stop.kg_after, language),
                    ), language,
                )
            ),
            Markup('<p class="note">{}</p>').format(data_text(site.note))
            if site.note
            else Markup(),
            _draw_contacts(site, book),
        )
    )  # fmt: skip
    times = Markup("{}<small>{}</small>").format(
        clock(stop.leg.arrive_min),
        say(message("leave {time}", time=clock(stop.depart_min)), language),
    )
    return Markup(
        '<article class="stop" id="stop-{n}" data-day="{day}"><div class="top">'
        '<b class="number day-{day}">{n}</b><div class="time">{times}</div>'
        '<h3>{name}<small>{place}</small></h3></div>{body}</article>'
    ).format(
        n=stop.sequence, day=day_number % 7, times=times, name=data_text(site.name),
        place=_name_place(site, book), body=body,
    )  # fmt: skip


def _draw_waiting(stop: Stop, language: Language) -> Markup:
    if stop.start_min <= stop.leg.arrive_min:
        return Markup()
    return Markup('<p class="wait">{}</p>').format(
        say(message("Work begins at {time}", time=clock(stop.start_min)), language)
    )


def _draw_night(night: Night, book: _Book) -> Markup:
    site = book.sites[night.site_id]
    arrival = clock(night.leg.arrive_min) if night.leg else ""
    leg = _draw_leg(night.leg, night.day, book) if night.leg else Markup()
    return leg + _draw_card(
        "night", arrival, say(message("Night here"), book.language), site,
        _draw_contacts(site, book), "☾", book,
    )  # fmt: skip


def _draw_card(
    kind: str, time: str, head: Markup, site: Site, body: Markup, sign: str, book: _Book
) -> Markup:
    return Markup(
        '<article class="{kind}"><div class="top"><b class="number">{sign}</b>'
        '<div class="time">{time}<small>{head}</small></div><h3>{name}<small>{place}</small></h3>'
        "</div>{body}</article>"
    ).format(
        kind=kind, sign=sign, time=time, head=head, name=data_text(site.name),
        place=_name_place(site, book), body=body,
    )  # fmt: skip


def _name_place(site: Site, book: _Book) -> Markup:
    commune = book.province.commune_by_code.get(site.commune_code)
    return data_text(f"{commune.kind} {commune.name}") if commune else Markup()


def _draw_parcels(
    head: Message, parcels: tuple[Parcel, ...], kind: str, book: _Book, *, to_end: bool
) -> Markup:
    if not parcels:
        return Markup()
    items = []
    for parcel in parcels:
        other = book.sites[parcel.to_site if to_end else parcel.from_site]
        way = message("for {site}", site=other.name) if to_end else message(
            "from {site}", site=other.name
        )  # fmt: skip
        items.append(
            Markup('<li><b>{}</b> {}<small>{}{}</small></li>').format(
                count_boxes(parcel.boxes, book.language),
                data_text(book.contents.get(str(parcel.content_id), parcel.content_id)),
                f"{count_books(parcel.books, book.language)}, " if parcel.books else "",
                Markup("<bdi>{}</bdi>").format(translate(way, book.language)),
            )
        )  # fmt: skip
    return Markup('<div class="parcels {}"><h4>{}</h4><ul>{}</ul></div>').format(
        kind, translate(head, book.language), join(items)
    )


def _draw_contacts(site: Site, book: _Book) -> Markup:
    place = f"{site.lat:.5f},{site.lon:.5f}"
    code = segno.make(f"geo:{place}", error="m", micro=False)
    picture = code.svg_inline(scale=3, border=2, omitsize=True, svgclass=None, lineclass=None)
    return Markup(
        '<div class="contacts">{phone}<a class="button" href="geo:{place}?q={place}">{go}</a>'
        '<details class="qr"><summary class="button">{code}</summary>'
        "<div>{picture}<small>{place}</small></div></details></div>"
    ).format(
        phone=_draw_phone(site.phone, book, site.keyholder),
        place=place,
        go=say(message("Navigate"), book.language),
        code=say(message("QR code"), book.language),
        picture=Markup(picture),
    )


def _draw_phone(phone: str, book: _Book, who: str = "") -> Markup:
    digits = re.sub(r"[^0-9+]", "", phone)
    if not digits:
        return data_text(who) if who else Markup()
    return Markup(
        '<a class="button call" href="tel:{}"><span>☎ {}</span><small>{}</small></a>'
    ).format(digits, data_text(phone), data_text(who) if who else "")


def _draw_leg(leg: Leg, day: date, book: _Book) -> Markup:
    language = book.language
    segments = [book.segments[key] for key, _ in leg.segments]
    pauses = [
        Markup('<li class="pause">{}</li>').format(
            say(
                message("{time} break, {minutes} min", time=clock(p.start_min), minutes=p.minutes)
                if p.is_break
                else message(
                    "{time} wait for the ferry, {minutes} min",
                    time=clock(p.start_min), minutes=p.minutes,
                ), language,
            )
        )
        for p in leg.pauses
    ]  # fmt: skip
    dangers = [
        Markup('<li class="danger">⚠ <bdi>{}</bdi></li>').format(text)
        for text in _once(_name_danger(s, language) for s in segments if s.hazard)
    ]
    driven = {segment.segment_id for segment in segments}
    closed = [
        Markup('<li class="closed">✕ {}</li>').format(describe_closure(closure, language))
        for closure, ids in book.closures
        if ids & driven and closure.first_day <= day and (not closure.last_day
                                                          or day <= closure.last_day)
    ]  # fmt: skip
    return Markup(
        '<div class="leg"><p><b>{}</b> · {} · {}</p><p class="via"><bdi>{}</bdi></p>{}</div>'
    ).format(
        clock(leg.leave_min),
        format_km(leg.length_m, language),
        format_duration(leg.drive_min, language),
        " → ".join(_name_way(segments, language)),
        Markup("<ul>{}</ul>").format(join([*pauses, *dangers, *closed]))
        if pauses or dangers or closed else "",
    )  # fmt: skip


def _name_way(segments: list[Segment], language: Language) -> list[str]:
    """Return the roads of a way in order; short ones without a number only alone."""
    told = [s for s in segments if s.ref or s.length_m >= TOLD_FROM_M] or segments
    return _once(_name_road(segment, language) for segment in told)


def _name_road(segment: Segment, language: Language) -> str:
    return segment.ref or segment.name or translate(ROAD_CLASSES[segment.road_class], language)


def _name_danger(segment: Segment, language: Language) -> str:
    return f"{_name_road(segment, language)}: {segment.hazard}"


def _once(texts: Iterable[str]) -> list[str]:
    """Return texts without those that follow their equal."""
    kept: list[str] = []
    for text in texts:
        if not kept or kept[-1] != text:
            kept.append(text)
    return kept


def _draw_foot(book: _Book) -> Markup:
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
