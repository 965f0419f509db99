"""Computes a cell for each commune from facts alone: schematic, but near to the truth.

Known are a point deepest inside each commune, its area, which communes touch and for how many
kilometres. Many samples that fit these facts are annealed on a raster, and each square votes: what
most samples agree on is right more often than any one of them (the mode of the marginals).
"""

import heapq
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon

from search.annealing import seed_words
from tools.cell_annealing import (
    Known,
    Labels,
    Standing,
    anneal_cells,
    measure_standing,
)
from tools.region_facts import Borders, RegionCommune, find_inner

KM_PER_RADIAN = 6371.007
"""Of the sphere that has the earth's area."""
SMOOTHER = 0.85
"""Kilometres of border on a raster for each kilometre of a real one, which winds more."""
CIRCLE_OF_BORDER, CIRCLE_OF_AREA = 1.86, 0.6
"""Radius of the largest circle in a commune: so many times its area over the length of all its
borders, where they are all known, else times the radius of a disc as large (medians of the communes
of the north)."""
CLOSE_KM, OPEN_KM = 5.0, 2.0
"""Bays of the first outline that are filled, and spits that are cut, up to twice as wide."""
MARGIN_KM = 12.0
MENDED = 3
"""Times that outlines are widened and narrowed to their areas."""
SAMPLES, SWEEPS, HOT, COLD = 32, 300, 2.0, 0.05
"""Temperatures are those of a raster of one kilometre: costs of a change grow with its side."""
LAST_SWEEPS = 400


@dataclass(frozen=True, slots=True)
class Frame:
    """A plane of true areas: kilometres east and north of a corner.

    Parameters
    ----------
    middle_deg
        The latitude at which lengths are true.
    west, south
        Its corner, kilometres from the meridian 0 and the equator of the plane.
    side
        Of a square, kilometres.
    """

    middle_deg: float
    west: float
    south: float
    side: float
    width: int
    height: int

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Return kilometres east and north of the corner (Lambert's cylindrical projection)."""
        shrink = math.cos(math.radians(self.middle_deg))
        x = KM_PER_RADIAN * math.radians(lon) * shrink - self.west
        return x, KM_PER_RADIAN * math.sin(math.radians(lat)) / shrink - self.south

    def in_degrees(self, x: float, y: float) -> tuple[float, float]:
        """Return longitude and latitude, to some ten metres."""
        shrink = math.cos(math.radians(self.middle_deg))
        lon = math.degrees((x + self.west) / KM_PER_RADIAN / shrink)
        lat = math.degrees(math.asin((y + self.south) * shrink / KM_PER_RADIAN))
        return round(lon, 4), round(lat, 4)


def frame_communes(communes: tuple[RegionCommune, ...], side: float) -> Frame:
    """Return a plane with a raster about all communes."""
    lats = [commune.label[1] for commune in communes]
    plane = Frame(round((min(lats) + max(lats)) / 2, 1), 0.0, 0.0, side, 0, 0)
    points = np.array([plane.place(*c.label) for c in communes])
    reach = MARGIN_KM + math.sqrt(max(c.area_km2 for c in communes))
    west, south = (math.floor(least - reach) for least in points.min(axis=0).tolist())
    east, north = (math.ceil(most + reach) for most in points.max(axis=0).tolist())
    width, height = (int((far - near) / side) + 1 for near, far in ((west, east), (south, north)))
    return Frame(plane.middle_deg, west, south, side, width, height)


def gather_known(
    communes: tuple[RegionCommune, ...], borders: Borders, frame: Frame
) -> tuple[Known, list[set[tuple[int, int]]]]:
    """Return what is known as arrays, and the squares (x, y) that each commune surely has."""
    number = {commune.code: n for n, commune in enumerate(communes)}
    inner = find_inner(borders)
    area = np.array([commune.area_km2 for commune in communes])
    border = np.zeros((len(communes) + 1, len(communes) + 1))
    for (low, high), length in borders.items():
        border[number[low], number[high]] = border[number[high], number[low]] = length
    is_inner = np.array([commune.code in inner for commune in communes])
    around = np.maximum(border.sum(axis=1)[:-1], 0.1)
    radius = np.where(
        is_inner, CIRCLE_OF_BORDER * area / around, CIRCLE_OF_AREA * np.sqrt(area / math.pi)
    )
    points = np.array([frame.place(*commune.label) for commune in communes])
    seeds = [_list_sure(commune, frame) for commune in communes]
    is_fixed = np.zeros((frame.height, frame.width), np.bool_)
    for squares in seeds:
        for x, y in squares:
            is_fixed[y, x] = True
    votes = np.zeros((0, frame.height, frame.width), np.int16)
    east, north = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    known = Known(
        frame.side, east, north, radius, area, SMOOTHER * border, is_inner, is_fixed, votes
    )
    return known, seeds


def _list_sure(commune: RegionCommune, frame: Frame) -> set[tuple[int, int]]:
    """Return the squares of the label, of the seat and of a way between them, side by side."""
    (ax, ay), (bx, by) = (
        (int(x / frame.side), int(y / frame.side))
        for x, y in (frame.place(*commune.label), frame.place(*commune.seat))
    )
    squares, x, y = {(ax, ay)}, ax, ay
    while (x, y) != (bx, by):
        if abs(bx - x) >= abs(by - y):
            x += 1 if bx > x else -1
        else:
            y += 1 if by > y else -1
        squares.add((x, y))
    return squares


def outline_region(known: Known) -> npt.NDArray[np.bool_]:
    """Return the squares of a first outline: discs about the labels, closed, of the whole area."""
    disc = np.sqrt(known.area / math.pi)
    points = shapely.points(known.x, known.y)
    low, high = 0.7, 1.6
    for _ in range(14):
        factor = (low + high) / 2
        land = shapely.union_all(shapely.buffer(points, factor * disc, quad_segs=8))
        land = land.buffer(CLOSE_KM).buffer(-CLOSE_KM - OPEN_KM).buffer(OPEN_KM)
        parts = shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(land)))
        shape = shapely.union_all(parts)
        low, high = (factor, high) if shape.area < known.area.sum() else (low, factor)
    height, width = known.is_fixed.shape
    xs, ys = np.meshgrid((np.arange(width) + 0.5), (np.arange(height) + 0.5))
    return np.asarray(shapely.contains_xy(shape, xs * known.side, ys * known.side))


