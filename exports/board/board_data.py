"""Gathers what the board knows of a month: visits, fleet, days, travel, and the plan's trips."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from exports.board.travel_layers import pack_tables
from exports.geo.colours import colour_vehicles
from exports.text.formats import count_boxes, format_day, name_weekdays
from exports.text.words import TASKS
from planning.plan import Plan
from planning.survey import Survey, survey_province
from province.facts import Province
from province.hours import Spans
from province.ids import SiteId
from province.language import Language, translate
from province.visits import REMOTE_MIN, USUAL, Pin, Visit
from routing.month.instance import MonthInstance, build_instance
from routing.problem import TripProblem
from routing.trips import Trip


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """A plan with its trip problem, without what earlier plans settled, and without pins.

    Parameters
    ----------
    problem, instance
        Indices of the board are those of their sites, vehicles, crews, visits and days.
    """

    plan: Plan
    province: Province
    language: Language
    survey: Survey
    problem: TripProblem
    instance: MonthInstance


def find_board_facts(plan: Plan, province: Province, language: Language) -> BoardFacts:
    """Return what the board is drawn from; every vehicle and place of the plan's trips is in it."""
    survey = survey_province(province, plan.month)
    visits = tuple(
        replace(
            visit,
            pin=None,
            village_id=visit.village_id if visit.village_id in survey.last_miles else None,
        )
        for visit in plan.visits
    )
    homes = {trip.vehicle_id: trip.depot_id for trip in plan.trips.trips}
    beds = (night.site_id for trip in plan.trips.trips for night in trip.nights)
    problem = survey.pose_trips(visits, places=(*homes.values(), *beds))
    vehicles = tuple(
        replace(vehicle, depot_id=homes.get(vehicle.vehicle_id, vehicle.depot_id))
        for vehicle in province.vehicles
        if vehicle in province.fleet or vehicle.vehicle_id in homes
    )
    starts = {plan.first_day: plan.first_min} if plan.first_day else {}
    problem = replace(problem, vehicles=vehicles, first_starts=starts)
    return BoardFacts(plan, province, language, survey, problem, build_instance(problem))


def gather_board(facts: BoardFacts) -> dict[str, Any]:
    """Return the data of the page."""
    instance, problem = facts.instance, facts.problem
    names = facts.province.site_by_id
    kinds: dict[Spans, int] = {}
    for job in instance.jobs:
        for spans in job.windows:
            kinds.setdefault(spans, len(kinds))
    return {
        "days": _list_days(facts),
        "limits": instance.limits._asdict() | {"check_days": instance.check_days},
        "money": {"night": instance.night_vnd, "allowance": instance.allowance_vnd},
        "sites": [names[site].name for site in problem.sites],
        "lodging": instance.lodging,
        **pack_tables(instance.tables),
        "vehicles": _list_vehicles(facts),
        "crews": _list_crews(facts),
        "windows": list(kinds),
        "visits": [
            _describe_visit(number, visit, facts, kinds)
            for number, visit in enumerate(problem.visits)
        ],
        "trips": _list_trips(facts),
        "beds": _list_beds(facts),
        "standing": _list_standing(facts),
    }


def _list_days(facts: BoardFacts) -> list[dict[str, Any]]:
    """Return the days: how they are written, their week, the minutes of light, what is over."""
    weekdays, first = name_weekdays(facts.language), facts.plan.first_day
    return [
        {
            "d": day.isoformat(),
            "t": f"{weekdays[day.weekday()]} {format_day(day, facts.language)}",
            "w": weekdays[day.weekday()],
            "n": day.day,
            "week": facts.instance.weeks[number],
            "light": facts.instance.light[number],
            "over": first is not None and day < first,
            "rest": day in facts.problem.rest_days or not facts.problem.rules.works_on(day),
        }
        for number, day in enumerate(facts.problem.days)
    ]


def _list_vehicles(facts: BoardFacts) -> list[dict[str, Any]]:
    colours = colour_vehicles(vehicle.vehicle_id for vehicle in facts.problem.vehicles)
    return [
        {
            "id": vehicle.vehicle_id,
            "name": vehicle.name,
            "colour": colours[vehicle.vehicle_id],
            "depot": car.depot,
            "boxes": car.boxes,
            "carries": count_boxes(car.boxes, facts.language),
            "kg": car.kg,
            "vnd_km": car.vnd_km,
            "vnd_day": car.vnd_day,
            "tables": car.tables,
            "free": list(map(int, car.is_free)),
        }
        for vehicle, car in zip(facts.problem.vehicles, facts.instance.cars, strict=True)
    ]


def _list_crews(facts: BoardFacts) -> list[dict[str, Any]]:
    return [
        {
            "id": crew.crew_id,
            "name": crew.name,
            "members": team.members,
            "vehicles": sorted(team.cars),
            "free": list(map(int, team.is_free)),
        }
        for crew, team in zip(facts.problem.crews, facts.instance.teams, strict=True)
    ]


