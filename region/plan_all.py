"""The provinces of a region planned side by side, by processes of this machine or of a cluster."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from province.errors import InputError, PlannerError
from province.language import message
from province.progress import Progress
from region.province_job import JobOutcome, ProvinceJob, let_children_start, run_job, stop_children

LOOK_AGAIN_S = 0.5

MOST_RETRIES = 2
"""How often a cluster tries a job again whose worker was lost."""


@contextmanager
def open_processes(count: int | None = None) -> Iterator[Executor]:
    """Yield what plans so many provinces at once on this machine; as many as it has cores if None.

    Each is planned by a child process; here a thread waits for it.
    """
    let_children_start()
    executor = ThreadPoolExecutor(count or os.cpu_count() or 1)
    try:
        yield executor
    finally:
        stop_children()
        executor.shutdown(cancel_futures=True)


@contextmanager
def open_cluster(address: str | None = None, workers: int = 1) -> Iterator[Executor]:
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
        yield client.get_executor(pure=False, retries=MOST_RETRIES)
    finally:
        client.close()
        if cluster is not None:
            cluster.close()


def _load_distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise InputError.of(
            "--scheduler, --local-cluster", "", "dask.distributed",
            expected=message("the extra cluster"),
            advice=message("install it with: pip install 'luanchuyen[cluster]'"),
        ) from error  # fmt: skip
    return distributed


def plan_side_by_side(
    jobs: Sequence[ProvinceJob], executor: Executor, progress: Progress
) -> tuple[JobOutcome, ...]:
    """Return what became of some jobs, in their order; one that fails never stops the others.

    Ctrl-C ends those that run; what is planned already is kept, and told as ever.
    """
    running = {executor.submit(run_job, job): job for job in jobs}
    found: dict[ProvinceJob, JobOutcome] = {}
    left = set(running)
    try:
        while left:
            done, left = wait(left, timeout=LOOK_AGAIN_S, return_when=FIRST_COMPLETED)
            found |= {running[one]: _read(running[one], one) for one in done}
            share = (len(found) + sum(_read_share(running[one]) for one in left)) / len(jobs)
            told = message("{done} of {all} provinces", done=len(found), all=len(jobs))
            progress(told, share)
    except KeyboardInterrupt:
        stop_children()
        for one in left:
            one.cancel()
    return tuple(found.get(job) or _tell(job, "stopped", "") for job in jobs)


def _read(job: ProvinceJob, done: "Future[JobOutcome]") -> JobOutcome:
    error = done.exception()  # a worker that was lost too often, a full disk: the others go on
    if error is None:
        return done.result()
    if isinstance(error, PlannerError):
        return _tell(job, "failed", str(error), error.exit_code)
    return _tell(job, "failed", f"{type(error).__name__}: {error}", 1)


def _tell(job: ProvinceJob, state: Any, words: str, code: int = 130) -> JobOutcome:
    return JobOutcome(job.folder.name, state, code, words, "", "")


def _read_share(job: ProvinceJob) -> float:
    """Return how far a child is, by its own word."""
    try:
        return min(1.0, float(job.progress_file.read_text(encoding="ascii")))
    except (OSError, ValueError):
        return 0.0
