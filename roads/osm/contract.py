"""Joins the steps of ways into lines from junction to junction."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from roads.array_types import Floats, Ints, Truths
from roads.osm.extract import FORD, Bounds, Bytes, Extract
from roads.osm.gates import Parts, cut_at_gates, part_at_barriers
from roads.osm.lines import EARTH, Line, cut_rings, join_lines, turn_line
from roads.osm.tags import UNPAVED

NOT_PLAIN = -1  # in the place of a node's number of steps: roads end there, however few meet


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Every step of every way, from one node to the next.

    Parameters
    ----------
    tails, heads
        Numbers of the nodes in the extract.
    ways
        Number of the way in the extract.
    length_m
        Geodesic metres.
    place
        Where the step stands in the extract's `points`; steps of a way that follow each other
        have places that follow each other.
    num_missing, num_outside
        Steps left out because the extract lacks a node, or both ends lie outside the bounds.
    """

    tails: Ints
    heads: Ints
    ways: Ints
    length_m: Floats
    place: Ints
    num_missing: int
    num_outside: int


def list_steps(extract: Extract, bounds: Bounds | None = None) -> Steps:
    """Return the steps of all ways, dropped ones too.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees: steps with neither end inside are left out, so that a
        road reaches over the edge by at most one step.
    """
    points, first = extract.points, extract.first
    ways = np.repeat(np.arange(len(extract.way_ids)), np.diff(first))
    place = np.flatnonzero(ways[:-1] == ways[1:]) if len(ways) else np.zeros(0, dtype=np.int64)
    tails, heads = points[place], points[place + 1]
    is_known = (tails >= 0) & (heads >= 0)
    is_kept = is_known & (tails != heads)
    num_outside = 0
    if bounds is not None:
        inside = _lie_inside(extract, bounds)
        is_inside = inside[tails] | inside[heads]
        num_outside = int((is_kept & ~is_inside).sum())
        is_kept &= is_inside
    place, tails, heads = place[is_kept], tails[is_kept], heads[is_kept]
    lon, lat = extract.lon, extract.lat
    length_m = EARTH.inv(lon[tails], lat[tails], lon[heads], lat[heads])[2]
    return Steps(
        tails=tails,
        heads=heads,
        ways=ways[place],
        length_m=np.asarray(length_m, dtype=np.float64),
        place=place,
        num_missing=int((~is_known).sum()),
        num_outside=num_outside,
    )


def _lie_inside(extract: Extract, bounds: Bounds) -> Truths:
    west, south, east, north = bounds
    return (
        (extract.lon >= west)
        & (extract.lon <= east)
        & (extract.lat >= south)
        & (extract.lat <= north)
    )


def draw_lines(extract: Extract, steps: Steps) -> list[Line]:
    """Return the kept roads as lines from junction to junction, sorted by way and node.

    Lines meet where they share a node id. Junctions are nodes where not exactly two steps meet,
    where the traits of the road change, where oneways meet head on, and where the extract says so
    for the sake of a turn restriction. Shortest ways are those
    of the steps: every step is in exactly one line. Rings are cut in the middle.
    """
    kept = np.flatnonzero(extract.kinds[steps.ways] >= 0)
    if not len(kept):
        return []
    parts = _part_steps(extract, steps, kept)
    degree = np.bincount(np.concatenate((parts.tails, parts.heads)), minlength=len(parts.ids))
    goes_on = parts.follows[1:] & (parts.heads[:-1] == parts.tails[1:])
    degree[np.flatnonzero(extract.is_turn)] = NOT_PLAIN
    is_inner = goes_on & (degree[parts.tails[1:]] == 2) & (parts.kinds[1:] == parts.kinds[:-1])
    starts = np.concatenate(([0], np.flatnonzero(~is_inner) + 1))
    stops = np.concatenate((starts[1:], [len(parts.tails)]))
    structures = extract.structures[steps.ways[kept]] | (
        FORD * (extract.is_ford[steps.tails[kept]] | extract.is_ford[steps.heads[kept]])
    ).astype(np.uint8)
    pieces = _draw_pieces(
        parts,
        extract.way_ids[steps.ways[kept]][parts.source],
        structures[parts.source],
        zip(starts, stops, strict=True),
    )
    ids = parts.ids
    joined = [_join(chain) for chain in _list_chains(pieces, degree, ids)]
    ordered = sorted(joined, key=lambda x: (int(x.ways[0]), int(x.nodes[0]), int(x.nodes[-1])))
    return cut_rings([_tell_ford(line) for line in ordered])