def _describe_visit(
    number: int, visit: Visit, facts: BoardFacts, kinds: dict[Spans, int]
) -> dict[str, Any]:
    """Return a visit in the numbers of its job, with what its card says."""
    job = facts.instance.jobs[number]
    is_remote = facts.survey.access_min.get(visit.receiver_id, 0.0) >= REMOTE_MIN
    missed = {one.visit_id: one for one in facts.plan.trips.unserved}
    why = missed.get(visit.visit_id)
    return {
        "id": visit.visit_id,
        "name": facts.province.site_by_id[visit.receiver_id].name,
        "site": job.site,
        "tasks": [[task.value, translate(TASKS[task], facts.language)] for task in visit.tasks],
        "service": job.service_min,
        "left": [job.boxes_left, job.kg_left],
        "taken": [job.boxes_taken, job.kg_taken],
        "givers": job.givers,
        "lacks": job.lacks_giver,
        "windows": [kinds[spans] for spans in job.windows],
        "market": [k for k, vnd in enumerate(job.missed_vnd) if any(job.missed_vnd) and not vnd],
        "vehicles": sorted(_list_fitting(job.vehicles, job.depots, facts.instance)),
        "crews": sorted(job.crews),
        "gap": [job.gap_group, job.gap_days],
        "rides": job.ride_vnd,
        "remote": is_remote,
        "urgent": visit.priority - int(is_remote) > USUAL,
        "pin": _describe_pin(facts.plan.visits[number].pin, facts.problem),
        "reason": translate(why.reason, facts.language) if why else "",
        "fix": translate(why.fix, facts.language) if why else "",
    }


def _describe_pin(pin: Pin | None, problem: TripProblem) -> dict[str, Any] | None:
    """Return on which days a pin holds and with whom; −1 is one that the problem does not know."""
    if pin is None:
        return None
    vehicles = [vehicle.vehicle_id for vehicle in problem.vehicles]
    crews = [crew.crew_id for crew in problem.crews]
    return {
        "days": [int(pin.holds_on(day)) for day in problem.days],
        "is_fixed": pin.day is not None,
        "vehicle": _number(pin.vehicle_id, vehicles),
        "crew": _number(pin.crew_id, crews),
    }


def _number(name: str | None, names: Sequence[str]) -> int | None:
    return None if name is None else names.index(name) if name in names else -1


def _list_fitting(
    vehicles: Iterable[int], depots: frozenset[int], instance: MonthInstance
) -> list[int]:
    return [car for car in vehicles if depots <= {instance.cars[car].depot}]


def _list_trips(facts: BoardFacts) -> list[dict[str, Any]]:
    """Return the plan's trips by first day, each with the visits of its days."""
    problem = facts.problem
    numbers = {visit.visit_id: number for number, visit in enumerate(problem.visits)}
    vehicles = [vehicle.vehicle_id for vehicle in problem.vehicles]
    crews = [crew.crew_id for crew in problem.crews]
    return [
        {
            "id": trip.trip_id,
            "vehicle": vehicles.index(trip.vehicle_id),
            "crew": crews.index(trip.crew_id),
            "first": problem.days.index(trip.first_day),
            "days": [[numbers[stop.visit_id] for stop in day.stops] for day in trip.days],
        }
        for trip in sorted(facts.plan.trips.trips, key=lambda trip: (trip.first_day, trip.trip_id))
    ]


def _list_beds(facts: BoardFacts) -> dict[str, int]:
    """Return where the plan's crews sleep, by the visits before and after a night.

    A key is made of the number of the visit before (−1 for none), that of the visit after, and how
    many nights there have been since the one before.
    """
    numbers = {visit.visit_id: number for number, visit in enumerate(facts.problem.visits)}
    beds: dict[str, int] = {}
    for trip in facts.plan.trips.trips:
        days = [[numbers[stop.visit_id] for stop in day.stops] for day in trip.days]
        for number, night in enumerate(trip.nights):
            done = [visit for day in days[: number + 1] for visit in day]
            ahead = [visit for day in days[number + 1 :] for visit in day]
            since = 0
            while since < number and not days[number - since]:
                since += 1
            key = f"{done[-1] if done else -1} {ahead[0] if ahead else -1} {since}"
            beds[key] = facts.problem.sites.index(night.site_id)
    return beds


def _list_standing(facts: BoardFacts) -> list[dict[str, Any]]:
    """Return trips that had begun when the rest of the month was planned; nobody moves them."""
    vehicles = [vehicle.vehicle_id for vehicle in facts.problem.vehicles]
    crews = [crew.crew_id for crew in facts.problem.crews]
    return [
        {
            "id": trip.trip_id,
            "vehicle": vehicles.index(trip.vehicle_id),
            "crew": crews.index(trip.crew_id),
            "first": facts.problem.days.index(trip.first_day),
            "second": trip.load_min is not None,
            "metres": trip.length_m,
            "drive": [sum(leg.drive_min for leg in day.legs) for day in trip.days],
            "days": [_list_stops(facts.province, trip, day) for day in trip.dates],
        }
        for trip in facts.plan.standing_trips
        if trip.vehicle_id in vehicles
    ]


def _list_stops(province: Province, trip: Trip, day: date) -> list[list[Any]]:
    names: dict[SiteId, str] = {site.site_id: site.name for site in province.sites}
    return [
        [names[stop.receiver_id], stop.start_min, stop.depart_min]
        for stop in trip.stops
        if stop.day == day
    ]
