"""Checks what rows say about each other: ids, references, sums, the ledger's order."""

import difflib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from province.facts import Province
from province.findings import Findings
from province.fleet import VehicleKind
from province.journal import EntryType, standing_entries
from province.language import Message, message
from province.places import Site
from province.rows import LoansRow, TitleRow

Lines = Mapping[str, Mapping[str, int]]
MAP_MARGIN_DEG = 0.1
COMMUNE_MARGIN_DEG = 0.15


def check_relations(
    province: Province,
    lines: Lines,
    ids: Mapping[str, Sequence[tuple[int, str, str]]],
    titles: Sequence[tuple[int, TitleRow]],
    loans: Sequence[tuple[int, LoansRow]],
    findings: Findings,
) -> None:
    """Add a finding for everything in which rows contradict each other.

    Parameters
    ----------
    lines
        For each file, the line of each id.
    ids
        For each file, (line, id, column) of every row, to find ids that stand twice.
    titles, loans
        Rows of the two tables without an id of their own, with their lines.
    """
    for file, rows in ids.items():
        _check_unique(file, rows, findings)
    _check_settings(province, findings)
    _check_sites(province, lines["libraries.csv"], findings)
    _check_stock(province, lines, titles, findings)
    _check_fleet(province, lines, findings)
    _check_places(province, lines, loans, findings)
    _check_ledger(province, lines["ledger.csv"], findings)


def _nearest(value: str, known: Collection[str]) -> Message:
    near = difflib.get_close_matches(value, sorted(known), n=1, cutoff=0.3)
    if near:
        return message("nearest that exists: {near}", near=near[0])
    return message("add it there, or correct this cell")


def _check_reference(
    file: str,
    line: int | None,
    column: str,
    value: str,
    known: Collection[str],
    where: str,
    findings: Findings,
) -> bool:
    if value in known:
        return True
    findings.add(
        file,
        line,
        column,
        value,
        expected=message("an id that stands in {where}", where=where),
        advice=_nearest(value, known),
    )
    return False


def _check_unique(file: str, rows: Sequence[tuple[int, str, str]], findings: Findings) -> None:
    seen: dict[str, int] = {}
    for line, key, column in rows:
        if key in seen:
            findings.add(
                file,
                line,
                column,
                key,
                expected=message(
                    "an id that no other row has (line {line} has it)", line=seen[key]
                ),
                advice=message("give each row an id of its own"),
            )
        seen.setdefault(key, line)


def _check_settings(province: Province, findings: Findings) -> None:
    counts = Counter(category.category_id for category in province.categories)
    for key, count in sorted(counts.items()):
        if count > 1:
            findings.add(
                "province.toml",
                None,
                "categories.id",
                key,
                expected=message("each category once"),
                advice=message("give each row an id of its own"),
            )


def _check_sites(province: Province, lines: Mapping[str, int], findings: Findings) -> None:
    codes = {str(code): commune for code, commune in province.commune_by_code.items()}
    for site in province.sites:
        line = lines.get(site.site_id)
        if not codes:
            break
        if not _check_reference(
            "libraries.csv",
            line,
            "commune_code",
            site.commune_code,
            codes,
            "communes.geojson",
            findings,
        ):
            continue
        _check_place(site, line, codes[site.commune_code].outline, province, findings)
        if site.enrolled_from and site.enrolled_until and site.enrolled_until < site.enrolled_from:
            findings.add(
                "libraries.csv",
                line,
                "enrolled_until",
                site.enrolled_until,
                expected=message("not before {first}", first=str(site.enrolled_from)),
                advice=message("swap the two"),
            )
    if province.sites and not province.depots:
        findings.add(
            "libraries.csv",
            None,
            "kind",
            "",
            expected=message("at least one depot"),
            advice=message("add a row of kind depot: where vehicles start and stock lives"),
        )


