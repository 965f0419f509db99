"""What rotation and routing tell each other: movements, visits, reach and prices.

`rotation` and `routing` do not know each other. `planning` carries these plain types between them.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from province.dates import DateSpan, Month
from province.ids import BatchId, CourseId, CrewId, KitId, SiteId, VehicleId, VisitId

REMOTE_MIN = 180.0
"""A site so many minutes from the depot is remote."""

USUAL = 3
"""The priority of most visits."""

OUTSIDE_TIMES = 2
"""How many times as much a wish counts that is not even served on the days around its event."""


class Task(StrEnum):
    """What is done at a stop."""

    EXCHANGE = "exchange"
    SESSION = "session"
    KIT = "kit"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Movement:
    """One batch that goes from one place to another in a month (either end may be a depot)."""

    batch_id: BatchId
    month: Month
    from_site: SiteId
    to_site: SiteId


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is carried from one place to another: a batch's boxes, or a kit's.

    A parcel between two sites that are no depots is carried on one trip (a chain) when that trip
    stops at both in this order; otherwise it goes home first and is delivered by a later trip.
    """

    content_id: BatchId | KitId
    from_site: SiteId
    to_site: SiteId
    books: int
    boxes: int
    mass_kg: float

    @property
    def batch_id(self) -> BatchId | None:
        """The batch whose boxes these are; None: they are a kit's, which has no books."""
        return BatchId(self.content_id) if self.books else None

    @property
    def kit_id(self) -> KitId | None:
        """The kit whose boxes these are, or None."""
        return None if self.books else KitId(self.content_id)


def list_kits(*parcels: Parcel) -> tuple[KitId, ...]:
    """Return the kits among some parcels, in their order."""
    return tuple(parcel.kit_id for parcel in parcels if parcel.kit_id is not None)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Minutes of one day within which a whole visit must lie, start and end."""

    day: date
    opens_min: int
    closes_min: int


@dataclass(frozen=True, slots=True)
class Pin:
    """What the planner fixed about a visit; None leaves it free.

    Parameters
    ----------
    day
        The day it is on; `not_before` and `not_after` are the days it lies between, included.
    pin_ids
        The rows of `visit_pins.csv` that say so.
    """

    day: date | None = None
    vehicle_id: VehicleId | None = None
    crew_id: CrewId | None = None
    not_before: date | None = None
    not_after: date | None = None
    pin_ids: tuple[str, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether a day is one that it allows."""
        is_late = self.not_before is None or day >= self.not_before
        is_early = self.not_after is None or day <= self.not_after
        return is_late and is_early and self.day in (None, day)

    def holds_for(self, day: date, vehicle_id: VehicleId, crew_id: CrewId) -> bool:
        """Whether it allows a day with this vehicle and crew."""
        is_theirs = self.vehicle_id in (None, vehicle_id) and self.crew_id in (None, crew_id)
        return is_theirs and self.holds_on(day)


class PointReason(StrEnum):
    """What a wish has points for (`[events]`)."""

    WISHED = "wished"
    REMOTE = "remote"
    TURN = "turn"
    PUPILS = "pupils"
    LANGUAGES = "languages"


@dataclass(frozen=True, slots=True)
class VisitWish:
    """The days of an event that a session was wished for, and what missing them counts.

    Parameters
    ----------
    wish_id, event_id
        The rows of `wishes.csv` and `calendar.csv`.
    days
        The days wished for.
    instead
        The days of the event with those before and after on which it may be held instead.
    points
        How much it weighs, by reason; only reasons that count.
    point_vnd
        What a point counts.
    """

    wish_id: str
    event_id: str
    days: DateSpan
    instead: DateSpan
    points: tuple[tuple[PointReason, int], ...]
    point_vnd: int

    @property
    def weight(self) -> int:
        """All its points."""
        return sum(points for _, points in self.points)

    @property
    def lost_vnd(self) -> int:
        """What it counts that no session is held at all, or on none of the days instead."""
        return OUTSIDE_TIMES * self.weight * self.point_vnd

    def price(self, day: date) -> int:
        """Return what it counts that the session is held on a day."""
        if day in self.days:
            return 0
        return self.weight * self.point_vnd if day in self.instead else self.lost_vnd


