"""Works tasks off side by side in processes; their number changes nothing but the time."""

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

IGNORED = ("SIGINT", "SIGHUP", "SIGBREAK")
"""What a terminal sends to all processes at once; a process ends when its parent says so."""

Given = TypeVar("Given")
Task = TypeVar("Task")
Answer = TypeVar("Answer")

_own: list[Callable[[Any], Any]] = []  # what a worker process works with


def _start(begin: Callable[[Any], Callable[[Any], Any]], given: Any) -> None:
    _follow_parent()
    _own.append(begin(given))


def _work_own(task: Any) -> Any:
    return _own[0](task)


def work_side_by_side(
    begin: Callable[[Given], Callable[[Task], Answer]],
    given: Given,
    tasks: Sequence[Task],
    *,
    workers: int = 0,
    fewest: int = 2,
) -> Iterator[tuple[Task, Answer]]:
    """Yield tasks with their answers as they are done, in any order.

    Whoever stops asking, by Ctrl-C too, ends the processes. Tasks of processes that were lost are
    done in this one.

    Parameters
    ----------
    begin
        Makes of what is given what works a task off; both can be pickled. Called in each process.
    tasks
        All different, and hashable.
    workers
        Processes; 0: as many as there are processors.
    fewest
        Fewer tasks than this are not worth another process.
    """
    num = min(workers or os.cpu_count() or 1, len(tasks))
    left = dict.fromkeys(tasks)
    if num > 1 and len(tasks) >= fewest and _can_spawn():
        for task, answer in _share_out(begin, given, tasks, num):
            del left[task]
            yield task, answer
    if left:
        work = begin(given)
        for task in left:
            yield task, work(task)


def _share_out(
    begin: Callable[[Given], Callable[[Task], Answer]],
    given: Given,
    tasks: Sequence[Task],
    workers: int,
) -> Iterator[tuple[Task, Answer]]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _start, (begin, given)) as pool:
        try:
            with _born_deaf():
                waiting = {pool.submit(_work_own, task): task for task in tasks}
            for done in as_completed(waiting):
                yield waiting[done], done.result()
        except BrokenProcessPool:
            pass  # somebody ended one, as systems without memory do
        except BaseException:
            for process in multiprocessing.active_children():
                process.kill()
            raise


def _follow_parent() -> None:
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


@contextmanager
def _born_deaf() -> Iterator[None]:
    """Start processes that never hear Ctrl-C, not even before `_start` has run."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _can_spawn() -> bool:
    """Whether a new process can find the main module (not when it came from standard input)."""
    import __main__

    path = getattr(__main__, "__file__", None)
    is_child = multiprocessing.current_process().daemon or multiprocessing.parent_process()
    return not is_child and (path is None or os.path.exists(path))  # noqa: PTH110
