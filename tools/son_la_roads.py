"""Draws the schematic roads of Sơn La and estimates their climbs, grades and widths."""

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from tools.son_la_estimates import PASSES
from tools.son_la_facts import CommuneFact
from tools.son_la_network import FERRY_NAMES, Link, list_links, list_nodes, pair_of

KM_PER_DEG_LAT = 110.73
KM_PER_DEG_LON = 103.78  # at 21.3 degrees north
ROLLING_M_PER_KM = {"national": 7, "provincial": 11, "district": 15, "commune": 18, "urban": 4}
BASE_GRADE_PCT = {"national": 5.5, "provincial": 6.5, "district": 7.5, "commune": 8.5, "urban": 4.0}
WIDTH_M = {"national": 7.0, "provincial": 6.0, "district": 5.0, "commune": 4.0, "urban": 6.0}
LIMIT_T = {"district": 13.0, "commune": 10.0}
RESERVOIR_M = 200
Points = list[tuple[float, float]]


@dataclass(slots=True)
class Road:
    """One segment while the network is being made."""

    segment_id: str
    ref: str
    name: str
    road_class: str
    surface: str
    line: Points
    length_m: int
    rise_m: int
    fall_m: int
    steepest_pct: float
    width_m: float
    max_t: float | None
    dry_only: bool
    ferry_hours: str = ""
    ferry_wait_min: int = 0
    hazard: str = ""
    km_from: float | None = None

    def as_feature(self) -> dict[str, Any]:
        """Return the GeoJSON feature."""
        properties = {
            "segment_id": self.segment_id,
            "ref": self.ref,
            "name": self.name,
            "road_class": self.road_class,
            "surface": self.surface,
            "length_m": self.length_m,
            "rise_m": self.rise_m,
            "fall_m": self.fall_m,
            "steepest_pct": self.steepest_pct,
            "width_m": self.width_m,
            "max_t": self.max_t,
            "oneway": False,
            "dry_only": self.dry_only,
            "ferry_hours": self.ferry_hours,
            "ferry_wait_min": self.ferry_wait_min,
            "hazard": self.hazard,
            "km_from": self.km_from,
            "schematic": True,
        }
        geometry = {"type": "LineString", "coordinates": [list(point) for point in self.line]}
        return {"type": "Feature", "properties": properties, "geometry": geometry}


def crow_km(
    a: tuple[float, float], b: tuple[float, float], lon_km: float = KM_PER_DEG_LON
) -> float:
    """Return kilometres between two places, flat: a degree of longitude is `lon_km` long."""
    return math.hypot((a[0] - b[0]) * lon_km, (a[1] - b[1]) * KM_PER_DEG_LAT)


def wind(
    a: tuple[float, float],
    b: tuple[float, float],
    length_km: float,
    seed: int,
    lon_km: float = KM_PER_DEG_LON,
) -> Points:
    """Return a winding line from a to b of at most 95 % of a length, the same for the same seed."""
    rng = np.random.default_rng(seed)
    steps = max(4, min(64, 2 ** round(math.log2(max(4.0, length_km * 1.8)))))
    share = np.linspace(0, 1, steps + 1)
    shape = np.zeros((steps + 1, 2))
    width, knots = 1.0, 2
    while knots <= steps:
        heights = rng.normal(scale=width, size=(knots + 1, 2))
        heights[[0, -1]] = 0
        for axis in (0, 1):
            shape[:, axis] += np.interp(share, np.linspace(0, 1, knots + 1), heights[:, axis])
        width, knots = width * 0.52, knots * 2
    straight = np.outer(share, [(b[0] - a[0]) * lon_km, (b[1] - a[1]) * KM_PER_DEG_LAT])

    def draw(height: float) -> Points:
        flat = straight + shape * height
        points = [
            (round(a[0] + x / lon_km, 5), round(a[1] + y / KM_PER_DEG_LAT, 5))
            for x, y in flat.tolist()
        ]
        return [a, *points[1:-1], b]

    low, high = 0.0, max(crow_km(a, b, lon_km), 0.05) * 0.3
    for _ in range(30):
        middle = (low + high) / 2
        drawn = sum(crow_km(p, q, lon_km) for p, q in itertools.pairwise(draw(middle)))
        low, high = (middle, high) if drawn < 0.95 * length_km else (low, middle)
    return draw(low)


