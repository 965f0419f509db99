"""What a phone would record on a trip, were the speeds of roads and the minutes of stops known."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from roads_measured import measure_drive_min

from planning.plan import Plan
from planning.service_minutes import measure_exchange_min
from province.facts import Province
from province.fleet import Vehicle
from province.roads import RoadClass
from province.visits import Task
from roads.stretches import cut_line, measure_line
from routing.trips import Leg, Stop, Trip

METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Truth:
    """How a month was really driven: factors of speed and of the minutes of stops."""

    classes: Mapping[RoadClass, float] = field(default_factory=dict)
    roads: Mapping[str, float] = field(default_factory=dict)
    sites: Mapping[str, float] = field(default_factory=dict)
    every_s: float = 5.0
    jitter_m: float = 15.0
    gaps: Sequence[tuple[float, float]] = ()  # minutes of the day without signal
    spread: float = 0.0  # of each road and day
    seed: int = 1


Row = tuple[float, float, float]
"""Minute of the day, longitude, latitude."""


def drive_days(province: Province, plan: Plan, trip: Trip, truth: Truth) -> dict[date, list[Row]]:
    """Return where the phone is at the turns of each day: between two rows it moves evenly."""
    vehicle, days = province.vehicle_by_id[trip.vehicle_id], {}
    stops = {stop.leg: stop for stop in trip.stops}
    chance = np.random.default_rng([truth.seed, trip.first_day.toordinal()])
    for part in trip.days:
        rows: list[Row] = []
        for leg in part.legs:
            start = rows[-1][0] if rows else float(leg.leave_min)
            rows += drive_leg(province, vehicle, part.day, leg, start, truth, chance)
            if leg in stops:
                site, stop = province.site_by_id[leg.to_site], stops[leg]
                rows = rows or [(start, site.lon, site.lat)]
                waits = stop.start_min if stop.start_min > leg.arrive_min else 0
                stay = max(rows[-1][0], waits) + serve(province, stop, truth)
                rows.append((stay, *rows[-1][1:]))
        if rows:
            days[part.day] = rows
    return days


def serve(province: Province, stop: Stop, truth: Truth) -> float:
    """Return the minutes of a stop: an exchange as its site is, anything else as planned."""
    if stop.tasks != (Task.EXCHANGE,):
        return float(stop.depart_min - stop.start_min)
    boxes = sum(parcel.boxes for parcel in (*stop.leaves, *stop.takes) if not parcel.kit_id)
    expected = measure_exchange_min(province.settings.service, boxes)
    return truth.sites.get(stop.site_id, 1.0) * expected


def drive_leg(
    province: Province, vehicle: Vehicle, day: date, leg: Leg, start: float, truth: Truth,
    chance: np.random.Generator,
) -> list[Row]:  # fmt: skip
    """Return the turns of a leg, driven as fast as its roads really are."""
    segments, rows, minute = province.segment_by_id, [], start
    is_wet = day.month in province.settings.season.wet_months
    for number, (key, is_forward) in enumerate(leg.segments):
        segment = segments[key]
        first = leg.from_share if number == 0 else 0.0
        last = leg.to_share if number == len(leg.segments) - 1 else 1.0
        whole = measure_drive_min(segment, is_forward, vehicle.kind, is_wet=is_wet)
        factor = truth.classes.get(segment.road_class, 1.0) * truth.roads.get(segment.road, 1.0)
        slow = math.exp(truth.spread * chance.standard_normal())
        line = segment.line if is_forward else segment.line[::-1]
        driven = cut_line(line, first, last)
        along = measure_line(driven)
        took = whole * (last - first) / factor * slow
        for point, at in zip(driven, along, strict=True):
            rows.append((minute + took * (at / along[-1] if along[-1] else 1.0), *point))
        minute += took
    return rows


def record(rows: Sequence[Row], truth: Truth, seed: int) -> list[Row]:
    """Return what the phone writes down, with its jitter, and nothing where there is no signal."""
    known = np.array(rows)
    when = np.arange(known[0, 0], known[-1, 0], truth.every_s / 60)
    chance = np.random.default_rng([truth.seed, seed])
    lon, lat = (np.interp(when, known[:, 0], known[:, k]) for k in (1, 2))
    away = chance.normal(0.0, truth.jitter_m / METRES_PER_DEGREE, (2, len(when)))
    lon, lat = lon + away[0] / np.cos(np.radians(lat)), lat + away[1]
    heard = np.ones(len(when), dtype=bool)
    for begin, end in truth.gaps:
        heard &= (when < begin) | (when > end)
    return list(zip(*(column[heard].tolist() for column in (when, lon, lat)), strict=True))


def write_gpx(path: Path, days: Mapping[date, Sequence[Row]], zone: ZoneInfo) -> Path:
    """Write days as a GPX file, times in UTC."""
    points = []
    for day, rows in days.items():
        midnight = datetime.combine(day, time(), zone)
        for minute, lon, lat in rows:
            moment = (midnight + timedelta(minutes=minute)).astimezone(UTC)
            told = moment.isoformat(timespec="seconds").replace("+00:00", "Z")
            points.append(f'<trkpt lat="{lat:.6f}" lon="{lon:.6f}"><time>{told}</time></trkpt>')
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="phone" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
        + "\n".join(points) + "</trkseg></trk></gpx>\n",
        encoding="utf-8",
    )  # fmt: skip
    return path


def record_trip(province: Province, plan: Plan, trip: Trip, truth: Truth, path: Path) -> Path:
    """Write the track of a trip, all its days in one file."""
    zone = ZoneInfo(province.settings.province.timezone)
    days = drive_days(province, plan, trip, truth)
    told = {day: record(rows, truth, day.toordinal()) for day, rows in days.items()}
    return write_gpx(path, told, zone)
