"""Draws the roads of one date for one vehicle: the page of `luanchuyen roads show`."""

from typing import Any

from exports.maps import basemap
from exports.pages.page import make_page
from exports.pages.template import read_macros
from exports.text.formats import format_number
from exports.text.words import CLOSURES, ROAD_CLASSES
from province.facts import Province
from province.language import Language, Message, message, translate
from province.places import SiteKind
from province.roads import ClosureEffect, RoadClass, Segment
from roads.stretches import cut_line
from roads.view import Passage, RoadPiece, RoadView

FULL_DETAIL_POINTS = 40_000
POPUPS = "maps/road_popups.html.j2"
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
    title = message("Roads of {province}", province=province.settings.province.name)
    told = [
        f"{format_number(km, language, digits=1)} km" for km in view.parts_km[:PARTS_TOLD]
    ]  # fmt: skip
    return make_page(
        "maps/road_map.html.j2", title=translate(title, language), language=language,
        style=("routes.css", "roads.css"), script=("roads.js",),
        data=_gather(view, province, language), view=view, province=province,
        kilometres_by_class=[
            (kind, sum(by.values()), sum(km for p, km in by.items() if p not in BARRED))
            for kind, by in view.kilometres.items()
        ],
        barred=[
            (PASSAGES[passage], km)
            for passage in Passage if passage is not Passage.OPEN
            if (km := sum(by.get(passage, 0.0) for by in view.kilometres.values()))
        ],
        lengths=", ".join(told) + " …" * (len(view.parts_km) > PARTS_TOLD),
        closures=basemap.list_closures(province, view.day, view.day),
        sites=sorted(
            view.sites, key=lambda r: (r.minutes is not None, -(r.minutes or 0), r.site_id)
        ),
    )  # fmt: skip


def _gather(view: RoadView, province: Province, language: Language) -> dict[str, Any]:
    segments = province.segment_by_id
    points = basemap.count_points(province.segments)
    tolerance = 0.0 if points <= FULL_DETAIL_POINTS else 0.0001
    sites = province.site_by_id
    shapes = [segment.line for segment in province.segments]
    shapes.append(tuple((site.lon, site.lat) for site in province.sites))
    order = list(RoadClass)
    pieces = sorted(view.pieces, key=lambda p: -order.index(segments[p.segment_id].road_class))
    return {
        "bounds": basemap.bound_lines(shapes),
        "communes": basemap.draw_communes(province.communes, lambda commune: {}, tolerance=0.0005),
        "roads": [
            _draw_piece(piece, segments[piece.segment_id], tolerance, language) for piece in pieces
        ],
        "sites": [
            {
                "at": basemap.place_site(sites[row.site_id]),
                "d": int(sites[row.site_id].kind is SiteKind.DEPOT),
                "m": row.minutes,
                "p": read_macros(POPUPS, language).site(row),
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
        "l": basemap.encode_line(
            basemap.simplify(cut_line(segment.line, piece.first, piece.last), tolerance)
        ),
        "p": read_macros(POPUPS, language).piece(piece, segment, _tell_state(piece, language)),
    }
    if piece.minutes is not None:
        drawn["m"] = round(piece.minutes)
    return drawn


def _tell_state(piece: RoadPiece, language: Language) -> str:
    """Return why a piece of road cannot be used as usual, or ""."""
    if piece.passage is Passage.OPEN:
        return ""
    state = translate(PASSAGES[piece.passage], language)
    return f"{state}: {translate(REASONS[piece.reason], language)}" if piece.reason else state
