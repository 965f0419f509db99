"""Makes domain objects of checked rows; what only concerns one row is checked here."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from dateutil.rrule import rrulestr

from province import rows
from province.agenda import CalendarEntry, Zone
from province.dates import DateSpan
from province.facts import Province
from province.findings import Finding, Findings
from province.fleet import Crew, Vehicle, VehicleKind
from province.ids import (
    BatchId,
    CategoryId,
    ClosureId,
    CommuneCode,
    CrewId,
    EntryId,
    KitId,
    SegmentId,
    SiteId,
    TitleId,
    TripId,
)
from province.journal import LedgerEntry
from province.language import message
from province.places import Site
from province.roads import Closure
from province.settings import Settings
from province.stock import Batch, BatchTitle, Category, Kit, Loans

Lines = Iterable[tuple[int, Any, dict[str, str]]]
SKILLS = ("exchange", "session", "training")


def build_categories(settings: Settings) -> tuple[Category, ...]:
    """Return the categories of the settings, sorted by id."""
    found = (
        Category(CategoryId(c.id), c.subject, c.audience, c.language, c.name)
        for c in settings.categories
    )
    return tuple(sorted(found, key=lambda category: category.category_id))


def build_sites(lines: Lines) -> tuple[Site, ...]:
    """Return the sites of `libraries.csv`, sorted by id."""
    sites = []
    for _, row, _ in lines:
        cells = row.model_dump(exclude={"takes"})
        cells["takes_rotation"] = row.takes in ("rotation", "both")
        cells["takes_sessions"] = row.takes in ("session", "both")
        sites.append(Site(**cells))
    return tuple(sorted(sites, key=lambda site: site.site_id))


def build_batches(lines: Lines, settings: Settings | None, findings: Findings) -> tuple[Batch, ...]:
    """Return the batches, sorted by id; their categories must sum to their books."""
    if settings is None:
        return ()
    from province.cells import CellError, parse_whole

    known = {category.id for category in settings.categories}
    batches = []
    for line, row, extra in lines:
        mix: dict[CategoryId, int] = {}
        for heading, cell in extra.items():
            category = heading.removeprefix("books_")
            if category not in known:
                findings.add(
                    "batches.csv",
                    1,
                    heading,
                    heading,
                    expected=message("a category of province.toml"),
                    advice=message("known categories: {known}", known=", ".join(sorted(known))),
                )
                continue
            try:
                number = parse_whole(cell)
            except CellError as error:
                findings.add(
                    "batches.csv",
                    line,
                    heading,
                    cell,
                    expected=error.expected,
                    advice=error.advice,
                )
                continue
            if number:
                mix[CategoryId(category)] = number
        if sum(mix.values()) != row.books:
            findings.add(
                "batches.csv",
                line,
                "books",
                row.books,
                expected=message("the sum of its categories, {total}", total=sum(mix.values())),
                advice=message("correct the total or a category"),
            )
        batches.append(_build_batch(row, mix, settings, line, findings))
    return tuple(sorted(batches, key=lambda batch: batch.batch_id))


def _build_batch(
    row: rows.BatchRow,
    mix: dict[CategoryId, int],
    settings: Settings,
    line: int,
    findings: Findings,
) -> Batch:
    shortest = row.min_stay_months or settings.rotation.min_stay_months
    longest = row.max_stay_months or settings.rotation.max_stay_months
    if longest < shortest:
        findings.add(
            "batches.csv",
            line,
            "max_stay_months",
            longest,
            expected=message("at least min_stay_months, {months}", months=shortest),
            advice=message("correct one of the two"),
        )
    return Batch(
        batch_id=BatchId(row.batch_id),
        name=row.name,
        books=row.books,
        boxes=row.boxes,
        mass_kg=row.mass_kg,
        books_by_category=tuple(sorted(mix.items())),
        owner=row.owner,
        networks=row.networks,
        condition=row.condition,
        depot_id=SiteId(row.depot_id),
        min_stay_months=shortest,
        max_stay_months=longest,
        resting_until=row.resting_until,
        pinned_site=SiteId(row.pinned_site) if row.pinned_site else None,
        pinned_until=row.pinned_until,
        note=row.note,
    )


def build_titles(lines: Lines) -> tuple[BatchTitle, ...]:
    """Return the titles of batches, sorted by batch and title."""
    found = [
        BatchTitle(
            BatchId(r.batch_id), TitleId(r.title_id), r.title, CategoryId(r.category_id), r.copies
        )
        for _, r, _ in lines
    ]
    return tuple(sorted(found, key=lambda title: (title.batch_id, title.title_id)))


def build_vehicles(lines: Lines) -> tuple[Vehicle, ...]:
    """Return the vehicles, sorted by id."""
    found = []
    for _, row, _ in lines:
        cells = row.model_dump(exclude={"sessions", "unavailable"})
        found.append(Vehicle(**cells, can_hold_sessions=row.sessions, unavailable=row.unavailable))
    return tuple(sorted(found, key=lambda vehicle: vehicle.vehicle_id))


def build_crews(lines: Lines, findings: Findings) -> tuple[Crew, ...]:
    """Return the crews, sorted by id."""
    kinds = tuple(kind.value for kind in VehicleKind)
    found = []
    for line, row, _ in lines:
        for column, words, known in (("drives", row.drives, kinds), ("skills", row.skills, SKILLS)):
            for word in words:
                if word not in known:
                    findings.add(
                        "crews.csv",
                        line,
                        column,
                        word,
                        expected=message("one of {choices}", choices=", ".join(known)),
                        advice=message("choose one of these words"),
                    )
        found.append(
            Crew(
                crew_id=CrewId(row.crew_id),
                name=row.name,
                members=row.members,
                depot_id=SiteId(row.depot_id),
                drives=tuple(VehicleKind(word) for word in row.drives if word in kinds),
                skills=row.skills,
                days_off=row.days_off,
                note=row.note,
            )
        )
    return tuple(sorted(found, key=lambda crew: crew.crew_id))


def build_closures(lines: Lines, findings: Findings) -> tuple[Closure, ...]:
    """Return the closures, sorted by id."""
    found = []
    for line, row, _ in lines:
        named = [bool(row.segment_id), bool(row.ref), bool(row.commune_code)]
        if sum(named) != 1:
            findings.add(
                "closures.csv",
                line,
                "segment_id",
                row.segment_id or row.ref,
                expected=message("one of segment_id, ref or commune_code"),
                advice=message("say in exactly one way what is closed"),
            )
        _check_order(line, "closures.csv", "to_date", row.from_date, row.to_date, findings)
        _check_order(line, "closures.csv", "km_to", row.km_from, row.km_to, findings)
        _check_order(line, "closures.csv", "to_time", row.from_time, row.to_time, findings)
        found.append(
            Closure(
                closure_id=ClosureId(row.closure_id),
                segment_id=SegmentId(row.segment_id) if row.segment_id else None,
                ref=row.ref,
                km_from=row.km_from,
                km_to=row.km_to,
                commune_code=CommuneCode(row.commune_code) if row.commune_code else None,
                first_day=row.from_date,
                last_day=row.to_date,
                from_minute=row.from_time,
                to_minute=row.to_time,
                effect=row.effect,
                reason=row.reason,
                source=row.source,
            )
        )
    return tuple(sorted(found, key=lambda closure: closure.closure_id))


def _check_order(
    line: int, file: str, column: str, first: Any, last: Any, findings: Findings
) -> bool:
    if first is None or last is None or first <= last:
        return True
    findings.add(
        file,
        line,
        column,
        last,
        expected=message("not before {first}", first=str(first)),
        advice=message("swap the two"),
    )
    return False


def build_calendar(lines: Lines, findings: Findings) -> tuple[CalendarEntry, ...]:
    """Return the calendar entries, sorted by id."""
    found = []
    for line, row, _ in lines:
        if not _is_rule(row.rule):
            findings.add(
                "calendar.csv",
                line,
                "rule",
                row.rule,
                expected=message("an RRULE, or LUNAR: with days 1 to 30"),
                advice=message("write it like FREQ=WEEKLY;BYDAY=SU or LUNAR:1,15"),
            )
        _check_order(line, "calendar.csv", "until", row.start_date, row.until, findings)
        found.append(
            CalendarEntry(
                entry_id=row.entry_id,
                kind=row.kind,
                name=row.name,
                rule=row.rule,
                start=row.start_date,
                days=row.days,
                until=row.until,
                commune_code=CommuneCode(row.commune_code) if row.commune_code else None,
                site_id=SiteId(row.site_id) if row.site_id else None,
                effect=row.effect,
                note=row.note,
            )
        )
    return tuple(sorted(found, key=lambda entry: entry.entry_id))


def _is_rule(rule: str) -> bool:
    if rule.startswith("LUNAR:"):
        days = rule.removeprefix("LUNAR:").split(",")
        return all(day.strip().isdigit() and 1 <= int(day) <= 30 for day in days)
    try:
        return not rule or rrulestr(rule) is not None
    except (ValueError, KeyError, AttributeError):
        return False


def build_loans(lines: Lines) -> tuple[Loans, ...]:
    """Return the loans, sorted by site, day and category."""
    found = [
        Loans(SiteId(r.site_id), r.date, CategoryId(r.category_id), r.uses, r.months)
        for _, r, _ in lines
    ]
    return tuple(sorted(found, key=lambda seen: (seen.site_id, seen.day, seen.category_id)))


def build_kits(lines: Lines, findings: Findings) -> tuple[Kit, ...]:
    """Return the kits, sorted by id."""
    for line, row, _ in lines:
        _check_order(line, "kits.csv", "due_date", row.ready_date, row.due_date, findings)
    found = [
        Kit(
            KitId(r.kit_id),
            r.name,
            SiteId(r.site_id),
            r.boxes,
            r.mass_kg,
            r.ready_date,
            r.due_date,
            r.note,
        )
        for _, r, _ in lines
    ]
    return tuple(sorted(found, key=lambda kit: kit.kit_id))


def build_zones(lines: Lines, findings: Findings) -> tuple[Zone, ...]:
    """Return the zones whose days are in order, sorted by id."""
    found = []
    for line, row, _ in lines:
        if _check_order(line, "zones.csv", "to_date", row.from_date, row.to_date, findings):
            span = DateSpan(row.from_date, row.to_date)
            found.append(Zone(row.zone_id, CommuneCode(row.commune_code), span, row.rule, row.note))
    return tuple(sorted(found, key=lambda zone: zone.zone_id))


def build_journal(lines: Lines) -> tuple[LedgerEntry, ...]:
    """Return the ledger entries in the order of the file."""
    return tuple(
        LedgerEntry(
            EntryId(r.entry_id),
            r.date,
            r.type,
            BatchId(r.batch_id),
            SiteId(r.from_site),
            SiteId(r.to_site),
            r.books,
            r.boxes,
            TripId(r.trip_id),
            EntryId(r.voids),
            r.note,
        )
        for _, r, _ in lines
    )


def with_journal(province: Province, journal: tuple[LedgerEntry, ...]) -> Province:
    """Return the province with another journal."""
    return dataclasses.replace(province, journal=journal)


def with_warnings(province: Province, warnings: Sequence[Finding]) -> Province:
    """Return the province with the warnings of its reading."""
    return dataclasses.replace(province, warnings=tuple(warnings))
