"""Draws tracks over the planned ways: the page of `luanchuyen learn --map`."""

from typing import Any

import numpy as np
import shapely

from exports.geo.colours import colour_vehicles
from exports.maps import basemap
from exports.maps.ground import draw_ground
from exports.pages.page import make_page
from exports.pages.template import read_macros
from exports.text.formats import format_day
from planning.tracks.driven_day import DrivenDay
from planning.tracks.lay_tracks import LaidTracks
from planning.tracks.stands import Stand
from province.facts import Province
from province.language import Language, message, translate
from province.places import SiteKind

POPUPS = "driven/popups.html.j2"
TOLERANCE = 0.0002
"""Degrees by which a drawn track may stray from the recorded one: about twenty metres."""

SHORTEST_STAND_MIN = 5.0
"""Shorter stands are not drawn: traffic and turning."""

HILLS_PX = 800


def draw_driven(laid: LaidTracks, province: Province, language: Language) -> bytes:
    """Return the page."""
    title = message("Driven and planned, {province}", province=province.settings.province.name)
    trips = colour_vehicles(one.planned.past.trip.vehicle_id for one in laid.days)
    vehicles = province.vehicle_by_id
    return make_page(
        "driven/page.html.j2", title=translate(title, language), language=language,
        style=("routes.css", "driven.css"), script=("labels.js", "ground.js", "driven.js"),
        data=_gather(laid, province, language, dict(trips)), province=province, days=laid.days,
        sites=province.site_by_id, colours=trips, left_out=laid.left_out,
        names={key: vehicles[key].name if key in vehicles else key for key in trips},
    )  # fmt: skip


def _gather(
    laid: LaidTracks, province: Province, language: Language, colours: dict[Any, str]
) -> dict[str, Any]:
    table = basemap.LineTable(province.segment_by_id)
    shapes: list[Any] = [segment.line for segment in province.segments]
    shapes.append(tuple((site.lon, site.lat) for site in province.sites))
    bounds = basemap.bound_lines(shapes)
    days = [
        _draw_day(one, province, language, colours[one.planned.past.trip.vehicle_id], table)
        for one in laid.days
    ]
    return {
        "bounds": bounds,
        "communes": basemap.draw_communes(province.communes, lambda commune: {}, tolerance=0.0005),
        "roads": basemap.draw_roads(province.segments, language, tolerance=TOLERANCE),
        "sites": [
            {
                "at": basemap.place_site(site),
                "d": int(site.kind is SiteKind.DEPOT),
                "t": site.name,
            }
            for site in province.sites
        ],
        "days": days,
        "lines": table.lines,
        **draw_ground(province.folder, bounds, tolerance=0.0005, side_px=HILLS_PX),
    }


def _draw_day(
    one: DrivenDay, province: Province, language: Language, colour: str, table: basemap.LineTable
) -> dict[str, Any]:
    segments = province.segment_by_id
    ways = [
        table.trace(part for part in leg.segments if part[0] in segments)
        for leg in one.planned.part.legs
    ]
    line = _simplify(one)
    stands = [s for s in one.stands if s.minutes >= SHORTEST_STAND_MIN]
    return {
        "c": colour,
        "t": f"{one.planned.past.trip.trip_id} · {format_day(one.planned.day, language)}",
        "planned": [way for way in ways if way],
        "driven": basemap.encode_line(line),
        "stands": [_draw_stand(stand, one, language) for stand in stands],
        "box": basemap.bound_lines([line], margin=0.01),
    }


def _simplify(one: DrivenDay) -> list[tuple[float, float]]:
    """Return the line of a track, without the points that scatter where it stands."""
    is_moving = np.ones(len(one.track.places), dtype=np.bool_)
    for stand in one.stands:
        is_moving[stand.first + 1 : stand.last] = False
    places = one.track.places[is_moving]
    if len(places) > 1:
        places = shapely.get_coordinates(shapely.simplify(shapely.LineString(places), TOLERANCE))
    return [(float(lon), float(lat)) for lon, lat in places]


def _draw_stand(stand: Stand, one: DrivenDay, language: Language) -> dict[str, Any]:
    lon, lat = np.median(one.track.places[stand.first : stand.last + 1], axis=0).tolist()
    is_site = any(
        arrived == stand.from_min or departed == stand.to_min
        for arrived, departed in one.stops.values()
    )
    popup = read_macros(POPUPS, language).stand(stand)
    return {
        "at": [round(lon, 5), round(lat, 5)], "m": round(stand.minutes), "s": int(is_site),
        "p": popup,
    }  # fmt: skip
