"""A month planned as one against one after the other, with as much effort.

``python -m benchmarks.joint_month FOLDER --month 2026-12 --json`` plans the month of a province
both ways. With ``--visits-of PLAN_JSON`` the libraries that change, the sessions and the kits are
those of a written plan in its own folder, and only which batch goes where is free: first its own
batches on trips made anew, then batches chosen with the trips, one for each library that the plan
brings one. Uses are what all batches are expected to bring over two months, points what the batches
brought are worth in them, each as if alone; both by one measure.
"""

import dataclasses
import json
import time
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.joint_year import MORE_WORK, look_ahead
from benchmarks.trips import tell_trips
from commands.options import parse_month
from planning.find_plan import find_province
from planning.joint.month import plan_month
from planning.joint.rounds import ROUNDS
from planning.joint.swaps import free_visits, list_swaps, value_swaps
from planning.plan import Plan
from planning.plan_file import read_plan
from planning.survey import Survey, survey_province
from province.ids import SiteId
from province.read import read_province
from province.visits import Movement
from rotation.instance.instance import build_instance
from rotation.problem import RotationProblem, index_batches, index_libraries
from rotation.solve.solve import find_rotation
from routing.checks.verify import verify_trips
from routing.solver.solve import plan_trips
from routing.solver.swap_dates import move_dates

Figures = dict[str, Any]

LONG = 12
"""Months that batches stand, and shelves are empty, so that both are due."""

TWO_MONTHS = 2
"""The horizon in which batches are worth what they are where the plan's visits bring them."""


def count_books(survey: Survey, asked: tuple[Movement, ...], served: set[SiteId]) -> int:
    """Return the books delivered to libraries that were served."""
    depots = {site.site_id for site in survey.province.depots}
    return sum(
        survey.province.batch_by_id[move.batch_id].books
        for move in asked
        if move.to_site not in depots and move.to_site in served
    )


def plan_both(folder: Path, month: str, work: float, seed: int) -> dict[str, Figures]:
    """Return the figures of a month planned as one, and one after the other."""
    province, found = read_province(folder), {}
    for name, rounds, effort in (("joint", ROUNDS, 1.0), ("one after the other", 0, MORE_WORK)):
        begun = time.perf_counter()
        plan = plan_month(
            province, parse_month(month), seed=seed, work=work * effort, rounds=rounds,
            has_fixes=False,
        )  # fmt: skip
        survey = survey_province(province, plan.month)
        served = {stop.receiver_id for _, stop in plan.trips.stops()}
        found[name] = tell_trips(plan.trips) | {
            "served": len(plan.trips.stop_by_visit),
            "visits": len(plan.visits),
            "books": count_books(survey, plan.asked, served),
            "uses": round(plan.rotation.expected_uses),
            "points": plan.joint.points if plan.joint else None,
            "violations": len(plan.violations),
            "seconds": round(time.perf_counter() - begun, 1),
        }
    return found


def pose_visits_of(survey: Survey, plan: Plan) -> RotationProblem:
    """Return the rotation's problem in which the plan's libraries change, at no price for that.

    What stands where the plan brings a batch is due, and the shelf does not stay empty.
    """
    ends = {site for move in plan.asked for site in (move.from_site, move.to_site)}
    brought = {move.to_site for move in plan.asked}
    libraries = [site for site in survey.province.sites if site.takes_rotation]
    shut = {(s.site_id, plan.month): 0 for s in libraries if s.site_id not in ends}
    free = {(site, plan.month): 0 for site in ends}
    reach = dataclasses.replace(
        survey.reach,
        max_boxes=survey.reach.max_boxes | shut,
        price_vnd=survey.reach.price_vnd | free,
    )
    problem = survey.pose_rotation(reach)
    placements = tuple(
        dataclasses.replace(place, months_there=max(place.months_there, LONG))
        if place.site_id in brought - set(problem.depots)
        else place
        for place in problem.placements
    )
    libraries_due = tuple(
        dataclasses.replace(library, empty_since=LONG) if library.site_id in brought else library
        for library in problem.libraries
    )
    return dataclasses.replace(problem, placements=placements, libraries=libraries_due)


