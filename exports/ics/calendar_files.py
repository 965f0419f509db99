"""Writes calendars: `calendars/vehicle-<id>.ics` for crews, `calendars/library-<id>.ics` for sites.

References
----------
RFC 5545 (iCalendar), RFC 7986 (names and descriptions of calendars).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from exports.ics.time_zone import describe_zone
from exports.text.formats import format_km, tell_moment
from exports.text.plain import clean_line, name_files
from exports.text.stops import (
    describe_contact,
    describe_loads,
    list_tasks,
    name_place,
    tell_loading,
)
from exports.text.wishes import name_event
from exports.text.words import name_schematic, tell_overruled
from planning.appointments import list_days, name_day, name_reserved, name_stop, name_visit
from planning.meals import ELSEWHERE, Meal, list_meals
from planning.plan import Appointment, Plan
from province.dates import DAY_MIN, clock
from province.facts import Province
from province.ids import SiteId, VehicleId
from province.language import Language, Message, message, translate
from routing.trips import Stop, Trip


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a calendar for each vehicle that drives and for each site that is visited, by id.

    Whoever had an appointment in an earlier plan of the month gets one that cancels it.
    """
    trips = sorted(plan.all_trips, key=lambda trip: (trip.first_day, trip.trip_id))
    kept = (one.vehicle_id for one in plan.reserved if one.vehicle_id is not None)
    drives: dict[str, list[Trip]] = {_id: [] for _id in (*_list_owners(plan, "vehicle"), *kept)}
    visits: dict[str, list[tuple[Trip, Stop]]] = {_id: [] for _id in _list_owners(plan, "library")}
    for trip in trips:
        drives.setdefault(trip.vehicle_id, []).append(trip)
        for stop in trip.stops:
            for site_id in dict.fromkeys((stop.site_id, stop.receiver_id)):
                visits.setdefault(site_id, []).append((trip, stop))
    vehicles = name_files(drives)
    for vehicle, own in sorted(drives.items()):
        calendar = _fill_vehicle(VehicleId(vehicle), own, plan, province, language)
        yield f"calendars/vehicle-{vehicles[vehicle]}.ics", calendar
    sites = name_files(visits)
    for site, stops in sorted(visits.items()):
        calendar = _fill_library(SiteId(site), stops, plan, province, language)
        yield f"calendars/library-{sites[site]}.ics", calendar


def _list_owners(plan: Plan, kind: str) -> list[str]:
    return sorted({one.owner_id for one in plan.withdrawn if one.kind == kind})


def _fill_vehicle(
    vehicle_id: VehicleId, trips: list[Trip], plan: Plan, province: Province, language: Language
) -> bytes:
    vehicle = province.vehicle_by_id.get(vehicle_id)  # it may be gone by now
    calendar = _start_calendar(vehicle.name if vehicle else vehicle_id, plan, province, language)
    for trip in trips:
        for event in _list_days(trip, plan, province, language):
            calendar.add_component(event)
        for stop in trip.stops:
            site = province.site_by_id[stop.site_id]
            event = _start_event(name_stop(plan, trip, stop.visit_id), plan)
            _set_times(event, stop.day, stop.leg.arrive_min, stop.depart_min, province)
            event.add("summary", clean_line(f"{site.name}: {list_tasks(stop.tasks, language)}"))
            lines = [
                translate(message("Trip {trip}", trip=trip.trip_id), language),
                *_tell_event(stop, plan, province, language),
                *describe_loads(stop, province, language),
                describe_contact(site),
                *_tell_rules(plan, language),
            ]
            _describe_visit(event, stop, lines, province)
            calendar.add_component(event)
    for event in _list_reserved(vehicle_id, plan, province, language):
        calendar.add_component(event)
    _cancel(calendar, "vehicle", vehicle_id, plan, province, language)
    return write_calendar(calendar)


def _list_reserved(
    vehicle_id: VehicleId, plan: Plan, province: Province, language: Language
) -> Iterator[Event]:
    """Yield an event for each day on which a vehicle stays with an event of the calendar."""
    for one in plan.reserved:
        if one.vehicle_id == vehicle_id:
            event = _start_event(name_reserved(one), plan)
            _set_times(event, one.day, 0, DAY_MIN, province)
            event.add("summary", clean_line(name_event(one.event_id, province)))
            crew = province.crew_by_id.get(one.crew_id) if one.crew_id else None
            text = translate(message("Stays here, no trip"), language)
            event.add("description", _join([text, crew.name if crew else ""]))
            yield event


def _tell_event(stop: Stop, plan: Plan, province: Province, language: Language) -> list[str]:
    """Return for which event a session was wished."""
    wished = {visit.visit_id: visit.wish.event_id for visit in plan.visits if visit.wish}
    if stop.visit_id not in wished:
        return []
    name = name_event(wished[stop.visit_id], province)
    return [translate(message("For the event {event}", event=name), language)]


