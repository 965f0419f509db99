"""Where and when a track stands, and the points of its way in between.

References
----------
Li and others, Mining user similarity based on location history, ACM SIGSPATIAL GIS 2008 (stay
points: a while within a distance).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from roads.array_types import Floats

STAND_M, STAND_MIN = 100.0, 3.0
"""Who stays so near for so long stands: assumptions, wider than points scatter."""

STEP_M = 100.0
"""Points of a way are at least so far apart: nearer ones tell of the signal, not of the way."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A while at one place.

    Parameters
    ----------
    first, last
        Indices of its points.
    from_min, to_min
        Minutes after midnight.
    at
        Its middle, in metres.
    """

    first: int
    last: int
    from_min: float
    to_min: float
    at: tuple[float, float]

    @property
    def minutes(self) -> float:
        """How long it lasted."""
        return self.to_min - self.from_min


def find_stands(minutes: Floats, metres: Floats) -> tuple[Stand, ...]:
    """Return where somebody stood, in the order of time; a time without signal counts as well.

    Parameters
    ----------
    minutes
        Ascending.
    metres
        Where; shape (points, 2).
    """
    whens, places = minutes.tolist(), metres.tolist()
    stands: list[Stand] = []
    first, count = 0, len(whens)
    while first < count:
        last = first
        while last + 1 < count and math.dist(places[first], places[last + 1]) <= STAND_M:
            last += 1
        if whens[last] - whens[first] < STAND_MIN:
            first += 1
            continue
        own = _make_stand(first, last, minutes, metres)
        if stands and _is_same(stands[-1], own):
            own = _make_stand(stands.pop().first, last, minutes, metres)
        stands.append(own)
        first = last + 1
    return tuple(stands)


def _make_stand(first: int, last: int, minutes: Floats, metres: Floats) -> Stand:
    x, y = np.median(metres[first : last + 1], axis=0).tolist()
    return Stand(first, last, float(minutes[first]), float(minutes[last]), (x, y))


def _is_same(one: Stand, other: Stand) -> bool:
    return math.dist(one.at, other.at) <= STAND_M and other.from_min - one.to_min <= STAND_MIN


def list_drives(stands: Iterable[Stand], metres: Floats) -> tuple[tuple[int, ...], ...]:
    """Return the points of each way between stands, `STEP_M` apart at least."""
    drives, begin = [], 0
    for stand in stands:
        drives.append(_thin(range(begin, stand.first + 1), metres))
        begin = stand.last
    drives.append(_thin(range(begin, len(metres)), metres))
    return tuple(drive for drive in drives if len(drive) > 1)


def _thin(points: range, metres: Floats) -> tuple[int, ...]:
    """Return some points of a range: the first, the last, and those between that are far enough."""
    if not len(points):
        return ()
    places = metres[points.start : points.stop].tolist()
    kept = [0]
    for k in range(1, len(places) - 1):
        if math.dist(places[kept[-1]], places[k]) >= STEP_M:
            kept.append(k)
    if len(places) > 1:
        if len(kept) > 1 and math.dist(places[kept[-1]], places[-1]) < STEP_M:
            kept.pop()
        kept.append(len(places) - 1)
    return tuple(points.start + k for k in kept)
