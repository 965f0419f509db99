"""Makes an extract as mappers of these years leave it, from one as they left it earlier."""

import math
import random
from collections.abc import Iterator
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

from tests.osm_files import Tags

STEPS_M = (0.1, 0.1, 0.3, 0.44, 0.74, 1.24, 2.0)
ROAD_TAGS: tuple[Tags, ...] = (
    {"maxweight": "3.5 t"},
    {"maxweightrating:hgv": "12 st"},
    {"maxheight:physical": "7'6\""},
    {"maxwidth:physical": "2.3 m"},
    {"maxweight": "10;7.5"},
    {"maxweight": "heavy ones not"},
    {"motor_vehicle:conditional": "no @ (Nov-Mar)"},
    {"access:conditional": "no @ (22:00-06:00)"},
    {"hgv:conditional": "no @ (weight>7.5)"},
    {"maxweight:conditional": "5 @ (2026 Dec 01-2026 Dec 20)"},
    {"access:conditional": "no @ wet"},
    {"name": "Đươ\u0300ng\u202e cũ\u0007"},
    {"surface": "compacted", "width": "2.5m"},
)
NODE_TAGS: tuple[Tags, ...] = (
    {"barrier": "bollard", "motorcycle": "yes"},
    {"barrier": "cycle_barrier"},
    {"barrier": "height_restrictor", "maxheight": "2.1"},
    {"barrier": "gate", "access": "private"},
    {"maxweight": "7500 kg"},
)


class _NewIds:
    """Gives each old id a new one of 13 digits, far from the others."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._by_old: dict[object, int] = {}
        self._used: set[int] = set()

    def __getitem__(self, old: object) -> int:
        if old not in self._by_old:
            new = self._rng.randrange(10**12, 10**13)
            while new in self._used:
                new = self._rng.randrange(10**12, 10**13)
            self._used.add(new)
            self._by_old[old] = new
        return self._by_old[old]


def write_newer(source: Path, target: Path, *, seed: int = 2025) -> dict[str, int]:
    """Write an extract with split, near-touching and tagged roads; return how many of each."""
    rng = random.Random(seed)
    nodes, ways = _NewIds(seed + 1), _NewIds(seed + 2)
    places: dict[int, tuple[float, float]] = {}
    tags_of: dict[int, Tags] = {}
    drawn: list[tuple[int, list[int], Tags]] = []
    count = {"split": 0, "touching": 0, "tagged": 0, "restrictions": 0}
    for one in osmium.FileProcessor(str(source)):
        if isinstance(one, osmium.osm.Node) and one.location.valid():
            places[nodes[one.id]] = (one.lon, one.lat)
            tags_of[nodes[one.id]] = dict(one.tags)
        elif isinstance(one, osmium.osm.Way):
            refs = [nodes[node.ref] for node in one.nodes]
            drawn.append((ways[one.id], refs, dict(one.tags)))
    written: list[tuple[int, list[int], Tags]] = []
    for way_id, refs, tags in drawn:
        known = all(ref in places for ref in refs)
        if "highway" not in tags or not known or len(refs) < 3 or rng.random() > 0.2:
            written.append((way_id, refs, tags))
            continue
        k = rng.randrange(1, len(refs) - 1)
        new = nodes["new", way_id]
        places[new] = _step(places[refs[k]], places[refs[k + 1]], rng.choice(STEPS_M))
        if rng.random() < 0.3:  # ends beside the other, 0.1 m away, and does not meet it
            count["touching"] += 1
            places[new] = _step(places[refs[k]], places[refs[k + 1]], 0.1)
        else:
            written.append((ways["short", way_id], [refs[k], new], tags | {"name": "x"}))
            count["split"] += 1
        more = ROAD_TAGS[count["tagged"] % len(ROAD_TAGS)]
        count["tagged"] += 1
        written += [
            (way_id, refs[: k + 1], tags),
            (ways["rest", way_id], [new, *refs[k + 1 :]], tags | more),
        ]
        if rng.random() < 0.2:
            tags_of.setdefault(refs[k - 1], {}).update(rng.choice(NODE_TAGS))
    turns = list(_draw_turns(written, rng))
    count["restrictions"] = len(turns)
    rng.shuffle(written)
    with osmium.SimpleWriter(target, overwrite=True) as writer:
        for key in places:
            tags = tags_of.get(key, {})
            writer.add_node(Node(id=key, version=1, location=places[key], tags=tags))
        for key, refs, tags in written:
            writer.add_way(Way(id=key, version=1, nodes=refs, tags=tags))
        for number, (members, tags) in enumerate(turns, 1):
            writer.add_relation(Relation(id=number, version=1, members=members, tags=tags))
    return count


def _step(
    place: tuple[float, float], towards: tuple[float, float], metres: float
) -> tuple[float, float]:
    """Return the place some metres (roughly) from another, in the direction of a third."""
    scale = 111_195 * math.cos(math.radians(place[1]))
    east, north = (towards[0] - place[0]) * scale, (towards[1] - place[1]) * 111_195
    length = math.hypot(east, north) or 1.0
    share = metres / max(length, metres)
    return (
        round(place[0] + share * (towards[0] - place[0]), 7),
        round(place[1] + share * (towards[1] - place[1]), 7),
    )


def _draw_turns(
    written: list[tuple[int, list[int], Tags]], rng: random.Random
) -> Iterator[tuple[list[tuple[str, int, str]], Tags]]:
    """Yield restrictions between roads that meet at their ends."""
    at: dict[int, list[int]] = {}
    for way_id, refs, tags in written:
        if "highway" in tags:
            for node in {refs[0], refs[-1]}:
                at.setdefault(node, []).append(way_id)
    kinds = ("no_left_turn", "no_u_turn", "only_straight_on", "no_entry", "no_way_at_all")
    for node, meeting in at.items():
        if len(meeting) > 2 and rng.random() < 0.1:
            start, end = rng.sample(meeting, 2)
            members = [("w", start, "from"), ("n", node, "via"), ("w", end, "to")]
            yield members, {"type": "restriction", "restriction": rng.choice(kinds)}
