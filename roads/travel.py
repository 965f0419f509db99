"""Travel times and ways between sites, for a vehicle on a date."""

from collections.abc import Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

import numpy as np

from province.facts import Province
from province.fleet import Vehicle, VehicleKind
from province.ids import SegmentId, SiteId
from province.roads import Turn
from roads.array_types import Truths
from roads.closures import (
    Affected,
    RoadState,
    find_affected,
    narrow_state,
    read_road_state,
    why_impassable,
)
from roads.matrix import Travel
from roads.network import RoadNetwork, build_network
from roads.paths import WayFinder, find_ways, measure_ways, measure_ways_to, trace_way
from roads.pieces import Pieces, cut_network, find_node, list_cuts
from roads.snapping import Snap, Snapper, prepare_snapper, snap_sites
from roads.stretches import round_share
from roads.usable import Usable, find_passable, find_usable, tabulate_usable

Path = tuple[tuple[SegmentId, bool], ...]
MAX_WAYS = 20_000  # ways kept for those who ask again


class Way(NamedTuple):
    """The segments driven from one site to another, and where on the first and last it begins.

    Parameters
    ----------
    segments, from_share, to_share
        As in `routing.trips.Leg`.
    """

    segments: Path
    from_share: float
    to_share: float


VehicleLimits = tuple[str, float, float, float, float]
"""What decides which roads a vehicle may use, and how fast: kind, metres wide and high, tonnes, per
cent of grade."""