def grow_cells(known: Known, seeds: list[set[tuple[int, int]]]) -> Labels:
    """Return a first raster: each commune grows from its seeds, for its size as far as others."""
    outside = len(known.area)
    labels = np.full(known.is_fixed.shape, outside, np.int16)
    is_land = outline_region(known)
    disc = np.sqrt(known.area / math.pi)
    waiting: list[tuple[float, int, int, int]] = []
    for label, squares in enumerate(seeds):
        waiting += [(-1.0, label, x, y) for x, y in sorted(squares)]
    heapq.heapify(waiting)
    while waiting:
        _, label, x, y = heapq.heappop(waiting)
        if labels[y, x] != outside:
            continue
        labels[y, x] = label
        for east, north in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            u, v = x + east, y + north
            if is_land[v, u] and labels[v, u] == outside:
                dx = (u + 0.5) * known.side - known.x[label]
                dy = (v + 0.5) * known.side - known.y[label]
                far = math.sqrt(dx * dx + dy * dy) / float(disc[label])
                heapq.heappush(waiting, (far, label, u, v))
    return labels


def anneal_from(first: Labels, known: Known, seed: int, *, sweeps: int) -> Labels:
    """Return a raster that fits what is known, annealed from another one."""
    labels, size = first.copy(), len(known.area) + 1
    standing = Standing(np.zeros(size), np.zeros((size, size)), np.zeros(8, np.int64), np.zeros(8))
    measure_standing(labels, known, standing)
    hot, cold = HOT * known.side, COLD * known.side
    anneal_cells(labels, known, standing, seed_words(seed), sweeps, hot, cold)
    return labels


