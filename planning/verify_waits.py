"""Proves that trips wait on their way only where no road home is open, from the facts alone.

Nothing of the search or of its roads is used: the segments that are open all day are walked here,
as the checker of legs reads them (`routing.checks.road_facts`).
"""

import heapq
import itertools
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from planning.plan import Plan
from province.facts import Province
from province.fleet import Vehicle
from province.ids import SegmentId, SiteId
from province.language import Message, message
from province.roads import Segment
from province.violations import Violation
from routing.checks.road_facts import CheckedRoads, Driven, list_driven
from routing.checks.roads import Point, check_turns, list_turns
from routing.trips import Leg, Trip

Found = Iterator[tuple[str, str, Message]]

OPEN = "trips_wait_for_shut_roads_alone"

NODE_DIGITS = 5
"""Decimals of a degree to which ends of segments that carry no node are the same."""

Node = int | Point


@dataclass(slots=True)
class _Walk:
    """Roads as they can be walked: the stretches that leave each node."""

    province: Province
    ground: CheckedRoads
    ways: dict[Node, list[Driven]] = field(default_factory=lambda: defaultdict(list))


def verify_waits(province: Province, plan: Plan) -> tuple[Violation, ...]:
    """Return where a trip waits although a road home is open all day and can be driven that day.

    Of the trips that go on otherwise every whole day from the moment on is looked at on which
    nobody drives or serves. A way that takes a crew more than such a day allows, or makes a
    forbidden turn, is none: it proves nothing.
    """
    replanned = plan.replanned
    trips = [t for t in plan.standing_trips if replanned and t.trip_id in replanned.rerouted]
    waiting = [(trip, days) for trip in trips if (days := _list_idle(trip))]
    if not waiting or replanned is None:
        return ()
    walk = _list_ways(province)
    found = (
        one
        for trip, days in waiting
        for day, leg in days
        if day > replanned.day
        for one in _check_day(walk, trip, day, leg)
    )
    return tuple(Violation(*item) for item in dict.fromkeys(found))


def _list_idle(trip: Trip) -> list[tuple[date, Leg]]:
    """Return the days without a leg, each with the first leg after it."""
    legs = list(trip.legs())
    busy = {day for day, _ in legs}
    count = (trip.last_day - trip.first_day).days
    days = (trip.first_day + timedelta(days=k) for k in range(count + 1))
    return [
        (day, next(leg for when, leg in legs if when > day and leg.segments))
        for day in days
        if day not in busy and any(when > day and leg.segments for when, leg in legs)
    ]


def _list_ways(province: Province) -> _Walk:
    walk = _Walk(province, CheckedRoads(province))
    for segment in province.segments:
        start, end = _list_nodes(segment)
        walk.ways[start].append(Driven(segment, True, 0.0, 1.0))
        if not segment.is_oneway:
            walk.ways[end].append(Driven(segment, False, 0.0, 1.0))
    return walk


def _list_nodes(segment: Segment) -> tuple[Node, Node]:
    return (
        _name_node(segment.start_node, segment.line[0]),
        _name_node(segment.end_node, segment.line[-1]),
    )


def _name_node(node: int | None, point: Point) -> Node:
    if node is not None:
        return node
    return round(point[0], NODE_DIGITS), round(point[1], NODE_DIGITS)


def _check_day(walk: _Walk, trip: Trip, day: date, leg: Leg) -> Found:
    """Yield a day on which a trip stays although it could be driven home."""
    vehicle = walk.province.vehicle_by_id[trip.vehicle_id]
    segments = walk.ground.segments
    first, last = list_driven(segments, leg)[0], list_driven(segments, trip.home)[-1]
    found = _find_way(walk, vehicle, day, first, last)
    if found is None:
        return
    minutes, steps = found
    if _is_too_long(walk.province, minutes):
        return
    ends = SiteId(leg.from_site), SiteId(trip.depot_id)
    whole = Leg(*ends, steps, 0, 0, 0, 0, 0, 0, ())
    if not any(check_turns(list_turns(walk.province), vehicle, day, "", whole)):
        text = message(
            "a road from {site} to the depot is open all day: {minutes} min",
            site=leg.from_site, minutes=math.ceil(minutes),
        )  # fmt: skip
        yield OPEN, f"{trip.trip_id} {day}", text


def _is_too_long(province: Province, minutes: float) -> bool:
    """Whether a way with its breaks, its meal and the buffer may not fit into a day."""
    rules = province.settings.trips
    breaks = math.ceil(minutes / rules.driving_max_continuous_min) * rules.break_min
    spent = minutes + breaks + rules.meal_min + rules.leg_buffer_min
    return minutes > rules.driving_max_day_min or spent > rules.duty_max_day_min


Steps = tuple[tuple[SegmentId, bool], ...]


def _find_way(
    walk: _Walk, vehicle: Vehicle, day: date, first: Driven, last: Driven
) -> tuple[float, Steps] | None:
    """Return the quickest way between the places where two stretches begin and end, if any."""
    order = itertools.count()
    queue: list[tuple[float, int, Node | None, Steps]] = []

    def push(minutes: float, steps: Steps, part: Driven, *, is_end: bool = False) -> None:
        taken = _measure_min(walk, vehicle, day, part)
        if taken is not None:
            ends = _list_nodes(part.segment)
            goal = None if is_end else ends[1] if part.is_forward else ends[0]
            step = (part.segment.segment_id, part.is_forward)
            heapq.heappush(queue, (minutes + taken, next(order), goal, (*steps, step)))

    for part in _leave(first):
        push(0.0, (), part)
    arriving = {_name_start(part): part for part in _arrive(last)}
    done: set[Node] = set()
    while queue:
        minutes, _, node, steps = heapq.heappop(queue)
        if node is None:
            return minutes, steps
        if node in done:
            continue
        done.add(node)
        if node in arriving:
            push(minutes, steps, arriving[node], is_end=True)
        for part in walk.ways[node]:
            push(minutes, steps, part)
    return None


def _measure_min(walk: _Walk, vehicle: Vehicle, day: date, part: Driven) -> float | None:
    """Return the minutes of a stretch; None where it is not open the whole working day."""
    rules, segment = walk.province.settings.trips, part.segment
    times = range(rules.earliest_start_min, rules.latest_end_min)
    if any(walk.ground.tell_shut(part, vehicle, day, times)):
        return None
    return walk.ground.measure_min(part, vehicle, day) + segment.ferry_wait_min


def _leave(first: Driven) -> Iterator[Driven]:
    """Yield the two ways out of the place where a stretch begins."""
    place = first.first if first.is_forward else first.last
    yield Driven(first.segment, True, place, 1.0)
    if not first.segment.is_oneway:
        yield Driven(first.segment, False, 0.0, place)


def _arrive(last: Driven) -> Iterator[Driven]:
    """Yield the two ways into the place where a stretch ends."""
    place = last.last if last.is_forward else last.first
    yield Driven(last.segment, True, 0.0, place)
    if not last.segment.is_oneway:
        yield Driven(last.segment, False, place, 1.0)


def _name_start(part: Driven) -> Node:
    start, end = _list_nodes(part.segment)
    return start if part.is_forward else end
