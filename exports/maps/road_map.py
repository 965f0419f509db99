"""Draws the roads of one date for one vehicle: the page of `luanchuyen roads show`."""

from typing import Any

from markupsafe import Markup

from exports.maps.basemap import bound_lines, draw_communes, encode_line, simplify
from exports.maps.closed_roads import describe_closure, list_closures
from exports.pages.marks import credit_roads, data_text, join, say
from exports.pages.page import make_page
from exports.text.formats import format_day, format_duration, format_km, format_number
from exports.text.words import CLOSURES, ROAD_CLASSES, VEHICLE_KINDS, name_schematic
from province.facts import Province
from province.language import Language, Message, message, translate
from province.places import SiteKind
from province.roads import ClosureEffect, RoadClass, Segment
from roads.stretches import cut_line
from roads.view import Passage, RoadPiece, RoadView, SiteAccess

FULL_DETAIL_POINTS = 40_000
NEAR_M = 100.0  # a site nearer to its road than this is not remarked on
PARTS_TOLD = 8
BARRED = (Passage.SHUT, Passage.WET, Passage.UNFIT)
PASSAGES: dict[Passage, Message] = {
    Passage.OPEN: message("Open"),
    Passage.HOURS: message("Shut during some hours"),
    Passage.ONE_LANE: CLOSURES[ClosureEffect.ONE_LANE],
    Passage.SHUT: CLOSURES[ClosureEffect.SHUT],
    Passage.WET: message("Shut in the wet season"),
    Passage.UNFIT: message("Not for this vehicle"),
}
REASONS: dict[str, Message] = {
    "kind": message("not for this kind of vehicle"),
    "width": message("too narrow"),
    "height": message("too low"),
    "weight": message("too weak"),
    "grade": message("too steep"),
}


def draw_road_map(view: RoadView, province: Province, language: Language) -> bytes:
    """Return the page."""
    title = translate(
        message("Roads of {province}", province=province.settings.province.name), language
    )
    return make_page(
        title=title,
        language=language,
        body=Markup(
            '<main><div id="map" aria-label="{}"></div>{}</main><aside id="panel">{}</aside>'
        ).format(title, credit_roads(province), _draw_panel(view, province, title, language)),
        style=("routes.css", "roads.css"),
        script="roads.js",
        data=_gather(view, province, language),
    )  # fmt: skip


def _gather(view: RoadView, province: Province, language: Language) -> dict[str, Any]:
    segments = {segment.segment_id: segment for segment in province.segments}
    points = sum(len(segment.line) for segment in province.segments)
    tolerance = 0.0 if points <= FULL_DETAIL_POINTS else 0.0001
    sites = {site.site_id: site for site in province.sites}
    shapes = [segment.line for segment in province.segments]
    shapes.append(tuple((site.lon, site.lat) for site in province.sites))
    order = list(RoadClass)
    pieces = sorted(view.pieces, key=lambda p: -order.index(segments[p.segment_id].road_class))
    return {
        "bounds": bound_lines(shapes),
        "communes": draw_communes(province.communes, lambda commune: {}, tolerance=0.0005),
        "roads": [
            _draw_piece(piece, segments[piece.segment_id], tolerance, language) for piece in pieces
        ],
        "sites": [
            {
                "at": [round(sites[row.site_id].lon, 5), round(sites[row.site_id].lat, 5)],
                "d": int(sites[row.site_id].kind is SiteKind.DEPOT),
                "m": row.minutes,
                "p": _describe_site(row, language),
            }
            for row in view.sites
        ],
        "words": {
            "classes": {
                kind.value: translate(ROAD_CLASSES[kind], language) for kind in view.kilometres
            },
            "states": {
                passage.value: translate(PASSAGES[passage], language)
                for passage in Passage
                if passage is not Passage.OPEN
                and any(passage in by for by in view.kilometres.values())
            },
        },
        "slowest": max((piece.minutes or 0 for piece in view.pieces), default=0),
    }


def _draw_piece(
    piece: RoadPiece, segment: Segment, tolerance: float, language: Language
) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "c": segment.road_class.value,
        "s": piece.passage.value,
        "k": piece.part,
        "l": encode_line(simplify(cut_line(segment.line, piece.first, piece.last), tolerance)),
        "p": _describe_piece(piece, segment, language),
    }
    if piece.minutes is not None:
        drawn["m"] = round(piece.minutes)
    return drawn


def _describe_piece(piece: RoadPiece, segment: Segment, language: Language) -> Markup:
    name = translate(ROAD_CLASSES[segment.road_class], language)
    called = " · ".join(text for text in (segment.ref, segment.name) if text)
    state = translate(PASSAGES[piece.passage], language)
    if piece.reason:
        state = f"{state}: {translate(REASONS[piece.reason], language)}"
    lines = [Markup("<b>{}</b>").format(data_text(called)) if called else Markup("")]
    lines.append(Markup("{}, {}").format(name, format_km(piece.length_m, language)))
    if piece.passage is not Passage.OPEN:
        lines.append(Markup("{}").format(state))
    if piece.minutes is not None:
        lines.append(Markup("{}").format(format_duration(round(piece.minutes), language)))
    lines.append(Markup("<small>{}</small>").format(data_text(segment.segment_id)))
    return join((line for line in lines if line), "<br>")


