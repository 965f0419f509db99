"""Road segments and closures, as facts; graphs and times are made from them in `routing`."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from province.fleet import VehicleKind
from province.ids import ClosureId, CommuneCode, SegmentId


class RoadClass(StrEnum):
    """Road classes of the speed table."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    DISTRICT = "district"
    COMMUNE = "commune"
    URBAN = "urban"
    TRACK = "track"
    FERRY = "ferry"


class Surface(StrEnum):
    """Road surfaces of the speed table."""

    ASPHALT = "asphalt"
    CONCRETE = "concrete"
    GRAVEL = "gravel"
    EARTH = "earth"
    WATER = "water"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of road between two junctions, drawn from its start to its end.

    Parameters
    ----------
    segment_id, ref, name
        Id, road number (``QL6``, ``ĐT.108`` or ""), and name.
    road_class, surface
        What the speed table looks up.
    line
        (lon, lat) points, EPSG:4326, at least two; segments meet where end points are equal
        (rounded to 1e-5 degrees), unless they name their nodes.
    length_m
        Driving length in metres, which may exceed the drawn line's where the line is schematic.
    rise_m, fall_m
        Metres climbed and descended from start to end.
    steepest_pct
        Steepest grade of any 100 m, per cent.
    width_m, max_t
        Passable width in metres and highest gross tonnes; None where unknown (no limit).
    is_oneway
        True when it can only be driven from start to end.
    is_dry_only
        True when it is shut in the wet season.
    ferry_hours
        For ferries: when it sails (OpenStreetMap syntax); "" for roads.
    ferry_wait_min
        For ferries: mean wait in minutes; the crossing itself comes from length and speed.
    hazard
        What a driver must know (pass, fog, landslides), or "".
    km_from
        Kilometre post at the start along `ref`, or None.
    is_schematic
        True when the drawing or the figures are estimated by us.
    start_node, end_node
        What it meets other segments at; None: at end points that are equal.
    max_height_m
        Highest vehicle in metres; None where unknown (no limit).
    vehicles
        Kinds of vehicle that may use it; none: all.
    duration_min
        For ferries: minutes of the crossing; None: from its length.
    """

    segment_id: SegmentId
    ref: str
    name: str
    road_class: RoadClass
    surface: Surface
    line: tuple[tuple[float, float], ...]
    length_m: float
    rise_m: float
    fall_m: float
    steepest_pct: float
    width_m: float | None
    max_t: float | None
    is_oneway: bool
    is_dry_only: bool
    ferry_hours: str
    ferry_wait_min: int
    hazard: str
    km_from: float | None
    is_schematic: bool
    start_node: int | None = None
    end_node: int | None = None
    max_height_m: float | None = None
    vehicles: tuple[VehicleKind, ...] = ()
    duration_min: float | None = None

    @property
    def label(self) -> str:
        """What people call it: its number, its name, or else its id."""
        return self.ref or self.name or self.segment_id


class ClosureEffect(StrEnum):
    """What a closure does to the road."""

    SHUT = "shut"
    ONE_LANE = "one_lane"
    DRY_ONLY = "dry_only"


@dataclass(frozen=True, slots=True)
class Closure:
    """A road, or part of it, that is shut or slow from one day to another.

    Exactly one of `segment_id`, `ref` (with kilometre posts or without: all of it),
    `commune_code` or `area_id` (all road inside) is given.

    Parameters
    ----------
    km_from, km_to
        Kilometre posts along `ref`, or None for its whole length.
    first_day, last_day
        Both included; `last_day` None: until further notice.
    from_minute, to_minute
        Hours of the day it applies, minutes after midnight; (0, 1440) for all day. When the second
        is the smaller, it applies from each evening to the next morning.
    """

    closure_id: ClosureId
    segment_id: SegmentId | None
    ref: str
    km_from: float | None
    km_to: float | None
    commune_code: CommuneCode | None
    first_day: date
    last_day: date | None
    from_minute: int
    to_minute: int
    effect: ClosureEffect
    reason: str
    source: str
    area_id: str = ""


@dataclass(frozen=True, slots=True)
class ClosureArea:
    """An area drawn on the map that closures may name.

    Parameters
    ----------
    outline
        Rings of (lon, lat), EPSG:4326, the outer ring of each polygon only, closed.
    """

    area_id: str
    name: str
    outline: tuple[tuple[tuple[float, float], ...], ...]


NOT_LIMITED: dict[str, Any] = {
    "width_m": None,
    "max_t": None,
    "max_height_m": None,
    "vehicles": (),
    "is_dry_only": False,
}
"""The fields of a segment that keep vehicles out, as where nothing does."""
