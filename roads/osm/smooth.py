"""Smooths heights along the roads, so that the terrain model's noise is no climb.

They are read at places along each road.

Of all profiles the one is taken that minimises, summed along the roads,

    ½ (height − terrain)² + ½ `SMOOTH_M`⁴ curvature² + ½ `EVEN_M`² slope² + `FLATTEN_M2` |slope|

The second term smooths each road over about `SMOOTH_M` and leaves even climbs as they are. The last
(total variation) takes out ups and downs whose area in the profile is small, and leaves long climbs
as they are; towards a dead end it fades over `FADE_M`, for it would pull the end of a climb down.
The third is slight; it is made heavier where a road would be steeper than roads are. On bridges, in
tunnels and where the terrain is void, the first two are missing: the height runs evenly from one
end to the other.

References
----------
L. Rudin, S. Osher, E. Fatemi (1992), Nonlinear total variation based noise removal algorithms,
Physica D 60; solved by iteratively reweighted least squares.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, diags_array
from scipy.sparse.linalg import splu

from province.roads import RoadClass, Surface
from roads.array_types import Floats, Ints, Truths
from roads.osm.extract import BRIDGE, TUNNEL
from roads.osm.lines import Line

SMOOTH_M = 100.0  # assumption: about a cell of SRTM
EVEN_M = 40.0  # assumption
FLATTEN_M2 = 300.0  # assumption: bumps of 5 m over 240 m are noise of SRTM
FADE_M = 300.0  # assumption
LEAST_FADE = 0.01
NUM_ROUNDS = 8  # then heights change by 2 cm on average if it goes on
LEAST_CLIMB_M = 0.01  # between two places; less is level
PULL = 1e-9  # of places without any terrain to the mean height
SHORTEST_M = 1.0  # no step counts as shorter
SPACING_M = 25.0  # between places where the terrain is read
MOST_PAVED_PCT = 25.0  # what no paved road exceeds: steeper is a fault of the terrain model
MOST_UNPAVED_PCT = 35.0
PAVED = frozenset({Surface.ASPHALT, Surface.CONCRETE})


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Places along all lines where the terrain is read, lines one after the other.

    Parameters
    ----------
    lon, lat
        EPSG:4326 degrees.
    node
        Number of the place in the network: places at a junction share theirs.
    is_solid
        False on bridges and in tunnels, where the terrain is not the road.
    first
        Where the places of each line begin; one more at the end.
    spacing_m
        For each line the metres between its places.
    most_slope
        For each line the slope that no such road exceeds.
    """

    lon: Floats
    lat: Floats
    node: Ints
    is_solid: Truths
    first: Ints
    spacing_m: Floats
    most_slope: Floats


def smooth_heights(samples: Samples, seen_m: Floats) -> Floats:
    """Return a height for each place of the network (the numbers in `samples.node`).

    Parameters
    ----------
    seen_m
        Terrain at each sample, NaN where void.
    """
    num_places = int(samples.node.max()) + 1
    tails = np.delete(np.arange(len(seen_m)), samples.first[1:] - 1)
    step_m = np.maximum(np.repeat(samples.spacing_m, np.diff(samples.first) - 1), SHORTEST_M)
    from_node, to_node = samples.node[tails], samples.node[tails + 1]
    is_known = samples.is_solid & ~np.isnan(seen_m)
    share_m = np.zeros(len(seen_m))
    share_m[tails] += step_m / 2
    share_m[tails + 1] += step_m / 2
    share_m *= is_known
    sums = np.bincount(samples.node, weights=share_m, minlength=num_places)
    weight = np.asarray(sums + PULL, dtype=np.float64)
    seen = np.where(is_known, seen_m, 0.0)
    moments = np.bincount(samples.node, weights=share_m * seen, minlength=num_places)
    total = moments + PULL * float(moments.sum() / weight.sum())
    has_height: Truths = sums > 0
    even = EVEN_M**2 / step_m
    base = _bend_matrix(from_node, to_node, step_m, has_height) + diags_array(weight)
    most_climb_m = np.repeat(samples.most_slope, np.diff(samples.first) - 1) * step_m
    fade = _fade_to_dead_ends(samples)[tails]
    flatten = np.zeros(len(tails))
    heights_m = np.zeros(num_places)
    for _ in range(NUM_ROUNDS):
        matrix = (base + _slope_matrix(from_node, to_node, even + flatten, num_places)).tocsc()
        heights_m = splu(
            matrix,
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        ).solve(total)
        climb_m = np.abs(heights_m[to_node] - heights_m[from_node])
        flatten = fade * FLATTEN_M2 / np.maximum(climb_m, LEAST_CLIMB_M)
        even = even * np.maximum(1.0, climb_m / np.maximum(most_climb_m, LEAST_CLIMB_M))
    return heights_m


