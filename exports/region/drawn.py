"""The map of a region: communes of all its provinces, what each gets in the month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import shapely
from markupsafe import Markup

from exports.geo.mercator import Frame, Rectangle, overlap
from exports.geo.ways import Point
from exports.maps.basemap import simplify
from exports.papers.overview import (
    TINTS,
    fill_picture,
    frame_all,
    list_main_roads,
    trace_simply,
)
from planning.figures import find_services
from province.facts import Province
from province.places import Commune
from region.months import ProvinceMonth

UNPLANNED = "#d9d9d6"
"""Tint of communes whose province has no plan."""

NAME_SIZE = 30
KEPT_DEG = 0.001
"""Points nearer than this to what stays are not kept: some hundred metres."""

LEAST_PART = 0.02
"""Parts of a province that are smaller than this share of it have no border drawn."""

Line = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class DrawnProvince:
    """What is drawn of one province, in degrees; as coarse as a map of a region is.

    Parameters
    ----------
    communes
        Outline and tint of each.
    borders
        The rings about all of them.
    middle
        The place of its name: the middle of the largest circle in it.
    """

    name: str
    communes: tuple[tuple[tuple[Line, ...], str], ...]
    borders: tuple[Line, ...]
    roads: tuple[Line, ...]
    depots: tuple[Point, ...]
    middle: Point | None


@dataclass(slots=True)
class DrawnRegion:
    """What is drawn of the provinces seen so far; nothing else of them is kept."""

    provinces: list[DrawnProvince] = field(default_factory=list)

    def add(self, one: ProvinceMonth) -> None:
        """Take up a province; one that cannot be read leaves its place white."""
        if one.province is None:
            return
        services = find_services(one.plan, one.province) if one.plan else {}
        tints = {code: TINTS[service] for code, service in services.items()}
        parts = _unite(one.province)
        self.provinces.append(
            DrawnProvince(
                name=one.name,
                communes=tuple(
                    (_coarsen(commune.outline), tints.get(commune.code, UNPLANNED))
                    for commune in one.province.communes if commune.outline
                ),
                borders=_coarsen([list(part.exterior.coords) for part in parts]),
                roads=_coarsen(list_main_roads(one.province)),
                depots=tuple((depot.lon, depot.lat) for depot in one.province.depots),
                middle=_find_middle(parts[0]) if parts else None,
            )
        )  # fmt: skip

    def draw(self, label: str) -> Markup | None:
        """Return the map as SVG; None where no province could be read."""
        if not self.provinces:
            return None
        frame = self._frame()
        return fill_picture(
            frame, label,
            communes=[commune for one in self.provinces for commune in one.communes],
            roads=[line for one in self.provinces for line in one.roads],
            depots=[depot for one in self.provinces for depot in one.depots],
            borders=trace_simply((ring for one in self.provinces for ring in one.borders), frame),
            names=list(self._place_names(frame)), name_size=NAME_SIZE,
        )  # fmt: skip

    def _frame(self) -> Frame:
        return frame_all(
            (ring for one in self.provinces for rings, _ in one.communes for ring in rings),
            (depot for one in self.provinces for depot in one.depots),
        )

    def _place_names(self, frame: Frame) -> Iterator[tuple[str, int, int]]:
        """Yield names and their places, as far as they cover neither each other nor a depot."""
        taken: list[Rectangle] = []
        for x, y in (frame.place(*depot) for one in self.provinces for depot in one.depots):
            taken.append((x - 14, y - 14, x + 14, y + 14))
        for one in self.provinces:
            if one.middle is None:
                continue
            x, middle = frame.place(*one.middle)
            half = len(one.name) * NAME_SIZE * 0.29
            x = round(min(max(x, half), frame.width - half))
            for lines in (0, 1, -1, 2, -2):
                y = middle + NAME_SIZE // 3 + lines * NAME_SIZE
                own = x - half, y - 0.8 * NAME_SIZE, x + half, y + 0.2 * NAME_SIZE
                if not any(overlap(own, other) for other in taken):
                    taken.append(own)
                    yield one.name, x, y
                    break


def _coarsen(lines: Sequence[Sequence[Point]]) -> tuple[Line, ...]:
    return tuple(tuple(simplify(line, KEPT_DEG)) for line in lines)


def _unite(province: Province) -> list[shapely.Polygon]:
    """Return what all communes of a province cover together, the largest part first."""
    whole = shapely.union_all([_shape(one) for one in province.communes if one.outline])
    parts = [part for part in shapely.get_parts(whole) if isinstance(part, shapely.Polygon)]
    parts.sort(key=lambda part: -part.area)
    return [part for part in parts if part.area >= LEAST_PART * parts[0].area]


def _shape(commune: Commune) -> shapely.Geometry:
    return shapely.make_valid(shapely.MultiPolygon([(ring, []) for ring in commune.outline]))


def _find_middle(part: shapely.Polygon) -> Point:
    radius = shapely.maximum_inscribed_circle(part, tolerance=0.01)
    lon, lat = radius.coords[0]
    return lon, lat
