"""A day as it was driven: when where, along which roads, and what each road took."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from planning.tracks.stands import Stand, find_stands, list_drives
from planning.tracks.track_days import TrackDay
from planning.tracks.trip_of_day import PlannedDay
from province.fleet import Vehicle
from province.ids import SegmentId, SiteId
from province.roads import RoadClass, Segment
from roads.array_types import Floats
from roads.matching import Matcher
from roads.near_ways import WayPiece
from routing.checks.road_facts import CheckedRoads, Driven
from routing.trips import Leg

GAP_MIN = 5.0
"""A longer time without a point tells nothing of the roads: nobody knows where it went by."""

UNHEARD_MIN = 2.0
"""So long without a point before a stand, or after it: nobody knows when it began, or ended."""

FASTEST_KMH = 140.0
"""What is faster on the roads was not driven on them."""


Times = tuple[float | None, float | None]
"""Arrival and departure, minutes after midnight; None: not known."""


@dataclass(frozen=True, slots=True)
class DrivenStretch:
    """What was driven of one road, of one class, in a day.

    Parameters
    ----------
    road
        Its number or name, "" for none.
    expected_min
        Minutes as the speed table has them, every factor of class and road being 1.
    """

    road_class: RoadClass
    road: str
    length_m: float
    expected_min: float
    took_min: float


@dataclass(frozen=True, slots=True)
class DrivenLeg:
    """A planned leg beside what was driven between its two ends.

    Parameters
    ----------
    departed_min, arrived_min
        Minutes after midnight.
    stood_min
        Of these, what was stood somewhere on the way.
    length_m, off_way_m
        What was driven, and what of it not along the planned way.
    """

    leg: Leg
    departed_min: float
    arrived_min: float
    stood_min: float
    length_m: float
    off_way_m: float

    @property
    def drive_min(self) -> float:
        """Minutes on the move."""
        return self.arrived_min - self.departed_min - self.stood_min


@dataclass(frozen=True, slots=True, eq=False)
class DrivenDay:
    """A day of a trip as a track tells it.

    Parameters
    ----------
    stops
        When the vehicle came to a stop and left it, by number of the stop; None: not known.
    stands
        All it stood at, sites and others.
    on_roads
        Share of its metres that could be laid on the roads.
    """

    planned: PlannedDay
    track: TrackDay
    stops: dict[int, Times]
    stands: tuple[Stand, ...]
    legs: tuple[DrivenLeg, ...]
    stretches: tuple[DrivenStretch, ...]
    on_roads: float


@dataclass(frozen=True, slots=True)
class _Step:
    """From one point of a way to the next; without pieces where no road is known."""

    from_min: float
    to_min: float
    straight_m: float
    pieces: tuple[WayPiece, ...]

    @property
    def minutes(self) -> float:
        """How long it took."""
        return self.to_min - self.from_min


def measure_day(
    planned: PlannedDay, track: TrackDay, ground: CheckedRoads, matcher: Matcher
) -> DrivenDay:
    """Return a day as it was driven, and what its roads took where that can be told."""
    metres = matcher.measure_metres(track.places)
    stands = find_stands(track.minutes, metres)
    stops = dict(_find_stops(planned, stands, track.minutes, metres))
    steps = [
        step for drive in list_drives(stands, metres)
        for step in _list_steps(drive, track.minutes, metres, matcher)
    ]  # fmt: skip
    segments = ground.province.segments
    whole = sum(step.straight_m for step in steps)
    on_roads = sum(step.straight_m for step in steps if step.pieces) / whole if whole else 0.0
    vehicle = ground.province.vehicle_by_id.get(planned.past.trip.vehicle_id)
    stretches = tuple(_sum_stretches(steps, ground, vehicle, planned)) if vehicle else ()
    legs = tuple(
        _measure_leg(leg, left, arrived, steps, stands, segments)
        for leg, left, arrived in _list_ends(planned, track, metres, stops)
    )
    return DrivenDay(planned, track, stops, stands, legs, stretches, on_roads)


def _find_stops(
    planned: PlannedDay, stands: tuple[Stand, ...], minutes: Floats, metres: Floats
) -> Iterator[tuple[int, Times]]:
    """Yield when each stop was made: the longest while at its site.

    Of stops next to each other that were made in one while, the first has its beginning and the
    last its end; nobody knows when they changed.
    """
    own: dict[int, range] = {}
    for stop in planned.part.stops:
        if run := _find_run(planned.list_near(stop.site_id, metres), stands):
            own[stop.sequence] = run
    for sequence, run in own.items():
        others = [k for k, other in own.items() if set(run) & set(other)]
        arrived, departed = _tell_times(stands[run[0]], stands[run[-1]], minutes)
        yield (
            sequence,
            (
                arrived if sequence == min(others) else None,
                departed if sequence == max(others) else None,
            ),
        )


def _find_run(is_near: Floats, stands: tuple[Stand, ...]) -> range:
    """Return the stands at a site between which nobody left it, of several such runs the longest.

    Parameters
    ----------
    is_near
        Whether each point of the track is at the site.
    """
    runs, last = [range(0)], -1
    for k, stand in enumerate(stands):
        if 2 * is_near[stand.first : stand.last + 1].sum() <= stand.last + 1 - stand.first:
            continue
        stayed = last >= 0 and bool(is_near[stands[last].last : stand.first + 1].all())
        runs.append(range(runs.pop().start if stayed else k, k + 1))
        last = k
    return max(runs, key=lambda run: sum(stands[k].minutes for k in run))


def _tell_times(first: Stand, last: Stand, minutes: Floats) -> Times:
    """Return when the first stand began and the last one ended, where the track was there."""
    heard = np.concatenate(([np.inf], np.diff(minutes), [np.inf])) <= UNHEARD_MIN
    return (
        first.from_min if heard[first.first] else None,
        last.to_min if heard[last.last + 1] else None,
    )


def _list_steps(
    drive: tuple[int, ...], minutes: Floats, metres: Floats, matcher: Matcher
) -> Iterator[_Step]:
    own = metres[list(drive)]
    matched = {one.point: one for one in matcher.match(own)}
    for k, (before, after) in enumerate(pairwise(drive), 1):
        one, other = matched.get(k - 1), matched.get(k)
        from_min, to_min = float(minutes[before]), float(minutes[after])
        pieces = []
        if one and other and other.follows:
            pieces = matcher.trace(own, one, other)
        straight = float(np.hypot(*(metres[after] - metres[before])))
        yield _Step(from_min, to_min, straight, tuple(pieces))


def _sum_stretches(
    steps: list[_Step], ground: CheckedRoads, vehicle: Vehicle, planned: PlannedDay
) -> Iterator[DrivenStretch]:
    """Yield what each road took: the time of a step is shared out as its pieces are expected."""
    sums: dict[tuple[RoadClass, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    segments = ground.province.segments
    for step in steps:
        parts = [_drive(piece, segments) for piece in step.pieces]
        expected = [ground.measure_min(part, vehicle, planned.day) for part in parts]
        metres = [(part.last - part.first) * part.segment.length_m for part in parts]
        took, whole = step.minutes, sum(expected)
        is_ferry = any(part.segment.road_class is RoadClass.FERRY for part in parts)
        is_too_fast = sum(metres) > FASTEST_KMH / 0.06 * took
        if whole <= 0 or took > GAP_MIN or is_ferry or is_too_fast:
            continue
        for part, own, length in zip(parts, expected, metres, strict=True):
            found = sums[part.segment.road_class, part.segment.road]
            found[0] += length
            found[1] += own
            found[2] += took * own / whole
    for (kind, road), (length, own, took) in sorted(sums.items()):
        yield DrivenStretch(kind, road, length, own, took)


def _drive(piece: WayPiece, segments: tuple[Segment, ...]) -> Driven:
    return Driven(segments[piece.number], piece.is_forward, piece.first, piece.last)


def _list_ends(
    planned: PlannedDay, track: TrackDay, metres: Floats, stops: dict[int, Times]
) -> Iterator[tuple[Leg, float, float]]:
    """Yield the planned legs of which is known when their beginning was left, their end reached."""
    part = planned.part
    left = _leave_start(planned.list_near(SiteId(part.start_site), metres), track.minutes)
    nowhere: Times = None, None
    ends = [(stop.leg, stops.get(stop.sequence, nowhere)) for stop in part.stops]
    if part.last_leg is not None:
        home = _reach_end(planned.list_near(part.last_leg.to_site, metres), track.minutes)
        ends.append((part.last_leg, (home, None)))
    for leg, (arrived, departed) in ends:
        if left is not None and arrived is not None and arrived > left:
            yield leg, left, arrived
        left = departed


def _leave_start(is_near: Floats, minutes: Floats) -> float | None:
    """Return when a track that begins at a place left it."""
    if not is_near[0]:
        return None
    away = np.flatnonzero(~is_near.astype(np.bool_))
    return float(minutes[away[0] - 1]) if len(away) else None


def _reach_end(is_near: Floats, minutes: Floats) -> float | None:
    """Return when a track that ends at a place came to it."""
    if not is_near[-1]:
        return None
    away = np.flatnonzero(~is_near.astype(np.bool_))
    return float(minutes[away[-1] + 1]) if len(away) else None


def _measure_leg(
    leg: Leg,
    left: float,
    arrived: float,
    steps: list[_Step],
    stands: tuple[Stand, ...],
    segments: tuple[Segment, ...],
) -> DrivenLeg:
    planned: frozenset[SegmentId] = frozenset(key for key, _ in leg.segments)
    stood = sum(one.minutes for one in stands if left <= one.from_min and one.to_min <= arrived)
    length = off_way = 0.0
    for step in steps:
        if not left <= (step.from_min + step.to_min) / 2 <= arrived:
            continue
        parts = [_drive(piece, segments) for piece in step.pieces]
        own = [(part.last - part.first) * part.segment.length_m for part in parts]
        length += sum(own) if parts else step.straight_m
        off_way += step.straight_m if not parts else sum(
            metres for part, metres in zip(parts, own, strict=True)
            if part.segment.segment_id not in planned
        )  # fmt: skip
    return DrivenLeg(leg, left, arrived, stood, length, off_way)
