"""Reads rivers, lakes and reservoirs of an OpenStreetMap extract, to lie under maps."""

import json
from pathlib import Path
from typing import Any

from roads.osm.gather import gather_tagged
from roads.osm.streams import clear_faults

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
    asked = ("waterway", "river"), ("natural", "water")
    with clear_faults(pbf), gather_tagged(pbf, *asked) as parts:
        rivers = osmium.filter.TagFilter(*asked)
        lakes = osmium.filter.TagFilter(("natural", "water"))
        for one in osmium.FileProcessor(parts).with_areas(lakes).with_filter(rivers):
            if isinstance(one, osmium.osm.Way) and one.tags.get("waterway") == "river":
                line = _draw_river(one)
                if line is not None:
                    shapes.append(line)
            elif isinstance(one, osmium.osm.Area) and one.tags.get("natural") == "water":
                shape = make_valid(from_wkb(factory.create_multipolygon(one)))
                shapes += [p for p in getattr(shape, "geoms", [shape]) if p.area >= LEAST_AREA]
    plain = (set_precision(s.simplify(TOLERANCE), 10**-PRECISION) for s in shapes)
    kept = (s for s in plain if not s.is_empty and s.geom_type in ("LineString", "Polygon"))
    return tuple(sorted((mapping(s) for s in kept), key=lambda s: json.dumps(s)))


def _draw_river(way: Any) -> Any | None:
    """Return the line of a river as far as its nodes are known; None where fewer than two are."""
    from shapely.geometry import LineString

    known = [node.location for node in way.nodes if node.location.valid()]
    places = list(dict.fromkeys((place.lon, place.lat) for place in known))
    return LineString(places) if len(places) > 1 else None


def dump_water(shapes: tuple[dict[str, Any], ...]) -> str:
    """Return the text of a province folder's `water.geojson`."""
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    lines = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'