def _fade_to_dead_ends(samples: Samples) -> Floats:
    """Return for each step from a sample to the next a share: 1, but less near a dead end."""
    starts, ends = samples.first[:-1], samples.first[1:] - 1
    uses = np.bincount(np.concatenate((samples.node[starts], samples.node[ends])))
    sizes = ends - starts + 1
    place = np.arange(len(samples.node)) - np.repeat(starts, sizes) + 0.5  # middle of each step
    spacing_m = np.repeat(samples.spacing_m, sizes)
    from_start_m, to_end_m = place * spacing_m, (np.repeat(sizes - 1, sizes) - place) * spacing_m
    far_m = np.minimum(
        np.where(np.repeat(uses[samples.node[starts]] == 1, sizes), from_start_m, FADE_M),
        np.where(np.repeat(uses[samples.node[ends]] == 1, sizes), to_end_m, FADE_M),
    )
    return np.clip(far_m / FADE_M, LEAST_FADE, 1.0)


def _slope_matrix(
    from_node: Ints, to_node: Ints, stiffness: Floats, size: int
) -> "csc_array[np.float64]":
    """Return the matrix of Σ stiffness · climb² over all steps."""
    rows = np.concatenate((from_node, to_node))
    columns = np.concatenate((to_node, from_node))
    both = np.concatenate((stiffness, stiffness))
    around = csc_array((-both, (rows, columns)), shape=(size, size))
    return (around + diags_array(np.bincount(rows, weights=both, minlength=size))).tocsc()


def _bend_matrix(
    from_node: Ints, to_node: Ints, step_m: Floats, has_height: Truths
) -> "csc_array[np.float64]":
    """Return the matrix of Σ curvature² where a road goes on: two steps meet, terrain is known."""
    size = len(has_height)
    here = np.concatenate((from_node, to_node))
    there = np.concatenate((to_node, from_node))
    length_m = np.concatenate((step_m, step_m))
    order = np.argsort(here, kind="stable")
    here, there, length_m = here[order], there[order], length_m[order]
    counts = np.bincount(here, minlength=size)
    begin = np.cumsum(counts) - counts
    places = np.flatnonzero((counts == 2) & has_height)
    one, two = begin[places], begin[places] + 1
    middle_m = (length_m[one] + length_m[two]) / 2
    factor = SMOOTH_M**2 / np.sqrt(middle_m)
    rows = np.tile(np.arange(len(places)), 3)
    columns = np.concatenate((there[one], there[two], places))
    slopes = factor / length_m[one], factor / length_m[two]
    data = np.concatenate((*slopes, -slopes[0] - slopes[1]))
    bends = csc_array((data, (rows, columns)), shape=(len(places), size))
    product: csc_array[np.float64] = (bends.T @ bends).tocsc()
    return product


def find_most_pct(line: Line) -> float:
    """Return the grade that no road of this surface exceeds, per cent."""
    return MOST_PAVED_PCT if line.traits.surface in PAVED else MOST_UNPAVED_PCT


def sample_lines(lines: Sequence[Line]) -> Samples:
    """Return places at most `SPACING_M` apart along each line, both ends included."""
    drawn_m = np.array([float(line.step_m.sum()) for line in lines])
    parts = np.maximum(1, np.ceil(drawn_m / SPACING_M)).astype(np.int64)
    first = np.concatenate(([0], np.cumsum(parts + 1)))
    sizes = np.array([len(line.lon) for line in lines])
    # one long ruler: each line begins where the one before ended, one metre on
    begin_m = np.concatenate(([0.0], np.cumsum(drawn_m + 1.0)))[:-1]
    along_m = np.concatenate([line.along_m() for line in lines]) + np.repeat(begin_m, sizes)
    counts = np.arange(first[-1]) - np.repeat(first[:-1], parts + 1)
    wanted_m = np.repeat(begin_m, parts + 1) + counts * np.repeat(drawn_m / parts, parts + 1)
    lon = np.interp(wanted_m, along_m, np.concatenate([line.lon for line in lines]))
    lat = np.interp(wanted_m, along_m, np.concatenate([line.lat for line in lines]))
    over = np.concatenate([np.append(line.structures, line.structures[-1]) for line in lines])
    step = np.clip(np.searchsorted(along_m, wanted_m, side="right") - 1, 0, len(over) - 1)
    is_solid = (over[step] & (BRIDGE | TUNNEL)) == 0
    is_ferry = np.array([line.traits.road_class is RoadClass.FERRY for line in lines])
    return Samples(
        lon,
        lat,
        _number_places(lines, first),
        is_solid & ~np.repeat(is_ferry, parts + 1),
        first,
        drawn_m / parts,
        np.array([find_most_pct(line) for line in lines]) / 100,
    )


def _number_places(lines: Sequence[Line], first: Ints) -> Ints:
    """Return a number for each place; ends of lines that meet share one."""
    ends = np.array([(line.nodes[0], line.nodes[-1]) for line in lines], dtype=np.int64)
    ids, numbers = np.unique(ends, return_inverse=True)
    node = np.arange(first[-1]) + len(ids)
    node[first[:-1]], node[first[1:] - 1] = numbers.reshape(-1, 2).T
    return np.unique(node, return_inverse=True)[1].astype(np.int64)
