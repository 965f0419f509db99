"""One thread of the search: a board, the best schedule it found, and ways in and out."""

from dataclasses import dataclass

import numpy as np

from rotation.instance.arrays import Tables
from rotation.instance.instance import Schedule, Slot
from rotation.lagrangian.subgradient import Relaxed
from rotation.lns.ruin import Best, clear, fill, recall, search_on, try_stay
from rotation.lns.state import Board, new_board
from rotation.problem import Floats

LEAST_SHARE = 1e-3
"""Stays of which a relaxation takes less are not tried."""


@dataclass(slots=True)
class Lane:
    """A board and the best schedule found on it."""

    tables: Tables
    board: Board
    best: Best
    debts: float  # score of a board without any stay

    def restart(self) -> None:
        """Take everything but what stands there now, as short as the rules allow."""
        clear(self.tables, self.board, self.debts)

    def draft(self, guide: Floats) -> None:
        """Start anew: what stands there now, and each batch as well as it goes."""
        clear(self.tables, self.board, self.debts)
        fill(self.tables, self.board, self.best, guide)

    def round_off(self, relaxed: Relaxed) -> None:
        """Start anew from the stays that a relaxation takes, the largest share first."""
        self.tables = self.tables._replace(places=relaxed.places)
        clear(self.tables, self.board, self.debts)
        rows = np.stack([relaxed.batch, relaxed.library, relaxed.first, relaxed.end], axis=1)
        for b, *slot in rows[relaxed.share > LEAST_SHARE].tolist():
            try_stay(self.tables, self.board, b, *slot)
        fill(self.tables, self.board, self.best, relaxed.bound.guide)

    def run(self, guide: Floats, iterations: int, heat: float, cold: float) -> None:
        """Search on for so many iterations."""
        free = np.zeros_like(guide)
        search_on(self.tables, self.board, self.best, (guide, free), iterations, heat, cold)

    def adopt(self, other: "Lane") -> None:
        """Go on from the best schedule of another lane."""
        recall(self.tables, self.board, other.best, self.debts)

    def reprice(self, visit_points: Floats) -> None:
        """Go on from the best schedule at other prices of visits, as the best at these."""
        self.tables = self.tables._replace(visit_points=visit_points)
        if not np.isfinite(self.score):
            return
        recall(self.tables, self.board, self.best, self.debts)
        self.best.score[0] = self.board.score[0]

    @property
    def score(self) -> float:
        """Points less debts of the best schedule."""
        return float(self.best.score[0])

    def schedule(self) -> Schedule:
        """Return the best schedule."""
        best, tables = self.best, self.tables
        result: list[tuple[Slot, ...]] = []
        for b, row in enumerate(best.at.tolist()):
            slots: list[Slot] = []
            if best.run_end[b] >= 0:
                place, first = int(tables.run_library[b]), int(tables.run_first[b])
                slots.append((place, first, int(best.run_end[b])))
            slots += [
                (p, t, int(best.end[b, t]))
                for t, p in enumerate(row)
                if p >= 0 and best.first[b, t] == t
            ]
            result.append(tuple(slots))
        return tuple(result)


def new_lane(tables: Tables, num_pins: int, seed: int) -> Lane:
    """Return a lane with what stands there now, each stay as short as the rules allow."""
    board = new_board(tables, seed)
    best = Best(
        board.at.copy(),
        board.first.copy(),
        board.end.copy(),
        board.run_end.copy(),
        np.full(1, -np.inf),
    )
    debts = -tables.debt * (len(tables.floor_first) + num_pins)
    return Lane(tables, board, best, debts)
