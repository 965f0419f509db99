"""What a vehicle may use on a date: the pieces of road, and what it takes to drive them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from province.dates import DAY_MIN
from province.fleet import Vehicle
from province.hours import WHOLE_DAY, Spans, merge_spans
from province.road_settings import RoadSettings
from province.roads import Turn
from province.settings import TripSettings
from roads.array_types import KINDS, Floats, Ints, Truths
from roads.closures import RoadState
from roads.network import RoadNetwork
from roads.paths import ArcTable, tabulate_arcs
from roads.pieces import Pieces, find_pieces
from roads.speeds import slow_down, tabulate_drive_min
from roads.turns import forbid_chains, list_forbidden


@dataclass(frozen=True, slots=True, eq=False)
class Usable:
    """The pieces a vehicle may use in one state of the roads.

    Parameters
    ----------
    is_wet
        Whether wet-season speeds hold.
    is_open
        For each piece, whether it may be used at some hour.
    one_lane
        For each piece, 1 where one lane is open, else 0.
    hours
        Hours during which open pieces are shut.
    """

    is_wet: bool
    is_open: Truths
    one_lane: Floats
    hours: dict[int, Spans]

    def sign(self, *more: object) -> str:
        """Return a text that is equal where everything about it is equal."""
        digest = hashlib.sha256(np.packbits(self.is_open).tobytes())
        digest.update(np.packbits((self.one_lane > 0) & self.is_open).tobytes())
        digest.update(repr((self.is_wet, sorted(self.hours.items()), more)).encode("utf-8"))
        return digest.hexdigest()[:16]


def find_passable(network: RoadNetwork, vehicle: Vehicle) -> Truths:
    """Return which segments let a vehicle through when nothing is closed and it is dry."""
    columns = network.columns
    fits = (columns.width_m >= vehicle.width_m) & (columns.max_t >= vehicle.gross_t)
    fits &= columns.max_height_m >= (vehicle.height_m or 0.0)
    fits &= (columns.kinds >> KINDS.index(vehicle.kind) & 1) == 1
    passable: Truths = fits & (columns.is_ferry | (columns.steepest_pct <= vehicle.max_grade_pct))
    return passable


def find_usable(
    network: RoadNetwork, pieces: Pieces, passable: Truths, state: RoadState, trips: TripSettings
) -> Usable:
    """Return what may be used in a state of the roads.

    A piece whose open hours all lie outside working hours is shut: nobody drives there.
    """
    is_open = passable[pieces.segment]
    if state.is_wet:
        is_open = is_open & ~network.columns.is_dry_only[pieces.segment]
        for stretch in state.dry_only:
            is_open[find_pieces(network, pieces, stretch)] = False
    for stretch in state.shut:
        is_open[find_pieces(network, pieces, stretch)] = False
    one_lane = np.zeros(len(pieces.segment))
    for stretch in state.one_lane:
        one_lane[find_pieces(network, pieces, stretch)] = 1.0
    hours: dict[int, list[tuple[int, int]]] = {}
    for stretch, spans in state.shut_hours:
        for piece in find_pieces(network, pieces, stretch):
            hours.setdefault(piece, []).extend(spans)
    rest = [(0, trips.earliest_start_min), (trips.latest_end_min, DAY_MIN)]
    for piece, shut in hours.items():
        if merge_spans([*shut, *rest]) == WHOLE_DAY:
            is_open[piece] = False
    kept = {piece: merge_spans(hours[piece]) for piece in sorted(hours) if is_open[piece]}
    return Usable(state.is_wet, is_open, one_lane, kept)


def tabulate_usable(
    network: RoadNetwork,
    pieces: Pieces,
    usable: Usable,
    vehicle: Vehicle,
    settings: RoadSettings,
    *,
    extra_min: Floats | None = None,
    turns: Iterable[Turn] = (),
) -> ArcTable:
    """Return what it takes a vehicle to drive each piece that it may use, in each direction.

    Parameters
    ----------
    extra_min
        Minutes added to each piece; None: none.
    turns
        Turns that the vehicle may not make.
    """
    open_pieces = np.flatnonzero(usable.is_open)
    twoway = open_pieces[~network.columns.is_oneway[pieces.segment[open_pieces]]]
    numbers = np.concatenate((open_pieces, twoway))
    is_forward = np.arange(len(numbers)) < len(open_pieces)
    drive_min = np.empty(len(numbers))
    for way in (True, False):
        whole = tabulate_drive_min(
            network.columns, way, vehicle.kind, is_wet=usable.is_wet, settings=settings
        )
        mine = is_forward == way
        drive_min[mine] = _share_out(whole, network, pieces, usable)[numbers[mine]]
    if extra_min is not None:
        drive_min += extra_min[numbers]
    order = np.lexsort((~is_forward, numbers))
    numbers, is_forward, drive_min = numbers[order], is_forward[order], drive_min[order]
    segment = pieces.segment[numbers]
    start, end = pieces.start[numbers], pieces.end[numbers]
    arcs = ArcTable(
        pieces.num_nodes,
        np.where(is_forward, start, end),
        np.where(is_forward, end, start),
        drive_min,
        network.columns.wait_min[segment],
        measure_part_m(
            network.columns.length_m[segment], pieces.first[numbers], pieces.last[numbers]
        ),
        numbers,
        is_forward,
        usable.hours,
    )
    return tabulate_arcs(forbid_chains(arcs, list_forbidden(network, pieces, turns)))


def _share_out(whole_min: Floats, network: RoadNetwork, pieces: Pieces, usable: Usable) -> Floats:
    """Return the minutes of each piece from those of its whole segment."""
    share = pieces.last - pieces.first
    minutes = whole_min[pieces.segment] * share
    slow = usable.one_lane > 0
    if not slow.any():
        return minutes
    is_ferry = network.columns.is_ferry[pieces.segment]
    return slow_down(minutes, is_ferry, usable.one_lane)


def measure_part_m(length_m: Floats, first: Floats, last: Floats) -> Ints:
    """Return whole metres of parts of segments, such that the parts of one add up to it."""
    whole = np.rint(length_m)
    parts: Ints = (np.rint(whole * last) - np.rint(whole * first)).astype(np.int64)
    return parts
