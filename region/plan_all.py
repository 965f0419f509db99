"""The provinces of a region planned side by side, by processes of this machine or of a cluster."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from province.errors import DiskError, InputError, PlannerError
from province.language import message
from province.progress import Progress
from region.province_job import JobOutcome, ProvinceJob, let_children_start, run_job, stop_children

LOOK_AGAIN_S = 0.5
SITES = "libraries"

MOST_RETRIES = 2
"""How often a cluster tries a job again whose worker was lost."""


@dataclass(frozen=True, slots=True)
class Planners:
    """What plans provinces: an executor, and how many it plans at once (a cluster may grow)."""

    executor: Executor
    count: Callable[[], int]


@contextmanager
def open_processes(count: int | None = None) -> Iterator[Planners]:
    """Yield what plans so many provinces at once on this machine; as many as it has cores if None.

    Each is planned by a child process; here a thread waits for it.
    """
    let_children_start()
    number = count or os.cpu_count() or 1
    executor = ThreadPoolExecutor(number)
    try:
        yield Planners(executor, lambda: number)
    finally:
        stop_children()
        executor.shutdown(cancel_futures=True)


@contextmanager
def open_cluster(address: str | None = None, workers: int = 1) -> Iterator[Planners]:
    """Yield what plans provinces on the workers of a Dask cluster that all see the same folders.

    Parameters
    ----------
    address
        Of its scheduler, like ``tcp://10.0.0.5:8786``; a cluster on this machine if None.
    workers
        Of the cluster on this machine: so many provinces are planned at once.

    Raises
    ------
    InputError
        If the extra ``cluster`` is missing, or there is no scheduler at the address.
    """
    distributed = _load_distributed()
    cluster = None
    try:
        if address is None:
            cluster = distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None
            )
        client = distributed.Client(cluster or address, timeout="10s")
    except (OSError, ValueError) as error:
        raise InputError.of(
            "--scheduler", "", address or "",
            expected=message("the address of a Dask scheduler"),
            advice=message("start one with: dask scheduler ({error})", error=str(error)),
        ) from error  # fmt: skip
    try:
        executor = client.get_executor(pure=False, retries=MOST_RETRIES)
        yield Planners(executor, lambda: _count_threads(client))
    finally:
        client.close()
        if cluster is not None:
            cluster.close()


def _count_threads(client: Any) -> int:
    """Return how many jobs all workers of a cluster run at once, now."""
    try:
        return sum(client.nthreads().values())
    except OSError:  # the scheduler does not answer; what becomes of the jobs is told by them
        return 0


def _load_distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise InputError.of(
            "--scheduler, --local-cluster", "", "dask.distributed",
            expected=message("the extra cluster"),
            advice=message("install it with: pip install 'luanchuyen[cluster]'"),
        ) from error  # fmt: skip
    for name in ("distributed", "distributed.client"):  # what went wrong is told by us
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return distributed


def plan_side_by_side(
    jobs: Sequence[ProvinceJob], planners: Planners, progress: Progress
) -> tuple[JobOutcome, ...]:
    """Return what became of some jobs, in their order; one that fails never stops the others.

    The largest begin first, so that no long one is left over when all others are done. None is
    handed out before somebody is free: a cluster would deal them to workers that are at work.
    Ctrl-C ends those that run; what is planned already is kept, and told as ever.
    """
    waiting = order_jobs(jobs)
    running: dict[Future[JobOutcome], ProvinceJob] = {}
    found: dict[ProvinceJob, JobOutcome] = {}
    try:
        while waiting or running:
            while waiting and len(running) < max(1, planners.count()):
                job = waiting.pop(0)
                running[planners.executor.submit(run_job, job)] = job
            done, _ = wait(running, timeout=LOOK_AGAIN_S, return_when=FIRST_COMPLETED)
            for one in done:
                job = running.pop(one)
                found[job] = _read(job, one)
            if any(one.cancelled() for one in done):  # nobody is there to take the others
                found |= {job: _tell_lost(job) for job in (*waiting, *running.values())}
                break
            share = (len(found) + sum(map(_read_share, running.values()))) / len(jobs)
            told = message("{done} of {all} provinces", done=len(found), all=len(jobs))
            progress(told, share)
    except KeyboardInterrupt:
        stop_children()
        for one in running:
            one.cancel()
    return tuple(found.get(job) or _tell(job, "stopped", "") for job in jobs)


def order_jobs(jobs: Sequence[ProvinceJob]) -> list[ProvinceJob]:
    """Return jobs in the order in which they begin: the largest table of sites first.

    Time goes with the number of sites. Largest first is the rule LPT of Graham, "Bounds on
    multiprocessing timing anomalies", SIAM J. Appl. Math. 17 (1969): a third too long at most.
    """
    return sorted(jobs, key=lambda job: -_measure_sites(job.folder))


def _measure_sites(folder: Path) -> int:
    """Return the bytes of a province's table of sites; 0 where it has none."""
    return sum(path.stat().st_size for path in folder.glob(f"{SITES}.*") if path.is_file())


def _read(job: ProvinceJob, done: "Future[JobOutcome]") -> JobOutcome:
    if done.cancelled():
        return _tell_lost(job)
    error = done.exception()  # a worker that was lost too often, a full disk: the others go on
    if error is None:
        return done.result()
    if isinstance(error, PlannerError):
        return _tell(job, "failed", str(error), error.exit_code)
    return _tell(job, "failed", f"{type(error).__name__}: {error}", 1)


def _tell_lost(job: ProvinceJob) -> JobOutcome:
    lost = DiskError(
        message("the scheduler of the cluster went away: run this again when it is back")
    )
    return _tell(job, "failed", str(lost), lost.exit_code)


def _tell(job: ProvinceJob, state: Any, words: str, code: int = 130) -> JobOutcome:
    return JobOutcome(job.folder.name, state, code, words, "", "")


def _read_share(job: ProvinceJob) -> float:
    """Return how far a child is, by its own word."""
    try:
        return min(1.0, float(job.progress_file.read_text(encoding="ascii")))
    except (OSError, ValueError):
        return 0.0
