"""Checks who drives what, when: crews, vehicles, days off, weeks, nights."""

from collections import defaultdict
from datetime import date, timedelta

from province.fleet import Crew, Vehicle
from province.language import message
from province.settings import WEEKDAYS
from province.visits import Pin, Task, Visit
from routing.checks.case import Found, TripCase
from routing.problem import TripProblem
from routing.trips import Trip

SKILLS = {Task.KIT: "exchange"}


def check_crews(case: TripCase) -> Found:
    """Yield what is wrong with the crews, the vehicles and the nights of trips."""
    for trip in case.plan.trips:
        yield from _check_trip(case.problem, trip)


def _check_trip(problem: TripProblem, trip: Trip) -> Found:
    where = trip.trip_id
    car = next((v for v in problem.vehicles if v.vehicle_id == trip.vehicle_id), None)
    crew = next((c for c in problem.crews if c.crew_id == trip.crew_id), None)
    if car is None or crew is None:
        text = message("vehicle or crew is unknown")
        yield "crew_drives_and_fits_the_vehicle", where, text
        return
    if trip.depot_id not in (car.depot_id,) or crew.depot_id != car.depot_id:
        text = message("{depot} is not the depot of both", depot=trip.depot_id)
        yield "trips_start_and_end_at_their_depot", where, text
    if trip.home.to_site != trip.depot_id or not {trip.first_day, trip.last_day} <= set(
        problem.days
    ):
        text = message("it does not end at home within the month")
        yield "trips_start_and_end_at_their_depot", where, text
    yield from _check_seats(car, crew, where)
    for day in trip.dates:
        text = message("on {day}", day=day.isoformat())
        if not crew.is_available(day):
            yield "crew_is_not_off", where, text
        if not car.is_available(day):
            yield "vehicle_is_available", where, text
        if WEEKDAYS[day.weekday()] not in problem.rules.work_weekdays:
            yield "weekends_are_kept", where, text
        if day in problem.rest_days and not problem.rules.works_on_holidays:
            yield "holidays_are_kept", where, text
    yield from _check_nights(problem, trip, crew)
    visits = {visit.visit_id: visit for visit in problem.visits}
    for stop in trip.stops:
        visit = visits.get(stop.visit_id)
        if visit is None:
            continue
        yield from _check_skills(crew, visit, where)
        text = message("{visit}", visit=visit.visit_id)
        if visit.needs_session_vehicle and not car.can_hold_sessions:
            yield "vehicle_holds_sessions", where, text
        pin = visit.pin
        if pin is not None and (
            pin.day not in (None, stop.day)
            or (pin.not_before is not None and stop.day < pin.not_before)
            or (pin.not_after is not None and stop.day > pin.not_after)
            or pin.vehicle_id not in (None, trip.vehicle_id)
            or pin.crew_id not in (None, trip.crew_id)
        ):
            text = message("{visit} is fixed to {fixed}", visit=visit.visit_id, fixed=_tell(pin))
            yield "pins_hold", where, text


def _tell(pin: Pin) -> str:
    """Return what a pin fixes: a day or a span of days, vehicle, crew."""
    span = (pin.not_before, pin.not_after)
    days = "..".join(str(day or "") for day in span) if any(span) else ""
    return ", ".join(str(part) for part in (pin.day, days, pin.vehicle_id, pin.crew_id) if part)


def _check_seats(car: Vehicle, crew: Crew, where: str) -> Found:
    """Yield a crew that may not drive a vehicle, or does not fit into it."""
    fits = "crew_drives_and_fits_the_vehicle"
    if car.kind not in crew.drives:
        text = message("{crew} does not drive {car}", crew=crew.crew_id, car=car.vehicle_id)
        yield fits, where, text
    if crew.members > car.seats:
        text = message(
            "{crew} does not fit into {car}: seats lacking: {over_people}",
            crew=crew.crew_id, car=car.vehicle_id, over_people=crew.members - car.seats,
        )  # fmt: skip
        yield fits, where, text


def _check_nights(problem: TripProblem, trip: Trip, crew: Crew) -> Found:
    """Yield too many nights, and people without a bed."""
    where = trip.trip_id
    if len(trip.nights) > problem.rules.max_nights:
        text = message(
            "{count} nights, {over_nights} too many",
            count=len(trip.nights), over_nights=len(trip.nights) - problem.rules.max_nights,
        )  # fmt: skip
        yield "nights_are_limited", where, text
    for night in trip.nights:
        lacking = crew.members - problem.lodging.get(night.site_id, 0)
        if lacking > 0:
            text = message(
                "{site} on {day}: beds lacking: {over_people}",
                site=night.site_id, day=night.day.isoformat(), over_people=lacking,
            )  # fmt: skip
            yield "nights_have_beds", where, text


