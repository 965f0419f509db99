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


@dataclass(frozen=True, slots=True, eq=False)
class SegmentColumns:
    """The fields of segments, one array each, in the order of the segments.

    Parameters
    ----------
    road_class, surface
        Indices into `CLASSES` and `SURFACES`.
    width_m, max_t
        Infinite where unknown.
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
    is_oneway: Truths
    is_dry_only: Truths
    is_ferry: Truths
    wait_min: Ints


def list_columns(segments: Sequence[Segment]) -> SegmentColumns:
    """Return the fields of segments as arrays."""
    class_number = {kind: k for k, kind in enumerate(CLASSES)}
    surface_number = {surface: k for k, surface in enumerate(SURFACES)}
    infinite = float("inf")
    road_class = np.array([class_number[s.road_class] for s in segments], dtype=np.int64)
    return SegmentColumns(
        road_class=road_class,
        surface=np.array([surface_number[s.surface] for s in segments], dtype=np.int64),
        length_m=np.array([s.length_m for s in segments], dtype=np.float64),
        rise_m=np.array([s.rise_m for s in segments], dtype=np.float64),
        fall_m=np.array([s.fall_m for s in segments], dtype=np.float64),
        steepest_pct=np.array([s.steepest_pct for s in segments], dtype=np.float64),
        width_m=np.array(
            [infinite if s.width_m is None else s.width_m for s in segments], dtype=np.float64
        ),
        max_t=np.array(
            [infinite if s.max_t is None else s.max_t for s in segments], dtype=np.float64
        ),
        is_oneway=np.array([s.is_oneway for s in segments], dtype=np.bool_),
        is_dry_only=np.array([s.is_dry_only for s in segments], dtype=np.bool_),
        is_ferry=road_class == class_number[RoadClass.FERRY],
        wait_min=np.array([s.ferry_wait_min for s in segments], dtype=np.int64),
    )
