"""What an import of roads took over, what it left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from province.findings import Finding
from province.language import mark
from roads.array_types import Ints
from roads.network import label_parts
from roads.osm.contract import Steps
from roads.osm.extract import Extract
from roads.osm.grades import ElevationReport
from roads.osm.lines import Line
from roads.osm.tags import DropReason

REASONS: dict[DropReason, str] = {
    DropReason.NOT_THERE: mark("not built yet, or no longer there"),
    DropReason.FOR_FEET: mark("for walking, cycling or riding"),
    DropReason.NO_ENTRY: mark("closed to motor vehicles, or private"),
    DropReason.SIDE_SERVICE: mark("inside a car park or drive-through"),
    DropReason.AREA: mark("an area, not a road"),
    DropReason.IMPASSABLE: mark("impassable"),
    DropReason.ICE: mark("a road on ice"),
    DropReason.NOT_A_ROAD: mark("not a road for vehicles"),
    DropReason.FERRY_ON_FOOT: mark("a ferry without vehicles"),
    DropReason.OUTSIDE: mark("outside the bounds"),
    DropReason.WITHOUT_NODES: mark("its nodes are missing in the extract"),
}


@dataclass(frozen=True, slots=True)
class KeptWays:
    """Ways taken over, by the value of `highway` (``ferry``) and the road class they became."""

    highway: str
    road_class: str
    ways: int
    km: float


@dataclass(frozen=True, slots=True)
class DroppedWays:
    """Ways left out, by the value of `highway` (``ferry``) and the reason."""

    highway: str
    reason: DropReason
    ways: int
    km: float


@dataclass(frozen=True, slots=True)
class UnreadTag:
    """A key and a value that could not be read, and how often."""

    key: str
    value: str
    times: int


@dataclass(frozen=True, slots=True)
class SiteDistance:
    """A site, the nearest road of the largest piece of the network, and metres to it."""

    site_id: str
    segment_id: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Parameters
    ----------
    target, source, source_date
        The file written, the name and the date of the extract.
    segments, junctions, road_km
        What was written, hand edits included.
    kept, dropped
        Every way with `highway` or ``route=ferry`` of the extract is in one of them; sorted.
    pieces_km
        Kilometres of each connected piece of the network, largest first.
    one_sided_km
        Kilometres in the largest piece from which, or to which, no way leads because of oneways.
    assumed_surface_km
        Kilometres whose surface is not tagged.
    barriers, gates
        Nodes at which nobody passes, and nodes at which not everybody does.
    closures
        Closures that conditions of the map make by themselves.
    turns
        Turns that are forbidden.
    steps_missing, steps_outside
        Steps of ways left out because their nodes are missing or outside the bounds.
    elevation
        How the climbs were measured; None without elevation.
    sites
        Sites and their distances, farthest first.
    edits_applied
        Hand edits that fit.
    unread
        Limits, times and conditions tagged on kept roads that could not be read; they limit
        nothing.
    findings
        Hand edits that no longer fit, and other warnings.
    attribution
        What the licence asks to be shown.
    """

    target: Path
    source: str
    source_date: str
    segments: int
    junctions: int
    road_km: float
    kept: tuple[KeptWays, ...]
    dropped: tuple[DroppedWays, ...]
    pieces_km: tuple[float, ...]
    one_sided_km: float
    assumed_surface_km: float
    barriers: int
    gates: int
    closures: int
    turns: int
    steps_missing: int
    steps_outside: int
    elevation: ElevationReport | None
    sites: tuple[SiteDistance, ...]
    edits_applied: int
    unread: tuple[UnreadTag, ...]
    findings: tuple[Finding, ...]
    attribution: str


def count_ways(
    extract: Extract, steps: Steps
) -> tuple[tuple[KeptWays, ...], tuple[DroppedWays, ...]]:
    """Return every way of the extract as kept or dropped, with kilometres inside the bounds."""
    num_ways = len(extract.way_ids)
    metres = np.bincount(steps.ways, weights=steps.length_m, minlength=num_ways).tolist()
    lies_inside = np.bincount(steps.ways, minlength=num_ways) > 0
    has_gap = np.zeros(num_ways, dtype=np.bool_)
    owners = np.repeat(np.arange(num_ways), np.diff(extract.first))
    has_gap[owners[extract.points < 0]] = True
    kept: dict[tuple[str, str], list[float]] = {}
    dropped: dict[tuple[str, DropReason], list[float]] = {}
    for k, kind in enumerate(extract.kinds.tolist()):
        if kind < 0:
            dropped.setdefault(extract.dropped[k], []).append(metres[k])
            continue
        traits = extract.traits[kind]
        if lies_inside[k]:
            kept.setdefault((traits.highway, traits.road_class.value), []).append(metres[k])
        else:
            reason = DropReason.WITHOUT_NODES if has_gap[k] else DropReason.OUTSIDE
            dropped.setdefault((traits.highway, reason), []).append(0.0)
    for highway, num_outside in extract.outside.items():
        dropped.setdefault((highway, DropReason.OUTSIDE), []).extend([0.0] * num_outside)
    return (
        tuple(KeptWays(*key, len(m), sum(m) / 1000) for key, m in sorted(kept.items())),
        tuple(DroppedWays(*key, len(m), sum(m) / 1000) for key, m in sorted(dropped.items())),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """Which connected piece each line belongs to.

    Parameters
    ----------
    number
        Piece of each line.
    km
        Kilometres of each piece, largest first.
    largest
        Number of the largest piece.
    one_sided_km
        Kilometres of the largest piece outside its largest part that leads there and back.
    junctions
        Number of nodes where lines end.
    """

    number: Ints
    km: tuple[float, ...]
    largest: int
    one_sided_km: float
    junctions: int


def find_components(lines: Sequence[Line]) -> Components:
    """Return the connected pieces of the network of lines."""
    ends = np.array([(line.nodes[0], line.nodes[-1]) for line in lines], dtype=np.int64)
    ids, nodes = np.unique(ends.reshape(-1, 2), return_inverse=True)
    tails, heads = nodes.reshape(-1, 2).T
    length_m = np.array([line.length_m for line in lines], dtype=np.float64)
    back = ~np.array([line.traits.is_oneway for line in lines], dtype=np.bool_)
    piece = label_parts(tails, heads, len(ids))[tails]
    metres = np.bincount(piece, weights=length_m)
    largest = int(metres.argmax())
    two_way = np.concatenate((tails, heads[back])), np.concatenate((heads, tails[back]))
    labels = label_parts(*two_way, len(ids), there_and_back=True)
    sizes = np.bincount(labels)
    in_main = (labels[tails] == sizes.argmax()) & (labels[heads] == sizes.argmax())
    one_sided = float(length_m[(piece == largest) & ~in_main].sum()) / 1000
    km = tuple(sorted((metres / 1000).tolist(), reverse=True))
    return Components(piece, km, largest, one_sided, len(ids))
