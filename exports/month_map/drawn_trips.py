"""Gathers the trips of a month for the map: ways, times, stops, and what to say of each."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from exports.geo.colours import DONE_COLOUR
from exports.maps.basemap import LineTable, place_site
from exports.pages.template import read_macros
from planning.plan import Plan
from planning.record.signed import SignedStop
from planning.trip_state import TripState, tell_state
from province.facts import Province
from province.ids import SiteId, TripId, VehicleId
from province.language import Language
from province.places import Site
from routing.trips import Leg, Trip

POPUPS = "month_map/popups.html.j2"


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """What every part of the month map looks things up in.

    `vehicles` in the order of ids; `signed` by trip and number of the stop.
    """

    plan: Plan
    province: Province
    language: Language
    sites: dict[SiteId, Site]
    vehicles: tuple[VehicleId, ...]
    signed: dict[tuple[TripId, int], SignedStop]


def draw_trip(number: int, trip: Trip, sheet: MonthSheet, table: LineTable) -> dict[str, Any]:
    """Return one trip, its legs and stops by day; one that is done has a colour of its own."""
    popups, contents = read_macros(POPUPS, sheet.language), sheet.province.content_names
    days: dict[date, dict[str, Any]] = {}
    for day, leg in trip.legs():
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
                "p": popups.stop(
                    stop,
                    trip,
                    site,
                    sheet.province,
                    contents,
                    sheet.signed.get((trip.trip_id, stop.sequence)),
                ),
            }
        )
    colour = {"c": DONE_COLOUR} if tell_state(sheet.plan, trip) is TripState.DONE else {}
    return {
        "n": number,
        "t": trip.trip_id,
        "v": sheet.vehicles.index(trip.vehicle_id),
        **colour,
        "days": [days[day] for day in sorted(days)],
        "p": popups.trip(
            trip,
            sheet.province.vehicle_by_id[trip.vehicle_id].name,
            tell_state(sheet.plan, trip),
        ),
    }


def draw_unserved(sheet: MonthSheet) -> list[dict[str, Any]]:
    """Return the visits that no trip serves, with reason and cheapest change."""
    visits = {visit.visit_id: visit for visit in sheet.plan.visits}
    language, drawn = sheet.language, []
    currency = sheet.province.settings.province.currency
    for unserved in sheet.plan.trips.unserved:
        visit = visits[unserved.visit_id]
        site = sheet.sites[visit.receiver_id]
        popup = read_macros(POPUPS, language).unserved(unserved, visit, site, currency)
        drawn.append({"at": place_site(site), "t": site.name, "p": popup})
    return drawn


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
