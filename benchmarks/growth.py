"""How time, memory and quality of a month's plan grow with the sites of one big province.

``python -m benchmarks.growth --chart docs/growth.svg`` makes denser Sơn Las of 75 to 1,200 sites
and one depot (`benchmarks.dense_son_la`), plans a month of each as a planner does, documents and
all, and with ``--split`` the same sites as two provinces planned apart with the same effort each.
With ``--runs FILE`` every run is kept there as a line of JSON, and what stands there is not run
again. Time is processor time of all processes, so that what else runs counts little; memory is the
most that all processes held together, looked at several times a second.
"""

import itertools
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import psutil
from markupsafe import Markup

from benchmarks.dense_son_la import split_by_hand, write_dense
from exports.pages.template import read_macros
from planning.find_plan import PLAN_NAME

MONTH = "2026-12"
JUDGED = (150, 600)
"""Numbers of sites between which the exponent is judged: below, what every plan costs weighs."""

LOOK_S = 0.25
COLOURS = ("#2f6f5e", "#b5562b", "#4a5a8a")
HEAD = 18
WIDTH, HEIGHT = 340, 150


@dataclass(frozen=True, slots=True)
class GrowthRun:
    """A month of a province of so many sites, planned whole (1 part) or apart (2)."""

    sites: int
    parts: int
    work: float
    cpu_s: float
    peak_mib: int
    visits: int
    served: int
    cost_vnd: int
    points: float
    uses: float
    rotation_gap: float
    trips_gap: float


def watch(command: list[str]) -> tuple[dict[str, Any], float, int]:
    """Run a command; return its JSON, processor seconds and the most MiB of its processes."""
    peak = 0
    with tempfile.TemporaryFile() as answer:
        process = psutil.Popen(command, stdout=answer, stderr=subprocess.DEVNULL)
        spent: dict[int, float] = {}
        while process.poll() is None:
            peak = max(peak, sum(_measure(process, spent)))
            time.sleep(LOOK_S)
        answer.seek(0)
        told = answer.read()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return json.loads(told), sum(spent.values()), round(peak / 2**20)


def _measure(process: psutil.Popen, spent: dict[int, float]) -> Iterator[int]:
    """Yield the bytes that each process holds for itself; note the seconds that it has spent."""
    try:
        every = [process, *process.children(recursive=True)]
    except psutil.Error:
        return
    for one in every:
        try:
            times = one.cpu_times()
            spent[one.pid] = times.user + times.system
            yield one.memory_full_info().uss
        except psutil.Error:
            continue


def plan_folders(folders: list[Path], sites: int, work: float, seed: int) -> GrowthRun:
    """Plan a month of each folder, one after the other, and return the sums."""
    told: list[dict[str, Any]] = []
    uses: list[float] = []
    cpu_s, peak = 0.0, 0
    for folder in folders:
        command = [
            sys.executable, "cli.py", "plan", str(folder), "--month", MONTH, "--work", str(work),
            "--seed", str(seed), "--force", "--json",
        ]  # fmt: skip
        one, own_s, own_mib = watch(command)
        told.append(one)
        plan = json.loads((folder / "plans" / MONTH / PLAN_NAME).read_text(encoding="utf-8"))
        uses.append(plan["rotation"]["expected_uses"])
        cpu_s, peak = cpu_s + own_s, max(peak, own_mib)

    def total(name: str) -> Any:
        return sum(one[name] for one in told)

    def mean(name: str) -> float:
        return float(total(name)) / len(told)

    return GrowthRun(
        sites, len(folders), work, round(cpu_s, 1), peak, total("visits"), total("visits_served"),
        total("cost_vnd"), round(total("joint_points"), 1), round(sum(uses), 1),
        round(mean("rotation_gap"), 4), round(mean("trips_gap"), 4),
    )  # fmt: skip


def measure_exponent(first: GrowthRun, last: GrowthRun) -> float:
    """Return the exponent of processor time over sites between two runs."""
    return math.log(last.cpu_s / first.cpu_s) / math.log(last.sites / first.sites)


