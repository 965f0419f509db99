"""Proposes trips by the compiled engine: routes in the weeks or days of a month.

Where crews stay out at night, the engine sees each class of vehicle in each week with trips of one
to `max_nights` + 1 days. The days are one budget of minutes and of half days, for a long visit
takes a half day; nights cost what they cost, and sessions of one site lie in weeks apart. Where
crews are home every night, it sees each class on each day, with the hours of that day. What it
proposes, and parts of it, is dated, timed and checked like any other order of stops.
"""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from routing.month.costs import least_members, list_ways_min, list_ways_vnd, price_days
from routing.month.instance import Job, MonthInstance
from routing.month.schedule import date_trip
from routing.month.timetable import DatedTrip
from routing.pvrp.problem import INFINITE, Client, RouteProblem, ServiceRequest, VehicleType
from routing.pvrp.search import SearchParams, search_routes

ROUNDS = 24_000  # of each run in each stream, at work 1, for up to `FEW` visits; more for more
FEW = 60
MAX_PATTERNS = 200  # choices of days for the visits of a site
HALF_DAYS, LONG_MIN = 2, 180  # of a day; a visit this long takes one of them
MAX_PART = 6  # longest part of a proposed order that is tried as a trip of its own
MONTH_PARAMS = SearchParams(hot=1.0, cold=0.02, removed=8.0, string=6.0)


Hours = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RouteType:
    """Trips of so many days in one span of days by any of some equal vehicles.

    Parameters
    ----------
    span
        The number of the week, or that of the day where crews are home every night.
    days
        The days on which such a trip may begin, or lie.
    num_trips
        How many there may be.
    half_days
        How many long visits such a trip has room for.
    hours
        What days have in common on which all visits have the same windows; empty where windows
        are not looked at.
    opens_min, closes_min
        First and last minute of a day's work.
    """

    cars: tuple[int, ...]
    span: int
    num_days: int
    days: tuple[int, ...]
    num_trips: int
    half_days: float = INFINITE
    hours: Hours = ()
    opens_min: float = 0.0
    closes_min: float = INFINITE


@dataclass(frozen=True, slots=True)
class Strategy:
    """How a month is told to the engine.

    Parameters
    ----------
    list_types
        Lists the trips of vehicles that are alike.
    span_days
        Days of a span: what visits of one site must lie apart is counted in spans.
    shares_pct
        Shares of the duty of each day that the runs count on.
    """

    list_types: Callable[[MonthInstance, tuple[int, ...]], Iterator[RouteType]]
    span_days: int
    shares_pct: tuple[int, ...]


