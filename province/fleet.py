"""Vehicles and crews."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from province.cells import (
    NONE,
    Books,
    Boxes,
    Heading,
    Kilograms,
    Money,
    Percent,
    Remark,
    Seats,
    SomeWords,
    Spans,
    Text,
    Tonnes,
    WidthMetres,
    Yes,
    one_of,
    parse_list,
)
from province.ids import CrewId, SiteId, VehicleId


class VehicleKind(StrEnum):
    """Vehicle classes of the speed table."""

    BUS = "bus"
    TRUCK = "truck"
    CAR = "car"
    MOTORBIKE = "motorbike"


def parse_kinds(value: Any) -> Any:
    """Return kinds of vehicle separated by ``|``."""
    kinds = parse_list(value)
    if not isinstance(kinds, tuple | list):
        return kinds
    for kind in kinds:
        one_of(*(known.value for known in VehicleKind))(kind)
    return tuple(VehicleKind(kind) for kind in kinds)


Kinds = Annotated[tuple[VehicleKind, ...], BeforeValidator(parse_kinds), Field(default=())]


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One vehicle.

    Parameters
    ----------
    capacity_boxes, capacity_kg
        What it carries besides its own shelves.
    shelf_books
        Books on its shelves for sessions; 0 when it has none.
    can_hold_sessions
        Whether readers can use it.
    seats
        Crew it can carry, driver included.
    width_m, gross_t, max_grade_pct
        Width in metres, gross tonnes, steepest climb it manages in per cent.
    cost_vnd_per_km, cost_vnd_per_day
        Running cost in the province's currency (field names say VND; the unit is a setting).
    unavailable
        Days off the road, e.g. for maintenance.
    height_m
        Height in metres, roof rack included; None where unknown (no limit concerns it).
    """

    vehicle_id: VehicleId
    name: Text
    kind: VehicleKind
    depot_id: SiteId
    capacity_boxes: Boxes
    capacity_kg: Kilograms
    shelf_books: Annotated[Books, NONE]
    can_hold_sessions: Annotated[Yes, Heading("sessions")]
    seats: Seats
    width_m: WidthMetres
    gross_t: Tonnes
    max_grade_pct: Percent
    cost_vnd_per_km: Money
    cost_vnd_per_day: Money
    unavailable: Spans
    note: Remark
    height_m: WidthMetres | None = None

    def is_available(self, day: date) -> bool:
        """Whether the vehicle can be used on a day."""
        return all(day not in span for span in self.unavailable)


@dataclass(frozen=True, slots=True)
class Crew:
    """People who travel together; `skills` are ``exchange``, ``session``, ``training``.

    `members` counts everybody, the driver included; `drives` are the kinds of vehicle they may
    drive.
    """

    crew_id: CrewId
    name: Text
    members: Seats
    depot_id: SiteId
    drives: tuple[VehicleKind, ...]
    skills: SomeWords
    days_off: Spans
    note: Remark

    def is_available(self, day: date) -> bool:
        """Whether the crew works on a day."""
        return all(day not in span for span in self.days_off)
