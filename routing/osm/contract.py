"""Joins the steps of ways into lines from junction to junction."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from routing.osm.extract import FORD, Bools, Bounds, Bytes, Extract, Floats, Ints
from routing.osm.lines import EARTH, Line, cut_rings, join_lines, turn_line
from routing.osm.tags import UNPAVED

BARRIER_ENDS = 64  # road ends that one barrier can have


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


def _lie_inside(extract: Extract, bounds: Bounds) -> Bools:
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
    where the traits of the road change, and where oneways meet head on. Shortest ways are those
    of the steps: every step is in exactly one line. Rings are cut in the middle.
    """
    kept = np.flatnonzero(extract.kinds[steps.ways] >= 0)
    if not len(kept):
        return []
    tails, heads, ids = _part_at_barriers(extract, steps, kept)
    degree = np.bincount(np.concatenate((tails, heads)), minlength=len(ids))
    place, ways = steps.place[kept], steps.ways[kept]
    follows = (place[1:] == place[:-1] + 1) & (ways[1:] == ways[:-1]) & (heads[:-1] == tails[1:])
    is_inner = follows & (degree[tails[1:]] == 2)
    starts = np.concatenate(([0], np.flatnonzero(~is_inner) + 1))
    stops = np.concatenate((starts[1:], [len(kept)]))
    structures = extract.structures[ways] | (
        FORD * (extract.is_ford[steps.tails[kept]] | extract.is_ford[steps.heads[kept]])
    ).astype(np.uint8)
    pieces = _draw_pieces(
        extract, steps, kept, (tails, heads, ids), structures, zip(starts, stops, strict=True)
    )
    joined = [_join(chain) for chain in _list_chains(pieces, degree, ids)]
    return cut_rings(sorted(map(_tell_ford, joined), key=_order))


def _tell_ford(line: Line) -> Line:
    """Return a line with a ford among its nodes as ways with a ford are read."""
    if not (line.structures & FORD).any() or "ford=" in line.traits.hazard:
        return line
    hazard = "; ".join(part for part in (line.traits.hazard, "ford=yes") if part)
    is_dry_only = line.traits.is_dry_only or line.traits.surface in UNPAVED
    traits = replace(line.traits, hazard=hazard, is_dry_only=is_dry_only)
    return replace(line, traits=traits)


def _order(line: Line) -> tuple[int, int, int]:
    return int(line.ways[0]), int(line.nodes[0]), int(line.nodes[-1])


def _part_at_barriers(extract: Extract, steps: Steps, kept: Ints) -> tuple[Ints, Ints, Ints]:
    """Return tails, heads and node ids with a node of its own for each road end at a barrier."""
    tails, heads = steps.tails[kept].copy(), steps.heads[kept].copy()
    ids = [extract.node_ids]
    number, seen = len(extract.node_ids), dict[int, int]()
    for ends in (tails, heads):
        for k in np.flatnonzero(extract.is_blocked[ends]).tolist():
            node_id = int(extract.node_ids[ends[k]])
            seen[node_id] = seen.get(node_id, 0) + 1
            ids.append(np.array([-(node_id * BARRIER_ENDS + seen[node_id])]))
            ends[k], number = number, number + 1
    return tails, heads, np.concatenate(ids)


def _draw_pieces(
    extract: Extract,
    steps: Steps,
    kept: Ints,
    ends: tuple[Ints, Ints, Ints],
    structures: Bytes,
    bounds: Iterator[tuple[int, int]],
) -> list[Line]:
    """Return a line for each run of steps inside one way that no junction breaks."""
    tails, heads, ids = ends
    old_tails, old_heads = steps.tails[kept], steps.heads[kept]
    way_ids, length_m = extract.way_ids[steps.ways[kept]], steps.length_m[kept]
    kinds = extract.kinds[steps.ways[kept]]
    pieces = []
    for a, b in bounds:
        places = np.concatenate((old_tails[a : a + 1], old_heads[a:b]))
        pieces.append(
            Line(
                traits=extract.traits[kinds[a]],
                nodes=np.concatenate((ids[tails[a : a + 1]], ids[heads[a:b]])),
                lon=extract.lon[places],
                lat=extract.lat[places],
                step_m=length_m[a:b],
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
