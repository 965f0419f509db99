"""Searches of one month side by side in processes of their own."""

import dataclasses
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from routing.month.instance import MonthInstance

STREAMS = 2  # searches side by side; their number decides the result, not the cores
SERIAL_ROUNDS = 1500  # fewer rounds than this are not worth another process
IGNORED = ("SIGINT", "SIGHUP", "SIGBREAK")
"""What a terminal sends to all processes at once; a search ends when its parent says so."""

_own: list[MonthInstance] = []  # the month that a worker process works on
Task = TypeVar("Task")
Answer = TypeVar("Answer")


def _start_worker(instance: MonthInstance) -> None:
    _own.append(instance)
    follow_parent()


def follow_parent() -> None:
    """Leave what a terminal sends to the parent of this process, and end when it is gone."""
    for name in IGNORED:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent is gone, even killed: nobody would read its answer."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


class Workers:
    """Runs searches side by side in processes, or one after the other with the same result."""

    def __init__(self, instance: MonthInstance, rounds: int) -> None:
        self.instance = instance
        self.pool: ProcessPoolExecutor | None = None
        if rounds >= SERIAL_ROUNDS and (os.cpu_count() or 1) > 1 and can_spawn():
            self.pool = ProcessPoolExecutor(
                STREAMS,
                multiprocessing.get_context("spawn"),
                _start_worker,
                (dataclasses.replace(instance, cache={}),),
            )

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)
            if kind is not None:  # nobody reads the answers, and the program would wait for them
                for process in multiprocessing.active_children():
                    process.kill()

    def run(
        self, search: Callable[[MonthInstance, Task], Answer], tasks: list[Task]
    ) -> list[Answer]:
        """Return the answers in the order of the tasks."""
        if self.pool is not None:
            try:
                with born_deaf():
                    answers = self.pool.map(partial(_run_own, search), tasks)
                return list(answers)
            except BrokenProcessPool:
                self.pool = None
        return [search(self.instance, task) for task in tasks]


def _run_own(search: Callable[[MonthInstance, Task], Answer], task: Task) -> Answer:
    """Run a search on the month of this process."""
    return search(_own[0], task)


@contextmanager
def born_deaf() -> Iterator[None]:
    """Start processes that never hear Ctrl-C, not even before `_start_worker` has run."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def can_spawn() -> bool:
    """Whether a new process can find the main module (not when it came from standard input)."""
    import __main__

    path = getattr(__main__, "__file__", None)
    is_child = multiprocessing.current_process().daemon or multiprocessing.parent_process()
    return not is_child and (path is None or os.path.exists(path))  # noqa: PTH110