def compute_cells(
    communes: tuple[RegionCommune, ...], borders: Borders, *, side: float,
    samples: int = SAMPLES, tell: Callable[[int], None] = lambda done: None,
) -> tuple[Labels, Frame]:  # fmt: skip
    """Return which commune has each square (their number: outside), and where the raster lies."""
    frame = frame_communes(communes, side)
    known, seeds = gather_known(communes, borders, frame)
    first = grow_cells(known, seeds)
    drawn = []
    with ThreadPoolExecutor(2) as pool:
        made = pool.map(
            lambda seed: anneal_from(first, known, seed, sweeps=SWEEPS), range(1, samples + 1)
        )
        for number, labels in enumerate(made, 1):
            drawn.append(labels)
            tell(number)
    votes = np.stack(drawn)
    likeness = [sum(int((one == other).sum()) for other in drawn) for one in drawn]
    best = drawn[int(np.argmax(likeness))]
    voted = anneal_from(best, known._replace(votes=votes), 0, sweeps=LAST_SWEEPS)
    return voted, frame


def draw_outlines(
    labels: Labels, frame: Frame, areas_km2: Sequence[float], tolerance: float
) -> list[Polygon]:
    """Return the outline of each commune in degrees; neighbours share their border exactly.

    Borders run through the middles of the squares' sides, and through the corners where three
    communes meet, so that there are no steps; then each is widened or narrowed to its area.

    Parameters
    ----------
    tolerance
        Squared, the km² that a corner may cut off and is left out.
    """
    is_node = _find_nodes(labels)
    rings = [_draw_ring(labels, label, is_node) for label in range(len(areas_km2))]
    for _ in range(MENDED):
        rings = _mend_areas(rings, [area / frame.side**2 for area in areas_km2])
    shapes = [Polygon(ring * frame.side) for ring in rings]
    return [
        Polygon([frame.in_degrees(x, y) for x, y in shape.exterior.coords])
        for shape in shapely.coverage_simplify(shapes, tolerance)
    ]


def _mend_areas(
    rings: list[npt.NDArray[np.float64]], areas: Sequence[float]
) -> list[npt.NDArray[np.float64]]:
    """Return the rings with each point moved by what the communes on its sides lack."""
    moved: dict[tuple[float, float], npt.NDArray[np.float64]] = {}
    for ring, area in zip(rings, areas, strict=True):
        before, after = np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0)
        double = float((before[:, 0] * ring[:, 1] - ring[:, 0] * before[:, 1]).sum())
        along = after - before
        outward = np.column_stack([along[:, 1], -along[:, 0]]) * (1 if double > 0 else -1)
        # A point moved by so many times half of `outward` adds as much to the area, squared.
        grown = float((along**2).sum()) / 2
        step = (area - abs(double) / 2) / max(grown, 1e-9)
        for point, way in zip(ring.tolist(), outward, strict=True):
            key = (point[0], point[1])
            moved[key] = moved.get(key, np.zeros(2)) + way * step
    return [np.array([np.array(p) + moved[p[0], p[1]] for p in ring.tolist()]) for ring in rings]


def _find_nodes(labels: Labels) -> npt.NDArray[np.bool_]:
    """Return the corners (x, y of their upper right square) at which more than two borders meet."""
    a, b = labels[:-1, :-1], labels[:-1, 1:]
    c, d = labels[1:, :-1], labels[1:, 1:]
    sides = (a != b).astype(int) + (c != d) + (a != c) + (b != d)
    is_node = np.zeros(labels.shape, np.bool_)
    is_node[1:, 1:] = sides > 2
    return is_node


def _draw_ring(
    labels: Labels, label: int, is_node: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Return the outer ring of a commune, in squares: middles of sides, and nodes."""
    ys, xs = np.nonzero(labels == label)
    whole = shapely.union_all(shapely.box(xs, ys, xs + 1, ys + 1))
    steps = shapely.get_coordinates(shapely.segmentize(whole.exterior, 1.0)).round()
    points = []
    for here, after in pairwise(steps.astype(int)):
        if is_node[here[1], here[0]]:
            points.append((float(here[0]), float(here[1])))
        points.append(((here[0] + after[0]) / 2, (here[1] + after[1]) / 2))
    return np.array(points)
