"""Road segments and closures, as facts; graphs and times are made from them in `routing`."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from province import cells
from province.dates import DAY_MIN
from province.fleet import Kinds, Vehicle, VehicleKind
from province.hours import list_other_spans, list_spans
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
    ref: cells.FreeText
    name: cells.FreeText
    road_class: RoadClass
    surface: Surface
    line: tuple[tuple[float, float], ...]
    length_m: cells.Metres
    rise_m: Annotated[cells.Metres, cells.NONE_OF_IT]
    fall_m: Annotated[cells.Metres, cells.NONE_OF_IT]
    steepest_pct: Annotated[cells.Steepness, cells.NONE_OF_IT]
    width_m: cells.WidthMetres | None
    max_t: cells.Tonnes | None
    is_oneway: Annotated[cells.Yes, cells.Heading("oneway")]
    is_dry_only: Annotated[cells.Yes, cells.Heading("dry_only")]
    ferry_hours: Annotated[cells.Hours, Field(default="")]
    ferry_wait_min: Annotated[cells.MinutesOfDay, cells.NONE]
    hazard: cells.FreeText
    km_from: cells.Post | None
    is_schematic: Annotated[cells.Yes, cells.Heading("schematic")]
    start_node: cells.NodeId | None = None
    end_node: cells.NodeId | None = None
    max_height_m: cells.WidthMetres | None = None
    vehicles: Kinds = ()
    duration_min: cells.RideMinutes | None = None

    @property
    def road(self) -> str:
        """The road it belongs to: its number, or else its name; "" where it has neither."""
        return self.ref or self.name

    @property
    def label(self) -> str:
        """What people call it: its number, its name, or else its id."""
        return self.road or self.segment_id


class ClosureEffect(StrEnum):
    """What a closure does to the road."""

    SHUT = "shut"
    ONE_LANE = "one_lane"
    DRY_ONLY = "dry_only"


@dataclass(frozen=True, slots=True)
class Closure:
    """A road, or part of it, that is shut or slow from one day to another.

    Exactly one of `segment_id`, `ref` (with kilometre posts or without: all of it),
    `commune_code`, `area_id` (all road inside) or `segment_ids` is given.

    Parameters
    ----------
    km_from, km_to
        Kilometre posts along `ref`, or None for its whole length.
    first_day, last_day
        Both included; `last_day` None: until further notice.
    from_minute, to_minute
        Hours of the day it applies, minutes after midnight; (0, 1440) for all day. When the second
        is the smaller, it applies from each evening to the next morning.
    segment_ids
        The segments that a condition of the map is about.
    hours
        When it applies, in the OpenStreetMap syntax (``Nov-Mar``, ``Mo-Fr 07:00-09:00``); "": by
        its days and minutes.
    is_outside_hours
        True when it applies whenever `hours` do not hold.
    vehicles
        The kinds of vehicle it stops; none: all.
    max_t, max_height_m, max_width_m
        It stops only what is heavier, higher or wider; None: whatever it weighs or measures.
    """

    closure_id: ClosureId
    segment_id: SegmentId | None
    ref: cells.FreeText
    km_from: cells.Post | None
    km_to: cells.Post | None
    commune_code: CommuneCode | None
    first_day: Annotated[cells.Day, cells.Heading("from_date")]
    last_day: Annotated[cells.Day | None, cells.Heading("to_date")]
    from_minute: Annotated[cells.Clock, cells.Heading("from_time"), cells.NONE]
    to_minute: Annotated[cells.Clock, cells.Heading("to_time"), Field(default=DAY_MIN)]
    effect: ClosureEffect
    reason: cells.Remark
    source: cells.Remark
    area_id: cells.Id = ""
    segment_ids: tuple[SegmentId, ...] = ()
    hours: str = ""
    is_outside_hours: bool = False
    vehicles: tuple[VehicleKind, ...] = ()
    max_t: float | None = None
    max_height_m: float | None = None
    max_width_m: float | None = None

    @property
    def is_from_map(self) -> bool:
        """Whether it is a condition of the map, not a row of the planner's."""
        return bool(self.segment_ids)

    @property
    def is_for_all(self) -> bool:
        """Whether it stops every vehicle."""
        limits = (self.max_t, self.max_height_m, self.max_width_m)
        return not self.vehicles and limits == (None, None, None)

    def stops(self, vehicle: Vehicle) -> bool:
        """Whether it is about a vehicle."""
        if self.vehicles and vehicle.kind not in self.vehicles:
            return False
        sizes = (
            (self.max_t, vehicle.gross_t),
            (self.max_height_m, vehicle.height_m or 0.0),
            (self.max_width_m, vehicle.width_m),
        )
        limits = [size > most for most, size in sizes if most is not None]
        return any(limits) or not limits

    def list_hours(self, day: date) -> tuple[tuple[int, int], ...]:
        """Return the minutes of a day in which it holds, as spans; none where it does not.

        One that lasts overnight belongs to the day of its evening: it holds on the morning after
        its last day as well, and not on the morning of its first.
        """
        if self.hours:
            spans = list_spans(self.hours, day)
            return list_other_spans(spans) if self.is_outside_hours else spans
        begin, end = self.from_minute, self.to_minute
        if begin < end:
            return ((begin, end),) if self._begins_on(day) else ()
        morning = ((0, end),) if end and self._begins_on(day - timedelta(days=1)) else ()
        evening = ((begin, DAY_MIN),) if begin < DAY_MIN and self._begins_on(day) else ()
        return (*morning, *evening)

    def holds_on(self, day: date) -> bool:
        """Whether it holds during some minutes of a day."""
        return bool(self.list_hours(day))

    def _begins_on(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Turn:
    """A sequence of segments that may not be driven one after the other.

    Parameters
    ----------
    steps
        At least two segments, each with whether it is driven from its start to its end.
    vehicles
        The kinds of vehicle it is forbidden to; none: all.
    hours
        When, in the OpenStreetMap syntax; "": always.
    """

    turn_id: str
    steps: tuple[tuple[SegmentId, bool], ...]
    vehicles: tuple[VehicleKind, ...] = ()
    hours: str = ""

    def forbids(self, vehicle: Vehicle, day: date) -> bool:
        """Whether it is forbidden to a vehicle at some hour of a day: then all day long."""
        is_mine = not self.vehicles or vehicle.kind in self.vehicles
        return is_mine and (not self.hours or bool(list_spans(self.hours, day)))


@dataclass(frozen=True, slots=True)
class ClosureArea:
    """An area drawn on the map that closures may name.

    Parameters
    ----------
    outline
        Rings of (lon, lat), EPSG:4326, the outer ring of each polygon only, closed.
    """

    area_id: cells.Id
    name: cells.FreeText
    outline: tuple[tuple[tuple[float, float], ...], ...]


NOT_LIMITED: dict[str, Any] = {
    "width_m": None,
    "max_t": None,
    "max_height_m": None,
    "vehicles": (),
    "is_dry_only": False,
}
"""The fields of a segment that keep vehicles out, as where nothing does."""


@dataclass(frozen=True, slots=True)
class FoundRoads:
    """The roads as far as they could be read.

    Parameters
    ----------
    segments
        The segments without a fault, sorted by id.
    ids, refs
        Ids and road numbers of all segments, faulty ones included; None when the file is damaged.
    faulty_refs
        Road numbers of segments that have a fault.
    name
        The file they stand in.
    attribution
        What its source asks to be said on every map, or "".
    closures
        Conditions of the map: closures that hold by themselves.
    turns
        Turns that the map forbids.
    """

    segments: tuple[Segment, ...]
    ids: frozenset[str] | None
    refs: frozenset[str] | None
    faulty_refs: frozenset[str]
    name: str
    attribution: str = ""
    closures: tuple[Closure, ...] = ()
    turns: tuple[Turn, ...] = ()