class Network:
    """The drawn network: places of nodes, and the roads so far."""

    def __init__(self, communes: tuple[CommuneFact, ...]) -> None:
        self.communes = {c.code: c for c in communes}
        self.nodes = list_nodes(communes)
        self.roads: list[Road] = []

    def place(self, node_id: str) -> tuple[float, float]:
        """Return where a node is."""
        return self.nodes[node_id].place

    def draw_link(self, link: Link) -> None:
        """Add the road of a link, in three parts where a ferry carries it over water."""
        a, b = self.nodes[link.start], self.nodes[link.end]
        ref = link.refs[0] if link.refs else ""
        prefix = (ref or "H").replace("ĐT.", "DT")
        name = f"{'/'.join(link.refs) or 'Đường huyện'} {a.name} – {b.name}"
        segment_id = f"{prefix}-{a.node_id}-{b.node_id}"
        seed = sum(ord(letter) * 31**i for i, letter in enumerate(segment_id)) % 2**32
        top = PASSES.get((link.start, link.end)) or PASSES.get((link.end, link.start))
        km_from = None if link.km_from is None else round(link.km_from, 1)
        if not link.ferry_km:
            line = wind(a.place, b.place, link.length_km, seed)
            ends = (a.elevation_m, b.elevation_m)
            self.roads.append(
                make_road(segment_id, name, link, line, link.length_km, ends, km_from, top)
            )
            return
        straight_km = crow_km(a.place, b.place)
        near, far = (
            _between(a.place, b.place, 0.5 + side * link.ferry_km / straight_km / 2)
            for side in (-1, 1)
        )
        land_km = (link.length_km - link.ferry_km) / 2
        for suffix, ends_at, elevations, km in (
            ("a", (a.place, near), (a.elevation_m, RESERVOIR_M), km_from),
            ("b", (far, b.place), (RESERVOIR_M, b.elevation_m), None),
        ):
            line = wind(*ends_at, land_km, seed)
            if km is None and km_from is not None:
                km = round(km_from + land_km + link.ferry_km, 1)
            road = make_road(f"{segment_id}{suffix}", name, link, line, land_km, elevations, km)
            road.hazard = "dốc xuống bến phà"
            self.roads.append(road)
        self.roads.append(_make_ferry(f"{segment_id}f", link, [near, far]))


def _between(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
    return round(a[0] + (b[0] - a[0]) * share, 5), round(a[1] + (b[1] - a[1]) * share, 5)


def _make_ferry(segment_id: str, link: Link, line: Points) -> Road:
    return Road(
        segment_id,
        link.refs[0] if link.refs else "",
        FERRY_NAMES[pair_of(link.start, link.end)],
        "ferry",
        "water",
        line,
        math.ceil(link.ferry_km * 1010),
        0,
        0,
        0.0,
        7.0 if link.refs else 4.0,
        20.0 if link.refs else 8.0,
        False,
        ferry_hours="Mo-Su 06:00-18:00",
        ferry_wait_min=25,
        hazard="phà nghỉ khi gió lớn, sương mù",
    )


def make_road(
    segment_id: str,
    name: str,
    link: Link,
    line: Points,
    length_km: float,
    elevations_m: tuple[int, int],
    km_from: float | None = None,
    top: tuple[int, str] | None = None,
) -> Road:
    """Return a road whose climb, steepest grade and width are estimated from its class."""
    start_m, end_m = elevations_m
    top_m = max(start_m, end_m, top[0] if top else 0)
    rolling = ROLLING_M_PER_KM[link.road_class] * length_km
    rise, fall = top_m - start_m + rolling, top_m - end_m + rolling
    mean_pct = (rise + fall) / max(1.0, length_km) / 10
    hazard = top[1] if top else ""
    if top_m > 1200:
        hazard = f"{hazard}, sương mù".removeprefix(", ")
    elif not top and mean_pct > 6.5:
        hazard = "dốc, cua gấp"
    return Road(
        segment_id,
        link.refs[0] if link.refs else "",
        name,
        link.road_class,
        link.surface,
        line,
        max(40, math.ceil(length_km * 1000)),
        round(rise),
        round(fall),
        round(min(13.5, BASE_GRADE_PCT[link.road_class] + 0.9 * mean_pct), 1),
        WIDTH_M[link.road_class],
        LIMIT_T.get(link.road_class),
        link.is_dry_only,
        hazard=hazard,
        km_from=km_from,
    )


def build_network(communes: tuple[CommuneFact, ...]) -> Network:
    """Return the road network without the short roads to sites."""
    network = Network(communes)
    for link in list_links(communes):
        network.draw_link(link)
    return network


def add_spur(
    network: Network,
    code: str,
    site_id: str,
    distance_km: float,
    bearing_deg: float,
    *,
    only_motorbike: bool = False,
) -> tuple[float, float]:
    """Add a short road from a seat to a site; return the site's place."""
    lon, lat = network.place(code)
    angle = math.radians(bearing_deg)
    end = (
        round(lon + distance_km * math.cos(angle) / KM_PER_DEG_LON, 5),
        round(lat + distance_km * math.sin(angle) / KM_PER_DEG_LAT, 5),
    )
    length_km = distance_km * 1.25
    commune = network.communes[code]
    road_class = "urban" if commune.kind == "phường" or distance_km < 1 else "commune"
    line = wind((lon, lat), end, length_km, seed=int(code) * 31 + round(bearing_deg))
    link = Link(code, site_id, (), road_class, length_km, surface="concrete")
    ends = (commune.elevation_m, commune.elevation_m + round(12 * distance_km))
    road = make_road(f"N-{site_id}", f"Đường vào {site_id}", link, line, length_km, ends)
    if only_motorbike:
        road.road_class, road.surface = "track", "earth"
        road.steepest_pct, road.width_m, road.max_t = 19.0, 1.5, 1.0
        road.hazard = "chỉ xe máy"
    network.roads.append(road)
    return end
