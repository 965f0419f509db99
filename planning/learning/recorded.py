"""The times that crews recorded, beside what was planned for the same trip, stop and leg."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from planning.past.read import PastTrip
from province.results import Outcome, ResultRow, identify_result
from routing.trips import Leg, Stop


@dataclass(frozen=True, slots=True)
class StopTimes:
    """When a crew came to a stop and left it, minutes after midnight; None: not recorded.

    Parameters
    ----------
    is_as_planned
        Whether all that was planned at the stop was done.
    """

    stop: Stop
    arrived_min: int | None
    departed_min: int | None
    is_as_planned: bool


@dataclass(frozen=True, slots=True)
class LegTimes:
    """A leg of which it is recorded when the crew left and when it arrived."""

    day: date
    leg: Leg
    departed_min: int
    arrived_min: int


def list_stop_times(past: PastTrip) -> tuple[StopTimes, ...]:
    """Return the stops of a trip that were made on their day at their place, as recorded."""
    rows: dict[int, list[ResultRow | None]] = {}
    for expected in past.rows[:-1]:
        row = past.told.standing.get(identify_result(expected))
        rows.setdefault(expected.sequence, []).append(row)
    times = []
    for stop in past.trip.stops:
        own = rows.get(stop.sequence, [])
        told = [row for row in own if row is not None]
        if told and all(_is_there(row, stop) for row in told):
            is_done = all(row is not None and row.outcome is Outcome.DONE for row in own)
            arrived = [row.arrived_min for row in told if row.arrived_min is not None]
            departed = [row.departed_min for row in told if row.departed_min is not None]
            first, last = min(arrived, default=None), max(departed, default=None)
            times.append(StopTimes(stop, first, last, is_done))
    return tuple(times)


def _is_there(row: ResultRow, stop: Stop) -> bool:
    return row.day in (None, stop.day) and row.site_id in (stop.site_id, stop.receiver_id)


def list_leg_times(past: PastTrip) -> tuple[LegTimes, ...]:
    """Return the legs of a trip with their recorded times, between stops and the depot.

    A leg during which another stop of the day was made is none: the order was another.
    """
    times = list_stop_times(past)
    known = {one.stop.sequence: one for one in times}
    whole = past.told.standing.get(identify_result(past.rows[-1]))
    found = []
    for day in past.trip.days:
        own = [one.arrived_min for one in times if one.stop.day == day.day]
        arrivals = [minute for minute in own if minute is not None]
        left = whole.departed_min if whole and day.day == past.trip.first_day else None
        home = whole.arrived_min if whole and day.day == past.trip.last_day else None
        for leg, arrived, departed in _list_ends(day.stops, known, day.last_leg, home):
            if leg.from_site != leg.to_site and left is not None and arrived is not None:
                is_broken = any(left < other < arrived for other in arrivals)
                found += [] if is_broken else [LegTimes(day.day, leg, left, arrived)]
            left = departed
    return tuple(found)


def _list_ends(
    stops: tuple[Stop, ...],
    known: Mapping[int, StopTimes],
    last_leg: Leg | None,
    home_min: int | None,
) -> Iterator[tuple[Leg, int | None, int | None]]:
    """Yield the legs of a day, when each arrived, and when its end was left."""
    for stop in stops:
        if one := known.get(stop.sequence):
            yield stop.leg, one.arrived_min, one.departed_min
        else:
            yield stop.leg, None, None
    if last_leg is not None:
        yield last_leg, home_min, None
