"""Vehicles and crews."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from province import cells
from province.ids import CrewId, SiteId, VehicleId


class VehicleKind(StrEnum):
    """Vehicle classes of the speed table."""

    BUS = "bus"
    TRUCK = "truck"
    CAR = "car"
    MOTORBIKE = "motorbike"


def parse_kinds(value: Any) -> Any:
    """Return kinds of vehicle separated by ``|``."""
    kinds = cells.parse_list(value)
    if not isinstance(kinds, tuple | list):
        return kinds
    for kind in kinds:
        cells.one_of(*(known.value for known in VehicleKind))(kind)
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
        Running cost in the smallest unit of the province's currency (`province.amounts`); the table
        tells it in the currency.
    unavailable
        Days off the road, e.g. for maintenance.
    height_m
        Height in metres, roof rack included; None where unknown (no limit concerns it).
    """

    vehicle_id: VehicleId
    name: cells.Text
    kind: VehicleKind
    depot_id: SiteId
    capacity_boxes: cells.Boxes
    capacity_kg: cells.Kilograms
    shelf_books: Annotated[cells.Books, cells.NONE]
    can_hold_sessions: Annotated[cells.Yes, cells.Heading("sessions")]
    seats: cells.Seats
    width_m: cells.WidthMetres
    gross_t: cells.Tonnes
    max_grade_pct: cells.Percent
    cost_vnd_per_km: cells.Money
    cost_vnd_per_day: cells.Money
    unavailable: cells.Spans
    note: cells.Remark
    height_m: cells.WidthMetres | None = None

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
    name: cells.Text
    members: cells.Seats
    depot_id: SiteId
    drives: tuple[VehicleKind, ...]
    skills: cells.SomeWords
    days_off: cells.Spans
    note: cells.Remark

    def is_available(self, day: date) -> bool:
        """Whether the crew works on a day."""
        return all(day not in span for span in self.days_off)
