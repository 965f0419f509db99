"""Draws the month on one map: `routes.html`, for the planner and the leadership."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from exports.basemap import LineTable, bound_lines, draw_communes, draw_roads
from exports.closed_roads import describe_closure, list_closed, list_closures
from exports.formats import (
    count_boxes,
    format_day,
    format_duration,
    format_km,
    format_month,
    format_number,
)
from exports.marks import colour_vehicles, data_text, name_tasks, say
from exports.page import make_page
from exports.route_panel import SERVICES, draw_panel
from exports.words import SITE_KINDS
from planning.figures import find_services
from planning.plan import Plan
from province.dates import clock
from province.facts import Province
from province.ids import SiteId, VehicleId
from province.language import Language, Message, message, translate
from province.places import Site, SiteKind
from province.visits import Parcel
from routing.trips import Stop, Trip


@dataclass(frozen=True, slots=True)
class _Sheet:
    plan: Plan
    province: Province
    language: Language
    sites: dict[SiteId, Site]
    colours: dict[VehicleId, str]


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield `routes.html`."""
    colours = colour_vehicles(trip.vehicle_id for trip in plan.trips.trips)
    sheet = _Sheet(plan, province, language, province.site_by_id, colours)
    month = format_month(plan.month, language)
    title = translate(
        message("Book rotation and trips, {month}, {province}", month=month,
                province=plan.province_name), language,
    )  # fmt: skip
    page = make_page(
        title=title,
        language=language,
        body=Markup('<main id="map" aria-label="{}"></main>\n<aside id="panel">{}</aside>').format(
            title, draw_panel(plan, province, language, colours)
        ),
        style="routes.css",
        script=("labels.js", "routes.js"),
        data=_gather(sheet),
    )
    yield "routes.html", page


def _gather(sheet: _Sheet) -> dict[str, Any]:
    province, plan = sheet.province, sheet.plan
    table = LineTable({segment.segment_id: segment for segment in province.segments})
    services = find_services(plan, province)
    served = {site.site_id: (site.lon, site.lat) for site in province.sites}
    shapes = [ring for commune in province.communes for ring in commune.outline]
    shapes += [segment.line for segment in province.segments]
    return {
        "bounds": bound_lines([*shapes, tuple(served.values())]),
        "communes": draw_communes(
            province.communes,
            lambda commune: {
                "s": services[commune.code].value,
                "p": Markup("<b>{} {}</b><br>{}").format(
                    commune.kind, commune.name, say(SERVICES[services[commune.code]],
                                                    sheet.language)
                ),
            },
        ),
        "roads": draw_roads(province.segments, sheet.language, tolerance=0.0001),
        "closures": _draw_closures(sheet, table),
        "sites": [_draw_site(site, sheet) for site in province.sites],
        "trips": [_draw_trip(trip, sheet, table) for trip in plan.trips.trips],
        "unserved": _draw_unserved(sheet),
        "lines": table.lines,
    }  # fmt: skip


def _draw_closures(sheet: _Sheet, table: LineTable) -> list[dict[str, Any]]:
    month = sheet.plan.month
    return [
        {
            "e": closure.effect.value,
            "l": [table.number(segment) + 1 for segment in list_closed(closure, sheet.province)],
            "p": describe_closure(closure, sheet.language),
        }
        for closure in list_closures(sheet.province, month.first_day, month.last_day)
    ]


def _draw_site(site: Site, sheet: _Sheet) -> dict[str, Any]:
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
    return {"at": _at(site), "g": group, "p": popup}


def _draw_trip(trip: Trip, sheet: _Sheet, table: LineTable) -> dict[str, Any]:
    days: dict[str, dict[str, Any]] = {}
    last_day = trip.last_day.isoformat()
    for stop in trip.stops:
        day = days.setdefault(stop.day.isoformat(), {"w": [], "stops": []})
        day["w"].append(table.trace(stop.leg.segments))
        site = sheet.sites[stop.site_id]
        day["stops"].append(
            {"n": stop.sequence, "at": _at(site), "t": site.name, "p": _describe_stop(stop, sheet)}
        )
    for night in trip.nights:
        if night.leg is not None:
            day = days.setdefault(night.day.isoformat(), {"w": [], "stops": []})
            day["w"].append(table.trace(night.leg.segments))
    home = days.setdefault(last_day, {"w": [], "stops": []})
    home["w"].append(table.trace(trip.home.segments))
    vehicle = sheet.province.vehicle_by_id[trip.vehicle_id].name
    language = sheet.language
    return {
        "id": trip.trip_id,
        "v": trip.vehicle_id,
        "c": sheet.colours[trip.vehicle_id],
        "days": [{"d": key, **days[key]} for key in sorted(days)],
        "p": Markup("<b>{}</b> · {}<br>{} – {}<br>{} · {}").format(
            data_text(trip.trip_id), data_text(vehicle), format_day(trip.first_day, language),
            format_day(trip.last_day, language), format_km(trip.length_m, language),
            format_duration(trip.drive_min, language),
        ),
    }  # fmt: skip


def _describe_stop(stop: Stop, sheet: _Sheet) -> Markup:
    language = sheet.language
    times = translate(
        message("{arrive} – {depart}", arrive=clock(stop.leg.arrive_min),
                depart=clock(stop.depart_min)), language,
    )  # fmt: skip
    return Markup(
        '<b>{}. {}</b><div class="when">{} · <span class="time">{}</span></div>'
        '<div>{}</div><div class="loads">{} {}</div>'
    ).format(
        stop.sequence,
        data_text(sheet.sites[stop.site_id].name),
        format_day(stop.day, language),
        times,
        name_tasks(stop.tasks, language),
        _describe_load(message("Off: {load}", load=_boxes(stop.leaves, language)), language),
        _describe_load(message("On: {load}", load=_boxes(stop.takes, language)), language),
    )


def _describe_load(text: Message, language: Language) -> Markup:
    return Markup("<span>{}</span>").format(translate(text, language))


def _draw_unserved(sheet: _Sheet) -> list[dict[str, Any]]:
    visits = {visit.visit_id: visit for visit in sheet.plan.visits}
    language, drawn = sheet.language, []
    for unserved in sheet.plan.trips.unserved:
        visit = visits[unserved.visit_id]
        site = sheet.sites[visit.site_id]
        cost = ""
        if unserved.fix_cost_vnd is not None:
            currency = sheet.province.settings.province.currency
            cost = f" ({format_number(unserved.fix_cost_vnd, language)} {currency})"
        popup = Markup("<b>{}</b><div>{}</div><div>{}</div><div><i>{}{}</i></div>").format(
            data_text(site.name), name_tasks(visit.tasks, language),
            translate(unserved.reason, language), translate(unserved.fix, language), cost,
        )  # fmt: skip
        drawn.append({"at": _at(site), "t": site.name, "id": unserved.visit_id, "p": popup})
    return drawn


def _boxes(parcels: tuple[Parcel, ...], language: Language) -> str:
    return count_boxes(sum(parcel.boxes for parcel in parcels), language)


def _at(site: Site) -> list[float]:
    return [round(site.lon, 5), round(site.lat, 5)]