def _check_place(
    site: Site,
    line: int | None,
    outline: tuple[tuple[tuple[float, float], ...], ...],
    province: Province,
    findings: Findings,
) -> None:
    points = [point for commune in province.communes for ring in commune.outline for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)

    def within(x: float, y: float) -> bool:
        return (
            west - MAP_MARGIN_DEG <= x <= east + MAP_MARGIN_DEG
            and south - MAP_MARGIN_DEG <= y <= north + MAP_MARGIN_DEG
        )

    if not within(site.lon, site.lat):
        swapped = within(site.lat, site.lon)
        findings.add(
            "libraries.csv",
            line,
            "lon",
            f"{site.lon}, {site.lat}",
            expected=message("a place inside the province"),
            advice=message("longitude and latitude are swapped: swap them")
            if swapped
            else message("take longitude and latitude from a map"),
        )
        return
    own = [point for ring in outline for point in ring]
    near = (
        min(p[0] for p in own) - COMMUNE_MARGIN_DEG
        <= site.lon
        <= max(p[0] for p in own) + COMMUNE_MARGIN_DEG
        and min(p[1] for p in own) - COMMUNE_MARGIN_DEG
        <= site.lat
        <= max(p[1] for p in own) + COMMUNE_MARGIN_DEG
    )
    if not near:
        findings.add(
            "libraries.csv",
            line,
            "lon",
            f"{site.lon}, {site.lat}",
            expected=message("a place in or near its commune {code}", code=site.commune_code),
            advice=message("correct the commune or the place"),
        )


def _check_stock(
    province: Province, lines: Lines, titles: Sequence[tuple[int, TitleRow]], findings: Findings
) -> None:
    sites = {str(site.site_id) for site in province.sites}
    depots = {str(site.site_id) for site in province.depots}
    batches = {str(batch.batch_id): batch for batch in province.batches}
    for batch in province.batches:
        line = lines["batches.csv"].get(batch.batch_id)
        _check_reference(
            "batches.csv",
            line,
            "depot_id",
            batch.depot_id,
            depots,
            "libraries.csv (depot)",
            findings,
        )
        if batch.pinned_site:
            _check_reference(
                "batches.csv",
                line,
                "pinned_site",
                batch.pinned_site,
                sites,
                "libraries.csv",
                findings,
            )
    copies: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    categories = {str(category.category_id) for category in province.categories}
    for line, row in titles:
        if (row.batch_id, row.title_id) in seen:
            findings.add(
                "batch_titles.csv",
                line,
                "title_id",
                row.title_id,
                expected=message("each title once in a batch"),
                advice=message("add up the copies in one row"),
            )
        seen.add((row.batch_id, row.title_id))
        copies[row.batch_id] += row.copies
        _check_reference(
            "batch_titles.csv", line, "batch_id", row.batch_id, batches, "batches.csv", findings
        )
        _check_reference(
            "batch_titles.csv",
            line,
            "category_id",
            row.category_id,
            categories,
            "province.toml",
            findings,
        )
    for key, batch in batches.items():
        if titles and key in copies and copies[key] != batch.books:
            findings.add(
                "batches.csv",
                lines["batches.csv"].get(key),
                "books",
                batch.books,
                expected=message("the copies in batch_titles.csv, {copies}", copies=copies[key]),
                advice=message("correct the batch or its titles"),
            )


def _check_fleet(province: Province, lines: Lines, findings: Findings) -> None:
    depots = {str(site.site_id) for site in province.depots}
    for vehicle in province.vehicles:
        _check_reference(
            "vehicles.csv",
            lines["vehicles.csv"].get(vehicle.vehicle_id),
            "depot_id",
            vehicle.depot_id,
            depots,
            "libraries.csv (depot)",
            findings,
        )
    most_seats: dict[VehicleKind, int] = {}
    for vehicle in province.vehicles:
        most_seats[vehicle.kind] = max(vehicle.seats, most_seats.get(vehicle.kind, 0))
    for crew in province.crews:
        line = lines["crews.csv"].get(crew.crew_id)
        _check_reference(
            "crews.csv", line, "depot_id", crew.depot_id, depots, "libraries.csv (depot)", findings
        )
        if crew.drives and all(most_seats.get(kind, 0) < crew.members for kind in crew.drives):
            findings.add(
                "crews.csv",
                line,
                "members",
                crew.members,
                expected=message("a vehicle it drives with so many seats"),
                advice=message("this crew cannot travel: add seats or split it"),
                is_warning=True,
            )


