"""Ruin and recreate for fewer routes: absence counters decide before the cost, compiled.

References
----------
Christiaens and Vanden Berghe, *Slack induction by string removals for vehicle routing problems*,
Transportation Science 54, 2020, 417-433: absence counters.
"""

import numpy as np
import numpy.typing as npt

from benchmarks.pairs import try_round
from routing.pvrp.anneal import add_up, keep_best, refresh, restore, settle_round
from routing.pvrp.model import NOW, Ints, Model, State
from search.annealing import is_accepted
from search.compiling import compiled, entry

Longs = npt.NDArray[np.int64]


@compiled
def count_absences(absences: Longs, s: State, num_lost: int) -> int:
    """Return how often the pairs left out in this round were left out before."""
    counts = 0
    for i in range(num_lost):
        counts += absences[s.lost[i]]
    return counts


@entry
def anneal_absent(
    m: Model, s: State, upto: Ints, absences: Longs, rounds: int, heat: float, mean: float,
    longest: float,
) -> None:  # fmt: skip
    """Run so many rounds at one temperature, or until every pair is served."""
    refresh(m, s)
    before = 0
    for i in range(s.num_absent[0]):
        before += absences[s.absent[i]]
    for _ in range(rounds):
        num_lost, lost = try_round(m, s, upto, mean, longest)
        total = add_up(s, lost)
        counts = count_absences(absences, s, num_lost)
        is_cheaper = is_accepted(total, s.value[NOW], heat, s.rng)
        for i in range(num_lost):
            absences[s.lost[i]] += 1
        if not (counts < before or (counts == before and is_cheaper)):
            restore(m, s)
            continue
        settle_round(s, num_lost, lost, total)
        before = count_absences(absences, s, num_lost)
        if num_lost == 0:
            keep_best(s, total)
            return
