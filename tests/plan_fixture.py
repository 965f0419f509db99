"""Makes a plan without any optimiser: tours in the order of distance, along the shortest roads.

Times and loads are plausible, not optimal; what documents need is all there: nights, a chain,
sessions, breaks, an unserved visit.
"""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import networkx as nx

from planning.plan import PLAN_FORMAT, Delivery, Plan, Totals
from province.dates import Month
from province.facts import Province
from province.ids import BatchId, SegmentId, SiteId, TripId, VisitId
from province.language import message
from province.places import Site, SiteKind
from province.visits import Movement, Parcel, Pin, Task, Visit, Window
from rotation.problem import RotationPlan, Stay
from routing.trips import Leg, Night, Pause, Ride, Stop, Trip, TripPlan, Unserved

MONTH = Month(2026, 12)


def make_plan(province: Province, *, stops_per_day: int = 2, num_sites: int | None = None) -> Plan:
    """Return two-day trips from the first depot to every enrolled site but the last."""
    depot = province.depots[0]
    goals = [s for s in province.sites if s.takes_rotation or s.takes_sessions][:num_sites]
    goals.sort(key=lambda s: (round(_angle(depot, s), 1), s.site_id))
    missed, goals = goals[-1], goals[:-1]
    roads = _Roads(province)
    batches = list(province.batches)
    visits: list[Visit] = [_make_missed(missed)]
    trips: list[Trip] = []
    deliveries: list[Delivery] = []
    size = 2 * stops_per_day
    for number, start in enumerate(range(0, len(goals), size)):
        first_day = MONTH.first_day + timedelta(days=(number * 2) % 27)
        vehicle = province.vehicles[number % len(province.vehicles)]
        crew = province.crews[number % len(province.crews)]
        trip_id = TripId(f"T{number + 1:02d}")
        built = _make_trip(
            trip_id, goals[start : start + size], first_day, depot, roads,
            batches[(start * 2) % len(batches) :] + batches, stops_per_day,
            _find_bed(province, goals[start]), (vehicle.vehicle_id, crew.crew_id),
        )  # fmt: skip
        trips.append(built[0])
        visits += built[1]
        deliveries += built[2]
    unserved = Unserved(
        VisitId(f"V-{missed.site_id}"), "road_closed",
        message("the road to {site} is shut until {day}", site=missed.name, day="2026-12-31"),
        message("use vehicle {vehicle} instead", vehicle=province.vehicles[-1].vehicle_id),
        1_250_000,
    )  # fmt: skip
    length_m = sum(trip.length_m for trip in trips)
    rotation = _make_rotation(deliveries)
    return Plan(
        format=PLAN_FORMAT, province_code=province.settings.province.code,
        province_name=province.settings.province.name, month=MONTH, facts_digest="0" * 64, seed=1,
        work=1.0, rotation=rotation, asked=rotation.movements,
        visits=tuple(sorted(visits, key=lambda visit: visit.visit_id)),
        trips=TripPlan(tuple(trips), (unserved,), "feasible", sum(t.cost_vnd for t in trips), 1.5,
                       1.25, 0.1, 1, 1.0),
        deliveries=tuple(deliveries),
        totals=Totals(len(deliveries), len(visits), len(visits) - 1, len(visits) - 3, 2,
                      length_m / 1000, sum(t.drive_min for t in trips) / 60,
                      sum(len(t.nights) for t in trips), len(trips),
                      sum(t.cost_vnd for t in trips)),
        violations=(), has_schematic_roads=province.has_schematic_roads,
    )  # fmt: skip


