"""Checks that ids stand once and that what rows refer to exists, faulty rows included."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from province.findings import Findings
from province.journal import EntryType
from province.language import message
from province.nearest import advise_nearest_id
from province.places import SiteKind
from province.tables.files import RawRow
from province.tables.read import Table

Tables = Mapping[str, Table[Any]]

ID_COLUMNS: dict[str, tuple[str, ...]] = {
    "libraries.csv": ("site_id",),
    "batches.csv": ("batch_id",),
    "batch_titles.csv": ("batch_id", "title_id"),
    "vehicles.csv": ("vehicle_id",),
    "crews.csv": ("crew_id",),
    "closures.csv": ("closure_id",),
    "calendar.csv": ("entry_id",),
    "kits.csv": ("kit_id",),
    "zones.csv": ("zone_id",),
    "ledger.csv": ("entry_id",),
}
# File, column, and what stands in it; an empty cell refers to nothing.
REFERENCES = (
    ("libraries.csv", "commune_code", "commune"),
    ("libraries.csv", "handover_site", "site"),
    ("batches.csv", "depot_id", "depot"),
    ("batches.csv", "pinned_site", "site"),
    ("batch_titles.csv", "batch_id", "batch"),
    ("batch_titles.csv", "category_id", "category"),
    ("vehicles.csv", "depot_id", "home"),
    ("crews.csv", "depot_id", "depot"),
    ("closures.csv", "segment_id", "segment"),
    ("closures.csv", "ref", "ref"),
    ("closures.csv", "commune_code", "commune"),
    ("closures.csv", "area_id", "area"),
    ("calendar.csv", "site_id", "site"),
    ("calendar.csv", "commune_code", "commune"),
    ("loans.csv", "site_id", "site"),
    ("loans.csv", "category_id", "category"),
    ("requests.csv", "site_id", "site"),
    ("requests.csv", "category_id", "category"),
    ("kits.csv", "site_id", "site"),
    ("zones.csv", "commune_code", "commune"),
    ("ledger.csv", "batch_id", "batch"),
    ("ledger.csv", "from_site", "site"),
    ("ledger.csv", "to_site", "site"),
)
HOMES = {
    "commune": "communes.geojson",
    "site": "libraries.csv",
    "depot": "libraries.csv (depot)",
    "home": "libraries.csv (depot, or site with handover_site)",
    "batch": "batches.csv",
    "category": "province.toml",
    "area": "closure_areas.geojson",
    "segment": "roads.geojson / roads.gpkg",
    "ref": "roads.geojson / roads.gpkg",
}


@dataclass(frozen=True, slots=True)
class KnownIds:
    """The ids that rows may refer to, by what they name; None where they cannot be known."""

    by_what: Mapping[str, frozenset[str] | None]


def gather_ids(
    tables: Tables,
    *,
    communes: frozenset[str] | None,
    categories: frozenset[str] | None,
    segments: frozenset[str] | None,
    refs: frozenset[str] | None,
    areas: frozenset[str] | None,
) -> KnownIds:
    """Return every id that stands anywhere, in faulty rows too."""
    kinds = {kind.value for kind in SiteKind} - {SiteKind.DEPOT.value}
    libraries = tables["libraries.csv"]
    sites = _column(libraries, "site_id")
    depots = frozenset(
        row.cells["site_id"]
        for row in libraries.raw
        if "site_id" in row.cells and row.cells.get("kind") not in kinds
    )
    villages = frozenset(
        row.cells["site_id"]
        for row in libraries.raw
        if "site_id" in row.cells and row.cells.get("handover_site")
    )
    return KnownIds(
        {
            "home": None if sites is None else depots | villages,
            "commune": communes,
            "site": sites,
            "depot": None if sites is None else depots,
            "batch": _column(tables["batches.csv"], "batch_id"),
            "category": categories,
            "area": areas,
            "segment": segments,
            "ref": refs,
        }
    )


def _column(table: Table[Any], column: str) -> frozenset[str] | None:
    if not table.is_whole or column in table.absent:
        return None
    return frozenset(row.cells[column] for row in table.raw if column in row.cells)


def check_unique(tables: Tables, findings: Findings) -> None:
    """Add a finding for each row whose id an earlier row of the same table has."""
    for file, columns in ID_COLUMNS.items():
        seen: dict[tuple[str, ...], int] = {}
        for row in tables[file].raw:
            key = tuple(row.cells.get(column, "") for column in columns)
            if "" in key:
                continue
            if key in seen:
                findings.add(
                    file,
                    row.line,
                    columns[-1],
                    key[-1],
                    expected=message(
                        "an id that no other row has (line {line} has it)", line=seen[key]
                    ),
                    advice=message("give each row an id of its own"),
                )
            seen.setdefault(key, row.line)


def check_references(tables: Tables, known: KnownIds, findings: Findings) -> None:
    """Add a finding for each cell that refers to what does not exist."""
    for file, column, what in REFERENCES:
        ids = known.by_what[what]
        if ids is None:
            continue
        for row in tables[file].raw:
            value = row.cells.get(column, "")
            if value and value not in ids and not row.is_torn:
                findings.add(
                    file,
                    row.line,
                    column,
                    value,
                    expected=message("an id that stands in {where}", where=HOMES[what]),
                    advice=advise_nearest_id(value, ids),
                )
    _check_voids(tables["ledger.csv"].raw, findings)


def _check_voids(rows: tuple[RawRow, ...], findings: Findings) -> None:
    void = EntryType.VOID.value
    moves = {
        row.cells.get("entry_id", ""): row.cells.get("batch_id", "")
        for row in rows
        if row.cells.get("type") != void
    }
    for row in rows:
        if row.cells.get("type") != void or row.is_torn:
            continue
        target, batch = row.cells.get("voids", ""), row.cells.get("batch_id", "")
        if target not in moves:
            findings.add(
                "ledger.csv",
                row.line,
                "voids",
                target,
                expected=message("an entry of the ledger that is no void itself"),
                advice=advise_nearest_id(target, [key for key in moves if key]),
            )
        elif moves[target] != batch:
            findings.add(
                "ledger.csv",
                row.line,
                "batch_id",
                batch,
                expected=message("the batch of the entry it takes back, {id}", id=moves[target]),
                advice=message("correct the batch or the entry"),
            )