def measure_deliveries(problem: RotationProblem, asked: tuple[Movement, ...]) -> float:
    """Return the points of the batches brought to libraries, each as if alone for two months.

    A batch that the rules do not let stay there counts nothing.
    """
    batches, libraries = index_batches(problem), index_libraries(problem)
    value = build_instance(problem).value[:, :, 0, 1]
    pairs = [
        (batches[move.batch_id], libraries[move.to_site])
        for move in asked
        if move.to_site in libraries
    ]
    return float(sum(value[pair] for pair in pairs if np.isfinite(value[pair])))


def swap_batches(plan_file: Path, work: float, seed: int) -> dict[str, Figures]:
    """Return the figures of a plan's visits with its own batches, and with batches swapped."""
    plan, found = read_plan(plan_file), {}
    province = look_ahead(read_province(find_province(plan_file)), TWO_MONTHS)
    survey = survey_province(province, plan.month)
    depots, begun = {site.site_id for site in survey.province.depots}, time.perf_counter()
    own = plan_trips(survey.pose_trips(plan.visits), seed=seed, work=work, is_draft=True)
    found["own batches"] = tell_trips(own) | {
        "deliveries": sum(move.to_site not in depots for move in plan.asked),
        "uses": round(plan.rotation.expected_uses),
        "points": round(measure_deliveries(survey.pose_rotation(survey.reach), plan.asked)),
        "seconds": round(time.perf_counter() - begun, 1),
    }
    begun, problem = time.perf_counter(), pose_visits_of(survey, plan)
    visits = free_visits(survey, plan.visits)
    free = plan_trips(survey.pose_trips(visits), seed=seed, work=work / 2, is_draft=True)
    found["none waits"] = tell_trips(free)
    rotation, start = find_rotation(problem, seed=seed, work=work / 2)
    values = value_swaps(survey, problem, rotation, plan.asked, free)
    dated = move_dates(survey.pose_trips(visits), free.trips, values, seed=seed, work=work / 2)
    free = dataclasses.replace(free, trips=dated)
    swaps = list_swaps(survey, problem, plan.asked, free)
    rotation, _ = find_rotation(problem, seed=seed, work=work / 2, start=start, swaps=swaps)
    asked = tuple(move for move in rotation.movements if move.month == plan.month)
    trip_problem = survey.pose_trips(survey.list_visits(asked))
    trips = plan_trips(trip_problem, seed=seed, work=work / 2, start=free.trips, is_draft=True)
    served = {stop.receiver_id for _, stop in trips.stops()}
    broken = verify_trips(survey.province, trip_problem, trips)
    found["batches swapped"] = tell_trips(trips) | {
        "deliveries": sum(move.to_site not in depots for move in asked),
        "delivered": sum(move.to_site in served - depots for move in asked),
        "visits": len(trip_problem.visits),
        "uses": round(rotation.expected_uses),
        "points": round(measure_deliveries(survey.pose_rotation(survey.reach), asked)),
        "violations": len(broken),
        "seconds": round(time.perf_counter() - begun, 1),
    }
    return found


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--month", default="2026-12", show_default=True, help="Month to plan.")
@click.option("--visits-of", type=click.Path(exists=True, path_type=Path), help="A plan.json.")
@click.option("--work", default=1.0, show_default=True, help="Effort.")
@click.option("--seed", default=0, show_default=True, help="Seed of chance.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def main(
    folder: Path | None, month: str, visits_of: Path | None, work: float, seed: int, as_json: bool
) -> None:
    """Print trips, uses and seconds of both ways."""
    if (folder is None) == (visits_of is None):
        raise click.UsageError("name either a province folder or --visits-of PLAN_JSON")
    if visits_of is not None:
        found = swap_batches(visits_of, work, seed)
    elif folder is not None:
        found = plan_both(folder, month, work, seed)
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, figures in found.items():
        click.echo(name + ": " + ", ".join(f"{key} {value}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