def _list_weekly(instance: MonthInstance, cars: tuple[int, ...]) -> Iterator[RouteType]:
    """Yield trips of one to `max_nights` + 1 days in each week."""
    for week in sorted(set(instance.weeks)):
        days = tuple(
            day
            for day, own in enumerate(instance.weeks)
            if own == week and any(instance.cars[car].is_free[day] for car in cars)
        )
        for num_days in range(1, min(len(days), instance.limits.nights + 1) + 1):
            num_trips = len(cars) * max(1, len(days) // num_days // 2)
            half_days = HALF_DAYS * num_days - 1.0
            yield RouteType(cars, week, num_days, days, num_trips, half_days)


def _list_daily(instance: MonthInstance, cars: tuple[int, ...]) -> Iterator[RouteType]:
    """Yield the trips of each day, with its hours."""
    for day, (opens, _) in enumerate(instance.light):
        free = sum(instance.cars[car].is_free[day] for car in cars)
        crews = sum(cars[0] in team.cars and team.is_free[day] for team in instance.teams)
        if count := min(free, crews):
            yield RouteType(
                cars,
                day,
                1,
                (day,),
                count,
                hours=tuple(job.window_ids[day] for job in instance.jobs),
                opens_min=float(opens),
                closes_min=float(instance.limits.end),
            )


WEEKLY = Strategy(_list_weekly, 7, (95, 80, 65))
DAILY = Strategy(_list_daily, 1, (100, 97, 94))
"""Where crews are home every night: hours are known and only breaks are not."""


def choose_strategy(instance: MonthInstance) -> Strategy:
    """Return how a month is told to the engine: by weeks, or by days without nights."""
    return WEEKLY if instance.limits.nights else DAILY


def list_route_types(instance: MonthInstance) -> list[RouteType]:
    """Return what the engine puts visits into, by vehicle, week and length."""
    classes: dict[object, list[int]] = {}
    for number, car in enumerate(instance.cars):
        alike = dataclasses.replace(car, is_free=())
        may = tuple(number in job.vehicles for job in instance.jobs)
        driven = tuple(number in team.cars for team in instance.teams)
        classes.setdefault((alike, may, driven), []).append(number)
    list_types = choose_strategy(instance).list_types
    return [
        route_type
        for cars in classes.values()
        if any(cars[0] in team.cars for team in instance.teams)
        for route_type in list_types(instance, tuple(cars))
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
                capacity=(float(car.boxes), car.kg, one.half_days),
                longest_min=one.num_days * instance.limits.duty * share_pct / 100,
                fixed=float(price_days(instance, number, members, one.num_days)),
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
    if not hours:
        return 0.0, INFINITE
    spans = job.windows[job.window_ids.index(hours[number])]
    opens = min((float(span[0]) for span in spans), default=0.0)
    closes = max((float(span[1]) for span in spans), default=INFINITE)
    return opens, max(opens, closes - job.service_min)


def _table(instance: MonthInstance, route_type: RouteType) -> int:
    return instance.cars[route_type.cars[0]].tables[route_type.days[len(route_type.days) // 2]]


def _group_alike(instance: MonthInstance) -> list[tuple[int, ...]]:
    """Return visits with a gap to each other that are alike together, all others alone."""
    groups: dict[object, list[int]] = {}
    for number, job in enumerate(instance.jobs):
        traits = dataclasses.replace(job, preferred=frozenset(), penalty_vnd=0)
        key = (traits, job.gap_group) if job.gap_group else number
        groups.setdefault(key, []).append(number)
    return [tuple(group) for group in groups.values()]


def _request(
    instance: MonthInstance,
    route_types: list[RouteType],
    group: tuple[int, ...],
    hours: list[Hours],
) -> ServiceRequest | None:
    """Return the request of some visits alike, one in each of as many spans of days apart."""
    job = instance.jobs[group[0]]
    able: dict[int, list[int]] = {}
    for number, route_type in enumerate(route_types):
        has_window = any(job.windows[day] for day in route_type.days)
        if (
            has_window
            and route_type.cars[0] in job.vehicles
            and _is_near(instance, route_type, job)
        ):
            able.setdefault(route_type.span, []).append(number)
    gap = max(1, round(job.gap_days / choose_strategy(instance).span_days))
    patterns: list[tuple[tuple[int, ...], ...]] = []
    if len(group) == 1 and able:
        patterns = [(tuple(sorted(kind for kinds in able.values() for kind in kinds)),)]
    elif able:
        choices = list_spans_apart(sorted(able), len(group), gap)
        patterns = [tuple(tuple(able[span]) for span in choice) for choice in choices]
    if not patterns:
        return None
    point = Client(
        job.site,
        float(job.service_min),
        (float(job.boxes_left), job.kg_left, 0.0),
        (float(job.boxes_taken), job.kg_taken, float(job.service_min >= LONG_MIN)),
        tuple(_starts(job, key, group[0]) for key in hours),
    )
    penalty = float(sum(instance.jobs[number].penalty_vnd for number in group))
    return ServiceRequest(point, tuple(patterns), penalty=penalty)


def list_spans_apart(spans: list[int], times: int, gap: int) -> list[tuple[int, ...]]:
    """Return choices of so many spans at least a gap apart, spread evenly over all of them."""
    ways: dict[tuple[int, int], int] = {}

    def count(first: int, left: int) -> int:
        """Return how many choices of `left` more spans there are from a span on."""
        if left == 0:
            return 1
        if (first, left) not in ways:
            ways[first, left] = sum(count(span + gap, left - 1) for span in spans if span >= first)
        return ways[first, left]

    total = count(spans[0], times)
    wanted = range(total) if total <= MAX_PATTERNS else range(0, total, -(-total // MAX_PATTERNS))
    found = []
    for number in wanted:
        rest, first, choice = number, spans[0], []
        for left in range(times, 0, -1):
            for span in spans:
                if span < first:
                    continue
                here = count(span + gap, left - 1)
                if rest < here:
                    choice.append(span)
                    first = span + gap
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
    for run, share_pct in enumerate(choose_strategy(instance).shares_pct):
        problem, jobs = build_route_problem(instance, route_types, share_pct)
        rounds = max(200, round(ROUNDS * work * many))
        next_of = {request: list(group) for request, group in enumerate(jobs)}
        routes = search_routes(problem, MONTH_PARAMS, rounds, seed=seed + run)
        routes.sort(key=lambda route: (route_types[route.vehicle_type].span, route.vehicle_type))
        for route in routes:
            order = tuple(next_of[request].pop(0) for request in route.requests)
            found[order, route.vehicle_type] = None
    trips: list[DatedTrip] = []
    for order, kind in found:
        whole = _date_in_span(instance, order, route_types[kind])
        parts = [] if whole else list_parts(order)
        trips += whole
        trips += [
            trip for part in parts for trip in _date_in_span(instance, part, route_types[kind])
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


def _date_in_span(
    instance: MonthInstance, order: tuple[int, ...], route_type: RouteType
) -> list[DatedTrip]:
    return [
        trip
        for first in route_type.days
        for car in route_type.cars
        for crew in range(len(instance.teams))
        if (trip := date_trip(instance, order, car, first, crew)) is not None
    ]
