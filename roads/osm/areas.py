"""Reads areas of an OpenStreetMap extract: administrative ones with their outlines, and water."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from roads.osm.streams import clear_faults

if TYPE_CHECKING:
    from shapely.geometry import MultiPolygon
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from roads.osm.streams import read_places_of, stream_all

LEAST_AREA = 5e-6
"""Square degrees from which a lake is kept, about 6 hectares at mid-latitudes."""

TOLERANCE = 0.0001
"""Degrees by which shores may stray from those of the extract."""

PRECISION = 5


@dataclass(frozen=True, slots=True)
class OsmArea:
    """An administrative area: its name, its code if tagged (``ref``), people if tagged, outline.

    The outline is in EPSG:4326 degrees, (lon, lat).
    """

    osm_id: str
    name: str
    code: str
    population: int | None
    outline: "MultiPolygon"


def read_areas(pbf: Path, *, admin_level: int) -> tuple[tuple[OsmArea, ...], tuple[str, ...]]:
    """Return the areas of one administrative level by name, and the names of torn ones.

    An area is torn when the extract lacks a part of its boundary.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    import osmium
    from shapely import from_wkb, make_valid
    from shapely.geometry import MultiPolygon

    factory = osmium.geom.WKBFactory()
    found: list[OsmArea] = []
    named: set[str] = set()
    asked = ("admin_level", str(admin_level))
    with clear_faults(pbf), gather_tagged(pbf, asked) as small:
        wanted = ("administrative", str(admin_level))
        level = osmium.filter.TagFilter(asked)
        for one in osmium.FileProcessor(small).with_areas(level):
            tags = dict(one.tags)
            if (tags.get("boundary"), tags.get("admin_level")) != wanted:
                continue
            if isinstance(one, osmium.osm.Relation) and "name" in tags:
                named.add(tags["name"])
            if not isinstance(one, osmium.osm.Area):
                continue
            shape = make_valid(from_wkb(factory.create_multipolygon(one)))
            parts = [part for part in getattr(shape, "geoms", [shape]) if part.area > 0]
            name = tags.get("name", "")
            if parts and name:
                told = tags.get("population", "").replace(" ", "").replace(",", "")
                found.append(
                    OsmArea(
                        f"r{one.orig_id()}",
                        name,
                        tags.get("ref", ""),
                        int(told) if told.isdecimal() and len(told) < 10 else None,
                        MultiPolygon([p for p in parts if p.geom_type == "Polygon"]),
                    )
                )
    areas = tuple(sorted(found, key=lambda area: (area.name, area.osm_id)))
    return areas, tuple(sorted(named - {area.name for area in areas}))


@contextmanager
def gather_tagged(path: Path, *wanted: tuple[str, str]) -> Iterator[Path]:
    """Yield a small file with the ways and relations of some tags, and all they are made of.

    It is sorted, each thing is there once, nodes come first, and it holds no other node, so that
    osmium makes areas of it in little memory whatever the order of the file and its ids.

    Parameters
    ----------
    wanted
        Keys and values; one of them is enough.
    """
    import osmium
    from osmium.osm.mutable import Node, Relation, Way

    relations: dict[int, Any] = {}
    for relation in stream_all(path, osmium.osm.RELATION):
        if any(relation.tags.get(key) == value for key, value in wanted):
            members = [(one.type, one.ref, one.role) for one in relation.members]
            relations[relation.id] = Relation(
                id=relation.id, version=1, members=members, tags=dict(relation.tags)
            )
    parts = {ref for one in relations.values() for kind, ref, _ in one.members if kind == "w"}
    ways: dict[int, Any] = {}
    for way in stream_all(path, osmium.osm.WAY):
        if way.id in parts or any(way.tags.get(key) == value for key, value in wanted):
            refs = [node.ref for node in way.nodes]
            ways[way.id] = Way(id=way.id, version=1, nodes=refs, tags=dict(way.tags))
    used = np.array([ref for way in ways.values() for ref in way.nodes], dtype=np.int64)
    ids, lons, lats = read_places_of(path, used)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        small = Path(folder) / "areas.osm.pbf"
        with osmium.SimpleWriter(small) as writer:
            for key, lon, lat in zip(ids.tolist(), lons.tolist(), lats.tolist(), strict=True):
                writer.add_node(Node(id=key, version=1, location=(lon, lat)))
            for key in sorted(ways):
                writer.add_way(ways[key])
            for key in sorted(relations):
                writer.add_relation(relations[key])
        yield small


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
