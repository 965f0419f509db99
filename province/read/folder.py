"""Reads a province folder whole, or says everything that is wrong with it."""

import dataclasses
from collections.abc import Mapping
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any

from province.agenda import EventWish
from province.checks.relations import check_relations
from province.checks.sites import fill_by_kind
from province.courses import wait_for_courses
from province.errors import InputError
from province.facts import Province
from province.files.settings_text import SETTINGS_NAME
from province.findings import Findings
from province.journal import LedgerEntry
from province.language import message
from province.ledger.effects import apply_results
from province.ledger.place import HISTORY_NAME, LedgerPlace, find_place
from province.old_units import OldUnit
from province.places import Commune
from province.read.borrowed import build_borrowed
from province.read.build import (
    Lines,
    build_batches,
    build_calendar,
    build_categories,
    build_closures,
    build_crews,
    build_facts,
    build_kits,
    build_seen,
    build_sites,
    build_vehicles,
    build_zones,
)
from province.read.journal import Journal, read_journal
from province.read.maps import AREAS_NAME, read_areas, read_communes
from province.read.programme import build_programme
from province.read.roads import GEOJSON_NAME, read_segments
from province.read.roads_gpkg import GPKG_NAME
from province.read.settings import SettingsRead, read_settings
from province.read.stock import STOCK_NAME
from province.read.stray_files import tell_ignored_files, tell_no_files
from province.roads import Closure
from province.shipped import find_shipped
from province.stock import Batch, BatchCopy, BatchTitle, Category, Loans, Request
from province.tables.declared import TABLES
from province.tables.read import CheckedTable, read_table
from province.tables.references import (
    KnownIds,
    check_references,
    check_unique,
    gather_ids,
    list_row_refs,
    mend_lost_zeros,
)
from province.tables.todays_communes import (
    OLD_UNITS_NAME,
    mend_old_codes,
    read_old_units,
    read_todays_communes,
)
from province.visit_pins import VisitPin

COMMUNES_NAME = "communes.geojson"
READ_ELSEWHERE = (STOCK_NAME, "road-edits.csv", "road-edits.gpkg", "water.geojson")
"""Files of a province folder that other verbs read."""

AS_THEY_ARE: Mapping[str, Path] = MappingProxyType({})


def read_province(folder: Path) -> Province:
    """Return the facts of a province folder.

    Raises
    ------
    InputError
        With every fault of every file; warnings go into `Province.warnings`.
    """
    province, findings = read_with_findings(folder)
    if province is None:
        raise InputError(findings.faults)
    return province


def _mend_codes(
    tables: dict[str, CheckedTable[Any]],
    known: KnownIds,
    communes: tuple[Commune, ...],
    findings: Findings,
) -> tuple[dict[str, CheckedTable[Any]], tuple[OldUnit, ...]]:
    """Return the tables with lost zeros back, and today's communes for those of before; these."""
    before = mend_old_codes(tables[OLD_UNITS_NAME], communes, findings)
    ids = known["commune"]
    codes = None if ids is None else ids | {row.old_code for _, row, _ in before.rows}
    tables = mend_lost_zeros(
        {**tables, OLD_UNITS_NAME: before}, {**known, "commune": codes}, findings
    )
    old = read_old_units(tables[OLD_UNITS_NAME])
    if ids is None:
        return tables, old
    return read_todays_communes(tables, communes, old, findings), old


def read_with_findings(
    folder: Path, *, changed: Mapping[str, Path] = AS_THEY_ARE
) -> tuple[Province | None, Findings]:
    """Return the facts (None when there is a fault) and all findings, warnings included.

    Parameters
    ----------
    changed
        Folders in which some of the tables, or the settings, stand as they would be after a change,
        by name.
    """
    findings = Findings()
    if not folder.is_dir():
        findings.at(str(folder)).add(
            "",
            expected=message("a province folder"),
            advice=message("make one with: luanchuyen new FOLDER"),
        )
        return None, findings
    province = _read_facts(folder, changed, findings)
    if findings.faults:
        return None, findings
    return apply_results(dataclasses.replace(province, warnings=findings.warnings)), findings


