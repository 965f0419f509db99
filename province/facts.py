"""Everything known about one province, read and checked, ready for decisions; its fingerprint."""

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from province import ids
from province.agenda import CalendarEntry, EventWish, Zone
from province.findings import Finding
from province.fleet import Crew, Vehicle
from province.journal import LedgerEntry, list_stays
from province.lendings import LendingLine
from province.old_units import OldUnit
from province.places import Commune, Site, SiteKind
from province.programme_facts import ProgrammeFacts
from province.results import RecordedResult
from province.roads import Closure, ClosureArea, Segment, Turn
from province.row_refs import RowRef
from province.settings import Settings
from province.stock import Batch, BatchCopy, BatchTitle, Category, Kit, Loans, Request
from province.visit_pins import VisitPin


@dataclass(frozen=True)
class Province:
    """The facts of one province; every tuple is sorted by id.

    `warnings` are the findings that reading made and planning can live with. `folder` is where it
    was read from; nothing but writers of documents may use it. What stands by id is gathered once.
    `row_refs` are the places of rows that have an id, by table and id. `loans` are all that are
    known of; `system_loans` those of them that a library system counted. Batches and titles of
    other provinces that are, or were, borrowed are among `batches` and `titles`.
    """

    folder: Path
    settings: Settings
    communes: tuple[Commune, ...]
    sites: tuple[Site, ...]
    categories: tuple[Category, ...]
    batches: tuple[Batch, ...]
    titles: tuple[BatchTitle, ...]
    vehicles: tuple[Vehicle, ...]
    crews: tuple[Crew, ...]
    segments: tuple[Segment, ...]
    closures: tuple[Closure, ...]
    calendar: tuple[CalendarEntry, ...]
    loans: tuple[Loans, ...]
    kits: tuple[Kit, ...]
    zones: tuple[Zone, ...]
    journal: tuple[LedgerEntry, ...]
    requests: tuple[Request, ...] = ()
    warnings: tuple[Finding, ...] = ()
    areas: tuple[ClosureArea, ...] = ()
    roads_attribution: str = ""
    results: tuple[RecordedResult, ...] = ()
    turns: tuple[Turn, ...] = ()
    pins: tuple[VisitPin, ...] = ()
    old_units: tuple[OldUnit, ...] = ()
    programme: ProgrammeFacts = field(default_factory=ProgrammeFacts)
    wishes: tuple[EventWish, ...] = ()
    copies: tuple[BatchCopy, ...] = ()
    system_loans: tuple[Loans, ...] = ()
    lendings: tuple[LendingLine, ...] = ()
    row_refs: Mapping[tuple[str, str], RowRef] = field(default_factory=dict)

    def refer(self, table: str, key: str, *, otherwise: str = "") -> RowRef:
        """Return where the row of a table with an id stands.

        Parameters
        ----------
        otherwise
            The file that it stands in if the table has none such; "": the table itself.
        """
        return self.row_refs.get((table, key)) or RowRef(otherwise or table, key)

    @cached_property
    def commune_by_code(self) -> dict[ids.CommuneCode, Commune]:
        """The communes by code."""
        return {commune.code: commune for commune in self.communes}

    @cached_property
    def site_by_id(self) -> dict[ids.SiteId, Site]:
        """The sites, depots and lodging places by id."""
        return {site.site_id: site for site in self.sites}

    @cached_property
    def batch_by_id(self) -> dict[ids.BatchId, Batch]:
        """The batches by id."""
        return {batch.batch_id: batch for batch in self.batches}

    @cached_property
    def category_by_id(self) -> dict[ids.CategoryId, Category]:
        """The categories by id."""
        return {category.category_id: category for category in self.categories}

    @cached_property
    def vehicle_by_id(self) -> dict[ids.VehicleId, Vehicle]:
        """The vehicles by id."""
        return {vehicle.vehicle_id: vehicle for vehicle in self.vehicles}

    @cached_property
    def fleet(self) -> tuple[Vehicle, ...]:
        """The vehicles that start from a depot; the others are motorbikes of villages."""
        depots = {site.site_id for site in self.depots}
        return tuple(vehicle for vehicle in self.vehicles if vehicle.depot_id in depots)

    @cached_property
    def segment_by_id(self) -> dict[ids.SegmentId, Segment]:
        """The road segments by id."""
        return {segment.segment_id: segment for segment in self.segments}

    @cached_property
    def kit_by_id(self) -> dict[ids.KitId, Kit]:
        """The kits by id."""
        return {kit.kit_id: kit for kit in self.kits}

    @cached_property
    def content_names(self) -> dict[str, str]:
        """What batches and kits are called, by id."""
        return {str(batch.batch_id): batch.name for batch in self.batches} | {
            str(kit.kit_id): kit.name for kit in self.kits
        }

    @cached_property
    def crew_by_id(self) -> dict[ids.CrewId, Crew]:
        """The crews by id."""
        return {crew.crew_id: crew for crew in self.crews}

    @cached_property
    def depots(self) -> tuple[Site, ...]:
        """The depots."""
        return tuple(site for site in self.sites if site.kind is SiteKind.DEPOT)

    def locate_homes(self, on: date) -> dict[ids.BatchId, ids.SiteId]:
        """Return the depot where each batch lives: where it was last by the end of a day."""
        depots = {site.site_id for site in self.depots}
        until = (entry for entry in self.journal if entry.day <= on)
        seen = {s.batch_id: s.site_id for s in list_stays(until) if s.site_id in depots}
        return {b.batch_id: seen.get(b.batch_id, b.depot_id) for b in self.batches}

    @cached_property
    def has_schematic_roads(self) -> bool:
        """Whether any road is schematic, which every map and document then says."""
        return any(segment.is_schematic for segment in self.segments)

    @cached_property
    def attribution(self) -> str:
        """What every map drawn from the roads must say about their source, or ""."""
        asked = (self.settings.roads.attribution, self.roads_attribution)
        return " · ".join(dict.fromkeys(text for text in asked if text))


PLACED: Mapping[str, Any] = {
    "loans": tuple[Loans, ...],
    "system_loans": tuple[Loans, ...],
    "requests": tuple[Request, ...],
}
"""Facts that know where their rows stand, which does not count: their types leave it out."""


def digest_facts(province: Province, *, without: tuple[str, ...] = ()) -> str:
    """Return the SHA-256 over all facts; the same for equal facts wherever the folder lies.

    Parameters
    ----------
    without
        Names of facts that do not count.
    """
    hasher = hashlib.sha256()
    for fact in dataclasses.fields(province):
        if fact.name in ("folder", "warnings", "row_refs", *without):
            continue
        value = getattr(province, fact.name)
        is_new = fact.name in ("wishes", "lendings") and not value
        if is_new or value == ProgrammeFacts():  # a folder without is what it was before
            continue
        hasher.update(fact.name.encode("utf-8"))
        hasher.update(TypeAdapter(PLACED.get(fact.name, type(value))).dump_json(value))
    return hasher.hexdigest()