def _check_places(
    province: Province, lines: Lines, loans: Sequence[tuple[int, LoansRow]], findings: Findings
) -> None:
    sites = {str(site.site_id) for site in province.sites}
    codes = {str(commune.code) for commune in province.communes}
    categories = {str(category.category_id) for category in province.categories}
    segments = {str(segment.segment_id) for segment in province.segments}
    refs = {segment.ref for segment in province.segments if segment.ref}
    for closure in province.closures:
        line = lines["closures.csv"].get(closure.closure_id)
        for column, value, known, where in (
            ("segment_id", closure.segment_id, segments, "roads.geojson"),
            ("ref", closure.ref, refs, "roads.geojson"),
            ("commune_code", closure.commune_code, codes, "communes.geojson"),
        ):
            if value and known:
                _check_reference("closures.csv", line, column, value, known, where, findings)
    for entry in province.calendar:
        line = lines["calendar.csv"].get(entry.entry_id)
        if entry.site_id:
            _check_reference(
                "calendar.csv", line, "site_id", entry.site_id, sites, "libraries.csv", findings
            )
        if entry.commune_code and codes:
            _check_reference(
                "calendar.csv",
                line,
                "commune_code",
                entry.commune_code,
                codes,
                "communes.geojson",
                findings,
            )
    for kit in province.kits:
        _check_reference(
            "kits.csv",
            lines["kits.csv"].get(kit.kit_id),
            "site_id",
            kit.site_id,
            sites,
            "libraries.csv",
            findings,
        )
    for zone in province.zones:
        if codes:
            _check_reference(
                "zones.csv",
                lines["zones.csv"].get(zone.zone_id),
                "commune_code",
                zone.commune_code,
                codes,
                "communes.geojson",
                findings,
            )
    for line, row in loans:
        _check_reference(
            "loans.csv", line, "site_id", row.site_id, sites, "libraries.csv", findings
        )
        _check_reference(
            "loans.csv", line, "category_id", row.category_id, categories, "province.toml", findings
        )


def _check_ledger(province: Province, lines: Mapping[str, int], findings: Findings) -> None:
    batches = {str(batch.batch_id) for batch in province.batches}
    sites = {str(site.site_id) for site in province.sites}
    known = {str(entry.entry_id) for entry in province.journal}
    for entry in province.journal:
        line = lines.get(entry.entry_id)
        _check_reference(
            "ledger.csv", line, "batch_id", entry.batch_id, batches, "batches.csv", findings
        )
        for column, value in (("from_site", entry.from_site), ("to_site", entry.to_site)):
            _check_reference("ledger.csv", line, column, value, sites, "libraries.csv", findings)
        if entry.entry_type is EntryType.VOID:
            _check_reference(
                "ledger.csv", line, "voids", entry.voids, known, "ledger.csv", findings
            )
    where: dict[str, tuple[str, int | None]] = {}
    for entry in standing_entries(province.journal):
        if entry.entry_type is not EntryType.MOVED:
            continue
        line = lines.get(entry.entry_id)
        before = where.get(entry.batch_id)
        if before is not None and before[0] != entry.from_site:
            findings.add(
                "ledger.csv",
                line,
                "from_site",
                entry.from_site,
                expected=message(
                    "{site}, where line {line} left the batch", site=before[0], line=before[1] or 0
                ),
                advice=message("a batch is in one place: correct one of the two lines"),
            )
        where[entry.batch_id] = (entry.to_site, line)
