"""What the roads are for one vehicle on one date: for the map and the table of `roads show`."""

import dataclasses
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np

from province.facts import Province
from province.fleet import Vehicle
from province.ids import SegmentId, SiteId
from province.roads import RoadClass
from roads.array_types import Floats, Ints, Truths
from roads.network import label_parts
from roads.pieces import find_pieces
from roads.speeds import list_speeds
from roads.travel import Roads


class Passage(StrEnum):
    """Whether a vehicle gets through."""

    OPEN = "open"
    HOURS = "hours"  # shut during some hours
    ONE_LANE = "one_lane"
    SHUT = "shut"
    WET = "wet"  # dry-only in a wet month
    UNFIT = "unfit"  # too narrow, low, weak or steep, or for other kinds of vehicle


@dataclass(frozen=True, slots=True)
class RoadPiece:
    """Part of a segment as one vehicle finds it on one date.

    Parameters
    ----------
    first, last
        Shares of the segment's length from its drawn start.
    length_m
        Driven metres.
    reason
        Why it is unfit, as `why_impassable` says, else "".
    part
        Number of the joined part of the open network it lies in, the longest 0; −1: not open.
    minutes
        Minutes from the depot to its middle, waits included; None: not reached.
    """

    segment_id: SegmentId
    first: float
    last: float
    length_m: float
    passage: Passage
    reason: str
    part: int
    minutes: float | None


@dataclass(frozen=True, slots=True)
class SiteAccess:
    """How a site lies.

    Parameters
    ----------
    road
        Number, name or id of the nearest road that the vehicle may use.
    distance_m
        Metres from the site to it; None: no road at all.
    minutes, length_km
        From the depot, ferry waits included; None: no way.
    """

    site_id: SiteId
    name: str
    road: str
    distance_m: float | None
    minutes: int | None
    length_km: float | None


@dataclass(frozen=True, slots=True)
class RoadView:
    """The roads of one date for one vehicle.

    Parameters
    ----------
    kilometres
        By class and passage.
    parts_km
        Kilometres of each joined part of the open network, the longest first.
    """

    day: date
    vehicle: Vehicle
    is_wet: bool
    pieces: tuple[RoadPiece, ...]
    kilometres: dict[RoadClass, dict[Passage, float]]
    parts_km: tuple[float, ...]
    sites: tuple[SiteAccess, ...]


def view_roads(province: Province, vehicle: Vehicle, day: date) -> RoadView:
    """Return the roads as a vehicle finds them on a date."""
    roads = Roads(province)
    pieces, columns = roads.pieces, roads.network.columns
    usable = roads.usable(vehicle, day)
    length_m = columns.length_m[pieces.segment] * (pieces.last - pieces.first)
    part, parts_km = _find_parts(roads, usable.is_open, length_m)
    minutes = _measure_minutes(roads, vehicle, day)
    hours = set(usable.hours)
    slow = {
        k for s in roads.state(day, vehicle).one_lane for k in find_pieces(roads.network, pieces, s)
    }
    drawn = []
    kilometres: dict[RoadClass, dict[Passage, float]] = defaultdict(lambda: defaultdict(float))
    for k, number in enumerate(pieces.segment.tolist()):
        segment = roads.network.segments[number]
        passage, reason = Passage.OPEN, ""
        if not usable.is_open[k]:
            passage, reason = _name_block(roads, vehicle, day, k)
        elif k in hours:
            passage = Passage.HOURS
        elif k in slow:
            passage = Passage.ONE_LANE
        kilometres[segment.road_class][passage] += float(length_m[k]) / 1000
        drawn.append(
            RoadPiece(
                segment.segment_id,
                float(pieces.first[k]),
                float(pieces.last[k]),
                float(length_m[k]),
                passage,
                reason,
                int(part[k]),
                float(minutes[k]) if np.isfinite(minutes[k]) else None,
            )
        )
    return RoadView(
        day,
        vehicle,
        usable.is_wet,
        tuple(drawn),
        {kind: dict(kilometres[kind]) for kind in RoadClass if kind in kilometres},
        parts_km,
        _list_access(province, roads, vehicle, day),
    )


