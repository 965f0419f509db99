"""Stretches of segments: where along a segment something holds, and how that is drawn."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from province.ids import SegmentId

SHARE_DIGITS = 6  # shares are rounded to this: 1 cm on 10 km
Line = Sequence[tuple[float, float]]


class Stretch(NamedTuple):
    """Part of a segment, between two shares of its length from its drawn start.

    Parameters
    ----------
    first, last
        Shares, 0 ≤ first < last ≤ 1; (0, 1) is the whole segment.
    """

    segment_id: SegmentId
    first: float = 0.0
    last: float = 1.0

    def overlaps(self, first: float, last: float) -> bool:
        """Whether it shares more than a point with another part of the segment."""
        return self.first < last and first < self.last


def round_share(share: float) -> float:
    """Return a share of a length, between 0 and 1, rounded."""
    return min(1.0, max(0.0, round(share, SHARE_DIGITS))) + 0.0


def measure_line(line: Line) -> list[float]:
    """Return how far along a line each of its points lies, in degrees of latitude."""
    scale = math.cos(math.radians(line[0][1]))
    along = [0.0]
    for (lon, lat), (lon_after, lat_after) in pairwise(line):
        along.append(along[-1] + math.hypot((lon_after - lon) * scale, lat_after - lat))
    return along


def find_point(line: Line, share: float) -> tuple[float, float]:
    """Return the point (lon, lat) at a share of a line's length."""
    return cut_line(line, share, share)[0]


def cut_line(line: Line, first: float, last: float) -> list[tuple[float, float]]:
    """Return the part of a line between two shares of its length, at least two points."""
    along = measure_line(line)
    begin, end = first * along[-1], last * along[-1]
    inner = [point for point, at in zip(line, along, strict=True) if begin < at < end]
    return [_place(line, along, begin), *inner, _place(line, along, end)]


def _place(line: Line, along: list[float], at: float) -> tuple[float, float]:
    for k, (before, after) in enumerate(pairwise(along)):
        if at <= after and after > before:
            part = max(0.0, (at - before) / (after - before))
            if part >= 1.0:
                return line[k + 1]
            (lon, lat), (lon_after, lat_after) = line[k], line[k + 1]
            return lon + (lon_after - lon) * part, lat + (lat_after - lat) * part
    return line[-1]
