"""What the tags of an OpenStreetMap way say about driving on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from province.cells import parse_hours
from province.findings import CellError
from province.roads import RoadClass, Surface
from roads.osm.conditions import TaggedCondition, read_conditions
from roads.osm.quantities import parse_minutes, parse_whole, words
from roads.osm.vehicle_limits import (
    ALL_KINDS,
    KEYS,
    MOTORBIKE,
    OFF_ROAD,
    Unread,
    list_kinds,
    read_limits,
    through_access,
)

USUAL_WAIT_MIN = 15  # assumption: where OpenStreetMap names no interval
MOST_MIN = 24 * 60.0  # a crossing, or a wait, of more than a day is none


Tags = Mapping[str, str]

CLASSES: dict[str, RoadClass] = {
    "motorway": RoadClass.NATIONAL,
    "motorway_link": RoadClass.NATIONAL,
    "trunk": RoadClass.NATIONAL,
    "trunk_link": RoadClass.NATIONAL,
    "primary": RoadClass.NATIONAL,
    "primary_link": RoadClass.NATIONAL,
    "secondary": RoadClass.PROVINCIAL,
    "secondary_link": RoadClass.PROVINCIAL,
    "tertiary": RoadClass.DISTRICT,
    "tertiary_link": RoadClass.DISTRICT,
    "unclassified": RoadClass.COMMUNE,
    "road": RoadClass.COMMUNE,
    "service": RoadClass.COMMUNE,
    "residential": RoadClass.URBAN,
    "living_street": RoadClass.URBAN,
    "track": RoadClass.TRACK,
}
"""Road class of each drivable value of `highway`; what Vietnam tags primary is a quốc lộ."""

FOR_FEET = words(
    "path footway cycleway bridleway pedestrian steps corridor platform elevator "
    "via_ferrata crossing sidewalk"
)
STAIRS = frozenset(["steps", "corridor", "platform", "elevator", "via_ferrata"])
NOT_THERE = words(
    "construction proposed planned abandoned disused razed demolished removed dismantled"
)
SIDE_SERVICE = frozenset(["parking_aisle", "drive-through", "drive_through", "emergency_access"])

SURFACES: dict[str, Surface] = {
    **dict.fromkeys(("asphalt", "paved", "chipseal", "bitumen", "tar"), Surface.ASPHALT),
    **dict.fromkeys(
        words(
            "concrete concrete:plates concrete:lanes paving_stones sett cobblestone "
            "unhewn_cobblestone bricks brick metal metal_grid wood stone"
        ),
        Surface.CONCRETE,
    ),
    **dict.fromkeys(
        words("gravel fine_gravel compacted pebblestone unpaved rock shells laterite"),
        Surface.GRAVEL,
    ),
    **dict.fromkeys(
        words("ground dirt earth grass grass_paver mud sand clay soil salt snow woodchips"),
        Surface.EARTH,
    ),
}
TRACK_SURFACES: dict[str, Surface] = {
    "grade1": Surface.CONCRETE,
    "grade2": Surface.GRAVEL,
    "grade3": Surface.GRAVEL,
    "grade4": Surface.EARTH,
    "grade5": Surface.EARTH,
}
UNPAVED = frozenset({Surface.GRAVEL, Surface.EARTH})
ROUGH = frozenset({"horrible", "very_horrible"})
YES = frozenset({"yes", "true", "1"})
PATH_WIDTH_M = 1.0  # assumption: a path on which only motorbikes are let
NOT_GIVEN = frozenset({"", "no", "none"})


class DropReason(StrEnum):
    """Why a way is not taken over."""

    NOT_THERE = "not_there"
    FOR_FEET = "for_feet"
    NO_ENTRY = "no_entry"
    SIDE_SERVICE = "side_service"
    AREA = "area"
    IMPASSABLE = "impassable"
    ICE = "ice"
    NOT_A_ROAD = "not_a_road"
    FERRY_ON_FOOT = "ferry_on_foot"
    OUTSIDE = "outside"
    WITHOUT_NODES = "without_nodes"


@dataclass(frozen=True, slots=True)
class RoadTraits:
    """What is the same all along a piece of road.

    Parameters
    ----------
    highway
        Value of the tag, ``ferry``, or ``edit`` for a road added by hand.
    is_surface_assumed
        True when the surface was not tagged.
    vehicles
        Kinds that may and can use it, sorted; all kinds: ().
    access
        What restricts through traffic (``destination`` …), or "".
    is_oneway
        True when it is driven in the direction of its points only.
    width_m, max_t, max_height_m, lanes
        None where unknown.
    hazard
        Tags that a driver must know of, as OpenStreetMap writes them, or "".
    duration_min
        Ferries: minutes of the crossing, or None.
    conditions
        When it is shut, and to whom.
    """

    highway: str
    road_class: RoadClass
    surface: Surface
    is_surface_assumed: bool = False
    ref: str = ""
    name: str = ""
    width_m: float | None = None
    max_t: float | None = None
    max_height_m: float | None = None
    lanes: int | None = None
    is_oneway: bool = False
    is_dry_only: bool = False
    vehicles: tuple[str, ...] = ()
    access: str = ""
    hazard: str = ""
    ferry_hours: str = ""
    ferry_wait_min: int = 0
    duration_min: float | None = None
    conditions: tuple[TaggedCondition, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The traits of a way.

    Parameters
    ----------
    is_reversed
        Whether it is driven against the order of its nodes.
    unread
        Tags that limit vehicles or tell times and could not be read.
    """

    traits: RoadTraits
    is_reversed: bool
    unread: Unread = ()


