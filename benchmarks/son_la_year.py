"""A year of Sơn La: the plan against a cyclical rota and against leaving batches where they are.

``python -m benchmarks.son_la_year --first 2027-01 --months 12 --work 1``
"""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from benchmarks.cyclical_rota import leave_in_place, run_rota
from commands.options import parse_month
from province.dates import Month
from province.facts import Province
from province.ids import SiteId
from province.read import read_province
from roads.travel import Roads
from rotation.build import build_rotation_problem
from rotation.instance.instance import RotationInstance, build_instance
from rotation.instance.score import Scorer, guests_by_library, visit_months
from rotation.lns.params import Pace
from rotation.lns.search import search
from rotation.problem import Floats, RotationProblem, Schedule
from routing.reach import estimate_reach, measure_access_min

FOLDER = Path(__file__).resolve().parent.parent / "data" / "son-la"
WEIGHT, DEAR = 4.0, 30.0
"""Points of a visit: the usual ones, and enough to save visits."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a schedule brings and takes in the horizon.

    `return_km` is as if every visit were a trip of its own, there and back: the same measure for
    all, not the length of real trips.
    """

    uses: float
    visits: int
    return_km: float
    objective: float


def read_problem(province: Province, first: Month) -> tuple[RotationProblem, dict[SiteId, float]]:
    """Return the year's problem and the road kilometres from the depot, by site."""
    roads = Roads(province)
    months = tuple(first.plus(k) for k in range(province.settings.rotation.horizon_months))
    reach = estimate_reach(province, months, roads)
    access = measure_access_min(province, roads, first.first_day)
    problem = build_rotation_problem(province, first, reach=reach, access_min=access)
    return problem, measure_km(province, roads, first)


def measure_km(province: Province, roads: Roads, first: Month) -> dict[SiteId, float]:
    """Return the kilometres there and back by the first vehicle that gets there in a dry month."""
    sites = tuple(site.site_id for site in province.sites)
    depot = province.depots[0].site_id
    found: dict[SiteId, float] = {}
    for vehicle in province.vehicles:
        travel = roads.travel(vehicle, first.first_day, (depot, *sites))
        for i, site in enumerate(sites, start=1):
            metres = float(travel.length_m[0, i]) + float(travel.length_m[i, 0])
            if np.isfinite(metres) and metres >= 0 and site not in found:
                found[site] = metres / 1000
    return found


def measure(instance: RotationInstance, schedule: Schedule, km: dict[SiteId, float]) -> Figures:
    """Return the figures of a schedule."""
    score = Scorer(instance).score(schedule)
    visits, driven = 0, 0.0
    for p, group in guests_by_library(schedule).items():
        count = len(visit_months(group, instance.num_months))
        visits += count
        driven += count * km.get(instance.problem.libraries[p].site_id, 0.0)
    return Figures(round(score.uses, 1), visits, round(driven), round(score.points, 1))


def count_visits(instance: RotationInstance, schedule: Schedule) -> Floats:
    """Return the exchange visits of each month."""
    visits = np.zeros(instance.num_months)
    for group in guests_by_library(schedule).values():
        visits[visit_months(group, instance.num_months)] += 1
    return visits


@click.command()
@click.option("--first", default="2027-01", show_default=True, help="First month of the year.")
@click.option("--work", default=1.0, show_default=True)
@click.option("--seed", default=0, show_default=True)
def main(first: str, work: float, seed: int) -> None:
    """Print uses, visits and kilometres of the plan and of both baselines."""
    problem, km = read_problem(read_province(FOLDER), parse_month(first))
    instance = build_instance(problem)
    rows = {
        "left in place": measure(instance, leave_in_place(instance), km),
        "cyclical rota": measure(instance, run_rota(instance), km),
    }
    by_month = count_visits(instance, run_rota(instance))
    for weight, limit in ((WEIGHT, None), (DEAR, None), (DEAR, by_month)):
        rules = problem.rules.model_copy(update={"weight_visit": weight})
        changed = build_instance(dataclasses.replace(problem, rules=rules))
        name = f"plan, a visit costs {weight:g} points"
        if limit is not None:
            ones = np.ones(len(problem.libraries))
            changed = dataclasses.replace(changed, visit_hours=ones, hours=limit)
            name += ", in no month more visits than the rota"
        solution = search(changed, seed=seed, pace=Pace(work=work))
        rows[name] = measure(instance, solution.schedule, km)
        click.echo(f"{name}: gap {100 * solution.gap:.1f} %")
    for name, row in rows.items():
        click.echo(f"{name}: {json.dumps(dataclasses.asdict(row))}")


if __name__ == "__main__":
    main()
