"""Proposes trips by the compiled engine, where crews are home every night: routes on each day.

The engine sees each class of vehicle on each day, with the hours of that day and the duty as a
budget of minutes; breaks are not known to it. What it proposes, and parts of it, is dated, timed
and checked like any other order of stops.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from routing.month.costs import least_members, list_ways_min, list_ways_vnd, price_day
from routing.month.instance import Job, MonthInstance
from routing.month.schedule import date_trip
from routing.month.timetable import DatedTrip
from routing.pvrp.problem import INFINITE, Client, RouteProblem, ServiceRequest, VehicleType
from routing.pvrp.search import SearchParams, search_routes

ROUNDS = 24_000  # of each run in each stream, at work 1, for up to `FEW` visits; more for more
FEW = 60
MAX_PATTERNS = 200  # choices of days for the visits of a site
SHARES_PCT = (100, 97, 94)  # of the duty of a day that the runs count on
MAX_PART = 6  # longest part of a proposed order that is tried as a trip of its own
MONTH_PARAMS = SearchParams(hot=1.0, cold=0.02, removed=8.0, string=6.0)


Hours = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RouteType:
    """Trips of one day by any of some equal vehicles.

    Parameters
    ----------
    num_trips
        How many there may be.
    hours
        What days have in common on which all visits have the same windows.
    opens_min, closes_min
        First and last minute of a day's work.
    """

    cars: tuple[int, ...]
    day: int
    num_trips: int
    hours: Hours
    opens_min: float
    closes_min: float


def _list_daily(instance: MonthInstance, cars: tuple[int, ...]) -> Iterator[RouteType]:
    """Yield the trips of each day, with its hours."""
    for day, (opens, _) in enumerate(instance.light):
        free = sum(instance.cars[car].is_free[day] for car in cars)
        crews = sum(cars[0] in team.cars and team.is_free[day] for team in instance.teams)
        if count := min(free, crews):
            yield RouteType(
                cars,
                day,
                count,
                hours=tuple(job.window_ids[day] for job in instance.jobs),
                opens_min=float(opens),
                closes_min=float(instance.limits.end),
            )


def list_route_types(instance: MonthInstance) -> list[RouteType]:
    """Return what the engine puts visits into, by class of vehicle and day."""
    classes: dict[object, list[int]] = {}
    for number, car in enumerate(instance.cars):
        alike = dataclasses.replace(car, is_free=())
        may = tuple(number in job.vehicles for job in instance.jobs)
        driven = tuple(number in team.cars for team in instance.teams)
        classes.setdefault((alike, may, driven), []).append(number)
    return [
        route_type
        for cars in classes.values()
        if any(cars[0] in team.cars for team in instance.teams)
        for route_type in _list_daily(instance, tuple(cars))
    ]


def build_route_problem(
    instance: MonthInstance, route_types: list[RouteType], share_pct: int
) -> tuple[RouteProblem, list[tuple[int, ...]]]:
    """Return the engine's problem, and for each request the visits it stands for."""
    rates = sorted(
        {(instance.cars[one.cars[0]].vnd_km, _table(instance, one)) for one in route_types}
    )
    roads = {rate: number for number, rate in enumerate(rates)}
    hours = {key: k for k, key in enumerate(dict.fromkeys(one.hours for one in route_types))}
    vehicle_types = []
    for one in route_types:
        number = one.cars[0]
        car, members = instance.cars[number], least_members(instance, number)
        vehicle_types.append(
            VehicleType(
                depot=car.depot,
                num_routes=one.num_trips,
                capacity=(float(car.boxes), car.kg),
                longest_min=instance.limits.duty * share_pct / 100,
                fixed=float(price_day(instance, number, members)),
                road=roads[car.vnd_km, _table(instance, one)],
                hours=hours[one.hours],
                opens_min=one.opens_min,
                closes_min=one.closes_min,
            )
        )
    groups = _group_alike(instance)
    requests = [_request(instance, route_types, group, list(hours)) for group in groups]
    problem = RouteProblem(
        vehicle_types=tuple(vehicle_types),
        requests=tuple(request for request in requests if request is not None),
        cost=np.stack([list_ways_vnd(instance, table, vnd_km) for vnd_km, table in rates]),
        minutes=np.stack([list_ways_min(instance, table) for _, table in rates]),
    )
    served = [group for group, one in zip(groups, requests, strict=True) if one is not None]
    return problem, served


def _starts(job: Job, hours: Hours, number: int) -> tuple[float, float]:
    """Return the first and last minute at which a visit may begin, on days of such hours."""
    spans = job.windows[job.window_ids.index(hours[number])]
    opens = min((float(span[0]) for span in spans), default=0.0)
    closes = max((float(span[1]) for span in spans), default=INFINITE)
    return opens, max(opens, closes - job.service_min)


def _table(instance: MonthInstance, route_type: RouteType) -> int:
    return instance.cars[route_type.cars[0]].tables[route_type.day]


