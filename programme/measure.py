"""How the province stands to a goal on a day: what counts, of how much, each with its rows."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from programme.evidence import Evidence, list_evidence, list_voided, twelve_months
from programme.figure import Figure, count_things, sum_by_place, sum_things
from province.dates import DateSpan
from province.facts import Province
from province.ids import CommuneCode, SiteId
from province.journal import EntryType, LedgerEntry
from province.places import Commune, Site
from province.programme_facts import Form, LibraryModel, Staff
from province.programme_settings import GoalSettings
from province.row_refs import RowRef
from province.settings import Settings

COMMUNES = "communes.geojson"
SHARES = ("models", "libraries", "staff")
"""Goals that are a share of a whole."""


class Scope(StrEnum):
    """Which communes count: all, or those that are no wards of a town."""

    ALL = "all"
    NO_WARDS = "no-wards"


@dataclass(frozen=True, slots=True)
class Measure:
    """Where a goal stands on a day.

    Parameters
    ----------
    counts
        What is counted, as `GoalSettings.counts` says it.
    value
        What counts.
    whole
        Of what it is a share; for users those of the year before; for activities nothing.
    """

    counts: str
    value: Figure
    whole: Figure

    @property
    def pct(self) -> float | None:
        """Share, or growth, in per cent; None where there is nothing to compare with."""
        if not self.whole.value:
            return None
        share = 100 * self.value.value / self.whole.value
        return share - 100 if self.counts == "users" else share

    @property
    def level(self) -> float | None:
        """What is followed over time: a number, for users the growth in per cent."""
        return self.pct if self.counts == "users" else self.value.value

    def find_needed(self, by: float) -> int:
        """Return the least number that reaches so much: per cent, or a number of activities."""
        if self.counts == "activities":
            return math.ceil(by)
        share = 100 + by if self.counts == "users" else by
        return math.ceil(share * self.whole.value / 100 - 1e-9)


@dataclass(frozen=True)
class Yardstick:
    """The facts of a province arranged for measuring: made once, asked for many days.

    Parameters
    ----------
    sites
        The sites of each scope that are neither depots nor lodging places, by id.
    """

    province: Province
    evidence: tuple[Evidence, ...]
    communes: Mapping[Scope, tuple[Commune, ...]]
    sites: Mapping[Scope, Mapping[SiteId, Site]]

    @classmethod
    def of(cls, province: Province) -> "Yardstick":
        """Return the yardstick of a province."""
        communes = {scope: list_communes(province, scope) for scope in Scope}
        codes = {scope: {one.code for one in communes[scope]} for scope in Scope}
        served = [site for site in province.sites if site.is_served]
        sites = {
            scope: {site.site_id: site for site in served if site.commune_code in codes[scope]}
            for scope in Scope
        }
        return cls(province, list_evidence(province), communes, sites)

    def measure(self, goal: GoalSettings, scope: Scope, on: date) -> Measure:
        """Return where a goal stands at the end of a day."""
        if goal.counts == "models":
            return self._measure_models(goal, scope, on)
        if goal.counts == "libraries":
            return self._measure_libraries(goal, scope, on)
        if goal.counts == "staff":
            return self._measure_staff(goal, scope, on)
        if goal.counts == "users":
            return self._measure_users(goal, scope, on)
        return self._measure_activities(goal, scope, on)

    def list_place_rows(self, site_id: SiteId) -> tuple[RowRef, RowRef]:
        """Return the rows that say what a site is and in which commune it lies."""
        site = self.province.site_by_id[site_id]
        row = self.province.refer("libraries.csv", site_id)
        return row, RowRef(COMMUNES, site.commune_code)

    def list_models(self, scope: Scope, on: date) -> tuple[LibraryModel, ...]:
        """Return the models that count on a day, by id."""
        codes = {commune.code for commune in self.communes[scope]}
        return tuple(
            model
            for model in self.province.programme.models
            if model.commune_code in codes and is_model(model, self.province.settings, on)
        )

    def list_libraries(self, scope: Scope) -> tuple[Site, ...]:
        """Return the libraries of the grassroots, by id."""
        kinds = self.province.settings.targets.library_kinds
        return tuple(site for site in self.sites[scope].values() if site.kind in kinds)

    def list_staff(self, scope: Scope, on: date) -> tuple[Staff, ...]:
        """Return those who work at sites on a day, by id."""
        staff = self.province.programme.staff
        return tuple(s for s in staff if s.site_id in self.sites[scope] and s.works(on))

    def list_evidence_of(self, goal: GoalSettings, scope: Scope, on: date) -> tuple[Evidence, ...]:
        """Return what took place in the twelve months until a day, in the forms of a goal."""
        span = twelve_months(on)
        return tuple(
            one
            for one in self.evidence
            if set(one.forms) & set(goal.forms)
            and one.day in span
            and one.site_id in self.sites[scope]
        )

    def _measure_models(self, goal: GoalSettings, scope: Scope, on: date) -> Measure:
        rows: defaultdict[CommuneCode, list[RowRef]] = defaultdict(list)
        for model in self.list_models(scope, on):
            rows[model.commune_code].append(self.province.refer("models.csv", model.model_id))
        places = {one.code: RowRef(COMMUNES, one.code) for one in self.communes[scope]}
        value = count_things((code, (*own, places[code])) for code, own in rows.items())
        return Measure(goal.counts, value, count_things((c, (p,)) for c, p in places.items()))

    def _measure_libraries(self, goal: GoalSettings, scope: Scope, on: date) -> Measure:
        seen: defaultdict[SiteId, list[Evidence]] = defaultdict(list)
        for one in self.list_evidence_of(goal, scope, on):
            seen[one.site_id].append(one)
        libraries = {
            site.site_id: self.list_place_rows(site.site_id) for site in self.list_libraries(scope)
        }
        taken_back: defaultdict[SiteId, list[RowRef]] = defaultdict(list)
        for entry, rows in self.list_taken_back(twelve_months(on), scope):
            taken_back[entry.to_site] += rows
        value = sum_things(
            (site_id, (*_list_rows(goal, seen[site_id]), *rows, *taken_back[site_id]), amount)
            for site_id, rows in libraries.items()
            if (amount := float(not list_lacking_forms(goal, seen[site_id])))
            or site_id in taken_back
        )
        whole = count_things(libraries.items())
        return Measure(goal.counts, value, whole)

    def _measure_staff(self, goal: GoalSettings, scope: Scope, on: date) -> Measure:
        staff = [
            (one, (self.province.refer("staff.csv", one.staff_id),
                   *self.list_place_rows(one.site_id)))
            for one in self.list_staff(scope, on)
        ]  # fmt: skip
        trained = (
            (one.site_id, rows, float(one.trained))
            for one, rows in staff
            if one.trained_date is not None and one.trained_date <= on
        )
        people = ((one.site_id, rows, float(one.people)) for one, rows in staff)
        return Measure(goal.counts, sum_by_place(trained), sum_by_place(people))

    def _measure_users(self, goal: GoalSettings, scope: Scope, on: date) -> Measure:
        before = twelve_months(on).first - timedelta(days=1)
        now, then = (
            sum_by_place(
                (
                    one.site_id,
                    (*one.list_rows(*goal.forms), *self.list_place_rows(one.site_id)),
                    float(one.people),
                )
                for one in self.list_evidence_of(goal, scope, day)
                if one.people
            )
            for day in (on, before)
        )
        return Measure(goal.counts, now, then)

    def _measure_activities(self, goal: GoalSettings, scope: Scope, on: date) -> Measure:
        amounts: list[tuple[SiteId, tuple[RowRef, ...], float]] = [
            (
                one.site_id,
                (*one.list_rows(*goal.forms), *self.list_place_rows(one.site_id)),
                1.0,
            )
            for one in self.list_evidence_of(goal, scope, on)
        ]
        if Form.CIRCULATION in goal.forms:
            taken_back = self.list_taken_back(twelve_months(on), scope)
            amounts += [(entry.to_site, rows, 0.0) for entry, rows in taken_back]
        return Measure(goal.counts, sum_by_place(amounts), Figure(()))

    def list_taken_back(
        self, span: DateSpan, scope: Scope = Scope.ALL
    ) -> tuple[tuple[LedgerEntry, tuple[RowRef, ...]], ...]:
        """Return the moves to sites on some days that were taken back: they count nothing.

        Each with the rows of move and void and those of the site, for who changes one of them
        changes what is counted.
        """
        return tuple(
            (entry, (*rows, *self.list_place_rows(entry.to_site)))
            for entry, rows in list_voided(self.province, EntryType.MOVED)
            if entry.day in span and entry.to_site in self.sites[scope]
        )


@dataclass(frozen=True, slots=True)
class GoalQuestion:
    """A goal that is asked about, among the communes of a scope, on a day."""

    yardstick: Yardstick
    goal: GoalSettings
    scope: Scope
    on: date

    @property
    def province(self) -> Province:
        """The facts that are asked."""
        return self.yardstick.province

    def measure(self, on: date | None = None) -> Measure:
        """Return where the goal stands, on another day where one is given."""
        return self.yardstick.measure(self.goal, self.scope, on or self.on)


def list_communes(province: Province, scope: Scope) -> tuple[Commune, ...]:
    """Return the communes that count, by code."""
    wards = {kind.casefold() for kind in province.settings.targets.ward_kinds}
    return tuple(
        commune
        for commune in province.communes
        if not commune.is_service_area
        and (scope is Scope.ALL or commune.kind.casefold() not in wards)
    )


def is_model(model: LibraryModel, settings: Settings, on: date) -> bool:
    """Whether a model works on a day, is of a kind that counts, and meets enough criteria."""
    targets = settings.targets
    is_there = model.established is not None and model.established <= on <= (model.closed or on)
    points = count_points(model, settings, on)
    return is_there and model.kind in targets.model_kinds and points >= targets.points_needed


def count_points(model: LibraryModel, settings: Settings, on: date) -> float:
    """Return the weights of the criteria that a model meets on a day, summed."""
    met = {one.criterion_id for one in model.criteria if one.since <= on}
    return sum(criterion.weight for criterion in settings.criteria if criterion.id in met)


def list_lacking_forms(goal: GoalSettings, seen: Iterable[Evidence]) -> tuple[str, ...]:
    """Return the forms of a goal that a library had too seldom."""
    forms = [form for one in seen for form in one.forms]
    return tuple(form.value for form in goal.forms if forms.count(form) < goal.times)


def _list_rows(goal: GoalSettings, seen: Iterable[Evidence]) -> Iterator[RowRef]:
    """Yield the rows by which a library had the forms of a goal, those of each form."""
    for one in seen:
        for form in one.forms:
            if form in goal.forms:
                yield from one.list_rows(form)
