"""Reads rivers, lakes and reservoirs of an OpenStreetMap extract, to lie under maps."""

import json
from pathlib import Path
from typing import Any

from routing.osm.streams import clear_faults

LEAST_AREA = 5e-6
"""Square degrees from which a lake is kept, about 6 hectares at mid-latitudes."""

TOLERANCE = 0.0001
"""Degrees by which shores may stray from those of the extract."""

PRECISION = 5


def read_water(pbf: Path) -> tuple[dict[str, Any], ...]:
    """Return rivers as LineStrings and lakes as Polygons, GeoJSON geometries, EPSG:4326.

    Streams and canals are left out, and so are lakes smaller than `LEAST_AREA`.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    import osmium
    from shapely import from_wkb, make_valid, set_precision
    from shapely.geometry import mapping

    factory = osmium.geom.WKBFactory()
    shapes = []
    with clear_faults(pbf):
        rivers = osmium.filter.TagFilter(("waterway", "river"), ("natural", "water"))
        lakes = osmium.filter.TagFilter(("natural", "water"))
        for one in osmium.FileProcessor(str(pbf)).with_areas(lakes).with_filter(rivers):
            if isinstance(one, osmium.osm.Way) and one.tags.get("waterway") == "river":
                shapes.append(from_wkb(factory.create_linestring(one)))
            elif isinstance(one, osmium.osm.Area) and one.tags.get("natural") == "water":
                shape = make_valid(from_wkb(factory.create_multipolygon(one)))
                shapes += [p for p in getattr(shape, "geoms", [shape]) if p.area >= LEAST_AREA]
    plain = (set_precision(s.simplify(TOLERANCE), 10**-PRECISION) for s in shapes)
    kept = (s for s in plain if not s.is_empty and s.geom_type in ("LineString", "Polygon"))
    return tuple(sorted((mapping(s) for s in kept), key=lambda s: json.dumps(s)))


def dump_water(shapes: tuple[dict[str, Any], ...]) -> str:
    """Return the text of a province folder's `water.geojson`."""
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    lines = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'