def _read_facts(folder: Path, changed: Mapping[str, Path], findings: Findings) -> Province:
    """Return the facts as far as they could be read; every fault goes into the findings."""
    _tell_stray_files(folder, findings)
    settings = read_settings(changed.get(SETTINGS_NAME, folder), findings)
    tables = _read_tables(folder, changed, findings)
    roads = read_segments(folder, findings)
    communes = read_communes(_find_communes(folder), settings.province_code, findings)
    areas = read_areas(folder, findings)
    known = gather_ids(
        tables, communes=communes.ids, categories=settings.category_ids,
        criteria=settings.criterion_ids, reports=settings.report_ids,
        segments=roads.ids, refs=roads.refs, areas=areas.ids,
    )  # fmt: skip
    tables, old_units = _mend_codes(tables, known, communes.facts, findings)
    check_unique(tables, findings)
    check_references(tables, known, findings)
    lines = {name: table.rows for name, table in tables.items()}
    history = build_facts(LedgerEntry, lines[HISTORY_NAME])
    place = _find_ledger(folder, settings, findings)
    journal = read_journal(place, history, tables[HISTORY_NAME], known, findings)
    programme = build_programme(lines, findings)
    categories = build_categories(settings.settings)
    batches, titles = _read_batches(lines, settings, journal, categories, findings)
    province = Province(
        folder=folder,
        settings=settings.settings,
        communes=communes.facts,
        sites=fill_by_kind(build_sites(lines["libraries.csv"], findings), settings.settings.kinds),
        categories=categories,
        batches=batches,
        titles=titles,
        vehicles=build_vehicles(
            lines["vehicles.csv"], settings.settings.province.currency, findings
        ),
        crews=build_crews(lines["crews.csv"], findings),
        segments=roads.segments,
        areas=areas.facts,
        turns=roads.turns,
        roads_attribution=roads.attribution,
        closures=join_closures(build_closures(lines["closures.csv"], findings), roads.closures),
        calendar=build_calendar(lines["calendar.csv"], findings),
        wishes=build_facts(EventWish, lines["wishes.csv"], "wish_id"),
        loans=build_seen(Loans, "loans.csv", lines, findings),
        requests=build_seen(Request, "requests.csv", lines, findings),
        kits=wait_for_courses(build_kits(lines["kits.csv"], findings), programme.courses),
        zones=build_zones(lines["zones.csv"], findings),
        pins=build_facts(VisitPin, lines["visit_pins.csv"], "pin_id"),
        programme=programme,
        copies=build_facts(BatchCopy, lines["batch_copies.csv"], "barcode"),
        system_loans=build_seen(Loans, "system_loans.csv", lines, findings),
        row_refs=list_row_refs(tables, findings),
        old_units=old_units,
        journal=journal.entries,
        results=journal.results,
        lendings=journal.lendings,
    )
    check_relations(province, tables, roads, known, findings, ledger=journal.ledger)
    return province


def _read_batches(
    lines: Mapping[str, Lines],
    settings: SettingsRead,
    journal: Journal,
    categories: tuple[Category, ...],
    findings: Findings,
) -> tuple[tuple[Batch, ...], tuple[BatchTitle, ...]]:
    """Return the batches and titles of the tables, and those that the ledger says were borrowed."""
    own = build_batches(lines["batches.csv"], settings.settings, settings.category_ids, findings)
    borrowed, theirs = build_borrowed(journal.lendings, categories, findings.at(journal.ledger))
    titles = (*build_facts(BatchTitle, lines["batch_titles.csv"]), *theirs)
    return (
        tuple(sorted((*own, *borrowed), key=attrgetter("batch_id"))),
        tuple(sorted(titles, key=attrgetter("batch_id", "title_id"))),
    )


def _tell_stray_files(folder: Path, findings: Findings) -> None:
    maps = (COMMUNES_NAME, GEOJSON_NAME, GPKG_NAME, AREAS_NAME)
    tell_ignored_files(folder, (SETTINGS_NAME, *TABLES, *maps, *READ_ELSEWHERE), findings)
    tell_no_files(folder, (*maps, *READ_ELSEWHERE), findings)


def _find_ledger(folder: Path, settings: SettingsRead, findings: Findings) -> LedgerPlace | None:
    """Return where the ledger lies; None where the settings do not let us know."""
    if not settings.knows_ledger:
        return None
    try:
        return find_place(folder, settings.settings)
    except InputError as error:
        findings.items.extend(error.findings)
        return None


def _read_tables(
    folder: Path, changed: Mapping[str, Path], findings: Findings
) -> dict[str, CheckedTable[Any]]:
    return {
        name: read_table(
            changed.get(name, folder), name, table.row, findings,
            is_required=table.is_required, prefix=table.prefix,
        )
        for name, table in TABLES.items()
    }  # fmt: skip


def join_closures(own: tuple[Closure, ...], conditions: tuple[Closure, ...]) -> tuple[Closure, ...]:
    """Return the planner's closures and the conditions of the map; the planner's ids win."""
    taken = {closure.closure_id for closure in own}
    others = (closure for closure in conditions if closure.closure_id not in taken)
    return tuple(sorted((*own, *others), key=lambda closure: closure.closure_id))


def _find_communes(folder: Path) -> Path:
    own = folder / COMMUNES_NAME
    return own if own.is_file() else find_shipped(COMMUNES_NAME)
