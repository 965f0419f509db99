"""When and with whom a visit is made or could be, and what became of a wish for a day of it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from province.ids import CrewId, SiteId, TripId, VehicleId, VisitId
from province.visits import VisitWish


@dataclass(frozen=True, slots=True)
class Placed:
    """When and with whom a visit is made."""

    trip_id: TripId
    vehicle_id: VehicleId
    crew_id: CrewId
    day: date
    start_min: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A day on which a visit could be made, and what that would cost and shift.

    Parameters
    ----------
    cost_vnd
        What the objective would rise by.
    shifted
        Other visits that would be on another day, at another hour or with others.
    """

    placed: Placed
    cost_vnd: int
    shifted: tuple[VisitId, ...]


class WishReason(StrEnum):
    """Why a session is on the day wished for, or is not.

    `MET`: it is. `PINNED`: the planner fixed another day. `SHUT`: the site is not open for it then.
    `DEARER`: it could be, and would count more. `TAKEN`: so it is, and others have sessions then.
    `NOBODY`: nobody gets there then, not even in place of another.
    """

    MET = "met"
    PINNED = "pinned"
    SHUT = "shut"
    DEARER = "dearer"
    TAKEN = "taken"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class WishAnswer:
    """What became of a wish for a session on the days of an event.

    Parameters
    ----------
    site_id
        The site that wished.
    placed
        When it is held, None: not this month.
    more_vnd
        What the objective would rise by if it were on a day wished for, the cheapest way; None
        where it is, or cannot be.
    rivals
        The other visits with a session on the days wished for.
    slots
        Other days that would do, the better first.
    """

    visit_id: VisitId
    site_id: SiteId
    wish: VisitWish
    placed: Placed | None
    reason: WishReason
    more_vnd: int | None = None
    rivals: tuple[VisitId, ...] = ()
    slots: tuple[Slot, ...] = ()
