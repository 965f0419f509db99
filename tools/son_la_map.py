"""Computes the schematic outlines of the communes and the schematic road network."""

import math
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
from shapely import MultiPoint, Point, Polygon, voronoi_polygons
from shapely.ops import unary_union

from tools.son_la_facts import CommuneFact, read_road_facts, read_rows

KM_PER_DEG_LAT = 110.9
KM_PER_DEG_LON = 103.4  # at 21.3 degrees north
DETOUR = {"national": 1.3, "provincial": 1.4, "district": 1.45, "commune": 1.5, "urban": 1.15}
SPANNER_STRETCH = 2.1
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


def crow_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return kilometres between two places, flat at the latitude of the province."""
    return math.hypot((a[0] - b[0]) * KM_PER_DEG_LON, (a[1] - b[1]) * KM_PER_DEG_LAT)


def compute_outlines(communes: tuple[CommuneFact, ...]) -> dict[str, Polygon]:
    """Return a cell for each commune: nearest-seat cells inside a coarse outline of our own.

    The outline is the union of discs of each commune's published area around its seat, closed and
    smoothed; it is no boundary.
    """
    flat = {c.code: Point(c.lon * KM_PER_DEG_LON, c.lat * KM_PER_DEG_LAT) for c in communes}
    discs = [flat[c.code].buffer(1.25 * math.sqrt(c.area_km2 / math.pi)) for c in communes]
    outline = unary_union(discs).buffer(9).buffer(-9).simplify(0.8)
    cells = voronoi_polygons(MultiPoint(list(flat.values())), extend_to=outline.buffer(30))
    result = {}
    for commune in communes:
        cell = next(c for c in cells.geoms if c.contains(flat[commune.code]))
        part = cell.intersection(outline)
        if part.geom_type == "MultiPolygon":
            part = next(p for p in part.geoms if p.contains(flat[commune.code]))
        result[commune.code] = Polygon(
            [
                (round(x / KM_PER_DEG_LON, 5), round(y / KM_PER_DEG_LAT, 5))
                for x, y in part.exterior.coords
            ]
        )
    return result


def commune_features(communes: tuple[CommuneFact, ...]) -> list[dict[str, Any]]:
    """Return the features of `communes.geojson`, sorted by code."""
    outlines = compute_outlines(communes)
    return [
        {
            "type": "Feature",
            "properties": {
                "code": c.code,
                "name": c.name,
                "kind": c.kind,
                "province_code": "14",
                "area_km2": c.area_km2,
                "population": c.population,
                "seat_lon": c.lon,
                "seat_lat": c.lat,
                "seat_source": c.seat_source,
                "is_border": c.is_border,
                "old_units": list(c.old_units),
                "schematic": True,
            },
            "geometry": {
                "type": "Polygon",
                "coordinates": [[list(p) for p in outlines[c.code].exterior.coords]],
            },
        }
        for c in communes
    ]


def wind(a: tuple[float, float], b: tuple[float, float], length_km: float, seed: int) -> Points:
    """Return a winding line from a to b of about 95 % of a length, the same for the same seed."""
    rng = np.random.default_rng(seed)
    distance = max(crow_km(a, b), 0.05)
    count = max(4, min(60, int(length_km * 1.6)))
    share = np.linspace(0, 1, count + 1)
    waves = np.zeros(count + 1)
    for turns in range(1, 8):
        phase, height = rng.uniform(0, 2 * math.pi), rng.normal() / turns**0.6
        waves += height * np.sin(2 * math.pi * turns * share * max(1, distance / 14) + phase)
    waves *= np.sin(math.pi * share) ** 0.5 if count > 4 else np.sin(math.pi * share)
    along = np.array([(b[0] - a[0]) * KM_PER_DEG_LON, (b[1] - a[1]) * KM_PER_DEG_LAT])
    across = np.array([-along[1], along[0]]) / max(distance, 1e-9)

    def draw(height: float) -> Points:
        flat = np.outer(share, along) + np.outer(waves * height, across)
        points = [
            (round(a[0] + x / KM_PER_DEG_LON, 5), round(a[1] + y / KM_PER_DEG_LAT, 5))
            for x, y in flat
        ]
        return [a, *points[1:-1], b]

    low, high = 0.0, distance * 0.16
    for _ in range(30):
        middle = (low + high) / 2
        line = draw(middle)
        drawn = sum(crow_km(p, q) for p, q in zip(line, line[1:], strict=False))
        low, high = (middle, high) if drawn < 0.95 * length_km else (low, middle)
    return draw(low)


class Network:
    """The network while it grows: nodes are commune codes, one road between two of them."""

    def __init__(self, communes: tuple[CommuneFact, ...]) -> None:
        self.communes = {c.code: c for c in communes}
        self.roads: list[Road] = []
        self.graph: nx.Graph[str] = nx.Graph()
        self.graph.add_nodes_from(sorted(self.communes))

    def place(self, code: str) -> tuple[float, float]:
        """Return the seat of a commune."""
        return self.communes[code].lon, self.communes[code].lat

    def join(
        self,
        a: str,
        b: str,
        *,
        ref: str,
        road_class: str,
        surface: str,
        detour: float,
        km_from: float | None,
        dry_only: bool = False,
    ) -> float:
        """Add a road between two seats; return its kilometres."""
        length_km = crow_km(self.place(a), self.place(b)) * detour
        name = f"{ref or 'Đường huyện'} {self.communes[a].name} – {self.communes[b].name}"
        line = wind(self.place(a), self.place(b), length_km, seed=int(a) * 100_003 + int(b))
        road = make_road(
            f"{ref or 'H'}-{a}-{b}".replace("ĐT.", "DT"),
            ref,
            name,
            road_class,
            surface,
            line,
            length_km,
            self.communes[a].elevation_m,
            self.communes[b].elevation_m,
            dry_only,
        )
        road.km_from = None if km_from is None else round(km_from, 1)
        self.roads.append(road)
        self.graph.add_edge(a, b, km=length_km)
        return length_km


def make_road(
    segment_id: str,
    ref: str,
    name: str,
    road_class: str,
    surface: str,
    line: Points,
    length_km: float,
    elevation_a: int,
    elevation_b: int,
    dry_only: bool,
) -> Road:
    """Return a road whose climb, steepest grade and width are estimated from its class."""
    climb_per_km = {"national": 9, "provincial": 14, "district": 18, "commune": 22, "urban": 4}
    rise = max(0, elevation_b - elevation_a) + climb_per_km[road_class] * length_km
    fall = max(0, elevation_a - elevation_b) + climb_per_km[road_class] * length_km
    mean_pct = 100 * (rise + fall) / max(1.0, length_km * 1000)
    base = {"national": 6.0, "provincial": 7.5, "district": 8.5, "commune": 9.5, "urban": 4.0}
    steepest = min(13.5, base[road_class] + 0.9 * mean_pct)
    width = {"national": 7.0, "provincial": 6.0, "district": 5.0, "commune": 4.0, "urban": 6.0}
    limit = {"national": None, "provincial": None, "district": 13.0, "commune": 10.0, "urban": None}
    hazard = ""
    if elevation_b > 1200 or elevation_a > 1200:
        hazard = "sương mù, dốc dài"
    elif mean_pct > 6.5:
        hazard = "đèo dốc, cua gấp"
    return Road(
        segment_id,
        ref,
        name,
        road_class,
        surface,
        line,
        max(40, round(length_km * 1000)),
        round(rise),
        round(fall),
        round(steepest, 1),
        width[road_class],
        limit[road_class],
        dry_only,
        hazard=hazard,
    )


def build_network(communes: tuple[CommuneFact, ...]) -> Network:
    """Return the road network: numbered roads in the order of the facts, then district roads."""
    network = Network(communes)
    facts = read_road_facts()
    published = {road["ref"]: float(road["km"]) for road in facts["national_2011_km"]}
    published |= {r["ref"]: float(r["km"]) for r in facts["provincial_known"]}
    orders: dict[str, list[str]] = {}
    for row in read_rows("sonla_road_orders.csv"):
        orders.setdefault(row["ref"], []).append(row["commune_code"])
    for ref, codes in orders.items():
        _add_numbered(network, ref, codes, published.get(ref))
    _add_district_roads(network)
    _add_ferries(network)
    return network


def _add_numbered(network: Network, ref: str, codes: list[str], published_km: float | None) -> None:
    road_class = "national" if ref.startswith("QL") else "provincial"
    crow = sum(
        crow_km(network.place(a), network.place(b)) for a, b in zip(codes, codes[1:], strict=False)
    )
    detour = DETOUR[road_class]
    if published_km is not None:
        # The outermost communes' far halves lie outside the listed pairs: about one pair's length.
        share = max(0.5, (len(codes) - 0.5) / len(codes)) if len(codes) > 2 else 0.75
        detour = min(1.7, max(1.12, published_km * share / crow))
    # QL279D counts from the Lai Châu side: Km 44 lies in Chiềng Lao (published closures).
    km = 44.0 if ref == "QL279D" else 0.0
    for a, b in zip(codes, codes[1:], strict=False):
        if network.graph.has_edge(a, b):
            km += network.graph.edges[a, b]["km"]
            continue
        surface = "asphalt"
        km += network.join(
            a, b, ref=ref, road_class=road_class, surface=surface, detour=detour, km_from=km
        )


def _add_district_roads(network: Network) -> None:
    pairs = []
    for row in read_rows("sonla_adjacency_2025.csv"):
        a, b = sorted((row["code_a"], row["code_b"]))
        climb = abs(network.communes[a].elevation_m - network.communes[b].elevation_m)
        cost = crow_km(network.place(a), network.place(b)) * (1 + climb / 2500)
        pairs.append((cost / (1 + min(1.0, float(row["shared_border_km"]) / 40)), a, b))
    for _, a, b in sorted(pairs):
        direct = crow_km(network.place(a), network.place(b)) * DETOUR["district"]
        try:
            known = nx.shortest_path_length(network.graph, a, b, weight="km")
        except nx.NetworkXNoPath:
            known = math.inf
        if known <= SPANNER_STRETCH * direct:
            continue
        is_only_way = known == math.inf
        rng = np.random.default_rng(int(a) * 7919 + int(b))
        draw = rng.uniform()
        dry_only = draw < (0.25 if is_only_way else 0.5)
        road_class = "district" if is_only_way or draw > 0.8 else "commune"
        surface = "earth" if dry_only else ("concrete" if draw < 0.8 else "asphalt")
        network.join(
            a,
            b,
            ref="",
            road_class=road_class,
            surface=surface,
            km_from=None,
            detour=DETOUR[road_class],
            dry_only=dry_only,
        )


def _add_ferries(network: Network) -> None:
    """Put a ferry into the middle of the roads that cross the Đà reservoir."""
    for start, names in (("QL43-03970-04000", "Phà Vạn Yên"),):
        road = next(r for r in network.roads if r.segment_id == start)
        network.roads.remove(road)
        middle = len(road.line) // 2
        near, far = road.line[: middle + 1], road.line[middle + 1 :]
        crossing = [near[-1], far[0]]
        water_m = max(round(crow_km(*crossing) * 1000), 400)
        for suffix, line, side in (("a", near, 0), ("b", far, 1)):
            part = make_road(
                f"{road.segment_id}{suffix}",
                road.ref,
                road.name,
                road.road_class,
                road.surface,
                line,
                road.length_m / 2000,
                210 if side == 0 else 130,
                130 if side == 0 else 420,
                False,
            )
            part.km_from = (
                road.km_from if side == 0 else round((road.km_from or 0) + part.length_m / 1000, 1)
            )
            part.hazard = "bến phà hồ sông Đà"
            network.roads.append(part)
        network.roads.append(
            Road(
                f"{road.segment_id}f",
                road.ref,
                names,
                "ferry",
                "water",
                crossing,
                water_m,
                0,
                0,
                0.0,
                7.0,
                20.0,
                False,
                ferry_hours="Mo-Su 06:00-18:00",
                ferry_wait_min=25,
                hazard="phà nghỉ khi gió lớn, sương mù",
            )
        )


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
    road = make_road(
        f"N-{site_id}",
        "",
        f"Đường vào {site_id}",
        road_class,
        "concrete",
        line,
        length_km,
        commune.elevation_m,
        commune.elevation_m + round(12 * distance_km),
        False,
    )
    if only_motorbike:
        road.road_class, road.surface = "track", "earth"
        road.steepest_pct, road.width_m, road.max_t = 19.0, 1.5, 1.0
        road.hazard = "chỉ xe máy"
    network.roads.append(road)
    return end
