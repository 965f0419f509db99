"""Draws the month on one map: `routes.html`, for the planner and the leadership."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from exports.geo.colours import colour_vehicles
from exports.geo.ways import list_legs
from exports.maps.basemap import LineTable, bound_lines, draw_communes, draw_roads
from exports.maps.closed_roads import describe_closure, list_closed_parts, list_closures
from exports.maps.ground import draw_ground
from exports.month_map.commune_facts import describe_communes, divide_demand, sum_demand
from exports.month_map.drawn_trips import MonthSheet, draw_trip, draw_unserved, place_site
from exports.month_map.panel import draw_panel
from exports.pages.marks import credit_roads, data_text, say
from exports.pages.page import make_page
from exports.text.formats import format_day, format_month, name_weekdays
from exports.text.words import SITE_KINDS
from planning.plan import Plan
from province.facts import Province
from province.ids import CommuneCode
from province.language import Language, message, translate
from province.places import Site, SiteKind

SCRIPTS = ("labels.js", "ground.js", "routes_lines.js", "routes_time.js", "routes_search.js",
           "routes.js")  # fmt: skip
HILLS_PX = 1000
"""Pixels of the longer side of the hills' picture; a province needs more than a trip."""

WORDS = {
    "month": message("The whole month"),
    "nothing": message("Nothing by this name."),
}


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield `routes.html`."""
    colours = colour_vehicles(trip.vehicle_id for trip in plan.trips.trips)
    sheet = MonthSheet(plan, province, language, province.site_by_id, tuple(colours))
    month = format_month(plan.month, language)
    title = translate(
        message("Book rotation and trips, {month}, {province}", month=month,
                province=plan.province_name), language,
    )  # fmt: skip
    uses = sum_demand(plan, province)
    panel = draw_panel(plan, province, language, colours, divide_demand(uses))
    page = make_page(
        title=title,
        language=language,
        body=Markup(
            '<main><div id="map" aria-label="{}"></div>{}{}</main>\n<aside id="panel">{}</aside>'
        ).format(title, credit_roads(province), _draw_time(language), panel),
        style="routes.css",
        script=SCRIPTS,
        data=_gather(sheet, list(colours.values()), uses),
    )
    yield "routes.html", page


def _draw_time(language: Language) -> Markup:
    return Markup(
        '<div id="time"><button type="button" id="play" aria-pressed="false" aria-label="{}">▶'
        '</button><input type="range" id="moment" min="0" max="0" value="0" aria-label="{}">'
        '<output id="now"></output></div>'
    ).format(say(message("Play the month"), language), say(message("Time"), language))


def _gather(
    sheet: MonthSheet, colours: list[str], uses: dict[CommuneCode, float]
) -> dict[str, Any]:
    province, plan, language = sheet.province, sheet.plan, sheet.language
    table = LineTable({segment.segment_id: segment for segment in province.segments})
    communes = describe_communes(plan, province, language, uses)
    shapes = [ring for commune in province.communes for ring in commune.outline]
    shapes += [segment.line for segment in province.segments]
    sites = tuple((site.lon, site.lat) for site in province.sites)
    bounds = bound_lines([*shapes, sites])
    trips = sorted(plan.trips.trips, key=lambda trip: (trip.first_day, trip.trip_id))
    driven = sorted({day for trip in trips for day, _ in list_legs(trip)})
    weekdays = name_weekdays(language)
    return {
        "bounds": bounds,
        "communes": draw_communes(
            province.communes,
            lambda commune: {
                "s": communes[commune.code].service.value,
                "u": communes[commune.code].demand_class,
                "p": communes[commune.code].about,
            },
        ),
        "roads": draw_roads(province.segments, language, tolerance=0.0001),
        "closures": _draw_closures(sheet, table),
        "sites": [_draw_site(site, sheet) for site in province.sites],
        "colours": colours,
        "days": [
            {"d": day.isoformat(), "t": f"{weekdays[day.weekday()]} {format_day(day, language)}"}
            for day in driven
        ],
        "trips": [draw_trip(number, trip, sheet, table) for number, trip in enumerate(trips)],
        "unserved": draw_unserved(sheet),
        "lines": table.lines,
        "words": {key: translate(text, language) for key, text in WORDS.items()},
        **draw_ground(province.folder, bounds, tolerance=0.0005, side_px=HILLS_PX),
    }


def _draw_closures(sheet: MonthSheet, table: LineTable) -> list[dict[str, Any]]:
    month = sheet.plan.month
    return [
        {
            "e": closure.effect.value,
            "l": [
                table.number_part(part) + 1 for part in list_closed_parts(closure, sheet.province)
            ],
            "p": describe_closure(closure, sheet.language),
        }
        for closure in list_closures(sheet.province, month.first_day, month.last_day)
    ]


def _draw_site(site: Site, sheet: MonthSheet) -> dict[str, Any]:
    if site.kind is SiteKind.DEPOT:
        group = "depot"
    elif site.kind is SiteKind.LODGING:
        group = "lodging"
    elif site.kind in (SiteKind.COMMUNE_LIBRARY, SiteKind.PRIVATE_LIBRARY):
        group = "library"
    elif site.kind is SiteKind.SCHOOL:
        group = "school"
    else:
        group = "point"
    popup = Markup("<b>{}</b><br>{}{}").format(
        data_text(site.name),
        say(SITE_KINDS[site.kind], sheet.language),
        Markup("<br>{}").format(data_text(site.phone)) if site.phone else "",
    )
    return {"at": place_site(site), "g": group, "t": site.name, "p": popup}
