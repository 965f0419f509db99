"""How time and memory of trips grow with the visits of a month, on provinces that do not exist.

``python -m benchmarks.growth_trips`` plans months of 50 to 400 visits (`benchmarks.growth_month`),
each at several efforts in a process of its own. The first effort whose objective is within 5 % of
that of the last one counts. Times hold the whole plan of trips, bound and reasons too.
"""

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

import click

from benchmarks.growth_month import draw_month
from routing.checks.verify import verify_decisions
from routing.solver.solve import plan_trips

NEAR = 1.05  # of the last effort's objective


@dataclass(frozen=True, slots=True)
class Run:
    """One month planned at one effort.

    `cpu_s` adds up all processes; `peak_mib` too, each at its own peak.
    """

    visits: int
    effort: float
    served: int
    objective_vnd: float
    wall_s: float
    cpu_s: float
    peak_mib: float


def plan_once(visits: int, effort: float, seed: int) -> Run:
    """Plan a month in this process, check it, and return what it took."""
    problem = draw_month(visits, seed)
    start = time.perf_counter()
    plan = plan_trips(problem, seed=seed, work=effort)
    wall_s = time.perf_counter() - start
    own = resource.getrusage(resource.RUSAGE_SELF)
    if list(verify_decisions(problem, plan)):
        raise RuntimeError(f"the plan of {visits} visits breaks a rule")
    return Run(
        visits,
        effort,
        visits - len(plan.unserved),
        plan.objective,
        round(wall_s, 1),
        round(own.ru_utime + own.ru_stime, 1),
        round(own.ru_maxrss / 1024, 0),
    )


def plan_apart(visits: int, effort: float, seed: int) -> Run:
    """Plan a month in a process of its own."""
    words = ("--visits", str(visits), "--efforts", str(effort), "--seed", str(seed), "--here")
    command = [sys.executable, "-m", "benchmarks.growth_trips", *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Run(**json.loads(done.stdout))


def pick_near(runs: list[Run]) -> Run:
    """Return the first run whose objective is near that of the last."""
    return next(run for run in runs if run.objective_vnd <= NEAR * runs[-1].objective_vnd)


@click.command()
@click.option("--visits", default="50,100,200,400", show_default=True)
@click.option("--efforts", default="0.05,0.1,0.2,0.5,1", show_default=True, help="Ascending.")
@click.option("--seed", default=0, show_default=True)
@click.option("--here", is_flag=True, help="Plan one month in this process, print JSON.")
def main(visits: str, efforts: str, seed: int, here: bool) -> None:
    """Print every run, then the table in Markdown."""
    sizes, works = [int(n) for n in visits.split(",")], [float(w) for w in efforts.split(",")]
    if here:
        click.echo(json.dumps(asdict(plan_once(sizes[0], works[0], seed))))
        return
    found: list[Run] = []
    last: list[Run] = []
    for size in sizes:
        runs = []
        for work in works:
            runs.append(plan_apart(size, work, seed))
            click.echo(json.dumps(asdict(runs[-1])), err=True)
        found.append(pick_near(runs))
        last.append(runs[-1])
    end_name = f"at effort {works[-1]:g}: processor s | objective, million"
    click.echo(f"| visits | served | near from effort | processor s | wall s | MiB | {end_name} |")
    click.echo("|---|---|---|---|---|---|---|---|")
    for run, end in zip(found, last, strict=True):
        click.echo(
            f"| {run.visits} | {end.served} | {run.effort:g} | {run.cpu_s:.0f} | {run.wall_s:.0f} "
            f"| {run.peak_mib:.0f} | {end.cpu_s:.0f} | {end.objective_vnd / 1e6:.1f} |"
        )


if __name__ == "__main__":
    main()
