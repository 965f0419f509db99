"""Travel times and ways between sites, for a vehicle on a date."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from province.facts import Province
from province.fleet import Vehicle, VehicleKind
from province.ids import SegmentId, SiteId
from routing.closures import (
    DAY_MIN,
    RoadState,
    Spans,
    find_affected,
    merge_spans,
    read_road_state,
    why_impassable,
)
from routing.network import RoadNetwork, build_network
from routing.paths import (
    Arc,
    ArcTable,
    Whole,
    measure_ways,
    measure_ways_to,
    search_tree,
    tabulate_arcs,
    trace_arcs,
)
from routing.problem import Travel
from routing.snapping import Snap, snap_sites
from routing.speeds import measure_drive_min

Path = tuple[tuple[SegmentId, bool], ...]
Limits = tuple[str, float, float, float]
MAX_TREES = 256  # searches kept for tracing


class Roads:
    """The roads of a province with everything measured on them so far.

    Times are computed once for each class of vehicle and each state of the roads, and reused for
    every date on which the roads are the same.
    """

    def __init__(self, province: Province) -> None:
        self.province = province
        self.network: RoadNetwork = build_network(province.segments)
        limit = province.settings.roads.max_snap_m
        self.snaps: dict[SiteId, Snap] = snap_sites(self.network, province.sites)
        self.nodes = {
            key: snap.node for key, snap in self.snaps.items() if snap.distance_m <= limit
        }
        self.affected = find_affected(province)
        self._states: dict[date, RoadState] = {}
        self._usable: dict[tuple[Limits, RoadState], tuple[str, tuple[int, ...]]] = {}
        self._tables: dict[str, ArcTable] = {}
        self._travels: dict[tuple[str, tuple[SiteId, ...]], Travel] = {}
        self._trees: dict[tuple[str, int], Whole] = {}

    def state(self, day: date) -> RoadState:
        """Return what is shut or slow on a date."""
        if day not in self._states:
            self._states[day] = read_road_state(self.province, day, affected=self.affected)
        return self._states[day]

    def signature(self, vehicle: Vehicle, day: date) -> str:
        """Return a text that is equal for vehicles and dates whose travel is equal."""
        return self._find_usable(vehicle, day)[0]

    def travel(self, vehicle: Vehicle, day: date, sites: tuple[SiteId, ...]) -> Travel:
        """Return minutes, waits and metres between sites, in their order."""
        key = (self.signature(vehicle, day), sites)
        if key not in self._travels:
            self._travels[key] = self._measure(vehicle, day, sites, sites, key[0])
        return self._travels[key]

    def trace(self, vehicle: Vehicle, day: date, a: SiteId, b: SiteId) -> Path:
        """Return the segments driven from one site to another, empty where they share a node.

        Raises
        ------
        LookupError
            If there is no way.
        """
        start, end = self.nodes.get(a), self.nodes.get(b)
        if start is None or end is None:
            raise LookupError(f"no road at {a} or {b}")
        table = self._tabulate(vehicle, day)
        arcs = trace_arcs(table, self._search(vehicle, day, start), start, end)
        if arcs is None:
            raise LookupError(f"no way from {a} to {b}")
        segments = self.network.segments
        return tuple(
            (segments[int(table.number[arc])].segment_id, bool(table.is_forward[arc]))
            for arc in arcs
        )

    def measure(
        self, vehicle: Vehicle, day: date, starts: tuple[SiteId, ...], ends: tuple[SiteId, ...]
    ) -> Travel:
        """Return minutes, waits and metres from some sites (rows) to others (columns).

        Searched from the fewer of the two; `travel` and `trace` are the ones that agree on ties.
        """
        return self._measure(vehicle, day, starts, ends, self.signature(vehicle, day))

    def _find_usable(self, vehicle: Vehicle, day: date) -> tuple[str, tuple[int, ...]]:
        """Return the signature, and the indices of the segments that can be used."""
        state = self.state(day)
        limits = (vehicle.kind.value, vehicle.width_m, vehicle.gross_t, vehicle.max_grade_pct)
        if (limits, state) not in self._usable:
            lost = _list_shut_while_working(self.province, state)
            usable = tuple(
                number
                for number, segment in enumerate(self.network.segments)
                if segment.segment_id not in lost
                and why_impassable(segment, vehicle, state) is None
            )
            ids = [self.network.segments[number].segment_id for number in usable]
            kept = set(ids)
            parts = (
                limits[0],
                state.is_wet,
                ids,
                [hours for hours in state.shut_hours if hours[0] in kept],
                sorted(state.one_lane & kept),
            )
            signature = hashlib.sha256(repr(parts).encode("utf-8")).hexdigest()[:16]
            self._usable[limits, state] = signature, usable
        return self._usable[limits, state]

    def _tabulate(self, vehicle: Vehicle, day: date) -> ArcTable:
        signature, usable = self._find_usable(vehicle, day)
        if signature not in self._tables:
            factor = self.province.settings.roads.speed_factor
            self._tables[signature] = tabulate_network(
                self.network, vehicle.kind, self.state(day), usable, speed_factor=factor
            )
        return self._tables[signature]

    def _search(self, vehicle: Vehicle, day: date, start: int) -> Whole:
        key = (self.signature(vehicle, day), start)
        if key not in self._trees:
            if len(self._trees) >= MAX_TREES:
                self._trees.pop(next(iter(self._trees)))
            self._trees[key] = search_tree(self._tabulate(vehicle, day), start)
        return self._trees[key]

    def _measure(
        self,
        vehicle: Vehicle,
        day: date,
        starts: tuple[SiteId, ...],
        ends: tuple[SiteId, ...],
        signature: str,
    ) -> Travel:
        rows = [k for k, site in enumerate(starts) if site in self.nodes]
        columns = [k for k, site in enumerate(ends) if site in self.nodes]
        search = measure_ways if len(starts) <= len(ends) else measure_ways_to
        ways = search(
            self._tabulate(vehicle, day),
            np.array([self.nodes[starts[k]] for k in rows], dtype=np.int64),
            np.array([self.nodes[ends[k]] for k in columns], dtype=np.int64),
        )
        drive = np.full((len(starts), len(ends)), -1, dtype=np.int32)
        wait, length = (np.zeros((len(starts), len(ends)), dtype=np.int32) for _ in range(2))
        cells = np.ix_(rows, columns)
        drive[cells], wait[cells], length[cells] = ways.drive_min, ways.wait_min, ways.length_m
        shut = {(rows[i], columns[j]): spans for (i, j), spans in ways.shut_min.items()}
        return Travel(signature, drive, wait, length, shut)


def tabulate_network(
    network: RoadNetwork,
    kind: VehicleKind,
    state: RoadState,
    usable: Sequence[int],
    *,
    speed_factor: float,
) -> ArcTable:
    """Return the arcs of the usable segments, with what they take a kind of vehicle.

    Parameters
    ----------
    usable
        Indices of segments.
    """
    hours = dict(state.shut_hours)
    ids = {number: network.segments[number].segment_id for number in usable}
    spans = {number: hours[key] for number, key in ids.items() if key in hours}
    arcs = _list_arcs(network, kind, state, usable, speed_factor)
    return tabulate_arcs(arcs, len(network.places), spans)


def _list_arcs(
    network: RoadNetwork,
    kind: VehicleKind,
    state: RoadState,
    usable: Sequence[int],
    speed_factor: float,
) -> Iterator[Arc]:
    starts, ends = network.starts.tolist(), network.ends.tolist()
    for number in usable:
        segment = network.segments[number]
        for is_forward in (True,) if segment.is_oneway else (True, False):
            minutes = measure_drive_min(
                segment,
                is_forward,
                kind,
                is_wet=state.is_wet,
                is_one_lane=segment.segment_id in state.one_lane,
                speed_factor=speed_factor,
            )
            tail, head = starts[number], ends[number]
            if not is_forward:
                tail, head = head, tail
            wait, length = segment.ferry_wait_min, round(segment.length_m)
            yield Arc(tail, head, minutes, wait, length, number, is_forward)


def _list_shut_while_working(province: Province, state: RoadState) -> frozenset[SegmentId]:
    """Return the segments whose open hours all lie outside working hours: nobody drives there."""
    trips = province.settings.trips
    rest = [(0, trips.earliest_start_min), (trips.latest_end_min, DAY_MIN)]
    whole: Spans = ((0, DAY_MIN),)
    return frozenset(
        segment_id
        for segment_id, spans in state.shut_hours
        if merge_spans([*spans, *rest]) == whole
    )


def build_roads(province: Province) -> Roads:
    """Return the roads of a province, ready to be asked."""
    return Roads(province)


def measure_from(
    roads: Roads, vehicle: Vehicle, day: date, start: SiteId, sites: Sequence[SiteId]
) -> dict[SiteId, tuple[float, float]]:
    """Return minutes at the wheel with waits, and metres, from one site to those it reaches."""
    travel = roads.measure(vehicle, day, (start,), tuple(sites))
    return {
        site: (float(drive + wait), float(length))
        for site, drive, wait, length in zip(
            sites,
            travel.drive_min[0].tolist(),
            travel.wait_min[0].tolist(),
            travel.length_m[0].tolist(),
            strict=True,
        )
        if drive >= 0
    }
