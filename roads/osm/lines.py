"""A piece of road as a line with its nodes, and how it is cut."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from pyproj import Geod

from province.roads import RoadClass
from roads.array_types import Floats, Ints
from roads.osm.extract import Bytes
from roads.osm.tags import RoadTraits

EARTH = Geod(ellps="WGS84")
POINTS, STEPS = ("nodes", "lon", "lat"), ("step_m", "ways", "structures")
"""What a line has for each of its points, and for each step between them."""

MOST_M = 2_000.0  # longer lines are cut, so that a closure can shut a part


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A road without a junction inside, drawn from its start to its end.

    Parameters
    ----------
    traits
        What is the same all along it.
    nodes, lon, lat
        Node ids and places of its points, at least two; EPSG:4326 degrees.
    step_m
        Geodesic metres from each point to the next, one fewer than the points.
    ways, structures
        OpenStreetMap way (0: by hand) and sum of `BRIDGE`, `TUNNEL`, `FORD` of each step.
    edits
        Hand edits that made or changed it.
    km_from
        Kilometre post at its start, or None.
    km_sign
        1 where the posts count up along it, −1 where they count down (a oneway against them).
    is_turned
        True when it is drawn against its oldest way, so that its id stays that of the other end.
    length_factor
        Driven metres for each drawn one; not 1 where a hand edit says so.
    """

    traits: RoadTraits
    nodes: Ints
    lon: Floats
    lat: Floats
    step_m: Floats
    ways: Ints
    structures: Bytes
    edits: tuple[str, ...] = ()
    km_from: float | None = None
    km_sign: int = 1
    is_turned: bool = False
    length_factor: float = 1.0

    @property
    def length_m(self) -> float:
        """Driven metres from start to end."""
        return float(self.step_m.sum()) * self.length_factor

    @property
    def way_ids(self) -> tuple[int, ...]:
        """The ways it is made of, in order, each once."""
        return tuple(dict.fromkeys(self.ways.tolist()))

    @property
    def least_km(self) -> float | None:
        """The lowest kilometre post on it, or None."""
        if self.km_from is None or self.km_sign > 0:
            return self.km_from
        return max(0.0, self.km_from - self.length_m / 1000)

    def along_m(self) -> Floats:
        """Return the drawn metres from the start to each point."""
        return np.concatenate(([0.0], np.cumsum(self.step_m)))

    def measure_m(self, structure: int) -> float:
        """Return the driven metres on a kind of structure."""
        chosen = (self.structures & structure) != 0
        return float(self.step_m[chosen].sum()) * self.length_factor


def measure_steps_m(lon: Floats, lat: Floats) -> Floats:
    """Return the geodesic metres from each point to the next."""
    return np.asarray(EARTH.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2], dtype=np.float64)


def cut_line(line: Line, places: Iterable[int]) -> list[Line]:
    """Return the parts of a line between some of its points, given by their numbers."""
    inner = sorted({place for place in places if 0 < place < len(line.nodes) - 1})
    bounds = [0, *inner, len(line.nodes) - 1]
    along = line.along_m() * line.length_factor / 1000.0 * line.km_sign
    return [
        replace(
            line,
            km_from=None if line.km_from is None else line.km_from + float(along[a]),
            **{name: getattr(line, name)[a : b + 1] for name in POINTS},
            **{name: getattr(line, name)[a:b] for name in STEPS},
        )
        for a, b in pairwise(bounds)
    ]


def cut_long_lines(lines: Sequence[Line], most_m: float = MOST_M) -> list[Line]:
    """Return the lines with the long ones cut at the points nearest to equal parts."""
    cut: list[Line] = []
    for line in lines:
        parts = int(np.ceil(line.length_m / most_m - 1e-9))
        if parts < 2 or line.traits.road_class is RoadClass.FERRY:  # one crossing, one wait
            cut.append(line)
            continue
        along = line.along_m()
        aims = along[-1] * np.arange(1, parts) / parts
        behind = np.clip(np.searchsorted(along, aims), 1, len(along) - 1)
        is_before = aims - along[behind - 1] <= along[behind] - aims
        cut.extend(cut_line(line, (behind - is_before).tolist()))
    return cut


def cut_rings(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with each that ends where it starts cut in the middle."""
    cut: list[Line] = []
    for line in lines:
        if line.nodes[0] != line.nodes[-1]:
            cut.append(line)
            continue
        along = line.along_m()
        middle = 1 + int(np.abs(along[1:-1] - along[-1] / 2).argmin())
        cut.extend(cut_line(line, [middle]))
    return cut


def turn_line(line: Line) -> Line:
    """Return the line drawn from its end to its start."""
    km = line.km_from
    return replace(
        line,
        km_from=None if km is None else km + line.km_sign * line.length_m / 1000,
        km_sign=-line.km_sign,
        is_turned=not line.is_turned,
        **{name: getattr(line, name)[::-1] for name in (*POINTS, *STEPS)},
    )


def join_lines(lines: Sequence[Line]) -> Line:
    """Return lines that follow each other as one."""
    if len(lines) == 1:
        return lines[0]
    first, *others = lines
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(first, name), *(getattr(line, name)[1:] for line in others)])
        for name in POINTS
    }
    joined |= {name: np.concatenate([getattr(line, name) for line in lines]) for name in STEPS}
    return replace(first, **joined)
