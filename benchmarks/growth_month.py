"""Draws months of any size in provinces that do not exist: mountains, depots, fleets, visits.

Sites lie on a plane that grows with the visits. Roads are a spanning tree of a triangulation and a
third of its other edges, each longer than the straight line: neighbours on the map may be far apart
by road, as in mountains.
"""

import dataclasses
import itertools
import random
from datetime import date

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay

from province.cost_settings import CostSettings
from province.dates import Month
from province.fleet import Crew, Vehicle, VehicleKind
from province.ids import BatchId, CrewId, SegmentId, SiteId, VehicleId, VisitId
from province.settings import WEEKDAYS, TripSettings
from province.visits import Parcel, Task, Visit, Window
from roads.matrix import Travel
from roads.travel import Way
from routing.problem import TripProblem

Floats = npt.NDArray[np.float64]

MONTH = Month(2026, 12)
VISITS_PER_FLEET = 50
"""Visits for which there are two buses, a truck and three crews; every two fleets share a depot."""

SIDE_KM = 18.0
"""Side of the square that each visit brings: 50 visits lie on 127 by 127 km, as in Sơn La."""

SPEED_KMH, DETOUR, KEPT = 35.0, (1.2, 2.0), 0.35
SESSIONS, TWICE, CHAINED = 0.25, 0.3, 0.5
"""Shares: sites with sessions, those of them with two a month; exchanges that feed another one."""

LODGING_EVERY = 6
BOXES, BOOKS_PER_BOX, BOX_KG = (6, 12), 35, 15.0