def add_rides(plan: Plan, province: Province) -> Plan:
    """Return the plan with the first stop's boxes ridden on to the site that has no trip.

    With it, a plan of the small province has something for every document.
    """
    trip, *others = plan.trips.trips
    stop, roads = trip.stops[0], _Roads(province)
    visit_id = plan.trips.unserved[0].visit_id
    site_id = next(visit.site_id for visit in plan.visits if visit.visit_id == visit_id)
    place, village = province.site_by_id[stop.site_id], province.site_by_id[site_id]
    bike = province.vehicles[-1].vehicle_id
    rides = (
        Ride(bike, roads.leg(village, place, stop.start_min - 60), 0),
        Ride(bike, roads.leg(place, village, stop.depart_min), 1),
    )
    ridden = replace(trip, stops=(replace(stop, village_id=site_id, rides=rides), *trip.stops[1:]))
    return replace(plan, trips=replace(plan.trips, trips=(ridden, *others)))


def rename_everything(province: Province, text: str) -> Province:
    """Return the facts with a text in every field that people fill in."""
    settings = province.settings
    return replace(
        province,
        settings=settings.model_copy(
            update={
                "province": settings.province.model_copy(
                    update={"name": text, "organisation": text, "phone": text}
                )
            }
        ),
        communes=tuple(replace(c, name=text, kind=text) for c in province.communes),
        sites=tuple(
            replace(s, name=text, phone=text, keyholder=text, note=text) for s in province.sites
        ),
        batches=tuple(replace(b, name=text, owner=text, note=text) for b in province.batches),
        vehicles=tuple(replace(v, name=text, note=text) for v in province.vehicles),
        crews=tuple(replace(c, name=text, note=text) for c in province.crews),
        segments=tuple(replace(s, name=text, ref=text, hazard=text) for s in province.segments),
        closures=tuple(replace(c, ref=text, reason=text, source=text) for c in province.closures),
        kits=tuple(replace(k, name=text, note=text) for k in province.kits),
    )


class _Roads:
    """Shortest ways between sites, as segments with their direction."""

    def __init__(self, province: Province) -> None:
        self.segments = {segment.segment_id: segment for segment in province.segments}
        self.graph = nx.MultiDiGraph()
        for segment in province.segments:
            ends = _node(segment.line[0]), _node(segment.line[-1])
            self.graph.add_edge(*ends, (segment.segment_id, True), length=segment.length_m)
            if not segment.is_oneway:
                self.graph.add_edge(*ends[::-1], (segment.segment_id, False),
                                    length=segment.length_m)  # fmt: skip
        self.nodes = sorted(self.graph)

    def nearest(self, site: Site) -> tuple[float, float]:
        return min(self.nodes, key=lambda n: ((n[0] - site.lon) ** 2 + (n[1] - site.lat) ** 2, n))

    def way(self, start: Site, end: Site) -> tuple[tuple[SegmentId, bool], ...]:
        nodes = nx.shortest_path(
            self.graph, self.nearest(start), self.nearest(end), weight="length"
        )
        way = []
        for one, other in pairwise(nodes):
            edges = self.graph[one][other]
            way.append(min(edges, key=lambda key: (edges[key]["length"], key)))
        return tuple(way)

    def leg(self, start: Site, end: Site, leave_min: int) -> Leg:
        way = self.way(start, end)
        length_m = round(sum(self.segments[key].length_m for key, _ in way))
        drive_min = max(1, round(length_m / 500))
        pauses = (Pause(leave_min + 240, 15, True),) if drive_min > 240 else ()
        wait_min = sum(pause.minutes for pause in pauses)
        return Leg(start.site_id, end.site_id, way, leave_min, leave_min + drive_min + wait_min,
                   drive_min, 0, wait_min, length_m, pauses)  # fmt: skip


