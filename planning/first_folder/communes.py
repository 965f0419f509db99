"""The communes of a first folder: from a file, from boundaries on the map, or around places."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from pyproj import Geod

from planning.first_folder.commune_file import CommuneShape
from province.errors import InputError
from province.language import message
from roads.osm.towns import OsmPlace

RANKS = {"city": 50_000, "town": 8_000, "village": 800, "suburb": 500, "hamlet": 100}
"""People of a place by its kind where none are tagged: assumptions, to be replaced."""

MARGIN_DEG = 0.03
"""How far schematic communes reach beyond the outermost places, in degrees."""


@dataclass(frozen=True, slots=True)
class FirstCommune:
    """A commune of a new folder; `seat` is (lon, lat), the outline in EPSG:4326 degrees.

    `depot` is the name of the depot that serves it; "": the only one, which has none yet.
    """

    code: str
    name: str
    population: int
    seat: tuple[float, float]
    outline: Any
    is_schematic: bool
    kind: str = "commune"
    depot: str = ""

    @property
    def area_km2(self) -> float:
        """Area on the ellipsoid."""
        square_m, _ = Geod(ellps="WGS84").geometry_area_perimeter(
            shapely.geometry.polygon.orient(self.outline)
            if self.outline.geom_type == "Polygon"
            else self.outline
        )
        return float(round(abs(square_m) / 1e6, 2))


def communes_of_places(places: Sequence[OsmPlace], number: int) -> tuple[FirstCommune, ...]:
    """Return schematic communes around the largest places: each has what is nearest to it.

    Raises
    ------
    InputError
        If the extract names fewer places than asked for.
    """
    towns = _largest_first(places)[:number]
    if len(towns) < number:
        most = message("at most as many as the {count} towns of the map", count=len(towns))
        advice = message("ask for fewer places")
        raise InputError.of("--places", "", str(number), expected=most, advice=advice)
    points = shapely.MultiPoint([(town.lon, town.lat) for town in towns])
    edge = points.convex_hull.buffer(MARGIN_DEG)
    cells = shapely.voronoi_polygons(points, extend_to=edge).geoms
    outlines = {}
    for town in towns:
        spot = shapely.Point(town.lon, town.lat)
        outlines[town.osm_id] = next(cell for cell in cells if cell.covers(spot)).intersection(edge)
    return tuple(
        FirstCommune(
            f"{number:05d}", town.name, people_of(town), (town.lon, town.lat),
            outlines[town.osm_id], is_schematic=True,
        )
        for number, town in enumerate(sorted(towns, key=lambda t: (t.name, t.osm_id)), 1)
    )  # fmt: skip


def people_of(place: OsmPlace) -> int:
    """Return the people of a place, assumed by its kind where the map does not say."""
    return place.population or RANKS.get(place.kind, 0)


def communes_of_shapes(
    shapes: Sequence[CommuneShape], places: Sequence[OsmPlace]
) -> tuple[FirstCommune, ...]:
    """Return a commune for each shape, with what the map knows where the shape says nothing."""
    codes = [shape.code for shape in shapes]
    has_codes = all(codes) and len(set(codes)) == len(codes)
    towns = _largest_first(places)
    points = shapely.points([(town.lon, town.lat) for town in towns]) if towns else []
    communes = []
    for number, shape in enumerate(sorted(shapes, key=lambda s: (s.name, s.code)), 1):
        shapely.prepare(shape.outline)
        are_in = shapely.contains(shape.outline, points)
        town = next((town for town, is_in in zip(towns, are_in, strict=True) if is_in), None)
        spot = shape.outline.representative_point()
        seat = (spot.x, spot.y) if town is None else (town.lon, town.lat)
        guess = people_of(town) if town else RANKS["village"]
        communes.append(
            FirstCommune(
                shape.code if has_codes else f"{number:05d}",
                shape.name,
                guess if shape.population is None else shape.population,
                shape.seat or seat,
                shape.outline,
                is_schematic=False,
                kind=shape.kind or "commune",
                depot=shape.depot,
            )
        )
    return tuple(communes)


def _largest_first(places: Sequence[OsmPlace]) -> list[OsmPlace]:
    """Return the towns and villages that have a name, the largest first."""
    towns = (place for place in places if place.kind in RANKS and place.name)
    return sorted(towns, key=lambda place: (-people_of(place), place.name, place.osm_id))
