"""What it takes to get from one site to others and over one segment, for tests of the roads."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from province.fleet import Vehicle, VehicleKind
from province.ids import ClosureId, SiteId
from province.road_settings import RoadSettings
from province.roads import Closure, ClosureEffect, Segment
from roads.array_types import list_columns
from roads.speeds import AS_TABLED, slow_down, tabulate_drive_min
from roads.travel import Roads


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


def measure_speed_kmh(
    segment: Segment,
    is_forward: bool,
    kind: VehicleKind,
    *,
    is_wet: bool = False,
    is_one_lane: bool = False,
    settings: RoadSettings = AS_TABLED,
) -> float:
    """Return the speed of a kind of vehicle on one segment, km/h."""
    drive_min = measure_drive_min(
        segment,
        is_forward,
        kind,
        is_wet=is_wet,
        one_lane_share=1.0 if is_one_lane else 0.0,
        settings=settings,
    )
    return segment.length_m / 1000.0 / drive_min * 60.0


def measure_drive_min(
    segment: Segment,
    is_forward: bool,
    kind: VehicleKind,
    *,
    is_wet: bool = False,
    one_lane_share: float = 0.0,
    settings: RoadSettings = AS_TABLED,
) -> float:
    """Return the minutes on one whole segment, without ferry waits, buffers and breaks.

    Parameters
    ----------
    one_lane_share
        Share of its length on which one lane is open.
    """
    columns = list_columns((segment,))
    minutes = tabulate_drive_min(columns, is_forward, kind, is_wet=is_wet, settings=settings)
    return float(slow_down(minutes, columns.is_ferry, np.array([one_lane_share]))[0])


def make_closure(day: date, **fields: Any) -> Closure:
    """Return a closure of a whole day, with some fields otherwise."""
    whole_day = {
        "closure_id": ClosureId("X"), "segment_id": None, "ref": "", "km_from": None,
        "km_to": None, "commune_code": None, "first_day": day, "last_day": day,
        "from_minute": 0, "to_minute": 1440, "effect": ClosureEffect.SHUT, "reason": "",
        "source": "",
    }  # fmt: skip
    return Closure(**(whole_day | fields))
