"""How much each road climbs and falls, measured on the terrain and smoothed along the roads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from province.roads import RoadClass, Surface
from roads.osm.extract import BRIDGE, TUNNEL, Bools, Floats, Ints
from roads.osm.lines import Line
from roads.osm.smooth import smooth_heights
from roads.osm.steepest import gather_profiles
from roads.osm.terrain import Terrain

SPACING_M = 25.0  # between places where the terrain is read
MOST_PAVED_PCT = 25.0  # what no paved road exceeds: steeper is a fault of the terrain model
MOST_UNPAVED_PCT = 35.0
PAVED = frozenset({Surface.ASPHALT, Surface.CONCRETE})


@dataclass(frozen=True, slots=True)
class Grade:
    """Metres climbed and fallen from start to end, and the steepest 100 m up and down, per cent."""

    rise_m: float = 0.0
    fall_m: float = 0.0
    steepest_up_pct: float = 0.0
    steepest_down_pct: float = 0.0


@dataclass(frozen=True, slots=True)
class ElevationReport:
    """How the climbs were measured.

    Parameters
    ----------
    tiles
        Names of the tiles that were read.
    places, voids, bridged
        Places where the terrain was read; those without a value there; those on bridges and in
        tunnels. Both of the latter take their height from the road before and behind.
    capped
        Segments whose steepest 100 m were steeper than a road can be, and were lowered.
    steepest_paved_pct
        Steepest 100 m of any paved segment after that.
    """

    tiles: tuple[str, ...]
    places: int
    voids: int
    bridged: int
    capped: int
    steepest_paved_pct: float


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


def measure_grades(lines: Sequence[Line], terrain: Terrain) -> tuple[list[Grade], ElevationReport]:
    """Return the grade of each line, and how they were measured.

    Raises
    ------
    InputError
        If tiles of the terrain are missing.
    """
    samples = sample_lines(lines)
    seen_m = terrain.measure_m(samples.lon, samples.lat)
    heights_m = smooth_heights(samples, seen_m)[samples.node]
    profiles = gather_profiles(lines, samples, heights_m)
    grades, num_capped = [], 0
    for number, line in enumerate(lines):
        if line.traits.road_class is RoadClass.FERRY:
            grades.append(Grade())
            continue
        climbs_m = np.diff(heights_m[samples.first[number] : samples.first[number + 1]])
        up_pct, down_pct = profiles.find_steepest_pct(number)
        most_pct = find_most_pct(line)
        most_m = most_pct / 100 * float(line.step_m.sum())
        grades.append(
            Grade(
                rise_m=min(float(np.maximum(climbs_m, 0).sum()), most_m),
                fall_m=min(float(np.maximum(-climbs_m, 0).sum()), most_m),
                steepest_up_pct=min(up_pct, most_pct),
                steepest_down_pct=min(down_pct, most_pct),
            )
        )
        num_capped += max(up_pct, down_pct) > most_pct
    steepest = (
        max(grade.steepest_up_pct, grade.steepest_down_pct)
        for grade, line in zip(grades, lines, strict=True)
        if line.traits.surface in PAVED
    )
    report = ElevationReport(
        tiles=terrain.used,
        places=len(seen_m),
        voids=int(np.isnan(seen_m).sum()),
        bridged=int((~samples.is_solid).sum()),
        capped=num_capped,
        steepest_paved_pct=round(max(steepest, default=0.0), 1),
    )
    return grades, report
