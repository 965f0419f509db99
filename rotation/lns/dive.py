"""Dives for a draft: the stays a relaxation is surest of are put, and the rest is relaxed anew.

A relaxation makes parts of stays and of visits, and knows nothing of memory between planned stays,
of rings and of even months. So only its surest stays are put at a time. What they forbid is
forbidden to the rest, visits that they make are free for the rest, and the relaxation goes on from
its prices.

References
----------
Sadykov, Vanderbeck, Pessoa, Tahiri, Uchoa, *INFORMS Journal on Computing* 31, 2019, 251-267
(diving with columns).
"""

import numpy as np
import numpy.typing as npt

from rotation.instance.arrays import Arrays, pad
from rotation.instance.instance import NEVER
from rotation.lagrangian.subgradient import Descent, Relaxed
from rotation.lns.lane import LEAST_SHARE, Lane
from rotation.problem import Floats, IndexStay
from search.rounding import add_up

PUT = 1e4
"""Points that a stay which was put counts more, so that paths go by way of it."""

SURE = 0.95
"""Stays of which a relaxation takes more are put however many were."""

WARM = 0.8
"""Share of a descent that is behind where it goes on from the prices of the part before."""

LEAST_VISIT = 0.1
"""Points that a visit counts at least which is not made yet."""


class Dive:
    """A dive on one lane, part by part; the lane's state holds what was put so far.

    Parameters
    ----------
    relaxed
        The relaxation of the lane's instance.
    dear
        How many times as dear visits are that no stay put so far makes: the relaxation shares a
        visit among parts of stays, so that it costs less than it will.
    """

    def __init__(self, lane: Lane, relaxed: Relaxed, dear: float) -> None:
        self.lane, self.relaxed, self.dear = lane, relaxed, dear
        self.arrays: Arrays = lane.state.arrays._replace(places=relaxed.places)
        descent = Descent(self.arrays)
        self.steps, self.terms = descent.steps, descent.terms
        self.prices = relaxed.bound.prices
        self.value, self.run_value = self.arrays.value.copy(), self.arrays.run_value.copy()
        self.put: set[tuple[int, ...]] = set()
        self.is_decided = np.zeros(len(self.run_value), dtype=bool)
        lane.state = lane.state._replace(arrays=self.arrays)
        lane.restart()

    def advance(self, done: float, rounds: int) -> None:
        """Solve the relaxation beside what was put, and put its surest stays.

        Parameters
        ----------
        done
            Share of the stays that are to be put by the end of this part, at most 1.
        rounds
            Rounds of descent.
        """
        descent = Descent(
            self._arrays_beside(), prices=self.prices, steps=self.steps, terms=self.terms
        )
        for number in range(rounds):
            descent.step(WARM + (1 - WARM) * number / rounds)
        self.relaxed, self.prices = descent.close(is_ranked=False), descent.prices
        wanted = done * float(add_up(self.relaxed.share))
        for row, share in zip(
            self.relaxed.stays.tolist(), self.relaxed.share.tolist(), strict=True
        ):
            if share < LEAST_SHARE or (len(self.put) >= wanted and share < SURE):
                break
            self._try(IndexStay(*row))
        self.lane.forbid(self.value)

    def close(self) -> None:
        """Fill the months left; the lane goes on from the best that it found, now or before."""
        self.lane.fill(self.relaxed.bound.guide)
        self.lane.adopt(self.lane.best)

    def _try(self, stay: IndexStay) -> None:
        """Put a stay if the rules let it stand beside those put before, else forbid it."""
        batch, library, first, end = stay
        if stay in self.put or (first < 0 and self.is_decided[batch]):
            return
        can_stand = self.lane.try_stay(stay)
        if first >= 0:
            months = end - first - 1
            new = self.value[batch, library, first, months] + PUT if can_stand else NEVER
            self.value[batch, library, first, months] = new
        elif can_stand:
            points, self.is_decided[batch] = self.run_value[batch, end], True
            self.run_value[batch] = NEVER
            self.run_value[batch, end] = points + PUT
        if can_stand:
            self.put.add(stay)

    def _arrays_beside(self) -> Arrays:
        """Return the instance beside what was put."""
        may: npt.NDArray[np.bool_] = np.any(np.isfinite(self.value), axis=(2, 3))
        own = zip(self.arrays.places, self.arrays.num_places.tolist(), may, strict=True)
        places, num_places = pad([row[:count][can[row[:count]]] for row, count, can in own])
        return self.arrays._replace(
            value=self.value,
            run_value=self.run_value,
            places=places,
            num_places=num_places,
            visit_points=self._price_visits(),
        )

    def _price_visits(self) -> Floats:
        """Return what a visit costs beside what was put: nothing where it is made.

        Elsewhere what it adds to uneven months counts as well, at the visits of the relaxation.
        """
        uneven, points = self.arrays.uneven, self.arrays.visit_points
        visits = count_parts(self.relaxed, points.shape).sum(axis=0)
        added = 2 * (uneven[:-1] * visits - uneven[-1] * add_up(visits))
        is_made = self.lane.state.changes > 0
        dear = np.maximum(self.dear * points + added, LEAST_VISIT)
        return np.where(is_made | (points <= 0), 0.0, dear)


def count_parts(relaxed: Relaxed, shape: tuple[int, ...]) -> Floats:
    """Return which part of a visit a relaxation makes: library, month."""
    _, libraries, first, end = relaxed.stays.T
    is_planned = first >= 0
    brought, fetched = np.zeros(shape), np.zeros((shape[0], shape[1] + 1))
    np.add.at(brought, (libraries[is_planned], first[is_planned]), relaxed.share[is_planned])
    np.add.at(fetched, (libraries, end), relaxed.share)
    parts: Floats = np.minimum(np.maximum(brought, fetched[:, :-1]), 1.0)
    return parts