def read_tags(tags: Tags) -> Reading | DropReason:
    """Return what the tags of a way with `highway` or `route=ferry` say, or why it is dropped."""
    if is_ferry(tags):
        return _read_ferry(tags)
    highway = tags.get("highway", "")
    reason = _find_reason(highway, tags)
    if reason is not None:
        return reason
    is_path = highway in FOR_FEET
    kinds = list_kinds(tags, is_let_by_default=not is_path)
    conditions = read_conditions(tags, kinds)
    kinds |= conditions.let_in
    if not kinds:
        return DropReason.FOR_FEET if is_path else DropReason.NO_ENTRY
    if tags.get("4wd_only") in {*YES, "recommended"} or tags.get("smoothness") in ROUGH:
        kinds = kinds & OFF_ROAD or kinds
    direction = read_direction(tags)
    surface, is_assumed = _read_surface(highway, tags)
    limits = read_limits(tags)
    width_m = limits.max_width_m
    if kinds == MOTORBIKE and width_m is None:
        width_m = PATH_WIDTH_M
    traits = RoadTraits(
        highway=highway,
        road_class=CLASSES.get(highway, RoadClass.TRACK),
        surface=surface,
        is_surface_assumed=is_assumed,
        ref=tags.get("ref", ""),
        name=tags.get("name", ""),
        width_m=width_m,
        max_t=limits.max_t,
        max_height_m=limits.max_height_m,
        lanes=parse_whole(tags.get("lanes", "")),
        is_oneway=direction != 0,
        is_dry_only=_is_dry_only(tags, surface),
        vehicles=() if kinds == ALL_KINDS else tuple(sorted(kinds)),
        access=through_access(tags),
        hazard=describe_hazard(tags),
        conditions=conditions.shut,
    )
    return Reading(traits, direction < 0, (*limits.unread, *conditions.unread))


def is_ferry(tags: Tags) -> bool:
    """Whether a way is a ferry, whatever its `highway` says."""
    return "ferry" in (part.strip() for part in tags.get("route", "").split(";"))


def name_highway(tags: Tags) -> str:
    """Return the value of `highway` that a way is counted under; of ferries ``ferry``."""
    return "ferry" if is_ferry(tags) else tags.get("highway", "")


def _find_reason(highway: str, tags: Tags) -> DropReason | None:
    """Return why a way is no road, whoever wants to drive on it."""
    if highway in NOT_THERE or any(tags.get(key) == "yes" for key in NOT_THERE):
        return DropReason.NOT_THERE
    if tags.get("area") == "yes":
        return DropReason.AREA
    if highway in STAIRS:
        return DropReason.FOR_FEET
    if highway not in CLASSES and highway not in FOR_FEET:
        return DropReason.NOT_A_ROAD
    if highway == "service" and tags.get("service") in SIDE_SERVICE:
        return DropReason.SIDE_SERVICE
    if tags.get("smoothness") == "impassable":
        return DropReason.IMPASSABLE
    if "yes" in (tags.get("ice_road"), tags.get("winter_road")) or tags.get("surface") == "ice":
        return DropReason.ICE
    return None


def read_direction(tags: Tags) -> int:
    """Return 1 for oneway in the order of the nodes, −1 against it, 0 for both directions.

    Motorways and roundabouts are oneway unless tagged otherwise.
    """
    value = tags.get("oneway:motor_vehicle", tags.get("oneway", ""))
    if value in ("-1", "reverse"):
        return -1
    if value in YES:
        return 1
    if value in ("no", "false", "0", "reversible", "alternating"):
        return 0
    is_implied = tags.get("junction") in ("roundabout", "circular")
    return 1 if is_implied or tags.get("highway") == "motorway" else 0


