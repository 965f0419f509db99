"""The rotation search on drawn problems: objective, proved bound, gap, and two baselines.

``python -m benchmarks.rotation --batches 77 --libraries 75 --months 12 --seconds 60 --seed 1``
"""

import json
import resource
import sys
from dataclasses import dataclass
from itertools import pairwise
from time import monotonic, process_time
from typing import Any

import click
import numpy as np

from benchmarks.one_shot import solve_at_once
from benchmarks.timed_pace import TimedPace
from province.dates import Month
from province.ids import BatchId, SiteId
from province.settings import RotationSettings
from province.stock import Batch, Condition
from province.visits import Reach
from rotation.instance.instance import RotationInstance
from rotation.lns.params import Pace
from rotation.lns.search import search
from rotation.problem import Floats, Library, Placement, RotationProblem, Schedule

CATEGORIES = 8
POINTS = 100.0
FADE = (1.0, 0.75, 0.55, 0.4, 0.3, 0.22)
STAGE_MONTHS = 3
"""Months of a stage of the cyclical rota, as Koha's stock rotation runs it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn problem: shares of books and of demand by category, sizes and costs."""

    mix: Floats  # batch, category
    demand: Floats  # library, category
    size: Floats
    cost: Floats
    months: int

    def value(self, batch: int, library: int, months: int) -> float:
        """Return what a stay alone is worth."""
        fit = float(self.mix[batch] @ self.demand[library])
        worth = POINTS * self.size[library] * fit * sum(FADE[:months])
        return float(worth - self.cost[library])


def draw_problem(batches: int, libraries: int, months: int, seed: int) -> Drawn:
    """Return the problem of a seed; the order of the draws is part of its definition."""
    rng = np.random.default_rng(seed)
    mix = rng.dirichlet(np.ones(CATEGORIES) * 0.6, batches)
    demand = rng.dirichlet(np.ones(CATEGORIES) * 0.8, libraries)
    size = rng.lognormal(0, 0.5, libraries)
    cost = rng.uniform(2, 12, libraries)
    return Drawn(mix, demand, size, cost, months)


def make_instance(
    drawn: Drawn, *, shortest: int, longest: int, at_once: int, is_joint: bool
) -> RotationInstance:
    """Return the instance that the search works on.

    A batch reaches of a category's demand the share of its books that are of this category, so
    that one alone is worth what `Drawn.value` says.
    """
    batches, libraries, months = len(drawn.mix), len(drawn.size), drawn.months
    problem = _make_problem(drawn, shortest=shortest, longest=longest, at_once=at_once)
    fit = POINTS * drawn.size * (drawn.mix @ drawn.demand.T)
    value = np.full((batches, libraries, months, longest), -np.inf)
    for stay in range(shortest, longest + 1):
        worth = fit * sum(FADE[:stay]) - drawn.cost
        value[:, :, : months - stay + 1, stay - 1] = worth[:, :, None]
    shape = (libraries, months)
    return RotationInstance(
        problem=problem,
        value=value,
        run_library=np.full(batches, -1),
        run_first=np.zeros(batches, dtype=np.int64),
        run_value=np.full((batches, months + 1), -np.inf),
        fresh=np.ones((batches, libraries, months)),
        books=np.ones(batches, dtype=np.int64),
        capacity_books=np.full(shape, batches, dtype=np.int64),
        capacity_batches=np.full(shape, at_once, dtype=np.int64),
        visit_points=np.zeros(shape),
        visit_hours=np.zeros(libraries),
        extra_points=np.zeros((batches, *shape)),
        hours=np.zeros(months),
        floors=(),
        pins=(),
        lag=0,
        chain_points=0.0,
        uneven=np.zeros(months + 1),
        allows_rings=True,
        counts_jointly=is_joint,
    )


def _make_problem(drawn: Drawn, *, shortest: int, longest: int, at_once: int) -> RotationProblem:
    rules = RotationSettings(
        horizon_months=drawn.months,
        min_stay_months=shortest,
        max_stay_months=longest,
        fade=FADE,
        weight_freshness=0.0,
        max_batches_per_library=at_once,
    )
    first = Month(2026, 1)
    depot = SiteId("depot")
    names = [BatchId(f"B{b:03}") for b in range(len(drawn.mix))]
    demand = POINTS * drawn.size[:, None] * drawn.demand
    return RotationProblem(
        months=tuple(first.plus(t) for t in range(drawn.months)),
        batches=tuple(
            Batch(
                name,
                name,
                1,
                1,
                1.0,
                (),
                "",
                (),
                Condition.GOOD,
                depot,
                shortest,
                longest,
                None,
                None,
                None,
                "",
            )
            for name in names
        ),
        libraries=tuple(
            Library(SiteId(f"P{p:03}"), len(names), (), (), "", 0, drawn.months - 1, 0, 1.0)
            for p in range(len(drawn.size))
        ),
        depots=(depot,),
        placements=tuple(Placement(name, depot, 0) for name in names),
        demand=np.repeat(demand[:, None, :], drawn.months, axis=1),
        offer=-rules.books_for_half_saturation * np.log1p(-drawn.mix),
        titles=tuple(np.array([b], dtype=np.int64) for b in range(len(names))),
        seen_until=tuple({} for _ in range(len(drawn.size))),
        reach=Reach({}, {}, 0, {}),
        hours_per_month=(0.0,) * drawn.months,
        unavailable=frozenset(),
        pins=frozenset(),
        last_stays=(),
        rules=rules,
    )


