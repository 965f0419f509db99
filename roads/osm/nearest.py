"""Finds the road nearest to a place."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from province.places import Site
from roads.array_types import Floats, Ints
from roads.osm.import_report import Components, SiteDistance
from roads.osm.lines import Line

METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Plane:
    """Degrees as metres on a plane that touches the earth near the roads."""

    east: float
    north: float = 110_900.0

    def project(self, lon: Floats, lat: Floats) -> Floats:
        """Return metres east and north, shape (points, 2)."""
        return np.column_stack((np.asarray(lon) * self.east, np.asarray(lat) * self.north))


def lay_plane(lat: float) -> Plane:
    """Return the plane for places near a latitude."""
    return Plane(METRES_PER_DEGREE * float(np.cos(np.radians(lat))))


@dataclass(frozen=True, slots=True, eq=False)
class LineIndex:
    """Lines that can be asked which is nearest.

    Parameters
    ----------
    plane
        On which they lie.
    shapes, tree
        The lines in metres, and their index.
    """

    plane: Plane
    shapes: npt.NDArray[np.object_]
    tree: shapely.STRtree

    def list_near(self, lon: float, lat: float, within_m: float) -> list[tuple[float, int]]:
        """Return metres and number of the lines within some metres, nearest first."""
        point = shapely.points(self.plane.project(np.array([lon]), np.array([lat])))[0]
        found = self.tree.query(point, predicate="dwithin", distance=within_m)
        metres = shapely.distance(self.shapes[found], point)
        return sorted(zip(metres.tolist(), found.tolist(), strict=True))


def index_lines(lines: Sequence[Line]) -> LineIndex:
    """Return an index of lines."""
    plane = lay_plane(float(np.mean([line.lat[0] for line in lines])) if lines else 0.0)
    lon = np.concatenate([line.lon for line in lines]) if lines else np.zeros(0)
    lat = np.concatenate([line.lat for line in lines]) if lines else np.zeros(0)
    owners = np.repeat(np.arange(len(lines)), [len(line.lon) for line in lines])
    shapes = shapely.linestrings(plane.project(lon, lat), indices=owners)
    return LineIndex(plane, shapes, shapely.STRtree(shapes))


def locate_on_line(line: Line, place: tuple[float, float]) -> tuple[float, float]:
    """Return metres from a place to a line, and the drawn metres along it to that point."""
    plane = lay_plane(place[1])
    flat = plane.project(line.lon, line.lat)
    here = plane.project(np.array([place[0]]), np.array([place[1]]))[0]
    start, step = flat[:-1], np.diff(flat, axis=0)
    square = np.maximum((step**2).sum(axis=1), 1e-12)
    share = np.clip(((here - start) * step).sum(axis=1) / square, 0.0, 1.0)
    metres = np.hypot(*(start + share[:, None] * step - here).T)
    k = int(metres.argmin())
    return float(metres[k]), float(line.along_m()[k] + share[k] * line.step_m[k])


def measure_site_distances(
    lines: Sequence[Line], names: Sequence[str], pieces: Components, sites: Sequence[Site]
) -> tuple[SiteDistance, ...]:
    """Return for each site the nearest road of the largest piece and metres to it, far first."""
    chosen: Ints = np.flatnonzero(pieces.number == pieces.largest)
    if not sites or not len(chosen):
        return ()
    index = index_lines([lines[k] for k in chosen.tolist()])
    places = index.plane.project(
        np.array([site.lon for site in sites]), np.array([site.lat for site in sites])
    )
    points = shapely.points(places)
    numbers = index.tree.nearest(points)
    metres = shapely.distance(index.shapes[numbers], points)
    found = [
        SiteDistance(site.site_id, names[int(chosen[number])], round(float(distance), 1))
        for site, number, distance in zip(sites, numbers, metres, strict=True)
    ]
    return tuple(sorted(found, key=lambda s: (-s.distance_m, s.site_id)))