class Roads:
    """The roads of a province with everything measured on them so far.

    Times are computed once for each class of vehicle and each state of the roads, and reused for
    every date on which the roads are the same.
    """

    def __init__(self, province: Province) -> None:
        self.province = province
        self.network: RoadNetwork = build_network(province.segments)
        self.affected: Affected = find_affected(province)
        self._snapper: Snapper = prepare_snapper(self.network)
        self.snaps: dict[SiteId, Snap] = snap_sites(self._snapper, province.sites)
        self._passable: dict[VehicleLimits, Truths] = {}
        self._snaps: dict[VehicleLimits, dict[SiteId, Snap]] = {}
        self._states: dict[date, RoadState] = {}
        self._turns: dict[tuple[VehicleKind, date], tuple[Turn, ...]] = {}
        self._cuts: dict[int, set[float]] | None = None
        self._take_in(province.vehicles)

    def _take_in(self, vehicles: Sequence[Vehicle]) -> None:
        """Snap the sites for vehicles, and cut the segments where they then stand."""
        for vehicle in vehicles:
            limits = _limit(vehicle)
            if limits not in self._passable:
                passable = find_passable(self.network, vehicle)
                self._passable[limits] = passable
                self._snaps[limits] = snap_sites(self._snapper, self.province.sites, passable)
        cuts = list_cuts(self.network, chain.from_iterable(self.affected.stretches.values()))
        for snaps in self._snaps.values():
            for snap in snaps.values():
                cuts.setdefault(snap.number, set()).add(snap.share)
        if cuts == self._cuts:
            return
        self._cuts = cuts
        self.pieces: Pieces = cut_network(self.network, cuts)
        self._usable: dict[tuple[VehicleLimits, RoadState], tuple[str, Usable]] = {}
        self._finders: dict[str, WayFinder] = {}
        self._travels: dict[tuple[str, tuple[SiteId, ...]], Travel] = {}
        self._ways: dict[tuple[str, SiteId, SiteId], Way] = {}

    def _limits(self, vehicle: Vehicle) -> VehicleLimits:
        """Return what decides where a vehicle may drive; unknown vehicles are taken in."""
        limits = _limit(vehicle)
        if limits not in self._passable:
            self._take_in((vehicle,))
        return limits

    def state(self, day: date, vehicle: Vehicle | None = None) -> RoadState:
        """Return what is shut or slow on a date for a vehicle; None: for all of them."""
        if day not in self._states:
            self._states[day] = read_road_state(self.province, day, affected=self.affected)
        state = self._states[day]
        if vehicle is None or not state.for_some:
            return state
        return narrow_state(state, vehicle, self.affected)

    def snap(self, vehicle: Vehicle, site: SiteId) -> Snap | None:
        """Return where a vehicle stops for a site; None where no road is near enough."""
        snap = self._snaps[self._limits(vehicle)].get(site)
        limit = self.province.settings.roads.max_snap_m
        return snap if snap is not None and snap.distance_m <= limit else None

    def node(self, vehicle: Vehicle, site: SiteId) -> int | None:
        """Return the node at which a vehicle stops for a site; None where no road is near."""
        snap = self.snap(vehicle, site)
        if snap is None:
            return None
        return find_node(self.network, self.pieces, snap.number, snap.share)

    def signature(self, vehicle: Vehicle, day: date) -> str:
        """Return a text that is equal for vehicles and dates whose travel is equal."""
        return self._find_usable(vehicle, day)[0]

    def travel(self, vehicle: Vehicle, day: date, sites: tuple[SiteId, ...]) -> Travel:
        """Return minutes, waits and metres between sites, in their order."""
        key = (self.signature(vehicle, day), sites)
        if key not in self._travels:
            self._travels[key] = self.measure(vehicle, day, sites, sites)
        return self._travels[key]

    def way(self, vehicle: Vehicle, day: date, a: SiteId, b: SiteId) -> Way:
        """Return the way whose minutes stand in `travel`.

        Raises
        ------
        LookupError
            If there is no way.
        """
        key = (self.signature(vehicle, day), a, b)
        if key not in self._ways:
            if len(self._ways) >= MAX_WAYS:
                self._ways.pop(next(iter(self._ways)))
            self._ways[key] = self._find_way(vehicle, day, a, b)
        return self._ways[key]

    def _find_way(self, vehicle: Vehicle, day: date, a: SiteId, b: SiteId) -> Way:
        start, end = self.node(vehicle, a), self.node(vehicle, b)
        if start is None or end is None:
            raise LookupError(f"no road at {a} or {b}")
        finder = self.finder(vehicle, day)
        arcs = trace_way(finder, start, end)
        if arcs is None:
            raise LookupError(f"no way from {a} to {b}")
        table = finder.table
        return describe_way(
            self.network,
            self.pieces,
            [(int(table.number[arc]), bool(table.is_forward[arc])) for arc in arcs],
        )

    def measure(
        self, vehicle: Vehicle, day: date, starts: tuple[SiteId, ...], ends: tuple[SiteId, ...]
    ) -> Travel:
        """Return minutes, waits and metres from some sites (rows) to others (columns).

        Searched from the fewer of the two; `travel` and `way` are the ones that agree on ties.
        """
        from_nodes = [self.node(vehicle, site) for site in starts]
        to_nodes = [self.node(vehicle, site) for site in ends]
        rows = [k for k, node in enumerate(from_nodes) if node is not None]
        columns = [k for k, node in enumerate(to_nodes) if node is not None]
        search = measure_ways if len(starts) <= len(ends) else measure_ways_to
        ways = search(
            self.finder(vehicle, day),
            np.array([from_nodes[k] for k in rows], dtype=np.int64),
            np.array([to_nodes[k] for k in columns], dtype=np.int64),
        )
        drive = np.full((len(starts), len(ends)), -1, dtype=np.int32)
        wait, length = (np.zeros((len(starts), len(ends)), dtype=np.int32) for _ in range(2))
        cells = np.ix_(rows, columns)
        drive[cells], wait[cells], length[cells] = ways.drive_min, ways.wait_min, ways.length_m
        shut = {(rows[i], columns[j]): spans for (i, j), spans in ways.shut_min.items()}
        return Travel(self.signature(vehicle, day), drive, wait, length, shut)

    def usable(self, vehicle: Vehicle, day: date) -> Usable:
        """Return the pieces of road that a vehicle may use on a date."""
        return self._find_usable(vehicle, day)[1]

    def why_shut(self, vehicle: Vehicle, day: date, piece: int) -> str | None:
        """Return why a vehicle cannot use a piece of road on a date, as `why_impassable` says.

        ``shut`` also where it is shut during all working hours; None if it can be used.
        """
        pieces = self.pieces
        segment = self.network.segments[int(pieces.segment[piece])]
        first, last = float(pieces.first[piece]), float(pieces.last[piece])
        why = why_impassable(segment, vehicle, self.state(day, vehicle), first, last)
        return why if why or self.usable(vehicle, day).is_open[piece] else "shut"

    def finder(self, vehicle: Vehicle, day: date) -> WayFinder:
        """Return what finds the ways between sites for a vehicle on a date."""
        signature, usable = self._find_usable(vehicle, day)
        if signature not in self._finders:
            settings = self.province.settings.roads
            turns = self.turns(vehicle, day)
            table = tabulate_usable(
                self.network, self.pieces, usable, vehicle, settings, turns=turns
            )
            nodes = (self.node(vehicle, site.site_id) for site in self.province.sites)
            kept = sorted({node for node in nodes if node is not None})
            self._finders[signature] = find_ways(table, np.array(kept, dtype=np.int64))
        return self._finders[signature]

    def _find_usable(self, vehicle: Vehicle, day: date) -> tuple[str, Usable]:
        limits, state = self._limits(vehicle), self.state(day, vehicle)
        if (limits, state) not in self._usable:
            usable = find_usable(
                self.network,
                self.pieces,
                self._passable[limits],
                state,
                self.province.settings.trips,
            )
            snaps = [(s.number, s.share) for _, s in sorted(self._snaps[limits].items())]
            self._usable[limits, state] = usable.sign(vehicle.kind.value, snaps), usable
        signature, usable = self._usable[limits, state]
        dated = [turn.turn_id for turn in self.turns(vehicle, day) if turn.hours]
        return (f"{signature} {' '.join(dated)}" if dated else signature), usable

    def turns(self, vehicle: Vehicle, day: date) -> tuple[Turn, ...]:
        """Return the turns that a vehicle may not make on a date."""
        key = vehicle.kind, day
        if key not in self._turns:
            self._turns[key] = tuple(
                turn for turn in self.province.turns if turn.forbids(vehicle, day)
            )
        return self._turns[key]


def _limit(vehicle: Vehicle) -> VehicleLimits:
    height_m, grade_pct = vehicle.height_m or 0.0, vehicle.max_grade_pct
    return vehicle.kind.value, vehicle.width_m, height_m, vehicle.gross_t, grade_pct


def describe_way(network: RoadNetwork, pieces: Pieces, driven: Sequence[tuple[int, bool]]) -> Way:
    """Return the way over some pieces, those of one segment joined again."""
    segments: list[tuple[SegmentId, bool]] = []
    before = -9
    for piece, is_forward in driven:
        segment = network.segments[int(pieces.segment[piece])].segment_id, is_forward
        is_next = piece == before + (1 if is_forward else -1)
        if not is_next or segments[-1] != segment:
            segments.append(segment)
        before = piece
    if not driven:
        return Way((), 0.0, 1.0)
    (begin, is_forward), (end, ends_forward) = driven[0], driven[-1]
    return Way(
        tuple(segments),
        float(pieces.first[begin] if is_forward else round_share(1.0 - pieces.last[begin])),
        float(pieces.last[end] if ends_forward else round_share(1.0 - pieces.first[end])),
    )
