"""Draws the month as one still picture: communes by service, roads, ways driven, stops."""

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from exports.geo.colours import colour_vehicles
from exports.geo.ways import list_legs
from exports.maps.basemap import bound_lines, simplify
from exports.pages.charts import FONTS
from exports.pages.marks import join
from planning.figures import Service, find_services
from planning.plan import Plan
from province.facts import Province
from province.ids import SegmentId
from province.places import Commune
from province.roads import RoadClass
from province.visits import Task

TINTS: dict[Service, str] = {
    Service.BOTH: "#2e8b57",
    Service.SESSION: "#6fa8dc",
    Service.EXCHANGE: "#a8d39b",
    Service.STANDS: "#f2e6b1",
    Service.NONE: "#f7f7f3",
}
SIDE = 1000
NAME_SIZE, LONGEST_NAME = 19, 30
_HALO = Markup('fill="#fff" stroke="#fff" stroke-width="5" stroke-linejoin="round"')
_INK = Markup('fill="#1c2321"')
_MAIN_ROADS = (RoadClass.NATIONAL, RoadClass.PROVINCIAL)

Point = tuple[float, float]


class _Paper:
    """Turns degrees into points of the picture: x east, y south, the longer side `SIDE` long."""

    def __init__(self, lines: Iterable[Sequence[Point]]) -> None:
        west, south, east, north = bound_lines(lines, margin=0.02) or (0.0, 0.0, 1.0, 1.0)
        self.west, self.north = west, north
        self.squeeze = math.cos(math.radians((south + north) / 2))
        wide, tall = (east - west) * self.squeeze, north - south
        self.scale = SIDE / max(wide, tall, 1e-9)
        self.width, self.height = wide * self.scale, tall * self.scale

    def place(self, lon: float, lat: float) -> Point:
        x = (lon - self.west) * self.squeeze * self.scale
        return x, (self.north - lat) * self.scale

    def trace(self, line: Sequence[Point], *, is_closed: bool = False) -> str:
        points = [self.place(lon, lat) for lon, lat in simplify(line, 1 / self.scale)]
        steps = "L".join(f"{x:.0f} {y:.0f}" for x, y in points)
        return f"M{steps}{'Z' if is_closed else ''}"


def draw_overview(plan: Plan, province: Province, label: str) -> Markup:
    """Return the map as SVG; `label` says what it is to those who cannot see it."""
    outlines = [ring for commune in province.communes for ring in commune.outline]
    sites = [((site.lon, site.lat),) for site in province.sites]
    paper = _Paper([*outlines, *sites])
    parts = [
        *_draw_communes(plan, province, paper),
        _draw_roads(province, paper),
        *_draw_ways(plan, province, paper),
        *_draw_places(plan, province, paper),
        *_draw_names(plan, province, paper),
    ]
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {:.0f} {:.0f}" width="100%" '
        'role="img" aria-label="{}">{}</svg>'
    ).format(paper.width, paper.height, label, join(parts))


def _draw_communes(plan: Plan, province: Province, paper: _Paper) -> list[Markup]:
    services = find_services(plan, province)
    return [
        Markup('<path d="{}" fill="{}" stroke="#7d8f85" stroke-width="1.5"/>').format(
            "".join(paper.trace(ring, is_closed=True) for ring in commune.outline),
            TINTS[services[commune.code]],
        )
        for commune in province.communes
        if commune.outline
    ]


def _draw_roads(province: Province, paper: _Paper) -> Markup:
    main = [s for s in province.segments if s.road_class in _MAIN_ROADS]
    return Markup('<path d="{}" fill="none" stroke="#a9a294" stroke-width="2"/>').format(
        "".join(paper.trace(segment.line) for segment in main)
    )


