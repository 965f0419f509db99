"""Writes calendars: `calendars/vehicle-<id>.ics` for crews, `calendars/library-<id>.ics` for sites.

References
----------
RFC 5545 (iCalendar), RFC 7986 (names of calendars).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

from exports.formats import format_km
from exports.geo.layers import tell_moment
from exports.geo.xml_file import clean_line
from exports.maps.marks import name_files
from exports.stop_text import describe_contact, describe_loads, list_tasks, name_place
from exports.words import SCHEMATIC
from planning.plan import Plan
from province.dates import clock
from province.facts import Province
from province.ids import SiteId, VehicleId
from province.language import Language, message, translate
from routing.checks.roads import list_legs
from routing.trips import Leg, Stop, Trip


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a calendar for each vehicle that drives and for each site that is visited, by id."""
    trips = sorted(plan.trips.trips, key=lambda trip: (trip.first_day, trip.trip_id))
    vehicles = name_files({trip.vehicle_id for trip in trips})
    for vehicle_id in sorted({trip.vehicle_id for trip in trips}):
        own = [trip for trip in trips if trip.vehicle_id == vehicle_id]
        calendar = _fill_vehicle(vehicle_id, own, plan, province, language)
        yield f"calendars/vehicle-{vehicles[vehicle_id]}.ics", calendar
    visits: dict[SiteId, list[tuple[Trip, Stop]]] = {}
    for trip in trips:
        for stop in trip.stops:
            for site_id in dict.fromkeys((stop.site_id, stop.receiver_id)):
                visits.setdefault(site_id, []).append((trip, stop))
    sites = name_files(visits)
    for site_id in sorted(visits):
        calendar = _fill_library(site_id, visits[site_id], plan, province, language)
        yield f"calendars/library-{sites[site_id]}.ics", calendar


def _fill_vehicle(
    vehicle_id: VehicleId, trips: list[Trip], plan: Plan, province: Province, language: Language
) -> bytes:
    vehicle = province.vehicle_by_id[vehicle_id]
    calendar = _start_calendar(vehicle.name, plan, province)
    for trip in trips:
        for event in _list_days(trip, plan, province, language):
            calendar.add_component(event)
        for stop in trip.stops:
            site = province.site_by_id[stop.site_id]
            event = _start_event(f"bus.{stop.visit_id}", stop.day, plan)
            _set_times(event, stop.day, stop.leg.arrive_min, stop.depart_min, province)
            event.add("summary", clean_line(f"{site.name}: {list_tasks(stop.tasks, language)}"))
            lines = [
                translate(message("Trip {trip}", trip=trip.trip_id), language),
                *describe_loads(stop, province, language),
                describe_contact(site),
            ]
            _describe_visit(event, stop, lines, province)
            calendar.add_component(event)
    return write_calendar(calendar)


def _fill_library(
    site_id: SiteId,
    visits: list[tuple[Trip, Stop]],
    plan: Plan,
    province: Province,
    language: Language,
) -> bytes:
    us, site = province.settings.province, province.site_by_id[site_id]
    calendar = _start_calendar(f"{us.organisation or us.name} – {site.name}", plan, province)
    for trip, stop in visits:
        event = _start_event(f"library.{stop.visit_id}", stop.day, plan)
        _set_times(event, stop.day, stop.start_min, stop.depart_min, province)
        who = us.organisation or us.name
        event.add("summary", clean_line(f"{list_tasks(stop.tasks, language)} – {who}"))
        vehicle = province.vehicle_by_id[trip.vehicle_id]
        crew = province.crew_by_id[trip.crew_id]
        lines = [
            *describe_loads(stop, province, language),
            f"{vehicle.name} · {crew.name}",
            f"{who} {us.phone}",
        ]
        _describe_visit(event, stop, lines, province)
        if us.phone:
            event.add("contact", clean_line(f"{who} {us.phone}"))
        calendar.add_component(event)
    return write_calendar(calendar)


def _list_days(trip: Trip, plan: Plan, province: Province, language: Language) -> Iterator[Event]:
    """Yield an event for each day of a trip, from leaving to the last arrival."""
    days: dict[date, list[Leg]] = {}
    for day, leg in list_legs(trip):
        days.setdefault(day, []).append(leg)
    for number, (day, legs) in enumerate(sorted(days.items()), 1):
        event = _start_event(f"trip.{trip.trip_id}.{number}", day, plan)
        _set_times(event, day, legs[0].leave_min, legs[-1].arrive_min, province)
        name = translate(message("Trip {trip}", trip=trip.trip_id), language)
        part = translate(message("Day {number}", number=number), language)
        event.add("summary", clean_line(f"{name} · {part}"))
        event.add("transp", "TRANSPARENT")
        sites = province.site_by_id
        lines = [
            province.crew_by_id[trip.crew_id].name,
            format_km(sum(leg.length_m for leg in legs), language),
            f"{clock(legs[0].leave_min)} {sites[legs[0].from_site].name}",
            *(f"{clock(leg.arrive_min)} {sites[leg.to_site].name}" for leg in legs),
        ]
        if plan.has_schematic_roads:
            lines.append(translate(SCHEMATIC, language))
        event.add("description", _join(lines))
        yield event


def _start_calendar(name: str, plan: Plan, province: Province) -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Luân Chuyển//Plan//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, clean_line(name))
    zone = province.settings.province.timezone
    calendar.add("x-wr-timezone", zone)
    year = plan.month.year
    calendar.add_component(
        Timezone.from_tzid(zone, first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))
    )
    return calendar


def _start_event(key: str, day: date, plan: Plan) -> Event:
    """Return an event whose id stays the same when the month is planned again."""
    event = Event()
    event.add("uid", clean_line(f"{key}.{plan.month}@{plan.province_code}.luanchuyen"))
    # The month's first day: a file has no clock in it, and a plan made again is no older.
    event.add("dtstamp", datetime.combine(plan.month.first_day, time(), UTC))
    event.add("status", "CONFIRMED")
    return event


def _set_times(event: Event, day: date, from_min: int, to_min: int, province: Province) -> None:
    zone = ZoneInfo(province.settings.province.timezone)
    event.add("dtstart", tell_moment(day, from_min, zone))
    event.add("dtend", tell_moment(day, to_min, zone))


def _describe_visit(event: Event, stop: Stop, lines: list[str], province: Province) -> None:
    site = province.site_by_id[stop.site_id]
    place = ", ".join(text for text in (site.name, name_place(site, province)) if text)
    event.add("location", clean_line(place))
    event.add("geo", (site.lat, site.lon))
    event.add("categories", [task.value for task in stop.tasks])
    event.add("description", _join(lines))


def _join(lines: list[str]) -> str:
    return "\n".join(cleaned for line in lines if (cleaned := clean_line(line)))


def write_calendar(calendar: Calendar) -> bytes:
    """Return a calendar as a file; the same calendar gives the same bytes."""
    content: bytes = calendar.to_ical()
    return content.removesuffix(b"\r\n") + b"\r\n"