def read_runs(file: Path | None) -> list[GrowthRun]:
    """Return the runs that a file keeps."""
    if file is None or not file.is_file():
        return []
    return [GrowthRun(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def tell_runs(runs: list[GrowthRun]) -> Iterator[str]:
    """Yield the rows of the table in Markdown."""
    yield (
        "| sites | planned | processor s | MiB | visits served | cost, million | uses | points "
        "| gap of the rotation | gap of the trips |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for run in runs:
        cells = (
            f"{run.sites:,}", "whole" if run.parts == 1 else "as two", f"{run.cpu_s:.0f}",
            f"{run.peak_mib:,}", f"{run.served} of {run.visits}", f"{run.cost_vnd / 1e6:.1f}",
            f"{run.uses:,.0f}", f"{run.points:,.0f}", f"{100 * run.rotation_gap:.1f} %",
            f"{100 * run.trips_gap:.1f} %",
        )  # fmt: skip
        yield "| " + " | ".join(cells) + " |"


def draw_growth(runs: list[GrowthRun]) -> str:
    """Return the chart: processor seconds, memory and the rotation's gap by sites."""
    pictures = (
        ("processor seconds", [run.cpu_s for run in runs]),
        ("peak memory, MiB", [float(run.peak_mib) for run in runs]),
        ("gap of the rotation, %", [100 * run.rotation_gap for run in runs]),
    )
    parts = [
        Markup(
            '<text x="4" y="{}" font-family="sans-serif" font-size="11">{}</text>'
            '<svg y="{}" width="{}" height="{}">{}</svg>'
        ).format(
            number * (HEIGHT + HEAD) + 13,
            label,
            number * (HEIGHT + HEAD) + HEAD,
            WIDTH,
            HEIGHT,
            read_macros("pages/charts.html.j2", "en").columns(
                [
                    (f"{run.sites:,} sites", [value])
                    for run, value in zip(runs, values, strict=True)
                ],
                [COLOURS[number]],
                label,
                WIDTH,
                HEIGHT,
            ),
        )
        for number, (label, values) in enumerate(pictures)
    ]
    size = (WIDTH, len(pictures) * (HEIGHT + HEAD))
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}">'
    return str(Markup(head).format(*size, 2 * WIDTH) + Markup("").join(parts) + Markup("</svg>\n"))


@click.command()
@click.option("--sites", default="75,150,300,600,1200", show_default=True, help="Ascending.")
@click.option("--split", default="", help="Numbers of sites that are planned as two, too.")
@click.option("--work", default=0.1, show_default=True, help="Effort of each plan.")
@click.option("--seed", default=0, show_default=True)
@click.option("--runs", type=click.Path(path_type=Path), help="File that keeps the runs.")
@click.option("--chart", type=click.Path(path_type=Path), help="SVG file to write.")
def main(
    sites: str, split: str, work: float, seed: int, runs: Path | None, chart: Path | None
) -> None:
    """Plan what was not planned before; print the table and the exponent; write the chart."""
    sizes = [(int(size), 1) for size in sites.split(",") if size]
    sizes += [(int(size), 2) for size in split.split(",") if size]
    known = {(run.sites, run.parts): run for run in read_runs(runs) if run.work == work}
    for size, parts in sizes:
        if (size, parts) in known:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            folder = write_dense(Path(scratch) / "whole", size)
            folders = [folder] if parts == 1 else split_by_hand(folder, Path(scratch))
            run = plan_folders(folders, size, work, seed)
        known[size, parts] = run
        click.echo(json.dumps(asdict(run)), err=True)
        if runs is not None:
            with runs.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(run)) + "\n")
    found = [known[key] for key in sorted(known)]
    whole = [run for run in found if run.parts == 1]
    for line in tell_runs(found):
        click.echo(line)
    judged = tuple(run for run in whole if run.sites in JUDGED)
    for first, last in (*itertools.pairwise(whole), *itertools.pairwise(judged)):
        told = f"{measure_exponent(first, last):.2f}"
        click.echo(f"exponent of time over sites, {first.sites} to {last.sites}: {told}")
    if chart is not None:
        chart.write_text(draw_growth(whole), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