def _draw_ways(plan: Plan, province: Province, paper: _Paper) -> list[Markup]:
    """Return the roads driven this month, each vehicle's in its colour."""
    segments = {segment.segment_id: segment for segment in province.segments}
    colours = colour_vehicles(trip.vehicle_id for trip in plan.trips.trips)
    drawn = []
    for vehicle_id, colour in colours.items():
        driven: set[SegmentId] = {
            key
            for trip in plan.trips.trips
            if trip.vehicle_id == vehicle_id
            for _, leg in list_legs(trip)
            for key, _ in leg.segments
        }
        drawn.append(
            Markup(
                '<path d="{}" fill="none" stroke="{}" stroke-width="4.5" stroke-opacity=".75" '
                'stroke-linejoin="round"/>'
            ).format("".join(paper.trace(segments[key].line) for key in sorted(driven)), colour)
        )
    return drawn


def _draw_places(plan: Plan, province: Province, paper: _Paper) -> list[Markup]:
    sites = province.site_by_id
    visits = {visit.visit_id: visit for visit in plan.visits}
    drawn = []
    for trip in plan.trips.trips:
        for stop in trip.stops:
            x, y = paper.place(sites[stop.site_id].lon, sites[stop.site_id].lat)
            fill = "#1a56b8" if Task.SESSION in stop.tasks else "#fff"
            drawn.append(
                Markup(
                    '<circle cx="{:.0f}" cy="{:.0f}" r="7" fill="{}" stroke="#111" '
                    'stroke-width="2.5"/>'
                ).format(x, y, fill)
            )
    for unserved in plan.trips.unserved:
        site = sites[visits[unserved.visit_id].receiver_id]
        x, y = paper.place(site.lon, site.lat)
        drawn.append(
            Markup(
                '<path d="M{0:.0f} {1:.0f}l10 10l-10 10l-10 -10Z" fill="#fff" stroke="#c62828" '
                'stroke-width="4"/>'
            ).format(x, y - 10)
        )
    for depot in province.depots:
        x, y = paper.place(depot.lon, depot.lat)
        drawn.append(
            Markup(
                '<rect x="{:.0f}" y="{:.0f}" width="22" height="22" fill="#111" stroke="#fff" '
                'stroke-width="3"/>'
            ).format(x - 11, y - 11)
        )
    return drawn


def _draw_names(plan: Plan, province: Province, paper: _Paper) -> list[Markup]:
    """Return names of communes, the most populous first, as far as they do not overlap."""
    taken: list[tuple[float, float, float, float]] = []
    for depot in province.depots:
        x, y = paper.place(depot.lon, depot.lat)
        taken.append((x - 14, y - 14, x + 14, y + 14))
    drawn = []
    communes = sorted(province.communes, key=lambda c: (-c.population, c.code))
    for commune in communes:
        found = _find_room(commune, paper, taken)
        if found is None:
            continue
        x, y, half = found
        taken.append((x - half, y - NAME_SIZE, x + half, y + 4))
        name = commune.name[:LONGEST_NAME]
        for look in (_HALO, _INK):
            drawn.append(
                Markup(
                    '<text x="{:.0f}" y="{:.0f}" text-anchor="middle" font-family="{}" '
                    'font-size="{}" font-weight="600" {}>\u2068{}\u2069</text>'
                ).format(x, y, FONTS, NAME_SIZE, look, name)
            )
    return drawn


def _find_room(
    commune: Commune, paper: _Paper, taken: list[tuple[float, float, float, float]]
) -> tuple[float, float, float] | None:
    half = len(commune.name[:LONGEST_NAME]) * NAME_SIZE * 0.29
    x, y = paper.place(commune.seat_lon, commune.seat_lat)
    for shift in (-12, NAME_SIZE + 10):
        box = (x - half, y + shift - NAME_SIZE, x + half, y + shift + 4)
        inside = box[0] >= 0 and box[2] <= paper.width and box[1] >= 0 and box[3] <= paper.height
        if inside and not any(_overlap(box, other) for other in taken):
            return x, y + shift, half
    return None


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
