"""What a region of many provinces takes on machines with few or many processors.

``python -m benchmarks.many_provinces REGION_FOLDER`` plans a copy of each province, each with a
seed of its own, in the process that `region plan` starts for it, and measures that process with all
that it starts. Then it deals so many copies to workers as `region plan` does, the largest first,
each as long as a measured copy took, and tells when all are done and what one worker holds. Last
it has `region report` tell of few, more and all of these copies, and measures what that holds.
"""

import heapq
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click
import psutil

from province.dates import Month
from region.plan_all import order_jobs
from region.province_job import ProvinceJob, let_children_start, run_job
from region.read_region import read_region

LOOK_S = 0.05
LEAST_WORK = 0.05
REPORT = """
import resource, sys
sys.argv = ["luanchuyen", "region", "report", sys.argv[1], "--month", sys.argv[2], "--force"]
from cli import main
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """A province planned once.

    Parameters
    ----------
    cpu_s, wall_s
        Of the process with all that it started.
    peak_mib
        The most that all these processes held at one moment, shared pages counted in each.
    """

    province: str
    seed: int
    cpu_s: float
    wall_s: float
    peak_mib: int


@dataclass(frozen=True, slots=True)
class Dealt:
    """Jobs dealt to workers, each of which takes the next one when it is free.

    Parameters
    ----------
    end_s, mean_busy_s
        When the last one is done, and how long a worker is at work in the mean.
    """

    workers: int
    end_s: float
    mean_busy_s: float
    most_jobs: int
    least_jobs: int


def copy_province(source: Path, copy: Path, month: Month, seed: int, work: float) -> ProvinceJob:
    """Return the job of planning a copy of a province, which nobody has planned before."""
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("plans"))
    return ProvinceJob(copy, month, seed, work, copy.parent)


def measure_job(job: ProvinceJob) -> Measured:
    """Plan a province, and watch its processes meanwhile."""
    peak, is_over = [0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(peak, is_over))
    watcher.start()
    try:
        outcome = run_job(job)
    finally:
        is_over.set()
        watcher.join()
    if outcome.state != "planned":
        raise click.ClickException(f"{job.folder}: {outcome.words}")
    peak_mib = max(peak[0] >> 20, outcome.memory_mb)
    return Measured(job.folder.name, job.seed, outcome.cpu_s, outcome.seconds, peak_mib)


def _watch(peak: list[int], is_over: threading.Event) -> None:
    """Keep the most that the children of this process hold together."""
    while not is_over.wait(LOOK_S):
        held = 0
        for process in psutil.Process().children(recursive=True):
            try:
                held += process.memory_info().rss
            except psutil.Error:  # it ended
                continue
        peak[0] = max(peak[0], held)


def deal_jobs(seconds: Sequence[float], workers: int) -> Dealt:
    """Return how it ends when workers take jobs in their order.

    Parameters
    ----------
    seconds
        Of each job, in the order in which they begin.
    """
    free = [(0.0, worker) for worker in range(workers)]
    counts = [0] * workers
    for took in seconds:
        now, worker = heapq.heappop(free)
        counts[worker] += 1
        heapq.heappush(free, (now + took, worker))
    return Dealt(
        workers, max(free)[0], statistics.fmean(end for end, _ in free), max(counts), min(counts)
    )


def link_region(room: Path, folders: Sequence[Path], count: int) -> Path:
    """Return a region of so many provinces, each of which is one of some folders."""
    region = room / f"region-{count}"
    region.mkdir()
    (region / "region.toml").write_text("[region]\n", encoding="utf-8")
    for number in range(count):
        own = folders[number % len(folders)].resolve()
        (region / f"{number:03}-{own.name}").symlink_to(own, target_is_directory=True)
    return region


def measure_report(region: Path, month: Month) -> tuple[int, float]:
    """Return the most MiB that `region report` held, and its seconds of processor time."""
    done = subprocess.run(
        [sys.executable, "-c", REPORT, region, str(month)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    cpu_s, kib = done.stderr.split()[-2:]
    return int(kib) >> 10, float(cpu_s)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--month", default="2026-12", show_default=True)
@click.option("--work", default=0.05, show_default=True)
@click.option("--runs", default=10, show_default=True, help="Copies planned, province by province.")
@click.option("--copies", default=63, show_default=True, help="Provinces dealt to workers.")
@click.option("--workers", default="1,2,16", show_default=True)
@click.option("--reports", default="5,20,63", show_default=True, help="Provinces in a report.")
def main(
    folder: Path, month: str, work: float, runs: int, copies: int, workers: str, reports: str
) -> None:
    """Print a line for each copy, each number of workers and each report."""
    wanted = Month.parse(month)
    let_children_start()
    with tempfile.TemporaryDirectory() as temporary:
        room = Path(temporary)
        provinces = read_region(folder).provinces
        # What is compiled once and kept on the disk is no part of what a province takes.
        run_job(copy_province(provinces[0], room / "first", wanted, 0, LEAST_WORK))
        jobs, found = [], {}
        for number in range(runs):
            source = provinces[number % len(provinces)]
            job = copy_province(
                source, room / f"{number:03}-{source.name}", wanted, number + 1, work
            )
            jobs.append(job)
            found[job] = measure_job(job)
            click.echo(json.dumps(asdict(found[job]), ensure_ascii=False))
        # Copy k takes as long as measured run k, counted round: `replace` makes it another job.
        dealt = [replace(jobs[k % runs], seed=k + 1) for k in range(copies)]
        measured = {job: found[jobs[k % runs]] for k, job in enumerate(dealt)}
        order = [measured[job] for job in order_jobs(dealt)]
        for count in map(int, workers.split(",")):
            end = deal_jobs([one.cpu_s for one in order], count)
            largest = sorted(one.peak_mib for one in order)[-count:]
            click.echo(json.dumps(asdict(end) | {"jobs": copies, "most_mib": sum(largest)}))
        for count in map(int, reports.split(",")):
            held, cpu_s = measure_report(
                link_region(room, [job.folder for job in jobs], count), wanted
            )
            click.echo(f"a report on {count} provinces holds {held} MiB, {cpu_s:.1f} s")


if __name__ == "__main__":
    main()
