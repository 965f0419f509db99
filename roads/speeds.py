"""The speed table: how long a vehicle takes for a segment; every number in one place.

Sources
-------
facts
    `data/facts/operating_parameters.csv`: 43 km/h on national mountain roads by car (itinerary
    legs, 2023); 32 km/h provincial, 22 km/h commune concrete, 15 km/h dry earth, trucks 0.85 of a
    car's speed, 0.80 in the wet season (the last five assumptions of that table).
ors
    openrouteservice, "Tracktype Speeds" and "Surface Speeds" in its technical details: tracks of
    grade 4 and 5 at 15 and 10 km/h; fine gravel at 60 km/h by car and 50 by truck.
ours
    An assumption of this program.
"""

from dataclasses import dataclass

import numpy as np

from province.fleet import VehicleKind
from province.road_settings import RoadSettings
from province.roads import RoadClass, Surface
from roads.array_types import CLASSES, KINDS, SURFACES, Floats, SegmentColumns, Truths

BASE_KMH: dict[RoadClass, float] = {
    RoadClass.NATIONAL: 43.0,  # facts
    RoadClass.PROVINCIAL: 32.0,  # facts
    RoadClass.DISTRICT: 27.0,  # ours: between provincial and commune
    RoadClass.COMMUNE: 22.0,  # facts
    RoadClass.URBAN: 30.0,  # ours
    RoadClass.TRACK: 18.0,  # ours; on earth 12, between ors' grades 4 and 5
    RoadClass.FERRY: 8.0,  # ours: a small car ferry
}
"""Kilometres an hour of a car on a dry, paved, level road."""

EARTH = 15.0 / 22.0  # facts: 15 km/h on dry earth where concrete gives 22


@dataclass(frozen=True, slots=True)
class Handling:
    """What a kind of vehicle makes of a road, as factors on the speed of a car.

    Parameters
    ----------
    paved, gravel, earth
        Factor on each kind of surface, in the dry season.
    wet_paved, wet_gravel, wet_earth
        Further factor in the wet months.
    climb_loss, descent_loss
        Share of speed lost per per cent of mean climb above `CLIMB_FREE_PCT` and of mean descent
        above `DESCENT_FREE_PCT`.
    steep_loss
        Share lost per per cent by which the steepest 100 m exceed `STEEP_FREE_PCT`: low gear and
        hairpins, whichever way they are driven.
    """

    paved: float
    gravel: float
    earth: float
    wet_paved: float
    wet_gravel: float
    wet_earth: float
    climb_loss: float
    descent_loss: float
    steep_loss: float


HANDLING: dict[VehicleKind, Handling] = {
    VehicleKind.CAR: Handling(
        paved=1.0,
        gravel=0.85,  # ours
        earth=EARTH,
        wet_paved=0.80,  # facts
        wet_gravel=0.75,  # ours
        wet_earth=0.60,  # ours: where it is not shut altogether
        climb_loss=0.02,  # ours
        descent_loss=0.01,  # ours
        steep_loss=0.005,  # ours
    ),
    VehicleKind.TRUCK: Handling(
        paved=0.85,  # facts
        gravel=0.85 * 50 / 60,  # ors: 50 km/h where a car drives 60
        earth=0.85 * EARTH,
        wet_paved=0.80,  # facts
        wet_gravel=0.75,  # ours
        wet_earth=0.50,  # ours
        climb_loss=0.04,  # ours
        descent_loss=0.02,  # ours: low gear spares the brakes
        steep_loss=0.01,  # ours
    ),
    VehicleKind.BUS: Handling(
        paved=0.85,  # ours: as a truck
        gravel=0.65,  # ours: shelves and a long wheelbase
        earth=0.80 * EARTH,  # ours
        wet_paved=0.80,  # facts
        wet_gravel=0.70,  # ours
        wet_earth=0.45,  # ours
        climb_loss=0.04,  # ours
        descent_loss=0.02,  # ours
        steep_loss=0.015,  # ours: hairpins
    ),
    VehicleKind.MOTORBIKE: Handling(
        paved=0.95,  # ours
        gravel=0.85,  # ours
        earth=0.80,  # ours: it picks its line between the ruts
        wet_paved=0.75,  # ours
        wet_gravel=0.70,  # ours
        wet_earth=0.60,  # ours
        climb_loss=0.02,  # ours
        descent_loss=0.01,  # ours
        steep_loss=0.005,  # ours
    ),
}
ONE_LANE_FACTOR = 0.5  # ours: waiting for the other direction
CLIMB_FREE_PCT = 3.0  # ours: mean climb that the base speeds already contain
DESCENT_FREE_PCT = 6.0  # ours
STEEP_FREE_PCT = 10.0  # ours
GRADE_FLOOR = 0.5  # ours: what climbs, descents and steep places together leave at least

