"""Travel times and ways between sites, for a vehicle on a date."""

import hashlib
import math
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from province.facts import Province
from province.fleet import Vehicle
from province.ids import SegmentId, SiteId
from routing.closures import (
    RoadState,
    Spans,
    merge_spans,
    read_road_state,
    why_impassable,
)
from routing.network import RoadNetwork, build_network
from routing.problem import Travel
from routing.snapping import Snap, snap_sites
from routing.speeds import measure_drive_min

Floats = npt.NDArray[np.float64]
Path = tuple[tuple[SegmentId, bool], ...]
ROUNDING_MIN = 1e-6  # sums of minutes are rounded up, unless only this much above a whole minute


def round_up_min(minutes: float) -> int:
    """Return the whole minutes that a sum of segment minutes counts as."""
    return math.ceil(minutes - ROUNDING_MIN)


class Weights:
    """What each directed segment costs one class of vehicle in one state of the roads."""

    def __init__(
        self, province: Province, network: RoadNetwork, vehicle: Vehicle, state: RoadState
    ) -> None:
        factor = province.settings.roads.speed_factor
        hours = dict(state.shut_hours)
        edges: dict[tuple[int, int], tuple[float, int, bool]] = {}
        self.drive: dict[tuple[int, bool], float] = {}
        self.shut: dict[int, Spans] = {}
        for number, segment in enumerate(network.segments):
            if why_impassable(segment, vehicle, state) is not None:
                continue
            if segment.segment_id in hours:
                self.shut[number] = hours[segment.segment_id]
            ends = int(network.starts[number]), int(network.ends[number])
            for is_forward in (True,) if segment.is_oneway else (True, False):
                minutes = measure_drive_min(
                    segment,
                    is_forward,
                    vehicle.kind,
                    is_wet=state.is_wet,
                    is_one_lane=segment.segment_id in state.one_lane,
                    speed_factor=factor,
                )
                self.drive[number, is_forward] = minutes
                key = ends if is_forward else (ends[1], ends[0])
                offer = (minutes + segment.ferry_wait_min, number, is_forward)
                if key[0] != key[1] and (key not in edges or offer < edges[key]):
                    edges[key] = offer
        self.edges = edges
        size = len(network.places)
        pairs = sorted(edges)
        self.matrix = csr_matrix(
            (
                [edges[pair][0] for pair in pairs],
                ([a for a, _ in pairs], [b for _, b in pairs]),
            ),
            shape=(size, size),
        )


