"""Draws the month on one map: `routes.html`, for the planner and the leadership."""

from calendar import Calendar
from collections.abc import Iterator
from datetime import date
from typing import Any

from exports.geo.colours import DONE_COLOUR, colour_vehicles
from exports.maps.basemap import (
    LineTable,
    bound_lines,
    describe_closure,
    draw_communes,
    draw_roads,
    list_closed_parts,
    list_closures,
    place_site,
)
from exports.maps.ground import draw_ground
from exports.month_map.commune_facts import describe_communes, divide_demand, sum_demand
from exports.month_map.drawn_trips import POPUPS, MonthSheet, draw_trip, draw_unserved
from exports.pages.page import make_page
from exports.pages.template import read_macros
from exports.text.formats import format_day, format_month, name_weekdays
from exports.text.goals import list_month_standings, tell_models
from planning.figures import find_services, measure_coverage
from planning.plan import Plan
from planning.record.signed import find_proofs
from planning.trip_state import TripState, list_states
from province.facts import Province
from province.ids import CommuneCode, VehicleId
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
    trips = sorted(plan.trips.trips, key=lambda trip: (trip.first_day, trip.trip_id))
    colours = colour_vehicles(trip.vehicle_id for trip in trips)
    sheet = MonthSheet(
        plan,
        province,
        language,
        province.site_by_id,
        tuple(colours),
        find_proofs(plan.month, province),
    )
    month = format_month(plan.month, language)
    title = message("Book rotation and trips, {month}, {province}",
                    month=month, province=plan.province_name)  # fmt: skip
    uses, coverage = sum_demand(plan, province), measure_coverage(plan, province)
    page = make_page(
        "month_map/page.html.j2", title=translate(title, language), language=language,
        style=("routes.css",), script=SCRIPTS, data=_gather(sheet, list(colours.values()), uses),
        plan=plan, province=province, trips=trips, colours=colours, coverage=coverage,
        visits={visit.visit_id: visit for visit in plan.visits},
        driving=_colour_days(plan, colours), weekdays=name_weekdays(language),
        weeks=Calendar().monthdatescalendar(plan.month.year, plan.month.number),
        services=list(find_services(plan, province).values()),
        targets=tell_models(list_month_standings(plan, province), language),
        demand_limits=divide_demand(uses),
        states=list_states(plan), done_colour=DONE_COLOUR,
    )  # fmt: skip
    yield "routes.html", page


def _colour_days(plan: Plan, colours: dict[VehicleId, str]) -> dict[date, list[str]]:
    """Return the colours of the vehicles that are out on each day; what is done has its own."""
    days: dict[date, list[str]] = {}
    states = list_states(plan)
    for trip in plan.trips.trips:
        is_done = states.get(trip.trip_id) is TripState.DONE
        colour = DONE_COLOUR if is_done else colours[trip.vehicle_id]
        for day in trip.dates:
            own = days.setdefault(day, [])
            if colour not in own:
                own.append(colour)
    return days


def _gather(
    sheet: MonthSheet, colours: list[str], uses: dict[CommuneCode, float]
) -> dict[str, Any]:
    province, plan, language = sheet.province, sheet.plan, sheet.language
    table = LineTable(province.segment_by_id)
    communes = describe_communes(plan, province, language, uses)
    shapes = [ring for commune in province.communes for ring in commune.outline]
    shapes += [segment.line for segment in province.segments]
    sites = tuple((site.lon, site.lat) for site in province.sites)
    bounds = bound_lines([*shapes, sites])
    trips = sorted(plan.trips.trips, key=lambda trip: (trip.first_day, trip.trip_id))
    driven = sorted({day for trip in trips for day, _ in trip.legs()})
    weekdays = name_weekdays(language)
    return {
        "bounds": bounds,
        "communes": draw_communes(province.communes, lambda commune: communes[commune.code]),
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
    popup = read_macros(POPUPS, sheet.language).site(site)
    return {"at": place_site(site), "g": group, "t": site.name, "p": popup}
