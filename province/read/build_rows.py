"""Makes domain objects of checked rows; what only concerns one row is checked here."""

from collections.abc import Iterable
from typing import Any

from province.agenda import CalendarEntry, Zone
from province.dates import DateSpan
from province.findings import Findings
from province.fleet import Crew, Vehicle, VehicleKind
from province.ids import (
    BatchId,
    ClosureId,
    CommuneCode,
    CrewId,
    EntryId,
    SegmentId,
    SiteId,
    TripId,
)
from province.journal import LedgerEntry
from province.language import message
from province.nearest import advise_nearest_word
from province.places import Site
from province.recurrence import find_rule_fault, occurs
from province.roads import Closure

Lines = Iterable[tuple[int, Any, dict[str, str]]]
SKILLS = ("exchange", "session", "training")


def check_order(
    line: int, file: str, column: str, first: Any, last: Any, findings: Findings
) -> bool:
    """Return whether two cells are in order, or either is empty; if not, add a finding."""
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


def build_sites(lines: Lines, findings: Findings) -> tuple[Site, ...]:
    """Return the sites of `libraries.csv`, sorted by id."""
    sites = []
    for line, row, _ in lines:
        check_order(
            line,
            "libraries.csv",
            "enrolled_until",
            row.enrolled_from,
            row.enrolled_until,
            findings,
        )
        cells = row.model_dump(exclude={"takes"})
        cells["takes_rotation"] = row.takes in ("rotation", "both")
        cells["takes_sessions"] = row.takes in ("session", "both")
        cells["handover_site"] = SiteId(row.handover_site) if row.handover_site else None
        sites.append(Site(**cells))
    return tuple(sorted(sites, key=lambda site: site.site_id))


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
                        advice=advise_nearest_word(word, known),
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
        named = [row.segment_id, row.ref, row.commune_code, row.area_id]
        if sum(bool(name) for name in named) != 1:
            findings.add(
                "closures.csv",
                line,
                "segment_id",
                row.segment_id or row.ref,
                expected=message("one of segment_id, ref, commune_code or area_id"),
                advice=message("say in exactly one way what is closed"),
            )
        check_order(line, "closures.csv", "to_date", row.from_date, row.to_date, findings)
        check_order(line, "closures.csv", "km_to", row.km_from, row.km_to, findings)
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
                area_id=row.area_id,
            )
        )
    return tuple(sorted(found, key=lambda closure: closure.closure_id))


def build_calendar(lines: Lines, findings: Findings) -> tuple[CalendarEntry, ...]:
    """Return the calendar entries, sorted by id."""
    found = []
    for line, row, _ in lines:
        if (expected := find_rule_fault(row.rule)) is not None:
            findings.add(
                "calendar.csv",
                line,
                "rule",
                row.rule,
                expected=expected,
                advice=message("write it like FREQ=WEEKLY;BYDAY=SU or LUNAR:1,15"),
            )
        elif not occurs(row.rule, row.start_date):
            findings.add(
                "calendar.csv",
                line,
                "rule",
                row.rule,
                expected=message(
                    "a rule that holds on some day after {start}", start=str(row.start_date)
                ),
                advice=message("correct the days it names, or delete the row"),
            )
        check_order(line, "calendar.csv", "until", row.start_date, row.until, findings)
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


def build_zones(lines: Lines, findings: Findings) -> tuple[Zone, ...]:
    """Return the zones whose days are in order, sorted by id."""
    found = []
    for line, row, _ in lines:
        if check_order(line, "zones.csv", "to_date", row.from_date, row.to_date, findings):
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
