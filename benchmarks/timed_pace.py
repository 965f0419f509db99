"""A search of the rotation by the clock: as far as some seconds go, on whatever machine."""

from dataclasses import dataclass, field
from time import monotonic

from rotation.lns.params import PARAMS, Pace

EPOCHS = 4 * PARAMS.epochs

SHARE_FOR_BOUND, SHARE_FOR_GROUPS = 0.3, 0.75
"""Share of the time that the bound may take; of it, the closer bound's."""


@dataclass(slots=True)
class TimedPace(Pace):
    """How far the search is in its seconds, and how many iterations fit into the next epoch.

    Parameters
    ----------
    has_groups
        Whether several batches may share demand, so that a closer bound follows the first.
    """

    seconds: float = 60.0
    has_groups: bool = False
    started: float = field(default_factory=monotonic)
    searching: float | None = None
    fitted: int = 200

    @property
    def iterations(self) -> int:
        """Iterations of the next epoch."""
        return self.fitted

    @property
    def done(self) -> float:
        """Share of the search that is done, from 0 to 1; the first look begins it."""
        if self.searching is None:
            self.searching = monotonic()
        left = self.seconds - (self.searching - self.started)
        return min(1.0, (monotonic() - self.searching) / max(left, 1e-9))

    @property
    def step(self) -> float:
        """Share of the search that an epoch takes."""
        return 1 / EPOCHS

    def next_epoch(self) -> None:
        """Count an epoch, and fit the next one to the time."""
        self.epoch += 1
        spent = (monotonic() - (self.searching or self.started)) / self.epoch
        wanted = self.seconds / EPOCHS
        self.fitted = max(20, int(self.fitted * min(4.0, wanted / max(spent, 1e-6))))

    def bounded(self, rounds: int) -> float:
        """Return the share of the relaxation that is done."""
        share = SHARE_FOR_BOUND * (1 - SHARE_FOR_GROUPS if self.has_groups else 1.0)
        return (monotonic() - self.started) / (share * self.seconds)

    def refined(self, rounds: int) -> float:
        """Return the share of the closer bound that is done."""
        share = (monotonic() - self.started) / (SHARE_FOR_BOUND * self.seconds)
        return (share - 1 + SHARE_FOR_GROUPS) / SHARE_FOR_GROUPS
