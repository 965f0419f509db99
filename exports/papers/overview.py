"""Draws the province as one still picture: communes, main roads, ways driven, stops."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

from markupsafe import Markup

from exports.geo.colours import DONE_COLOUR, colour_vehicles
from exports.geo.mercator import Frame, Rectangle, frame_bounds, overlap
from exports.geo.ways import Point
from exports.maps.basemap import bound_lines, simplify
from exports.pages.template import fill_in
from planning.figures import Service, find_services
from planning.plan import Plan, VisitChange
from planning.replan.changes import LOST
from planning.replan.told import concerns_site, list_changed
from planning.trip_state import TripState, tell_state
from province.facts import Province
from province.ids import CommuneCode
from province.places import Commune
from province.roads import RoadClass
from province.visits import Task
from routing.trips import Trip

TINTS: dict[Service, str] = {
    Service.BOTH: "#2e8b57",
    Service.SESSION: "#6fa8dc",
    Service.EXCHANGE: "#a8d39b",
    Service.STANDS: "#f2e6b1",
    Service.NONE: "#f7f7f3",
}
SIDE = 1000
NAME_SIZE, LONGEST_NAME = 19, 30
FLOW_COLOUR = "#7b1fa2"
BEND, ARROW, DEPOT_SIDE = 0.12, 22, 18
"""How far an arrow bends, as a share of its way; sizes of its head and of a depot's mark."""

MAIN_ROADS = (RoadClass.NATIONAL, RoadClass.PROVINCIAL)
CHANGED = {"lost": "#c62828", "told": "#f9a825", "crew": "#ffffff"}
"""Colours of places whose visit is otherwise, see `name_gravity`."""


def draw_overview(plan: Plan, province: Province, label: str) -> Markup:
    """Return the map as SVG; `label` says what it is to those who cannot see it."""
    frame = _frame(province)
    sites, services = province.site_by_id, find_services(plan, province)
    receivers = {visit.visit_id: sites[visit.receiver_id] for visit in plan.visits}
    missed = [receivers[unserved.visit_id] for unserved in plan.trips.unserved]
    done, others = _part_trips(plan)
    driven = _trace_trips(done, province, frame), DONE_COLOUR, ""
    return _fill(
        province, frame, label,
        tints={code: TINTS[service] for code, service in services.items()},
        ways=[driven, *_colour_ways(others, province, frame)],
        stops=[
            (*frame.place(sites[stop.site_id].lon, sites[stop.site_id].lat),
             Task.SESSION in stop.tasks)
            for trip in plan.trips.trips for stop in trip.stops
        ],
        unserved=[frame.place(site.lon, site.lat) for site in missed],
    )  # fmt: skip


def draw_changes(plan: Plan, before: Plan | None, province: Province, label: str) -> Markup:
    """Return the map of a month planned again: changed places, the ways before and now.

    Ways are those of trips that make a changed visit, or made it in the plan before, where that is
    known.
    """
    frame = _frame(province)
    changes = list_changed(plan)
    now = {change.after.trip_id for change in changes if change.after}
    then = {change.before.trip_id for change in changes if change.before}
    trips = [trip for trip in plan.all_trips if trip.trip_id in now]
    old = [trip for trip in before.all_trips if trip.trip_id in then] if before else []
    sites = [(province.site_by_id.get(change.site_id), change) for change in changes]
    return _fill(
        province, frame, label, tints={},
        ways=[
            (_trace_trips(old, province, frame), "#6b6b6b", "14 9"),
            *_colour_ways(trips, province, frame),
        ],
        changed=[
            (*frame.place(site.lon, site.lat), CHANGED[name_gravity(change)])
            for site, change in sites if site is not None
        ],
    )  # fmt: skip


def draw_tints(
    province: Province, tints: Mapping[CommuneCode, str], other: str, label: str
) -> Markup:
    """Return the map with communes in colours of their own, and `other` for those without."""
    every = {commune.code: tints.get(commune.code, other) for commune in province.communes}
    return _fill(province, _frame(province), label, tints=every)


@dataclass(frozen=True, slots=True)
class Flow:
    """Something that goes from one place to another, both EPSG:4326, with what is written on it."""

    start: Point
    end: Point
    label: str


def draw_flows(
    provinces: Mapping[str, Province], tints: Mapping[str, str], flows: Sequence[Flow],
    depots: Sequence[tuple[str, float, float]], label: str,
) -> Markup:  # fmt: skip
    """Return the map of provinces in colours of their own, with arrows and named depots."""
    communes = [
        (commune.outline, tints[name])
        for name, one in provinces.items() for commune in one.communes if commune.outline
    ]  # fmt: skip
    frame = frame_all((ring for outline, _ in communes for ring in outline),
                      ((lon, lat) for _, lon, lat in depots))  # fmt: skip
    arrows = [(flow, *_bend(frame.place(*flow.start), frame.place(*flow.end))) for flow in flows]
    names = [(name, x, y - 18) for name, lon, lat in depots for x, y in [frame.place(lon, lat)]]
    return fill_picture(
        frame, label, communes=communes,
        roads=[line for one in provinces.values() for line in list_main_roads(one)],
        depots=[(lon, lat) for _, lon, lat in depots],
        ways=[(path, FLOW_COLOUR, "") for _, path, _ in arrows],
        names=[*names, *((flow.label, *middle) for flow, _, middle in arrows)],
        name_size=NAME_SIZE,
    )  # fmt: skip


