"""Draws the month as one still picture: communes by service, roads, ways driven, stops."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from exports.geo.colours import colour_vehicles
from exports.geo.mercator import Frame, Rectangle, frame_bounds, overlap
from exports.geo.ways import Point
from exports.maps.basemap import bound_lines, simplify
from exports.pages.template import fill_in
from planning.figures import Service, find_services
from planning.plan import Plan
from province.facts import Province
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
_MAIN_ROADS = (RoadClass.NATIONAL, RoadClass.PROVINCIAL)


def draw_overview(plan: Plan, province: Province, label: str) -> Markup:
    """Return the map as SVG; `label` says what it is to those who cannot see it."""
    outlines = [ring for commune in province.communes for ring in commune.outline]
    places = [((site.lon, site.lat),) for site in province.sites]
    frame = frame_bounds(bound_lines([*outlines, *places], margin=0.02), SIDE)
    sites, services = province.site_by_id, find_services(plan, province)
    receivers = {visit.visit_id: sites[visit.receiver_id] for visit in plan.visits}
    missed = [receivers[unserved.visit_id] for unserved in plan.trips.unserved]
    main_roads = [s.line for s in province.segments if s.road_class in _MAIN_ROADS]
    return fill_in(
        "papers/overview.html.j2", "en", label=label, width=frame.width, height=frame.height,
        communes=[
            (_trace(commune.outline, frame), TINTS[services[commune.code]])
            for commune in province.communes if commune.outline
        ],
        roads=_trace(main_roads, frame),
        ways=_list_ways(plan, province, frame),
        stops=[
            (*frame.place(sites[stop.site_id].lon, sites[stop.site_id].lat),
             Task.SESSION in stop.tasks)
            for trip in plan.trips.trips for stop in trip.stops
        ],
        unserved=[frame.place(site.lon, site.lat) for site in missed],
        depots=[frame.place(depot.lon, depot.lat) for depot in province.depots],
        names=list(_place_names(province, frame)), name_size=NAME_SIZE,
    )  # fmt: skip


def _trace(lines: Sequence[Sequence[Point]], frame: Frame) -> str:
    return frame.trace(simplify(line, frame.degrees_per_unit) for line in lines)


def _list_ways(plan: Plan, province: Province, frame: Frame) -> list[tuple[str, str]]:
    """Return the roads driven this month, and the colour of the vehicle."""
    segments = province.segment_by_id
    drawn = []
    for vehicle_id, colour in colour_vehicles(t.vehicle_id for t in plan.trips.trips).items():
        driven = {
            key
            for trip in plan.trips.trips
            if trip.vehicle_id == vehicle_id
            for _, leg in trip.legs()
            for key, _ in leg.segments
        }
        drawn.append((_trace([segments[key].line for key in sorted(driven)], frame), colour))
    return drawn


def _place_names(province: Province, frame: Frame) -> Iterator[tuple[str, int, int]]:
    """Yield names of communes, the most populous first, as far as they do not overlap."""
    taken: list[Rectangle] = []
    for depot in province.depots:
        x, y = frame.place(depot.lon, depot.lat)
        taken.append((x - 14, y - 14, x + 14, y + 14))
    for commune in sorted(province.communes, key=lambda c: (-c.population, c.code)):
        name = commune.name[:LONGEST_NAME]
        half = len(name) * NAME_SIZE * 0.29
        for x, y in _list_places(commune, frame):
            own = x - half, y - NAME_SIZE, x + half, y + 4
            is_inside = own[0] >= 0 <= own[1] and own[2] <= frame.width and own[3] <= frame.height
            if is_inside and not any(overlap(own, other) for other in taken):
                taken.append(own)
                yield name, x, y
                break


def _list_places(commune: Commune, frame: Frame) -> tuple[tuple[int, int], ...]:
    """Return where the name of a commune may stand: above its seat, or below."""
    x, y = frame.place(commune.seat_lon, commune.seat_lat)
    return (x, y - 12), (x, y + NAME_SIZE + 10)
