"""What the benchmarks against the field share: their options, their answers, the warm engine."""

import json
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.effort import Seconds
from benchmarks.engine import FieldParams, solve
from routing.pvrp.problem import Client, Floats, RouteProblem, ServiceRequest, VehicleType
from routing.pvrp.search import SearchParams, search_routes


def run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that all benchmarks share."""
    options = (
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option("--seconds", default=60.0, show_default=True, help="Seconds of search."),
        click.option("--seed", default=1, show_default=True, help="Seed of chance."),
        click.option("--solution", type=click.Path(path_type=Path), help="Solution file to write."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def write_answer(
    answer: dict[str, Any], routes: list[Any], solution: Path | None, *, as_json: bool
) -> None:
    """Print the figures, and write the routes for the scorer."""
    if solution is not None:
        solution.write_text(json.dumps({"routes": routes}), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for name, value in answer.items():
        click.echo(f"{name}: {value}")


def warm_up() -> None:
    """Compile the engine, or load it from disk, so that the clock measures the search alone."""
    way = np.ones((1, 3, 3)) - np.eye(3)
    points = [Client(place, 1.0, (0.0,), (1.0,), ((0.0, 9.0),)) for place in (1, 2)]
    requests = [ServiceRequest(point, (((0,),),)) for point in points]
    problem = RouteProblem((VehicleType(0, 2, (2.0,)),), tuple(requests), way, way)
    search_routes(problem, SearchParams(), 160, seed=1)
    solve(problem, FieldParams(has_pairs=True, fleet_share=0.5), Seconds(0.02), seed=1)


def show_pairs(first: str, second: str, pairs: list[tuple[float, float]]) -> None:
    """Print the median seconds of two things run side by side, and of their ratio, as JSON."""
    one, other = ([pair[k] for pair in pairs] for k in (0, 1))
    answer = {
        f"{first}_s": round(statistics.median(one), 3),
        f"{second}_s": round(statistics.median(other), 3),
        "ratio": round(statistics.median(a / b for a, b in pairs), 2),
    }
    click.echo(json.dumps(answer))


def euclidean(points: list[tuple[float, float]]) -> Floats:
    """Return the distances between points, shape (1, points, points)."""
    at = np.array(points)
    apart = at[:, None, :] - at[None, :, :]
    ways: Floats = np.sqrt((apart**2).sum(axis=2))[None]
    return ways