def _make_trip(trip_id, goals, first_day, depot, roads, batches, stops_per_day, bed, who):
    """Return a trip, its visits and its deliveries; the first two stops make a chain."""
    stops, nights, visits, deliveries, place = [], [], [], [], depot
    day, minute, boxes = first_day, 420, 0
    loads = tuple(
        _parcel(batches[k], depot.site_id, s.site_id) for k, s in enumerate(goals) if k != 1
    )
    for number, site in enumerate(goals):
        if number == stops_per_day:
            leg = roads.leg(place, bed, minute)
            nights.append(Night(day, bed.site_id, leg if leg.segments else None))
            place, day, minute = bed, day + timedelta(days=1), 420
        leg = roads.leg(place, site, minute)
        carried = batches[0] if number == 1 else batches[number]
        source = goals[0].site_id if number == 1 else depot.site_id
        leaves = (_parcel(carried, source, site.site_id),)
        takes = ()
        if number == 0 and len(goals) > 1:
            leaves = (_parcel(batches[0], depot.site_id, site.site_id),)
            takes = (_parcel(batches[len(goals)], site.site_id, goals[1].site_id),)
        if number == 1:
            leaves = (_parcel(batches[len(goals)], goals[0].site_id, site.site_id),)
        tasks = (Task.EXCHANGE, Task.SESSION) if site.takes_sessions else (Task.EXCHANGE,)
        start_min = max(leg.arrive_min, 480)
        service_min = 200 if Task.SESSION in tasks else 40
        visit_id = VisitId(f"V-{site.site_id}")
        boxes = max(0, boxes + sum(p.boxes for p in takes) - sum(p.boxes for p in leaves)) + 2
        stops.append(
            Stop(number + 1, day, visit_id, site.site_id, tasks, leg, start_min,
                 start_min + service_min, leaves, takes, boxes, boxes * 15.0)
        )  # fmt: skip
        visits.append(
            Visit(visit_id, site.site_id, tasks, service_min, leaves, takes,
                  (Window(day, 420, 1020),), 2, Task.SESSION in tasks, 3,
                  preferred_days=frozenset({day, date(2026, 12, 24), date(2026, 12, 3)}))
        )  # fmt: skip
        deliveries += [
            Delivery(BatchId(p.content_id), p.from_site, p.to_site, p.books, p.boxes, trip_id,
                     who[0], day, 3, 41.25, message("{share} % of titles unseen", share=92))
            for p in leaves
        ]  # fmt: skip
        place, minute = site, start_min + service_min
    home = roads.leg(place, depot, minute)
    legs = [s.leg for s in stops] + [n.leg for n in nights if n.leg] + [home]
    length_m, drive_min = sum(g.length_m for g in legs), sum(g.drive_min for g in legs)
    return (
        Trip(trip_id, *who, depot.site_id, first_day, day, tuple(stops), tuple(nights), home,
             loads, length_m, drive_min, 9 * length_m // 10 * 10),
        visits, deliveries,
    )  # fmt: skip


def _make_missed(site: Site) -> Visit:
    return Visit(VisitId(f"V-{site.site_id}"), site.site_id, (Task.EXCHANGE,), 30, (), (), (), 2,
                 False, 4, pin=Pin(day=date(2026, 12, 9)))  # fmt: skip


def _make_rotation(deliveries: list[Delivery]) -> RotationPlan:
    return RotationPlan(
        (MONTH, MONTH.plus(1)),
        tuple(Stay(d.batch_id, d.to_site, MONTH, 3, 41.25, False) for d in deliveries),
        tuple(Movement(d.batch_id, MONTH, d.from_site, d.to_site) for d in deliveries),
        "feasible", 100.0, 101.0, 0.0099, 1, 1.0, 100.0, (("uses", 100.0),),
        tuple((d.batch_id, d.to_site, d.reason) for d in deliveries),
    )  # fmt: skip


def _find_bed(province: Province, near: Site) -> Site:
    beds = [s for s in province.sites if s.kind is SiteKind.LODGING or s.lodging_beds]
    return min(beds, key=lambda s: ((s.lon - near.lon) ** 2 + (s.lat - near.lat) ** 2, s.site_id))


def _parcel(batch, from_site: SiteId, to_site: SiteId) -> Parcel:
    return Parcel(batch.batch_id, from_site, to_site, batch.books, batch.boxes, batch.mass_kg)


def _angle(depot: Site, site: Site) -> float:
    from math import atan2

    return atan2(site.lat - depot.lat, site.lon - depot.lon)


def _node(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 5), round(point[1], 5)
