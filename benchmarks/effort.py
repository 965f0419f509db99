"""How much work a search may do: rounds that repeat, or seconds; and work cut into legs."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from routing.pvrp.search import CHUNKS

CHOICE_SHARE, CHOICE_LEAST_S, CHOICE_MOST_S = 0.08, 1.0, 4.0  # of the seconds, for the choice
CHOICE_MOST_SHARE = 0.15
OVERRUN_S = 1e-4  # for each column
FIRST_LEG = 0.5  # share of the work in the first of several legs


@dataclass(frozen=True, slots=True)
class Rounds:
    """So many rounds of ruin and recreate in each stream; the same rounds give the same answer."""

    rounds: int

    def share(self, chunks_done: int) -> float:
        """Return which part of the work is done."""
        return chunks_done / CHUNKS

    def next_chunk(self, speed: float) -> int:
        """Return the rounds to run before looking again, at so many rounds a second."""
        return max(1, self.rounds // CHUNKS)

    def choice_limits(self, num_columns: int) -> Mapping[str, float]:
        """Return CP-SAT's parameters, which give the same answer each time."""
        return {"num_workers": 1, "max_deterministic_time": 1.0 + min(10.0, num_columns / 2000)}


@dataclass(frozen=True, slots=True)
class Seconds:
    """So many seconds by the clock from `start` on, the last of them for the choice."""

    seconds: float
    start: float = field(default_factory=time.perf_counter)
    workers: int = 2

    @property
    def search_s(self) -> float:
        """Seconds before the choice begins."""
        least = min(CHOICE_LEAST_S, CHOICE_MOST_SHARE * self.seconds)
        return self.seconds - min(CHOICE_MOST_S, max(least, CHOICE_SHARE * self.seconds))

    def share(self, chunks_done: int) -> float:
        """Return which part of the time is gone."""
        return (time.perf_counter() - self.start) / self.search_s

    def next_chunk(self, speed: float) -> int:
        """Return about as many rounds as a chunk of the time holds."""
        return max(20, int(speed * self.seconds / CHUNKS))

    def choice_limits(self, num_columns: int) -> Mapping[str, float]:
        """Return CP-SAT's limit; it keeps it later with more columns."""
        left = self.seconds - (time.perf_counter() - self.start)
        limit = max(0.2, left - 0.45 - OVERRUN_S * num_columns)
        return {"num_workers": self.workers, "max_time_in_seconds": limit}


Effort = Seconds | Rounds


def cut_legs(effort: Effort, count: int) -> list[Effort]:
    """Return the work cut into so many legs, the first the longest."""
    if count == 1:
        return [effort]
    if isinstance(effort, Rounds):
        first = int(effort.rounds * FIRST_LEG)
        return [Rounds(first), *[Rounds((effort.rounds - first) // (count - 1))] * (count - 1)]
    begin = effort.seconds * FIRST_LEG
    other = (effort.seconds - begin) / (count - 1)
    later = [Seconds(other, effort.start + begin + k * other) for k in range(count - 1)]
    return [Seconds(begin, effort.start), *later]
