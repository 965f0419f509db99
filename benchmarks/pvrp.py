"""Periodic vehicle routing (Cordeau's instances) through the engine that plans a month.

Run with ``python -m benchmarks.pvrp FILE --seconds 60 --solution OUT.json --json``.
"""

import time
from pathlib import Path

import click

from benchmarks.effort import Seconds
from benchmarks.engine import FieldParams, solve
from benchmarks.runs import euclidean, run_options, warm_up, write_answer
from routing.pvrp.problem import INFINITE, Client, RouteProblem, ServiceRequest, VehicleType


def read_problem(path: Path) -> RouteProblem:
    """Return an instance: a kind of route for each day, a request for each customer."""
    rows = [line.split() for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    vehicles, days = int(rows[0][1]), int(rows[0][3])
    kinds = tuple(
        VehicleType(0, vehicles, (float(room) or INFINITE,), float(longest) or INFINITE)
        for longest, room in (row[:2] for row in rows[1 : 1 + days])
    )
    places = [(float(row[1]), float(row[2])) for row in rows[1 + days :]]
    requests = []
    for place, row in enumerate(rows[2 + days :], 1):
        codes = [int(code) for code in row[7 : 7 + int(row[6])]]
        patterns = {
            tuple((day,) for day in range(days) if code >> (days - 1 - day) & 1) for code in codes
        }
        point = Client(place, float(row[3]), (0.0,), (float(row[4]),), ((0.0, INFINITE),))
        requests.append(ServiceRequest(point, tuple(sorted(patterns))))
    ways = euclidean(places)
    return RouteProblem(kinds, tuple(requests), ways, ways)


@click.command()
@run_options
def main(file: Path, seconds: float, seed: int, solution: Path | None, as_json: bool) -> None:
    """Plan a periodic instance; the seconds hold all but compiling."""
    warm_up()
    start = time.perf_counter()
    problem = read_problem(file)
    found = solve(problem, FieldParams(), Seconds(seconds), seed=seed)
    routes = [{"day": route.vehicle_type, "stops": list(route.places)} for route in found]
    cost = sum(
        float(problem.cost[0, a, b])
        for route in found
        for a, b in zip((0, *route.places), (*route.places, 0), strict=True)
    )
    answer = {
        "instance": file.stem,
        "cost": round(cost, 4),
        "routes": len(routes),
        "seconds": round(time.perf_counter() - start, 2),
    }
    write_answer(answer, routes, solution, as_json=as_json)


if __name__ == "__main__":
    main()
