"""Reads a province folder whole, or says everything that is wrong with it."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from province import build_rows as build
from province import rows
from province.cross_checks import check_relations
from province.errors import InputError
from province.facts import Province
from province.findings import Findings
from province.language import message
from province.ledger import LEDGER_NAME, read_entries
from province.places import Commune
from province.read_maps import read_communes, read_segments
from province.settings import Settings, split_sources
from province.shipped import find_shipped
from province.tables import add_faults, read_table, read_text

SETTINGS_NAME = "province.toml"
COMMUNES_NAME = "communes.geojson"


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


def read_with_findings(folder: Path) -> tuple[Province | None, Findings]:
    """Return the facts (None when there is a fault) and all findings, warnings included."""
    findings = Findings()
    if not folder.is_dir():
        findings.add(
            str(folder),
            None,
            "",
            "",
            expected=message("a province folder"),
            advice=message("make one with: luanchuyen new FOLDER"),
        )
        return None, findings
    settings = read_settings(folder, findings)
    province = _read_tables(folder, settings, findings)
    if findings.faults or settings is None:
        return None, findings
    return province, findings


def read_settings(folder: Path, findings: Findings) -> Settings | None:
    """Return the settings of `province.toml`, or None with findings."""
    text = read_text(folder / SETTINGS_NAME, SETTINGS_NAME, findings, is_required=True)
    if text is None:
        return None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = str(error)
        line = where.rpartition("line ")[2].split(",")[0].rstrip(")")
        findings.add(
            SETTINGS_NAME,
            int(line) if line.isdigit() else None,
            "",
            where,
            expected=message("a file in the TOML format"),
            advice=message("correct the line, or copy it from an example"),
        )
        return None
    plain, sources = split_sources(raw)
    try:
        return Settings.model_validate(plain | {"sources": sources})
    except ValidationError as error:
        add_faults(error, SETTINGS_NAME, None, plain, findings)
        return None


def _read_tables(folder: Path, settings: Settings | None, findings: Findings) -> Province | None:
    def table(name: str, model: type[Any], **options: Any) -> Any:
        return read_table(folder, name, model, findings, **options)

    libraries = table("libraries.csv", rows.LibraryRow)
    batches = table("batches.csv", rows.BatchRow, prefix="books_")
    titles = table("batch_titles.csv", rows.TitleRow, is_required=False)
    vehicles = table("vehicles.csv", rows.VehicleRow)
    crews = table("crews.csv", rows.CrewRow)
    closures = table("closures.csv", rows.ClosureRow, is_required=False)
    calendar = table("calendar.csv", rows.CalendarRow, is_required=False)
    loans = table("loans.csv", rows.LoansRow, is_required=False)
    kits = table("kits.csv", rows.KitRow, is_required=False)
    zones = table("zones.csv", rows.ZoneRow, is_required=False)
    history = table("ledger.csv", rows.LedgerRow, is_required=False)
    segments = read_segments(folder, findings)
    if settings is None:
        return None
    communes = _read_own_or_shipped_communes(folder, settings.province.code, findings)
    own = build.build_batches(batches, settings, findings)
    province = Province(
        folder=folder,
        settings=settings,
        communes=communes,
        sites=build.build_sites(libraries),
        categories=build.build_categories(settings),
        batches=own,
        titles=build.build_titles(titles),
        vehicles=build.build_vehicles(vehicles),
        crews=build.build_crews(crews, findings),
        segments=segments,
        closures=build.build_closures(closures, findings),
        calendar=build.build_calendar(calendar, findings),
        loans=build.build_loans(loans),
        kits=build.build_kits(kits, findings),
        zones=build.build_zones(zones, findings),
        journal=build.build_journal(history),
    )
    lines = {
        "libraries.csv": {row.site_id: line for line, row, _ in libraries},
        "batches.csv": {row.batch_id: line for line, row, _ in batches},
        "vehicles.csv": {row.vehicle_id: line for line, row, _ in vehicles},
        "crews.csv": {row.crew_id: line for line, row, _ in crews},
        "closures.csv": {row.closure_id: line for line, row, _ in closures},
        "calendar.csv": {row.entry_id: line for line, row, _ in calendar},
        "kits.csv": {row.kit_id: line for line, row, _ in kits},
        "zones.csv": {row.zone_id: line for line, row, _ in zones},
        "ledger.csv": {row.entry_id: line for line, row, _ in history},
    }
    ids = {
        "libraries.csv": [(line, row.site_id, "site_id") for line, row, _ in libraries],
        "batches.csv": [(line, row.batch_id, "batch_id") for line, row, _ in batches],
        "vehicles.csv": [(line, row.vehicle_id, "vehicle_id") for line, row, _ in vehicles],
        "crews.csv": [(line, row.crew_id, "crew_id") for line, row, _ in crews],
        "closures.csv": [(line, row.closure_id, "closure_id") for line, row, _ in closures],
        "calendar.csv": [(line, row.entry_id, "entry_id") for line, row, _ in calendar],
        "kits.csv": [(line, row.kit_id, "kit_id") for line, row, _ in kits],
        "zones.csv": [(line, row.zone_id, "zone_id") for line, row, _ in zones],
        "ledger.csv": [(line, row.entry_id, "entry_id") for line, row, _ in history],
    }
    title_lines = [(line, row) for line, row, _ in titles]
    loan_lines = [(line, row) for line, row, _ in loans]
    check_relations(province, lines, ids, title_lines, loan_lines, findings)
    if (folder / LEDGER_NAME).is_file() and not findings.faults:
        province = build.with_journal(province, read_entries(folder))
    return build.with_warnings(province, findings.warnings)


def _read_own_or_shipped_communes(
    folder: Path, code: str, findings: Findings
) -> tuple[Commune, ...]:
    own = folder / COMMUNES_NAME
    path = own if own.is_file() else find_shipped(COMMUNES_NAME)
    return read_communes(path, code, findings)
