"""Reads kilometre posts of OpenStreetMap and counts roads by them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import networkx as nx

from roads.osm.lines import Line, turn_line
from roads.osm.nearest import index_lines, locate_on_line
from roads.osm.streams import clear_faults, stream_nodes

BESIDE_M = 25.0  # how far a post may stand beside its road
MOST_OFF_SHARE, MOST_OFF_KM = 0.2, 0.2  # how much two posts may differ from the road between them
MOST_GAP_KM = 20.0  # between two posts that are used together


@dataclass(frozen=True, slots=True)
class Post:
    """A kilometre post: place, kilometres, and the road number on it ("" where it says none)."""

    lon: float
    lat: float
    km: float
    ref: str


@dataclass(frozen=True, slots=True)
class _Standing:
    """A post on a line: the line's number, and drawn metres along it."""

    line: int
    along_m: float
    km: float


def parse_km(text: str) -> float | None:
    """Return kilometres of ``44``, ``44.5``, ``44,5 km``, ``Km 44+125``; None for other text."""
    text = text.strip().lower().removeprefix("km").removesuffix("km").strip()
    if found := re.fullmatch(r"(\d{1,4})\s*\+\s*(\d{1,3})", text):
        return int(found[1]) + int(found[2].ljust(3, "0")) / 1000
    found = re.fullmatch(r"\d{1,4}(?:[.,]\d+)?", text)
    return float(text.replace(",", ".")) if found else None


def read_posts(path: Path) -> tuple[Post, ...]:
    """Return the nodes with ``highway=milestone`` and a distance, in the order of the file."""
    posts = []
    with clear_faults(path):
        for node in stream_nodes(path, "highway"):
            if node.tags.get("highway") != "milestone" or not node.location.valid():
                continue
            km = parse_km(node.tags.get("distance", "") or node.tags.get("pk", "") or "")
            if km is not None:
                place = node.location
                posts.append(Post(place.lon, place.lat, km, node.tags.get("ref", "") or ""))
    return tuple(posts)


def count_by_posts(lines: Sequence[Line], posts: Sequence[Post]) -> list[Line]:
    """Return the lines with `km_from` where two posts of their road stand before and behind.

    Two posts are used together when the road between them is about as long as they say. Two-way
    roads are turned so that posts count up along them.
    """
    counted = list(lines)
    for ref, standing in sorted(_place_posts(lines, posts).items()):
        numbers = [k for k, line in enumerate(lines) if line.traits.ref == ref]
        graph = _draw_graph(lines, numbers, standing)
        known: dict[tuple[int, int], float] = {}
        ordered = sorted(range(len(standing)), key=lambda k: (standing[k].km, k))
        for one, other in pairwise(ordered):
            known |= _count_between(graph, standing, one, other)
        for number in numbers:
            line = lines[number]
            ends = [known.get((0, int(line.nodes[side]))) for side in (0, -1)]
            begin, end = _extend(line, ends, [s for s in standing if s.line == number])
            if begin is not None and end is not None and begin != end:
                counted[number] = _count(line, begin, end)
    return counted


def _place_posts(lines: Sequence[Line], posts: Sequence[Post]) -> dict[str, list[_Standing]]:
    """Return for each road number the posts that stand on its lines."""
    numbered = [k for k, line in enumerate(lines) if line.traits.ref]
    if not posts or not numbered:
        return {}
    index = index_lines([lines[k] for k in numbered])
    placed: dict[str, list[_Standing]] = {}
    for post in posts:
        for _, found in index.list_near(post.lon, post.lat, BESIDE_M):
            line = lines[numbered[found]]
            if post.ref in ("", line.traits.ref):
                along_m = locate_on_line(line, (post.lon, post.lat))[1]
                standing = _Standing(numbered[found], along_m, post.km)
                placed.setdefault(line.traits.ref, []).append(standing)
                break
    return placed


def _draw_graph(
    lines: Sequence[Line], numbers: Sequence[int], standing: Sequence[_Standing]
) -> "nx.Graph[tuple[int, int]]":
    """Return junctions (0, node id) and posts (1, number) of a road, joined by driven metres."""
    graph: nx.Graph[tuple[int, int]] = nx.Graph()
    for number in numbers:
        line = lines[number]
        stops = [
            (0.0, (0, int(line.nodes[0]))),
            (float(line.step_m.sum()), (0, int(line.nodes[-1]))),
        ]
        stops += [(s.along_m, (1, k)) for k, s in enumerate(standing) if s.line == number]
        for (a_m, a), (b_m, b) in pairwise(sorted(stops)):
            metres = (b_m - a_m) * line.length_factor
            if metres < graph.get_edge_data(a, b, {"m": float("inf")})["m"]:
                graph.add_edge(a, b, m=metres)
    return graph


def _count_between(
    graph: "nx.Graph[tuple[int, int]]", standing: Sequence[_Standing], one: int, other: int
) -> dict[tuple[int, int], float]:
    """Return kilometres at the junctions between two posts, none when the road does not agree."""
    gap_km = standing[other].km - standing[one].km
    a, b = (1, one), (1, other)
    if not 0 < gap_km <= MOST_GAP_KM or not nx.has_path(graph, a, b):
        return {}
    way = nx.shortest_path(graph, a, b, weight="m")
    reached = [0.0]
    for tail, head in pairwise(way):
        reached.append(reached[-1] + graph[tail][head]["m"] / 1000)
    if abs(reached[-1] - gap_km) > MOST_OFF_SHARE * gap_km + MOST_OFF_KM:
        return {}
    scale = gap_km / reached[-1]
    return {place: standing[one].km + km * scale for place, km in zip(way, reached, strict=True)}


def _extend(
    line: Line, ends: list[float | None], standing: list[_Standing]
) -> tuple[float | None, float | None]:
    """Return kilometres at both ends of a line; one end may follow from posts and the other."""
    begin, end = ends
    length_km = line.length_m / 1000
    if begin is None and end is None and len(standing) > 1:
        first, last = min(standing, key=lambda s: s.along_m), max(standing, key=lambda s: s.along_m)
        sign = 1 if last.km > first.km else -1
        begin = first.km - sign * first.along_m * line.length_factor / 1000
    elif (begin is None) != (end is None) and standing:
        sign = (
            1
            if (standing[0].km > begin if begin is not None else standing[0].km < (end or 0))
            else -1
        )
    else:
        return begin, end
    if begin is None:
        return max(0.0, (end or 0.0) - sign * length_km), end
    return max(0.0, begin), max(0.0, begin + sign * length_km)


def _count(line: Line, begin: float, end: float) -> Line:
    if begin < end:
        return replace(line, km_from=begin, km_sign=1)
    if line.traits.is_oneway:
        return replace(line, km_from=begin, km_sign=-1)
    return replace(turn_line(line), km_from=end, km_sign=1)
