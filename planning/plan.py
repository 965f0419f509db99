"""The month's plan: complete enough to draw every document from."""

from dataclasses import dataclass, field
from datetime import date

from planning.placed import Placed, Slot, WishAnswer
from planning.reservations import Reservation
from province.dates import Month
from province.ids import BatchId, SiteId, TitleId, TripId, VisitId
from province.language import Message
from province.violations import Violation
from province.visits import Movement, Task, Visit
from rotation.problem import RotationPlan
from routing.trips import Trip, TripPlan

PLAN_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """One batch movement of the month, as it is really carried: one row of the schedule.

    A chain that goes home in between gives two deliveries. `trip_id` is "" and `day` None where
    the movement is not served this month.
    """

    batch_id: BatchId
    from_site: SiteId
    to_site: SiteId
    books: int
    boxes: int
    trip_id: str
    vehicle_id: str
    day: date | None
    stay_months: int | None
    expected_uses: float | None
    reason: Message


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures of the month that commands print and documents repeat."""

    batches_moved: int
    visits: int
    visits_served: int
    exchanges_served: int
    sessions_served: int
    length_km: float
    driving_hours: float
    nights: int
    trips: int
    cost_vnd: int


@dataclass(frozen=True, slots=True)
class JointFigures:
    """What rotation and trips are worth together, in points (`planning.joint.proposal`).

    Parameters
    ----------
    rounds
        Proposals made.
    first_points, points
        The joint objective of the first proposal (trips after the rotation) and of the plan, both
        at the prices last learnt.
    prices
        What an exchange was held to cost where the plan's rotation was made: site, month, money.
    """

    rounds: int
    first_points: float
    points: float
    prices: tuple[tuple[SiteId, Month, int], ...]


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """A stay that the plan before announced and this one has not; `instead` tells what comes."""

    batch_id: BatchId
    site_id: SiteId
    month: Month
    instead: Message


@dataclass(frozen=True, slots=True)
class Promises:
    """Stays from this month on that the plan before announced: how many, and those not kept."""

    made: int
    broken: tuple[BrokenPromise, ...]

    @property
    def kept(self) -> int:
        """How many are planned still: the same batch, at the same library, from the same month."""
        return self.made - len(self.broken)


@dataclass(frozen=True, slots=True)
class VisitChange:
    """A visit that is not made as the plan before had it.

    Parameters
    ----------
    site_id
        The site that is served.
    kinds
        What differs, words of `planning.replan.changes.KINDS`.
    before, after
        As it was and as it is; None: not at all.
    slots
        Of a visit that is lost: days that would do, the nearest first.
    """

    visit_id: VisitId
    site_id: SiteId
    tasks: tuple[Task, ...]
    kinds: tuple[str, ...]
    before: Placed | None
    after: Placed | None
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Replanned:
    """How a plan came out of the one before it.

    Parameters
    ----------
    day, minute
        The moment from which it was planned again.
    allow
        What might change: ``fill``, ``move`` or ``all``.
    before, after
        The figures of the part of the month that was planned again, as it was and as it is; trips
        that go on otherwise count whole.
    changes
        Every visit that is not as it was, by id.
    rerouted
        Trips under way whose rest is another one.
    broken
        Rules that trips under way cannot keep any more, since part of the day is gone.
    notes
        What else became of it: batches that go elsewhere than they were to.
    stranded
        Batches whose movement cannot be made, because they are elsewhere.
    why
        The reason that was given.
    """

    day: date
    minute: int
    allow: str
    before: Totals
    after: Totals
    changes: tuple[VisitChange, ...]
    rerouted: tuple[TripId, ...] = ()
    broken: tuple[Violation, ...] = ()
    notes: tuple[Message, ...] = ()
    stranded: tuple[BatchId, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    """What stands in somebody's calendar.

    Parameters
    ----------
    kind, owner_id
        Whose calendar: ``vehicle`` or ``library``, and its id.
    key
        What stays the same when the month is planned again.
    day, from_min, to_min
        When: minutes after the day's midnight, by the clock of the place.
    site_id, trip_id
        Where, "" for a day on the road; and with which trip.
    """

    kind: str
    owner_id: str
    key: str
    day: date
    from_min: int
    to_min: int
    site_id: str
    trip_id: str


@dataclass(frozen=True, slots=True)
class Leftover:
    """Books of a batch that stayed at a site when it was fetched, and that visits collect.

    Parameters
    ----------
    since
        The day on which they stayed there.
    on_loan, kept
        How many are with readers, how many on the shelf.
    items, titles
        Barcodes of those with readers, titles of those on the shelf, as far as they were told.
    """

    batch_id: BatchId
    site_id: SiteId
    since: date
    on_loan: int
    kept: int
    items: tuple[str, ...] = ()
    titles: tuple[TitleId, ...] = ()

    @property
    def books(self) -> int:
        """All of them."""
        return self.on_loan + self.kept


@dataclass(frozen=True, slots=True)
class Keep:
    """How many books of a batch are to stay on the shelf of a site that it is fetched from."""

    batch_id: BatchId
    site_id: SiteId
    books: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything decided for one month of one province.

    Parameters
    ----------
    format
        Version of this record in `plan.json`.
    facts_digest
        SHA-256 over the facts it was made from, so that a later command notices a change.
    visits
        Every visit asked for, served or not.
    violations
        What the two checkers found; a plan that is written has none.
    overruled
        The rules that it breaks and that the planner accepted (`planning.edit`); every paper says
        so.
    joint
        What the plan is worth as a whole, and the prices it was made with; None in plans made
        before these were kept.
    facts_but_ledger
        The same over all facts but the ledger and the results; "" in plans made before it was
        kept.
    first_day, first_min
        The first day that was planned where something of the month was recorded before, and the
        minute of it from which trips may set out; None: the whole month.
    standing_trips
        Trips of the month's plan before this one that had begun when this one was made; they keep
        their ids and results, and nothing of them is planned again.
    former_trips
        Ids that earlier plans of the month gave to other trips, with what tells their work
        (`planning.trip_names`); they are never given to other work.
    revision
        How often a plan in this place had been replaced when this one was made.
    withdrawn
        Appointments of the plans before it that it has not, so that calendars can cancel them.
    replanned
        How it came out of the plan before it; None where it was planned as a whole.
    promises
        What became of the stays that the plan of an earlier month announced; None where there is
        no such plan, or it was forgotten.
    minutes
        Minutes by the clock that the search was given; not 0: the same facts, seed and work may
        give another plan.
    leftovers
        Books that stayed at sites when their batches were fetched; visits there collect them.
    keeps
        What of the batches that are fetched is to stay.
    wishes
        What became of the sessions that were wished for on days of events, by event and weight.
    reserved
        Days on which vehicles stay with events.
    papers_digest
        Twelve digits that tell trips and deliveries from all others; papers print them. "" before
        the plan is written, and in plans made before they were kept.
    checksum
        SHA-256 over all else, as `planning.plan_file` writes it; "" before it is written, and in
        plans made before it was kept.
    """

    format: int
    province_code: str
    province_name: str
    month: Month
    facts_digest: str
    seed: int
    work: float
    rotation: RotationPlan
    asked: tuple[Movement, ...]
    visits: tuple[Visit, ...]
    trips: TripPlan
    deliveries: tuple[Delivery, ...]
    totals: Totals
    violations: tuple[Violation, ...]
    has_schematic_roads: bool
    joint: JointFigures | None = None
    first_day: date | None = None
    first_min: int = 0
    facts_but_ledger: str = ""
    standing_trips: tuple[Trip, ...] = ()
    former_trips: tuple[tuple[TripId, str], ...] = ()
    revision: int = 0
    withdrawn: tuple[Appointment, ...] = ()
    promises: Promises | None = None
    replanned: Replanned | None = None
    minutes: float = 0.0
    overruled: tuple[Violation, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    keeps: tuple[Keep, ...] = ()
    wishes: tuple[WishAnswer, ...] = ()
    reserved: tuple[Reservation, ...] = ()
    papers_digest: str = field(default="", compare=False)
    checksum: str = field(default="", compare=False)

    @property
    def is_cut_short(self) -> bool:
        """Whether somebody stopped the search; the plan is the best one found until then."""
        return "interrupted" in (self.rotation.status, self.trips.status)

    def is_before(self, day: date, minute: int) -> bool:
        """Whether a minute of a day lies before the part of the month that was planned."""
        return self.first_day is not None and (day, minute) < (self.first_day, self.first_min)

    @property
    def back_months(self) -> dict[tuple[BatchId, SiteId], Month]:
        """The month in which each batch that is brought to a site is fetched again."""
        return {
            (delivery.batch_id, delivery.to_site): self.month.plus(delivery.stay_months)
            for delivery in self.deliveries
            if delivery.stay_months is not None
        }

    @property
    def all_trips(self) -> tuple[Trip, ...]:
        """The trips of the month: those that stand from a plan before this one, then its own."""
        return (*self.standing_trips, *self.trips.trips)
