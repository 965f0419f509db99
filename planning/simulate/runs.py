"""All runs of a plan, side by side in processes; their number changes nothing."""

from dataclasses import dataclass

from planning.side_by_side import work_side_by_side
from planning.simulate.events import Hazards
from planning.simulate.react import Given, Reactor
from planning.simulate.run import Lived, live_month
from province.language import message
from province.progress import Progress, ignore_progress

FEWEST = 8
"""Fewer runs than this are not worth another process."""


class _Player:
    """Lives a month again and again, and keeps what it measured."""

    def __init__(self, given: tuple[Given, int]) -> None:
        self._given, self._seed = given
        self._reactor, self._hazards = Reactor(self._given), Hazards(self._given.province)

    def __call__(self, run: int) -> Lived:
        return live_month(self._given, self._reactor, self._hazards, self._seed, run)


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
    try:
        for _, lived in work_side_by_side(
            _Player, (given, seed), range(runs), workers=workers, fewest=FEWEST
        ):
            done.append(lived)
            told = message("lived {done} of {runs} months", done=len(done), runs=runs)
            progress(told, len(done) / runs)
    except KeyboardInterrupt:
        pass  # what is done is worth telling
    return Runs(given, runs, tuple(sorted(done, key=lambda lived: lived.run)))
