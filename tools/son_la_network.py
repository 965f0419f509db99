"""Which places the schematic roads of Sơn La join, and how long each road is."""

import itertools
from dataclasses import dataclass, replace
from math import cos, hypot, radians

import networkx as nx

from tools.son_la_estimates import JUNCTIONS, ROAD_ENDS
from tools.son_la_facts import CommuneFact, read_published_km, read_road_orders, read_rows


@dataclass(frozen=True, slots=True)
class Node:
    """A place where roads meet: a commune's seat, a junction or the end of a road."""

    node_id: str
    name: str
    place: tuple[float, float]
    elevation_m: int


@dataclass(frozen=True, slots=True)
class Link:
    """A road between two nodes; `refs` names every road it carries, `km_from` counts the first."""

    start: str
    end: str
    refs: tuple[str, ...]
    road_class: str
    length_km: float
    ferry_km: float = 0.0
    km_from: float | None = None
    surface: str = "asphalt"
    is_dry_only: bool = False


# Roads whose way differs from the plain order of seats.
ROUTES = {
    "QL6": "04048 04033 03982 03979 03980 04078 04075 J-CONOI 04105 04123 03679 03646 03664 03721"
    " 03724",
    "QL37": "END-QL37-DONG 03907 03910 03922 03856 03880 04136 J-CONOI",
    "QL43": "03922 03958 03970 04000 03982 03979 03980 04045 END-QL43-NAM",
    "QL279": "END-QL279-BAC 03694 03703 END-QL279-NAM",
    "QL279D": "END-QL279D 03814 03808 03847 03664",
    "QL4G": "03679 04132 04144 04168 04210 J-DOMCANG 04231",
    "ĐT.102": "04048 04057 END-DT102",
    "ĐT.112": "03856 03868 J-LANGCHEU 03862",
}
# Where the published length covers a part of the road only: its first and last node.
PUBLISHED_PARTS = {"ĐT.112": ("03856", "J-LANGCHEU")}
# Legs shorter or longer than the rest of their road, as a weight against it.
LEG_WEIGHTS = {("04168", "04210"): 0.58, ("04210", "J-DOMCANG"): 0.58, ("J-DOMCANG", "04231"): 0.58}
# Road kilometres per straight kilometre where no length was published (assumption).
BENDS = {"ĐT.107": 1.15, "ĐT.105": 2.4, "ĐT.112": 1.7, "ĐT.109": 1.45, "QL12": 1.3, "QL279D": 1.3}
OTHER_BENDS = {"national": 1.3, "provincial": 1.5, "district": 1.6, "commune": 1.75}
# Kilometre posts: QL279D is at Km 44 in Chiềng Lao and at Km 80 in Mường Bú.
POSTS = {"QL279D": ("03814", 44.0, "03847", 80.0)}
# Ferries on the Đà reservoir and the Muội: kilometres over water.
FERRIES = {("03970", "04000"): 1.4, ("03871", "04136"): 0.9, ("03712", "03757"): 0.6}
FERRY_NAMES = {
    ("03970", "04000"): "phà Vạn Yên",
    ("03871", "04136"): "phà Tà Hộc",
    ("03712", "03757"): "phà suối Muội (Nậm Ét)",
}
# Links where a main road is known to be far from the seat of a commune it serves.
EXTRA_LINKS = (("04228", "J-DOMCANG"),)
# Neighbours without a road between them worth a bus: high ridges or the reservoir.
_NO_ROAD = """
03862-03868 03808-03814 03850-03862 03814-03820 03703-03724 04117-04144 04144-04219 03670-03799
04228-04240 03784-04186 04132-04159 04159-04222 04204-04231 04183-04228 03820-03850 03757-03814
03712-03814 03862-03871 03871-04108 03892-03961 03961-03997 04204-04228 04123-04144 03670-04117
04210-04219 04144-04159 04186-04228 03814-03847 03670-04132
"""
NO_ROAD = frozenset(tuple(pair.split("-")) for pair in _NO_ROAD.split())
LONG_DETOUR = 3.2
# Where rain shuts the road (assumption): every local road of a commune, or one road.
DRY_CODES = frozenset({"04246", "04228", "03961", "03892", "04159", "04186"})
DRY_PAIRS = frozenset(
    {
        ("04231", "04240"),
        ("03862", "J-LANGCHEU"),
        ("03763", "03781"),
        ("03760", "03763"),
        ("03727", "03763"),
        ("03760", "04171"),
    }
)


def list_nodes(communes: tuple[CommuneFact, ...]) -> dict[str, Node]:
    """Return every node by id."""
    names = {c.code: c.name for c in communes}
    nodes = {c.code: Node(c.code, c.name, (c.lon, c.lat), c.elevation_m) for c in communes}
    for node_id, (code, lon, lat, metres) in sorted((JUNCTIONS | ROAD_ENDS).items()):
        nodes[node_id] = Node(node_id, names[code], (lon, lat), metres)
    return nodes


def pair_of(start: str, end: str) -> tuple[str, str]:
    """Return two node ids in ascending order."""
    return (start, end) if start < end else (end, start)


