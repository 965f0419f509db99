"""Gathers the trips of a month for the map: ways, times, stops, and what to say of each."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from exports.geo.ways import list_legs
from exports.maps.basemap import LineTable
from exports.pages.marks import data_text, join, name_tasks
from exports.text.formats import (
    count_boxes,
    format_day,
    format_duration,
    format_km,
    format_number,
)
from exports.text.stops import describe_rides
from planning.plan import Plan
from province.dates import clock
from province.facts import Province
from province.ids import SiteId, VehicleId
from province.language import Language, Message, message, translate
from province.places import Site
from province.visits import Parcel
from routing.trips import Leg, Stop, Trip


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """What every part of the month map looks things up in; `vehicles` in the order of ids."""

    plan: Plan
    province: Province
    language: Language
    sites: dict[SiteId, Site]
    vehicles: tuple[VehicleId, ...]


def draw_trip(number: int, trip: Trip, sheet: MonthSheet, table: LineTable) -> dict[str, Any]:
    """Return one trip, its legs and stops by day."""
    days: dict[date, dict[str, Any]] = {}
    for day, leg in list_legs(trip):
        entry = days.setdefault(day, {"d": day.isoformat(), "legs": [], "stops": []})
        entry["legs"].append(_draw_leg(leg, sheet, table))
    for stop in trip.stops:
        site = sheet.sites[stop.site_id]
        days[stop.day]["stops"].append(
            {
                "n": stop.sequence,
                "at": place_site(site),
                "t": site.name,
                "end": stop.depart_min,
                "p": _describe_stop(stop, trip, sheet),
            }
        )
    return {
        "n": number,
        "t": trip.trip_id,
        "v": sheet.vehicles.index(trip.vehicle_id),
        "days": [days[day] for day in sorted(days)],
        "p": _describe_trip(trip, sheet),
    }


def draw_unserved(sheet: MonthSheet) -> list[dict[str, Any]]:
    """Return the visits that no trip serves, with reason and cheapest change."""
    visits = {visit.visit_id: visit for visit in sheet.plan.visits}
    language, drawn = sheet.language, []
    for unserved in sheet.plan.trips.unserved:
        visit = visits[unserved.visit_id]
        site = sheet.sites[visit.receiver_id]
        cost = ""
        if unserved.fix_cost_vnd is not None:
            currency = sheet.province.settings.province.currency
            cost = f" ({format_number(unserved.fix_cost_vnd, language)} {currency})"
        popup = Markup("<b>{}</b><div>{}</div><div>{}</div><div><i>{}{}</i></div>").format(
            data_text(site.name), name_tasks(visit.tasks, language),
            translate(unserved.reason, language), translate(unserved.fix, language), cost,
        )  # fmt: skip
        drawn.append({"at": place_site(site), "t": site.name, "p": popup})
    return drawn


def place_site(site: Site) -> list[float]:
    """Return longitude and latitude with a metre's precision."""
    return [round(site.lon, 5), round(site.lat, 5)]


def _draw_leg(leg: Leg, sheet: MonthSheet, table: LineTable) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "w": table.trace(leg.segments),
        "out": leg.leave_min,
        "in": leg.arrive_min,
        "to": place_site(sheet.sites[leg.to_site]),
    }
    if leg.from_share > 0:
        drawn["a"] = round(leg.from_share, 4)
    if leg.to_share < 1:
        drawn["b"] = round(leg.to_share, 4)
    return drawn


def _describe_trip(trip: Trip, sheet: MonthSheet) -> Markup:
    language = sheet.language
    days = format_day(trip.first_day, language)
    if trip.last_day != trip.first_day:
        days += " – " + format_day(trip.last_day, language)
    return Markup("<b>{}</b> · {}<br>{}<br>{} · {}").format(
        data_text(trip.trip_id),
        data_text(sheet.province.vehicle_by_id[trip.vehicle_id].name),
        days,
        format_km(trip.length_m, language),
        format_duration(trip.drive_min, language),
    )


def _describe_stop(stop: Stop, trip: Trip, sheet: MonthSheet) -> Markup:
    language = sheet.language
    times = translate(
        message("{arrive} – {depart}", arrive=clock(stop.leg.arrive_min),
                depart=clock(stop.depart_min)), language,
    )  # fmt: skip
    return Markup(
        '<b>{}. {}</b><div class="when">{} · <span class="time">{}</span></div><div>{}</div>'
        '<div class="loads">{} {}</div>{}<div class="of">{}</div>'
    ).format(
        stop.sequence,
        data_text(sheet.sites[stop.site_id].name),
        format_day(stop.day, language),
        times,
        name_tasks(stop.tasks, language),
        _describe_load(message("Off: {load}", load=_boxes(stop.leaves, language)), language),
        _describe_load(message("On: {load}", load=_boxes(stop.takes, language)), language),
        name_parcels(stop, sheet.province)
        + join(
            Markup("<div>{}</div>").format(data_text(line))
            for line in describe_rides(stop, sheet.province, language)
        ),
        data_text(trip.trip_id),
    )


def name_parcels(stop: Stop, province: Province) -> Markup:
    """Return the batches and kits left at a stop (→) and taken from it (←), by id and name."""
    names: dict[str, str] = {str(batch.batch_id): batch.name for batch in province.batches}
    names |= {str(kit.kit_id): kit.name for kit in province.kits}
    return join(
        Markup('<div class="parcel">{} <b>{}</b> {}</div>').format(
            sign, data_text(parcel.content_id), data_text(names.get(str(parcel.content_id), ""))
        )
        for sign, parcels in (("→", stop.leaves), ("←", stop.takes))
        for parcel in parcels
    )


def _describe_load(text: Message, language: Language) -> Markup:
    return Markup("<span>{}</span>").format(translate(text, language))


def _boxes(parcels: tuple[Parcel, ...], language: Language) -> str:
    return count_boxes(sum(parcel.boxes for parcel in parcels), language)
