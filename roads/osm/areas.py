"""Reads administrative areas of an OpenStreetMap extract, with their outlines."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from roads.osm.gather import gather_tagged
from roads.osm.streams import clear_faults

if TYPE_CHECKING:
    from shapely.geometry import MultiPolygon


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
