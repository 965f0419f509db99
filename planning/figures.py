"""Measures a month: communes by service, change since last month, work and money."""

import math
from collections import Counter
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum

from planning.plan import Plan, Totals
from programme.measure import Scope, list_communes
from province.dates import Month
from province.facts import Province
from province.ids import CommuneCode, VehicleId
from province.places import Commune
from province.visits import Task
from rotation.problem import RotationPlan
from routing.solver.unserved_reasons import NO_TRIP
from routing.trips import Trip, Unserved


class Service(StrEnum):
    """What a commune gets in a month, the most first."""

    BOTH = "both"
    SESSION = "session"
    EXCHANGE = "exchange"
    STANDS = "stands"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many communes have the service in one month.

    `communes` counts those the goals are about (wards too, if the province says so),
    `served` those with a visit this month, `reached` those with a visit or a batch that stands
    there. Neither says how many have a library that meets the programme's model: that is counted
    by `programme.standing`.
    """

    communes: int
    served: int
    reached: int


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure of `Totals` beside last month's; None where there is no plan of last month."""

    name: str
    now: float
    before: float | None


@dataclass(frozen=True, slots=True)
class WeekWork:
    """Tasks done at the stops of one week (Monday to Sunday) of the month."""

    first_day: date
    exchanges: int
    sessions: int
    others: int


@dataclass(frozen=True, slots=True)
class VehicleWork:
    """What one vehicle does and costs in the month; without an id, all the others."""

    vehicle_id: VehicleId | None
    length_m: int
    cost_vnd: int


def find_services(plan: Plan, province: Province) -> dict[CommuneCode, Service]:
    """Return what every commune gets in the plan's month.

    A batch stands there if it did when the month began, or if a trip brings it; one that is only
    planned does not.
    """
    commune_by_site = {site.site_id: site.commune_code for site in province.sites}
    tasks: dict[CommuneCode, set[Task]] = {}
    for _, stop in plan.trips.stops():
        tasks.setdefault(commune_by_site[stop.receiver_id], set()).update(stop.tasks)
    depots = {site.site_id for site in province.depots}
    brought = {
        (parcel.content_id, stop.receiver_id)
        for _, stop in plan.trips.stops()
        for parcel in stop.leaves
    }
    standing = {
        commune_by_site[stay.site_id]
        for stay in plan.rotation.stays
        if stay.site_id not in depots
        and (
            stay.first_month < plan.month <= stay.first_month.plus(stay.months)
            or (stay.batch_id, stay.site_id) in brought
        )
    }
    return {
        commune.code: _name_service(tasks.get(commune.code, set()), commune.code in standing)
        for commune in province.communes
    }


def measure_coverage(plan: Plan, province: Province) -> Coverage:
    """Return how many communes are served this month."""
    services = find_services(plan, province)
    has_wards = province.settings.targets.counts_wards
    counted = list_communes(province, Scope.ALL if has_wards else Scope.NO_WARDS)
    visited = (Service.BOTH, Service.SESSION, Service.EXCHANGE)
    return Coverage(
        communes=len(counted),
        served=sum(services[commune.code] in visited for commune in counted),
        reached=sum(services[commune.code] is not Service.NONE for commune in counted),
    )


def list_without_service(plan: Plan, province: Province) -> tuple[Commune, ...]:
    """Return the communes that get nothing this month, the most populous first."""
    services = find_services(plan, province)
    left_out = [c for c in province.communes if services[c.code] is Service.NONE]
    return tuple(sorted(left_out, key=lambda commune: (-commune.population, commune.code)))


def compare_totals(now: Totals, before: Totals | None) -> tuple[FigureChange, ...]:
    """Return every figure of a month beside last month's, in the order of `Totals`."""
    return tuple(
        FigureChange(
            field.name,
            getattr(now, field.name),
            None if before is None else getattr(before, field.name),
        )
        for field in fields(Totals)
    )


def count_by_week(plan: Plan) -> tuple[WeekWork, ...]:
    """Return the work of every week that has a day in the month, by date."""
    stops = [stop for _, stop in plan.trips.stops()]
    monday = plan.month.first_day - timedelta(days=plan.month.first_day.weekday())
    weeks = []
    while monday <= plan.month.last_day:
        tasks = [
            task
            for stop in stops
            if monday <= stop.day < monday + timedelta(days=7)
            for task in stop.tasks
        ]
        exchanges, sessions = tasks.count(Task.EXCHANGE), tasks.count(Task.SESSION)
        weeks.append(WeekWork(monday, exchanges, sessions, len(tasks) - exchanges - sessions))
        monday += timedelta(days=7)
    return tuple(weeks)


def sum_by_vehicle(plan: Plan, *, most: int) -> tuple[VehicleWork, ...]:
    """Return what vehicles on the road do, the dearest first; those beyond `most` together."""
    trips: dict[VehicleId, list[Trip]] = {}
    for trip in plan.trips.trips:
        trips.setdefault(trip.vehicle_id, []).append(trip)
    work = [
        VehicleWork(name, sum(t.length_m for t in own), sum(t.cost_vnd for t in own))
        for name, own in trips.items()
    ]
    work.sort(key=lambda own: (-own.cost_vnd, str(own.vehicle_id)))
    if rest := work[most:]:
        length_m, cost_vnd = sum(own.length_m for own in rest), sum(own.cost_vnd for own in rest)
        work[most:] = [VehicleWork(None, length_m, cost_vnd)]
    return tuple(work)


def count_movements(plan: Plan) -> tuple[tuple[Month, int], ...]:
    """Return how many batches move in each month of the rotation's horizon."""
    moves = [movement.month for movement in plan.rotation.movements]
    return tuple((month, moves.count(month)) for month in plan.rotation.months)


def count_exchange_visits(rotation: RotationPlan) -> dict[Month, int]:
    """Return how many libraries have an exchange in each month of a rotation's horizon."""
    libraries = {stay.site_id for stay in rotation.stays}
    visits = {
        (move.month, site)
        for move in rotation.movements
        for site in (move.from_site, move.to_site)
        if site in libraries
    }
    counts = Counter(month for month, _ in visits)
    return {month: counts[month] for month in rotation.months}


def count_books_delivered(plan: Plan) -> int:
    """Return the number of books that trips leave at sites this month."""
    return sum(parcel.books for _, stop in plan.trips.stops() for parcel in stop.leaves)


def count_impossible(plan: Plan) -> int:
    """Return the visits that no trip of any vehicle can make this month, were it the only one.

    They are among those not served; what would make each possible stands beside it.
    """
    return sum(unserved.reason_code in NO_TRIP for unserved in plan.trips.unserved)


def find_most_urgent(plan: Plan) -> Unserved | None:
    """Return the unserved visit of the highest priority, the cheapest to put right of these."""
    priorities = {visit.visit_id: visit.priority for visit in plan.visits}
    return min(
        plan.trips.unserved,
        key=lambda u: (
            -priorities[u.visit_id],
            math.inf if u.fix_cost_vnd is None else u.fix_cost_vnd,
            u.visit_id,
        ),
        default=None,
    )


def _name_service(tasks: set[Task], has_batch: bool) -> Service:
    has_session, has_exchange = Task.SESSION in tasks, bool(tasks - {Task.SESSION})
    if has_session and has_exchange:
        return Service.BOTH
    if has_session:
        return Service.SESSION
    if has_exchange:
        return Service.EXCHANGE
    return Service.STANDS if has_batch else Service.NONE