def _check_skills(crew: Crew, visit: Visit, where: str) -> Found:
    """Yield what a crew lacks for a visit: people, skills."""
    if crew.members < visit.crew_min:
        text = message(
            "{visit}: people lacking: {over_people}",
            visit=visit.visit_id, over_people=visit.crew_min - crew.members,
        )  # fmt: skip
        yield "crew_is_large_enough", where, text
    missing = {SKILLS.get(task, task.value) for task in visit.tasks} - set(crew.skills)
    if missing:
        text = message(
            "{visit}: {skills} is not what the crew does",
            visit=visit.visit_id, skills=", ".join(sorted(missing)),
        )  # fmt: skip
        yield "crew_has_the_skills", where, text


def check_fleet(case: TripCase) -> Found:
    """Yield vehicles and crews that are on two trips on one day, a second one left out."""
    used: dict[tuple[str, str, date], list[str]] = defaultdict(list)
    for trip in case.plan.trips:
        for day in trip.dates if trip.load_min is None else ():
            used["vehicle", trip.vehicle_id, day].append(trip.trip_id)
            used["crew", trip.crew_id, day].append(trip.trip_id)
        ridden = ((ride.vehicle_id, stop.day, stop.visit_id) for stop, ride in trip.rides())
        for vehicle_id, day, visit_id in dict.fromkeys(ridden):
            used["vehicle", vehicle_id, day].append(visit_id)
    for (_, who, day), trips in sorted(used.items()):
        if len(trips) > 1:
            where = f"{who} {day}"
            yield "one_trip_at_a_time", where, message("{trips}", trips=", ".join(trips))


def check_weeks(case: TripCase) -> Found:
    """Yield crews that drive too long or work too many days in a week, or in a row.

    Weeks and rows of days may have begun before the month; what the past alone breaks is past.
    """
    problem = case.problem
    driven: dict[tuple[str, date], int] = defaultdict(int)
    worked: dict[tuple[str, date], set[date]] = defaultdict(set)
    planned: dict[str, set[date]] = defaultdict(set)
    for trip in case.plan.trips:
        for day, leg in trip.legs():
            driven[trip.crew_id, _monday(day)] += leg.drive_min
        for day in trip.dates:
            worked[trip.crew_id, _monday(day)].add(day)
            planned[trip.crew_id].add(day)
    for past in problem.past_days:
        if (key := (past.crew_id, _monday(past.day))) in worked:
            driven[key] += past.drive_min
            worked[key].add(past.day)
    for (who, monday), minutes in sorted(driven.items()):
        if minutes > problem.rules.driving_max_week_min:
            text = message(
                "{minutes} min, {over_min} min too many",
                minutes=minutes, over_min=minutes - problem.rules.driving_max_week_min,
            )  # fmt: skip
            yield "driving_per_week_is_limited", f"{who} {monday}", text
    for (who, monday), days in sorted(worked.items()):
        if len(days) > problem.rules.work_days_per_week:
            text = message(
                "{days} days, {over_days} too many",
                days=len(days), over_days=len(days) - problem.rules.work_days_per_week,
            )  # fmt: skip
            yield "crews_rest", f"{who} {monday}", text
    for who, new in sorted(planned.items()):
        yield from _check_rows(problem, who, new)


def _check_rows(problem: TripProblem, who: str, new: set[date]) -> Found:
    """Yield the rows of too many days of a crew that have one of the month's own days."""
    limit = problem.rules.work_days_in_a_row
    every = new | {past.day for past in problem.past_days if past.crew_id == who}
    for first in sorted(every):
        if first - timedelta(days=1) in every:
            continue
        row = [first]
        while row[-1] + timedelta(days=1) in every:
            row.append(row[-1] + timedelta(days=1))
        spans = (row[k : k + limit + 1] for k in range(len(row) - limit))
        if any(new & set(span) for span in spans):
            text = message(
                "{days} days, {over_days} too many", days=len(row), over_days=len(row) - limit
            )
            yield "crews_have_days_off", f"{who} {first}", text


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
