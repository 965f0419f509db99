"""How much work a search may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

CHUNKS = 160  # steps in which a stream cools down


class Effort(Protocol):
    """Rounds that repeat, or what a benchmark counts instead."""

    def share(self, chunks_done: int) -> float:
        """Return which part of the work is done."""

    def next_chunk(self, speed: float) -> int:
        """Return the rounds to run before looking again, at so many rounds a second."""

    def choice_limits(self, num_columns: int) -> Mapping[str, float]:
        """Return CP-SAT's parameters for the choice from so many columns."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """So many rounds of ruin and recreate in each stream; the same rounds give the same answer."""

    rounds: int

    def share(self, chunks_done: int) -> float:
        """Return which part of the work is done."""
        return chunks_done / CHUNKS

    def next_chunk(self, speed: float) -> int:
        """Return the rounds to run before looking again."""
        return max(1, self.rounds // CHUNKS)

    def choice_limits(self, num_columns: int) -> Mapping[str, float]:
        """Return CP-SAT's parameters, which give the same answer each time."""
        return {"num_workers": 1, "max_deterministic_time": 1.0 + min(10.0, num_columns / 2000)}
