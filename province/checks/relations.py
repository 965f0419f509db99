"""Checks what rows without a fault say about each other: places, sums, seats, the ledger."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from province.assumed_rows import ASSUMED, count_assumed
from province.checks.barcodes import check_barcodes
from province.checks.programme import check_programme
from province.checks.sites import (
    check_audiences,
    check_extra_sessions,
    check_handovers,
    check_pins,
)
from province.checks.sun import check_sun
from province.checks.visit_pins import check_visit_pins
from province.checks.wished_days import check_wished_days
from province.days import knows_holidays
from province.facts import Province
from province.findings import Findings
from province.fleet import VehicleKind
from province.journal import BrokenLink, list_bad_voids, list_broken_links
from province.language import message
from province.ledger.place import HISTORY_NAME
from province.left_behind import list_overdrawn
from province.places import Commune, Site, SiteKind
from province.roads import FoundRoads
from province.settings import Settings
from province.tables.references import KnownIds, Tables, list_lines

KM_PER_DEG = 111.195
"""Kilometres of a degree on a great circle of a sphere of 6,371 km."""

Ring = Sequence[tuple[float, float]]


MAP_MARGIN_DEG = 0.1
OUTSIDE_KM = 5.0
"""How far outside its commune a site may lie: outlines are drawn coarsely."""

OUTSIDE_SCHEMATIC_KM = 10.0
"""The same, where outlines are schematic; beyond `OUTSIDE_KM` it is told."""


def check_relations(
    province: Province,
    tables: Tables,
    roads: FoundRoads,
    known: KnownIds,
    findings: Findings,
    *,
    ledger: str,
) -> None:
    """Add a finding for everything in which rows contradict each other.

    Parameters
    ----------
    province
        Made of the rows that have no fault of their own.
    ledger
        What the ledger is called that the province's journal comes from, which is then checked
        instead of `ledger.csv`; "": there is none.
    """
    _check_settings(province.settings, findings)
    _check_sites(province, tables, findings)
    check_sun(province, findings)
    if known["depot"] == frozenset():
        findings.at("libraries.csv", None, "kind").add(
            "",
            expected=message("at least one depot"),
            advice=message("add a row of kind depot: where vehicles start and stock lives"),
        )
    check_audiences(province, tables, findings)
    _check_titles(province, tables, findings)
    check_barcodes(province, tables, findings)
    _check_fleet(province, tables, findings)
    check_handovers(province, tables, findings)
    check_pins(province, tables, findings)
    check_extra_sessions(province, tables, findings)
    check_wished_days(province, tables, known, findings)
    check_visit_pins(province, tables, findings)
    check_programme(province, tables, known, findings)
    _check_kilometre_posts(province, tables, roads, findings)
    _check_ledger(province, tables, findings, ledger)
    _tell_assumed(tables, findings)


def _tell_assumed(tables: Tables, findings: Findings) -> None:
    """Add a warning for each table with rows that a first folder assumes."""
    for file, table in sorted(tables.items()):
        count = count_assumed(row for _, row, _ in table.rows)
        if count:
            findings.at(file, None, "note").warn(
                ASSUMED,
                expected=message(
                    "facts of the province: {count} of {rows} rows are assumed",
                    count=count, rows=len(table.rows),
                ),
                advice=message("correct what matters, and empty the note of what is right"),
            )  # fmt: skip


def _check_settings(settings: Settings, findings: Findings) -> None:
    counts = Counter(category.id for category in settings.categories)
    for key, count in sorted(counts.items()):
        if count > 1:
            findings.at("province.toml", None, "categories.id").add(
                key,
                expected=message("each category once"),
                advice=message("give each row an id of its own"),
            )
    country = settings.province.country
    if not knows_holidays(country):
        findings.at("province.toml", None, "province.country").warn(
            country,
            expected=message("a country whose public holidays are known"),
            advice=message("put its holidays into calendar.csv with effect closed"),
        )
    shortest, longest = settings.rotation.min_stay_months, settings.rotation.max_stay_months
    if longest < shortest:
        findings.at("province.toml", None, "rotation.max_stay_months").add(
            longest,
            expected=message("at least min_stay_months, {months}", months=shortest),
            advice=message("correct one of the two"),
        )


def _check_sites(province: Province, tables: Tables, findings: Findings) -> None:
    communes = province.commune_by_code
    points = [point for commune in province.communes for ring in commune.outline for point in ring]
    west, south, east, north = shapely.MultiPoint(points).bounds
    whole = shapely.box(
        west - MAP_MARGIN_DEG, south - MAP_MARGIN_DEG, east + MAP_MARGIN_DEG, north + MAP_MARGIN_DEG
    )
    for line, row, _ in tables["libraries.csv"].rows:
        if row.commune_code in communes and row.kind is not SiteKind.PARTNER_DEPOT:
            _check_place(line, row, communes[row.commune_code], whole, findings)


def _check_place(
    line: int, site: Site, own: Commune, whole: shapely.Polygon, findings: Findings
) -> None:
    far_km = measure_outside_km(site.lon, site.lat, own.outline)
    if far_km <= OUTSIDE_KM:
        return
    value = f"{site.lon}, {site.lat}"
    if whole.covers(shapely.Point(site.lon, site.lat)):
        findings.at("libraries.csv", line, "lon").add(
            value,
            expected=message(
                "a place in or near its commune {code}, not {far} km outside",
                code=site.commune_code,
                far=round(far_km),
            ),
            advice=message("correct the commune or the place"),
            is_warning=own.is_schematic and far_km <= OUTSIDE_SCHEMATIC_KM,
        )
        return
    findings.at("libraries.csv", line, "lon").add(
        value,
        expected=message("a place inside the province"),
        advice=message("longitude and latitude are swapped: swap them")
        if whole.covers(shapely.Point(site.lat, site.lon))
        else message("take longitude and latitude from a map"),
    )


def _check_titles(province: Province, tables: Tables, findings: Findings) -> None:
    titles = tables["batch_titles.csv"]
    if not titles.is_whole:
        return
    unsure = {row.cells.get("batch_id", "") for row in titles.faulty}
    copies: Counter[str] = Counter()
    for _, row, _ in titles.rows:
        copies[row.batch_id] += row.copies
    lines = list_lines(tables, "batches.csv", "batch_id")
    for batch in province.batches:
        found = copies.get(batch.batch_id)
        if found is not None and found != batch.books and batch.batch_id not in unsure:
            findings.at("batches.csv", lines.get(batch.batch_id), "books").add(
                batch.books,
                expected=message("the copies in batch_titles.csv, {copies}", copies=found),
                advice=message("correct the batch or its titles"),
            )


def _check_fleet(province: Province, tables: Tables, findings: Findings) -> None:
    for file, column, expected in (
        ("vehicles.csv", "vehicle_id", message("at least one vehicle")),
        ("crews.csv", "crew_id", message("at least one crew")),
    ):
        if tables[file].is_whole and not tables[file].raw:
            findings.at(file, None, column).add(
                "",
                expected=expected,
                advice=message("add a row; docs/data-format.md says what it holds"),
            )
    if tables["vehicles.csv"].faulty:
        return
    most_seats: dict[VehicleKind, int] = {}
    for vehicle in province.fleet:
        most_seats[vehicle.kind] = max(vehicle.seats, most_seats.get(vehicle.kind, 0))
    lines = list_lines(tables, "crews.csv", "crew_id")
    for crew in province.crews:
        if crew.drives and all(most_seats.get(kind, 0) < crew.members for kind in crew.drives):
            findings.at("crews.csv", lines.get(crew.crew_id), "members").warn(
                crew.members,
                expected=message("a vehicle it drives with so many seats"),
                advice=message("this crew cannot travel: add seats or split it"),
            )


def _check_kilometre_posts(
    province: Province, tables: Tables, roads: FoundRoads, findings: Findings
) -> None:
    lines = list_lines(tables, "closures.csv", "closure_id")
    posts: dict[str, tuple[float, float]] = {}
    for segment in province.segments:
        if segment.km_from is not None:
            first, last = posts.get(segment.ref, (segment.km_from, segment.km_from))
            end = segment.km_from + segment.length_m / 1000
            posts[segment.ref] = min(first, segment.km_from), max(last, end)
    for closure in province.closures:
        line = lines.get(closure.closure_id)
        known = roads.refs is not None and closure.ref in roads.refs - roads.faulty_refs
        for column, post in (("km_from", closure.km_from), ("km_to", closure.km_to)):
            if post is None or not known:
                continue
            if closure.ref not in posts:
                expected = message("no kilometre post: {ref} has none", ref=closure.ref)
                advice = message("fill in km_from of its segments, or close it by segment_id")
            elif posts[closure.ref][0] <= post <= posts[closure.ref][1]:
                continue
            else:
                expected = message(
                    "a kilometre post of {ref}, {first} to {last}",
                    ref=closure.ref,
                    first=f"{posts[closure.ref][0]:.10g}",
                    last=f"{posts[closure.ref][1]:.10g}",
                )
                advice = message("correct the post; outside the road nothing is closed")
            findings.at("closures.csv", line, column).warn(
                f"{post:g}", expected=expected, advice=advice
            )


def _check_ledger(province: Province, tables: Tables, findings: Findings, ledger: str) -> None:
    if ledger:
        file, unsure = ledger, set[str]()
        lines = {str(entry.entry_id): n for n, entry in enumerate(province.journal, 1)}
    else:
        file, lines = HISTORY_NAME, list_lines(tables, HISTORY_NAME, "entry_id")
        unsure = {row.cells.get("batch_id", "") for row in tables[HISTORY_NAME].faulty}
        unsure |= {entry.batch_id for entry in list_bad_voids(province.journal)}
    depots = {site.site_id for site in province.depots}
    homes = {
        batch.batch_id: batch.depot_id for batch in province.batches if batch.depot_id in depots
    }
    for link in list_broken_links(province.journal, homes):
        if link.entry.batch_id not in unsure:
            _add_broken_link(file, link, lines, findings)
    books = {batch.batch_id: batch.books for batch in province.batches}
    for entry in list_overdrawn(province.journal, books):
        if entry.batch_id not in unsure:
            findings.at(file, lines.get(entry.entry_id), "books").add(
                entry.books,
                expected=message("no more books than are there"),
                advice=message("correct the number, or the line that left them there"),
            )


def _add_broken_link(
    file: str, link: BrokenLink, lines: Mapping[str, int], findings: Findings
) -> None:
    if link.before is None:
        expected = message("{site}, the batch's depot", site=link.place)
    else:
        expected = message(
            "{site}, where line {line} left the batch",
            site=link.place,
            line=lines.get(link.before.entry_id, 0),
        )
    findings.at(file, lines.get(link.entry.entry_id), "from_site").add(
        link.entry.from_site,
        expected=expected,
        advice=message("a batch is in one place: correct one of the two lines"),
    )


def measure_outside_km(lon: float, lat: float, outline: Sequence[Ring]) -> float:
    """Return how many kilometres a place lies outside an outline; 0 inside and on its border.

    Parameters
    ----------
    lon, lat
        The place, EPSG:4326 degrees.
    outline
        Closed outer rings of (lon, lat). Degrees are taken as a plane around the place, which is
        right to a per cent within a hundred kilometres.
    """
    scale = np.array([KM_PER_DEG * math.cos(math.radians(lat)), KM_PER_DEG])
    here = shapely.Point(0.0, 0.0)
    areas = [shapely.Polygon((np.array(ring) - (lon, lat)) * scale) for ring in outline]
    return min((float(here.distance(area)) for area in areas), default=0.0)