def _tell_ford(line: Line) -> Line:
    """Return a line with a ford among its nodes as ways with a ford are read."""
    if not (line.structures & FORD).any() or "ford=" in line.traits.hazard:
        return line
    hazard = "; ".join(part for part in (line.traits.hazard, "ford=yes") if part)
    is_dry_only = line.traits.is_dry_only or line.traits.surface in UNPAVED
    traits = replace(line.traits, hazard=hazard, is_dry_only=is_dry_only)
    return replace(line, traits=traits)


def _part_steps(extract: Extract, steps: Steps, kept: Ints) -> Parts:
    """Return the steps of roads, parted at barriers and cut near gates."""
    place, ways = steps.place[kept], steps.ways[kept]
    goes_on = (place[1:] == place[:-1] + 1) & (ways[1:] == ways[:-1])
    parts = Parts(
        ids=extract.node_ids,
        lon=extract.lon,
        lat=extract.lat,
        tails=steps.tails[kept],
        heads=steps.heads[kept],
        kinds=extract.kinds[ways],
        traits=extract.traits,
        length_m=steps.length_m[kept],
        source=np.arange(len(kept)),
        follows=np.concatenate((np.zeros(1, np.bool_), goes_on)),
    )
    return part_at_barriers(cut_at_gates(parts, extract.gates), extract.is_blocked)


def _draw_pieces(
    parts: Parts, way_ids: Ints, structures: Bytes, bounds: Iterator[tuple[int, int]]
) -> list[Line]:
    """Return a line for each run of parts inside one way that no junction breaks."""
    pieces = []
    for a, b in bounds:
        places = np.concatenate((parts.tails[a : a + 1], parts.heads[a:b]))
        pieces.append(
            Line(
                traits=parts.traits[parts.kinds[a]],
                nodes=parts.ids[places],
                lon=parts.lon[places],
                lat=parts.lat[places],
                step_m=parts.length_m[a:b],
                ways=way_ids[a:b],
                structures=structures[a:b],
            )
        )
    return pieces


def _list_chains(pieces: list[Line], degree: Ints, ids: Ints) -> Iterator[list[tuple[Line, bool]]]:
    """Yield the pieces that follow each other, each with whether it is driven through backwards."""
    links = _link_pieces(pieces, {int(ids[k]) for k in np.flatnonzero(degree == 2)})
    used: set[int] = set()
    open_ends = [k for k in range(len(pieces)) if (k, 0) not in links or (k, 1) not in links]
    for first in [*open_ends, *range(len(pieces))]:
        if first in used:
            continue
        side = 1 if (first, 0) not in links or (first, 1) in links else 0
        chain, piece = [], first
        while piece not in used:
            used.add(piece)
            chain.append((pieces[piece], side == 0))
            if (piece, side) not in links:
                break
            piece, entered = links[piece, side]
            side = 1 - entered
        yield chain


def _link_pieces(pieces: list[Line], plain: set[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """Return for each end of a piece (number, 0 start or 1 end) the end that it goes on at."""
    at: dict[int, list[tuple[int, int]]] = {}
    for k, piece in enumerate(pieces):
        for side, node in ((0, int(piece.nodes[0])), (1, int(piece.nodes[-1]))):
            if node in plain:
                at.setdefault(node, []).append((k, side))
    links = {}
    for one, other in at.values():
        a, b = pieces[one[0]].traits, pieces[other[0]].traits
        is_head_on = a.is_oneway and one[1] == other[1]
        if one[0] != other[0] and a == b and not is_head_on:
            links[one], links[other] = other, one
    return links


def _join(chain: list[tuple[Line, bool]]) -> Line:
    """Return a chain as one line, drawn as its oldest way is."""
    oldest = min(range(len(chain)), key=lambda k: int(chain[k][0].ways[0]))
    is_turned = chain[oldest][1]
    parts = [turn_line(piece) if backwards else piece for piece, backwards in chain]
    line = join_lines(parts)
    line = turn_line(line) if is_turned else line
    return replace(line, km_sign=1, is_turned=False) if line.is_turned else line
