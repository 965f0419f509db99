"""Which kinds of vehicle the access tags of OpenStreetMap let in."""

from collections.abc import Mapping

from province.fleet import VehicleKind
from roads.osm.quantities import words

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