AS_TABLED = RoadSettings()
"""Speeds as they stand here: every factor is 1."""

_BASE = np.array([BASE_KMH[kind] for kind in CLASSES])
_FIELD = {
    Surface.ASPHALT: "paved",
    Surface.CONCRETE: "paved",
    Surface.GRAVEL: "gravel",
    Surface.EARTH: "earth",
    Surface.WATER: "paved",
}


def _surface_factors(kind: VehicleKind, *, is_wet: bool) -> Floats:
    """Return the factor of each surface for a kind of vehicle."""
    handling = HANDLING[kind]
    dry = np.array([getattr(handling, _FIELD[surface]) for surface in SURFACES])
    wet = np.array([getattr(handling, f"wet_{_FIELD[surface]}") for surface in SURFACES])
    factors: Floats = dry * wet if is_wet else dry
    return factors


def _grade_factors(columns: SegmentColumns, is_forward: bool, handling: Handling) -> Floats:
    up, down = columns.rise_m, columns.fall_m
    if not is_forward:
        up, down = down, up
    length_m = np.maximum(columns.length_m, 1.0)
    loss = handling.climb_loss * np.maximum(0.0, 100.0 * up / length_m - CLIMB_FREE_PCT)
    loss += handling.descent_loss * np.maximum(0.0, 100.0 * down / length_m - DESCENT_FREE_PCT)
    loss += handling.steep_loss * np.maximum(0.0, columns.steepest_pct - STEEP_FREE_PCT)
    return np.maximum(GRADE_FLOOR, 1.0 - loss)


def tabulate_drive_min(
    columns: SegmentColumns,
    is_forward: bool,
    kind: VehicleKind,
    *,
    is_wet: bool = False,
    settings: RoadSettings = AS_TABLED,
) -> Floats:
    """Return the minutes on each whole segment in one direction, without waits, buffers, breaks.

    Speed = class × surface × vehicle × season × grade × the factors of the settings. A ferry
    crosses at its own, or takes as long as its crossing is known to.
    """
    factor = _surface_factors(kind, is_wet=is_wet)[columns.surface]
    factor = factor * _grade_factors(columns, is_forward, HANDLING[kind])
    factor = np.where(columns.is_ferry, 1.0, factor)
    own = np.array([settings.find_factor(kind) for kind in CLASSES])
    speed_kmh = _BASE[columns.road_class] * factor * own[columns.road_class]
    for road, road_factor in settings.road_factors.items():
        speed_kmh = np.where(columns.road == road, speed_kmh * road_factor, speed_kmh)
    minutes = columns.length_m / 1000.0 / speed_kmh * 60.0
    return np.where(np.isnan(columns.duration_min), minutes, columns.duration_min)


def slow_down(drive_min: Floats, is_ferry: Truths, one_lane: Floats) -> Floats:
    """Return minutes on roads of which a share has one lane only; ferries keep theirs."""
    extra = np.where(is_ferry, 0.0, one_lane * (1.0 / ONE_LANE_FACTOR - 1.0))
    return drive_min * (1.0 + extra)


def list_speeds() -> list[dict[str, object]]:
    """Return the table for people: km/h of each kind on each class and surface, dry and wet.

    On the level; ferries and water are left out.
    """
    rows: list[dict[str, object]] = []
    for road_class in CLASSES:
        for surface in SURFACES:
            if road_class is RoadClass.FERRY or surface is Surface.WATER:
                continue
            row: dict[str, object] = {"road_class": road_class.value, "surface": surface.value}
            for kind in KINDS:
                for is_wet in (False, True):
                    factors = _surface_factors(kind, is_wet=is_wet)
                    speed = BASE_KMH[road_class] * float(factors[SURFACES.index(surface)])
                    row[f"{kind.value}_{'wet' if is_wet else 'dry'}"] = round(speed, 1)
            rows.append(row)
    return rows
