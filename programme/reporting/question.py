"""What a report is asked about: the facts of its unit, its days, what plans and trips tell."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from programme.evidence import Evidence, list_voided, refer_entry
from programme.measure import Scope, Yardstick
from programme.reporting.parts import ReportLevel, ReportUnit
from programme.reporting.period import ReportPeriod
from province.dates import DateSpan
from province.facts import Province
from province.ids import SiteId
from province.journal import EntryType, LedgerEntry, standing_entries
from province.language import Message
from province.places import Site
from province.results import Outcome, ResultTask
from province.row_refs import RowRef

Rows = tuple[RowRef, ...]


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task of a stop of a plan, and what came of it; `outcome` None: nothing was recorded.

    Parameters
    ----------
    visit_id, content_id
        The visit that it is a part of; the batch or kit, "" where there is none.
    reason
        Why it was not done, or partly; "" where nobody said.
    rows
        The visit in the plan.
    results
        The row of the ledger that says what came of it.
    """

    day: date
    visit_id: str
    site_id: SiteId
    task: ResultTask
    content_id: str
    outcome: Outcome | None
    reason: str
    rows: Rows
    results: Rows


@dataclass(frozen=True, slots=True)
class PlannedTrip:
    """A trip of a plan; `km` None: nobody recorded any.

    Parameters
    ----------
    rows
        The trip in the plan.
    driven
        Rows of the ledger that tell of something done on it; none: it is not known to have been.
    measured
        The row with the kilometres.
    """

    trip_id: str
    day: date
    length_m: int
    cost_vnd: int
    km: float | None
    rows: Rows
    driven: Rows
    measured: Rows


@dataclass(frozen=True, slots=True)
class LeftOutVisit:
    """A visit that a plan of a month leaves out, and why: a code, and what people read for it."""

    day: date
    code: str
    visit_id: str
    site_id: SiteId
    cause: Message
    rows: Rows


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """What the plans of a folder planned, and what of it was recorded."""

    tasks: tuple[PlannedTask, ...] = ()
    trips: tuple[PlannedTrip, ...] = ()
    left_out: tuple[LeftOutVisit, ...] = ()


@dataclass(frozen=True)
class ReportQuestion:
    """What a report is asked about.

    Parameters
    ----------
    whole
        The facts of the whole province.
    written
        The day on which it is written: what came in until then is known.
    """

    whole: Province
    level: ReportLevel
    unit: ReportUnit | None
    period: ReportPeriod
    written: date
    work: PlannedWork = field(default_factory=PlannedWork)

    @property
    def on(self) -> date:
        """The day up to which is counted: the last of the period, or when it is written before."""
        return min(self.written, self.period.span.last)

    @cached_property
    def province(self) -> Province:
        """The facts with the communes and sites of the unit alone, and the depots."""
        unit = self.unit
        if unit is None:
            return self.whole
        sites = tuple(
            site for site in self.whole.sites if unit.holds(site) or site in self.whole.depots
        )
        communes = tuple(one for one in self.whole.communes if one.code == unit.commune.code)
        return dataclasses.replace(self.whole, sites=sites, communes=communes)

    @cached_property
    def yardstick(self) -> Yardstick:
        """What measures the goals."""
        return Yardstick.of(self.province)

    @property
    def span(self) -> DateSpan:
        """The days that are counted."""
        return self.period.until(self.on)

    @property
    def sites(self) -> Mapping[SiteId, Site]:
        """The sites that are served, in communes that count."""
        return self.yardstick.sites[Scope.ALL]

    @cached_property
    def libraries(self) -> tuple[Site, ...]:
        """The libraries of the grassroots."""
        return self.yardstick.list_libraries(Scope.ALL)

    def list_evidence(self, span: DateSpan | None = None) -> tuple[Evidence, ...]:
        """Return what took place at the sites, on the days that are counted or on others."""
        days = span or self.span
        return tuple(
            one for one in self.yardstick.evidence if one.day in days and one.site_id in self.sites
        )

    def list_place_rows(self, site_id: SiteId) -> Rows:
        """Return the rows that say what a site is and in which commune it lies."""
        return self.yardstick.list_place_rows(site_id)

    def with_place(self, site_id: SiteId, rows: Iterable[RowRef]) -> Rows:
        """Return rows and those of the place that they are about."""
        return (*rows, *self.list_place_rows(site_id))

    def list_entries(self, *kinds: EntryType) -> Iterator[tuple[LedgerEntry, Rows, float]]:
        """Yield the entries of the journal of some kinds in the period, and how often they count.

        Those that were taken back count nothing, and have the row of what takes them back too.
        """
        for entry in standing_entries(self.province.journal):
            if entry.entry_type in kinds and entry.day in self.span:
                yield entry, (refer_entry(self.province, entry),), 1.0
        for entry, rows in list_voided(self.province, *kinds):
            if entry.day in self.span:
                yield entry, rows, 0.0

    @cached_property
    def all_sites(self) -> Mapping[SiteId, Rows]:
        """The rows of every served site of the whole province, by site."""
        measure = Yardstick.of(self.whole)
        return {site_id: measure.list_place_rows(site_id) for site_id in measure.sites[Scope.ALL]}
