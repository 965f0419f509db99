"""Published mobile-library timetables through the engine that plans a month, beside PyVRP.

Every stop keeps its minutes and every vehicle its number of days; which vehicle serves which stop
on which of its days, and in what order, is free. A way is 1.3 times the great circle, at 40 km/h:
the scorer measures so, whose answers compare over time (roads are 1.37 times as long, at 42 km/h).
Run with ``python -m benchmarks.mobile_stops FILE --seconds 40 --solution OUT.json --json``: first
the engine for so many seconds on two cores, then PyVRP alone for as many.
"""

import csv
import dataclasses
import itertools
import math
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import pyvrp
from pyvrp.stop import MaxRuntime

from benchmarks.effort import Seconds
from benchmarks.engine import FieldParams, solve
from benchmarks.pyvrp_feed import build_data
from benchmarks.runs import run_options, warm_up, write_answer
from routing.pvrp.build import build_model
from routing.pvrp.problem import (
    INFINITE,
    Client,
    Floats,
    Route,
    RouteProblem,
    ServiceRequest,
    VehicleType,
)
from routing.pvrp.search import SearchParams

DETOUR, SPEED_KMH, RADIUS_KM = 1.3, 40.0, 6371.0
EXTRA_MIN = 5  # minutes a day may be longer than the longest published one

HOW = FieldParams(SearchParams(hot=4.0, cold=0.02), legs=4, is_fed=True)

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Service:
    """A published service: places of stops and their minutes, vehicles, depots, days."""

    stops: tuple[Place, ...]
    stop_min: tuple[int, ...]
    published: tuple[tuple[str, tuple[int, ...]], ...]
    depots: dict[str, Place]


def measure_km(a: Place, b: Place) -> float:
    """Return the kilometres of a way between two places (lon, lat)."""
    (lon1, lat1), (lon2, lat2) = (tuple(math.radians(x) for x in place) for place in (a, b))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * RADIUS_KM * math.asin(math.sqrt(half)) * DETOUR


def read_minutes(text: str) -> int:
    """Return the minutes after midnight of hh:mm."""
    hours, minutes = text.split(":")[:2]
    return int(hours) * 60 + int(minutes)


def read_service(path: Path) -> Service:
    """Return the stops of the most frequent cycle, in the order (vehicle, route, day, arrival)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    cycle = Counter(row["frequency"] for row in rows).most_common(1)[0][0]
    rows = [row for row in rows if row["frequency"] == cycle]
    rows.sort(key=lambda r: (r["mobile"], r["route"], r["day"], read_minutes(r["arrival"])))
    stops = tuple((float(row["geox"]), float(row["geoy"])) for row in rows)
    days: dict[tuple[str, str, str], list[int]] = {}
    for number, row in enumerate(rows):
        days.setdefault((row["mobile"], row["route"], row["day"]), []).append(number)
    depots = {}
    for mobile in sorted({row["mobile"] for row in rows}):
        ends = [
            stops[k] for key, day in days.items() if key[0] == mobile for k in day[:1] + day[-1:]
        ]
        own = [stops[k] for key, day in days.items() if key[0] == mobile for k in day]
        depots[mobile] = min(own, key=lambda at: sum(measure_km(at, end) for end in ends))
    return Service(
        stops,
        tuple(max(0, read_minutes(r["departure"]) - read_minutes(r["arrival"])) for r in rows),
        tuple((key[0], tuple(day)) for key, day in days.items()),
        depots,
    )


def build_problem(service: Service) -> RouteProblem:
    """Return a kind of route for each vehicle, a request for each stop."""
    mobiles = sorted(service.depots)
    places = [*(service.depots[mobile] for mobile in mobiles), *service.stops]
    km: Floats = np.array([[[measure_km(a, b) if a != b else 0.0 for b in places] for a in places]])
    days = Counter(mobile for mobile, _ in service.published)
    longest = max(
        measure_day(service, mobile, day) / SPEED_KMH * 60 + sum(service.stop_min[k] for k in day)
        for mobile, day in service.published
    )
    limit = math.ceil(longest) + EXTRA_MIN
    kinds = tuple(VehicleType(k, days[mobile], (), limit) for k, mobile in enumerate(mobiles))
    every = (tuple(range(len(mobiles))),)
    requests = tuple(
        ServiceRequest(Client(len(mobiles) + k, minutes, (), (), ((0.0, INFINITE),)), (every,))
        for k, minutes in enumerate(service.stop_min)
    )
    return RouteProblem(kinds, requests, km, km / SPEED_KMH * 60)


def measure_day(service: Service, mobile: str, day: tuple[int, ...]) -> float:
    """Return the kilometres of one day from the depot back to it."""
    places = [service.depots[mobile], *(service.stops[k] for k in day), service.depots[mobile]]
    return sum(measure_km(a, b) for a, b in itertools.pairwise(places))


def measure_routes(problem: RouteProblem, routes: list[Route]) -> float:
    """Return the kilometres of all routes."""
    ways = [
        (
            problem.vehicle_types[r.vehicle_type].depot,
            *r.places,
            problem.vehicle_types[r.vehicle_type].depot,
        )
        for r in routes
    ]
    return sum(float(problem.cost[0, a, b]) for way in ways for a, b in itertools.pairwise(way))


def solve_with_pyvrp(problem: RouteProblem, seconds: float, seed: int) -> float:
    """Return the kilometres that PyVRP alone finds in so many seconds."""
    model = build_model(problem)
    result = pyvrp.solve(build_data(model), MaxRuntime(seconds), seed=seed, collect_stats=False)
    depots = len(problem.vehicle_types)
    routes = [
        Route(r.vehicle_type(), (), tuple(a.idx + depots for a in r if a.is_client()))
        for r in result.best.routes()
    ]
    return measure_routes(problem, routes) if result.is_feasible() else math.inf


@click.command()
@run_options
@click.option("--alone", is_flag=True, help="Let PyVRP neither feed the engine nor run beside it.")
def main(
    file: Path, seconds: float, seed: int, solution: Path | None, as_json: bool, alone: bool
) -> None:
    """Plan a published service anew; the seconds hold all but compiling."""
    warm_up()
    start = time.perf_counter()
    service = read_service(file)
    problem = build_problem(service)
    how = dataclasses.replace(HOW, is_fed=not alone)
    found = solve(problem, how, Seconds(seconds, start=start), seed=seed)
    took = time.perf_counter() - start
    mobiles = sorted(service.depots)
    routes = [
        {"mobile": mobiles[r.vehicle_type], "stops": [place - len(mobiles) for place in r.places]}
        for r in found
    ]
    before = sum(measure_day(service, mobile, day) for mobile, day in service.published)
    km = measure_routes(problem, found)
    answer = {
        "service": file.stem,
        "published_km": round(before, 3),
        "km": round(km, 3),
        "saving_pct": round(100 * (1 - km / before), 2),
        "seconds": round(took, 2),
    }
    if not alone:
        other = solve_with_pyvrp(problem, seconds, seed)
        answer |= {
            "pyvrp_km": round(other, 3),
            "against_pyvrp_pct": round(100 * (km / other - 1), 3),
        }
    write_answer(answer, routes, solution, as_json=as_json)


if __name__ == "__main__":
    main()
