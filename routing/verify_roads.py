"""Checks that legs follow open roads and take the time that their segments take."""

from collections.abc import Iterator
from datetime import date

from province.facts import Province
from province.fleet import Vehicle
from province.language import Message, message
from province.roads import Segment
from routing.closures import why_impassable
from routing.paths import round_up_min
from routing.problem import TripProblem
from routing.speeds import measure_drive_min
from routing.travel import Roads
from routing.trips import Leg, Trip

Found = Iterator[tuple[str, str, Message]]


def list_legs(trip: Trip) -> Iterator[tuple[date, Leg]]:
    """Yield the legs of a trip with their days, in the order they are driven."""
    parts = [(stop.day, 0, stop.sequence, stop.leg) for stop in trip.stops]
    parts += [(night.day, 1, 0, night.leg) for night in trip.nights if night.leg is not None]
    parts.append((trip.last_day, 2, 0, trip.home))
    for day, _, _, leg in sorted(parts, key=lambda part: part[:3]):
        yield day, leg


def check_legs(province: Province, roads: Roads, problem: TripProblem, trip: Trip) -> Found:
    """Yield what is wrong with the ways of a trip."""
    vehicle = province.vehicle_by_id[trip.vehicle_id]
    segments = {segment.segment_id: k for k, segment in enumerate(roads.network.segments)}
    for day, leg in list_legs(trip):
        where = f"{trip.trip_id} {day} {leg.from_site}-{leg.to_site}"
        numbers = [(segments.get(key, -1), forward) for key, forward in leg.segments]
        if any(number < 0 for number, _ in numbers):
            yield "legs_follow_the_roads", where, message("a segment does not exist")
            continue
        yield from _check_joined(roads, where, leg, numbers)
        if leg.from_site != leg.to_site:
            yield from _check_open(roads, vehicle, day, where, leg, numbers)
            yield from _check_measures(province, roads, problem, vehicle, day, where, leg, numbers)


def _check_joined(roads: Roads, where: str, leg: Leg, numbers: list[tuple[int, bool]]) -> Found:
    starts, ends = roads.network.starts, roads.network.ends
    node = roads.nodes.get(leg.from_site)
    goal = roads.nodes.get(leg.to_site)
    if leg.from_site == leg.to_site and not numbers:
        return
    for number, forward in numbers:
        first, last = (starts[number], ends[number]) if forward else (ends[number], starts[number])
        if node is None or int(first) != node:
            yield "legs_follow_the_roads", where, message("segments are not joined")
            return
        node = int(last)
    if node is None or node != goal:
        yield "legs_follow_the_roads", where, message("it does not end at the site")


def _check_open(
    roads: Roads,
    vehicle: Vehicle,
    day: date,
    where: str,
    leg: Leg,
    numbers: list[tuple[int, bool]],
) -> Found:
    state = roads.state(day)
    hours = dict(state.shut_hours)
    rule = "roads_are_open_for_the_vehicle"
    for number, forward in numbers:
        segment = roads.network.segments[number]
        if (why := why_impassable(segment, vehicle, state)) is not None:
            yield rule, where, message("{segment}: {why}", segment=segment.segment_id, why=why)
        if segment.is_oneway and not forward:
            yield rule, where, message("{segment} is one-way", segment=segment.segment_id)
        for begin, end in hours.get(segment.segment_id, ()):
            if leg.leave_min < end and leg.arrive_min > begin:
                yield rule, where, message("{segment} is shut then", segment=segment.segment_id)


def _check_measures(
    province: Province,
    roads: Roads,
    problem: TripProblem,
    vehicle: Vehicle,
    day: date,
    where: str,
    leg: Leg,
    numbers: list[tuple[int, bool]],
) -> Found:
    state = roads.state(day)
    parts: list[tuple[Segment, bool]] = [(roads.network.segments[n], f) for n, f in numbers]
    minutes = sum(
        measure_drive_min(
            segment,
            forward,
            vehicle.kind,
            is_wet=state.is_wet,
            is_one_lane=segment.segment_id in state.one_lane,
            speed_factor=province.settings.roads.speed_factor,
        )
        for segment, forward in parts
    )
    for name, given, right in (
        ("drive_min", leg.drive_min, round_up_min(minutes)),
        ("wait_min", leg.wait_min, sum(segment.ferry_wait_min for segment, _ in parts)),
        ("length_m", leg.length_m, sum(round(segment.length_m) for segment, _ in parts)),
        ("buffer_min", leg.buffer_min, problem.rules.leg_buffer_min),
    ):
        if given != right:
            yield (
                "times_are_measured",
                where,
                message("{name} is {given}, not {right}", name=name, given=given, right=right),
            )
