"""The trips of a written plan's visits, planned again: how good the search of trips is by itself.

Run with ``python -m benchmarks.trips PLAN_JSON --work 1 --seed 0 --json``. PLAN_JSON lies in a
province folder, or in `plans/MONTH` of one; batches move as that plan has them, so that deliveries
wait for the visits that fetch them. With ``--free`` none waits: each batch comes from its store
room and goes there.
"""

import json
import resource
import time
from pathlib import Path
from typing import Any

import click

from planning.find_plan import find_province
from planning.joint.swaps import free_visits
from planning.plan_file import read_plan
from planning.survey import survey_province
from province.read import read_province
from routing.solver.solve import plan_trips
from routing.trips import TripPlan

MIB = 1024


def tell_trips(trips: TripPlan) -> dict[str, Any]:
    """Return the figures of a month's trips; money in millions."""
    return {
        "objective": round(trips.objective / 1e6, 2),
        "cost": round(trips.cost_vnd / 1e6, 2),
        "km": round(sum(trip.length_m for trip in trips.trips) / 1000),
        "trips": len(trips.trips),
        "nights": sum(len(trip.nights) for trip in trips.trips),
        "unserved": len(trips.unserved),
    }


@click.command()
@click.argument("plan_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--work", default=1.0, show_default=True, help="Effort.")
@click.option("--seed", default=0, show_default=True, help="Seed of chance.")
@click.option("--free", is_flag=True, help="As if no batch waited for another.")
@click.option("--draft", is_flag=True, help="Without bound and reasons.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def main(plan_file: Path, work: float, seed: int, free: bool, draft: bool, as_json: bool) -> None:
    """Print objective, cost, kilometres, trips, nights, bound, gap, seconds and memory."""
    plan = read_plan(plan_file)
    survey = survey_province(read_province(find_province(plan_file)), plan.month)
    visits = free_visits(survey, plan.visits) if free else plan.visits
    problem = survey.pose_trips(visits)
    begun = time.perf_counter()
    trips = plan_trips(problem, seed=seed, work=work, is_draft=draft)
    seconds = time.perf_counter() - begun
    peak = sum(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    answer = tell_trips(trips) | {
        "bound": round(trips.bound / 1e6, 2),
        "gap": round(trips.gap, 4),
        "seconds": round(seconds, 1),
        "peak_mib": round(peak / MIB),
    }
    if as_json:
        click.echo(json.dumps(answer))
        return
    for name, value in answer.items():
        click.echo(f"{name}: {value}")


if __name__ == "__main__":
    main()