def _fill_library(
    site_id: SiteId,
    visits: list[tuple[Trip, Stop]],
    plan: Plan,
    province: Province,
    language: Language,
) -> bytes:
    us, site = province.settings.province, province.site_by_id.get(site_id)
    name = site.name if site else site_id
    calendar = _start_calendar(f"{us.organisation or us.name} – {name}", plan, province, language)
    for trip, stop in visits:
        event = _start_event(name_visit(plan, trip, stop.visit_id), plan)
        _set_times(event, stop.day, stop.start_min, stop.depart_min, province)
        who = us.organisation or us.name
        event.add("summary", clean_line(f"{list_tasks(stop.tasks, language)} – {who}"))
        vehicle = province.vehicle_by_id[trip.vehicle_id]
        crew = province.crew_by_id[trip.crew_id]
        lines = [
            *_tell_event(stop, plan, province, language),
            *describe_loads(stop, province, language),
            f"{vehicle.name} · {crew.name}",
            f"{who} {us.phone}",
            *_tell_rules(plan, language),
        ]
        _describe_visit(event, stop, lines, province)
        if us.phone:
            event.add("contact", clean_line(f"{who} {us.phone}"))
        calendar.add_component(event)
    _cancel(calendar, "library", site_id, plan, province, language)
    return write_calendar(calendar)


def _cancel(
    calendar: Calendar, kind: str, owner_id: str, plan: Plan, province: Province, language: Language
) -> None:
    """Add what somebody has of an earlier plan, and this one has not, as cancelled."""
    for old in plan.withdrawn:
        if (old.kind, old.owner_id) == (kind, owner_id):
            event = _start_event(old.key, plan, status="CANCELLED")
            _set_times(event, old.day, old.from_min, old.to_min, province)
            event.add("summary", clean_line(_name_cancelled(old, province, language)))
            event.add("transp", "TRANSPARENT")
            calendar.add_component(event)


def _name_cancelled(old: Appointment, province: Province, language: Language) -> str:
    site = province.site_by_id.get(SiteId(old.site_id))
    trip = translate(message("Trip {trip}", trip=old.trip_id), language)
    name = site.name if site else old.site_id or trip
    return translate(message("Cancelled: {name}", name=name), language)


def _list_days(trip: Trip, plan: Plan, province: Province, language: Language) -> Iterator[Event]:
    """Yield an event for each day of a trip, from leaving to the last arrival."""
    meals = list_meals(trip, plan.visits, province.settings.trips, plan.all_trips)
    for number, (day, legs) in enumerate(list_days(trip), 1):
        event = _start_event(name_day(trip, number), plan)
        _set_times(event, day, legs[0].leave_min, legs[-1].arrive_min, province)
        name = translate(message("Trip {trip}", trip=trip.trip_id), language)
        part = translate(message("Day {number}", number=number), language)
        event.add("summary", clean_line(f"{name} · {part}"))
        event.add("transp", "TRANSPARENT")
        sites = province.site_by_id
        times = [(leg.arrive_min, f"{clock(leg.arrive_min)} {sites[leg.to_site].name}")
                 for leg in legs]  # fmt: skip
        times.insert(
            0, (legs[0].leave_min, f"{clock(legs[0].leave_min)} {sites[legs[0].from_site].name}")
        )
        if (meal := meals.get(day)) and meal.sequence != ELSEWHERE:
            times.append((meal.start_min, translate(_tell_meal(meal), language)))
        if trip.load_min is not None:
            times.append((trip.load_min, translate(tell_loading(trip.load_min), language)))
        lines = [
            province.crew_by_id[trip.crew_id].name,
            format_km(sum(leg.length_m for leg in legs), language),
            *(text for _, text in sorted(times, key=lambda one: one[0])),
        ]
        if plan.has_schematic_roads:
            lines.append(translate(name_schematic(province), language))
        event.add("description", _join([*lines, *_tell_rules(plan, language)]))
        yield event


def _tell_rules(plan: Plan, language: Language) -> list[str]:
    """Return what every event of a plan says whose broken rules were accepted."""
    return [tell_overruled(plan, language)] if plan.overruled else []


def _tell_meal(meal: Meal) -> Message:
    return message("{time} meal, {minutes} min", time=clock(meal.start_min), minutes=meal.minutes)


def _start_calendar(name: str, plan: Plan, province: Province, language: Language) -> Calendar:
    calendar = begin_calendar(name, "Plan")
    if plan.overruled:
        for key in ("description", "x-wr-caldesc"):
            calendar.add(key, tell_overruled(plan, language))
    zone = province.settings.province.timezone
    calendar.add("x-wr-timezone", zone)
    calendar.add_component(describe_zone(zone, plan.month.year))
    return calendar


def _start_event(key: str, plan: Plan, *, status: str = "CONFIRMED") -> Event:
    """Return an event whose id stays the same when the month is planned again, and is newer then.

    A file has no clock in it: its time stamp is the month's first day and a minute for each
    revision.
    """
    event = Event()
    event.add("uid", clean_line(f"{key}.{plan.month}@{plan.province_code}.luanchuyen"))
    stamp = datetime.combine(plan.month.first_day, time(), UTC) + timedelta(minutes=plan.revision)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", plan.revision)
    event.add("status", status)
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


def begin_calendar(name: str, kind: str) -> Calendar:
    """Return a calendar without entries: what people call it, and one word for what it shows."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//Luân Chuyển//{kind}//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, clean_line(name))
    return calendar


def write_calendar(calendar: Calendar) -> bytes:
    """Return a calendar as a file; the same calendar gives the same bytes."""
    content: bytes = calendar.to_ical()
    return content.removesuffix(b"\r\n") + b"\r\n"
