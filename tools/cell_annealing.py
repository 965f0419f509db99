"""Anneals a raster of communes towards what is known of them: areas, neighbours, borders, labels.

A cellular Potts model: squares of the raster change hands at the edges of communes, never so that
a commune falls apart or another gets a hole; what that costs is told by `Known` and the constants.

References
----------
Graner and Glazier, *Simulation of biological cell sorting using a two-dimensional extended Potts
model*, Physical Review Letters 69, 1992.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.annealing import Words, draw, is_accepted
from search.compiling import compiled, entry, woven

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int16]

AREA = 10.0
"""Cost of an area that is wrong, per its share times the square kilometres that are wrong."""
BORDER = 1.0
"""Cost of a border that is too long or short, per its share times the kilometres."""
NO_BORDER = 1.0
"""Cost of two neighbours that do not touch."""
FALSE_BORDER = 1.0
"""Cost of a kilometre between two that do not touch; half of it at once."""
EDGE = 0.5
"""Cost of a kilometre at the edge of the region."""
FALSE_EDGE = 3.0
"""Cost of a kilometre at the edge of the region that is not there."""
CIRCLE = 6.0
"""Cost of a square kilometre at a label that another commune has, falling to 0 at the radius."""
VOTE = 3.0
"""Cost of a square kilometre against the vote of all samples."""
SHORTEST_KM = 0.35
"""From here on a border counts as one."""

EAST = np.array([1, 1, 0, -1, -1, -1, 0, 1])
NORTH = np.array([0, 1, 1, 1, 0, -1, -1, -1])
"""The eight squares around one, in their order; those with even numbers have a side in common."""


class Known(NamedTuple):
    """What is known of the communes, by their numbers; lengths in kilometres.

    Parameters
    ----------
    side
        Of a square of the raster.
    x, y, radius, area
        Label in the raster's frame, largest circle about it, km².
    border
        (n + 1, n + 1): lengths of borders as a raster shows them, 0: do not touch; n is outside.
    is_inner
        Whether a commune has no part in the edge of the region.
    is_fixed
        (height, width): squares that never change hands.
    votes
        (samples, height, width): which commune each sample found there; may have no sample.
    """

    side: float
    x: Floats
    y: Floats
    radius: Floats
    area: Floats
    border: Floats
    is_inner: npt.NDArray[np.bool_]
    is_fixed: npt.NDArray[np.bool_]
    votes: Labels


class Standing(NamedTuple):
    """What the raster has: areas in km², lengths of borders in km; and room to work in.

    Parameters
    ----------
    near, near_km
        The communes around a square, and how much border each has with it.
    """

    area: Floats
    border: Floats
    near: npt.NDArray[np.int64]
    near_km: Floats


@woven
def measure_side(way: int, side: float) -> float:
    """Return the kilometres of border that two squares stand for (Cauchy and Crofton)."""
    return side * (math.pi / 8 if way % 2 == 0 else math.pi / 8 / math.sqrt(2.0))


@woven
def weigh_border(known: Known, a: int, b: int, length: float) -> float:
    """Return what a border of a length between two costs."""
    outside = len(known.area)
    if a == outside or b == outside:
        return length * (FALSE_EDGE if known.is_inner[min(a, b)] else EDGE)
    wanted = known.border[a, b]
    if wanted > 0.0:
        cost = float(BORDER * (length - wanted) ** 2 / (wanted + 2.0))
        return cost + NO_BORDER if length < SHORTEST_KM else cost
    return FALSE_BORDER * (length + 0.5) if length > 1e-9 else 0.0


@woven
def weigh_more(known: Known, standing: Standing, a: int, b: int, more: float) -> float:
    """Return what it costs that a border gets longer."""
    now = standing.border[a, b]
    return weigh_border(known, a, b, now + more) - weigh_border(known, a, b, now)


@woven
def weigh_place(known: Known, label: int, x: int, y: int) -> float:
    """Return what is lost where a commune loses a square near its label, by how near it is."""
    east, north = (x + 0.5) * known.side - known.x[label], (y + 0.5) * known.side - known.y[label]
    share = (east * east + north * north) / (known.radius[label] * known.radius[label])
    return CIRCLE * known.side * known.side * (1.0 - share) if share < 1.0 else 0.0


@woven
def weigh_area(known: Known, standing: Standing, label: int, more: float) -> float:
    """Return what it costs that a commune gets larger by so many km²."""
    wrong = standing.area[label] - known.area[label]
    return float(AREA * ((wrong + more) ** 2 - wrong**2) / known.area[label])


@compiled
def may_change(labels: Labels, x: int, y: int, a: int, b: int, outside: int) -> bool:
    """Whether a square may go from a to b: a stays whole, b gets no hole and has a side there."""
    parts_a, parts_b, has_side = 0, 0, False
    for way in range(8):
        here = labels[y + NORTH[way], x + EAST[way]]
        after = labels[y + NORTH[(way + 1) % 8], x + EAST[(way + 1) % 8]]
        parts_a += here == a and after != a
        parts_b += here == b and after != b
        has_side |= here == b and way % 2 == 0
    return has_side and parts_b <= 1 and (parts_a == 1 or (a == outside and parts_a == 0))


@compiled
def list_near(labels: Labels, x: int, y: int, known: Known, standing: Standing) -> int:
    """Note the communes around a square and how much border each has; return how many."""
    count = 0
    for way in range(8):
        label, length = labels[y + NORTH[way], x + EAST[way]], measure_side(way, known.side)
        for place in range(count):
            if standing.near[place] == label:
                standing.near_km[place] += length
                break
        else:
            standing.near[count], standing.near_km[count] = label, length
            count += 1
    return count


@compiled
def find_near(standing: Standing, count: int, label: int) -> float:
    """Return how much border a square has with a commune, kilometres."""
    for place in range(count):
        if standing.near[place] == label:
            return float(standing.near_km[place])
    return 0.0


@compiled
def weigh_change(
    labels: Labels, x: int, y: int, b: int, known: Known, standing: Standing, count: int
) -> float:
    """Return what it costs that a square goes to b."""
    a, outside, square = labels[y, x], len(known.area), known.side * known.side
    longer = find_near(standing, count, a) - find_near(standing, count, b)
    cost = weigh_more(known, standing, a, b, longer)
    for place in range(count):
        label, length = standing.near[place], standing.near_km[place]
        if label != a and label != b:
            cost += weigh_more(known, standing, a, label, -length)
            cost += weigh_more(known, standing, b, label, length)
    if a != outside:
        cost += weigh_area(known, standing, a, -square) + weigh_place(known, a, x, y)
    if b != outside:
        cost += weigh_area(known, standing, b, square) - weigh_place(known, b, x, y)
    samples = len(known.votes)
    for sample in range(samples):
        vote = known.votes[sample, y, x]
        cost += VOTE * square / samples * ((vote == a) - (vote == b))
    return cost


@compiled
def change(
    labels: Labels, x: int, y: int, b: int, known: Known, standing: Standing, count: int
) -> None:
    """Give a square to b."""
    a, border = labels[y, x], standing.border
    longer = find_near(standing, count, a) - find_near(standing, count, b)
    border[a, b] += longer
    border[b, a] += longer
    for place in range(count):
        label, length = standing.near[place], standing.near_km[place]
        if label != a and label != b:
            border[a, label] -= length
            border[label, a] -= length
            border[b, label] += length
            border[label, b] += length
    standing.area[a] -= known.side * known.side
    standing.area[b] += known.side * known.side
    labels[y, x] = b


@entry
def measure_standing(labels: Labels, known: Known, standing: Standing) -> None:
    """Note the areas and borders that a raster has, in place."""
    height, width = labels.shape
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            own = labels[y, x]
            standing.area[own] += known.side * known.side
            for way in range(8):
                other = labels[y + NORTH[way], x + EAST[way]]
                if other != own:
                    standing.border[own, other] += measure_side(way, known.side)


@entry
def anneal_cells(
    labels: Labels, known: Known, standing: Standing, random: Words, sweeps: int,
    hot: float, cold: float,
) -> None:  # fmt: skip
    """Let squares change hands, as many times as the raster has squares, `sweeps` times over."""
    height, width = labels.shape
    tries = sweeps * height * width
    for number in range(tries):
        place = int(draw(random) * (height - 2) * (width - 2))
        x, y = 1 + place % (width - 2), 1 + place // (width - 2)
        way = int(draw(random) * 8)
        a, b = labels[y, x], labels[y + NORTH[way], x + EAST[way]]
        if a == b or known.is_fixed[y, x]:
            continue
        if not may_change(labels, x, y, a, b, len(known.area)):
            continue
        count = list_near(labels, x, y, known, standing)
        cost = weigh_change(labels, x, y, b, known, standing, count)
        if is_accepted(cost, 0.0, hot + (cold - hot) * number / tries, random):
            change(labels, x, y, b, known, standing, count)
