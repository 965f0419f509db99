"""The appointments of a plan in calendars, and which of an earlier plan's are withdrawn."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from planning.plan import Appointment, Plan
from planning.plan_file import dump_plan
from planning.reservations import Reservation
from planning.waits import is_idle
from province.dates import DAY_MIN
from province.ids import SiteId, VisitId
from routing.trips import Leg, Trip, TripDay


def list_appointments(plan: Plan) -> tuple[Appointment, ...]:
    """Return every appointment of a plan: a vehicle's days and stops, and a library's visits.

    Trips that had begun when the plan was made are among them: nobody cancels what was driven.
    Vehicles that stay with an event have it in their calendar, too.
    """
    trips = (one for trip in plan.all_trips for one in _list_of_trip(plan, trip))
    return *trips, *_list_reserved(plan)


def _list_reserved(plan: Plan) -> Iterator[Appointment]:
    for one in plan.reserved:
        if one.vehicle_id is not None:
            key = name_reserved(one)
            yield Appointment("vehicle", one.vehicle_id, key, one.day, 0, DAY_MIN, "", "")


def name_reserved(one: Reservation) -> str:
    """Return the key of a day on which a vehicle stays with an event, in the vehicle's calendar."""
    return f"event.{one.event_id}.{one.day}.{one.vehicle_id}"


def _list_of_trip(plan: Plan, trip: Trip) -> Iterator[Appointment]:
    vehicle = trip.vehicle_id
    for number, (day, legs) in enumerate(list_days(trip), 1):
        times = day, legs[0].leave_min, legs[-1].arrive_min
        yield Appointment("vehicle", vehicle, name_day(trip, number), *times, "", trip.trip_id)
    for idle in list_waiting_days(trip):
        key, place = name_waiting(trip, idle), SiteId(idle.end_site)
        yield Appointment("vehicle", vehicle, key, idle.day, 0, DAY_MIN, place, trip.trip_id)
    for stop in trip.stops:
        key = name_stop(plan, trip, stop.visit_id)
        times = stop.day, stop.leg.arrive_min, stop.depart_min
        yield Appointment("vehicle", vehicle, key, *times, stop.site_id, trip.trip_id)
        times = stop.day, stop.start_min, stop.depart_min
        for site in dict.fromkeys((stop.site_id, stop.receiver_id)):
            key = name_visit(plan, trip, stop.visit_id)
            yield Appointment("library", site, key, *times, stop.site_id, trip.trip_id)


def list_days(trip: Trip) -> list[tuple[date, list[Leg]]]:
    """Return the legs of each day on the road, in order."""
    return [(day.day, list(day.legs)) for day in trip.days if day.legs]


def list_waiting_days(trip: Trip) -> list[TripDay]:
    """Return the days on which a trip stays where it is, as no road home is open."""
    return [day for day in trip.days if is_idle(day)]


def name_waiting(trip: Trip, day: TripDay) -> str:
    """Return the key of a day on which a trip waits."""
    return f"wait.{trip.trip_id}.{day.day}"


def name_day(trip: Trip, number: int) -> str:
    """Return the key of a day on the road, counted from 1."""
    return f"trip.{trip.trip_id}.{number}"


def name_visit(plan: Plan, trip: Trip, visit_id: VisitId) -> str:
    """Return the key of a visit in a library's calendar.

    Where trips that had begun and new ones have visits of one name, the first keeps it alone.
    """
    key = f"library.{visit_id}"
    return key if _is_first(plan, trip, visit_id) else f"{key}.{trip.trip_id}"


def name_stop(plan: Plan, trip: Trip, visit_id: VisitId) -> str:
    """Return the key of a stop in a vehicle's calendar.

    A visit that another vehicle took over gets a key of its own there: where one calendar holds
    both vehicles, the withdrawn appointment of the first must not take away the second's.
    """
    key = f"bus.{visit_id}"
    if not _is_first(plan, trip, visit_id):
        return f"{key}.{trip.trip_id}"
    owners = {old.owner_id for old in plan.withdrawn if old.kind == "vehicle" and old.key == key}
    return key if not owners or trip.vehicle_id in owners else f"{key}.{trip.vehicle_id}"


def _is_first(plan: Plan, trip: Trip, visit_id: VisitId) -> bool:
    having = (t for t in plan.all_trips if any(stop.visit_id == visit_id for stop in t.stops))
    return next(having).trip_id == trip.trip_id


def follow_plan(plan: Plan, earlier: Plan) -> Plan:
    """Return a plan as the next revision of the one that stood in its place.

    What people have in their calendars and the new plan has not is withdrawn. The same plan again
    is the same revision; the plan of another month or province is none.
    """
    if (plan.month, plan.province_code) != (earlier.month, earlier.province_code):
        return plan
    if _dump_decisions(plan) == _dump_decisions(earlier):
        return replace(plan, revision=earlier.revision, withdrawn=earlier.withdrawn)
    known = {
        (one.kind, one.owner_id, one.key): one
        for one in (*earlier.withdrawn, *list_appointments(earlier))
    }
    new = replace(plan, revision=earlier.revision + 1, withdrawn=tuple(known.values()))
    kept = {(one.kind, one.owner_id, one.key) for one in list_appointments(new)}
    gone = tuple(one for name, one in sorted(known.items()) if name not in kept)
    return replace(new, withdrawn=gone)


def _dump_decisions(plan: Plan) -> bytes:
    """Return what two plans are compared by: all but what is looked for once they are written."""
    trips = replace(plan.trips, unserved=())
    return dump_plan(replace(plan, revision=0, withdrawn=(), trips=trips, wishes=()))


def find_revision(path: Path) -> int:
    """Return the revision of a plan that cannot be read otherwise; 0 if none is found."""
    found = re.findall(rb'^ "revision": (\d{1,6})', path.read_bytes(), re.MULTILINE)
    return max(map(int, found), default=0)
