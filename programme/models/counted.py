"""What was counted of libraries within a span of days, and whether anybody could count."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from programme.evidence import Evidence, list_evidence
from programme.models.rates import Spell, Tally
from programme.models.units import ServiceUnit
from province.dates import DateSpan, Month
from province.days import list_windows
from province.facts import Province
from province.hours import list_spans
from province.ids import BatchId, SiteId, TitleId
from province.journal import SeenStay, list_stays
from province.ledger.place import LEDGER_NAME
from province.lockdown import find_zone
from province.places import Site
from province.programme_facts import Form
from province.results import Outcome, list_standing_results
from province.row_refs import RowRef

Measured = Callable[[Site, list[date]], float]
MONTH_DAYS = 365.25 / 12
UNTOLD_HOURS = "Mo-Su 00:00-24:00"
"""Opening hours of sites for which nobody wrote any."""

OWN_FORMS = (Form.PROMOTION, Form.ONLINE)
"""Activities that a library holds by itself; for the others the provincial library comes."""


class Aspect(StrEnum):
    """What the work of a library is looked at by.

    `USE`: uses in an open hour, where somebody counted. `TURNOVER`: uses of a book in a month that
    it stood there. `PEOPLE`: people at activities for what is usual at their form in the province,
    where people were counted. `ACTIVITIES`: activities of its own in a month.
    """

    USE = "use"
    TURNOVER = "turnover"
    PEOPLE = "people"
    ACTIVITIES = "activities"


@dataclass(frozen=True, slots=True)
class CountedTime:
    """Uses that were counted at a site at one visit, and the days since the one before."""

    site: Site
    span: DateSpan
    uses: float


@dataclass(frozen=True, slots=True)
class Presence:
    """How far the provincial library was there for a library within a span of days.

    Parameters
    ----------
    promised, with_books, counted
        Days on which batches were promised to one of its sites; of these on which one stood there;
        days whose uses somebody counted.
    titles
        Titles that stood there.
    exchanges, sessions
        Batches that came, sessions that were held.
    failed
        Tasks that were planned there and recorded as not done.
    """

    promised: int
    with_books: int
    counted: int
    titles: int
    exchanges: int
    sessions: int
    failed: int

    @property
    def reached(self) -> float | None:
        """The share of the days promised on which books stood there; None: none was promised."""
        return self.with_books / self.promised if self.promised else None


class TallyBook:
    """The facts of a province arranged for counting: made once, asked for many spans."""

    def __init__(self, province: Province) -> None:
        self.province = province
        self._open: dict[tuple[SiteId, Month], dict[date, float]] = {}
        self._locked = {zone.commune_code for zone in province.zones}

    def tally(self, aspect: Aspect, unit: ServiceUnit, span: DateSpan) -> Tally:
        """Return what was counted of a library within a span of days."""
        if aspect is Aspect.USE:
            return self._tally_times(unit, span, self._count_hours)
        if aspect is Aspect.TURNOVER:
            return self._tally_times(unit, span, self._count_book_months)
        if aspect is Aspect.PEOPLE:
            return self._tally_people(unit, span)
        return self._tally_activities(unit, span)

    def look_for(self, unit: ServiceUnit, span: DateSpan) -> Presence:
        """Return how far the provincial library was there."""
        sites = {site.site_id for site in unit.sites}
        promised = {
            day
            for site in unit.sites
            if site.takes_rotation
            for day in span.days()
            if site.is_enrolled(day) and not self._is_locked(site, day)
        }
        stays = [stay for site_id in sorted(sites) for stay in self._stays[site_id]]
        there = [stay for stay in stays if _overlap(stay, span)]
        stood = {day for stay in there for day in _list_days(stay, span)}
        counted = {
            day for site in unit.sites for time in self._times[site.site_id]
            for day in time.span.days() if day in span
        }  # fmt: skip
        held = [one for one in self._evidence_of(unit) if one.day in span]
        failed = [
            one for one in self._failed if one[0] in sites and one[1] is not None and one[1] in span
        ]
        return Presence(
            promised=len(promised),
            with_books=len(stood & promised),
            counted=len(counted),
            titles=len({title for stay in there for title in self._titles[stay.batch_id]}),
            exchanges=sum(stay.first_day in span for stay in there),
            sessions=sum(one.form is Form.MOBILE for one in held),
            failed=len(failed),
        )

    def has_activities(self, unit: ServiceUnit) -> bool:
        """Whether anybody ever wrote down an activity of its own."""
        return any(one.form in OWN_FORMS for one in self._evidence_of(unit))

    def list_stays_of(self, unit: ServiceUnit, span: DateSpan) -> Iterator[tuple[SeenStay, int]]:
        """Yield batches that stood at its sites within a span, each with its days."""
        for site in unit.sites:
            for stay in self._stays[site.site_id]:
                if days := sum(1 for _ in _list_days(stay, span)):
                    yield stay, days

    def count_week_hours(self, site: Site, span: DateSpan) -> tuple[float, float]:
        """Return open hours of a site in a usual week, and those in evenings and at weekends.

        The week is the last whole one of the span; evenings begin at 17:00.
        """
        if site.hours == UNTOLD_HOURS:
            return 0.0, 0.0
        monday = span.last - timedelta(days=span.last.weekday() + 7)
        every = late = 0
        for offset in range(7):
            for opens, closes in list_spans(site.hours, monday + timedelta(days=offset)):
                every += closes - opens
                late += closes - (opens if offset >= 5 else max(opens, min(closes, 17 * 60)))
        return every / 60, late / 60

    @cached_property
    def _evidence(self) -> dict[SiteId, list[Evidence]]:
        found: defaultdict[SiteId, list[Evidence]] = defaultdict(list)
        for one in list_evidence(self.province):
            found[one.site_id].append(one)
        return found

    def _evidence_of(self, unit: ServiceUnit) -> list[Evidence]:
        return [one for site in unit.sites for one in self._evidence.get(site.site_id, ())]

    @cached_property
    def _stays(self) -> defaultdict[SiteId, list[SeenStay]]:
        found: defaultdict[SiteId, list[SeenStay]] = defaultdict(list)
        for stay in list_stays(self.province.journal):
            found[stay.site_id].append(stay)
        return found

    @cached_property
    def _titles(self) -> defaultdict[BatchId, set[TitleId]]:
        found: defaultdict[BatchId, set[TitleId]] = defaultdict(set)
        for title in self.province.titles:
            found[title.batch_id].add(title.title_id)
        return found

    @cached_property
    def _failed(self) -> list[tuple[SiteId, date | None, RowRef]]:
        return [
            (one.row.site_id, one.row.day, RowRef(LEDGER_NAME, one.result_id))
            for one in list_standing_results(self.province.results)
            if one.row.outcome is Outcome.NOT_DONE
        ]

    @cached_property
    def _times(self) -> defaultdict[SiteId, list[CountedTime]]:
        found: defaultdict[SiteId, list[CountedTime]] = defaultdict(list)
        for time in _list_times(self.province):
            found[time.site.site_id].append(time)
        return found

    def _tally_times(self, unit: ServiceUnit, span: DateSpan, measure: Measured) -> Tally:
        """Return uses at the sites, each held against what `measure` says of its days."""
        spells, rows = [], []
        for site in unit.sites:
            for time in self._times[site.site_id]:
                days = [day for day in time.span.days() if day in span]
                exposure = measure(site, days) if days else 0.0
                if exposure > 0:
                    whole = (time.span.last - time.span.first).days + 1
                    spells.append(Spell(time.uses * len(days) / whole, exposure))
                    rows.append(RowRef("loans.csv", f"{site.site_id} {time.span.last}"))
        return Tally(tuple(spells), tuple(rows))

    def _count_hours(self, site: Site, days: list[date]) -> float:
        if site.hours == UNTOLD_HOURS:
            return 0.0
        return math.fsum(
            self._open_hours(site, Month.of(day)).get(day, 0.0)
            for day in days
            if not self._is_locked(site, day)
        )

    def _open_hours(self, site: Site, month: Month) -> dict[date, float]:
        """Return the open hours of each day of a month: holidays and closed days have none."""
        key = site.site_id, month
        if key not in self._open:
            hours: defaultdict[date, float] = defaultdict(float)
            for window in list_windows(self.province, site, month, ()):
                hours[window.day] += (window.closes_min - window.opens_min) / 60
            self._open[key] = dict(hours)
        return self._open[key]

    def _count_book_months(self, site: Site, days: list[date]) -> float:
        counted = DateSpan(days[0], days[-1])
        batches = self.province.batch_by_id
        return math.fsum(
            batches[stay.batch_id].books * sum(1 for _ in _list_days(stay, counted)) / MONTH_DAYS
            for stay in self._stays[site.site_id]
            if stay.batch_id in batches
        )

    def _tally_people(self, unit: ServiceUnit, span: DateSpan) -> Tally:
        met = [one for one in self._evidence_of(unit) if one.people and one.day in span]
        return Tally(
            tuple(Spell(one.people, self._usual_people[one.form]) for one in met),
            tuple(one.row for one in met),
        )

    @cached_property
    def _usual_people(self) -> dict[Form, float]:
        """The mean of people at activities of each form, where they were counted."""
        people: defaultdict[Form, list[int]] = defaultdict(list)
        for own in self._evidence.values():
            for one in own:
                if one.people:
                    people[one.form].append(one.people)
        return {form: sum(counts) / len(counts) for form, counts in people.items()}

    def _tally_activities(self, unit: ServiceUnit, span: DateSpan) -> Tally:
        """Return activities of its own by month; nothing where nobody ever wrote any down."""
        if not self.has_activities(unit):
            return Tally()
        own = [o for o in self._evidence_of(unit) if o.form in OWN_FORMS and o.day in span]
        days: defaultdict[Month, int] = defaultdict(int)
        for day in span.days():
            if not all(self._is_locked(site, day) for site in unit.sites):
                days[Month.of(day)] += 1
        spells = tuple(
            Spell(sum(Month.of(one.day) == month for one in own), count / MONTH_DAYS)
            for month, count in days.items()
        )
        return Tally(spells, tuple(one.row for one in own))

    def _is_locked(self, site: Site, day: date) -> bool:
        if site.commune_code not in self._locked:
            return False
        return find_zone(self.province, site, day) is not None


def _list_times(province: Province) -> Iterator[CountedTime]:
    """Yield the times between counts at each site, no day in two of them.

    Categories counted on one day are one count. A count whose days are mostly those of the one
    before (of another batch that stood there) joins it.
    """
    sums: defaultdict[tuple[SiteId, date], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for loan in province.loans:
        own = sums[loan.site_id, loan.day]
        own[0] += loan.uses
        own[1] = max(own[1], loan.months)
    before: CountedTime | None = None
    for (site_id, day), (uses, months) in sorted(sums.items()):
        site = province.site_by_id.get(site_id)
        if site is None:
            continue
        last = day - timedelta(days=1)
        first = day - timedelta(days=max(1, round(months * MONTH_DAYS)))
        if before is not None and before.site is site:
            fresh = (last - max(first, before.span.last + timedelta(days=1))).days + 1
            if 2 * fresh < (last - first).days + 1:
                span = DateSpan(min(first, before.span.first), max(last, before.span.last))
                before = CountedTime(site, span, before.uses + uses)
                continue
            first = max(first, before.span.last + timedelta(days=1))
        if before is not None:
            yield before
        before = CountedTime(site, DateSpan(first, last), uses)
    if before is not None:
        yield before


def _overlap(stay: SeenStay, span: DateSpan) -> bool:
    return stay.first_day <= span.last and (stay.last_day or span.last) >= span.first


def _list_days(stay: SeenStay, span: DateSpan) -> Iterator[date]:
    """Yield the days of a span on which a batch stood there, the day it left not among them."""
    last = span.last if stay.last_day is None else stay.last_day - timedelta(days=1)
    first, last = max(stay.first_day, span.first), min(last, span.last)
    if first <= last:
        yield from DateSpan(first, last).days()