class Roads:
    """The roads of a province with everything measured on them so far.

    Times are computed once for each class of vehicle and each state of the roads, and reused for
    every date on which the roads are the same.
    """

    def __init__(self, province: Province) -> None:
        self.province = province
        self.network = build_network(province.segments)
        limit = province.settings.roads.max_snap_m
        found = snap_sites(self.network, province.sites)
        self.snaps: dict[SiteId, Snap] = found
        self.nodes = {key: snap.node for key, snap in found.items() if snap.distance_m <= limit}
        self._states: dict[date, RoadState] = {}
        self._weights: dict[str, Weights] = {}
        self._travels: dict[tuple[str, tuple[SiteId, ...]], Travel] = {}
        self._paths: dict[tuple[str, int], tuple[Floats, npt.NDArray[np.int32]]] = {}

    def state(self, day: date) -> RoadState:
        """Return what is shut or slow on a date."""
        if day not in self._states:
            self._states[day] = read_road_state(self.province, day)
        return self._states[day]

    def signature(self, vehicle: Vehicle, day: date) -> str:
        """Return a text that is equal for vehicles and dates whose travel is equal."""
        limits = (vehicle.kind.value, vehicle.width_m, vehicle.gross_t, vehicle.max_grade_pct)
        state = self.state(day)
        parts = (
            limits,
            state.is_wet,
            sorted(state.shut),
            state.shut_hours,
            sorted(state.one_lane),
            sorted(state.dry_only),
        )
        return hashlib.sha256(repr(parts).encode("utf-8")).hexdigest()[:16]

    def travel(self, vehicle: Vehicle, day: date, sites: tuple[SiteId, ...]) -> Travel:
        """Return minutes, waits and metres between sites, in their order."""
        key = (self.signature(vehicle, day), sites)
        if key not in self._travels:
            self._travels[key] = self._measure(vehicle, day, sites, key[0])
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
        weights = self._weigh(vehicle, day)
        steps = self._walk(vehicle, day, start, end)
        if steps is None:
            raise LookupError(f"no way from {a} to {b}")
        segments = self.network.segments
        return tuple(
            (segments[number].segment_id, is_forward)
            for number, is_forward in (weights.edges[step][1:] for step in steps)
        )

    def _weigh(self, vehicle: Vehicle, day: date) -> Weights:
        key = self.signature(vehicle, day)
        if key not in self._weights:
            self._weights[key] = Weights(self.province, self.network, vehicle, self.state(day))
        return self._weights[key]

    def _search(
        self, vehicle: Vehicle, day: date, start: int
    ) -> tuple[Floats, npt.NDArray[np.int32]]:
        key = (self.signature(vehicle, day), start)
        if key not in self._paths:
            matrix = self._weigh(vehicle, day).matrix
            distances, before = dijkstra(
                matrix, indices=np.array([start]), return_predecessors=True
            )
            self._paths[key] = distances[0], before[0]
        return self._paths[key]

    def _walk(
        self, vehicle: Vehicle, day: date, start: int, end: int
    ) -> list[tuple[int, int]] | None:
        """Return the (from, to) nodes of the way, in order; None where there is none."""
        distances, before = self._search(vehicle, day, start)
        if not np.isfinite(distances[end]):
            return None
        steps, node = [], end
        while node != start:
            previous = int(before[node])
            steps.append((previous, node))
            node = previous
        return steps[::-1]

    def measure_way(
        self, vehicle: Vehicle, day: date, a: SiteId, b: SiteId
    ) -> tuple[int, int, int, Spans] | None:
        """Return minutes at the wheel, minutes of waits, metres, shut hours; None: no way."""
        if a not in self.nodes or b not in self.nodes:
            return None
        steps = self._walk(vehicle, day, self.nodes[a], self.nodes[b])
        if steps is None:
            return None
        weights, segments = self._weigh(vehicle, day), self.network.segments
        drive, wait, length = 0.0, 0, 0
        spans: set[tuple[int, int]] = set()
        for step in steps:
            _, number, is_forward = weights.edges[step]
            drive += weights.drive[number, is_forward]
            wait += segments[number].ferry_wait_min
            length += round(segments[number].length_m)
            spans |= set(weights.shut.get(number, ()))
        return round_up_min(drive), wait, length, merge_spans(spans)

    def _measure(
        self, vehicle: Vehicle, day: date, sites: tuple[SiteId, ...], signature: str
    ) -> Travel:
        count = len(sites)
        drive = np.full((count, count), -1, dtype=np.int32)
        wait = np.zeros((count, count), dtype=np.int32)
        length = np.zeros((count, count), dtype=np.int32)
        shut: dict[tuple[int, int], Spans] = {}
        for i, a in enumerate(sites):
            for j, b in enumerate(sites):
                way = self.measure_way(vehicle, day, a, b)
                if way is None:
                    continue
                drive[i, j], wait[i, j], length[i, j], spans = way
                if spans:
                    shut[i, j] = spans
        return Travel(signature, drive, wait, length, shut)


def build_roads(province: Province) -> Roads:
    """Return the roads of a province, ready to be asked."""
    return Roads(province)


def measure_from(
    roads: Roads, vehicle: Vehicle, day: date, start: SiteId, sites: Sequence[SiteId]
) -> dict[SiteId, tuple[float, float]]:
    """Return minutes at the wheel with waits, and metres, from one site to those it reaches."""
    return {
        site: (float(drive + wait), float(length))
        for site in sites
        if (found := roads.measure_way(vehicle, day, start, site)) is not None
        for drive, wait, length, _ in (found,)
    }