def _bend(start: tuple[int, int], end: tuple[int, int]) -> tuple[str, tuple[int, int]]:
    """Return a bent arrow as an SVG path, and where it is farthest from the straight way.

    Bent to its left, so that two that go to and fro do not lie on each other; it ends before the
    depot that it points at.
    """
    (x, y), (to_x, to_y) = start, end
    far = max(hypot(to_x - x, to_y - y), 1.0)
    along, across = ((to_x - x) / far, (to_y - y) / far), ((to_y - y) / far, (x - to_x) / far)
    bend = far * BEND
    turn_x, turn_y = (x + to_x) / 2 + 2 * bend * across[0], (y + to_y) / 2 + 2 * bend * across[1]
    tip_x, tip_y = to_x - DEPOT_SIDE * along[0], to_y - DEPOT_SIDE * along[1]
    to_tip = max(hypot(tip_x - turn_x, tip_y - turn_y), 1.0)
    u, v = (tip_x - turn_x) / to_tip, (tip_y - turn_y) / to_tip
    left = tip_x - ARROW * (u - v / 2), tip_y - ARROW * (v + u / 2)
    right = tip_x - ARROW * (u + v / 2), tip_y - ARROW * (v - u / 2)
    path = (
        f"M{x} {y}Q{turn_x:.0f} {turn_y:.0f} {tip_x:.0f} {tip_y:.0f}"
        f"M{left[0]:.0f} {left[1]:.0f}L{tip_x:.0f} {tip_y:.0f}L{right[0]:.0f} {right[1]:.0f}"
    )
    middle = (x + to_x) / 2 + bend * across[0], (y + to_y) / 2 + bend * across[1]
    return path, (round(middle[0]), round(middle[1]))


def name_gravity(change: VisitChange) -> str:
    """Return how a place is marked: ``lost``, ``told`` where it must know, else ``crew``."""
    if LOST in change.kinds:
        return "lost"
    return "told" if concerns_site(change) else "crew"


def _frame(province: Province) -> Frame:
    return frame_all(
        (ring for commune in province.communes for ring in commune.outline),
        ((site.lon, site.lat) for site in province.sites),
    )


def frame_all(lines: Iterable[Sequence[Point]], places: Iterable[Point]) -> Frame:
    """Return the frame of a still picture that shows some lines and places, in degrees."""
    every = [*lines, *((place,) for place in places)]
    return frame_bounds(bound_lines(every, margin=0.02), SIDE)


def _fill(
    province: Province, frame: Frame, label: str, *, tints: Mapping[CommuneCode, str], **view: Any
) -> Markup:
    """Return the picture: communes, main roads, depots and names, with what `view` puts on it."""
    return fill_picture(
        frame, label,
        communes=[
            (commune.outline, tints.get(commune.code, TINTS[Service.NONE]))
            for commune in province.communes if commune.outline
        ],
        roads=list_main_roads(province),
        depots=[(depot.lon, depot.lat) for depot in province.depots],
        names=list(_place_names(province, frame)), name_size=NAME_SIZE, **view,
    )  # fmt: skip


def list_main_roads(province: Province) -> list[Sequence[Point]]:
    """Return the lines of the roads that a still picture shows."""
    return [s.line for s in province.segments if s.road_class in MAIN_ROADS]


def fill_picture(
    frame: Frame,
    label: str,
    *,
    communes: Iterable[tuple[Sequence[Sequence[Point]], str]],
    roads: Sequence[Sequence[Point]],
    depots: Iterable[Point],
    **view: Any,
) -> Markup:
    """Return a picture of communes (outline in degrees, tint), roads and depots as SVG.

    Parameters
    ----------
    view
        What is drawn upon it, in units of the picture, see the template.
    """
    nothing = dict.fromkeys(("ways", "stops", "unserved", "changed"), ()) | {"borders": ""}
    return fill_in(
        "papers/overview.html.j2", "en", label=label, width=frame.width, height=frame.height,
        communes=[(trace_simply(outline, frame), tint) for outline, tint in communes],
        roads=trace_simply(roads, frame),
        depots=[frame.place(lon, lat) for lon, lat in depots],
        **{**nothing, **view},
    )  # fmt: skip


def _part_trips(plan: Plan) -> tuple[list[Trip], list[Trip]]:
    """Return the trips that were done before the plan was made, and the others."""
    done = [trip for trip in plan.trips.trips if tell_state(plan, trip) is TripState.DONE]
    return done, [trip for trip in plan.trips.trips if trip not in done]


def trace_simply(lines: Iterable[Sequence[Point]], frame: Frame) -> str:
    """Return lines as the steps of an SVG path, without points that nobody could see."""
    return frame.trace(simplify(line, frame.degrees_per_unit) for line in lines)


def _colour_ways(
    trips: Sequence[Trip], province: Province, frame: Frame
) -> list[tuple[str, str, str]]:
    """Return the roads that each vehicle drives, its colour, and no dashes."""
    drawn = []
    for vehicle_id, colour in colour_vehicles(trip.vehicle_id for trip in trips).items():
        own = [trip for trip in trips if trip.vehicle_id == vehicle_id]
        drawn.append((_trace_trips(own, province, frame), colour, ""))
    return drawn


def _trace_trips(trips: Iterable[Trip], province: Province, frame: Frame) -> str:
    """Return the roads that trips drive, as far as the facts know them."""
    segments = province.segment_by_id
    driven = {key for trip in trips for _, leg in trip.legs() for key, _ in leg.segments}
    return trace_simply([segments[key].line for key in sorted(driven & segments.keys())], frame)


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