def _describe_site(row: SiteAccess, language: Language) -> Markup:
    return Markup("<b>{}</b><br>{}").format(data_text(row.name), _tell_access(row, language))


def _tell_access(row: SiteAccess, language: Language) -> Markup:
    told = []
    if row.minutes is None or row.length_km is None:
        told.append(say(message("not reached"), language))
    else:
        told.append(Markup("{}").format(format_duration(row.minutes, language)))
        told.append(Markup("{} km").format(format_number(row.length_km, language, digits=1)))
    if row.distance_m is not None and row.distance_m >= NEAR_M:
        told.append(
            say(message("{metres} m from the road", metres=round(row.distance_m)), language)
        )
    return join(told, " · ")


def _draw_panel(view: RoadView, province: Province, title: str, language: Language) -> Markup:
    state = message("wet season") if view.is_wet else message("dry season")
    schematic = Markup()
    if province.has_schematic_roads:
        schematic = Markup('<p class="schematic" role="note">{}</p>').format(
            say(name_schematic(province), language)
        )
    return join(
        (
            Markup('<header><p class="who">{}</p><h1>{}</h1><p class="where">{} · {} · {} ({})</p>'
                   "</header>").format(
                data_text(province.settings.province.organisation),
                title,
                format_day(view.day, language),
                say(state, language),
                data_text(view.vehicle.name),
                say(VEHICLE_KINDS[view.vehicle.kind], language),
            ),
            schematic,
            _draw_views(language),
            _draw_kilometres(view, language),
            _draw_parts(view, language),
            _draw_closures(view, province, language),
            _draw_sites(view, language),
        ),
        "\n",
    )  # fmt: skip


def _draw_views(language: Language) -> Markup:
    views = (
        ("class", message("Class of road")),
        ("minutes", message("Minutes from the depot")),
        ("part", message("Joined parts")),
    )
    buttons = (
        Markup('<button type="button" data-view="{}" aria-pressed="{}">{}</button>').format(
            key, "true" if key == "class" else "false", say(text, language)
        )
        for key, text in views
    )
    return Markup(
        '<section><div class="views" role="group">{}</div><ul id="legend"></ul></section>'
    ).format(join(buttons))


def _draw_kilometres(view: RoadView, language: Language) -> Markup:
    rows = []
    for kind, by in view.kilometres.items():
        usable = sum(km for passage, km in by.items() if passage not in BARRED)
        rows.append(
            Markup(
                '<tr><th scope="row"><i class="swatch {}"></i>{}</th><td>{}</td><td>{}</td></tr>'
            ).format(
                kind.value,
                say(ROAD_CLASSES[kind], language),
                format_number(sum(by.values()), language, digits=1),
                format_number(usable, language, digits=1),
            )
        )
    notes = []
    for passage in Passage:
        km = sum(by.get(passage, 0.0) for by in view.kilometres.values())
        if km and passage is not Passage.OPEN:
            notes.append(
                Markup("<li>{}: {} km</li>").format(
                    say(PASSAGES[passage], language), format_number(km, language, digits=1)
                )
            )
    return Markup(
        '<section><h2>{}</h2><table class="km"><thead><tr><td></td><th>km</th><th>{}</th></tr>'
        '</thead><tbody>{}</tbody></table><ul class="notes">{}</ul></section>'
    ).format(
        say(message("Kilometres"), language),
        say(message("usable"), language),
        join(rows),
        join(notes),
    )


def _draw_parts(view: RoadView, language: Language) -> Markup:
    if len(view.parts_km) < 2:
        return Markup()
    told = ", ".join(
        f"{format_number(km, language, digits=1)} km" for km in view.parts_km[:PARTS_TOLD]
    )
    if len(view.parts_km) > PARTS_TOLD:
        told += " …"
    text = message("{count} parts that are not joined: {lengths}", count=len(view.parts_km),
                   lengths=told)  # fmt: skip
    return Markup("<section><p>{}</p></section>").format(say(text, language))


def _draw_closures(view: RoadView, province: Province, language: Language) -> Markup:
    closures = list_closures(province, view.day, view.day)
    if not closures:
        return Markup()
    items = (Markup("<li>{}</li>").format(describe_closure(c, language)) for c in closures)
    return Markup('<section><h2>{}</h2><ul class="closures">{}</ul></section>').format(
        say(message("Closures"), language), join(items)
    )


def _draw_sites(view: RoadView, language: Language) -> Markup:
    rows = sorted(view.sites, key=lambda r: (r.minutes is not None, -(r.minutes or 0), r.site_id))
    items = (
        Markup('<li class="{}"><span>{}</span> <small>{}</small></li>').format(
            "missed" if row.minutes is None else "", data_text(row.name),
            _tell_access(row, language),
        )
        for row in rows
    )  # fmt: skip
    return Markup('<section><h2>{}</h2><ol class="sites">{}</ol></section>').format(
        say(message("Sites, the farthest first"), language), join(items)
    )
