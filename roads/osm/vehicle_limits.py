"""Which vehicles the tags of a way or a node let in: kinds, tonnes, height, width."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from province.fleet import VehicleKind
from roads.osm.quantities import parse_metres, parse_tonnes, words

ALL_KINDS = frozenset(kind.value for kind in VehicleKind)
MOTORBIKE = frozenset({VehicleKind.MOTORBIKE.value})
OFF_ROAD = frozenset({VehicleKind.CAR.value, VehicleKind.MOTORBIKE.value})

COMMON = ("motor_vehicle", "vehicle", "access")
KEYS: dict[str, tuple[str, ...]] = {
    VehicleKind.BUS.value: ("tourist_bus", "coach", "motorcar", *COMMON),
    VehicleKind.TRUCK.value: ("hgv", "goods", "motorcar", *COMMON),
    VehicleKind.CAR.value: ("motorcar", *COMMON),
    VehicleKind.MOTORBIKE.value: ("motorcycle", *COMMON),
}
"""For each kind the keys that decide, the narrowest first; a book bus is no public transport."""

SHUT = words(
    "no private agricultural forestry agricultural;forestry military emergency psv bus "
    "taxi residents permit employees restricted foot bicycle"
)
LIMITED = frozenset(["destination", "permissive", "customers", "delivery", "discouraged"])

PASSABLE_BARRIERS = words(
    "gate lift_gate swing_gate sliding_gate hampshire_gate bump_gate toll_booth border_control "
    "cattle_grid entrance height_restrictor kerb sally_port no"
)
"""Barriers that open for a vehicle unless the access tags say otherwise; the others do not."""

Unread = tuple[tuple[str, str], ...]
"""Keys and values that say something which is not read."""

DIRECTIONS = ("", ":forward", ":backward", ":both_ways")
WEIGHTS = words(
    "maxweight maxweightrating maxweight:hgv maxweightrating:hgv maxweight:goods "
    "maxweightrating:goods maxweight:bus maxweightrating:bus maxgcweight maxgcweightrating"
)
HEIGHTS = words("maxheight maxheight:physical maxheight:hgv maxheight:signed")
WIDTHS = words("maxwidth maxwidth:physical maxwidth:hgv")
OF_ROADS = words("width est_width")
NO_LIMIT = words(
    "none no unlimited default below_default above_default unsigned no_sign no_indications "
    "unknown yes implicit signals variable"
)
"""Values that name no number."""

LIMIT_KEYS = tuple(sorted(k + way for k in WEIGHTS | HEIGHTS | WIDTHS for way in DIRECTIONS))


@dataclass(frozen=True, slots=True)
class TaggedLimits:
    """The heaviest (tonnes), highest and widest (metres) vehicle let through; None: no limit.

    Parameters
    ----------
    unread
        What is tagged and was not read.
    """

    max_t: float | None = None
    max_height_m: float | None = None
    max_width_m: float | None = None
    unread: Unread = ()


def read_limits(tags: Mapping[str, str], *, is_road: bool = True) -> TaggedLimits:
    """Return the smallest limits that tags name; a limit for trucks counts for every vehicle.

    Parameters
    ----------
    is_road
        Whether the width of the thing itself is that of a road.
    """
    unread: list[tuple[str, str]] = []
    max_t = _find_least(tags, WEIGHTS, parse_tonnes, unread)
    max_height_m = _find_least(tags, HEIGHTS, parse_metres, unread)
    max_width_m = _find_least(tags, WIDTHS | (OF_ROADS if is_road else set()), parse_metres, unread)
    return TaggedLimits(max_t, max_height_m, max_width_m, tuple(unread))


def _find_least(
    tags: Mapping[str, str],
    keys: frozenset[str],
    parse: Callable[[str], float | None],
    unread: list[tuple[str, str]],
) -> float | None:
    least: float | None = None
    for key in sorted(key + way for key in keys for way in DIRECTIONS if key + way in tags):
        for part in tags[key].replace("|", ";").split(";"):
            if not part.strip() or part.strip().lower() in NO_LIMIT:
                continue
            value = parse(part)
            if value is None:
                unread.append((key, tags[key]))
            elif least is None or value < least:
                least = value
    return least


def least_of(*values: float | None) -> float | None:
    """Return the smallest of some limits; None where there is none."""
    return min((value for value in values if value is not None), default=None)


def list_kinds(
    tags: Mapping[str, str], *, is_let_by_default: bool, is_general_about_feet: bool = True
) -> frozenset[str]:
    """Return the kinds of vehicle that the tags let in.

    Parameters
    ----------
    is_let_by_default
        Whether kinds are let in of which no tag speaks.
    is_general_about_feet
        Whether `access` and `vehicle` speak of those on foot where none is let in by default, as
        on a footpath; on a ferry they speak of all.
    """
    ignored = ("access", "vehicle") if is_general_about_feet and not is_let_by_default else ()
    return frozenset(
        kind for kind, keys in KEYS.items() if _is_let(tags, keys, is_let_by_default, ignored)
    )


def _is_let(
    tags: Mapping[str, str], keys: tuple[str, ...], default: bool, ignored: tuple[str, ...]
) -> bool:
    for key in keys:
        if value := tags.get(key):
            if key in ignored:
                return False  # access=yes on a footpath speaks of those on foot
            return not all(part.strip() in SHUT for part in value.split(";"))
    return default


def through_access(tags: Mapping[str, str]) -> str:
    """Return what restricts cars passing through (``destination`` …), or ""."""
    for key in KEYS[VehicleKind.CAR.value]:
        if value := tags.get(key):
            return value if value in LIMITED else ""
    return ""


def list_passing(tags: Mapping[str, str]) -> frozenset[str]:
    """Return the kinds of vehicle that a node lets through.

    A bollard, a locked gate, a gate tagged as shut let nobody through but those whom an access
    tag names; a node without a barrier lets all through.
    """
    barrier = tags.get("barrier", "")
    if not barrier:
        return ALL_KINDS
    opens = barrier in PASSABLE_BARRIERS and tags.get("locked") != "yes"
    return list_kinds(tags, is_let_by_default=opens, is_general_about_feet=False)