def _group_alike(instance: MonthInstance) -> list[tuple[int, ...]]:
    """Return visits with a gap to each other that are alike together, all others alone."""
    groups: dict[object, list[int]] = {}
    for number, job in enumerate(instance.jobs):
        traits = dataclasses.replace(job, missed_vnd=(), penalty_vnd=0)
        key = (traits, job.gap_group) if job.gap_group else number
        groups.setdefault(key, []).append(number)
    return [tuple(group) for group in groups.values()]


def _request(
    instance: MonthInstance,
    route_types: list[RouteType],
    group: tuple[int, ...],
    hours: list[Hours],
) -> ServiceRequest | None:
    """Return the request of some visits alike, one on each of as many days apart."""
    job = instance.jobs[group[0]]
    able: dict[int, list[int]] = {}
    for number, route_type in enumerate(route_types):
        is_able = job.windows[route_type.day] and route_type.cars[0] in job.vehicles
        if is_able and _is_near(instance, route_type, job):
            able.setdefault(route_type.day, []).append(number)
    gap = max(1, job.gap_days)
    patterns: list[tuple[tuple[int, ...], ...]] = []
    if len(group) == 1 and able:
        patterns = [(tuple(sorted(kind for kinds in able.values() for kind in kinds)),)]
    elif able:
        choices = list_days_apart(sorted(able), len(group), gap)
        patterns = [tuple(tuple(able[day]) for day in choice) for choice in choices]
    if not patterns:
        return None
    point = Client(
        job.site,
        float(job.service_min),
        (float(job.boxes_left), job.kg_left),
        (float(job.boxes_taken), job.kg_taken),
        tuple(_starts(job, key, group[0]) for key in hours),
    )
    penalty = float(sum(instance.jobs[number].penalty_vnd for number in group))
    return ServiceRequest(point, tuple(patterns), penalty=penalty)


def list_days_apart(days: list[int], times: int, gap: int) -> list[tuple[int, ...]]:
    """Return choices of so many days at least a gap apart, spread evenly over all of them."""
    ways: dict[tuple[int, int], int] = {}

    def count(first: int, left: int) -> int:
        """Return how many choices of `left` more spans there are from a day on."""
        if left == 0:
            return 1
        if (first, left) not in ways:
            ways[first, left] = sum(count(day + gap, left - 1) for day in days if day >= first)
        return ways[first, left]

    total = count(days[0], times)
    wanted = range(total) if total <= MAX_PATTERNS else range(0, total, -(-total // MAX_PATTERNS))
    found = []
    for number in wanted:
        rest, first, choice = number, days[0], []
        for left in range(times, 0, -1):
            for day in days:
                if day < first:
                    continue
                here = count(day + gap, left - 1)
                if rest < here:
                    choice.append(day)
                    first = day + gap
                    break
                rest -= here
        found.append(tuple(choice))
    return found


def _is_near(instance: MonthInstance, route_type: RouteType, job: Job) -> bool:
    table = instance.tables[_table(instance, route_type)]
    depot = instance.cars[route_type.cars[0]].depot
    is_way = table.drive[depot][job.site] >= 0 and table.drive[job.site][depot] >= 0
    return is_way and job.depots <= {depot} and not job.lacks_giver


def propose_trips(instance: MonthInstance, seed: int, work: float) -> list[DatedTrip]:
    """Return the trips of some months that the engine finds, with true dates and times."""
    route_types = list_route_types(instance)
    found: dict[tuple[tuple[int, ...], int], None] = {}
    many = max(1.0, len(instance.jobs) / FEW)
    for run, share_pct in enumerate(SHARES_PCT):
        problem, jobs = build_route_problem(instance, route_types, share_pct)
        rounds = max(200, round(ROUNDS * work * many))
        next_of = {request: list(group) for request, group in enumerate(jobs)}
        routes = search_routes(problem, MONTH_PARAMS, rounds, seed=seed + run)
        routes.sort(key=lambda route: (route_types[route.vehicle_type].day, route.vehicle_type))
        for route in routes:
            order = tuple(next_of[request].pop(0) for request in route.requests)
            found[order, route.vehicle_type] = None
    trips: list[DatedTrip] = []
    for order, kind in found:
        whole = _date_on_day(instance, order, route_types[kind])
        parts = [] if whole else list_parts(order)
        trips += whole
        trips += [
            trip for part in parts for trip in _date_on_day(instance, part, route_types[kind])
        ]
    return trips


def list_parts(order: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the runs of an order that are shorter than it, and it without one of its stops."""
    runs = list_runs(order, MAX_PART)
    runs |= {order[:k] + order[k + 1 :] for k in range(len(order))}
    return sorted(runs - {order, ()})


def list_runs(order: tuple[int, ...], most: int) -> set[tuple[int, ...]]:
    """Return the parts of an order of at most so many stops in a row."""
    return {
        order[start:stop]
        for start in range(len(order))
        for stop in range(start + 1, min(len(order), start + most) + 1)
    }


def _date_on_day(
    instance: MonthInstance, order: tuple[int, ...], route_type: RouteType
) -> list[DatedTrip]:
    return [
        trip
        for car in route_type.cars
        for crew in range(len(instance.teams))
        if (trip := date_trip(instance, order, car, route_type.day, crew)) is not None
    ]