def draw_month(num_visits: int, seed: int) -> TripProblem:
    """Return a month of so many visits; the same seed gives the same month."""
    chance = random.Random(1000 * num_visits + seed)
    num_fleets = max(1, round(num_visits / VISITS_PER_FLEET))
    depots = tuple(SiteId(f"D{k}") for k in range((num_fleets + 1) // 2))
    days = tuple(MONTH.days())
    visits = _draw_visits(chance, num_visits, days)
    places = tuple(dict.fromkeys(visit.site_id for visit in visits))
    spots = _draw_spots(chance, len(depots), len(places), SIDE_KM * num_visits**0.5)
    km = measure_roads(chance, spots)
    travel = Travel(
        "always",
        np.rint(km / SPEED_KMH * 60).astype(np.int32),
        np.zeros(km.shape, np.int32),
        np.rint(km * 1000).astype(np.int32),
        {},
    )
    return TripProblem(
        days=days,
        sites=(*depots, *places),
        depots=depots,
        lodging=dict.fromkeys(places[::LODGING_EVERY], 4),
        visits=_give_batches(chance, visits, depots, (*depots, *places), km),
        vehicles=tuple(car for k in range(num_fleets) for car in _fleet(k, depots[k // 2])),
        crews=tuple(crew for k in range(num_fleets) for crew in _crews(k, depots[k // 2])),
        travel=lambda vehicle, day: travel,
        way=lambda vehicle, day, a, b: Way(((SegmentId(f"{a}-{b}"), True),), 0.0, 1.0),
        rules=TripSettings(daylight_only=False, work_weekdays=WEEKDAYS[:5]),
        costs=CostSettings(),
        check_days=2,
        daylight=dict.fromkeys(days, (360, 1080)),
    )


def _draw_visits(chance: random.Random, num_visits: int, days: tuple[date, ...]) -> list[Visit]:
    """Return visits without batches: sessions, some twice a month, and exchanges."""
    visits: list[Visit] = []
    number = 0
    while len(visits) < num_visits:
        is_session = chance.random() < SESSIONS
        times = 2 if is_session and chance.random() < TWICE else 1
        for turn in range(min(times, num_visits - len(visits))):
            visits.append(_draw_visit(chance, f"S{number:03d}", turn, days, is_session=is_session))
        number += 1
    return visits


def _draw_visit(
    chance: random.Random, site: str, turn: int, days: tuple[date, ...], *, is_session: bool
) -> Visit:
    opens, closes = (420, 1020) if is_session else chance.choice(((420, 1020), (450, 690)))
    return Visit(
        visit_id=VisitId(f"{site}-{turn}"),
        site_id=SiteId(site),
        tasks=(Task.SESSION if is_session else Task.EXCHANGE,),
        service_min=240 if is_session else chance.choice((35, 45, 60)),
        leaves=(),
        takes=(),
        windows=tuple(Window(day, opens, closes) for day in days if day.weekday() < 5),
        crew_min=3 if is_session else 2,
        needs_session_vehicle=is_session,
        priority=chance.choice((3, 3, 3, 4)),
        gap_group=f"{site}-S" if is_session else "",
        gap_days=10 if is_session else 0,
    )


def _draw_spots(chance: random.Random, num_depots: int, num_places: int, side_km: float) -> Floats:
    """Return places in km: depots in the middles of strips, sites anywhere."""
    depots = [(side_km * (k + 0.5) / num_depots, side_km / 2) for k in range(num_depots)]
    places = [(chance.uniform(0, side_km), chance.uniform(0, side_km)) for _ in range(num_places)]
    return np.array([*depots, *places])


def measure_roads(chance: random.Random, spots: Floats) -> Floats:
    """Return the shortest ways in km between all spots, shape (spots, spots)."""
    pairs = sorted(
        {
            (min(a, b), max(a, b))
            for triangle in Delaunay(spots).simplices.tolist()
            for a, b in zip(triangle, triangle[1:] + triangle[:1], strict=True)
        }
    )
    length = {
        (a, b): float(np.hypot(*(spots[a] - spots[b]))) * chance.uniform(*DETOUR) for a, b in pairs
    }
    tree = minimum_spanning_tree(_as_graph(length, len(spots))).tocoo()
    kept = {
        (min(a, b), max(a, b)) for a, b in zip(tree.row.tolist(), tree.col.tolist(), strict=True)
    }
    kept |= {pair for pair in pairs if chance.random() < KEPT}
    graph = _as_graph({pair: length[pair] for pair in sorted(kept)}, len(spots))
    ways: Floats = dijkstra(graph, directed=False)
    return ways


def _as_graph(length: dict[tuple[int, int], float], size: int) -> csr_array:
    rows, columns = zip(*length, strict=True)
    return csr_array((list(length.values()), (rows, columns)), shape=(size, size))


def _give_batches(
    chance: random.Random,
    visits: list[Visit],
    depots: tuple[SiteId, ...],
    sites: tuple[SiteId, ...],
    km: Floats,
) -> tuple[Visit, ...]:
    """Return the visits with what they leave and take: from and to the depot, or in chains."""
    home = {site: depots[int(np.argmin(km[: len(depots), k]))] for k, site in enumerate(sites)}
    leaves: dict[int, Parcel] = {}
    takes: dict[int, Parcel] = {}
    exchanges = [k for k, visit in enumerate(visits) if visit.tasks == (Task.EXCHANGE,)]
    for k in exchanges:
        site = visits[k].site_id
        takes[k] = _draw_parcel(chance, f"T{k}", site, home[site])
        leaves[k] = _draw_parcel(chance, f"L{k}", home[site], site)
    for k, other in itertools.pairwise(exchanges):
        a, b = visits[k].site_id, visits[other].site_id
        if home[a] == home[b] and chance.random() < CHAINED:
            takes[k] = leaves[other] = _draw_parcel(chance, f"C{k}", a, b)
    return tuple(
        dataclasses.replace(visit, leaves=(leaves[k],), takes=(takes[k],)) if k in leaves else visit
        for k, visit in enumerate(visits)
    )


def _draw_parcel(chance: random.Random, name: str, start: SiteId, end: SiteId) -> Parcel:
    boxes = chance.randint(*BOXES)
    return Parcel(BatchId(name), start, end, boxes * BOOKS_PER_BOX, boxes, boxes * BOX_KG)


def _fleet(number: int, depot: SiteId) -> list[Vehicle]:
    """Return two buses and a truck."""
    bus = Vehicle(
        vehicle_id=VehicleId(f"B{2 * number}"), name="", kind=VehicleKind.BUS, depot_id=depot,
        capacity_boxes=30, capacity_kg=600.0, shelf_books=2000, can_hold_sessions=True, seats=4,
        width_m=2.2, gross_t=7.5, max_grade_pct=14.0, cost_vnd_per_km=5500,
        cost_vnd_per_day=250_000, unavailable=(), note="",
    )  # fmt: skip
    truck = dataclasses.replace(
        bus, vehicle_id=VehicleId(f"T{number}"), kind=VehicleKind.TRUCK, capacity_boxes=70,
        capacity_kg=1100.0, can_hold_sessions=False, seats=3, cost_vnd_per_km=4500,
        cost_vnd_per_day=180_000,
    )  # fmt: skip
    return [bus, dataclasses.replace(bus, vehicle_id=VehicleId(f"B{2 * number + 1}")), truck]


def _crews(number: int, depot: SiteId) -> list[Crew]:
    """Return two crews for sessions and one for exchanges alone."""
    kinds = (VehicleKind.BUS, VehicleKind.TRUCK)
    skills = ("exchange", "session")
    return [
        Crew(CrewId(f"C{3 * number}"), "", 3, depot, kinds, skills, (), ""),
        Crew(CrewId(f"C{3 * number + 1}"), "", 3, depot, kinds, skills, (), ""),
        Crew(CrewId(f"C{3 * number + 2}"), "", 2, depot, kinds, skills[:1], (), ""),
    ]
