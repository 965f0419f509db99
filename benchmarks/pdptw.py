"""Pickup and delivery with time windows (Li and Lim) through the engine that plans a month.

Run with ``python -m benchmarks.pdptw FILE --seconds 60 --solution OUT.json --json``.
"""

import time
from pathlib import Path

import click

from benchmarks.effort import Seconds
from benchmarks.engine import FieldParams, solve
from benchmarks.runs import euclidean, run_options, warm_up, write_answer
from routing.pvrp.problem import Client, RouteProblem, ServiceRequest, VehicleType
from routing.pvrp.search import SearchParams

HOW = FieldParams(
    SearchParams(hot=20.0, cold=0.1), cooler=0.4, times=3, has_pairs=True, fleet_share=0.3
)


def read_problem(path: Path) -> RouteProblem:
    """Return an instance: one kind of route, two requests in a row for each pair of points."""
    rows = [line.split() for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    vehicles, room = int(rows[0][0]), float(rows[0][1])
    points = sorted((int(row[0]), [float(cell) for cell in row[1:]]) for row in rows[1:])
    ways = euclidean([(row[0], row[1]) for _, row in points])
    place = {number: k for k, (number, _) in enumerate(points)}
    depot = points[0][1]

    def point(number: int) -> Client:
        row = points[place[number]][1]
        return Client(place[number], row[5], (0.0,), (row[2],), ((row[3], row[4]),))

    requests = tuple(
        ServiceRequest(point(one), (((0,),),))
        for number, row in points[1:]
        if row[7]
        for one in (number, int(row[7]))
    )
    kind = VehicleType(0, vehicles, (room,), opens_min=depot[3], closes_min=depot[4])
    return RouteProblem((kind,), requests, ways, ways)


@click.command()
@run_options
def main(file: Path, seconds: float, seed: int, solution: Path | None, as_json: bool) -> None:
    """Plan an instance with the fewest vehicles; the seconds hold all but compiling."""
    warm_up()
    start = time.perf_counter()
    problem = read_problem(file)
    found = solve(problem, HOW, Seconds(seconds), seed=seed)
    routes = [list(route.places) for route in found]
    distance = sum(
        float(problem.cost[0, a, b])
        for route in routes
        for a, b in zip((0, *route), (*route, 0), strict=True)
    )
    answer = {
        "instance": file.stem,
        "vehicles": len(routes),
        "distance": round(distance, 4),
        "seconds": round(time.perf_counter() - start, 2),
    }
    write_answer(answer, routes, solution, as_json=as_json)


if __name__ == "__main__":
    main()
