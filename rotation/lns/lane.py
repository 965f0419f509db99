"""One thread of the search: a state, the best schedule it found, and ways in and out."""

from dataclasses import dataclass

import numpy as np

from rotation.instance.arrays import Arrays
from rotation.lagrangian.subgradient import Relaxed
from rotation.lns.ruin import (
    CLEAR,
    FILL,
    FORBID,
    KEEP,
    RECALL,
    SEARCH,
    TRY_STAY,
    Best,
    Order,
    obey,
)
from rotation.lns.state import LnsState, new_state
from rotation.problem import Floats, IndexStay, Schedule

LEAST_SHARE = 1e-3
"""Stays of which a relaxation takes less are not tried."""


@dataclass(slots=True, eq=False)
class Lane:
    """A state and the best schedule found on it; `debts` is the score without any stay."""

    state: LnsState
    best: Best
    debts: float

    def restart(self, guide: Floats | None = None) -> None:
        """Take everything but what stands there now, and fill each batch's months by a guide."""
        self._obey(Order(CLEAR, score=self.debts))
        if guide is not None:
            self.fill(guide)

    def round_off(self, relaxed: Relaxed) -> None:
        """Start anew from the stays that a relaxation takes, the largest share first."""
        arrays = self.state.arrays._replace(places=relaxed.places)
        self.state = self.state._replace(arrays=arrays)
        self.restart()
        for row in relaxed.stays[relaxed.share > LEAST_SHARE].tolist():
            self.try_stay(IndexStay(*row))
        self.fill(relaxed.bound.guide)

    def run(self, guide: Floats, iterations: int, heat: float, cold: float) -> None:
        """Search on for so many iterations."""
        guides = (guide, np.zeros_like(guide))
        self._obey(Order(SEARCH, guides, iterations, heat, cold))

    def adopt(self, best: Best) -> None:
        """Go on from a schedule."""
        obey(self.state, best, Order(RECALL, score=self.debts))

    def try_stay(self, stay: IndexStay) -> bool:
        """Put a stay where every rule lets it stand; return whether one does."""
        return self._obey(Order(TRY_STAY, stay=stay))

    def keep(self) -> None:
        """Take the schedule of the state as the best."""
        self._obey(Order(KEEP))

    def forbid(self, value: Floats) -> None:
        """Set the points of stays that cannot stand beside those of the state to −inf."""
        self._obey(Order(FORBID, value=value))

    def fill(self, guide: Floats) -> None:
        """Fill the free months of every batch."""
        self._obey(Order(FILL, (guide, guide)))

    def _obey(self, order: Order) -> bool:
        return obey(self.state, self.best, order)

    def reprice(self, visit_points: Floats) -> None:
        """Go on from the best schedule at other prices of visits, as the best at these."""
        arrays = self.state.arrays._replace(visit_points=visit_points)
        self.state = self.state._replace(arrays=arrays)
        if np.isfinite(self.score):
            self.adopt(self.best)
            self.best.score[0] = self.state.score[0]

    @property
    def score(self) -> float:
        """Points less debts of the best schedule."""
        return float(self.best.score[0])

    def schedule(self) -> Schedule:
        """Return the best schedule."""
        best, arrays = self.best, self.state.arrays
        result: list[tuple[IndexStay, ...]] = []
        for b, row in enumerate(best.at.tolist()):
            stays: list[IndexStay] = []
            if best.run_end[b] >= 0:
                place, first = int(arrays.run_library[b]), int(arrays.run_first[b])
                stays.append(IndexStay(b, place, first, int(best.run_end[b])))
            stays += [
                IndexStay(b, p, t, int(best.end[b, t]))
                for t, p in enumerate(row)
                if p >= 0 and best.first[b, t] == t
            ]
            result.append(tuple(stays))
        return tuple(result)


def new_lane(arrays: Arrays, seed: int) -> Lane:
    """Return a lane with what stands there now, each stay as short as the rules allow."""
    state = new_state(arrays, seed)
    best = Best(
        state.at.copy(),
        state.first.copy(),
        state.end.copy(),
        state.run_end.copy(),
        np.full(1, -np.inf),
    )
    debts = -arrays.debt * (len(arrays.floor_first) + arrays.num_pins)
    return Lane(state, best, debts)
