"""All runs of a plan, side by side in processes; their number changes nothing."""

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from planning.simulate.events import Hazards
from planning.simulate.react import Given, Reactor
from planning.simulate.run import Lived, live_month
from province.language import message
from province.progress import Progress, ignore_progress
from routing.solver.workers import born_deaf, can_spawn, follow_parent

FEWEST = 8
"""Fewer runs than this are not worth another process."""


class _Player:
    """Lives a month again and again, and keeps what it measured."""

    def __init__(self, given: Given) -> None:
        self._given, self._reactor = given, Reactor(given)
        self._hazards = Hazards(given.province)

    def live(self, seed: int, run: int) -> Lived:
        return live_month(self._given, self._reactor, self._hazards, seed, run)


_own: list[_Player] = []  # what a worker process lives


def _start(given: Given) -> None:
    follow_parent()
    _own.append(_Player(given))


def _live_own(seed: int, run: int) -> Lived:
    return _own[0].live(seed, run)


@dataclass(frozen=True, slots=True)
class Runs:
    """What came of a plan in some runs, by number; `wanted` were asked for."""

    given: Given
    wanted: int
    lived: tuple[Lived, ...]

    @property
    def is_cut_short(self) -> bool:
        """Whether somebody stopped them before the last one."""
        return len(self.lived) < self.wanted


def live_months(
    given: Given,
    runs: int,
    *,
    seed: int = 0,
    workers: int = 0,
    progress: Progress = ignore_progress,
) -> Runs:
    """Return what comes of a plan in so many runs.

    Ctrl-C ends them; those that are done are kept.

    Parameters
    ----------
    workers
        Processes to share them out to; 0: as many as there are processors.
    """
    done: list[Lived] = []
    num = min(workers or os.cpu_count() or 1, runs)
    is_shared = num > 1 and runs >= FEWEST and can_spawn()
    try:
        found = (
            _share_out(given, runs, seed, num) if is_shared else _live_all(given, range(runs), seed)
        )
        for lived in found:
            done.append(lived)
            told = message("lived {done} of {runs} months", done=len(done), runs=runs)
            progress(told, len(done) / runs)
    except KeyboardInterrupt:
        pass  # what is done is worth telling
    return Runs(given, runs, tuple(sorted(done, key=lambda lived: lived.run)))


def _live_all(given: Given, runs: Iterable[int], seed: int) -> Iterator[Lived]:
    player = _Player(given)
    for run in runs:
        yield player.live(seed, run)


def _share_out(given: Given, runs: int, seed: int, workers: int) -> Iterator[Lived]:
    """Yield runs as they are done, in any order; those of processes that were lost, in this one."""
    context = multiprocessing.get_context("spawn")
    left = set(range(runs))
    with ProcessPoolExecutor(workers, context, _start, (given,)) as pool:
        try:
            with born_deaf():
                tasks = [pool.submit(_live_own, seed, run) for run in range(runs)]
            for task in as_completed(tasks):
                lived = task.result()
                left.discard(lived.run)
                yield lived
        except BrokenProcessPool:
            pass  # somebody ended one, as systems without memory do
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.kill()
            raise
    if left:
        yield from _live_all(given, sorted(left), seed)