@dataclass(frozen=True, slots=True)
class Visit:
    """All that has to be done at one site on one stop.

    Parameters
    ----------
    tasks
        In the order of `Task`, without repetition.
    service_min
        Minutes on the spot, handling of boxes and paperwork included.
    leaves, takes
        Parcels left here and parcels taken from here.
    windows
        Every window of the month in which the visit may lie; empty when the site is never open.
    crew_min
        People needed, the driver included.
    needs_session_vehicle
        True when readers come on board.
    priority
        1 (can wait) to 5 (must happen); what leaving it out costs is this times a setting.
    gap_group, gap_days
        Visits of the same group lie at least `gap_days` apart; "" for none.
    preferred_days
        Days that are worth more (markets).
    pin
        What the planner fixed, or None.
    village_id
        The site that the parcels are for, when they are handed over here to its own motorbikes
        because nothing larger gets there; None: they are for the site itself.
    depot_id
        Where its batches live or its kit lies, in a province with several depots: vehicles of this
        one alone serve it. None: any whose parcels allow it.
    wish
        The days that its session was wished for, or None.
    ride_vnd
        It only comes on a trip that drives anyhow, and adds no more money than this: leaving it out
        counts so much, whatever its priority. None: it may have a trip of its own.
    course_id
        The course that is held on site, or None.
    may_wait
        It is due in a later month: where no trip takes it along, it is not a visit of this one.
    """

    visit_id: VisitId
    site_id: SiteId
    tasks: tuple[Task, ...]
    service_min: int
    leaves: tuple[Parcel, ...]
    takes: tuple[Parcel, ...]
    windows: tuple[Window, ...]
    crew_min: int
    needs_session_vehicle: bool
    priority: int
    gap_group: str = ""
    gap_days: int = 0
    preferred_days: frozenset[date] = frozenset()
    pin: Pin | None = None
    village_id: SiteId | None = None
    depot_id: SiteId | None = None
    wish: VisitWish | None = None
    ride_vnd: int | None = None
    course_id: CourseId | None = None
    may_wait: bool = False

    @property
    def receiver_id(self) -> SiteId:
        """The site that is served: the village beyond a hand-over, else the site itself."""
        return self.village_id or self.site_id


@dataclass(frozen=True, slots=True)
class Reach:
    """What travelling says about libraries, month by month.

    Parameters
    ----------
    max_boxes
        The most boxes that any vehicle that gets there on some day of the month can carry, by
        (site, month); 0 where none gets there; a pair not named has no limit.
    price_vnd
        What one exchange visit costs, by (site, month); a site or month not named costs
        `default_price_vnd`.
    hours
        Vehicle hours one exchange visit takes, by site; used against the hours of a month.
    along
        The libraries, in an order in which neighbours share much of their way from the depot.
    depot_boxes
        The most boxes that a vehicle of one depot can carry there, by (depot, site, month); a
        triple not named is limited by `max_boxes` alone.
    extra_vnd
        What an exchange visit costs more with vehicles of this depot than with those of the
        cheapest, by (depot, site, month); 0 where not named.
    """

    max_boxes: dict[tuple[SiteId, Month], int]
    price_vnd: dict[tuple[SiteId, Month], int]
    default_price_vnd: int
    hours: dict[SiteId, float]
    along: tuple[SiteId, ...] = ()
    depot_boxes: dict[tuple[SiteId, SiteId, Month], int] = field(default_factory=dict)
    extra_vnd: dict[tuple[SiteId, SiteId, Month], int] = field(default_factory=dict)

    def carries(
        self, site_id: SiteId, month: Month, boxes: int, *, depot_id: SiteId | None = None
    ) -> bool:
        """Whether some vehicle, or one of a depot, brings or fetches so many boxes in a month."""
        limits = [self.max_boxes.get((site_id, month))]
        if depot_id is not None:
            limits.append(self.depot_boxes.get((depot_id, site_id, month)))
        return all(limit is None or (limit > 0 and boxes <= limit) for limit in limits)

    def extra(self, site_id: SiteId, month: Month, depot_id: SiteId) -> int:
        """Return what an exchange visit costs more than `price` with vehicles of a depot."""
        return self.extra_vnd.get((depot_id, site_id, month), 0)

    def price(self, site_id: SiteId, month: Month) -> int:
        """Return what one exchange visit at a site costs in a month."""
        return self.price_vnd.get((site_id, month), self.default_price_vnd)
