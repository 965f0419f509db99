"""What a library programme does and is promised: models, evidence, people, courses, money."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from province import cells
from province.dates import DateSpan
from province.findings import CellError
from province.ids import CommuneCode, CourseId, FundId, InvitationId, SiteId, StaffId
from province.language import message


def some_of(kind: type[StrEnum]) -> Callable[[Any], Any]:
    """Return what reads words of a kind separated by ``|``."""
    choices = tuple(member.value for member in kind)

    def parse(value: Any) -> Any:
        words = cells.parse_list(value)
        if not isinstance(words, tuple | list):
            return words
        for word in words:
            cells.one_of(*choices)(word)
        return tuple(kind(word) for word in words)

    return parse


class ModelKind(StrEnum):
    """What a grassroots library model is made of.

    `COMBINED`: several institutions of the commune together. `SINGLE`: one of them alone.
    `PRIVATE`: a private library that serves the community.
    """

    COMBINED = "combined"
    SINGLE = "single"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class MetCriterion:
    """A criterion that a model meets, and since when."""

    criterion_id: str
    since: date


def parse_met(value: Any) -> Any:
    """Return the criteria of a cell such as ``room:2026-03-01|hours:2026-04-15``.

    Raises
    ------
    CellError
        If a part is no criterion with a day behind it, or one stands twice.
    """
    parts = cells.parse_list(value)
    if not isinstance(value, str):
        return parts
    met: dict[str, MetCriterion] = {}
    for part in parts:
        name, _, day = part.rpartition(":")
        since = cells.parse_day(day.strip()) if day.strip().count("-") == 2 else None
        if not name.strip() or since is None or name.strip() in met:
            raise CellError(
                message("criteria, each once with its day, like room:2026-03-01|hours:2026-04-15"),
                message("correct {part}", part=part[:60]),
            )
        met[name.strip()] = MetCriterion(name.strip(), since)
    return tuple(met.values())


Criteria = Annotated[tuple[MetCriterion, ...], BeforeValidator(parse_met), Field(default=())]


@dataclass(frozen=True, slots=True)
class LibraryModel:
    """The grassroots library model of a commune: what it pools, who runs it, what it meets.

    Parameters
    ----------
    sites
        The sites that it pools.
    established, closed
        From when it works (None: it is only intended) and its last day (None: it goes on).
    managed_by
        Who manages it.
    criteria
        Criteria of `province.toml` that it meets.
    """

    model_id: cells.Id
    commune_code: CommuneCode
    name: cells.Text
    kind: ModelKind
    sites: tuple[SiteId, ...]
    established: cells.Day | None
    closed: cells.Day | None
    managed_by: cells.Remark
    criteria: Criteria
    source: cells.Remark
    note: cells.Remark


class Form(StrEnum):
    """In which form a library works with the provincial library (decision 1687/QĐ-TTg)."""

    CIRCULATION = "circulation"
    MOBILE = "mobile"
    ONLINE = "online"
    PROMOTION = "promotion"


@dataclass(frozen=True, slots=True)
class Activity:
    """Evidence that something took place at a site: when, in which form, with how many people."""

    activity_id: cells.Id
    day: Annotated[cells.Day, cells.Heading("date")]
    site_id: SiteId
    form: Form
    people: Annotated[cells.People, cells.NONE]
    source: cells.Remark
    note: cells.Remark


@dataclass(frozen=True, slots=True)
class Staff:
    """People who work at a site: one, or several of whom the same is said. No name is asked for.

    Parameters
    ----------
    people
        How many they are.
    from_date, until
        First and last day of their work here; None: it is open.
    trained
        How many of them had their training on `trained_date`.
    course_id
        The course that was, or None.
    invitation_id, proof
        The invitation by which they came to it, and what shows that they were there: the number of
        a signed list, or of a result in the ledger.
    """

    staff_id: StaffId
    site_id: SiteId
    people: Annotated[cells.Seats, cells.ONE]
    from_date: cells.Day | None
    until: cells.Day | None
    trained: Annotated[cells.Beds, cells.NONE]
    trained_date: cells.Day | None
    course_id: CourseId | None
    note: cells.Remark
    invitation_id: InvitationId | None = None
    proof: cells.Remark = ""

    @property
    def untrained(self) -> int:
        """How many of them were not trained yet."""
        return self.people - self.trained

    def works(self, day: date) -> bool:
        """Whether they work at the site on a day."""
        return (self.from_date or day) <= day <= (self.until or day)


@dataclass(frozen=True, slots=True)
class Course:
    """A course, once or repeated.

    Parameters
    ----------
    rule, start, days, until
        When it is held, as in `calendar.csv`; an RFC 5545 RRULE or "".
    site_id, is_online, is_on_site
        Where: one of the three. On site: a crew with the skill comes to a site on a trip, on one of
        the days of an occurrence, and trains the people of that site.
    seats, hours
        People it has room for, and hours that it lasts, each time; on site at each site.
    for_whom, trainer
        Whom it is meant for, and who holds it.
    cost
        What it costs each time, in the currency of its fund, or of the province; on site for each
        site.
    is_series
        Whether all occurrences are one course to which the same people come.
    most_sites
        On site: sites at most in one occurrence; None: any.
    ride_along
        On site: only on a trip that drives anyhow.
    """

    course_id: CourseId
    name: cells.Text
    rule: cells.Remark
    start: Annotated[cells.Day, cells.Heading("start_date")]
    days: Annotated[cells.DaysFromOne, cells.ONE]
    until: cells.Day | None
    site_id: SiteId | None
    is_online: Annotated[cells.Yes, cells.Heading("online")]
    seats: cells.Seats
    hours: Annotated[cells.CourseHours, cells.NONE_OF_IT]
    for_whom: cells.Remark
    trainer: cells.Remark
    cost: Annotated[cells.Amount, cells.NONE_OF_IT]
    fund_id: FundId | None
    note: cells.Remark
    is_on_site: Annotated[cells.Truth, cells.Heading("on_site")] = False
    is_series: Annotated[cells.Truth, cells.Heading("series")] = False
    most_sites: cells.Seats | None = None
    ride_along: cells.Truth = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """People of a row of staff who are asked to come to a course, and who came.

    Parameters
    ----------
    start
        First day of the occurrence; of a series its first day of all.
    people
        How many are invited.
    attended
        How many of them came; None: not known yet.
    held
        On site: the day on which it was; None: the last day of the occurrence.
    proof
        What shows that they came: the number of the signed list, or of a result in the ledger.
    """

    invitation_id: InvitationId
    course_id: CourseId
    start: Annotated[cells.Day, cells.Heading("date")]
    staff_id: StaffId
    people: Annotated[cells.Seats, cells.ONE]
    attended: cells.Beds | None
    held: cells.Day | None
    proof: cells.Remark
    note: cells.Remark


class PartnerKind(StrEnum):
    """Who helps."""

    ARMED_FORCES = "armed_forces"
    UNION = "union"
    ASSOCIATION = "association"
    PRIVATE_LIBRARY = "private_library"
    DONOR = "donor"
    OTHER = "other"


class Gift(StrEnum):
    """What a partner gives."""

    PEOPLE = "people"
    VEHICLE = "vehicle"
    ROOM = "room"
    BOOKS = "books"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Partner:
    """Who helps with what, where (None: everywhere) and from when to when (None: open)."""

    partner_id: cells.Id
    name: cells.Text
    kind: PartnerKind
    gives: Annotated[tuple[Gift, ...], BeforeValidator(some_of(Gift)), Field(min_length=1)]
    commune_code: CommuneCode | None
    from_date: cells.Day | None
    until: cells.Day | None
    contact: cells.Remark
    note: cells.Remark


class Purpose(StrEnum):
    """What money is spent on."""

    MODEL = "model"
    TRAINING = "training"
    TRIP = "trip"
    KIT = "kit"
    BOOKS = "books"
    PROMOTION = "promotion"
    EQUIPMENT = "equipment"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Fund:
    """Money that may be spent on some purposes (none named: on all) within some days.

    Parameters
    ----------
    currency
        "": the province's.
    course_hours
        Hours of courses that it pays for at most; None: as many as its money allows.
    """

    fund_id: FundId
    name: cells.Text
    amount: cells.Amount
    currency: Annotated[cells.Currency, Field(default="")]
    from_date: cells.Day
    until: cells.Day
    purpose: cells.Remark
    charges: Annotated[tuple[Purpose, ...], BeforeValidator(some_of(Purpose)), Field(default=())]
    source: cells.Remark
    note: cells.Remark
    course_hours: cells.CourseHours | None = None

    @property
    def span(self) -> DateSpan:
        """The days on which it may be spent."""
        return DateSpan(self.from_date, self.until)


@dataclass(frozen=True, slots=True)
class Expense:
    """Money that was spent, in the currency of its fund, or of the province without one."""

    expense_id: cells.Id
    day: Annotated[cells.Day, cells.Heading("date")]
    amount: cells.Amount
    fund_id: FundId | None
    purpose: Purpose
    note: cells.Remark


class RemedyKind(StrEnum):
    """What is done for a library model that needs help.

    `COMBINE`: join it with another institution of the commune. `VISITS`: what the provincial
    library owes: books, boxes, sessions, a round to count.
    """

    COMBINE = "combine"
    HOURS = "hours"
    BOOKS = "books"
    PARTNER = "partner"
    TRAINING = "training"
    CRITERION = "criterion"
    VISITS = "visits"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What was decided for a model, on which day, and when it was carried out (None: not yet)."""

    remedy_id: cells.Id
    model_id: cells.Id
    day: Annotated[cells.Day, cells.Heading("date")]
    kind: RemedyKind
    what: cells.Text
    done_date: cells.Day | None
    note: cells.Remark


@dataclass(frozen=True, slots=True)
class UnitReport:
    """A report that a commune sent in: which of `[[reports]]`, for which year, when it came."""

    entry_id: cells.Id
    report_id: cells.Id
    year: cells.Year
    commune_code: CommuneCode
    received: cells.Day
    source: cells.Remark
    note: cells.Remark


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """The tables of the programme, each sorted by id; empty where the folder has none."""

    models: tuple[LibraryModel, ...] = ()
    activities: tuple[Activity, ...] = ()
    staff: tuple[Staff, ...] = ()
    courses: tuple[Course, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    partners: tuple[Partner, ...] = ()
    funds: tuple[Fund, ...] = ()
    expenses: tuple[Expense, ...] = ()
    unit_reports: tuple[UnitReport, ...] = ()
    remedies: tuple[Remedy, ...] = ()