def _read_surface(highway: str, tags: Tags) -> tuple[Surface, bool]:
    """Return the surface and whether it is assumed: by tracktype, then by class."""
    tagged = tags.get("surface", "").split(";")[0].split(":lanes")[0]
    if tags.get("surface", "") in SURFACES:
        return SURFACES[tags["surface"]], False
    if tagged in SURFACES:
        return SURFACES[tagged], False
    if tags.get("tracktype", "") in TRACK_SURFACES:
        return TRACK_SURFACES[tags["tracktype"]], True
    is_rough = highway == "track" or highway in FOR_FEET
    return (Surface.EARTH if is_rough else Surface.ASPHALT), True


def _is_dry_only(tags: Tags, surface: Surface) -> bool:
    """Whether a way is shut in the wet season; the last two are assumptions of ours."""
    is_ford = tags.get("ford", "") not in NOT_GIVEN
    return (
        tags.get("seasonal", "") in ("yes", "dry", "dry_season")
        or tags.get("dry_weather_only") == "yes"
        or (is_ford and surface in UNPAVED)
        or tags.get("surface") == "mud"
    )


def describe_hazard(tags: Tags) -> str:
    """Return the tags that a driver must know of, or ""."""
    keys = ("hazard", "ford", "4wd_only", "seasonal", "flood_prone", "mountain_pass", "barrier")
    known = [f"{key}={tags[key]}" for key in keys if tags.get(key, "") not in NOT_GIVEN]
    if tags.get("smoothness") in {*ROUGH, "very_bad"}:
        known.append(f"smoothness={tags['smoothness']}")
    if re.match(r"steep|-?[1-9]\d", tags.get("incline", "")):
        known.append(f"incline={tags['incline']}")
    return "; ".join(known)


def _read_ferry(tags: Tags) -> Reading | DropReason:
    """Return a car ferry; one that says nothing of vehicles takes motorbikes (assumption).

    What `highway` says a road lets in, the ferry on its way lets in, too.
    """
    highway = tags.get("highway", "")
    if highway in NOT_THERE or any(tags.get(key) == "yes" for key in NOT_THERE):
        return DropReason.NOT_THERE
    kinds = list_kinds(tags, is_let_by_default=highway in CLASSES, is_general_about_feet=False)
    is_told = any(key in tags for keys in KEYS.values() for key in keys)
    conditions = read_conditions(tags, kinds)
    kinds |= conditions.let_in
    if not kinds and not is_told:
        kinds = MOTORBIKE
    if not kinds:
        return DropReason.FERRY_ON_FOOT
    (times, unread), limits = read_ferry_times(tags), read_limits(tags)
    traits = RoadTraits(
        highway="ferry",
        road_class=RoadClass.FERRY,
        surface=Surface.WATER,
        ref=tags.get("ref", ""),
        name=tags.get("name", ""),
        width_m=limits.max_width_m or (PATH_WIDTH_M if kinds == MOTORBIKE else None),
        max_t=limits.max_t,
        max_height_m=limits.max_height_m,
        is_oneway=read_direction(tags) != 0,
        is_dry_only=tags.get("seasonal", "") in ("yes", "dry", "dry_season"),
        vehicles=() if kinds == ALL_KINDS else tuple(sorted(kinds)),
        hazard=describe_hazard(tags),
        conditions=conditions.shut,
        **times,
    )
    unread = (*limits.unread, *unread, *conditions.unread)
    return Reading(traits, read_direction(tags) < 0, unread)


def read_ferry_times(tags: Mapping[str, str]) -> tuple[dict[str, Any], Unread]:
    """Return when a ferry sails and how long it takes, as traits, and what was not read of it.

    Its hours ("" unknown) are in the OpenStreetMap syntax; the mean wait and the crossing, which
    is None where unknown, in minutes.
    """
    unread = []
    key = "opening_hours" if "opening_hours" in tags else "service_times"
    hours = tags.get(key, "")
    try:
        if hours:
            parse_hours(hours)
    except CellError:
        unread.append((key, hours))
        hours = ""
    minutes: dict[str, float | None] = {}
    for name in ("interval", "duration"):
        text = tags.get(name, "")
        told = parse_minutes(text)
        if text and (told is None or not 0 < told <= MOST_MIN):
            unread.append((name, text))
            told = None
        minutes[name] = told
    interval_min = minutes["interval"]
    wait_min = USUAL_WAIT_MIN if interval_min is None else round(interval_min / 2)
    times = {
        "ferry_hours": hours,
        "ferry_wait_min": wait_min,
        "duration_min": minutes["duration"],
    }
    return times, tuple(unread)
