"""Vehicles and crews."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from province.dates import DateSpan
from province.ids import CrewId, SiteId, VehicleId


class VehicleKind(StrEnum):
    """Vehicle classes of the speed table."""

    BUS = "bus"
    TRUCK = "truck"
    CAR = "car"
    MOTORBIKE = "motorbike"


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
    name: str
    kind: VehicleKind
    depot_id: SiteId
    capacity_boxes: int
    capacity_kg: float
    shelf_books: int
    can_hold_sessions: bool
    seats: int
    width_m: float
    gross_t: float
    max_grade_pct: float
    cost_vnd_per_km: int
    cost_vnd_per_day: int
    unavailable: tuple[DateSpan, ...]
    note: str
    height_m: float | None = None

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
    name: str
    members: int
    depot_id: SiteId
    drives: tuple[VehicleKind, ...]
    skills: tuple[str, ...]
    days_off: tuple[DateSpan, ...]
    note: str

    def is_available(self, day: date) -> bool:
        """Whether the crew works on a day."""
        return all(day not in span for span in self.days_off)
