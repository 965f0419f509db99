"""How much each road climbs and falls, measured on the terrain and smoothed along the roads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from province.roads import RoadClass
from roads.osm.lines import Line
from roads.osm.samples import PAVED, find_most_pct, sample_lines
from roads.osm.smooth import smooth_heights
from roads.osm.steepest import gather_profiles
from roads.osm.terrain import Terrain


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
