"""Road segments as arrays, for what is computed over all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from province.fleet import VehicleKind
from province.roads import RoadClass, Segment, Surface

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

CLASSES = tuple(RoadClass)
SURFACES = tuple(Surface)
KINDS = tuple(VehicleKind)
MEASURES = (
    "length_m", "rise_m", "fall_m", "steepest_pct", "width_m", "max_t", "max_height_m",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class SegmentColumns:
    """The fields of segments, one array each, in the order of the segments.

    Parameters
    ----------
    road_class, surface
        Indices into `CLASSES` and `SURFACES`.
    width_m, max_t, max_height_m
        Infinite where unknown.
    duration_min
        Minutes of a ferry's crossing; NaN where unknown, and for roads.
    road
        Number or name of the road that each belongs to, "" for none; an array of texts.
    kinds
        One bit for each of `KINDS` that may use it.
    length_m, rise_m, fall_m, steepest_pct, is_oneway, is_dry_only, is_ferry, wait_min
        As in `Segment`.
    """

    road_class: Ints
    surface: Ints
    length_m: Floats
    rise_m: Floats
    fall_m: Floats
    steepest_pct: Floats
    width_m: Floats
    max_t: Floats
    max_height_m: Floats
    duration_min: Floats
    kinds: Ints
    is_oneway: Truths
    is_dry_only: Truths
    is_ferry: Truths
    wait_min: Ints
    road: npt.NDArray[np.object_]


def list_columns(segments: Sequence[Segment]) -> SegmentColumns:
    """Return the fields of segments as arrays."""
    class_number = {kind: k for k, kind in enumerate(CLASSES)}
    surface_number = {surface: k for k, surface in enumerate(SURFACES)}
    road_class = np.array([class_number[s.road_class] for s in segments], dtype=np.int64)
    is_ferry = road_class == class_number[RoadClass.FERRY]
    crossings = _fill([s.duration_min for s in segments], np.nan)
    return SegmentColumns(
        road_class=road_class,
        surface=np.array([surface_number[s.surface] for s in segments], dtype=np.int64),
        **{name: _fill([getattr(s, name) for s in segments], np.inf) for name in MEASURES},
        duration_min=np.where(is_ferry & (crossings > 0), crossings, np.nan),
        kinds=np.array([_mark_kinds(s.vehicles) for s in segments], dtype=np.int64),
        is_oneway=np.array([s.is_oneway for s in segments], dtype=np.bool_),
        is_dry_only=np.array([s.is_dry_only for s in segments], dtype=np.bool_),
        is_ferry=is_ferry,
        wait_min=np.array([s.ferry_wait_min for s in segments], dtype=np.int64),
        road=np.array([s.road for s in segments], dtype=np.object_),
    )


def _fill(values: Sequence[float | None], unknown: float) -> Floats:
    return np.array([unknown if value is None else value for value in values], dtype=np.float64)


def _mark_kinds(kinds: Sequence[VehicleKind]) -> int:
    return sum(1 << KINDS.index(kind) for kind in kinds or KINDS)
