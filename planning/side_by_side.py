"""Works tasks off side by side in processes; their number changes nothing but the time."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from routing.solver.workers import born_deaf, can_spawn, follow_parent

Given = TypeVar("Given")
Task = TypeVar("Task")
Answer = TypeVar("Answer")

_own: list[Callable[[Any], Any]] = []  # what a worker process works with


def _start(begin: Callable[[Any], Callable[[Any], Any]], given: Any) -> None:
    follow_parent()
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
    if num > 1 and len(tasks) >= fewest and can_spawn():
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
            with born_deaf():
                waiting = {pool.submit(_work_own, task): task for task in tasks}
            for done in as_completed(waiting):
                yield waiting[done], done.result()
        except BrokenProcessPool:
            pass  # somebody ended one, as systems without memory do
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.kill()
            raise