def measure(drawn: Drawn, schedule: Schedule, *, is_joint: bool) -> float:
    """Return what a schedule is worth, counted from the draws alone."""
    total = 0.0
    present: dict[tuple[int, int], list[Floats]] = {}
    for b, slots in enumerate(schedule):
        for _, p, s, e in slots:
            total += drawn.value(b, p, e - s)
            for t in range(s, e):
                present.setdefault((p, t), []).append(drawn.mix[b] * FADE[t - s])
    if is_joint:
        for (p, _), shares in sorted(present.items(), key=lambda item: item[0]):
            joint = 1.0 - np.prod([1.0 - share for share in shares], axis=0)
            lost = np.sum(shares, axis=0) - joint
            total -= float(POINTS * drawn.size[p] * (drawn.demand[p] @ lost))
    return total


def list_faults(schedule: Schedule, *, shortest: int, longest: int, at_once: int) -> list[str]:
    """Return the rules of the drawn problem that a schedule breaks."""
    faults: list[str] = []
    count: dict[tuple[int, int], int] = {}
    for b, slots in enumerate(schedule):
        if any(before.end > after.first for before, after in pairwise(slots)):
            faults.append(f"batch {b} is in two places")
        if len({stay.library for stay in slots}) < len(slots):
            faults.append(f"batch {b} comes back")
        for _, p, s, e in slots:
            if not shortest <= e - s <= longest:
                faults.append(f"batch {b} stays {e - s} months")
            for t in range(s, e):
                count[p, t] = count.get((p, t), 0) + 1
    faults += [f"library {p} has {n} in {t}" for (p, t), n in count.items() if n > at_once]
    return faults


def rota_by_index(drawn: Drawn) -> float:
    """Return the worth of a cyclical rota: in stage k, batch b is at library (b + k) mod P.

    Where there are more batches than libraries, it puts several into one and counts each alone,
    which flatters it.
    """
    libraries = len(drawn.size)
    return sum(
        drawn.value(b, (b + stage) % libraries, STAGE_MONTHS)
        for stage in range(drawn.months // STAGE_MONTHS)
        for b in range(len(drawn.mix))
    )


def peak_mib() -> float:
    """Return the peak memory of this process in MiB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def _compile(shortest: int, longest: int, at_once: int, *, is_joint: bool) -> None:
    """Compile what the search needs on a small problem: once on a machine, and not the question."""
    small = draw_problem(4, 3, max(6, longest), 1)
    instance = make_instance(
        small, shortest=shortest, longest=longest, at_once=at_once, is_joint=is_joint
    )
    search(instance, pace=Pace(work=0.01))


@click.command()
@click.option("--batches", default=77, show_default=True)
@click.option("--libraries", default=75, show_default=True)
@click.option("--months", default=12, show_default=True)
@click.option("--seconds", default=60.0, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--stays", default="2-4", show_default=True, help="Shortest and longest, in months.")
@click.option("--at-once", default=1, show_default=True, help="Batches at a library at a time.")
@click.option("--joint", is_flag=True, help="Batches at a library share its demand.")
@click.option("--one-shot", is_flag=True, help="Also one CP-SAT model, in the same time.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
def main(
    batches: int,
    libraries: int,
    months: int,
    seconds: float,
    seed: int,
    stays: str,
    at_once: int,
    joint: bool,
    one_shot: bool,
    as_json: bool,
) -> None:
    """Search a drawn rotation and print how near to the best it is proved to be."""
    shortest, longest = (int(part) for part in stays.split("-"))
    _compile(shortest, longest, at_once, is_joint=joint)
    drawn = draw_problem(batches, libraries, months, seed)
    instance = make_instance(
        drawn, shortest=shortest, longest=longest, at_once=at_once, is_joint=joint
    )
    started, worked = monotonic(), process_time()
    solution = search(
        instance, seed=seed, pace=TimedPace(seconds=seconds, has_groups=joint and at_once > 1)
    )
    spent = monotonic() - started
    faults = list_faults(solution.schedule, shortest=shortest, longest=longest, at_once=at_once)
    objective, bound = measure(drawn, solution.schedule, is_joint=joint), solution.bound.points
    answer: dict[str, Any] = {
        "objective": round(objective, 2),
        "bound": round(bound, 2),
        "gap_pct": round(100 * (bound - objective) / bound, 3),
        "baseline": round(rota_by_index(drawn), 2),
        "seconds": round(spent, 1),
        "cpu_seconds": round(process_time() - worked, 1),
        "peak_mib": round(peak_mib()),
        "faults": faults,
    }
    if one_shot:
        found = solve_at_once(instance, seconds=seconds)
        answer["one_shot"] = round(measure(drawn, found, is_joint=joint), 2)
        answer["one_shot_gap_pct"] = round(100 * (1 - answer["one_shot"] / bound), 3)
    text = json.dumps(answer) if as_json else "\n".join(f"{k}: {v}" for k, v in answer.items())
    click.echo(text)


if __name__ == "__main__":
    main()
