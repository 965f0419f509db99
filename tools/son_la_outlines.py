"""Computes the schematic outlines of the communes."""

import math
from typing import Any

from shapely import MultiPoint, Point, Polygon, voronoi_polygons
from shapely.ops import unary_union

from tools.son_la_facts import CommuneFact
from tools.son_la_roads import KM_PER_DEG_LAT, KM_PER_DEG_LON


def compute_outlines(communes: tuple[CommuneFact, ...]) -> dict[str, Polygon]:
    """Return a cell for each commune: nearest-seat cells inside a coarse outline of our own.

    The outline is the union of discs of each commune's published area around its seat, closed and
    smoothed; it is no boundary.
    """
    flat = {c.code: Point(c.lon * KM_PER_DEG_LON, c.lat * KM_PER_DEG_LAT) for c in communes}
    discs = [flat[c.code].buffer(1.25 * math.sqrt(c.area_km2 / math.pi)) for c in communes]
    outline = unary_union(discs).buffer(9).buffer(-9).simplify(0.8)
    cells = voronoi_polygons(MultiPoint(list(flat.values())), extend_to=outline.buffer(30))
    result = {}
    for commune in communes:
        cell = next(c for c in cells.geoms if c.contains(flat[commune.code]))
        part = cell.intersection(outline)
        if part.geom_type == "MultiPolygon":
            part = next(p for p in part.geoms if p.contains(flat[commune.code]))
        result[commune.code] = Polygon(
            [
                (round(x / KM_PER_DEG_LON, 5), round(y / KM_PER_DEG_LAT, 5))
                for x, y in part.exterior.coords
            ]
        )
    return result


def commune_features(communes: tuple[CommuneFact, ...]) -> list[dict[str, Any]]:
    """Return the features of `communes.geojson`, sorted by code."""
    outlines = compute_outlines(communes)
    return [
        {
            "type": "Feature",
            "properties": {
                "code": c.code,
                "name": c.name,
                "kind": c.kind,
                "province_code": "14",
                "area_km2": c.area_km2,
                "population": c.population,
                "seat_lon": c.lon,
                "seat_lat": c.lat,
                "seat_source": c.seat_source,
                "is_border": c.is_border,
                "old_units": list(c.old_units),
                "schematic": True,
            },
            "geometry": {
                "type": "Polygon",
                "coordinates": [[list(p) for p in outlines[c.code].exterior.coords]],
            },
        }
        for c in communes
    ]