def _name_block(roads: Roads, vehicle: Vehicle, day: date, piece: int) -> tuple[Passage, str]:
    why = roads.why_shut(vehicle, day, piece) or "shut"
    if why in (Passage.SHUT, Passage.WET):
        return Passage(why), ""
    return Passage.UNFIT, why


def _find_parts(roads: Roads, is_open: Truths, length_m: Floats) -> tuple[Ints, tuple[float, ...]]:
    """Return the part each piece lies in (−1: not open), and the kilometres of the parts."""
    pieces = roads.pieces
    start, end = pieces.start[is_open], pieces.end[is_open]
    size = pieces.num_nodes
    label = label_parts(start, end, size)
    km = np.bincount(label[start], length_m[is_open] / 1000, minlength=size)
    used = np.flatnonzero(np.bincount(label[start], minlength=size) > 0)
    order = used[np.lexsort((used, -km[used]))]
    rank = np.full(max(size, 1), -1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    part = np.full(len(pieces.segment), -1, dtype=np.int64)
    part[is_open] = rank[label[start]]
    return part, tuple(km[order].tolist())


def _measure_minutes(roads: Roads, vehicle: Vehicle, day: date) -> Floats:
    """Return the minutes from the vehicle's depot to the middle of each piece."""
    pieces = roads.pieces
    depot = roads.node(vehicle, vehicle.depot_id)
    if depot is None:
        return np.full(len(pieces.segment), np.inf)
    at_node = roads.finder(vehicle, day).table.search_all(depot)
    minutes: Floats = (at_node[pieces.start] + at_node[pieces.end]) / 2
    return np.where(roads.usable(vehicle, day).is_open, minutes, np.inf)


def _list_access(
    province: Province, roads: Roads, vehicle: Vehicle, day: date
) -> tuple[SiteAccess, ...]:
    sites = tuple(site.site_id for site in province.sites)
    travel = roads.measure(vehicle, day, (vehicle.depot_id,), sites)
    listed = []
    for k, site in enumerate(province.sites):
        snap = roads.snap(vehicle, site.site_id) or roads.snaps.get(site.site_id)
        drive, wait = int(travel.drive_min[0, k]), int(travel.wait_min[0, k])
        is_reached = drive >= 0
        listed.append(
            SiteAccess(
                site.site_id,
                site.name,
                roads.network.segments[snap.number].label if snap else "",
                round(snap.distance_m, 1) if snap else None,
                drive + wait if is_reached else None,
                round(int(travel.length_m[0, k]) / 1000, 1) if is_reached else None,
            )
        )
    return tuple(listed)


def list_kilometres(view: RoadView) -> list[dict[str, Any]]:
    """Return kilometres as rows, one for each class, and their sum."""
    seen = [p for p in Passage if any(p in by for by in view.kilometres.values())]
    rows: list[dict[str, Any]] = [
        {"road_class": kind.value, **{p.value: round(by.get(p, 0.0), 1) for p in seen}}
        for kind, by in view.kilometres.items()
    ]
    whole = {p: sum(by.get(p, 0.0) for by in view.kilometres.values()) for p in seen}
    return [*rows, {"road_class": "", **{p.value: round(km, 1) for p, km in whole.items()}}]


def tabulate_view(view: RoadView, province: Province) -> dict[str, Any]:
    """Return everything the map shows, as plain data."""
    return {
        "date": view.day.isoformat(),
        "vehicle_id": view.vehicle.vehicle_id,
        "wet_season": view.is_wet,
        "attribution": province.attribution,
        "kilometres": list_kilometres(view),
        "parts_km": [round(km, 1) for km in view.parts_km],
        "sites": [dataclasses.asdict(site) for site in view.sites],
        "segments": [
            {**dataclasses.asdict(piece), "passage": piece.passage.value} for piece in view.pieces
        ],
        "speeds_kmh": list_speeds(),
    }
