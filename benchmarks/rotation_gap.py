"""Where the gap of a rotation comes from: what is found and bounded as rules and wishes go.

``python -m benchmarks.rotation_gap data/son-la --month 2026-12 --work 0.3``

Rows are cumulative: each leaves out one more of what the bound leaves out or counts in part. What
the gap falls by is what that rule or wish costs the bound and the search together.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import process_time

import click
import numpy as np

from commands.options import parse_month
from planning.survey import survey_province
from province.dates import Month
from province.read import read_province
from rotation.instance.instance import RotationInstance, build_instance
from rotation.lns.params import Pace
from rotation.lns.search import search

Change = Callable[[RotationInstance], RotationInstance]


@dataclass(frozen=True, slots=True)
class Row:
    """What was found without some rules and wishes, all those above included."""

    without: str
    found: float
    bound: float
    gap_percent: float
    cpu_s: float


def _forget_titles(instance: RotationInstance) -> RotationInstance:
    """Return an instance in which no batch shares titles; what the ledger saw still counts."""
    sizes = [len(own) for own in instance.problem.titles]
    ends = np.cumsum(sizes)
    titles = tuple(np.arange(end - n, end) for n, end in zip(sizes, ends, strict=True))
    unseen: tuple[dict[int, int], ...] = tuple({} for _ in instance.problem.libraries)
    return replace(instance, problem=replace(instance.problem, titles=titles, seen_until=unseen))


CHANGES: tuple[tuple[str, Change], ...] = (
    ("nothing left out", lambda one: one),
    ("titles seen in other batches", _forget_titles),
    ("uneven_months", lambda one: replace(one, uneven=np.zeros_like(one.uneven))),
    ("chains_of_a_month_form_no_ring", lambda one: replace(one, allows_rings=True)),
    ("no_library_stands_empty_too_long", lambda one: replace(one, floors=())),
    ("demand shared by batches", lambda one: replace(one, counts_jointly=False)),
    (
        "prices of visits",
        lambda one: replace(one, visit_points=np.zeros_like(one.visit_points)),
    ),
)
"""What each row leaves out beyond the row above."""


def measure_gaps(instance: RotationInstance, *, seed: int, work: float) -> Iterator[Row]:
    """Yield the rows one after the other."""
    for without, change in CHANGES:
        instance, begun_s = change(instance), process_time()
        pace = Pace(work=work, batches=len(instance.books))
        found = search(instance, seed=seed, pace=pace)
        yield Row(
            without,
            round(found.rank, 1),
            round(found.bound.points, 1),
            round(100 * found.gap, 2),
            round(process_time() - begun_s, 1),
        )


def build(folder: Path, month: Month) -> RotationInstance:
    """Return the rotation of a month at estimated prices, as `rotate` solves it without a past."""
    survey = survey_province(read_province(folder), month)
    return build_instance(survey.pose_rotation(survey.reach))


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--month", default="2026-12", show_default=True, help="First month of the horizon.")
@click.option("--work", default=0.3, show_default=True, help="Effort of each row.")
@click.option("--seed", default=0, show_default=True, help="Seed of chance.")
def main(folder: Path, month: str, work: float, seed: int) -> None:
    """Print each row as a line of JSON."""
    for row in measure_gaps(build(folder, parse_month(month)), seed=seed, work=work):
        click.echo(json.dumps(asdict(row)))


if __name__ == "__main__":
    main()
