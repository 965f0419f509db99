"""Places along roads where the terrain is read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from province.roads import RoadClass, Surface
from roads.osm.extract import BRIDGE, TUNNEL, Bools, Floats, Ints
from roads.osm.lines import Line

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
    is_solid: Bools
    first: Ints
    spacing_m: Floats
    most_slope: Floats


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
