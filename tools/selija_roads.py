"""Draws the schematic roads of the Sēlija example.

Main roads join the units in the order of `selija_road_orders.csv`; local roads are the shortest
that join everything, and what spares long detours. Nothing but the three bridges and the dam that
are named crosses the Daugava.
"""

import itertools
from typing import Any

import networkx as nx

from tools.selija_places import LON_KM, SelijaUnit
from tools.son_la_facts import read_rows
from tools.son_la_roads import Road, crow_km, wind

Row = dict[str, Any]
Place = tuple[float, float]

BENDS = {"national": 1.12, "provincial": 1.2, "district": 1.3, "urban": 1.25}
"""Road kilometres per straight kilometre (assumption)."""
WIDTH_M = {"national": 7.5, "provincial": 7.0, "district": 6.0, "urban": 6.0}
GRADE_PCT = {"national": 3.0, "provincial": 3.5, "district": 4.5, "urban": 3.0}
ROLLING_M_PER_KM = 3
LONG_DETOUR = 1.7
NEAR_KM = 22.0

JUNCTIONS = {
    "Daugavpils": (26.53333, 55.88333), "Daugavpils, kreisais krasts": (26.505, 55.868),
    "Līvāni": (26.17579, 56.35431), "Krustpils": (25.86117, 56.51068),
}  # fmt: skip
"""Places of GeoNames where main roads meet outside the units; the left bank is an estimate."""

BRIDGES = (
    ("AI01", "AI18", "HES dambis"),
    ("JE01", "Krustpils", "Jēkabpils tilts"),
    ("Daugavpils", "Daugavpils, kreisais krasts", "Daugavpils tilts"),
)


def build_roads(units: tuple[SelijaUnit, ...], sites: list[Row]) -> list[Row]:
    """Return the features of `roads.geojson`, by id."""
    names = {unit.code: unit.name for unit in units} | {name: name for name in JUNCTIONS}
    places: dict[str, Place] = {unit.code: (unit.lon, unit.lat) for unit in units} | JUNCTIONS
    roads, graph = _main_roads(places, names)
    roads += _local_roads(units, places, names, graph)
    roads += _spurs(sites, places)
    return [road.as_feature() for road in sorted(roads, key=lambda road: road.segment_id)]


def _main_roads(
    places: dict[str, Place], names: dict[str, str]
) -> tuple[list[Road], "nx.Graph[str]"]:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(places)
    orders: dict[str, list[str]] = {}
    for row in read_rows("selija_road_orders.csv"):
        orders.setdefault(row["ref"], []).append(row["place"])
    roads = []
    for ref, order in orders.items():
        road_class = "national" if ref.startswith("A") else "provincial"
        for start, end in itertools.pairwise(order):
            if not graph.has_edge(start, end):
                name = f"{ref} {names[start]} – {names[end]}"
                roads.append(_draw(start, end, places, road_class, ref, name))
                graph.add_edge(start, end, weight=roads[-1].length_m)
    for start, end, name in BRIDGES:
        roads.append(_draw(start, end, places, "urban", "", name))
        graph.add_edge(start, end, weight=roads[-1].length_m)
    return roads, graph


def _local_roads(
    units: tuple[SelijaUnit, ...],
    places: dict[str, Place],
    names: dict[str, str],
    graph: "nx.Graph[str]",
) -> list[Road]:
    """Return local roads on each bank, the shortest first: what joins, and what spares detours."""
    banks = {unit.code: unit.bank for unit in units}
    pairs = sorted(
        (crow_km(places[a], places[b], LON_KM), a, b)
        for a, b in itertools.combinations(sorted(banks), 2)
        if banks[a] == banks[b]
    )
    roads = []
    for km, start, end in pairs:
        is_joined = nx.has_path(graph, start, end)
        detour_m = nx.shortest_path_length(graph, start, end, weight="weight") if is_joined else 0
        if not is_joined or (km < NEAR_KM and detour_m > LONG_DETOUR * km * 1000):
            name = f"V {names[start]} – {names[end]}"
            roads.append(_draw(start, end, places, "district", "", name, "gravel"))
            graph.add_edge(start, end, weight=roads[-1].length_m)
    return roads


def _spurs(sites: list[Row], places: dict[str, Place]) -> list[Road]:
    """Return a road to each place of sites away from the seat of its unit."""
    roads, known = [], set(places.values())
    for site in sites:
        at = (float(site["lon"]), float(site["lat"]))
        if at in known:
            continue
        known.add(at)
        start, end = site["commune_code"], str(site["site_id"])
        name = f"Ceļš uz: {site['name']}"
        both = {start: places[start], end: at}
        roads.append(_draw(start, end, both, "district", "", name, "gravel"))
    return roads


def _draw(
    start: str,
    end: str,
    places: dict[str, Place],
    road_class: str,
    ref: str,
    name: str,
    surface: str = "asphalt",
) -> Road:
    segment_id = f"{ref or 'V'}-{_short(start)}-{_short(end)}"
    seed = sum(ord(letter) * 31**i for i, letter in enumerate(segment_id)) % 2**32
    length_km = BENDS[road_class] * crow_km(places[start], places[end], LON_KM)
    climb_m = round(ROLLING_M_PER_KM * length_km)
    return Road(
        segment_id, ref, name, road_class, surface,
        wind(places[start], places[end], length_km, seed, LON_KM),
        max(40, round(length_km * 1000)), climb_m, climb_m, GRADE_PCT[road_class],
        WIDTH_M[road_class], None, False,
    )  # fmt: skip


def _short(node: str) -> str:
    return "DAUGKR" if "," in node else node[:6].upper() if node in JUNCTIONS else node
