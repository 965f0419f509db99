"""The speed table: how long a vehicle takes for a segment; every number in one place.

Sources, all in `data/facts/operating_parameters.csv`: 43 km/h on national mountain roads by car
(itinerary legs, 2023); 32 km/h provincial, 22 km/h commune concrete, 15 km/h dry earth (assumptions
of the facts table); trucks 0.85 of a car's speed and 0.80 in the wet season (assumptions of the
table). Marked below as ours: assumptions of this program.
"""

from province.fleet import VehicleKind
from province.roads import RoadClass, Segment, Surface

BASE_KMH: dict[RoadClass, float] = {
    RoadClass.NATIONAL: 43.0,
    RoadClass.PROVINCIAL: 32.0,
    RoadClass.DISTRICT: 27.0,  # ours: between provincial and commune
    RoadClass.COMMUNE: 22.0,
    RoadClass.URBAN: 30.0,  # ours
    RoadClass.TRACK: 14.0,  # ours
    RoadClass.FERRY: 8.0,  # ours: a small car ferry
}
SURFACE_FACTOR: dict[Surface, float] = {
    Surface.ASPHALT: 1.0,
    Surface.CONCRETE: 1.0,
    Surface.GRAVEL: 0.85,  # ours
    Surface.EARTH: 15.0 / 22.0,
    Surface.WATER: 1.0,
}
VEHICLE_FACTOR: dict[VehicleKind, float] = {
    VehicleKind.CAR: 1.0,
    VehicleKind.BUS: 0.85,  # ours: as a truck
    VehicleKind.TRUCK: 0.85,
    VehicleKind.MOTORBIKE: 0.95,  # ours
}
WET_FACTOR = 0.80
ONE_LANE_FACTOR = 0.5  # ours: waiting for the other direction
GRADE_FREE_PCT = 3.0  # ours: mean climb that the base speeds already contain
GRADE_LOSS_PER_PCT = 0.04  # ours: share of speed lost per further per cent of mean climb
GRADE_FLOOR = 0.6  # ours


def measure_speed_kmh(
    segment: Segment,
    is_forward: bool,
    kind: VehicleKind,
    *,
    is_wet: bool = False,
    is_one_lane: bool = False,
    speed_factor: float = 1.0,
) -> float:
    """Return the speed of a kind of vehicle on a segment, km/h.

    Speed = class × surface × vehicle × climb in the driven direction × season × one lane.
    """
    speed = BASE_KMH[segment.road_class] * SURFACE_FACTOR[segment.surface] * speed_factor
    if segment.road_class is RoadClass.FERRY:
        return speed
    climb_m = segment.rise_m if is_forward else segment.fall_m
    climb_pct = 100.0 * climb_m / max(segment.length_m, 1.0)
    loss = GRADE_LOSS_PER_PCT * max(0.0, climb_pct - GRADE_FREE_PCT)
    speed *= VEHICLE_FACTOR[kind] * max(GRADE_FLOOR, 1.0 - loss)
    if is_wet:
        speed *= WET_FACTOR
    if is_one_lane:
        speed *= ONE_LANE_FACTOR
    return speed


def measure_drive_min(
    segment: Segment,
    is_forward: bool,
    kind: VehicleKind,
    *,
    is_wet: bool = False,
    is_one_lane: bool = False,
    speed_factor: float = 1.0,
) -> float:
    """Return the minutes on a segment, without ferry waits, buffers and breaks."""
    speed = measure_speed_kmh(
        segment,
        is_forward,
        kind,
        is_wet=is_wet,
        is_one_lane=is_one_lane,
        speed_factor=speed_factor,
    )
    return segment.length_m / 1000.0 / speed * 60.0
