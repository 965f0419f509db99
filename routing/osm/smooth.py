"""Smooths heights along the roads, so that the terrain model's noise is no climb.

Of all profiles the one is taken that minimises, summed along the roads,

    ½ (height − terrain)² + ½ `SMOOTH_M`² slope² + `FLATTEN_M2` |slope|

The second term is the usual smoothing (it spreads each height over about `SMOOTH_M`); the third
(total variation) takes out ups and downs whose area in the profile is small, and leaves long
climbs as they are. On bridges, in tunnels and where the terrain is void the first term is
missing: the height then runs evenly from one end to the other. Where a road would be steeper than
roads are, the second term is made heavier.

References
----------
L. Rudin, S. Osher, E. Fatemi (1992), Nonlinear total variation based noise removal algorithms,
Physica D 60; solved by iteratively reweighted least squares.
"""

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array, diags_array
from scipy.sparse.linalg import splu

from routing.osm.extract import Floats, Ints

if TYPE_CHECKING:
    from routing.osm.grades import Samples

SMOOTH_M = 60.0  # assumption: about two thirds of a cell of SRTM
FLATTEN_M2 = 300.0  # assumption: bumps of 5 m over 240 m are noise of SRTM
NUM_ROUNDS = 12
LEAST_CLIMB_M = 0.01  # between two places; less is level
PULL = 1e-9  # of places without any terrain to the mean height


def smooth_heights(samples: "Samples", seen_m: Floats) -> Floats:
    """Return a height for each place of the network (the numbers in `samples.node`).

    Parameters
    ----------
    seen_m
        Terrain at each sample, NaN where void.
    """
    num_places = int(samples.node.max()) + 1
    tails = np.delete(np.arange(len(seen_m)), samples.first[1:] - 1)
    spacing_m = np.repeat(samples.spacing_m, np.diff(samples.first) - 1)
    is_known = samples.is_solid & ~np.isnan(seen_m)
    share_m = np.zeros(len(seen_m))
    share_m[tails] += spacing_m / 2
    share_m[tails + 1] += spacing_m / 2
    share_m *= is_known
    sums = np.bincount(samples.node, weights=share_m, minlength=num_places)
    weight = np.asarray(sums + PULL, dtype=np.float64)
    seen = np.where(is_known, seen_m, 0.0)
    total = np.bincount(samples.node, weights=share_m * seen, minlength=num_places)
    mean_m = float(total.sum() / max(weight.sum(), 1e-9))
    from_node, to_node = samples.node[tails], samples.node[tails + 1]
    stiffness = np.asarray(SMOOTH_M**2 / np.maximum(spacing_m, 1.0))
    most_climb_m = np.repeat(samples.most_slope, np.diff(samples.first) - 1) * spacing_m
    flatten = np.zeros(len(tails))
    heights_m = np.zeros(num_places)
    for _ in range(NUM_ROUNDS):
        matrix = _build_matrix(weight, from_node, to_node, stiffness + flatten)
        heights_m = splu(
            matrix,
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        ).solve(total + PULL * mean_m)
        climb_m = np.abs(heights_m[to_node] - heights_m[from_node])
        flatten = FLATTEN_M2 / np.maximum(climb_m, LEAST_CLIMB_M)
        stiffness = stiffness * np.maximum(1.0, climb_m / np.maximum(most_climb_m, LEAST_CLIMB_M))
    return heights_m


def _build_matrix(
    weight: Floats, from_node: Ints, to_node: Ints, stiffness: Floats
) -> "csc_array[np.float64]":
    size = len(weight)
    rows = np.concatenate((from_node, to_node))
    columns = np.concatenate((to_node, from_node))
    both = np.concatenate((stiffness, stiffness))
    around = csc_array((-both, (rows, columns)), shape=(size, size))
    own = weight + np.bincount(rows, weights=both, minlength=size)
    return (around + diags_array(own)).tocsc()