def list_links(communes: tuple[CommuneFact, ...]) -> tuple[Link, ...]:
    """Return every link, main roads first."""
    nodes = list_nodes(communes)
    links: dict[tuple[str, str], Link] = {}
    for ref, route in _routes().items():
        lengths = _measure_road(ref, route, nodes, links)
        km = POSTS[ref][1] - lengths[route[0], route[1]] if ref in POSTS else 0.0
        for (start, end), length_km in lengths.items():
            pair = pair_of(start, end)
            if pair in links:
                links[pair] = replace(links[pair], refs=(*links[pair].refs, ref))
            else:
                ferry_km = FERRIES.get(pair, 0.0)
                road_class = "national" if ref.startswith("QL") else "provincial"
                links[pair] = Link(start, end, (ref,), road_class, length_km, ferry_km, km)
            km += length_km
    main = [_weather(link) for link in links.values()]
    return (*main, *_local_links(nodes, main))


def _routes() -> dict[str, tuple[str, ...]]:
    return {
        ref: tuple(ROUTES[ref].split()) if ref in ROUTES else codes
        for ref, codes in read_road_orders().items()
    }


def _straight_km(start: str, end: str, nodes: dict[str, Node]) -> float:
    (lon_a, lat_a), (lon_b, lat_b) = nodes[start].place, nodes[end].place
    return 110.73 * hypot((lon_a - lon_b) * cos(radians(21.3)) * 1.006, lat_a - lat_b)


def _measure_road(
    ref: str, route: tuple[str, ...], nodes: dict[str, Node], known: dict[tuple[str, str], Link]
) -> dict[tuple[str, str], float]:
    """Return the length of each leg, kilometres; parts shared with earlier roads keep theirs."""
    legs = list(itertools.pairwise(route))
    weighed = {leg: _straight_km(*leg, nodes) * LEG_WEIGHTS.get(leg, 1.0) for leg in legs}
    bends = BENDS.get(ref, OTHER_BENDS["national" if ref.startswith("QL") else "provincial"])
    lengths = {leg: weighed[leg] * bends for leg in legs}
    if ref in POSTS:
        first, km_first, last, km_last = POSTS[ref]
        _scale(lengths, _part(legs, first, last), km_last - km_first, weighed)
    lengths |= {leg: known[pair_of(*leg)].length_km for leg in legs if pair_of(*leg) in known}
    published_km = read_published_km().get(ref)
    if published_km is not None:
        part = _part(legs, *PUBLISHED_PARTS.get(ref, (route[0], route[-1])))
        shared = [leg for leg in part if pair_of(*leg) in known]
        rest_km = published_km - sum(lengths[leg] for leg in shared)
        _scale(lengths, [leg for leg in part if leg not in shared], rest_km, weighed)
    return {leg: round(km, 3) for leg, km in lengths.items()}


def _part(legs: list[tuple[str, str]], first: str, last: str) -> list[tuple[str, str]]:
    starts = [leg[0] for leg in legs]
    ends = [leg[1] for leg in legs]
    return legs[starts.index(first) : ends.index(last) + 1]


def _scale(
    lengths: dict[tuple[str, str], float],
    legs: list[tuple[str, str]],
    total_km: float,
    weighed: dict[tuple[str, str], float],
) -> None:
    """Share out a length over legs by their weights, in place."""
    total = sum(weighed[leg] for leg in legs)
    for leg in legs:
        lengths[leg] = weighed[leg] * total_km / total


def _local_links(nodes: dict[str, Node], main: list[Link]) -> list[Link]:
    """Return district and commune roads: first what joins everything, then what spares detours."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(nodes))
    graph.add_weighted_edges_from((k.start, k.end, k.length_km) for k in main)
    links: list[Link] = []

    def add(start: str, end: str, road_class: str) -> None:
        ferry_km = FERRIES.get(pair_of(start, end), 0.0)
        length_km = round(_straight_km(start, end, nodes) * OTHER_BENDS[road_class], 3)
        links.append(_weather(Link(start, end, (), road_class, length_km, ferry_km)))
        graph.add_edge(start, end, weight=length_km)

    for start, end in EXTRA_LINKS:
        add(start, end, "district")
    borders = {
        pair_of(row["code_a"], row["code_b"]): float(row["shared_border_km"])
        for row in read_rows("sonla_adjacency_2025.csv")
    }
    ordered = sorted(borders.items(), key=lambda item: (-item[1], item[0]))
    pairs = [pair for pair, border_km in ordered if pair not in NO_ROAD and border_km > 2]
    pairs.sort(
        key=lambda pair: _straight_km(pair[0], pair[1], nodes) / min(borders[pair], 25.0) ** 0.3
    )
    for pair in pairs:
        if not nx.has_path(graph, *pair):
            add(*pair, "district")
    for pair in pairs:
        if graph.has_edge(*pair):
            continue
        direct_km = _straight_km(pair[0], pair[1], nodes)
        detour_km = nx.shortest_path_length(graph, *pair, weight="weight")
        is_wanted = min(len(graph[code]) for code in pair) < 2 and detour_km > 1.9 * direct_km
        if pair in FERRIES or is_wanted or (direct_km < 18 and detour_km > LONG_DETOUR * direct_km):
            add(*pair, "commune")
    return links


def _weather(link: Link) -> Link:
    """Return a link with its surface, and whether rain shuts it."""
    pair = pair_of(link.start, link.end)
    if pair in DRY_PAIRS or (not link.refs and DRY_CODES & set(pair)):
        return replace(link, surface="earth", is_dry_only=True)
    if link.road_class == "commune":
        return replace(link, surface="concrete")
    return link
