"""Shares the minutes of a ferry's crossing among the lines that it was cut into."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from province.roads import RoadClass
from roads.osm.lines import Line


def share_crossings(lines: Sequence[Line]) -> list[Line]:
    """Return the lines; those of a ferry have their part of its crossing and of its wait.

    The crossing of a way is told as a whole, though ferries may meet on the water; ways that follow
    each other with a crossing each add up. What a hand edit says of a line is left as it is.
    """
    whole_m: Counter[int] = Counter()
    for line in lines:
        if line.traits.road_class is RoadClass.FERRY:
            whole_m.update(_measure_ways_m(line))
    return [
        _share(line, whole_m)
        if line.traits.road_class is RoadClass.FERRY and not line.edits
        else line
        for line in lines
    ]


def _measure_ways_m(line: Line) -> Counter[int]:
    """Return how many metres of a line lie on each way."""
    metres: Counter[int] = Counter()
    for way, step_m in zip(line.ways.tolist(), line.step_m.tolist(), strict=True):
        metres[way] += step_m
    return metres


def _share(line: Line, whole_m: Counter[int]) -> Line:
    shares = [metres / whole_m[way] for way, metres in _measure_ways_m(line).items()]
    duration_min = line.traits.duration_min
    traits = replace(
        line.traits,
        duration_min=None if duration_min is None else duration_min * sum(shares),
        ferry_wait_min=round(line.traits.ferry_wait_min * max(shares)),
    )
    return replace(line, traits=traits)
