"""Tracks by day, by the clock of the province; points that nobody can have been at are left out."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from province.tracks import Track, TrackPoint
from roads.array_types import Floats

METRES_PER_DEGREE = 111_195.0
FASTEST_M_S = 45.0  # assumption: faster there and back again is no drive but a jump of the signal


@dataclass(frozen=True, slots=True, eq=False)
class TrackDay:
    """What was recorded on one day.

    Parameters
    ----------
    names
        The files it stands in.
    minutes
        After midnight, ascending.
    places
        (lon, lat), EPSG:4326 degrees; shape (points, 2).
    """

    names: tuple[str, ...]
    day: date
    minutes: Floats
    places: Floats


def split_days(track: Track, zone: ZoneInfo) -> tuple[TrackDay, ...]:
    """Return what a track says, day by day."""
    own: dict[date, list[tuple[float, float, float]]] = {}
    for point in _drop_jumps(track.points):
        local = point.moment.astimezone(zone)
        minute = local.hour * 60 + local.minute + (local.second + local.microsecond / 1e6) / 60
        own.setdefault(local.date(), []).append((minute, point.lon, point.lat))
    return tuple(_make_day((track.name,), day, np.array(rows)) for day, rows in sorted(own.items()))


def join_days(parts: Iterable[TrackDay]) -> TrackDay:
    """Return parts of one day as one."""
    known = tuple(parts)
    rows = np.vstack([np.column_stack((one.minutes, one.places)) for one in known])
    names = tuple(dict.fromkeys(name for one in known for name in one.names))
    return _make_day(names, known[0].day, rows)


def _make_day(names: tuple[str, ...], day: date, rows: Floats) -> TrackDay:
    _, first = np.unique(rows[:, 0], return_index=True)
    return TrackDay(names, day, rows[first, 0], rows[first, 1:])


def _drop_jumps(points: tuple[TrackPoint, ...]) -> list[TrackPoint]:
    """Return the points but those that lie impossibly far from the one before and the next."""
    kept: list[TrackPoint] = []
    for k, point in enumerate(points):
        before = kept[-1] if kept else None
        after = points[k + 1] if k + 1 < len(points) else None
        sides = [other for other in (before, after) if other is not None]
        if not sides or not all(_is_too_fast(point, other) for other in sides):
            kept.append(point)
    return kept


def _is_too_fast(one: TrackPoint, other: TrackPoint) -> bool:
    seconds = max(1.0, abs((other.moment - one.moment).total_seconds()))
    scale = math.cos(math.radians(one.lat))
    away = math.hypot((other.lon - one.lon) * scale, other.lat - one.lat) * METRES_PER_DEGREE
    return away / seconds > FASTEST_M_S
