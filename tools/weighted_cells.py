"""Computes the schematic outlines of the communes.

The outline of the province is the union of discs of each commune's published area, closed and
smoothed; it is no boundary. Inside it each commune has a cell of the power diagram around the
label points, weighted until the areas come near the published ones.
"""

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from shapely import Point, Polygon, contains_xy
from shapely.ops import unary_union

from tools.son_la_roads import KM_PER_DEG_LAT, KM_PER_DEG_LON

Array = npt.NDArray[np.float64]
ROUNDS = 160
RASTER_KM = 1.0


class Unit(Protocol):
    """What of a commune its outline is computed from."""

    @property
    def code(self) -> str: ...  # noqa: D102 - as in the facts
    @property
    def lon(self) -> float: ...  # noqa: D102
    @property
    def lat(self) -> float: ...  # noqa: D102
    @property
    def label(self) -> tuple[float, float]: ...  # noqa: D102
    @property
    def area_km2(self) -> float: ...  # noqa: D102


def compute_outlines(
    communes: Sequence[Unit], lon_km: float = KM_PER_DEG_LON
) -> dict[str, Polygon]:
    """Return a cell for each commune, in degrees; every seat lies inside its cell.

    A degree of longitude is `lon_km` long.
    """
    scale = np.array([lon_km, KM_PER_DEG_LAT])
    seats = np.array([(c.lon, c.lat) for c in communes]) * scale
    labels = np.array([c.label for c in communes]) * scale
    areas = np.array([c.area_km2 for c in communes])
    outline = _outline(labels, seats, areas)
    centres, weights = _weigh(labels, seats, areas, outline)
    return {
        commune.code: _in_degrees(_cell(index, centres, weights, outline), seats[index], lon_km)
        for index, commune in enumerate(communes)
    }


def _outline(labels: Array, seats: Array, areas: Array) -> Polygon:
    """Return discs about the labels and seats, closed and smoothed to the published area."""
    low, high = 0.7, 1.6
    for _ in range(18):
        factor = (low + high) / 2
        discs = [
            Point(x, y).buffer(factor * math.sqrt(area / math.pi))
            for (x, y), area in zip(labels, areas, strict=True)
        ]
        discs += [Point(x, y).buffer(1.5) for x, y in seats]
        shape = unary_union(discs).buffer(6).buffer(-9).buffer(3).simplify(0.3)
        shape = shape if shape.geom_type == "Polygon" else shape.convex_hull
        shape = unary_union([Polygon(shape.exterior), *(Point(p).buffer(1.5) for p in seats)])
        low, high = (factor, high) if shape.area < areas.sum() else (low, factor)
    return shape


def _weigh(labels: Array, seats: Array, areas: Array, outline: Polygon) -> tuple[Array, Array]:
    """Return the centre and the weight (km²) of each cell."""
    left, low, right, high = outline.bounds
    xs, ys = np.meshgrid(np.arange(left, right, RASTER_KM), np.arange(low, high, RASTER_KM))
    inside = contains_xy(outline, xs, ys)
    grid = np.column_stack([xs[inside], ys[inside]])
    centres = labels.copy()
    weights = np.zeros(len(areas))
    for turn in range(ROUNDS):
        owner = np.argmin(_squares(grid, centres) - weights, axis=1)
        found = np.bincount(owner, minlength=len(areas)) * RASTER_KM**2
        step = 0.25 * (1 - turn / ROUNDS) + 0.02
        weights += step * np.clip(areas - found, -60, 60)
        weights -= weights.mean()
        rival = _squares(seats, centres) - weights
        own = np.diagonal(rival).copy()
        np.fill_diagonal(rival, np.inf)
        lacking = own - rival.min(axis=1) + 0.6
        outside = lacking > 0
        centres[outside] += 0.15 * (seats[outside] - centres[outside])
        weights[outside] += 0.5 * np.minimum(lacking[outside], 10)
    return centres, weights


def _squares(points: Array, centres: Array) -> Array:
    difference = points[:, None, :] - centres[None, :, :]
    return np.asarray((difference**2).sum(axis=2))


def _cell(index: int, centres: Array, weights: Array, outline: Polygon) -> Polygon:
    """Return where a commune's weighted distance is the least."""
    cell = outline
    x, y = centres[index]
    for other in np.argsort(_squares(centres[index : index + 1], centres)[0], kind="stable"):
        if other == index:
            continue
        away = centres[other] - centres[index]
        distance = float(np.hypot(*away))
        reach = (distance**2 + weights[index] - weights[other]) / (2 * distance)
        unit = away / distance
        side = np.array([-unit[1], unit[0]])
        edge = np.array([x, y]) + reach * unit
        corners = [edge + 400 * side, edge - 400 * side]
        corners += [corners[1] - 800 * unit, corners[0] - 800 * unit]
        cell = cell.intersection(Polygon(corners))
    return cell


def _in_degrees(cell: Any, seat: Array, lon_km: float) -> Polygon:
    """Return the part of a cell that holds the seat, in degrees."""
    parts = [cell] if cell.geom_type == "Polygon" else list(cell.geoms)
    part = min(parts, key=lambda piece: piece.distance(Point(seat)))
    return Polygon(
        [(round(x / lon_km, 5), round(y / KM_PER_DEG_LAT, 5)) for x, y in part.exterior.coords]
    )
