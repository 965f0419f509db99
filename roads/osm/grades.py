"""How much each road climbs and falls, measured on the terrain and smoothed along the roads.

The steepest 100 m of each are found in both directions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from province.roads import RoadClass
from roads.array_types import Floats
from roads.osm.lines import Line
from roads.osm.smooth import PAVED, Samples, find_most_pct, sample_lines, smooth_heights
from roads.osm.terrain import Terrain

WINDOW_M = 100.0
LEAST_STRAIGHT = 0.3  # cosine of the turn (about 70°) beyond which a road does not go on
End = tuple[int, int]  # number of a line, and 0 for its start or 1 for its end


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


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """Heights along lines, and how the lines meet.

    Parameters
    ----------
    samples
        Places along the lines.
    heights_m
        Height of each sample.
    meeting
        Line ends at each node.
    """

    samples: Samples
    heights_m: Floats
    meeting: dict[int, list[End]]

    def find_steepest_pct(self, number: int) -> tuple[float, float]:
        """Return the steepest climb and descent of a line over 100 m, per cent, from 0.

        A line shorter than that counts with the road that goes on most nearly straight.
        """
        a, b = int(self.samples.first[number]), int(self.samples.first[number + 1])
        spacing_m = float(self.samples.spacing_m[number])
        heights_m = self.heights_m[a:b]
        length_m = spacing_m * (b - a - 1)
        if length_m < WINDOW_M:
            most_m = WINDOW_M - length_m
            half_m = self._go_on((number, 0), most_m / 2)[0]
            behind_m, behind = self._go_on((number, 1), most_m - half_m)
            before_m, before = self._go_on((number, 0), most_m - behind_m)
            slope = (behind - before) / max(before_m + length_m + behind_m, 1.0)
            return 100 * max(0.0, slope), 100 * max(0.0, -slope)
        size = round(WINDOW_M / spacing_m)
        slopes = (heights_m[size:] - heights_m[:-size]) / (size * spacing_m)
        return 100 * max(0.0, float(slopes.max())), 100 * max(0.0, -float(slopes.min()))

    def _go_on(self, end: End, most_m: float) -> tuple[float, float]:
        """Return how far the road goes on straight behind an end, and the height there."""
        number, side = end
        here = int(self.samples.first[number + side]) - side
        onward = [
            (self._straightness(end, other), other)
            for other in self.meeting[int(self.samples.node[here])]
            if other[0] != number
        ]
        if not onward or max(onward)[0] < LEAST_STRAIGHT:
            return 0.0, float(self.heights_m[here])
        next_number, next_side = max(onward)[1]
        a, b = (int(k) for k in self.samples.first[next_number : next_number + 2])
        along_m = np.arange(b - a) * float(self.samples.spacing_m[next_number])
        heights_m = self.heights_m[a:b] if next_side == 0 else self.heights_m[a:b][::-1]
        reached_m = min(most_m, float(along_m[-1]))
        return reached_m, float(np.interp(reached_m, along_m, heights_m))

    def _straightness(self, one: End, other: End) -> float:
        """Return the cosine of the turn from the end of one line into another."""
        x, y = self._leave(one), self._leave(other)
        return -float(x @ y) / max(float(np.hypot(*x) * np.hypot(*y)), 1e-15)

    def _leave(self, end: End) -> Floats:
        number, side = end
        here = int(self.samples.first[number + side]) - side
        step = 1 - 2 * side
        lon, lat = self.samples.lon, self.samples.lat
        east = (lon[here + step] - lon[here]) * np.cos(np.radians(lat[here]))
        return np.array([east, lat[here + step] - lat[here]])


def gather_profiles(lines: Sequence[Line], samples: Samples, heights_m: Floats) -> Profiles:
    """Return the heights along lines; `heights_m` has one for each sample."""
    meeting: dict[int, list[End]] = {}
    for number in range(len(lines)):
        for side in (0, 1):
            here = int(samples.first[number + side]) - side
            meeting.setdefault(int(samples.node[here]), []).append((number, side))
    return Profiles(samples, heights_m, meeting)
